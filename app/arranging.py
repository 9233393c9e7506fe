"""Which hits are shown, in which order, in which sections: filters, sorting, grouping, stacks. No Qt, no thread.

Everything is done with numbers of rows, in steps of some milliseconds each, so that a window can paint meanwhile even
if there are a hundred thousand hits.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from heapq import merge
from itertools import islice

from app.columns import UNKNOWN, Columns, Facet
from app.date_range import range_in

_PIECE_ROWS = 10_000


class Order(Enum):
    """What comes first."""

    SCORE = "score"
    DATE = "date"
    NAME = "name"


class Grouping(Enum):
    """What the sections are."""

    NONE = "none"
    FOLDER = "folder"
    DATE = "date"


@dataclass(frozen=True)
class Arrangement:
    """How to show hits.

    `min_score`: those below are not shown, unless the user has said that they show the same. `chosen`: the values of
    each facet that are wanted; a facet that is not there takes all. `stacks`: near-identical shots are one, but those
    whose numbers are in `open_stacks`.
    The date is wanted by years or by the value of one `DateRange`.
    """

    min_score: float = 0.0
    chosen: Mapping[Facet, frozenset[str]] = field(default_factory=dict)
    order: Order = Order.SCORE
    grouping: Grouping = Grouping.NONE
    stacks: bool = False
    open_stacks: frozenset[int] = frozenset()

    def choose(self, facet: Facet, values: Iterable[str] | None) -> Arrangement:
        """The same, but with these values of a facet wanted; all with None or none."""
        chosen = {key: kept for key, kept in self.chosen.items() if key is not facet}
        wanted = frozenset(values or ())
        return replace(self, chosen=chosen | {facet: wanted} if wanted else chosen)

    @property
    def needs_columns(self) -> bool:
        """Whether more than the scores has to be known of the hits."""
        return bool(self.chosen) or self.order is not Order.SCORE or self.grouping is not Grouping.NONE


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the rows shown. `key`: a folder's path or a month "2024-05"; UNKNOWN: not known; None: no sections."""

    key: str | None
    n_rows: int


@dataclass(frozen=True, slots=True)
class Arranged:
    """The result: numbers of hits in the order shown, and their sections.

    `good` are the rows that are not below the least score, whatever the filters; `n_passed` of them pass the filters.
    `stack_sizes`: row -> how many hits it stands for, itself included; of open stacks, too.
    """

    rows: list[int]
    sections: tuple[Section, ...]
    good: list[int]
    n_passed: int
    stack_sizes: dict[int, int]


Steps = Generator[None, None, Arranged]


def arrange(columns: Columns, arrangement: Arrangement) -> Steps:
    """Arrange hits. Fills in the columns if that is needed."""
    if arrangement.needs_columns:
        yield from columns.fill()
    good = _good(columns, arrangement.min_score)
    yield
    rows = good
    for facet, wanted in arrangement.chosen.items():
        values = columns.values[facet]
        span = range_in(wanted) if facet is Facet.TAKEN else None
        if span is None:
            rows = [row for row in rows if values[row] in wanted]
        else:
            taken, (earliest, latest) = columns.taken, span.bounds
            rows = [row for row in rows if earliest <= taken[row] <= latest]
        yield
    if arrangement.order is not Order.SCORE:
        rows = yield from _sorted(rows, columns, arrangement.order)
    parts = yield from _parted(rows, columns, arrangement.grouping)
    stack_sizes: dict[int, int] = {}
    if arrangement.stacks:
        for key in parts:
            parts[key] = yield from _stacked(parts[key], columns, arrangement.open_stacks, stack_sizes)
    sections = tuple(Section(key, len(part)) for key, part in parts.items() if part)
    return Arranged([row for part in parts.values() for row in part], sections, good, len(rows), stack_sizes)


def _good(columns: Columns, min_score: float) -> list[int]:
    hits = columns.hits
    return [row for row, score in enumerate(columns.scores) if score >= min_score or hits[row].labelled_same]


def _sorted(rows: list[int], columns: Columns, order: Order) -> Generator[None, None, list[int]]:
    """By date, newest first and unknown ones last, or by name; equal ones stay in the order of their scores."""
    keys, descending = (columns.taken, True) if order is Order.DATE else (columns.names, False)
    pieces = []
    for start in range(0, len(rows), _PIECE_ROWS):
        pieces.append(sorted(rows[start : start + _PIECE_ROWS], key=keys.__getitem__, reverse=descending))
        yield
    merged = merge(*pieces, key=keys.__getitem__, reverse=descending)
    joined: list[int] = []
    while len(joined) < len(rows):
        joined += islice(merged, _PIECE_ROWS)
        yield
    return joined


def _parted(
    rows: list[int], columns: Columns, grouping: Grouping
) -> Generator[None, None, dict[str | None, list[int]]]:
    """The rows by section, in the order of the sections: folders as they come, months from the newest on."""
    if grouping is Grouping.NONE:
        return {None: rows}
    folders = columns.values[Facet.FOLDER]
    parts: dict[str | None, list[int]] = {}
    for start in range(0, len(rows), _PIECE_ROWS):
        for row in rows[start : start + _PIECE_ROWS]:
            key = folders[row] if grouping is Grouping.FOLDER else columns.taken[row][:7]
            parts.setdefault(key, []).append(row)
        yield
    if grouping is Grouping.DATE:
        return {key: parts[key] for key in sorted(parts, key=lambda month: month or UNKNOWN, reverse=True)}
    return parts


def _stacked(
    rows: list[int], columns: Columns, open_stacks: frozenset[int], sizes: dict[int, int]
) -> Generator[None, None, list[int]]:
    """The first of each stack only, and of an open one the others right after it."""
    members: dict[int, list[int]] = {}
    for start in range(0, len(rows), _PIECE_ROWS):
        for row in rows[start : start + _PIECE_ROWS]:
            stack = columns.hits[row].stack or -1 - row  # one that is in none is a stack by itself
            members.setdefault(stack, []).append(row)
        yield
    shown = []
    for stack, stacked in members.items():
        shown += stacked if stack in open_stacks else stacked[:1]
        if len(stacked) > 1:
            sizes[stacked[0]] = len(stacked)
    yield
    return shown
