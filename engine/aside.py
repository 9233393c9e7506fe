"""Questions to a file system that may not answer: a share that is asleep, a drive that has failed.

Each question is asked on a thread of its own, so that nobody hangs with it, and no place is asked twice at a time, so
that no more threads hang than there are places.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class Aside:
    """Asks questions beside the caller's thread. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[Hashable, Future[Any]] = {}

    def ask(self, key: Hashable, question: Callable[[], T]) -> Future[T]:
        """Have a question answered; while an earlier one with this key is open, that one is returned instead."""
        with self._lock:
            future = self._open.get(key)
            if future is not None:
                return future
            future = self._open[key] = Future()
        # A daemon: the program must be able to end while a thread hangs in the kernel.
        threading.Thread(target=self._answer, args=(key, future, question), name="aside", daemon=True).start()
        return future

    def _answer(self, key: Hashable, future: Future[T], question: Callable[[], T]) -> None:
        try:
            answer = question()
        except BaseException as error:  # noqa: BLE001 - it is raised where the answer is read
            self._close(key)
            future.set_exception(error)
        else:
            self._close(key)
            future.set_result(answer)

    def _close(self, key: Hashable) -> None:
        with self._lock:
            del self._open[key]
