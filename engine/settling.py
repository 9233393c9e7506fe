"""Whether files hold still: a photo is read only once it is whole.

A copy that is still running can look like a whole file: its size may be set before its bytes come, and many formats
decode without their end. So a file counts as whole when two looks at least two seconds apart find the same size and
time of change, or when its newest time is a minute old. Used on the engine thread only.
"""

from __future__ import annotations

import os
import time
from collections import OrderedDict, deque
from collections.abc import Iterator
from typing import Generic, TypeVar

from engine.scan import FoundFile

SETTLE_S = 2.0
MAX_WAITING = 10_000
_OLD_NS = 60_000_000_000
_MAX_LOOKS = 2 * MAX_WAITING
# Beside a file of 0 bytes: the browser has only taken the name so far.
_UNFINISHED = (".part", ".crdownload", ".download", ".partial")

T = TypeVar("T")


class Settling:
    """Remembers first looks, so that the second may come in a later run.

    Args:
        wait_s: seconds between the two looks; 0 trusts every file at once.
    """

    def __init__(self, wait_s: float = SETTLE_S) -> None:
        self.wait_s = wait_s
        self._looks: OrderedDict[str, tuple[int, int, float]] = OrderedDict()  # size, mtime, monotonic time of the look

    def holds_still(self, path: str, file: FoundFile) -> bool:
        """Whether the file at this absolute path, found just now, is whole; if not, this is the first look at it."""
        if not self.wait_s:
            return True
        if file.size_bytes == 0 and any(os.path.lexists(path + end) for end in _UNFINISHED):
            return False
        age_ns = time.time_ns() - file.touched_ns
        if age_ns >= _OLD_NS:
            return True
        now = time.monotonic()
        size_bytes, mtime_ns, since = self._looks.get(path, (None, None, now))
        if (size_bytes, mtime_ns) != (file.size_bytes, file.mtime_ns):
            since = now
        elif now - since >= self.wait_s:
            return True
        self._looks[path] = (file.size_bytes, file.mtime_ns, since)
        self._looks.move_to_end(path)
        if len(self._looks) > _MAX_LOOKS:
            self._looks.popitem(last=False)
        return False

    def look_again(self, path: str, file: FoundFile) -> bool:
        """The second look at a file that did not count as whole: whether it does now."""
        try:
            state = os.stat(path)
        except OSError:
            return False
        touched_ns = max(state.st_mtime_ns, state.st_ctime_ns)
        now = FoundFile(file.path, state.st_size, state.st_mtime_ns, touched_ns)
        is_same = (now.size_bytes, now.mtime_ns) == (file.size_bytes, file.mtime_ns)
        return self.holds_still(path, now) and is_same


class Waiting(Generic[T]):
    """Files that wait for their second look, in the order of the first.

    Args:
        wait_s: seconds between the two looks.
    """

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s
        self._waiting: deque[tuple[float, T]] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def is_full(self) -> bool:
        """Whether no more should be added before some are taken."""
        return len(self._waiting) >= MAX_WAITING

    def add(self, item: T) -> None:
        """Add what has just been looked at."""
        self._waiting.append((time.monotonic() + self._wait_s, item))

    def due(self) -> Iterator[T]:
        """Take what has waited long enough."""
        while self._waiting and self._waiting[0][0] <= time.monotonic():
            yield self._waiting.popleft()[1]

    def rest(self) -> Iterator[T]:
        """Take everything."""
        while self._waiting:
            yield self._waiting.popleft()[1]
