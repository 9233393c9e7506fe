"""One hit as large as the window: to look at closely, to compare with the query, to leaf through. GUI thread only."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QImage, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app import icons, look_texts, teaching_texts, texts, theme
from app.actions import Scope, command_for, command_named
from app.bridge import Bridge
from app.compare_view import CompareView, Mode
from app.elided_label import ElidedLabel
from app.file_facts import FileFacts, FileFactsReader
from app.part_marks import Mark, marks_of
from app.part_picker import PartPicker
from app.photo_facts import facts_of
from app.picture_keys import move_view, step_of
from app.picture_loader import PictureLoader
from app.shortcuts import with_key
from app.thumb_cache import ThumbCache
from engine.errors import EngineError
from engine.types import Box, Hit

SLIDE_MS = 4_000


class Viewer(QWidget):
    """Shows one hit; which one is up to whoever listens.

    Args:
        bridge: loads the pictures.
        thumb_cache: has the thumbnails, which are shown first.

    Signals:
        step_requested(int): the hit before (-1) or after (1) this one.
        closed(): back to the results.
        command_requested(str): a key of the results was pressed: the name of its command.
        menu_requested(Hit, QPoint): what can be done with the hit, at a global position.
        slideshow_changed(bool): it has begun or ended.
        hit_changed(Hit | None): another one is looked at; None while the viewer is not in use.
        part_picked(Hit, Box, bool): as of `PreviewPanel`.
    """

    step_requested = Signal(int)
    closed = Signal()
    command_requested = Signal(str)
    menu_requested = Signal(object, QPoint)
    slideshow_changed = Signal(bool)
    hit_changed = Signal(object)
    part_picked = Signal(object, object, bool)

    def __init__(self, bridge: Bridge, thumb_cache: ThumbCache, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumb_cache = thumb_cache
        self._hit: Hit | None = None
        self._file: FileFacts | None = None
        self._marked: bool | None = None
        self._query_marks: tuple[Mark, ...] = ()
        self._part_numbers: tuple[int, ...] = ()
        self._hits = PictureLoader(bridge, self)
        self._queries = PictureLoader(bridge, self)
        self._files = FileFactsReader(bridge, self)
        self.compare = CompareView(self)
        self._picker = PartPicker(self.compare.hit.view)
        self._name = ElidedLabel(self)
        self._place = QLabel(self)
        self._facts = ElidedLabel(self)
        self._percent = QLabel(self)
        self._slides = QTimer(self)
        self._slides.setInterval(SLIDE_MS)
        self._slides.timeout.connect(partial(self.step_requested.emit, 1))
        self._is_sliding = False
        self._modes = QButtonGroup(self)
        self._mode_buttons: dict[Mode, QToolButton] = {}
        self._make_buttons()
        self._lay_out()
        self._connect()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # Tab stops at the pictures and buttons
        self.setAccessibleName(look_texts.LARGE_VIEW)

    # ---- making ---------------------------------------------------------------------------------------------------

    def _make_buttons(self) -> None:
        view = self.compare.hit.view
        self._back = self._tool("back", look_texts.BACK, self.closed.emit, "Esc")
        self._previous = self._tool("previous", look_texts.PREVIOUS, partial(self.step_requested.emit, -1), "Left")
        self._next = self._tool("next", look_texts.NEXT, partial(self.step_requested.emit, 1), "Right")
        for mode, icon_name, text, command in (
            (Mode.ONE, "photo", look_texts.ONE, ""),
            (Mode.SIDE, "side-by-side", look_texts.SIDE, "compare_side"),
            (Mode.FLICKER, "flicker", look_texts.FLICKER, "compare_flicker"),
        ):
            button = self._tool(icon_name, text, partial(self.set_mode, mode), command)
            button.setCheckable(True)
            self._modes.addButton(button)
            self._mode_buttons[mode] = button
        ask = self.command_requested.emit
        self._frame = self._tool("frame", look_texts.FRAME, partial(ask, "show_frames"), "show_frame")
        self._heat = self._tool("heat", look_texts.HEAT, partial(ask, "show_heat"), "show_heat")
        for toggle in (self._frame, self._heat):
            toggle.setCheckable(True)
        self._frame.setChecked(True)
        self._part = self._tool("part", look_texts.PICK_PART, self.begin_picking, "pick_part")
        self._zoom = (
            self._tool("zoom-out", look_texts.ZOOM_OUT, lambda: self.compare.leading().zoom_steps(-1), "zoom_out"),
            self._tool("zoom-in", look_texts.ZOOM_IN, lambda: self.compare.leading().zoom_steps(1), "zoom_in"),
            self._tool("fit", look_texts.FIT, view.fit, "zoom_fit"),
        )
        self._slide = self._tool("slideshow", look_texts.SLIDESHOW, self.start_slideshow, "slideshow")

    def _tool(self, icon_name: str, text: str, on_click: Callable[[], object], keys_of: str) -> QToolButton:
        """A button; `keys_of` is a key, or the command whose key its tool tip tells."""
        button = QToolButton(self)
        icons.set_icon(button, icon_name)
        button.setIconSize(QSize(18, 18))
        button.setAccessibleName(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys to the picture
        button.clicked.connect(lambda: on_click())
        if not keys_of:
            keys: Sequence[str] = ()
        elif keys_of in ("Esc", "Left", "Right"):
            keys = (keys_of,)
        else:
            keys = command_named(keys_of).keys_in_force
        button.setToolTip(with_key(text, keys))
        return button

    def _lay_out(self) -> None:
        theme.set_role(self._name, "title")
        for label in (self._place, self._facts, self._percent):
            theme.set_role(label, "muted")
        self._percent.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._percent.setMinimumWidth(self._percent.fontMetrics().horizontalAdvance("0000 %") + theme.SPACE_S)
        self._bars = (
            self._bar(self._back, (self._name, 1), self._previous, self._place, self._next, theme.SPACE_M,
                      *self._mode_buttons.values(), theme.SPACE_M, self._frame, self._heat, self._part,
                      self._slide),
            self._bar((self._facts, 1), self._zoom[0], self._percent, *self._zoom[1:]),
        )  # fmt: skip
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_M, theme.SPACE_S)
        layout.setSpacing(theme.SPACE_S)
        layout.addWidget(self._bars[0])
        layout.addWidget(self.compare, 1)
        layout.addWidget(self._bars[1])
        self.set_mode(Mode.ONE)

    def _bar(self, *parts: QWidget | tuple[QWidget, int] | int) -> QWidget:
        bar = QWidget(self)
        row = QHBoxLayout(bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE_XS)
        for part in parts:
            if isinstance(part, int):
                row.addSpacing(part)
            elif isinstance(part, tuple):
                row.addWidget(*part)
            else:
                row.addWidget(part)
        return bar

    def _connect(self) -> None:
        for pane, loader in ((self.compare.hit, self._hits), (self.compare.query, self._queries)):
            pane.view.sharper_wanted.connect(loader.sharpen)
            pane.view.rescaled.connect(self._show_percent)
            loader.failed.connect(partial(self._on_failed, pane))
        self._hits.arrived.connect(self.compare.add_hit_image)
        self._queries.arrived.connect(self.compare.add_query_image)
        self._files.told.connect(self._on_file_told)
        self._picker.picked.connect(self._on_picked)
        self._picker.ended.connect(self.compare.hit.view.setFocus)

    # ---- what is shown --------------------------------------------------------------------------------------------

    def hit(self) -> Hit | None:
        """The hit shown; None while the viewer is not in use."""
        return self._hit

    def show_query(self, path: str | None, name: str, marks: Sequence[Mark]) -> None:
        """Compare with this picture from now on, of which these parts were searched for; None: there is none."""
        self._query_marks = tuple(marks)
        self.compare.query.view.set_image(QImage())
        self.compare.query.show_error("" if path is not None else look_texts.NO_QUERY_PICTURE)
        self.compare.query.caption.set_name(name or look_texts.QUERY_CAPTION)
        self._queries.load(path)

    def show_hit(self, hit: Hit, n: int, total: int, ahead: Sequence[Hit] = ()) -> None:
        """Show a hit, the `n`-th of `total`; `ahead` may be asked for next."""
        if self._hit is None or hit.photo_id != self._hit.photo_id:
            self._file = None
            thumbnail = self._thumb_cache.image(hit)
            self.compare.hit.show_error("")
            self._hit = hit
            self.compare.show_hit(thumbnail or QImage(), QSize(hit.width_px, hit.height_px))
            self._hits.load(hit.path)
            self._hits.load_ahead([other.path for other in ahead if other.online])
            self._files.ask(hit.path)
            self._picker.end()
            self.hit_changed.emit(hit)
        self._place.setText(look_texts.place(n, total))
        self._previous.setEnabled(n > 1)
        self._next.setEnabled(n < total)
        self.update_hit(hit)
        if self._slides.isActive():
            self._slides.start()

    def update_hit(self, hit: Hit) -> None:
        """Show what has become known of the hit shown: its frame and its score."""
        self._hit = hit
        name = os.path.basename(hit.path)
        self._name.set_name(name, hit.path)
        self.compare.hit.caption.set_name(name)
        self.compare.hit.view.setAccessibleName(look_texts.PICTURE_OF.format(name=texts.printable(name)))
        marks = marks_of(hit, self._part_numbers)
        self.compare.set_marks(self._query_marks if marks else (), marks)
        self._frame.setEnabled(bool(marks))
        self._show_facts()

    def set_mode(self, mode: Mode) -> None:
        """Show the hit alone, side by side with the query, or flickering with it."""
        self._mode_buttons[mode].setChecked(True)
        self.compare.set_mode(mode)

    def leave(self) -> None:
        """Let go of the pictures: the viewer is not in use any more."""
        self.end_slideshow()
        self.set_mode(Mode.ONE)
        self._hit = None
        self._picker.end()
        self.hit_changed.emit(None)
        for loader in (self._hits, self._queries):
            loader.forget()
        self.compare.hit.view.set_image(QImage())

    def finish(self) -> None:
        """Wait for pictures under way; the window is closing."""
        self.leave()
        for loader in (self._hits, self._queries):
            loader.close()

    def show_frames(self, is_on: bool) -> None:
        """Frame what was searched for and where it was found, or leave it to the eye."""
        self._frame.setChecked(is_on)
        self.compare.set_frames_visible(is_on)

    def set_part_numbers(self, numbers: Sequence[int]) -> None:
        """The numbers of the parts that frames are about, as in `Parts`."""
        self._part_numbers = tuple(numbers)

    def set_heat(self, is_on: bool, image: QImage) -> None:
        """Lay this over the hit, a null image for nothing; whether it is wanted at all."""
        self._heat.setChecked(is_on)
        self.compare.hit.view.set_overlay(image)

    def begin_picking(self) -> None:
        """Let the user draw a box on the hit, see `part_picked`."""
        view = self.compare.hit.view
        if view.has_picture() and not self._is_sliding:
            self.set_mode(Mode.ONE)
            self._picker.begin(view.image(), view.full_size)

    @Slot(object, bool)
    def _on_picked(self, box: Box, is_added: bool) -> None:
        self.part_picked.emit(self._hit, box, is_added)

    def set_marked(self, same: bool | None) -> None:
        """How the hit is marked: as the same, as something else, or not."""
        self._marked = same
        self._show_facts()

    def _show_percent(self) -> None:
        percent = self.compare.hit.view.percent()
        self._percent.setText(look_texts.PERCENT.format(n=percent) if percent else "")

    def _show_facts(self) -> None:
        if self._hit is not None:
            folder = os.path.dirname(self._hit.path)
            marked = {True: teaching_texts.MARKED_SAME, False: teaching_texts.MARKED_DIFFERENT}.get(self._marked, "")
            self._facts.set_name(texts.joined(marked, texts.printable(folder), facts_of(self._hit, self._file)))

    @Slot(object)
    def _on_file_told(self, file: FileFacts) -> None:
        if self._hit is not None and file.path == self._hit.path:
            self._file = file
            self._show_facts()

    def _on_failed(self, pane: object, error: EngineError) -> None:
        pane.show_error(texts.sentence(error.sentence))  # type: ignore[attr-defined]

    # ---- slideshow ------------------------------------------------------------------------------------------------

    def start_slideshow(self) -> None:
        """Show one hit after the other, without anything round it, until the last one or Esc."""
        self._is_sliding = True
        self.set_mode(Mode.ONE)
        self.compare.hit.view.fit()
        for bar in self._bars:
            bar.hide()
        self.setFocus()
        self._slides.start()
        self.slideshow_changed.emit(True)

    def end_slideshow(self) -> None:
        """Stay at the hit shown."""
        if self._is_sliding:
            self._is_sliding = False
            self._slides.stop()
            for bar in self._bars:
                bar.show()
            self.slideshow_changed.emit(False)

    def is_sliding(self) -> bool:
        """Whether a slideshow is on, also while it is held."""
        return self._is_sliding

    # ---- input ----------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self._is_sliding:
                self.end_slideshow()
            else:
                self.closed.emit()
        elif step := step_of(event):
            self.step_requested.emit(step)
        elif not (self._on_picture_key(event) or move_view(event, self.compare.leading())):
            if command := command_for(event, Scope.RESULTS):
                self.command_requested.emit(command)
            else:
                super().keyPressEvent(event)

    def _on_picture_key(self, event: QKeyEvent) -> bool:
        match command_for(event, Scope.PICTURE):
            case "show_frame":
                self._frame.click()
            case "compare_side":
                self._toggle_mode(Mode.SIDE)
            case "compare_flicker":
                self._toggle_mode(Mode.FLICKER)
            case "flip":
                self._flip_or_hold()
            case _:
                return False
        return True

    def _toggle_mode(self, mode: Mode) -> None:
        if not self._is_sliding:
            self.set_mode(Mode.ONE if self.compare.mode() is mode else mode)

    def _flip_or_hold(self) -> None:
        if not self._is_sliding:
            self.compare.flip()
        elif self._slides.isActive():
            self._slides.stop()
        else:
            self._slides.start()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._hit is not None:
            self.menu_requested.emit(self._hit, event.globalPos())
