"""An engine inside a bench script, with the times at which its events came. Import it before anything of `engine`."""

from __future__ import annotations

import queue
import time
from pathlib import Path
from typing import Any

import bench_tools  # noqa: F401  makes `app` and `engine` importable when a script is run by its path

from app import places
from engine.api import Engine, EngineConfig
from engine.messages import (
    EngineReady,
    EngineStopped,
    Event,
    Job,
    JobCancelled,
    JobDone,
    JobFailed,
    Phase,
    Progress,
)


class TimedEngine:
    """An engine whose answers come with the seconds they took, seen from outside. Close it, or use `with`.

    `ready_s` is how long the engine took from `start` to being ready.
    """

    def __init__(
        self, library: Path, device: str = "auto", read_only: bool = False, watch: bool = False
    ) -> None:
        config = EngineConfig(
            library, places.default_model(), places.cache_folder(), device, read_only, watch=watch
        )
        self._events: queue.SimpleQueue[tuple[float, Event]] = queue.SimpleQueue()
        self._ended: dict[int, tuple[float, Event]] = {}
        self._submitted_s: dict[int, float] = {}
        self._phases: dict[tuple[int, Phase], float] = {}  # when each began
        self._engine = Engine(config, lambda event: self._events.put((time.perf_counter(), event)))
        started_s = time.perf_counter()
        self._engine.start()
        second, self.ready = self._wait_for(EngineReady)
        self.ready_s = second - started_s

    def __enter__(self) -> TimedEngine:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._engine.close()

    def submit(self, job: Job) -> int:
        """Hand in a job -> its id."""
        started_s = time.perf_counter()
        job_id = self._engine.submit(job)
        self._submitted_s[job_id] = started_s
        return job_id

    def has_ended(self, job_id: int) -> bool:
        """Whether a job has ended, of what has arrived by now."""
        while not self._events.empty():
            self._note(*self._events.get())
        return job_id in self._ended

    def result(self, job_id: int) -> tuple[Any, float]:
        """Wait for a job -> (its result, the seconds from handing it in to its end)."""
        while job_id not in self._ended:
            self._note(*self._events.get(timeout=3600))
        second, event = self._ended.pop(job_id)
        if not isinstance(event, JobDone):
            raise SystemExit(f"A job did not end well: {event}")
        return event.result, second - self._submitted_s.pop(job_id)

    def run(self, job: Job) -> tuple[Any, float]:
        """Hand in a job and wait for it -> as `result`."""
        return self.result(self.submit(job))

    def first_progress(self, job_id: int, phase: Phase) -> float:
        """Wait until a job is in a phase -> when it came to it, on `time.perf_counter`."""
        while (job_id, phase) not in self._phases:
            if job_id in self._ended:
                raise SystemExit(f"A job has ended without {phase}.")
            self._note(*self._events.get(timeout=3600))
        return self._phases[job_id, phase]

    def cancel(self, job_id: int) -> None:
        """End a job after its current step."""
        self._engine.cancel(job_id)

    def _wait_for(self, kind: type) -> tuple[float, Any]:
        while True:
            second, event = self._events.get(timeout=3600)
            if isinstance(event, kind):
                return second, event
            self._note(second, event)

    def _note(self, second: float, event: Event) -> None:
        if isinstance(event, JobDone | JobFailed | JobCancelled):
            self._ended[event.job_id] = (second, event)
        elif isinstance(event, Progress):
            self._phases.setdefault((event.job_id, event.phase), second)
        elif isinstance(event, EngineStopped):
            raise SystemExit(f"The engine stopped: {event.error}")
