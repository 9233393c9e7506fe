"""What the engine thread works with: one open library and what it takes to index and search it.

Imported on the engine thread only, as it brings numpy, hnswlib and Pillow with it. Opening is quick; loading the index
and preparing the network are background tasks, beside which everything that does not need them is answered already.
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engine import check
from engine.accelerate import Runner
from engine.actnet.checkpoint import ModelCard, read_card
from engine.config import EngineConfig
from engine.curating import Curating
from engine.decode import DecodeRequest
from engine.decoders import Decoders
from engine.describe import choose_runner
from engine.device import n_cores
from engine.duplicates import find_duplicates
from engine.effort import Effort, PacedRunner
from engine.errors import EngineError, LibraryError, UnknownPhoto
from engine.experimenting import experiment
from engine.filling import Filling
from engine.labelling import Labelling
from engine.library import Library
from engine.memory import give_memory_back
from engine.messages import (
    BulkJob,
    CheckLibrary,
    CurateJob,
    DrawHeat,
    EngineReady,
    Evaluate,
    EvaluateProtocol,
    Event,
    ExportLabels,
    FillIn,
    FindDuplicates,
    ForgetGone,
    GetExcludes,
    GetFailures,
    GetLabels,
    GetStatus,
    IndexFolders,
    InteractiveJob,
    LabelJob,
    LoadPicture,
    Locate,
    LookAgain,
    MakeThumbnail,
    ModelJob,
    Notice,
    Phase,
    Progress,
    RemoveFolder,
    ResolveMissing,
    RetryFailures,
    Search,
    SetExcludes,
    SetGentle,
    SetWatching,
    Study,
    Train,
    TuningJob,
)
from engine.model_work import ModelWork
from engine.search import Searcher
from engine.thumbs import THUMBNAIL_PX
from engine.transform import InputRule
from engine.types import Failure, LibraryStatus, Picture
from engine.upkeep import Upkeep
from engine.worker import NotReady, Steps, Worker, in_phase

_log = logging.getLogger(__name__)


class EngineSession:
    """One open library; see `worker.Session`.

    Args:
        config: what to open.
        worker: takes the jobs that the session gives itself.

    Raises:
        EngineError: the library or the model cannot be opened.
    """

    def __init__(self, config: EngineConfig, worker: Worker) -> None:
        self._config = config
        self._card = read_card(config.model)
        self._library = Library(
            config.library, self._card, read_only=config.read_only, must_exist=config.must_exist, quick=config.quick,
            own_model=config.own_model,
        )
        self._models = ModelWork(self._library, self._card, config, self)
        self._card = self._library.card
        self._runner: Runner | None = None
        self._runner_error: EngineError | None = None
        self._index_loaded = False
        self._index_current = False
        self._regions_loaded = False
        self._index_was_unusable = False
        # Queries and pictures to look at must not queue behind the files being indexed.
        self._own_decoders = Decoders(1, background=False)
        self._bulk_decoders: Decoders | None = None
        self.effort = Effort(config.gentle, config.gives_way, worker)
        self._filling = Filling(self._library.catalogue, worker)
        self._upkeep = Upkeep(self._library, self._card.rule, config.settle_s, worker)
        if config.watch and not config.read_only:
            self._upkeep.set_watching(True)
        self._labelling = Labelling(self._library, self._own_decoders)
        self._search_with(self._card.rule)

    @property
    def is_ready(self) -> bool:
        """Whether every kind of job can be answered, if only with an error."""
        return self._index_loaded and (self._runner is not None or self._runner_error is not None)

    @property
    def _can_search(self) -> bool:
        return self._index_loaded and self._regions_loaded

    def background(self) -> list[Steps]:
        """Load the index and bring it up to date; find the fastest way to compute."""
        return [self._load_index(), self._prepare_network()]

    def close(self) -> None:
        """Save the index and end the decoder processes."""
        try:
            self._upkeep.close()
            self._own_decoders.close()
            if self._bulk_decoders is not None:
                self._bulk_decoders.close()
            if self._runner is not None:
                self._runner.close()
        finally:
            self._library.close()

    def _search_with(self, rule: InputRule) -> None:
        self._searcher = Searcher(self._library, self._need_runner, self._own_decoders, rule)
        self._curating = Curating(self._library, self._searcher, self._own_decoders, lambda: self._index_loaded)

    # ---- background tasks ----

    def _load_index(self) -> Steps:
        for _ in self._library.index.load():
            yield None
        self._index_loaded = True
        yield EngineReady(self._status())
        if self._library.missing_model:
            yield Notice(
                "model-missing",
                f"The file of the model {self._library.missing_model} is not there any more, so the usual one is used.",
                warning=True,
            )
        self._index_was_unusable = self._library.index.rebuild_reason is not None
        if self._library.index.rebuild_reason:
            yield Notice("index-rebuilding", self._library.index.rebuild_reason)
        yield from self._library.regions.load()
        self._regions_loaded = True
        yield from self._library.catch_up()
        yield from self._library.save_index()
        self._index_current = True
        yield from self._library.daily_snapshot()
        self._begin_filling()

    def _begin_filling(self) -> None:
        if not self._config.read_only:
            self._filling.begin()

    def _prepare_network(self) -> Steps:
        waited = False
        try:
            for step in choose_runner(self._card, self._config.cache, self._config.device):
                if isinstance(step, Notice):
                    yield step
                elif step is not None:
                    self._runner = step
                elif not waited:
                    waited = True
                    yield Notice(
                        "network-preparing",
                        "Resight is preparing itself for this computer. This happens once and takes some seconds.",
                    )
                else:
                    yield None
        except EngineError as error:
            self._runner_error = error
            yield Notice("network-failed", error.sentence, warning=True)
        yield EngineReady(self._status())

    def _need_runner(self) -> Runner:
        if self._runner_error is not None:
            raise self._runner_error
        if self._runner is None:
            raise NotReady
        return self._runner

    # ---- interactive jobs ----

    def answer(self, job: InteractiveJob) -> Any:
        """See `worker.Session.answer`."""
        if isinstance(job, LabelJob):
            if not isinstance(job, GetLabels | ExportLabels):
                self._need_writable()
            return self._labelling.answer(job)
        if isinstance(job, CurateJob):
            return self._curating.answer(job)
        if isinstance(job, ModelJob):
            return self._models.answer(job)
        match job:
            case Search():
                if not self._can_search:
                    raise NotReady
                return self._searcher.search(job)
            case Locate():
                return self._searcher.locate(job)
            case DrawHeat():
                return self._searcher.draw_heat(job)
            case GetStatus():
                return self._status()
            case GetFailures():
                return self._failures()
            case ForgetGone(paths):
                self._need_writable()
                self._upkeep.forget_gone(paths)
                return self._status()
            case GetExcludes():
                return self._library.catalogue.excluded.get()
            case LoadPicture():
                return self._load_picture(job)
            case MakeThumbnail():
                return self._make_thumbnail(job)
            case SetWatching(on):
                self._need_writable()
                self._upkeep.set_watching(on)
                return self._status()
            case SetGentle(on):
                self._set_gentle(on)
                return self._status()

    def _status(self) -> LibraryStatus:
        label = "preparing" if self._runner is None else self._runner.label
        return self._upkeep.status(label)

    def _failures(self) -> tuple[Failure, ...]:
        return tuple(self._library.catalogue.failures())

    def _load_picture(self, job: LoadPicture) -> Picture:
        decoded = self._own_decoders.decode(DecodeRequest(job.path, picture_px=job.max_side_px))
        if decoded.picture is None:
            raise UnknownPhoto("The picture could not be loaded.", job.path)
        height_px, width_px, _ = decoded.picture.shape
        rgb = np.ascontiguousarray(decoded.picture).tobytes()
        return Picture(job.path, width_px, height_px, rgb, decoded.width_px, decoded.height_px)

    def _make_thumbnail(self, job: MakeThumbnail) -> Path:
        photo = self._library.catalogue.photo(job.photo_id)
        if photo is None:
            raise UnknownPhoto("This photo is no longer in the library.")
        path = self._library.thumbnail(photo)
        decoded = self._own_decoders.decode(DecodeRequest(photo.path, thumbnail_px=THUMBNAIL_PX))
        if decoded.thumbnail is not None and decoded.content_hash == photo.hash:
            self._library.thumbnails.write(photo.hash, decoded.thumbnail)
        return path

    # ---- bulk jobs ----

    def work(self, job: BulkJob) -> Steps:
        """See `worker.Session.work`."""
        if isinstance(job, TuningJob):
            self._need_writable()
            return self._models.work(job)
        match job:
            case IndexFolders() | LookAgain() | RetryFailures():
                self._need_writable()
                return self.effort.held(self._index(job))
            case RemoveFolder():
                self._need_writable()
                return self._remove(job)
            case ResolveMissing() | SetExcludes():
                self._need_writable()
                return self._keep(job)
            case FillIn():
                return self.effort.held(self._filling.run(self.bulk_decoders()))
            case FindDuplicates():
                return find_duplicates(self._library, job)
            case CheckLibrary():
                if job.repair:
                    self._need_writable()
                return self._check(job)
            case Evaluate() | EvaluateProtocol() | Train() | Study():
                return experiment(job, self._card, self._config.device, self)

    def _need_writable(self) -> None:
        if self._config.read_only:
            raise LibraryError("This library was opened for searching only.", self._config.library)

    def wait_for_runner(self) -> Generator[Event | None, None, Runner]:
        while True:
            try:
                return self._need_runner()
            except NotReady:
                yield Progress(0, Phase.PREPARING)

    def wait_for_index(self) -> Steps:
        """See `model_work.Host`."""
        while not self._index_current:
            yield None

    def take_over(self, card: ModelCard, runner: Runner) -> None:
        """See `model_work.Host`."""
        former, self._runner, self._runner_error, self._card = self._runner, runner, None, card
        self._upkeep.set_rule(card.rule)
        self._search_with(card.rule)
        if former is not None:
            former.close()

    def bulk_decoders(self) -> Decoders:
        if self._bulk_decoders is None:
            self._bulk_decoders = Decoders(self._config.decoders or n_cores())
            self._bulk_decoders.set_gentle(self.effort.gentle)
        return self._bulk_decoders

    def _set_gentle(self, on: bool) -> None:
        self.effort.gentle = on
        if self._bulk_decoders is not None:
            self._bulk_decoders.set_gentle(on)

    def _index(self, job: IndexFolders | LookAgain | RetryFailures) -> Steps:
        runner = PacedRunner((yield from self.wait_for_runner()), self.effort)
        while not self._can_search:  # adding to what is not loaded would begin it anew
            yield None
        if isinstance(job, LookAgain):
            report = yield from self._upkeep.look_again(runner, self.bulk_decoders(), job)
        elif isinstance(job, RetryFailures):
            report = yield from self._upkeep.retry(runner, self.bulk_decoders(), job)
        else:
            report = yield from self._upkeep.index(runner, self.bulk_decoders(), job)
        give_memory_back()
        yield from self._library.daily_snapshot()
        self._begin_filling()
        return report

    def _remove(self, job: RemoveFolder) -> Steps:
        folders = self._library.catalogue.folders
        folder = folders.require(job.path)
        done = 0
        while n_removed := folders.remove(folder.folder_id):
            done += n_removed
            yield Progress(0, Phase.SAVING, done, folder.n_photos, folder=folder.path)
        yield from self._library.purge()
        yield from self._library.save_index()
        self._upkeep.watch_roots()
        return self._status()

    def _keep(self, job: ResolveMissing | SetExcludes) -> Steps:
        if isinstance(job, SetExcludes):
            yield from self._upkeep.set_excludes(job)
        else:
            yield from self._upkeep.resolve_missing(job)
        return self._status()

    def _check(self, job: CheckLibrary) -> Steps:
        while not self._index_current:
            yield None
        library = self._library
        steps = check.check_library(
            library.folder, library.catalogue, library.index, library.regions, library.model, repair=job.repair
        )
        report = yield from in_phase(steps, Phase.CHECKING)
        if job.repair:
            yield from library.save_index()
        if self._index_was_unusable and not self._config.read_only:
            # Opening the library has put it right already, but who asks has a right to know.
            self._index_was_unusable = False
            report = replace(
                report,
                clean=False,
                problems=(*report.problems, "The saved search index was missing or damaged."),
                repaired=(*report.repaired, "The search index was made again."),
            )
        return report
