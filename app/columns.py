"""What hits can be filtered, sorted and grouped by, one list for each quality. No Qt, no thread.

Of a hundred thousand hits this takes about half a second, so it is worked out in steps; a filter is then one pass over
one list.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import Enum

from app.date_range import DateRange
from engine.types import Hit

STEP_ROWS = 400  # about 2 ms
UNKNOWN = ""
MEGAPIXELS = (1, 2, 4, 8, 12, 24)
LANDSCAPE, PORTRAIT, SQUARE = "landscape", "portrait", "square"
_SQUARE_WITHIN = 1.03  # sides that differ by less make a square
_SAME_TYPE = {"jpg": "jpeg", "jpe": "jpeg", "jfif": "jpeg", "tif": "tiff", "heif": "heic"}


class Facet(Enum):
    """A quality to filter by. Each hit has one value of it, a text that stands for it in the program only."""

    FOLDER = "folder"  # the folder's path
    TAKEN = "taken"  # the year, four digits; UNKNOWN
    TYPE = "type"  # the ending of the name in small letters, one for each format
    SHAPE = "shape"  # LANDSCAPE, PORTRAIT or SQUARE
    SIZE = "size"  # how many of MEGAPIXELS it reaches, one digit
    CAMERA = "camera"  # its name; UNKNOWN


class Columns:
    """The qualities of these hits, in their order. `scores` are there at once; the rest after `fill`."""

    def __init__(self, hits: tuple[Hit, ...]) -> None:
        self.hits = hits
        self.scores = [hit.score for hit in hits]
        self.values: dict[Facet, list[str]] = {facet: [] for facet in Facet}
        self.taken: list[str] = []  # the time, for sorting; UNKNOWN
        self.names: list[str] = []  # for sorting

    def update(self, hits: Iterable[Hit]) -> None:
        """The same photos in the same order, of which more has become known: only their scores may be others."""
        self.hits = tuple(hits)
        self.scores = [hit.score for hit in self.hits]

    @property
    def is_filled(self) -> bool:
        """Whether all qualities are known."""
        return len(self.names) == len(self.hits)

    def fill(self) -> Iterator[None]:
        """Work out the qualities of all hits, in steps of milliseconds. May be left at any step and gone on with."""
        while not self.is_filled:
            start = len(self.names)
            for hit in self.hits[start : start + STEP_ROWS]:
                self._add(hit)
            yield

    def _add(self, hit: Hit) -> None:
        folder, name = os.path.split(hit.path)
        taken = hit.taken or UNKNOWN
        values = self.values
        values[Facet.FOLDER].append(sys.intern(folder))
        values[Facet.TAKEN].append(sys.intern(taken[:4]))
        values[Facet.TYPE].append(type_of(name))
        values[Facet.SHAPE].append(shape_of(hit.width_px, hit.height_px))
        values[Facet.SIZE].append(size_class(hit.width_px * hit.height_px))
        values[Facet.CAMERA].append(hit.camera)
        self.taken.append(taken)
        self.names.append(name.casefold())

    def days(self, rows: Iterable[int]) -> DateRange | None:
        """From the day of the oldest of these rows to that of the newest; None if no day is known."""
        days = [taken[:10] for row in rows if (taken := self.taken[row])]
        return DateRange(min(days), max(days)) if days else None

    def count(self, facet: Facet, rows: Iterable[int]) -> Counter[str]:
        """How many of these rows have each value."""
        return Counter(map(self.values[facet].__getitem__, rows))


def type_of(name: str) -> str:
    """The format that a file's name tells: "jpeg" for photo.JPG."""
    suffix = os.path.splitext(name)[1].lower().removeprefix(".")
    return sys.intern(_SAME_TYPE.get(suffix, suffix))


def shape_of(width_px: int, height_px: int) -> str:
    """Whether a picture lies, stands or is square, or nearly so."""
    if max(width_px, height_px) <= _SQUARE_WITHIN * min(width_px, height_px):
        return SQUARE
    return LANDSCAPE if width_px > height_px else PORTRAIT


def size_class(n_pixels: int) -> str:
    """How many of `MEGAPIXELS` a picture reaches; a little less counts, as a camera's "12 megapixels" are."""
    return str(sum(n_pixels >= 970_000 * megapixels for megapixels in MEGAPIXELS))

