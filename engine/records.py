"""The values the catalogue takes and gives: photos, contents, descriptors, models. Frozen, engine only.

Relative paths are bytes as `os.fsencode` gives them, with the separators of the operating system.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.shot import UNKNOWN, Shot
from engine.volumes import Volume


@dataclass(frozen=True, slots=True)
class Model:
    """One generation of descriptors: vectors of different models are never compared.

    `with_regions`: photos count as described only if they have region codes, too.
    """

    model_id: int
    name: str
    dim: int
    active: bool
    with_regions: bool = False


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder the user added, with its counts. `path` is absolute.

    `volume` is the drive it was found on last, `inode` the number it had there.
    """

    folder_id: int
    path: str
    online: bool
    n_photos: int
    n_failed: int
    inode: int
    volume: Volume


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of one or more equal files. `content_id` is the label in the vector index and never used again.

    `hash` is a BLAKE2b digest; sizes are of the upright picture.
    """

    content_id: int
    hash: bytes
    size_bytes: int
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class PhotoState:
    """What the catalogue knows of a file. `described`: its content has a descriptor of the model asked for."""

    photo_id: int
    size_bytes: int
    mtime_ns: int
    state: str
    failure_kind: str | None
    content_id: int | None
    described: bool
    inode: int | None = None
    missing: bool = False

    def is_current(self, size_bytes: int, mtime_ns: int) -> bool:
        """Whether nothing needs to be done for a file that now has this size and time of change.

        A photo that failed is tried again when it changes, or each time if it only could not be read.
        """
        if (self.size_bytes, self.mtime_ns) != (size_bytes, mtime_ns):
            return False
        return self.described if self.state == "indexed" else self.failure_kind != "unreadable"


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of the library with its content.

    `online` is False while its folder cannot be reached, whose drive is `drive`, "" if it has no name. `missing`: its
    folder could be, but it was not there. `shot` is empty also while it has not been read.
    """

    photo_id: int
    content_id: int
    folder_id: int
    folder_path: str
    relative_path: bytes
    hash: bytes
    width_px: int
    height_px: int
    mtime_ns: int
    online: bool
    drive: str = ""
    missing: bool = False
    shot: Shot = UNKNOWN

    @property
    def path(self) -> str:
        """The absolute path, as `os.fsdecode` gives it."""
        return os.path.join(self.folder_path, os.fsdecode(self.relative_path))


@dataclass(frozen=True, slots=True)
class IndexedPhoto:
    """A photo to be committed. `descriptor` is float32 [D], unit length, or None if the content has one already.

    `shot` is None if it was not read, as the content is known already.
    `regions` are uint8 codes [30, 64] of parts of it, or None if there are to be none.
    """

    folder_id: int
    path: bytes
    size_bytes: int
    mtime_ns: int
    hash: bytes
    width_px: int
    height_px: int
    descriptor: NDArray[np.float32] | None
    inode: int | None = None
    shot: Shot | None = None
    regions: NDArray[np.uint8] | None = None


@dataclass(frozen=True, slots=True)
class FailedPhoto:
    """A file that cannot be used, to be committed. `kind` and `sentence` are those of the error."""

    folder_id: int
    path: bytes
    size_bytes: int
    mtime_ns: int
    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Committed:
    """What a chunk became, in the order of its indexed photos. `n_new_descriptors` were not there before."""

    photo_ids: tuple[int, ...]
    content_ids: tuple[int, ...]
    n_new_descriptors: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A photo that may be the same file under its old name: on the same device, with the same inode, size and time."""

    photo_id: int
    path: str
    inode: int
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class UnseenPhoto:
    """A photo in the catalogue that a scan did not meet."""

    photo_id: int
    path: bytes
    size_bytes: int
    missing: bool


@dataclass(frozen=True, slots=True)
class DescriptorRows:
    """Descriptors of one model in the order they were made; `n` rows.

    `ids` int64 [n] are ascending; `content_ids` int64 [n]; `vectors` float32 [n, D], unit length. `last_id` is the
    last id looked at (bad rows are left out); `more` whether there are rows after it.
    """

    ids: NDArray[np.int64]
    content_ids: NDArray[np.int64]
    vectors: NDArray[np.float32]
    last_id: int
    more: bool
