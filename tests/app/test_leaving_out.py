"""Leaving out: the dialog, the way to it, and the command."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialogButtonBox, QPushButton
from pytestqt.qtbot import QtBot

from app import exclude_command
from app.arguments import parse
from app.console import UsageError
from app.excludes_dialog import ExcludesDialog
from engine.messages import EngineReady, IndexFolders, SetExcludes
from engine.types import Excludes, FolderState
from tests.app.conftest import WindowRig
from tests.helpers.fake_engine import make_status

BEFORE = Excludes(("/photos/raw",), ("*_small.*",), 200, True)


@pytest.fixture
def dialog(qtbot: QtBot) -> ExcludesDialog:
    dialog = ExcludesDialog(BEFORE, ("/photos",))
    qtbot.addWidget(dialog)
    return dialog


def press_ok(dialog: ExcludesDialog) -> None:
    dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok).click()


def test_the_dialog_shows_what_is_left_out_and_tells_what_is_chosen(dialog: ExcludesDialog, qtbot: QtBot) -> None:
    assert dialog.folders.item(0).text() == "/photos/raw"
    assert dialog.patterns.toPlainText() == "*_small.*"
    assert (dialog.min_side.value(), dialog.skip_hidden.isChecked()) == (200, True)
    dialog.add_folder("/photos/old")
    dialog.add_folder("/photos/old")
    dialog.folders.setCurrentRow(0)
    next(button for button in dialog.findChildren(QPushButton) if button.text() == "&Remove").click()
    dialog.patterns.setPlainText("proofs\n\n  *.tmp.jpg \nproofs")
    dialog.min_side.setValue(0)
    dialog.skip_hidden.setChecked(False)
    with qtbot.waitSignal(dialog.chosen) as chosen:
        press_ok(dialog)
    assert chosen.args == [Excludes(("/photos/old",), ("proofs", "*.tmp.jpg"), 0, False)]


def test_what_cannot_be_left_out_is_told_and_the_dialog_stays(dialog: ExcludesDialog, qtbot: QtBot) -> None:
    dialog.show()
    dialog.add_folder("/elsewhere/raw")
    assert "does not lie in a folder of the library" in dialog.problem.text()
    assert dialog.folders.count() == 1
    dialog.patterns.setPlainText("raw/*.jpg")
    with qtbot.assertNotEmitted(dialog.chosen):
        press_ok(dialog)
    assert "raw/*.jpg" in dialog.problem.text()
    assert dialog.isVisible()


def test_nothing_is_done_where_nothing_is_changed(dialog: ExcludesDialog, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(dialog.chosen):
        press_ok(dialog)


def test_the_panel_leads_to_the_dialog_and_the_choice_to_the_engine(window_rig: WindowRig, qtbot: QtBot) -> None:
    window_rig.engine.excludes = BEFORE
    window_rig.start(qtbot)
    window_rig.engine.status = make_status((FolderState(1, "/photos", 2, 2, 0, True),))
    with qtbot.waitSignal(window_rig.bridge.status_changed):
        window_rig.engine.emit(EngineReady(window_rig.engine.status))
    window = window_rig.window
    window.folders_panel.leave_out_requested.emit()
    window.folders_panel.leave_out_requested.emit()  # once is enough
    qtbot.waitUntil(lambda: bool(window.findChildren(ExcludesDialog)))
    (dialog,) = window.findChildren(ExcludesDialog)
    n_before = len(window_rig.engine.submitted(IndexFolders))
    dialog.min_side.setValue(300)
    press_ok(dialog)
    wanted = Excludes(BEFORE.folders, BEFORE.patterns, 300, True)
    assert window_rig.engine.submitted(SetExcludes) == [SetExcludes(wanted)]
    assert window_rig.engine.submitted(IndexFolders)[n_before:] == [IndexFolders()]


def changed(*arguments: str) -> Excludes:
    return exclude_command.changed(BEFORE, parse(["exclude", *arguments]))


def test_the_command_adds_and_takes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "proofs").mkdir()
    assert changed("proofs", "*.tmp", "/photos/away") == Excludes(
        ("/photos/raw", str(tmp_path / "proofs"), "/photos/away"), ("*_small.*", "*.tmp"), 200, True)
    assert changed("--include", "/photos/raw", "--include", "*_small.*") == Excludes((), (), 200, True)
    assert changed("--min-side", "0", "--hidden", "take") == Excludes(BEFORE.folders, BEFORE.patterns, 0, False)
    for wrong in (["--include", "raw"], ["--min-side", "-1"]):
        with pytest.raises(UsageError):
            changed(*wrong)
