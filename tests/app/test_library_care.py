"""Backing up, restoring, moving and checking in the window: real libraries, a made-up engine."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app import library_texts, places, settings, texts, theme
from app.keeper import Moved
from app.library_care import MoveErrand, RestoreErrand
from app.notify import Notifier
from app.restore_dialog import RestoreDialog
from app.window import Opener
from app.work_dialog import WorkDialog
from engine import snapshots
from engine.catalogue import Catalogue
from engine.errors import DiskFull, LibraryDamaged
from engine.messages import CheckLibrary, Event, GetStatus, Phase, Progress
from engine.storage import LibraryFolder, WriterLock
from engine.types import CheckReport, Snapshot
from tests.app.conftest import WindowRig
from tests.helpers.fake_engine import FakeEngine
from tests.helpers.keeper import keeper_of
from tests.helpers.library import TestLibrary

CLEAN = CheckReport(True, (), (), 12, 12, 12)


@pytest.fixture
def library(tmp_path: Path) -> LibraryFolder:
    """A closed library of ten photos, where the window of `window_rig` is."""
    made = TestLibrary(tmp_path)
    made.commit(range(10))
    made.catalogue.close()
    return made.folder


def n_photos(root: Path) -> int:
    catalogue = Catalogue.open(LibraryFolder(root), read_only=True)
    try:
        return catalogue.n_photos()
    finally:
        catalogue.close()


def dialog_of(parent: Any, kind: type[QDialog], qtbot: QtBot) -> Any:
    """The dialog of this kind that is on screen, once it is."""
    def shown() -> list[QDialog]:
        return [dialog for dialog in parent.findChildren(kind) if dialog.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()))
    return shown()[-1]


def box(parent: Any, qtbot: QtBot) -> QMessageBox:
    found = dialog_of(parent, QMessageBox, qtbot)
    assert isinstance(found, QMessageBox)
    return found


def button(dialog: QDialog, text: str) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if b.text().replace("&", "") == text)


# ---- backing up --------------------------------------------------------------------------------------------------


def test_a_backup_is_written_where_the_user_says(
    window_rig: WindowRig, qtbot: QtBot, library: LibraryFolder, tmp_path: Path
) -> None:
    window_rig.start(qtbot)
    (tmp_path / "usb").mkdir()
    window_rig.window._actions["back_up_library"].trigger()
    dialog_of(window_rig.window, QFileDialog, qtbot).fileSelected.emit(str(tmp_path / "usb"))
    told = box(window_rig.window, qtbot)
    (made,) = (tmp_path / "usb").iterdir()
    assert told.text() == library_texts.BACKED_UP
    assert "knows 10 photos" in told.informativeText()
    assert str(made) in told.informativeText()
    assert not any(dialog.isVisible() for dialog in window_rig.window.findChildren(WorkDialog))
    assert n_photos(library.root) == 10
    told.close()


def test_a_backup_that_fails_says_why(window_rig: WindowRig, qtbot: QtBot, tmp_path: Path) -> None:
    window_rig.start(qtbot)
    window_rig.window.care._back_up_to(str(tmp_path))
    told = box(window_rig.window, qtbot)
    assert told.text() == texts.NOT_DONE
    assert "no library" in told.informativeText()
    told.close()


# ---- restoring: choosing -----------------------------------------------------------------------------------------


def test_the_backups_are_listed_and_one_is_chosen(window_rig: WindowRig, qtbot: QtBot, library: LibraryFolder) -> None:
    made = [snapshots.take(library) for _ in range(2)]
    (library.snapshots / "catalogue-0003-2026-11-24-0905.sqlite").write_bytes(b"")
    window_rig.start(qtbot)
    window_rig.window._actions["restore_library"].trigger()
    dialog = dialog_of(window_rig.window, RestoreDialog, qtbot)
    assert [row[1] for row in dialog.rows()] == ["cannot be read", "10 photos", "10 photos"]
    assert dialog.rows()[1][2] == texts.size(made[1].bytes)
    assert dialog._selected() == made[1]
    assert window_rig.window.care.errand is None
    with qtbot.waitSignal(window_rig.window.closed):
        button(dialog, "Restore").click()
    assert window_rig.window.care.errand == RestoreErrand(Path(made[1].path))


def test_a_library_without_backups_says_so_and_takes_a_file(
    window_rig: WindowRig, qtbot: QtBot, tmp_path: Path
) -> None:
    window_rig.start(qtbot)
    window_rig.window._actions["restore_library"].trigger()
    dialog = dialog_of(window_rig.window, RestoreDialog, qtbot)
    assert dialog._explanation.text() == library_texts.NO_BACKUPS
    assert not button(dialog, "Restore").isEnabled()
    button(dialog, "From a file…").click()
    with qtbot.waitSignal(window_rig.window.closed):
        dialog_of(dialog, QFileDialog, qtbot).fileSelected.emit(str(tmp_path / "b.sqlite"))
    assert window_rig.window.care.errand == RestoreErrand(tmp_path / "b.sqlite")


def damage_found(rig: WindowRig, qtbot: QtBot, library: LibraryFolder) -> QMessageBox:
    """The question asked when the engine cannot open the library."""
    rig.engine.start_error = LibraryDamaged("The catalogue is damaged. Your photos are untouched.", library.catalogue)
    with qtbot.waitSignal(rig.bridge.engine_stopped):
        rig.bridge.start()
    return box(rig.window, qtbot)


def test_a_damaged_library_is_offered_its_newest_good_backup(
    window_rig: WindowRig, qtbot: QtBot, library: LibraryFolder
) -> None:
    good = snapshots.take(library)
    (library.snapshots / "catalogue-0002-2026-11-24-0905.sqlite").write_bytes(b"bad")
    question = damage_found(window_rig, qtbot, library)
    assert question.text() == library_texts.DAMAGED
    assert "Your photos are untouched." in question.informativeText()
    assert "knows 10 photos" in question.informativeText()
    assert window_rig.window._actions["restore_library"].isEnabled()
    with qtbot.waitSignal(window_rig.window.closed):
        button(question, "Restore this backup").click()
    assert window_rig.window.care.errand == RestoreErrand(Path(good.path))


def test_without_a_backup_the_way_out_is_told(window_rig: WindowRig, qtbot: QtBot, library: LibraryFolder) -> None:
    told = damage_found(window_rig, qtbot, library)
    assert f"Rename the folder {library.root}" in told.informativeText()
    assert [b.text().replace("&", "") for b in told.buttons()] == ["OK"]
    told.close()


def test_damage_met_while_working_is_offered_once(window_rig: WindowRig, qtbot: QtBot, library: LibraryFolder) -> None:
    snapshots.take(library)

    def fail(job: GetStatus) -> None:
        raise LibraryDamaged("The catalogue is damaged.", library.catalogue)

    window_rig.start(qtbot)
    window_rig.engine.answers[GetStatus] = fail
    for _ in range(2):
        with qtbot.waitSignal(window_rig.bridge.job_failed):
            window_rig.bridge.submit(GetStatus())
    question = box(window_rig.window, qtbot)
    question.close()
    qtbot.wait(50)
    assert not any(dialog.isVisible() for dialog in window_rig.window.findChildren(QMessageBox))


# ---- moving: choosing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_empty", [True, False])
def test_moving_asks_where_to_and_whether(
    window_rig: WindowRig, qtbot: QtBot, library: LibraryFolder, tmp_path: Path, is_empty: bool
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if not is_empty:
        (disk / "other").touch()
    new = disk if is_empty else disk / "Resight library"
    window_rig.start(qtbot)
    window_rig.window._actions["move_library"].trigger()
    dialog_of(window_rig.window, QFileDialog, qtbot).fileSelected.emit(str(disk))
    question = box(window_rig.window, qtbot)
    assert question.text() == f"Move the library to {new}?"
    assert window_rig.window.care.errand is None
    with qtbot.waitSignal(window_rig.window.closed):
        button(question, "Move").click()
    assert window_rig.window.care.errand == MoveErrand(new)


# ---- checking ----------------------------------------------------------------------------------------------------


def reports(rig: WindowRig, *answers: CheckReport) -> None:
    """What the checks answer, one after the other."""
    left = list(answers)
    rig.engine.answers[CheckLibrary] = lambda job: left.pop(0)


def test_a_library_in_order(window_rig: WindowRig, qtbot: QtBot) -> None:
    window_rig.start(qtbot)
    reports(window_rig, CLEAN)
    window_rig.window._actions["check_library"].trigger()
    told = box(window_rig.window, qtbot)
    assert told.text() == library_texts.IN_ORDER
    assert "12 photos" in told.informativeText()
    told.close()


def test_progress_is_shown_and_a_check_can_be_stopped(window_rig: WindowRig, qtbot: QtBot) -> None:
    window_rig.start(qtbot)
    window_rig.engine.held.add(CheckLibrary)
    window_rig.window._actions["check_library"].trigger()
    window_rig.window._actions["check_library"].trigger()  # it is under way
    dialog = dialog_of(window_rig.window, WorkDialog, qtbot)
    (job_id,) = window_rig.engine.ids(CheckLibrary)
    with qtbot.waitSignal(window_rig.bridge.progress):
        window_rig.engine.emit(Progress(job_id, Phase.CHECKING, 3, 12))
    assert dialog.text().startswith("Checking · 3 of 12")
    with qtbot.waitSignal(window_rig.bridge.job_cancelled):
        dialog.close()
    assert window_rig.engine.cancelled == [job_id]
    qtbot.waitUntil(lambda: not any(d.isVisible() for d in window_rig.window.findChildren(QDialog)))


def test_what_is_found_is_repaired_when_asked_and_looked_at_again(window_rig: WindowRig, qtbot: QtBot) -> None:
    window_rig.start(qtbot)
    found = CheckReport(False, ("2 descriptors are damaged.",), (), 12, 12, 12)
    repaired = CheckReport(False, found.problems, ("2 damaged descriptors were deleted.",), 12, 10, 10)
    reports(window_rig, found, repaired, CLEAN)
    window_rig.window._actions["check_library"].trigger()
    question = box(window_rig.window, qtbot)
    assert (question.text(), question.informativeText()) == (library_texts.NOT_IN_ORDER, "2 descriptors are damaged.")
    button(question, "Repair").click()
    qtbot.waitUntil(lambda: box(window_rig.window, qtbot).text() == library_texts.IN_ORDER_AGAIN)
    told = box(window_rig.window, qtbot)
    assert told.informativeText().startswith("2 damaged descriptors were deleted.")
    assert window_rig.engine.submitted(CheckLibrary) == [CheckLibrary(), CheckLibrary(repair=True), CheckLibrary()]
    told.close()


def test_what_cannot_be_repaired_leads_to_the_backups(window_rig: WindowRig, qtbot: QtBot) -> None:
    window_rig.start(qtbot)
    bad = CheckReport(False, ("The catalogue is damaged. Restore a backup of it.",), (), 0, 0, 0)
    reports(window_rig, bad, bad, bad)
    window_rig.window._actions["check_library"].trigger()
    button(box(window_rig.window, qtbot), "Repair").click()
    qtbot.waitUntil(lambda: box(window_rig.window, qtbot).text() == library_texts.NOT_REPAIRED)
    button(box(window_rig.window, qtbot), "Restore a backup…").click()
    dialog_of(window_rig.window, RestoreDialog, qtbot).close()


def test_a_check_that_fails_says_why(window_rig: WindowRig, qtbot: QtBot) -> None:
    window_rig.start(qtbot)

    def fail(job: CheckLibrary) -> None:
        raise DiskFull("The disk is full.")

    window_rig.engine.answers[CheckLibrary] = fail
    window_rig.window._actions["check_library"].trigger()
    told = box(window_rig.window, qtbot)
    assert (told.text(), told.informativeText()) == (texts.NOT_DONE, "The disk is full.")
    told.close()


# ---- from one window to the next ---------------------------------------------------------------------------------


@pytest.fixture
def opener(
    library: LibraryFolder, qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Opener]:
    """A window on a real library that its made-up engine does not touch, and what opens the next one."""
    theme.apply(qapp)
    monkeypatch.setattr(qapp, "quit", lambda: None)
    keeper = keeper_of(library.root)

    def make(on_event: Callable[[Event], None], **chosen: bool) -> FakeEngine:
        engine = FakeEngine(on_event)
        engine.chosen = chosen
        return engine

    keeper.make_engine = make  # type: ignore[assignment,method-assign]
    made = Opener(keeper, settings.SettingsFile(tmp_path / "s.toml"), settings.window_state(tmp_path), Notifier(), qapp)
    made.open()
    qtbot.waitUntil(lambda: made.window is not None and made.window._is_ready)
    yield made
    made.close()
    qtbot.waitUntil(lambda: made.window is None)
    made.deleteLater()


def next_window(opener: Opener, qtbot: QtBot, do: Callable[[], None]) -> Any:
    """Do what closes the window -> the window that opens after it."""
    before = opener.window
    do()
    qtbot.waitUntil(lambda: opener.window not in (None, before), timeout=10_000)
    assert opener.window is not None
    return opener.window


def test_the_next_window_works_as_the_settings_say(opener: Opener, qtbot: QtBot, library: LibraryFolder) -> None:
    window: Any = opener.window
    assert window._bridge._engine.chosen == {"watch": True, "gentle": False, "quick": False, "device": "auto"}
    window._actions["index_gently"].trigger()
    gone = str(library.snapshots / "gone.sqlite")
    window = next_window(opener, qtbot, lambda: window.care._give_restore(gone))
    box(window, qtbot).close()
    assert window._bridge._engine.chosen == {"watch": True, "gentle": True, "quick": False, "device": "auto"}
    assert window._actions["index_gently"].isChecked()


def test_a_backup_is_restored_between_two_windows(opener: Opener, qtbot: QtBot, library: LibraryFolder) -> None:
    snapshot = snapshots.take(library)
    made = TestLibrary(library.root.parent)
    made.commit(range(10, 14))
    made.catalogue.close()
    assert opener.window is not None
    window = next_window(opener, qtbot, lambda: opener.window.care._give_restore(snapshot.path))
    told = box(window, qtbot)
    assert told.text() == library_texts.RESTORED
    assert "knows 10 photos" in told.informativeText()
    (kept,) = library.recovery.glob("*.sqlite")
    assert str(kept) in told.informativeText()
    assert n_photos(library.root) == 10
    told.close()


def test_a_backup_that_cannot_be_restored_is_told_in_the_next_window(
    opener: Opener, qtbot: QtBot, library: LibraryFolder
) -> None:
    gone = str(library.snapshots / "gone.sqlite")
    window = next_window(opener, qtbot, lambda: opener.window.care._give_restore(gone))
    told = box(window, qtbot)
    assert (told.text(), told.informativeText()) == (texts.NOT_DONE, f"There is no backup {gone}.")
    assert n_photos(library.root) == 10
    told.close()


@pytest.mark.parametrize("answer", ["Delete the old one", "Keep it"])
def test_the_library_is_moved_between_two_windows(
    opener: Opener, qtbot: QtBot, library: LibraryFolder, tmp_path: Path, answer: str
) -> None:
    new = tmp_path / "disk"
    moved_to: list[Path] = []
    opener.library_moved.connect(moved_to.append)
    window = next_window(opener, qtbot, lambda: opener.window.care._give_move(new))
    question = box(window, qtbot)
    assert question.text() == library_texts.MOVED
    assert str(new) in question.informativeText()
    assert library_texts.MOVED_BY_NAME in question.informativeText()
    assert (moved_to, opener._keeper.library) == ([new], new)
    assert n_photos(new) == n_photos(library.root) == 10
    button(question, answer).click()
    if answer == "Keep it":
        qtbot.wait(50)
        assert n_photos(library.root) == 10
    else:
        qtbot.waitUntil(lambda: not library.root.exists())
    assert n_photos(new) == 10


def test_a_move_that_is_stopped_leaves_everything_as_it_was(
    opener: Opener, qtbot: QtBot, library: LibraryFolder, tmp_path: Path
) -> None:
    def slow_move(new: Path) -> Any:
        while True:
            time.sleep(0.01)
            yield Progress(0, Phase.COPYING, 1, 100)

    opener._keeper.move = slow_move  # type: ignore[method-assign]
    before = opener.window
    assert before is not None
    before.care._give_move(tmp_path / "disk")
    qtbot.waitUntil(lambda: opener._errands.dialog is not None and "1 of 100" in opener._errands.dialog.text())
    assert opener.is_open()
    opener.come_forward("/photos/meanwhile.jpg")
    dialog = opener._errands.dialog
    assert dialog is not None
    button(dialog, "Cancel").click()
    qtbot.waitUntil(lambda: opener.window not in (None, before))
    assert opener.window is not None
    assert not opener.window.findChildren(QMessageBox)
    assert opener.window.query_panel.query().path == "/photos/meanwhile.jpg"
    assert opener._keeper.library == library.root


def test_a_library_in_use_is_not_moved(
    opener: Opener, qtbot: QtBot, library: LibraryFolder, tmp_path: Path
) -> None:
    with WriterLock(library):
        window = next_window(opener, qtbot, lambda: opener.window.care._give_move(tmp_path / "disk"))
        told = box(window, qtbot)
    assert told.text() == texts.NOT_DONE
    assert "Another Resight" in told.informativeText()
    told.close()


def test_a_usual_library_that_moved_is_found_by_the_next_start(
    library: LibraryFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("RESIGHT_LIBRARY", raising=False)
    keeper = keeper_of(library.root, is_usual=True)
    outcomes: list[object] = []

    def move() -> Iterator[object]:
        outcomes.append((yield from keeper.move(tmp_path / "disk")))

    assert list(move())
    assert outcomes == [Moved(library.root, tmp_path / "disk", is_noted=True)]
    assert places.default_library() == keeper.library == tmp_path / "disk"
    assert keeper.library_exists()
    os.rename(tmp_path / "disk", tmp_path / "unplugged")
    assert keeper.library_exists()  # no first run: it is somewhere


def test_sizes() -> None:
    assert [texts.size(n) for n in (0, 1, 999_999, 1_000_000, 163_426_304, 2_100_000_000)] == [
        "0 kB", "1 kB", "1,000 kB", "1.0 MB", "163.4 MB", "2.1 GB"]


def test_a_backup_without_a_readable_date_shows_what_there_is() -> None:
    from app.restore_dialog import when

    assert when(Snapshot("/b.sqlite", "some day", 1, 1)) == "some day"
