"""The settings through real widgets: what they change, and that it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app import care_texts, key_rules, motion, shortcuts, texts, theme
from app.actions import command_named
from app.keeper import LibraryKeeper
from app.key_dialog import KeyDialog
from app.keys_page import KeysPage
from app.places import WindowArguments
from app.settings import SettingsFile
from app.settings_dialog import SettingsDialog
from engine.messages import SetGentle
from tests.app.conftest import WindowRig
from tests.helpers.fake_engine import make_status

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def own_choices(qapp: object) -> Iterator[None]:
    yield
    shortcuts.set_changes({})
    motion.set_preference(motion.FOLLOW)
    theme.set_contrast(theme.FOLLOW)
    theme.set_preference(theme.FOLLOW)


@pytest.fixture
def dialog(window_rig: WindowRig, qtbot: QtBot) -> SettingsDialog:
    window_rig.start(qtbot)
    window_rig.window._actions["settings"].trigger()
    return next(child for child in window_rig.window.findChildren(SettingsDialog) if child.isVisible())


def choose(dialog: SettingsDialog, title: str, shown: str) -> None:
    """Choose in the box of this name as a user does."""
    box = next(child for child in dialog.findChildren(QComboBox) if child.accessibleName() == title)
    row = box.findText(shown)
    box.setCurrentIndex(row)
    box.activated.emit(row)


def check(dialog: SettingsDialog, title: str) -> QCheckBox:
    return next(child for child in dialog.findChildren(QCheckBox) if child.text() == title)


def button(parent: object, text: str) -> QPushButton:
    return next(child for child in parent.findChildren(QPushButton) if child.text() == text)


def test_colours_and_contrast_hold_at_once_and_are_kept(window_rig: WindowRig, dialog: SettingsDialog) -> None:
    choose(dialog, "Colours", "Dark")
    assert theme.tokens() is theme.DARK
    choose(dialog, "Contrast", "High")
    assert theme.tokens() is theme.HIGH_DARK
    choose(dialog, "Colours", "Light")
    assert theme.tokens() is theme.HIGH_LIGHT
    kept = SettingsFile(window_rig.settings_file._path).settings
    assert (kept.theme, kept.contrast) == ("light", "high")


def test_less_movement(window_rig: WindowRig, dialog: SettingsDialog) -> None:
    choose(dialog, "Movement", "As little as possible")
    assert motion.is_reduced()
    assert motion.duration_ms(140) == 0
    assert window_rig.settings_file.settings.motion == "reduced"


def test_switches_are_those_of_the_menus(window_rig: WindowRig, dialog: SettingsDialog) -> None:
    action = window_rig.window._actions["index_gently"]
    box = check(dialog, "Index gently")
    assert not box.isChecked()
    box.click()
    assert action.isChecked()
    assert window_rig.engine.submitted(SetGentle) == [SetGentle(True)]
    action.trigger()
    assert not box.isChecked()
    assert window_rig.engine.submitted(SetGentle) == [SetGentle(True), SetGentle(False)]


def test_the_device_is_told_and_chosen_for_the_next_start(
    window_rig: WindowRig, dialog: SettingsDialog, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: dialog._device_note.text() == "Holds from the next start on. Now: CPU (test).")
    choose(dialog, "Computed on", "Processor")
    assert window_rig.settings_file.settings.device == "cpu"


def test_a_device_that_is_not_known_yet_is_said_to_be_so(window_rig: WindowRig, dialog: SettingsDialog) -> None:
    status = replace(make_status(), device="preparing")
    dialog.show_status(status)
    assert dialog._device_note.text().endswith("Now: not known yet.")
    window_rig.window.status_line.show_status(status)
    assert "Getting ready…" in window_rig.window.status_line.text()


def test_quality_is_chosen_for_the_next_start(window_rig: WindowRig, dialog: SettingsDialog) -> None:
    choose(dialog, "Quality", "Quicker: whole photos only")
    assert SettingsFile(window_rig.settings_file._path).settings.quick
    choose(dialog, "Quality", "Find parts of photos, too")
    assert not window_rig.settings_file.settings.quick


@pytest.mark.parametrize(("named", "used"), [("auto", "cpu"), ("cuda", "cuda")])
def test_a_device_named_at_the_start_goes_before_the_chosen_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, used: str
) -> None:
    asked = []
    monkeypatch.setattr("app.keeper.Engine", lambda config, on_event: asked.append(config.device))
    arguments = WindowArguments(tmp_path / "library", None, tmp_path / "model", tmp_path / "cache", device=named)
    keeper = LibraryKeeper(arguments)
    keeper.make_engine(lambda event: None, device="cpu")
    assert keeper.named_device() == named
    assert asked == [used]


def test_a_named_device_cannot_be_changed_here(window_rig: WindowRig, qtbot: QtBot) -> None:
    window = window_rig.window
    window._keeper._arguments = replace(window._keeper._arguments, device="cpu")
    window._actions["settings"].trigger()
    dialog = next(child for child in window.findChildren(SettingsDialog) if child.isVisible())
    box = next(child for child in dialog.findChildren(QComboBox) if child.accessibleName() == "Computed on")
    assert not box.isEnabled()
    dialog.show_status(make_status())
    assert dialog._device_note.text() == "Named when Resight was started: CPU."
    dialog.close()


def test_the_library_is_shown_and_moved_from_here(window_rig: WindowRig, dialog: SettingsDialog) -> None:
    place = texts.printable(str(window_rig.window._keeper.library))
    assert place in [label.text() for label in dialog.findChildren(QLabel)]
    dialog.show_page("Library")
    button(dialog, care_texts.MOVE).click()
    assert not dialog.isVisible()
    chooser = window_rig.window.findChild(QFileDialog)
    assert "move the library" in chooser.windowTitle()
    chooser.close()


def test_it_says_that_there_is_no_update_check(dialog: SettingsDialog) -> None:
    shown = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "Resight does not look for updates" in shown
    assert "Nothing leaves this computer" in shown


# ---- keys --------------------------------------------------------------------------------------------------------


def select(page: KeysPage, label: str) -> None:
    page.tree.setCurrentItem(next(item for item in page.items() if item.text(0) == label))


def ask(page: KeysPage, label: str) -> KeyDialog:
    """Press Change for this command."""
    select(page, label)
    button(page, care_texts.CHANGE_KEY).click()
    return next(child for child in page.findChildren(KeyDialog) if child.isVisible())


def keys_of(page: KeysPage, label: str) -> str:
    return next(item.text(1) for item in page.items() if item.text(0) == label)


def test_a_key_is_changed_by_pressing_it(window_rig: WindowRig, dialog: SettingsDialog, qtbot: QtBot) -> None:
    dialog.show_page("Keys")
    asked = ask(dialog.keys, "Show in folder")
    qtbot.keyClick(asked, Qt.Key.Key_J, CONTROL)
    assert not asked.isVisible()
    assert keys_of(dialog.keys, "Show in folder") == "Ctrl+J"
    assert [key.toString() for key in window_rig.window._actions["reveal"].shortcuts()] == ["Ctrl+J"]
    assert SettingsFile(window_rig.settings_file._path).settings.shortcuts == ("reveal=Ctrl+J",)
    button(dialog.keys, care_texts.RESET_KEY).click()
    assert keys_of(dialog.keys, "Show in folder") == "Ctrl+R  or  Ctrl+E"
    assert window_rig.settings_file.settings.shortcuts == ()


@pytest.mark.parametrize(
    ("key", "modifiers", "sentence"),
    [
        (Qt.Key.Key_O, CONTROL, "Ctrl+O already means “Open picture”."),
        (Qt.Key.Key_S, Qt.KeyboardModifier.NoModifier, "S alone would be taken from text you type."),
        (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier, "Tab means the same everywhere"),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "Enter means the same everywhere"),
    ],
)
def test_a_key_with_a_meaning_is_refused_with_a_sentence(
    window_rig: WindowRig, dialog: SettingsDialog, qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier,
    sentence: str,
) -> None:  # fmt: skip
    asked = ask(dialog.keys, "Show in folder")
    qtbot.keyClick(asked, key, modifiers)
    assert asked.isVisible()
    assert asked.refusal_shown().startswith(sentence)
    assert shortcuts.changes() == {}
    qtbot.keyClick(asked, Qt.Key.Key_F7)
    assert not asked.isVisible()
    assert shortcuts.changes() == {"reveal": ("F7",)}


def test_escape_changes_nothing_and_holding_shift_is_no_answer(dialog: SettingsDialog, qtbot: QtBot) -> None:
    asked = ask(dialog.keys, "Show in folder")
    qtbot.keyClick(asked, Qt.Key.Key_Shift)
    assert asked.isVisible()
    assert asked.refusal_shown() == ""
    qtbot.keyClick(asked, Qt.Key.Key_Escape)
    assert not asked.isVisible()
    assert shortcuts.changes() == {}


def test_keys_can_be_taken_away_and_all_given_back(dialog: SettingsDialog) -> None:
    page = dialog.keys
    assert not button(page, care_texts.RESET_ALL_KEYS).isEnabled()
    select(page, "Paste picture")
    button(page, care_texts.REMOVE_KEY).click()
    assert keys_of(page, "Paste picture") == ""
    assert not button(page, care_texts.REMOVE_KEY).isEnabled()
    button(page, care_texts.RESET_ALL_KEYS).click()
    assert keys_of(page, "Paste picture") == "Ctrl+V"


def test_letters_are_free_for_commands_of_the_results() -> None:
    assert key_rules.refusal(command_named("find_similar"), "X") == ""
    assert "already means" in key_rules.refusal(command_named("find_similar"), "Space")
    assert key_rules.refusal(command_named("look_closer"), "Return") == ""  # its own


def test_fixed_keys_are_not_offered(dialog: SettingsDialog) -> None:
    offered = [item.text(0) for item in dialog.keys.items()]
    assert "Resize the box" not in offered
    assert "Look closer" in offered
