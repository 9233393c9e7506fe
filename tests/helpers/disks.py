"""Real drives for tests: ext4 in a file, mounted where it is asked to be; bind mounts; and a share that never answers.

All of them take root. Everything is unmounted again at the end.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def run(*command: str | Path) -> None:
    """Run one of the system's programs; where it cannot do its work at all, the test is skipped."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"{command[0]}: {done.stderr.strip()}")


class Disk:
    """A drive with an ext4 file system. Make it with the fixture `disks`."""

    def __init__(self, image: Path) -> None:
        self.image = image
        self.points: list[Path] = []

    @classmethod
    def made(cls, image: Path, label: str, size_mb: int) -> Disk:
        """A new one, in a new file."""
        with image.open("wb") as file:
            file.truncate(size_mb << 20)
        run("mkfs.ext4", "-q", "-F", "-L", label, image)
        return cls(image)

    def plug_in(self, point: Path) -> Path:
        """Mount it here; the mount point is made."""
        point.mkdir(parents=True, exist_ok=True)
        run("mount", "-o", "loop", self.image, point)
        self.points.append(point)
        return point

    def unplug(self) -> None:
        """Take it away, whoever is using it."""
        while self.points:
            subprocess.run(["umount", "-l", str(self.points.pop())], check=True)


@pytest.fixture
def disks(tmp_path: Path) -> Iterator[DiskMaker]:
    """Makes drives, which take root on Linux."""
    need_root_on_linux()
    maker = DiskMaker(tmp_path)
    yield maker
    for disk in maker.made:
        disk.unplug()


class DiskMaker:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.made: list[Disk] = []

    def __call__(self, label: str = "Archive", size_mb: int = 16) -> Disk:
        self.made.append(Disk.made(self._folder / f"disk-{len(self.made)}.img", label, size_mb))
        return self.made[-1]


@contextmanager
def bound(source: Path, point: Path) -> Iterator[None]:
    """Show one folder at another place, too."""
    need_root_on_linux()
    point.mkdir(parents=True, exist_ok=True)
    run("mount", "--bind", source, point)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(point)], check=True)


@contextmanager
def sleeping_share(place: Path) -> Iterator[None]:
    """Mount a real FUSE file system of the type sshfs has, whose server never answers, at `place`."""
    need_root_on_linux()
    try:
        server = os.open("/dev/fuse", os.O_RDWR)
    except OSError as error:
        pytest.skip(f"needs /dev/fuse: {error}")
    libc = ctypes.CDLL(None, use_errno=True)
    options = f"fd={server},rootmode=40000,user_id=0,group_id=0"
    try:
        if libc.mount(b"server:/photos", os.fsencode(place), b"fuse.sshfs", 0, options.encode()) != 0:
            pytest.skip(f"cannot mount here: {os.strerror(ctypes.get_errno())}")
        try:
            yield
        finally:
            libc.umount2(os.fsencode(place), 2)  # MNT_DETACH
    finally:
        os.close(server)


def need_root_on_linux() -> None:
    """Skip the test where nothing can be mounted."""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mkfs.ext4") is None:
        pytest.skip("mounts drives, which takes root, Linux and mkfs.ext4")
