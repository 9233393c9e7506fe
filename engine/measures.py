"""How good a ranking is. Pure functions on rankings; standard library only.

There are two definitions of average precision, which differ by some tenths of a point: with interpolation in the
protocols of Oxford, Paris and Holidays, without it wherever photos are measured by folders of the same thing.
Ranks count from 0, the best hit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

PROTOCOL_KS = (1, 5, 10)
"""The k of mP@k that are reported for published protocols."""


def average_precision(right: Sequence[bool]) -> float:
    """Mean over the right hits of the precision at their rank; 0..1. `right` is the whole ranking, best first.

    Without interpolation: all right answers are in the ranking.
    """
    precisions: list[float] = []
    for rank, is_right in enumerate(right, start=1):
        if is_right:
            precisions.append((len(precisions) + 1) / rank)
    return sum(precisions) / len(precisions) if precisions else 0.0


def without_junk(right: Sequence[int], junk: Sequence[int]) -> list[int]:
    """The ranks of the right hits when the junk ones are taken out of the ranking; both ascending."""
    return [rank - bisect_left(junk, rank) for rank in right]


def interpolated_precision(right: Sequence[int], n_right: int) -> float:
    """Average precision of a query as the area below its precision-recall curve, by trapezoids; 0..1.

    As published for the protocols: `compute_ap` of Oxford and Paris (Philbin et al., CVPR 2007 and 2008), of the
    revisited ones (Radenovic et al., CVPR 2018), and `score_ap_from_ranks_1` of Holidays (Jegou et al., ECCV 2008).

    Args:
        right: ranks of the right hits, ascending, junk taken out.
        n_right: how many right answers there are (at least one), found or not.
    """
    area = 0.0
    for n_before, rank in enumerate(right):
        before = n_before / rank if rank else 1.0
        area += (before + (n_before + 1) / (rank + 1)) / 2
    return area / n_right


def precision_at(right: Sequence[int], k: int) -> float:
    """Share of right ones among the first k hits, or among those up to the last right one if that comes earlier.

    As in `compute_map` of Radenovic et al., CVPR 2018, so that a query with few right answers can reach 1. `right` as
    above; 0 if none was found.
    """
    if not right:
        return 0.0
    k = min(k, right[-1] + 1)
    return bisect_left(right, k) / k


def recall_at(right: Sequence[bool], k: int) -> float:
    """1 if one of the first k hits is right, else 0."""
    return float(any(right[:k]))


CURVE_LEVELS = 101
"""Points of a precision-recall curve: recall 0, 0.01, ... 1."""


def interpolated_curve(right: Sequence[bool]) -> list[float]:
    """Precision at `CURVE_LEVELS` levels of recall, each the best at this recall or a higher one; 0..1.

    `right` is the whole ranking, best first, and holds all right answers. Interpolated as in Manning, Raghavan and
    Schuetze, "Introduction to Information Retrieval" (2008), section 8.4.
    """
    best: list[float] = []
    for rank, is_right in enumerate(right, start=1):
        if is_right:
            best.append((len(best) + 1) / rank)
    if not best:
        return [0.0] * CURVE_LEVELS
    for i in range(len(best) - 2, -1, -1):
        best[i] = max(best[i], best[i + 1])
    # In whole numbers: the first right hit at which recall is at least level / 100.
    steps = CURVE_LEVELS - 1
    return [best[max(0, -(-level * len(best) // steps) - 1)] for level in range(CURVE_LEVELS)]


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


@dataclass(slots=True)
class ProtocolTally:
    """Sums over the queries of a published protocol; `summary` gives the means as fractions 0..1."""

    precisions: list[float] = field(default_factory=list)
    at: dict[int, list[float]] = field(default_factory=lambda: {k: [] for k in PROTOCOL_KS})

    def add(self, right: Sequence[int], n_right: int) -> None:
        """Count a query; see `interpolated_precision`. One without right answers does not count."""
        if n_right:
            self.precisions.append(interpolated_precision(right, n_right))
            for k, precisions in self.at.items():
                precisions.append(precision_at(right, k))

    def summary(self) -> dict[str, float | int | None]:
        """The figures of all queries so far."""
        return {
            "queries": len(self.precisions),
            "mAP": mean(self.precisions),
            **{f"mP@{k}": mean(precisions) for k, precisions in self.at.items()},
        }


def mean(values: Iterable[float | int | None]) -> float | None:
    """The mean of those that are known, to six digits; None if none is."""
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 6) if known else None
