"""The query: a picture opened, dropped or pasted, with boxes in it, and parts of other pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QMimeData, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app import query_texts, texts, theme
from app.bridge import Bridge
from app.crop_view import CropView
from app.drop_zone import DropZone
from app.drops import accept
from app.elided_label import ElidedLabel
from app.part_marks import Mark, marks_in
from app.part_pictures import PartPictures
from app.part_words import size_words
from app.parts import Part, Parts, QueryParts, Source
from app.parts_bar import PartsBar
from app.query_buttons import QueryButtons
from app.query_input import PASTED, QueryInput, Use, source_of, source_of_hit
from engine.types import Box, Hit, Query

# A search starts this long after the last change, and no sooner than EVERY_MS after the one before: it is answered
# within 150 ms of the last move, and a box that is moved on and on does not keep the engine busy.
SETTLE_MS = 60
EVERY_MS = 120
_SAY_OPENING_MS = 200  # most pictures are there before a word about it could be read


class QueryPanel(QFrame):
    """Holds the query and lets the user change it.

    Signals:
        query_changed(Parts | None): shortly after the last change; None when there is nothing to search with any more.
        box_moved(): a box is being changed, a search will follow.
        folder_dropped(str): a folder was dropped or pasted instead of a picture.
        message(str): a sentence for the user, for example why a drop could not be used.
    """

    query_changed = Signal(object)
    box_moved = Signal()
    folder_dropped = Signal(str)
    message = Signal(str)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = QueryParts(self)
        self._pictures = PartPictures(bridge, self)
        self._shown: Source | None = None  # whose picture the crop view has, or waits for
        self._emitted: Parts | None = None
        self._input = QueryInput(bridge, self)
        self._crop_view = CropView()
        self._bar = PartsBar()
        self.buttons = QueryButtons()
        self._zone = DropZone()
        self._held_zone = DropZone()  # shown while something is held over the panel
        self._page_before: QWidget | None = None
        self._stack = QStackedWidget()
        self._name = ElidedLabel()
        self._part = QLabel()
        self._whole_button = QPushButton(query_texts.WHOLE)
        self._add_button = QPushButton(query_texts.ADD_PART)
        self._settle_timer = self._timer(SETTLE_MS, self._emit_query)
        self._every_timer = self._timer(EVERY_MS, lambda: None)
        self._opening_timer = self._timer(_SAY_OPENING_MS, self._say_opening)
        self._lay_out()
        self._connect()
        self.setAcceptDrops(True)
        self._show_zone("image", query_texts.EMPTY_TITLE, query_texts.EMPTY_TEXT)
        self._show_name("")
        self._show_parts()

    def _timer(self, interval_ms: int, on_timeout: Callable[[], None]) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=interval_ms)
        timer.timeout.connect(on_timeout)
        return timer

    def _lay_out(self) -> None:
        theme.set_role(self, "panel")
        theme.set_role(self._part, "small")
        for button in (self._whole_button, self._add_button):
            theme.set_role(button, "link")
        self._part.setWordWrap(True)
        self._part.setTextFormat(Qt.TextFormat.PlainText)
        self._whole_button.setToolTip(query_texts.WHOLE_TIP)
        self._add_button.setToolTip(query_texts.ADD_PART_TIP)
        self._add_button.setMenu(self._add_menu())
        self._held_zone.tell("image", query_texts.ACTIVE_TITLE, query_texts.ACTIVE_TEXT, is_active=True)
        self._stack.addWidget(self._zone)
        self._stack.addWidget(self._held_zone)
        self._stack.addWidget(self._crop_view)
        name_row, part_row = QHBoxLayout(), QHBoxLayout()
        labelled = (name_row, self._name, self._add_button), (part_row, self._part, self._whole_button)
        for row, label, button in labelled:
            row.addWidget(label, 1)
            row.addWidget(button)
            row.addStrut(button.sizeHint().height())  # also while it is hidden
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_M, theme.SPACE_M, theme.SPACE_M, theme.SPACE_M)
        layout.setSpacing(theme.SPACE_S)
        layout.addWidget(self._stack, 1)
        layout.addLayout(name_row)
        layout.addLayout(part_row)
        layout.addWidget(self._bar)
        layout.addWidget(self.buttons)

    def _add_menu(self) -> QMenu:
        menu = QMenu(self)
        self._add_box_action = menu.addAction(query_texts.ADD_BOX, self._crop_view.begin_adding)
        menu.addAction(query_texts.ADD_PICTURE, lambda: self._input.choose(Use.PART))
        menu.addAction(query_texts.ADD_COPIED, lambda: self._input.paste(Use.PART))
        return menu

    def _connect(self) -> None:
        parts, crop_view, bar = self._parts, self._crop_view, self._bar
        self._zone.clicked.connect(self.choose_file)
        self.buttons.open_requested.connect(self.choose_file)
        self.buttons.paste_requested.connect(self.paste)
        crop_view.box_changed.connect(self._on_box_changed)
        crop_view.part_added.connect(lambda box: self._add(Part(self._shown, box)))
        crop_view.part_chosen.connect(parts.choose)
        crop_view.part_removed.connect(lambda: parts.remove(parts.current()))
        crop_view.part_toggled.connect(lambda: parts.toggle_unwanted(parts.current()))
        crop_view.part_weighted.connect(lambda by: parts.change_weight(parts.current(), by))
        bar.chosen.connect(parts.choose)
        bar.toggled.connect(parts.toggle_unwanted)
        bar.removed.connect(parts.remove)
        bar.weight_changed.connect(parts.change_weight)
        bar.dropped.connect(self._input.take)
        parts.changed.connect(self._on_parts_changed)
        self._whole_button.clicked.connect(self.clear_box)
        self._input.given.connect(self._on_given)
        self._input.writing.connect(self._on_writing)
        self._input.failed.connect(self._on_write_failed)
        self._input.folder_dropped.connect(self.folder_dropped)
        self._input.refused.connect(self.message)
        self._pictures.loaded.connect(self._on_picture_loaded)
        self._pictures.failed.connect(self._on_picture_failed)

    # ---- for the window -----------------------------------------------------------------------------------------

    def query(self) -> Query | None:
        """What to search for as it stands now, without its further parts."""
        asked = self._parts.asked()
        return None if asked is None else asked.wanted[0]

    def parts(self) -> tuple[Part, ...]:
        """The parts of the query, in their order."""
        return self._parts.all()

    def current_part(self) -> int:
        """The place of the part in work."""
        return self._parts.current()

    def picture_path(self) -> str | None:
        """The file of the query picture."""
        return None if self._shown is None else self._shown.path

    def picture_name(self) -> str:
        """What the query picture is called; empty without one."""
        return "" if self._shown is None else self._shown.name

    def picture_marks(self) -> tuple[Mark, ...]:
        """The boxes in the query picture."""
        return () if self._shown is None else marks_in(self._shown, self._parts.all())

    def shown_picture(self) -> QImage:
        """The query's picture as it is shown; a null image while there is none."""
        return QImage() if self._shown is None else self._pictures.image(self._shown)

    def awaits_picture(self) -> bool:
        """Whether the query's picture is about to be shown."""
        return self._shown is not None and self.shown_picture().isNull() and not self._pictures.failure(self._shown)

    def shown_part(self) -> QImage:
        """The query's picture as it is shown, or the part of it in the box; a null image while there is none."""
        return self._crop_view.part()

    def open_file(self, path: str, box: Box | None = None) -> None:
        """Search with this picture file, or the box in it."""
        self._open(source_of(path), box)

    def clear(self) -> None:
        """Search with nothing."""
        self._forget()
        self._show_zone("image", query_texts.EMPTY_TITLE, query_texts.EMPTY_TEXT)
        self.query_changed.emit(None)

    @Slot(object)
    def open_photo(self, hit: Hit, box: Box | None = None) -> None:
        """Search with this photo of the library, or the box in it: find similar ones."""
        self._open(source_of_hit(hit), box)

    def add_photo(self, hit: Hit, box: Box | None = None) -> None:
        """Search with this photo of the library, or the box in it, beside the parts there are."""
        if self._parts.all():
            self._add(Part(source_of_hit(hit), box))
        else:
            self.open_photo(hit, box)

    def restore(self, parts: Sequence[Part], current: int) -> None:
        """Search with these parts again, the one at this place in work; `query_changed` comes before this returns."""
        self._emitted = None
        self._input.forget()
        self._parts.restore(parts, current)
        self._settle_timer.stop()
        self._emit_query()

    @Slot()
    def paste(self) -> None:
        """Search with what is on the clipboard."""
        self._input.paste()

    @Slot()
    def choose_file(self) -> None:
        """Let the user choose a picture file; returns at once."""
        self._input.choose()

    @Slot()
    def clear_box(self) -> None:
        """Search for the whole picture again, and for nothing else."""
        self._parts.keep_whole()

    @Slot()
    def drop_part(self) -> None:
        """Take the part in work out; of the last one only its box."""
        self._parts.remove(self._parts.current())

    def take(self, mime: QMimeData) -> None:
        """Use dropped or pasted data: a picture becomes the query, a folder is handed on, anything else explained."""
        self._input.take(mime)

    def finish(self) -> None:
        """Wait for a pasted picture that is being written. To be called when the window closes."""
        self._settle_timer.stop()
        self._input.close()

    # ---- from the source to the picture -------------------------------------------------------------------------

    def _open(self, source: Source, box: Box | None = None) -> None:
        self._forget()
        self._parts.start(source, box)

    def _add(self, part: Part) -> None:
        if not self._parts.add(part):
            self.message.emit(query_texts.no_room())

    def _forget(self) -> None:
        """Let go of the query there was; what is still under way for it will be ignored."""
        self._emitted = None
        self._input.forget()
        self._parts.clear()
        self._settle_timer.stop()
        self._show_picture(QImage(), QSize())

    @Slot(object, object)
    def _on_given(self, source: Source, use: Use) -> None:
        if use is not Use.QUERY and self._parts.all():
            self._add(Part(source, is_unwanted=use is Use.UNWANTED))
        else:
            self._open(source)

    @Slot(object)
    def _on_writing(self, use: Use) -> None:
        if use is Use.QUERY:
            self._forget()
            self._show_name(PASTED)

    @Slot(str, object)
    def _on_write_failed(self, sentence: str, use: Use) -> None:
        if use is not Use.QUERY:
            self.message.emit(sentence)
        else:
            self._fail(sentence)

    @Slot(object)
    def _on_picture_loaded(self, source: Source) -> None:
        if source == self._shown:
            self._show_source()
        self._show_parts()

    @Slot(object, str)
    def _on_picture_failed(self, source: Source, sentence: str) -> None:
        if source.photo_id is not None:  # the library knows what it looks like, even while its drive is away
            if source == self._shown:
                self._show_source()
        elif all(part.source == source for part in self._parts.all()):
            self._fail(sentence)
        else:
            self.message.emit(sentence)
            self._parts.remove_source(source)

    def _fail(self, sentence: str) -> None:
        self._forget()
        self._show_zone("warning", query_texts.FAILED_TITLE, sentence)
        self.query_changed.emit(None)

    # ---- changes ------------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_box_changed(self, box: Box | None) -> None:
        self.box_moved.emit()
        self._parts.set_box(box)

    @Slot()
    def _on_parts_changed(self) -> None:
        parts, part = self._parts.all(), self._parts.part()
        self._pictures.need(parts)
        if part is not None and part.source != self._shown:
            self._shown = part.source
            self._show_name(part.source.name, part.source.path)
            self._show_source()
        elif part is None:
            self._shown = None
            self._show_name("")
        self._show_parts()
        self._settle_timer.start(max(SETTLE_MS, self._every_timer.remainingTime()))

    @Slot()
    def _emit_query(self) -> None:
        asked = self._parts.asked()
        if asked != self._emitted:
            self._emitted = asked
            self._every_timer.start()
            self.query_changed.emit(asked)

    # ---- what is shown ------------------------------------------------------------------------------------------

    def _show_zone(self, icon_name: str, title: str, text: str) -> None:
        self._opening_timer.stop()
        self._zone.tell(icon_name, title, texts.printable(text))
        self._stack.setCurrentWidget(self._zone)

    def _say_opening(self) -> None:
        self._show_zone("", query_texts.OPENING, "")

    def _show_name(self, name: str, path: str = "") -> None:
        self._name.set_name(name, path)
        self._name.setVisible(bool(name))

    def _show_source(self) -> None:
        """Show the picture of the part in work, or why it cannot be."""
        failure = self._pictures.failure(self._shown)
        if failure:
            self._show_zone("image", query_texts.NOT_SHOWN_TITLE, failure)
        else:
            self._show_picture(self._pictures.image(self._shown), self._pictures.full_size(self._shown))

    def _show_picture(self, image: QImage, full_size: QSize) -> None:
        """Show this picture; a null image is one that is awaited."""
        self._crop_view.set_image(image, full_size)
        self._stack.setCurrentWidget(self._crop_view)
        if image.isNull():
            self._opening_timer.start()
        else:
            self._opening_timer.stop()

    def _show_parts(self) -> None:
        """Show the boxes in the picture, the list, and what there is to say about the part in work."""
        parts, current = self._parts.all(), self._parts.current()
        if parts:
            self._crop_view.show_parts(parts, current)
        had_focus = self._bar.has_focus()
        self._bar.show_parts(parts, current, self._pictures.cut_out)
        if had_focus and self._bar.isHidden():
            self._crop_view.setFocus()
        box, has_picture = self._crop_view.box(), self._crop_view.has_picture()
        self._whole_button.setVisible(box is not None or len(parts) > 1)
        self._add_button.setVisible(bool(parts))
        self._add_box_action.setEnabled(box is not None)
        if box is not None:
            self._part.setText(size_words(box, self._crop_view.full_size))
        elif has_picture:
            # Two lines as above: the picture keeps its size.
            self._part.setText(f"{query_texts.WHOLE}\n{query_texts.CROP_HINT}")
        self._part.setVisible(has_picture)

    # ---- dropping -----------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if accept(event):
            self._page_before = self._stack.currentWidget()
            self._stack.setCurrentWidget(self._held_zone)
            self._bar.show_drop_hint(bool(self._parts.all()))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._end_drag()

    def dropEvent(self, event: QDropEvent) -> None:
        self._end_drag()
        accept(event)
        self.take(event.mimeData())

    def _end_drag(self) -> None:
        self._stack.setCurrentWidget(self._page_before)
        self._bar.show_drop_hint(False)
