"""Moving a library: copy, verify, let the caller switch. The old one stays until it is asked to be deleted.

The copy is a library only once its catalogue is there, which comes last and by one rename: a kill before leaves a
folder that is none, and another attempt takes it over. Nothing of either library may be open. Any thread.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import time
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from engine import snapshots
from engine.catalogue_file import SIDE_FILES, check_header, check_kind, connect, translated
from engine.errors import LibraryError
from engine.filesystems import refuse_network
from engine.messages import Phase, Progress
from engine.storage import LibraryFolder, WriterLock, disk_errors, disk_full, sync_file, sync_folder

_UNDER_WAY = ".resight-moving.tmp"  # a name that whoever opens the library removes
_CHUNK_BYTES = 1 << 20
_ROOM_LEFT_BYTES = 64 << 20
_TELL_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class _File:
    path: Path  # relative to the library
    bytes: int


def move(old: Path, new: Path) -> Generator[Progress, None, None]:
    """Copy a library to another folder and verify the copy. When this ends, the library can be used from there.

    Yields:
        how many files are done, ten times a second at most. A generator that is closed early deletes its copy.

    Raises:
        LibraryInUse: another Resight is working in the library.
        LibraryDamaged: its catalogue is damaged.
        LibraryOnNetwork, DiskFull, LibraryError: the library cannot be used, or not be copied there.
    """
    source, target = LibraryFolder(old), LibraryFolder(new)
    _check_places(source, target)
    with WriterLock(source):
        check_header(source.catalogue)
        files = list(_files(source))
        with disk_errors(target.root):
            target.root.mkdir(exist_ok=True)
            (target.root / _UNDER_WAY).touch()
        try:
            _need_room(source, target, files)
            yield from _copy_files(source, target, files)
            yield Progress(0, Phase.CHECKING, len(files), len(files))
            _copy_catalogue(source, target)
        except BaseException:
            delete(target)
            raise


def delete(folder: LibraryFolder) -> None:
    """Delete the files of a library, and its folder if nothing else is in it. What is not a library's stays."""
    with disk_errors(folder.root):
        for path in (folder.catalogue, *(Path(f"{folder.catalogue}{end}") for end in SIDE_FILES)):
            path.unlink(missing_ok=True)  # first: what is left is no library any more
        index = (folder.manifest, *folder.root.glob("index*.hnsw"), folder.region_manifest, *folder.region_codes())
        for path in (*index, folder.root / _UNDER_WAY, folder.lock):
            path.unlink(missing_ok=True)
        for place in (folder.thumbs, folder.snapshots, folder.recovery, folder.generations, folder.training):
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
        with suppress(OSError):
            folder.root.rmdir()


def delete_moved(old: Path, new: Path) -> None:
    """Delete a library that was moved.

    Raises:
        LibraryError: `new` is not its copy. Nothing was deleted.
        LibraryInUse: another Resight is working in the old one.
    """
    source, target = LibraryFolder(old), LibraryFolder(new)
    if source.root.resolve() == target.root.resolve() or _library_id(source) != _library_id(target):
        raise LibraryError(f"{new} is not a copy of the library {old}. Nothing was deleted.", old)
    with WriterLock(source):
        pass
    delete(source)


def _check_places(source: LibraryFolder, target: LibraryFolder) -> None:
    refuse_network(source.root)
    refuse_network(target.root)
    one, other = source.root.resolve(), target.root.resolve()
    if one == other or one in other.parents or other in one.parents:
        raise LibraryError(f"The library in {source.root} cannot be moved to {target.root}: one lies in the other.",
                           target.root)
    if not target.root.parent.is_dir():
        raise LibraryError(f"There is no folder {target.root.parent}. Choose another.", target.root)
    if not source.catalogue.exists():
        raise LibraryError(f"There is no library at {source.root}.", source.root)
    with disk_errors(target.root):
        taken = target.root.exists() and any(target.root.iterdir()) and not (target.root / _UNDER_WAY).exists()
    if taken:
        raise LibraryError(f"{target.root} is not empty. Choose a new or an empty folder.", target.root)


def _need_room(source: LibraryFolder, target: LibraryFolder, files: list[_File]) -> None:
    with disk_errors(source.catalogue):
        needed = source.catalogue.stat().st_size + sum(file.bytes for file in files)
    with disk_errors(target.root):
        if shutil.disk_usage(target.root).free < needed + _ROOM_LEFT_BYTES:
            raise disk_full(target.root)


def _files(folder: LibraryFolder) -> Iterator[_File]:
    """Everything in a library but the catalogue, locks and what is unfinished."""
    skipped = {folder.catalogue.name, "lock", *(f"{folder.catalogue.name}{end}" for end in SIDE_FILES)}
    for place, _, names in os.walk(folder.root):
        for name in names:
            path = Path(place, name)
            with suppress(FileNotFoundError):
                state = path.lstat()
                if stat.S_ISREG(state.st_mode) and name not in skipped and not name.startswith(".resight-"):
                    yield _File(path.relative_to(folder.root), state.st_size)


def _copy_files(source: LibraryFolder, target: LibraryFolder, files: list[_File]) -> Iterator[Progress]:
    total_bytes, done_bytes = sum(file.bytes for file in files), 0
    started = told = time.monotonic()
    for number, file in enumerate(files):
        now = time.monotonic()
        if number == 0 or now - told > _TELL_EVERY_S:
            told = now
            eta_s = (now - started) * (total_bytes - done_bytes) / done_bytes if done_bytes else None
            yield Progress(0, Phase.COPYING, number, len(files), eta_s=eta_s)
        is_thumbnail = file.path.parts[0] == source.thumbs.name
        _copy_file(source.root / file.path, target.root / file.path, durable=not is_thumbnail)
        done_bytes += file.bytes


def _copy_file(source: Path, target: Path, *, durable: bool) -> None:
    """Copy a file and read the copy again. Not waiting for the disk is for what can be made again."""
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    written = hashlib.blake2b(digest_size=32)
    with disk_errors(source), source.open("rb") as reading:
        with disk_errors(target), target.open("wb") as writing:
            while chunk := reading.read(_CHUNK_BYTES):
                written.update(chunk)
                writing.write(chunk)
        if durable:
            with disk_errors(target):
                sync_file(target)
    with disk_errors(target), target.open("rb") as copy:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(copy.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # from the disk, not from memory
        read = hashlib.file_digest(copy, lambda: hashlib.blake2b(digest_size=32))
    if read.digest() != written.digest():
        raise LibraryError(f"The disk of {target} does not keep what is written to it. Choose another.", target)


def _copy_catalogue(source: LibraryFolder, target: LibraryFolder) -> None:
    with disk_errors(target.root):
        target.thumbs.mkdir(exist_ok=True)
        temp = target.new_temp(target.catalogue)
        try:
            with translated(source.catalogue), closing(connect(source.catalogue, read_only=True)) as connection:
                check_kind(connection, source.catalogue)
                snapshots.copy(connection, source.catalogue, temp)
            sync_file(temp)
            os.replace(temp, target.catalogue)
        finally:
            temp.unlink(missing_ok=True)
        (target.root / _UNDER_WAY).unlink()
        sync_folder(target.root)


def _library_id(folder: LibraryFolder) -> str:
    path = folder.catalogue
    if not path.is_file():
        raise LibraryError(f"There is no library at {folder.root}.", folder.root)
    with translated(path), closing(connect(path, read_only=True)) as connection:
        check_kind(connection, path)
        return str(connection.execute("SELECT value FROM meta WHERE key = 'library_id'").fetchone()[0])
