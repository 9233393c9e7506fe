"""A picture that can be looked at closely: zoomed and moved by wheel, pinch, mouse and keys.

Positions are `Place`s: which point of the original lies in the middle, and how large a pixel of it is shown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QEasingCurve, QEvent, QPointF, QRectF, QSize, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPainterPath,
    QPixmap,
    QPointingDevice,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from app import motion
from app.picture_view import PictureView
from app.theme import RADIUS_PX

STEP = 1.25  # of one notch of the wheel, or one press of a key
PAN_STEP = 0.15  # of the view's shorter side
LARGEST_DEVICE_SCALE = 8.0  # pixels of the screen for one of the original
_SMOOTH_UP_TO = 4.0  # beyond, the pixels themselves are what is looked at
FIRST_SIDE_PX = 1600  # longer side of the image that is asked for first
_COARSEST_PX = 300
_MOVE_MS = 140
_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
_SHARPEN_AFTER_MS = 150
MOST_PIXELS = 50_000_000  # of a picture in memory: 200 MB


@dataclass(frozen=True, slots=True)
class Place:
    """The point of the original (in its pixels) in the middle of the view, and logical pixels for one of its pixels."""

    x: float
    y: float
    scale: float


class ZoomView(PictureView):
    """Shows one picture, at first as large as it fits.

    The sharpest image known is not always there at once: `add_image` brings larger ones of the same original.

    Signals:
        moved(): it was made to show another part, or larger or smaller; while it moves, for every step.
        rescaled(): the picture or the size it is shown in is another one, for whatever reason.
        resized(): the widget has another size.
        sharper_wanted(int): the image is too coarse for what is shown; one of this longer side would do.
    """

    moved = Signal()
    rescaled = Signal()
    resized = Signal()
    sharper_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: list[QImage] = []  # of the same original, smallest first
        self._shown: Place | None = None  # None: as large as it fits
        self._target: Place | None = None  # where the movement under way leads to
        self._grabbed: QPointF | None = None
        self._asked_px = FIRST_SIDE_PX
        self._start = self._end = Place(0, 0, 1)
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._animation.valueChanged.connect(self._on_step)
        self._animation.finished.connect(self._on_arrived)
        self._sharpen_timer = QTimer(self)
        self._sharpen_timer.setSingleShot(True)
        self._sharpen_timer.setInterval(_SHARPEN_AFTER_MS)
        self._sharpen_timer.timeout.connect(self._ask_for_sharper)
        self._is_focus_shown = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.grabGesture(Qt.GestureType.PinchGesture)

    # ---- what is shown --------------------------------------------------------------------------------------------

    def set_image(self, image: QImage, full_size: QSize | None = None) -> None:
        """Show another picture, as large as it fits; a null image clears."""
        self._animation.stop()
        self._images = [] if image.isNull() else [image]
        self._shown = self._target = self._grabbed = None
        self._asked_px = FIRST_SIDE_PX
        super().set_image(image, full_size)
        self._on_changed()

    def add_image(self, image: QImage, full_size: QSize) -> None:
        """A sharper image of the picture shown; without one, the first. What part is shown stays."""
        if not self.has_picture() or full_size != self._full_size:
            self.set_image(image, full_size)
            return
        images = [*self._images, image]
        while FIRST_SIDE_PX >= images[-1].width() > 2 * _COARSEST_PX:  # averaged: else thin lines would be lost
            half = images[-1].size() / 2
            images.append(images[-1].scaled(half, mode=Qt.TransformationMode.SmoothTransformation))
        self._images = sorted(images, key=QImage.width)
        self._pixmap = QPixmap()
        self._on_changed()

    def place(self) -> Place:
        """What is shown now."""
        return self._shown if self._shown is not None else self._fit_place()

    def target(self) -> Place:
        """What is shown when the movement under way has ended."""
        return self._target if self._target is not None else self._fit_place()

    def is_fit(self) -> bool:
        """Whether the picture is (or is about to be) as large as it fits."""
        return self._target is None

    def percent(self) -> int:
        """How large the picture is shown: 100 is one pixel of the screen for one of the original; 0 without one."""
        return round(self.target().scale * self.devicePixelRatioF() * 100) if self.has_picture() else 0

    # ---- moving ---------------------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show all of the picture."""
        self._go(None)

    def show_full_size(self, at: QPointF | None = None) -> None:
        """Show one pixel of the screen for one of the original, with the point `at` of the widget staying in place."""
        self.zoom_by(1 / self.devicePixelRatioF() / self.target().scale, at)

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Make the picture larger or smaller by a factor; the point `at` (default: the middle) stays in place."""
        if not self.has_picture():
            return
        before = self.target()
        scale = min(max(before.scale * factor, self._smallest_scale()), self._largest_scale())
        if math.isclose(scale, self._fit_scale(), rel_tol=0.01):
            self._go(None)
            return
        middle = QRectF(self.rect()).center()
        offset = (at or middle) - middle
        x = before.x + offset.x() / before.scale - offset.x() / scale
        y = before.y + offset.y() / before.scale - offset.y() / scale
        self._go(Place(x, y, scale))

    def pan_by(self, dx_px: float, dy_px: float, is_animated: bool = False) -> None:
        """Move the picture by logical pixels, as far as there is more of it."""
        if self._target is not None:
            before = self._target
            place = Place(before.x - dx_px / before.scale, before.y - dy_px / before.scale, before.scale)
            self._go(place, is_animated)

    def pan_steps(self, x: int, y: int) -> None:
        """Look further right (x > 0), left, down (y > 0) or up, by steps as for a key."""
        step_px = PAN_STEP * min(self.width(), self.height())
        self.pan_by(-x * step_px, -y * step_px, is_animated=True)

    def zoom_steps(self, n_steps: int) -> None:
        """Make the picture larger (n_steps > 0) or smaller by steps as for a key."""
        self.zoom_by(STEP**n_steps)

    def follow(self, place: Place | None) -> None:
        """Show this place at once, as another view does, even if there is room left beside it; None: all of it."""
        if self.has_picture():
            self._animation.stop()
            self._shown = self._target = place
            self._on_changed()

    def _go(self, place: Place | None, is_animated: bool = True) -> None:
        if not self.has_picture():
            return
        start = self.place()
        self._animation.stop()
        self._target = None if place is None else self._inside(place)
        self._start, self._end = start, self.target()
        wait_ms = motion.duration_ms(_MOVE_MS) if is_animated and self.isVisible() else 0
        if not wait_ms or self._start == self._end:
            self._on_arrived()
            return
        self._shown = start
        self._animation.setDuration(wait_ms)
        self._animation.start()

    def _on_step(self, value: float) -> None:
        start, end = self._start, self._end
        scale = start.scale * (end.scale / start.scale) ** value
        # So that the point under the mouse stays there while the scale changes.
        is_zoom = not math.isclose(start.scale, end.scale, rel_tol=1e-6)
        share = (1 / scale - 1 / start.scale) / (1 / end.scale - 1 / start.scale) if is_zoom else value
        self._shown = Place(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share, scale)
        self._on_changed()
        self.moved.emit()

    def _on_arrived(self) -> None:
        self._shown = self._target
        self._on_changed()
        self.moved.emit()

    def _on_changed(self) -> None:
        self._sharpen_timer.start()
        self._show_hand()
        self.update()
        self.rescaled.emit()

    # ---- geometry -------------------------------------------------------------------------------------------------

    def picture_rect(self) -> QRectF:
        """Where the whole picture lies, in logical pixels; parts of it may be outside of the widget."""
        if self._shown is None:
            return super().picture_rect()
        place = self._shown
        middle = QRectF(self.rect()).center()
        return QRectF(
            middle.x() - place.x * place.scale,
            middle.y() - place.y * place.scale,
            self._full_size.width() * place.scale,
            self._full_size.height() * place.scale,
        )

    def _fit_scale(self) -> float:
        return super().picture_rect().width() / max(1, self._full_size.width())

    def _fit_place(self) -> Place:
        return Place(self._full_size.width() / 2, self._full_size.height() / 2, self._fit_scale() or 1.0)

    def _smallest_scale(self) -> float:
        return min(self._fit_scale(), 1 / self.devicePixelRatioF())

    def _largest_scale(self) -> float:
        return max(self._fit_scale(), LARGEST_DEVICE_SCALE / self.devicePixelRatioF())

    def _inside(self, place: Place) -> Place:
        """The place moved so that the view is filled as far as the picture is large enough."""
        return Place(
            _kept(place.x, self.width() / place.scale, self._full_size.width()),
            _kept(place.y, self.height() / place.scale, self._full_size.height()),
            place.scale,
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._animation.stop()
        self._shown = self._target = None if self._target is None else self._inside(self._target)
        self._on_changed()
        self.resized.emit()

    # ---- sharpness ------------------------------------------------------------------------------------------------

    def _image_for(self, width_px: float) -> QImage:
        """The smallest image of at least this width in device pixels, else the largest there is."""
        return next((image for image in self._images if image.width() >= 0.95 * width_px), self._images[-1])

    def _ask_for_sharper(self) -> None:
        if not self.has_picture():
            return
        full, have = self._full_size, self._images[-1]
        full_px, have_px = max(full.width(), full.height()), max(have.width(), have.height())
        wanted_px = full_px * self.target().scale * self.devicePixelRatioF()
        most_px = min(full_px, int(full_px * math.sqrt(MOST_PIXELS / (full.width() * full.height()))))
        ask_px = min(most_px, max(2 * have_px, math.ceil(wanted_px)))
        if wanted_px > 1.05 * have_px and ask_px > max(have_px, self._asked_px):
            self._asked_px = ask_px
            self.sharper_wanted.emit(ask_px)

    # ---- focus ----------------------------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._is_focus_shown = event.reason() in _BY_KEY  # round every one clicked it would disturb
        super().focusInEvent(event)

    def _shows_focus(self) -> bool:
        return self.hasFocus() and self._is_focus_shown

    # ---- painting -------------------------------------------------------------------------------------------------

    def _paint_picture(self, painter: QPainter) -> None:
        area = self.picture_rect()
        ratio = self.devicePixelRatioF()
        image = self._image_for(area.width() * ratio)
        is_reduced = image.width() > 1.5 * area.width() * ratio
        if is_reduced and QRectF(self.rect()).contains(area):
            self._image = image
            super()._paint_picture(painter)  # averages pixels, and keeps the outcome
            return
        corners = QPainterPath()
        corners.addRoundedRect(QRectF(self.rect()), RADIUS_PX, RADIUS_PX)
        seen = area & QRectF(self.rect())
        x_scale, y_scale = image.width() / area.width(), image.height() / area.height()
        source = QRectF(
            (seen.left() - area.left()) * x_scale, (seen.top() - area.top()) * y_scale,
            seen.width() * x_scale, seen.height() * y_scale,
        )  # fmt: skip
        painter.save()
        painter.setClipPath(corners)
        is_smooth = area.width() * ratio < _SMOOTH_UP_TO * self._full_size.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
        painter.drawImage(seen, image, source)
        painter.restore()

    # ---- mouse and fingers ------------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        is_touchpad = event.device().type() == QPointingDevice.DeviceType.TouchPad
        if is_touchpad and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.pan_by(event.pixelDelta().x(), event.pixelDelta().y())
        elif event.angleDelta().y():
            self.zoom_by(STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self.is_fit():
            self._grabbed = event.position()
            self._show_hand()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            by = event.position() - self._grabbed
            self._grabbed = event.position()
            self.pan_by(by.x(), by.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is None:
            super().mouseReleaseEvent(event)
        self._grabbed = None
        self._show_hand()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grabbed = None
            if self.is_fit():
                self.show_full_size(event.position())
            else:
                self.fit()

    def _show_hand(self) -> None:
        if self._grabbed is not None:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self.is_fit():
            self.unsetCursor()
        else:
            self.setCursor(Qt.CursorShape.OpenHandCursor)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.NativeGesture and isinstance(event, QNativeGestureEvent):
            return self._on_native_gesture(event)
        if event.type() == QEvent.Type.Gesture and isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self._zoom_at_once(pinch.scaleFactor(), QPointF(self.mapFromGlobal(pinch.centerPoint().toPoint())))
                event.accept(pinch)
                return True
        return super().event(event)

    def _on_native_gesture(self, event: QNativeGestureEvent) -> bool:
        """A touchpad tells of pinches in this way, on Wayland and macOS."""
        if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self._zoom_at_once(1 + event.value(), event.position())
        elif event.gestureType() == Qt.NativeGestureType.SmartZoomNativeGesture:
            if self.is_fit():
                self.show_full_size(event.position())
            else:
                self.fit()
        else:
            return False
        event.accept()
        return True

    def _zoom_at_once(self, factor: float, at: QPointF) -> None:
        """Without a movement of its own: the fingers are the movement."""
        self.zoom_by(factor, at)
        if self._animation.state() == QVariantAnimation.State.Running:
            self._animation.stop()
            self._on_arrived()


def _kept(middle: float, seen: float, size: float) -> float:
    """The middle of what is seen, so that no more than needed lies outside of 0..size."""
    return size / 2 if seen >= size else min(max(middle, seen / 2), size - seen / 2)
