"""What must be settled before the first window: garbage collection on the GUI thread, logs, last-resort error hooks."""

from __future__ import annotations

import faulthandler
import gc
import logging
import logging.handlers
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TextIO

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QTimer, QtMsgType, qInstallMessageHandler

from app.crash_reports import CRASH_LOG

_log = logging.getLogger(__name__)

YOUNG_EVERY_MS = 1_000
FULL_EVERY = 60  # young collections
LOG_BYTES, N_OLD_LOGS = 1_000_000, 2


class GarbageCollection(QObject):
    """Runs the cyclic garbage collector from a timer of the GUI thread, and nowhere else.

    Left to itself the collector runs on whichever thread allocates, destroys Qt objects that hang in reference cycles
    there, and the process dies. Make this before any other thread exists.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.collect()
        gc.disable()
        self._n_young = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self._collect)
        self._timer.start(YOUNG_EVERY_MS)

    def freeze(self) -> None:
        """Leave what lives now out of later collections: the heavy packages, whose scan would hold up the window."""
        gc.freeze()

    def stop(self) -> None:
        """Give the collector back to the interpreter."""
        self._timer.stop()
        gc.enable()

    def _collect(self) -> None:
        self._n_young += 1
        gc.collect(2 if self._n_young % FULL_EVERY == 0 else 1)


def start_logging(folder: Path) -> TextIO | None:
    """Log to `folder`/resight.log (rotated), and let the interpreter tell in crash.log where it was if it crashes.

    Returns the crash log, which must stay open to the end of the process; None if nothing can be written there.
    """
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / "resight.log", maxBytes=LOG_BYTES, backupCount=N_OLD_LOGS, encoding="utf-8",
            errors="backslashreplace",
        )
        crash_log = (folder / CRASH_LOG).open("a", encoding="utf-8")
    except OSError:
        root.addHandler(logging.NullHandler())
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    root.addHandler(handler)
    faulthandler.enable(crash_log)
    return crash_log


def install_hooks(report: Callable[[str], None]) -> None:
    """Send what nobody caught to the log, on every thread, and call `report` with the traceback (on that thread)."""

    def on_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _log.critical("Uncaught error", exc_info=(kind, error, trace))
        report("".join(traceback.format_exception(kind, error, trace)))

    def on_uncaught_in_thread(details: threading.ExceptHookArgs) -> None:
        if details.exc_value is not None:
            on_uncaught(details.exc_type, details.exc_value, details.exc_traceback)

    sys.excepthook = on_uncaught
    threading.excepthook = on_uncaught_in_thread


def log_qt_messages() -> None:
    """Send what Qt has to say to the log instead of stderr."""
    levels = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.INFO,
        QtMsgType.QtWarningMsg: logging.WARNING,
        QtMsgType.QtCriticalMsg: logging.ERROR,
        QtMsgType.QtFatalMsg: logging.CRITICAL,
    }
    qt_log = logging.getLogger("qt")

    def on_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        qt_log.log(levels.get(kind, logging.WARNING), "%s: %s", context.category or "default", text)

    qInstallMessageHandler(on_message)
