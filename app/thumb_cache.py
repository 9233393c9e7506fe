"""Thumbnails in memory: read off the GUI thread, visible ones first, bounded in bytes."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage, QImageReader

from app.bridge import Bridge
from engine.messages import MakeThumbnail
from engine.types import Hit

MEMORY_LIMIT_BYTES = 128 * 2**20
_POST_EVERY_S = 0.030  # one batch of arrivals per this time, however many thumbnails are read
_LONGEST_SIDE_PX = 1024  # our own thumbnails are far smaller: anything beyond is not one of them

Loaded = list[tuple[Path, QImage]]


class ThumbLoader:
    """One plain thread that reads thumbnail files, newest request first. Knows no QObject.

    Args:
        deliver: called on the loader's thread with a batch of (file, image); a null image means it cannot be read.
    """

    def __init__(self, deliver: Callable[[Loaded], None]) -> None:
        self._deliver = deliver
        self._changed = threading.Condition()
        self._waiting: OrderedDict[Path, None] = OrderedDict()  # the last one is read next
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="thumbnails")

    def start(self) -> None:
        self._thread.start()

    def request(self, file: Path) -> None:
        """Read this file before all that wait."""
        with self._changed:
            self._waiting[file] = None
            self._waiting.move_to_end(file)
            self._changed.notify()

    def request_only(self, files: Iterable[Path]) -> None:
        """Read these files in this order and forget all other requests."""
        with self._changed:
            self._waiting = OrderedDict.fromkeys(reversed(list(files)))
            self._changed.notify()

    def close(self) -> None:
        """End the thread and wait for it: at most the time of reading one thumbnail."""
        with self._changed:
            self._is_closed = True
            self._waiting.clear()
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        loaded: Loaded = []
        post_at = 0.0
        while True:
            file = self._take(post_at if loaded else None)
            if self._is_closed:
                return
            if file is not None:
                loaded.append((file, read_thumbnail(file)))
            if loaded and time.monotonic() >= post_at:
                self._deliver(loaded)
                loaded = []
                post_at = time.monotonic() + _POST_EVERY_S

    def _take(self, wait_until: float | None) -> Path | None:
        """The next file; None when closed, or when there is none until `wait_until` (monotonic seconds)."""
        with self._changed:
            while not self._waiting and not self._is_closed:
                left_s = None if wait_until is None else wait_until - time.monotonic()
                if left_s is not None and left_s <= 0:
                    return None
                self._changed.wait(left_s)
            return None if self._is_closed else self._waiting.popitem()[0]


def read_thumbnail(file: Path) -> QImage:
    """Read one of our thumbnail files as RGB32; a null image if it is missing, broken or none of ours. Any thread."""
    reader = QImageReader(str(file))
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > _LONGEST_SIDE_PX:
        return QImage()
    return reader.read().convertToFormat(QImage.Format.Format_RGB32)


class ThumbCache(QObject):
    """The thumbnails of hits, by thumbnail file (exact copies of a photo share one). Lives on the GUI thread.

    A file that cannot be read is made again by the engine, once while the program runs.
    """

    images_arrived = Signal(object)  # set[Path] of thumbnail files that `image` now answers for

    def __init__(
        self, bridge: Bridge, parent: QObject | None = None, memory_limit_bytes: int = MEMORY_LIMIT_BYTES
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._memory_limit_bytes = memory_limit_bytes
        self._memory_bytes = 0
        self._images: OrderedDict[Path, QImage] = OrderedDict()  # least recently used first
        self._photo_ids: dict[Path, int] = {}  # of requests under way
        self._making: dict[int, Path] = {}  # by photo id: thumbnails the engine is making
        self._made_before: set[Path] = set()
        self._unusable: set[Path] = set()  # being made again, or broken even so
        self._is_closed = False
        self._loader = ThumbLoader(lambda loaded: bridge.post(partial(self._on_loaded, loaded)))
        self._loader.start()
        bridge.thumbnail_made.connect(self._on_thumbnail_made)

    def image(self, hit: Hit) -> QImage | None:
        """The thumbnail if it is in memory; otherwise None, and it is read before all others."""
        image = self._images.get(hit.thumbnail)
        if image is not None:
            self._images.move_to_end(hit.thumbnail)
        elif self._is_wanted(hit):
            self._photo_ids[hit.thumbnail] = hit.photo_id
            self._loader.request(hit.thumbnail)
        return image

    def request_only(self, hits: Iterable[Hit]) -> None:
        """Read the thumbnails of these hits, first things first, and drop requests for any others."""
        self._photo_ids = {hit.thumbnail: hit.photo_id for hit in hits if self._is_wanted(hit)}
        self._loader.request_only(self._photo_ids)

    def close(self) -> None:
        """End the loader thread; nothing arrives after this."""
        if not self._is_closed:
            self._is_closed = True
            self._loader.close()

    def _is_wanted(self, hit: Hit) -> bool:
        return not (self._is_closed or hit.thumbnail in self._unusable or hit.thumbnail in self._images)

    def _on_loaded(self, loaded: Loaded) -> None:
        if self._is_closed:
            return
        arrived = set()
        for file, image in loaded:
            photo_id = self._photo_ids.pop(file, None)
            if not image.isNull():
                self._keep(file, image)
                arrived.add(file)
            elif photo_id is not None:  # else it was not asked for any more: the next request tries again
                self._make_again(file, photo_id)
        if arrived:
            self.images_arrived.emit(arrived)

    def _make_again(self, file: Path, photo_id: int) -> None:
        self._unusable.add(file)
        if file not in self._made_before:
            self._made_before.add(file)
            self._making[photo_id] = file
            self._bridge.submit(MakeThumbnail(photo_id))

    @Slot(int, object)
    def _on_thumbnail_made(self, photo_id: int, file: Path) -> None:
        if self._making.pop(photo_id, None) is not None and not self._is_closed:
            self._unusable.discard(file)
            self._photo_ids[file] = photo_id
            self._loader.request(file)

    def _keep(self, file: Path, image: QImage) -> None:
        before = self._images.pop(file, None)
        self._memory_bytes += image.sizeInBytes() - (before.sizeInBytes() if before else 0)
        self._images[file] = image
        while self._memory_bytes > self._memory_limit_bytes and len(self._images) > 1:
            _, oldest = self._images.popitem(last=False)
            self._memory_bytes -= oldest.sizeInBytes()
