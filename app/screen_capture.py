"""A part of the screen as the query: everything on it is held still, and a box is drawn. GUI thread only."""

from __future__ import annotations

import os
from collections.abc import Callable

from PySide6.QtCore import QMimeData, QObject, QPoint, QRect, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QScreen
from PySide6.QtWidgets import QWidget

from app import screen_texts
from app.crop_painting import dim_outside, draw_hint
from app.notify import Level, Notifier

LEAST_PX = 16
_HIDE_MS = 300  # until our own window is gone from the screen, with whatever effect the desktop makes of it
_CAN = ("xcb", "windows", "cocoa")


class FrozenScreen(QWidget):
    """One screen as it was, on that screen, to draw a box on.

    Signals:
        picked(QImage): what is in the box.
        left(): nothing is wanted of it.
    """

    picked = Signal(QImage)
    left = Signal()

    def __init__(self, screen: QScreen, pixmap: QPixmap) -> None:
        super().__init__(None, Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        self._pixmap = pixmap
        self._start: QPoint | None = None
        self._end = QPoint()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setWindowTitle(screen_texts.TITLE)
        self.setAccessibleName(screen_texts.TITLE)
        self.setAccessibleDescription(screen_texts.HINT)
        self.setScreen(screen)
        self.setGeometry(screen.geometry())

    def box(self) -> QRect:
        """The box drawn, in the screen; empty while there is none."""
        return QRect() if self._start is None else QRect(self._start, self._end).normalized().intersected(self.rect())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._start = self._end = event.position().toPoint()
        else:
            self.left.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._start is not None:
            self._end = event.position().toPoint()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._start is None:
            return
        self._end = event.position().toPoint()
        box, self._start = self.box(), None
        self.update()
        if min(box.width(), box.height()) >= LEAST_PX:
            self._pick(box)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick(self.rect())
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(self.rect(), self._pixmap)
        box = self.box()
        dim_outside(painter, QRectF(self.rect()), [] if box.isEmpty() else [QRectF(box)])
        if box.isEmpty():
            draw_hint(painter, self.rect(), screen_texts.HINT)
        else:
            painter.setPen(QPen(Qt.GlobalColor.white, 2))
            painter.drawRect(box)

    def _pick(self, box: QRect) -> None:
        ratio = self._pixmap.width() / max(1, self.width())  # of the screen's own pixels
        area = QRect(box.topLeft() * ratio, box.size() * ratio)
        image = self._pixmap.toImage().copy(area.intersected(self._pixmap.rect()))
        image.setDevicePixelRatio(1.0)
        self.picked.emit(image)


class ScreenCapture(QObject):
    """Takes the window out of the way, holds all screens still, and hands on what is in the box.

    Args:
        take: is given the picture, as if it had been pasted.
        notifier: is told why it cannot be done here.
        window: our own, which is hidden meanwhile.
        grab: takes a picture of a screen.
    """

    def __init__(
        self,
        take: Callable[[QMimeData], object],
        notifier: Notifier,
        window: QWidget,
        grab: Callable[[QScreen], QPixmap] = lambda screen: screen.grabWindow(0),
    ) -> None:
        super().__init__(window)
        self._take, self._notifier, self._window, self._grab = take, notifier, window, grab
        self.screens: list[FrozenScreen] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_HIDE_MS)
        self._timer.timeout.connect(self._freeze)

    @Slot()
    def start(self) -> None:
        """Let a part of the screen be chosen; returns at once."""
        if why_not := refusal(QGuiApplication.platformName()):
            self._notifier.tell(Level.WARNING, why_not, "screen")
        elif not self.screens and not self._timer.isActive():
            self._window.hide()
            self._timer.start()

    def _freeze(self) -> None:
        taken = [(screen, self._grab(screen)) for screen in QGuiApplication.screens()]
        taken = [(screen, pixmap) for screen, pixmap in taken if not pixmap.isNull()]
        if not taken:
            self._end()
            self._notifier.tell(Level.WARNING, f"{screen_texts.NOT_ALLOWED} {screen_texts.INSTEAD}", "screen")
        for screen, pixmap in taken:
            frozen = FrozenScreen(screen, pixmap)
            frozen.picked.connect(self._on_picked)
            frozen.left.connect(self._end)
            self.screens.append(frozen)
            frozen.showFullScreen()
        if self.screens:
            self.screens[0].activateWindow()
            self.screens[0].setFocus()

    @Slot(QImage)
    def _on_picked(self, image: QImage) -> None:
        self._end()
        mime = QMimeData()
        mime.setImageData(image)
        self._take(mime)

    @Slot()
    def _end(self) -> None:
        """Let the screens go on, and come back."""
        screens, self.screens = self.screens, []
        for frozen in screens:
            frozen.close()
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()


def refusal(platform: str, environment: Callable[[str], str | None] = os.environ.get) -> str:
    """Why the screen cannot be looked at by a program of this platform of Qt; empty if it can."""
    is_wayland = platform.startswith("wayland") or (platform == "xcb" and bool(environment("WAYLAND_DISPLAY")))
    if is_wayland:  # also by way of XWayland: all one would see is black
        return f"{screen_texts.WAYLAND} {screen_texts.INSTEAD}"
    return "" if platform in _CAN else f"{screen_texts.NOT_ALLOWED} {screen_texts.INSTEAD}"
