"""A hit alone, or with the query picture: side by side, or one after the other in the same place. GUI thread only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from app import look_texts, motion, theme
from app.elided_label import ElidedLabel
from app.part_marks import Mark
from app.picture_view import part_of
from app.zoom_view import Place, ZoomView
from engine.types import Box

FLICKER_MS = 700  # slower than three changes a second, which may be harmful
_WHOLE = Box(0.0, 0.0, 1.0, 1.0)


class Mode(Enum):
    """How a hit is shown."""

    ONE = "one"
    SIDE = "side"
    FLICKER = "flicker"


class Pane(QWidget):
    """A picture with a caption below, which is there only while two are compared."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = ZoomView(self)
        self.caption = ElidedLabel(self)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        theme.set_role(self.caption, "muted")
        self.error = QLabel(self)
        self.error.setTextFormat(Qt.TextFormat.PlainText)
        self.error.setWordWrap(True)
        self.error.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        theme.set_role(self.error, "danger")
        self.error.hide()
        self.marks: tuple[Mark, ...] = ()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_S)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.error)
        layout.addWidget(self.caption)

    def show_error(self, sentence: str) -> None:
        """Say why there is no picture; empty: there is."""
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))

    def area(self) -> QRectF:
        """What of the picture is compared, in its pixels: the first box, or all of it."""
        size = self.view.full_size
        return part_of(QRectF(0, 0, size.width(), size.height()), self.marks[0].box if self.marks else _WHOLE)


class CompareView(QWidget):
    """Holds the two pictures and moves them together, so that what is framed in them stays at the same place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.query, self.hit = Pane(self), Pane(self)
        self.query.view.setAccessibleName(look_texts.QUERY_PICTURE)
        self._mode = Mode.ONE
        self._shows_frames = True
        self._is_fit = True  # what is compared is the whole pictures
        self._flicker = QTimer(self)
        self._flicker.setInterval(FLICKER_MS)
        self._flicker.timeout.connect(self._flip)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.SPACE_S)
        self._grid.setVerticalSpacing(0)
        self.query.view.moved.connect(lambda: self._on_moved(self.query, self.hit))
        self.hit.view.moved.connect(lambda: self._on_moved(self.hit, self.query))
        self.hit.view.resized.connect(lambda: self._align(is_hit_leading=True))
        self.set_mode(Mode.ONE)

    # ---- what is shown --------------------------------------------------------------------------------------------

    def mode(self) -> Mode:
        """How the hit is shown."""
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        """Show the hit alone, side by side with the query, or flickering with it."""
        self._mode = mode
        self._flicker.stop()
        for column in (0, 1):
            self._grid.setColumnStretch(column, 1 if column == 0 or mode is Mode.SIDE else 0)
        self._grid.addWidget(self.query, 0, 0)
        self._grid.addWidget(self.hit, 0, 1 if mode is Mode.SIDE else 0)
        self.query.setVisible(mode is Mode.SIDE)
        self.hit.setVisible(True)
        for pane in (self.query, self.hit):
            pane.caption.setVisible(mode is not Mode.ONE)
        self._align(is_hit_leading=True)
        if mode is Mode.FLICKER and not motion.is_reduced():
            self._flicker.start()

    def flip(self) -> None:
        """While flickering: show the other one, and leave it to the user from now on."""
        if self._mode is Mode.FLICKER:
            self._flicker.stop()
            self._flip()

    def is_flickering(self) -> bool:
        """Whether the pictures change by themselves."""
        return self._flicker.isActive()

    def leading(self) -> ZoomView:
        """The view that keys move: the one that has the focus or is alone to be seen, else the hit's."""
        is_query = self.hit.isHidden() or (self.query.view.hasFocus() and not self.query.isHidden())
        return self.query.view if is_query else self.hit.view

    def show_hit(self, image: QImage, full_size: QSize) -> None:
        """Show another hit, by a small image at first, at the place that is compared."""
        self._is_fit |= self._mode is Mode.ONE
        self.hit.view.set_image(image, full_size)
        self._align(self._is_fit)

    def add_hit_image(self, image: QImage, full_size: QSize) -> None:
        """A sharper image of the hit."""
        self.hit.view.add_image(image, full_size)
        self._align(self._is_fit)

    def add_query_image(self, image: QImage, full_size: QSize) -> None:
        """The query picture, or a sharper image of it."""
        self.query.view.add_image(image, full_size)
        self._align(is_hit_leading=True)

    def _align(self, is_hit_leading: bool) -> None:
        if self._mode is not Mode.ONE:
            self._follow(*((self.hit, self.query) if is_hit_leading else (self.query, self.hit)))

    def set_marks(self, query: Sequence[Mark], hit: Sequence[Mark]) -> None:
        """Frame what was searched for, and where it was found."""
        self.query.marks, self.hit.marks = tuple(query), tuple(hit)
        self.set_frames_visible(self._shows_frames)

    def set_frames_visible(self, is_visible: bool) -> None:
        """Show the frames, or hide them."""
        self._shows_frames = is_visible
        for pane in (self.query, self.hit):
            pane.view.set_marks(pane.marks if is_visible else ())
        self._align(is_hit_leading=True)

    def _flip(self) -> None:
        self.setUpdatesEnabled(False)  # else there is a moment without any picture
        shown, hidden = (self.hit, self.query) if self.query.isHidden() else (self.query, self.hit)
        had_focus = shown.view.hasFocus()
        hidden.setVisible(True)
        shown.setVisible(False)
        if had_focus:
            hidden.view.setFocus()
        self.setUpdatesEnabled(True)

    # ---- moving together ------------------------------------------------------------------------------------------

    def _on_moved(self, leader: Pane, follower: Pane) -> None:
        self._is_fit = leader.view.is_fit()
        if self._mode is not Mode.ONE:
            self._follow(leader, follower)

    def _follow(self, leader: Pane, follower: Pane) -> None:
        """Bring the follower to the place that corresponds to the leader's."""
        if not (leader.view.has_picture() and follower.view.has_picture()):
            return
        is_fit = leader.view.is_fit() and leader.view.place() == leader.view.target()
        if is_fit and self._mode is not Mode.FLICKER:
            follower.view.follow(None)
        else:
            follower.view.follow(corresponding(leader.view.place(), leader.area(), follower.area()))


def corresponding(place: Place, area: QRectF, other: QRectF) -> Place:
    """The place in another picture that shows its area `other` where `place` shows `area` of this one.

    Areas are in pixels of the originals. They are shown equally large; of areas of different shapes, the middles meet.
    """
    scale = place.scale * math.sqrt(area.width() * area.height() / (other.width() * other.height()))
    middle, other_middle = area.center(), other.center()
    ratio = place.scale / scale
    return Place(
        other_middle.x() + (place.x - middle.x()) * ratio, other_middle.y() + (place.y - middle.y()) * ratio, scale
    )
