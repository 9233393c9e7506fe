"""Pictures for a view: asked of the engine, made fit for painting on a thread of their own, a few kept. GUI thread."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QSize, Signal, Slot
from PySide6.QtGui import QImage, QPainter
from shiboken6 import isValid

from app.bridge import Bridge
from app.zoom_view import FIRST_SIDE_PX
from engine.messages import JobFailed, LoadPicture
from engine.types import Picture

_KEPT = 6  # pictures of the first size: 8 MB each
_BAND_ROWS = 256  # converted at once: a few milliseconds, for which Qt holds the interpreter


class PictureLoader(QObject):
    """Loads one picture at a time; asking for another drops the one before.

    Signals:
        arrived(QImage, QSize): an image of the picture asked for, and the size of the original.
        failed(EngineError): it cannot be shown.
    """

    arrived = Signal(object, object)
    failed = Signal(object)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._path: str | None = None
        self._job_id: int | None = None
        self._ahead: dict[int, str] = {}  # jobs for pictures that may be wanted next
        self._kept: OrderedDict[str, tuple[QImage, QSize]] = OrderedDict()
        self._threads: list[threading.Thread] = []
        bridge.picture_loaded.connect(self._on_loaded)
        bridge.job_failed.connect(self._on_failed)

    def load(self, path: str | None) -> None:
        """Load this picture in the first size; None: nothing. One that is kept arrives before this returns."""
        ahead = next((job_id for job_id, other in self._ahead.items() if other == path), None)
        if ahead is not None:
            del self._ahead[ahead]
        self._cancel()
        self._path = path
        if path is None:
            return
        if ahead is not None:
            self._job_id = ahead
        elif path in self._kept:
            self._kept.move_to_end(path)
            self.arrived.emit(*self._kept[path])
        else:
            self._job_id = self._bridge.submit(LoadPicture(path, FIRST_SIDE_PX))

    def sharpen(self, side_px: int) -> None:
        """Load the same picture again, with a longer side of this many pixels."""
        if self._path is not None:
            self._cancel()
            self._job_id = self._bridge.submit(LoadPicture(self._path, side_px))

    def load_ahead(self, paths: Sequence[str]) -> None:
        """Load what may be wanted next, if there is nothing else to load."""
        for path in paths:
            if path not in self._kept and path not in self._ahead.values():
                self._ahead[self._bridge.submit(LoadPicture(path, FIRST_SIDE_PX))] = path

    def forget(self) -> None:
        """Keep nothing: the files may be others when they are looked at again."""
        self.load(None)
        self._kept.clear()

    def close(self) -> None:
        """Forget everything and wait for what is being converted; nothing arrives after this."""
        self.forget()
        for thread in self._threads:
            thread.join()

    def _cancel(self) -> None:
        for job_id in (*self._ahead, *(() if self._job_id is None else (self._job_id,))):
            self._bridge.cancel(job_id)
        self._ahead.clear()
        self._job_id = None

    @Slot(int, object)
    def _on_loaded(self, job_id: int, picture: Picture) -> None:
        if job_id == self._job_id or job_id in self._ahead:
            thread = threading.Thread(target=self._convert, args=(job_id, picture), name="picture")
            self._threads = [*filter(threading.Thread.is_alive, self._threads), thread]
            thread.start()

    def _convert(self, job_id: int, picture: Picture) -> None:
        """Runs on a thread of its own."""
        image = converted(picture)
        if isValid(self._bridge):
            self._bridge.post(partial(self._on_converted, job_id, picture.path, image, full_size_of(picture)))

    def _on_converted(self, job_id: int, path: str, image: QImage, full_size: QSize) -> None:
        is_wanted = job_id == self._job_id
        if not isValid(self) or not (is_wanted or job_id in self._ahead):
            return
        if max(image.width(), image.height()) <= FIRST_SIDE_PX:
            self._keep(path, image, full_size)
        self._ahead.pop(job_id, None)
        if is_wanted:
            self._job_id = None
            self.arrived.emit(image, full_size)

    def _keep(self, path: str, image: QImage, full_size: QSize) -> None:
        self._kept[path] = (image, full_size)
        self._kept.move_to_end(path)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    @Slot(object)
    def _on_failed(self, failed: JobFailed) -> None:
        self._ahead.pop(failed.job_id, None)  # told when it is asked for
        if failed.job_id == self._job_id:
            self._job_id = None
            self.failed.emit(failed.error)


def full_size_of(picture: Picture) -> QSize:
    """The size of the upright original in pixels."""
    return QSize(picture.full_width_px, picture.full_height_px)


def converted(picture: Picture) -> QImage:
    """The engine's picture as a QImage that owns its pixels and is painted fast. Any thread.

    Done in bands, between which other threads come to their turn: Qt holds the interpreter while it converts.
    """
    image = QImage(picture.width_px, picture.height_px, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    row_bytes = picture.width_px * 3
    rgb = memoryview(picture.rgb)
    for top in range(0, picture.height_px, _BAND_ROWS):
        n_rows = min(_BAND_ROWS, picture.height_px - top)
        band = QImage(
            rgb[top * row_bytes : (top + n_rows) * row_bytes], picture.width_px, n_rows, row_bytes,
            QImage.Format.Format_RGB888,
        )  # fmt: skip
        painter.drawImage(0, top, band)
    painter.end()
    return image
