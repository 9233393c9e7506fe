"""The searches of this session in their order, to go back and forth through. No widget, no thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.columns import Facet
from app.parts import Part

MAX_STEPS = 100
TOGETHER_S = 1.5
"""Changes of one box that follow each other within this time are one step."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is in the results.

    `top` is the photo in the first line in view and `above_px` how much of its cell is above that; `chosen` is the
    photo that is chosen. None: the first line, no photo.
    """

    top: int | None = None
    above_px: int = 0
    chosen: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """How an answer was looked at.

    `least_score` is what the user has chosen, None the one suggested; `n_asked` how many hits were asked for; `chosen`
    the filters, as in `Arrangement`.
    """

    least_score: float | None = None
    n_asked: int = 0
    chosen: Mapping[Facet, frozenset[str]] = field(default_factory=dict)
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Step:
    """A search: the parts of its query, the place of the one in work, its options, and how its answer was looked at."""

    parts: tuple[Part, ...]
    current: int = 0
    turned: bool = False
    looks_further: bool = False
    seen: Seen | None = field(default=None, compare=False)

    def is_search_of(self, other: Step) -> bool:
        """Whether both ask for the same, whichever part is in work."""
        return replace(self, current=0) == replace(other, current=0)


class History:
    """The steps, one of which is where one is. A new search takes the place of all that one went back from."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._at = -1
        self._changed_s = -TOGETHER_S

    def step(self) -> Step | None:
        """Where one is."""
        return self._steps[self._at] if self._steps else None

    def can_go(self, by: int) -> bool:
        """Whether there is a step so many places on: -1 the one before, 1 the one after."""
        return 0 <= self._at + by < len(self._steps)

    def go(self, by: int) -> Step | None:
        """Be at the step so many places on; None, and nothing changes, if there is none."""
        if not self.can_go(by):
            return None
        self._at += by
        self._changed_s = -TOGETHER_S  # what is changed now is a new step
        return self._steps[self._at]

    def visit(self, step: Step, now_s: float) -> None:
        """A search has begun. One that the last change of the same box has made already is put in its place."""
        last = self.step()
        if last is not None and step.is_search_of(last):
            self._steps[self._at] = replace(step, seen=last.seen)
            return
        is_together = last is not None and now_s - self._changed_s < TOGETHER_S and _moves_a_box(last, step)
        self._changed_s = now_s
        kept = self._steps[: self._at + (not is_together)]
        self._steps = [*kept, step][-MAX_STEPS:]
        self._at = len(self._steps) - 1

    def see(self, seen: Seen) -> None:
        """Keep how the answer of this step is looked at."""
        if self._steps:
            self._steps[self._at] = replace(self._steps[self._at], seen=seen)


def _moves_a_box(before: Step, after: Step) -> bool:
    """Whether one box is all that two searches differ in, so that it is being moved or drawn on."""
    if len(before.parts) != len(after.parts) or replace(before, parts=after.parts, current=after.current) != after:
        return False
    changed = [pair for pair in zip(before.parts, after.parts, strict=True) if pair[0] != pair[1]]
    return all(old.box is not None and new.box is not None and replace(old, box=new.box) == new for old, new in changed)
