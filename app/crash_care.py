"""Tells the user of errors that nobody caught, now and at the next start, and shows their reports. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app import care_texts, texts
from app.crash_dialog import CrashDialog
from app.crash_reports import CrashReports
from app.notify import Choice, Level, Notifier


class CrashCare:
    """Puts reports, banners and the dialog together.

    Args:
        reports: where they are kept.
        notifier: shows the banners.
        post: runs a closure on the GUI thread; may be called on any.
        window: the window there is now, or None.
    """

    def __init__(
        self,
        reports: CrashReports,
        notifier: Notifier,
        post: Callable[[Callable[[], None]], None],
        window: Callable[[], QWidget | None],
    ) -> None:
        self._reports = reports
        self._notifier = notifier
        self._post = post
        self._window = window
        self._newest: Path | None = None

    def on_error(self, what: str) -> None:
        """Write a report of an error, with its traceback `what`, and tell the user. Any thread."""
        report = self._reports.write(what)
        self._post(partial(self._tell, texts.UNEXPECTED, "unexpected", report))

    def tell_of_last_run(self) -> None:
        """Tell of the newest report that the user does not know of yet."""
        for report in self._reports.new():
            self._tell(care_texts.ENDED_BADLY, "ended-badly", report)

    def _tell(self, sentence: str, key: str, report: Path | None) -> None:
        if report is not None:  # else it is the same again and again, or the disk is full
            self._newest = self._reports.told(report)
        choices = () if self._newest is None else (Choice(care_texts.SHOW_REPORT, partial(self._show, self._newest)),)
        self._notifier.tell(Level.ERROR, sentence, key, choices)

    def _show(self, file: Path) -> None:
        CrashDialog(file, self._window()).open()
