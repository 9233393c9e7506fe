"""What is left out of a folder: pure rules on names and paths, no SQL and no look at the disk."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

_SYSTEM_FOLDERS = frozenset({
    "@eadir", "$recycle.bin", "system volume information", "lost+found", "__macosx",
    ".thumbnails", ".trash", ".trashes", ".spotlight-v100", ".fseventsd",
})
_WASTE_BIN = ".trash-"  # and the number of a user
_DOWNLOAD_FOLDERS = (".download", ".part", ".crdownload")  # Safari keeps what it has not finished in such a folder
_APPLE_DOUBLE = "._"  # "._name" holds what macOS knows of "name"
_SEPARATOR = os.fsencode(os.sep)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules for one folder of the library.

    Waste bins, thumbnail stores and the like are left out always, everything else as the user wants it.

    Args:
        folders: subfolders that are left out with all below them; paths relative to the folder, as of `os.fsencode`.
        patterns: names of files and folders that are left out, with * and ?; upper and lower case are the same.
        min_side_px: pictures whose longer side is shorter are left out.
        skip_hidden: whether files and folders whose names begin with a dot are left out; `scan` does the same with
            those that Windows and macOS have marked.
    """

    folders: frozenset[bytes] = field(default=frozenset())
    patterns: tuple[str, ...] = ()
    min_side_px: int = 0
    skip_hidden: bool = True

    def takes_folder(self, path: bytes) -> bool:
        """Whether the walk goes into this subfolder, once it is in the folder above."""
        name = os.fsdecode(path.rpartition(_SEPARATOR)[2]).lower()
        is_systems = name in _SYSTEM_FOLDERS or name.startswith(_WASTE_BIN) or name.endswith(_DOWNLOAD_FOLDERS)
        return not is_systems and path not in self.folders and self._takes_name(name)

    def takes_file(self, name: str) -> bool:
        """Whether a file of this name is taken, once its folder is."""
        return not name.startswith(_APPLE_DOUBLE) and self._takes_name(name.lower())

    def takes(self, path: bytes) -> bool:
        """Whether the file at this path is taken, and all folders on the way to it."""
        *folders, name = path.split(_SEPARATOR)
        return self.takes_file(os.fsdecode(name)) and self.takes_folders(folders)

    def takes_folders(self, names: Iterable[bytes]) -> bool:
        """Whether the walk goes into each of these folders, of which one lies in the other."""
        path = b""
        for name in names:
            path = path + _SEPARATOR + name if path else name
            if not self.takes_folder(path):
                return False
        return True

    def takes_size(self, width_px: int, height_px: int) -> bool:
        """Whether a picture of this size is taken."""
        return max(width_px, height_px) >= self.min_side_px

    def _takes_name(self, name: str) -> bool:
        if self.skip_hidden and name.startswith("."):
            return False
        return not (self.patterns and _matcher(self.patterns).match(name))


DEFAULT_RULES = Rules()


@lru_cache(16)
def _matcher(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(fnmatch.translate(pattern.lower()) for pattern in patterns))
