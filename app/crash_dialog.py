"""Shows the report of a crash, to be read and copied. GUI thread only."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app import care_texts, texts, theme
from app.icons import set_icon

_MOST_CHARS = 200_000


class CrashDialog(QDialog):
    """The report in a file, with a button that copies it."""

    def __init__(self, report: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(care_texts.CRASH_REPORT)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        try:
            content = report.read_text(encoding="utf-8", errors="replace")[:_MOST_CHARS]
        except OSError:
            content = care_texts.REPORT_IS_GONE
        note = QLabel(care_texts.CRASH_NOTE.format(path=texts.printable(str(report))), self)
        note.setTextFormat(Qt.TextFormat.PlainText)
        note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        note.setWordWrap(True)
        self._text = QPlainTextEdit(content, self)
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setAccessibleName(care_texts.CRASH_REPORT)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, parent=self)
        copy = QPushButton(care_texts.COPY_REPORT, self)
        set_icon(copy, "copy")
        copy.clicked.connect(self._copy)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_L, theme.SPACE_L, theme.SPACE_L, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_M)
        layout.addWidget(note)
        layout.addWidget(self._text, 1)
        layout.addWidget(buttons)
        self.resize(720, 480)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text.toPlainText())
