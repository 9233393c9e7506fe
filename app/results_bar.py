"""What stands above the results: how many there are, the least score, order, sections, stacks, filters, size."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSlider, QToolButton, QWidget

from app import icons, result_texts, theme
from app.flow_layout import FlowLayout
from app.score_slider import ScoreSlider
from app.settings import MAX_THUMBNAIL_PX, MIN_THUMBNAIL_PX

_SIZE_PX, _SIZE_STEP_PX = 84, 8


class ChoiceButton(QToolButton):
    """A button with a menu of which one is chosen; it shows which.

    Args:
        icon: its name.
        name: what is chosen.
        choices: value -> words; the first is the usual one.
        is_quiet: the usual one is not told but in the tip.

    Signals:
        chosen(str): the value.
    """

    chosen = Signal(str)

    def __init__(
        self, icon: str, name: str, choices: Mapping[str, str], parent: QWidget, is_quiet: bool = False
    ) -> None:
        super().__init__(parent)
        self._usual, self._is_quiet = next(iter(choices)), is_quiet
        icons.set_icon(self, icon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.set_role(self, "menu")
        menu = QMenu(name, self)
        group = QActionGroup(menu)
        self._actions: dict[str, QAction] = {}
        for value, words in choices.items():
            action = menu.addAction(words)
            action.setCheckable(True)
            action.triggered.connect(partial(self.choose, value))
            group.addAction(action)
            self._actions[value] = action
        self.setMenu(menu)
        self.show_value(self._usual)

    def choose(self, value: str, _is_checked: bool = True) -> None:
        """Choose a value as the user would."""
        self.show_value(value)
        self.chosen.emit(value)

    def show_value(self, value: str) -> None:
        """Show which value is in force."""
        self._actions[value].setChecked(True)
        is_usual = self._is_quiet and value == self._usual
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(style.ToolButtonIconOnly if is_usual else style.ToolButtonTextBesideIcon)
        words = self._actions[value].text()
        self.setText(words)
        self.setToolTip(f"{self.menu().title()}: {words}")
        self.setAccessibleName(f"{self.menu().title()}: {words}")


class ResultsBar(QWidget):
    """The controls, in one line if there is room.

    Signals:
        least_score_chosen(float): 0..1, by the user.
        order_chosen(str), grouping_chosen(str): see `result_texts`.
        stacks_toggled(bool), filters_toggled(bool): by the user.
        thumbnail_size_chosen(int): logical pixels.
    """

    least_score_chosen = Signal(float)
    order_chosen = Signal(str)
    grouping_chosen = Signal(str)
    stacks_toggled = Signal(bool)
    filters_toggled = Signal(bool)
    thumbnail_size_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = QLabel(self)
        self.score = ScoreSlider(self)
        self._percent = QLabel(self)
        self.order = ChoiceButton("sort", result_texts.SORT_BY, result_texts.ORDERS, self)
        self.grouping = ChoiceButton("group", result_texts.GROUP_BY, result_texts.GROUPINGS, self, is_quiet=True)
        self.stacks = self._toggle("stack", result_texts.STACKS)
        self.filters = self._toggle("filter", result_texts.FILTERS)
        self.size = QSlider(Qt.Orientation.Horizontal, self)
        self._lay_out()
        self.score.valueChanged.connect(self._on_score_changed)
        self.order.chosen.connect(self.order_chosen)
        self.grouping.chosen.connect(self.grouping_chosen)
        self.stacks.clicked.connect(self.stacks_toggled)
        self.filters.clicked.connect(self.filters_toggled)
        self.size.valueChanged.connect(self.thumbnail_size_chosen)

    def _toggle(self, icon: str, name: str) -> QToolButton:
        button = QToolButton(self)
        icons.set_icon(button, icon)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setToolTip(name)
        button.setAccessibleName(name)
        return button

    def _lay_out(self) -> None:
        self._count.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(self._count, "strong")
        theme.set_role(self._percent, "small")
        self._percent.setFixedWidth(self._percent.fontMetrics().horizontalAdvance("≥ 100 %"))
        self.size.setRange(MIN_THUMBNAIL_PX, MAX_THUMBNAIL_PX)
        self.size.setSingleStep(_SIZE_STEP_PX)
        self.size.setPageStep(4 * _SIZE_STEP_PX)
        self.size.setFixedWidth(_SIZE_PX)
        self.size.setAccessibleName(result_texts.THUMBNAIL_SIZE)
        self.size.setToolTip(result_texts.THUMBNAIL_SIZE)
        layout = FlowLayout(theme.SPACE_S, self)
        layout.setContentsMargins(theme.SPACE_XS, 0, theme.SPACE_XS, 0)
        for widget in (self._count, self.score, self._percent):
            layout.addWidget(widget)
        right = QWidget(self)  # they stay side by side
        row = QHBoxLayout(right)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE_XS)
        for widget in (self.order, self.grouping, self.stacks, self.filters, self.size):
            row.addWidget(widget)
        layout.add_right(right)

    def show_counts(self, n_shown: int, n_good: int) -> None:
        """How many photos are shown, of how many that are good enough."""
        self._count.setText(result_texts.shown_line(n_shown, n_good))

    def count_text(self) -> str:
        """What it says of the number of photos."""
        return self._count.text()

    def show_least_score(self, score: float) -> None:
        """Show the least score in force, 0..1."""
        self.score.blockSignals(True)
        self.score.setValue(round(score * 100))
        self.score.blockSignals(False)
        self.score.update()
        self._show_percent()

    def show_thumbnail_size(self, side_px: int) -> None:
        """Show the size in force."""
        self.size.blockSignals(True)
        self.size.setValue(side_px)
        self.size.blockSignals(False)

    def _show_percent(self) -> None:
        self._percent.setText(f"≥ {self.score.value()} %")

    def _on_score_changed(self, percent: int) -> None:
        self._show_percent()
        self.least_score_chosen.emit(percent / 100)
