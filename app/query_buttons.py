"""The buttons under the query: back and forth through the searches, and ways to bring a picture. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QWidget

from app import icons, query_texts, theme


class QueryButtons(QWidget):
    """A row of buttons.

    Signals:
        open_requested(): a picture file is to be chosen.
        paste_requested(): what is on the clipboard is to be searched with.
    """

    open_requested = Signal()
    paste_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._commands = QHBoxLayout()
        self._commands.setSpacing(0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE_S)
        row.addLayout(self._commands)
        self._open = self._button(query_texts.OPEN, "open", query_texts.OPEN_TIP, self.open_requested.emit)
        self._paste = self._button(query_texts.PASTE, "paste", query_texts.PASTE_TIP, self.paste_requested.emit)
        for button in (self._open, self._paste):
            row.addWidget(button, 1)

    def add_commands(self, actions: Sequence[QAction]) -> None:
        """Put buttons for these commands before the others."""
        for action in actions:
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setAccessibleName(action.text().replace("&", ""))
            button.setAccessibleDescription(action.toolTip())
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._commands.addWidget(button)
            self.setTabOrder(button, self._open)

    def _button(self, text: str, icon_name: str, tip: str, on_click: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        icons.set_icon(button, icon_name)
        button.setToolTip(tip)
        button.setAccessibleDescription(tip)
        button.clicked.connect(on_click)
        return button
