"""Labels as CSV, to be kept, looked at or taken to another library. Pure functions of text.

The columns are `label` ("same" or "different"), `path_a`, `path_b`, `hash_a`, `hash_b`, `box` (the part of a that is
meant: left, top, right, bottom as shares, empty for all of it) and `made_at` (UTC). Reading needs `label` and for each
of the two pictures a hash or a path; other columns are passed over.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from engine.errors import LabelError
from engine.label_table import box_of, box_text
from engine.learning import PairLabel
from engine.types import Box

COLUMNS = ("label", "path_a", "path_b", "hash_a", "hash_b", "box", "made_at")
_SAME = {"same": True, "different": False}
_HASH_BYTES = 20


@dataclass(frozen=True, slots=True)
class FileLabel:
    """A line of a file: each picture by its content's hash, or by its path where there is none."""

    line: int
    a: bytes | str
    b: bytes | str
    box: Box | None
    same: bool


def to_csv(labels: Iterable[PairLabel]) -> str:
    """The labels as CSV, with a first line of column names."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in labels:
        box = "" if one.box is None else box_text(one.box)
        made_at = datetime.fromtimestamp(one.made_at, UTC).isoformat(timespec="seconds")
        label = "same" if one.same else "different"
        writer.writerow((label, one.path_a, one.path_b, one.hash_a, one.hash_b, box, made_at))
    return text.getvalue()


def from_csv(text: str) -> list[FileLabel]:
    """The lines of a CSV.

    Raises:
        LabelError: a line does not say what it must; the sentence has its number.
    """
    reader = csv.DictReader(io.StringIO(text))
    if "label" not in (reader.fieldnames or ()):
        raise LabelError("This is no list of labels. Its first line has to name the columns, label among them.")
    labels = []
    try:
        for row in reader:
            labels.append(_label(reader.line_num, row))
    except csv.Error as error:
        raise LabelError(f"Line {reader.line_num} of the labels is no CSV.") from error
    return labels


def _label(line: int, row: dict[str, str | None]) -> FileLabel:
    said = (row["label"] or "").strip().lower()
    if said not in _SAME:
        raise LabelError(f"Line {line} says “{said}”: a label is either same or different.")
    try:
        box = box_of(row["box"] or "") if row.get("box") else None
        return FileLabel(line, _picture(row, "a"), _picture(row, "b"), box, _SAME[said])
    except ValueError as error:
        raise LabelError(f"Line {line} of the labels has a hash or a box that is none.") from error
    except KeyError as error:
        raise LabelError(f"Line {line} of the labels does not name two pictures, by path or by hash.") from error


def _picture(row: dict[str, str | None], side: str) -> bytes | str:
    if text := (row.get(f"hash_{side}") or "").strip():
        content_hash = bytes.fromhex(text)
        if len(content_hash) != _HASH_BYTES:
            raise ValueError("not the length of a hash")
        return content_hash
    if path := row.get(f"path_{side}"):
        return path
    raise KeyError(side)
