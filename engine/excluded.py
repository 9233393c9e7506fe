"""What the user wants left out of the library: the wishes, the rules they make, the pictures too small. SQL.

Kept in the library, never in folders of photos. Engine thread only; reach it through `Catalogue.excluded`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.database import Database
from engine.errors import FolderError
from engine.records import Folder
from engine.rules import Rules
from engine.types import Excludes

_KEY = "excludes"


@dataclass(frozen=True, slots=True)
class SmallPicture:
    """A picture that was left out as it is too small."""

    folder_id: int
    path: bytes
    size_bytes: int
    mtime_ns: int
    width_px: int
    height_px: int


class ExcludedTable:
    """What is left out.

    Args:
        database: of the library.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self) -> Excludes:
        """What the user wants left out. A folder's path is where it is now."""
        rows = self._database.rows(
            "SELECT folder.path, excluded.path FROM excluded JOIN folder ON folder.id = folder_id ORDER BY 1, 2")
        patterns, min_side_px, skip_hidden = self._wishes()
        folders = tuple(os.path.join(os.fsdecode(root), os.fsdecode(path)) for root, path in rows)
        return Excludes(folders, patterns, min_side_px, skip_hidden)

    def set(self, excludes: Excludes, folders: Sequence[Folder]) -> None:
        """Keep what the user wants left out, all or nothing.

        Args:
            excludes: the wishes.
            folders: all of the library.

        Raises:
            FolderError: one to be left out does not lie in any of `folders`.
        """
        rows = {_below_one(path, folders) for path in excludes.folders}
        wishes = {"patterns": excludes.patterns, "min_side_px": excludes.min_side_px,
                  "skip_hidden": excludes.skip_hidden}
        with self._database.transaction():
            self._database.run("DELETE FROM excluded")
            self._database.run_many("INSERT INTO excluded VALUES (?, ?)", rows)
            self._database.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_KEY, json.dumps(wishes)))

    def rules(self, folder_id: int) -> Rules:
        """The rules for one folder of the library."""
        paths = self._database.rows("SELECT path FROM excluded WHERE folder_id = ?", (folder_id,))
        return Rules(frozenset(path for path, in paths), *self._wishes())

    def _wishes(self) -> tuple[tuple[str, ...], int, bool]:
        value = self._database.value("SELECT value FROM meta WHERE key = ?", (_KEY,))
        if value is None:
            return (), 0, True
        wishes = json.loads(str(value))
        return tuple(wishes["patterns"]), int(wishes["min_side_px"]), bool(wishes["skip_hidden"])

    # ---- pictures that are too small ----

    def leave_out(self, pictures: Iterable[SmallPicture]) -> None:
        """Remember pictures that are too small, and forget the photos they have been."""
        with self._database.transaction():
            for picture in pictures:
                self._database.run(
                    "INSERT OR REPLACE INTO left_out VALUES (?, ?, ?, ?, ?, ?)",
                    (picture.folder_id, picture.path, picture.size_bytes, picture.mtime_ns, picture.width_px,
                     picture.height_px),
                )
                self._database.run(
                    "DELETE FROM photo WHERE folder_id = ? AND path = ?", (picture.folder_id, picture.path))

    def too_small(self, folder_id: int, paths: Sequence[bytes]) -> dict[bytes, tuple[int, int]]:
        """Which of these paths (500 at most) are pictures that are too small -> their size in bytes and mtime in ns."""
        rows = self._database.rows(
            f"SELECT path, size_bytes, mtime_ns FROM left_out WHERE folder_id = ? AND path IN "
            f"({', '.join('?' * len(paths))})", (folder_id, *paths),
        )
        return {path: (size_bytes, mtime_ns) for path, size_bytes, mtime_ns in rows}

    def sort_by_size(self, limit: int = 1000) -> int:
        """Forget up to `limit` photos that are too small by now -> how many. Those left out wrongly are read again."""
        _, min_side_px, _ = self._wishes()
        with self._database.transaction():
            self._database.run("DELETE FROM left_out WHERE MAX(width_px, height_px) >= ?", (min_side_px,))
            rows = self._database.rows(
                "SELECT folder_id, path, photo.size_bytes, mtime_ns, width_px, height_px FROM photo JOIN content ON "
                "content.id = content_id WHERE MAX(width_px, height_px) < ? LIMIT ?", (min_side_px, limit),
            )
            self.leave_out(SmallPicture(*row) for row in rows)
        return len(rows)


def _below_one(path: str, folders: Sequence[Folder]) -> tuple[int, bytes]:
    """The folder that a path lies in, the innermost if there are several, and the path relative to it."""
    absolute = os.path.abspath(path)
    for folder in sorted(folders, key=lambda folder: -len(folder.path)):
        if absolute == folder.path:
            raise FolderError(
                f"{absolute} is a folder of the library itself. To leave it out, remove it from the library.", absolute
            )
        prefix = os.path.join(folder.path, "")
        if absolute.startswith(prefix):
            return folder.folder_id, os.fsencode(absolute[len(prefix):])
    raise FolderError(f"{absolute} does not lie in a folder of the library, so it cannot be left out of one.", absolute)
