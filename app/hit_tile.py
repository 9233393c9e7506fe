"""One photo with its name, outside of the results. GUI thread only."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.hits_model import file_name
from app.texts import away, printable
from app.theme import RADIUS_PX, SPACE_XS, color, tokens, type_of
from app.thumb_cache import ThumbCache
from engine.types import Hit


class HitTile(QWidget):
    """A thumbnail on a tile, as large as there is room for, and a line below.

    Args:
        thumbs: reads the thumbnail.
        side_px: the size that is wanted, in logical pixels.
    """

    def __init__(self, thumbs: ThumbCache, side_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbs = thumbs
        self._side_px = side_px
        self._hit: Hit | None = None
        self._caption: str | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        thumbs.images_arrived.connect(self._on_arrived)

    def set_hit(self, hit: Hit | None, caption: str | None = None) -> None:
        """Show this photo, with this line instead of its name."""
        self._hit, self._caption = hit, caption
        text = "" if hit is None else ", ".join(filter(None, (caption, file_name(hit), away(hit))))
        self.setAccessibleName(text)
        self.setToolTip("" if hit is None else printable(hit.path))
        self.update()

    def hit(self) -> Hit | None:
        """The photo shown."""
        return self._hit

    def sizeHint(self) -> QSize:
        return QSize(self._side_px, self._side_px + self._line_px())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._side_px // 2, self._side_px // 2 + self._line_px())

    def _line_px(self) -> int:
        return round(type_of("small")[1].height()) + SPACE_XS

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        tile = QRectF(self.rect()).adjusted(0, 0, 0, -self._line_px())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(tokens().sunken))
        painter.drawRoundedRect(tile, RADIUS_PX, RADIUS_PX)
        if self._hit is None:
            return
        image = self._thumbs.image(self._hit)
        if image is not None:
            size = QSizeF(image.size()).scaled(tile.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(0, 0, size.width(), size.height())
            place.moveCenter(tile.center())
            painter.drawImage(place, image)
        font, metrics = type_of("small")
        painter.setFont(font)
        painter.setPen(color(tokens().text_muted))
        line = QRectF(0, tile.bottom() + SPACE_XS, self.width(), metrics.height())
        text = file_name(self._hit) if self._caption is None else self._caption
        painter.drawText(
            line, Qt.AlignmentFlag.AlignCenter, metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, line.width())
        )

    @Slot(object)
    def _on_arrived(self, files: set[Path]) -> None:
        if self._hit is not None and self._hit.thumbnail in files:
            self.update()
