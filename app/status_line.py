"""The line at the bottom: what was searched, passing remarks, how far indexing is, and what it runs on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from app import texts, theme
from app.notify import Notifier
from engine.messages import Progress
from engine.types import LibraryStatus, SearchResult

BAR_WIDTH_PX = 110


class StatusLine(QWidget):
    """Left what concerns the search, right what concerns indexing."""

    def __init__(self, notifier: Notifier, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search_text = ""
        self._remark = notifier.remark()
        self._left = self._add_label()
        self._work = self._add_label()
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(BAR_WIDTH_PX)
        self._bar.setAccessibleName("Indexing")
        self._library = self._add_label()
        self._device = self._add_label()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_L, theme.SPACE_XS, theme.SPACE_L, theme.SPACE_S)
        layout.setSpacing(theme.SPACE_L)
        layout.addWidget(self._left, 1)
        for widget in (self._work, self._bar, self._library, self._device):
            layout.addWidget(widget)
        self._left.setAccessibleName("Search status")
        self.show_progress(None)
        self.show_starting()
        notifier.remarked.connect(self._on_remarked)

    def show_starting(self) -> None:
        """The engine is not ready yet."""
        self._say(texts.STARTING)

    def show_searching(self) -> None:
        """A search takes longer than the blink of an eye."""
        self._say(texts.SEARCHING)

    def show_result(self, result: SearchResult) -> None:
        """How much was searched, and how fast."""
        self._say(texts.joined(texts.found_line(result), texts.searched_line(result)))

    def show_no_search(self) -> None:
        """There is no search to tell about."""
        self._say("")

    def show_status(self, status: LibraryStatus) -> None:
        """What is in the library, and the device in use."""
        self._library.setText(texts.library_line(status))
        self._device.setText(texts.printable(status.device))
        self._device.setToolTip("What pictures are analysed with")

    def show_progress(self, progress: Progress | None) -> None:
        """How far indexing is, or None when nothing is being done."""
        is_working = progress is not None
        self._bar.setVisible(is_working)
        self._work.setVisible(is_working)
        self._library.setVisible(not is_working)
        if progress is None:
            return
        self._work.setText(texts.progress_line(progress))
        fill_bar(self._bar, progress)

    def text(self) -> str:
        """All that is shown, left to right."""
        labels = (self._left, self._work, self._library, self._device)
        return texts.joined(*(label.text() for label in labels if not label.isHidden()))

    def _say(self, text: str) -> None:
        self._search_text = text
        self._show_left()

    def _on_remarked(self, remark: str) -> None:
        self._remark = remark
        self._show_left()

    def _show_left(self) -> None:
        self._left.setText(texts.printable(self._remark) or self._search_text)

    def _add_label(self) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(label, "small")
        return label


def fill_bar(bar: QProgressBar, progress: Progress) -> None:
    """Set a bar to a job's progress; without a known end it runs to and fro."""
    if not progress.total or (progress.paused and not progress.done):
        bar.setRange(0, 0 if not progress.paused else 1)
        return
    bar.setRange(0, progress.total)
    bar.setValue(min(progress.done, progress.total))
