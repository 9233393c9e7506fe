"""A span of days as a value of the filter by date. No Qt, no thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_BETWEEN = ".."


@dataclass(frozen=True, slots=True)
class DateRange:
    """From one day to another, both included, each as "2024-05-31"."""

    first: str
    last: str

    @property
    def value(self) -> str:
        """What stands for it among the values of the filter, where single years may stand, too."""
        return f"{self.first}{_BETWEEN}{self.last}"

    @property
    def bounds(self) -> tuple[str, str]:
        """What times of photos taken in it, see `Hit.taken`, are between. Those that are not known ("") are not."""
        return self.first, f"{self.last}~"


def range_in(values: Iterable[str]) -> DateRange | None:
    """The range among the values of a filter, if there is one."""
    for value in values:
        first, between, last = value.partition(_BETWEEN)
        if between:
            return DateRange(first, last)
    return None
