"""Files on their way through the decoder processes: held until they are whole, hashed where that may save decoding.

Engine thread only. What a file turns out to be is up to whoever collects it.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Any

from engine.decoders import Decoders
from engine.indexing_work import ToRead
from engine.settling import Settling, Waiting
from engine.thumbs import THUMBNAIL_PX
from engine.transform import InputRule
from engine.wire import DecodedPhoto, DecodeRequest, FileFacts

_COLLECT_S = 0.1
_NAP_S = 0.02


@dataclass(slots=True)
class Pending:
    """A file in the hands of a decoder process: first perhaps hashed, then decoded."""

    to_read: ToRead
    future: Future[FileFacts] | Future[DecodedPhoto]
    hashing: bool


class Reading:
    """The files of one run.

    Args:
        decoders: the pool for bulk work.
        rule: the model's input rule.
        settling: tells which files are whole.
        is_known_size: whether a file of this size may be a moved photo or a copy, so that it is hashed first.
        link: told a file's facts once it is hashed; whether it is settled by that.
    """

    def __init__(
        self,
        decoders: Decoders,
        rule: InputRule,
        settling: Settling,
        is_known_size: Callable[[int], bool],
        link: Callable[[ToRead, FileFacts], bool],
    ) -> None:
        self._decoders = decoders
        self._rule = rule
        self._settling = settling
        self._is_known_size = is_known_size
        self._link = link
        self._pending: deque[Pending] = deque()
        self._waiting: Waiting[ToRead] = Waiting(settling.wait_s)
        self._unsettled: list[ToRead] = []

    def has_room(self, window: int) -> bool:
        """Whether more files may be added, with `window` of them in the processes' hands."""
        return len(self._pending) < window and not self._waiting.is_full

    @property
    def is_idle(self) -> bool:
        """Whether nothing is in the processes' hands."""
        return not self._pending

    @property
    def has_waiting(self) -> bool:
        """Whether files wait for their second look."""
        return bool(self._waiting)

    @property
    def has_news(self) -> bool:
        """Whether collecting would give something at once."""
        return bool(self._pending) and self._pending[0].future.done()

    def add(self, to_read: ToRead) -> None:
        """Take a file that was found just now."""
        if self._settling.holds_still(to_read.path, to_read.file):
            self._submit(to_read)
        else:
            self._waiting.add(to_read)

    def look_again(self, window: int) -> None:
        """Look a second time at the files that have waited long enough, while there is room for them."""
        for to_read in self._waiting.due():
            if self._settling.look_again(to_read.path, to_read.file):
                self._submit(to_read)
            else:
                self._unsettled.append(to_read)
            if len(self._pending) >= window:
                return

    def give_up_waiting(self) -> None:
        """Count the files that wait for their second look as not whole yet; a later run goes on from the first."""
        self._unsettled += self._waiting.rest()

    def take_unsettled(self) -> list[ToRead]:
        """The files that are still being written, each once."""
        unsettled, self._unsettled = self._unsettled, []
        return unsettled

    def collect(self, n_at_once: int) -> list[Pending]:
        """Up to `n_at_once` files that are decoded or have failed, waiting up to 0.1 s for that many."""
        deadline = time.monotonic() + _COLLECT_S
        while True:
            for pending in [pending for pending in self._pending if pending.hashing and pending.future.done()]:
                self._after_hash(pending)
            # One that was hashed since then is looked at in the next turn.
            settled = [pending for pending in self._pending if pending.future.done() and not pending.hashing]
            ready = settled[:n_at_once]
            left_s = deadline - time.monotonic()
            open_futures: list[Future[Any]] = [pending.future for pending in self._pending if not pending.future.done()]
            if len(ready) >= n_at_once or left_s <= 0 or not open_futures:
                break
            wait(open_futures, left_s, FIRST_COMPLETED)
        if self._waiting and not self._pending:
            time.sleep(_NAP_S)
        for pending in ready:
            self._pending.remove(pending)
        return self._whole(ready)

    def cancel(self) -> None:
        """Let go of everything that has not been begun."""
        for pending in self._pending:
            pending.future.cancel()

    def _submit(self, to_read: ToRead) -> None:
        """Have a file read. Where its size is known already, hash it first: it may be a moved photo or a copy."""
        if self._is_known_size(to_read.file.size_bytes):
            self._pending.append(Pending(to_read, self._decoders.submit_hash(to_read.path), hashing=True))
        else:
            self._pending.append(Pending(to_read, self._decode(to_read.path), hashing=False))

    def _decode(self, path: str) -> Future[DecodedPhoto]:
        return self._decoders.submit(DecodeRequest(path, rule=self._rule, thumbnail_px=THUMBNAIL_PX))

    def _after_hash(self, pending: Pending) -> None:
        """Link a file whose content is known; have any other decoded. One that failed stays to be collected."""
        pending.hashing = False
        if pending.future.exception() is not None:
            return
        facts = pending.future.result()
        if isinstance(facts, FileFacts) and _is_of(facts, pending.to_read) and self._link(pending.to_read, facts):
            self._pending.remove(pending)
        else:
            pending.future = self._decode(pending.to_read.path)

    def _whole(self, settled: list[Pending]) -> list[Pending]:
        """Those that were read as they were found; the others have changed meanwhile, and are looked at again later."""
        whole = []
        for pending in settled:
            error = pending.future.exception()
            same = _is_unchanged(pending.to_read) if error else _is_of(pending.future.result(), pending.to_read)
            if same:
                whole.append(pending)
            else:
                self._unsettled.append(pending.to_read)
        return whole


def _is_of(read: FileFacts | DecodedPhoto, to_read: ToRead) -> bool:
    return (read.size_bytes, read.mtime_ns) == (to_read.file.size_bytes, to_read.file.mtime_ns)


def _is_unchanged(to_read: ToRead) -> bool:
    """Whether a file that could not be read is still there as it was found; or cannot be looked at at all."""
    try:
        state = os.stat(to_read.path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return (state.st_size, state.st_mtime_ns) == (to_read.file.size_bytes, to_read.file.mtime_ns)
