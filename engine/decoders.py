"""Decoder processes: `engine.decode` behind limits on memory and time, so that no file can take the program down.

Each process has its own pipe and at most two tasks: the one it works on and the next, so that it never waits for the
manager. One manager thread per pool hands tasks out, collects results, kills what takes too long and replaces what
died. A ready-made pool with one queue for all does not do: with `pebble` 5.2, killing a process lost the tasks of all
others and broke the pool; `concurrent.futures` breaks by design and has no time limit for a task.

The processes (`engine.decoder_process`) are spawned, never forked: the parent has torch's threads. A process that a
malicious file has taken over may answer anything, at any time, or half of something: see `engine.wire`. What is no
answer to what was asked counts as the death of its process.
"""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial
from math import inf
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine import photo_errors
from engine.decoder_process import Limits, serve
from engine.errors import DecoderCrashed, EngineClosed, PhotoError
from engine.wire import (
    READY,
    BrokenAnswerError,
    DecodedPhoto,
    DecodeRequest,
    FileFacts,
    FileShot,
    Inbox,
    read_error,
    read_facts,
    read_file_shot,
    read_photo,
    read_pixels,
)

A = TypeVar("A")
R = TypeVar("R")

_TASKS_PER_PROCESS = 2
_START_LIMIT_S = 60.0
_MAX_FAILED_STARTS = 3
_BACKGROUND_NICENESS = 5
_GENTLE_NICENESS = 15
_MAX_DEATHS = 2  # the first may be the system's doing: it ran out of memory and killed one process or another
_CLOSED_SENTENCE = "Resight is closing; this file was not read any more."
_NO_START_SENTENCE = "The helper program that reads photos cannot be started. Start Resight again, or reinstall it."


@dataclass(slots=True)
class _Task:
    call: bytes  # the pickled function and its argument
    path: str
    read: Callable[[bytearray], Any]  # turns the answer into the result
    deaths: int = 0  # processes that ended while they worked on it
    future: Future[Any] = field(default_factory=Future)


@dataclass(slots=True, eq=False)
class _Worker:
    """A process, its pipe, and the tasks sent to it, oldest first. Touched by the manager thread only."""

    process: SpawnProcess
    limits: Limits
    connection: Connection
    inbox: Inbox
    deadline: float
    ready: bool = False
    tasks: deque[_Task] = field(default_factory=deque)


class Decoders:
    """A pool of decoder processes, started by `start` or the first call.

    All methods may be called from any thread; `close` not from a future's callback, which runs on the manager thread.
    A file whose process dies is tried once more, and fails with `DecoderCrashed` when a second one dies of it.

    Args:
        n_processes: how many files are decoded at the same time.
        memory_limit_bytes: address space of one process (not enforced on Windows).
        wall_limit_s: time for one file, after which its process is killed.
        cpu_limit_s: CPU time for one file (not enforced on Windows).
        background: whether the processes give way to other programs.
    """

    def __init__(
        self,
        n_processes: int,
        memory_limit_bytes: int = 2 << 30,
        wall_limit_s: float = 20.0,
        cpu_limit_s: int = 20,
        background: bool = True,
    ) -> None:
        self._wall_limit_s = wall_limit_s
        limits = Limits(memory_limit_bytes, cpu_limit_s, _BACKGROUND_NICENESS if background else 0)
        self._full = (n_processes, limits)
        self._gentle = (1, replace(limits, niceness=_GENTLE_NICENESS))
        self._context = multiprocessing.get_context("spawn")
        self._lock = threading.Lock()  # guards the fields down to the empty line
        self._wanted = self._full  # how many processes, and which
        self._pending: deque[_Task] = deque()  # after closing: the manager's alone
        self._woken = False
        self._closed = False
        self._manager: threading.Thread | None = None

        self._workers: list[_Worker] = []  # this and the next: the manager thread only
        self._failed_starts = 0
        self._wake_reader, self._wake_writer = self._context.Pipe(duplex=False)

    def start(self) -> None:
        """Start the processes, so that the first file need not wait for them; `submit` does it too."""
        with self._lock:
            if self._manager is None and not self._closed:
                # A program may end without `close`: the thread does not hold it up, and closes at the very end.
                atexit.register(self.close)
                self._manager = threading.Thread(target=self._manage, name="decoders", daemon=True)
                self._manager.start()

    def set_gentle(self, gentle: bool) -> None:
        """Use one process that gives way to all other programs (on Windows only one), or again all of them.

        A process that has begun a file finishes it and the next, then it is replaced: none can raise its priority.
        """
        with self._lock:
            self._wanted = self._gentle if gentle else self._full
            self._wake()

    def submit(self, request: DecodeRequest) -> Future[DecodedPhoto]:
        """Decode a file. The future ends with the photo or a `PhotoError`; after `close`, with `EngineClosed`."""
        from engine.decode import decode

        return self._submit(decode, request, request.path, partial(read_photo, request=request))

    def submit_hash(self, path: str) -> Future[FileFacts]:
        """Hash a file without decoding it; the future ends like that of `submit`."""
        from engine.decode import hash_file

        return self._submit(hash_file, path, path, read_facts)

    def submit_shot(self, path: str) -> Future[FileShot]:
        """Read when and with what a photo was taken; the future ends like that of `submit`."""
        from engine.decode import read_shot

        return self._submit(read_shot, path, path, read_file_shot)

    def decode(self, request: DecodeRequest, timeout_s: float | None = None) -> DecodedPhoto:
        """Decode a file and wait for it.

        Raises:
            PhotoError: the file cannot be used, or its turn did not come within `timeout_s`.
            EngineClosed: the pool was closed.
        """
        future = self.submit(request)
        try:
            return future.result(timeout_s)
        except TimeoutError:
            future.cancel()
            raise photo_errors.too_slow(request.path, timeout_s or self._wall_limit_s) from None

    def call(
        self, function: Callable[[A], NDArray[np.uint8]], argument: A, path: str
    ) -> Future[NDArray[np.uint8]]:
        """Run a module's function that makes one picture, uint8 [H, W, 3], in a decoder process.

        `path` is the file that is blamed if the process dies of it. The future ends like that of `submit`.
        """
        return self._submit(function, argument, path, read_pixels)

    def _submit(
        self, function: Callable[[A], R], argument: A, path: str, read: Callable[[bytearray], R]
    ) -> Future[R]:
        self.start()
        task = _Task(pickle.dumps((function, argument), protocol=5), path, read)
        with self._lock:
            if self._closed:
                task.future.set_exception(EngineClosed(_CLOSED_SENTENCE))
                return task.future
            self._pending.append(task)
            self._wake()
        return task.future

    def close(self) -> None:
        """Kill the processes, whatever they do, and wait for their end. Open futures end with `EngineClosed`."""
        with self._lock:
            self._closed = True
            self._wake()
        if self._manager is not None:
            self._manager.join()
            atexit.unregister(self.close)
        self._wake_reader.close()
        self._wake_writer.close()

    def __enter__(self) -> Decoders:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _wake(self) -> None:
        """Make the manager look; the lock is held. One unread byte is enough, more could fill the pipe."""
        if not self._woken and not self._wake_writer.closed:
            self._woken = True
            self._wake_writer.send_bytes(b"\0")

    # ---- the manager thread ---------------------------------------------------------------------------------------

    def _manage(self) -> None:
        try:
            while not self._closed:
                self._retire_idle()
                self._replace_missing()
                self._hand_out()
                self._attend()
        finally:
            self._end()

    def _wanted_workers(self) -> list[_Worker]:
        n_processes, limits = self._wanted
        return [worker for worker in self._workers if worker.limits == limits][:n_processes]

    def _retire_idle(self) -> None:
        """End the processes that are not wanted any more and have nothing to do."""
        wanted = self._wanted_workers()
        for worker in [worker for worker in self._workers if worker not in wanted and not worker.tasks]:
            self._workers.remove(worker)
            _kill(worker)

    def _replace_missing(self) -> None:
        """Start processes; after failed starts only while somebody waits, and then not for ever."""
        allowed = _MAX_FAILED_STARTS if self._pending else 1
        while len(self._wanted_workers()) < self._wanted[0] and self._failed_starts < allowed:
            try:
                self._workers.append(self._spawn())
            except OSError:  # no more processes, memory or files
                self._failed_starts += 1
        if self._failed_starts >= _MAX_FAILED_STARTS and not self._workers:
            self._failed_starts = 0
            while (task := self._next_task()) is not None:
                task.future.set_exception(DecoderCrashed(_NO_START_SENTENCE, task.path))

    def _spawn(self) -> _Worker:
        # The process is born with Ctrl+C blocked: it is the parent's, and would otherwise print a traceback.
        if hasattr(signal, "pthread_sigmask"):
            resource_tracker.ensure_running()  # or else it lifts the block again
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        ours, theirs = self._context.Pipe()
        limits = self._wanted[1]
        process = self._context.Process(
            target=serve, args=(theirs, limits, os.getpid()), name="resight-decoder", daemon=True
        )
        process.start()
        theirs.close()  # so that the death of the process ends the pipe
        return _Worker(process, limits, ours, Inbox(ours), time.monotonic() + _START_LIMIT_S)

    def _hand_out(self) -> None:
        """Give tasks to those who have fewest, until every process that is ready has one at work and one in reserve."""
        for n_tasks in range(_TASKS_PER_PROCESS):
            for worker in self._wanted_workers():
                if worker.ready and len(worker.tasks) == n_tasks and (task := self._next_task()) is not None:
                    self._send(worker, task)

    def _next_task(self) -> _Task | None:
        with self._lock:
            while self._pending:
                task = self._pending.popleft()
                # It is running already if it stood second in line in a process that died.
                if task.future.running() or task.future.set_running_or_notify_cancel():
                    return task
        return None

    def _send(self, worker: _Worker, task: _Task) -> None:
        if not worker.tasks:
            worker.deadline = time.monotonic() + self._wall_limit_s
        worker.tasks.append(task)
        with contextlib.suppress(OSError):  # a process that has just died is found out by reading
            worker.connection.send_bytes(task.call)

    def _attend(self) -> None:
        """Wait for a reply, a death, a time limit or a call, and do what is due."""
        deadline = min((worker.deadline for worker in self._workers), default=inf)
        timeout_s = None if deadline == inf else max(0.0, deadline - time.monotonic())
        sources: dict[object, _Worker] = {worker.connection: worker for worker in self._workers}
        for source in wait([self._wake_reader, *(worker.connection for worker in self._workers)], timeout_s):
            if source is self._wake_reader:
                with self._lock:
                    self._wake_reader.recv_bytes()
                    self._woken = False
            else:
                self._receive(sources[source])
        now = time.monotonic()
        for worker in [worker for worker in self._workers if worker.deadline <= now]:
            self._remove(worker, too_slow=True)

    def _receive(self, worker: _Worker) -> None:
        try:
            for message in worker.inbox.receive():
                self._take(worker, message)
        except (EOFError, OSError, BrokenAnswerError):
            self._remove(worker)

    def _take(self, worker: _Worker, message: bytearray) -> None:
        if not worker.ready:  # the first message only says that it is
            if message != READY:
                raise BrokenAnswerError("a greeting")
            worker.ready = True
            self._failed_starts = 0
        else:
            if not worker.tasks:
                raise BrokenAnswerError("an answer to nothing")
            task = worker.tasks[0]
            error = read_error(message, task.path)
            result = task.read(message) if error is None else None
            worker.tasks.popleft()
            if error is None:
                task.future.set_result(result)
            else:
                task.future.set_exception(error)
        worker.deadline = time.monotonic() + self._wall_limit_s if worker.tasks else inf

    def _remove(self, worker: _Worker, too_slow: bool = False) -> None:
        """Bury a process. Its tasks go back to the head of the line, but for one that is to blame."""
        self._workers.remove(worker)
        exit_code = _kill(worker)
        self._failed_starts = 0 if worker.ready else self._failed_starts + 1
        if worker.tasks:
            task = worker.tasks[0]
            task.deaths += 1
            error: PhotoError | None = None
            if too_slow or exit_code == -getattr(signal, "SIGXCPU", 0):
                error = photo_errors.too_slow(task.path, self._wall_limit_s)
            elif task.deaths >= _MAX_DEATHS:
                error = photo_errors.decoder_crashed(task.path)
            if error is not None:
                worker.tasks.popleft()
                task.future.set_exception(error)
        with self._lock:
            self._pending.extendleft(reversed(worker.tasks))

    def _end(self) -> None:
        with self._lock:
            self._closed = True  # also when the manager fails: nobody may wait for ever
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            _kill(worker)
            self._pending.extendleft(worker.tasks)
        self._workers.clear()
        while (task := self._next_task()) is not None:
            task.future.set_exception(EngineClosed(_CLOSED_SENTENCE))


def _kill(worker: _Worker) -> int | None:
    worker.process.kill()
    worker.process.join()
    exit_code = worker.process.exitcode
    worker.process.close()
    worker.connection.close()
    return exit_code
