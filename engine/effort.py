"""How hard indexing works: at full speed, or gently. Engine thread only.

The decoder processes do their part themselves, see `Decoders.set_gentle`. Whether somebody works at the computer is not
asked: there is no way to know that on all systems, and what has low priority gives way to them anyway.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from math import inf

import numpy as np
import psutil
from numpy.typing import NDArray

from engine.accelerate import Runner
from engine.messages import Phase, Progress
from engine.worker import Steps, Worker

BATTERY_EVERY_S = 30.0
"""How often the system is asked for its battery, at most."""


class Effort:
    """Whether indexing is gentle, and what follows from it.

    Args:
        gentle: from the start; may be changed at any time.
        worker: whose jobs are held.
    """

    def __init__(self, gentle: bool, worker: Worker) -> None:
        self.gentle = gentle
        self._worker = worker
        self._on_battery = False
        self._ask_at_s = -inf

    def held(self, steps: Steps) -> Steps:
        """These steps, but none while indexing is gentle and the computer runs on battery."""
        last = Progress(0, Phase.PREPARING)
        with closing(steps):
            while True:
                if self._must_wait():
                    yield replace(last, on_battery=True)
                while self._must_wait():
                    self._worker.rest(self._ask_at_s - time.monotonic())
                    yield None
                try:
                    event = next(steps)
                except StopIteration as stop:
                    return stop.value
                if isinstance(event, Progress):
                    last = event
                yield event

    def _must_wait(self) -> bool:
        if self.gentle and time.monotonic() >= self._ask_at_s:
            self._on_battery = _is_on_battery()
            self._ask_at_s = time.monotonic() + BATTERY_EVERY_S
        return self.gentle and self._on_battery


def _is_on_battery() -> bool:
    """Whether this computer draws its power from a battery; False where that cannot be told."""
    if not hasattr(psutil, "sensors_battery"):  # not on every system
        return False
    battery = psutil.sensors_battery()
    return battery is not None and battery.power_plugged is False


class PacedRunner:
    """A runner as it is, or one picture at a time on one core while indexing is gentle. See `accelerate.Runner`."""

    def __init__(self, runner: Runner, effort: Effort) -> None:
        self._runner = runner
        self._effort = effort
        self.label = runner.label

    @property
    def n_at_once(self) -> int:
        """See `Runner.n_at_once`."""
        return 1 if self._effort.gentle else self._runner.n_at_once

    def describe(self, inputs: list[NDArray[np.uint8]], gently: bool = False) -> NDArray[np.float32]:
        """See `Runner.describe`."""
        return self._runner.describe(inputs, gently or self._effort.gentle)

    def describe_windows(
        self, inputs: list[NDArray[np.uint8]], windows: NDArray[np.float32], gently: bool = False
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """See `Runner.describe_windows`."""
        return self._runner.describe_windows(inputs, windows, gently or self._effort.gentle)

    def close(self) -> None:
        """See `Runner.close`."""
        self._runner.close()
