"""Marking hits in the window: by key, one or many, shown at once, of use for the search, and undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app import teaching_texts, texts
from app.compare_view import Mode
from app.hits_model import Role
from engine.errors import LabelError
from engine.messages import Contradiction, Feedback, Label, Labelled, PairLabel, Search
from engine.types import FolderState, Query, SearchResult
from tests.app.conftest import WindowRig
from tests.helpers.fake_engine import make_hits, make_status


class Marks:
    """A window with four hits of a search, the keyboard on the first."""

    def __init__(self, rig: WindowRig, qtbot: QtBot) -> None:
        self.rig, self.qtbot, self.window, self.engine = rig, qtbot, rig.window, rig.engine
        self.grid, self.model = rig.window.results.grid, rig.window.hits_model
        self.hits = make_hits(4)
        self.engine.status = make_status((FolderState(1, "/photos", 4, 4, 0, True),))
        self.engine.answers[Search] = self._search
        self.engine.answers[Label] = lambda job: Labelled(len(job.others), 9)
        rig.start(qtbot)
        with qtbot.waitSignal(self.window.searching.finished):
            self.window.open_picture("/photos/query.jpg")
        self.choose(0)

    def _search(self, job: Search) -> SearchResult:
        feedback = job.feedback or Feedback()
        gone = {query.photo_id for query in feedback.different}
        same = {query.photo_id for query in feedback.same}
        hits = tuple(
            replace(hit, labelled_same=hit.labelled_same or hit.photo_id in same)
            for hit in self.hits if hit.photo_id not in gone
        )
        return SearchResult(job.query, hits, 4, 4, 1.0, False, hidden=len(gone))

    def choose(self, *rows: int) -> None:
        self.grid.setFocus()
        self.grid.clearSelection()
        self.grid.setCurrentIndex(self.model.index(rows[0]))
        for row in rows[1:]:
            self.grid.selectionModel().select(
                self.model.index(row), self.grid.selectionModel().SelectionFlag.Select)

    def press(self, key: Qt.Key) -> None:
        self.qtbot.keyClick(self.grid, key)

    def shown(self) -> list[bool | None]:
        return [self.model.index(row).data(Role.MARK) for row in range(self.model.rowCount())]

    def labels(self) -> list[tuple[tuple[int | None, ...], bool | None]]:
        return [(tuple(query.photo_id for query in job.others), job.same) for job in self.engine.submitted(Label)]

    def wait_for_search(self) -> Search:
        with self.qtbot.waitSignal(self.window.searching.finished, timeout=5000):
            pass
        return self.engine.submitted(Search)[-1]


@pytest.fixture
def marks(window_rig: WindowRig, qtbot: QtBot) -> Iterator[Marks]:
    return Marks(window_rig, qtbot)


def test_a_key_marks_the_hit_goes_on_and_the_search_is_made_better(marks: Marks) -> None:
    marks.press(Qt.Key.Key_Y)
    marks.press(Qt.Key.Key_N)
    assert marks.shown() == [True, False, None, None]  # at once
    assert marks.grid.currentIndex().row() == 2
    assert marks.labels() == [((1001,), True), ((1002,), False)]
    assert marks.engine.submitted(Label)[0].query == Query(path="/photos/query.jpg")
    asked = marks.wait_for_search()
    assert asked.feedback == Feedback((Query(photo_id=1001),), (Query(photo_id=1002),))
    assert [marks.model.hit(row).photo_id for row in range(3)] == [1001, 1003, 1004]
    assert marks.shown() == [True, None, None]


def test_many_are_marked_together(marks: Marks) -> None:
    marks.choose(1, 2, 3)
    marks.press(Qt.Key.Key_N)
    assert marks.labels() == [((1002, 1003, 1004), False)]
    assert marks.shown() == [None, False, False, False]
    assert marks.grid.currentIndex().row() == 1


def test_marks_are_undone_as_they_were(marks: Marks) -> None:
    marks.press(Qt.Key.Key_Y)
    marks.choose(0, 1)
    marks.press(Qt.Key.Key_N)
    undo = marks.window._actions["undo"]
    assert "2" in undo.text()
    undo.trigger()
    assert marks.shown() == [True, None, None, None]
    assert sorted(marks.labels()[2:], key=str) == [((1001,), True), ((1002,), None)]
    undo.trigger()
    assert marks.shown() == [None] * 4
    assert not undo.isEnabled()
    marks.qtbot.wait(900)
    assert marks.engine.submitted(Search)[-1].feedback is None


def test_a_mark_is_taken_back_by_key(marks: Marks) -> None:
    marks.press(Qt.Key.Key_Y)
    marks.choose(0)
    marks.press(Qt.Key.Key_U)
    assert marks.shown() == [None] * 4
    assert marks.labels()[-1] == ((1001,), None)


def test_what_was_marked_long_ago_is_shown_and_helps(marks: Marks) -> None:
    marks.hits = (marks.hits[0], replace(marks.hits[1], labelled_same=True), *marks.hits[2:])
    with marks.qtbot.waitSignal(marks.window.searching.finished):
        marks.window.searching.search_again()
    assert marks.shown() == [None, True, None, None]
    marks.choose(2)
    marks.press(Qt.Key.Key_Y)
    assert marks.wait_for_search().feedback == Feedback((Query(photo_id=1002), Query(photo_id=1003)), ())


def test_hits_are_marked_while_they_are_compared_with_the_query(marks: Marks) -> None:
    marks.press(Qt.Key.Key_Return)
    viewer = marks.window.looking.viewer
    assert viewer.isVisible()
    viewer.set_mode(Mode.SIDE)
    marks.qtbot.keyClick(viewer.window().focusWidget(), Qt.Key.Key_Y)
    marks.qtbot.keyClick(viewer.window().focusWidget(), Qt.Key.Key_N)
    assert marks.labels() == [((1001,), True), ((1002,), False)]
    assert viewer.hit() == marks.model.hit(2)  # it went on
    assert viewer.compare.mode() is Mode.SIDE
    marks.qtbot.keyClick(viewer.window().focusWidget(), Qt.Key.Key_Left)
    assert viewer._facts.text().startswith(teaching_texts.MARKED_DIFFERENT)
    marks.qtbot.keyClick(viewer.window().focusWidget(), Qt.Key.Key_Left)
    assert viewer._facts.text().startswith(teaching_texts.MARKED_SAME)
    marks.window._actions["undo"].trigger()
    marks.window._actions["undo"].trigger()
    assert marks.shown() == [None] * 4
    assert teaching_texts.MARKED_SAME not in viewer._facts.text()


def test_another_query_begins_without_marks(marks: Marks) -> None:
    marks.press(Qt.Key.Key_Y)
    with marks.qtbot.waitSignal(marks.window.searching.finished):
        marks.window.open_picture("/photos/another.jpg")
    assert marks.shown() == [None] * 4
    assert marks.engine.submitted(Search)[-1].feedback is None
    marks.qtbot.wait(900)  # what was marked before is not searched with
    assert marks.engine.submitted(Search)[-1].feedback is None


def test_what_the_engine_refuses_is_shown_as_it_was_and_told(marks: Marks) -> None:
    def refuse(job: Label) -> Labelled:
        raise LabelError("These are copies of one file.")

    marks.engine.answers[Label] = refuse
    remarks: list[str] = []
    marks.rig.notifier.remarked.connect(remarks.append)
    marks.press(Qt.Key.Key_N)
    marks.qtbot.waitUntil(lambda: marks.shown() == [None] * 4)
    assert remarks[-1] == "These are copies of one file."


def test_a_contradiction_is_told_until_it_is_resolved(marks: Marks) -> None:
    pair = PairLabel("/photos/a.jpg", "/photos/b.jpg", "aa", "bb", None, False, 0.0)
    marks.engine.answers[Label] = lambda job: Labelled(1, 9, (Contradiction(pair, (pair,)),))
    marks.press(Qt.Key.Key_N)
    marks.qtbot.waitUntil(lambda: bool(marks.rig.notifier.banners()))
    (banner,) = marks.rig.notifier.banners()
    assert banner.text == teaching_texts.CONTRADICTION.format(a="a.jpg", b="b.jpg")
    marks.engine.answers[Label] = lambda job: Labelled(1, 8)
    marks.press(Qt.Key.Key_U)
    marks.qtbot.waitUntil(lambda: not marks.rig.notifier.banners())


def test_how_many_are_left_out_is_said(marks: Marks) -> None:
    marks.press(Qt.Key.Key_N)
    marks.wait_for_search()
    assert "1 left out as marked" in texts.searched_line(
        SearchResult(Query(path="/photos/query.jpg"), (), 4, 4, 1.0, False, hidden=1))


def test_marks_are_spoken(marks: Marks) -> None:
    marks.press(Qt.Key.Key_Y)
    text = marks.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert teaching_texts.MARKED_SAME in text
