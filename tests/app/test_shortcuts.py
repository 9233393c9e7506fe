"""Keys from the table, changed by the user."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app import actions, help_dialogs, shortcuts
from app.settings import SettingsFile, keys_from_entries, keys_to_entries
from tests.app.conftest import WindowRig

NONE = Qt.KeyboardModifier.NoModifier
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def own_keys() -> Iterator[None]:
    yield
    shortcuts.set_changes({})


def press(key: int, modifiers: Qt.KeyboardModifier = NONE, text: str = "", scan_code: int = 0) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, modifiers, scan_code, 0, 0, text)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("ctrl+shift+c", "Ctrl+Shift+C"),
        ("Enter", "Return"),
        ("Return", "Return"),
        ("Ctrl++", "Ctrl++"),
        ("Arrow keys", "Arrow keys"),
        ("Ctrl+K, Ctrl+C", "Ctrl+K, Ctrl+C"),  # holds a space: told about only, no key press is it
        ("", ""),
    ],
)
def test_a_key_has_one_way_to_be_written(written: str, normal: str) -> None:
    assert shortcuts.normal(written) == normal


def test_a_key_press_is_known_by_its_name() -> None:
    assert shortcuts.matches(press(Qt.Key.Key_C, CONTROL | SHIFT), ["Ctrl+Shift+C"])
    assert not shortcuts.matches(press(Qt.Key.Key_C, CONTROL), ["Ctrl+Shift+C"])
    assert shortcuts.matches(press(Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier), ["Enter"])
    assert shortcuts.matches(press(Qt.Key.Key_Plus, SHIFT, "+"), ["+"])  # Shift and = on an English keyboard
    assert not shortcuts.matches(press(Qt.Key.Key_S, SHIFT, "S"), ["S"])
    assert shortcuts.key_of(press(Qt.Key.Key_Shift, SHIFT)) == ""
    assert not shortcuts.matches(press(Qt.Key.Key_Shift, SHIFT), [""])


@pytest.mark.parametrize(("scan_code", "letter"), [(39, "S"), (24, "Q"), (58, "M"), (33, "P"), (46, "L")])
def test_letters_are_taken_by_their_place_without_latin_ones(
    monkeypatch: pytest.MonkeyPatch, scan_code: int, letter: str
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert shortcuts.key_of(press(0x042B, NONE, "ы", scan_code)) == letter
    assert shortcuts.key_of(press(Qt.Key.Key_O, NONE, "o", scan_code)) == "O"  # Dvorak and the like keep their letters


def test_the_letters_of_a_mac_lie_where_apple_put_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    for code, letter in ((0, "A"), (1, "S"), (3, "F"), (16, "Y"), (45, "N"), (6, "Z")):
        event = QKeyEvent(QEvent.Type.KeyPress, 0x042B, NONE, 0, code, 0, "ы")
        assert shortcuts.key_of(event) == letter


def test_changed_keys_hold_at_once_in_menus_results_and_help(window_rig: WindowRig) -> None:
    window = window_rig.window
    shortcuts.set_changes({"reveal": ("Ctrl+J",), "find_similar": ("x",), "show_preview": ()})
    assert [key.toString() for key in window._actions["reveal"].shortcuts()] == ["Ctrl+J"]
    assert window._actions["find_similar"].text() == "Find &similar to this\tX"
    assert window._actions["show_preview"].shortcuts() == []
    assert actions.command_for(press(Qt.Key.Key_X), actions.Scope.RESULTS) == "find_similar"
    assert actions.command_for(press(Qt.Key.Key_S), actions.Scope.RESULTS) == ""
    dialog = help_dialogs.KeysDialog(window)
    shown = [label.text() for label in dialog.findChildren(QLabel)]
    assert "Ctrl+J" in shown
    assert "Preview panel" not in shown
    dialog.close()
    shortcuts.set_changes({})
    assert [key.toString() for key in window._actions["reveal"].shortcuts()] == ["Ctrl+R", "Ctrl+E"]
    assert window._actions["find_similar"].text() == "Find &similar to this\tS"


def test_a_changed_key_works_in_the_window(window_rig: WindowRig, qtbot: QtBot) -> None:
    shortcuts.set_changes({"show_preview": ("Ctrl+J",)})
    window = window_rig.window
    qtbot.keyClick(window, Qt.Key.Key_P, CONTROL)
    assert not window._actions["show_preview"].isChecked()
    qtbot.keyClick(window, Qt.Key.Key_J, CONTROL)
    assert window._actions["show_preview"].isChecked()


def test_fixed_keys_stay() -> None:
    shortcuts.set_changes({"leave": ("Ctrl+J",)})
    assert actions.command_named("leave").keys_in_force == ("Esc",)


def test_a_key_of_another_command_is_found_where_both_would_be_meant() -> None:
    def clash(name: str, key: str) -> str:
        other = actions.clash(actions.command_named(name), key)
        return "" if other is None else other.name

    assert clash("reveal", "Ctrl+O") == "open_picture"
    assert clash("reveal", "S") == "find_similar"  # it would take the letter away from the results
    assert clash("find_similar", "Ctrl+O") == "open_picture"
    assert clash("find_similar", "S") == ""
    assert clash("find_similar", "Return") == "look_closer"  # written "Enter" in the table
    assert clash("find_similar", "X") == ""
    shortcuts.set_changes({"open_picture": ("Ctrl+J",)})
    assert clash("reveal", "Ctrl+O") == ""
    assert clash("reveal", "Ctrl+J") == "open_picture"


def test_changed_keys_are_kept_in_the_settings(tmp_path: Path) -> None:
    changed = {"reveal": ("Ctrl+J", "Ctrl+="), "paste": (), "larger": ("=",)}
    SettingsFile(tmp_path / "settings.toml").change(shortcuts=keys_to_entries(changed))
    assert keys_from_entries(SettingsFile(tmp_path / "settings.toml").settings.shortcuts) == changed
