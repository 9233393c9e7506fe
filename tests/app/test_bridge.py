"""The crossing: order, nothing lost, floods absorbed, the GUI thread only."""

from __future__ import annotations

import itertools
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from app.bridge import Bridge
from engine.errors import EngineClosed, LibraryInUse
from engine.messages import (
    CheckLibrary,
    EngineStopped,
    GetFailures,
    GetStatus,
    IndexFolders,
    JobCancelled,
    JobDone,
    LoadPicture,
    MakeThumbnail,
    Notice,
    Phase,
    Progress,
    RemoveFolder,
    Search,
)
from engine.types import Failure, Query
from tests.app.conftest import Rig
from tests.helpers.fake_engine import FakeEngine, make_picture, make_result, make_status

QUERY = Query(path="/photos/query.jpg")


def test_every_event_arrives_on_the_gui_thread(rig: Rig, qtbot: QtBot) -> None:
    threads: list[threading.Thread] = []
    for signal in (
        rig.bridge.engine_ready,
        rig.bridge.progress,
        rig.bridge.job_done,
        rig.bridge.notice,
        rig.bridge.folder_indexed,
        rig.bridge.engine_stopped,
    ):
        signal.connect(lambda *_: threads.append(threading.current_thread()))
    rig.start(qtbot)
    with qtbot.waitSignal(rig.bridge.folder_indexed):
        rig.bridge.submit(IndexFolders(("/photos",)))
    with qtbot.waitSignal(rig.bridge.notice):
        rig.engine.emit(Notice("key", "A sentence."))
    with qtbot.waitSignal(rig.bridge.engine_stopped):
        rig.bridge.close(0)
    assert len(threads) >= 6
    assert set(threads) == {threading.main_thread()}


@pytest.mark.parametrize(
    ("job", "signal_name", "arguments"),
    [
        (Search(QUERY), "search_finished", lambda job_id: [job_id, make_result(QUERY)]),
        (LoadPicture("/a.jpg"), "picture_loaded", lambda job_id: [job_id, make_picture("/a.jpg")]),
        (MakeThumbnail(7), "thumbnail_made", lambda job_id: [7, Path("/library/thumbs/7.jpg")]),
        (GetStatus(), "status_changed", lambda job_id: [make_status()]),
        (RemoveFolder("/gone"), "status_changed", lambda job_id: [make_status()]),
        (GetFailures(), "failures_listed", lambda job_id: [()]),
    ],
)
def test_results_have_their_own_signal_before_job_done(
    rig: Rig, qtbot: QtBot, job: object, signal_name: str, arguments: object
) -> None:
    rig.start(qtbot)
    order: list[str] = []
    received: list[list[object]] = []
    getattr(rig.bridge, signal_name).connect(lambda *values: (order.append(signal_name), received.append(list(values))))
    rig.bridge.job_done.connect(lambda _: order.append("job_done"))
    with qtbot.waitSignal(rig.bridge.job_done):
        job_id = rig.bridge.submit(job)
    assert order == [signal_name, "job_done"]
    assert received == [arguments(job_id)]


def test_no_signal_comes_before_submit_returns(rig: Rig, qtbot: QtBot) -> None:
    rig.start(qtbot)
    done: list[object] = []
    rig.bridge.job_done.connect(done.append)
    rig.bridge.submit(GetStatus())
    time.sleep(0.1)  # the fake has answered by now
    assert done == []
    qtbot.waitUntil(lambda: len(done) == 1)


def test_5000_results_arrive_all_and_in_order(rig: Rig, qtbot: QtBot) -> None:
    rig.start(qtbot)
    ids: list[int] = []
    rig.bridge.job_done.connect(lambda done: ids.append(done.job_id))
    rig.engine.emit(*(JobDone(n, CheckLibrary(), None) for n in range(5000)))
    qtbot.waitUntil(lambda: len(ids) == 5000)
    assert ids == list(range(5000))


def test_a_flood_of_progress_becomes_few_slot_calls_and_no_freeze(rig: Rig, qtbot: QtBot) -> None:
    rig.start(qtbot)
    slots: list[Progress] = []
    gaps_s: list[float] = []
    last = [time.perf_counter()]

    def on_progress(progress: Progress) -> None:
        time.sleep(0.001)  # what a label and a bar cost
        slots.append(progress)

    def on_tick() -> None:
        now = time.perf_counter()
        gaps_s.append(now - last[0])
        last[0] = now

    rig.bridge.progress.connect(on_progress)
    ticker = QTimer()
    ticker.setTimerType(Qt.TimerType.PreciseTimer)
    ticker.timeout.connect(on_tick)
    ticker.start(16)
    last[0] = time.perf_counter()
    with qtbot.waitSignal(rig.bridge.job_cancelled):
        for start in range(0, 5000, 500):
            rig.engine.emit(*(Progress(1, Phase.ANALYSING, n, 5000) for n in range(start, start + 500)))
        rig.engine.emit(JobCancelled(1, IndexFolders()))
    ticker.stop()
    assert slots[-1].done == 4999
    assert len(slots) < 50
    assert max(gaps_s, default=0.0) < 0.1


def test_a_flood_of_results_with_slow_receivers_leaves_the_window_alive(rig: Rig, qtbot: QtBot) -> None:
    rig.start(qtbot)
    received: list[int] = []
    ticks_between: list[int] = []
    rig.bridge.job_done.connect(lambda done: (time.sleep(0.001), received.append(done.job_id)))
    ticker = QTimer()
    ticker.timeout.connect(lambda: ticks_between.append(len(received)))
    ticker.start(16)
    rig.engine.emit(*(JobDone(n, CheckLibrary(), None) for n in range(300)))
    qtbot.waitUntil(lambda: len(received) == 300)
    ticker.stop()
    steps = [after - before for before, after in itertools.pairwise(ticks_between)]
    assert max(steps) < 100  # the timer got its turns while the results were handed out


def test_progress_of_a_job_never_comes_after_its_end(rig: Rig, qtbot: QtBot) -> None:
    rig.start(qtbot)
    seen: list[tuple[str, int]] = []
    rig.bridge.progress.connect(lambda progress: seen.append(("progress", progress.job_id)))
    rig.bridge.job_done.connect(lambda done: seen.append(("done", done.job_id)))
    for job_id in range(200):
        rig.engine.emit(Progress(job_id, Phase.ANALYSING, 1, 2), JobDone(job_id, CheckLibrary(), None))
    qtbot.waitUntil(lambda: ("done", 199) in seen)
    qtbot.wait(100)
    for job_id in range(200):
        end = seen.index(("done", job_id))
        assert ("progress", job_id) not in seen[end:]


def test_held_back_progress_still_arrives(rig: Rig, qtbot: QtBot) -> None:
    rig.start(qtbot)
    done: list[int] = []
    rig.bridge.progress.connect(lambda progress: done.append(progress.done))
    rig.engine.emit(Progress(1, Phase.ANALYSING, 1, 9))
    qtbot.waitUntil(lambda: done == [1])
    rig.engine.emit(Progress(1, Phase.ANALYSING, 2, 9))  # too soon after the first: waits, then comes
    qtbot.waitUntil(lambda: done == [1, 2])


def test_progress_of_different_jobs_is_kept_apart(rig: Rig, qtbot: QtBot) -> None:
    rig.start(qtbot)
    newest: dict[int, int] = {}
    rig.bridge.progress.connect(lambda progress: newest.update({progress.job_id: progress.done}))
    rig.engine.emit(*(Progress(job_id, Phase.ANALYSING, n, 9) for n in range(5) for job_id in (1, 2, 3)))
    qtbot.waitUntil(lambda: newest == {1: 4, 2: 4, 3: 4})


def test_posted_closures_run_on_the_gui_thread_and_a_broken_one_stops_nothing(rig: Rig, qtbot: QtBot) -> None:
    threads: list[threading.Thread] = []

    def fail() -> None:
        raise ZeroDivisionError("of a closure")

    def post() -> None:
        rig.bridge.post(lambda: threads.append(threading.current_thread()))
        rig.bridge.post(fail)
        rig.bridge.post(lambda: threads.append(threading.current_thread()))

    with capture_exceptions() as exceptions:
        poster = threading.Thread(target=post)
        poster.start()
        poster.join()
        qtbot.waitUntil(lambda: len(threads) == 2)
    assert threads == [threading.main_thread()] * 2
    assert [kind for kind, _, _ in exceptions] == [ZeroDivisionError]


def test_pause_and_resume_reach_the_engine(rig: Rig) -> None:
    assert not rig.bridge.paused
    rig.bridge.pause()
    assert rig.bridge.paused
    rig.bridge.resume()
    assert not rig.bridge.paused
    assert rig.engine.calls == ["pause", "resume"]


def test_cancel_reaches_the_engine(rig: Rig, qtbot: QtBot) -> None:
    rig.start(qtbot)
    rig.engine.held.add(Search)
    job_id = rig.bridge.submit(Search(QUERY))
    with qtbot.waitSignal(rig.bridge.job_cancelled) as cancelled:
        rig.bridge.cancel(job_id)
    assert cancelled.args == [JobCancelled(job_id, Search(QUERY))]


def test_close_waits_for_the_thread_and_is_told_when_it_takes_longer(rig: Rig, qtbot: QtBot) -> None:
    rig.start(qtbot)
    rig.engine.close_gate.clear()
    assert not rig.bridge.close(0)
    rig.engine.close_gate.set()
    with qtbot.waitSignal(rig.bridge.engine_stopped) as stopped:
        pass
    assert stopped.args == [None]
    assert rig.bridge.close(5)
    with qtbot.waitSignal(rig.bridge.job_failed) as failed:
        rig.bridge.submit(GetStatus())
    assert isinstance(failed.args[0].error, EngineClosed)


def test_an_engine_that_cannot_start_says_why(rig: Rig, qtbot: QtBot) -> None:
    rig.engine.start_error = LibraryInUse("Another Resight has it open.")
    with qtbot.waitSignal(rig.bridge.engine_stopped) as stopped:
        rig.bridge.start()
    assert stopped.args == [rig.engine.start_error]


def test_a_job_may_fail_and_the_next_one_still_works(rig: Rig, qtbot: QtBot) -> None:
    rig.start(qtbot)

    def refuse(job: object) -> object:
        raise LibraryInUse("No.")

    rig.engine.answers[GetFailures] = refuse
    with qtbot.waitSignal(rig.bridge.job_failed):
        rig.bridge.submit(GetFailures())
    rig.engine.answers[GetFailures] = lambda job: (Failure(1, "/a", "damaged", "Broken."),)
    with qtbot.waitSignal(rig.bridge.failures_listed) as listed:
        rig.bridge.submit(GetFailures())
    assert listed.args[0][0].path == "/a"


def test_the_engine_is_made_once_and_not_started(qapp: object) -> None:
    made: list[FakeEngine] = []

    def make(on_event: object) -> FakeEngine:
        made.append(FakeEngine(on_event))
        return made[-1]

    bridge = Bridge(make)
    assert len(made) == 1
    assert made[0].calls == []
    assert bridge.close(0)


def test_stopping_comes_last(rig: Rig, qtbot: QtBot) -> None:
    rig.start(qtbot)
    order: list[str] = []
    rig.bridge.job_cancelled.connect(lambda _: order.append("cancelled"))
    rig.bridge.engine_stopped.connect(lambda _: order.append("stopped"))
    rig.engine.emit(JobCancelled(1, IndexFolders()), EngineStopped())
    qtbot.waitUntil(lambda: order == ["cancelled", "stopped"])
