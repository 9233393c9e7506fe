"""How sure the figures of a study are: bootstrap over queries. numpy only; any thread.

Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13: percentile intervals. Queries are drawn
with replacement within each set; the figure is the mean of the sets. All figures of a study are made from the same
draws, so that differences are those of pairs: the same queries under both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

N_DRAWS = 2000
CONFIDENCE = 0.95

HOLDS = "holds"
HOLDS_NOT = "does not hold"
NOT_DECIDED = "not decided"

PerQuery = Mapping[str, Sequence[float]]
"""A figure of each query, by set."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and the interval that holds it with `CONFIDENCE`."""

    value: float
    low: float
    high: float

    def verdict(self) -> str:
        """What the interval of a difference says of the statement that it is above 0."""
        low, high = round(self.low, 9), round(self.high, 9)  # what is 0 but for the last bits decides nothing
        if low > 0:
            return HOLDS
        return HOLDS_NOT if high < 0 else NOT_DECIDED


class Bootstrap:
    """Intervals of figures that were measured with the same queries.

    Args:
        n_queries: queries of each set, at least one.
        seed: the same seed draws the same.
        n_draws: how often queries are drawn.
    """

    def __init__(self, n_queries: Mapping[str, int], seed: int = 1, n_draws: int = N_DRAWS) -> None:
        rng = np.random.default_rng(seed)
        self._shares: dict[str, NDArray[np.float64]] = {
            name: rng.multinomial(n, np.full(n, 1 / n), size=n_draws) / n for name, n in sorted(n_queries.items())
        }

    def interval(self, figures: PerQuery) -> Interval:
        """The mean of the sets' means."""
        per_set = {name: np.asarray(values, dtype=np.float64) for name, values in figures.items()}
        drawn = np.mean([self._shares[name] @ values for name, values in per_set.items()], axis=0)
        tail = 100 * (1 - CONFIDENCE) / 2
        low, high = np.percentile(drawn, [tail, 100 - tail])
        return Interval(float(np.mean([values.mean() for values in per_set.values()])), float(low), float(high))

    def difference(self, first: PerQuery, second: PerQuery) -> Interval:
        """How far the first figure lies above the second."""
        return self.interval({name: np.subtract(first[name], second[name]).tolist() for name in first})


def mean_of(figures: Sequence[PerQuery]) -> dict[str, list[float]]:
    """Query by query the mean of several figures: of the seeds of a cell, or of several cells."""
    return {name: np.mean([one[name] for one in figures], axis=0).tolist() for name in figures[0]}


def mean_of_sets(figures: PerQuery) -> float:
    """The mean of the sets' means."""
    return float(np.mean([np.mean(values) for values in figures.values()]))


def spread(values: Sequence[float]) -> float | None:
    """The standard deviation over seeds, estimated from them (n - 1); None of a single one."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else None
