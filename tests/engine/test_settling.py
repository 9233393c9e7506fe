"""Which files count as whole."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from engine import settling as settling_module
from engine.scan import FoundFile, scan_folder
from engine.settling import Settling, Waiting

WAIT_S = 0.2


def _found(path: Path) -> FoundFile:
    [file] = [file for batch in scan_folder(str(path.parent)) for file in batch if file.path == os.fsencode(path.name)]
    return file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"whole")
    return path


def test_a_new_file_is_whole_after_two_equal_looks(path: Path) -> None:
    settling = Settling(WAIT_S)
    assert not settling.holds_still(str(path), _found(path))
    assert not settling.holds_still(str(path), _found(path))  # too soon
    time.sleep(WAIT_S)
    assert settling.holds_still(str(path), _found(path))
    assert settling.holds_still(str(path), _found(path))


def test_a_file_that_grows_begins_anew(path: Path) -> None:
    settling = Settling(WAIT_S)
    first = _found(path)
    assert not settling.holds_still(str(path), first)
    time.sleep(WAIT_S)
    path.write_bytes(b"more than before")
    assert not settling.look_again(str(path), first)
    assert not settling.look_again(str(path), _found(path))
    time.sleep(WAIT_S)
    assert settling.look_again(str(path), _found(path))


def test_a_file_of_the_same_size_but_another_time_begins_anew(path: Path) -> None:
    settling = Settling(WAIT_S)
    assert not settling.holds_still(str(path), _found(path))
    time.sleep(WAIT_S)
    os.utime(path, ns=(5, 5))
    assert not settling.holds_still(str(path), _found(path))


def test_a_file_that_has_gone_is_not_whole(path: Path) -> None:
    settling = Settling(WAIT_S)
    first = _found(path)
    settling.holds_still(str(path), first)
    path.unlink()
    assert not settling.look_again(str(path), first)


def test_what_has_not_been_touched_for_a_minute_is_whole_at_once() -> None:
    minute_ago = time.time_ns() - 61_000_000_000
    assert Settling(WAIT_S).holds_still("/a.jpg", FoundFile(b"a.jpg", 5, minute_ago, minute_ago))


def test_times_in_the_future_only_ask_for_the_second_look() -> None:
    settling = Settling(WAIT_S)
    future = time.time_ns() + 10**18
    file = FoundFile(b"a.jpg", 5, future, future)
    assert not settling.holds_still("/a.jpg", file)
    time.sleep(WAIT_S)
    assert settling.holds_still("/a.jpg", file)


@pytest.mark.parametrize("end", [".part", ".crdownload", ".download"])
def test_an_empty_file_beside_its_download_is_never_whole(path: Path, end: str) -> None:
    path.write_bytes(b"")
    beside = path.with_name(path.name + end)
    beside.write_bytes(b"half")
    minute_ago = time.time_ns() - 61_000_000_000
    old = FoundFile(b"a.jpg", 0, minute_ago, minute_ago)
    settling = Settling(WAIT_S)
    assert not settling.holds_still(str(path), old)
    beside.unlink()
    assert settling.holds_still(str(path), old)


def test_memory_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling_module, "_MAX_LOOKS", 10)
    settling = Settling(WAIT_S)
    now = time.time_ns()
    for number in range(50):
        settling.holds_still(f"/{number}.jpg", FoundFile(b"", 5, now, now))
    time.sleep(WAIT_S)
    assert settling.holds_still("/49.jpg", FoundFile(b"", 5, now, now))
    assert not settling.holds_still("/0.jpg", FoundFile(b"", 5, now, now))  # forgotten: it takes two looks more


def test_without_a_wait_every_file_is_trusted(path: Path) -> None:
    assert Settling(0.0).holds_still(str(path), _found(path))


def test_files_wait_for_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling_module, "MAX_WAITING", 3)
    waiting: Waiting[str] = Waiting(WAIT_S)
    waiting.add("a")
    time.sleep(WAIT_S)
    waiting.add("b")
    assert list(waiting.due()) == ["a"]
    assert not waiting.is_full
    waiting.add("c")
    waiting.add("d")
    assert waiting.is_full
    assert list(waiting.rest()) == ["b", "c", "d"]
    assert len(waiting) == 0
