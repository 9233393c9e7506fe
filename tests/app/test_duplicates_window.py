"""The window of duplicates: finding, marking by key and button, the trash, and back again, on real files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app import duplicate_marks, texts
from app.duplicates import DuplicateFinder
from app.duplicates_dialog import ALL_FOLDERS, NOTHING, WAITING, DuplicatesDialog
from app.duplicates_model import Column
from engine.errors import FolderError
from engine.messages import (
    Duplicates,
    FindDuplicates,
    ForgetGone,
    MeasureSharpness,
    Phase,
    Progress,
    Twin,
    TwinGroup,
)
from engine.types import FolderState, Hit
from tests.app.conftest import WindowRig
from tests.helpers.fake_engine import make_status
from tests.helpers.trash_bin import use_trash


class Finder:
    """A window on two groups of real files: three copies, and a large photo with a small one like it."""

    def __init__(self, rig: WindowRig, qtbot: QtBot, folder: Path) -> None:
        self.rig, self.qtbot, self.window, self.engine, self.folder = rig, qtbot, rig.window, rig.engine, folder
        self.n_photos = 0
        self.engine.status = make_status((FolderState(1, str(folder), 5, 5, 0, True),))
        self.copies = TwinGroup(tuple(self.twin(f"{name}.jpg", 1, 1.0) for name in ("a", "b", "best/c")))
        self.near = TwinGroup((self.twin("large.png", 2, 1.0, 400), self.twin("small.jpg", 3, 0.93, 40)))
        self.engine.answers[FindDuplicates] = lambda job: Duplicates((self.copies, self.near), 5, 0.1)
        self.engine.answers[MeasureSharpness] = lambda job: tuple(
            (photo_id, 100.0 + place) for place, photo_id in enumerate(job.photo_ids))

    def twin(self, name: str, content_id: int, score: float, side_px: int = 100) -> Twin:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        image = QImage(8, 6, QImage.Format.Format_RGB32)
        image.fill(QColor("teal"))
        image.save(str(path))
        state = path.stat()
        self.n_photos += 1
        hit = Hit(1, self.n_photos, str(path), score, None, path, side_px, side_px, taken="2024-05-03T14:22:10")
        return Twin(hit, content_id, state.st_size, state.st_mtime_ns)

    @property
    def finder(self) -> DuplicateFinder:
        return self.window.acting.duplicates

    def open(self) -> DuplicatesDialog:
        self.rig.start(self.qtbot)
        self.qtbot.waitUntil(lambda: bool(self.finder._folders))
        self.window._actions["find_duplicates"].trigger()
        dialog = self.finder.dialog
        assert dialog is not None
        return dialog

    def find(self) -> DuplicatesDialog:
        dialog = self.open()
        self.press(dialog, "Find")
        self.qtbot.waitUntil(lambda: bool(dialog.model.marks.groups))
        return dialog

    def press(self, dialog: DuplicatesDialog, label: str) -> None:
        button(dialog, label).click()

    def answer(self, label: str) -> QMessageBox:
        def boxes() -> list[QMessageBox]:
            return [box for box in self.finder.dialog.findChildren(QMessageBox) if box.isVisible()]

        self.qtbot.waitUntil(lambda: bool(boxes()))
        box = boxes()[0]
        next(b for b in box.findChildren(QPushButton) if b.text().replace("&", "") == label).click()
        return box

    def left(self) -> list[str]:
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture
def finder(window_rig: WindowRig, qtbot: QtBot, tmp_path: Path) -> Iterator[Finder]:
    finder = Finder(window_rig, qtbot, tmp_path / "photos")
    yield finder
    if finder.finder.dialog is not None:
        finder.finder.dialog.close()
    finder.window.acting.finish()


def button(dialog: DuplicatesDialog, label: str) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if b.text().replace("&", "") == label)


def combo(dialog: DuplicatesDialog, name: str) -> QComboBox:
    return next(c for c in dialog.findChildren(QComboBox) if c.accessibleName() == name)


def row(dialog: DuplicatesDialog, group: int, photo: int, column: int = 0) -> QModelIndex:
    return dialog.model.index(photo, column, dialog.model.index(group, 0))


def choose(box: QComboBox, text: str) -> None:
    place = box.findText(text)
    assert place >= 0
    box.setCurrentIndex(place)
    box.activated.emit(place)


# ---- finding ------------------------------------------------------------------------------------------------------


def test_what_was_found_is_shown_with_what_differs(finder: Finder) -> None:
    dialog = finder.find()
    model = dialog.model
    assert finder.engine.submitted(FindDuplicates) == [FindDuplicates()]
    assert model.rowCount() == 2
    spare = texts.size(finder.copies.spare_bytes)
    assert model.index(0, 0).data() == f"3 copies, the same byte for byte · {spare} to spare"
    assert model.index(1, 0).data().startswith("2 nearly the same · ")
    assert dialog.text() == "2 groups of 5 photos"
    large = [row(dialog, 1, 0, column).data() for column in Column]
    assert large[Column.NAME] == "large.png"
    assert large[Column.FOLDER] == str(finder.folder)
    assert large[Column.PIXELS] == "400 × 400"
    assert large[Column.FORMAT] == "PNG"
    assert "24" in large[Column.DATE]
    assert row(dialog, 1, 1, Column.ALIKE).data() == "93 %"
    muted = row(dialog, 0, 0, Column.PIXELS).data(Qt.ItemDataRole.ForegroundRole)
    assert muted is not None  # the same in all copies
    assert row(dialog, 1, 0, Column.PIXELS).data(Qt.ItemDataRole.ForegroundRole) is None
    assert row(dialog, 1, 0, Column.PIXELS).data(Qt.ItemDataRole.FontRole).bold()
    assert row(dialog, 1, 1, Column.PIXELS).data(Qt.ItemDataRole.FontRole) is None
    assert dialog._tree.isExpanded(model.index(0, 0))


def test_where_and_what_to_look_for_can_be_chosen(finder: Finder, tmp_path: Path) -> None:
    dialog = finder.open()
    where = combo(dialog, "Where to look")
    assert [where.itemText(place) for place in range(where.count())] == [ALL_FOLDERS, "photos", "Another folder…"]
    choose(where, "photos")
    choose(combo(dialog, "What to find"), "Only copies, the same byte for byte")
    finder.press(dialog, "Find")
    assert finder.engine.submitted(FindDuplicates)[-1] == FindDuplicates(str(finder.folder), None)
    choose(where, "Another folder…")
    chooser = dialog.findChild(QFileDialog)
    chooser.fileSelected.emit(str(tmp_path / "deep"))
    chooser.close()
    assert where.currentText() == "deep"
    finder.qtbot.waitUntil(button(dialog, "Find").isEnabled)
    finder.press(dialog, "Find")
    assert finder.engine.submitted(FindDuplicates)[-1].folder == str(tmp_path / "deep")


def test_progress_is_shown_and_it_can_be_stopped(finder: Finder, qtbot: QtBot) -> None:
    finder.engine.held.add(FindDuplicates)
    dialog = finder.open()
    finder.press(dialog, "Find")
    assert dialog._phase.text() == WAITING
    (job_id,) = finder.engine.ids(FindDuplicates)
    finder.engine.emit(Progress(job_id, Phase.COMPARING, 40, 100))
    qtbot.waitUntil(lambda: dialog._phase.text() == "Comparing · 40 of 100")
    finder.press(dialog, "Stop")
    qtbot.waitUntil(button(dialog, "Find").isEnabled)
    assert finder.engine.cancelled == [job_id]
    assert dialog._message.isVisible()


def test_nothing_found_and_what_cannot_be_looked_through_is_said(finder: Finder, qtbot: QtBot) -> None:
    finder.engine.answers[FindDuplicates] = lambda job: Duplicates((), 5, 0.1)
    dialog = finder.open()
    finder.press(dialog, "Find")
    qtbot.waitUntil(lambda: NOTHING in dialog._message.message())
    assert "5 photos were compared." in dialog._message.message()

    def fail(job: FindDuplicates) -> None:
        raise FolderError("It does not lie in the library.")

    finder.engine.answers[FindDuplicates] = fail
    finder.press(dialog, "Find")
    qtbot.waitUntil(lambda: "It does not lie in the library." in dialog._message.message())


def test_sharpness_is_measured_for_the_group_that_is_looked_at(finder: Finder, qtbot: QtBot) -> None:
    dialog = finder.find()
    assert finder.engine.submitted(MeasureSharpness) == []  # copies are as sharp as each other
    dialog._tree.setCurrentIndex(row(dialog, 1, 1))
    qtbot.waitUntil(lambda: row(dialog, 1, 1, Column.SHARPNESS).data() == "101")
    (job,) = finder.engine.submitted(MeasureSharpness)
    assert (job.photo_ids, job.side_px) == (tuple(twin.hit.photo_id for twin in finder.near.twins), 40)
    assert row(dialog, 1, 1, Column.SHARPNESS).data(Qt.ItemDataRole.FontRole).bold()
    dialog._tree.setCurrentIndex(row(dialog, 0, 0))
    dialog._tree.setCurrentIndex(row(dialog, 1, 0))
    assert len(finder.engine.submitted(MeasureSharpness)) == 1


# ---- marking ------------------------------------------------------------------------------------------------------


def test_marking_by_key_and_the_last_one_is_refused(finder: Finder, qtbot: QtBot) -> None:
    dialog = finder.find()
    trash = dialog._trash
    assert not trash.isEnabled()
    for photo in (0, 1):
        dialog._tree.setCurrentIndex(row(dialog, 0, photo))
        qtbot.keyClick(dialog._tree, Qt.Key.Key_Space)
    assert row(dialog, 0, 1).data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    assert trash.text().replace("&", "") == "Move 2 to the trash…"
    assert "marked" in dialog.text()
    dialog._tree.setCurrentIndex(row(dialog, 0, 2))
    qtbot.keyClick(dialog._tree, Qt.Key.Key_Space)
    assert dialog.text() == duplicate_marks.LAST
    assert row(dialog, 0, 2).data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Unchecked
    assert not dialog.model.setData(row(dialog, 0, 2), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    qtbot.keyClick(dialog._tree, Qt.Key.Key_Space)
    assert dialog.text() == duplicate_marks.LAST


def test_marking_by_button_with_a_protected_folder(finder: Finder) -> None:
    dialog = finder.find()
    finder.press(dialog, "Mark copies")
    assert [os.path.basename(twin.hit.path) for twin in dialog.model.marks.marked_twins()] == ["b.jpg", "c.jpg"]
    protect = combo(dialog, "Folder whose photos are never put in the trash")
    dialog._add_choice(protect, str(finder.folder / "best"))
    assert [os.path.basename(twin.hit.path) for twin in dialog.model.marks.marked_twins()] == ["b.jpg"]
    assert not dialog.model.flags(row(dialog, 0, 2)) & Qt.ItemFlag.ItemIsUserCheckable
    assert duplicate_marks.PROTECTED in row(dialog, 0, 2).data(Qt.ItemDataRole.ToolTipRole)
    finder.press(dialog, "Mark all but the best")
    assert [os.path.basename(twin.hit.path) for twin in dialog.model.marks.marked_twins()] == [
        "a.jpg", "b.jpg", "small.jpg"]
    finder.press(dialog, "Unmark all")
    assert dialog.model.marks.marked_twins() == []


def test_everything_has_a_name_for_screen_readers(finder: Finder) -> None:
    dialog = finder.find()
    assert dialog._tree.accessibleName() == "Groups of duplicates"
    finder.press(dialog, "Mark copies")
    spoken = row(dialog, 0, 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("b.jpg, marked for the trash, ")
    for widget in dialog.findChildren(QComboBox):
        assert widget.accessibleName()
    for widget in dialog.findChildren(QPushButton):
        assert widget.text() or not widget.isVisible()


# ---- the trash ----------------------------------------------------------------------------------------------------


def test_marked_photos_go_to_the_trash_after_a_question_and_come_back(
    finder: Finder, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_trash(tmp_path / "home", monkeypatch)
    dialog = finder.find()
    finder.press(dialog, "Mark all but the best")
    dialog._trash.click()
    box = finder.answer("Move to trash")
    assert box.text() == "Move 3 photos to the trash?"
    assert box.informativeText().startswith("One photo of each group stays. ")
    qtbot.waitUntil(lambda: not finder.window.acting.files.is_busy())
    assert finder.left() == ["a.jpg", "large.png"]
    assert len(finder.engine.submitted(ForgetGone)[-1].paths) == 3
    assert dialog.model.rowCount() == 0
    finder.window._actions["undo"].trigger()
    qtbot.waitUntil(lambda: not finder.window.acting.files.is_busy())
    assert finder.left() == ["a.jpg", "b.jpg", "best/c.jpg", "large.png", "small.jpg"]


def test_a_photo_whose_twin_has_gone_meanwhile_stays(
    finder: Finder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_trash(tmp_path / "home", monkeypatch)
    dialog = finder.find()
    dialog.model.setData(row(dialog, 1, 1), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    os.unlink(finder.folder / "large.png")
    dialog._trash.click()
    finder.answer("Move to trash")
    finder.qtbot.waitUntil(lambda: not finder.window.acting.files.is_busy())
    assert (finder.folder / "small.jpg").exists()
    told = next(box for box in finder.window.findChildren(QMessageBox) if box.isVisible())
    assert "none of the photos like it that were to stay is there now" in told.informativeText()
    told.close()


def test_a_photo_can_be_opened_and_shown_by_menu_and_key(finder: Finder, qtbot: QtBot) -> None:
    dialog = finder.find()
    dialog._tree.setCurrentIndex(row(dialog, 0, 1))
    qtbot.keyClick(dialog._tree, Qt.Key.Key_Return)
    assert finder.rig.opened == [str(finder.folder / "b.jpg")]
    dialog._tree.customContextMenuRequested.emit(dialog._tree.visualRect(row(dialog, 0, 1)).center())
    menu = QApplication.activePopupWidget()
    assert [action.text().split("\t")[0].replace("&", "") for action in menu.actions()] == [
        "Open", "Show in folder", "", "Mark it for the trash"]
    menu.actions()[3].trigger()
    menu.close()
    assert dialog.model.marks.is_marked(finder.copies.twins[1])
