"""The only crossing between the engine's thread and the window.

The engine calls `Bridge._on_event` on its own thread; the event goes into a mailbox, and one parameterless queued
signal wakes the GUI thread, which empties the mailbox within a time budget and emits the typed signals below. Results
are never lost and keep their order; of the progress of a job only the newest value is kept. So a flood of events costs
the window a few slot calls instead of thousands, and no object of the GUI is ever touched off its thread.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from engine.messages import (
    DrawHeat,
    EngineReady,
    EngineStopped,
    Event,
    ForgetGone,
    GetExcludes,
    GetFailures,
    GetStatus,
    IndexFolders,
    Job,
    JobCancelled,
    JobDone,
    JobFailed,
    JobStarted,
    LoadPicture,
    Locate,
    LookAgain,
    MakeThumbnail,
    Notice,
    Progress,
    RemoveFolder,
    ResolveMissing,
    Search,
    SetExcludes,
    SetGentle,
    SetWatching,
)

DRAIN_BUDGET_S = 0.010
PROGRESS_EVERY_S = 0.050


class EngineDoor(Protocol):
    """What the window needs of an engine: the methods of `engine.api.Engine`, with the same meaning."""

    def start(self) -> None: ...

    def submit(self, job: Job) -> int: ...

    def cancel(self, job_id: int) -> None: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def close(self, timeout_s: float | None = None) -> bool: ...


class Mailbox(QObject):
    """Takes events and closures from any thread and hands them out on the thread it was made on."""

    delivered = Signal(object)
    _wake = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._letters: deque[Event | Callable[[], None]] = deque()
        self._newest_progress: dict[int, Progress] = {}
        self._is_woken = False
        self._is_progress_held = False
        self._progress_at = 0.0
        self._wake.connect(self._drain, Qt.ConnectionType.QueuedConnection)
        self._hold_timer = QTimer(self)
        self._hold_timer.setSingleShot(True)
        self._hold_timer.timeout.connect(self._drain)

    def put(self, letter: Event | Callable[[], None]) -> None:
        """Leave an event, or a closure to be run. May be called on any thread; returns at once."""
        with self._lock:
            if isinstance(letter, Progress):
                self._newest_progress[letter.job_id] = letter
                must_wake = not (self._is_woken or self._is_progress_held)
            else:
                self._letters.append(letter)
                must_wake = not self._is_woken
            self._is_woken |= must_wake
        if must_wake:
            self._wake.emit()

    @Slot()
    def _drain(self) -> None:
        start = time.monotonic()
        newest: dict[int, Progress] = {}
        with self._lock:
            n_letters = len(self._letters)
            wait_s = self._progress_at + PROGRESS_EVERY_S - start
            # Held back for a moment, unless letters wait: the end of a job must come after its progress.
            self._is_progress_held = bool(self._newest_progress) and wait_s > 0 and not n_letters
            if not self._is_progress_held:
                newest, self._newest_progress = self._newest_progress, newest
        if self._is_progress_held:
            self._hold_timer.start(max(1, int(wait_s * 1000)))
        if newest:
            self._progress_at = start
        for progress in newest.values():
            self._hand_out(progress)
        # Only the letters counted above: progress that belongs before a later one has not been taken yet.
        while n_letters and time.monotonic() - start < DRAIN_BUDGET_S:
            self._hand_out(self._letters.popleft())
            n_letters -= 1
        with self._lock:
            is_more = bool(self._letters) or (bool(self._newest_progress) and not self._is_progress_held)
            self._is_woken = is_more
        if is_more:
            self._wake.emit()  # behind the input and paint events that wait by now

    def _hand_out(self, letter: Event | Callable[[], None]) -> None:
        try:
            if callable(letter):
                letter()
            else:
                self.delivered.emit(letter)
        except Exception:  # noqa: BLE001 - boundary: one broken receiver must not keep the other letters back
            sys.excepthook(*sys.exc_info())


class Bridge(QObject):
    """Owns the engine and turns its events into signals. Lives on the GUI thread, as do all slots connected to it.

    Args:
        make_engine: called once with the function that takes the engine's events; returns the engine, not started.
    """

    engine_ready = Signal(object)  # LibraryStatus; `status_changed` follows with the same
    engine_stopped = Signal(object)  # EngineError | None
    notice = Signal(object)  # Notice
    progress = Signal(object)  # Progress
    job_started = Signal(object)  # JobStarted
    job_done = Signal(object)  # JobDone, after the signal below that belongs to the job
    job_failed = Signal(object)  # JobFailed
    job_cancelled = Signal(object)  # JobCancelled

    search_finished = Signal(int, object)  # job id, SearchResult
    located = Signal(int, object)  # job id, tuple[Located, ...]
    heat_drawn = Signal(int, object)  # job id, HeatMap
    picture_loaded = Signal(int, object)  # job id, Picture
    thumbnail_made = Signal(int, object)  # photo id, Path
    status_changed = Signal(object)  # LibraryStatus
    failures_listed = Signal(object)  # tuple[Failure, ...]
    excludes_told = Signal(object)  # Excludes
    folder_indexed = Signal(object)  # IndexReport

    def __init__(
        self, make_engine: Callable[[Callable[[Event], None]], EngineDoor], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._mailbox = Mailbox(self)
        self._mailbox.delivered.connect(self._on_delivered)
        self._is_paused = False
        self._engine = make_engine(self._mailbox.put)

    def start(self) -> None:
        """Start the engine's thread; ends in `engine_ready` or `engine_stopped`."""
        self._engine.start()

    def submit(self, job: Job) -> int:
        """Queue a job and return its id. None of its signals comes before this returns."""
        return self._engine.submit(job)

    def cancel(self, job_id: int) -> None:
        """Ask a job to end. Unknown and finished ids are ignored."""
        self._engine.cancel(job_id)

    def pause(self) -> None:
        """Hold the bulk work; searches go on."""
        self._is_paused = True
        self._engine.pause()

    def resume(self) -> None:
        """Go on with the bulk work."""
        self._is_paused = False
        self._engine.resume()

    @property
    def paused(self) -> bool:
        """Whether bulk work is held."""
        return self._is_paused

    def close(self, timeout_s: float | None = None) -> bool:
        """Ask the engine to stop and wait that long. Returns whether it has stopped; with 0 it only asks and looks."""
        return self._engine.close(timeout_s)

    def post(self, closure: Callable[[], None]) -> None:
        """Run a closure on the GUI thread, in turn with the engine's results. May be called on any thread.

        An exception in the closure goes to `sys.excepthook`; what waits behind it still runs.
        """
        self._mailbox.put(closure)

    @Slot(object)
    def _on_delivered(self, event: Event) -> None:
        match event:
            case Progress():
                self.progress.emit(event)
            case JobStarted():
                self.job_started.emit(event)
            case JobDone():
                self._emit_result(event)
                self.job_done.emit(event)
            case JobFailed():
                self.job_failed.emit(event)
            case JobCancelled():
                self.job_cancelled.emit(event)
            case Notice():
                self.notice.emit(event)
            case EngineReady(status):
                self.engine_ready.emit(status)
                self.status_changed.emit(status)
            case EngineStopped(error):
                self.engine_stopped.emit(error)

    def _emit_result(self, done: JobDone) -> None:
        match done.job:
            case Search():
                self.search_finished.emit(done.job_id, done.result)
            case Locate():
                self.located.emit(done.job_id, done.result)
            case DrawHeat():
                self.heat_drawn.emit(done.job_id, done.result)
            case LoadPicture():
                self.picture_loaded.emit(done.job_id, done.result)
            case MakeThumbnail(photo_id):
                self.thumbnail_made.emit(photo_id, done.result)
            case GetStatus() | RemoveFolder() | ResolveMissing() | SetExcludes() | SetGentle() | SetWatching():
                self.status_changed.emit(done.result)
            case ForgetGone():
                self.status_changed.emit(done.result)
            case GetExcludes():
                self.excludes_told.emit(done.result)
            case GetFailures():
                self.failures_listed.emit(done.result)
            case IndexFolders() | LookAgain():
                self.folder_indexed.emit(done.result)
            case _:
                pass  # a job without a signal of its own: `job_done` tells
