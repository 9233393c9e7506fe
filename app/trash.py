"""To the trash and back. Nothing is ever deleted for good: what the trash does not take stays where it is.

Going there is send2trash's work. Coming back is possible where the system's trash is that of freedesktop.org, whose
form is public: a file `info/<name>.trashinfo` says where `files/<name>` was ("Path", percent-encoded; of trashes on
other drives relative to the drive) and when it came ("DeletionDate", local time). Source: the Trash specification 1.0,
specifications.freedesktop.org/trash-spec. No Qt; any one thread.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote_to_bytes

from app import file_texts
from app.file_work import FileWork, Placed, RefusedError, Task, move, put_in_place
from engine.messages import Phase

_HEADING = "[Trash Info]"
_MAX_INFO_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Trashed:
    """A file in the trash: where it was, where it lies now, what describes it, and when it came there."""

    original: str
    file: str
    info: str
    at: datetime


def can_restore() -> bool:
    """Whether files can be taken back out of this system's trash from here."""
    return sys.platform not in ("win32", "darwin")


def trashing(paths: Iterable[str], check: Callable[[str], None] = lambda path: None) -> FileWork:
    """Move files to the system's trash.

    Args:
        paths: the files.
        check: called with each just before; raises `RefusedError` where it must stay after all.
    """
    return FileWork(Phase.MOVING, (Task(path, lambda path=path: _trash(path, check)) for path in paths))


def restoring(placed: Iterable[Placed], since: datetime) -> FileWork:
    """Take files back out of the trash to where they were; a name taken in the meantime gets a number.

    Args:
        placed: what `trashing` has done.
        since: only what has come to the trash since then, so that an older file of the same name is not taken for it.
    """
    paths = [one.source for one in placed]
    found: dict[str, Trashed] = {}

    def do(path: str) -> Generator[None, None, str]:
        if not found:
            found.update(_newest(paths, since))
        return (yield from _restore(path, found.get(path)))

    return FileWork(Phase.MOVING, (Task(path, lambda path=path: do(path)) for path in paths))


def _trash(path: str, check: Callable[[str], None]) -> Generator[None, None, str]:
    try:
        from send2trash import TrashPermissionError, send2trash
    except ImportError as error:
        raise RefusedError(file_texts.NO_TRASH_AT_ALL) from error
    yield
    check(path)
    try:
        send2trash(path)
    except TrashPermissionError as error:
        raise RefusedError(file_texts.NO_TRASH.format(name=file_texts.name_of(path))) from error
    return path


def _restore(path: str, trashed: Trashed | None) -> Generator[None, None, str]:
    yield
    if trashed is None:
        raise RefusedError(file_texts.NOT_IN_TRASH.format(name=file_texts.name_of(path)))
    folder, name = os.path.split(path)
    try:
        target = put_in_place(trashed.file, folder, name)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        target = yield from move(trashed.file, folder, name)
    with suppress(OSError):
        os.unlink(trashed.info)
    return target


def _newest(paths: Iterable[str], since: datetime) -> dict[str, Trashed]:
    """The newest file in the trash for each of these paths, of those that came since then."""
    wanted = set(paths)
    found: dict[str, Trashed] = {}
    for trash, top in _trashes(wanted).items():
        for one in _listed(trash, top):
            is_late = one.at >= since.replace(microsecond=0)
            if one.original in wanted and is_late and (one.original not in found or one.at >= found[one.original].at):
                found[one.original] = one
    return found


def _trashes(paths: Iterable[str]) -> dict[str, str]:
    """The trashes in which files from these places may lie, and what the paths in each are relative to."""
    home = os.path.join(os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share"), "Trash")
    trashes = {home: os.path.dirname(home)}
    for folder in {os.path.dirname(path) for path in paths}:
        top = _mount_point(folder)
        for name in (os.path.join(".Trash", str(os.getuid())), f".Trash-{os.getuid()}"):
            trashes.setdefault(os.path.join(top, name), top)
    return trashes


def _mount_point(folder: str) -> str:
    place = os.path.realpath(folder)
    while not os.path.ismount(place) and place != os.path.dirname(place):
        place = os.path.dirname(place)
    return place


def _listed(trash: str, top: str) -> Iterator[Trashed]:
    infos = os.path.join(trash, "info")
    with suppress(OSError):
        for name in os.listdir(infos):
            if name.endswith(".trashinfo"):
                file = os.path.join(trash, "files", name.removesuffix(".trashinfo"))
                described = _read(os.path.join(infos, name))
                if described is not None and os.path.lexists(file):
                    path, at = described
                    yield Trashed(os.path.join(top, path), file, os.path.join(infos, name), at)


def _read(info: str) -> tuple[str, datetime] | None:
    """Where a file in the trash was and when it came there; None if this does not describe one."""
    with suppress(OSError, ValueError, KeyError):
        with open(info, "rb") as file:
            lines = file.read(_MAX_INFO_BYTES).decode("utf-8", "surrogateescape").splitlines()
        if lines[:1] == [_HEADING]:
            values = dict(line.split("=", 1) for line in lines[1:] if "=" in line)
            path = os.fsdecode(unquote_to_bytes(values["Path"].encode("utf-8", "surrogateescape")))
            return path, datetime.fromisoformat(values["DeletionDate"]).replace(tzinfo=None)
    return None
