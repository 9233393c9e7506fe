"""The engine thread: two lanes of jobs, worked on one step at a time.

Interactive jobs are answered before any further step of bulk work, so a search waits for one step at most. Bulk jobs
are generators: one `next()` is one step (about 100 ms), one job after the other, but for training, which gives way to
jobs that come after it. Beside them run background tasks of the session (loading the index, preparing the network), a
step each in turn, which no one can pause.

What the jobs mean is the session's business; this module knows only lanes, cancelling, pausing and stopping.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections import deque
from collections.abc import Callable, Generator
from typing import Any, Protocol, TypeVar

from engine.errors import EngineClosed, EngineError
from engine.messages import (
    BulkJob,
    EngineStopped,
    Event,
    InteractiveJob,
    Job,
    JobCancelled,
    JobDone,
    JobFailed,
    JobStarted,
    Notice,
    Phase,
    Progress,
    TuningJob,
)

_log = logging.getLogger(__name__)

Steps = Generator[Event | None, None, Any]
"""Work in steps: yields events for the app (the worker fills in a `Progress`'s job id) or None; returns the result."""

Result = TypeVar("Result")


class NotReady(Exception):
    """The session cannot answer this job yet; `session.is_ready` tells when."""


class Session(Protocol):
    """What the worker works with. Made, used and closed on the engine thread."""

    @property
    def is_ready(self) -> bool:
        """Whether every kind of job can be answered."""

    def background(self) -> list[Steps]:
        """Tasks to run beside the jobs, from the start."""

    def answer(self, job: InteractiveJob) -> Any:
        """The result of an interactive job. Raises NotReady or an EngineError."""

    def work(self, job: BulkJob) -> Steps:
        """The steps of a bulk job."""

    def close(self) -> None:
        """Save and let go of everything."""


@dataclasses.dataclass(slots=True)
class _Task:
    job_id: int
    job: Job
    steps: Steps | None = None


class Worker:
    """Runs a session's jobs on a thread of its own. All methods but `close` return at once; any thread."""

    def __init__(self, open_session: Callable[[], Session], on_event: Callable[[Event], None]) -> None:
        self._open_session = open_session
        self._on_event = on_event
        self._wake = threading.Condition()
        self._last_id = 0
        self._interactive: deque[_Task] = deque()
        self._bulk: deque[_Task] = deque()
        self._waiting: list[_Task] = []
        self._background: list[Steps] = []
        self._cancelled: set[int] = set()
        self._paused = False
        self._stopping = False
        # Not a daemon: the interpreter must not tear torch and SQLite down under a running thread.
        self._thread = threading.Thread(target=self._run, name="engine")

    # ---- any thread ----

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def submit(self, job: Job) -> int:
        """Queue a job; after `close` it fails at once."""
        with self._wake:
            self._last_id += 1
            task = _Task(self._last_id, job)
            accepted = not self._stopping
            if accepted:
                (self._interactive if isinstance(job, InteractiveJob) else self._bulk).append(task)
                self._wake.notify()
        if not accepted:
            self._on_event(JobFailed(task.job_id, job, EngineClosed("Resight is closing and takes no more work.")))
        return task.job_id

    def cancel(self, job_id: int) -> None:
        """Have a job end before its next step. Unknown and ended ids are ignored."""
        with self._wake:
            if self._is_known(job_id):
                self._cancelled.add(job_id)
                self._wake.notify()

    def is_open(self, job_id: int) -> bool:
        """Whether a job is waiting or being worked on."""
        with self._wake:
            return self._is_known(job_id)

    def _is_known(self, job_id: int) -> bool:
        return any(task.job_id == job_id for task in (*self._interactive, *self._bulk, *self._waiting))

    def set_paused(self, paused: bool) -> None:
        """Hold bulk jobs after the current step, or go on with them."""
        with self._wake:
            self._paused = paused
            self._wake.notify()

    def close(self, timeout_s: float | None = None) -> bool:
        """Stop after the current step, save, and wait for the thread. Whether it has ended in time."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread.ident is None:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    # ---- engine thread ----

    def rest(self, at_most_s: float) -> None:
        """For the steps of a bulk job: wait, but not while anything else is to be done."""
        with self._wake:
            if not (self._stopping or self._interactive or self._background or self._cancelled or self._paused):
                self._wake.wait(at_most_s)

    def _run(self) -> None:
        error: EngineError | None = None
        try:
            session = self._open_session()
            try:
                self._loop(session)
            finally:
                self._end_all()
                session.close()
        except EngineError as known:
            error = known
        except Exception:  # noqa: BLE001 - the last boundary of the thread: the app must learn of its end
            _log.exception("the engine stopped")
            error = EngineError("Resight met an unexpected problem and had to stop its work. The log file has details.")
        with self._wake:
            self._stopping = True
        self._end_all()
        self._on_event(EngineStopped(error))

    def _loop(self, session: Session) -> None:
        self._background = session.background()
        while True:
            with self._wake:
                self._wake.wait_for(self._has_work)
                if self._stopping:
                    return
                interactive = self._interactive.popleft() if self._interactive else None
            self._drop_cancelled()
            if interactive is not None:
                self._answer(session, interactive)
                continue
            self._step_background()
            if session.is_ready and self._waiting:
                with self._wake:
                    self._interactive.extend(self._waiting)
                    self._waiting.clear()
                continue
            if self._bulk and not self._paused:
                self._step_bulk(session, self._next_bulk())

    def _next_bulk(self) -> _Task:
        """The first in the queue, unless it gives way to another."""
        first = self._bulk[0]
        if not getattr(first.job, "gives_way", False):
            return first
        return next((task for task in self._bulk if not isinstance(task.job, TuningJob)), first)

    def _has_work(self) -> bool:
        runnable = bool(self._bulk) and not self._paused
        return self._stopping or bool(self._interactive or self._background or self._cancelled) or runnable

    def _answer(self, session: Session, task: _Task) -> None:
        if task.job_id in self._cancelled:
            self._end(task, JobCancelled(task.job_id, task.job))
            return
        try:
            result = session.answer(task.job)  # type: ignore[arg-type]
        except NotReady:
            self._waiting.append(task)
        except Exception as error:  # noqa: BLE001 - one job's failure must not end the others
            self._end(task, JobFailed(task.job_id, task.job, _explained(error)))
        else:
            self._end(task, JobDone(task.job_id, task.job, result))

    def _step_background(self) -> None:
        for steps in list(self._background):
            try:
                event = next(steps)
            except StopIteration:
                self._background.remove(steps)
            except Exception as error:  # noqa: BLE001 - the jobs can still be answered, if only more slowly
                self._background.remove(steps)
                self._on_event(Notice("background-failed", _explained(error).sentence, warning=True))
            else:
                if event is not None:
                    self._on_event(event)

    def _step_bulk(self, session: Session, task: _Task) -> None:
        try:
            if task.steps is None:
                self._on_event(JobStarted(task.job_id, task.job))
                task.steps = session.work(task.job)  # type: ignore[arg-type]
            event = next(task.steps)
        except StopIteration as stop:
            self._end(task, JobDone(task.job_id, task.job, stop.value))
        except Exception as error:  # noqa: BLE001 - as above
            self._end(task, JobFailed(task.job_id, task.job, _explained(error)))
        else:
            if isinstance(event, Progress):
                event = dataclasses.replace(event, job_id=task.job_id)
            if event is not None:
                self._on_event(event)

    def _drop_cancelled(self) -> None:
        with self._wake:
            tasks = [task for task in (*self._interactive, *self._bulk, *self._waiting)
                     if task.job_id in self._cancelled]
        for task in tasks:
            self._cancel_task(task)

    def _end_all(self) -> None:
        """Cancel whatever has not ended; called when nothing more will be worked on."""
        for steps in self._background:
            steps.close()
        self._background = []
        with self._wake:
            tasks = [*self._interactive, *self._bulk, *self._waiting]
        for task in tasks:
            self._cancel_task(task)

    def _cancel_task(self, task: _Task) -> None:
        try:
            if task.steps is not None:
                task.steps.close()
        except Exception as error:  # noqa: BLE001 - its last clean-up failed, which its owner is told
            self._end(task, JobFailed(task.job_id, task.job, _explained(error)))
        else:
            self._end(task, JobCancelled(task.job_id, task.job))

    def _end(self, task: _Task, event: Event) -> None:
        with self._wake:
            for lane in (self._interactive, self._bulk, self._waiting):
                if task in lane:
                    lane.remove(task)
            self._cancelled.discard(task.job_id)
        self._on_event(event)


def in_phase(
    steps: Generator[tuple[int, int | None], None, Result], phase: Phase
) -> Generator[Progress, None, Result]:
    """Work that tells how much is done, and of how much if that is known, as the steps of a job."""
    while True:
        try:
            done, total = next(steps)
        except StopIteration as stop:
            result: Result = stop.value
            return result
        yield Progress(0, phase, done, total)


def _explained(error: Exception) -> EngineError:
    """What the app is told of a job's failure; anything but our own errors goes to the log whole."""
    if isinstance(error, EngineError):
        return error
    _log.error("a job failed", exc_info=error)
    if isinstance(error, MemoryError):
        return EngineError("There was not enough memory for this. Close other programs and try again.")
    return EngineError("Something unexpected went wrong inside Resight. The rest goes on; the log file has details.")
