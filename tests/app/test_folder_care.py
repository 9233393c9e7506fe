"""Keeping the library up to date by itself: what the window adds to it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app import library_jobs, texts
from app.notify import BannerStack
from app.settings import SettingsFile
from engine.messages import (
    EngineReady,
    JobStarted,
    LookAgain,
    Notice,
    Phase,
    Progress,
    ResolveMissing,
    SetGentle,
    SetWatching,
)
from engine.types import FolderState
from tests.app.conftest import WindowRig
from tests.helpers.fake_engine import make_status


def test_watching_is_a_choice_that_is_kept(window_rig: WindowRig, qtbot: QtBot) -> None:
    window_rig.start(qtbot)
    action = window_rig.window._actions["watch_folders"]
    assert action.isChecked()
    action.trigger()
    assert window_rig.engine.submitted(SetWatching) == [SetWatching(False)]
    assert SettingsFile(window_rig.settings_file._path).settings.watch is False
    action.trigger()
    assert window_rig.engine.submitted(SetWatching)[-1] == SetWatching(True)


@pytest.mark.parametrize("is_on", [True, False])
def test_coming_back_to_the_window_looks_at_the_folders(
    window_rig: WindowRig, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, is_on: bool
) -> None:
    monkeypatch.setattr(library_jobs, "LOOK_AGAIN_EVERY_S", 0.0)
    window_rig.start(qtbot)
    window_rig.settings_file.change(watch=is_on)
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert window_rig.engine.submitted(LookAgain) == [LookAgain(all_folders=True)] * is_on


def test_indexing_gently_is_a_choice_that_is_kept(window_rig: WindowRig, qtbot: QtBot) -> None:
    window_rig.start(qtbot)
    window, file = window_rig.window, window_rig.settings_file._path
    menu = next(action.menu() for action in window.menuBar().actions() if action.text() == "&Library")
    action = next(action for action in menu.actions() if action.text() == "&Index gently")
    assert not action.isChecked()
    assert action.toolTip().startswith("Leave the computer to other programs: ")
    assert not action.toolTip().endswith(")")
    assert menu.toolTipsVisible()
    action.trigger()
    assert window_rig.engine.submitted(SetGentle) == [SetGentle(True)]
    assert SettingsFile(file).settings.gentle
    action.setChecked(False)
    window.folder_care.restore(window._actions)  # as a new window does
    assert action.isChecked()
    action.trigger()
    assert window_rig.engine.submitted(SetGentle)[-1] == SetGentle(False)
    assert not SettingsFile(file).settings.gentle


def test_waiting_for_mains_power_is_told_also_of_a_look_of_the_engines_own(
    window_rig: WindowRig, qtbot: QtBot
) -> None:
    window_rig.start(qtbot)
    line = window_rig.window.status_line
    window_rig.engine.emit(JobStarted(77, LookAgain()), Progress(77, Phase.PREPARING))
    qtbot.wait(100)
    assert "Preparing" not in line.text()
    window_rig.engine.emit(Progress(77, Phase.PREPARING, on_battery=True))
    qtbot.waitUntil(lambda: "Waiting: on battery" in line.text())


def test_the_device_tells_why_it_is_not_a_faster_one(window_rig: WindowRig, qtbot: QtBot) -> None:
    window_rig.start(qtbot)
    labels = window_rig.window.status_line.findChildren(QLabel)
    device = next(label for label in labels if label.text() == "CPU (test)")
    assert device.toolTip() == texts.DEVICE_TIP
    window_rig.engine.emit(Notice("other", "Something else."), Notice("gpu-unusable", "Its driver is missing.", True))
    qtbot.waitUntil(lambda: device.toolTip() == f"{texts.DEVICE_TIP}. Its driver is missing.")
    window_rig.engine.emit(EngineReady(window_rig.engine.status))
    qtbot.wait(100)
    assert "Its driver is missing." in device.toolTip()


def test_a_pause_is_kept_over_a_restart(window_rig: WindowRig, qtbot: QtBot) -> None:
    jobs, file = window_rig.window.jobs, window_rig.settings_file._path
    jobs.set_paused(True)
    assert SettingsFile(file).settings.paused
    window_rig.bridge.resume()  # as a new engine is
    window_rig.window.folder_care.restore(window_rig.window._actions)  # as a new window does
    assert jobs.paused
    jobs.set_paused(False)
    assert not SettingsFile(file).settings.paused


def show(rig: WindowRig, qtbot: QtBot, *folders: FolderState) -> None:
    rig.engine.status = make_status(folders)
    with qtbot.waitSignal(rig.bridge.status_changed):
        rig.engine.emit(EngineReady(rig.engine.status))


def trips(unconfirmed: int, missing: int = 12) -> FolderState:
    return FolderState(1, "/photos/Trips", 20, 20, 0, True, missing=missing, unconfirmed=unconfirmed)


@pytest.mark.parametrize(("label", "gone"), [("They are really gone", True), ("Keep them", False)])
def test_missing_photos_are_asked_about_once_and_the_answer_is_passed_on(
    window_rig: WindowRig, qtbot: QtBot, label: str, gone: bool
) -> None:
    window_rig.start(qtbot)
    show(window_rig, qtbot, trips(12))
    show(window_rig, qtbot, trips(12))
    (banner,) = window_rig.notifier.banners()
    assert banner.text.startswith("12 photos in “Trips” cannot be found any more.")
    stack = window_rig.window.findChild(BannerStack)
    assert stack is not None
    button = next(button for button in stack.findChildren(QPushButton) if button.text() == label)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window_rig.notifier.banners() == ()
    assert window_rig.engine.submitted(ResolveMissing) == [ResolveMissing("/photos/Trips", gone)]
    show(window_rig, qtbot, trips(0))
    assert window_rig.notifier.banners() == ()


def test_the_question_follows_what_is_known(window_rig: WindowRig, qtbot: QtBot) -> None:
    window_rig.start(qtbot)
    show(window_rig, qtbot, trips(12))
    show(window_rig, qtbot, trips(1))
    (banner,) = window_rig.notifier.banners()
    assert banner.text.startswith("1 photo in “Trips” cannot be found any more.")
    window_rig.notifier.retract("missing-/photos/Trips")  # closed without an answer
    show(window_rig, qtbot, trips(1))
    assert window_rig.notifier.banners() == ()
    show(window_rig, qtbot, trips(15))
    assert len(window_rig.notifier.banners()) == 1
    show(window_rig, qtbot, trips(0))  # they are back
    assert window_rig.notifier.banners() == ()
