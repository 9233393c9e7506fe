"""The ways into the query: files chosen, dropped or pasted, and pictures without a file. GUI thread only."""

from __future__ import annotations

import os
from enum import Enum

from PySide6.QtCore import QMimeData, QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from app.bridge import Bridge
from app.drops import PICTURE_SUFFIXES, Folder, ImageData, PictureFile, Refused, read_drop
from app.parts import Source
from app.query_files import QueryFiles
from app.words import tr
from engine.types import Hit

PASTED = "Pasted picture"


class Use(Enum):
    """What a picture is brought for: to be the query, or a part more of it, wanted or not."""

    QUERY = "query"
    PART = "part"
    UNWANTED = "unwanted"


class QueryInput(QObject):
    """Makes sources of what the user brings.

    Signals:
        given(Source, Use): a picture to search with.
        writing(Use): a picture without a file is being written down and given soon, or `failed` tells.
        failed(str, Use): why that cannot be done.
        folder_dropped(str): a folder was brought instead of a picture.
        refused(str): why what was brought cannot be used.
    """

    given = Signal(object, object)
    writing = Signal(object)
    failed = Signal(str, object)
    folder_dropped = Signal(str)
    refused = Signal(str)

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent)
        self._widget = parent
        self._files = QueryFiles(bridge, self)
        self._files.written.connect(self._on_written)
        self._files.failed.connect(self._on_failed)
        self._write: tuple[int, Use] | None = None  # the number of what is being written, and what for
        self._dialog: QFileDialog | None = None
        self._dialog_use = Use.QUERY

    def choose(self, use: Use = Use.QUERY) -> None:
        """Let the user choose a picture file; returns at once."""
        self._dialog_use = use
        if self._dialog is None:
            self._dialog = QFileDialog(self._widget, tr("Open a picture to search with"))
            self._dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            patterns = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in sorted(PICTURE_SUFFIXES))
            self._dialog.setNameFilters([tr("Pictures ({patterns})").format(patterns=patterns), tr("All files (*)")])
            self._dialog.fileSelected.connect(self._on_chosen)
        self._dialog.open()

    def paste(self, use: Use = Use.QUERY) -> None:
        """Use what is on the clipboard."""
        self.take(QGuiApplication.clipboard().mimeData(), use)

    def take(self, mime: QMimeData, use: Use = Use.QUERY) -> None:
        """Use dropped or pasted data: a picture is given, a folder handed on, anything else explained."""
        match read_drop(mime):
            case PictureFile(path):
                self.given.emit(source_of(path), use)
            case Folder(path):
                self.folder_dropped.emit(path)
            case ImageData(image):
                self._take_image(image, use)
            case Refused(sentence):
                self.refused.emit(sentence)

    def forget(self) -> None:
        """Give nothing of what is being written."""
        self._write = None

    def close(self) -> None:
        """Wait for what is being written; no signal comes after this."""
        self._files.close()

    def _take_image(self, image: QImage, use: Use) -> None:
        self.writing.emit(use)
        self._write = self._files.write(image), use

    @Slot(str)
    def _on_chosen(self, path: str) -> None:
        self.given.emit(source_of(path), self._dialog_use)

    @Slot(int, str)
    def _on_written(self, number: int, path: str) -> None:
        if self._write is not None and number == self._write[0]:
            use, self._write = self._write[1], None
            self.given.emit(Source(path, PASTED), use)

    @Slot(int, str)
    def _on_failed(self, number: int, sentence: str) -> None:
        if self._write is not None and number == self._write[0]:
            use, self._write = self._write[1], None
            self.failed.emit(sentence, use)


def source_of(path: str) -> Source:
    """A picture file as a source."""
    return Source(path, os.path.basename(path))


def source_of_hit(hit: Hit) -> Source:
    """A photo of the library as a source."""
    return Source(hit.path, os.path.basename(hit.path), hit.photo_id)
