"""Indexing gently, at the engine's door: real decoder processes, the real network; only the battery is made up."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import psutil
import pytest
from numpy.typing import NDArray

from engine import effort, session
from engine.api import Engine, EngineConfig
from engine.idle import seconds_since_input
from engine.messages import (
    Event,
    GetStatus,
    IndexFolders,
    JobCancelled,
    JobDone,
    JobStarted,
    Phase,
    Progress,
    Search,
    SetGentle,
)
from engine.types import Query
from tests.engine.conftest import MODEL
from tests.helpers.fake_runner import FakeRunner
from tests.helpers.processes import decoder_processes

Paint = Callable[..., Path]


class Power:
    """The computer's battery, as psutil tells of it: `plugged` is None where there is no battery."""

    def __init__(self) -> None:
        self.plugged: bool | None = None
        self.n_asked = 0

    def ask(self) -> SimpleNamespace | None:
        self.n_asked += 1
        return None if self.plugged is None else SimpleNamespace(percent=50, secsleft=60, power_plugged=self.plugged)


class Rig:
    """An engine on plain torch, which needs no compiled network, and its events."""

    def __init__(self, folder: Path, gentle: bool, decoders: int = 2, gives_way: bool = False) -> None:
        self.events: queue.Queue[Event] = queue.Queue()
        self.engine = Engine(
            EngineConfig(folder / "library", MODEL, folder / "cache", "torch", decoders=decoders, settle_s=0.0,
                         gentle=gentle, gives_way=gives_way),
            self.events.put,
        )
        self.engine.start()

    def until(self, wanted: Callable[[Event], bool], limit_s: float = 60.0) -> Any:
        deadline = time.monotonic() + limit_s
        while True:
            event = self.events.get(timeout=max(0.01, deadline - time.monotonic()))
            if wanted(event):
                return event

    def until_done(self, job_id: int, limit_s: float = 60.0) -> Any:
        done = self.until(lambda event: getattr(event, "job_id", None) == job_id
                          and not isinstance(event, Progress | JobStarted), limit_s)
        assert isinstance(done, JobDone), done
        return done.result

    def until_held(self) -> Progress:
        held = self.until(lambda event: isinstance(event, Progress) and event.on_battery)
        assert isinstance(held, Progress)
        return held


@pytest.fixture
def power(monkeypatch: pytest.MonkeyPatch) -> Power:
    power = Power()
    monkeypatch.setattr(psutil, "sensors_battery", power.ask, raising=False)
    return power


@pytest.fixture
def open_rig(tmp_path: Path) -> Iterator[Callable[[bool], Rig]]:
    rigs: list[Rig] = []

    def open_one(gentle: bool) -> Rig:
        rigs.append(Rig(tmp_path, gentle))
        return rigs[-1]

    yield open_one
    for rig in rigs:
        assert rig.engine.close(30)


def _niceness_of_decoders() -> list[int]:
    return sorted(process.nice() for process in decoder_processes())


def _held(open_rig: Callable[[bool], Rig], paint: Paint, tmp_path: Path, power: Power) -> tuple[Rig, int]:
    """An engine that indexes one photo gently, and waits as it is on battery; with the id of that job."""
    paint("a.jpg", 1)
    power.plugged = False
    rig = open_rig(True)
    job_id = rig.engine.submit(IndexFolders((str(tmp_path / "photos"),)))
    assert rig.until_held().job_id == job_id
    return rig, job_id


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX priorities")
def test_gentle_is_one_process_of_low_priority_and_can_be_switched_at_any_time(
    open_rig: Callable[[bool], Rig], paint: Paint, tmp_path: Path, power: Power
) -> None:
    for seed in range(12):
        paint(f"{seed}.jpg", seed)
    own = os.nice(0)
    rig = open_rig(True)
    job_id = rig.engine.submit(IndexFolders((str(tmp_path / "photos"),)))
    rig.until(lambda event: isinstance(event, Progress) and event.phase is Phase.ANALYSING and event.done > 0)
    assert _niceness_of_decoders() == [min(19, own + 15)]
    rig.until_done(rig.engine.submit(SetGentle(False)))
    report = rig.until_done(job_id)
    assert (report.indexed, report.failed) == (12, 0)
    until(lambda: _niceness_of_decoders() == [min(19, own + 5)] * 2)
    rig.until_done(rig.engine.submit(SetGentle(True)))
    until(lambda: _niceness_of_decoders() == [min(19, own + 15)])


class RecordingRunner(FakeRunner):
    """Remembers how many pictures it was given at a time, and whether gently."""

    def __init__(self) -> None:
        super().__init__(n_at_once=4)
        self.given: list[tuple[int, bool]] = []

    def describe(self, inputs: list[NDArray[np.uint8]], gently: bool = False) -> NDArray[np.float32]:
        self.given.append((len(inputs), gently))
        return super().describe(inputs)


def test_gently_one_picture_at_a_time_is_described_and_a_search_at_full_speed(
    open_rig: Callable[[bool], Rig], paint: Paint, tmp_path: Path, power: Power, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = RecordingRunner()
    monkeypatch.setattr(session, "choose_runner", lambda *_: iter([runner]))
    photos = [paint(f"{seed}.jpg", seed) for seed in range(6)]
    rig = open_rig(True)
    rig.until_done(rig.engine.submit(IndexFolders((str(tmp_path / "photos"),))))
    assert runner.given == [(1, True)] * 6
    query = paint("../query.jpg", 2, (130, 90))  # no photo of the library, whose descriptor would be known
    found = rig.until_done(rig.engine.submit(Search(Query(path=str(query)))))
    assert found.hits[0].path == str(photos[2])
    assert runner.given[6:] == [(1, False), (2, False)]  # as a whole photo, and as a cut-out at two scales
    rig.until_done(rig.engine.submit(SetGentle(False)))
    for seed in range(6, 30):
        paint(f"{seed}.jpg", seed)
    rig.until_done(rig.engine.submit(IndexFolders()))
    assert {gently for _, gently in runner.given[8:]} == {False}
    assert max(n for n, _ in runner.given[8:]) > 1


def until(holds: Callable[[], bool], limit_s: float = 20.0) -> None:
    deadline = time.monotonic() + limit_s
    while not _holds(holds):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _holds(holds: Callable[[], bool]) -> bool:
    try:
        return holds()
    except psutil.NoSuchProcess:  # one has ended while it was looked at
        return False


def test_gentle_work_waits_for_mains_power_and_says_so(
    open_rig: Callable[[bool], Rig], paint: Paint, tmp_path: Path, power: Power, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effort, "ASK_EVERY_S", 0.2)
    rig, job_id = _held(open_rig, paint, tmp_path, power)
    started = time.monotonic()
    status = rig.until_done(rig.engine.submit(GetStatus()), 5)  # what was asked for is answered meanwhile
    assert status.photos == 0
    time.sleep(1.0)
    assert power.n_asked <= 2 + (time.monotonic() - started) / 0.2
    with pytest.raises(queue.Empty):  # it is told once, and nothing is done
        rig.until(lambda event: getattr(event, "job_id", None) == job_id, 0.3)
    power.plugged = True
    assert rig.until_done(job_id).indexed == 1


def test_gentle_work_waits_while_somebody_uses_the_computer_where_it_gives_way(
    paint: Paint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle_s: list[float | None] = [3.0]
    monkeypatch.setattr(effort, "seconds_since_input", lambda: idle_s[0])
    monkeypatch.setattr(effort, "ASK_EVERY_S", 0.2)
    paint("a.jpg", 1)
    for gives_way in (False, True):
        rig = Rig(tmp_path / str(gives_way), gentle=True, gives_way=gives_way)
        try:
            job_id = rig.engine.submit(IndexFolders((str(tmp_path / "photos"),)))
            if gives_way:
                rig.until(lambda event: isinstance(event, Progress) and event.in_use)
                rig.until_done(rig.engine.submit(GetStatus()), 5)  # what was asked for is answered meanwhile
                idle_s[0] = effort.WORKS_WITHIN_S + 1
            assert rig.until_done(job_id).indexed == 1
        finally:
            assert rig.engine.close(30)


def test_who_uses_the_computer_is_not_known_without_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    if sys.platform == "linux":
        assert seconds_since_input() is None


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="there is no X server to try it on")
def test_an_x_server_tells_how_long_nobody_has_used_it(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp"], pass_fds=(writing,), stderr=subprocess.DEVNULL
    )
    try:
        os.close(writing)
        with os.fdopen(reading) as numbers:
            monkeypatch.setenv("DISPLAY", f":{numbers.readline().strip()}")
        first = seconds_since_input()
        time.sleep(0.3)
        second = seconds_since_input()
        if first is None or second is None:
            pytest.skip("the library of X's screen saver is not there")
        assert 0 <= first < second < 60
    finally:
        server.terminate()
        server.wait()


def test_the_battery_is_asked_for_now_and_then_and_full_speed_does_not_wait_for_it(
    open_rig: Callable[[bool], Rig], paint: Paint, tmp_path: Path, power: Power
) -> None:
    rig, job_id = _held(open_rig, paint, tmp_path, power)
    rig.until_done(rig.engine.submit(SetGentle(False)), 5)
    assert rig.until_done(job_id, 25).indexed == 1
    assert power.n_asked == 1
    rig.until_done(rig.engine.submit(IndexFolders()))
    assert power.n_asked == 1


@pytest.mark.parametrize("plugged", [True, None])
def test_gentle_work_goes_on_with_mains_power_or_without_a_battery(
    open_rig: Callable[[bool], Rig], paint: Paint, tmp_path: Path, power: Power, plugged: bool | None
) -> None:
    paint("a.jpg", 1)
    power.plugged = plugged
    rig = open_rig(True)
    assert rig.until_done(rig.engine.submit(IndexFolders((str(tmp_path / "photos"),)))).indexed == 1
    assert power.n_asked >= 1


def test_a_job_that_waits_can_be_cancelled_and_holds_no_end_up(
    open_rig: Callable[[bool], Rig], paint: Paint, tmp_path: Path, power: Power
) -> None:
    rig, job_id = _held(open_rig, paint, tmp_path, power)
    rig.engine.cancel(job_id)
    rig.until(lambda event: isinstance(event, JobCancelled) and event.job_id == job_id, 5)
    rig.engine.submit(IndexFolders())
    rig.until_held()
    started = time.monotonic()
    assert rig.engine.close(30)
    assert time.monotonic() - started < 10
