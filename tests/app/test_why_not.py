"""Asking why a photo was not found: naming it in every way, the answer in words, and the way out of each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app import explanations, texts
from app.excludes_dialog import ExcludesDialog
from app.searching import MIN_SCORE
from app.why_not import WhyNotDialog
from app.window import let_go_of_clipboard
from engine.errors import DamagedPhoto
from engine.messages import Explain, Explanation, IndexFolders, LoadPicture, RetryFailures, Search, Verdict
from engine.types import FolderState
from tests.app.conftest import WindowRig
from tests.helpers.fake_engine import make_picture, make_result, make_status

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PATH = "/photos/expected.jpg"


class Asking:
    """A window with three hits, and the dialog."""

    def __init__(self, rig: WindowRig, qtbot: QtBot) -> None:
        self.rig, self.qtbot, self.window, self.engine = rig, qtbot, rig.window, rig.engine
        self.engine.status = make_status((FolderState(1, "/photos", 3, 3, 0, True),))
        self.answer: dict[str, Any] = {}
        self.engine.answers[Explain] = lambda job: Explanation(job.path, **self.answer)
        self.engine.answers[LoadPicture] = lambda job: make_picture(job.path, 40, 30)

    def search(self) -> None:
        self.rig.start(self.qtbot)
        with self.qtbot.waitSignal(self.window.searching.finished):
            self.window.open_picture("/photos/query.jpg")

    def open(self) -> WhyNotDialog:
        self.window._actions["why_not"].trigger()
        dialog = self.window.why_not.dialog
        assert dialog is not None
        assert dialog.isVisible()
        return dialog

    def ask(self, **answer: Any) -> WhyNotDialog:
        self.answer = answer
        dialog = self.open()
        dialog.asked.emit(PATH)
        self.qtbot.waitUntil(lambda: explanations.LOOKING not in dialog.text())
        return dialog


@pytest.fixture
def asking(window_rig: WindowRig, qtbot: QtBot) -> Asking:
    return Asking(window_rig, qtbot)


def way_out(dialog: WhyNotDialog) -> QPushButton | None:
    return dialog._way_out if dialog._way_out.isVisible() else None


def drop(dialog: WhyNotDialog, *paths: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(dialog, QDragEnterEvent(QPoint(5, 5), copy, mime, left, none))
    QApplication.sendEvent(dialog, QDropEvent(QPointF(5, 5), copy, mime, left, none))


# ---- naming the photo ---------------------------------------------------------------------------------------------


def test_a_photo_can_be_dropped_pasted_or_chosen(asking: Asking, qtbot: QtBot, tmp_path: Path) -> None:
    asking.search()
    qtbot.keyClick(asking.window, Qt.Key.Key_F, CONTROL | SHIFT)
    dialog = asking.window.why_not.dialog
    assert dialog is not None
    asking.answer = {"verdict": Verdict.BELOW, "rank": 412, "score": 0.14, "min_score": 0.2}
    (tmp_path / "a.jpg").write_bytes(b"x")
    (tmp_path / "b.jpg").write_bytes(b"x")
    drop(dialog, tmp_path / "a.jpg")
    qtbot.waitUntil(lambda: "412" in dialog.text())
    assert not dialog._zone.isVisible()
    qtbot.waitUntil(dialog._picture.has_picture)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "b.jpg"))])
    QGuiApplication.clipboard().setMimeData(mime)
    qtbot.keyClick(dialog, Qt.Key.Key_V, CONTROL)
    let_go_of_clipboard()
    assert QGuiApplication.clipboard().text() == ""
    dialog._choose.click()
    chooser = dialog.findChild(QFileDialog)
    assert chooser is not None
    chooser.fileSelected.emit("/photos/c.jpg")
    chooser.close()
    asked = [job.path for job in asking.engine.submitted(Explain)]
    assert asked == [str(tmp_path / "a.jpg"), str(tmp_path / "b.jpg"), "/photos/c.jpg"]


def test_the_question_is_about_the_search_as_it_was_asked(asking: Asking) -> None:
    asking.search()
    asking.ask(verdict=Verdict.GONE)
    searched = asking.engine.submitted(Search)[-1]
    asked = asking.engine.submitted(Explain)[-1]
    assert asked == Explain(replace(searched, min_score=MIN_SCORE), PATH)


def test_what_is_no_file_is_refused_with_a_sentence(asking: Asking, tmp_path: Path) -> None:
    asking.search()
    dialog = asking.open()
    drop(dialog, tmp_path)  # a folder
    assert dialog._zone.text() == explanations.NOT_A_FILE
    drop(dialog, tmp_path / "gone.jpg")
    assert "cannot be reached" in dialog._zone.text()
    assert asking.engine.submitted(Explain) == []


def test_without_a_search_it_says_so(asking: Asking, qtbot: QtBot) -> None:
    asking.rig.start(qtbot)
    dialog = asking.open()
    dialog.asked.emit(PATH)
    assert explanations.NO_QUERY in dialog.text()


def test_a_query_that_cannot_be_answered_says_why(asking: Asking, qtbot: QtBot) -> None:
    asking.search()

    def fail(job: Explain) -> None:
        raise DamagedPhoto("The query ends too early.", job.search.query.path)

    asking.engine.answers[Explain] = fail
    dialog = asking.open()
    dialog.asked.emit(PATH)
    qtbot.waitUntil(lambda: "The query ends too early." in dialog.text())
    assert dialog.text().startswith(texts.NOT_DONE)


# ---- the answers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "words", "button"),
    [
        ({"verdict": Verdict.SHOWN, "rank": 2, "score": 0.87, "photo_id": 1002},
         "It was found\nIt is hit 2, 87 % alike.", "Show it"),
        ({"verdict": Verdict.SHOWN, "rank": 1, "score": 1.0, "online": False},
         "It was found\nIts drive is not connected, so it is shown from memory. It is hit 1, 100 % alike.", ""),
        ({"verdict": Verdict.BELOW, "rank": 1412, "score": 0.14, "min_score": 0.2},
         "It is not alike enough\nOnly photos that are at least 20 % alike are shown. A box round the one thing you "
         "look for may help, or Look further (Ctrl+L). It would be hit 1,412, 14 % alike.", ""),
        ({"verdict": Verdict.BEYOND, "rank": 412, "score": 0.3},
         "Too many others are more alike\nOnly the first 200 hits are shown. It would be hit 412, 30 % alike.", ""),
        ({"verdict": Verdict.HIDDEN, "score": 0.7},
         "You have said that it shows something else\nIt is 70 % alike.", ""),
        ({"verdict": Verdict.FAILED, "detail": "The file ends too early.", "photo_id": 7},
         "It could not be read\nThe file ends too early.", "Retry"),
        ({"verdict": Verdict.FAILED, "detail": "This is no picture."}, "It could not be read\nThis is no picture.", ""),
        ({"verdict": Verdict.EXCLUDED, "detail": "/photos/.cache", "rank": 3, "score": 0.5},
         "It is left out of the library\n“.cache” is among what you have left out, or belongs to the system. It would "
         "be hit 3, 50 % alike.", "Leave out…"),
        ({"verdict": Verdict.NEW, "detail": "/photos"},
         "It is not indexed yet\nIt lies in “photos”. It can be found as soon as this folder has been brought up to "
         "date.", "Update folders"),
        ({"verdict": Verdict.OFFLINE, "detail": "/media/Archive", "online": False},
         "Its folder cannot be reached now\nConnect the drive of “Archive”; what is known of its photos can be "
         "searched meanwhile.", ""),
        ({"verdict": Verdict.OUTSIDE, "rank": 2, "score": 0.9, "copy": "/photos/copy.jpg"},
         "It lies in no folder of the library\nAdd the folder it lies in to have it found. It would be hit 2, 90 % "
         "alike. An exact copy of it is in the library: /photos/copy.jpg", "Add its folder…"),
    ],
)  # fmt: skip
def test_each_answer_in_words_and_with_a_way_out(
    asking: Asking, answer: dict[str, Any], words: str, button: str
) -> None:
    asking.search()
    dialog = asking.ask(**answer)
    assert dialog.text() == words
    shown = way_out(dialog)
    assert (shown.text().replace("&", "") if shown else "") == button
    assert dialog._answer.accessibleDescription() in words


def test_every_verdict_has_words() -> None:
    for verdict in Verdict:
        found = Explanation("/a.jpg", verdict, detail="x")
        assert explanations.title(found)
        assert isinstance(explanations.detail(found, 200), str)


# ---- the ways out -------------------------------------------------------------------------------------------------


def test_showing_the_hit(asking: Asking) -> None:
    asking.search()
    hit = make_result(asking.engine.submitted(Search)[-1].query).hits[1]
    dialog = asking.ask(verdict=Verdict.SHOWN, rank=2, score=0.9, photo_id=hit.photo_id)
    dialog._way_out.click()
    assert not dialog.isVisible()
    assert asking.window.results.grid.current_hit() == hit


def test_trying_again_adding_updating_and_leaving_out(asking: Asking, qtbot: QtBot) -> None:
    asking.search()
    asking.ask(verdict=Verdict.FAILED, detail="Bad.", photo_id=7)._way_out.click()
    assert asking.engine.submitted(RetryFailures) == [RetryFailures((7,))]
    n_before = len(asking.engine.submitted(IndexFolders))
    qtbot.waitUntil(lambda: not asking.window.jobs.is_busy())
    asking.ask(verdict=Verdict.NEW, detail="/photos")._way_out.click()
    assert len(asking.engine.submitted(IndexFolders)) == n_before + 1
    asking.ask(verdict=Verdict.OUTSIDE)._way_out.click()
    box = next(box for box in asking.window.findChildren(QMessageBox) if box.isVisible())
    assert box.text() == "Add “photos” to your library?"
    box.close()
    asking.ask(verdict=Verdict.TOO_SMALL)._way_out.click()
    qtbot.waitUntil(lambda: any(d.isVisible() for d in asking.window.findChildren(ExcludesDialog)))
    next(d for d in asking.window.findChildren(ExcludesDialog) if d.isVisible()).close()
