"""The filters as chips: one for each quality of a photo, filled while it leaves photos out. GUI thread only."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from app import icons, result_texts, theme
from app.columns import MEGAPIXELS, UNKNOWN, Columns, Facet
from app.date_range import DateRange, range_in
from app.date_range_editor import DateRangeEditor, range_words
from app.facet_popup import Choice, FacetPopup
from app.flow_layout import FlowLayout

_SHAPES = ("landscape", "portrait", "square")
_CHIP_PX = 170  # the widest a chip becomes by what is chosen
_CHIP_HEIGHT_PX = 28


class Chip(QFrame):
    """A button that opens the values of a filter; while some are chosen it names them, and can be cleared.

    Signals:
        pressed_open(): the values are to be shown.
        cleared(): all values are wanted again.
    """

    pressed_open = Signal()
    cleared = Signal()

    def __init__(self, facet: Facet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facet = facet
        self.button = QToolButton(self)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clear_button = QToolButton(self)
        self.clear_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        icons.set_icon(self.clear_button, "close")
        self.clear_button.setAccessibleName(result_texts.clear_chip(facet.value))
        self.clear_button.setToolTip(result_texts.clear_chip(facet.value))
        self.setFixedHeight(max(_CHIP_HEIGHT_PX, self.button.sizeHint().height() + 2))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_XS, 0, theme.SPACE_XS, 0)
        layout.setSpacing(0)
        layout.addWidget(self.button)
        layout.addWidget(self.clear_button)
        self.button.clicked.connect(self.pressed_open)
        self.clear_button.clicked.connect(self.cleared)
        self.set_chosen([])

    def set_chosen(self, words: Sequence[str]) -> None:
        """Name what is chosen; nothing: the filter lets all photos through."""
        text = result_texts.chip(self._facet.value, words)
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, _CHIP_PX)
        self.button.setText(shown.replace("&", "&&"))
        name = result_texts.FACETS[self._facet.value]
        self.button.setAccessibleName(f"{name}: {', '.join(words)}" if words else name)
        self.button.setToolTip("\n".join(words) if words else "")
        self.clear_button.setVisible(bool(words))
        theme.set_role(self, "chip-on" if words else "chip")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.clear_button.isVisible():
            self.cleared.emit()
            self.button.setFocus()
        else:
            super().keyPressEvent(event)


class FilterBar(QWidget):
    """The chips in a row, and a button that clears all.

    Signals:
        chosen(Facet, frozenset[str]): these values of a quality are wanted; none: all.
        all_cleared()
    """

    chosen = Signal(object, object)
    all_cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = Columns(())
        self._rows: Sequence[int] = ()
        self._wanted: dict[Facet, frozenset[str]] = {}
        self.popup: FacetPopup | None = None
        layout = FlowLayout(theme.SPACE_XS, self)
        self.chips = {facet: Chip(facet, self) for facet in Facet}
        for facet, chip in self.chips.items():
            layout.addWidget(chip)
            chip.pressed_open.connect(partial(self._open, facet))
            chip.cleared.connect(partial(self.chosen.emit, facet, frozenset()))
        self._clear_all = QPushButton(result_texts.CLEAR_FILTERS, self)
        theme.set_role(self._clear_all, "link")
        self._clear_all.clicked.connect(self.all_cleared)
        layout.addWidget(self._clear_all)
        self.setAccessibleName(result_texts.FILTERS)
        self.show_chosen({})

    def set_hits(self, columns: Columns, rows: Sequence[int]) -> None:
        """Offer the values that these rows have; until the columns are filled nothing can be opened."""
        self._columns, self._rows = columns, rows
        for chip in self.chips.values():
            chip.button.setEnabled(columns.is_filled)

    def show_chosen(self, wanted: dict[Facet, frozenset[str]]) -> None:
        """Show which values are wanted."""
        self._wanted = dict(wanted)
        for facet, chip in self.chips.items():
            chip.set_chosen(self._words_chosen(facet))
        self._clear_all.setVisible(len(self._wanted) > 1)

    def _words_chosen(self, facet: Facet) -> list[str]:
        wanted = self._wanted.get(facet, frozenset())
        if facet is Facet.SIZE and wanted:
            return [result_texts.least_size(MEGAPIXELS[int(min(wanted)) - 1])]
        if facet is Facet.TAKEN and (span := range_in(wanted)) is not None:
            return [range_words(span)]
        return sorted(result_texts.value_words(facet.value, value) for value in wanted)

    def choices(self, facet: Facet) -> list[Choice]:
        """The values that can be ticked, most useful first."""
        counts = self._columns.count(facet, self._rows)
        if facet is Facet.SIZE:
            return [
                Choice(
                    str(reached),
                    result_texts.least_size(megapixels),
                    sum(n for value, n in counts.items() if int(value) >= reached),
                )
                for reached, megapixels in enumerate(MEGAPIXELS, start=1)
            ]
        wanted = self._wanted.get(facet, frozenset())
        values = {*counts, *(() if facet is Facet.TAKEN and range_in(wanted) else wanted)}
        order = sorted(values, key=lambda value: (value == UNKNOWN, *self._place(facet, value, counts[value])))
        return [Choice(value, result_texts.value_words(facet.value, value), counts[value]) for value in order]

    @staticmethod
    def _place(facet: Facet, value: str, n: int) -> tuple[int, str]:
        """What is sorted by: years from the newest on, shapes as one says them, all else by how often it is."""
        if facet is Facet.TAKEN:
            return -int(value or 0), value
        return (_SHAPES.index(value), value) if facet is Facet.SHAPE else (-n, value)

    def _open(self, facet: Facet) -> None:
        if not self._columns.is_filled:
            return
        wanted = self._wanted.get(facet, frozenset())
        is_single = facet is Facet.SIZE
        ticked = frozenset({min(wanted)}) if is_single and wanted else wanted
        title = result_texts.FACETS[facet.value]
        self.popup = FacetPopup(title, self.choices(facet), ticked, is_single, self)
        self.popup.changed.connect(partial(self._on_ticked, facet))
        if facet is Facet.TAKEN and (days := self._columns.days(self._rows)) is not None:
            editor = DateRangeEditor(days, range_in(wanted), self.popup)
            editor.changed.connect(self._on_range_chosen)
            self.popup.add_above(editor)
        self.popup.open_below(self.chips[facet])

    def _on_range_chosen(self, span: DateRange) -> None:
        if self.popup is not None:
            self.popup.untick_all()
        self.chosen.emit(Facet.TAKEN, frozenset({span.value}))

    def _on_ticked(self, facet: Facet, ticked: frozenset[str]) -> None:
        if facet is Facet.SIZE and ticked:
            ticked = frozenset(map(str, range(int(min(ticked)), len(MEGAPIXELS) + 1)))
        self.chosen.emit(facet, ticked)
