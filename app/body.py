"""The panels of the window: query, folders and collections at the left, results in the middle, preview at the right."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app import theme
from app.bridge import Bridge
from app.collections_panel import CollectionsPanel
from app.folders_panel import FoldersPanel
from app.hits_model import HitsModel
from app.library_jobs import LibraryJobs
from app.notify import Notifier
from app.preview_panel import PreviewPanel
from app.query_panel import QueryPanel
from app.results_pane import ResultsPane
from app.status_line import StatusLine
from app.thumb_cache import ThumbCache

LEFT_PX, RESULTS_PX, PREVIEW_PX = 320, 600, 340
QUERY_PX, FOLDERS_PX, COLLECTIONS_PX = 385, 230, 125


class Body(QWidget):
    """Makes the panels and lays them out; what they do together is up to the window."""

    def __init__(self, bridge: Bridge, jobs: LibraryJobs, notifier: Notifier, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thumb_cache = ThumbCache(bridge, self)
        self.hits_model = HitsModel(bridge, self.thumb_cache, self)
        self.query_panel = QueryPanel(bridge, self)
        self.folders_panel = FoldersPanel(jobs, self)
        self.collections_panel = CollectionsPanel(self)
        self.results = ResultsPane(self.hits_model, notifier, self)
        self.preview = PreviewPanel(bridge, self, self.thumb_cache)
        self.status_line = StatusLine(notifier, self)
        bridge.notice.connect(self.status_line.show_notice)
        self._left = QSplitter(Qt.Orientation.Vertical, self)
        self._left.addWidget(self.query_panel)
        self._left.addWidget(self.folders_panel)
        self._left.addWidget(self.collections_panel)
        self._left.setSizes([QUERY_PX, FOLDERS_PX, COLLECTIONS_PX])
        self._columns = QSplitter(Qt.Orientation.Horizontal, self)
        for widget in (self._left, self.results, self.preview):
            self._columns.addWidget(widget)
        self._columns.setStretchFactor(1, 1)
        self._columns.setSizes([LEFT_PX, RESULTS_PX, PREVIEW_PX])
        for splitter in (self._left, self._columns):
            splitter.setHandleWidth(theme.SPACE_S)
            splitter.setChildrenCollapsible(False)
        self._left.setMinimumWidth(240)
        self.results.setMinimumWidth(280)
        self.preview.setMinimumWidth(260)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_S, theme.SPACE_S, theme.SPACE_S, 0)
        layout.setSpacing(theme.SPACE_XS)
        layout.addWidget(self._columns, 1)
        layout.addWidget(self.status_line)

    def set_left_visible(self, is_visible: bool) -> None:
        """Show the panels at the left; hidden at the first run, where one page says all."""
        self._left.setVisible(is_visible)

    def save(self, state: QSettings) -> None:
        """Keep the places of the splitters."""
        state.setValue("columns", self._columns.saveState())
        state.setValue("left-3", self._left.saveState())

    def restore(self, state: QSettings) -> None:
        """Put the splitters where they were."""
        for name, splitter in (("columns", self._columns), ("left-3", self._left)):
            value = state.value(name)
            if isinstance(value, QByteArray):
                splitter.restoreState(value)
