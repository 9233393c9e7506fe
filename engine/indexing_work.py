"""What an indexing run has in hand: files on their way, batches, counts, and the rate. Engine thread only."""

from __future__ import annotations

import os
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field

from engine.decode import DecodedPhoto, FileFacts
from engine.records import FailedPhoto, Folder, PhotoState
from engine.scan import FoundFile

_RATE_OVER_S = 20.0


@dataclass(slots=True)
class Pending:
    """A file on its way through the decoder processes: first perhaps hashed, then decoded."""

    folder: Folder
    file: FoundFile
    known: PhotoState | None
    future: Future[FileFacts] | Future[DecodedPhoto]
    hashing: bool

    @property
    def path(self) -> str:
        """The absolute path."""
        return os.path.join(self.folder.path, os.fsdecode(self.file.path))


@dataclass(slots=True)
class Batch:
    """Files settled together: decoded photos, and files that failed."""

    photos: list[tuple[Pending, DecodedPhoto]] = field(default_factory=list)
    failed: list[FailedPhoto] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many files these are."""
        return len(self.photos) + len(self.failed)


@dataclass(slots=True)
class Counts:
    """What an indexing run has found and done so far, in photos."""

    found: int = 0
    to_do: int = 0
    indexed: int = 0
    unchanged: int = 0
    moved: int = 0
    removed: int = 0
    failed: int = 0

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
