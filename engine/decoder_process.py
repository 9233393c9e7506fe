"""The life of a decoder process: what it is not allowed to do, then one call after the other.

It imports neither torch nor Qt, writes no files, ignores Ctrl+C and ends with the parent. Importing this module must
stay cheap: a new process imports it before it has limited the threads of numpy and of the decoding libraries.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from engine import sandbox
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.wire import Answer

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

_PR_SET_PDEATHSIG = 1  # from Linux' prctl.h
# numpy would reserve memory for every core; LibRaw would use all of them, and there is a process for each already.
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "OMP_THREAD_LIMIT")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process may use: address space, CPU time for one file; `niceness`: how much it gives way to others."""

    memory_bytes: int
    cpu_s: int
    niceness: int


def serve(connection: Connection, limits: Limits, parent_pid: int) -> None:
    """(Function, argument) in, an answer of `engine.wire` out, until the pipe ends."""
    bind_to_parent(parent_pid)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    if hasattr(os, "nice"):
        os.nice(limits.niceness)
    import engine.decode  # noqa: F401 - now, so that the first file does not pay for it
    from engine.wire import READY, encode

    _silence()
    _limit_resources(limits)
    sandbox.enter()
    connection.send_bytes(READY)
    while True:
        try:
            function, argument = connection.recv()  # pickled, but by the parent, which nothing has taken over
        except (EOFError, OSError):
            return
        _renew_cpu_limit(limits)
        answer = _answer(function, argument)
        try:
            message = encode(answer)
        except EngineError as error:
            message = encode(error)
        connection.send_bytes(message)


def _answer(function: Callable[[Any], Answer], argument: Any) -> Answer | EngineError:
    try:
        return function(argument)
    except EngineError as error:
        return error
    except Exception as error:  # noqa: BLE001 - boundary of the process: a bug in a function must reach the caller
        return EngineError(f"Decoding failed: {type(error).__name__}.")


def bind_to_parent(parent_pid: int) -> None:
    """Die with the parent even in the middle of a file. Elsewhere than on Linux the end of the pipe has to do."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent_pid:  # it died before the call
        os._exit(1)


def _silence() -> None:
    """The decoding libraries write warnings to stderr, and stdout may be the program's JSON: both end here."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _limit_resources(limits: Limits) -> None:
    if resource is None:
        return
    wanted = {resource.RLIMIT_AS: limits.memory_bytes, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0}
    for kind, limit in wanted.items():
        with contextlib.suppress(OSError, ValueError):  # not every system has every limit
            resource.setrlimit(kind, (limit, limit))


def _renew_cpu_limit(limits: Limits) -> None:
    if resource is None:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = math.ceil(usage.ru_utime + usage.ru_stime) + limits.cpu_s
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
