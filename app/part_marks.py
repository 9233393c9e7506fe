"""How parts of a query are marked: each by its number and colour, dashed where it is not wanted. GUI thread only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.parts import Part, Source
from app.query_texts import part_tag
from app.theme import color, font_of, tokens
from engine.types import Box, Hit

_TAG_PADDING_PX = 4
_TAG_RADIUS_PX = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """A frame in a picture. `number` is that of the part, 0 where one stands alone and needs no telling apart."""

    box: Box
    number: int = 0
    is_unwanted: bool = False


def marks_of(hit: Hit, numbers: Sequence[int] = ()) -> tuple[Mark, ...]:
    """The frames of a hit; `numbers` as in `Parts`."""
    boxes = (hit.box, *hit.also_boxes)
    return tuple(Mark(box, number) for box, number in zip_longest(boxes, numbers, fillvalue=0) if isinstance(box, Box))


def marks_in(source: Source, parts: Sequence[Part]) -> tuple[Mark, ...]:
    """The boxes of a query in one of its pictures."""
    return tuple(
        Mark(part.box, number if len(parts) > 1 or part.is_unwanted else 0, part.is_unwanted)
        for number, part in enumerate(parts, start=1)
        if part.source == source and part.box is not None
    )


def color_of(number: int) -> QColor:
    """The colour of the part with this number, from 1 on."""
    colors = tokens().parts
    return color(colors[(number - 1) % len(colors)])


def draw_mark(painter: QPainter, frame: QRectF, number: int, is_unwanted: bool = False) -> None:
    """Draw the frame of a part in its colour, on a dark line so that it stands out, with its number at the corner."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 150), 4))
    painter.drawRect(frame)
    line = QPen(color_of(number), 2)
    if is_unwanted:
        line.setDashPattern([3, 2.5])
        line.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(line)
    painter.drawRect(frame)
    draw_tag(painter, frame.topLeft(), number, is_unwanted)


def draw_tag(painter: QPainter, corner: QPointF, number: int, is_unwanted: bool = False) -> QRectF:
    """Draw the number of a part, its top left at `corner`; returns where it is."""
    font = font_of("small", bold=True)
    metrics = QFontMetricsF(font)
    text = part_tag(number, is_unwanted)
    width = max(metrics.horizontalAdvance(text) + 2 * _TAG_PADDING_PX, metrics.height())
    tag = QRectF(corner.x(), corner.y(), width, metrics.height())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color_of(number))
    painter.drawRoundedRect(tag, _TAG_RADIUS_PX, _TAG_RADIUS_PX)
    painter.setFont(font)
    painter.setPen(color(tokens().on_part))
    painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, text)
    return tag
