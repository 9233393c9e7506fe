"""Shows the licences of Resight and of the libraries it uses. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app import care_texts, licences, theme
from app.background_work import BackgroundWork


class LicencesDialog(QDialog):
    """NOTICE, and below it what is installed; read on a thread, since it takes a moment."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(care_texts.LICENCES)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        note = QLabel(care_texts.LICENCES_NOTE, self)
        note.setWordWrap(True)
        self._text = QPlainTextEdit(care_texts.READING, self)
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setAccessibleName(care_texts.LICENCES)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, parent=self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_L, theme.SPACE_L, theme.SPACE_L, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_M)
        layout.addWidget(note)
        layout.addWidget(self._text, 1)
        layout.addWidget(buttons)
        self.resize(860, 560)
        self._work = BackgroundWork(self)
        self._work.done.connect(self._show)
        self._work.start(_read)

    def done(self, result: int) -> None:
        self._work.wait()
        super().done(result)

    def _show(self, text: str) -> None:
        self._text.setPlainText(text)


def _read() -> str:
    """Runs on a thread of its own."""
    libraries = licences.installed()
    width = max((len(f"{library.name} {library.version}") for library in libraries), default=0)
    lines = [
        f"{f'{library.name} {library.version}':<{width}}   {library.licence or care_texts.NO_LICENCE}"
        for library in libraries
    ]
    title = care_texts.INSTALLED
    return "\n".join((licences.notice().rstrip(), "", title, "-" * len(title), "", *lines))
