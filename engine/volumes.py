"""What a folder's drive is known by wherever it is mounted, and where it is mounted now. Any thread; may wait for it.

Only the part for Linux is tested. Those for macOS and Windows do without anything but the system's own calls.
"""

from __future__ import annotations

import ctypes
import os
import plistlib
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from engine import mounts
from engine.mounts import Mount

try:
    import fcntl
except ImportError:  # Windows has no such calls
    fcntl = None  # type: ignore[assignment]

_BY_UUID, _BY_LABEL = "/dev/disk/by-uuid", "/dev/disk/by-label"
# These keep their identity for good and tell it to anyone; the UUID of a tmpfs, for one, dies with it.
_UUID_KINDS = frozenset({"ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "bcachefs"})
_FS_IOC_GETFSUUID = 0x80111500  # _IOR(0x15, 0, struct fsuuid2) of linux/fs.h, from Linux 6.9 on
_FSUUID2_BYTES = 17  # its length, then up to 16 bytes
_DISKUTIL_S = 10.0


@dataclass(frozen=True, slots=True)
class Volume:
    """The drive of a folder.

    `volume_id` is the same whenever and wherever the drive is mounted, "" if there is no such thing; `name` is for
    people, "" for what is always there; `path` is the folder's path on the drive.
    """

    volume_id: str = ""
    name: str = ""
    path: str = ""


UNKNOWN = Volume()


def volume_of(folder: str) -> Volume:
    """The drive that a folder lies on; `UNKNOWN` if that cannot be told."""
    real = os.path.realpath(folder)
    if sys.platform == "linux":
        return _linux_volume(real)
    if sys.platform == "darwin":
        return _macos_volume(real)
    if sys.platform == "win32":
        return _windows_volume(real)
    return UNKNOWN


def places_of(volume: Volume) -> list[str]:
    """Where the folder of that drive would be found now, wherever the drive is mounted; it need not be there."""
    if not volume.volume_id:
        return []
    if sys.platform == "linux":
        return list(_linux_places(volume))
    points = _macos_points() if sys.platform == "darwin" else _windows_points() if sys.platform == "win32" else []
    return [os.path.join(point, volume.path) for point in points if volume_of(point).volume_id == volume.volume_id]


def mounted_now() -> object:
    """A value that changes when drives come or go. Waits for none of them."""
    if sys.platform == "linux":
        return mounts.table()
    return tuple(_macos_points() if sys.platform == "darwin" else _windows_points())


# ---- Linux --------------------------------------------------------------------------------------------------------


def _linux_volume(real: str) -> Volume:
    mount = mounts.mount_of(real)
    if mount is None:
        return UNKNOWN
    inside = os.path.relpath(real, mount.point)
    path = os.path.normpath(os.path.join(mount.root, inside))
    return Volume(_linux_id(mount), _linux_name(mount), path)


def _linux_id(mount: Mount) -> str:
    if not mount.source.startswith("/dev/"):
        # A server and what it shares, as "server:/photos" or "//server/photos".
        return f"{mount.kind} {mount.source}" if ":" in mount.source or mount.source.startswith("//") else ""
    device = _device_number(mount.source)
    for name in _names_in(_BY_UUID):
        if device is not None and _device_number(f"{_BY_UUID}/{name}") == device:
            return f"uuid {name}"
    return _uuid_of(mount.point) if mount.kind in _UUID_KINDS else ""


def _uuid_of(point: str) -> str:
    """What the file system itself says: there need be no udev that makes links."""
    try:
        handle = os.open(point, os.O_RDONLY | os.O_DIRECTORY)
        try:
            answer = fcntl.ioctl(handle, _FS_IOC_GETFSUUID, bytes(_FSUUID2_BYTES))
        finally:
            os.close(handle)
    except OSError:
        return ""
    return f"uuid {uuid.UUID(bytes=answer[1:])}" if answer[0] == 16 else ""


def _linux_name(mount: Mount) -> str:
    device = _device_number(mount.source) if mount.source.startswith("/dev/") else None
    for name in _names_in(_BY_LABEL):
        if device is not None and _device_number(f"{_BY_LABEL}/{name}") == device:
            return re.sub(r"\\x([0-9a-f]{2})", lambda match: chr(int(match[1], 16)), name)
    return os.path.basename(mount.point)


def _linux_places(volume: Volume) -> Iterator[str]:
    ids: dict[tuple[int, str], str] = {}
    for mount in mounts.mounts(mounts.table()):
        key = (mount.device, mount.source)
        if key not in ids:
            ids[key] = _linux_id(mount)
        inside = os.path.relpath(volume.path, mount.root)
        if ids[key] == volume.volume_id and inside != ".." and not inside.startswith("../"):
            yield os.path.normpath(os.path.join(mount.point, inside))


def _device_number(path: str) -> int | None:
    try:
        return os.stat(path).st_rdev or None
    except OSError:
        return None


def _names_in(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


# ---- macOS: not tested ----------------------------------------------------------------------------------------------


def _macos_volume(real: str) -> Volume:
    point = real
    while not os.path.ismount(point):
        point = os.path.dirname(point)
    try:
        done = subprocess.run(
            ["/usr/sbin/diskutil", "info", "-plist", point], capture_output=True, timeout=_DISKUTIL_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return UNKNOWN
    volume_id, name = parse_diskutil(done.stdout)
    return Volume(volume_id, "" if point == "/" else name, os.path.relpath(real, point))


def parse_diskutil(plist: bytes) -> tuple[str, str]:
    """Identity and name of the volume that `diskutil info -plist` tells of; both empty if it tells of none."""
    try:
        facts = plistlib.loads(plist)
    except (plistlib.InvalidFileException, ValueError):
        return "", ""
    volume_id = facts.get("VolumeUUID") or facts.get("DiskUUID") or ""
    return f"uuid {volume_id}" if volume_id else "", str(facts.get("VolumeName") or "")


def _macos_points() -> list[str]:
    return ["/", *(f"/Volumes/{name}" for name in sorted(_names_in("/Volumes")))]


# ---- Windows: not tested --------------------------------------------------------------------------------------------


def _windows_volume(real: str) -> Volume:
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    point = ctypes.create_unicode_buffer(1024)
    if not kernel.GetVolumePathNameW(real, point, len(point)):
        return UNKNOWN
    path = os.path.relpath(real, point.value)
    if point.value.startswith("\\\\"):
        return Volume(f"share {point.value.lower()}", point.value.strip("\\"), path)
    name, serial = ctypes.create_unicode_buffer(256), ctypes.c_uint32()
    if not kernel.GetVolumeInformationW(
        point.value, name, len(name), ctypes.byref(serial), None, None, None, 0
    ):
        return UNKNOWN
    return Volume(f"serial {serial.value:08x}", name.value or point.value.rstrip("\\"), path)


def _windows_points() -> list[str]:
    bits = ctypes.windll.kernel32.GetLogicalDrives()  # type: ignore[attr-defined,unused-ignore]
    return [f"{chr(ord('A') + number)}:\\" for number in range(26) if bits >> number & 1]
