"""Where things lie in a library folder, writing them so that a crash leaves the old or the new file, and the lock.

Standard library and filelock only. A `LibraryFolder` may be used on any thread; a `WriterLock` by its owner only.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import filelock

from engine.errors import DiskFull, LibraryError, LibraryInUse

_log = logging.getLogger(__name__)

_TEMP_PREFIX = ".resight-"
_TEMP_SUFFIX = ".tmp"
_UNFINISHED = f"{_TEMP_PREFIX}*{_TEMP_SUFFIX}*"  # with the journal of an unfinished catalogue
_FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT})
_READ_ONLY_ERRNOS = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_FULL_BELOW_BYTES = 1 << 20


class LibraryFolder:
    """The folder of one library and the names in it. Making one touches nothing; `ensure` makes the folder."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.abspath(root))
        self.catalogue = self.root / "catalogue.sqlite"
        self.index = self.root / "index.hnsw"
        self.manifest = self.root / "index.json"
        self.region_manifest = self.root / "regions.manifest"
        self.thumbs = self.root / "thumbs"
        self.snapshots = self.root / "snapshots"
        self.recovery = self.root / "recovery"
        self.generations = self.root / "generations"
        self.lock = self.root / "lock"

    def shard(self, number: int) -> Path:
        """The file of the vector index's shard `number`, counted from 1: index.hnsw, index-0002.hnsw, ..."""
        return self.index if number == 1 else self.root / f"index-{number:04d}.hnsw"

    def region_codes(self) -> list[Path]:
        """The files with codes of parts of photos: the one that the manifest names, and what is left of others."""
        return list(self.root.glob("regions-*.codes"))

    def generation(self, model_name: str) -> LibraryFolder:
        """The folder of a model of this library's own: the model's file, its index and its region codes.

        Its name is a hash, as a model may have any name.
        """
        return LibraryFolder(self.generations / hashlib.blake2b(model_name.encode(), digest_size=8).hexdigest())

    @property
    def training(self) -> Path:
        """What a deep tuning needs to go on after it was ended."""
        return self.root / "training"

    @property
    def model_file(self) -> Path:
        """In a generation's folder: its model."""
        return self.root / "model.safetensors"

    def remains(self) -> list[Path]:
        """What is only there once there has been a catalogue: where it is missing, this is no new library."""
        journals = [self.root / f"{self.catalogue.name}{end}" for end in ("-wal", "-journal")]
        kept = [path for folder in (self.snapshots, self.recovery) for path in folder.glob("*.sqlite")]
        return [path for path in (self.manifest, self.index, *journals, *kept) if path.exists()]

    def ensure(self) -> None:
        """Make the folder and its subfolders if they are missing.

        Raises:
            DiskFull: no space is left.
            LibraryError: the place is read-only, not a folder, or cannot be reached.
        """
        with disk_errors(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            self.thumbs.mkdir(exist_ok=True)

    def write_atomically(
        self, path: Path, content: bytes | Callable[[Path], None], *, durable: bool = True
    ) -> None:
        """Write `path` so that at every moment, power loss included, it is the whole old or the whole new file.

        Args:
            path: a file in the library folder or below it.
            content: the bytes, or a function that writes the file at the path it is given.
            durable: wait until the disk has it. False for files that can be made again, such as thumbnails.

        Raises:
            DiskFull, LibraryError: nothing has changed; the unfinished file is gone.
        """
        with disk_errors(path):
            temp = self.new_temp(path)
            try:
                if callable(content):
                    content(temp)
                else:
                    temp.write_bytes(content)
                if durable:
                    sync_file(temp)
                os.replace(temp, path)
            except BaseException:
                with suppress(OSError):
                    temp.unlink()
                raise
            if durable:
                sync_folder(path.parent)

    def new_temp(self, path: Path) -> Path:
        """A new empty file beside `path`, under a name that `remove_leftovers` knows."""
        handle, name = tempfile.mkstemp(_TEMP_SUFFIX, _TEMP_PREFIX, path.parent)
        os.close(handle)
        return Path(name)

    def leftovers(self) -> list[Path]:
        """Unfinished files of a run that was killed: in the folder itself, and in what lies in it."""
        return [
            *self.root.glob(_UNFINISHED), *self.thumbs.rglob(_UNFINISHED), *self.generations.glob(f"*/{_UNFINISHED}"),
            *self.training.rglob(_UNFINISHED),
        ]

    def unfinished_snapshots(self) -> list[Path]:
        """The same of snapshots, which need not be left over: one may be being made."""
        return list(self.snapshots.glob(_UNFINISHED))

    def remove_leftovers(self) -> int:
        """Delete the unfinished files of a run that was killed, and count them. Only while holding the lock."""
        found = self.leftovers()
        for path in found:
            with suppress(FileNotFoundError), disk_errors(path):
                path.unlink()
        return len(found)


class FileLock:
    """A kernel lock on a file, so that it is free again however its owner ended.

    Args:
        path: the file; made, and never written to.
        busy: the sentence for people when somebody else has it.
    """

    def __init__(self, path: Path, busy: str) -> None:
        self._path = path
        self._busy = busy
        self._lock = filelock.FileLock(path, timeout=0, thread_local=False)

    def acquire(self) -> None:
        """Take the lock or fail at once.

        Raises:
            LibraryInUse: somebody else has it.
            LibraryError: the place is read-only or cannot be locked.
        """
        place = self._path.parent
        try:
            with disk_errors(self._path):
                self._lock.acquire()
        except filelock.Timeout as error:
            raise LibraryInUse(self._busy, place) from error
        except NotImplementedError as error:
            raise LibraryError(
                f"The disk of {place} cannot lock files. Choose a library folder on a local disk.", place
            ) from error

    def release(self) -> None:
        """Give the lock back. Harmless if it is not held."""
        self._lock.release()

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.release()


class WriterLock(FileLock):
    """The right to write in a library."""

    def __init__(self, folder: LibraryFolder) -> None:
        super().__init__(
            folder.lock,
            f"Another Resight is working in the library {folder.root}. Close it first, or choose another library.",
        )


def sync_file(path: Path) -> None:
    """Wait until the disk has the file's content."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(path: Path) -> None:
    """Wait until the disk has the folder's names. Windows cannot and need not."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_full(path: Path) -> bool:
    """Whether (nearly) no space is left where `path` lies. For errors that do not say so themselves."""
    place = path
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        return shutil.disk_usage(place).free < _FULL_BELOW_BYTES
    except OSError:
        return False


def explain(error: OSError, path: Path) -> LibraryError:
    """The library error, with a sentence for people, that says what this operating system error means for `path`."""
    if error.errno in _FULL_ERRNOS:
        return disk_full(path)
    if error.errno in _READ_ONLY_ERRNOS:
        return LibraryError(
            f"Resight may not read or write {path}. Choose another library folder or change its permissions.", path
        )
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EEXIST, errno.EISDIR):
        return LibraryError(f"The library needs a folder at {path.parent}, but there is none. Choose another.", path)
    if is_full(path):
        return disk_full(path)
    return LibraryError(f"The disk reported an error at {path}. Check the disk, then start Resight again.", path)


def disk_full(path: Path) -> DiskFull:
    """The error that says that the disk of `path` is full."""
    return DiskFull(f"The disk is full: {path} cannot be written. Make some room, then try again.", path)


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn operating system errors on the library's own files into sentences."""
    try:
        yield
    except OSError as error:
        if isinstance(error, filelock.Timeout):
            raise
        _log.warning("%s: %s", path, error)
        raise explain(error, path) from error
