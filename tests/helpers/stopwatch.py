"""How long an event loop did not turn: the measure behind "the window always answers"."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

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


class FairStopwatch(Stopwatch):
    """The same without the time for which this process was ready to run and others had the processors.

    Of each gap is taken off for how long one of the threads waited for a processor: the window's own, or one that may
    have held what the window waited for. On an idle machine that is next to nothing. Linux tells it; elsewhere nothing
    is taken off.
    """

    def __init__(self) -> None:
        self._waits_ms = _waits_ms()
        super().__init__()

    def restart(self) -> None:
        super().restart()
        self._waits_ms = _waits_ms()

    def _tick(self) -> None:
        super()._tick()
        before, self._waits_ms = self._waits_ms, _waits_ms()
        waited_ms = max((ms - before.get(thread, 0.0) for thread, ms in self._waits_ms.items()), default=0.0)
        self.gaps_ms[-1] = max(0.0, self.gaps_ms[-1] - waited_ms)
        self._last = time.perf_counter()


def _waits_ms() -> dict[str, float]:
    """For how long each thread of this process has waited for a processor since it began."""
    waits = {}
    with suppress(OSError):
        for thread in Path("/proc/self/task").iterdir():
            with suppress(OSError):  # it has ended
                waits[thread.name] = int((thread / "schedstat").read_text().split()[1]) / 1e6
    return waits
