"""The buttons under the query: back and forth through the searches, and ways to bring a picture. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from app import icons, query_texts, theme
from app.words import without_key


class QueryButtons(QWidget):
    """Buttons in a row; in two where it is narrow or the type large.

    Signals:
        open_requested(): a picture file is to be chosen.
        paste_requested(): what is on the clipboard is to be searched with.
    """

    open_requested = Signal()
    paste_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._open = self._button(query_texts.OPEN, "open", query_texts.OPEN_TIP, self.open_requested.emit)
        self._paste = self._button(query_texts.PASTE, "paste", query_texts.PASTE_TIP, self.paste_requested.emit)
        self._commands = QHBoxLayout()
        self._commands.setSpacing(0)
        self._commands.addStretch(1)  # at the left, also where they have a row of their own
        self._pictures = QHBoxLayout()
        self._pictures.setSpacing(theme.SPACE_S)
        for button in (self._open, self._paste):
            self._pictures.addWidget(button, 1)
        self._buttons: dict[QAction, QToolButton] = {}
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme.SPACE_S)
        self._rows.addLayout(self._commands)
        self._rows.addLayout(self._pictures, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def add_commands(self, actions: Sequence[QAction]) -> None:
        """Put buttons for these commands before the others."""
        for action in actions:
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setAccessibleName(without_key(action.text()))
            button.setAccessibleDescription(action.toolTip())
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._commands.insertWidget(len(self._buttons), button)
            self._buttons[action] = button
            self.setTabOrder(button, self._open)
        self.setTabOrder(self._open, self._paste)
        self._arrange()

    def button_of(self, action: QAction) -> QToolButton:
        """The button for a command."""
        return self._buttons[action]

    def minimumSizeHint(self) -> QSize:
        width = max(self._commands.sizeHint().width(), self._pictures.sizeHint().width())
        return QSize(width, self._rows.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        needed = self._commands.sizeHint().width() + theme.SPACE_S + self._pictures.sizeHint().width()
        direction = QBoxLayout.Direction.LeftToRight if needed <= self.width() else QBoxLayout.Direction.TopToBottom
        if direction != self._rows.direction():
            self._rows.setDirection(direction)
            self.updateGeometry()

    def _button(self, text: str, icon_name: str, tip: str, on_click: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        icons.set_icon(button, icon_name)
        button.setToolTip(tip)
        button.setAccessibleDescription(tip)
        button.clicked.connect(on_click)
        return button
