"""The window of teaching: questions answered by key and button, undone; tuning with its proof; models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app import teaching_texts, texts
from app.hit_tile import HitTile
from engine.errors import TuningError
from engine.messages import (
    Change,
    DropTraining,
    ExportModel,
    Found,
    GetModels,
    GetQuestions,
    GetTraining,
    ImportModel,
    Label,
    Labelled,
    ModelState,
    Phase,
    Progress,
    Proof,
    Question,
    Questions,
    RemoveModel,
    Tune,
    Tuned,
    UnfinishedTraining,
    UseModel,
)
from tests.app.conftest import WindowRig
from tests.helpers.fake_engine import make_hits

PROOF = Proof(
    40, 5, Found(0.5, 0.9, 0.6), Found(0.75, 0.95, 0.703), (0.103, 0.05, 0.15), 200, Found(0.75, 0.9),
    Found(0.8, 0.95),
)  # fmt: skip
MODELS = (
    ModelState("start-1", "", "", 0.0, True, True, 900, 12_000_000, None),
    ModelState("start-tuned-2", "start-1", "quick", 0.0, False, True, 0, 13_000_000, PROOF),
)


class Lessons:
    """The window of teaching, open, with ten questions to ask."""

    def __init__(self, rig: WindowRig, qtbot: QtBot) -> None:
        self.qtbot, self.engine, self.rig = qtbot, rig.engine, rig
        hits = make_hits(40)
        pairs = tuple(Question(hits[2 * n], hits[2 * n + 1], "near") for n in range(20))
        self.pairs = {1: pairs[:10], 2: pairs[10:]}
        self.models = MODELS
        self.engine.answers |= {
            GetQuestions: lambda job: Questions(self.pairs.get(job.turn, ()), 37, 63),
            GetModels: lambda job: self.models,
            Tune: lambda job: Tuned("better", "start-tuned-2", PROOF, (Change(hits[0], hits[1], 31, 12),)),
            UseModel: self._use,
            RemoveModel: lambda job: self.models[:1],
            ImportModel: lambda job: self.models,
            ExportModel: lambda job: job.path,
            DropTraining: lambda job: None,
        }
        rig.start(qtbot)
        rig.window._actions["teach"].trigger()
        self.teaching = rig.window.teaching
        self.dialog = self.teaching.dialog
        self.page = self.dialog.models
        qtbot.waitUntil(lambda: self.shown() == [1001, 1002])

    def _use(self, job: UseModel) -> Any:
        self.models = tuple(replace(model, active=model.name == job.name) for model in self.models)
        return self.models

    def shown(self) -> list[int]:
        tiles = [tile.hit() for tile in (self.dialog._a, self.dialog._b)]
        return [hit.photo_id for hit in tiles if hit is not None]

    def labels(self) -> list[tuple[int, int, bool | None]]:
        return [(job.query.photo_id, job.others[0].photo_id, job.same) for job in self.engine.submitted(Label)]

    def said(self) -> str:
        return " | ".join(label.text() for label in self.page.findChildren(QLabel) if label.isVisible())

    def wait_idle(self) -> None:
        self.qtbot.waitUntil(lambda: self.teaching._work is None)


@pytest.fixture
def lessons(window_rig: WindowRig, qtbot: QtBot) -> Lessons:
    return Lessons(window_rig, qtbot)


# ---- questions ----------------------------------------------------------------------------------------------------


def test_questions_are_answered_by_key_and_by_button(lessons: Lessons) -> None:
    lessons.qtbot.keyClick(lessons.dialog, Qt.Key.Key_Y)
    assert lessons.shown() == [1003, 1004]
    lessons.qtbot.keyClick(lessons.dialog, Qt.Key.Key_N)
    lessons.dialog.skip.click()
    lessons.dialog.same.click()
    assert lessons.labels() == [(1001, 1002, True), (1003, 1004, False), (1007, 1008, True)]
    assert lessons.shown() == [1009, 1010]


def test_an_answer_is_taken_back_and_asked_again(lessons: Lessons) -> None:
    assert not lessons.dialog.undo.isEnabled()
    lessons.dialog.same.click()
    lessons.dialog.undo.click()
    assert lessons.labels() == [(1001, 1002, True), (1001, 1002, None)]
    assert lessons.shown() == [1001, 1002]
    assert not lessons.dialog.undo.isEnabled()


def test_when_all_are_answered_the_engine_is_asked_for_more_until_there_are_none(lessons: Lessons) -> None:
    for _ in range(10):
        lessons.dialog.different.click()
    lessons.qtbot.waitUntil(lambda: lessons.shown() == [1021, 1022])
    assert [job.turn for job in lessons.engine.submitted(GetQuestions)] == [1, 2]
    for _ in range(10):
        lessons.dialog.different.click()
    lessons.qtbot.waitUntil(lambda: lessons.shown() == [])
    assert lessons.dialog._heading.text() == teaching_texts.NO_QUESTION
    assert not lessons.dialog.same.isEnabled()


def test_how_much_more_would_help_is_said(lessons: Lessons) -> None:
    assert lessons.dialog._count.text() == "37 marks · 63 more would help"
    assert (lessons.dialog._bar.value(), lessons.dialog._bar.maximum()) == (37, 100)


def test_each_answer_is_counted(lessons: Lessons) -> None:
    lessons.engine.answers[Label] = lambda job: Labelled(1, 37 + len(lessons.labels()))
    lessons.dialog.same.click()
    lessons.dialog.same.click()
    lessons.qtbot.waitUntil(lambda: lessons.dialog._count.text() == "39 marks · 61 more would help")


def test_an_answer_to_a_contradiction_is_taken_back_to_what_was_said_before(lessons: Lessons) -> None:
    hits = make_hits(2)
    lessons.pairs[2] = (Question(hits[0], hits[1], "contradiction", said=True),)
    lessons.pairs[3] = ()
    lessons.teaching.refresh()
    lessons.qtbot.waitUntil(lambda: "contradicts itself" in lessons.dialog._why.text())
    lessons.dialog.different.click()
    lessons.dialog.undo.click()
    assert [one[2] for one in lessons.labels()] == [False, True]


def test_a_contradiction_is_asked_anew_after_each_answer(lessons: Lessons) -> None:
    hits = make_hits(4)
    lessons.pairs[2] = (Question(hits[0], hits[2], "contradiction"), Question(hits[0], hits[1], "contradiction"))
    lessons.teaching.refresh()
    lessons.qtbot.waitUntil(lambda: lessons.shown() == [1001, 1003])
    assert "contradicts itself" in lessons.dialog._why.text()
    lessons.pairs[3] = ()
    lessons.dialog.same.click()
    lessons.qtbot.waitUntil(lambda: lessons.shown() == [])


# ---- models -------------------------------------------------------------------------------------------------------


def test_a_better_model_is_shown_with_its_proof_and_kept(lessons: Lessons) -> None:
    lessons.page.tune.click()
    lessons.wait_idle()
    said = lessons.said()
    for text in ("50 %", "75 %", "60.0 %", "70.3 %", "80 %", "95 %", "40 photos", "+5.0 to +15.0"):
        assert text in said
    captions = [tile.accessibleName() for tile in lessons.page.findChildren(HitTile) if tile.isVisible()]
    assert any("31 → 12" in caption for caption in captions)
    lessons.page.keep.click()
    lessons.wait_idle()
    assert lessons.engine.submitted(UseModel) == [UseModel("start-tuned-2")]
    assert teaching_texts.IN_USE_NOW in lessons.said()
    assert lessons.page._list.item(1).text().startswith("start-tuned-2\nin use")


def test_it_may_be_discarded(lessons: Lessons) -> None:
    lessons.page.tune.click()
    lessons.wait_idle()
    lessons.page.discard.click()
    lessons.wait_idle()
    assert lessons.engine.submitted(RemoveModel) == [RemoveModel("start-tuned-2")]
    assert lessons.page._list.count() == 1
    assert lessons.page.tune.isVisible()


def test_what_is_not_better_is_not_offered(lessons: Lessons) -> None:
    lessons.engine.answers[Tune] = lambda job: Tuned("no-gain", "", PROOF)
    lessons.page.tune.click()
    lessons.wait_idle()
    assert teaching_texts.NO_GAIN in lessons.said()
    assert not lessons.page.keep.isVisible()
    assert lessons.page.tune.isVisible()


def test_why_nothing_can_be_learnt_is_said(lessons: Lessons) -> None:
    def refuse(job: Tune) -> Tuned:
        raise TuningError("Nothing is labelled yet.")

    lessons.engine.answers[Tune] = refuse
    lessons.page.tune.click()
    lessons.wait_idle()
    assert "Nothing is labelled yet." in lessons.said()


def test_tuning_tells_how_far_it_is_and_can_be_stopped(lessons: Lessons) -> None:
    lessons.engine.held.add(Tune)
    lessons.page.tune.click()
    job_id = lessons.engine.ids(Tune)[0]
    lessons.engine.emit(Progress(job_id, Phase.MEASURING, 50, 200))
    lessons.qtbot.waitUntil(lambda: "50 of 200" in lessons.said())
    assert not lessons.page.take_in.isEnabled()
    lessons.page.stop.click()
    lessons.wait_idle()
    assert teaching_texts.STOPPED in lessons.said()


def test_training_is_begun_stopped_and_goes_on(lessons: Lessons, qtbot: QtBot) -> None:
    assert lessons.page.train.text() == teaching_texts.TRAIN
    assert not lessons.page.drop.isVisible()
    lessons.engine.held.add(Tune)
    lessons.page.train.click()
    assert lessons.engine.submitted(Tune) == [Tune(deep=True)]
    assert teaching_texts.TRAINING in lessons.said()
    figures = (("epoch", 2.0), ("loss", 0.25))
    lessons.engine.emit(Progress(lessons.engine.ids(Tune)[0], Phase.TRAINING, 30, 90, figures=figures))
    qtbot.waitUntil(lambda: "30 of 90" in lessons.said())
    assert teaching_texts.TRAINING in lessons.said()
    lessons.engine.answers[GetTraining] = lambda job: UnfinishedTraining(1, 4, 80, 300_000_000)
    lessons.page.stop.click()
    lessons.wait_idle()
    qtbot.waitUntil(lambda: "80 marks was begun: 1 of 4 rounds" in lessons.said())
    assert texts.size(300_000_000) in lessons.said()
    assert lessons.page.train.text() == teaching_texts.TRAIN_ON
    lessons.engine.held.clear()
    lessons.engine.answers[GetTraining] = lambda job: None
    lessons.page.train.click()
    lessons.wait_idle()
    assert lessons.engine.submitted(Tune) == [Tune(deep=True)] * 2
    assert lessons.page.keep.isVisible()
    assert not lessons.page.drop.isVisible()


def test_a_training_may_be_forgotten(lessons: Lessons, qtbot: QtBot) -> None:
    lessons.engine.answers[GetTraining] = lambda job: UnfinishedTraining(1, 4, 80, 300_000_000)
    lessons.teaching.refresh()
    qtbot.waitUntil(lessons.page.drop.isVisible)
    lessons.engine.answers[GetTraining] = lambda job: None
    lessons.page.drop.click()
    lessons.wait_idle()
    assert len(lessons.engine.submitted(DropTraining)) == 1
    qtbot.waitUntil(lambda: not lessons.page.drop.isVisible())
    assert lessons.page.train.text() == teaching_texts.TRAIN
    assert teaching_texts.FORGOTTEN in lessons.said()


def test_models_are_used_removed_and_go_in_and_out(lessons: Lessons, qtbot: QtBot, tmp_path: Path) -> None:
    qtbot.waitUntil(lambda: lessons.page._list.count() == 2)
    assert not lessons.page.use.isEnabled()  # it is in use
    lessons.page._list.setCurrentRow(1)
    lessons.page.use.click()
    lessons.wait_idle()
    assert lessons.engine.submitted(UseModel) == [UseModel("start-tuned-2")]
    lessons.page._list.setCurrentRow(0)
    lessons.page.remove.click()
    box = next(box for box in lessons.dialog.findChildren(QMessageBox) if box.isVisible())
    assert texts.size(12_000_000) in box.informativeText()
    next(button for button in box.findChildren(QPushButton) if button.text() == "Remove").click()
    lessons.wait_idle()
    assert lessons.engine.submitted(RemoveModel) == [RemoveModel("start-1")]
    choose(lessons, lessons.page.export, tmp_path / "mine.safetensors")
    assert lessons.engine.submitted(ExportModel)[0].path == tmp_path / "mine.safetensors"
    (tmp_path / "other.safetensors").touch()
    choose(lessons, lessons.page.take_in, tmp_path / "other.safetensors")
    lessons.wait_idle()
    assert lessons.engine.submitted(ImportModel) == [ImportModel(tmp_path / "other.safetensors")]


def choose(lessons: Lessons, button: QPushButton, path: Path) -> None:
    """Press a button and choose a file in the dialog that it opens."""
    button.click()
    dialog = next(one for one in lessons.dialog.findChildren(QFileDialog) if one.isVisible())
    dialog.fileSelected.emit(str(path))
    dialog.reject()


def test_marks_made_in_the_results_are_counted(lessons: Lessons) -> None:
    n = len(lessons.engine.submitted(GetQuestions))
    lessons.rig.window.marking.changed.emit()
    assert len(lessons.engine.submitted(GetQuestions)) == n + 1


def test_nothing_is_asked_while_the_window_is_closed(lessons: Lessons) -> None:
    lessons.dialog.close()
    n = len(lessons.engine.jobs)
    lessons.teaching.refresh()
    assert len(lessons.engine.jobs) == n


