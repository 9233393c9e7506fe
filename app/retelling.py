"""Changes the texts of widgets that are there already, when another language is chosen. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable

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


def retell(tell: Tell) -> None:
    """Put every text of every widget and action through `tell`, which leaves alone what it does not know."""
    for widget in QApplication.allWidgets():
        _retell_widget(widget, tell)
    for window in QApplication.topLevelWidgets():
        for action in window.findChildren(QAction):
            _set(action.text, action.setText, tell)
            _set(action.toolTip, action.setToolTip, tell)


def _retell_widget(widget: QWidget, tell: Tell) -> None:
    for get, put in (
        (widget.windowTitle, widget.setWindowTitle),
        (widget.toolTip, widget.setToolTip),
        (widget.accessibleName, widget.setAccessibleName),
        (widget.accessibleDescription, widget.setAccessibleDescription),
    ):
        _set(get, put, tell)
    match widget:
        case QLabel() | QAbstractButton():
            _set(widget.text, widget.setText, tell)
        case QMenu():
            _set(widget.title, widget.setTitle, tell)
        case QLineEdit():
            _set(widget.placeholderText, widget.setPlaceholderText, tell)
        case QSpinBox():
            _set(widget.suffix, widget.setSuffix, tell)
        case QComboBox():
            for row in range(widget.count()):
                widget.setItemText(row, tell(widget.itemText(row)))
        case QAbstractItemView():
            _retell_items(widget, tell)


def _retell_items(view: QAbstractItemView, tell: Tell) -> None:
    if isinstance(view, QListWidget):
        for row in range(view.count()):
            view.item(row).setText(tell(view.item(row).text()))
    elif isinstance(view, QTreeWidget):
        root = view.invisibleRootItem()
        for item in (view.headerItem(), *_below(root)):
            for column in range(view.columnCount()):
                item.setText(column, tell(item.text(column)))
    elif isinstance(view, QTableWidget):
        for column in range(view.columnCount()):
            if (item := view.horizontalHeaderItem(column)) is not None:
                item.setText(tell(item.text()))
    view.viewport().update()  # models of our own tell their words when they are asked


def _below(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    children = [item.child(row) for row in range(item.childCount())]
    return [*children, *(below for child in children for below in _below(child))]


def _set(get: Callable[[], str], put: Callable[[str], object], tell: Tell) -> None:
    text = get()
    if text and not text.startswith("<"):  # names of files stand in tags, so that they cannot draw
        told = tell(text)
        if told != text:
            put(told)
