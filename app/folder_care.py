"""Keeping the library like its folders, as far as the window has a say in it. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QWidget

from app import texts
from app.bridge import Bridge
from app.excludes_dialog import ExcludesDialog
from app.folders_panel import display_name
from app.library_jobs import LibraryJobs
from app.notify import Choice, Level, Notifier
from app.settings import SettingsFile
from engine.messages import GetExcludes, SetGentle, SetWatching
from engine.types import Excludes, FolderState, LibraryStatus


class FolderCare(QObject):
    """Whether folders are watched, and indexed gently; what is left out, and what became of missing photos.

    Has the folders looked at, too, when the user comes back.

    Args:
        bridge: to the engine.
        jobs: the jobs on the library.
        settings: the user's choices.
        notifier: shows questions that do not hold anything up.
        window: dialogs open above it.
    """

    def __init__(
        self,
        bridge: Bridge,
        jobs: LibraryJobs,
        settings: SettingsFile,
        notifier: Notifier,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._folders: tuple[str, ...] = ()
        self._is_asking_excludes = False
        self._bridge = bridge
        self._jobs = jobs
        self._settings = settings
        self._notifier = notifier
        self._asked: dict[str, int] = {}  # path of a folder -> how many missing photos were asked about
        bridge.status_changed.connect(self._on_status_changed)
        jobs.paused_changed.connect(self._on_paused_changed)
        bridge.excludes_told.connect(self._on_excludes_told)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._on_state_changed)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """What the commands of the menus do, by name."""
        return {
            "watch_folders": self._on_watch_toggled,
            "index_gently": self._on_gentle_toggled,
            "leave_out": self.choose_excludes,
        }

    def restore(self, actions: Mapping[str, QAction]) -> None:
        """Check the actions as the settings say, and hold indexing if it was held when the program ended."""
        actions["watch_folders"].setChecked(self._settings.settings.watch)
        actions["index_gently"].setChecked(self._settings.settings.gentle)
        self._jobs.set_paused(self._settings.settings.paused)

    def _on_watch_toggled(self, is_on: bool) -> None:
        self._settings.change(watch=is_on)
        self._bridge.submit(SetWatching(is_on))

    def _on_gentle_toggled(self, is_on: bool) -> None:
        self._settings.change(gentle=is_on)
        self._bridge.submit(SetGentle(is_on))

    @Slot(bool)
    def _on_paused_changed(self, is_paused: bool) -> None:
        self._settings.change(paused=is_paused)

    @Slot(Qt.ApplicationState)
    def _on_state_changed(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive and self._settings.settings.watch:
            self._jobs.look_again()

    # ---- what is left out ------------------------------------------------------------------------------------------

    @Slot()
    def choose_excludes(self) -> None:
        """Let the user choose what is left out, once the engine has told what is."""
        if not self._is_asking_excludes:
            self._is_asking_excludes = True
            self._bridge.submit(GetExcludes())

    @Slot(object)
    def _on_excludes_told(self, excludes: Excludes) -> None:
        if self._is_asking_excludes:
            self._is_asking_excludes = False
            dialog = ExcludesDialog(excludes, self._folders, self._window)
            dialog.chosen.connect(self._jobs.set_excludes)
            dialog.open()

    # ---- missing photos --------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_status_changed(self, status: LibraryStatus) -> None:
        """Ask about each folder once, and again only when more photos are missing."""
        self._folders = tuple(folder.path for folder in status.folders)
        asked, self._asked = self._asked, {}
        for folder in status.folders:
            if folder.unconfirmed:
                self._asked[folder.path] = folder.unconfirmed
                if asked.get(folder.path) != folder.unconfirmed:
                    self._ask(folder)
        for path in asked.keys() - self._asked.keys():
            self._notifier.retract(_key(path))

    def _ask(self, folder: FolderState) -> None:
        question = texts.missing_question(folder, display_name(folder.path))
        resolve = partial(self._jobs.resolve_missing, folder.path)
        choices = (
            Choice(texts.KEEP_MISSING, partial(resolve, gone=False)),
            Choice(texts.MISSING_ARE_GONE, partial(resolve, gone=True)),
        )
        self._notifier.tell(Level.WARNING, question, _key(folder.path), choices)


def _key(path: str) -> str:
    return f"missing-{path}"
