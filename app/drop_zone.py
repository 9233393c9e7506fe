"""The place in the query panel that says how a picture gets there, or why it did not."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app import icons, theme

_ICON_PX = 40


class DropZone(QFrame):
    """An icon, a line and an explanation in a dashed frame. A click asks to open a file.

    Signals:
        clicked()
    """

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = "image"
        self._icon = QLabel()
        self._title = QLabel()
        self._text = QLabel()
        theme.set_role(self, "dropzone")
        theme.set_role(self._title, "title")
        theme.set_role(self._text, "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_L, theme.SPACE_L, theme.SPACE_L, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_S)
        layout.addStretch(1)
        for label in (self._icon, self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            layout.addWidget(label)
        layout.addStretch(1)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.signals.changed.connect(self._draw_icon)

    def tell(self, icon_name: str, title: str, text: str = "", is_active: bool = False) -> None:
        """Say something; `is_active` while something is held over the zone."""
        self._icon_name = icon_name
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        theme.set_role(self, "dropzone-active" if is_active else "dropzone")
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self._draw_icon()

    def title(self) -> str:
        return self._title.text()

    def text(self) -> str:
        return self._text.text()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def _draw_icon(self) -> None:
        self._icon.setVisible(bool(self._icon_name))
        if self._icon_name:
            ink = theme.tokens().text_muted
            self._icon.setPixmap(icons.draw(self._icon_name, _ICON_PX, ink, self.devicePixelRatioF()))
