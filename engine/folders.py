"""The folders of a catalogue: adding, overlap, being online, removing. Engine thread only.

Folders may lie inside each other. A file belongs to the innermost known folder: adding a folder inside a known one
changes nothing, and a scan leaves out the known folders below its root (`nested`). So nothing is ever found twice, and
a drive mounted inside a known folder can be its own folder, with its own state.
"""

from __future__ import annotations

import os
import stat
import time
from typing import overload

from engine.database import Database, Row
from engine.errors import FolderError
from engine.records import Folder
from engine.volumes import Volume

_COLUMNS = "id, path, online, n_photos, n_failed, inode, volume, volume_name, volume_path"


class FolderTable:
    """The folders of a library. Reach it through `Catalogue.folders`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Folder]:
        """Every folder, oldest first."""
        return [_folder(row) for row in self._database.rows(f"SELECT {_COLUMNS} FROM folder ORDER BY id")]

    def get(self, folder_id: int) -> Folder | None:
        """The folder of this id."""
        row = self._database.row(f"SELECT {_COLUMNS} FROM folder WHERE id = ?", (folder_id,))
        return None if row is None else _folder(row)

    def find(self, path: str) -> Folder | None:
        """The folder added under this path."""
        row = self._database.row(
            f"SELECT {_COLUMNS} FROM folder WHERE path = ?", (os.fsencode(os.path.abspath(path)),)
        )
        return None if row is None else _folder(row)

    def require(self, path: str) -> Folder:
        """The folder added under this path.

        Raises:
            FolderError: there is none.
        """
        folder = self.find(path)
        if folder is None:
            raise FolderError(f"The folder {path} is not in this library.", path)
        return folder

    def add(self, path: str) -> Folder:
        """Add a folder, or return the known one that it is, or in which it lies.

        A known folder that was renamed (same device and inode, nothing at the old path) takes the new path.

        Raises:
            FolderError: there is no such folder, or it may not be read.
        """
        absolute = os.path.abspath(path)
        place = _place(absolute)
        real = os.path.realpath(absolute)
        for known in self.all():
            known_real = _real(known)
            if known.path == absolute or _is_below(real, known_real) or real == known_real:
                return known
        for folder_id, old_path in self._database.rows(
            "SELECT id, path FROM folder WHERE device = ? AND inode = ?", (place.st_dev, signed(place.st_ino))
        ):
            if not os.path.lexists(old_path):
                self._database.run("UPDATE folder SET path = ? WHERE id = ?", (os.fsencode(absolute), folder_id))
                return self._known(folder_id)
        return self._known(self._database.insert(
            "INSERT INTO folder (path, device, inode, added_at) VALUES (?, ?, ?, ?)",
            (os.fsencode(absolute), place.st_dev, signed(place.st_ino), time.time()),
        ))

    def nested(self, folder_id: int) -> list[str]:
        """The paths of the other known folders that lie inside this one: a scan of it leaves them out."""
        folders = {folder.folder_id: folder for folder in self.all()}
        root = _real(folders[folder_id])
        return [folder.path for other, folder in folders.items()
                if other != folder_id and _is_below(_real(folder), root)]

    def set_offline(self, folder_id: int) -> None:
        """Remember that the folder cannot be reached."""
        self._database.run("UPDATE folder SET online = 0 WHERE id = ? AND online", (folder_id,))

    def set_online(self, folder_id: int, path: str, volume: Volume, device: int, inode: int) -> None:
        """Remember where the folder was found, and on which drive."""
        values = (os.fsencode(path), volume.volume_id, volume.name, os.fsencode(volume.path), device, signed(inode))
        self._database.run(
            "UPDATE folder SET online = 1, path = ?1, volume = ?2, volume_name = ?3, volume_path = ?4, device = ?5, "
            "inode = ?6 WHERE id = ?7 AND (online, path, volume, volume_name, volume_path, device, inode) IS NOT "
            "(1, ?1, ?2, ?3, ?4, ?5, ?6)", (*values, folder_id),
        )

    def set_scanned(self, folder_id: int) -> None:
        """Remember that the folder was read to its end just now."""
        self._database.run("UPDATE folder SET scanned_at = ? WHERE id = ?", (time.time(), folder_id))

    def sample(self, folder_id: int, n: int) -> list[tuple[str, int]]:
        """Up to `n` photos that were there when the folder was, as (path relative to it, size in bytes)."""
        rows = self._database.rows(
            "SELECT path, size_bytes FROM photo WHERE folder_id = ? AND NOT missing LIMIT ?", (folder_id, n))
        return [(os.fsdecode(path), size_bytes) for path, size_bytes in rows]

    def n_missing(self) -> dict[int, tuple[int, int]]:
        """Folder id -> (its photos that were not found, those of them the user has not been asked about yet)."""
        rows = self._database.rows(
            "SELECT folder_id, COUNT(*), SUM(missing = 1) FROM photo WHERE missing != 0 GROUP BY folder_id")
        return {folder_id: (n, n_unconfirmed) for folder_id, n, n_unconfirmed in rows}

    def remove(self, folder_id: int, limit: int = 500) -> int:
        """Forget up to `limit` photos of a folder; once none is left, forget the folder and return 0.

        Call it until it returns 0, then purge the contents. The photos themselves are not touched.
        """
        with self._database.transaction():
            n_removed = self._database.run(
                "DELETE FROM photo WHERE id IN (SELECT id FROM photo WHERE folder_id = ? LIMIT ?)", (folder_id, limit)
            )
            if n_removed == 0:
                self._database.run("DELETE FROM folder WHERE id = ?", (folder_id,))
        return n_removed

    def n_described(self, model_id: int) -> dict[int, int]:
        """Folder id -> how many of its photos have a descriptor of this model."""
        return dict(self._database.rows("SELECT folder_id, n FROM described WHERE model_id = ?", (model_id,)))

    def _known(self, folder_id: int) -> Folder:
        folder = self.get(folder_id)
        if folder is None:
            raise FolderError("This folder is no longer in the library.")
        return folder


def _folder(row: Row) -> Folder:
    volume = Volume(row[6], row[7], os.fsdecode(row[8]))
    return Folder(row[0], os.fsdecode(row[1]), bool(row[2]), row[3], row[4], row[5] % INODES, volume)


def _real(folder: Folder) -> str:
    """The path without links; as it is, while following them could mean waiting for a drive."""
    return os.path.realpath(folder.path) if folder.online else folder.path


def _place(path: str) -> os.stat_result:
    """The folder's device and inode.

    Raises:
        FolderError: there is no such folder, or it may not be read.
    """
    try:
        place = os.stat(path)
        if stat.S_ISDIR(place.st_mode):
            os.scandir(path).close()
            return place
    except PermissionError as error:
        raise FolderError(f"Resight may not read the folder {path}. Change its permissions or choose another.", path
                          ) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise FolderError(f"There is no folder {path}. Check the name and that its drive is connected.", path
                          ) from error
    raise FolderError(f"{path} is a file, not a folder. Choose the folder it lies in.", path)


def _is_below(path: str, root: str) -> bool:
    return path.startswith(root if root.endswith(os.sep) else root + os.sep)


INODES = 1 << 64
"""Inode numbers are unsigned, SQLite's integers signed: taken modulo this, they are what they were."""


@overload
def signed(number: int) -> int: ...


@overload
def signed(number: int | None) -> int | None: ...


def signed(number: int | None) -> int | None:
    """An inode number as SQLite can keep it."""
    return number - INODES if number is not None and number >= 1 << 63 else number
