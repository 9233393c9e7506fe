"""The pictures that the parts of the query are in, as they are shown. GUI thread only."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QRectF, QSize, Signal, Slot
from PySide6.QtGui import QImage

from app.bridge import Bridge
from app.parts import Part, Source
from app.picture_view import image_of, part_of
from engine.messages import JobFailed, LoadPicture
from engine.types import Box, Picture

_SHOWN_SIDE_PX = 1600


class PartPictures(QObject):
    """Loads the pictures of the sources that are needed, and keeps these.

    Signals:
        loaded(Source): its picture is there now.
        failed(Source, str): it cannot be shown; the sentence says why.
    """

    loaded = Signal(object)
    failed = Signal(object, str)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._jobs: dict[int, Source] = {}
        self._loaded: dict[Source, tuple[QImage, QSize]] = {}
        self._failed: dict[Source, str] = {}
        self._cut_out: dict[tuple[Source, Box | None], QImage] = {}
        bridge.picture_loaded.connect(self._on_loaded)
        bridge.job_failed.connect(self._on_job_failed)

    def need(self, parts: Iterable[Part]) -> None:
        """Have the pictures of these parts, and let go of all others."""
        boxes = {(part.source, part.box) for part in parts}
        needed = {source for source, _ in boxes}
        for job_id in [job_id for job_id, source in self._jobs.items() if source not in needed]:
            self._bridge.cancel(job_id)
            del self._jobs[job_id]
        self._loaded = {source: shown for source, shown in self._loaded.items() if source in needed}
        self._failed = {source: sentence for source, sentence in self._failed.items() if source in needed}
        self._cut_out = {part: image for part, image in self._cut_out.items() if part in boxes}
        for source in needed - {*self._loaded, *self._failed, *self._jobs.values()}:
            self._jobs[self._bridge.submit(LoadPicture(source.path, _SHOWN_SIDE_PX))] = source

    def image(self, source: Source) -> QImage:
        """The picture; a null image while it is not there."""
        return self._loaded[source][0] if source in self._loaded else QImage()

    def full_size(self, source: Source) -> QSize:
        """The size of the upright original in pixels; empty while the picture is not there."""
        return self._loaded[source][1] if source in self._loaded else QSize()

    def failure(self, source: Source) -> str:
        """Why it cannot be shown; empty unless that is so."""
        return self._failed.get(source, "")

    def cut_out(self, part: Part) -> QImage:
        """What a part shows, in the pixels that there are; a null image while the picture is not there."""
        image = self.image(part.source)
        if part.box is None or image.isNull():
            return image
        key = (part.source, part.box)
        if key not in self._cut_out:
            self._cut_out[key] = image.copy(part_of(QRectF(image.rect()), part.box).toAlignedRect())
        return self._cut_out[key]

    @Slot(int, object)
    def _on_loaded(self, job_id: int, picture: Picture) -> None:
        source = self._jobs.pop(job_id, None)
        if source is not None:
            self._loaded[source] = image_of(picture), QSize(picture.full_width_px, picture.full_height_px)
            self.loaded.emit(source)

    @Slot(object)
    def _on_job_failed(self, failed: JobFailed) -> None:
        source = self._jobs.pop(failed.job_id, None)
        if source is not None:
            self._failed[source] = failed.error.sentence
            self.failed.emit(source, failed.error.sentence)
