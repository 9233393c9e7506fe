"""Faults 10 and 11: photos, library or home folder on a read-only disk, for real (also for root)."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.one_window import Answer, hand_over, socket_name
from tests.faults.test_fault_18_two_windows import wait_until
from tests.helpers.faults import read_only
from tests.helpers.program import PROJECT, Program

CHAIRS = PROJECT / "tests" / "photos" / "groups" / "chair"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    shutil.copytree(CHAIRS, tmp_path / "photos")
    return tmp_path / "photos"


@pytest.fixture
def program(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return Program(tmp_path / "library", home)


@pytest.fixture
def locked() -> Iterator[ExitStack]:
    """Takes the places that stay read-only to the end of the test."""
    with ExitStack() as stack:
        yield stack


def test_10_photos_on_a_read_only_disk_are_fully_usable(program: Program, photos: Path, locked: ExitStack) -> None:
    locked.enter_context(read_only(photos))
    assert program.json("index", photos)["indexed"] == 5
    hits = program.json("search", photos / "image000.jpg")["hits"]
    assert len(hits) == 5
    assert program.json("check")["clean"]
    assert program.json("remove", photos)["photos"] == 0


def test_11_a_library_on_a_read_only_disk_is_searched_and_says_why_no_more(
    program: Program, photos: Path, locked: ExitStack, tmp_path: Path
) -> None:
    program.json("index", photos)
    before = program.json("search", photos / "image000.jpg")["hits"]
    locked.enter_context(read_only(program.library))
    assert program.json("search", photos / "image000.jpg")["hits"] == before
    assert program.json("status")["photos"] == 5
    assert program.json("check")["clean"]
    for arguments in (["index"], ["remove", photos], ["check", "--repair"], ["snapshot"], ["restore", "--latest"]):
        error = program.json(*arguments, code=3)["error"]
        assert "may not read or write" in error["sentence"], error
    assert program.json("snapshot", "--list") != []
    (tmp_path / "usb").mkdir()
    assert program.json("snapshot", "--to", tmp_path / "usb")["photos"] == 5  # what is needed most now


def test_11_a_library_folder_that_cannot_be_made(program: Program, photos: Path, locked: ExitStack) -> None:
    closed = program.library.parent / "closed"
    closed.mkdir()
    locked.enter_context(read_only(closed))
    error = program.json("index", photos, "--library", closed / "library", code=3)["error"]
    assert error["kind"] == "library"
    assert "Choose another library folder" in error["sentence"]


def test_11_a_read_only_home_folder_is_in_nobodys_way(
    program: Program, photos: Path, tmp_path: Path, locked: ExitStack
) -> None:
    """Settings and logs cannot be kept; indexing, searching and the window work."""
    closed = tmp_path / "home"
    (closed / "cache").mkdir(parents=True)
    locked.enter_context(read_only(closed))
    program.environment |= {f"XDG_{name}_HOME": str(closed / name.lower()) for name in ("CONFIG", "STATE", "DATA")}
    program.environment["HOME"] = str(closed)
    assert program.json("index", photos)["indexed"] == 5
    assert len(program.json("search", photos / "image000.jpg")["hits"]) == 5

    window = program.start("open", photos / "image000.jpg")
    name = socket_name(program.library)
    try:
        wait_until(lambda: os.path.exists(name) and hand_over(name, None) is Answer.TAKEN, window)
    finally:
        window.send_signal(signal.SIGTERM)
        _, err = window.communicate(timeout=120)
    assert window.returncode == 0, err
    assert "Traceback" not in err
