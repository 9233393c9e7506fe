"""The line below the results: what is not shown, and how to see it. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app import result_texts, theme


class ResultsFooter(QWidget):
    """Says how many photos are less alike, or hidden by filters; takes no room where all is shown.

    Signals:
        more_requested(): show more of those that are less alike.
        clear_requested(): take the filters away.
    """

    more_requested = Signal()
    clear_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(self._text, "small")
        self.more = self._button(result_texts.SHOW_MORE)
        self.clear = self._button(result_texts.CLEAR_FILTERS)
        self.more.clicked.connect(self.more_requested)
        self.clear.clicked.connect(self.clear_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_XS, 0, theme.SPACE_XS, 0)
        layout.setSpacing(theme.SPACE_S)
        layout.addStretch(1)
        for widget in (self._text, self.clear, self.more):
            layout.addWidget(widget)
        layout.addStretch(1)
        self._is_wanted = False
        self.tell("", has_more=False, has_filters=False)

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        theme.set_role(button, "link")
        return button

    def tell(self, text: str, has_more: bool, has_filters: bool) -> None:
        """Say this, and offer to show more or to clear the filters."""
        self._text.setText(text)
        self.more.setVisible(has_more)
        self.clear.setVisible(has_filters)
        self.setVisible(self._is_wanted and bool(text))

    def set_wanted(self, is_wanted: bool) -> None:
        """Whether there are results that it could say something of."""
        self._is_wanted = is_wanted
        self.setVisible(is_wanted and bool(self.text()))

    def text(self) -> str:
        """What it says."""
        return self._text.text()
