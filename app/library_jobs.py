"""The bulk jobs on the library: adding, updating and removing folders, looking again, and how far they are."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.bridge import Bridge
from engine.errors import EngineClosed
from engine.messages import (
    GetStatus,
    IndexFolders,
    JobCancelled,
    JobDone,
    JobFailed,
    JobStarted,
    LookAgain,
    Phase,
    Progress,
    RemoveFolder,
    ResolveMissing,
    RetryFailures,
    SetExcludes,
)
from engine.types import Excludes, IndexReport

LibraryJob = IndexFolders | LookAgain | RemoveFolder | ResolveMissing | RetryFailures | SetExcludes
STATUS_EVERY_MS = 2_000
LOOK_AGAIN_EVERY_S = 60.0


class LibraryJobs(QObject):
    """Gives folder jobs to the engine, and keeps track of them and of those it gives itself. Lives on the GUI thread.

    Signals:
        jobs_changed(): a job was given or has ended.
        progress_changed(Progress | None): the newest progress; None when no job is left.
        folder_finished(): the photos of one more folder can be found, or a job has changed the library.
        indexed(IndexReport): an indexing job ended well.
        failed(EngineError): a job ended with an error.
        paused_changed(bool)
    """

    jobs_changed = Signal()
    progress_changed = Signal(object)
    folder_finished = Signal()
    indexed = Signal(object)
    failed = Signal(object)
    paused_changed = Signal(bool)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._jobs: dict[int, LibraryJob] = {}
        self._looked_at_s = time.monotonic()
        self._folder_in_work: str | None = None
        self._status_job: int | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(STATUS_EVERY_MS)
        self._timer.timeout.connect(self.refresh_status)
        bridge.progress.connect(self._on_progress)
        bridge.job_started.connect(self._on_job_started)
        bridge.job_done.connect(self._on_job_done)
        bridge.job_failed.connect(self._on_job_failed)
        bridge.job_cancelled.connect(self._on_job_cancelled)

    def is_busy(self) -> bool:
        """Whether a job is waiting or being worked on."""
        return bool(self._jobs)

    def waiting_folders(self) -> tuple[str, ...]:
        """Folders that were asked to be added; the engine may know them already."""
        return tuple(path for job in self._jobs.values() if isinstance(job, IndexFolders) for path in job.folders)

    def add_folders(self, paths: Sequence[str]) -> None:
        """Add folders to the library and index them."""
        new = tuple(path for path in paths if path not in self.waiting_folders())
        if new:
            self._submit(IndexFolders(new))

    def update(self) -> None:
        """Look again through all folders, unless that is waiting or under way already."""
        self._looked_at_s = time.monotonic()
        if IndexFolders() not in self._jobs.values():
            self._submit(IndexFolders())

    def look_again(self) -> None:
        """See what the watcher may have missed: at most once a minute, and only while nothing else is being done."""
        if not self._jobs and time.monotonic() - self._looked_at_s >= LOOK_AGAIN_EVERY_S:
            self._looked_at_s = time.monotonic()
            self._submit(LookAgain(all_folders=True))

    def look_at(self, paths: tuple[str, ...]) -> None:
        """Look at these files of the library: they are new, were changed, or are gone."""
        self._submit(LookAgain(paths=paths))

    def remove_folder(self, path: str) -> None:
        """Forget a folder, before the indexing that is under way; that goes on afterwards."""
        unfinished = {job_id: job for job_id, job in self._jobs.items() if isinstance(job, IndexFolders)}
        for job_id in unfinished:
            self._bridge.cancel(job_id)
        self._submit(RemoveFolder(path))
        for job in unfinished.values():
            left = tuple(folder for folder in job.folders if folder != path)
            if left or not job.folders:
                self._submit(IndexFolders(left))

    def resolve_missing(self, path: str, gone: bool) -> None:
        """Forget the missing photos of a folder that the user was asked about, or keep them."""
        self._submit(ResolveMissing(path, gone))

    def retry(self, photo_ids: tuple[int, ...]) -> None:
        """Try files again that could not be read."""
        self._submit(RetryFailures(photo_ids))

    def set_excludes(self, excludes: Excludes) -> None:
        """Leave this out of the library, and take in what is left out no longer."""
        self._submit(SetExcludes(excludes))
        self._submit(IndexFolders())

    @property
    def paused(self) -> bool:
        """Whether bulk work is held."""
        return self._bridge.paused

    def set_paused(self, is_paused: bool) -> None:
        """Hold bulk work, or go on with it. Searches are not held."""
        if is_paused == self._bridge.paused:
            return
        if is_paused:
            self._bridge.pause()
        else:
            self._bridge.resume()
        self.paused_changed.emit(is_paused)

    @Slot()
    def refresh_status(self) -> None:
        """Ask the engine what is in the library; the bridge's `status_changed` brings the answer."""
        if self._status_job is None:
            self._status_job = self._bridge.submit(GetStatus())

    def _submit(self, job: LibraryJob) -> None:
        self._add(self._bridge.submit(job), job)

    def _add(self, job_id: int, job: LibraryJob) -> None:
        self._jobs[job_id] = job
        self._timer.start()
        self.jobs_changed.emit()

    @Slot(object)
    def _on_job_started(self, started: JobStarted) -> None:
        if isinstance(started.job, LookAgain) and started.job_id not in self._jobs:
            self._add(started.job_id, started.job)

    @Slot(object)
    def _on_progress(self, progress: Progress) -> None:
        job = self._jobs.get(progress.job_id)
        # A look through the folders that finds nothing to do is nobody's business.
        is_telling = progress.phase is Phase.ANALYSING or progress.on_battery or progress.in_use
        if job is None or (isinstance(job, LookAgain) and not is_telling):
            return
        if progress.folder not in (None, self._folder_in_work) and progress.phase is Phase.ANALYSING:
            is_next = self._folder_in_work is not None
            self._folder_in_work = progress.folder
            if is_next:
                self.folder_finished.emit()
        self.progress_changed.emit(progress)

    @Slot(object)
    def _on_job_done(self, done: JobDone) -> None:
        if self._end(done.job_id):
            if isinstance(done.result, IndexReport):
                self.indexed.emit(done.result)
            if not isinstance(done.job, LookAgain) or _has_changed(done.result):
                self.folder_finished.emit()

    @Slot(object)
    def _on_job_failed(self, failed: JobFailed) -> None:
        if self._end(failed.job_id) and not isinstance(failed.error, EngineClosed):
            self.failed.emit(failed.error)

    @Slot(object)
    def _on_job_cancelled(self, cancelled: JobCancelled) -> None:
        self._end(cancelled.job_id)

    def _end(self, job_id: int) -> bool:
        """Forget a job that has ended; returns whether it was one of ours that changes the library."""
        if job_id == self._status_job:
            self._status_job = None
        if self._jobs.pop(job_id, None) is None:
            return False
        self._folder_in_work = None
        self.refresh_status()
        if not self._jobs:
            self._timer.stop()
            self.progress_changed.emit(None)
        self.jobs_changed.emit()
        return True


def _has_changed(report: object) -> bool:
    return isinstance(report, IndexReport) and bool(report.indexed or report.moved or report.removed)
