"""Draw boxes round the parts of a picture to search for, by mouse or by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from app import query_texts
from app.actions import Scope, command_for
from app.crop_geometry import (
    Edges,
    Grip,
    box_of,
    centred,
    dragged,
    drawn,
    edges_of,
    grip_at,
    smallest_side_px,
)
from app.crop_painting import dim_outside, draw_handles, draw_hint
from app.part_marks import draw_mark
from app.part_words import add_hint, crop_words, place_words
from app.parts import Part
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


@dataclass(frozen=True, slots=True)
class _Drag:
    """A press of the mouse: where (in pixels of the original), on what, and the box there was.

    `adds`: drawing begins another part. `is_new`: it has begun one.
    """

    at: QPointF
    grip: Grip
    before: Edges | None
    widget_point: QPointF
    adds: bool = False
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class _Other:
    """The box of a part that is not in work, and the place of the part."""

    at: int
    edges: Edges
    is_unwanted: bool


class CropView(PictureView):
    """A picture with boxes in it, one of which is in work. No box means the whole picture.

    Alone it has one box. Whoever keeps several parts answers the signals about them by `show_parts`.

    Signals:
        box_changed(Box | None): the box in work, at every change, also while the mouse drags.
        box_committed(Box | None): when a drag ends or a key has changed it.
        part_added(Box): another part is wanted, with this box.
        part_chosen(int): the part at this place is to be in work.
        part_removed(): the part in work is to go.
        part_weighted(int): the part in work is to count so much more.
        part_toggled(): photos with the part in work are to be left out, or not any more.
    """

    box_changed = Signal(object)
    box_committed = Signal(object)
    part_added = Signal(object)
    part_chosen = Signal(int)
    part_removed = Signal()
    part_toggled = Signal()
    part_weighted = Signal(int)

    margin_px = 8  # room to start a drag at the very edge, and for the handles on it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edges: Edges | None = None
        self._drag: _Drag | None = None
        self._is_too_small = False
        self._is_adding = False
        self._others: tuple[_Other, ...] = ()
        self._at, self._n_parts, self._is_unwanted = 0, 1, False  # of the part in work
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(query_texts.QUERY_PICTURE)
        self._describe()

    def set_image(self, image: QImage, full_size: QSize | None = None) -> None:
        """Show another picture; boxes drawn on the one before are forgotten without a signal."""
        self._edges = self._drag = None
        self._is_too_small = self._is_adding = False
        self._others = ()
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

    def show_parts(self, parts: Sequence[Part], current: int) -> None:
        """Show the boxes that these parts have in the picture of the current one, which is in work; no signal."""
        if not self.has_picture():
            return
        part = parts[current]
        self._at, self._n_parts, self._is_unwanted = current, len(parts), part.is_unwanted
        self._others = tuple(
            _Other(at, edges_of(other.box, self._full_size), other.is_unwanted)
            for at, other in enumerate(parts)
            if at != current and other.source == part.source and other.box is not None
        )
        self._edges = None if part.box is None else edges_of(part.box, self._full_size)
        self._describe()
        self.update()

    def begin_adding(self) -> None:
        """Let the next drag draw another part."""
        self._is_adding = self._edges is not None
        self.setFocus()
        self.update()

    def hint(self) -> str:
        """What the user is being told at the moment in the picture, or nothing."""
        if not self._is_too_small:
            return add_hint() if self._is_adding else ""
        side = smallest_side_px(self._full_size)
        return query_texts.smallest_box(side)

    # ---- mouse --------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self.has_picture():
            super().mousePressEvent(event)
            return
        adds = self._edges is not None and (
            self._is_adding or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        )
        if not adds:
            self._choose_at(event.position())
        at, grip = self.to_original(event.position()), Grip.NONE if adds else self._grip_at(event.position())
        self._drag = _Drag(at, grip, self._edges, event.position(), adds)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            if self.has_picture():
                self.setCursor(self._cursor_at(event.position()))
            return
        drag = self._drag
        now = self.to_original(event.position())
        if drag.before is not None and drag.grip:
            by = (round(now.x() - drag.at.x()), round(now.y() - drag.at.y()))
            edges, self._is_too_small = dragged(drag.before, drag.grip, by, self._full_size)
            self._change(edges)
        elif self._is_drawing(event.position()):
            edges, self._is_too_small = drawn(drag.at, now, self._full_size)
            if drag.adds:
                self._drag = replace(drag, before=None, adds=False, is_new=True)
                self._add(edges)
            else:
                self._change(edges)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._drag is None:
            super().mouseReleaseEvent(event)
            return
        before, self._drag = self._drag.before, None
        self._is_too_small = self._is_adding = False
        self.update()
        if self._edges != before:
            self._commit()
        self.setCursor(self._cursor_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        is_left = event.button() == Qt.MouseButton.LeftButton
        if is_left and self._grip_at(event.position()) == Grip.NONE and self._edges is not None:
            self._drop()
        else:
            super().mouseDoubleClickEvent(event)

    def _is_drawing(self, point: QPointF) -> bool:
        """A click outside the box must not replace it: a new one begins only with a real drag."""
        travelled = (point - self._drag.widget_point).manhattanLength()
        return self._edges != self._drag.before or travelled >= QApplication.startDragDistance()

    def _grip_at(self, point: QPointF) -> Grip:
        return Grip.NONE if self._edges is None else grip_at(self._box_rect(), point)

    def _cursor_at(self, point: QPointF) -> Qt.CursorShape:
        grip = Grip.NONE if self._is_adding else self._grip_at(point)
        if not (grip or self._is_adding) and self._other_at(point) is not None:
            grip = Grip.MOVE
        return _CURSORS[grip]

    def _other_at(self, point: QPointF) -> _Other | None:
        """The smallest box here that is not in work, unless the one in work is meant."""
        here = [other for other in self._others if self._rect_of(other.edges).contains(point)]
        smallest = min(here, key=lambda other: _area_of(other.edges), default=None)
        grip = self._grip_at(point)
        is_meant = grip == Grip.MOVE and smallest is not None and _area_of(self._edges) <= _area_of(smallest.edges)
        return None if is_meant or grip not in (Grip.NONE, Grip.MOVE) else smallest

    def _choose_at(self, point: QPointF) -> None:
        other = self._other_at(point)
        if other is not None:
            self.part_chosen.emit(other.at)

    # ---- keyboard -----------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_meant = self.has_picture() and (
            self._on_key(Qt.Key(event.key()), event.modifiers()) or self._on_command(command_for(event, Scope.QUERY))
        )
        if not is_meant:
            super().keyPressEvent(event)

    def _on_key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        """Do what a key asks for; returns whether it was meant for the box."""
        if key == Qt.Key.Key_Escape and self._is_adding and self._drag is None:
            self._is_adding = False
            self.update()
        elif key == Qt.Key.Key_Escape and self._drag is not None:
            self._take_back()
        elif key == Qt.Key.Key_Escape and (self._edges is not None or self._n_parts > 1):
            self._drop()
        elif key in _CREATE_KEYS and (self._edges is None or self._is_adding):
            self._create()
        elif key in _STEPS and self._edges is not None:
            self._step(key, modifiers)
        else:
            return False
        return True

    def _on_command(self, name: str) -> bool:
        """Do what is asked for by the keys of the table of commands; returns whether it was for the box."""
        if name == "add_part":
            self._create()
        elif name == "remove_part" and (self._edges is not None or self._n_parts > 1):
            self._drop()
        elif name == "toggle_part":
            self.part_toggled.emit()
        elif name in ("heavier_part", "lighter_part") and self._n_parts > 1:
            self.part_weighted.emit(1 if name == "heavier_part" else -1)
        else:
            return False
        return True

    def _create(self) -> None:
        """Draw a box in the middle: that of the part in work, or of another part if it has one."""
        self._is_adding = False
        if self._edges is None:
            self._change(centred(self._full_size))
        else:
            self._add(centred(self._full_size))
        self._commit()

    def _take_back(self) -> None:
        """End the drag under way as if it had not been."""
        drag, self._drag = self._drag, None
        self._is_too_small = self._is_adding = False
        if drag.is_new:
            self.part_removed.emit()
        else:
            self._change(drag.before)

    def _drop(self) -> None:
        if self._n_parts > 1:
            self.part_removed.emit()
        else:
            self.clear_box()

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

    def _add(self, edges: Edges) -> None:
        self.part_added.emit(box_of(edges, self._full_size))
        if self._edges != edges:  # nobody took it, or there is no room for another
            self._drag = None
            self._is_too_small = False
            self.update()

    def _commit(self) -> None:
        self.box_committed.emit(self.box())

    def _describe(self) -> None:
        place = place_words(self._at + 1, self._n_parts, self._is_unwanted)
        words = crop_words(self._edges, self.box(), place) if self.has_picture() else query_texts.NO_PICTURE
        self.setAccessibleDescription(words)

    # ---- painting -----------------------------------------------------------------------------------------------

    def _box_rect(self) -> QRectF:
        """The box in work in logical pixels of the widget."""
        return self._rect_of(self._edges)

    def _rect_of(self, edges: Edges) -> QRectF:
        return part_of(self.picture_rect(), box_of(edges, self._full_size))

    def _paint_picture(self, painter: QPainter) -> None:
        super()._paint_picture(painter)
        boxes = [other.edges for other in self._others]
        if self._edges is not None:
            boxes.append(self._edges)
        if boxes:
            dim_outside(painter, self.picture_rect(), map(self._rect_of, boxes))
        for other in self._others:
            draw_mark(painter, self._rect_of(other.edges), other.at + 1, other.is_unwanted)
        if self._edges is not None:
            self._paint_box(painter, self._box_rect())
        if self.hint():
            painter.setFont(self.font())
            draw_hint(painter, self.rect(), self.hint())

    def _paint_box(self, painter: QPainter, box: QRectF) -> None:
        if self._n_parts > 1 or self._is_unwanted:
            draw_mark(painter, box, self._at + 1, self._is_unwanted)
        else:
            draw_frame(painter, box)
        draw_handles(painter, box)


def _area_of(edges: Edges) -> int:
    return (edges.right - edges.left) * (edges.bottom - edges.top)
