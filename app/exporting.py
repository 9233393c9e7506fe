"""Exporting hits: asks for the file, writes it on a thread, says so. GUI thread only."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QBuffer, QByteArray, QDateTime, QIODevice, QLocale, QObject, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from app import file_texts, texts
from app.background_work import BackgroundWork
from app.hit_export import Sheet, export
from app.library_care import say_failed
from app.notify import Level, Notifier
from app.words import tr
from app.work_dialog import WorkDialog
from engine.errors import EngineError
from engine.types import Hit, Query

_QUERY_PX = 320
_QUALITY = 82


class Exporting(QObject):
    """Writes one file at a time.

    Args:
        notifier: is told that it was written.
        window: dialogs open above it.
    """

    def __init__(self, notifier: Notifier, window: QWidget) -> None:
        super().__init__(window)
        self._notifier = notifier
        self._window = window
        self._under_way: BackgroundWork | None = None
        self._folder = ""

    def finish(self) -> None:
        """Stop what is under way, and wait for that; the window is closing."""
        if self._under_way is not None:
            self._under_way.stop()
            self._under_way.wait()

    def choose(self, hits: Sequence[Hit], query: Query, name: str, picture: QImage) -> None:
        """Let the user choose a file and its kind, and write these hits into it.

        Args:
            hits: in the order to be written.
            query: what they answer.
            name: of the query, for people.
            picture: the query's picture, or a null image.
        """
        if not hits or self._under_way is not None:
            return
        dialog = QFileDialog(self._window, file_texts.EXPORT_TITLE.format(hits=texts.hits(len(hits))), self._folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        kinds = {
            tr("Contact sheet (*.html)"): "html",
            tr("Table (*.csv)"): "csv",
            tr("Data (*.json)"): "json",
        }
        dialog.setNameFilters(list(kinds))
        dialog.setDefaultSuffix("html")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(kinds[chosen]))
        stem = os.path.splitext(os.path.basename(name))[0]
        dialog.selectFile(file_texts.EXPORT_NAME.format(name=texts.printable(stem)))
        sheet = Sheet(
            tuple(hits),
            query,
            file_texts.SHEET_TITLE.format(name=name),
            texts.joined(texts.hits(len(hits)), _now()),
            jpeg_of(picture),
        )
        dialog.fileSelected.connect(partial(self.write, sheet))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write(self, sheet: Sheet, path: str) -> None:
        """Write a sheet."""
        self._folder = os.path.dirname(path)
        dialog = WorkDialog(
            file_texts.EXPORTING.format(name=file_texts.name_of(path)), file_texts.GOES_ON, can_stop=True,
            parent=self._window,
        )  # fmt: skip
        dialog.show_beside()
        work = BackgroundWork(self)
        work.progressed.connect(dialog.show_progress)
        dialog.stop_requested.connect(work.stop)
        work.ended.connect(dialog.end)
        work.ended.connect(self._on_ended)
        work.done.connect(self._on_done)
        work.failed.connect(self._on_failed)
        self._under_way = work
        work.start(partial(export, sheet, path))

    def _on_ended(self) -> None:
        if self._under_way is not None:
            self._under_way.deleteLater()
            self._under_way = None

    def _on_done(self, path: str) -> None:
        self._notifier.tell(Level.REMARK, file_texts.EXPORTED.format(name=file_texts.name_of(path)))

    def _on_failed(self, error: EngineError) -> None:
        say_failed(self._window, error)


def jpeg_of(picture: QImage) -> bytes:
    """A picture as a small JPEG; nothing if there is none."""
    if picture.isNull():
        return b""
    size = QSize(_QUERY_PX, _QUERY_PX)
    if picture.width() > _QUERY_PX or picture.height() > _QUERY_PX:
        picture = picture.scaled(
            size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "JPEG", _QUALITY)
    return bytes(data)


def _now() -> str:
    return QLocale().toString(QDateTime.currentDateTime(), QLocale.FormatType.ShortFormat)
