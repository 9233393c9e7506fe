"""The view of tiles with keys, mouse and sections, on a model of plain words."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, QStringListModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate

from app.tile_view import TileView


class Square(QStyledItemDelegate):
    def sizeHint(self, _option, _index) -> QSize:
        return QSize(100, 50)


class Parted(TileView):
    """Sections of 4, 1 and 3 rows."""

    def sections(self):
        return [("May 2024", 4), ("April 2024", 1), ("Unknown", 3)]


@pytest.fixture
def view(qtbot):
    view = Parted()
    qtbot.addWidget(view)
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.setItemDelegate(Square(view))
    view.setModel(QStringListModel([str(number) for number in range(8)], view))
    view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.resize(330, 200)
    view.show()
    qtbot.waitExposed(view)
    return view


def center(view: TileView, row: int) -> QPoint:
    return view.visualRect(view.model().index(row, 0)).center()


def selected(view: TileView) -> list[int]:
    return sorted(index.row() for index in view.selectedIndexes())


def test_clicks_with_shift_and_control_select(qtbot, view):
    left = Qt.MouseButton.LeftButton
    shift, control = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    qtbot.mouseClick(view.viewport(), left, pos=center(view, 1))
    assert selected(view) == [1]
    qtbot.mouseClick(view.viewport(), left, shift, pos=center(view, 4))
    assert selected(view) == [1, 2, 3, 4]
    qtbot.mouseClick(view.viewport(), left, control, pos=center(view, 2))
    assert selected(view) == [1, 3, 4]
    qtbot.mouseClick(view.viewport(), left, pos=QPoint(250, center(view, 3).y()))  # beside a short line
    assert selected(view) == []


def test_keys_with_shift_select_a_range(qtbot, view):
    view.setCurrentIndex(view.model().index(2, 0))
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert selected(view) == [2, 3, 4]
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert selected(view) == [0]
    qtbot.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert selected(view) == list(range(8))


def test_dragging_over_tiles_selects_what_is_touched(qtbot, view):
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    start = QPoint(290, center(view, 3).y())
    qtbot.mousePress(view.viewport(), left, none, start)
    qtbot.mouseMove(view.viewport(), start - QPoint(20, 20))
    qtbot.mouseMove(view.viewport(), center(view, 1))
    qtbot.mouseRelease(view.viewport(), left, none, center(view, 1))
    assert selected(view) == [1, 2]


def test_scrolling_brings_a_row_into_view(view):
    for row in (7, 0, 5, 2):
        view.scrollTo(view.model().index(row, 0))
        assert view.viewport().rect().contains(view.visualRect(view.model().index(row, 0)))
        assert row in view.visible_rows()
    view.scrollTo(view.model().index(0, 0))
    assert view.verticalScrollBar().value() == 0  # with the header of the first section


def test_titles_of_sections_are_painted(view):
    def ink(rect: QRect) -> int:
        image = view.viewport().grab(rect).toImage()
        return len({image.pixel(x, y) for x in range(image.width()) for y in range(image.height())})

    assert ink(QRect(8, 0, 100, view.visualRect(view.model().index(0, 0)).top())) > 2


def test_letters_do_not_search(qtbot, view):
    view.setCurrentIndex(view.model().index(0, 0))
    qtbot.keyClick(view, Qt.Key.Key_7)
    assert view.currentIndex().row() == 0

