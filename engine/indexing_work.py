"""What an indexing run has in hand: places to look at, files to read, counts, the rate. Engine thread only."""

from __future__ import annotations

import os
import time
from collections import deque
from dataclasses import dataclass, field

from engine.records import Folder, PhotoState
from engine.scan import WHOLE, FoundFile, Place

_RATE_OVER_S = 20.0


@dataclass(frozen=True, slots=True)
class Look:
    """What a run looks at: a folder, or a place in it."""

    folder: Folder
    place: Place = WHOLE


@dataclass(frozen=True, slots=True)
class ToRead:
    """A file that is new or has changed, and what is known of it."""

    folder: Folder
    file: FoundFile
    known: PhotoState | None

    @property
    def path(self) -> str:
        """The absolute path."""
        return os.path.join(self.folder.path, os.fsdecode(self.file.path))


@dataclass(slots=True)
class Counts:
    """What an indexing run has found and done so far, in photos."""

    found: int = 0
    to_do: int = 0
    indexed: int = 0
    unchanged: int = 0
    moved: int = 0
    failed: int = 0
    unsettled: int = 0

    def leave_out(self, n: int) -> None:
        """Files that were to be done are none of ours: they are too small."""
        self.found -= n
        self.to_do -= n

    @property
    def done(self) -> int:
        """How many of `to_do` have been worked on."""
        return self.indexed + self.moved + self.failed


@dataclass(slots=True)
class Rate:
    """Pictures a second over the last while, on the monotonic clock."""

    marks: deque[tuple[float, int]] = field(default_factory=deque)

    def update(self, done: int) -> float | None:
        """Note that `done` are done by now -> the rate, None while it cannot be told."""
        now = time.monotonic()
        self.marks.append((now, done))
        while len(self.marks) > 2 and now - self.marks[0][0] > _RATE_OVER_S:
            self.marks.popleft()
        first_time, first_done = self.marks[0]
        return (done - first_done) / (now - first_time) if now - first_time > 0.5 else None
