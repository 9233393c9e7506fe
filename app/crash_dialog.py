"""Shows the report of a crash, to be read and copied. GUI thread only."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QPlainTextEdit, QPushButton, QWidget

from app import care_texts, texts
from app.icons import set_icon
from app.text_dialog import TextDialog

_MOST_CHARS = 200_000


class CrashDialog(TextDialog):
    """The report in a file, with a button that copies it."""

    def __init__(self, report: Path, parent: QWidget | None = None) -> None:
        note = care_texts.CRASH_NOTE.format(path=texts.printable(str(report)))
        super().__init__(care_texts.CRASH_REPORT, note, _read(report), QSize(720, 480), parent)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        copy = QPushButton(care_texts.COPY_REPORT, self)
        set_icon(copy, "copy")
        copy.clicked.connect(self._copy)
        self.buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())


def _read(report: Path) -> str:
    try:
        return report.read_text(encoding="utf-8", errors="replace")[:_MOST_CHARS]
    except OSError:
        return care_texts.REPORT_IS_GONE
