"""The sample photos: tried with one click, removed with one, never moved; and what their licences allow."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app import samples, texts
from app.notify import Level
from app.places import is_sample, samples_folder
from engine.messages import IndexFolders, LoadPicture, RemoveFolder, Search
from engine.types import FolderState, Query
from tests.app.conftest import WindowRig
from tests.helpers.fake_engine import make_picture, make_status

FOLDER = str(samples_folder())
SEARCHED = Query(path=str(samples_folder() / samples.QUERY), box=samples.BOX)


def press(rig: WindowRig, qtbot: QtBot, text: str) -> None:
    (button,) = [
        one for one in rig.window.findChildren(QPushButton) if one.text().replace("&", "") == text and one.isVisible()
    ]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def tried(window_rig: WindowRig, qtbot: QtBot) -> WindowRig:
    """A window in which the samples were asked for on the first page."""
    window_rig.engine.answers[LoadPicture] = lambda job: make_picture(job.path, 40, 30)
    window_rig.start(qtbot)
    with qtbot.waitSignal(window_rig.window.searching.finished):
        press(window_rig, qtbot, "Try with sample photos")
    qtbot.waitUntil(lambda: bool(window_rig.notifier.banners()))
    return window_rig


def test_one_click_adds_them_and_searches_for_the_thing_in_one_of_them(tried: WindowRig, qtbot: QtBot) -> None:
    assert tried.engine.submitted(IndexFolders) == [IndexFolders((FOLDER,))]
    assert tried.engine.submitted(Search)[-1].query == SEARCHED
    assert tried.window.results.shows_results()
    qtbot.waitUntil(lambda: tried.window.query_panel._crop_view.box() == samples.BOX)
    qtbot.waitUntil(lambda: tried.window.folders_panel.lines() == ["Sample photos: 10 photos"])
    assert tried.window._actions["samples"].isChecked()


def test_a_banner_says_what_they_are_and_removes_them(tried: WindowRig, qtbot: QtBot) -> None:
    (banner,) = tried.notifier.banners()
    assert (banner.level, banner.text) == (Level.HINT, texts.SAMPLES_HINT)
    press(tried, qtbot, "Remove the samples")
    qtbot.waitUntil(tried.window.results.is_first_run)
    assert tried.engine.submitted(RemoveFolder) == [RemoveFolder(FOLDER)]
    assert tried.window.query_panel.query() is None
    assert not tried.notifier.banners()
    assert not tried.window._actions["samples"].isChecked()


def test_the_banner_leads_to_folders_of_ones_own(
    tried: WindowRig, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[bool] = []
    monkeypatch.setattr("app.adding_folders.QFileDialog.open", lambda dialog: opened.append(True))
    press(tried, qtbot, "Add my own photos…")
    assert opened == [True]


def test_a_search_with_another_picture_stays_when_they_are_removed(tried: WindowRig, qtbot: QtBot) -> None:
    other = FolderState(9, "/photos", 10, 10, 0, True)
    tried.engine.status = make_status((*tried.engine.status.folders, other))
    with qtbot.waitSignal(tried.window.searching.finished):
        tried.window.open_picture("/photos/mine.jpg")
    tried.window._actions["samples"].trigger()
    qtbot.waitUntil(lambda: tried.engine.submitted(RemoveFolder) == [RemoveFolder(FOLDER)])
    qtbot.waitUntil(lambda: not tried.notifier.banners())
    assert tried.window.query_panel.query() == Query(path="/photos/mine.jpg")


def test_the_menu_adds_them_to_a_library_there_is_and_takes_them_out(window_rig: WindowRig, qtbot: QtBot) -> None:
    window_rig.engine.status = make_status((FolderState(1, "/photos", 10, 10, 0, True),))
    window_rig.start(qtbot)
    action = window_rig.window._actions["samples"]
    with qtbot.waitSignal(window_rig.window.searching.finished):
        action.trigger()
    assert IndexFolders((FOLDER,)) in window_rig.engine.submitted(IndexFolders)
    qtbot.waitUntil(action.isChecked)
    action.trigger()
    qtbot.waitUntil(lambda: not action.isChecked())
    assert window_rig.engine.submitted(RemoveFolder) == [RemoveFolder(FOLDER)]


@pytest.mark.parametrize("act", ["ask_trash", "move_to_folder"])
def test_they_are_neither_trashed_nor_moved(
    window_rig: WindowRig, qtbot: QtBot, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.file_actions.QFileDialog.open", lambda dialog: None)
    files = window_rig.window.acting.files
    getattr(files, act)([SEARCHED.path])
    assert texts.SAMPLES_STAY in window_rig.window.status_line.text()
    assert not window_rig.window.findChildren(QMessageBox)
    if act == "ask_trash":
        files.ask_trash([SEARCHED.path, "/photos/mine.jpg"])
        (box,) = window_rig.window.findChildren(QMessageBox)
        assert box.text() == "Move “mine.jpg” to the trash?"
        box.close()


def test_only_what_lies_in_their_folder_is_a_sample() -> None:
    assert is_sample(FOLDER)
    assert is_sample(str(SEARCHED.path))
    assert not is_sample(FOLDER + " of mine/armchair 3.jpg")
    assert not is_sample("/photos/armchair 3.jpg")


def test_each_has_a_licence_that_lets_everybody_pass_it_on_and_they_are_small() -> None:
    lines = (samples_folder() / "LICENSES.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    listed = {name: licence for name, licence, author, source in rows if author and source}
    photos = {path.name: path for path in Path(FOLDER).glob("*.jpg")}
    assert photos.keys() == listed.keys()
    assert set(listed.values()) == {"CC0-1.0", "CC-BY-4.0"}
    assert samples.QUERY in photos
    assert sum(path.stat().st_size for path in photos.values()) < 3_000_000
