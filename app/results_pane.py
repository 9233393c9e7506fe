"""The middle of the window: banners, and below them the results or the page that stands in their place."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app import texts, theme
from app.grid_view import GridView
from app.hits_model import HitsModel
from app.notify import BannerStack, Notifier
from app.settings import Settings
from app.welcome import FirstRunPage, MessagePage, NoQueryPage
from engine.errors import EngineError
from engine.types import SearchResult

SIZE_STEP_PX = 24


class ResultsPane(QWidget):
    """Shows one of: first run, no query yet, results, nothing found or why not.

    Signals:
        add_folder_requested(): from the first-run page.
    """

    add_folder_requested = Signal()

    def __init__(self, model: HitsModel, notifier: Notifier, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = GridView(model, self)
        self._first_run = FirstRunPage(self)
        self._no_query = NoQueryPage(self)
        self._message = MessagePage(self)
        self._stack = QStackedWidget(self)
        for page in (self._first_run, self._no_query, self._message, self.grid):
            self._stack.addWidget(page)
        self.grid.verticalScrollBar().rangeChanged.connect(self._on_scroll_range_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_S)
        layout.addWidget(BannerStack(notifier, self))
        layout.addWidget(self._stack, 1)
        self._first_run.add_folder_requested.connect(self.add_folder_requested)

    def page(self) -> QWidget:
        """The page shown."""
        return self._stack.currentWidget()

    def is_first_run(self) -> bool:
        """Whether the first-run page is shown."""
        return self.page() is self._first_run

    def shows_results(self) -> bool:
        """Whether the grid is shown."""
        return self.page() is self.grid

    def message(self) -> str:
        """What the message page says; empty while it is not shown."""
        return self._message.message() if self.page() is self._message else ""

    def set_drag_over(self, is_over: bool) -> None:
        """Something that can be dropped is held over the window, or not any more."""
        self._first_run.set_drag_over(is_over)

    def show_idle(self, has_folders: bool, has_photos: bool) -> None:
        """There is no query."""
        self._no_query.set_has_photos(has_photos)
        self._stack.setCurrentWidget(self._no_query if has_folders else self._first_run)

    def resize_thumbnails(self, n_steps: int) -> None:
        """Make the thumbnails larger or smaller by steps; 0 gives them their normal size back."""
        now_px = self.grid.thumbnail_side_px()
        self.grid.set_thumbnail_side_px(now_px + n_steps * SIZE_STEP_PX if n_steps else Settings().thumbnail_px)

    @Slot(object)
    def show_result(self, result: SearchResult) -> None:
        """Show the hits, or what to try when there are none."""
        if result.hits:
            self._stack.setCurrentWidget(self.grid)
        elif not result.searched:
            self._show_message(texts.NOTHING_TO_SEARCH_TITLE, texts.NOTHING_TO_SEARCH)
        else:
            self._show_message(texts.NOTHING_FOUND_TITLE, texts.searched_line(result) + ".", texts.NOTHING_FOUND_HINTS)

    @Slot(object)
    def show_error(self, error: EngineError) -> None:
        """The query cannot be answered."""
        self._show_message(texts.SEARCH_FAILED_TITLE, texts.printable(error.sentence))

    def _on_scroll_range_changed(self, low: int, high: int) -> None:
        self.grid.verticalScrollBar().setEnabled(high > low)  # the bar always keeps its room; its handle goes

    def _show_message(self, title: str, sentence: str, hints: tuple[str, ...] = ()) -> None:
        self._message.show_message(title, sentence, hints)
        self._stack.setCurrentWidget(self._message)
