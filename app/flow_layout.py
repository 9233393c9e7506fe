"""A layout that puts widgets side by side and goes on in the next line where there is no room. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Widgets in lines, centred in the height of their line; hidden ones take no room.

    Args:
        spacing_px: between widgets, and between lines.
        parent: gets this layout.
    """

    def __init__(self, spacing_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._right: set[QWidget] = set()
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing_px)

    def add_right(self, widget: QWidget) -> None:
        """Add a widget that moves to the right end of its line, with all that follow it there."""
        self._right.add(widget)
        self.addWidget(widget)

    # ---- Qt's layout --------------------------------------------------------------------------------------------

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, place: int) -> QLayoutItem | None:
        return self._items[place] if 0 <= place < len(self._items) else None

    def takeAt(self, place: int) -> QLayoutItem | None:
        return self._items.pop(place) if 0 <= place < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), is_test=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._visible():
            size = size.expandedTo(item.minimumSize())
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, is_test=False)

    # ---- lines --------------------------------------------------------------------------------------------------

    def _visible(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _arrange(self, rect: QRect, is_test: bool) -> int:
        """Place the widgets in `rect`, unless it is a test -> the height they need."""
        inner = rect.marginsRemoved(self.contentsMargins())
        lines = self._lines(inner.width())
        y = inner.y()
        for line in lines:
            height = max(item.sizeHint().height() for item in line)
            if not is_test:
                self._place(line, QRect(inner.x(), y, inner.width(), height))
            y += height + self.spacing()
        used = y - self.spacing() if lines else y
        return used - rect.y() + self.contentsMargins().bottom()

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        x = 0
        for item in self._visible():
            item_width = item.sizeHint().width()
            if not lines or x + item_width > width:
                lines.append([])
                x = 0
            lines[-1].append(item)
            x += item_width + self.spacing()
        return lines

    def _place(self, line: list[QLayoutItem], room: QRect) -> None:
        x = room.x()
        needed = sum(item.sizeHint().width() for item in line) + self.spacing() * (len(line) - 1)
        for item in line:
            if item.widget() in self._right:
                x = max(x, x + room.width() - needed)
                needed = room.width()  # once in a line
            size = item.sizeHint().boundedTo(QSize(room.width(), room.height()))
            item.setGeometry(QRect(QPoint(x, room.y() + (room.height() - size.height()) // 2), size))
            x += size.width() + self.spacing()
