"""Walking a folder for pictures: a generator that never holds more than one batch, opens nothing it need not, no SQL.

Directories that are links are not followed, each directory is read once however it is reached, and what the rules
leave out is not looked at. Nothing is ever written below a photo folder, and nothing is fetched from a cloud.
A walk may be of the whole folder or of a place in it: a subfolder with or without what lies deeper, or one file.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.rules import DEFAULT_RULES, Rules

PICTURE_EXTENSIONS = frozenset((
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".dib", ".jxl",
    ".heic", ".heif", ".hif", ".avif", ".mpo", ".jp2", ".j2k", ".jpx", ".ppm", ".pgm", ".pbm", ".pnm",
    ".dng", ".cr2", ".cr3", ".crw", ".nef", ".nrw", ".arw", ".srf", ".sr2", ".raf", ".orf", ".rw2", ".rwl", ".pef",
    ".srw", ".x3f", ".3fr", ".fff", ".iiq", ".mos", ".mef", ".erf", ".mrw", ".kdc", ".k25", ".dcr",
    # Formats that cannot be read. They are listed as such: a photo that is silently left out looks like a fault.
    ".psd", ".tga", ".qoi",
))
_LEADS_NOWHERE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})  # gone meanwhile, or a dead link
_WINDOWS_IN_CLOUD = 0x1000 | 0x40000 | 0x400000  # FILE_ATTRIBUTE_OFFLINE, _RECALL_ON_OPEN, _RECALL_ON_DATA_ACCESS
_MACOS_DATALESS = 0x40000000  # SF_DATALESS
_WINDOWS_HIDDEN = 0x2  # FILE_ATTRIBUTE_HIDDEN
_MACOS_HIDDEN = 0x8000  # UF_HIDDEN
_KEEPS_MARKS = sys.platform in ("win32", "darwin")  # where folders are asked for them, which takes a look at each
_SEPARATOR = os.fsencode(os.sep)
_STEP_S = 0.04
_MAGIC_BYTES = 16
_MAGICS = (
    b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM", b"II*\x00", b"MM\x00*",
    b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0cJXL ",
)
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"})


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A regular file that may be a picture. `path` is relative to the root, bytes as of `os.fsencode`.

    `touched_ns` is the newest of the file's times, in ns since 1970: nothing has been written to it since. `inode`
    names the file on the root's file system; it is None for a link, and for what lies on another one. `in_cloud`: only
    a placeholder is here, and reading it would fetch the file.
    """

    path: bytes
    size_bytes: int
    mtime_ns: int
    touched_ns: int
    inode: int | None = None
    in_cloud: bool = False


@dataclass(frozen=True, slots=True)
class ScanProblem:
    """A folder (or file) that could not be read: what is known below it must be kept. `path` is as in FoundFile."""

    path: bytes
    sentence: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look below a root: one file, a folder and the files in it, or (`deep`) with all below it.

    `path` is relative to the root, b"" the root itself. There may be nothing at it any more.
    """

    path: bytes
    deep: bool = True


WHOLE = Place(b"")


def may_matter(path: bytes, is_folder: bool, rules: Rules = DEFAULT_RULES) -> bool:
    """Whether a file or folder at this path, relative to the root, may be found or hold what is; its name decides."""
    if is_folder:
        return rules.takes_folders(path.split(_SEPARATOR))
    return rules.takes(path) and may_be_a_picture(os.fsdecode(path.rpartition(_SEPARATOR)[2]))


def scan_folder(
    root: str,
    batch: int = 256,
    skip: Sequence[str] = (),
    problems: list[ScanProblem] | None = None,
    place: Place = WHOLE,
    rules: Rules = DEFAULT_RULES,
) -> Iterator[list[FoundFile]]:
    """The picture files at a place below `root`, in no order, in batches of at most `batch`.

    A step takes about 40 ms at most while the disk answers: batches may be short or empty, so that the caller can
    show progress and stop. Files whose name has no extension are opened to look at their first bytes.

    Args:
        root: an absolute path.
        batch: files in one step at most.
        skip: folders to leave out with all below them: the library itself, other known folders.
        problems: what could not be read is added here.
        place: where to look. What a walk of the whole root would not find is not found here either.
        rules: what is left out. The sizes of pictures are not known here.
    """
    walk = _Walk(root, skip, [] if problems is None else problems, rules)
    found: list[FoundFile] = []
    step_ends = time.monotonic() + _STEP_S
    for file in walk.files(place):
        if file is not None:
            found.append(file)
        if len(found) >= batch or time.monotonic() >= step_ends:
            yield found
            found = []
            step_ends = time.monotonic() + _STEP_S
    yield found


@dataclass(frozen=True, slots=True)
class _File:
    """Stands in for the `os.DirEntry` of a file that is looked at by itself."""

    name: str
    path: str

    def is_dir(self, *, follow_symlinks: bool) -> bool:
        return os.path.isdir(self.path) and (follow_symlinks or not self.is_symlink())

    def is_symlink(self) -> bool:
        return os.path.islink(self.path)

    def stat(self, *, follow_symlinks: bool) -> os.stat_result:
        return os.stat(self.path, follow_symlinks=follow_symlinks)


class _Walk:
    """One walk: the folders still to read, and those read already, by device and inode."""

    def __init__(self, root: str, skip: Sequence[str], problems: list[ScanProblem], rules: Rules) -> None:
        self._root = root
        self._prefix = os.path.join(root, "")
        self._real_prefix = os.path.join(os.path.realpath(root), "")
        self._left_out = frozenset(skip)
        self._visited = {place for place in map(_identity, skip) if place is not None}
        self._device = (_identity(root) or (None,))[0]
        self._to_read: list[str] = []
        self._deep = True
        self._problems = problems
        self._rules = rules

    def files(self, place: Place) -> Iterator[FoundFile | None]:
        """Each picture file; None for each other entry, so that time can be watched."""
        self._deep = place.deep
        if not place.path:
            self._to_read.append(self._root)
        else:
            yield self._enter(place)
        while self._to_read:
            folder = self._to_read.pop()
            try:
                if self._is_new(folder):
                    with os.scandir(folder) as entries:
                        for entry in entries:
                            yield self._look_at(entry)
            except OSError as error:  # also if it has just gone: so it is when the whole drive goes
                self._report(folder, error)
            yield None

    def _enter(self, place: Place) -> FoundFile | None:
        """Go down to a place as a walk from the root would: not through links, nor what is left out."""
        path = self._root
        *folders, name = os.fsdecode(place.path).split(os.sep)
        try:
            for folder in folders:
                path = os.path.join(path, folder)
                state = os.lstat(path)
                is_left_out = not self._takes_folder(path) or _identity_of(state) in self._visited
                if is_left_out or not stat.S_ISDIR(state.st_mode) or self._hides(state):
                    return None
            path = os.path.join(path, name)
            state = os.lstat(path)
            if not stat.S_ISDIR(state.st_mode):
                return self._look_at(_File(name, path))
            if self._takes_folder(path) and not self._hides(state):
                self._to_read.append(path)
        except OSError as error:
            if error.errno not in _LEADS_NOWHERE:
                self._report(path, error)
        return None

    def _is_new(self, folder: str) -> bool:
        identity = _identity_of(os.stat(folder))
        if identity in self._visited:
            return False
        self._visited.add(identity)
        return True

    def _look_at(self, entry: os.DirEntry[str] | _File) -> FoundFile | None:
        try:
            if entry.is_dir(follow_symlinks=False):
                # By its path first: a folder that is left out may be on a drive that does not answer.
                is_taken = self._deep and self._takes_folder(entry.path) and entry.path not in self._left_out
                if is_taken and not (_KEEPS_MARKS and self._hides(entry.stat(follow_symlinks=False))):
                    self._to_read.append(entry.path)
                return None
            if not self._rules.takes_file(entry.name) or not may_be_a_picture(entry.name):
                return None
            state = os.stat(entry.path)  # of what a link leads to
            is_link = entry.is_symlink()
            if not stat.S_ISREG(state.st_mode) or (is_link and self._is_inside(entry.path)):
                return None
            if self._hides(state):
                return None
            in_cloud = _is_placeholder(state)
            if not in_cloud and not os.path.splitext(entry.name)[1] and not _starts_like_a_picture(entry.path):
                return None
        except OSError as error:
            if error.errno not in _LEADS_NOWHERE:
                self._report(entry.path, error)
            return None
        touched_ns = max(state.st_mtime_ns, state.st_ctime_ns)
        inode = None if is_link or state.st_dev != self._device else state.st_ino
        return FoundFile(self._relative(entry.path), state.st_size, state.st_mtime_ns, touched_ns, inode, in_cloud)

    def _takes_folder(self, path: str) -> bool:
        return self._rules.takes_folder(self._relative(path))

    def _hides(self, state: os.stat_result) -> bool:
        return self._rules.skip_hidden and _is_marked_hidden(state)

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


def _is_placeholder(state: os.stat_result) -> bool:
    """Whether a file's content is not here but in a cloud, as Windows and macOS tell. Linux has no such mark."""
    attributes, flags = getattr(state, "st_file_attributes", 0), getattr(state, "st_flags", 0)
    return bool(attributes & _WINDOWS_IN_CLOUD or flags & _MACOS_DATALESS)


def _is_marked_hidden(state: os.stat_result) -> bool:
    """Whether Windows or macOS keeps a mark that this is hidden. On Linux only names tell."""
    attributes, flags = getattr(state, "st_file_attributes", 0), getattr(state, "st_flags", 0)
    return bool(attributes & _WINDOWS_HIDDEN or flags & _MACOS_HIDDEN)


def may_be_a_picture(name: str) -> bool:
    """Whether a file of this name is looked into: one with the ending of a picture, or with none."""
    extension = os.path.splitext(name)[1].lower()
    return not extension or extension in PICTURE_EXTENSIONS


def _identity(path: str) -> tuple[int, int] | None:
    try:
        return _identity_of(os.stat(path))
    except OSError:
        return None


def _identity_of(state: os.stat_result) -> tuple[int, int]:
    return state.st_dev, state.st_ino


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
