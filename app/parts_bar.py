"""The list of parts under the query picture: what each shows, whether it is wanted, and a way to be rid of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app import icons, theme
from app.actions import Scope, command_for
from app.drops import accept
from app.part_marks import color_of, draw_tag
from app.part_words import part_words, weight_words
from app.parts import MAX_WEIGHT, Part
from app.query_input import Use
from app.words import tr

_SIDE_PX = 32
_STEPS = {  # columns and lines
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class PartsBar(QWidget):
    """Shows the parts of a query if there are several. Pictures can be dropped on it.

    Signals, each about the part at a place of the list:
        chosen(int), toggled(int), removed(int)
        weight_changed(int, int): it is to count so much more.
        dropped(QMimeData, Use): to be added as a part, wanted or not.
    """

    chosen = Signal(int)
    toggled = Signal(int)
    removed = Signal(int)
    weight_changed = Signal(int, int)
    dropped = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips: list[PartChip] = []
        self._n_parts = 0
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.SPACE_XS)
        self._n_columns = 2
        self._grid.setColumnStretch(0, 1)
        self._hints = QWidget()
        hints = QHBoxLayout(self._hints)
        hints.setContentsMargins(0, 0, 0, 0)
        hints.setSpacing(theme.SPACE_XS)
        for use, words in ((Use.PART, tr("+ with it")), (Use.UNWANTED, tr("− without it"))):
            hint = _DropHint(words)
            hint.held.connect(self.show_drop_hint)
            hint.dropped.connect(partial(self._on_dropped, use))
            hints.addWidget(hint, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_XS)
        layout.addLayout(self._grid)
        layout.addWidget(self._hints)
        self.setAcceptDrops(True)
        self.setAccessibleName(tr("Parts searched for"))
        self.show_parts((), 0, lambda _part: QImage())
        self.show_drop_hint(False)

    def show_parts(self, parts: Sequence[Part], current: int, picture: Callable[[Part], QImage]) -> None:
        """Show these parts, if there are several or one that is not wanted; `picture` gives what one shows."""
        has_focus = self.has_focus()
        shown = parts if len(parts) > 1 or any(part.is_unwanted for part in parts) else ()
        while len(self._chips) < len(shown):
            self._add_chip()
        for at, chip in enumerate(self._chips):
            chip.setVisible(at < len(shown))
            if at < len(shown):
                chip.show_part(shown[at], at == current, len(shown), picture(shown[at]))
        self._n_parts = len(shown)
        self._fit()
        self._show_or_hide()
        if has_focus and shown:
            self._chips[current].setFocus()

    def has_focus(self) -> bool:
        """Whether the keyboard is on one of the parts."""
        return any(chip.hasFocus() for chip in self._chips)

    def show_drop_hint(self, is_on: bool) -> None:
        """Say that a picture can be dropped here, while one is held over the panel."""
        self._hints.setVisible(is_on)
        self._show_or_hide()

    def _show_or_hide(self) -> None:
        self.setVisible(self._n_parts > 0 or not self._hints.isHidden())

    def _add_chip(self) -> None:
        at = len(self._chips)
        chip = PartChip(at, self)
        chip.chosen.connect(self.chosen)
        chip.toggled.connect(self.toggled)
        chip.removed.connect(self.removed)
        chip.weight_changed.connect(self.weight_changed)
        chip.step_wanted.connect(self._step)
        self._chips.append(chip)
        self._place(chip, at)

    def _place(self, chip: PartChip, at: int) -> None:
        self._grid.addWidget(chip, at // self._n_columns, at % self._n_columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """One part beside another, or below where it is narrow or the type large."""
        needed = max((chip.sizeHint().width() for chip in self._chips[: self._n_parts]), default=0)
        n_columns = 2 if 2 * needed + theme.SPACE_XS <= self.width() else 1
        if n_columns != self._n_columns:
            self._n_columns = n_columns
            for at, chip in enumerate(self._chips):
                self._place(chip, at)
        self._grid.setColumnStretch(1, n_columns - 1)

    def _step(self, start: int, columns: int, lines: int) -> None:
        by = columns + lines * self._n_columns
        if 0 <= start + by < self._n_parts:
            self._chips[start + by].setFocus()
            self.chosen.emit(start + by)

    # ---- dropping -----------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if accept(event):
            self.show_drop_hint(True)

    def dragLeaveEvent(self, event: object) -> None:
        self.show_drop_hint(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Dropped on the parts there are: one more."""
        accept(event)
        self._on_dropped(Use.PART, event.mimeData())

    def _on_dropped(self, use: Use, mime: QMimeData) -> None:
        self.show_drop_hint(False)
        self.dropped.emit(mime, use)


class _DropHint(QFrame):
    """A place to drop a picture on, shown while one is held over the panel.

    Signals:
        held(bool): something is held over it, or not any more.
        dropped(QMimeData)
    """

    held = Signal(bool)
    dropped = Signal(object)

    def __init__(self, words: str) -> None:
        super().__init__()
        label = QLabel(words)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.addWidget(label)
        theme.set_role(self, "dropzone")
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if accept(event):
            theme.set_role(self, "dropzone-active")
            self.held.emit(True)

    def dragLeaveEvent(self, event: object) -> None:
        theme.set_role(self, "dropzone")
        self.held.emit(False)

    def dropEvent(self, event: QDropEvent) -> None:
        theme.set_role(self, "dropzone")
        accept(event)
        self.dropped.emit(event.mimeData())


class PartChip(QFrame):
    """One part of the list.

    Signals:
        chosen(int), toggled(int), removed(int): with its place in the list.
        weight_changed(int, int): from its place; it is to count so much more.
        step_wanted(int, int, int): from its place, to the one so many columns and lines on.
    """

    chosen = Signal(int)
    toggled = Signal(int)
    removed = Signal(int)
    weight_changed = Signal(int, int)
    step_wanted = Signal(int, int, int)

    def __init__(self, at: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._at = at
        self._picture = QLabel()
        self._picture.setFixedSize(_SIDE_PX, _SIDE_PX)
        self._drawn: tuple[int, bool] | None = None
        self._toggle = QToolButton()
        self._toggle.clicked.connect(lambda: self.toggled.emit(at))
        self._weight = QToolButton()
        self._weight.clicked.connect(self._on_weight_clicked)
        policy = self._weight.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._weight.setSizePolicy(policy)
        self._weight_now = 1
        self._remove = QToolButton()
        icons.set_icon(self._remove, "close")
        self._remove.setIconSize(QSize(12, 12))
        self._remove.setToolTip(tr("Remove this part (Delete)"))
        self._remove.setAccessibleName(tr("Remove part {n}").format(n=at + 1))
        self._remove.clicked.connect(lambda: self.removed.emit(at))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_XS, theme.SPACE_XS, theme.SPACE_XS, theme.SPACE_XS)
        layout.setSpacing(0)
        layout.addWidget(self._picture)
        layout.addWidget(self._toggle, 1)
        layout.addWidget(self._weight)
        layout.addWidget(self._remove)
        for button in (self._toggle, self._weight, self._remove):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # keys of the chip do the same
        theme.set_role(self, "part")

    def show_part(self, part: Part, is_current: bool, n_parts: int, picture: QImage) -> None:
        """Show this part; `picture` is what it shows."""
        drawn = (picture.cacheKey(), part.is_unwanted)
        if drawn != self._drawn:  # while another part is being moved it stays as it is
            self._drawn = drawn
            self._picture.setPixmap(_pixmap(picture, self._at + 1, part.is_unwanted, self.devicePixelRatioF()))
        wish = tr("not") if part.is_unwanted else tr("with")
        wanted = tr("Photos with this part are left out") if part.is_unwanted else tr("It has to be in the photo")
        self._toggle.setText(wish)
        self._toggle.setAccessibleName(tr("Part {n}: {wish}").format(n=self._at + 1, wish=wish))
        self._toggle.setToolTip(tr("{wanted}; press to change that (N)").format(wanted=wanted))
        self._weight_now = part.weight
        self._weight.setVisible(not part.is_unwanted)
        self._weight.setText(f"×{part.weight}")
        weight = weight_words(part.weight)
        self._weight.setAccessibleName(tr("Part {n}: {wish}").format(n=self._at + 1, wish=weight))
        self._weight.setToolTip(tr("{weight}; press to change that (+ and −)").format(weight=weight))
        name = tr("Part {n} of {total}: {words}. {wanted}.").format(
            n=self._at + 1, total=n_parts, words=part_words(part), wanted=wanted
        )
        self.setAccessibleName(name if part.is_unwanted else f"{name} {weight}.")
        self.setAccessibleDescription(
            tr("N changes whether it is wanted, + and − how much it counts, Delete removes it, "
               "arrow keys choose another.")
        )  # fmt: skip
        self.setToolTip(part_words(part))
        # One stop of the Tab key for the whole list: from there the arrow keys lead on.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_current else Qt.FocusPolicy.ClickFocus)
        theme.set_role(self, "part-current" if is_current else "part")

    def _on_weight_clicked(self) -> None:
        """One more, and after the most one again."""
        self.weight_changed.emit(self._at, 1 if self._weight_now < MAX_WEIGHT else 1 - MAX_WEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self._at)
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match command_for(event, Scope.QUERY):
            case "toggle_part":
                self.toggled.emit(self._at)
            case "remove_part":
                self.removed.emit(self._at)
            case "heavier_part":
                self.weight_changed.emit(self._at, 1)
            case "lighter_part":
                self.weight_changed.emit(self._at, -1)
            case _ if event.key() in _STEPS:
                self.step_wanted.emit(self._at, *_STEPS[Qt.Key(event.key())])
            case _:
                super().keyPressEvent(event)


def _pixmap(picture: QImage, number: int, is_unwanted: bool, ratio: float) -> QPixmap:
    """The middle of a picture as a square with the mark of its part."""
    pixmap = QPixmap(round(_SIDE_PX * ratio), round(_SIDE_PX * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    square = QRectF(0, 0, _SIDE_PX, _SIDE_PX)
    rounded = QPainterPath()
    rounded.addRoundedRect(square, 4, 4)
    painter.save()
    painter.setClipPath(rounded)
    painter.fillRect(square, QColor(theme.tokens().sunken))
    if not picture.isNull():
        side = min(picture.width(), picture.height())
        middle = QRectF((picture.width() - side) / 2, (picture.height() - side) / 2, side, side)
        painter.drawImage(square, picture.copy(middle.toRect()).scaled(
            pixmap.size(), Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        ))
    painter.restore()
    line = QPen(color_of(number), 2)
    if is_unwanted:
        line.setDashPattern([3, 2.5])
        line.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(line)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(square.adjusted(1, 1, -1, -1), 4, 4)
    draw_tag(painter, square.topLeft(), number)
    painter.end()
    return pixmap
