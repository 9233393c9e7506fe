"""Real faults: processes killed in the middle of a system call, full disks, read-only disks, errors of the disk.

What a machine does not allow is skipped with the reason.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]

_MS_RDONLY, _MS_REMOUNT, _MS_BIND, _MNT_DETACH = 1, 32, 4096, 2  # of mount(2)


def needs_strace() -> None:
    """Skip a test where system calls cannot be tampered with."""
    if reason := _no_strace():
        pytest.skip(reason)


@cache
def _no_strace() -> str:
    if sys.platform != "linux" or shutil.which("strace") is None:
        return "needs strace"
    done = subprocess.run([*under_strace("close", "signal=SIGKILL:when=2"), "true"], capture_output=True, text=True,
                          check=False)
    return "" if done.returncode == -signal.SIGKILL else f"strace does not work here: {done.stderr.strip()}"


def under_strace(calls: str, what: str) -> list[str]:
    """The command to run another by, with these system calls (with commas) tampered with: see strace(1), --inject."""
    return ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={calls}", "-e",
            f"inject={calls}:{what}"]


def run_job(job: str, base: Path, under: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """Run one of `tests.helpers.crashes` in a process of its own."""
    # Python itself must not write: the calls are counted.
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(PROJECT)}
    return subprocess.run([*under, sys.executable, "-m", "tests.helpers.crashes", job, str(base)], cwd=PROJECT,
                          env=environment, capture_output=True, text=True, timeout=120, check=False)


def killed_at(job: str, base: Path, call: str, number: int) -> bool:
    """Run a job and kill it at its `number`th system call of this kind -> whether it came to that."""
    done = run_job(job, base, under_strace(call, f"signal=SIGKILL:when={number}"))
    if done.returncode == -signal.SIGKILL:
        return True
    assert done.returncode == 0, done.stderr
    return False


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[None]:
    """A disk of this size, such as "2m", at a folder."""
    _mount(b"tmpfs", place, b"tmpfs", 0, f"size={size}".encode())
    try:
        yield
    finally:
        _unmount(place)


def resize_disk(place: Path, size: str) -> None:
    """Give a `small_disk` another size."""
    _mount(b"tmpfs", place, b"tmpfs", _MS_REMOUNT, f"size={size}".encode())


@contextmanager
def read_only(place: Path) -> Iterator[None]:
    """Make a folder read-only, for root too."""
    name = os.fsencode(place)
    _mount(name, place, None, _MS_BIND, None)
    try:
        _mount(name, place, None, _MS_REMOUNT | _MS_BIND | _MS_RDONLY, None)
        yield
    finally:
        _unmount(place)


def _mount(what: bytes, place: Path, kind: bytes | None, flags: int, options: bytes | None) -> None:
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("needs root on Linux, to mount")
    if ctypes.CDLL(None, use_errno=True).mount(what, os.fsencode(place), kind, flags, options) != 0:
        pytest.skip(f"cannot mount here: {os.strerror(ctypes.get_errno())}")


def _unmount(place: Path) -> None:
    ctypes.CDLL(None).umount2(os.fsencode(place), _MNT_DETACH)
