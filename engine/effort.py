"""How hard indexing works: at full speed, or gently. Engine thread only.

The decoder processes do their part themselves, see `Decoders.set_gentle`.
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
from engine.idle import seconds_since_input
from engine.messages import Phase, Progress
from engine.worker import Steps, Worker

ASK_EVERY_S = 10.0
"""How often the system is asked for its battery and for who uses it, at most."""

WORKS_WITHIN_S = 60.0
"""Somebody works at the computer whose last key or move of the mouse is not longer ago."""


class Effort:
    """Whether indexing is gentle, and what follows from it.

    Args:
        gentle: from the start; may be changed at any time.
        gives_way: gentle indexing also waits while somebody works at the computer.
        worker: whose jobs are held.
    """

    def __init__(self, gentle: bool, gives_way: bool, worker: Worker) -> None:
        self.gentle = gentle
        self._gives_way = gives_way
        self._worker = worker
        self._on_battery = False
        self._in_use = False
        self._ask_at_s = -inf

    def held(self, steps: Steps) -> Steps:
        """These steps, but none while indexing is gentle and the computer runs on battery, or is in use."""
        last = Progress(0, Phase.PREPARING)
        with closing(steps):
            while True:
                if self._must_wait():
                    yield replace(last, on_battery=self._on_battery, in_use=self._in_use)
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

    def rest(self, at_most_s: float) -> None:
        """See `worker.Worker.rest`."""
        self._worker.rest(at_most_s)

    def _must_wait(self) -> bool:
        if self.gentle and time.monotonic() >= self._ask_at_s:
            self._on_battery = _is_on_battery()
            self._in_use = self._gives_way and _is_in_use()
            self._ask_at_s = time.monotonic() + ASK_EVERY_S
        return self.gentle and (self._on_battery or self._in_use)


def _is_on_battery() -> bool:
    """Whether this computer draws its power from a battery; False where that cannot be told."""
    if not hasattr(psutil, "sensors_battery"):  # not on every system
        return False
    battery = psutil.sensors_battery()
    return battery is not None and battery.power_plugged is False


def _is_in_use() -> bool:
    """Whether somebody works at this computer; False where that cannot be told."""
    idle_s = seconds_since_input()
    return idle_s is not None and idle_s < WORKS_WITHIN_S


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
