"""One hit large beside the query, with what is known of it and what can be done with it."""

from __future__ import annotations

import os
from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from app import icons, theme
from app.bridge import Bridge
from app.elided_label import ElidedLabel
from app.picture_view import PictureView
from app.texts import away, joined, printable
from app.thumb_cache import ThumbCache
from engine.messages import JobFailed, LoadPicture
from engine.types import Hit, Picture

_SHOWN_SIDE_PX = 1600


class PreviewPanel(QFrame):
    """Shows a hit: its thumbnail at once, then the picture itself.

    Args:
        thumb_cache: where the thumbnail is taken from if it is in memory.

    Signals:
        open_requested(Hit), reveal_requested(Hit), find_similar_requested(Hit), copy_path_requested(Hit)
        closed(): the user is done with the preview; whoever shows the panel hides it.
    """

    open_requested = Signal(object)
    reveal_requested = Signal(object)
    find_similar_requested = Signal(object)
    copy_path_requested = Signal(object)
    closed = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None, thumb_cache: ThumbCache | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._thumb_cache = thumb_cache
        self._hit: Hit | None = None
        self._load_job_id: int | None = None
        self._picture_view = PictureView()
        self._name = ElidedLabel()
        self._folder = ElidedLabel()
        self._facts = QLabel()
        self._error = QLabel()
        self._buttons: list[QPushButton] = []
        self._lay_out()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Preview")
        bridge.picture_loaded.connect(self._on_picture_loaded)
        bridge.job_failed.connect(self._on_job_failed)
        self.show_hit(None)

    def _lay_out(self) -> None:
        theme.set_role(self, "panel")
        theme.set_role(self._name, "title")
        theme.set_role(self._folder, "muted")
        theme.set_role(self._facts, "muted")
        theme.set_role(self._error, "danger")
        self._error.setTextFormat(Qt.TextFormat.PlainText)
        self._error.setWordWrap(True)
        close_button = QToolButton()
        icons.set_icon(close_button, "close")
        close_button.setIconSize(QSize(16, 16))
        close_button.setToolTip("Close the preview (Esc)")
        close_button.setAccessibleName("Close the preview")
        close_button.clicked.connect(self.closed)
        header = QHBoxLayout()
        header.addWidget(self._name, 1)
        header.addWidget(close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_M, theme.SPACE_M)
        layout.setSpacing(theme.SPACE_S)
        layout.addLayout(header)
        layout.addWidget(self._picture_view, 1)
        layout.addWidget(self._error)
        layout.addWidget(self._folder)
        layout.addWidget(self._facts)
        layout.addLayout(self._button_grid())

    def _button_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(theme.SPACE_S)
        for place, (text, icon_name, signal) in enumerate(
            (
                ("&Open", "open", self.open_requested),
                ("Show in &folder", "folder", self.reveal_requested),
                ("Find &similar", "similar", self.find_similar_requested),
                ("&Copy path", "copy", self.copy_path_requested),
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

    def hit(self) -> Hit | None:
        """The hit shown."""
        return self._hit

    @Slot(object)
    def show_hit(self, hit: Hit | None) -> None:
        """Show this hit, or nothing. A picture still loading for another hit will be ignored."""
        if self._load_job_id is not None:
            self._bridge.cancel(self._load_job_id)
        self._hit, self._load_job_id = hit, None
        self._error.hide()
        for button in self._buttons:
            button.setEnabled(hit is not None)
        if hit is None:
            self._picture_view.set_image(QImage())
            self._picture_view.set_frame(None)
            for label in (self._name, self._folder):
                label.set_name("")
            self._facts.setText("")
            return
        thumbnail = self._thumb_cache.image(hit) if self._thumb_cache is not None else None
        self._picture_view.set_image(thumbnail or QImage(), QSize(hit.width_px, hit.height_px))
        self._picture_view.set_frame(hit.box)
        self._picture_view.setAccessibleName(f"Picture of {printable(os.path.basename(hit.path))}")
        self._name.set_name(os.path.basename(hit.path), hit.path)
        self._folder.set_name(os.path.dirname(hit.path))
        self._facts.setText(facts_of(hit))
        self._load_job_id = self._bridge.submit(LoadPicture(hit.path, _SHOWN_SIDE_PX))

    def update_hit(self, hit: Hit) -> None:
        """Show what has become known of the photo shown: its frame and its score."""
        self._hit = hit
        self._picture_view.set_frame(hit.box)
        self._facts.setText(facts_of(hit))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    @Slot(int, object)
    def _on_picture_loaded(self, job_id: int, picture: Picture) -> None:
        if job_id == self._load_job_id:
            self._load_job_id = None
            self._picture_view.set_picture(picture)

    @Slot(object)
    def _on_job_failed(self, failed: JobFailed) -> None:
        if failed.job_id == self._load_job_id:
            self._load_job_id = None
            self._error.setText(printable(failed.error.sentence))
            self._error.show()


def facts_of(hit: Hit) -> str:
    """The size and the score of a hit: "4000 × 3000 pixels · 87 % alike"."""
    return joined(
        f"{hit.width_px} × {hit.height_px} pixels",
        f"{round(hit.score * 100)} % alike",
        away(hit),
    )
