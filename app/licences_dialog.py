"""Shows the licences of Resight and of the libraries it uses. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from app import care_texts, licences
from app.background_work import BackgroundWork
from app.text_dialog import TextDialog


class LicencesDialog(TextDialog):
    """NOTICE, and below it what is installed; read on a thread, since it takes a moment."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(care_texts.LICENCES, care_texts.LICENCES_NOTE, care_texts.READING, QSize(860, 560), parent)
        self._work = BackgroundWork(self)
        self._work.done.connect(self.text.setPlainText)
        self._work.start(_read)

    def done(self, result: int) -> None:
        self._work.wait()
        super().done(result)


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
