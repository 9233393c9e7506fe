"""The line at the bottom: what was searched, passing remarks, how far indexing is, and what it runs on."""

from __future__ import annotations

import html
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QToolButton, QWidget

from app import texts, theme
from app.completeness import DETAILS_TIP, completeness_line
from app.elided_label import ElidedLabel
from app.notify import Notifier
from app.words import tr, without_key
from engine.messages import Notice, Progress
from engine.types import LibraryStatus, SearchResult

BAR_WIDTH_PX = 110
_DEVICE_NOTICES = ("gpu-unusable", "openvino-unusable", "network-failed")


class StatusLine(QWidget):
    """Left what concerns the search, right what concerns indexing.

    Signals:
        details_requested(): of what was searched.
    """

    details_requested = Signal()

    def __init__(self, notifier: Notifier, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search = self._add_label()
        self._details = QToolButton(self)
        self._details.setToolTip(DETAILS_TIP)
        self._details.setAccessibleDescription(DETAILS_TIP)
        self._details.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.set_role(self._details, "small")
        self._details.clicked.connect(self.details_requested)
        self._details.hide()
        self._result: SearchResult | None = None
        self._status: LibraryStatus | None = None
        self._options = QWidget(self)  # choices about the search
        self._options_row = QHBoxLayout(self._options)
        self._options_row.setContentsMargins(0, 0, 0, 0)
        self._options_row.setSpacing(theme.SPACE_XS)
        self._options.hide()
        self._remark = self._add_label("remark", may_yield=True)
        self._work = self._add_label(may_yield=True)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(BAR_WIDTH_PX)
        self._bar.setAccessibleName(tr("Indexing"))
        self._library = self._add_label(may_yield=True)
        self._device = self._add_label()
        self._device_name = self._device_notice = ""
        self._tell_why()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_M, theme.SPACE_XS, theme.SPACE_M, theme.SPACE_S)
        layout.setSpacing(theme.SPACE_L)
        layout.addWidget(self._search)
        layout.addWidget(self._details)
        layout.addWidget(self._options)
        layout.addStrut(QToolButton().sizeHint().height())  # also while they are hidden
        layout.addWidget(self._remark, 1)
        for widget in (self._work, self._bar, self._library, self._device):
            layout.addWidget(widget)
        self.show_progress(None)
        self._search.setText(texts.STARTING)
        notifier.remarked.connect(self._on_remarked)
        self._on_remarked(notifier.remark())

    def add_search_option(self, action: QAction) -> None:
        """Offer this choice beside what is told about a search, whenever there is one."""
        button = QToolButton(self._options)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setDefaultAction(action)
        action.changed.connect(partial(_name_after, button, action))  # the button has followed it by then
        _name_after(button, action)
        self._options_row.addWidget(button)

    def show_searching(self) -> None:
        """A search takes longer than the blink of an eye."""
        self._say(texts.SEARCHING)

    def show_result(self, result: SearchResult) -> None:
        """How much was searched, and how fast."""
        self._result = result
        self._tell_search()
        self._options.show()

    def show_no_search(self) -> None:
        """There is no search to tell about."""
        self._result = None
        self._say("")
        self._options.hide()

    def show_status(self, status: LibraryStatus) -> None:
        """What is in the library, and the device in use."""
        self._status = status
        if self._details.isVisibleTo(self):
            self._tell_search()
        self._library.setText(texts.library_line(status))
        self._device.setText(texts.device(status.device))
        self._device_name = status.device
        self._tell_why()

    def show_notice(self, notice: Notice) -> None:
        """Keep why the fastest device is not used, for who points at the one that is."""
        if notice.key in _DEVICE_NOTICES:
            self._device_notice = texts.sentence(notice.sentence)
            self._tell_why()

    def show_progress(self, progress: Progress | None) -> None:
        """How far indexing is, or None when nothing is being done."""
        is_working = progress is not None
        self._bar.setVisible(is_working)
        self._work.setVisible(is_working)
        self._library.setVisible(not is_working)
        if progress is None:
            return
        self._work.setText(texts.progress_line(progress))
        place = html.escape(texts.printable(progress.place))
        self._work.setToolTip(f"<span>{place}</span>" if place else "")
        fill_bar(self._bar, progress)

    def text(self) -> str:
        """All that is shown, left to right."""
        labels = (self._search, self._details, self._remark, self._work, self._library, self._device)
        return texts.joined(*(label.text() for label in labels if not label.isHidden()))

    def _tell_why(self) -> None:
        reason = self._device_notice or texts.device_reason(self._device_name)
        self._device.setToolTip(f"{texts.DEVICE_TIP}. {reason}" if reason else texts.DEVICE_TIP)

    def _say(self, text: str) -> None:
        """Say something of the search that has no details."""
        self._search.setText(text)
        self._search.show()
        self._details.hide()

    def _tell_search(self) -> None:
        if self._result is not None:
            self._details.setText(completeness_line(self._result, self._status))
            self._details.setAccessibleName(self._details.text())
            self._details.show()
            self._search.hide()

    def _on_remarked(self, remark: str) -> None:
        self._remark.setText(texts.printable(remark))

    def _add_label(self, role: str = "small", may_yield: bool = False) -> QLabel:
        label = _YieldingLabel(self) if may_yield else QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(label, role)
        return label


class _YieldingLabel(ElidedLabel):
    """As wide as its text where there is room; where there is not, its end goes, and the window need not be wider."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def shown_text(self) -> str:
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width())


def _name_after(button: QToolButton, action: QAction) -> None:
    button.setText(without_key(action.text()))
    button.setAccessibleName(button.text())
    button.setAccessibleDescription(action.toolTip())


def fill_bar(bar: QProgressBar, progress: Progress) -> None:
    """Set a bar to a job's progress; without a known end it runs to and fro."""
    is_held = progress.paused or progress.on_battery or progress.in_use
    if not progress.total or (is_held and not progress.done):
        bar.setRange(0, 1 if is_held else 0)
        return
    bar.setRange(0, progress.total)
    bar.setValue(min(progress.done, progress.total))
