"""The lists at the left, and the buttons above them. GUI thread only.

A row is an icon, a name, and a line about it, painted by a delegate.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QWidget,
)

from app import theme
from app.icons import draw, set_icon

ICON_PX = 20


def side_list(delegate: type[QStyledItemDelegate], name: str, parent: QWidget) -> QListWidget:
    """An empty list of rows that such a delegate paints; `name` is for screen readers."""
    view = QListWidget(parent)
    view.setItemDelegate(delegate(view))
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setMouseTracking(True)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setAccessibleName(name)
    theme.set_role(view, "plain")
    return view


def side_button(icon: str, tip: str, parent: QWidget) -> QToolButton:
    """A button with an icon; the tip is its name for screen readers, too."""
    button = QToolButton(parent)
    set_icon(button, icon)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


def row_size(option: QStyleOptionViewItem) -> QSize:
    """The least size of a row."""
    return QSize(120, round(option.fontMetrics.height() * 2.2) + 2 * theme.SPACE_S)


def draw_row(
    painter: QPainter, option: QStyleOptionViewItem, icon: str, words: tuple[str, str], is_danger: bool = False
) -> None:
    """Paint a row: its name and below it the line, which `is_danger` if something is wrong."""
    tokens = theme.tokens()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    background = None
    if option.state & QStyle.StateFlag.State_Selected:
        background = tokens.accent_soft
    elif option.state & QStyle.StateFlag.State_MouseOver:
        background = tokens.hover
    if background is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(background))
        painter.drawRoundedRect(option.rect.adjusted(2, 1, -2, -1), theme.RADIUS_PX, theme.RADIUS_PX)
    area = option.rect.adjusted(theme.SPACE_S, theme.SPACE_S, -theme.SPACE_S, -theme.SPACE_S)
    ratio = painter.device().devicePixelRatioF()
    top = area.top() + (area.height() - ICON_PX) // 2
    painter.drawPixmap(area.left(), top, draw(icon, ICON_PX, tokens.text_muted, ratio))
    text = area.adjusted(ICON_PX + theme.SPACE_S, 0, 0, 0)
    middle = text.top() + text.height() // 2
    name = QRect(text.left(), text.top(), text.width(), middle - text.top())
    line = QRect(text.left(), middle, text.width(), text.bottom() - middle + 1)
    align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.setPen(theme.color(tokens.text))
    painter.setFont(option.font)
    elided = option.fontMetrics.elidedText(words[0], Qt.TextElideMode.ElideMiddle, name.width())
    painter.drawText(name, align, elided)
    painter.setPen(theme.color(tokens.danger if is_danger else tokens.text_muted))
    painter.setFont(theme.font_of("small"))
    painter.drawText(line, align, painter.fontMetrics().elidedText(words[1], Qt.TextElideMode.ElideRight, line.width()))
    painter.restore()
