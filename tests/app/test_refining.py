"""Frames, heat maps, other ways to search, and parts of hits, in the window on the fake engine."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.crop_geometry import Edges, edges_of
from app.crop_view import CropView
from app.heat_image import heat_image
from app.part_marks import Mark
from app.part_picker import PICK_HINT, PartPicker
from app.parts import Parts
from app.theme import tokens
from app.tile_view import TileView
from engine.errors import PhotoUnreadable
from engine.messages import DrawHeat, LoadPicture, Search
from engine.types import Box, HeatMap, Query, SearchResult
from tests.app.conftest import WindowRig
from tests.helpers.fake_engine import make_picture, make_result

LAMP, RUG = Box(0.1, 0.1, 0.5, 0.5), Box(0.4, 0.5, 0.9, 0.9)
QUERY, OTHER = Query(path="/photos/query.jpg", box=LAMP), Query(path="/photos/other.jpg", box=RUG)
FOUND, ALSO_FOUND = Box(0.2, 0.2, 0.4, 0.4), Box(0.5, 0.1, 0.9, 0.3)


@pytest.fixture
def rig(window_rig: WindowRig, qtbot: QtBot) -> WindowRig:
    """A window whose hits have frames for two parts. Their pictures are 3200 x 2400."""

    def find(job: Search) -> SearchResult:
        result = make_result(job.query, 5)
        size = {"width_px": 3200, "height_px": 2400}
        return replace(
            result,
            hits=tuple(replace(hit, score=0.5, box=FOUND, also_boxes=(ALSO_FOUND,), **size) for hit in result.hits),
        )

    window_rig.start(qtbot)
    window_rig.engine.answers[Search] = find
    return window_rig


def search(rig: WindowRig, qtbot: QtBot, parts: Parts | None = None) -> None:
    with qtbot.waitSignal(rig.window.searching.finished):
        rig.window.searching.set_parts(parts or Parts((QUERY,)))


def show_preview(rig: WindowRig, qtbot: QtBot, row: int = 0) -> None:
    grid = rig.window.results.grid
    grid.setCurrentIndex(rig.window.hits_model.index(row))
    rig.window.looking.show_preview(rig.window.hits_model.hit(row))
    qtbot.waitUntil(lambda: rig.window.preview._picture_view.has_picture())


def tool(rig: WindowRig, name: str) -> QToolButton:
    return next(child for child in rig.window.preview.findChildren(QToolButton) if child.accessibleName() == name)


def colors_in(grid: TileView) -> set[str]:
    image = grid.viewport().grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(min(image.height(), 200))}


# ---- frames -------------------------------------------------------------------------------------------------------


def test_frames_have_the_colours_and_numbers_of_their_parts(rig: WindowRig, qtbot: QtBot, tmp_path) -> None:
    picture = QImage(64, 48, QImage.Format.Format_RGB32)
    picture.fill(QColor("steelblue"))
    assert picture.save(str(tmp_path / "t.png"))
    find = rig.engine.answers[Search]

    def find_with_thumbnails(job: Search) -> SearchResult:
        result = find(job)
        return replace(result, hits=tuple(replace(hit, thumbnail=tmp_path / "t.png") for hit in result.hits))

    rig.engine.answers[Search] = find_with_thumbnails
    search(rig, qtbot, Parts((QUERY, OTHER), (), (1, 3)))
    show_preview(rig, qtbot)
    assert rig.window.preview._picture_view.marks() == (Mark(FOUND, 1), Mark(ALSO_FOUND, 3))
    grid = rig.window.results.grid
    first, _, third, *_ = tokens().parts
    qtbot.waitUntil(lambda: {first, third} <= colors_in(grid))
    rig.window._actions["show_frames"].trigger()
    assert not {first, third} & colors_in(grid)


def test_the_choice_of_frames_is_one_for_all_and_is_kept(rig: WindowRig, qtbot: QtBot) -> None:
    search(rig, qtbot)
    show_preview(rig, qtbot)
    view, action = rig.window.preview._picture_view, rig.window._actions["show_frames"]
    assert view.marks() == (Mark(FOUND), Mark(ALSO_FOUND))
    qtbot.keyClick(rig.window.results.grid, Qt.Key.Key_F)
    assert not action.isChecked()
    assert view.marks() == ()
    assert not rig.settings_file.settings.show_frames
    qtbot.keyClick(view, Qt.Key.Key_F)
    assert action.isChecked()
    qtbot.mouseClick(tool(rig, "Show where the match is"), Qt.MouseButton.LeftButton)
    assert (action.isChecked(), view.marks()) == (False, ())
    rig.window.looking.look_closer(rig.window.hits_model.hit(0))
    assert rig.window.looking.viewer.compare.hit.view.marks() == ()
    qtbot.keyClick(rig.window.looking.viewer, Qt.Key.Key_F)
    assert rig.window.looking.viewer.compare.hit.view.marks() == (Mark(FOUND), Mark(ALSO_FOUND))
    assert rig.settings_file.settings.show_frames


# ---- heat -----------------------------------------------------------------------------------------------------------


def test_heat_is_computed_only_while_it_is_shown(rig: WindowRig, qtbot: QtBot) -> None:
    search(rig, qtbot)
    show_preview(rig, qtbot)
    assert rig.engine.submitted(DrawHeat) == []
    overlay = rig.window.preview._picture_view.overlay
    with qtbot.waitSignal(rig.bridge.heat_drawn):
        qtbot.keyClick(rig.window.results.grid, Qt.Key.Key_H)
    assert rig.engine.submitted(DrawHeat) == [DrawHeat(QUERY, 1001)]
    assert not overlay().isNull()
    assert tool(rig, "Show how much each place is like what is searched for").isChecked()
    with qtbot.waitSignal(rig.bridge.heat_drawn):
        rig.window.results.grid.setCurrentIndex(rig.window.hits_model.index(1))
    assert rig.engine.submitted(DrawHeat)[1:] == [DrawHeat(QUERY, 1002)]
    rig.window.results.grid.setCurrentIndex(rig.window.hits_model.index(0))  # is still known
    assert not overlay().isNull()
    rig.window.looking.close_preview()
    rig.window.results.grid.setCurrentIndex(rig.window.hits_model.index(3))
    assert len(rig.engine.submitted(DrawHeat)) == 2
    show_preview(rig, qtbot, 0)
    qtbot.keyClick(rig.window.preview._picture_view, Qt.Key.Key_H)
    assert overlay().isNull()
    assert not rig.window._actions["show_heat"].isChecked()


def test_asking_for_heat_opens_the_preview(rig: WindowRig, qtbot: QtBot) -> None:
    search(rig, qtbot)
    rig.window.results.grid.setCurrentIndex(rig.window.hits_model.index(2))
    with qtbot.waitSignal(rig.bridge.heat_drawn):
        rig.window._actions["show_heat"].trigger()
    assert rig.window.preview.isVisible()
    assert rig.engine.submitted(DrawHeat) == [DrawHeat(QUERY, 1003)]


def test_heat_of_each_part_is_laid_over_the_large_view_too(rig: WindowRig, qtbot: QtBot) -> None:
    search(rig, qtbot, Parts((QUERY, OTHER), (), (1, 2)))
    rig.window.looking.look_closer(rig.window.hits_model.hit(0))
    view = rig.window.looking.viewer.compare.hit.view
    qtbot.keyClick(rig.window.looking.viewer, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: not view.overlay().isNull())
    assert rig.engine.submitted(DrawHeat) == [DrawHeat(QUERY, 1001), DrawHeat(OTHER, 1001)]


def test_a_new_search_takes_the_heat_of_the_old_one_away(rig: WindowRig, qtbot: QtBot) -> None:
    search(rig, qtbot)
    show_preview(rig, qtbot)
    with qtbot.waitSignal(rig.bridge.heat_drawn):
        rig.window._actions["show_heat"].trigger()
    rig.engine.held.add(Search)
    rig.window.searching.set_parts(Parts((OTHER,)))
    assert rig.window.preview._picture_view.overlay().isNull()
    with qtbot.waitSignal(rig.bridge.heat_drawn):
        rig.engine.release(rig.engine.ids(Search)[-1])
    assert rig.engine.submitted(DrawHeat)[-1] == DrawHeat(OTHER, 1001)


def test_a_photo_without_heat_is_shown_without(rig: WindowRig, qtbot: QtBot) -> None:
    def refuse(job: DrawHeat) -> HeatMap:
        raise PhotoUnreadable("It is gone.", "/photos/photo 001.jpg")

    rig.engine.answers[DrawHeat] = refuse
    search(rig, qtbot)
    show_preview(rig, qtbot)
    with qtbot.waitSignal(rig.bridge.job_failed):
        rig.window._actions["show_heat"].trigger()
    assert rig.window.preview._picture_view.overlay().isNull()


def test_hot_places_glow_and_cold_ones_are_shaded() -> None:
    image = heat_image([(HeatMap(1, 4, 2, bytes([0, 0, 0, 255] * 2)), QColor("#ffb224"))])
    assert image.size() == QSize(512, 256)
    cold, hot = image.pixelColor(20, 128), image.pixelColor(500, 128)
    assert (cold.red(), cold.green(), cold.blue()) == (0, 0, 0)
    assert 0.2 < cold.alphaF() < 0.4
    assert hot.red() > 240
    assert hot.blue() < 60
    assert 0.5 < hot.alphaF() < 0.7
    steps = [abs(image.pixelColor(x, 128).alpha() - image.pixelColor(x + 1, 128).alpha()) for x in range(511)]
    assert max(steps) < 8  # no edges between the places
    assert heat_image([]).isNull()


# ---- parts of hits ------------------------------------------------------------------------------------------------


def picker(rig: WindowRig) -> PartPicker:
    return rig.window.preview.findChild(PartPicker)


def draw(qtbot: QtBot, view: CropView, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Draw a box from the upper left quarter point to the lower right one."""
    area = view.picture_rect()
    start, end = ((area.topLeft() + QPointF(area.width(), area.height()) * at).toPoint() for at in (0.25, 0.75))
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, modifier, pos=start)
    for step in range(1, 5):
        QTest.mouseMove(view, QPoint(start + (end - start) * step / 4))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, modifier, pos=end)


def test_a_box_drawn_on_a_hit_is_searched_for(rig: WindowRig, qtbot: QtBot) -> None:
    rig.engine.answers[LoadPicture] = lambda job: make_picture(job.path)
    search(rig, qtbot)
    rig.window.results.grid.setCurrentIndex(rig.window.hits_model.index(2))
    rig.window.results.grid.setFocus()
    qtbot.keyClick(rig.window.results.grid, Qt.Key.Key_B)
    assert rig.window.preview.isVisible()
    qtbot.waitUntil(lambda: rig.window.preview._picture_view.has_picture())
    tool(rig, "Search for a part of this").click()
    assert picker(rig).isVisible()
    assert picker(rig).hint() == PICK_HINT
    with qtbot.waitSignal(rig.window.searching.finished):
        draw(qtbot, picker(rig))
    assert not picker(rig).isVisible()
    query = rig.engine.submitted(Search)[-1].query
    assert query.photo_id == 1003
    wanted, got = Edges(800, 600, 2400, 1800), edges_of(query.box, QSize(3200, 2400))
    assert all(abs(one - other) <= 20 for one, other in zip(wanted, got, strict=True))


def test_with_shift_it_is_added_to_what_is_searched_for(rig: WindowRig, qtbot: QtBot) -> None:
    with qtbot.waitSignal(rig.window.searching.finished):
        rig.window.open_picture("/photos/query.jpg")
    show_preview(rig, qtbot, 1)
    rig.window._actions["pick_part"].trigger()
    with qtbot.waitSignal(rig.window.searching.finished):
        draw(qtbot, picker(rig), Qt.KeyboardModifier.ShiftModifier)
    job = rig.engine.submitted(Search)[-1]
    assert job.query == Query(path="/photos/query.jpg")
    assert [query.photo_id for query in job.also] == [1002]


def test_by_keyboard_a_box_is_drawn_moved_and_taken(rig: WindowRig, qtbot: QtBot) -> None:
    search(rig, qtbot)
    show_preview(rig, qtbot)
    qtbot.keyClick(rig.window.preview._picture_view, Qt.Key.Key_B)
    assert picker(rig).hasFocus()
    qtbot.keyClick(picker(rig), Qt.Key.Key_Return)
    qtbot.keyClick(picker(rig), Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert picker(rig).isVisible()
    with qtbot.waitSignal(rig.window.searching.finished):
        qtbot.keyClick(picker(rig), Qt.Key.Key_Return)
    query = rig.engine.submitted(Search)[-1].query
    assert (query.photo_id, edges_of(query.box, QSize(3200, 2400))) == (1001, Edges(810, 600, 2410, 1800))


def test_escape_ends_drawing_without_a_search(rig: WindowRig, qtbot: QtBot) -> None:
    search(rig, qtbot)
    show_preview(rig, qtbot)
    tool(rig, "Search for a part of this").click()
    qtbot.keyClick(picker(rig), Qt.Key.Key_Return)
    qtbot.keyClick(picker(rig), Qt.Key.Key_Escape)
    assert picker(rig).isVisible()  # only the box has gone
    qtbot.keyClick(picker(rig), Qt.Key.Key_Escape)
    assert not picker(rig).isVisible()
    assert rig.window.preview.isVisible()
    assert len(rig.engine.submitted(Search)) == 1


def test_another_hit_ends_drawing(rig: WindowRig, qtbot: QtBot) -> None:
    search(rig, qtbot)
    show_preview(rig, qtbot)
    tool(rig, "Search for a part of this").click()
    rig.window.results.grid.setCurrentIndex(rig.window.hits_model.index(1))
    assert not picker(rig).isVisible()


def test_a_part_can_be_drawn_in_the_large_view(rig: WindowRig, qtbot: QtBot) -> None:
    search(rig, qtbot)
    viewer = rig.window.looking.viewer
    rig.window.looking.look_closer(rig.window.hits_model.hit(3))
    qtbot.waitUntil(lambda: viewer.compare.hit.view.has_picture())
    qtbot.keyClick(viewer, Qt.Key.Key_B)
    with qtbot.waitSignal(rig.window.searching.finished):
        draw(qtbot, viewer.findChild(PartPicker))
    assert rig.engine.submitted(Search)[-1].query.photo_id == 1004
    assert not rig.window.looking.is_viewing()


# ---- options ------------------------------------------------------------------------------------------------------


def test_turned_is_an_option_of_the_search_that_is_kept(rig: WindowRig, qtbot: QtBot) -> None:
    search(rig, qtbot)
    with qtbot.waitSignal(rig.window.searching.finished):
        rig.window._actions["turned"].trigger()
    assert [job.turned for job in rig.engine.submitted(Search)] == [False, True]
    assert rig.settings_file.settings.turned
    names = [child.accessibleName() for child in rig.window.status_line.findChildren(QToolButton)]
    assert names[-2:] == ["Look further", "Also turned and mirrored"]


def test_several_parts_are_not_looked_further_for(rig: WindowRig, qtbot: QtBot) -> None:
    search(rig, qtbot)
    with qtbot.waitSignal(rig.window.searching.finished):
        rig.window._actions["look_further"].trigger()
    search(rig, qtbot, Parts((QUERY, OTHER), (), (1, 2)))
    search(rig, qtbot, Parts((QUERY,), (OTHER,)))
    assert [job.expand for job in rig.engine.submitted(Search)] == [False, True, False, False]
