"""A widget that shows one picture as large as it fits, with frames round parts of it."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.part_marks import Mark, draw_mark
from app.theme import RADIUS_PX, color, tokens
from engine.types import Box, Picture

_LARGEST_SCALE = 2.0  # small pictures would only get more blurred


def image_of(picture: Picture) -> QImage:
    """The engine's picture as a QImage that owns its pixels. Works on any thread."""
    image = QImage(picture.rgb, picture.width_px, picture.height_px, picture.width_px * 3, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)  # a copy: `rgb` may go, and RGB32 is painted fastest


def draw_frame(painter: QPainter, frame: QRectF) -> None:
    """Draw the outline of a box so that it can be seen on light and dark pictures alike."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(Qt.GlobalColor.black, 3.5))
    painter.setOpacity(0.45)
    painter.drawRect(frame)
    painter.setOpacity(1.0)
    painter.setPen(QPen(Qt.GlobalColor.white, 1.5))
    painter.drawRect(frame)


def part_of(area: QRectF, box: Box) -> QRectF:
    """The part of `area` that a box, given as fractions, covers."""
    return QRectF(
        area.left() + box.x0 * area.width(),
        area.top() + box.y0 * area.height(),
        (box.x1 - box.x0) * area.width(),
        (box.y1 - box.y0) * area.height(),
    )


def draw_marks(painter: QPainter, area: QRectF, marks: Iterable[Mark]) -> None:
    """Draw frames in the picture that is shown in `area`."""
    for mark in marks:
        if mark.number:
            draw_mark(painter, part_of(area, mark.box), mark.number, mark.is_unwanted)
        else:
            draw_frame(painter, part_of(area, mark.box))


class PictureView(QWidget):
    """Shows one picture, fitted and sharp at any device pixel ratio, and optionally frames and an overlay on it.

    The picture may be shown from a scaled-down image; `full_size` is the size of the upright original, and all
    positions are told in pixels of that original.
    """

    margin_px = 0  # logical pixels kept free round the picture

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._full_size = QSize()
        self._marks: tuple[Mark, ...] = ()
        self._overlay = QImage()
        self._pixmap = QPixmap()  # the image scaled to what is shown now
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(320, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 90)

    @property
    def full_size(self) -> QSize:
        """Size of the upright original in pixels; empty while no picture is shown."""
        return self._full_size

    def set_image(self, image: QImage, full_size: QSize | None = None) -> None:
        """Show an image of an original of `full_size` pixels (default: the image's own size); a null image clears."""
        self._image = image
        self._full_size = image.size() if full_size is None else full_size
        self._pixmap = QPixmap()
        self.update()

    def image(self) -> QImage:
        """The image shown; a null image while there is none."""
        return self._image

    def set_picture(self, picture: Picture) -> None:
        """Show a picture from the engine."""
        self.set_image(image_of(picture), QSize(picture.full_width_px, picture.full_height_px))

    def has_picture(self) -> bool:
        return not self._image.isNull() and not self._full_size.isEmpty()

    def set_marks(self, marks: Iterable[Mark]) -> None:
        """Frame these parts of the picture."""
        self._marks = tuple(marks)
        self.update()

    def marks(self) -> tuple[Mark, ...]:
        """What is framed."""
        return self._marks

    def set_overlay(self, image: QImage) -> None:
        """Lay a translucent image over the whole picture; a null image takes it away."""
        self._overlay = image
        self.update()

    def overlay(self) -> QImage:
        """What lies over the picture; a null image for nothing."""
        return self._overlay

    def picture_rect(self) -> QRectF:
        """Where the picture is shown, in logical pixels, on whole device pixels; empty without a picture."""
        if not self.has_picture():
            return QRectF()
        ratio = self.devicePixelRatioF()
        room = QRectF(self.rect()).adjusted(self.margin_px, self.margin_px, -self.margin_px, -self.margin_px)
        scale = min(room.width() / self._full_size.width(), room.height() / self._full_size.height())
        scale = max(0.0, min(scale, _LARGEST_SCALE))
        width = max(1, round(self._full_size.width() * scale * ratio)) / ratio
        height = max(1, round(self._full_size.height() * scale * ratio)) / ratio
        left = math.floor((room.center().x() - width / 2) * ratio) / ratio
        top = math.floor((room.center().y() - height / 2) * ratio) / ratio
        return QRectF(left, top, width, height)

    def to_original(self, point: QPointF) -> QPointF:
        """A point of the widget in pixels of the original; outside the picture it lies outside 0..size."""
        area = self.picture_rect()
        return QPointF(
            (point.x() - area.left()) / area.width() * self._full_size.width(),
            (point.y() - area.top()) / area.height() * self._full_size.height(),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(tokens().sunken))
        painter.drawRoundedRect(self.rect(), RADIUS_PX, RADIUS_PX)
        if self.has_picture():
            self._paint_picture(painter)
            self._paint_overlay(painter)
            draw_marks(painter, self.picture_rect(), self._marks)
        if self._shows_focus():
            painter.setPen(QPen(color(tokens().accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS_PX, RADIUS_PX)

    def _shows_focus(self) -> bool:
        return self.hasFocus()

    def _paint_overlay(self, painter: QPainter) -> None:
        if not self._overlay.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.picture_rect(), self._overlay, QRectF(self._overlay.rect()))

    def _paint_picture(self, painter: QPainter) -> None:
        area = self.picture_rect()
        ratio = self.devicePixelRatioF()
        wanted = QSize(round(area.width() * ratio), round(area.height() * ratio))
        if self._pixmap.size() != wanted:
            scaled = self._image.scaled(
                wanted, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            self._pixmap = QPixmap.fromImage(scaled)
        self._pixmap.setDevicePixelRatio(ratio)
        painter.drawPixmap(area.topLeft(), self._pixmap)
