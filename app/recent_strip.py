"""The recent query pictures as small tiles, on a page or in a list that opens at a button. GUI thread only."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app import query_texts, theme
from app.part_marks import marks_in
from app.part_words import part_words
from app.picture_view import draw_marks
from app.recent import MOST, Recent, RecentQueries
from app.texts import printable

TILE_PX = (116, 84)
N_COLUMNS = 4
_INSET_PX = 3
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -N_COLUMNS,
    Qt.Key.Key_Down: N_COLUMNS,
}


class RecentTile(QAbstractButton):
    """One query: its picture with the boxes in it.

    Signals:
        forget_wanted()
        step_wanted(int): to the tile so many places on.
    """

    forget_wanted = Signal()
    step_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recent: Recent | None = None
        self._image = QImage()
        self.setFixedSize(*TILE_PX)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleDescription(query_texts.RECENT_KEYS)
        theme.signals.changed.connect(self.update)

    def show_recent(self, recent: Recent) -> None:
        """Show this query."""
        if recent != self._recent:
            self._recent = recent
            self._image = QImage.fromData(recent.picture)
        name = printable(recent.source.name)
        words = [part_words(part) for part in recent.parts]
        is_plain = len(recent.parts) == 1 and recent.parts[0].box is None
        self.setAccessibleName(query_texts.recent_name(name, words))
        self.setToolTip(name if is_plain else "\n".join(words))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(*TILE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        room = QRectF(self.rect()).adjusted(_INSET_PX, _INSET_PX, -_INSET_PX, -_INSET_PX)
        rounded = QPainterPath()
        rounded.addRoundedRect(room, theme.RADIUS_PX, theme.RADIUS_PX)
        painter.fillPath(rounded, theme.color(tokens.pressed if self.isDown() else tokens.sunken))
        if self._recent is not None and not self._image.isNull():
            painter.setClipPath(rounded)
            area = _fitted(self._image.size(), room)
            painter.drawImage(area, self._image)
            draw_marks(painter, area, marks_in(self._recent.source, self._recent.parts))
            painter.setClipping(False)
        if self.hasFocus() or self.underMouse():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color(tokens.accent if self.hasFocus() else tokens.border_strong), 2))
            painter.drawRoundedRect(room.adjusted(-1.5, -1.5, 1.5, 1.5), theme.RADIUS_PX + 1, theme.RADIUS_PX + 1)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in _STEPS:
            self.step_wanted.emit(_STEPS[Qt.Key(key)])
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.forget_wanted.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(query_texts.SEARCH_AGAIN, self.click)
        menu.addAction(query_texts.FORGET_ONE, self.forget_wanted.emit)
        menu.popup(event.globalPos())


class RecentStrip(QWidget):
    """The tiles with a title, and a button to forget all; hidden while there are none.

    Signals:
        chosen(Recent): it is to be searched for again.
    """

    chosen = Signal(object)

    def __init__(self, recent: RecentQueries, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recent = recent
        title = QLabel(query_texts.RECENT, self)
        theme.set_role(title, "small")
        self._forget = QPushButton(query_texts.FORGET_ALL, self)
        theme.set_role(self._forget, "link")
        self._forget.clicked.connect(recent.forget_all)
        self.tiles = [self._tile(at) for at in range(MOST)]
        header = QHBoxLayout()
        header.addWidget(title, 1)
        header.addWidget(self._forget)
        grid = QGridLayout()
        grid.setSpacing(theme.SPACE_XS)
        for at, tile in enumerate(self.tiles):
            grid.addWidget(tile, at // N_COLUMNS, at % N_COLUMNS)
        grid.setColumnStretch(N_COLUMNS, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_XS)
        layout.addLayout(header)
        layout.addLayout(grid)
        recent.changed.connect(self._show)
        self._show()

    def focus_first(self) -> None:
        """Have the keyboard on the newest one."""
        self.tiles[0].setFocus()

    def _tile(self, at: int) -> RecentTile:
        tile = RecentTile(self)
        # One stop of the Tab key for all: from there the arrow keys lead on.
        tile.setFocusPolicy(Qt.FocusPolicy.StrongFocus if at == 0 else Qt.FocusPolicy.ClickFocus)
        tile.clicked.connect(partial(self._choose, at))
        tile.forget_wanted.connect(partial(self._forget_one, at))
        tile.step_wanted.connect(partial(self._step, at))
        return tile

    def _show(self) -> None:
        shown = self._recent.all()
        for tile, recent in zip(self.tiles, shown, strict=False):
            tile.show_recent(recent)
        for at, tile in enumerate(self.tiles):
            tile.setVisible(at < len(shown))
        self.setVisible(bool(shown))

    def _choose(self, at: int) -> None:
        self.chosen.emit(self._recent.all()[at])

    def _forget_one(self, at: int) -> None:
        self._recent.forget(self._recent.all()[at])
        left = len(self._recent.all())
        if left:
            self.tiles[min(at, left - 1)].setFocus()

    def _step(self, at: int, by: int) -> None:
        if 0 <= at + by < len(self._recent.all()):
            self.tiles[at + by].setFocus()


class RecentPopup(QFrame):
    """The strip in a list that opens at a button and closes with Escape, a choice, or a click elsewhere.

    Signals:
        chosen(Recent)
    """

    chosen = Signal(object)

    def __init__(self, recent: RecentQueries, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        theme.set_role(self, "popup")
        self.setAccessibleName(query_texts.RECENT)
        self.strip = RecentStrip(recent, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_M, theme.SPACE_M)
        layout.addWidget(self.strip)
        self.strip.chosen.connect(self._on_chosen)
        recent.changed.connect(self._on_changed)

    def open_at(self, widget: QWidget) -> None:
        """Show it above or below a widget, on its screen, with the keyboard in it."""
        self.adjustSize()
        place = widget.mapToGlobal(QPoint(0, -self.height() - 2))
        room = widget.screen().availableGeometry()
        if place.y() < room.top():
            place.setY(widget.mapToGlobal(QPoint(0, widget.height() + 2)).y())
        place.setX(max(room.left(), min(place.x(), room.right() - self.width())))
        self.move(place)
        self.show()
        self.strip.focus_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _on_chosen(self, recent: Recent) -> None:
        self.close()
        self.chosen.emit(recent)

    def _on_changed(self) -> None:
        if self.strip.isHidden():  # all are forgotten
            self.close()
        else:
            self.adjustSize()


def _fitted(size: QSize, room: QRectF) -> QRectF:
    """A picture of this size in the middle of the room, as large as it fits."""
    scale = min(room.width() / size.width(), room.height() / size.height())
    width, height = size.width() * scale, size.height() * scale
    return QRectF(room.center().x() - width / 2, room.center().y() - height / 2, width, height)
