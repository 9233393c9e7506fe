"""Walking a folder for pictures: a generator that never holds more than one batch, opens nothing it need not, no SQL.

Directories that are links are not followed, each directory is read once however it is reached, hidden files and
folders and the waste bins and thumbnail stores of systems are left out. Nothing is ever written below a photo folder.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

PICTURE_EXTENSIONS = frozenset((
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".dib", ".jxl",
    ".heic", ".heif", ".hif", ".avif", ".mpo", ".jp2", ".j2k", ".jpx", ".ppm", ".pgm", ".pbm", ".pnm",
    ".dng", ".cr2", ".cr3", ".crw", ".nef", ".nrw", ".arw", ".srf", ".sr2", ".raf", ".orf", ".rw2", ".rwl", ".pef",
    ".srw", ".x3f", ".3fr", ".fff", ".iiq", ".mos", ".mef", ".erf", ".mrw", ".kdc", ".k25", ".dcr",
    # Formats that cannot be read. They are listed as such: a photo that is silently left out looks like a fault.
    ".psd", ".tga", ".qoi",
))
_SYSTEM_FOLDERS = frozenset({"@eadir", "$recycle.bin", "system volume information", "lost+found", "__macosx"})
_LEADS_NOWHERE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})  # gone meanwhile, or a dead link
_STEP_S = 0.04
_MAGIC_BYTES = 16
_MAGICS = (
    b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM", b"II*\x00", b"MM\x00*",
    b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0cJXL ",
)
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"})


class RootState(Enum):
    """Whether a folder can be scanned. EMPTY: nothing in it although photos are known, as of an unplugged drive."""

    ONLINE = "online"
    MISSING = "missing"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A regular file that may be a picture. `path` is relative to the root, bytes as of `os.fsencode`."""

    path: bytes
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class ScanProblem:
    """A folder (or file) that could not be read: what is known below it must be kept. `path` is as in FoundFile."""

    path: bytes
    sentence: str


def root_state(root: str, n_known_photos: int) -> RootState:
    """Whether a folder is there. One that is empty though photos are known is not taken for emptied by the user."""
    try:
        with os.scandir(root) as entries:
            if n_known_photos > 0 and next(entries, None) is None:
                return RootState.EMPTY
    except OSError:
        return RootState.MISSING
    return RootState.ONLINE


def scan_folder(
    root: str, batch: int = 256, skip: Sequence[str] = (), problems: list[ScanProblem] | None = None
) -> Iterator[list[FoundFile]]:
    """The picture files below `root`, in no order, in batches of at most `batch`.

    A step takes about 40 ms at most while the disk answers: batches may be short or empty, so that the caller can
    show progress and stop. Files whose name has no extension are opened to look at their first bytes.

    Args:
        root: an absolute path.
        batch: files in one step at most.
        skip: folders to leave out with all below them: the library itself, other known folders.
        problems: what could not be read is added here.
    """
    walk = _Walk(root, skip, [] if problems is None else problems)
    found: list[FoundFile] = []
    step_ends = time.monotonic() + _STEP_S
    for file in walk.files():
        if file is not None:
            found.append(file)
        if len(found) >= batch or time.monotonic() >= step_ends:
            yield found
            found = []
            step_ends = time.monotonic() + _STEP_S
    yield found


class _Walk:
    """One walk: the folders still to read, and those read already, by device and inode."""

    def __init__(self, root: str, skip: Sequence[str], problems: list[ScanProblem]) -> None:
        self._prefix = os.path.join(root, "")
        self._real_prefix = os.path.join(os.path.realpath(root), "")
        self._visited = {place for place in map(_place, skip) if place is not None}
        self._to_read = [root]
        self._problems = problems

    def files(self) -> Iterator[FoundFile | None]:
        """Each picture file; None for each other entry, so that time can be watched."""
        while self._to_read:
            folder = self._to_read.pop()
            try:
                if self._is_new(folder):
                    with os.scandir(folder) as entries:
                        for entry in entries:
                            yield self._look_at(entry)
            except OSError as error:
                self._report(folder, error)
            yield None

    def _is_new(self, folder: str) -> bool:
        place = os.stat(folder)
        identity = (place.st_dev, place.st_ino)
        if identity in self._visited:
            return False
        self._visited.add(identity)
        return True

    def _look_at(self, entry: os.DirEntry[str]) -> FoundFile | None:
        if entry.name.startswith("."):  # hidden, and the ._ files of macOS
            return None
        try:
            if entry.is_dir(follow_symlinks=False):
                if entry.name.lower() not in _SYSTEM_FOLDERS:
                    self._to_read.append(entry.path)
                return None
            extension = os.path.splitext(entry.name)[1].lower()
            if extension and extension not in PICTURE_EXTENSIONS:
                return None
            place = os.stat(entry.path)  # of what a link leads to
            if not stat.S_ISREG(place.st_mode) or (entry.is_symlink() and self._is_inside(entry.path)):
                return None
            if not extension and not _starts_like_a_picture(entry.path):
                return None
        except OSError as error:
            if error.errno not in _LEADS_NOWHERE:
                self._report(entry.path, error)
            return None
        return FoundFile(self._relative(entry.path), place.st_size, place.st_mtime_ns)

    def _is_inside(self, link: str) -> bool:
        """Whether a link leads to a file below the root, which is found by its own name."""
        return os.path.realpath(link).startswith(self._real_prefix)

    def _relative(self, path: str) -> bytes:
        return os.fsencode(path[len(self._prefix):])

    def _report(self, path: str, error: OSError) -> None:
        if isinstance(error, PermissionError):
            sentence = f"Resight may not read {path}. Change its permissions to include it."
        else:
            sentence = f"{path} could not be read. Check the drive, then update the folder again."
        self._problems.append(ScanProblem(self._relative(path), sentence))


def _place(path: str) -> tuple[int, int] | None:
    try:
        place = os.stat(path)
    except OSError:
        return None
    return place.st_dev, place.st_ino


def _starts_like_a_picture(path: str) -> bool:
    # Not blocking: the file may have become a pipe since it was looked at.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        head = os.read(handle, _MAGIC_BYTES)
    finally:
        os.close(handle)
    if head.startswith(_MAGICS):
        return True
    if head[:4] == b"RIFF":
        return head[8:12] == b"WEBP"
    if head[4:8] == b"ftyp":
        return head[8:12] in _HEIF_BRANDS
    return head[:1] == b"P" and head[1:2] in b"123456" and head[2:3].isspace()
