"""What is searched for, in parts: boxes in one picture or in several, each wanted or not. GUI thread only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, Signal

from engine.types import Box, Query

MAX_WEIGHT = 3
MAX_PARTS = 6  # each costs a search, and each has a colour of its own


@dataclass(frozen=True, slots=True)
class Source:
    """A picture that parts are taken from: a file, or a photo of the library. `name` is for people."""

    path: str
    name: str
    photo_id: int | None = None

    def query(self, box: Box | None = None) -> Query:
        """To search with this picture, or the box in it."""
        if self.photo_id is not None:
            return Query(photo_id=self.photo_id, box=box)
        return Query(path=self.path, box=box)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: the box in a picture, or all of it. `is_unwanted`: photos in which it is are left out.

    `weight`, 1 to `MAX_WEIGHT`, is how much it counts beside other wanted parts, see `Search.weights`.
    """

    source: Source
    box: Box | None = None
    is_unwanted: bool = False
    weight: int = 1

    @property
    def query(self) -> Query:
        """To search with this part alone."""
        return self.source.query(self.box)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a search asks for: photos that have all of `wanted` (at least one), and none of `unwanted`, in them.

    `numbers` are those that the wanted ones have for people, in their order; empty where one part stands alone.
    `weights` are theirs, too; empty where all are the same.
    """

    wanted: tuple[Query, ...]
    unwanted: tuple[Query, ...] = ()
    numbers: tuple[int, ...] = field(default=(), compare=False)
    weights: tuple[int, ...] = ()


def asked_by(parts: Sequence[Part]) -> Parts | None:
    """What these parts ask for; None without any.

    Where none is wanted, the whole of the first one's picture is: "like this, but without that".
    """
    if not parts:
        return None
    wanted = [(number, part.query, part.weight) for number, part in enumerate(parts, start=1) if not part.is_unwanted]
    unwanted = tuple(part.query for part in parts if part.is_unwanted)
    if not wanted:
        return Parts((parts[0].source.query(),), unwanted)
    numbers, queries, weights = zip(*wanted, strict=True)
    return Parts(queries, unwanted, numbers if len(parts) > 1 else (), weights if len(set(weights)) > 1 else ())


class QueryParts(QObject):
    """The parts of the query, one of which is in work.

    Signals:
        changed(): the parts, or which of them is in work.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[Part, ...] = ()
        self._current = 0

    def all(self) -> tuple[Part, ...]:
        """The parts, in the order in which they were added."""
        return self._parts

    def current(self) -> int:
        """The place of the part in work; 0 without any."""
        return self._current

    def part(self) -> Part | None:
        """The part in work."""
        return self._parts[self._current] if self._parts else None

    def start(self, source: Source, box: Box | None = None) -> None:
        """Begin anew with this picture, or the box in it."""
        self._set((Part(source, box),), 0)

    def clear(self) -> None:
        """Have none."""
        self._set((), 0)

    def restore(self, parts: Sequence[Part], current: int) -> None:
        """Have these, the one at this place in work."""
        self._set(tuple(parts), min(max(current, 0), max(len(parts) - 1, 0)))

    def add(self, part: Part) -> bool:
        """Add a part, which is in work then; returns whether there was room for it."""
        if len(self._parts) >= MAX_PARTS:
            return False
        self._set((*self._parts, part), len(self._parts))
        return True

    def remove(self, at: int) -> None:
        """Take a part out. Of the last one only the box goes: its whole picture is searched for."""
        if not 0 <= at < len(self._parts):
            return
        if len(self._parts) == 1:
            self.start(self._parts[0].source)
        else:
            left = self._parts[:at] + self._parts[at + 1 :]
            self._set(left, self._current - (at < self._current or self._current == len(left)))

    def remove_source(self, source: Source) -> None:
        """Take out all parts of this picture."""
        left = tuple(part for part in self._parts if part.source != source)
        n_before = sum(part.source != source for part in self._parts[: self._current])
        self._set(left, max(0, min(n_before, len(left) - 1)))

    def keep_whole(self) -> None:
        """Only the whole picture of the part in work is searched for."""
        if self._parts:
            self.start(self._parts[self._current].source)

    def choose(self, at: int) -> None:
        """Have this one in work."""
        if 0 <= at < len(self._parts):
            self._set(self._parts, at)

    def set_box(self, box: Box | None) -> None:
        """Change the box of the part in work."""
        if self._parts:
            self._replace(self._current, replace(self._parts[self._current], box=box))

    def toggle_unwanted(self, at: int) -> None:
        """Leave photos out in which this part is, or have them again. A whole picture alone cannot be left out."""
        if 0 <= at < len(self._parts):
            part = self._parts[at]
            if part.box is not None or len(self._parts) > 1:  # else nothing would be wanted
                self._replace(at, replace(part, is_unwanted=not part.is_unwanted))

    def change_weight(self, at: int, by: int) -> None:
        """Have this part count more or less, as far as there are weights."""
        if 0 <= at < len(self._parts):
            part = self._parts[at]
            self._replace(at, replace(part, weight=min(max(part.weight + by, 1), MAX_WEIGHT)))

    def asked(self) -> Parts | None:
        """What they ask for."""
        return asked_by(self._parts)

    def _replace(self, at: int, part: Part) -> None:
        self._set((*self._parts[:at], part, *self._parts[at + 1 :]), self._current)

    def _set(self, parts: tuple[Part, ...], current: int) -> None:
        if len(parts) == 1 and parts[0].box is None and parts[0].is_unwanted:
            parts = (replace(parts[0], is_unwanted=False),)
        if (parts, current) != (self._parts, self._current):
            self._parts, self._current = parts, current
            self.changed.emit()
