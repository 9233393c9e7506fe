"""Heat maps as translucent images to lay over a photo. Works on any thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, qRgba

from engine.types import HeatMap

_SIDE_PX = 512
_COLDEST, _HOTTEST = 0.30, 0.62  # opacity of the shade on what is cold and of the colour on what is hot


def heat_image(maps: Sequence[tuple[HeatMap, QColor]]) -> QImage:
    """The maps of one photo as one image: cold places are shaded, hot ones glow in the colour of their map.

    At most 512 pixels on its longer side; null without maps.
    """
    if not maps:
        return QImage()
    first = maps[0][0]
    size = QSize(first.columns, first.rows).scaled(_SIDE_PX, _SIDE_PX, Qt.AspectRatioMode.KeepAspectRatio)
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    for heat, color in maps:
        painter.drawImage(0, 0, _layer(heat, color, size, _COLDEST / len(maps)))
    painter.end()
    return image


def _layer(heat: HeatMap, color: QColor, size: QSize, coldest: float) -> QImage:
    values = QImage(heat.values, heat.columns, heat.rows, heat.columns, QImage.Format.Format_Grayscale8).copy()
    while values.width() < size.width() / 2:  # doubled again and again it gets rounder than scaled at once
        values = _scaled(values, values.size() * 2)
    values = _scaled(values, size)
    values.reinterpretAsFormat(QImage.Format.Format_Indexed8)
    values.setColorTable([_color_at(value / 255, color, coldest) for value in range(256)])
    return values.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _scaled(values: QImage, size: QSize) -> QImage:
    scaled = values.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    return scaled.convertToFormat(QImage.Format.Format_Grayscale8)


def _color_at(heat: float, color: QColor, coldest: float) -> int:
    """The colour and opacity of a place: from a dark shade over nothing to the map's colour. `heat` in 0..1."""
    if heat < 0.5:
        return qRgba(0, 0, 0, round(255 * coldest * (1 - 2 * heat)))
    return qRgba(color.red(), color.green(), color.blue(), round(255 * _HOTTEST * (2 * heat - 1)))
