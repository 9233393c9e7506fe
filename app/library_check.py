"""Checking the library and repairing it, with what is found in dialogs. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from app import library_texts, texts
from app.bridge import Bridge
from app.questions import ask, inform
from app.words import tr
from app.work_dialog import WorkDialog
from engine.errors import LibraryDamaged
from engine.messages import CheckLibrary, JobCancelled, JobDone, JobFailed, Progress
from engine.types import CheckReport


class LibraryCheck(QObject):
    """One check at a time. After repairing, a second look tells whether all is well.

    Args:
        restore: lets the user choose a backup, where repairing is not enough.
    """

    def __init__(self, bridge: Bridge, window: QWidget, restore: Callable[[], None]) -> None:
        super().__init__(window)
        self._bridge = bridge
        self._window = window
        self._restore = restore
        self._job_id: int | None = None
        self._dialog: WorkDialog | None = None
        self._repair_report: CheckReport | None = None
        bridge.progress.connect(self._on_progress)
        bridge.job_done.connect(self._on_done)
        bridge.job_failed.connect(self._on_failed)
        bridge.job_cancelled.connect(self._on_cancelled)

    @Slot()
    def start(self) -> None:
        """Look whether the library is in order, and say so."""
        if self._job_id is None:
            self._begin(library_texts.CHECKING, repair=False)

    def _repair(self) -> None:
        self._begin(library_texts.REPAIRING, repair=True)

    def _begin(self, title: str, *, repair: bool) -> None:
        self._repair_report = None
        self._dialog = WorkDialog(title, library_texts.CHECKING_DETAIL, can_stop=True, parent=self._window)
        self._dialog.stop_requested.connect(self._stop)
        self._dialog.open()
        self._job_id = self._bridge.submit(CheckLibrary(repair))

    def _stop(self) -> None:
        if self._job_id is not None:
            self._bridge.cancel(self._job_id)

    @Slot(object)
    def _on_progress(self, progress: Progress) -> None:
        if progress.job_id == self._job_id and self._dialog is not None:
            self._dialog.show_progress(progress)

    @Slot(object)
    def _on_done(self, done: JobDone) -> None:
        if done.job_id != self._job_id or not isinstance(done.job, CheckLibrary):
            return
        report: CheckReport = done.result
        if self._repair_report is None and (done.job.repair or report.repaired):
            self._repair_report = report
            self._job_id = self._bridge.submit(CheckLibrary())
            return
        self._end()
        if self._repair_report is None:
            self._show_first_look(report)
        else:
            self._show_second_look(report, self._repair_report.repaired)

    def _show_first_look(self, report: CheckReport) -> None:
        if report.clean:
            inform(self._window, library_texts.IN_ORDER, _counts(report))
            return
        other = (tr("Restore a backup…"), self._restore)
        ask(self._window, library_texts.NOT_IN_ORDER, _lines(report.problems), tr("Repair"), self._repair, other=other)

    def _show_second_look(self, report: CheckReport, repaired: tuple[str, ...]) -> None:
        if report.clean:
            inform(self._window, library_texts.IN_ORDER_AGAIN, f"{_lines(repaired)}\n\n{_counts(report)}")
        else:
            title, yes = library_texts.NOT_REPAIRED, tr("Restore a backup…")
            ask(self._window, title, _lines(report.problems), yes, self._restore)

    @Slot(object)
    def _on_failed(self, failed: JobFailed) -> None:
        if failed.job_id == self._job_id:
            self._end()
            if not isinstance(failed.error, LibraryDamaged):  # of which is told elsewhere
                inform(self._window, texts.NOT_DONE, texts.sentence(failed.error.sentence))

    @Slot(object)
    def _on_cancelled(self, cancelled: JobCancelled) -> None:
        if cancelled.job_id == self._job_id:
            self._end()

    def _end(self) -> None:
        self._job_id = None
        if self._dialog is not None:
            self._dialog.end()
            self._dialog = None


def _lines(sentences: tuple[str, ...]) -> str:
    return "\n".join(texts.printable(sentence) for sentence in sentences)


def _counts(report: CheckReport) -> str:
    return library_texts.IN_ORDER_DETAIL.format(photos=texts.photos(report.photos))
