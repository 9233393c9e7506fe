"""Fault 27: names of files that look like something else, or are no text at all. Found, shown and told apart."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path

import pytest

from app.console import escaped
from app.texts import printable
from tests.helpers.indexer import Indexer, hash_of, paint
from tests.helpers.program import Program

NAMES = {
    "line feed": b"a\nb", "tabulator": b"a\tb", "escape": b"a\x1b[31mb", "bell": b"a\x07",
    "turned round": "a\u202egpj".encode(), "family": "\U0001f468\u200d\U0001f469\u200d\U0001f467".encode(),
    "no text": b"caf\xe9", "composed": "caf\u00e9 1".encode(), "decomposed": "cafe\u0301 1".encode(),
    "longest": b"x" * 251, "dash": b"-rf", "spaces": b"  a  b  ", "quotes": b"a\"b'c`d", "percent": b"100%s%n",
    "braces": b"{0}{name}", "markup": b"<b>a&amp;", "formula": b"=1+1", "backslash": b"a\\b", "star": b"a*b?c[d]",
    "dots": b"a...b..", "dollar": b"$HOME", "semicolon": b"a;b|c&d",
}  # fmt: skip


@pytest.fixture
def photos(index: Indexer) -> dict[str, Path]:
    """A photo under each name that this file system takes."""
    made = {}
    for number, (kind, name) in enumerate(NAMES.items()):
        path = Path(os.fsdecode(os.fsencode(index.photos) + b"/" + name + b".jpg"))
        try:
            made[kind] = paint(path, number)
        except OSError:
            continue
    assert len(made) > len(NAMES) // 2
    return made


def test_all_are_indexed_and_keep_their_names_to_the_byte(index: Indexer, photos: dict[str, Path]) -> None:
    report = index()
    assert (report.found, report.indexed) == (len(photos), len(photos))
    assert index.known() == {path.name: hash_of(path) for path in photos.values()}
    assert index().unchanged == len(photos)
    renamed = [path.rename(path.with_name("2" + path.name[:200])) for path in photos.values()]
    assert index().moved == len(photos)
    assert set(index.known()) == {path.name for path in renamed}


def test_what_is_shown_is_one_line_that_turns_nothing_round(photos: dict[str, Path]) -> None:
    for path in photos.values():
        for shown in (printable(path.name), escaped(path.name)):
            shown.encode()  # no half characters
            assert not {unicodedata.category(sign) for sign in shown} & {"Cc", "Cs", "Zl", "Zp"}
            assert not {unicodedata.bidirectional(sign) for sign in shown} & {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI"}


def test_the_command_line_tells_names_without_loss(home: Path, tmp_path: Path) -> None:
    program = Program(tmp_path / "library", home)
    (tmp_path / "photos").mkdir()
    paths = []
    for name in NAMES.values():
        path = Path(os.fsdecode(os.fsencode(tmp_path / "photos") + b"/" + name + b".jpg"))
        try:
            path.write_bytes(b"This is no picture.")
        except OSError:
            continue
        paths.append(os.fsencode(path))
    done = program("index", tmp_path / "photos", "--json")
    assert json.loads(done.out)["failed"] == len(paths)
    done = program("failures", "--json")
    assert done.out.isascii()
    assert sorted(os.fsencode(failure["path"]) for failure in done.answer) == sorted(paths)
