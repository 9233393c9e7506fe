"""The window of teaching: pairs to be told apart, a model for this library with its proof, and all models.

GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app import shortcuts, teaching_texts, theme
from app.actions import command_named
from app.bridge import Bridge
from app.hit_tile import HitTile
from app.models_page import ModelsPage
from app.thumb_cache import ThumbCache
from app.words import tr, without_key
from engine.messages import Question, Questions

_THUMBS_BYTES = 32 * 2**20
_TILE_PX = 260


class TeachingDialog(QDialog):
    """Asks, and shows what can be made of the answers. Stays open beside the window.

    Args:
        bridge: makes thumbnails that are missing.
        parent: the window.

    Signals:
        answered(Question, bool): the two show the same, or do not.
        skipped(): another question is wanted.
        undo_requested(): the last answer was wrong.
        models: see `ModelsPage`.
    """

    answered = Signal(object, bool)
    skipped = Signal()
    undo_requested = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(teaching_texts.TITLE)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.resize(1120, 660)
        self.thumbs = ThumbCache(bridge, self, _THUMBS_BYTES)
        self._question: Question | None = None
        self._heading = _label(teaching_texts.QUESTION, "title", self)
        self._why = _label("", "muted", self)
        self._a, self._b = (HitTile(self.thumbs, _TILE_PX, self) for _ in range(2))
        self.same = self._button(tr("&Same thing"), "mark_same", lambda: self._answer(True))
        self.different = self._button(tr("Something &else"), "mark_different", lambda: self._answer(False))
        self.skip = self._button(tr("S&kip"), "", self.skipped.emit)
        self.undo = self._button(tr("&Undo"), "", self.undo_requested.emit, "link")
        self._count = _label("", "small", self)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("How much is marked"))
        self.models = ModelsPage(self.thumbs, self)
        self._lay_out()
        self.set_can_undo(False)
        self.show_question(None)

    # ---- for who asks and answers ---------------------------------------------------------------------------------

    def show_question(self, question: Question | None) -> None:
        """Ask this; None while there is nothing to ask."""
        self._question = question
        self._heading.setText(teaching_texts.QUESTION if question else teaching_texts.NO_QUESTION)
        self._why.setText(teaching_texts.why(question.why) if question else teaching_texts.NO_QUESTION_TEXT)
        for tile, hit in ((self._a, question and question.a), (self._b, question and question.b)):
            tile.set_hit(hit or None)
        for button in (self.same, self.different, self.skip):
            button.setEnabled(question is not None)

    def show_count(self, questions: Questions) -> None:
        """How much is marked, and how much more would help."""
        self._count.setText(teaching_texts.marked_count(questions.labels, questions.more))
        self._bar.setRange(0, max(1, questions.labels + questions.more))
        self._bar.setValue(questions.labels)

    def set_can_undo(self, can: bool) -> None:
        """Whether there is an answer to be taken back."""
        self.undo.setEnabled(can)

    def finish(self) -> None:
        """Let go of everything; the window is closing."""
        self.thumbs.close()

    # ---- input ----------------------------------------------------------------------------------------------------

    def _answer(self, same: bool) -> None:
        if self._question is not None:
            self.answered.emit(self._question, same)

    # ---- making ---------------------------------------------------------------------------------------------------

    def _button(self, text: str, command: str, on_click: Callable[[], object], role: str = "") -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        if role:
            theme.set_role(button, role)
        if command:
            keys = command_named(command).keys_in_force
            button.setToolTip(shortcuts.with_key(without_key(text), keys))
            for key in keys:
                QShortcut(QKeySequence(key), self, button.click)
        button.clicked.connect(lambda _checked: on_click())
        return button

    def _lay_out(self) -> None:
        tiles = QHBoxLayout()
        tiles.setSpacing(theme.SPACE_L)
        tiles.addWidget(self._a, 1)
        tiles.addWidget(self._b, 1)
        answers = QHBoxLayout()
        answers.setSpacing(theme.SPACE_S)
        for button in (self.same, self.different, self.skip):
            answers.addWidget(button)
        answers.addStretch(1)
        answers.addWidget(self.undo)
        asking = QFrame(self)
        theme.set_role(asking, "panel")
        column = QVBoxLayout(asking)
        column.setContentsMargins(theme.SPACE_XL, theme.SPACE_L, theme.SPACE_XL, theme.SPACE_L)
        column.setSpacing(theme.SPACE_M)
        column.addWidget(self._heading)
        column.addWidget(self._why)
        column.addLayout(tiles, 1)
        column.addLayout(answers)
        column.addSpacing(theme.SPACE_S)
        column.addWidget(self._bar)
        column.addWidget(self._count)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_L, theme.SPACE_L, theme.SPACE_L, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_L)
        layout.addWidget(asking, 3)
        models = QScrollArea(self)
        models.setWidgetResizable(True)
        models.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        models.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        models.setWidget(self.models)
        layout.addWidget(models, 2)

    def sizeHint(self) -> QSize:
        return QSize(1120, 660)


def _label(text: str, role: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    theme.set_role(label, role)
    return label
