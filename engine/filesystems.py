"""What kind of disk a folder lies on: a local one, or a network share, on which SQLite's locks cannot be relied on.

And whether files on it can be told by their inode numbers.

Asking never waits for the share itself, which may be asleep. Any thread.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from engine import mounts
from engine.errors import LibraryOnNetwork

ALLOW_VARIABLE = "RESIGHT_ALLOW_NETWORK_LIBRARY"
"""Environment variable: set to 1, a library on a network share is opened all the same."""

# As Linux names them in mountinfo, and macOS in f_fstypename. Shared folders of virtual machines count: their locks
# hold on one side only.
_NETWORK_KINDS = frozenset({
    "nfs", "nfs3", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "afpfs", "coda", "ceph", "lustre",
    "glusterfs", "beegfs", "orangefs", "pvfs2", "davfs", "webdav", "ftp", "9p", "vboxsf", "prl_fs", "vmhgfs",
    "fuse.sshfs", "fuse.rclone", "fuse.davfs", "fuse.davfs2", "fuse.curlftpfs", "fuse.s3fs", "fuse.gcsfuse",
    "fuse.glusterfs", "fuse.ceph", "fuse.ceph-fuse", "fuse.smbnetfs", "fuse.gvfsd-fuse", "fuse.kio-fuse",
    "fuse.vmhgfs-fuse", "fuse.juicefs", "fuse.google-drive-ocamlfuse",
    "fuse.onedriver",
})
# Here a file keeps its inode number as long as it lives, and no two files share one.
_INODE_KINDS = frozenset({
    "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "jfs", "bcachefs", "ntfs3", "tmpfs", "apfs", "hfs",
    "NTFS", "ReFS",
})
_DRIVE_REMOTE = 4  # of GetDriveTypeW
_STATFS_BYTES, _NAME_AT, _NAME_BYTES = 2168, 72, 16  # struct statfs of macOS with 64-bit inodes: f_fstypename


def network_kind(folder: Path) -> str | None:
    """What kind of network share a folder lies on, such as "nfs4"; None for a local disk, or if that cannot be told.

    The folder need not exist yet: then its nearest parent that does is looked at.
    """
    place = Path(os.path.abspath(folder))
    if sys.platform == "win32":
        return _windows_kind(place)
    find = _macos_kind if sys.platform == "darwin" else _linux_kind
    while (kind := find(place)) is None and place != place.parent:
        place = place.parent
    return kind if kind in _NETWORK_KINDS else None


def keeps_inodes(folder: Path) -> bool:
    """Whether inode numbers on the disk of a folder name files for good, so that a moved file is known by its own."""
    place = Path(os.path.abspath(folder))
    if sys.platform == "win32":
        return _windows_name(place) in _INODE_KINDS
    return (_macos_kind if sys.platform == "darwin" else _linux_kind)(place) in _INODE_KINDS


def refuse_network(folder: Path) -> None:
    """Refuse a folder for a library that lies on a network share, unless the user has chosen to take the risk.

    Raises:
        LibraryOnNetwork: it does.
    """
    kind = network_kind(folder)
    if kind is not None and os.environ.get(ALLOW_VARIABLE) != "1":
        raise LibraryOnNetwork(
            f"The library {folder} lies on a network share ({kind}), where a library gets damaged sooner or later. "
            "Choose a folder on a disk of this computer; the photos themselves may lie anywhere.", folder
        )


def _linux_kind(place: Path, proc: Path = mounts.PROC) -> str | None:
    mount = mounts.mount_of(str(place), proc)
    return None if mount is None else mount.kind


def _macos_kind(place: Path) -> str | None:
    buffer = ctypes.create_string_buffer(_STATFS_BYTES)
    library = ctypes.CDLL(None)
    statfs = getattr(library, "statfs$INODE64", None) or library.statfs  # the former on Intel only
    if statfs(os.fsencode(place), buffer) != 0:
        return None
    return buffer.raw[_NAME_AT:_NAME_AT + _NAME_BYTES].split(b"\x00")[0].decode("ascii", "replace")


def _windows_kind(place: Path) -> str | None:
    drive = place.anchor
    if drive.startswith("\\\\"):
        return "network share"
    kind = ctypes.windll.kernel32.GetDriveTypeW(drive)  # type: ignore[attr-defined,unused-ignore]
    return "network drive" if kind == _DRIVE_REMOTE else None


def _windows_name(place: Path) -> str:
    name = ctypes.create_unicode_buffer(64)
    ctypes.windll.kernel32.GetVolumeInformationW(  # type: ignore[attr-defined,unused-ignore]
        place.anchor, None, 0, None, None, None, name, len(name)
    )
    return name.value
