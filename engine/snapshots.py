"""Snapshots: copies of the catalogue in the library's own folder, one a day and one before each migration, ten kept.

A snapshot holds the whole catalogue. Without descriptors it would be a seventh of the size (23 instead of 163 MB for
100,000 photos; ten of them then take 0.2 instead of 1.6 GB), but restoring it would cost the hours in which those
photos are looked at again. SQLite writes it in 0.4 s for 100,000 photos and checks it in 0.15 s, without holding the
interpreter; beside the engine that happens on a thread with a connection of its own, and searches go on.

They are numbered, since the clock may be wrong; the date in the name is for people. A snapshot gets its name only once
SQLite's checks have passed, so that a bad one never takes the place of a good one.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from engine.catalogue_file import check_header, check_kind, connect, damage, damaged, translated, uri
from engine.errors import LibraryDamaged, LibraryError
from engine.storage import FileLock, LibraryFolder, disk_errors, disk_full, sync_file, sync_folder
from engine.types import Snapshot

KEPT = 10

_NAME = re.compile(r"catalogue-(\d{4,})-(\d{4}-\d\d-\d\d)-(\d\d)(\d\d)\.sqlite")
_ROOM_LEFT_BYTES = 64 << 20  # a copy that would fill the disk to the brim does more harm than good
_STEP_S = 0.02
_LOOK_EVERY_STEPS = 100_000  # of SQLite's machine: some ms

ShouldStop = Callable[[], bool]


def listed(folder: LibraryFolder) -> list[Snapshot]:
    """The snapshots of a library, newest first. Does not check them, but for whether they can be opened."""
    return [_described(path) for _, path in reversed(_numbered(folder.snapshots))]


def newest_good(folder: LibraryFolder) -> Snapshot | None:
    """The newest snapshot that passes SQLite's checks. Reads it as a whole."""
    for snapshot in listed(folder):
        if snapshot.photos is not None:
            with suppress(LibraryError):
                check(Path(snapshot.path))
                return snapshot
    return None


def is_due(folder: LibraryFolder) -> bool:
    """Whether the newest snapshot is not of today."""
    numbered = _numbered(folder.snapshots)
    match = _NAME.fullmatch(numbered[-1][1].name) if numbered else None
    return match is None or match[2] != f"{datetime.now():%Y-%m-%d}"


def take(folder: LibraryFolder, into: Path | None = None, stopped: ShouldStop = lambda: False) -> Snapshot:
    """Copy the catalogue as it is at this moment, on a connection of its own. Any thread; a writer may be at work.

    Args:
        folder: a library, open or not.
        into: an existing folder to keep the copy in, for example on another disk; None for the library's own, where
            ten are kept.
        stopped: asked now and then whether to give up.

    Raises:
        LibraryInUse: a snapshot is being made already.
        LibraryDamaged: the catalogue is; nothing was changed.
        DiskFull, LibraryError: there is no catalogue, or the copy cannot be written; nothing was changed.
        Stopped: given up.
    """
    source = folder.catalogue
    if not source.exists():
        raise LibraryError(f"There is no library at {folder.root} yet. Add a folder of photos first.", folder.root)
    with translated(source), closing(connect(source, read_only=True)) as connection:
        connection.execute("PRAGMA cell_size_check = ON")
        check_kind(connection, source)
        connection.set_progress_handler(stopped, _LOOK_EVERY_STEPS)
        return take_from(connection, folder, into)


def take_from(connection: sqlite3.Connection, folder: LibraryFolder, into: Path | None = None) -> Snapshot:
    """As `take`, on a connection that is open already."""
    if into is not None:
        return _described(_write(connection, folder, into, _free_name))
    with disk_errors(folder.snapshots):
        folder.snapshots.mkdir(exist_ok=True)
    with _lock(folder):
        _remove_leftovers(folder)
        target = _write(connection, folder, folder.snapshots, _next_name)
        _prune(folder)
    return _described(target)


def take_beside(folder: LibraryFolder) -> Iterator[None]:
    """Take a snapshot on a thread of its own while the caller goes on with other work, in steps of 20 ms.

    Raises:
        as `take`. A generator that is closed early has given up and ended its thread.
    """
    stop = threading.Event()
    with ThreadPoolExecutor(1, "snapshot") as executor:
        future = executor.submit(take, folder, None, stop.is_set)
        try:
            while not future.done():
                yield
                wait([future], _STEP_S)
        finally:
            stop.set()
    future.result()


def copy(connection: sqlite3.Connection, source: Path, target: Path) -> None:
    """Write a whole copy of an open catalogue to an empty file, and check it.

    Raises:
        LibraryDamaged: `source` is.
        DiskFull, LibraryError: the copy cannot be written.
        Stopped: the connection's progress handler asked for it.
    """
    try:
        with translated(target):
            connection.execute("VACUUM INTO ?", (uri(target),))
        check(target)
    except LibraryDamaged as error:
        raise damaged(source, "Its content is broken.") from error


def _write(
    connection: sqlite3.Connection, folder: LibraryFolder, place: Path, new_name: Callable[[Path], Path]
) -> Path:
    _need_room(folder, place)
    with disk_errors(place):
        target = new_name(place)
        temp = folder.new_temp(target)
        try:
            copy(connection, folder.catalogue, temp)
            sync_file(temp)
            os.replace(temp, target)
        finally:
            temp.unlink(missing_ok=True)
        sync_folder(place)
    return target


def check(path: Path) -> int:
    """Look through a snapshot as a whole -> the version of its schema.

    Raises:
        LibraryDamaged: it is not a catalogue, or is damaged.
    """
    check_header(path)
    with translated(path), closing(_connect_unchanged(path)) as connection:
        version = check_kind(connection, path)
        if found := damage(connection):
            raise damaged(path, f"SQLite finds: {found[0]}.")
        return version


def remove_leftovers(folder: LibraryFolder) -> None:
    """Delete what a run that was killed has left of an unfinished snapshot, unless one is being made."""
    if folder.snapshots.is_dir():
        with suppress(LibraryError), _lock(folder):
            _remove_leftovers(folder)


def describe(path: Path) -> Snapshot:
    """A snapshot that may lie anywhere, for example a copy on another disk.

    Raises:
        LibraryError: there is no such file.
    """
    if not path.is_file():
        raise LibraryError(f"There is no backup {path}.", path)
    return _described(path)


def _described(path: Path) -> Snapshot:
    match = _NAME.fullmatch(path.name)
    with disk_errors(path):
        state = path.stat()
    taken = f"{match[2]} {match[3]}:{match[4]}" if match else f"{datetime.fromtimestamp(state.st_mtime):%Y-%m-%d %H:%M}"
    photos = None
    with suppress(LibraryError):
        check_header(path)
        with translated(path), closing(_connect_unchanged(path)) as connection:
            check_kind(connection, path)
            photos = int(connection.execute("SELECT COALESCE(SUM(n_photos), 0) FROM folder").fetchone()[0])
    return Snapshot(str(path), taken, state.st_size, photos)


def _connect_unchanged(path: Path) -> sqlite3.Connection:
    """A connection to a file that nobody writes to: nothing is made beside it."""
    connection = sqlite3.connect(f"{uri(path)}?mode=ro&immutable=1", uri=True, isolation_level=None)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


def _numbered(place: Path) -> list[tuple[int, Path]]:
    """A library's own snapshots, oldest first."""
    found = []
    with disk_errors(place):
        for path in place.glob("catalogue-*.sqlite"):
            if match := _NAME.fullmatch(path.name):
                found.append((int(match[1]), path))
    return sorted(found)


def _next_name(place: Path) -> Path:
    numbered = _numbered(place)
    number = numbered[-1][0] + 1 if numbered else 1
    return place / f"catalogue-{number:04d}-{datetime.now():%Y-%m-%d-%H%M}.sqlite"


def _free_name(place: Path) -> Path:
    """A name for a copy elsewhere that nothing has yet."""
    stem = f"resight-library-{datetime.now():%Y-%m-%d}"
    names = (f"{stem}{'' if number == 1 else f'-{number}'}.sqlite" for number in range(1, 10_000))
    return next(place / name for name in names if not (place / name).exists())


def _need_room(folder: LibraryFolder, place: Path) -> None:
    with disk_errors(place):
        files = (folder.catalogue, Path(f"{folder.catalogue}-wal"))
        needed = sum(path.stat().st_size for path in files if path.exists())
        if shutil.disk_usage(place).free < needed + _ROOM_LEFT_BYTES:
            raise disk_full(place)


def _prune(folder: LibraryFolder) -> None:
    """Delete what is older than the ten newest; one that cannot be opened does not count as one of them."""
    numbered = _numbered(folder.snapshots)
    readable = [number for number, path in numbered if _described(path).photos is not None]
    if len(readable) <= KEPT:
        return
    for number, path in numbered:
        if number < readable[-KEPT]:
            with disk_errors(path):
                path.unlink()


def _remove_leftovers(folder: LibraryFolder) -> None:
    for path in folder.unfinished_snapshots():
        with suppress(FileNotFoundError), disk_errors(path):
            path.unlink()


def _lock(folder: LibraryFolder) -> FileLock:
    return FileLock(folder.snapshots / "lock", "A backup of this library is being made already.")
