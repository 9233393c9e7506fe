"""Back and forth through searches in the window: keys, buttons, and what comes back with each."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app import query_texts
from app.columns import Facet
from app.parts import Part, Source
from engine.errors import PhotoUnreadable
from engine.messages import LoadPicture, Search
from engine.types import Box, FolderState, Hit, Query, SearchResult
from tests.app.conftest import WindowRig
from tests.helpers.fake_engine import make_hits, make_picture, make_status

BOX = Box(0.25, 0.25, 0.75, 0.75)
N_HITS = 120


def answer(job: Search) -> SearchResult:
    """Hits of their own for each picture, half of them JPEGs, down to a score of 0."""
    start = sum(map(ord, job.query.path or "")) * 1000
    hits = tuple(
        replace(
            hit, photo_id=start + hit.rank, score=1 - hit.rank / N_HITS,
            path=f"/photos/{hit.rank:03}.{'jpg' if hit.rank % 2 else 'png'}",
        )
        for hit in make_hits(N_HITS)
    )  # fmt: skip
    return SearchResult(job.query, hits, N_HITS, N_HITS, 1.0, exact=False)


@pytest.fixture
def rig(window_rig: WindowRig, qtbot: QtBot) -> WindowRig:
    window_rig.engine.status = make_status((FolderState(1, "/photos", N_HITS, N_HITS, 0, True),))
    window_rig.engine.answers[Search] = answer
    window_rig.start(qtbot)
    return window_rig


def search(rig: WindowRig, qtbot: QtBot, path: str) -> None:
    with qtbot.waitSignal(rig.window.searching.finished):
        rig.window.open_picture(path)
    settle(rig, qtbot)


def settle(rig: WindowRig, qtbot: QtBot) -> None:
    """Until all qualities of the hits are known and the picture is there."""
    window = rig.window
    qtbot.waitUntil(lambda: window.hits_model.columns().is_filled and not window.hits_model.is_arranging())
    qtbot.waitUntil(window.query_panel._crop_view.has_picture)


def go(rig: WindowRig, qtbot: QtBot, key: Qt.Key) -> None:
    with qtbot.waitSignal(rig.window.queries.going_back.came_back):
        qtbot.keyClick(rig.window, key, Qt.KeyboardModifier.AltModifier)
    settle(rig, qtbot)


def back(rig: WindowRig, qtbot: QtBot) -> None:
    go(rig, qtbot, Qt.Key.Key_Left)


def forward(rig: WindowRig, qtbot: QtBot) -> None:
    go(rig, qtbot, Qt.Key.Key_Right)


def shown(rig: WindowRig) -> list[Hit]:
    model = rig.window.hits_model
    return [model.hit(row) for row in range(model.rowCount())]


def ways(rig: WindowRig) -> tuple[bool, bool]:
    """Whether one can go back, and forward: by command and by button alike."""
    buttons = rig.window.query_panel.buttons.findChildren(QToolButton)
    by_button = {button.accessibleName(): button.isEnabled() for button in buttons}
    by_command = tuple(rig.window._actions[name].isEnabled() for name in ("back", "forward"))
    assert (by_button["Back"], by_button["Forward"]) == by_command
    return by_command


def test_there_is_nowhere_to_go_before_a_second_search(rig: WindowRig, qtbot: QtBot) -> None:
    assert ways(rig) == (False, False)
    search(rig, qtbot, "/photos/a.jpg")
    assert ways(rig) == (False, False)
    search(rig, qtbot, "/photos/b.jpg")
    assert ways(rig) == (True, False)


def test_keys_and_buttons_go_back_and_forth(rig: WindowRig, qtbot: QtBot) -> None:
    search(rig, qtbot, "/photos/a.jpg")
    of_a = shown(rig)
    search(rig, qtbot, "/photos/b.jpg")
    of_b = shown(rig)
    back(rig, qtbot)
    assert rig.window.query_panel.picture_name() == "a.jpg"
    assert shown(rig) == of_a
    assert ways(rig) == (False, True)
    forward(rig, qtbot)
    assert rig.window.query_panel.picture_name() == "b.jpg"
    assert shown(rig) == of_b
    button = next(
        child for child in rig.window.query_panel.findChildren(QToolButton) if child.accessibleName() == "Back"
    )
    with qtbot.waitSignal(rig.window.queries.going_back.came_back):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert rig.window.query_panel.picture_name() == "a.jpg"


def test_parts_and_which_are_unwanted_come_back(rig: WindowRig, qtbot: QtBot) -> None:
    search(rig, qtbot, "/photos/a.jpg")
    panel = rig.window.query_panel
    crop = panel._crop_view
    with qtbot.waitSignal(rig.window.searching.finished):
        crop.set_box(BOX)
    with qtbot.waitSignal(rig.window.searching.finished):
        panel.add_photo(replace(make_hits(1)[0], path="/photos/c.jpg"))
    with qtbot.waitSignal(rig.window.searching.finished):
        panel._parts.toggle_unwanted(1)
    kept = panel.parts()
    assert kept == (
        Part(Source("/photos/a.jpg", "a.jpg"), BOX),
        Part(Source("/photos/c.jpg", "c.jpg", 1001), is_unwanted=True),
    )
    search(rig, qtbot, "/photos/b.jpg")
    back(rig, qtbot)
    assert panel.parts() == kept
    asked = rig.engine.submitted(Search)[-1]
    assert (asked.query, asked.without) == (Query(path="/photos/a.jpg", box=BOX), (Query(photo_id=1001),))
    back(rig, qtbot)
    back(rig, qtbot)  # before the second part was added
    assert panel.parts() == kept[:1]
    assert crop.box() == BOX
    back(rig, qtbot)
    assert crop.box() is None
    assert ways(rig) == (False, True)


def test_options_of_the_search_come_back(rig: WindowRig, qtbot: QtBot) -> None:
    search(rig, qtbot, "/photos/a.jpg")
    with qtbot.waitSignal(rig.window.searching.finished):
        rig.window._actions["turned"].trigger()
    back(rig, qtbot)
    assert not rig.engine.submitted(Search)[-1].turned
    assert not rig.window._actions["turned"].isChecked()
    assert not rig.settings_file.settings.turned
    forward(rig, qtbot)
    assert rig.engine.submitted(Search)[-1].turned
    assert rig.window._actions["turned"].isChecked()


def test_filters_least_score_and_place_come_back(rig: WindowRig, qtbot: QtBot) -> None:
    window = rig.window
    search(rig, qtbot, "/photos/a.jpg")
    controls, grid = window.results.controls, window.results.grid
    controls.set_filters_visible(True)
    controls.filters.chosen.emit(Facet.TYPE, frozenset({"jpeg"}))
    controls.bar.score.setValue(10)
    settle(rig, qtbot)
    before = shown(rig)
    assert all(hit.path.endswith(".jpg") for hit in before)
    grid.setCurrentIndex(window.hits_model.index(len(before) - 2))
    grid.scrollToBottom()
    qtbot.waitUntil(lambda: grid.verticalScrollBar().value() > 0)
    place, y = grid.place(), grid.verticalScrollBar().value()
    assert place.chosen == before[-2].photo_id

    search(rig, qtbot, "/photos/b.jpg")
    controls.set_filters_visible(False)
    settle(rig, qtbot)
    assert len(shown(rig)) > len(before)
    assert grid.verticalScrollBar().value() == 0

    back(rig, qtbot)
    assert shown(rig) == before
    assert controls.filters.isVisible()
    assert window.hits_model.arrangement().min_score == pytest.approx(0.1)
    assert grid.place() == place
    assert grid.verticalScrollBar().value() == y

    forward(rig, qtbot)
    assert not window.hits_model.arrangement().chosen
    assert grid.verticalScrollBar().value() == 0


def test_as_many_hits_are_asked_for_as_there_were(rig: WindowRig, qtbot: QtBot) -> None:
    search(rig, qtbot, "/photos/a.jpg")
    window = rig.window
    window.searching._n_given = window.searching._n_asked  # as if there were more
    with qtbot.waitSignal(window.searching.finished):
        window.searching.search_more()
    k = rig.engine.submitted(Search)[-1].k
    search(rig, qtbot, "/photos/b.jpg")
    assert rig.engine.submitted(Search)[-1].k < k
    back(rig, qtbot)
    assert rig.engine.submitted(Search)[-1].k == k


def test_going_on_before_an_answer_is_there_loses_nothing(rig: WindowRig, qtbot: QtBot) -> None:
    window = rig.window
    search(rig, qtbot, "/photos/a.jpg")
    window.results.grid.setCurrentIndex(window.hits_model.index(3))
    place = window.results.grid.place()
    search(rig, qtbot, "/photos/b.jpg")
    search(rig, qtbot, "/photos/c.jpg")
    with qtbot.waitSignal(window.queries.going_back.came_back):
        window._actions["back"].trigger()
        window._actions["back"].trigger()
    assert window.query_panel.picture_name() == "a.jpg"
    assert window.results.grid.place() == place


def test_one_can_go_back_from_a_picture_that_cannot_be_opened(rig: WindowRig, qtbot: QtBot) -> None:
    search(rig, qtbot, "/photos/a.jpg")

    def fail(job: LoadPicture) -> object:
        if job.path == "/photos/gone.jpg":
            raise PhotoUnreadable("gone.jpg is not there any more.")
        return make_picture(job.path)

    rig.engine.answers[LoadPicture] = fail
    rig.engine.answers[Search] = lambda job: answer(job) if job.query.path != "/photos/gone.jpg" else fail(job)
    rig.window.open_picture("/photos/gone.jpg")
    zone = rig.window.query_panel._zone
    qtbot.waitUntil(lambda: zone.isVisible() and zone.title() == query_texts.FAILED_TITLE)
    back(rig, qtbot)
    assert rig.window.query_panel.picture_name() == "a.jpg"
    assert shown(rig)


def test_a_search_repeated_as_the_library_grows_is_no_step(rig: WindowRig, qtbot: QtBot) -> None:
    search(rig, qtbot, "/photos/a.jpg")
    with qtbot.waitSignal(rig.window.searching.finished):
        rig.window.searching.search_again()
    assert ways(rig) == (False, False)
