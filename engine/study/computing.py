"""The runs of a study, one after the other: those that are not known yet are computed, measured and kept at once."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Generator, Iterator

import torch  # noqa: TID253 - only imported by whoever has decided to train

from engine.actnet.network import Architecture
from engine.messages import Phase, Progress
from engine.study.contender import Contender, Descriptors, pooled_at_start
from engine.study.inputs import SharedInputs
from engine.study.measuring import measure
from engine.study.plan import SSA, Plan, Run
from engine.study.results import Outcome, Results
from engine.study.statistics import mean_of_sets

_UNTRAINED_EFFORT = 0.2  # of a run that is not trained, as a share of one that is


class Computing:
    """Computes what is missing, pooling by pooling.

    Args:
        plan: what is to be known in the end.
        architecture: the network with all streams.
        inputs: of all photos, stored by now.
        results: what is known already; each run is added.
    """

    def __init__(self, plan: Plan, architecture: Architecture, inputs: SharedInputs, results: Results) -> None:
        self._plan = plan
        self._architecture = architecture
        self._inputs = inputs
        self._results = results
        self._to_do = sum(map(_effort, results.missing(plan.runs())))
        self._effort = 0.0
        self._mean_ap: float | None = None  # of the last run
        self._began = time.monotonic()

    def run(self) -> Iterator[Progress]:
        """Until nothing is missing.

        Raises:
            DatasetError, TrainingError: there is nothing to learn from, or a loss is no number any more.
            DiskFull, LibraryError: results cannot be written.
        """
        yield self._progress(Phase.MEASURING)
        if not self._results.histograms:
            self._results.histograms = self._inputs.histograms(self._architecture)
        for pooling in self._plan.poolings:
            missing = self._results.missing(self._plan.runs([pooling]))
            if missing:
                pooled = yield from self._pooled(pooling)
                for streams in self._plan.aggregations:
                    runs = [run for run in missing if run.cell.streams == streams]
                    if runs:
                        yield from self._compute(Contender(self._with(pooling, streams), self._inputs, pooled), runs)

    def _with(self, pooling: str, streams: str) -> Architecture:
        """The network with one pooling, of all streams or the deepest alone."""
        chosen = self._architecture.streams[-1:] if streams == SSA else self._architecture.streams
        return dataclasses.replace(
            self._architecture, streams=tuple(dataclasses.replace(stream, pooling=pooling) for stream in chosen)
        )

    def _pooled(self, pooling: str) -> Generator[Progress, None, torch.Tensor]:
        steps = pooled_at_start(self._inputs, self._with(pooling, self._plan.aggregations[-1]))
        while True:
            try:
                next(steps)
            except StopIteration as stop:
                pooled: torch.Tensor = stop.value
                return pooled
            yield self._progress(Phase.MEASURING)

    def _compute(self, contender: Contender, runs: list[Run]) -> Iterator[Progress]:
        for run in runs:
            began = time.monotonic()
            found = contender.untrained() if run.seed is None else (yield from self._trained(contender, run.seed))
            yield self._progress(Phase.MEASURING)
            figures = measure(self._inputs.photos.sets, self._inputs.photos.distractors, found.of_photos)
            self._results.add(run, Outcome(figures, found.parameters, time.monotonic() - began))
            self._effort += _effort(run)
            self._mean_ap = mean_of_sets(figures.precisions)
            yield self._progress(Phase.MEASURING)

    def _trained(self, contender: Contender, seed: int) -> Generator[Progress, None, Descriptors]:
        steps = contender.trained(dataclasses.replace(self._inputs.settings, seed=seed))
        while True:
            try:
                loss = next(steps)
            except StopIteration as stop:
                found: Descriptors = stop.value
                return found
            yield self._progress(Phase.TRAINING, loss)

    def _progress(self, phase: Phase, loss: float | None = None) -> Progress:
        runs = list(self._plan.runs())
        done = len(runs) - len(self._results.missing(runs))
        took_s = time.monotonic() - self._began
        left_s = took_s / self._effort * (self._to_do - self._effort) if self._effort else None
        figures = tuple((name, value) for name, value in (("loss", loss), ("mAP", self._mean_ap)) if value is not None)
        return Progress(0, phase, done, len(runs), eta_s=left_s, figures=figures)


def _effort(run: Run) -> float:
    return _UNTRAINED_EFFORT if run.seed is None else 1.0
