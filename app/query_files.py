"""Pasted and dropped image data as files, because a query is a file. Written off the GUI thread; a few are kept."""

from __future__ import annotations

import contextlib
import fnmatch
import itertools
import threading
import time
from collections.abc import Callable, Container
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QImage, QPainter

from app.bridge import Bridge
from app.places import cache_folder
from app.texts import printable
from app.words import tr

MOST_FILES = 20
_PATTERN = "pasted-*.png"
_CANNOT_WRITE = "The picture could not be kept in “{folder}”. Is the disk full, or the folder not yours to write to?"
_PNG_SPEED = 80  # 100 would not compress at all; a large screenshot must not take a second


class QueryFiles(QObject):
    """Writes image data to PNG files in the cache folder. Lives on the GUI thread.

    Signals:
        written(int, str): the number `write` returned, and the path.
        failed(int, str): the number, and a sentence for the user.
    """

    written = Signal(int, str)
    failed = Signal(int, str)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._numbers = itertools.count(1)
        self._threads: list[threading.Thread] = []
        self._is_closed = False

    def write(self, image: QImage) -> int:
        """Write the image on a thread of its own; ends in `written` or `failed` with the number returned."""
        number = next(self._numbers)
        self._threads = [thread for thread in self._threads if thread.is_alive()]

        def deliver(path: Path | None) -> None:
            self._bridge.post(partial(self._on_ended, number, path))

        thread = threading.Thread(target=_write, args=(QImage(image), folder(), deliver), name="query-writer")
        self._threads.append(thread)
        thread.start()
        return number

    def close(self) -> None:
        """Wait for what is being written; no signal comes after this."""
        self._is_closed = True
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _on_ended(self, number: int, path: Path | None) -> None:
        if self._is_closed:
            return
        if path is None:
            self.failed.emit(number, tr(_CANNOT_WRITE).format(folder=printable(str(folder()))))
        else:
            self.written.emit(number, str(path))


def folder() -> Path:
    """Where the files lie. Nothing is lost with them but that recent pictures cannot be searched with again."""
    return cache_folder() / "queries"


def is_pasted(name: str) -> bool:
    """Whether a file of this name was written here."""
    return fnmatch.fnmatch(name, _PATTERN)


def delete_all_but(kept: Container[str]) -> None:
    """Delete what was written, but for these files. What cannot be deleted stays."""
    for file in folder().glob(_PATTERN):
        if str(file) not in kept:
            with contextlib.suppress(OSError):
                file.unlink()


def opaque(image: QImage) -> QImage:
    """The image without transparency: on white, or with its colours as they are where the alpha channel is useless.

    Some programs put bitmaps on the clipboard whose alpha is 0 everywhere, though every pixel is meant to be seen.
    """
    if not image.hasAlphaChannel():
        return image
    if _is_alpha_empty(image):
        return image.convertToFormat(QImage.Format.Format_ARGB32).convertToFormat(QImage.Format.Format_RGB32)
    result = QImage(image.size(), QImage.Format.Format_RGB32)
    result.fill(QColor("white"))
    painter = QPainter(result)
    painter.drawImage(result.rect(), image)
    painter.end()
    return result


def _is_alpha_empty(image: QImage) -> bool:
    alpha = image.convertToFormat(QImage.Format.Format_Alpha8)
    rows = bytes(alpha.constBits())
    stride = alpha.bytesPerLine()
    return not any(rows[y * stride : y * stride + alpha.width()].strip(b"\0") for y in range(alpha.height()))


def _write(image: QImage, into: Path, deliver: Callable[[Path | None], None]) -> None:
    """Runs on the writer's thread."""
    path = into / f"pasted-{time.time_ns()}.png"
    try:
        into.mkdir(parents=True, exist_ok=True)
        is_written = opaque(image).save(str(path), "PNG", _PNG_SPEED)
        _prune(into)
    except OSError:
        is_written = False
    deliver(path if is_written else None)


def _prune(into: Path) -> None:
    """Keep the newest files only; the names tell the time."""
    for old in sorted(into.glob(_PATTERN))[:-MOST_FILES]:
        old.unlink(missing_ok=True)
