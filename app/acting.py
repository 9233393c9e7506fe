"""What the user does with hits, from everywhere it can be asked for: the menus, the keys, the grid. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app import file_texts
from app.bridge import Bridge
from app.duplicates import DuplicateFinder
from app.exporting import Exporting
from app.file_actions import FileActions
from app.hit_actions import HitActions
from app.library_jobs import LibraryJobs
from app.moves import Following
from app.notify import Notifier
from app.query_panel import QueryPanel
from app.results_pane import ResultsPane
from engine.types import Hit

_NEED_NO_HIT = ("undo", "find_duplicates")
_MARKS = ("mark_same", "mark_different", "unmark")
_MENU_GROUPS = (_MARKS, ("copy_files", "copy_picture", "copy_path"), ("copy_to", "move_to", "trash"), ("export_hits",))


class Acting(QObject):
    """Knows the hits in question, and hands them to who does something with them.

    Args:
        bridge: to the engine.
        jobs: the jobs on the library.
        hit_actions: opens and copies.
        notifier: is told what was done.
        results: shows the hits.
        query_panel: takes photos to find similar ones.

    Signals:
        changed(): files of the library were moved or trashed; the hits are to be searched for again.
    """

    changed = Signal()

    def __init__(
        self,
        bridge: Bridge,
        jobs: LibraryJobs,
        hit_actions: HitActions,
        notifier: Notifier,
        results: ResultsPane,
        query_panel: QueryPanel,
    ) -> None:
        super().__init__(results)
        self._hit_actions = hit_actions
        self._results = results
        self._grid = results.grid
        self._query_panel = query_panel
        self._actions: Mapping[str, QAction] = {}
        window = results.window()
        self.files = FileActions(notifier, window)
        self.exporting = Exporting(notifier, window)
        self.duplicates = DuplicateFinder(bridge, self.files, hit_actions, window)
        self._following = Following(bridge, jobs, self)
        self.files.moved.connect(self._following.follow)
        self.files.undo_changed.connect(self._show_undo)
        self._following.forgotten.connect(self.changed)
        self._grid.menu_made.connect(self._fill_menu)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """What the commands do, by their names in `app.actions`."""
        return {
            "find_similar": self._of_one(self._query_panel.open_photo),
            "open_photo": self._of_one(self._hit_actions.open),
            "open_with": self._of_one(self._hit_actions.open_with),
            "reveal": self._of_one(self._hit_actions.reveal),
            "copy_files": self._of_all(self._hit_actions.copy_files),
            "copy_picture": self._of_one(self._hit_actions.copy_picture),
            "copy_path": self._of_all(self._hit_actions.copy_paths),
            "copy_to": self._of_paths(self.files.copy_to_folder),
            "move_to": self._of_paths(self.files.move_to_folder),
            "trash": self._of_paths(self.files.ask_trash),
            "export_hits": self._export,
            "undo": self.files.undo,
            "find_duplicates": self.duplicates.show,
        }

    def use(self, actions: Mapping[str, QAction]) -> None:
        """Take the actions made of the handlers: enabled while there are hits, and by their keys in the grid."""
        self._actions = actions
        self._grid.command_requested.connect(lambda name: actions[name].trigger())
        self._show_undo(self.files.undo_text())
        self.refresh()

    @Slot(int)
    def show_photo(self, photo_id: int) -> None:
        """Go to the hit of this photo, if it is among them."""
        row = self._grid.model().row_of(photo_id)
        if row is not None:
            self._grid.setCurrentIndex(self._grid.model().index(row))
            self._grid.setFocus()

    @Slot()
    def refresh(self) -> None:
        """Enable what can be done now: the hits or the selection have changed."""
        has_hit = self.hit() is not None
        for name in (*self.handlers(), *_MARKS):
            if name == "export_hits":
                self._actions[name].setEnabled(bool(self._shown()))
            elif name not in _NEED_NO_HIT:
                self._actions[name].setEnabled(has_hit)

    def finish(self) -> None:
        """Stop what is under way; the window is closing."""
        self.files.finish()
        self.exporting.finish()
        self.duplicates.finish()

    # ---- which hits -------------------------------------------------------------------------------------------------

    def hit(self) -> Hit | None:
        """The hit in question, if one is."""
        return self._grid.current_hit() if self._results.shows_results() else None

    def hits(self) -> list[Hit]:
        """The hits in question: those selected, else the one the keyboard is on."""
        hit = self.hit()
        return [] if hit is None else self._grid.selected_hits() or [hit]

    def _shown(self) -> list[Hit]:
        """All that is shown, in its order."""
        if not self._results.shows_results():
            return []
        model = self._grid.model()
        return [model.hit(row) for row in range(model.rowCount())]

    def _of_one(self, act: Callable[[Hit], object]) -> Callable[[], None]:
        def do() -> None:
            if (hit := self.hit()) is not None:
                act(hit)

        return do

    def _of_all(self, act: Callable[[Sequence[Hit]], object]) -> Callable[[], None]:
        def do() -> None:
            if hits := self.hits():
                act(hits)

        return do

    def _of_paths(self, act: Callable[[Sequence[str]], object]) -> Callable[[], None]:
        return self._of_all(lambda hits: act([hit.path for hit in hits]))

    def _export(self) -> None:
        """Export what is selected if that is more than one, else all that is shown."""
        selected = self.hits()
        query = self._query_panel.query()
        if query is not None:
            hits = selected if len(selected) > 1 else self._shown()
            self.exporting.choose(hits, query, self._query_panel.picture_name(), self._query_panel.shown_part())

    def go_on(self) -> None:
        """Go to the next hit, as one after the other is looked at."""
        row = self._grid.currentIndex().row() + 1
        if 0 < row < self._grid.model().rowCount():
            self._grid.setCurrentIndex(self._grid.model().index(row))

    # ---- menus ------------------------------------------------------------------------------------------------------

    @Slot(QMenu)
    def _fill_menu(self, menu: QMenu) -> None:
        """Add to the grid's menu what can be done with the hits in question, as the menu of the window has it."""
        menu.insertAction(menu.actions()[3], self._actions["open_with"])
        for group in _MENU_GROUPS:
            menu.addSeparator()
            for name in group:
                menu.addAction(self._actions[name])

    @Slot(str)
    def _show_undo(self, text: str) -> None:
        action = self._actions["undo"]
        action.setText(text or file_texts.UNDO_NOTHING)
        action.setEnabled(bool(text))
