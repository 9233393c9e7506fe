"""What was dropped or pasted: reads a `QMimeData` and says what can be done with it. GUI thread only.

The order is: files, image data, web addresses, text. Programs offer several at once, and only the first is what the
user took: a file manager adds the paths as text, a browser adds the page's address to the picture itself.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage

from app import texts
from app.words import tr

WEB_ADDRESS = "That is only a web address. Paste or drop the picture itself; Resight downloads nothing."
NOT_LOCAL = "That file is not on this computer. Copy it into a folder first, then drop it here."
NOTHING_USABLE = "There is no picture in what was dropped or pasted."
MISSING = "“{name}” cannot be reached from here. Open it with the Open… button instead."
_MOST_FILES = 100  # of a long list only so many are looked at
# fmt: off
PICTURE_SUFFIXES = frozenset((
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic",
    ".heif", ".avif", ".jp2", ".jxl", ".ppm", ".pgm", ".tga", ".ico",
))
# fmt: on


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A file to search with."""

    path: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder, which may be added to the library."""

    path: str


@dataclass(frozen=True, slots=True)
class ImageData:
    """A picture without a file: from a browser, a screenshot, an editor."""

    image: QImage


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing to search with; `sentence` tells the user why."""

    sentence: str


Drop = PictureFile | Folder | ImageData | Refused


def accept(event: QDropEvent) -> bool:
    """Take what is held or dropped, if it may be usable: as a copy whatever was offered, so that the file stays."""
    is_usable = may_be_usable(event.mimeData())
    if is_usable:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
    return is_usable


def may_be_usable(mime: QMimeData) -> bool:
    """Whether to let the user drop this at all; cheap, looks only at the formats."""
    return mime.hasUrls() or mime.hasImage() or mime.hasText()


def read_drop(mime: QMimeData) -> Drop:
    """What to do with dropped or pasted data. Touches the file system, but opens no file."""
    urls = mime.urls()
    paths = [path_of(url) for url in urls[:_MOST_FILES] if url.isLocalFile()]
    if paths:
        return _read_paths(paths)
    if mime.hasImage():
        image = QImage(mime.imageData())
        if not image.isNull():
            return ImageData(image)
    if urls:
        return Refused(tr(WEB_ADDRESS) if urls[0].scheme() in ("http", "https", "data", "blob") else tr(NOT_LOCAL))
    return _read_text(mime.text())


def path_of(url: QUrl) -> str:
    """The path of a local file's URL, byte for byte: names need not be valid in the file system's encoding."""
    if os.name != "posix":
        return url.toLocalFile()
    return os.fsdecode(unquote_to_bytes(url.path(QUrl.ComponentFormattingOption.FullyEncoded)))


def _read_paths(paths: list[str]) -> Drop:
    """The first picture by its name; else the first file, which the engine looks into; else the first folder."""
    kinds = {path: _kind_of(path) for path in paths}
    files = [path for path, kind in kinds.items() if kind is PictureFile]
    named_so = [path for path in files if os.path.splitext(path)[1].lower() in PICTURE_SUFFIXES]
    if files:
        return PictureFile((named_so or files)[0])
    folders = [path for path, kind in kinds.items() if kind is Folder]
    if folders:
        return Folder(folders[0])
    if all(kind is None for kind in kinds.values()):
        return Refused(tr(MISSING).format(name=texts.printable(os.path.basename(paths[0]) or paths[0])))
    return Refused(texts.NOT_USABLE_DROP)


def _kind_of(path: str) -> type | None:
    """PictureFile for a regular file, Folder, Refused for anything else that is there, None if nothing can be seen."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return None
    return PictureFile if stat.S_ISREG(mode) else Folder if stat.S_ISDIR(mode) else Refused


def _read_text(text: str) -> Drop:
    line = text.strip().split("\n", 1)[0].strip().strip("\"'")
    if line.lower().startswith(("http://", "https://", "www.", "data:")):
        return Refused(tr(WEB_ADDRESS))
    if line.startswith("file:"):
        return _read_paths([path_of(QUrl(line))])
    path = os.path.expanduser(line)
    return _read_paths([path]) if os.path.isabs(path) else Refused(tr(NOTHING_USABLE))
