"""How good a ranking is. Pure functions on rankings; standard library only.

There are two definitions of average precision, which differ by some tenths of a point: with interpolation in the
protocols of Oxford, Paris and Holidays, without it wherever photos are measured by folders of the same thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


def average_precision(right: Sequence[bool]) -> float:
    """Mean over the right hits of the precision at their rank; 0..1. `right` is the whole ranking, best first.

    Without interpolation: all right answers are in the ranking.
    """
    precisions: list[float] = []
    for rank, is_right in enumerate(right, start=1):
        if is_right:
            precisions.append((len(precisions) + 1) / rank)
    return sum(precisions) / len(precisions) if precisions else 0.0


def recall_at(right: Sequence[bool], k: int) -> float:
    """1 if one of the first k hits is right, else 0."""
    return float(any(right[:k]))


@dataclass(slots=True)
class Tally:
    """Sums over queries; `summary` gives the means as fractions 0..1."""

    precisions: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    top_ten: list[float] = field(default_factory=list)
    centred: list[bool] = field(default_factory=list)

    def add(self, right: Sequence[bool]) -> None:
        """Count a query by its whole ranking."""
        self.precisions.append(average_precision(right))
        self.first.append(recall_at(right, 1))
        self.top_ten.append(recall_at(right, 10))

    def summary(self) -> dict[str, float | int | None]:
        """The figures of all queries so far."""
        return {
            "queries": len(self.precisions),
            "mAP": mean(self.precisions),
            "recall@1": mean(self.first),
            "recall@10": mean(self.top_ten),
            "box_centre_rate": mean(self.centred),
        }


def mean(values: Iterable[float | int | None]) -> float | None:
    """The mean of those that are known, to six digits; None if none is."""
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 6) if known else None
