"""The library as a whole in the real window on the real engine: damaged and restored, moved, used from there."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app import library_texts, settings, theme
from app.keeper import LibraryKeeper
from app.notify import Notifier
from app.places import WindowArguments, default_model
from app.window import Opener
from tests.helpers.program import PROJECT, Program

CHAIRS = PROJECT / "tests" / "photos" / "groups" / "chair"
PATIENCE_MS = 120_000


@pytest.fixture(autouse=True)
def garbage_of_this_thread() -> Iterator[None]:
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture
def opener(
    home: Path, tmp_path: Path, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Opener]:
    theme.apply(qapp)
    monkeypatch.setattr(qapp, "quit", lambda: None)
    arguments = WindowArguments(
        tmp_path / "library", None, default_model(), home / "cache" / "resight", "cpu", names_library=True
    )
    files = settings.SettingsFile(tmp_path / "settings.toml"), settings.window_state(tmp_path)
    made = Opener(LibraryKeeper(arguments), *files, Notifier(), qapp)
    yield made
    made.close()
    qtbot.waitUntil(lambda: made.window is None, timeout=PATIENCE_MS)
    made.deleteLater()


def button(opener: Opener, qtbot: QtBot, title: str, text: str) -> QPushButton:
    """A button of the box with this title, once it is on screen."""
    def shown() -> list[QMessageBox]:
        boxes = [] if opener.window is None else opener.window.findChildren(QMessageBox)
        return [box for box in boxes if box.isVisible() and box.text() == title]

    qtbot.waitUntil(lambda: bool(shown()), timeout=PATIENCE_MS)
    return next(b for b in shown()[0].findChildren(QPushButton) if b.text().replace("&", "") == text)


def wait_until_indexed(opener: Opener, qtbot: QtBot, n: int) -> None:
    def is_so() -> bool:
        status = None if opener.window is None else opener.window._status
        return status is not None and status.index_rows == status.indexed == n

    qtbot.waitUntil(is_so, timeout=PATIENCE_MS)


@pytest.mark.expects_warnings
def test_a_damaged_library_is_restored_then_moved_and_searched(
    opener: Opener, qtbot: QtBot, home: Path, tmp_path: Path
) -> None:
    program = Program(tmp_path / "library", home)
    program.json("index", CHAIRS)
    catalogue = program.library / "catalogue.sqlite"
    damage = b"\0" * 4096 + catalogue.read_bytes()[4096:]
    catalogue.write_bytes(damage)

    opener.open()
    button(opener, qtbot, library_texts.DAMAGED, "Restore this backup").click()
    button(opener, qtbot, library_texts.RESTORED, "OK").click()
    wait_until_indexed(opener, qtbot, 5)
    (kept,) = (program.library / "recovery").glob("*.sqlite")
    assert kept.read_bytes() == damage

    assert opener.window is not None
    opener.window.care._give_move(tmp_path / "elsewhere")
    button(opener, qtbot, library_texts.MOVED, "Delete the old one").click()
    wait_until_indexed(opener, qtbot, 5)
    qtbot.waitUntil(lambda: not program.library.exists(), timeout=PATIENCE_MS)
    with qtbot.waitSignal(opener.window.searching.finished, timeout=PATIENCE_MS):
        opener.window.open_picture(str(CHAIRS / "image000.jpg"))
    assert opener.window.hits_model.hit(0).path == str(CHAIRS / "image000.jpg")
