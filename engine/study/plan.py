"""What a study compares, and with which settings. No torch; any thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.training.settings import TrainingSettings, TupleRule, ViewRule

SSA = "SSA"
"""Single stream aggregation: the deepest stream only."""
MSA = "MSA"
"""Multi-stream aggregation: all streams."""

WHOLE_POOLINGS = ("spoc", "mac", "gem", "rmac")
ACTIVATED_POOLINGS = ("sinh", "exponential", "weibull")
POOLINGS = (*WHOLE_POOLINGS, *ACTIVATED_POOLINGS)
"""What is compared if nothing else is asked for, in the order of the report."""

STUDY_SETTINGS = TrainingSettings(
    epochs=1,
    whitening_steps=300,
    polishing_steps=150,
    batch_tuples=8,
    batch_others=8,
    network_rate=0.0,
    pooling_rate=0.03,
    whole_powers=False,
    tuples=TupleRule(anchors_per_source=120),
    views=ViewRule(n_random=0, n_random_unlabelled=0),
)
"""A short training, as there are many: the backbone stays as it is, and whole photos only are learnt from. Its one
epoch is short, which is why poolings learn three times as fast as usual. Powers of activations are not rounded, so that
what is reported is what was learnt."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of the table: a pooling, `SSA` or `MSA`, trained or not."""

    pooling: str
    streams: str
    trained: bool


@dataclass(frozen=True, slots=True)
class Run:
    """What is computed and measured as one; the seed is None where nothing is drawn at random."""

    cell: Cell
    seed: int | None

    @property
    def key(self) -> str:
        """Its name in the file of results, the same in every version: "weibull/MSA/trained/1"."""
        state = "untrained" if self.seed is None else f"trained/{self.seed}"
        return f"{self.cell.pooling}/{self.cell.streams}/{state}"


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a study compares.

    Args:
        poolings: names of `actnet.pooling.POOLINGS`.
        aggregations: `SSA` and `MSA`, or `SSA` alone where the backbone has one stream.
        seeds: of the trainings.
    """

    poolings: tuple[str, ...]
    aggregations: tuple[str, ...]
    seeds: tuple[int, ...]

    def cells(self) -> list[Cell]:
        """All fields of the table."""
        return [
            Cell(pooling, streams, trained)
            for pooling in self.poolings
            for streams in self.aggregations
            for trained in (False, True)
        ]

    def runs_of(self, cell: Cell) -> list[Run]:
        """The runs whose mean is the cell's value."""
        return [Run(cell, seed) for seed in self.seeds] if cell.trained else [Run(cell, None)]

    def runs(self, poolings: Sequence[str] | None = None) -> Iterator[Run]:
        """All runs, or those of some poolings, in the order in which they are computed."""
        for cell in self.cells():
            if poolings is None or cell.pooling in poolings:
                yield from self.runs_of(cell)
