"""Why was this photo not found? The user shows the photo, and is told its rank and score, or what is in the way."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QMimeData, QObject, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication, QImage, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app import explanations, texts, theme
from app.bridge import Bridge
from app.drop_zone import DropZone
from app.drops import PictureFile, Refused, may_be_usable, read_drop
from app.elided_label import ElidedLabel
from app.picture_view import PictureView
from app.searching import Searching
from app.words import tr
from engine.messages import Explain, Explanation, JobDone, JobFailed, LoadPicture, Verdict
from engine.types import Picture

_PICTURE_PX = 132
_LOADED_PX = 400


class WhyNotDialog(QDialog):
    """Asks for the photo and shows the answer. Stays open beside the window, so that a photo can be dropped on it.

    Signals:
        asked(str): the path of a photo.
        chosen(): the button that does something about it was pressed.
    """

    asked = Signal(str)
    chosen = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(explanations.TITLE)
        self.setAcceptDrops(True)
        self._zone = DropZone(self)
        self._zone.setMinimumHeight(130)
        self._zone.clicked.connect(self.choose)
        self._picture = PictureView(self)
        self._picture.setFixedSize(_PICTURE_PX, _PICTURE_PX)
        self._name = ElidedLabel(self)
        self._title = QLabel(self)
        self._detail = QLabel(self)
        self._answer = QWidget(self)
        self._choose = QPushButton(tr("&Choose a photo…"), self)
        self._choose.clicked.connect(self.choose)
        self._way_out = QPushButton(self)
        self._way_out.clicked.connect(self.chosen)
        self._lay_out()
        self.set_drag_over(False)
        self.show_question()

    def _lay_out(self) -> None:
        theme.set_role(self._title, "title")
        theme.set_role(self._name, "muted")
        theme.set_role(self._way_out, "primary")
        for label in (self._title, self._detail):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self._detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.setSpacing(theme.SPACE_XS)
        for widget in (self._title, self._name, self._detail):
            words.addWidget(widget)
        words.addStretch(1)
        answer = QHBoxLayout(self._answer)
        answer.setContentsMargins(0, 0, 0, 0)
        answer.setSpacing(theme.SPACE_L)
        answer.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        answer.addLayout(words, 1)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, parent=self)
        close.rejected.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE_S)
        buttons.addWidget(self._choose)
        buttons.addWidget(self._way_out)
        buttons.addStretch(1)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_L)
        layout.addWidget(self._zone, 1)
        layout.addWidget(self._answer, 1)
        layout.addLayout(buttons)
        self.resize(560, 260)

    # ---- for who answers ----------------------------------------------------------------------------------------

    def show_question(self) -> None:
        """Ask for a photo."""
        self._answer.hide()
        self._way_out.hide()
        self._zone.show()

    def show_looking(self, path: str) -> None:
        """A photo was named; the answer is not there yet."""
        self._zone.hide()
        self._answer.show()
        self._way_out.hide()
        self._picture.set_image(QImage())
        self._name.set_name(os.path.basename(path), path)
        self._say(explanations.LOOKING, "")

    def show_picture(self, picture: Picture) -> None:
        """Show what the photo looks like."""
        self._picture.set_picture(picture)

    def show_answer(self, title: str, detail: str, way_out: str = "") -> None:
        """Show the answer; `way_out` is the name of a button that does something about it."""
        self._say(title, detail)
        self._way_out.setText(way_out)
        self._way_out.setVisible(bool(way_out))

    def text(self) -> str:
        """What is said, for tests and screen readers."""
        return "\n".join((self._title.text(), self._detail.text()))

    def _say(self, title: str, detail: str) -> None:
        self._title.setText(title)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        self._answer.setAccessibleName(title)
        self._answer.setAccessibleDescription(detail)

    # ---- naming a photo -----------------------------------------------------------------------------------------

    @Slot()
    def choose(self) -> None:
        """Let the user choose the file."""
        dialog = QFileDialog(self, explanations.DROP_TITLE)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.asked)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def set_drag_over(self, is_over: bool) -> None:
        """Light up while something is held over the dialog."""
        self._zone.tell("image", explanations.DROP_TITLE, explanations.DROP_TEXT, is_active=is_over)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if may_be_usable(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.set_drag_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.set_drag_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.set_drag_over(False)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._take(event.mimeData())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self._take(QGuiApplication.clipboard().mimeData())
        else:
            super().keyPressEvent(event)

    def _take(self, mime: QMimeData) -> None:
        match read_drop(mime):
            case PictureFile(path):
                self.asked.emit(path)
            case Refused(sentence):
                self._refuse(sentence)
            case _:
                self._refuse(explanations.NOT_A_FILE)

    def _refuse(self, sentence: str) -> None:
        self._zone.tell("warning", explanations.DROP_TITLE, texts.printable(sentence))
        self.show_question()


class WhyNot(QObject):
    """Answers for the search in the window. Lives on the GUI thread.

    Args:
        bridge: to the engine.
        searching: the search that is shown.
        window: the dialog opens above it.

    Signals:
        show_requested(int): the hit of this photo id shall be shown.
        add_requested(str): this folder shall be added to the library.
        retry_requested(tuple): these photos shall be tried again.
        update_requested(): the folders shall be brought up to date.
        leave_out_requested(): what is left out shall be shown.
    """

    show_requested = Signal(int)
    add_requested = Signal(str)
    retry_requested = Signal(object)
    update_requested = Signal()
    leave_out_requested = Signal()

    def __init__(self, bridge: Bridge, searching: Searching, window: QWidget) -> None:
        super().__init__(window)
        self._bridge = bridge
        self._searching = searching
        self._window = window
        self._job_id: int | None = None
        self._picture_job: int | None = None
        self._way_out: Callable[[], object] | None = None
        self.dialog: WhyNotDialog | None = None
        bridge.job_done.connect(self._on_done)
        bridge.job_failed.connect(self._on_failed)

    @Slot()
    def ask(self) -> None:
        """Open the dialog."""
        if self.dialog is None:
            self.dialog = WhyNotDialog(self._window)
            self.dialog.asked.connect(self.explain)
            self.dialog.chosen.connect(self._go)
        self.dialog.show_question()
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    @Slot(str)
    def explain(self, path: str) -> None:
        """Find out about this photo."""
        search = self._searching.search()
        if self.dialog is None:
            return
        self.dialog.show_looking(path)
        if search is None:
            self.dialog.show_answer(explanations.TITLE, explanations.NO_QUERY)
            return
        self._job_id = self._bridge.submit(Explain(search, path))
        self._picture_job = self._bridge.submit(LoadPicture(path, _LOADED_PX))

    @Slot(object)
    def _on_done(self, done: JobDone) -> None:
        if done.job_id == self._picture_job and self.dialog is not None and isinstance(done.result, Picture):
            self.dialog.show_picture(done.result)
        elif done.job_id == self._job_id and isinstance(done.job, Explain) and isinstance(done.result, Explanation):
            self._show(done.result, done.job.search.k)

    @Slot(object)
    def _on_failed(self, failed: JobFailed) -> None:
        if failed.job_id == self._job_id and self.dialog is not None:
            self.dialog.show_answer(texts.NOT_DONE, texts.printable(failed.error.sentence))

    def _show(self, found: Explanation, k: int) -> None:
        label, self._way_out = self._way(found)
        if self.dialog is not None:
            self.dialog.show_answer(explanations.title(found), explanations.detail(found, k), label)

    def _way(self, found: Explanation) -> tuple[str, Callable[[], object] | None]:
        """What can be done about it: the name of the button, and what it does."""
        match found.verdict:
            case Verdict.SHOWN if found.photo_id is not None:
                return explanations.SHOW, partial(self.show_requested.emit, found.photo_id)
            case Verdict.FAILED if found.photo_id is not None:
                return explanations.RETRY, partial(self.retry_requested.emit, (found.photo_id,))
            case Verdict.OUTSIDE:
                return explanations.ADD, partial(self.add_requested.emit, os.path.dirname(found.path))
            case Verdict.NEW:
                return explanations.UPDATE, self.update_requested.emit
            case Verdict.EXCLUDED | Verdict.TOO_SMALL:
                return f"{texts.LEAVE_OUT}…", self.leave_out_requested.emit
        return "", None

    @Slot()
    def _go(self) -> None:
        if self._way_out is not None and self.dialog is not None:
            self.dialog.close()
            self._way_out()
