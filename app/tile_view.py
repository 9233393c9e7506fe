"""A view of many tiles that costs only what is in sight. GUI thread only.

Qt's own list view lays out every row, which a hundred thousand of them can be felt by, and knows no sections.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QCursor, QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QWidget

from app import texts, theme
from app.tile_layout import TileLayout

Action = QAbstractItemView.CursorAction
_HEADER_SPACE_PX = theme.SPACE_M + theme.SPACE_XS


class TileView(QAbstractItemView):
    """Shows the rows of a list model as tiles of one size; the delegate's `sizeHint` without an index says which.

    Who changes the size or the sections calls `lay_out`; changes of the model are followed.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = TileLayout((), 1, (1, 1))
        self._sections: list[tuple[str, int]] = []
        self._hovered_row = -1
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)

    # ---- for subclasses -------------------------------------------------------------------------------------------

    def sections(self) -> list[tuple[str, int]]:
        """The title and the number of rows of each section; one without a title is not told from the others."""
        n_rows = self.model().rowCount() if self.model() is not None else 0
        return [("", n_rows)] if n_rows else []

    def cell_size(self) -> QSize:
        """The least size of a cell in logical pixels."""
        return self.itemDelegate().sizeHint(QStyleOptionViewItem(), QModelIndex())

    # ---- layout ---------------------------------------------------------------------------------------------------

    def lay_out(self) -> None:
        """Lay the tiles out anew, for this width, size and model."""
        sections = self._sections = self.sections()
        has_headers = any(title for title, _ in sections)
        cell = self.cell_size()
        room_px = self.viewport().width()
        header_px = self.fontMetrics().height() + 2 * _HEADER_SPACE_PX if has_headers else 0
        counts = [n for _, n in sections]
        self._layout = TileLayout(counts, room_px, (cell.width(), cell.height()), header_px)
        self._set_scroll_range()
        self.viewport().update()

    def n_columns(self) -> int:
        """How many tiles stand side by side."""
        return self._layout.n_columns

    def visible_rows(self) -> range:
        """The rows that are at least partly in view."""
        top = self.verticalOffset()
        return self._layout.rows_between(top, top + self.viewport().height())

    def top_of(self, row: int) -> int:
        """How far a row's cell lies below the first pixel of all."""
        return self._layout.rect(row)[1]

    def _set_scroll_range(self) -> None:
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self._layout.height_px - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(max(1, self._layout.line_px // 3))

    def doItemsLayout(self) -> None:
        self.lay_out()
        super().doItemsLayout()

    def updateGeometries(self) -> None:
        super().updateGeometries()
        self._set_scroll_range()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lay_out()

    def reset(self) -> None:
        super().reset()
        self._hovered_row = -1
        self.lay_out()

    def setModel(self, model: QAbstractItemModel) -> None:
        super().setModel(model)
        model.rowsRemoved.connect(self.lay_out)
        self.lay_out()

    def rowsInserted(self, parent: QModelIndex, start: int, end: int) -> None:
        self.lay_out()
        super().rowsInserted(parent, start, end)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().scroll(dx, dy)
        self._follow_pointer(self.viewport().mapFromGlobal(QCursor.pos()))

    # ---- what the base class asks for -------------------------------------------------------------------------------

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, _index: QModelIndex) -> bool:
        return False

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self._layout.row_at(point.x(), point.y() + self.verticalOffset())
        return QModelIndex() if row is None else self.model().index(row, 0)

    def visualRect(self, index: QModelIndex) -> QRect:
        if not index.isValid() or index.row() >= self._layout.n_rows:
            return QRect()
        return QRect(*self._layout.rect(index.row())).translated(0, -self.verticalOffset())

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        visible = self.visible_rows()
        for part in selection:
            for row in range(max(part.top(), visible.start), min(part.bottom() + 1, visible.stop)):
                region += self.visualRect(self.model().index(row, 0))
        return region

    def scrollTo(
        self, index: QModelIndex, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        rect, height = self.visualRect(index), self.viewport().height()
        if rect.isNull():
            return
        bar, hints = self.verticalScrollBar(), QAbstractItemView.ScrollHint
        if hint == hints.PositionAtCenter:
            bar.setValue(bar.value() + rect.center().y() - height // 2)
        elif hint == hints.PositionAtTop or (rect.top() < 0 and hint != hints.PositionAtBottom):
            is_first_line = self._layout.section_of(index.row()) == 0 and index.row() < self._layout.n_columns
            bar.setValue(0 if is_first_line else bar.value() + rect.top())
        elif hint == hints.PositionAtBottom or rect.bottom() >= height:
            bar.setValue(bar.value() + rect.bottom() + 1 - height)

    def moveCursor(self, action: Action, _modifiers: Qt.KeyboardModifier) -> QModelIndex:
        current = self.currentIndex()
        last = self._layout.n_rows - 1
        if last < 0:
            return QModelIndex()
        if not current.isValid():
            return self.model().index(0, 0)
        row = current.row()
        page = max(1, self.viewport().height() // self._layout.line_px)
        lines = {Action.MoveUp: -1, Action.MoveDown: 1, Action.MovePageUp: -page, Action.MovePageDown: page}
        steps = {Action.MoveLeft: -1, Action.MovePrevious: -1, Action.MoveRight: 1, Action.MoveNext: 1}
        if action in lines:
            row = self._layout.below(row, lines[action])
        elif action in steps:
            row = min(max(row + steps[action], 0), last)
        else:
            row = 0 if action == Action.MoveHome else last
        return self.model().index(row, 0)

    def keyboardSearch(self, _search: str) -> None:
        """Letters are commands here; looking through all names would hold the window up, too."""

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Drawn with the mouse: all tiles it touches. By keys or clicks: all rows from its first corner to its last."""
        if self.state() == QAbstractItemView.State.DragSelectingState:
            selection = self._touched_by(rect.normalized().translated(0, self.verticalOffset()))
        else:
            selection = QItemSelection()
            first, last = self._row_near(rect.topLeft()), self._row_near(rect.bottomRight())
            if first is not None and last is not None:
                self._add(selection, min(first, last), max(first, last))
        self.selectionModel().select(selection, command)

    def _touched_by(self, rect: QRect) -> QItemSelection:
        """The tiles that a rectangle of the whole layout touches, a line at a time."""
        selection, layout = QItemSelection(), self._layout
        left = max(rect.left() // layout.column_px, 0)
        right = min(rect.right() // layout.column_px, layout.n_columns - 1)
        rows = layout.rows_between(rect.top(), rect.bottom() + 1)
        row = rows.start
        while row < rows.stop and left <= right:
            after = self._end_of_line(row)
            if row + left < after:
                self._add(selection, row + left, min(row + right, after - 1))
            row = after
        return selection

    def _end_of_line(self, row: int) -> int:
        """The first row after the line that begins with this one."""
        top = self._layout.rect(row)[1]
        return self._layout.rows_between(top, top + 1).stop

    def _row_near(self, point: QPoint) -> int | None:
        return self._layout.row_at(point.x(), point.y() + self.verticalOffset())

    def _add(self, selection: QItemSelection, first: int, last: int) -> None:
        selection.select(self.model().index(first, 0), self.model().index(last, 0))

    # ---- painting ---------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        offset = self.verticalOffset()
        area = event.rect()
        top, bottom = area.top() + offset, area.bottom() + 1 + offset
        for section, header_top in self._layout.headers_between(top, bottom):
            self._paint_header(painter, header_top - offset, *self._sections[section])
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        base_state = option.state & ~QStyle.StateFlag.State_MouseOver
        selection, delegate, model = self.selectionModel(), self.itemDelegate(), self.model()
        focused_row = self.currentIndex().row() if self.hasFocus() else -1
        for row in self._layout.rows_between(top, bottom):
            index = model.index(row, 0)
            option.rect = QRect(*self._layout.rect(row)).translated(0, -offset)
            option.state = base_state
            if selection.isSelected(index):
                option.state |= QStyle.StateFlag.State_Selected
            if row == self._hovered_row:
                option.state |= QStyle.StateFlag.State_MouseOver
            if row == focused_row:
                option.state |= QStyle.StateFlag.State_HasFocus
            delegate.paint(painter, option, index)
        painter.end()

    def _paint_header(self, painter: QPainter, top: int, title: str, n_rows: int) -> None:
        """A section's title and, more quietly, how many photos are in it."""
        font = theme.font_of("body", bold=True)
        painter.setFont(font)
        area = QRect(theme.SPACE_S, top, self.viewport().width() - 2 * theme.SPACE_S, self._layout.header_px)
        align = Qt.AlignmentFlag.AlignBottom
        area.adjust(0, 0, 0, -theme.SPACE_S)
        metrics = painter.fontMetrics()
        count = texts.count(n_rows)
        room_px = area.width() - metrics.horizontalAdvance(count) - theme.SPACE_M
        shown = metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, room_px)
        painter.setPen(theme.color(theme.tokens().text))
        painter.drawText(area, align, shown)
        area.adjust(metrics.horizontalAdvance(shown) + theme.SPACE_S, 0, 0, 0)
        painter.setFont(theme.font_of("body"))
        painter.setPen(theme.color(theme.tokens().text_muted))
        painter.drawText(area, align, count)

    # ---- the pointer ------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._follow_pointer(event.position().toPoint())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)

    def _follow_pointer(self, point: QPoint) -> None:
        is_over = self.viewport().underMouse() and self.viewport().rect().contains(point)
        self._hover(self.indexAt(point).row() if is_over else -1)

    def _hover(self, row: int) -> None:
        if row != self._hovered_row:
            before, self._hovered_row = self._hovered_row, row
            for changed in (before, row):
                if changed >= 0:
                    self.update(self.model().index(changed, 0))
