"""Looking at single hits: the preview beside the results, the large view in place of all panels. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QMainWindow, QStackedWidget

from app.body import Body
from app.bridge import Bridge
from app.viewer import Viewer
from engine.types import Hit


class Looking(QObject):
    """Keeps preview and large view at the hit that the keyboard is on in the results.

    Args:
        bridge: loads the pictures.
        body: the panels.
        pages: of the window, where the large view gets a page.
        window: is made as large as the screen for a slideshow.

    Signals:
        command_requested(str): a key of the results was pressed in the large view: the name of its command.
        preview_shown(bool): the preview was opened or closed.
    """

    command_requested = Signal(str)
    preview_shown = Signal(bool)

    def __init__(self, bridge: Bridge, body: Body, pages: QStackedWidget, window: QMainWindow) -> None:
        super().__init__(window)
        self._body, self._pages, self._window = body, pages, window
        self._grid, self._model, self._preview = body.results.grid, body.hits_model, body.preview
        self._was_full_screen = False
        self.viewer = Viewer(bridge, body.thumb_cache, pages)
        pages.addWidget(self.viewer)
        self._grid.preview_requested.connect(self.show_preview)
        self._grid.look_closer_requested.connect(self.look_closer)
        self._grid.selectionModel().currentChanged.connect(self._on_current_changed)
        for changed in (self._model.modelReset, self._model.rowsInserted, self._model.rowsRemoved):
            changed.connect(self._on_current_changed)
        self._model.dataChanged.connect(self._show_mark)
        self._preview.closed.connect(self.close_preview)
        self._preview.look_closer_requested.connect(self.look_closer)
        self._preview.step_requested.connect(self._step)
        self.viewer.step_requested.connect(self._step)
        self.viewer.closed.connect(self.close_viewer)
        self.viewer.command_requested.connect(self.command_requested)
        self.viewer.menu_requested.connect(self._show_menu)
        self.viewer.slideshow_changed.connect(self._on_slideshow_changed)
        body.query_panel.query_changed.connect(self.close_viewer)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """What the commands of the menus do, by name."""
        return {
            "look_closer": self._look_closer_at_current,
            "slideshow": self._start_slideshow,
            "full_screen": self._set_full_screen,
            "show_preview": self._set_preview_visible,
            "larger": lambda: self._resize(1),
            "smaller": lambda: self._resize(-1),
            "normal_size": lambda: self._resize(0),
        }

    def is_viewing(self) -> bool:
        """Whether the large view is shown."""
        return self._pages.currentWidget() is self.viewer

    def finish(self) -> None:
        """Let go of everything; the window is closing."""
        self.viewer.finish()
        self._preview.finish()

    # ---- the preview ----------------------------------------------------------------------------------------------

    @Slot(object)
    def show_preview(self, hit: Hit) -> None:
        """Show a hit in the preview."""
        self._preview.show()
        self._preview.show_hit(hit)
        self.preview_shown.emit(True)

    @Slot()
    def close_preview(self) -> None:
        """Close the preview and go back to the results."""
        self._set_preview_visible(False)
        self._grid.setFocus()

    def _set_preview_visible(self, is_visible: bool) -> None:
        self._preview.setVisible(is_visible)
        self.preview_shown.emit(is_visible)
        self._on_current_changed()

    # ---- the large view -------------------------------------------------------------------------------------------

    @Slot(object)
    def look_closer(self, hit: Hit) -> None:
        """Show a hit as large as the window."""
        row = self._model.row_of(hit.photo_id)
        if row is None:
            return
        if not self.is_viewing():
            panel = self._body.query_panel
            self.viewer.show_query(panel.picture_path(), panel.picture_name(), panel.picture_marks())
            self._pages.setCurrentWidget(self.viewer)
            self.viewer.compare.hit.view.setFocus()
        if row != self._grid.currentIndex().row():
            self._grid.setCurrentIndex(self._model.index(row))
        self._show_row(row)

    @Slot()
    def close_viewer(self) -> None:
        """Go back to the results."""
        if self.is_viewing():
            self.viewer.leave()
            self._pages.setCurrentWidget(self._body)
            self._grid.setFocus()
            self._on_current_changed()

    def on_framed(self) -> None:
        """Frames have been found in hits of the model."""
        for shown in (self._preview, self.viewer):
            hit = shown.hit()
            row = None if hit is None else self._model.row_of(hit.photo_id)
            if row is not None:
                shown.update_hit(self._model.hit(row))

    def _look_closer_at_current(self) -> None:
        hit = self._grid.current_hit()
        if hit is None and self._model.rowCount():
            hit = self._model.hit(0)
        if hit is not None and self._body.results.shows_results():
            self.look_closer(hit)

    def _start_slideshow(self) -> None:
        self._look_closer_at_current()
        if self.is_viewing():
            self.viewer.start_slideshow()

    def _show_row(self, row: int) -> None:
        total = self._model.rowCount()
        ahead = [self._model.hit(other) for other in (row + 1, row - 1) if 0 <= other < total]
        self.viewer.show_hit(self._model.hit(row), row + 1, total, ahead)
        self._show_mark()

    @Slot()
    def _show_mark(self) -> None:
        hit = self.viewer.hit()
        self.viewer.set_marked(None if hit is None else self._model.marks().get(hit.photo_id))

    @Slot(int)
    def _step(self, by: int) -> None:
        row = self._grid.currentIndex().row() + by
        if 0 <= row < self._model.rowCount():
            self._grid.setCurrentIndex(self._model.index(row))
        else:
            self.viewer.end_slideshow()

    @Slot()
    def _on_current_changed(self) -> None:
        hit = self._grid.current_hit() if self._body.results.shows_results() else None
        if self.is_viewing():
            if hit is None:
                self.close_viewer()
            else:
                self._show_row(self._grid.currentIndex().row())
        elif not self._preview.isHidden() and (hit is not None or not self._model.rowCount()):
            self._preview.show_hit(hit)

    def _show_menu(self, hit: Hit, at: QPoint) -> None:
        self._grid.context_menu(hit).popup(at)

    def _resize(self, n_steps: int) -> None:
        """Make larger or smaller what is looked at: the picture in the large view, else the thumbnails."""
        if not self.is_viewing():
            self._body.results.resize_thumbnails(n_steps)
        elif n_steps:
            self.viewer.compare.leading().zoom_steps(n_steps)
        else:
            self.viewer.compare.leading().fit()

    # ---- full screen ----------------------------------------------------------------------------------------------

    def _set_full_screen(self, is_full: bool) -> None:
        state, full = self._window.windowState(), Qt.WindowState.WindowFullScreen
        self._window.setWindowState(state | full if is_full else state & ~full)

    @Slot(bool)
    def _on_slideshow_changed(self, is_on: bool) -> None:
        if is_on:
            self._was_full_screen = self._window.isFullScreen()
        self._window.menuBar().setVisible(not is_on)
        if not self._was_full_screen:
            self._set_full_screen(is_on)
