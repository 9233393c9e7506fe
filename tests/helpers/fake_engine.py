"""An engine for tests of what stands before the door: a real thread, real messages, made-up answers."""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from engine.errors import EngineClosed, EngineError
from engine.messages import (
    CheckLibrary,
    DrawHeat,
    Duplicates,
    EngineReady,
    EngineStopped,
    Evaluate,
    Event,
    Explain,
    Explanation,
    FindDuplicates,
    ForgetGone,
    GetCollections,
    GetExcludes,
    GetFailures,
    GetModels,
    GetQuestions,
    GetStatus,
    GetTraining,
    IndexFolders,
    Job,
    JobCancelled,
    JobDone,
    JobFailed,
    Label,
    Labelled,
    LoadPicture,
    Locate,
    LookAgain,
    MakeThumbnail,
    MeasureSharpness,
    Phase,
    Progress,
    Questions,
    RemoveFolder,
    ResolveMissing,
    RetryFailures,
    Search,
    SetExcludes,
    SetGentle,
    SetWatching,
    Verdict,
)
from engine.types import (
    CheckReport,
    Excludes,
    Failure,
    FolderState,
    HeatMap,
    Hit,
    IndexReport,
    LibraryStatus,
    Picture,
    Query,
    SearchResult,
)

Answer = Callable[[Any], Any]  # from a job to its result; may raise an EngineError


def make_status(folders: tuple[FolderState, ...] = (), library: Path = Path("/library")) -> LibraryStatus:
    """A status whose sums fit its folders."""
    return LibraryStatus(
        library=library,
        photos=sum(folder.photos for folder in folders),
        indexed=sum(folder.indexed for folder in folders),
        failed=sum(folder.failed for folder in folders),
        offline=sum(folder.photos for folder in folders if not folder.online),
        folders=folders,
        model="test-model",
        index_rows=sum(folder.indexed for folder in folders),
        device="cpu (test)",
    )


def make_hits(n: int, folder: str = "/photos") -> tuple[Hit, ...]:
    """`n` hits, best first, whose thumbnails do not exist."""
    return tuple(
        Hit(
            rank=rank,
            photo_id=1000 + rank,
            path=f"{folder}/photo {rank:03}.jpg",
            score=max(0.0, 1.0 - 0.01 * (rank - 1)),
            box=None,
            thumbnail=Path(f"/library/thumbs/{rank}.jpg"),
            width_px=4000,
            height_px=3000,
        )
        for rank in range(1, n + 1)
    )


def make_result(query: Query, n_hits: int = 3, searched: int = 100, total: int = 100) -> SearchResult:
    """An answer with `n_hits` hits."""
    return SearchResult(query, make_hits(n_hits), searched, total, elapsed_ms=12.0, exact=False, n_closely=n_hits)


def make_picture(path: str = "/photos/query.jpg", width_px: int = 320, height_px: int = 240) -> Picture:
    """A grey picture, standing for one of ten times its size."""
    rgb = bytes([128]) * (width_px * height_px * 3)
    return Picture(path, width_px, height_px, rgb, width_px * 10, height_px * 10)


def make_report(n: int) -> IndexReport:
    """The report of a run that found and indexed `n` photos."""
    return IndexReport(n, n, 0, 0, 0, 0, 1.0, float(n), device="cpu (test)", model="test-model")


class FakeEngine:
    """Does what `engine.api.Engine` does at its door, on one plain thread.

    `jobs` records (id, job) in the order submitted, `cancelled` the ids of `cancel`, `calls` the names of the other
    methods. `answers` maps a job class to the function that makes its result (it runs on the fake's thread and may
    raise an `EngineError`). Jobs whose class is in `held` are answered only after `release(job_id)`. `status` answers
    `GetStatus` and start. Set `start_error` to stop instead of getting ready. `emit` sends any event from the engine's
    thread. `close_gate` holds the thread's end back while it is cleared.
    """

    def __init__(self, on_event: Callable[[Event], None], status: LibraryStatus | None = None) -> None:
        self._on_event = on_event
        self.status = status or make_status()
        self.start_error: EngineError | None = None
        self.jobs: list[tuple[int, Job]] = []
        self.cancelled: list[int] = []
        self.calls: list[str] = []
        self.held: set[type] = set()
        self.failures: tuple[Failure, ...] = ()
        self.excludes = Excludes()
        self.index_steps = 3
        self.close_gate = threading.Event()
        self.close_gate.set()
        self.answers: dict[type, Answer] = {
            Search: lambda job: make_result(job.query),
            Locate: lambda job: (),
            DrawHeat: lambda job: HeatMap(job.photo_id, 4, 3, bytes(range(0, 240, 20))),
            GetStatus: lambda job: self.status,
            GetFailures: lambda job: self.failures,
            LoadPicture: lambda job: make_picture(job.path),
            MakeThumbnail: lambda job: Path(f"/library/thumbs/{job.photo_id}.jpg"),
            IndexFolders: self._index,
            ResolveMissing: lambda job: self.status,
            FindDuplicates: lambda job: Duplicates((), self.status.photos, 0.1),
            MeasureSharpness: lambda job: (),
            Explain: lambda job: Explanation(job.path, Verdict.OUTSIDE, rank=12, score=0.5),
            ForgetGone: lambda job: self.status,
            GetExcludes: lambda job: self.excludes,
            SetExcludes: self._set_excludes,
            LookAgain: lambda job: make_report(0),
            RetryFailures: lambda job: make_report(0),
            SetGentle: lambda job: self.status,
            SetWatching: lambda job: self.status,
            RemoveFolder: self._remove,
            CheckLibrary: lambda job: CheckReport(True, (), (), self.status.photos, self.status.indexed, 0),
            Evaluate: lambda job: {},
            Label: lambda job: Labelled(len(job.others), len(job.others)),
            GetQuestions: lambda job: Questions((), 0, 100),
            GetModels: lambda job: (),
            GetCollections: lambda job: (),
            GetTraining: lambda job: None,
        }
        self._ids = itertools.count(1)
        self._queue: queue.Queue[Callable[[], None] | None] = queue.Queue()
        self._waiting: dict[int, Job] = {}
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="fake-engine")

    def _set_excludes(self, job: Any) -> LibraryStatus:
        self.excludes = job.excludes
        return self.status

    # ---- the door ----------------------------------------------------------------------------------------------

    def start(self) -> None:
        self.calls.append("start")
        self._thread.start()

    def submit(self, job: Job) -> int:
        job_id = next(self._ids)
        self.jobs.append((job_id, job))
        if self._is_closed:
            self._on_event(JobFailed(job_id, job, EngineClosed("The engine has stopped.")))
        elif type(job) in self.held:
            self._waiting[job_id] = job
        else:
            self._queue.put(lambda: self._answer(job_id, job))
        return job_id

    def cancel(self, job_id: int) -> None:
        self.cancelled.append(job_id)
        job = self._waiting.pop(job_id, None)
        if job is not None:
            self.emit(JobCancelled(job_id, job))

    def pause(self) -> None:
        self.calls.append("pause")

    def resume(self) -> None:
        self.calls.append("resume")

    def close(self, timeout_s: float | None = None) -> bool:
        if not self._is_closed:
            self._is_closed = True
            self.calls.append("close")
            self._queue.put(None)
        if self._thread.ident is None:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    # ---- for the test -------------------------------------------------------------------------------------------

    def emit(self, *events: Event) -> None:
        """Send these events from the engine's thread, in this order."""
        self._queue.put(lambda: [self._on_event(event) for event in events] and None)

    def do(self, work: Callable[[], None]) -> None:
        """Run this on the engine's thread, in turn with the events."""
        self._queue.put(work)

    def release(self, job_id: int) -> None:
        """Answer a held job now."""
        job = self._waiting.pop(job_id)
        self._queue.put(lambda: self._answer(job_id, job))

    def submitted(self, kind: type) -> list[Any]:
        """The jobs of this class, in the order submitted."""
        return [job for _, job in self.jobs if isinstance(job, kind)]

    def ids(self, kind: type) -> list[int]:
        """The ids of the jobs of this class, in the order submitted."""
        return [job_id for job_id, job in self.jobs if isinstance(job, kind)]

    # ---- the thread ---------------------------------------------------------------------------------------------

    def _run(self) -> None:
        if self.start_error is not None:
            self._is_closed = True
            self._on_event(EngineStopped(self.start_error))
            return
        self._on_event(EngineReady(self.status))
        while (work := self._queue.get()) is not None:
            work()
        self.close_gate.wait()
        for job_id, job in self._waiting.items():
            self._on_event(JobCancelled(job_id, job))
        self._on_event(EngineStopped())

    def _answer(self, job_id: int, job: Job) -> None:
        try:
            if isinstance(job, IndexFolders):
                for progress in self._progress(job_id, job):
                    self._on_event(progress)
            result = self.answers[type(job)](job)
        except EngineError as error:
            self._on_event(JobFailed(job_id, job, error))
        else:
            self._on_event(JobDone(job_id, job, result))

    def _progress(self, job_id: int, job: IndexFolders) -> Iterator[Progress]:
        folder = job.folders[0] if job.folders else None
        for step in range(1, self.index_steps + 1):
            yield Progress(job_id, Phase.ANALYSING, step, self.index_steps, 10.0, 0.0, folder)

    def _index(self, job: IndexFolders) -> IndexReport:
        known = {folder.path for folder in self.status.folders}
        added = [path for path in job.folders if path not in known]
        numbered = enumerate(added, start=len(known) + 1)
        new = tuple(FolderState(number, path, 10, 10, 0, True) for number, path in numbered)
        self.status = make_status(self.status.folders + new, self.status.library)
        return make_report(10 * len(new))

    def _remove(self, job: RemoveFolder) -> LibraryStatus:
        left = tuple(folder for folder in self.status.folders if folder.path != job.path)
        self.status = make_status(left, self.status.library)
        return self.status
