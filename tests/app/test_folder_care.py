"""Keeping the library up to date by itself: what the window adds to it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app import library_jobs
from app.settings import SettingsFile
from engine.messages import LookAgain, SetWatching
from tests.app.conftest import WindowRig


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
