"""Walking a folder that may stop answering, without hanging with it. Engine thread; the walk itself goes on aside."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator

from engine.aside import Aside
from engine.scan import FoundFile

_SILENCE_S = 30.0
_STEP_S = 0.05
_AHEAD = 4  # batches

Batches = Iterator[list[FoundFile]]


class NotAnswering(Exception):
    """The folder has not answered for too long. A thread hangs in it, until it does."""


def walk_aside(aside: Aside, key: object, walk: Batches, silence_s: float = _SILENCE_S) -> Batches:
    """The batches of `walk`, which runs on a thread of its own; empty ones while none has come for a moment.

    Args:
        aside: asks no place twice at a time: while an earlier walk of `key` hangs, this one does not begin.
        key: what is walked.
        walk: see `scan.scan_folder`.
        silence_s: how long to wait for a batch.

    Raises:
        NotAnswering: none came for `silence_s`.
        OSError: the walk ended with it.
    """
    batches: queue.Queue[list[FoundFile] | None] = queue.Queue(_AHEAD)
    is_begun, is_left = threading.Event(), threading.Event()

    def read() -> None:
        is_begun.set()
        for files in walk:
            if not _put(batches, files, is_left):
                return
        _put(batches, None, is_left)

    answer = aside.ask(("walk", key), read)
    heard_at = time.monotonic()
    try:
        while True:
            try:
                files = batches.get(timeout=_STEP_S)
            except queue.Empty:
                if answer.done() and not is_begun.is_set():  # that was an earlier walk, which has ended now
                    answer = aside.ask(("walk", key), read)
                elif answer.done() and batches.empty():
                    answer.result()  # raises what the walk did
                if time.monotonic() - heard_at > silence_s:
                    raise NotAnswering from None
                yield []
                continue
            if files is None:
                return
            yield files
            heard_at = time.monotonic()  # the time that the caller took does not count
    finally:
        is_left.set()


def _put(batches: queue.Queue[list[FoundFile] | None], files: list[FoundFile] | None, is_left: threading.Event) -> bool:
    """Hand a batch over, once there is room -> whether anybody still wants it."""
    while not is_left.is_set():
        try:
            batches.put(files, timeout=_STEP_S)
        except queue.Full:
            continue
        return True
    return False
