"""The jobs of models: tuning one, switching to another, taking them in and out, deleting them. Engine thread."""

from __future__ import annotations

import copy
from collections.abc import Generator
from typing import Any, Protocol

from engine import indexing
from engine.accelerate import Runner
from engine.actnet.checkpoint import ModelCard
from engine.config import EngineConfig
from engine.decoders import Decoders
from engine.describe import choose_runner
from engine.errors import TuningError
from engine.generation_table import Generation
from engine.generations import Generations
from engine.label_groups import Pair
from engine.learning import (
    DropTraining,
    ExportModel,
    GetModels,
    GetQuestions,
    GetTraining,
    ImportModel,
    ModelJob,
    ModelState,
    RemoveModel,
    Tune,
    TuningJob,
    UseModel,
)
from engine.library import Library
from engine.messages import Event, Notice, Phase, Progress
from engine.questions import Questioner
from engine.roots import Roots
from engine.settling import Settling
from engine.tuning import deep, run
from engine.tuning.deep_plan import forget_training
from engine.tuning.material import Means
from engine.worker import Steps


class Pace(Protocol):
    """How hard long work is done; see `effort.Effort`."""

    gentle: bool

    def rest(self, at_most_s: float) -> None:
        """Wait, but not while anything else is to be done."""

    def held(self, steps: Steps) -> Steps:
        """These steps, but none while the computer is to be left to others."""


class Host(Protocol):
    """What the session does for these jobs."""

    @property
    def effort(self) -> Pace:
        """How hard long work is done."""

    def wait_for_runner(self) -> Generator[Event | None, None, Runner]:
        """The runner of the model in use, once there is one."""

    def wait_for_index(self) -> Generator[Event | None, None, None]:
        """Until index and region codes are loaded and up to date."""

    def bulk_decoders(self) -> Decoders:
        """The pool for bulk work."""

    def take_over(self, card: ModelCard, runner: Runner) -> None:
        """Go on with another model, which the library has been switched to, and close the runner of the former."""


class ModelWork:
    """What can be done with the models of an open library.

    Args:
        library: whose models they are.
        default: the card of the model that was shipped or named.
        config: what the engine was opened with.
        host: the session.
    """

    def __init__(self, library: Library, default: ModelCard, config: EngineConfig, host: Host) -> None:
        self._library = library
        self._config = config
        self._host = host
        self.generations = Generations(library, default)
        self._questioner = Questioner(library, self.generations, self._labelled)
        if not library.read_only:
            self.generations.remove_strays()

    def answer(self, job: ModelJob) -> Any:
        """The result of an interactive job.

        Raises:
            TuningError, LibraryError: it cannot be done.
        """
        match job:
            case GetModels():
                return self.generations.states()
            case GetQuestions():
                return self._questioner.questions(job)
            case GetTraining():
                return deep.unfinished(self._library)
            case ExportModel(name, path):
                return self.generations.write_out(name, path)

    def _labelled(self) -> tuple[list[Pair], list[Pair]]:
        rows = [row for row in self._library.catalogue.labels.all() if row.pair.box is None]
        same, different = (
            [(row.pair.a, row.pair.b) for row in rows if row.same is wanted] for wanted in (True, False)
        )
        return same, different

    def work(self, job: TuningJob) -> Steps:
        """The steps of a bulk job.

        Raises:
            TuningError, ModelError, DeviceError, LibraryError: it cannot be done; the model in use stays in use.
        """
        yield from self._host.wait_for_index()
        match job:
            case Tune():
                return (yield from self._tune(job))
            case DropTraining():
                forget_training(self._library.folder.training)
                return None
            case UseModel(name):
                return (yield from self._use(self.generations.find(name)))
            case RemoveModel(name):
                yield from self.generations.remove(self.generations.find(name))
            case ImportModel(path):
                self.generations.take_in(path)
        return self.generations.states()

    def _tune(self, job: Tune) -> Steps:
        runner = yield from self._host.wait_for_runner()
        effort = self._host.effort
        means = Means(
            runner, self._host.bulk_decoders, self._runner_of, self._config.device, effort.rest, lambda: effort.gentle
        )
        if job.deep:
            steps = deep.tune_deeply(self._library, self.generations, means, restart=job.restart)
            return (yield from effort.held(steps))
        return (yield from run.tune(self._library, self.generations, means))

    def _use(self, wanted: Generation) -> Generator[Event | None, None, tuple[ModelState, ...]]:
        """Make everything ready for a model, then switch in one step."""
        if wanted.model_id == self._library.model.model_id:
            return self.generations.states()
        card = self.generations.card(wanted)
        runner = yield from self._runner_of(card)
        try:
            yield from self.make_ready(wanted, card, runner)
        except BaseException:
            runner.close()
            raise
        self._host.take_over(card, runner)
        return self.generations.states()

    def make_ready(self, wanted: Generation, card: ModelCard, runner: Runner) -> Steps:
        """Make what a model lacks, with its runner where photos have to be described anew; at last switch to it."""
        model = self.generations.model(wanted)
        index, regions = self._library.searchable(model)
        for _ in index.load():
            yield None
        yield from regions.load()
        if self.generations.sources(wanted):
            yield from self.generations.fill(wanted)
        else:
            other = copy.copy(self._library)  # the same library, as if this model were in use
            other.card, other.model, other.index, other.regions = card, model, index, regions
            means = indexing.Means(
                runner, self._host.bulk_decoders(), card.rule, Settling(self._config.settle_s),
                Roots(self._library.catalogue.folders),
            )
            yield from indexing.Indexing(other, means).run(())
        for done, total in index.catch_up():
            yield Progress(0, Phase.SAVING, done, total)
        yield from regions.catch_up()
        yield from index.save()
        yield from regions.save()
        self._library.switch(card, model, index, regions)

    def _runner_of(self, card: ModelCard) -> Generator[Event | None, None, Runner]:
        for step in choose_runner(card, self._config.cache, self._config.device, beside=True):
            if isinstance(step, Notice):
                yield step
            elif step is not None:
                return step
            else:
                yield Progress(0, Phase.PREPARING)
        raise TuningError("There is no way to compute with this model on this computer.")
