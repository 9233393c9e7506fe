"""The query: a picture opened, dropped or pasted, with an optional box in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app import icons, texts, theme
from app.bridge import Bridge
from app.crop_view import CropView, percent_of
from app.drop_zone import DropZone
from app.drops import PICTURE_SUFFIXES, Folder, ImageData, PictureFile, Refused, may_be_usable, read_drop
from app.elided_label import ElidedLabel
from app.query_files import QueryFiles
from engine.messages import JobFailed, LoadPicture
from engine.types import Hit, Picture, Query

SETTLE_MS = 200  # a search starts this long after the last change
_SAY_OPENING_MS = 200  # most pictures are there before a word about it could be read
_SHOWN_SIDE_PX = 1600

EMPTY_TITLE = "Drop a picture here"
EMPTY_TEXT = "or open a file, or paste a picture."
ACTIVE_TITLE = "Search with this picture"
ACTIVE_TEXT = "A folder is added to your library instead."
OPENING = "Opening…"
FAILED_TITLE = "This picture cannot be opened"
NOT_SHOWN_TITLE = "This photo cannot be shown now"
PASTED = "Pasted picture"
WHOLE = "Whole picture"
CROP_HINT = "Drag to frame one thing in it"


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the query picture comes from."""

    path: str
    name: str
    photo_id: int | None = None


class QueryPanel(QFrame):
    """Holds the query and lets the user change it.

    Signals:
        query_changed(Query | None): 200 ms after the last change; None when there is nothing to search with any more.
        folder_dropped(str): a folder was dropped or pasted instead of a picture.
        message(str): a sentence for the user, for example why a drop could not be used.
    """

    query_changed = Signal(object)
    folder_dropped = Signal(str)
    message = Signal(str)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._source: _Source | None = None
        self._load_job_id: int | None = None
        self._write_number: int | None = None
        self._emitted: Query | None = None
        self._files = QueryFiles(bridge, self)
        self._crop_view = CropView()
        self._zone = DropZone()
        self._held_zone = DropZone()  # shown while something is held over the panel
        self._page_before: QWidget | None = None
        self._stack = QStackedWidget()
        self._name = ElidedLabel()
        self._part = QLabel()
        self._whole_button = QPushButton(WHOLE)
        self._settle_timer = self._timer(SETTLE_MS, self._emit_query)
        self._opening_timer = self._timer(_SAY_OPENING_MS, self._say_opening)
        self._dialog: QFileDialog | None = None
        self._lay_out()
        self._connect()
        self.setAcceptDrops(True)
        self._show_zone("image", EMPTY_TITLE, EMPTY_TEXT)
        self._show_name("")
        self._show_part()

    def _timer(self, interval_ms: int, on_timeout: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(on_timeout)
        return timer

    def _lay_out(self) -> None:
        theme.set_role(self, "panel")
        theme.set_role(self._part, "small")
        theme.set_role(self._whole_button, "link")
        self._part.setWordWrap(True)
        self._part.setTextFormat(Qt.TextFormat.PlainText)
        self._whole_button.setToolTip("Search for the whole picture again (Esc)")
        self._held_zone.tell("image", ACTIVE_TITLE, ACTIVE_TEXT, is_active=True)
        self._stack.addWidget(self._zone)
        self._stack.addWidget(self._held_zone)
        self._stack.addWidget(self._crop_view)
        part_row = QHBoxLayout()
        part_row.addWidget(self._part, 1)
        part_row.addWidget(self._whole_button)
        part_row.addStrut(self._whole_button.sizeHint().height())  # also while it is hidden
        button_row = QHBoxLayout()
        button_row.setSpacing(theme.SPACE_S)
        button_row.addWidget(self._button("&Open…", "open", "Open a picture to search with", self.choose_file), 1)
        button_row.addWidget(self._button("&Paste", "paste", "Search with the picture you copied", self.paste), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_M, theme.SPACE_M, theme.SPACE_M, theme.SPACE_M)
        layout.setSpacing(theme.SPACE_S)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._name)
        layout.addLayout(part_row)
        layout.addLayout(button_row)

    def _button(self, text: str, icon_name: str, tip: str, on_click: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        icons.set_icon(button, icon_name)
        button.setToolTip(tip)
        button.setAccessibleDescription(tip)
        button.clicked.connect(on_click)
        return button

    def _connect(self) -> None:
        self._zone.clicked.connect(self.choose_file)
        self._crop_view.box_changed.connect(self._on_box_changed)
        self._whole_button.clicked.connect(self.clear_box)
        self._files.written.connect(self._on_written)
        self._files.failed.connect(self._on_write_failed)
        self._bridge.picture_loaded.connect(self._on_picture_loaded)
        self._bridge.job_failed.connect(self._on_job_failed)

    # ---- for the window -----------------------------------------------------------------------------------------

    def query(self) -> Query | None:
        """What to search for as it stands now, also before `query_changed` has told so."""
        if self._source is None:
            return None
        box = self._crop_view.box()
        if self._source.photo_id is not None:
            return Query(photo_id=self._source.photo_id, box=box)
        return Query(path=self._source.path, box=box)

    def picture_path(self) -> str | None:
        """The file of the query picture."""
        return None if self._source is None else self._source.path

    def picture_name(self) -> str:
        """What the query picture is called; empty without one."""
        return "" if self._source is None else self._source.name
    def shown_part(self) -> QImage:
        """The query's picture as it is shown, or the part of it in the box; a null image while there is none."""
        return self._crop_view.part()

    @Slot(str)
    def open_file(self, path: str) -> None:
        """Search with this picture file."""
        self._open(_Source(path, os.path.basename(path)))

    @Slot(object)
    def open_photo(self, hit: Hit) -> None:
        """Search with this photo of the library: find similar ones."""
        self._open(_Source(hit.path, os.path.basename(hit.path), hit.photo_id))

    @Slot()
    def paste(self) -> None:
        """Search with what is on the clipboard."""
        self.take(QGuiApplication.clipboard().mimeData())

    @Slot()
    def choose_file(self) -> None:
        """Let the user choose a picture file; returns at once."""
        if self._dialog is None:
            self._dialog = QFileDialog(self, "Open a picture to search with")
            self._dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            patterns = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in sorted(PICTURE_SUFFIXES))
            self._dialog.setNameFilters([f"Pictures ({patterns})", "All files (*)"])
            self._dialog.fileSelected.connect(self.open_file)
        self._dialog.open()

    @Slot()
    def clear_box(self) -> None:
        """Search for the whole picture again."""
        self._crop_view.clear_box()

    def take(self, mime: QMimeData) -> None:
        """Use dropped or pasted data: a picture becomes the query, a folder is handed on, anything else explained."""
        match read_drop(mime):
            case PictureFile(path):
                self.open_file(path)
            case Folder(path):
                self.folder_dropped.emit(path)
            case ImageData(image):
                self._take_image(image)
            case Refused(sentence):
                self.message.emit(sentence)

    def finish(self) -> None:
        """Wait for a pasted picture that is being written. To be called when the window closes."""
        self._settle_timer.stop()
        self._files.close()

    # ---- from the source to the picture -------------------------------------------------------------------------

    def _open(self, source: _Source) -> None:
        self._forget()
        self._source = source
        self._show_name(source.name, source.path)
        self._load_job_id = self._bridge.submit(LoadPicture(source.path, _SHOWN_SIDE_PX))
        self._settle_timer.start()

    def _take_image(self, image: QImage) -> None:
        self._forget()
        self._show_name(PASTED)
        self._write_number = self._files.write(image)

    def _forget(self) -> None:
        """Let go of the query there was; what is still under way for it will be ignored."""
        if self._load_job_id is not None:
            self._bridge.cancel(self._load_job_id)
        self._source = self._emitted = self._load_job_id = self._write_number = None
        self._settle_timer.stop()
        self._crop_view.set_image(QImage())
        self._stack.setCurrentWidget(self._crop_view)
        self._opening_timer.start()
        self._show_part()

    @Slot(int, str)
    def _on_written(self, number: int, path: str) -> None:
        if number == self._write_number:
            self._open(_Source(path, PASTED))

    @Slot(int, str)
    def _on_write_failed(self, number: int, sentence: str) -> None:
        if number == self._write_number:
            self._fail(FAILED_TITLE, sentence)

    @Slot(int, object)
    def _on_picture_loaded(self, job_id: int, picture: Picture) -> None:
        if job_id != self._load_job_id:
            return
        self._load_job_id = None
        self._opening_timer.stop()
        self._crop_view.set_picture(picture)
        self._stack.setCurrentWidget(self._crop_view)
        self._show_part()

    @Slot(object)
    def _on_job_failed(self, failed: JobFailed) -> None:
        if failed.job_id != self._load_job_id:
            return
        if self._source.photo_id is None:
            self._fail(FAILED_TITLE, failed.error.sentence)
        else:  # the library knows what it looks like, even while its drive is away
            self._load_job_id = None
            self._show_zone("image", NOT_SHOWN_TITLE, failed.error.sentence)

    def _fail(self, title: str, sentence: str) -> None:
        self._source = self._load_job_id = self._write_number = None
        self._settle_timer.stop()
        self._show_zone("warning", title, sentence)
        self._show_part()
        self.query_changed.emit(None)

    # ---- changes ------------------------------------------------------------------------------------------------

    @Slot()
    def _on_box_changed(self) -> None:
        self._show_part()
        self._settle_timer.start()

    @Slot()
    def _emit_query(self) -> None:
        query = self.query()
        if query != self._emitted:
            self._emitted = query
            self.query_changed.emit(query)

    # ---- what is shown ------------------------------------------------------------------------------------------

    def _show_zone(self, icon_name: str, title: str, text: str) -> None:
        self._opening_timer.stop()
        self._zone.tell(icon_name, title, texts.printable(text))
        self._stack.setCurrentWidget(self._zone)

    def _say_opening(self) -> None:
        self._show_zone("", OPENING, "")

    def _show_name(self, name: str, path: str = "") -> None:
        self._name.set_name(name, path)
        self._name.setVisible(bool(name))

    def _show_part(self) -> None:
        box = self._crop_view.box()
        self._whole_button.setVisible(box is not None)
        if box is not None:
            size = self._crop_view.full_size
            width_px, height_px = round((box.x1 - box.x0) * size.width()), round((box.y1 - box.y0) * size.height())
            share = percent_of(box)
            self._part.setText(f"{share[0].upper()}{share[1:]} of the picture\n{width_px} × {height_px} pixels")
        elif self._crop_view.has_picture():
            self._part.setText(f"{WHOLE}\n{CROP_HINT}")  # two lines as above: the picture keeps its size
        self._part.setVisible(self._crop_view.has_picture())

    # ---- dropping -----------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if may_be_usable(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._page_before = self._stack.currentWidget()
            self._stack.setCurrentWidget(self._held_zone)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._stack.setCurrentWidget(self._page_before)

    def dropEvent(self, event: QDropEvent) -> None:
        self._stack.setCurrentWidget(self._page_before)
        event.setDropAction(Qt.DropAction.CopyAction)  # whatever was offered: the file stays where it is
        event.accept()
        self.take(event.mimeData())
