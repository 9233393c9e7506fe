"""Fault 19: two users with homes of their own work at the same time, on the same photos, in nobody's way."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from app.one_window import Answer, hand_over, socket_name
from tests.faults.test_fault_18_two_windows import wait_until
from tests.helpers.program import PROJECT, Program

CHAIRS = PROJECT / "tests" / "photos" / "groups" / "chair"


@pytest.fixture
def users(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Program]:
    """Two homes; the compiled network is shared, as it is only slow to make."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    programs = []
    for name in ("ada", "bob"):
        program = Program(tmp_path / name / "data" / "resight" / "library", home)
        del program.environment["RESIGHT_LIBRARY"]
        program.environment |= {
            f"XDG_{kind}_HOME": str(tmp_path / name / kind.lower()) for kind in ("DATA", "CONFIG", "STATE")
        }
        programs.append(program)
    return programs


def test_both_index_and_search(users: list[Program]) -> None:
    users[0]("prepare")
    running = [user.start("index", CHAIRS, "--json") for user in users]
    for process in running:
        out, err = process.communicate(timeout=240)
        assert process.returncode == 0, err
        assert '"indexed": 5' in out
    for user in users:
        assert user.json("status")["library"] == str(user.library)
        assert len(user.json("search", CHAIRS / "image000.jpg")["hits"]) == 5


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_each_has_a_window(users: list[Program]) -> None:
    names = [socket_name(user.library) for user in users]
    assert names[0] != names[1]
    windows = [user.start("open") for user in users]
    try:
        for name, window in zip(names, windows, strict=True):
            wait_until(lambda name=name: os.path.exists(name) and hand_over(name, None) is Answer.TAKEN, window)
    finally:
        for window in windows:
            window.send_signal(signal.SIGTERM)
        ended = [window.communicate(timeout=120) for window in windows]
    assert [window.returncode for window in windows] == [0, 0], ended
