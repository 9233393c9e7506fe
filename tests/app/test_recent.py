"""The recent query pictures: kept in a file, shown as tiles, searched with again, forgotten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QImageReader
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app import query_files, query_texts
from app.parts import Part, Source
from app.recent import MOST, Recent, RecentQueries
from app.recent_strip import N_COLUMNS, RecentStrip
from app.remembering import REMEMBER_MS, small_jpeg
from engine.errors import PhotoUnreadable
from engine.messages import LoadPicture, Search
from engine.types import Box, FolderState, Query
from tests.app.conftest import WindowRig
from tests.helpers.fake_engine import make_hits, make_picture, make_result, make_status

BOX = Box(0.1, 0.2, 0.5, 0.75)


def recent_of(path: str, *more: Part, box: Box | None = None) -> Recent:
    return Recent((Part(Source(path, Path(path).name), box), *more), 0, b"jpeg")


# ---- the file ----------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "recent.json"


def test_what_is_added_is_there_after_a_restart(qapp: object, file: Path) -> None:
    other = Part(Source("/p/b.jpg", "b.jpg"), BOX, is_unwanted=True, weight=3)
    kept = recent_of("/p/bad\udcff 日本.jpg", other, box=BOX)
    RecentQueries(file).add(kept)
    assert RecentQueries(file).all() == (kept,)


def test_a_photo_of_the_library_comes_back_as_a_file(qapp: object, file: Path) -> None:
    # Its number may be another photo's by then: of another library, or of an older copy of this one.
    recent = RecentQueries(file)
    recent.add(Recent((Part(Source("/p/a.jpg", "a.jpg", 17)),), 0, b""))
    assert recent.all()[0].source.photo_id == 17
    assert RecentQueries(file).all()[0].source == Source("/p/a.jpg", "a.jpg")


def test_the_newest_comes_first_and_each_picture_once(qapp: object, file: Path) -> None:
    recent = RecentQueries(file)
    for n in range(MOST + 2):
        recent.add(recent_of(f"/p/{n}.jpg"))
    assert [entry.source.name for entry in recent.all()] == [f"{n}.jpg" for n in range(MOST + 1, 1, -1)]
    recent.add(recent_of("/p/5.jpg", box=BOX))
    assert recent.all()[0] == recent_of("/p/5.jpg", box=BOX)
    assert len({entry.source for entry in recent.all()}) == len(recent.all()) == MOST


def test_forgetting(qapp: object, file: Path) -> None:
    recent = RecentQueries(file)
    recent.add(recent_of("/p/secret.jpg"))
    recent.add(recent_of("/p/b.jpg"))
    recent.forget(recent_of("/p/secret.jpg"))
    assert RecentQueries(file).all() == (recent_of("/p/b.jpg"),)
    assert b"secret" not in file.read_bytes()
    recent.forget_all()
    assert RecentQueries(file).all() == ()
    assert [path.name for path in file.parent.iterdir()] == ["recent.json"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"version": 1}',
        '{"version": 9, "recent": []}',
        json.dumps({"version": 1, "recent": [{"parts": [], "current": 0, "picture": ""}]}),
        json.dumps({"version": 1, "recent": [{"parts": [{"path": 3}], "current": 0, "picture": ""}]}),
        json.dumps({"version": 1, "recent": [
            {"parts": [{"path": "a", "name": "a", "box": [0, 0, 2, 1], "unwanted": False}], "current": 0, "picture": ""}
        ]}),
        json.dumps({"version": 1, "recent": [
            {"parts": [{"path": "a", "name": "a", "box": None, "unwanted": False}], "current": 1, "picture": ""}
        ]}),
    ],
)  # fmt: skip
@pytest.mark.expects_warnings
def test_a_damaged_file_counts_as_empty(qapp: object, file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    recent = RecentQueries(file)
    assert recent.all() == ()
    recent.add(recent_of("/p/a.jpg"))
    assert RecentQueries(file).all() == (recent_of("/p/a.jpg"),)


@pytest.mark.expects_warnings
def test_a_disk_that_refuses_costs_the_memory_only(qapp: object, file: Path) -> None:
    file.parent.write_text("a file where the folder should be")
    recent = RecentQueries(file)
    recent.add(recent_of("/p/a.jpg"))
    assert recent.all() == (recent_of("/p/a.jpg"),)


def test_pictures_are_made_small(qapp: object) -> None:
    image = QImage(1600, 1200, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGreen)
    kept = QImage.fromData(small_jpeg(image))
    assert (kept.width(), kept.height()) == (224, 168)
    assert b"jpeg" in [bytes(name) for name in QImageReader.supportedImageFormats()]


# ---- the tiles ---------------------------------------------------------------------------------------------------


@pytest.fixture
def strip(qtbot: QtBot, file: Path) -> RecentStrip:
    recent = RecentQueries(file)
    strip = RecentStrip(recent)
    qtbot.addWidget(strip)
    for n in range(6):
        recent.add(recent_of(f"/p/{n}.jpg"))
    strip.show()
    qtbot.waitExposed(strip)
    strip.activateWindow()
    return strip


def focused(strip: RecentStrip) -> int:
    return next(at for at, tile in enumerate(strip.tiles) if tile.hasFocus())


def test_by_keyboard_tiles_are_walked_through_chosen_and_forgotten(qtbot: QtBot, strip: RecentStrip) -> None:
    chosen: list[Recent] = []
    strip.chosen.connect(chosen.append)
    strip.focus_first()
    for key, at in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_Down, 1 + N_COLUMNS), (Qt.Key.Key_Right, 1 + N_COLUMNS),
                    (Qt.Key.Key_Up, 1), (Qt.Key.Key_Left, 0), (Qt.Key.Key_Left, 0)):  # fmt: skip
        qtbot.keyClick(strip.tiles[focused(strip)], key)
        assert focused(strip) == at
    qtbot.keyClick(strip.tiles[0], Qt.Key.Key_Return)
    assert [recent.source.name for recent in chosen] == ["5.jpg"]
    qtbot.keyClick(strip.tiles[0], Qt.Key.Key_Delete)
    assert focused(strip) == 0
    assert [tile.accessibleName() for tile in strip.tiles if tile.isVisible()] == [
        f"all of {n}.jpg" for n in (4, 3, 2, 1, 0)
    ]


def test_tiles_show_the_boxes(qtbot: QtBot, strip: RecentStrip) -> None:
    picture = QImage(224, 168, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.black)
    plain, boxed = (Recent((Part(Source("/p/x.jpg", "x.jpg"), box),), 0, small_jpeg(picture)) for box in (None, BOX))
    tile = strip.tiles[0]
    tile.show_recent(plain)
    without = tile.grab().toImage()
    tile.show_recent(boxed)
    assert tile.grab().toImage() != without


def test_forgetting_all_hides_the_strip(qtbot: QtBot, strip: RecentStrip) -> None:
    button = next(child for child in strip.findChildren(QPushButton))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert strip.isHidden()


# ---- in the window -----------------------------------------------------------------------------------------------


@pytest.fixture
def rig(window_rig: WindowRig, qtbot: QtBot) -> WindowRig:
    window_rig.engine.status = make_status((FolderState(1, "/photos", 10, 10, 0, True),))
    window_rig.start(qtbot)
    return window_rig


def search_until_remembered(rig: WindowRig, qtbot: QtBot, path: str) -> None:
    recent = rig.window.queries.remembering._recent
    rig.window.open_picture(path)
    qtbot.waitUntil(lambda: bool(recent.all()) and recent.all()[0].source.path == path)


def test_what_was_searched_with_is_remembered_once_it_has_been_looked_at(rig: WindowRig, qtbot: QtBot) -> None:
    recent = rig.window.queries.remembering._recent
    assert not rig.window._actions["recent"].isEnabled()
    with qtbot.waitSignal(rig.window.searching.finished):
        rig.window.open_picture("/photos/passing.jpg")
    search_until_remembered(rig, qtbot, "/photos/a.jpg")
    assert [entry.source.name for entry in recent.all()] == ["a.jpg"]
    assert not QImage.fromData(recent.all()[0].picture).isNull()
    assert rig.window._actions["recent"].isEnabled()
    rig.window.query_panel._crop_view.set_box(BOX)
    qtbot.waitUntil(lambda: recent.all()[0].parts[0].box is not None)
    assert len(recent.all()) == 1
    assert (rig.settings_file.folder / "recent.json").is_file()


def test_a_tile_of_the_start_page_searches_again(rig: WindowRig, qtbot: QtBot) -> None:
    window = rig.window
    unwanted = Part(Source("/photos/b.jpg", "b.jpg"), is_unwanted=True)
    window.queries.remembering._recent.add(recent_of("/photos/a.jpg", unwanted, box=BOX))
    assert window.results.page() is window.results.no_query
    tile = window.results.no_query.findChild(RecentStrip).tiles[0]
    assert tile.isVisible()
    with qtbot.waitSignal(window.searching.finished):
        qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    asked = rig.engine.submitted(Search)[-1]
    assert (asked.query, asked.without) == (Query(path="/photos/a.jpg", box=BOX), (Query(path="/photos/b.jpg"),))
    assert window.query_panel.parts()[1].is_unwanted


def test_the_button_opens_the_list_and_a_choice_closes_it(rig: WindowRig, qtbot: QtBot) -> None:
    window = rig.window
    search_until_remembered(rig, qtbot, "/photos/a.jpg")
    search_until_remembered(rig, qtbot, "/photos/b.jpg")
    window._actions["recent"].trigger()
    popup = window.queries.remembering.popup
    assert popup.isVisible()
    with qtbot.waitSignal(window.searching.finished):
        qtbot.mouseClick(popup.strip.tiles[1], Qt.MouseButton.LeftButton)
    assert window.query_panel.picture_name() == "a.jpg"
    window._actions["back"].trigger()  # it is a step like any other
    assert window.query_panel.picture_name() == "b.jpg"


def test_a_picture_that_is_gone_says_so(rig: WindowRig, qtbot: QtBot) -> None:
    def fail(job: LoadPicture) -> object:
        if "gone" in job.path:
            raise PhotoUnreadable("gone.jpg is no longer there.")
        return make_picture(job.path)

    rig.engine.answers[LoadPicture] = fail
    window = rig.window
    window.queries.remembering.search_again(recent_of("/photos/gone.jpg"))
    zone = window.query_panel._zone
    qtbot.waitUntil(lambda: zone.isVisible() and zone.title() == query_texts.FAILED_TITLE)
    assert zone.text() == "gone.jpg is no longer there."


def test_forgetting_takes_pasted_pictures_along(
    rig: WindowRig, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_files, "cache_folder", lambda: tmp_path / "cache")
    folder = query_files.folder()
    folder.mkdir(parents=True)
    used, other, foreign = folder / "pasted-2.png", folder / "pasted-1.png", folder / "mine.png"
    for file in (used, other, foreign):
        file.write_bytes(b"png")
    search_until_remembered(rig, qtbot, str(used))
    rig.window._actions["forget_recent"].trigger()
    assert rig.window.queries.remembering._recent.all() == ()
    assert sorted(folder.iterdir()) == [foreign, used]
    assert not rig.window._actions["recent"].isEnabled()


def test_what_is_looked_at_when_the_window_closes_is_remembered(rig: WindowRig, qtbot: QtBot) -> None:
    rig.engine.answers[Search] = lambda job: make_result(job.query)
    with qtbot.waitSignal(rig.window.searching.finished):
        rig.window.query_panel.open_photo(make_hits(1)[0])
    qtbot.waitUntil(rig.window.query_panel._crop_view.has_picture)
    rig.window.queries.remembering._timer.setInterval(10 * REMEMBER_MS)  # nobody has looked at it for long
    rig.window.close()
    names = [entry.source.name for entry in RecentQueries(rig.settings_file.folder / "recent.json").all()]
    assert names == ["photo 001.jpg"]
