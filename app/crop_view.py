"""Draw a box round the part of a picture to search for, by mouse or by keyboard."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QApplication, QWidget

from app.crop_geometry import (
    HANDLES,
    Edges,
    Grip,
    box_of,
    centred,
    dragged,
    drawn,
    edges_of,
    grip_at,
    handle_point,
    smallest_side_px,
)
from app.picture_view import PictureView, draw_frame, part_of
from engine.types import Box

_CURSORS = {
    Grip.NONE: Qt.CursorShape.CrossCursor,
    Grip.MOVE: Qt.CursorShape.SizeAllCursor,
    Grip.LEFT: Qt.CursorShape.SizeHorCursor,
    Grip.RIGHT: Qt.CursorShape.SizeHorCursor,
    Grip.TOP: Qt.CursorShape.SizeVerCursor,
    Grip.BOTTOM: Qt.CursorShape.SizeVerCursor,
    Grip.TOP_LEFT: Qt.CursorShape.SizeFDiagCursor,
    Grip.BOTTOM_RIGHT: Qt.CursorShape.SizeFDiagCursor,
    Grip.TOP_RIGHT: Qt.CursorShape.SizeBDiagCursor,
    Grip.BOTTOM_LEFT: Qt.CursorShape.SizeBDiagCursor,
}
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_CREATE_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_DIM = QColor(0, 0, 0, 140)
_HANDLE_SIDE_PX = 8


@dataclass(frozen=True, slots=True)
class _Drag:
    """A press of the mouse: where (in pixels of the original), on what, and the box there was."""

    at: QPointF
    grip: Grip
    before: Edges | None
    widget_point: QPointF


class CropView(PictureView):
    """The query picture with an optional box in it. No box means the whole picture.

    Signals:
        box_changed(Box | None): at every change, also while the mouse drags.
        box_committed(Box | None): when a drag ends or a key has changed the box.
    """

    box_changed = Signal(object)
    box_committed = Signal(object)

    margin_px = 8  # room to start a drag at the very edge, and for the handles on it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edges: Edges | None = None
        self._drag: _Drag | None = None
        self._is_too_small = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Query picture")
        self._describe()

    def set_image(self, image: QImage, full_size: QSize | None = None) -> None:
        """Show another picture; a box drawn on the one before is forgotten without a signal."""
        self._edges = self._drag = None
        self._is_too_small = False
        super().set_image(image, full_size)
        self._describe()

    def box(self) -> Box | None:
        """The box as fractions of the upright picture, or None for the whole picture."""
        return None if self._edges is None else box_of(self._edges, self._full_size)

    def set_box(self, box: Box | None) -> None:
        """Set the box; it is rounded to pixels of the original. Emits both signals if that changes it."""
        if self.has_picture():
            self._change(None if box is None else edges_of(box, self._full_size))
            self._commit()

    def part(self) -> QImage:
        """The part of the shown image in the box, all of it without one."""
        box = self.box()
        if box is None or self._image.isNull():
            return self._image
        return self._image.copy(part_of(QRectF(self._image.rect()), box).toAlignedRect())

    def clear_box(self) -> None:
        """Back to the whole picture."""
        self.set_box(None)

    def hint(self) -> str:
        """What the user is being told at the moment in the picture, or nothing."""
        if not self._is_too_small:
            return ""
        side = smallest_side_px(self._full_size)
        return f"Smallest box: {side} × {side} pixels"

    # ---- mouse --------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self.has_picture():
            super().mousePressEvent(event)
            return
        at = self.to_original(event.position())
        self._drag = _Drag(at, self._grip_at(event.position()), self._edges, event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            if self.has_picture():
                self.setCursor(_CURSORS[self._grip_at(event.position())])
            return
        drag = self._drag
        now = self.to_original(event.position())
        if drag.before is not None and drag.grip:
            by = (round(now.x() - drag.at.x()), round(now.y() - drag.at.y()))
            edges, self._is_too_small = dragged(drag.before, drag.grip, by, self._full_size)
            self._change(edges)
        elif self._is_drawing(event.position()):
            edges, self._is_too_small = drawn(drag.at, now, self._full_size)
            self._change(edges)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._drag is None:
            super().mouseReleaseEvent(event)
            return
        before, self._drag = self._drag.before, None
        self._is_too_small = False
        self.update()
        if self._edges != before:
            self._commit()
        self.setCursor(_CURSORS[self._grip_at(event.position())])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._grip_at(event.position()) == Grip.NONE:
            self.clear_box()
        else:
            super().mouseDoubleClickEvent(event)

    def _is_drawing(self, point: QPointF) -> bool:
        """A click outside the box must not replace it: a new one begins only with a real drag."""
        travelled = (point - self._drag.widget_point).manhattanLength()
        return self._edges != self._drag.before or travelled >= QApplication.startDragDistance()

    def _grip_at(self, point: QPointF) -> Grip:
        return Grip.NONE if self._edges is None else grip_at(self._box_rect(), point)

    # ---- keyboard -----------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not (self.has_picture() and self._on_key(Qt.Key(event.key()), event.modifiers())):
            super().keyPressEvent(event)

    def _on_key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        """Do what a key asks for; returns whether it was meant for the box."""
        if key == Qt.Key.Key_Escape and self._drag is not None:
            before, self._drag, self._is_too_small = self._drag.before, None, False
            self._change(before)
        elif key == Qt.Key.Key_Escape and self._edges is not None:
            self.clear_box()
        elif key in _CREATE_KEYS and self._edges is None:
            self._change(centred(self._full_size))
            self._commit()
        elif key in _STEPS and self._edges is not None:
            self._step(key, modifiers)
        else:
            return False
        return True

    def _step(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        n_px = 10 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1
        dx, dy = _STEPS[key]
        grip = Grip.BOTTOM_RIGHT if modifiers & Qt.KeyboardModifier.ControlModifier else Grip.MOVE
        edges, self._is_too_small = dragged(self._edges, grip, (dx * n_px, dy * n_px), self._full_size)
        self.update()
        if edges != self._edges:
            self._change(edges)
            self._commit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._is_too_small = False
        super().focusOutEvent(event)

    # ---- changes ------------------------------------------------------------------------------------------------

    def _change(self, edges: Edges | None) -> None:
        self.update()
        if edges != self._edges:
            self._edges = edges
            self._describe()
            self.box_changed.emit(self.box())

    def _commit(self) -> None:
        self.box_committed.emit(self.box())

    def _describe(self) -> None:
        keys = (
            "Arrow keys move the box, with Shift by 10 pixels, with Control they resize it. Escape searches for the "
            "whole picture."
        )
        if not self.has_picture():
            text = "No picture."
        elif self._edges is None:
            text = "The whole picture is searched for. Press Enter to draw a box in its middle."
        else:
            left, top, right, bottom = self._edges
            text = (
                f"Box of {right - left} × {bottom - top} pixels, {left} from the left and {top} from the top, "
                f"{percent_of(self.box())} of the picture. {keys}"
            )
        self.setAccessibleDescription(text)

    # ---- painting -----------------------------------------------------------------------------------------------

    def _box_rect(self) -> QRectF:
        """The box in logical pixels of the widget."""
        return part_of(self.picture_rect(), self.box())

    def _paint_picture(self, painter: QPainter) -> None:
        super()._paint_picture(painter)
        if self._edges is not None:
            self._paint_box(painter, self._box_rect())
        if self.hint():
            self._paint_hint(painter)

    def _paint_box(self, painter: QPainter, box: QRectF) -> None:
        outside = QPainterPath()
        outside.addRect(self.picture_rect())
        outside.addRect(box)  # odd-even fill leaves the box free
        painter.fillPath(outside, _DIM)
        draw_frame(painter, box)
        painter.setPen(QPen(QColor(0, 0, 0, 150), 1))
        painter.setBrush(Qt.GlobalColor.white)
        is_small = min(box.width(), box.height()) < 4 * _HANDLE_SIDE_PX  # leave something of the picture to be seen
        radius = _HANDLE_SIDE_PX / (4 if is_small else 2)
        for handle in HANDLES:
            if handle.bit_count() == 2 or not is_small:
                painter.drawEllipse(handle_point(box, handle), radius, radius)

    def _paint_hint(self, painter: QPainter) -> None:
        painter.setFont(self.font())
        text_rect = painter.fontMetrics().boundingRect(
            self.rect().adjusted(16, 0, -16, 0), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.hint()
        )
        text_rect.moveBottom(self.height() - 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 200))
        painter.drawRoundedRect(QRectF(text_rect).adjusted(-10, -6, 10, 6), 8, 8)
        painter.setPen(Qt.GlobalColor.white)
        painter.drawText(text_rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.hint())


def percent_of(box: Box) -> str:
    """The share of the picture in a box, in words of at most two digits: "12 %", "less than 1 %"."""
    percent = round(box.area * 100)
    return f"{percent} %" if percent else "less than 1 %"
