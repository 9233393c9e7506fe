"""What can be done with photos outside of Resight: open them, show them in their folder, copy their paths."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from app import texts
from app.file_manager import FileManager
from app.folders_panel import display_name
from app.notify import Level, Notifier
from engine.types import Hit


class HitActions(QObject):
    """Does it, and says so or why not. GUI thread only."""

    def __init__(self, files: FileManager, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._files = files
        self._notifier = notifier

    def open(self, hit: Hit) -> None:
        """Open a photo in the system's viewer."""
        self.open_path(hit.path)

    def reveal(self, hit: Hit) -> None:
        """Show a photo in the file manager."""
        self.reveal_path(hit.path)

    def copy_path(self, hit: Hit) -> None:
        """Put the path of a photo on the clipboard."""
        self.copy_paths([hit])

    def copy_paths(self, hits: Sequence[Hit]) -> None:
        """Put the paths of photos on the clipboard, one a line."""
        if hits:
            QGuiApplication.clipboard().setText("\n".join(hit.path for hit in hits))
            self._notifier.tell(Level.REMARK, texts.paths_copied(len(hits)))

    def open_path(self, path: str) -> None:
        """Open a file or folder with the program the user has chosen for it."""
        if not self._files.open(path):
            self._say_impossible(path)

    def reveal_path(self, path: str) -> None:
        """Show a file in the file manager."""
        if not self._files.reveal(path):
            self._say_impossible(path)

    def _say_impossible(self, path: str) -> None:
        self._notifier.tell(Level.REMARK, texts.CANNOT_OPEN.format(name=display_name(path)))
