"""The stopwatch of the event loop: what it takes for a gap, and what it takes off."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from tests.helpers.stopwatch import FairStopwatch, Stopwatch

GAP_MS = 300


def compute() -> None:
    until = time.thread_time() + GAP_MS / 1000
    while time.thread_time() < until:
        pass


@pytest.mark.parametrize("kind", [Stopwatch, FairStopwatch])
@pytest.mark.parametrize("work", [compute, lambda: time.sleep(GAP_MS / 1000)], ids=["computing", "waiting"])
def test_what_holds_the_event_loop_up_is_a_gap(qtbot: QtBot, kind: type[Stopwatch], work: object) -> None:
    stopwatch = kind()
    qtbot.wait(100)
    stopwatch.restart()
    QTimer.singleShot(0, work)
    qtbot.waitUntil(lambda: stopwatch.longest_ms >= GAP_MS * 0.9)
    stopwatch.restart()
    assert stopwatch.longest_ms == 0
