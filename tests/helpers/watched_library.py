"""A library that keeps itself, on a real engine thread with real decoder processes; only the network is made up."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.actnet.checkpoint import ModelCard
from engine.decoders import Decoders
from engine.library import Library
from engine.messages import (
    BulkJob,
    Event,
    ForgetGone,
    GetExcludes,
    GetFailures,
    GetStatus,
    IndexFolders,
    InteractiveJob,
    JobDone,
    JobFailed,
    LookAgain,
    Notice,
    ResolveMissing,
    RetryFailures,
    SetExcludes,
)
from engine.types import Failure, IndexReport
from engine.upkeep import Upkeep
from engine.worker import Steps, Worker
from tests.helpers.fake_runner import FakeRunner


class KeeperSession:
    """Indexes and looks again as the engine's own session does. `settle_s` as in `EngineConfig`."""

    is_ready = True

    def __init__(self, root: Path, card: ModelCard, decoders: Decoders, worker: Worker, settle_s: float) -> None:
        self.runner = FakeRunner()
        self.library = Library(root, card)
        self._decoders = decoders
        self.upkeep = Upkeep(self.library, card.rule, settle_s, worker)
        self.upkeep.set_watching(True)

    def background(self) -> list[Steps]:
        return []

    def answer(self, job: InteractiveJob) -> Any:
        if isinstance(job, GetFailures):
            return tuple(self.library.catalogue.failures())
        if isinstance(job, ForgetGone):
            return self.upkeep.forget_gone(job.paths)
        if isinstance(job, GetExcludes):
            return self.library.catalogue.excluded.get()
        photos = [photo for folder in self.library.catalogue.folders.all()
                  for photo in self.library.catalogue.photos_of(folder.folder_id)]
        return {photo.path: photo for photo in photos}, self.upkeep.status("cpu")

    def work(self, job: BulkJob) -> Steps:
        match job:
            case LookAgain():
                return self.upkeep.look_again(self.runner, self._decoders, job)
            case IndexFolders():
                return self.upkeep.index(self.runner, self._decoders, job)
            case RetryFailures():
                return self.upkeep.retry(self.runner, self._decoders, job)
            case ResolveMissing():
                return self.upkeep.resolve_missing(job)
            case SetExcludes():
                return self.upkeep.set_excludes(job)
        raise AssertionError(job)

    def close(self) -> None:
        self.upkeep.close()
        self.library.close()


class Keeper:
    """The worker of such a session, seen from outside."""

    def __init__(self, root: Path, card: ModelCard, decoders: Decoders, settle_s: float = 0.4) -> None:
        self._events: queue.Queue[Event] = queue.Queue()
        self._done: dict[int, JobDone] = {}
        self.notices: list[Notice] = []
        self.reports: list[IndexReport] = []
        self.session: KeeperSession | None = None

        def open_session() -> KeeperSession:
            self.session = KeeperSession(root, card, decoders, self.worker, settle_s)
            return self.session

        self.worker = Worker(open_session, self._events.put)
        self.worker.start()

    def run(self, job: Any, timeout_s: float = 60.0) -> Any:
        """Hand in a job and wait for its result."""
        job_id = self.worker.submit(job)
        deadline = time.monotonic() + timeout_s
        while job_id not in self._done:
            assert time.monotonic() < deadline, f"{job} has not ended"
            self._take_events(0.05)
        return self._done.pop(job_id).result

    def index(self, *folders: Path) -> IndexReport:
        report = self.run(IndexFolders(tuple(map(str, folders))))
        assert isinstance(report, IndexReport)
        return report

    def photos(self) -> dict[str, Any]:
        """Path -> photo, of all that is indexed."""
        self._take_events(0.0)
        found: dict[str, Any] = self.run(GetStatus())[0]
        return found

    def failures(self) -> tuple[Failure, ...]:
        """What could not be indexed."""
        found: tuple[Failure, ...] = self.run(GetFailures())
        return found

    def status(self) -> Any:
        """The library's status."""
        return self.run(GetStatus())[1]

    def until(self, condition: Callable[[], bool], timeout_s: float = 10.0) -> float:
        """Wait until something is so -> the seconds it took."""
        started = time.monotonic()
        while not condition():
            assert time.monotonic() - started < timeout_s, "it did not come about"
            self._take_events(0.05)
        return time.monotonic() - started

    def until_live(self) -> None:
        """Every folder is watched, and everything that happened before has been looked at."""
        self.until(lambda: all(folder.watch in ("live", "polled") for folder in self.status().folders))
        self.until_quiet()

    def until_quiet(self, for_s: float = 1.5) -> None:
        """No look has ended for a while."""
        n_reports, since = len(self.reports), time.monotonic()
        while time.monotonic() - since < for_s:
            self._take_events(0.05)
            if len(self.reports) != n_reports:
                n_reports, since = len(self.reports), time.monotonic()

    def close(self) -> None:
        assert self.worker.close(20)

    def _take_events(self, wait_s: float) -> None:
        try:
            while True:
                event = self._events.get(timeout=wait_s)
                wait_s = 0.0
                if isinstance(event, JobDone):
                    if isinstance(event.job, LookAgain):
                        self.reports.append(event.result)  # type: ignore[arg-type]
                    self._done[event.job_id] = event
                elif isinstance(event, JobFailed):
                    raise event.error
                elif isinstance(event, Notice):
                    self.notices.append(event)
        except queue.Empty:
            return
