"""Draw a box on a hit to search for that part of it. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent

from app.crop_view import CropView
from app.picture_view import PictureView
from app.words import tr

PICK_HINT = "Drag a box round what to search for"
_TAKE_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PartPicker(CropView):
    """Lies over a picture while a box is drawn in it, by mouse or, with Enter and the arrow keys, by keyboard.

    Args:
        over: the picture; the picker keeps to its size.

    Signals:
        picked(Box, bool): the box; whether Shift was held, to add it to the parts there are.
        ended(): it is hidden again, with or without a box.
    """

    picked = Signal(object, bool)
    ended = Signal()

    def __init__(self, over: PictureView) -> None:
        super().__init__(over)
        self.setAccessibleName(tr("Picture to draw a box in"))
        self.hide()
        over.installEventFilter(self)

    def begin(self, image: QImage, full_size: QSize) -> None:
        """Let the user draw in this picture."""
        self.set_image(image, full_size)
        self.setGeometry(self.parentWidget().rect())
        self.show()
        self.raise_()
        self.setFocus()

    def end(self) -> None:
        """Go away."""
        if not self.isHidden():
            self.hide()
            self.ended.emit()

    def hint(self) -> str:
        return super().hint() or ("" if self.box() is not None else PICK_HINT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self.parentWidget().rect())
        return super().eventFilter(watched, event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._take(event.modifiers())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _TAKE_KEYS and self.box() is not None:
            self._take(event.modifiers())
        elif event.key() == Qt.Key.Key_Escape and self.box() is None:
            self.end()
        else:
            super().keyPressEvent(event)

    def _on_command(self, name: str) -> bool:
        return False  # there is one box only

    def _take(self, modifiers: Qt.KeyboardModifier) -> None:
        box = self.box()
        if box is not None:
            self.end()
            self.picked.emit(box, bool(modifiers & Qt.KeyboardModifier.ShiftModifier))
