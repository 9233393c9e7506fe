"""Folders: what is shown, what is asked before, and what the engine is told to do."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from app import library_jobs
from app.folders_panel import FoldersPanel
from app.library_jobs import LibraryJobs
from engine.errors import DiskFull
from engine.messages import GetStatus, IndexFolders, JobDone, JobStarted, LookAgain, Phase, Progress, RemoveFolder
from engine.types import FolderState, LibraryStatus
from tests.app.conftest import Rig
from tests.helpers.fake_engine import make_report, make_status

STATUS = make_status(
    (
        FolderState(1, "/photos/Summer", 3000, 1240, 2, True),
        FolderState(2, "/media/Archive", 500, 500, 0, False),
    )
)


@pytest.fixture
def jobs(rig: Rig, qtbot: QtBot) -> LibraryJobs:
    rig.engine.status = STATUS
    rig.start(qtbot)
    return LibraryJobs(rig.bridge)


@pytest.fixture
def panel(jobs: LibraryJobs, rig: Rig, qtbot: QtBot) -> FoldersPanel:
    panel = FoldersPanel(jobs)
    rig.bridge.status_changed.connect(panel.show_status)
    jobs.jobs_changed.connect(panel.show_waiting)
    qtbot.addWidget(panel)
    panel.show_status(STATUS)
    panel.resize(320, 400)
    panel.show()
    return panel


def tool(panel: FoldersPanel, name: str) -> QToolButton:
    return next(button for button in panel.findChildren(QToolButton) if button.accessibleName() == name)


def question(panel: FoldersPanel) -> QMessageBox:
    return next(box for box in panel.window().findChildren(QMessageBox) if box.isVisible())


def button_of(box: QMessageBox, text: str) -> QPushButton:
    return next(button for button in box.buttons() if button.text().replace("&", "") == text)


def test_folders_are_shown_with_counts_problems_and_connection(panel: FoldersPanel) -> None:
    assert panel.lines() == [
        "Summer: 1,240 of 3,000 photos · 2 problems",
        "Archive: not connected · 500 photos",
    ]


def test_a_name_that_looks_like_markup_or_turns_round_is_shown_as_text(panel: FoldersPanel) -> None:
    panel.show_status(make_status((FolderState(1, "/photos/<b>x</b>\u202egpj", 1, 1, 0, True),)))
    assert panel.lines() == ["b>\ufffdgpj: 1 photo"]
    assert "&lt;b&gt;" in panel._list.item(0).toolTip()


def test_a_folder_asked_for_is_shown_at_once_as_waiting(panel: FoldersPanel, jobs: LibraryJobs, rig: Rig) -> None:
    rig.engine.held.add(IndexFolders)
    jobs.add_folders(["/photos/New"])
    assert panel.lines()[-1] == "New: waiting to be indexed"
    jobs.add_folders(["/photos/New"])
    assert rig.engine.submitted(IndexFolders) == [IndexFolders(("/photos/New",))]


def test_removing_asks_first_and_says_that_photos_stay(panel: FoldersPanel, rig: Rig, qtbot: QtBot) -> None:
    panel._list.setCurrentRow(1)
    tool(panel, "Remove the selected folder").click()
    box = question(panel)
    assert "“Archive”" in box.text()
    assert "not touched" in box.informativeText()
    assert box.defaultButton().text().replace("&", "") == "Cancel"
    button_of(box, "Cancel").click()
    qtbot.wait(50)
    assert rig.engine.submitted(RemoveFolder) == []
    with qtbot.waitActive(panel):
        panel.activateWindow()
    panel._list.setFocus()
    qtbot.keyClick(panel._list, Qt.Key.Key_Delete)
    with qtbot.waitSignal(rig.bridge.status_changed):
        button_of(question(panel), "Remove folder").click()
    assert rig.engine.submitted(RemoveFolder) == [RemoveFolder("/media/Archive")]
    qtbot.waitUntil(lambda: panel.lines() == ["Summer: 1,240 of 3,000 photos · 2 problems"])


def test_nothing_can_be_removed_without_a_selection(panel: FoldersPanel) -> None:
    assert not tool(panel, "Remove the selected folder").isEnabled()
    panel._list.setCurrentRow(0)
    assert tool(panel, "Remove the selected folder").isEnabled()


def test_removing_goes_before_indexing_which_goes_on_afterwards(jobs: LibraryJobs, rig: Rig) -> None:
    rig.engine.held.add(IndexFolders)
    jobs.update()
    jobs.add_folders(["/photos/A", "/photos/B"])
    jobs.remove_folder("/photos/A")
    first, second = rig.engine.ids(IndexFolders)[:2]
    assert rig.engine.cancelled == [first, second]
    assert [job for _, job in rig.engine.jobs if not isinstance(job, GetStatus)] == [
        IndexFolders(),
        IndexFolders(("/photos/A", "/photos/B")),
        RemoveFolder("/photos/A"),
        IndexFolders(),
        IndexFolders(("/photos/B",)),
    ]


def test_updating_twice_is_one_job(jobs: LibraryJobs, rig: Rig) -> None:
    rig.engine.held.add(IndexFolders)
    jobs.update()
    jobs.update()
    assert rig.engine.submitted(IndexFolders) == [IndexFolders()]


def test_progress_with_pause_and_going_on(panel: FoldersPanel, jobs: LibraryJobs, rig: Rig, qtbot: QtBot) -> None:
    rig.engine.held.add(IndexFolders)
    assert panel._work.isHidden()
    jobs.update()
    job_id = rig.engine.ids(IndexFolders)[0]
    with qtbot.waitSignal(jobs.progress_changed):
        rig.engine.emit(Progress(
            job_id, Phase.ANALYSING, 30, 100, 14.0, 120.0, "/photos/Summer", place="/photos/Summer/Beach"))
    assert panel._phase.text() == "Analysing · 30 of 100"
    assert panel._pace.text() == "14 photos/s · about 2 min left"
    assert panel._place.text() == "in Summer/Beach"
    assert (panel._bar.value(), panel._bar.maximum()) == (30, 100)
    tool(panel, "Pause indexing").click()
    assert rig.engine.calls[-1] == "pause"
    assert panel._phase.text() == "Paused"
    tool(panel, "Go on indexing").click()
    assert rig.engine.calls[-1] == "resume"
    with qtbot.waitSignal(jobs.indexed):
        rig.engine.release(job_id)
    qtbot.waitUntil(lambda: panel._work.isHidden())
    assert not jobs.is_busy()


def test_progress_of_other_jobs_is_not_shown(panel: FoldersPanel, rig: Rig, qtbot: QtBot) -> None:
    with qtbot.waitSignal(rig.bridge.progress):
        rig.engine.emit(Progress(999, Phase.CHECKING, 1, 2))
    assert panel._work.isHidden()


def test_a_look_of_the_engine_itself_shows_only_when_there_is_work(
    panel: FoldersPanel, jobs: LibraryJobs, rig: Rig, qtbot: QtBot
) -> None:
    finding = Progress(77, Phase.FINDING, 10)
    with qtbot.waitSignal(rig.bridge.progress):
        rig.engine.emit(JobStarted(77, LookAgain()), finding)
    assert jobs.is_busy()
    assert panel._work.isHidden()
    with qtbot.waitSignal(jobs.progress_changed):
        rig.engine.emit(Progress(77, Phase.ANALYSING, 1, 4))
    assert panel._phase.text() == "Analysing · 1 of 4"
    with qtbot.waitSignals([jobs.indexed, jobs.folder_finished]):
        rig.engine.emit(JobDone(77, LookAgain(), make_report(4)))
    assert panel._work.isHidden()
    assert not jobs.is_busy()


def test_a_look_that_changed_nothing_searches_for_nothing(jobs: LibraryJobs, rig: Rig, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(jobs.folder_finished), qtbot.waitSignal(jobs.indexed):
        rig.engine.emit(JobStarted(77, LookAgain()), JobDone(77, LookAgain(), make_report(0)))


def test_coming_back_looks_again_at_most_once_a_minute(
    jobs: LibraryJobs, rig: Rig, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.look_again()  # the start of the program has looked already
    assert rig.engine.submitted(LookAgain) == []
    monkeypatch.setattr(library_jobs, "LOOK_AGAIN_EVERY_S", 0.05)
    qtbot.wait(60)
    with qtbot.waitSignal(jobs.indexed):
        jobs.look_again()
    jobs.look_again()
    assert rig.engine.submitted(LookAgain) == [LookAgain(all_folders=True)]
    rig.engine.held.add(IndexFolders)
    jobs.update()
    qtbot.wait(60)
    jobs.look_again()  # that is being done already
    assert len(rig.engine.submitted(LookAgain)) == 1


def test_how_changes_are_noticed_is_told(panel: FoldersPanel) -> None:
    panel.show_status(make_status((FolderState(1, "/photos", 1, 1, 0, True, watch="live"),)))
    assert panel._list.item(0).toolTip() == "<span>/photos<br>Changes are noticed at once.</span>"
    panel.show_status(make_status((FolderState(1, "/photos", 1, 1, 0, False, drive="<Archive>"),)))
    assert panel._list.item(0).toolTip() == "<span>/photos<br>On the drive “&lt;Archive&gt;”.</span>"
    panel.show_status(make_status((FolderState(1, "/photos", 1, 1, 0, True),)))
    assert panel._list.item(0).toolTip() == "<span>/photos</span>"


def test_each_finished_folder_is_told_once(jobs: LibraryJobs, rig: Rig, qtbot: QtBot) -> None:
    rig.engine.held.add(IndexFolders)
    finished: list[None] = []
    jobs.folder_finished.connect(lambda: finished.append(None))
    jobs.update()
    job_id = rig.engine.ids(IndexFolders)[0]
    for folder, done in (("/a", 1), ("/a", 2), ("/b", 3), ("/b", 4)):
        with qtbot.waitSignal(jobs.progress_changed):
            rig.engine.emit(Progress(job_id, Phase.ANALYSING, done, 4, folder=folder))
    assert len(finished) == 1
    with qtbot.waitSignal(jobs.indexed):
        rig.engine.release(job_id)
    qtbot.waitUntil(lambda: len(finished) == 2)


def test_the_status_follows_while_indexing(jobs: LibraryJobs, rig: Rig, qtbot: QtBot) -> None:
    rig.engine.held.add(IndexFolders)
    jobs._timer.setInterval(30)
    seen: list[LibraryStatus] = []
    rig.bridge.status_changed.connect(seen.append)
    jobs.update()
    qtbot.waitUntil(lambda: len(seen) >= 3)
    with qtbot.waitSignal(jobs.indexed):
        rig.engine.release(rig.engine.ids(IndexFolders)[0])
    qtbot.waitUntil(lambda: not jobs._timer.isActive())


def test_a_job_that_fails_is_told(jobs: LibraryJobs, rig: Rig, qtbot: QtBot) -> None:
    def fail(job: IndexFolders) -> None:
        raise DiskFull("The disk is full. Make room and go on.")

    rig.engine.answers[IndexFolders] = fail
    with qtbot.waitSignal(jobs.failed) as failed:
        jobs.update()
    assert failed.args[0].kind == "disk-full"
    assert not jobs.is_busy()


def test_problems_and_adding_are_asked_for(panel: FoldersPanel, qtbot: QtBot) -> None:
    assert panel._problems.text() == "2 problems…"
    with qtbot.waitSignal(panel.problems_requested):
        panel._problems.click()
    with qtbot.waitSignal(panel.add_requested):
        tool(panel, "Add a folder").click()


def test_every_button_has_a_name(panel: FoldersPanel) -> None:
    assert all(button.accessibleName() for button in panel.findChildren(QToolButton))
