"""Changes the texts of widgets that are there already, when another language is chosen. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QSpinBox,
    QTableWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

Tell = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Change:
    """From one language to another, by way of English: what is not known stays as it is.

    Args:
        before: from English into the language there was.
        back: from that language into English; of texts that are the same in it, any.
        after: from English into the language there will be.
    """

    before: Tell
    back: Tell
    after: Tell

    def tell(self, text: str, english: str | None = None) -> tuple[str, str]:
        """A text in the new language, and in English, which is `english` if that is what the text says."""
        if english is None or self.before(english) != text:
            english = self.back(text)
        return self.after(english), english


def retell(change: Change) -> None:
    """Change every text of every widget and action."""
    for widget in QApplication.allWidgets():
        _retell_widget(widget, change)
    for window in QApplication.topLevelWidgets():
        for action in window.findChildren(QAction):
            _set(action, action.text, action.setText, change)
            _set(action, action.toolTip, action.setToolTip, change)


def _retell_widget(widget: QWidget, change: Change) -> None:
    for get, put in (
        (widget.windowTitle, widget.setWindowTitle),
        (widget.toolTip, widget.setToolTip),
        (widget.accessibleName, widget.setAccessibleName),
        (widget.accessibleDescription, widget.setAccessibleDescription),
    ):
        _set(widget, get, put, change)
    match widget:
        case QLabel() | QAbstractButton():
            _set(widget, widget.text, widget.setText, change)
        case QMenu():
            _set(widget, widget.title, widget.setTitle, change)
        case QLineEdit():
            _set(widget, widget.placeholderText, widget.setPlaceholderText, change)
        case QSpinBox():
            _set(widget, widget.suffix, widget.setSuffix, change)
        case QComboBox():
            for row in range(widget.count()):
                widget.setItemText(row, change.tell(widget.itemText(row))[0])
        case QAbstractItemView():
            _retell_items(widget, change)


def _retell_items(view: QAbstractItemView, change: Change) -> None:
    if isinstance(view, QListWidget):
        for row in range(view.count()):
            view.item(row).setText(change.tell(view.item(row).text())[0])
    elif isinstance(view, QTreeWidget):
        root = view.invisibleRootItem()
        for item in (view.headerItem(), *_below(root)):
            for column in range(view.columnCount()):
                item.setText(column, change.tell(item.text(column))[0])
    elif isinstance(view, QTableWidget):
        for column in range(view.columnCount()):
            if (item := view.horizontalHeaderItem(column)) is not None:
                item.setText(change.tell(item.text())[0])
    view.viewport().update()  # models of our own tell their words when they are asked


def _below(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    children = [item.child(row) for row in range(item.childCount())]
    return [*children, *(below for child in children for below in _below(child))]


def _set(owner: QObject, get: Callable[[], str], put: Callable[[str], object], change: Change) -> None:
    text = get()
    if not text or text.startswith("<"):  # names of files stand in tags, so that they cannot draw
        return
    kept = f"english-{get.__name__}"  # two texts may be the same in a language, so what it was is kept
    told, english = change.tell(text, owner.property(kept))
    if told != text:
        put(told)
        owner.setProperty(kept, english)
