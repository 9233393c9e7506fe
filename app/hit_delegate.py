"""Paints one hit of the grid: the thumbnail on a tile, the score as a bar, words and figures, the name, its states."""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QModelIndex, QObject, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app import result_texts, texts
from app.hits_model import Role, file_name
from app.icons import draw
from app.part_marks import marks_of
from app.picture_view import draw_marks
from app.texts import count, printable
from app.theme import RADIUS_PX, SPACE_XS, color, font_of, tokens, type_of
from engine.types import Hit

DEFAULT_SIDE_PX, SMALLEST_SIDE_PX, LARGEST_SIDE_PX = 160, 96, 320
_PADDING_PX = 8  # between the cell's edge and the tile
_BAR_PX = 3
_PIXMAP_LIMIT_BYTES = 64 * 2**20
_BADGE_PX = 22
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class HitDelegate(QStyledItemDelegate):
    """Draws cells of one size: a square tile of `side_px` logical pixels and two lines of text below.

    Scaled thumbnails are kept as pixmaps of exactly the device pixels they cover, so that they are sharp at any device
    pixel ratio and a repaint only copies them.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.side_px = DEFAULT_SIDE_PX
        self.shows_frames = True
        self.part_numbers: tuple[int, ...] = ()  # as in `Parts`
        self._pixmaps: OrderedDict[tuple[Path, int, int], QPixmap] = OrderedDict()  # least recently used first
        self._pixmap_bytes = 0

    def cell_size(self) -> QSize:
        """The size of a cell in logical pixels."""
        text_height = round(type_of("small")[1].height())
        below = SPACE_XS + _BAR_PX + SPACE_XS + 2 * text_height
        return QSize(self.side_px + 2 * _PADDING_PX, self.side_px + below + 2 * _PADDING_PX)

    def forget_pixmaps(self) -> None:
        """Drop the scaled thumbnails: others are shown now."""
        self._pixmaps.clear()
        self._pixmap_bytes = 0

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return self.cell_size()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        hit: Hit = index.data(Role.HIT)
        stack_size = index.data(Role.STACK)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cell = self._cell_in(QRectF(option.rect))
        if index.data(Role.IN_OPEN_STACK):
            painter.fillRect(option.rect.adjusted(0, 2, 0, -2), color(tokens().accent_soft, 0.5))
        self._paint_state(painter, cell, option.state)
        tile = self._tile_in(cell)
        if stack_size > 1:
            self._paint_edges(painter, tile)
        mark = index.data(Role.MARK)
        self._paint_tile(painter, tile, hit, index.data(Role.THUMBNAIL), is_faint=mark is False)
        if mark is not None:
            self._paint_mark(painter, tile, mark)
        if stack_size > 1:
            self._paint_stack(painter, self._badge_on(tile, stack_size), stack_size)
        self._paint_caption(painter, QRectF(tile.left(), tile.bottom() + SPACE_XS, tile.width(), cell.height()), hit)
        painter.restore()

    def stack_badge(self, rect: QRect, stack_size: int) -> QRectF:
        """Where the badge of a stack is in a cell with this rectangle: pressing it opens or closes the stack."""
        return self._badge_on(self._tile_in(self._cell_in(QRectF(rect))), stack_size)

    def _badge_on(self, tile: QRectF, stack_size: int) -> QRectF:
        width = QFontMetricsF(font_of("small", bold=True)).horizontalAdvance(count(stack_size))
        return QRectF(tile.left() + 6, tile.top() + 6, _BADGE_PX + width + SPACE_XS, _BADGE_PX)

    def _tile_in(self, cell: QRectF) -> QRectF:
        return QRectF(cell.left() + _PADDING_PX, cell.top() + _PADDING_PX, self.side_px, self.side_px)

    def _cell_in(self, rect: QRectF) -> QRectF:
        """The grid may be wider than a cell needs: the cell stays in its middle, on whole pixels."""
        size = QSizeF(self.cell_size())
        return QRectF(QPointF(rect.left() + (rect.width() - size.width()) // 2, rect.top()), size)

    def _paint_state(self, painter: QPainter, cell: QRectF, state: QStyle.StateFlag) -> None:
        """Selected: tinted. Under the pointer: lightly tinted. Where the keyboard is: framed."""
        inner = cell.adjusted(2, 2, -2, -2)
        fill = None
        if state & QStyle.StateFlag.State_Selected:
            fill = tokens().accent_soft
        elif state & QStyle.StateFlag.State_MouseOver:
            fill = tokens().hover
        if fill is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(fill))
            painter.drawRoundedRect(inner, RADIUS_PX + 2, RADIUS_PX + 2)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(color(tokens().accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inner, RADIUS_PX + 2, RADIUS_PX + 2)

    def _paint_tile(
        self, painter: QPainter, tile: QRectF, hit: Hit, thumbnail: QImage | None, is_faint: bool = False
    ) -> None:
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(tile.topLeft(), _tile(self.side_px, ratio, tokens().sunken))
        if thumbnail is None:
            self._paint_placeholder(painter, tile, hit)
        else:
            shown = _fitted(tile, thumbnail.size(), ratio)
            painter.setOpacity(0.3 if is_faint else 1.0 if hit.online else 0.55)
            painter.drawPixmap(shown.topLeft(), self._pixmap(hit.thumbnail, thumbnail, shown, painter))
            painter.setOpacity(1.0)
            if self.shows_frames:
                draw_marks(painter, shown, marks_of(hit, self.part_numbers))
        if not hit.online:
            self._paint_offline(painter, tile, printable(hit.drive))
        if hit.also:
            self._paint_pair(painter, tile)

    def _paint_edges(self, painter: QPainter, tile: QRectF) -> None:
        """The upper edges of the photos that lie below."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color(tokens().border_strong), 1))
        for place in (1, 2):
            edge = tile.adjusted(5.0 * place, -2.5 * place, -5.0 * place, -tile.height() + RADIUS_PX)
            painter.drawLine(edge.topLeft(), edge.topRight())

    def _paint_stack(self, painter: QPainter, badge: QRectF, stack_size: int) -> None:
        """How many near-identical shots the tile stands for."""
        ratio = painter.device().devicePixelRatioF()
        painter.setPen(QPen(color(tokens().border), 1))
        painter.setBrush(color(tokens().surface))
        painter.drawRoundedRect(badge, _BADGE_PX / 2, _BADGE_PX / 2)
        painter.drawPixmap(badge.topLeft() + QPointF(5, 4), draw("stack", 14, tokens().text, ratio))
        painter.setFont(font_of("small", bold=True))
        painter.setPen(color(tokens().text))
        painter.drawText(badge.adjusted(_BADGE_PX - 1, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, count(stack_size))

    def _paint_placeholder(self, painter: QPainter, tile: QRectF, hit: Hit) -> None:
        """The shape the photo will have, a shade off the tile."""
        shape = _fitted(tile, QSize(max(1, hit.width_px), max(1, hit.height_px)), 1.0)
        inset = RADIUS_PX / 3  # a plain rectangle is quick, and stays off the tile's round corners
        painter.fillRect(shape.adjusted(inset, inset, -inset, -inset), color(tokens().pressed, 0.6))

    def _paint_offline(self, painter: QPainter, tile: QRectF, drive: str) -> None:
        """A badge, with the name of the drive that has to be connected."""
        ratio = painter.device().devicePixelRatioF()
        font = font_of("small")
        metrics = QFontMetricsF(font)
        name = metrics.elidedText(drive, Qt.TextElideMode.ElideMiddle, tile.width() - 2 * _BADGE_PX)
        width = _BADGE_PX + (metrics.horizontalAdvance(name) + SPACE_XS if name else 0)
        badge = QRectF(tile.right() - width - 6, tile.top() + 6, width, _BADGE_PX)
        painter.setPen(QPen(color(tokens().border), 1))
        painter.setBrush(color(tokens().surface))
        painter.drawRoundedRect(badge, _BADGE_PX / 2, _BADGE_PX / 2)
        painter.drawPixmap(badge.topLeft() + QPointF(4, 4), draw("folder-offline", 14, tokens().text, ratio))
        painter.setFont(font)
        painter.setPen(color(tokens().text))
        painter.drawText(badge.adjusted(_BADGE_PX - 2, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_mark(self, painter: QPainter, tile: QRectF, is_same: bool) -> None:
        """A badge that tells how the user has marked the photo."""
        ratio = painter.device().devicePixelRatioF()
        badge = QRectF(tile.right() - _BADGE_PX - 6, tile.bottom() - _BADGE_PX - 6, _BADGE_PX, _BADGE_PX)
        painter.setPen(QPen(color(tokens().border), 1))
        painter.setBrush(color(tokens().accent if is_same else tokens().surface))
        painter.drawEllipse(badge)
        ink = tokens().on_accent if is_same else tokens().text
        painter.drawPixmap(badge.topLeft() + QPointF(4, 4), draw("check" if is_same else "close", 14, ink, ratio))

    def _paint_pair(self, painter: QPainter, tile: QRectF) -> None:
        """A badge that tells that the photo has a raw file and a JPEG."""
        font = font_of("small")
        metrics = QFontMetricsF(font)
        width = metrics.horizontalAdvance(texts.RAW_PAIR) + _BADGE_PX - SPACE_XS
        badge = QRectF(tile.left() + 6, tile.bottom() - _BADGE_PX - 6, width, _BADGE_PX)
        painter.setPen(QPen(color(tokens().border), 1))
        painter.setBrush(color(tokens().surface))
        painter.drawRoundedRect(badge, _BADGE_PX / 2, _BADGE_PX / 2)
        painter.setFont(font)
        painter.setPen(color(tokens().text))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, texts.RAW_PAIR)

    def _paint_caption(self, painter: QPainter, area: QRectF, hit: Hit) -> None:
        groove = QRectF(area.left(), area.top(), area.width(), _BAR_PX)
        filled = QRectF(groove.topLeft(), QSizeF(groove.width() * min(max(hit.score, 0.0), 1.0), _BAR_PX))
        painter.fillRect(groove, color(tokens().pressed))
        painter.fillRect(filled, color(tokens().accent))

        font, metrics = type_of("small")
        line = QRectF(area.left(), groove.bottom() + SPACE_XS, area.width(), metrics.height())
        percent, likely = result_texts.percent(hit.score), result_texts.likelihood(hit.score)
        painter.setFont(font)
        painter.setPen(color(tokens().text))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, percent)
        room = line.width() - metrics.horizontalAdvance(percent) - SPACE_XS
        painter.drawText(line, _LEFT, metrics.elidedText(likely, Qt.TextElideMode.ElideRight, room))
        name = metrics.elidedText(file_name(hit), Qt.TextElideMode.ElideMiddle, line.width())
        painter.setPen(color(tokens().text_muted))
        painter.drawText(line.translated(0, metrics.height()), _LEFT, name)

    def _pixmap(self, file: Path, thumbnail: QImage, shown: QRectF, painter: QPainter) -> QPixmap:
        ratio = painter.device().devicePixelRatioF()
        size = QSize(round(shown.width() * ratio), round(shown.height() * ratio))
        key = (file, size.width(), thumbnail.cacheKey())
        pixmap = self._pixmaps.get(key)
        if pixmap is None:
            pixmap = self._pixmaps[key] = _rounded(thumbnail, size, RADIUS_PX * ratio)
            pixmap.setDevicePixelRatio(ratio)
            self._pixmap_bytes += _bytes_of(pixmap)
            while self._pixmap_bytes > _PIXMAP_LIMIT_BYTES and len(self._pixmaps) > 1:
                _, oldest = self._pixmaps.popitem(last=False)
                self._pixmap_bytes -= _bytes_of(oldest)
        self._pixmaps.move_to_end(key)
        return pixmap


def _fitted(tile: QRectF, size: QSize, ratio: float) -> QRectF:
    """Where a picture of this shape lies in the tile: as large as fits, centred, on whole device pixels."""
    scaled = QSizeF(size).scaled(tile.size(), Qt.AspectRatioMode.KeepAspectRatio)
    width = max(1, round(scaled.width() * ratio)) / ratio
    height = max(1, round(scaled.height() * ratio)) / ratio
    left = round((tile.center().x() - width / 2) * ratio) / ratio
    top = round((tile.center().y() - height / 2) * ratio) / ratio
    return QRectF(left, top, width, height)


def _rounded(image: QImage, size: QSize, radius_px: float) -> QPixmap:
    """The image scaled to `size` device pixels with rounded corners."""
    scaled = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    scaled = scaled.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    radius = round(radius_px)
    if 2 * radius <= min(size.width(), size.height()):
        # Only the corners are touched: filling a rounded shape with the picture takes five times as long.
        mask = _disc(2 * radius)
        painter = QPainter(scaled)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        for x, left in ((0, 0), (size.width() - radius, radius)):
            for y, top in ((0, 0), (size.height() - radius, radius)):
                painter.drawImage(x, y, mask, left, top, radius, radius)
        painter.end()
    return QPixmap.fromImage(scaled)


@lru_cache(maxsize=8)
def _tile(side_px: int, ratio: float, ink: str) -> QPixmap:
    """An empty tile; copying it takes a fifth of the time of drawing it."""
    pixmap = QPixmap(round(side_px * ratio), round(side_px * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(ink))
    painter.drawRoundedRect(pixmap.rect(), RADIUS_PX * ratio, RADIUS_PX * ratio)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


@lru_cache(maxsize=8)
def _disc(diameter: int) -> QImage:
    """A disc on nothing, `diameter` pixels square; its quarters are round corners."""
    image = QImage(diameter, diameter, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.GlobalColor.black)
    painter.drawEllipse(image.rect())
    painter.end()
    return image


def _bytes_of(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
