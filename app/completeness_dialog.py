"""The details behind the line that tells how much was searched. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app import completeness, theme
from engine.types import LibraryStatus, SearchResult

_WIDTH_PX = 460


class CompletenessDialog(QDialog):
    """Says what was searched and what was not.

    Signals:
        problems_requested(): the files that could not be read are to be shown.
    """

    problems_requested = Signal()

    def __init__(self, result: SearchResult, status: LibraryStatus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(completeness.DETAILS_TITLE)
        self.setFixedWidth(_WIDTH_PX)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_L, theme.SPACE_L, theme.SPACE_L, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_M)
        title = QLabel(completeness.DETAILS_TITLE, self)
        theme.set_role(title, "title")
        layout.addWidget(title)
        for fact in completeness.facts(result, status):
            layout.addLayout(self._row(fact))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout.addSpacing(theme.SPACE_S)
        layout.addWidget(buttons)

    def texts(self) -> list[str]:
        """The lines, top to bottom, without the title."""
        return [label.text() for label in self.findChildren(QLabel)][1:]

    def _row(self, fact: completeness.Fact) -> QHBoxLayout:
        text = QLabel(fact.text, self)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_M)
        row.addWidget(text, 1)
        if fact.is_problem:
            button = QPushButton(completeness.SHOW_PROBLEMS, self)
            button.clicked.connect(self.problems_requested)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row
