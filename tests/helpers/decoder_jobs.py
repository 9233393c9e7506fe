"""Functions that tests run in a decoder process. Importable there, so they live in a module of their own.

Answers are pixels; a number crosses as one, see `told` and `number`.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import EngineError
from engine.wire import DecodedPhoto, DecodeRequest

Pixels = NDArray[np.uint8]


def told(value: float) -> Pixels:
    """A number as pixels."""
    return np.frombuffer(struct.pack("<d4x", value), np.uint8).reshape(1, 4, 3)


def number(pixels: Pixels) -> float:
    """The number that `told` has made pixels of."""
    return float(struct.unpack("<d4x", pixels.tobytes())[0])


def get_pid(_: object) -> Pixels:
    return told(os.getpid())


def sleep(seconds: float) -> Pixels:
    time.sleep(seconds)
    return told(seconds)


def spin(seconds: float) -> Pixels:
    """Use the processor without looking at signals or pipes."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return told(seconds)


def die(code: int) -> Pixels:
    os.kill(os.getpid(), code)
    return told(0)


def die_in(pid: int) -> Pixels:
    """Die in this process, answer in any other."""
    if os.getpid() == pid:
        os.kill(pid, signal.SIGKILL)
    return told(pid)


def picture(_: object) -> Pixels:
    """As large as a network's input, and made anew as a decoder would."""
    return np.full((320, 448, 3), 7, np.uint8)


def allocate(n_bytes: int) -> Pixels:
    return told(len(bytearray(n_bytes)))


def loaded_modules(names: frozenset[str]) -> Pixels:
    """How many of these are loaded, with all others below them; which, says the error."""
    loaded = sorted(name for name in sys.modules if name in names or name.partition(".")[0] in names)
    if loaded:
        raise EngineError(" ".join(loaded))
    return told(0)


def speak(text: str) -> Pixels:
    sys.stdout.write(text)
    sys.stderr.write(text)
    sys.stdout.flush()
    os.write(1, text.encode())
    os.write(2, text.encode())
    return told(0)


def niceness(_: object) -> Pixels:
    return told(os.getpriority(os.PRIO_PROCESS, 0))


def n_threads(_: object) -> Pixels:
    return told(len(os.listdir("/proc/self/task")))


def start_a_thread(_: object) -> Pixels:
    thread = threading.Thread(target=time.sleep, args=(0,))
    thread.start()
    thread.join()
    return told(1)


def fail_strangely(_: object) -> Pixels:
    raise LookupError("a bug")


def answer_strangely(what: str) -> object:
    """No picture, whatever the type says."""
    return {"text": "words", "flat": np.zeros((4, 4), np.uint8), "float": np.zeros((4, 4, 3)), "none": None}[what]


def never_start(*_: object) -> None:
    """In place of a decoder process's life: it ends before it is ready."""


# ---- what a process must not be able to do ----


def _send_to_parent(_: str) -> None:
    os.kill(os.getppid(), 0)


def _write_into_parent(_: str) -> None:
    os.close(os.open(f"/proc/{os.getppid()}/mem", os.O_RDWR))


def _connect_to_desktop(_: str) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("\0nobody")


FORBIDDEN: dict[str, Callable[[str], object]] = {
    "internet": lambda _: socket.create_connection(("127.0.0.1", 9), 1),
    "desktop": _connect_to_desktop,
    "program": lambda _: subprocess.run(["true"], check=True),
    "fork": lambda _: os.fork(),
    "write": lambda path: Path(path).write_bytes(b""),
    "append": lambda path: open(path, "ab").close(),
    "create": lambda path: Path(path + "-new").touch(),
    "remove": os.unlink,
    "rename": lambda path: os.rename(path, path + "-renamed"),
    "link": lambda path: os.link(path, path + "-link"),
    "mode": lambda path: os.chmod(path, 0o600),
    "time": lambda path: os.utime(path, (1, 1)),
    "cut": lambda path: os.truncate(path, 0),
    "folder": lambda path: os.mkdir(path + "-folder"),
    "signal": _send_to_parent,
    "memory": _write_into_parent,
}


def try_forbidden(what_and_path: tuple[str, str]) -> Pixels:
    """1 if the system refused it, 0 if it happened."""
    what, path = what_and_path
    try:
        FORBIDDEN[what](path)
    except OSError as error:
        return told(1 if error.errno in (errno.EPERM, errno.EACCES) else 0)
    return told(0)


def dies_of_killers(*arguments: object) -> None:
    """A decoder process's life, but a file with this name ends it."""
    from engine import decode, decoder_process

    def decode_or_die(request: DecodeRequest) -> DecodedPhoto:
        if request.path.endswith("killer.jpg"):
            os.kill(os.getpid(), signal.SIGSEGV)
        return decode_photo(request)

    decode_photo, decode.decode = decode.decode, decode_or_die
    decoder_process.serve(*arguments)  # type: ignore[arg-type]


# ---- processes that have been taken over ----


def lives_of_its_own(connection: object, _limits: object, _parent_pid: int) -> None:
    """In place of a decoder process's life: it says that it is ready, then never anything sensible."""
    connection.send_bytes(b"R")  # type: ignore[attr-defined]
    while True:
        connection.recv_bytes()  # type: ignore[attr-defined]
        connection.send_bytes(b"X" + bytes(20))  # type: ignore[attr-defined]


def begins_and_stalls(connection: object, _limits: object, _parent_pid: int) -> None:
    """The beginning of an answer, and no more."""
    connection.send_bytes(b"R")  # type: ignore[attr-defined]
    connection.recv_bytes()  # type: ignore[attr-defined]
    os.write(connection.fileno(), struct.pack("!i", 1000) + b"X")  # type: ignore[attr-defined]
    time.sleep(60)


def claims_gigabytes(connection: object, _limits: object, _parent_pid: int) -> None:
    """An answer that would not fit into memory, and much of it."""
    connection.send_bytes(b"R")  # type: ignore[attr-defined]
    connection.recv_bytes()  # type: ignore[attr-defined]
    os.write(connection.fileno(), struct.pack("!i", 2_000_000_000))  # type: ignore[attr-defined]
    while True:
        os.write(connection.fileno(), bytes(1 << 16))  # type: ignore[attr-defined]


def speaks_unasked(connection: object, _limits: object, _parent_pid: int) -> None:
    """Answers before there is a question."""
    connection.send_bytes(b"R")  # type: ignore[attr-defined]
    connection.send_bytes(b"X" + struct.pack("<II", 1, 1) + bytes(3))  # type: ignore[attr-defined]
    time.sleep(60)
