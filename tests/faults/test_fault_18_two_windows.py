"""Fault 18: Resight is started twice on one library, or again right after it was killed. Real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.one_window import Answer, hand_over, socket_name
from tests.helpers.program import PROJECT, Program

PICTURE = PROJECT / "tests" / "photos" / "single" / "car02.jpg"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL and sockets that are files")


@pytest.fixture
def program(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return Program(tmp_path / "library", home)


def wait_until(is_so: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait while a process runs, which it has to."""
    end_s = time.monotonic() + 120
    while not is_so():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end_s
        time.sleep(0.05)


def test_the_second_ends_and_after_a_kill_the_next_is_the_window_at_once(program: Program) -> None:
    name = socket_name(program.library)
    first = program.start("open", PICTURE)
    try:
        wait_until(lambda: (program.library / "catalogue.sqlite").exists() and os.path.exists(name), first)
        started = time.monotonic()
        second = program("open", PICTURE)
        assert (second.out, second.err) == ("", "")
        assert time.monotonic() - started < 20
        assert first.poll() is None
    finally:
        first.kill()
        first.communicate()
    assert os.path.exists(name)
    third = program.start("open", PICTURE)
    try:
        wait_until(lambda: hand_over(name, None) is Answer.TAKEN, third)
        wait_until(lambda: _is_locked(program.library / "lock"), third)
    finally:
        third.send_signal(signal.SIGTERM)
        _, err = third.communicate(timeout=120)
    assert (third.returncode, err) == (0, "")
    assert not os.path.exists(name)


def _is_locked(path: Path) -> bool:
    import filelock

    try:
        with filelock.FileLock(path, timeout=0):
            return False
    except filelock.Timeout:
        return True
