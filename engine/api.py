"""The engine's door: everything outside `engine/` speaks to this class, in values of `messages` and `types`.

Importing this module is cheap: OpenVINO, hnswlib, numpy and (only if it is needed) torch are imported on the engine
thread after `start`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

from engine.config import EngineConfig
from engine.messages import Event, Job, Notice, Progress
from engine.types import Restored, Snapshot
from engine.worker import Session, Worker

__all__ = [
    "Engine", "EngineConfig", "delete_moved", "describe_snapshot", "move", "newest_good_snapshot", "prepare", "restore",
    "snapshots", "take_snapshot",
]


class Engine:
    """One library, one engine thread. All methods may be called from any thread and return at once, but `close`.

    `on_event` is called on the engine thread: it must only hand the event over (queue, signal) and return.
    """

    def __init__(self, config: EngineConfig, on_event: Callable[[Event], None]) -> None:
        self._worker = Worker(lambda: _open_session(config, self._worker), on_event)

    def start(self) -> None:
        """Start the engine thread. Ends in `EngineReady`, or in `EngineStopped` with the error."""
        self._worker.start()

    def submit(self, job: Job) -> int:
        """Queue a job and return its id. After `close` the job fails with `EngineClosed` at once."""
        return self._worker.submit(job)

    def cancel(self, job_id: int) -> None:
        """Ask a job to end; bulk jobs stop after the current chunk. Unknown and finished ids are ignored."""
        self._worker.cancel(job_id)

    def pause(self) -> None:
        """Hold bulk work after the current chunk. Searches go on."""
        self._worker.set_paused(True)

    def resume(self) -> None:
        """Go on with bulk work."""
        self._worker.set_paused(False)

    def close(self, timeout_s: float | None = None) -> bool:
        """Stop taking jobs, cancel what runs, save, and wait. Returns whether the thread has ended in time."""
        return self._worker.close(timeout_s)


def prepare(model: Path, cache: Path, device: str = "auto") -> Iterator[Notice | str]:
    """Find the fastest way to compute on this machine and compile the network for it, without a library.

    Yields notices for the user and last what will be used, e.g. "cpu (openvino)". Takes about 15 s the first time and
    about one second after. An engine does the same by itself; this is for installers.

    Raises:
        ModelError, DeviceError: see `EngineConfig`.
    """
    from engine.actnet.checkpoint import read_card
    from engine.describe import choose_runner

    for step in choose_runner(read_card(model), cache, device):
        if isinstance(step, Notice):
            yield step
        elif step is not None:
            yield step.label


# ---- a library that no engine has open, but for `take_snapshot` -----------------------------------------------------


def snapshots(library: Path) -> tuple[Snapshot, ...]:
    """The backups kept in a library's own folder, newest first. Takes some ms for each."""
    from engine import snapshots as kept
    from engine.storage import LibraryFolder

    return tuple(kept.listed(LibraryFolder(library)))


def newest_good_snapshot(library: Path) -> Snapshot | None:
    """The newest backup that is whole; reads it, which takes some seconds if it is large."""
    from engine import snapshots as kept
    from engine.storage import LibraryFolder

    return kept.newest_good(LibraryFolder(library))


def describe_snapshot(path: Path) -> Snapshot:
    """A backup that lies anywhere.

    Raises:
        LibraryError: there is no such file.
    """
    from engine import snapshots as kept

    return kept.describe(path)


def take_snapshot(library: Path, into: Path | None = None) -> Snapshot:
    """Back up a library's catalogue; an engine may have it open. See `engine.snapshots.take`.

    Raises:
        LibraryError: and nothing was changed.
    """
    from engine import snapshots as kept
    from engine.storage import LibraryFolder

    return kept.take(LibraryFolder(library), into)


def restore(library: Path, snapshot: Path) -> Restored:
    """Put a backup in the place of the catalogue. See `engine.restoring.restore`.

    Raises:
        LibraryError: and nothing was changed.
    """
    from engine import restoring

    return restoring.restore(library, snapshot)


def move(old: Path, new: Path) -> Generator[Progress, None, None]:
    """Copy a library elsewhere and verify the copy, in steps. See `engine.moving.move`.

    Raises:
        LibraryError: and the old library is as it was.
    """
    from engine import moving

    yield from moving.move(old, new)


def delete_moved(old: Path, new: Path) -> None:
    """Delete the library that was moved away. See `engine.moving.delete_moved`.

    Raises:
        LibraryError: it cannot be deleted, or `new` is no copy of it.
    """
    from engine import moving

    moving.delete_moved(old, new)


def _open_session(config: EngineConfig, worker: Worker) -> Session:
    """On the engine thread: the first import of everything heavy."""
    _import_numpy()
    from engine.session import EngineSession

    return EngineSession(config, worker)


def _import_numpy() -> None:
    """Import numpy so that its matrix products run on one thread.

    Several wait for each other without letting go of their cores: beside indexing, a product of 3 ms then takes up to
    45 ms. The setting is read when numpy is loaded, and is not left to others, who may mean the same library by it.
    """
    name = "OPENBLAS_NUM_THREADS"
    before = os.environ.get(name)
    os.environ[name] = before or "1"
    import numpy  # noqa: F401

    if before is None:
        del os.environ[name]
