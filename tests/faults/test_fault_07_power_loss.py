"""Fault 7: the power goes. What the kernel has not written by then is gone, though every program believed it written.

The library lies on a file system of its own, in a file. At a moment chosen by a system call the process is killed, and
the file is copied at once: the copy holds what has reached the disk and nothing of what was only in memory. Mounted,
it is what the computer would find when it starts again.
"""

from __future__ import annotations

import ctypes
import os
import shutil
from pathlib import Path

import pytest

from tests.helpers.crashes import JOBS
from tests.helpers.disks import Disk, DiskMaker, disks  # noqa: F401 - a fixture
from tests.helpers.faults import killed_at, needs_strace

pytestmark = pytest.mark.expects_warnings  # an index that was half written is made again, which is logged

MOMENTS = [
    ("index", "fdatasync", (1, 4, 9)), ("index", "pwrite64", (60, 140)), ("index", "rename", (2, 6)),
    ("save", "rename", (1, 2)), ("save", "fsync", (1, 2)),
    ("migrate", "pwrite64", (1, 8, 15)), ("migrate", "fsync", (1, 2)),
    ("snapshot", "fsync", (1, 2)), ("snapshot", "rename", (1,)),
    ("restore", "fsync", (1, 2, 3)), ("restore", "rename", (1,)),
    ("move", "fsync", (1, 2, 3)), ("move", "rename", (1,)),
]  # fmt: skip


@pytest.mark.parametrize(("job", "call", "number"), [
    pytest.param(job, call, number, id=f"{job}-{call}-{number}") for job, call, numbers in MOMENTS for number in numbers
])
def test_what_is_on_the_disk_is_a_library(
    job: str, call: str, number: int, disks: DiskMaker, tmp_path: Path  # noqa: F811
) -> None:
    needs_strace()
    disk = disks("Library", 192)
    base = disk.plug_in(tmp_path / "before")
    JOBS[job].prepare(base)
    _written(base)
    assert killed_at(job, base, call, number), "a moment that never comes proves nothing"
    after = _after_the_power_came_back(disk, tmp_path)
    disks.made.append(after)
    disk.unplug()
    JOBS[job].check(after.plug_in(tmp_path / "after"))


def test_what_was_only_in_memory_is_gone(disks: DiskMaker, tmp_path: Path) -> None:  # noqa: F811
    """The way to lose power is one: what was synced is there, what was not is not."""
    disk = disks("Library", 192)
    base = disk.plug_in(tmp_path / "before")
    (base / "synced").write_bytes(b"1" * 5000)
    _written(base)
    (base / "not synced").write_bytes(b"2" * 5000)
    after = _after_the_power_came_back(disk, tmp_path)
    disks.made.append(after)
    found = after.plug_in(tmp_path / "after")
    assert (found / "synced").read_bytes() == b"1" * 5000
    there = found / "not synced"
    assert not there.exists() or there.read_bytes() != b"2" * 5000


def _written(place: Path) -> None:
    """Wait until the disk has all that was written here by now."""
    handle = os.open(place, os.O_RDONLY)
    try:
        assert ctypes.CDLL(None).syncfs(handle) == 0
    finally:
        os.close(handle)


def _after_the_power_came_back(disk: Disk, folder: Path) -> Disk:
    image = folder / "after.img"
    shutil.copyfile(disk.image, image)
    return Disk(image)
