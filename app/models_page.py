"""The page of models in the window of teaching: making one, its proof, keeping or discarding it, and all there are.

GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app import teaching_texts, texts, theme
from app.hit_tile import HitTile
from app.status_line import fill_bar
from app.thumb_cache import ThumbCache
from app.words import tr
from engine.messages import Change, ModelState, Progress, Tuned, UnfinishedTraining

_SHOWN_CHANGES = 3
_CHANGE_PX = 84
_LIST_PX = 110


class ModelsPage(QWidget):
    """Shows one of: what could be made, work under way, what came of it. Below it all models.

    Signals:
        tune_requested(), train_requested(), drop_requested(), stop_requested()
        use_requested(str), remove_requested(str), discard_requested(str), export_requested(str): a model by its name.
        import_requested()
    """

    tune_requested = Signal()
    train_requested = Signal()
    drop_requested = Signal()
    stop_requested = Signal()
    use_requested = Signal(str)
    remove_requested = Signal(object)
    discard_requested = Signal(str)
    export_requested = Signal(str)
    import_requested = Signal()

    def __init__(self, thumbs: ThumbCache, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbs = thumbs
        self._tuned: Tuned | None = None
        self._training: UnfinishedTraining | None = None
        self._models: tuple[ModelState, ...] = ()
        self._text = _label(teaching_texts.MODEL_TEXT, "muted", self)
        self.tune = self._button(teaching_texts.TUNE, self.tune_requested.emit, "primary")
        self.train = self._button(teaching_texts.TRAIN, self.train_requested.emit)
        self.train.setToolTip(teaching_texts.TRAIN_TIP)
        self.drop = self._button(teaching_texts.DROP, self.drop_requested.emit, "link")
        self.stop = self._button(tr("&Stop"), self.stop_requested.emit)
        self.keep = self._button(teaching_texts.KEEP, self._on_keep, "primary")
        self.discard = self._button(teaching_texts.DISCARD, self._on_discard)
        self._unfinished = _label("", "small", self)
        self._phase = _label("", "small", self)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("How far it is"))
        self._proof = QWidget(self)
        self._grid = QGridLayout(self._proof)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.SPACE_L)
        self._grid.setVerticalSpacing(theme.SPACE_XS)
        self._grid.setColumnStretch(0, 1)
        self._moved = _label(teaching_texts.MOVED, "small", self)
        self._changes = QWidget(self)
        self._tiles = QHBoxLayout(self._changes)
        self._tiles.setContentsMargins(0, 0, 0, 0)
        self._tiles.setSpacing(theme.SPACE_M)
        self._list = QListWidget(self)
        self._list.setMinimumHeight(_LIST_PX)
        self._list.setAccessibleName(teaching_texts.MODELS)
        self.use = self._button(tr("&Use"), lambda: self._of_chosen(lambda one: self.use_requested.emit(one.name)))
        self.remove = self._button(tr("&Remove…"), lambda: self._of_chosen(self.remove_requested.emit))
        self.export = self._button(
            tr("E&xport…"), lambda: self._of_chosen(lambda one: self.export_requested.emit(one.name)))
        self.take_in = self._button(tr("&Import…"), self.import_requested.emit)
        self._list.currentRowChanged.connect(self._show_chosen)
        self._lay_out()
        self.show_idle()
        self.show_models(())

    # ---- what is shown --------------------------------------------------------------------------------------------

    def show_idle(self, sentence: str = "") -> None:
        """Nothing is under way; `sentence` tells what has just ended."""
        self._tuned = None
        self._text.setText(sentence or teaching_texts.MODEL_TEXT)
        self._show(self._unfinished, *self._begins())

    def show_training(self, training: UnfinishedTraining | None) -> None:
        """The training that can go on, or None."""
        self._training = training
        self.train.setText(teaching_texts.TRAIN_ON if training else teaching_texts.TRAIN)
        self._unfinished.setText(teaching_texts.unfinished(training) if training else "")
        if not self.tune.isHidden():
            for widget in (self._unfinished, self.drop):
                widget.setVisible(training is not None)

    def _begins(self) -> tuple[QWidget, ...]:
        """What begins something."""
        return (self.tune, self.train, self.drop) if self._training else (self.tune, self.train)

    def show_progress(self, progress: Progress | None, is_training: bool = False) -> None:
        """Work is under way; None before anything is known of it."""
        self._text.setText(teaching_texts.TRAINING if is_training else teaching_texts.TUNING)
        if progress is None:
            self._phase.setText(tr("It begins when what Resight is doing now is done."))
            self._bar.setRange(0, 0)
        else:
            told = texts.phase(progress), texts.progress_count(progress), texts.progress_pace(progress)
            self._phase.setText(texts.joined(*told))
            fill_bar(self._bar, progress)
        self._show(self._bar, self._phase, self.stop)

    def show_tuned(self, tuned: Tuned) -> None:
        """What came of tuning."""
        self._tuned = tuned
        self._text.setText(texts.joined(teaching_texts.outcome(tuned)))
        self._fill_proof(tuned)
        self._fill_changes(tuned.changes)
        if tuned.outcome == "better":
            shows_changes = (self._moved, self._changes) if tuned.changes else ()
            self._show(self._proof, *shows_changes, self.keep, self.discard)
        else:
            self._show(self._proof, self._unfinished, *self._begins())

    def show_models(self, models: tuple[ModelState, ...]) -> None:
        """All models of the library."""
        chosen = self._chosen()
        self._models = models
        self._list.clear()
        for model in models:
            item = QListWidgetItem(f"{texts.printable(model.name)}\n{teaching_texts.model_facts(model)}", self._list)
            item.setToolTip(texts.printable(model.parent))
        names = [model.name for model in models]
        active = next((row for row, model in enumerate(models) if model.active), 0)
        self._list.setCurrentRow(names.index(chosen.name) if chosen and chosen.name in names else active)
        self._show_chosen()

    def set_busy(self, is_busy: bool) -> None:
        """Whether models are being changed, so that nothing else can be asked of them."""
        self._list.setEnabled(not is_busy)
        for button in (self.keep, self.discard, self.tune, self.train, self.drop, self.take_in):
            button.setEnabled(not is_busy)
        self._show_chosen()

    def _show(self, *shown: QWidget) -> None:
        for widget in (
            self.tune, self.train, self.drop, self.stop, self.keep, self.discard, self._phase, self._bar, self._proof,
            self._moved, self._changes, self._unfinished,
        ):  # fmt: skip
            widget.setVisible(widget in shown and (widget is not self._unfinished or self._training is not None))

    def _fill_proof(self, tuned: Tuned) -> None:
        _empty(self._grid)
        for column, text in ((1, teaching_texts.BEFORE), (2, teaching_texts.AFTER)):
            self._grid.addWidget(_label(text, "small", self, wraps=False), 0, column, Qt.AlignmentFlag.AlignRight)
        for row, (name, before, after) in enumerate(teaching_texts.proof_rows(tuned.proof), start=1):
            self._grid.addWidget(_label(name, "", self), row, 0)
            self._grid.addWidget(_label(before, "", self, wraps=False), row, 1, Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(_label(after, "strong", self, wraps=False), row, 2, Qt.AlignmentFlag.AlignRight)
        line = _label(teaching_texts.proof_line(tuned.proof), "small", self)
        self._grid.addWidget(line, self._grid.rowCount(), 0, 1, 3)

    def _fill_changes(self, changes: tuple[Change, ...]) -> None:
        _empty(self._tiles)
        better = [one for one in changes if one.rank_after < one.rank_before][: _SHOWN_CHANGES - 1]
        worse = [one for one in changes if one.rank_after > one.rank_before][-1:]
        for change in (*better, *worse):
            pair = QVBoxLayout()
            pair.setSpacing(theme.SPACE_XS)
            for hit, caption in (
                (change.query, None),
                (change.photo, teaching_texts.rank_change(change.rank_before, change.rank_after)),
            ):
                tile = HitTile(self._thumbs, _CHANGE_PX, self._changes)
                tile.set_hit(hit, caption)
                pair.addWidget(tile)
            self._tiles.addLayout(pair)

    # ---- what is asked for ----------------------------------------------------------------------------------------

    def _chosen(self) -> ModelState | None:
        row = self._list.currentRow()
        return self._models[row] if 0 <= row < len(self._models) else None

    def _of_chosen(self, act: Callable[[ModelState], object]) -> None:
        if (model := self._chosen()) is not None:
            act(model)

    @Slot()
    def _show_chosen(self) -> None:
        model, is_free = self._chosen(), self._list.isEnabled()
        is_other = model is not None and not model.active
        self.use.setEnabled(is_free and is_other and model is not None and model.usable)
        self.remove.setEnabled(is_free and is_other)
        self.export.setEnabled(is_free and model is not None and model.usable)

    def _on_keep(self) -> None:
        if self._tuned is not None:
            self.use_requested.emit(self._tuned.model)

    def _on_discard(self) -> None:
        if self._tuned is not None:
            self.discard_requested.emit(self._tuned.model)

    # ---- making ---------------------------------------------------------------------------------------------------

    def _button(self, text: str, on_click: Callable[[], object], role: str = "") -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        if role:
            theme.set_role(button, role)
        button.clicked.connect(lambda _checked: on_click())
        return button

    def _lay_out(self) -> None:
        making, there = QFrame(self), QFrame(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_L)
        for frame in (making, there):
            theme.set_role(frame, "panel")
        layout.addWidget(making)
        layout.addWidget(there, 1)
        column = _column(making)
        column.addWidget(_label(teaching_texts.MODEL_TITLE, "title", self))
        for widget in (self._text, self._unfinished, self._bar, self._phase, self._proof, self._moved, self._changes):
            column.addWidget(widget)
        column.addLayout(_row(self.tune, self.train, self.stop, self.keep, self.discard))
        column.addWidget(self.drop, 0, Qt.AlignmentFlag.AlignLeft)
        column = _column(there)
        column.addWidget(_label(teaching_texts.MODELS, "strong", self))
        column.addWidget(self._list, 1)
        column.addLayout(_row(self.use, self.remove, self.export, self.take_in))


def _column(frame: QFrame) -> QVBoxLayout:
    column = QVBoxLayout(frame)
    column.setContentsMargins(theme.SPACE_L, theme.SPACE_L, theme.SPACE_L, theme.SPACE_L)
    column.setSpacing(theme.SPACE_M)
    return column


def _row(*buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.SPACE_S)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row


def _empty(layout: QGridLayout | QHBoxLayout | QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            _empty(inner)


def _label(text: str, role: str, parent: QWidget, wraps: bool = True) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    if role:
        theme.set_role(label, role)
    return label
