"""How a folder comes into the library: chosen in a dialog, or dropped and confirmed. GUI thread only."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from app import texts
from app.folders_panel import display_name
from app.library_jobs import LibraryJobs
from app.questions import ask
from app.settings import SettingsFile
from app.words import tr


class AddingFolders(QObject):
    """Asks for folders above `window` and hands them to the engine."""

    def __init__(self, jobs: LibraryJobs, settings: SettingsFile, window: QWidget) -> None:
        super().__init__(window)
        self._jobs = jobs
        self._settings = settings
        self._window = window
        self._dialog: QFileDialog | None = None

    @Slot()
    def choose(self) -> None:
        """Let the user choose a folder to add; returns at once."""
        if self._dialog is None:
            self._dialog = QFileDialog(self._window, tr("Add a folder of photos"), self._settings.settings.last_folder)
            self._dialog.setFileMode(QFileDialog.FileMode.Directory)
            self._dialog.setOption(QFileDialog.Option.ShowDirsOnly)
            self._dialog.fileSelected.connect(self._add)
        self._dialog.open()

    @Slot(str)
    def offer(self, path: str) -> None:
        """Ask whether to add a folder that was dropped."""
        question = texts.ADD_QUESTION.format(name=display_name(path))
        ask(self._window, question, texts.ADD_DETAIL, tr("Add folder"), partial(self._add, path))

    def _add(self, path: str) -> None:
        self._settings.change(last_folder=path)
        self._jobs.add_folders([path])
