"""The program's own icons: SVG files in `resources/icons`, drawn in the colours of the theme. GUI thread only."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol
from weakref import WeakKeyDictionary

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from shiboken6 import isValid

from app import theme
from app.places import resources_folder

_SIZES_PX = (16, 20, 24, 32, 48)


class _TakesIcon(Protocol):
    def setIcon(self, icon: QIcon, /) -> None: ...


_users: WeakKeyDictionary[QObject, str] = WeakKeyDictionary()


def set_icon(target: _TakesIcon, name: str) -> None:
    """Give an action or a button the icon of this name, and draw it again whenever the theme changes."""
    target.setIcon(icon(name))
    if isinstance(target, QObject):
        _users[target] = name


def icon(name: str) -> QIcon:
    """The icon of this name (a file `resources/icons/<name>.svg` drawn in `currentColor`) in the theme's colours."""
    tokens = theme.tokens()
    result = QIcon()
    for size_px in _SIZES_PX:
        result.addPixmap(draw(name, size_px, tokens.text), QIcon.Mode.Normal)
        result.addPixmap(draw(name, size_px, tokens.border_strong), QIcon.Mode.Disabled)
    return result


def app_icon() -> QIcon:
    """The mark of the program, in its own colours."""
    result = QIcon()
    for size_px in (16, 24, 32, 48, 64, 128, 256):
        result.addPixmap(draw("resight", size_px, "#000000"))
    return result


@lru_cache(maxsize=256)
def draw(name: str, size_px: int, ink: str, ratio: float = 1.0) -> QPixmap:
    """The icon as a square pixmap of `size_px` logical pixels; `ink` is the "#rrggbb" that replaces `currentColor`."""
    source = _read(name).replace("currentColor", ink)
    renderer = QSvgRenderer(QByteArray(source.encode()))
    pixmap = QPixmap(round(size_px * ratio), round(size_px * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


@lru_cache(maxsize=64)
def _read(name: str) -> str:
    return (resources_folder() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def _redraw() -> None:
    for user, name in list(_users.items()):
        if isValid(user):
            user.setIcon(icon(name))  # type: ignore[attr-defined]  # only what takes icons is registered


theme.signals.changed.connect(_redraw)
