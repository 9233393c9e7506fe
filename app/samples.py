"""The photos that come with Resight, to try it with before any folder is added. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app import texts
from app.bridge import Bridge
from app.library_jobs import LibraryJobs
from app.notify import Choice, Level, Notifier
from app.places import is_sample, samples_folder
from app.query_panel import QueryPanel
from app.words import tr
from engine.types import Box, LibraryStatus

QUERY = "armchair 3.jpg"
BOX = Box(0.27, 0.12, 0.76, 0.9)  # round the armchair
_KEY = "samples"


class Samples(QObject):
    """Puts the sample photos into the library and searches with one of them; takes them out again.

    They are indexed where they lie, like any folder, and nothing else is written there.

    Args:
        bridge: tells what is in the library.
        jobs: adds and removes the folder.
        notifier: shows what they are, and the ways on, while they are there.
        query_panel: searches.
        add_own: lets the user choose a folder of photos.
        window: the owner.
    """

    def __init__(
        self,
        bridge: Bridge,
        jobs: LibraryJobs,
        notifier: Notifier,
        query_panel: QueryPanel,
        add_own: Callable[[], object],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._jobs, self._notifier, self._panel, self._add_own = jobs, notifier, query_panel, add_own
        self._folder = str(samples_folder())
        self._action: QAction | None = None
        self._are_there = False
        bridge.status_changed.connect(self._on_status_changed)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """What the command of the menu does, by its name."""
        return {"samples": self._set_there}

    def use(self, actions: Mapping[str, QAction]) -> None:
        """Keep the check mark of the menu right."""
        self._action = actions["samples"]

    @Slot()
    def try_them(self) -> None:
        """Add them, and search for the thing in one of them: it is answered as soon as there is something to find."""
        self._jobs.add_folders([self._folder])
        self._panel.open_file(str(samples_folder() / QUERY), BOX)

    @Slot()
    def remove(self) -> None:
        """Forget them, and the search with one of them."""
        if self._panel.picture_path() is not None and is_sample(self._panel.picture_path()):
            self._panel.clear()
        self._jobs.remove_folder(self._folder)

    def _set_there(self, are_wanted: bool) -> None:
        (self.try_them if are_wanted else self.remove)()

    @Slot(object)
    def _on_status_changed(self, status: LibraryStatus) -> None:
        were_there, self._are_there = self._are_there, any(folder.path == self._folder for folder in status.folders)
        if self._action is not None:
            self._action.setChecked(self._are_there)
        if self._are_there and not were_there:
            choices = Choice(tr("Add my own photos…"), self._add_own), Choice(tr("Remove the samples"), self.remove)
            self._notifier.tell(Level.HINT, texts.SAMPLES_HINT, _KEY, choices)
        elif not self._are_there:
            self._notifier.retract(_KEY)
