"""Filling in what older versions did not keep of photos: when and with what they were taken. Engine thread only.

Only the beginning of each file is read, by the decoder processes; nothing is decoded.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from concurrent.futures import Future, wait

from engine.catalogue import Catalogue
from engine.decoders import Decoders
from engine.errors import PhotoError, PhotoTooSlow, PhotoUnreadable
from engine.messages import FillIn
from engine.shot import UNKNOWN, Shot
from engine.shots import UnreadContent
from engine.wire import FileShot
from engine.worker import Worker

_AT_ONCE = 64
_STEP_S = 0.01  # a search waits no longer
WORK_S = 2.0
"""How long a job works before others have their turn."""


class Filling:
    """Passes through the contents of which this has not been read yet. What cannot be reached is left for the next one.

    Args:
        catalogue: opened for writing.
        worker: takes the jobs that do it.
    """

    def __init__(self, catalogue: Catalogue, worker: Worker) -> None:
        self._catalogue = catalogue
        self._worker = worker
        self._after_id: int | None = None  # where a pass is that is under way

    def begin(self) -> None:
        """Begin a pass if there is anything to read and none is under way. Cheap."""
        if self._after_id is None and self._catalogue.shots.has_unread():
            self._after_id = 0
            self._worker.submit(FillIn())

    def run(self, decoders: Decoders) -> Generator[None, None, int]:
        """The work of one `FillIn`, after which another follows if it was not all -> how many photos were read."""
        until = time.monotonic() + WORK_S
        after_id, n_read = self._after_id or 0, 0
        self._after_id = None
        while time.monotonic() < until:
            contents = self._catalogue.shots.unread(after_id, _AT_ONCE)
            if not contents:
                return n_read
            futures = [decoders.submit_shot(content.path) for content in contents]
            try:
                while wait(futures, _STEP_S).not_done:
                    yield
            finally:
                for future in futures:
                    future.cancel()
            n_read += self._keep(contents, futures)
            after_id = contents[-1].content_id
            yield
        self._after_id = after_id
        self._worker.submit(FillIn())
        return n_read

    def _keep(self, contents: list[UnreadContent], futures: list[Future[FileShot]]) -> int:
        n_read = 0
        with self._catalogue.transaction():
            for content, future in zip(contents, futures, strict=True):
                shot = _shot_of(content, future)
                if shot is not None:
                    self._catalogue.shots.put(content.content_id, shot)
                    n_read += 1
        return n_read


def _shot_of(content: UnreadContent, future: Future[FileShot]) -> Shot | None:
    """What is to be kept; None if the file could not be read now, or is another one by now."""
    error = future.exception()
    if isinstance(error, PhotoUnreadable | PhotoTooSlow):  # another time may do better
        return None
    if isinstance(error, PhotoError):
        return UNKNOWN
    if error is not None:
        raise error
    found = future.result()
    is_same = (found.size_bytes, found.mtime_ns) == (content.size_bytes, content.mtime_ns)
    return found.shot if is_same else None
