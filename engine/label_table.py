"""The labels of a catalogue: pairs of contents that are the same or different, and the changes that can be undone. SQL.

A label belongs to the hashes of two contents, not to photos: it stays when these move, are removed, or come back, and
does not depend on a model. Engine thread only; reach it through `Catalogue.labels`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from engine.database import Database, Row
from engine.types import Box

MAX_UNDO = 200
"""How many changes can be undone, one after the other."""

_SAME_PART = 0.5  # boxes that have this share of their union in common mean the same part of a picture


@dataclass(frozen=True, slots=True)
class PairKey:
    """Two contents by their hashes, and the part of the first that is meant, None for all of it. Make with `key`."""

    a: bytes
    b: bytes
    box: Box | None = None


def key(a: bytes, b: bytes, box: Box | None = None) -> PairKey:
    """The key of two contents: for whole pictures the same in either order.

    Raises:
        ValueError: they are one.
    """
    if a == b:
        raise ValueError("A picture and itself are no pair.")
    return PairKey(a, b, box) if box is not None or a < b else PairKey(b, a)


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A label; `made_at` in seconds since 1970."""

    pair: PairKey
    same: bool
    made_at: float


@dataclass(frozen=True, slots=True)
class Marks:
    """The hashes of the contents that are labelled the same as a query, and of those labelled different."""

    same: frozenset[bytes] = frozenset()
    different: frozenset[bytes] = frozenset()


NO_MARKS = Marks()


class LabelTable:
    """All labels of a library.

    Args:
        database: of the library.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[LabelRow]:
        """Every label, the oldest first."""
        return [_row(row) for row in self._database.rows("SELECT a, b, box, same, made_at FROM label ORDER BY id")]

    def count(self) -> int:
        """How many there are."""
        return int(self._database.value("SELECT COUNT(*) FROM label"))

    def marks(self, content_hash: bytes, box: Box | None) -> Marks:
        """What is said of a query: of this content as a whole, or of boxes in it that mean the same part as `box`."""
        rows = [_row(row) for row in self._database.rows(
            "SELECT a, b, box, same, made_at FROM label WHERE a = ? UNION ALL "
            "SELECT a, b, box, same, made_at FROM label WHERE b = ? AND box = '' ORDER BY made_at",
            (content_hash, content_hash),
        )]
        said = {
            row.pair.b if row.pair.a == content_hash else row.pair.a: row.same
            for row in rows if _is_same_part(row.pair.box, box)
        }
        return Marks(
            frozenset(other for other, same in said.items() if same),
            frozenset(other for other, same in said.items() if not same),
        )

    def set(self, labels: Iterable[tuple[PairKey, bool | None]]) -> list[PairKey]:
        """Set labels, None removes one; all or nothing, and one change to be undone -> the pairs that changed."""
        changed: list[PairKey] = []
        with self._database.transaction():
            batch = 1 + int(self._database.value("SELECT COALESCE(MAX(batch), 0) FROM label_change"))
            for pair, same in labels:
                before = self._same(pair)
                if before == same:
                    continue
                self._put(pair, same)
                self._database.run(
                    "INSERT INTO label_change (batch, a, b, box, before) VALUES (?, ?, ?, ?, ?)",
                    (batch, pair.a, pair.b, _text(pair.box), before),
                )
                changed.append(pair)
            self._database.run("DELETE FROM label_change WHERE batch <= ?", (batch - MAX_UNDO,))
        return changed

    def undo(self) -> list[PairKey]:
        """Take back the last change that was not taken back -> its pairs, [] if there is none."""
        with self._database.transaction():
            rows = self._database.rows(
                "SELECT a, b, box, before FROM label_change WHERE batch = (SELECT MAX(batch) FROM label_change) "
                "ORDER BY id DESC"
            )
            for a, b, box, before in rows:
                self._put(PairKey(a, b, _box(box)), None if before is None else bool(before))
            self._database.run("DELETE FROM label_change WHERE batch = (SELECT MAX(batch) FROM label_change)")
        return [PairKey(a, b, _box(box)) for a, b, box, _ in rows]

    def _same(self, pair: PairKey) -> bool | None:
        value = self._database.value(
            "SELECT same FROM label WHERE a = ? AND b = ? AND box = ?", (pair.a, pair.b, _text(pair.box)))
        return None if value is None else bool(value)

    def _put(self, pair: PairKey, same: bool | None) -> None:
        values = (pair.a, pair.b, _text(pair.box))
        if same is None:
            self._database.run("DELETE FROM label WHERE a = ? AND b = ? AND box = ?", values)
        else:
            self._database.run(
                "INSERT INTO label (a, b, box, same, made_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (a, b, box) "
                "DO UPDATE SET same = excluded.same, made_at = excluded.made_at", (*values, same, time.time()),
            )


def _row(row: Row) -> LabelRow:
    a, b, box, same, made_at = row
    return LabelRow(PairKey(a, b, _box(box)), bool(same), made_at)


def _text(box: Box | None) -> str:
    return "" if box is None else box_text(box)


def box_text(box: Box) -> str:
    """A box as it is kept: its four numbers to six digits, with commas."""
    return ",".join(f"{edge:.6f}" for edge in (box.x0, box.y0, box.x1, box.y1))


def box_of(text: str) -> Box:
    """The inverse of `box_text`.

    Raises:
        ValueError: it describes no box.
    """
    x0, y0, x1, y1 = (float(part) for part in text.split(","))
    return Box(x0, y0, x1, y1)


def _box(text: str) -> Box | None:
    return box_of(text) if text else None


def _is_same_part(labelled: Box | None, asked: Box | None) -> bool:
    """Whether a label for one part of a picture holds for a query for another part of it."""
    if labelled is None or asked is None:
        return labelled is asked
    width = min(labelled.x1, asked.x1) - max(labelled.x0, asked.x0)
    height = min(labelled.y1, asked.y1) - max(labelled.y0, asked.y0)
    common = max(width, 0.0) * max(height, 0.0)
    return common >= _SAME_PART * (labelled.area + asked.area - common)
