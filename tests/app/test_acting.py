"""Acting on hits from the window: by key and menu, on real files, with a real trash, and undone again."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtDBus import QDBusConnection
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app import file_texts, texts, trash
from app.drops import path_of
from app.work_dialog import WorkDialog
from engine.errors import DamagedPhoto
from engine.messages import ForgetGone, LoadPicture, LookAgain, Search
from engine.types import FolderState, Hit, SearchResult
from tests.app.conftest import WindowRig
from tests.helpers.fake_engine import make_hits, make_picture, make_status
from tests.helpers.trash_bin import use_trash

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier,
)  # fmt: skip


class Acts:
    """A window with three hits that are real files of a folder of the library."""

    def __init__(self, rig: WindowRig, qtbot: QtBot, folder: Path) -> None:
        self.rig, self.qtbot, self.folder = rig, qtbot, folder
        self.window, self.engine = rig.window, rig.engine
        self.grid = rig.window.results.grid
        folder.mkdir()
        self.paths = [str(folder / f"photo {number}.jpg") for number in (1, 2, 3)]
        picture = QImage(8, 8, QImage.Format.Format_RGB32)
        picture.fill(QColor("teal"))
        for path in self.paths:
            picture.save(path)
        self.hits = tuple(replace(hit, path=path) for hit, path in zip(make_hits(3), self.paths, strict=True))
        self.engine.status = make_status((FolderState(1, str(folder), 3, 3, 0, True),))
        self.engine.answers[Search] = lambda job: SearchResult(job.query, self._there(), 3, 3, 1.0, False)

    def _there(self) -> tuple[Hit, ...]:
        return tuple(hit for hit in self.hits if os.path.exists(hit.path))

    def search(self) -> None:
        self.rig.start(self.qtbot)
        with self.qtbot.waitSignal(self.window.searching.finished):
            self.window.open_picture("/photos/query.jpg")
        self.grid.setFocus()
        self.grid.setCurrentIndex(self.window.hits_model.index(0))

    def select_two(self) -> None:
        self.press(Qt.Key.Key_Right, SHIFT)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        if not self.window.isActiveWindow():  # without a window manager a dialog does not give it back
            with self.qtbot.waitActive(self.window):
                self.window.activateWindow()
        self.qtbot.keyClick(self.grid, key, modifiers)

    def question(self) -> QMessageBox:
        self.qtbot.waitUntil(lambda: any(box.isVisible() for box in self.window.findChildren(QMessageBox)))
        return next(box for box in self.window.findChildren(QMessageBox) if box.isVisible())

    def answer(self, label: str) -> None:
        box = self.question()
        button = next(b for b in box.findChildren(QPushButton) if b.text().replace("&", "") == label)
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def choose(self, path: Path) -> None:
        def dialogs() -> list[QFileDialog]:
            return [dialog for dialog in self.window.findChildren(QFileDialog) if dialog.isVisible()]

        self.qtbot.waitUntil(lambda: bool(dialogs()))
        dialog = dialogs()[0]
        dialog.fileSelected.emit(str(path))
        dialog.close()

    def until_done(self) -> None:
        self.qtbot.waitUntil(lambda: not self.window.acting.files.is_busy())

    def said(self) -> str:
        return self.rig.notifier.remark()

    def shown(self) -> list[str]:
        model = self.window.hits_model
        return [model.hit(row).path for row in range(model.rowCount())]


@pytest.fixture
def acts(window_rig: WindowRig, qtbot: QtBot, tmp_path: Path) -> Iterator[Acts]:
    acts = Acts(window_rig, qtbot, tmp_path / "photos")
    yield acts
    acts.window.acting.finish()


def menu_texts(menu: QMenu) -> list[str]:
    return [action.text().split("\t")[0].replace("&", "") for action in menu.actions()]


# ---- the clipboard ------------------------------------------------------------------------------------------------


def test_copying_puts_files_on_the_clipboard_as_file_managers_do(acts: Acts) -> None:
    acts.search()
    acts.select_two()
    acts.press(Qt.Key.Key_C, CONTROL)
    mime: QMimeData = QGuiApplication.clipboard().mimeData()
    assert [path_of(url) for url in mime.urls()] == acts.paths[:2]
    assert mime.text() == "\n".join(acts.paths[:2])
    lines = bytes(mime.data("x-special/gnome-copied-files")).decode().split("\n")
    assert lines[0] == "copy"
    assert lines[1].startswith("file:///")
    assert "photo%201.jpg" in lines[1]
    assert acts.said() == "2 photos copied"
    acts.press(Qt.Key.Key_C, CONTROL | SHIFT)
    assert not QGuiApplication.clipboard().mimeData().hasUrls()
    assert QGuiApplication.clipboard().text() == "\n".join(acts.paths[:2])


def test_copying_a_picture_puts_its_pixels_on_the_clipboard(acts: Acts, qtbot: QtBot) -> None:
    acts.search()
    acts.engine.answers[LoadPicture] = lambda job: make_picture(job.path, 30, 20)
    QGuiApplication.clipboard().clear()
    acts.press(Qt.Key.Key_C, CONTROL | ALT)
    qtbot.waitUntil(lambda: acts.said() == texts.PICTURE_COPIED)
    assert QGuiApplication.clipboard().image().size().toTuple() == (30, 20)
    assert acts.engine.submitted(LoadPicture)[-1].path == acts.paths[0]


def test_a_picture_that_cannot_be_read_says_why(acts: Acts, qtbot: QtBot) -> None:
    acts.search()

    def fail(job: LoadPicture) -> None:
        raise DamagedPhoto("The file ends too early.", job.path)

    acts.engine.answers[LoadPicture] = fail
    acts.press(Qt.Key.Key_C, CONTROL | ALT)
    qtbot.waitUntil(lambda: acts.said() == "The file ends too early.")


# ---- opening ------------------------------------------------------------------------------------------------------


def test_opening_by_key_and_with_another_program(
    acts: Acts, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = QDBusConnection("nobody")  # whoever runs this may have a desktop that would ask
    monkeypatch.setattr("app.file_manager.QDBusConnection.sessionBus", lambda: nobody)
    acts.search()
    acts.press(Qt.Key.Key_Return, CONTROL)
    assert acts.rig.opened == [acts.paths[0]]
    acts.press(Qt.Key.Key_Return, CONTROL | SHIFT)
    assert acts.said() == texts.NO_CHOOSER
    os.unlink(acts.paths[0])
    acts.press(Qt.Key.Key_Return, CONTROL | SHIFT)
    assert acts.said() == texts.CANNOT_OPEN.format(name="photo 1.jpg")


# ---- copying, moving, trashing ------------------------------------------------------------------------------------


def test_trashing_asks_first_and_can_be_undone(
    acts: Acts, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bin_ = use_trash(tmp_path / "home", monkeypatch)
    acts.search()
    assert not acts.window._actions["undo"].isEnabled()
    acts.select_two()
    acts.press(Qt.Key.Key_Delete)
    box = acts.question()
    assert (box.text(), box.informativeText()) == ("Move 2 photos to the trash?", file_texts.TRASH_UNDO)
    acts.answer("Cancel")
    assert all(map(os.path.exists, acts.paths))
    acts.press(Qt.Key.Key_Delete)
    acts.answer(file_texts.TRASH_YES)
    acts.until_done()
    assert sorted(os.listdir(bin_ / "files")) == ["photo 1.jpg", "photo 2.jpg"]
    assert acts.said() == "2 photos moved to the trash"
    assert acts.engine.submitted(ForgetGone) == [ForgetGone(tuple(acts.paths[:2]))]
    qtbot.waitUntil(lambda: acts.shown() == acts.paths[2:])  # gone from the hits at once
    undo = acts.window._actions["undo"]
    assert (undo.isEnabled(), undo.text()) == (True, "Undo moving 2 photos to the trash")
    assert undo.shortcut().toString() == "Ctrl+Z"
    undo.trigger()
    acts.until_done()
    assert all(map(os.path.exists, acts.paths))
    assert LookAgain(paths=tuple(acts.paths[:2])) in acts.engine.submitted(LookAgain)
    assert acts.said() == "2 photos brought back from the trash"
    assert not undo.isEnabled()


def test_where_nothing_comes_back_the_question_says_so(acts: Acts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trash, "can_restore", lambda: False)
    acts.search()
    acts.press(Qt.Key.Key_Delete)
    box = acts.question()
    assert box.informativeText() == file_texts.TRASH_NO_UNDO
    assert box.defaultButton() is box.escapeButton()
    acts.answer("Cancel")


def test_moving_out_of_the_library_and_back(acts: Acts, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "trips").mkdir()
    (tmp_path / "trips" / "photo 1.jpg").write_bytes(b"was there")
    acts.search()
    acts.press(Qt.Key.Key_M, CONTROL)
    acts.choose(tmp_path / "trips")
    assert acts.question().text() == "Move “photo 1.jpg” to “trips”?"
    assert os.path.exists(acts.paths[0])
    acts.answer(file_texts.MOVE_YES)
    acts.until_done()
    moved = tmp_path / "trips" / "photo 1 (2).jpg"
    assert moved.exists()
    assert (tmp_path / "trips" / "photo 1.jpg").read_bytes() == b"was there"
    assert acts.engine.submitted(ForgetGone) == [ForgetGone((acts.paths[0],))]
    assert acts.said() == "1 photo moved to “trips”"
    acts.window._actions["undo"].trigger()
    acts.until_done()
    assert os.path.exists(acts.paths[0])
    assert not moved.exists()


def test_a_photo_moved_within_the_library_is_not_forgotten_but_looked_at(acts: Acts) -> None:
    (acts.folder / "best").mkdir()
    acts.search()
    acts.press(Qt.Key.Key_M, CONTROL)
    acts.choose(acts.folder / "best")
    acts.answer(file_texts.MOVE_YES)
    acts.until_done()
    assert acts.engine.submitted(ForgetGone) == []
    assert LookAgain(paths=(acts.paths[0], str(acts.folder / "best" / "photo 1.jpg"))) in (
        acts.engine.submitted(LookAgain))


def test_copying_to_a_folder_and_undoing_it_trashes_the_copies(
    acts: Acts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bin_ = use_trash(tmp_path / "home", monkeypatch)
    (tmp_path / "trips").mkdir()
    acts.search()
    acts.select_two()
    acts.press(Qt.Key.Key_D, CONTROL)
    acts.choose(tmp_path / "trips")
    acts.until_done()
    assert sorted(os.listdir(tmp_path / "trips")) == ["photo 1.jpg", "photo 2.jpg"]
    assert acts.said() == "2 photos copied to “trips”"
    assert acts.engine.submitted(ForgetGone) == []
    acts.window._actions["undo"].trigger()
    acts.until_done()
    assert os.listdir(tmp_path / "trips") == []
    assert sorted(os.listdir(bin_ / "files")) == ["photo 1.jpg", "photo 2.jpg"]
    assert all(map(os.path.exists, acts.paths))


def test_what_could_not_be_done_is_told_file_by_file(acts: Acts, tmp_path: Path) -> None:
    (tmp_path / "trips").mkdir()
    acts.search()
    acts.select_two()
    os.unlink(acts.paths[1])
    acts.press(Qt.Key.Key_D, CONTROL)
    acts.choose(tmp_path / "trips")
    box = acts.question()
    assert box.text() == "1 photo copied to “trips”"
    assert box.informativeText() == file_texts.NOT_THERE.format(name="photo 2.jpg")
    box.close()


def test_long_work_shows_how_far_it_is_beside_the_window_and_can_be_stopped(
    acts: Acts, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    def slowly(path: str, folder: str):
        yield
        while not gate.is_set():
            gate.wait(0.01)
            yield
        return path

    monkeypatch.setattr("app.file_work._copy", slowly)
    acts.search()
    acts.select_two()
    acts.press(Qt.Key.Key_D, CONTROL)
    acts.choose(tmp_path)
    qtbot.waitUntil(lambda: any(d.isVisible() for d in acts.window.findChildren(WorkDialog)))
    dialog = next(d for d in acts.window.findChildren(WorkDialog) if d.isVisible())
    assert not dialog.isModal()
    acts.window._actions["copy_to"].trigger()
    assert acts.said() == file_texts.BUSY
    dialog.reject()
    acts.until_done()
    assert acts.said() == "Stopped: Nothing was copied to “" + tmp_path.name + "”; the other 2 stay as they were"
    gate.set()


# ---- exporting ----------------------------------------------------------------------------------------------------


def test_exporting_all_that_is_shown_or_what_is_selected(acts: Acts, qtbot: QtBot, tmp_path: Path) -> None:
    acts.search()
    acts.press(Qt.Key.Key_E, CONTROL | SHIFT)
    acts.choose(tmp_path / "all.json")
    qtbot.waitUntil(lambda: acts.said() == "“all.json” is written")
    document = json.loads((tmp_path / "all.json").read_text())
    assert [hit["path"] for hit in document["hits"]] == acts.paths
    assert document["query"]["path"] == "/photos/query.jpg"
    acts.select_two()
    acts.window._actions["export_hits"].trigger()
    acts.choose(tmp_path / "some.html")
    qtbot.waitUntil(lambda: acts.said() == "“some.html” is written")
    text = (tmp_path / "some.html").read_text()
    assert text.count("<figure>") == 2
    assert "Photos like “query.jpg”" in text
    assert 'class="query"' in text  # the picture searched with


def test_an_export_that_fails_says_why(acts: Acts, tmp_path: Path) -> None:
    acts.search()
    acts.press(Qt.Key.Key_E, CONTROL | SHIFT)
    acts.choose(tmp_path / "gone" / "all.csv")
    box = acts.question()
    assert box.text() == texts.NOT_DONE
    assert "“gone” is not there" in box.informativeText()
    box.close()


# ---- menus --------------------------------------------------------------------------------------------------------


def test_the_context_menu_offers_everything(acts: Acts) -> None:
    acts.search()
    point = acts.grid.visualRect(acts.window.hits_model.index(0)).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), acts.grid.mapToGlobal(point))
    QApplication.sendEvent(acts.grid.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu_texts(menu) == [
        "Preview", "Look closer", "Open", "Open with…", "Show in folder", "Find similar to this",
        "Search for a part of this", "",
        "Shows the same", "Shows something else", "Take the mark back", "",
        "Copy", "Copy picture", "Copy path", "",
        "Copy to a folder…", "Move to a folder…", "Move to the trash…", "",
        "Export hits…",
    ]  # fmt: skip
    menu.close()


def test_without_hits_nothing_can_be_done_with_them(acts: Acts, qtbot: QtBot) -> None:
    acts.rig.start(qtbot)
    names = [name for name in acts.window.acting.handlers()]
    assert len(names) == 13
    assert [name for name in names if acts.window._actions[name].isEnabled()] == ["find_duplicates"]
    acts.engine.answers[Search] = lambda job: SearchResult(job.query, acts.hits, 3, 3, 1.0, False)
    with qtbot.waitSignal(acts.window.searching.finished):
        acts.window.open_picture("/photos/query.jpg")
    assert acts.window._actions["export_hits"].isEnabled()
