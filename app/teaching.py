"""Teaching: between the window of teaching and the engine: questions and answers, tuning, models. GUI thread only."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from app import teaching_texts, texts
from app.bridge import Bridge
from app.notify import Level, Notifier
from app.questions import ask, inform
from app.teaching_dialog import TeachingDialog
from app.words import tr
from engine.errors import EngineError
from engine.messages import (
    DropTraining,
    ExportModel,
    GetModels,
    GetQuestions,
    GetTraining,
    ImportModel,
    Job,
    JobCancelled,
    JobDone,
    JobFailed,
    Label,
    Labelled,
    ModelState,
    Progress,
    Question,
    Questions,
    RemoveModel,
    Tune,
    Tuned,
    UseModel,
)
from engine.types import Query

_AT_ONCE = 10
_MODEL_FILES = "*.safetensors"


class Teaching(QObject):
    """One piece of work on models at a time; answers go to the engine at once.

    Args:
        bridge: to the engine.
        notifier: is told what was done.
        window: the window of teaching opens above it.
    """

    def __init__(self, bridge: Bridge, notifier: Notifier, window: QWidget) -> None:
        super().__init__(window)
        self._bridge, self._notifier, self._window = bridge, notifier, window
        self.dialog: TeachingDialog | None = None
        self._waiting: deque[Question] = deque()
        self._answered: list[Question] = []
        self._turn = 0
        self._count: Questions | None = None
        self._asked_job: int | None = None
        self._work: tuple[int, Job] | None = None
        self._small: dict[int, Job] = {}  # jobs that are answered at once
        bridge.progress.connect(self._on_progress)
        bridge.job_done.connect(self._on_done)
        bridge.job_failed.connect(self._on_failed)
        bridge.job_cancelled.connect(self._on_cancelled)

    @Slot()
    def show(self) -> None:
        """Open the window of teaching."""
        if self.dialog is None:
            self.dialog = TeachingDialog(self._bridge, self._window)
            self.dialog.answered.connect(self._answer)
            self.dialog.skipped.connect(self._next)
            self.dialog.undo_requested.connect(self._undo)
            models = self.dialog.models
            models.tune_requested.connect(partial(self._begin, Tune()))
            models.train_requested.connect(partial(self._begin, Tune(deep=True)))
            models.drop_requested.connect(partial(self._begin, DropTraining()))
            models.stop_requested.connect(self._stop)
            models.use_requested.connect(lambda name: self._begin(UseModel(name)))
            models.discard_requested.connect(lambda name: self._begin(RemoveModel(name)))
            models.remove_requested.connect(self._ask_remove)
            models.export_requested.connect(self._choose_export)
            models.import_requested.connect(self._choose_import)
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Ask anew: marks were made elsewhere, or the window is opened."""
        if self.dialog is not None and self.dialog.isVisible():
            self._waiting.clear()
            self._ask_engine()
            self._submit_small(GetModels())
            self._submit_small(GetTraining())

    def finish(self) -> None:
        """Let go of everything; the window is closing."""
        if self.dialog is not None:
            self.dialog.finish()

    # ---- questions ------------------------------------------------------------------------------------------------

    def _ask_engine(self) -> None:
        self._turn += 1
        self._asked_job = self._bridge.submit(GetQuestions(_AT_ONCE, self._turn))

    def _next(self) -> None:
        if self.dialog is None:
            return
        if self._waiting:
            self.dialog.show_question(self._waiting.popleft())
        else:
            self._ask_engine()

    @Slot(object, bool)
    def _answer(self, question: Question, same: bool) -> None:
        self._label(question, same)
        self._answered.append(question)
        if self.dialog is not None:
            self.dialog.set_can_undo(True)
        if question.why == "contradiction":  # whether it is resolved is for the engine to tell
            self._waiting.clear()
        self._next()

    @Slot()
    def _undo(self) -> None:
        """Take the last answer back, and ask once more."""
        if self._answered and self.dialog is not None:
            question = self._answered.pop()
            self._label(question, question.said)
            self.dialog.set_can_undo(bool(self._answered))
            self.dialog.show_question(question)

    def _label(self, question: Question, same: bool | None) -> None:
        a, b = (Query(photo_id=hit.photo_id) for hit in (question.a, question.b))
        self._submit_small(Label(a, (b,), same))

    def _show_count(self, labelled: Labelled) -> None:
        """How much is marked after an answer; the engine tells more exactly when it is asked for more questions."""
        if self.dialog is not None and self._count is not None:
            more = max(0, self._count.more + self._count.labels - labelled.pairs)
            self._count = replace(self._count, labels=labelled.pairs, more=more)
            self.dialog.show_count(self._count)

    # ---- models ---------------------------------------------------------------------------------------------------

    def _begin(self, job: Job) -> None:
        if self._work is None and self.dialog is not None:
            self._work = self._bridge.submit(job), job
            self.dialog.models.set_busy(True)
            self.dialog.models.show_progress(None, _is_training(job))

    @Slot()
    def _stop(self) -> None:
        if self._work is not None:
            self._bridge.cancel(self._work[0])

    @Slot(object)
    def _ask_remove(self, model: ModelState) -> None:
        title = teaching_texts.REMOVE_QUESTION.format(name=texts.printable(model.name))
        detail = teaching_texts.REMOVE_DETAIL.format(size=texts.size(model.bytes))
        above = self.dialog or self._window
        ask(above, title, detail, tr("Remove"), partial(self._begin, RemoveModel(model.name)), is_danger=True)

    @Slot(str)
    def _choose_export(self, name: str) -> None:
        dialog = self._file_dialog(tr("Save the model as"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(f"{name}.safetensors")
        dialog.fileSelected.connect(lambda path: self._submit_small(ExportModel(name, Path(path))))
        dialog.open()

    @Slot()
    def _choose_import(self) -> None:
        dialog = self._file_dialog(tr("Choose a model"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self._begin(ImportModel(Path(path))))
        dialog.open()

    def _file_dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self.dialog or self._window, title)
        dialog.setNameFilter(f"{tr('Models')} ({_MODEL_FILES})")
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _submit_small(self, job: Job) -> None:
        self._small[self._bridge.submit(job)] = job

    # ---- what comes of it -----------------------------------------------------------------------------------------

    @Slot(object)
    def _on_progress(self, progress: Progress) -> None:
        if self._work is not None and progress.job_id == self._work[0] and self.dialog is not None:
            self.dialog.models.show_progress(progress, _is_training(self._work[1]))

    @Slot(object)
    def _on_done(self, done: JobDone) -> None:
        if self.dialog is None:
            return
        if done.job_id == self._asked_job and isinstance(done.result, Questions):
            self._asked_job = None
            self._waiting = deque(done.result.pairs)
            self._count = done.result
            self.dialog.show_count(done.result)
            self.dialog.show_question(self._waiting.popleft() if self._waiting else None)
        elif self._work is not None and done.job_id == self._work[0]:
            self._end_work(done)
        elif (job := self._small.pop(done.job_id, None)) is not None:
            if isinstance(job, Label):
                self._show_count(done.result)
            elif isinstance(job, GetModels):
                self.dialog.models.show_models(done.result)
            elif isinstance(job, GetTraining):
                self.dialog.models.show_training(done.result)
            elif isinstance(job, ExportModel):
                name = texts.printable(Path(done.result).name)
                self._notifier.tell(Level.REMARK, teaching_texts.EXPORTED.format(name=name))

    def _end_work(self, done: JobDone) -> None:
        assert self.dialog is not None
        self._work = None
        models = self.dialog.models
        models.set_busy(False)
        self._submit_small(GetTraining())
        if isinstance(done.result, Tuned):
            models.show_tuned(done.result)
            self._submit_small(GetModels())
        elif isinstance(done.job, DropTraining):
            models.show_idle(teaching_texts.FORGOTTEN)
        else:
            models.show_models(done.result)
            models.show_idle(teaching_texts.IN_USE_NOW if isinstance(done.job, UseModel) else "")

    @Slot(object)
    def _on_failed(self, failed: JobFailed) -> None:
        if failed.job_id == self._asked_job:
            self._asked_job = None
        elif self._work is not None and failed.job_id == self._work[0]:
            self._work = None
            if self.dialog is not None:
                self._submit_small(GetTraining())
                self.dialog.models.set_busy(False)
                self.dialog.models.show_idle(texts.sentence(failed.error.sentence))
        elif self._small.pop(failed.job_id, None) is not None:
            self._tell(failed.error)

    def _tell(self, error: EngineError) -> None:
        inform(self.dialog or self._window, texts.NOT_DONE, texts.sentence(error.sentence))

    @Slot(object)
    def _on_cancelled(self, cancelled: JobCancelled) -> None:
        self._small.pop(cancelled.job_id, None)
        if self._work is not None and cancelled.job_id == self._work[0]:
            self._work = None
            if self.dialog is not None:
                self._submit_small(GetTraining())
                self.dialog.models.set_busy(False)
                self.dialog.models.show_idle(teaching_texts.STOPPED)


def _is_training(job: Job) -> bool:
    return isinstance(job, Tune) and job.deep
