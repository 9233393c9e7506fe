"""How long an event loop did not turn: the measure behind "the window always answers"."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer

TICK_MS = 16


class Stopwatch:
    """The longest gaps between the ticks of a 16 ms timer, in ms. Make and use it on the GUI thread."""

    def __init__(self) -> None:
        self.gaps_ms: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    @property
    def longest_ms(self) -> float:
        return max(self.gaps_ms, default=0.0)

    def restart(self) -> None:
        self.gaps_ms = []
        self._last = time.perf_counter()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.gaps_ms.append((now - self._last) * 1000)
        self._last = now
