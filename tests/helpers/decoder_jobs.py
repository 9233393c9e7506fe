"""Functions that tests run in a decoder process. Importable there, so they live in a module of their own."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def get_pid(_: object) -> int:
    return os.getpid()


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def spin(seconds: float) -> None:
    """Use the processor without looking at signals or pipes."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def die(code: int) -> None:
    os.kill(os.getpid(), code)


def die_once(marker: str) -> str:
    """Die on the first call, answer on the second. (The limits allow empty files.)"""
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return "survived"
    os.kill(os.getpid(), signal.SIGKILL)
    return "dead"


def picture(_: object) -> NDArray[np.uint8]:
    """As large as a network's input, and made anew as a decoder would."""
    return np.full((320, 448, 3), 7, np.uint8)


def allocate(n_bytes: int) -> int:
    return len(bytearray(n_bytes))


def write_file(path: str) -> None:
    Path(path).write_bytes(b"x" * 10)


def loaded_modules(_: object) -> list[str]:
    return sorted(sys.modules)


def speak(text: str) -> None:
    sys.stdout.write(text)
    sys.stderr.write(text)
    sys.stdout.flush()
    os.write(1, text.encode())
    os.write(2, text.encode())


def niceness(_: object) -> int:
    return os.nice(0)


def fail_strangely(_: object) -> None:
    raise LookupError("a bug")


def never_start(*_: object) -> None:
    """In place of a decoder process's life: it ends before it is ready."""
