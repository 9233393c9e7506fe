"""Noticing changes in real folders: hints come to rest, the clock asks for looks, lost events are made good."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import watched_roots
from engine.hints import Hint
from engine.scan import WHOLE, Place
from engine.watched_roots import Root, Watch
from engine.watching import Pace, Watcher

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="inotify is a part of Linux")
FAST = Pace(quiet_s=0.1, at_most_s=0.5, retry_s=0.2, roots_s=0.1, poll_s=60.0, reconcile_s=600.0)


class Desk:
    """Stands where the engine thread does: counts the looks asked for, and takes hints when told to."""

    def __init__(self, library: Path, pace: Pace) -> None:
        self.n_asked = 0
        self.is_open = False  # whether the job of the last look has not ended
        self.asked = threading.Event()
        self.watcher = Watcher(str(library), self._submit, lambda job_id: self.is_open, pace)

    def _submit(self) -> int:
        self.n_asked += 1
        self.is_open = True
        self.asked.set()
        return self.n_asked

    def next_look(self, timeout_s: float = 5.0) -> list[Hint]:
        """Wait until a look is asked for, and begin it."""
        assert self.asked.wait(timeout_s), "no look was asked for"
        self.asked.clear()
        hints, self.notices = self.watcher.take()
        self.is_open = False
        return hints

    def begin(self, *roots: Root) -> None:
        """Watch these roots, and have the first look at each behind us."""
        self.watcher.set_roots(roots)
        seen: set[int] = set()
        while seen != {root.folder_id for root in roots if root.online}:
            seen |= {hint.folder_id for hint in self.next_look()}

    def rest(self) -> list[Hint]:
        """Begin every look that is asked for, until none has been for a while -> their hints.

        A look that is asked for and never begun would be the last one: there is no second before the first has ended.
        """
        hints: list[Hint] = []
        ends = time.monotonic() + 20.0
        while self.asked.wait(0.7):
            assert time.monotonic() < ends, f"no rest: {self.watcher.states()}, {hints}"
            hints += self.next_look()
        return hints


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def make(pace: Pace = FAST) -> Desk:
        made.append(Desk(tmp_path / "library", pace))
        return made[-1]

    yield make
    for desk in made:
        desk.watcher.close()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    (tmp_path / "photos" / "trip").mkdir(parents=True)
    return tmp_path / "photos"


def _places(hints: list[Hint]) -> list[tuple[bytes, bool]]:
    return sorted((hint.place.path, hint.place.deep) for hint in hints)


def test_a_root_is_looked_at_once_it_is_watched(desks: Callable[..., Desk], photos: Path) -> None:
    desk = desks()
    desk.watcher.set_roots([Root(1, str(photos), online=True)])
    assert desk.next_look() == [Hint(1, WHOLE)]
    assert desk.watcher.states() == {1: Watch.LIVE}


def test_what_happens_to_files_names_them(desks: Callable[..., Desk], photos: Path) -> None:
    (photos / "old.jpg").write_bytes(b"1")
    (photos / "moved.jpg").write_bytes(b"2")
    desk = desks()
    desk.begin(Root(1, str(photos), online=True))
    (photos / "trip" / "new.jpg").write_bytes(b"3")
    (photos / "old.jpg").unlink()
    (photos / "moved.jpg").rename(photos / "trip" / "moved.jpg")
    assert _places(desk.next_look()) == [
        (b"moved.jpg", False), (b"old.jpg", False), (b"trip/moved.jpg", False), (b"trip/new.jpg", False)]


def test_folders_are_looked_at_with_all_in_them(desks: Callable[..., Desk], photos: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.jpg").write_bytes(b"1")
    desk = desks()
    desk.begin(Root(1, str(photos), online=True))
    (photos / "trip").rename(photos / "journey")
    (tmp_path / "elsewhere").rename(photos / "here")
    assert set(_places(desk.next_look())) >= {(b"trip", True), (b"journey", True), (b"here", True)}


def test_new_folders_are_watched_too(desks: Callable[..., Desk], photos: Path) -> None:
    desk = desks()
    desk.begin(Root(1, str(photos), online=True))
    (photos / "deep" / "deeper").mkdir(parents=True)
    desk.next_look()
    (photos / "deep" / "deeper" / "a.jpg").write_bytes(b"1")
    assert desk.next_look() == [Hint(1, Place(b"deep/deeper/a.jpg", deep=False))]


def test_reading_and_what_can_be_no_photo_asks_for_no_look(desks: Callable[..., Desk], photos: Path) -> None:
    library = photos / "library"
    library.mkdir()
    (photos / "a.jpg").write_bytes(b"1")
    desk = desks()
    desk.watcher.close()
    desk = Desk(library, FAST)
    try:
        desk.begin(Root(1, str(photos), online=True))
        (photos / "a.jpg").read_bytes()
        (photos / "notes.txt").write_text("no photo")
        (photos / "a.jpg.part").write_bytes(b"half")
        (photos / ".hidden.jpg").write_bytes(b"1")
        (photos / ".cache").mkdir()
        (photos / ".cache" / "b.jpg").write_bytes(b"1")
        (library / "thumb.jpg").write_bytes(b"ours")
        assert not desk.asked.wait(1.0)
        (photos / "a.jpg.part").rename(photos / "c.jpg")
        assert desk.next_look() == [Hint(1, Place(b"c.jpg", deep=False))]
    finally:
        desk.watcher.close()


def test_a_look_is_asked_for_when_it_has_been_quiet(desks: Callable[..., Desk], photos: Path) -> None:
    desk = desks(Pace(quiet_s=0.5, at_most_s=10.0, roots_s=0.1))
    desk.begin(Root(1, str(photos), online=True))
    n_asked = desk.n_asked
    for number in range(10):
        (photos / f"{number}.jpg").write_bytes(b"1")
        time.sleep(0.1)
    assert desk.n_asked == n_asked
    assert len(desk.next_look()) == 10


def test_a_look_is_asked_for_in_time_though_it_is_never_quiet(desks: Callable[..., Desk], photos: Path) -> None:
    desk = desks(Pace(quiet_s=0.5, at_most_s=1.0, roots_s=0.1))
    desk.begin(Root(1, str(photos), online=True))
    started = time.monotonic()
    while not desk.asked.is_set():
        (photos / "a.jpg").write_bytes(b"1")
        time.sleep(0.05)
        assert time.monotonic() - started < 4
    assert time.monotonic() - started >= 0.9


def test_no_second_look_is_asked_for_before_the_first_has_ended(desks: Callable[..., Desk], photos: Path) -> None:
    desk = desks()
    desk.begin(Root(1, str(photos), online=True))
    desk.is_open = True
    n_asked = desk.n_asked
    (photos / "a.jpg").write_bytes(b"1")
    time.sleep(0.5)
    assert desk.n_asked == n_asked
    desk.is_open = False
    assert desk.next_look() == [Hint(1, Place(b"a.jpg", deep=False))]


def test_hints_a_cancelled_look_did_not_take_are_not_lost(desks: Callable[..., Desk], photos: Path) -> None:
    desk = desks()
    desk.begin(Root(1, str(photos), online=True))
    (photos / "a.jpg").write_bytes(b"1")
    assert desk.asked.wait(5)
    desk.asked.clear()
    desk.is_open = False  # that job was cancelled: nobody took the hints
    assert Hint(1, Place(b"a.jpg", deep=False)) in desk.next_look()


def test_files_still_being_written_are_looked_at_later_and_later(desks: Callable[..., Desk], photos: Path) -> None:
    desk = desks()
    desk.begin(Root(1, str(photos), online=True))
    hint = Hint(1, Place(b"slow.jpg", deep=False))
    waits = []
    for _ in range(3):
        started = time.monotonic()
        desk.watcher.finish([hint], look_s=0.0)
        assert desk.next_look() == [hint]
        waits.append(time.monotonic() - started)
    desk.watcher.finish([], look_s=0.0)
    assert 0.2 <= waits[0] < 0.4 <= waits[1] < 0.8 <= waits[2] < 1.6


def test_files_still_being_written_are_looked_at_in_time_though_it_is_never_quiet(
    desks: Callable[..., Desk], photos: Path
) -> None:
    desk = desks(Pace(quiet_s=0.5, at_most_s=10.0, roots_s=0.1))
    desk.begin(Root(1, str(photos), online=True))
    hint = Hint(1, Place(b"slow.jpg", deep=False))
    started = time.monotonic()
    desk.watcher.finish([hint], look_s=0.0)
    while not desk.asked.is_set():
        (photos / "a.jpg").write_bytes(b"1")
        time.sleep(0.05)
        assert time.monotonic() - started < 4
    assert time.monotonic() - started >= 2.0
    assert hint in desk.next_look()


def test_everything_is_looked_at_now_and_then(desks: Callable[..., Desk], photos: Path) -> None:
    desk = desks(Pace(quiet_s=0.1, roots_s=0.1, reconcile_s=1.0))
    desk.begin(Root(1, str(photos), online=True))
    assert desk.next_look() == [Hint(1, WHOLE)]


def test_a_root_is_watched_again_when_it_is_back(desks: Callable[..., Desk], photos: Path, tmp_path: Path) -> None:
    desk = desks()
    desk.begin(Root(1, str(photos), online=True))
    photos.rename(tmp_path / "away")
    assert desk.next_look() == [Hint(1, WHOLE)]
    desk.watcher.set_roots([Root(1, str(photos), online=False)])
    assert not desk.asked.wait(0.5)
    assert desk.watcher.states() == {1: Watch.RESTING}
    (tmp_path / "away").rename(photos)
    assert desk.next_look() == [Hint(1, WHOLE)]
    desk.begin(Root(1, str(photos), online=True))
    (photos / "a.jpg").write_bytes(b"1")
    assert desk.next_look() == [Hint(1, Place(b"a.jpg", deep=False))]


def test_fault_29_a_root_that_was_made_anew_is_noticed_and_watched(
    desks: Callable[..., Desk], photos: Path, tmp_path: Path
) -> None:
    desk = desks()
    desk.begin(Root(1, str(photos), online=True))
    photos.rename(tmp_path / "old")
    photos.mkdir()
    assert Hint(1, WHOLE) in desk.rest()
    assert desk.watcher.states() == {1: Watch.LIVE}
    (photos / "a.jpg").write_bytes(b"1")
    assert Hint(1, Place(b"a.jpg", deep=False)) in desk.next_look()


def test_a_mount_point_that_fills_is_looked_at(desks: Callable[..., Desk], tmp_path: Path) -> None:
    (tmp_path / "mount").mkdir()
    desk = desks()
    desk.watcher.set_roots([Root(1, str(tmp_path / "mount"), online=False)])
    assert not desk.asked.wait(0.5)
    (tmp_path / "mount" / "a.jpg").write_bytes(b"1")
    assert desk.next_look() == [Hint(1, WHOLE)]


def test_roots_that_were_removed_are_left_alone(desks: Callable[..., Desk], photos: Path) -> None:
    desk = desks()
    desk.begin(Root(1, str(photos), online=True))
    desk.watcher.set_roots([])
    time.sleep(0.4)
    (photos / "a.jpg").write_bytes(b"1")
    assert not desk.asked.wait(0.5)
    assert desk.watcher.states() == {}


# ---- fault 29: what the system does not tell ----------------------------------------------------------------------


@linux_only
def test_fault_29_more_folders_than_may_be_watched_are_said_once_and_polled(
    desks: Callable[..., Desk], photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        (photos / str(number)).mkdir()
    limit = tmp_path / "max_user_watches"
    limit.write_text("20\n")
    monkeypatch.setattr(watched_roots, "_WATCH_LIMIT", limit)
    desk = desks(Pace(quiet_s=0.1, roots_s=0.1, poll_s=0.5))
    desk.watcher.set_roots([Root(1, str(photos), online=True)])
    told = []
    for _ in range(4):
        assert set(desk.next_look()) <= {Hint(1, WHOLE)}
        told += desk.notices
    assert desk.watcher.states() == {1: Watch.POLLED}
    assert [notice.key for notice in told] == ["watch-limited-1"]
    assert "every minute" in told[0].sentence
    assert "sudo sysctl fs.inotify.max_user_watches=524288" in told[0].sentence


@pytest.fixture
def kernel_limit(beside_others: Callable[[], None]) -> Iterator[Callable[[str, int], None]]:
    """Sets one of the kernel's limits for inotify, for all programs; put back at the end."""
    folder = Path("/proc/sys/fs/inotify")
    names = ("max_user_watches", "max_user_instances", "max_queued_events")
    if sys.platform != "linux" or not all(os.access(folder / name, os.W_OK) for name in names) or os.geteuid() != 0:
        pytest.skip("changes the kernel's limits, which takes root on Linux")
    beside_others()
    before = {name: (folder / name).read_text() for name in names}

    def set_limit(name: str, value: int) -> None:
        (folder / name).write_text(f"{value}\n")

    try:
        yield set_limit
    finally:
        for name, value in before.items():
            (folder / name).write_text(value)


def test_fault_29_watches_that_others_have_used_up_are_found_missing(
    desks: Callable[..., Desk], photos: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    kernel_limit: Callable[[str, int], None],
) -> None:
    for number in range(300):
        (photos / str(number)).mkdir()
    seeming = tmp_path / "max_user_watches"  # as if the limit were far off, but others hold most of it
    seeming.write_text("100000")
    monkeypatch.setattr(watched_roots, "_WATCH_LIMIT", seeming)
    kernel_limit("max_user_watches", 128)
    desk = desks()
    desk.begin(Root(1, str(photos), online=True))
    assert desk.watcher.states() == {1: Watch.POLLED}
    assert [notice.key for notice in desk.notices] == ["watch-limited-1"]


def test_fault_29_without_an_instance_the_root_is_polled(
    desks: Callable[..., Desk], photos: Path, kernel_limit: Callable[[str, int], None]
) -> None:
    kernel_limit("max_user_instances", 0)
    desk = desks()
    desk.begin(Root(1, str(photos), online=True))
    assert desk.watcher.states() == {1: Watch.POLLED}
    assert "does not let Resight watch" in desk.notices[0].sentence
    assert desk.notices[0].sentence.endswith("sudo sysctl fs.inotify.max_user_instances=1024")


@linux_only
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_fault_29_watching_that_broke_down_is_begun_anew(
    desks: Callable[..., Desk], photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from watchdog.observers.inotify_c import InotifyFD

    desk = desks()
    desk.begin(Root(1, str(photos), online=True))
    with monkeypatch.context() as broken:
        broken.setattr(InotifyFD, "handle_event", lambda *_: 1 // 0)
        (photos / "a.jpg").write_bytes(b"1")
        assert Hint(1, WHOLE) in desk.next_look()
    desk.rest()
    (photos / "b.jpg").write_bytes(b"1")
    assert Hint(1, Place(b"b.jpg", deep=False)) in desk.next_look()


@pytest.mark.expects_warnings
def test_fault_29_lost_events_have_everything_looked_at(
    desks: Callable[..., Desk], photos: Path, kernel_limit: Callable[[str, int], None]
) -> None:
    kernel_limit("max_queued_events", 16)
    desk = desks()
    desk.begin(Root(1, str(photos), online=True))
    hints: list[Hint] = []
    for attempt in range(20):
        for number in range(2000):
            os.close(os.open(photos / "trip" / f"{attempt}-{number}.jpg", os.O_CREAT))
        hints = desk.next_look()
        if Hint(1, WHOLE) in hints:
            break
    assert Hint(1, WHOLE) in hints


def test_fault_30_fifty_thousand_files_at_once_are_one_place(desks: Callable[..., Desk], photos: Path) -> None:
    desk = desks(Pace(quiet_s=0.3, at_most_s=60.0, roots_s=0.1))
    desk.begin(Root(1, str(photos), online=True))
    for number in range(50_000):
        os.close(os.open(photos / "trip" / f"{number}.jpg", os.O_CREAT))
    hints = desk.next_look(60)
    assert _places(hints) in ([(b"trip", False)], [(b"", True)])  # the latter if the kernel lost some


def test_the_log_of_lost_events_is_only_heard_while_watching(desks: Callable[..., Desk], photos: Path) -> None:
    log = logging.getLogger("watchdog.observers.inotify_c")
    before = list(log.handlers)
    desk = desks()
    desk.begin(Root(1, str(photos), online=True))
    desk.watcher.close()
    assert log.handlers == before
