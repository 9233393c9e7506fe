"""Opening the file of a photo: once, read-only, never blocking, and making sure that it stays the same meanwhile.

Runs in the decoder processes. Standard library only.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from engine import limits, photo_errors
from engine.wire import FileFacts

_HASH_BYTES = 20
_IN_MEMORY_BYTES = 64_000_000  # larger files are hashed and decoded in two passes over the open file
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # a FIFO must not block
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


@contextmanager
def opened(path: str) -> Iterator[tuple[IO[bytes], os.stat_result]]:
    """A regular file, open, and what the file system says of it; at the end makes sure that it is still the same.

    Raises:
        PhotoError: it is no file, empty, or too large for a photo; or it has changed.
        OSError: it cannot be read.
    """
    descriptor = os.open(path, _OPEN_FLAGS)
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise photo_errors.not_a_file(path)
        if before.st_size > limits.MAX_FILE_BYTES:
            raise photo_errors.too_many_bytes(path, before.st_size, limits.MAX_FILE_BYTES)
        if before.st_size == 0:
            raise photo_errors.empty(path)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            try:
                yield file, before
            finally:  # also when decoding failed: then this is the better explanation
                _require_unchanged(path, before)
    finally:
        os.close(descriptor)


@contextmanager
def opened_and_hashed(path: str) -> Iterator[tuple[IO[bytes], FileFacts]]:
    """The bytes of a regular file, in memory unless they are many, and its facts. Raises as `opened`."""
    with opened(path) as (file, status):
        digest = hashlib.blake2b(digest_size=_HASH_BYTES)
        stream = file
        if status.st_size <= _IN_MEMORY_BYTES:
            data = file.read(status.st_size + 1)
            digest.update(data)
            stream = io.BytesIO(data)
        else:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
            file.seek(0)
        yield stream, FileFacts(digest.digest(), status.st_size, status.st_mtime_ns)


def _require_unchanged(path: str, before: os.stat_result) -> None:
    """A file that is being copied, or was replaced, would get the descriptor of one version and the date of another."""
    after = os.stat(path)
    if (after.st_size, after.st_mtime_ns, after.st_ino) != (before.st_size, before.st_mtime_ns, before.st_ino):
        raise photo_errors.changed(path)
