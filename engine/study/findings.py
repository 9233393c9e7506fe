"""From a study's results to its findings: figures with intervals, and what the intervals say of the paper's statements.

No torch; any thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.study.plan import MSA, SSA, Cell, Plan
from engine.study.results import Outcome, Results
from engine.study.statistics import Bootstrap, Interval, PerQuery, mean_of, mean_of_sets, spread

NAMES = {
    "spoc": "SPoC", "mac": "MAC", "gem": "GeM", "rmac": "R-MAC", "sinh": "Sine-Hyperbolic",
    "exponential": "Exponential", "weibull": "Weibull",
}
"""Poolings as the literature writes them."""


@dataclass(frozen=True, slots=True)
class CellFigures:
    """What was measured of one cell; shares 0..1.

    Args:
        mean_ap: the mean of the sets, with its interval.
        spread: standard deviation of that over the seeds; None if there are not two.
        first: recall@1, the mean of the sets.
        by_set: set -> (mAP, recall@1).
    """

    mean_ap: Interval
    spread: float | None
    first: float
    by_set: dict[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Difference:
    """Two things compared, in mAP as a share.

    Args:
        topic: what is compared with what.
        case: where: the condition or the pooling.
        interval: how far the first lies above the second.
        by_seed: the same with each seed alone; one value where nothing was drawn at random.
    """

    topic: str
    case: str
    interval: Interval
    by_seed: tuple[float, ...]

    @property
    def verdict(self) -> str:
        """Whether the first is better: see `statistics.Interval.verdict`."""
        return self.interval.verdict()


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of the paper, and the difference that speaks for or against it."""

    sentence: str
    difference: Difference


@dataclass(frozen=True, slots=True)
class Findings:
    """All findings: `differences` by topic."""

    cells: dict[Cell, CellFigures]
    claims: tuple[Claim, ...]
    differences: dict[str, list[Difference]]


def find(plan: Plan, results: Results, bootstrap: Bootstrap) -> Findings:
    """The findings of a study all of whose runs are done."""
    finding = _Finding(plan, results, bootstrap)
    differences = finding.differences()
    return Findings({cell: finding.figures(cell) for cell in plan.cells()}, tuple(finding.claims()), differences)


class _Finding:
    def __init__(self, plan: Plan, results: Results, bootstrap: Bootstrap) -> None:
        self._plan = plan
        self._outcomes: dict[Cell, list[Outcome]] = {cell: results.of(plan.runs_of(cell)) for cell in plan.cells()}
        self._bootstrap = bootstrap

    def figures(self, cell: Cell) -> CellFigures:
        outcomes = self._outcomes[cell]
        precisions = mean_of([one.figures.precisions for one in outcomes])
        firsts = mean_of([one.figures.firsts for one in outcomes])
        return CellFigures(
            self._bootstrap.interval(precisions),
            spread([mean_of_sets(one.figures.precisions) for one in outcomes]),
            mean_of_sets(firsts),
            {name: (_mean(precisions[name]), _mean(firsts[name])) for name in precisions},
        )

    # ---- differences ----

    def _difference(self, topic: str, case: str, pairs: Sequence[tuple[Cell, Cell]]) -> Difference:
        """Of the means of the first and of the second cells of some pairs."""
        first, second = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        interval = self._bootstrap.difference(self._precisions(first), self._precisions(second))
        n_seeds = len(self._plan.seeds) if any(cell.trained for cell in (*first, *second)) else 1
        by_seed = tuple(
            mean_of_sets(self._precisions(first, i)) - mean_of_sets(self._precisions(second, i))
            for i in range(n_seeds)
        )
        return Difference(topic, case, interval, by_seed)

    def _precisions(self, cells: Sequence[Cell], seed: int | None = None) -> PerQuery:
        """Query by query the mean of the cells, over all seeds or with the one of this number."""
        found: list[PerQuery] = []
        for cell in cells:
            outcomes = self._outcomes[cell]
            chosen = outcomes if seed is None else [outcomes[min(seed, len(outcomes) - 1)]]
            found.append(mean_of([one.figures.precisions for one in chosen]))
        return mean_of(found)

    def differences(self) -> dict[str, list[Difference]]:
        """All pairs of cells that the paper compares, by topic."""
        found = {
            "Weibull over Exponential": self._between_poolings("weibull", "exponential"),
            "Sine-Hyperbolic over SPoC": self._between_poolings("sinh", "spoc"),
            "MSA over SSA": self._between_streams(),
            "Trained over untrained": self._between_states(),
        }
        return {topic: differences for topic, differences in found.items() if differences}

    def _between_poolings(self, better: str, other: str) -> list[Difference]:
        if not {better, other} <= set(self._plan.poolings):
            return []
        topic = f"{NAMES[better]} over {NAMES[other]}"
        return [
            self._difference(topic, condition_name(streams, trained), [(Cell(better, streams, trained),
                                                                       Cell(other, streams, trained))])
            for streams in self._plan.aggregations
            for trained in (False, True)
        ]

    def _between_streams(self) -> list[Difference]:
        if MSA not in self._plan.aggregations:
            return []
        found = []
        for trained in (False, True):
            pairs = [(Cell(name, MSA, trained), Cell(name, SSA, trained)) for name in self._plan.poolings]
            found += self._each_and_mean("MSA over SSA", "trained" if trained else "untrained", pairs)
        return found

    def _between_states(self) -> list[Difference]:
        found = []
        for streams in self._plan.aggregations:
            pairs = [(Cell(name, streams, True), Cell(name, streams, False)) for name in self._plan.poolings]
            found += self._each_and_mean("Trained over untrained", streams, pairs)
        return found

    def _each_and_mean(self, topic: str, condition: str, pairs: Sequence[tuple[Cell, Cell]]) -> list[Difference]:
        each = [self._difference(topic, f"{NAMES[pair[0].pooling]}, {condition}", [pair]) for pair in pairs]
        return [*each, self._difference(topic, f"mean of the poolings, {condition}", pairs)]

    # ---- the paper's statements ----

    def claims(self) -> list[Claim]:
        """What the paper says, as far as this plan compares it: trained, with all streams."""
        plan = self._plan
        streams = plan.aggregations[-1]
        condition = condition_name(streams, True)
        found = []
        for sentence, better, other in (
            ("An activation helps: Sine-Hyperbolic finds more than SPoC, which has none.", "sinh", "spoc"),
            ("Weibull, which evens out strong responses, finds more than Exponential.", "weibull", "exponential"),
        ):
            if {better, other} <= set(plan.poolings):
                pair = (Cell(better, streams, True), Cell(other, streams, True))
                topic = f"{NAMES[better]} over {NAMES[other]}"
                found.append(Claim(sentence, self._difference(topic, condition, [pair])))
        if MSA in plan.aggregations:
            pairs = [(Cell(name, MSA, True), Cell(name, SSA, True)) for name in plan.poolings]
            difference = self._difference("MSA over SSA", "mean of the poolings, trained", pairs)
            found.append(Claim("Several streams find more than the deepest one alone.", difference))
        pairs = [
            (Cell(name, streams, True), Cell(name, streams, False))
            for name in plan.poolings for streams in plan.aggregations
        ]
        difference = self._difference("Trained over untrained", "mean of all architectures", pairs)
        return [*found, Claim("Training finds more than the same network untrained.", difference)]


def condition_name(streams: str, trained: bool) -> str:
    """“MSA, trained”."""
    return f"{streams}, {'trained' if trained else 'untrained'}"


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
