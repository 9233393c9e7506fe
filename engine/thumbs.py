"""Thumbnail files, one for each content however many copies of it there are: <2 hex digits>/<content hash>.jpg.

They can be made again from the photos, so they are written without waiting for the disk. What a killed run left
unfinished is swept with the library's other leftovers (`LibraryFolder.remove_leftovers`). The JPEG is made here from
pixels, not in the decoder process: the window decodes it, so it must not be the work of a process that a malicious file
has taken over. Any thread.
"""

from __future__ import annotations

import io
import logging
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import DiskFull
from engine.storage import LibraryFolder, disk_errors

_log = logging.getLogger(__name__)

THUMBNAIL_PX = 320
"""Longest side of a thumbnail."""
_STEP_S = 0.1

_QUALITY = 82


def jpeg_of(pixels: NDArray[np.uint8], quality: int) -> bytes:
    """A picture, sRGB uint8 [H, W, 3], as JPEG."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=quality)
    return stream.getvalue()


class Thumbnails:
    """The thumbnails below `folder`, the library's `thumbs`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._library = LibraryFolder(folder.parent)

    def path_for(self, content_hash: bytes) -> Path:
        """Where the thumbnail of this content lies, made or not."""
        name = content_hash.hex()
        return self._folder / name[:2] / f"{name}.jpg"

    def exists(self, content_hash: bytes) -> bool:
        """Whether there is a thumbnail; an empty file, as a full disk may leave, is none."""
        with suppress(OSError):
            return self.path_for(content_hash).stat().st_size > 0
        return False

    def write(self, content_hash: bytes, pixels: NDArray[np.uint8]) -> Path:
        """Keep a thumbnail, sRGB uint8 [H, W, 3], as JPEG in place of an older one, and tell where.

        Raises:
            DiskFull, LibraryError: it could not be written; an older one is still there.
        """
        return self.write_jpeg(content_hash, jpeg_of(pixels, _QUALITY))

    def write_jpeg(self, content_hash: bytes, jpeg: bytes) -> Path:
        """As `write`, for a JPEG that was made here."""
        path = self.path_for(content_hash)
        with disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        self._library.write_atomically(path, jpeg, durable=False)
        return path

    def remove(self, content_hash: bytes) -> None:
        """Delete a thumbnail; nothing happens if there is none."""
        path = self.path_for(content_hash)
        with disk_errors(path):
            path.unlink(missing_ok=True)


class ThumbnailWriter:
    """Writes thumbnails on a thread of its own: creating files may take milliseconds each. Use it on one thread."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        self._thumbnails = thumbnails
        self._thread = ThreadPoolExecutor(1, "thumbnails")
        self._open: deque[Future[Path]] = deque()

    def write(self, content_hash: bytes, pixels: NDArray[np.uint8]) -> None:
        """Have a thumbnail written, see `Thumbnails.write`."""
        self._open.append(self._thread.submit(self._thumbnails.write, content_hash, pixels))

    def settle(self, n_open: int) -> Iterator[None]:
        """Take note of thumbnails that are written, in steps until at most `n_open` are not.

        Raises:
            DiskFull: no room is left. Any other failure is only logged: the thumbnail is made when it is looked at.
        """
        while self._open and (self._open[0].done() or len(self._open) > n_open):
            wait([self._open[0]], _STEP_S)
            if not self._open[0].done():
                yield None
                continue
            error = self._open.popleft().exception()
            if isinstance(error, DiskFull):
                raise error
            if error is not None:
                _log.warning("a thumbnail could not be written: %s", error)

    def close(self) -> None:
        """Write what is left and end the thread."""
        self._thread.shutdown()
