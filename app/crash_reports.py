"""Reports of what went wrong, kept in the folder of logs and nowhere else. Nothing here sends anything. No Qt.

A report is written when an error was caught by nobody, and at the next start when the interpreter itself had crashed.
New ones are named new-crash-…txt until the user has been told of them.
"""

from __future__ import annotations

import logging
import os
import platform
import time
from pathlib import Path

from app.places import version

CRASH_LOG = "crash.log"  # the interpreter writes here while it dies
KEPT = 10
MOST_IN_ONE_RUN = 3  # an error in a paint method comes again with every frame
LOG_LINES = 60
_NEW, _TOLD = "new-crash-", "crash-"

_log = logging.getLogger(__name__)


class CrashReports:
    """The reports in a folder. Methods may be called on any thread; errors of the disk are logged, not raised."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._n_written = 0

    def write(self, what: str) -> Path | None:
        """Write a report of an error, with its traceback `what`; returns its file, or None if none was written."""
        if self._n_written >= MOST_IN_ONE_RUN:
            return None
        self._n_written += 1
        return self._write(what, _moment(time.time()))

    def take_crash(self) -> None:
        """Make a report of what the interpreter has written while it died, if it did. Before its file is opened."""
        file = self._folder / CRASH_LOG
        try:
            what = file.read_text(encoding="utf-8", errors="replace")
            if what.strip() and self._write(what, _moment(file.stat().st_mtime)):
                file.unlink()
        except FileNotFoundError:
            pass
        except OSError as error:
            _log.warning("The crash log cannot be taken: %s", error)

    def new(self) -> tuple[Path, ...]:
        """The reports the user has not been told of, oldest first."""
        return tuple(sorted(self._folder.glob(f"{_NEW}*.txt")))

    def told(self, report: Path) -> Path:
        """The user has been told of this report; returns its file, which has another name now."""
        target = report.with_name(report.name.replace(_NEW, _TOLD, 1))
        try:
            os.replace(report, target)
        except OSError as error:
            _log.warning("%s cannot be renamed: %s", report, error)
            return report
        return target

    def _write(self, what: str, moment: str) -> Path | None:
        file = self._folder / f"{_NEW}{moment}-{os.getpid()}-{self._n_written}.txt"
        try:
            with file.open("x", encoding="utf-8", errors="backslashreplace") as out:
                out.write(f"{facts()}\n\n{what.strip()}\n\nThe end of the log:\n{self._end_of_log()}\n")
            reports = sorted(self._folder.glob(f"*{_TOLD}*.txt"), key=lambda path: path.name.removeprefix("new-"))
            for old in reports[:-KEPT]:
                old.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("A crash report could not be written: %s", error)
            return None
        return file

    def _end_of_log(self) -> str:
        try:
            lines = (self._folder / "resight.log").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return "(none)"
        return "\n".join(lines[-LOG_LINES:])


def _moment(seconds: float) -> str:
    return time.strftime("%Y%m%d-%H%M%S", time.localtime(seconds))


def facts() -> str:
    """The program and what it runs on, in lines."""
    return "\n".join(
        (
            f"Resight {version()}",
            f"Python {platform.python_version()}",
            f"{platform.system()} {platform.release()} ({platform.machine()})",
        )
    )
