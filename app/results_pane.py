"""The middle of the window: banners, and below them the results or the page that stands in their place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app import result_texts, texts, theme
from app.grid_view import GridView
from app.hits_model import HitsModel
from app.notify import BannerStack, Notifier
from app.result_controls import ResultControls
from app.settings import Settings
from app.welcome import FirstRunPage, MessagePage, NoQueryPage
from engine.errors import EngineError
from engine.types import SearchResult

SIZE_STEP_PX = 24


class ResultsPane(QWidget):
    """Shows one of: first run, no query yet, results, nothing found or why not.

    Signals:
        add_folder_requested(), samples_requested(): from the first-run page.
    """

    add_folder_requested = Signal()
    samples_requested = Signal()

    def __init__(self, model: HitsModel, notifier: Notifier, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = GridView(model, self)
        self._first_run = FirstRunPage(self)
        self.no_query = NoQueryPage(self)
        self._message = MessagePage(self)
        self.controls = ResultControls(model, self.grid, self)
        self._model = model
        self._result: SearchResult | None = None
        self._on_button: Callable[[], None] = self.controls.show_more  # of the message page
        self._stack = QStackedWidget(self)
        for page in (self._first_run, self.no_query, self._message, self.grid):
            self._stack.addWidget(page)
        self.grid.verticalScrollBar().rangeChanged.connect(self._on_scroll_range_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_S)
        layout.addWidget(BannerStack(notifier, self))
        layout.addWidget(self.controls.bar)
        layout.addWidget(self.controls.filters)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.controls.footer)
        self._first_run.add_folder_requested.connect(self.add_folder_requested)
        self._first_run.samples_requested.connect(self.samples_requested)
        self._message.button_clicked.connect(lambda: self._on_button())
        self.controls.changed.connect(self._show_fitting)
        self.controls.set_visible(False)

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
        self._result = None
        self.controls.set_visible(False)
        self.no_query.set_has_photos(has_photos)
        self._stack.setCurrentWidget(self.no_query if has_folders else self._first_run)

    @Slot()
    def show_searching(self) -> None:
        """The first search takes its time; hits there are already stay until it is answered."""
        if self.page() in (self._first_run, self.no_query):
            self._show_message(texts.SEARCHING, "")

    def resize_thumbnails(self, n_steps: int) -> None:
        """Make the thumbnails larger or smaller by steps; 0 gives them their normal size back."""
        now_px = self.grid.thumbnail_side_px()
        self.grid.set_thumbnail_side_px(now_px + n_steps * SIZE_STEP_PX if n_steps else Settings().thumbnail_px)

    @Slot(object)
    def show_result(self, result: SearchResult) -> None:
        """Show the hits, or what to try when there are none."""
        self._result = result
        if not self._model.is_arranging():
            self._show_fitting()

    @Slot()
    def _show_fitting(self) -> None:
        """Show the hits; where there are none to show, why, and what to try."""
        result = self._result
        if result is None:
            return
        self.controls.set_visible(bool(result.hits))
        if self._model.rowCount():
            self._stack.setCurrentWidget(self.grid)
        elif not result.searched:
            self._show_message(texts.NOTHING_TO_SEARCH_TITLE, texts.NOTHING_TO_SEARCH)
        elif self._model.good_rows():
            self._on_button = self.controls.clear_filters
            sentence = result_texts.FILTERED_OUT.format(photos=texts.photos(len(self._model.good_rows())))
            self._show_message(result_texts.FILTERED_OUT_TITLE, sentence, button=result_texts.CLEAR_FILTERS)
        else:
            self._on_button = self.controls.show_more
            line, hints = texts.searched_line(result) + ".", texts.NOTHING_FOUND_HINTS
            button = result_texts.SHOW_NEAREST if result.hits else ""
            self._show_message(texts.NOTHING_FOUND_TITLE, line, hints, button)

    @Slot(object)
    def show_error(self, error: EngineError) -> None:
        """The query cannot be answered."""
        self._result = None
        self.controls.set_visible(False)
        self._show_message(texts.SEARCH_FAILED_TITLE, texts.sentence(error.sentence))

    def _on_scroll_range_changed(self, low: int, high: int) -> None:
        self.grid.verticalScrollBar().setEnabled(high > low)  # the bar always keeps its room; its handle goes

    def _show_message(self, title: str, sentence: str, hints: tuple[str, ...] = (), button: str = "") -> None:
        self._message.show_message(title, sentence, hints, button)
        self._stack.setCurrentWidget(self._message)
