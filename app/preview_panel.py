"""One hit large beside the query, with what is known of it and what can be done with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from app import icons, look_texts, theme
from app.actions import Scope, command_for
from app.bridge import Bridge
from app.elided_label import ElidedLabel
from app.file_facts import FileFacts, FileFactsReader
from app.part_marks import marks_of
from app.part_picker import PartPicker
from app.photo_facts import facts_of
from app.picture_keys import move_view, step_of
from app.picture_loader import PictureLoader
from app.texts import printable, sentence
from app.thumb_cache import ThumbCache
from app.words import tr
from app.zoom_view import ZoomView
from engine.errors import EngineError
from engine.types import Box, Hit


class PreviewPanel(QFrame):
    """Shows a hit: its thumbnail at once, then the picture itself.

    Args:
        thumb_cache: where the thumbnail is taken from if it is in memory.

    Signals:
        open_requested(Hit), reveal_requested(Hit), find_similar_requested(Hit), copy_path_requested(Hit)
        look_closer_requested(Hit): to see it as large as the window.
        step_requested(int): the hit before (-1) or after (1) this one.
        hit_changed(Hit | None): another one is looked at; None while the preview is hidden.
        part_picked(Hit, Box, bool): a box was drawn on the hit, to search for that part of it; whether it is to be
            added to the parts there are.
        command_requested(str): a button or a key of the results was pressed: the name of its command.
        closed(): the user is done with the preview; whoever shows the panel hides it.
    """

    open_requested = Signal(object)
    reveal_requested = Signal(object)
    find_similar_requested = Signal(object)
    copy_path_requested = Signal(object)
    look_closer_requested = Signal(object)
    step_requested = Signal(int)
    hit_changed = Signal(object)
    part_picked = Signal(object, object, bool)
    command_requested = Signal(str)
    closed = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None, thumb_cache: ThumbCache | None = None) -> None:
        super().__init__(parent)
        self._thumb_cache = thumb_cache
        self._hit: Hit | None = None
        self._file: FileFacts | None = None
        self._loader = PictureLoader(bridge, self)
        self._files = FileFactsReader(bridge, self)
        self._picture_view = ZoomView()
        self._picker = PartPicker(self._picture_view)
        self._part_numbers: tuple[int, ...] = ()
        self._name = ElidedLabel()
        self._folder = ElidedLabel()
        self._facts = QLabel()
        self._error = QLabel()
        self._buttons: list[QPushButton] = []
        self._expand = self._tool("expand", look_texts.LOOK_CLOSER, self._emitter(self.look_closer_requested))
        self._frame = self._tool("frame", look_texts.FRAME, self._asker("show_frames"))
        self._heat = self._tool("heat", look_texts.HEAT, self._asker("show_heat"))
        for button in (self._frame, self._heat):
            button.setCheckable(True)
        self._frame.setChecked(True)
        self._part = self._tool("part", look_texts.PICK_PART, self._asker("pick_part"))
        self._lay_out()
        self.setAccessibleName(look_texts.PREVIEW)
        self._picture_view.sharper_wanted.connect(self._loader.sharpen)
        self._loader.arrived.connect(self._picture_view.add_image)
        self._loader.failed.connect(self._on_failed)
        self._files.told.connect(self._on_file_told)
        self._picker.picked.connect(self._on_picked)
        self._picker.ended.connect(self._picture_view.setFocus)
        self.show_hit(None)

    def _lay_out(self) -> None:
        theme.set_role(self, "panel")
        theme.set_role(self._name, "title")
        for label in (self._folder, self._facts):
            theme.set_role(label, "muted")
        theme.set_role(self._error, "danger")
        for label in (self._error, self._facts):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        header = QHBoxLayout()
        header.setSpacing(theme.SPACE_XS)
        header.addWidget(self._name, 1)
        close = self._tool("close", look_texts.CLOSE_PREVIEW, self.closed.emit)
        for button in (self._frame, self._heat, self._part, self._expand, close):
            header.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_M, theme.SPACE_M)
        layout.setSpacing(theme.SPACE_S)
        layout.addLayout(header)
        layout.addWidget(self._picture_view, 1)
        layout.addWidget(self._error)
        layout.addWidget(self._folder)
        layout.addWidget(self._facts)
        layout.addLayout(self._button_grid())

    def _tool(self, icon_name: str, text: str, on_click: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        icons.set_icon(button, icon_name)
        button.setIconSize(QSize(16, 16))
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(on_click)
        return button

    def _button_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(theme.SPACE_S)
        for place, (text, icon_name, signal) in enumerate(
            (
                (tr("&Open"), "open", self.open_requested),
                (tr("Show in &folder"), "folder", self.reveal_requested),
                (tr("Find &similar"), "similar", self.find_similar_requested),
                (tr("&Copy path"), "copy", self.copy_path_requested),
            )
        ):
            button = QPushButton(text)
            icons.set_icon(button, icon_name)
            button.clicked.connect(self._emitter(signal))
            self._buttons.append(button)
            grid.addWidget(button, place // 2, place % 2)
        return grid

    def _emitter(self, signal: SignalInstance) -> Callable[[], None]:
        def emit() -> None:
            if self._hit is not None:
                signal.emit(self._hit)

        return emit

    def _asker(self, name: str) -> Callable[[], None]:
        return lambda: self.command_requested.emit(name)

    def hit(self) -> Hit | None:
        """The hit shown."""
        return self._hit

    @Slot(object)
    def show_hit(self, hit: Hit | None) -> None:
        """Show this hit, or nothing. A picture still loading for another hit will be ignored."""
        self._hit, self._file = hit, None
        self._picker.end()
        self._error.hide()
        for button in (*self._buttons, self._expand, self._part):
            button.setEnabled(hit is not None)
        if hit is None:
            self._picture_view.set_image(QImage())
            for label in (self._name, self._folder):
                label.set_name("")
            self._facts.setText("")
        else:
            thumbnail = self._thumb_cache.image(hit) if self._thumb_cache is not None else None
            self._picture_view.set_image(thumbnail or QImage(), QSize(hit.width_px, hit.height_px))
            self._picture_view.setAccessibleName(
                look_texts.PICTURE_OF.format(name=printable(os.path.basename(hit.path)))
            )
            self._name.set_name(os.path.basename(hit.path), hit.path)
            self._folder.set_name(os.path.dirname(hit.path))
            self._facts.setText(facts_of(hit))
            self._files.ask(hit.path)
        self._show_marks()
        self._loader.load(None if hit is None else hit.path)
        if not self.isHidden():
            self.hit_changed.emit(hit)

    def update_hit(self, hit: Hit) -> None:
        """Show what has become known of the photo shown: its frame and its score."""
        self._hit = hit
        self._facts.setText(facts_of(hit, self._file))
        self._show_marks()

    def finish(self) -> None:
        """Wait for a picture under way; the window is closing."""
        self._loader.close()

    def show_frames(self, is_on: bool) -> None:
        """Frame what was found, or leave it to the eye."""
        self._frame.setChecked(is_on)
        self._show_marks()

    def set_part_numbers(self, numbers: Sequence[int]) -> None:
        """The numbers of the parts that frames are about, as in `Parts`."""
        self._part_numbers = tuple(numbers)
        self._show_marks()

    def set_heat(self, is_on: bool, image: QImage) -> None:
        """Lay this over the picture, a null image for nothing; whether it is wanted at all."""
        self._heat.setChecked(is_on)
        self._picture_view.set_overlay(image)

    def begin_picking(self) -> None:
        """Let the user draw a box on the hit, see `part_picked`."""
        if self._picture_view.has_picture():
            self._picker.begin(self._picture_view.image(), self._picture_view.full_size)

    def _show_marks(self) -> None:
        marks = () if self._hit is None else marks_of(self._hit, self._part_numbers)
        self._frame.setVisible(bool(marks))
        self._picture_view.set_marks(marks if self._frame.isChecked() else ())

    @Slot(object, bool)
    def _on_picked(self, box: Box, is_added: bool) -> None:
        self.part_picked.emit(self._hit, box, is_added)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.hit_changed.emit(self._hit)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._picker.end()
        self.hit_changed.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif step := step_of(event):
            self.step_requested.emit(step)
        elif command_for(event, Scope.PICTURE) == "show_frame":
            self._frame.click()
        elif (name := command_for(event, Scope.RESULTS)) in ("pick_part", "show_heat"):
            self.command_requested.emit(name)
        elif not move_view(event, self._picture_view):
            super().keyPressEvent(event)

    @Slot(object)
    def _on_file_told(self, file: FileFacts) -> None:
        if self._hit is not None and file.path == self._hit.path:
            self._file = file
            self._facts.setText(facts_of(self._hit, file))

    @Slot(object)
    def _on_failed(self, error: EngineError) -> None:
        self._error.setText(sentence(error.sentence))
        self._error.show()
