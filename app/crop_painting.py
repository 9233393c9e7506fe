"""What is painted over a picture in which boxes are drawn. Works on any painter, in its coordinates."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.crop_geometry import HANDLES, handle_point

_DIM = QColor(0, 0, 0, 140)
_HANDLE_SIDE_PX = 8
_HINT_FLAGS = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap


def dim_outside(painter: QPainter, area: QRectF, frames: Iterable[QRectF]) -> None:
    """Dim what lies in `area`, but in none of the frames."""
    outside = QPainterPath()
    outside.addRect(area)
    for frame in frames:
        inside = QPainterPath()
        inside.addRect(frame)
        outside = outside.subtracted(inside)
    painter.fillPath(outside, _DIM)


def draw_handles(painter: QPainter, frame: QRectF) -> None:
    """Draw the handles of a box; of a small one only those at the corners, to leave something of it to be seen."""
    painter.setPen(QPen(QColor(0, 0, 0, 150), 1))
    painter.setBrush(Qt.GlobalColor.white)
    is_small = min(frame.width(), frame.height()) < 4 * _HANDLE_SIDE_PX
    radius = _HANDLE_SIDE_PX / (4 if is_small else 2)
    for handle in HANDLES:
        if handle.bit_count() == 2 or not is_small:
            painter.drawEllipse(handle_point(frame, handle), radius, radius)


def draw_hint(painter: QPainter, room: QRect, text: str) -> None:
    """Write a hint at the bottom of `room`, on a dark ground, in the painter's font."""
    text_rect = painter.fontMetrics().boundingRect(room.adjusted(16, 0, -16, 0), _HINT_FLAGS, text)
    text_rect.moveBottom(room.bottom() - 17)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 200))
    painter.drawRoundedRect(QRectF(text_rect).adjusted(-10, -6, 10, 6), 8, 8)
    painter.setPen(Qt.GlobalColor.white)
    painter.drawText(text_rect, _HINT_FLAGS, text)
