"""Linux' table of mounts. Asking never waits for what is mounted, which may be asleep. Any thread."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc/self")


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of the table: at `point` the part `root` of a file system is to be seen.

    `kind` is the file system's, such as "ext4"; `source` a device, or what a server calls it; `device` is the number
    that files on it have (`os.stat_result.st_dev`).
    """

    mount_id: str
    point: str
    root: str
    kind: str
    source: str
    device: int


def table(proc: Path = PROC) -> str:
    """The table as it stands in /proc (proc(5)); empty where there is none. It changes whenever a mount does."""
    try:
        return os.fsdecode((proc / "mountinfo").read_bytes())
    except OSError:
        return ""


def mounts(text: str) -> list[Mount]:
    """The mounts of a table, oldest first."""
    found = []
    for line in text.splitlines():
        before, _, after = line.partition(" - ")  # fields that may be missing end with this sign
        fields, rest = before.split(" "), after.split(" ")
        if len(fields) < 5 or len(rest) < 2:
            continue
        major, _, minor = fields[2].partition(":")
        device = os.makedev(int(major), int(minor)) if major.isdecimal() and minor.isdecimal() else 0
        found.append(
            Mount(fields[0], _unescaped(fields[4]), _unescaped(fields[3]), rest[0], _unescaped(rest[1]), device)
        )
    return found


def mount_of(place: str, proc: Path = PROC) -> Mount | None:
    """The mount that a file or folder lies in; None if it is not there."""
    try:
        handle = os.open(place, getattr(os, "O_PATH", os.O_RDONLY))  # O_PATH: not a word goes to the file system
        try:
            details = (proc / "fdinfo" / str(handle)).read_text("utf-8", "replace")
        finally:
            os.close(handle)
    except OSError:
        return None
    mount_id = next((line.split()[1] for line in details.splitlines() if line.startswith("mnt_id:")), None)
    return next((mount for mount in mounts(table(proc)) if mount.mount_id == mount_id), None)


def _unescaped(text: str) -> str:
    """Spaces, tabs, line ends and backslashes stand in the table as three octal digits."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)
