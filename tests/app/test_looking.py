"""The large view in the window: leafing, comparing with the query, slideshow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtWidgets import QMenu, QToolButton
from pytestqt.qtbot import QtBot

from app import compare_view, motion, viewer
from app.compare_view import Mode, corresponding
from app.part_marks import Mark
from app.viewer import Viewer
from app.zoom_view import Place
from engine.errors import PhotoUnreadable
from engine.messages import LoadPicture, Search
from engine.types import Box, Query
from tests.app.conftest import WindowRig
from tests.helpers.fake_engine import make_picture, make_result


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    motion.set_preference(motion.REDUCED)
    yield
    motion.set_preference(motion.FOLLOW)


@pytest.fixture
def large(window_rig: WindowRig, qtbot: QtBot) -> Viewer:
    """The large view of the second of five hits."""
    window_rig.start(qtbot)
    window_rig.engine.answers[Search] = lambda job: make_result(job.query, 5)
    with qtbot.waitSignal(window_rig.window.searching.finished):
        window_rig.window.open_picture("/photos/query.jpg")
    grid = window_rig.window.results.grid
    grid.setFocus()
    grid.setCurrentIndex(window_rig.window.hits_model.index(1))
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    view = window_rig.window.looking.viewer
    assert view.isVisible()
    return view


def press(qtbot: QtBot, large: Viewer, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(large.window().focusWidget(), key)


def button(large: Viewer, name: str) -> QToolButton:
    return next(child for child in large.findChildren(QToolButton) if child.accessibleName() == name)


def test_enter_looks_closer_and_escape_goes_back(window_rig: WindowRig, qtbot: QtBot, large: Viewer) -> None:
    window = window_rig.window
    assert large.hit() == window.hits_model.hit(1)
    assert large._place.text() == "2 of 5"
    assert "4000 × 3000 pixels · 99 % alike" in large._facts.text()
    qtbot.waitUntil(large.compare.hit.view.has_picture)
    press(qtbot, large, Qt.Key.Key_Escape)
    assert not large.isVisible()
    assert large.hit() is None
    assert window.results.grid.hasFocus()
    assert window.results.grid.current_hit() == window.hits_model.hit(1)


def test_arrow_keys_and_buttons_leaf_through_the_hits(window_rig: WindowRig, qtbot: QtBot, large: Viewer) -> None:
    model, grid = window_rig.window.hits_model, window_rig.window.results.grid
    press(qtbot, large, Qt.Key.Key_Right)
    assert large.hit() == model.hit(2) == grid.current_hit()
    assert grid.selected_hits() == [model.hit(2)]
    press(qtbot, large, Qt.Key.Key_Left, Qt.Key.Key_PageUp, Qt.Key.Key_Left)
    assert large.hit() == model.hit(0)  # there is none before
    assert not button(large, "Previous photo").isEnabled()
    qtbot.mouseClick(button(large, "Next photo"), Qt.MouseButton.LeftButton)
    assert large._place.text() == "2 of 5"


def test_neighbours_are_loaded_ahead_and_shown_at_once(window_rig: WindowRig, qtbot: QtBot, large: Viewer) -> None:
    def asked() -> list[str]:
        return [job.path for job in window_rig.engine.submitted(LoadPicture)][1:]

    assert sorted(set(asked())) == [f"/photos/photo 00{n}.jpg" for n in (1, 2, 3)] + ["/photos/query.jpg"]
    view = large.compare.hit.view
    qtbot.waitUntil(view.has_picture)
    qtbot.waitUntil(lambda: "/photos/photo 003.jpg" in large._hits._kept)
    press(qtbot, large, Qt.Key.Key_Right)
    assert view.has_picture()
    assert asked().count("/photos/photo 003.jpg") == 1
    assert "/photos/photo 004.jpg" in asked()


def test_keys_of_the_results_work_in_the_large_view(window_rig: WindowRig, qtbot: QtBot, large: Viewer) -> None:
    hit = large.hit()
    with qtbot.waitSignal(window_rig.window.searching.finished):
        press(qtbot, large, Qt.Key.Key_S)
    assert window_rig.engine.submitted(Search)[-1].query == Query(photo_id=hit.photo_id)
    assert not large.isVisible()  # the hits are others now


def test_the_same_search_again_leaves_the_large_view_open(window_rig: WindowRig, qtbot: QtBot, large: Viewer) -> None:
    with qtbot.waitSignal(window_rig.window.searching.finished):
        window_rig.window.searching.search_again()
    assert large.isVisible()
    window_rig.engine.answers[Search] = lambda job: make_result(job.query, 7)
    with qtbot.waitSignal(window_rig.window.searching.finished):
        window_rig.window.searching.search_again()
    qtbot.waitUntil(lambda: large._place.text() == "2 of 7")
    window_rig.engine.answers[Search] = lambda job: make_result(job.query, 0)
    with qtbot.waitSignal(window_rig.window.searching.finished):
        window_rig.window.searching.search_again()
    qtbot.waitUntil(lambda: not large.isVisible())


def test_the_context_menu_is_that_of_the_results(window_rig: WindowRig, qtbot: QtBot, large: Viewer) -> None:
    large.menu_requested.emit(large.hit(), large.mapToGlobal(large.rect().center()))
    menu = next(menu for menu in window_rig.window.results.grid.findChildren(QMenu) if menu.isVisible())
    assert any("similar" in action.text() for action in menu.actions())
    menu.close()


def test_a_photo_that_cannot_be_read_says_why_and_the_next_does_not(
    window_rig: WindowRig, qtbot: QtBot, large: Viewer
) -> None:
    def refuse(job: LoadPicture) -> object:
        if "005" in job.path:
            raise PhotoUnreadable("It is gone.", job.path)
        return make_picture(job.path)

    window_rig.engine.answers[LoadPicture] = refuse
    press(qtbot, large, *[Qt.Key.Key_Right] * 3)
    qtbot.waitUntil(large.compare.hit.error.isVisible)
    assert large.compare.hit.error.text() == "It is gone."
    press(qtbot, large, Qt.Key.Key_Left)
    assert not large.compare.hit.error.isVisible()


# ---- comparing ---------------------------------------------------------------------------------------------------


def test_side_by_side_both_move_together(window_rig: WindowRig, qtbot: QtBot, large: Viewer) -> None:
    query, hit = large.compare.query, large.compare.hit
    assert not query.isVisible()
    press(qtbot, large, Qt.Key.Key_C)
    assert large.compare.mode() is Mode.SIDE
    assert button(large, "Side by side with the query").isChecked()
    assert (query.isVisible(), hit.isVisible()) == (True, True)
    assert query.x() < hit.x()
    assert abs(query.width() - hit.width()) <= 1
    assert (query.caption.text(), hit.caption.text()) == ("query.jpg", "photo 002.jpg")
    qtbot.waitUntil(lambda: query.view.has_picture() and hit.view.has_picture())
    hit.view.show_full_size()
    # The query picture of 3200 x 2400 pixels and the photo of the same size: the same part of both.
    assert query.view.place() == hit.view.place()
    query.view.pan_by(-100, 50)
    assert query.view.place() == hit.view.place()
    query.view.fit()
    assert hit.view.is_fit()
    press(qtbot, large, Qt.Key.Key_C)
    assert not query.isVisible()


def test_what_is_framed_stays_at_the_same_place(window_rig: WindowRig, qtbot: QtBot, large: Viewer) -> None:
    query, hit = large.compare.query, large.compare.hit
    qtbot.waitUntil(lambda: query.view.has_picture() and hit.view.has_picture())
    large._query_marks = (Mark(Box(0.0, 0.0, 0.5, 0.5)),)
    large.update_hit(replace(large.hit(), box=Box(0.5, 0.5, 0.75, 0.75)))
    large.set_mode(Mode.SIDE)
    hit.view.follow(Place(2000, 1500, 1.0))  # the middle of the frame
    hit.view.zoom_by(1.1)
    assert query.view.place().x == pytest.approx(800)
    assert query.view.place().y == pytest.approx(600)
    assert query.view.place().scale == pytest.approx(0.55)


def test_places_correspond_by_areas() -> None:
    area, other = QRectF(100, 100, 200, 100), QRectF(0, 0, 400, 200)
    assert corresponding(Place(200, 150, 2.0), area, other) == Place(200, 100, 1.0)
    assert corresponding(Place(100, 100, 2.0), area, other) == Place(0, 0, 1.0)  # corner to corner


def test_the_place_is_kept_for_the_next_hit(window_rig: WindowRig, qtbot: QtBot, large: Viewer) -> None:
    query, hit = large.compare.query.view, large.compare.hit.view
    qtbot.waitUntil(lambda: query.has_picture() and hit.has_picture())
    qtbot.waitUntil(lambda: "/photos/photo 003.jpg" in large._hits._kept)
    large.set_mode(Mode.SIDE)
    hit.show_full_size()
    hit.pan_by(-300, -200)
    place = hit.place()
    press(qtbot, large, Qt.Key.Key_Right)
    assert hit.place() == place == query.place()
    hit.fit()
    press(qtbot, large, Qt.Key.Key_Left)
    assert hit.is_fit()
    assert query.is_fit()


def test_flickering_shows_one_after_the_other_in_the_same_place(
    window_rig: WindowRig, qtbot: QtBot, large: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    motion.set_preference(motion.FOLLOW)
    compare = large.compare
    compare._flicker.setInterval(30)
    press(qtbot, large, Qt.Key.Key_X)
    assert compare.mode() is Mode.FLICKER
    qtbot.waitUntil(lambda: compare.query.isVisible() and not compare.hit.isVisible())
    qtbot.waitUntil(lambda: compare.hit.isVisible() and not compare.query.isVisible())
    press(qtbot, large, Qt.Key.Key_Space)
    assert not compare.is_flickering()
    assert compare.query.isVisible()
    assert compare.query.geometry() == compare.rect()
    press(qtbot, large, Qt.Key.Key_Space)
    assert compare.hit.isVisible()
    press(qtbot, large, Qt.Key.Key_X)
    assert compare.mode() is Mode.ONE
    assert compare.hit.isVisible()
    assert not compare.is_flickering()


def test_flickering_is_slow_and_by_hand_where_motion_is_not_wanted(
    window_rig: WindowRig, qtbot: QtBot, large: Viewer
) -> None:
    assert compare_view.FLICKER_MS > 1000 / 3
    press(qtbot, large, Qt.Key.Key_X)
    assert not large.compare.is_flickering()
    press(qtbot, large, Qt.Key.Key_Space)
    assert large.compare.query.isVisible()


def test_frames_are_drawn_in_both_and_can_be_hidden(window_rig: WindowRig, qtbot: QtBot, large: Viewer) -> None:
    views = (large.compare.query.view, large.compare.hit.view)
    assert not button(large, "Show where the match is").isEnabled()
    sought, found = Mark(Box(0.1, 0.1, 0.5, 0.5)), Mark(Box(0.2, 0.2, 0.6, 0.6))
    large.show_query(None, "", (sought,))
    large.update_hit(replace(large.hit(), box=Box(0.2, 0.2, 0.6, 0.6)))
    assert [view.marks() for view in views] == [(sought,), (found,)]
    press(qtbot, large, Qt.Key.Key_F)
    assert [view.marks() for view in views] == [(), ()]
    qtbot.mouseClick(button(large, "Show where the match is"), Qt.MouseButton.LeftButton)
    assert views[1].marks() == (found,)


def test_zoom_keys_buttons_and_menu_commands(window_rig: WindowRig, qtbot: QtBot, large: Viewer) -> None:
    view = large.compare.hit.view
    qtbot.waitUntil(view.has_picture)
    press(qtbot, large, Qt.Key.Key_1)
    assert large._percent.text() == "100 %"
    press(qtbot, large, Qt.Key.Key_Minus)
    assert large._percent.text() == "80 %"
    qtbot.mouseClick(button(large, "Larger"), Qt.MouseButton.LeftButton)
    assert large._percent.text() == "100 %"
    side_px = window_rig.window.results.grid.thumbnail_side_px()
    window_rig.window._actions["larger"].trigger()
    assert large._percent.text() == "125 %"
    assert window_rig.window.results.grid.thumbnail_side_px() == side_px
    window_rig.window._actions["normal_size"].trigger()
    assert view.is_fit()


# ---- slideshow ---------------------------------------------------------------------------------------------------


def test_a_slideshow_leafs_by_itself_until_the_end(window_rig: WindowRig, qtbot: QtBot, large: Viewer) -> None:
    large._slides.setInterval(40)
    window_rig.window._actions["slideshow"].trigger()
    assert large.is_sliding()
    assert window_rig.window.isFullScreen()
    assert not button(large, "Next photo").isVisible()
    assert not window_rig.window.menuBar().isVisible()
    qtbot.waitUntil(lambda: large.hit() == window_rig.window.hits_model.hit(4))
    qtbot.waitUntil(lambda: not large.is_sliding())  # after the last
    assert large.isVisible()
    assert button(large, "Previous photo").isVisible()
    assert window_rig.window.menuBar().isVisible()
    assert not window_rig.window.isFullScreen()


def test_escape_ends_a_slideshow_and_space_holds_it(window_rig: WindowRig, qtbot: QtBot, large: Viewer) -> None:
    qtbot.mouseClick(button(large, "Slideshow"), Qt.MouseButton.LeftButton)
    assert large._slides.interval() == viewer.SLIDE_MS
    press(qtbot, large, Qt.Key.Key_Space)
    assert not large._slides.isActive()
    assert large.is_sliding()
    press(qtbot, large, Qt.Key.Key_Right)
    assert large._place.text() == "3 of 5"
    assert not large._slides.isActive()
    press(qtbot, large, Qt.Key.Key_Space)
    assert large._slides.isActive()
    press(qtbot, large, Qt.Key.Key_Escape)
    assert not large.is_sliding()
    assert large.isVisible()
    press(qtbot, large, Qt.Key.Key_Escape)
    assert not large.isVisible()


def test_a_slideshow_can_begin_in_the_results(window_rig: WindowRig, qtbot: QtBot) -> None:
    window_rig.start(qtbot)
    window_rig.window._actions["slideshow"].trigger()
    assert not window_rig.window.looking.is_viewing()  # there is nothing to show
    with qtbot.waitSignal(window_rig.window.searching.finished):
        window_rig.window.open_picture("/photos/query.jpg")
    window_rig.window._actions["slideshow"].trigger()
    assert window_rig.window.looking.viewer.hit() == window_rig.window.hits_model.hit(0)
    qtbot.keyClick(window_rig.window.looking.viewer, Qt.Key.Key_Escape)


def test_the_window_can_be_closed_from_the_large_view(window_rig: WindowRig, qtbot: QtBot, large: Viewer) -> None:
    with qtbot.waitSignal(window_rig.window.closed):
        window_rig.window.close()


def test_the_large_view_has_room_for_the_picture(large: Viewer) -> None:
    assert large.compare.hit.view.size().height() > 0.8 * large.height()
    assert large.compare.hit.view.minimumSizeHint() == QSize(120, 90)
