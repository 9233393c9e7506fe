"""What the file system knows of a photo: its size in bytes and when it was changed. GUI thread only.

Asked on a thread, which may hang in a drive that does not answer: then nothing is told.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from app.bridge import Bridge

_MOST_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class FileFacts:
    """The size of a file, and the time of its last change in seconds since 1970."""

    path: str
    n_bytes: int
    changed_at: float


class FileFactsReader(QObject):
    """Tells the facts of files.

    Signals:
        told(FileFacts): of a file that was asked about.
    """

    told = Signal(object)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._threads: list[threading.Thread] = []

    def ask(self, path: str) -> None:
        """Ask about a file; nothing is told if it is not there."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        if len(self._threads) < _MOST_AT_ONCE:
            thread = threading.Thread(target=self._read, args=(path,), name="file-facts", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _read(self, path: str) -> None:
        """Runs on a thread of its own."""
        try:
            found = os.stat(path)
        except (OSError, ValueError):
            return
        if isValid(self._bridge):
            self._bridge.post(partial(self._tell, FileFacts(path, found.st_size, found.st_mtime)))

    def _tell(self, facts: FileFacts) -> None:
        if isValid(self):
            self.told.emit(facts)
