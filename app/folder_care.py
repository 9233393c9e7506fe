"""Keeping the library like its folders, as far as the window has a say in it. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication

from app.bridge import Bridge
from app.library_jobs import LibraryJobs
from app.settings import SettingsFile
from engine.messages import SetWatching


class FolderCare(QObject):
    """Whether folders are watched, and a look at them when the user comes back to the program."""

    def __init__(
        self, bridge: Bridge, jobs: LibraryJobs, settings: SettingsFile, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._jobs = jobs
        self._settings = settings
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._on_state_changed)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """What the commands of the menus do, by name."""
        return {"watch_folders": self._on_watch_toggled}

    def restore(self, actions: Mapping[str, QAction]) -> None:
        """Check the actions as the settings say."""
        actions["watch_folders"].setChecked(self._settings.settings.watch)

    def _on_watch_toggled(self, is_on: bool) -> None:
        self._settings.change(watch=is_on)
        self._bridge.submit(SetWatching(is_on))

    @Slot(Qt.ApplicationState)
    def _on_state_changed(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive and self._settings.settings.watch:
            self._jobs.look_again()
