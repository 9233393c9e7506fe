"""The list of values of one filter, to be ticked. Opens below its chip and stays open while values are ticked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app import result_texts, theme
from app.texts import count

_WIDTH_PX, _MOST_VISIBLE, _SEARCH_FROM = 280, 10, 9
_VALUE = Qt.ItemDataRole.UserRole
_WORDS = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Choice:
    """A value as it is shown: its words, and how many hits have it."""

    value: str
    words: str
    n: int | None = None


class FacetPopup(QFrame):
    """Lets the user tick values; closes with Escape, or a click elsewhere.

    Args:
        title: what the values are.
        choices: the values, in the order shown.
        chosen: those that are ticked.
        is_single: only one can be: ticking another lets go of it.

    Signals:
        changed(frozenset[str]): these are ticked now.
    """

    changed = Signal(object)

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        chosen: frozenset[str],
        is_single: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._is_single = is_single
        self._search = QLineEdit(self)
        self._list = QListWidget(self)
        theme.set_role(self, "popup")
        theme.set_role(self._list, "plain")
        self.setFixedWidth(_WIDTH_PX)
        self.setAccessibleName(title)
        heading = QLabel(title, self)
        theme.set_role(heading, "small")
        self._search.setPlaceholderText(result_texts.SEARCH_VALUES)
        self._search.setAccessibleName(result_texts.SEARCH_VALUES)
        self._search.setVisible(len(choices) >= _SEARCH_FROM)
        self._list.setAccessibleName(title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_S, theme.SPACE_S, theme.SPACE_S, theme.SPACE_S)
        layout.setSpacing(theme.SPACE_XS)
        for widget in (heading, self._search, self._list):
            layout.addWidget(widget)
        self._fill(choices, chosen)
        self._search.textChanged.connect(self._on_search)
        self._list.installEventFilter(self)
        self._list.itemChanged.connect(self._on_changed)

    def add_above(self, widget: QWidget) -> None:
        """Offer something else above the list."""
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, widget)
        layout.insertSpacing(2, theme.SPACE_XS)

    def ticked(self) -> frozenset[str]:
        """The values that are ticked."""
        ticked = (item for item in self._items() if item.checkState() is Qt.CheckState.Checked)
        return frozenset(item.data(_VALUE) for item in ticked)

    def untick_all(self) -> None:
        """Take all ticks away, without a word."""
        self._untick_all_but(None)
        self._list.viewport().update()

    def open_below(self, widget: QWidget) -> None:
        """Show it below a widget, on its screen, with the keyboard in it."""
        self.adjustSize()
        place = widget.mapToGlobal(QPoint(0, widget.height() + 2))
        room = widget.screen().availableGeometry()
        place.setX(max(room.left(), min(place.x(), room.right() - self.width())))
        place.setY(max(room.top(), min(place.y(), room.bottom() - self.height())))
        self.move(place)
        self.show()
        self._list.setFocus()
        self._list.setCurrentRow(0)

    def choices(self) -> list[str]:
        """The words shown, without those that the search has left out."""
        return [item.text() for item in self._items() if not item.isHidden()]

    def tick(self, value: str, is_on: bool = True) -> None:
        """Tick a value as the user would, or take the tick away."""
        for item in self._items():
            if item.data(_VALUE) == value:
                item.setCheckState(Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(row) for row in range(self._list.count())]

    def _fill(self, choices: Sequence[Choice], chosen: frozenset[str]) -> None:
        for choice in choices:
            number = "" if choice.n is None else f"  ({count(choice.n)})"
            item = QListWidgetItem(f"{choice.words}{number}")
            item.setData(_VALUE, choice.value)
            item.setData(_WORDS, choice.words.casefold())
            item.setToolTip(choice.words)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if choice.value in chosen else Qt.CheckState.Unchecked)
            self._list.addItem(item)
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        row_px = max(self._list.sizeHintForRow(0), 24)
        self._list.setFixedHeight(min(max(len(choices), 1), _MOST_VISIBLE) * row_px + 2 * theme.SPACE_S)

    def _on_search(self, text: str) -> None:
        for item in self._items():
            item.setHidden(text.casefold() not in item.data(_WORDS))

    def _on_changed(self, changed: QListWidgetItem) -> None:
        if self._is_single and changed.checkState() is Qt.CheckState.Checked:
            self._untick_all_but(changed)
        self.changed.emit(self.ticked())

    def _untick_all_but(self, kept: QListWidgetItem | None) -> None:
        self._list.blockSignals(True)
        for item in self._items():
            if item is not kept:
                item.setCheckState(Qt.CheckState.Unchecked)
        self._list.blockSignals(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is typed in the list goes to the search."""
        if watched is self._list and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            text = event.text()
            if text.strip() and text.isprintable() and self._search.isVisible():
                self._search.setFocus()
                self._search.setText(self._search.text() + text)
                return True
        return False
