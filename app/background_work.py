"""Work that takes seconds, on a thread of its own, with its news on the GUI thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from app import texts
from app.bridge import Mailbox
from engine.errors import EngineError

_log = logging.getLogger(__name__)


class BackgroundWork(QObject):
    """One piece of work. Lives on the GUI thread; the work itself must not touch Qt.

    Signals:
        progressed(Progress)
        done(object): the result.
        failed(EngineError)
        stopped(): it was asked to stop and has.
        ended(): before any of these three.
    """

    progressed = Signal(object)
    done = Signal(object)
    failed = Signal(object)
    stopped = Signal()
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mailbox = Mailbox(self)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, work: Callable[[], Any]) -> None:
        """Do this, once: a function, or one that makes a generator of progress; what that returns is the result."""
        self._thread = threading.Thread(target=self._run, args=(work,), name="library")
        self._thread.start()

    def stop(self) -> None:
        """Ask a generator to stop after its current step; a function goes on to its end."""
        self._stop.set()

    def wait(self) -> None:
        """Wait for the end of the thread. What it had to tell still comes."""
        if self._thread is not None:
            self._thread.join()

    def _run(self, work: Callable[[], Any]) -> None:
        try:
            result = work()
            if isinstance(result, Generator):
                result = self._run_steps(result)
        except EngineError as error:
            self._end(partial(self.failed.emit, error))
        except Exception:  # noqa: BLE001 - the last boundary of the thread: the user must learn of its end
            _log.exception("work on the library failed")
            self._end(partial(self.failed.emit, EngineError(texts.UNEXPECTED)))
        else:
            self._end(self.stopped.emit if result is _STOPPED else partial(self.done.emit, result))

    def _end(self, tell: Callable[[], None]) -> None:
        self._mailbox.put(partial(self._tell_end, tell))

    def _tell_end(self, tell: Callable[[], None]) -> None:
        self.ended.emit()
        tell()

    def _run_steps(self, steps: Generator[Any, None, Any]) -> Any:
        try:
            while not self._stop.is_set():
                self._mailbox.put(partial(self.progressed.emit, next(steps)))
        except StopIteration as end:
            return end.value
        finally:
            steps.close()
        return _STOPPED


_STOPPED = object()
