"""The engine's door: everything outside `engine/` speaks to this class, in values of `messages` and `types`.

Importing this module is cheap: torch, OpenVINO, hnswlib and numpy are imported on the engine thread after `start`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from engine.messages import Event, Job


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """What an engine needs to know before it starts.

    Args:
        library: folder of the library; made if missing (unless `read_only`).
        model: the model's safetensors file.
        cache: folder for files that can be made again, shared by libraries (the compiled network).
        device: "auto", "cpu" (fastest of this machine), "torch" (plain torch float32 on the CPU) or "cuda".
        read_only: open without the writer's lock: searches and status only, next to a running Resight.
        decoders: number of decoder processes for bulk work; 0 chooses by the machine.
    """

    library: Path
    model: Path
    cache: Path
    device: str = "auto"
    read_only: bool = False
    decoders: int = field(default=0)


class Engine:
    """One library, one engine thread. All methods may be called from any thread and return at once, but `close`.

    `on_event` is called on the engine thread: it must only hand the event over (queue, signal) and return.
    """

    def __init__(self, config: EngineConfig, on_event: Callable[[Event], None]) -> None: ...

    def start(self) -> None:
        """Start the engine thread. Ends in `EngineReady`, or in `EngineStopped` with the error."""

    def submit(self, job: Job) -> int:
        """Queue a job and return its id. After `close` the job fails with `EngineClosed` at once."""

    def cancel(self, job_id: int) -> None:
        """Ask a job to end; bulk jobs stop after the current chunk. Unknown and finished ids are ignored."""

    def pause(self) -> None:
        """Hold bulk work after the current chunk. Searches go on."""

    def resume(self) -> None:
        """Go on with bulk work."""

    def close(self, timeout_s: float | None = None) -> bool:
        """Stop taking jobs, cancel what runs, save, and wait. Returns whether the thread has ended in time."""
