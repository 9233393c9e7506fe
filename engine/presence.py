"""Mark and sweep: which photos a scan met, which are gone, and which are missed but kept. Engine thread only.

What a scan met and what it did not is kept in memory, in temporary tables.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from engine.database import Database
from engine.records import UnseenPhoto
from engine.scan import WHOLE, Place

_SEPARATOR = os.fsencode(os.sep)


class PresenceTable:
    """What of a library is there. Reach it through `Catalogue.presence`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self) -> None:
        """Start anew with nothing seen. Before a scan."""
        for table in ("seen", "gone"):
            self._database.run(f"CREATE TEMP TABLE IF NOT EXISTS {table} (photo_id INTEGER PRIMARY KEY)")
            self._database.run(f"DELETE FROM {table}")

    def see(self, photo_ids: Iterable[int]) -> None:
        """Mark photos as met."""
        with self._database.transaction():
            self._database.run_many("INSERT OR IGNORE INTO seen VALUES (?)", ((int(i),) for i in photo_ids))

    def see_below(self, folder_id: int, path: bytes) -> None:
        """Mark all photos at or below a path as met (b"" is the whole folder): it could not be read this time."""
        insert = "INSERT OR IGNORE INTO seen SELECT id FROM photo WHERE folder_id = ? AND"
        self._database.run(f"{insert} path > ? AND path < ?", (folder_id, *_below(path)))
        self._database.run(f"{insert} path = ?", (folder_id, path))

    def unseen(
        self, folder_id: int, place: Place = WHOLE, after: bytes = b"", limit: int = 2000
    ) -> tuple[list[UnseenPhoto], bytes | None]:
        """Look at the next `limit` photos at a place of a folder -> (those not met, where to go on or None at the end).

        Pass what was returned as `after` to go on.
        """
        select = ("SELECT id, path, size_bytes, missing != 0, id IN (SELECT photo_id FROM seen) FROM photo "
                  "WHERE folder_id = ? AND ")
        start, end = _below(place.path)
        where, values = "path > ? AND path < ?", [folder_id, max(after, start), end]
        if not place.deep:
            where += " AND instr(substr(path, ?), ?) = 0"
            values += [len(start) + 1, _SEPARATOR]
        rows = self._database.rows(f"{select} {where} ORDER BY path LIMIT ?", (*values, limit))
        following = rows[-1][1] if len(rows) == limit else None
        if place.path and not after:  # the place itself may be a photo
            rows += self._database.rows(f"{select} path = ?", (folder_id, place.path))
        return [UnseenPhoto(row[0], row[1], row[2], bool(row[3])) for row in rows if not row[4]], following

    # ---- what is gone ----

    def note_gone(self, photo_ids: Iterable[int]) -> None:
        """Gather photos that are gone, before it is known what to do about them."""
        with self._database.transaction():
            self._database.run_many("INSERT OR IGNORE INTO gone VALUES (?)", ((i,) for i in photo_ids))

    def n_gone(self) -> int:
        """How many have been gathered."""
        return int(self._database.value("SELECT COUNT(*) FROM gone"))

    def forget_gone(self, limit: int = 2000) -> int:
        """Forget up to `limit` of them for good -> how many. Their contents stay until they are purged."""
        with self._database.transaction():
            return self._of_gone("DELETE FROM photo WHERE id IN", limit)

    def keep_gone(self, limit: int = 2000) -> int:
        """Keep up to `limit` of them as missing, until the user says what has become of them -> how many."""
        with self._database.transaction():
            return self._of_gone("UPDATE photo SET missing = 1 WHERE missing = 0 AND id IN", limit)

    def _of_gone(self, what: str, limit: int) -> int:
        some = "(SELECT photo_id FROM gone ORDER BY photo_id LIMIT ?)"
        self._database.run(f"{what} {some}", (limit,))
        return self._database.run(f"DELETE FROM gone WHERE photo_id IN {some}", (limit,))

    # ---- what is missing ----

    def find_again(self, photo_ids: Iterable[int]) -> None:
        """Missing photos are there again."""
        with self._database.transaction():
            self._database.run_many("UPDATE photo SET missing = 0 WHERE id = ?", ((i,) for i in photo_ids))

    def keep_missing(self, folder_id: int) -> int:
        """The user wants the missing photos of a folder kept -> how many that is new for."""
        return self._database.run("UPDATE photo SET missing = 2 WHERE folder_id = ? AND missing = 1", (folder_id,))

    def forget_missing(self, folder_id: int, limit: int = 2000) -> int:
        """Forget up to `limit` photos of a folder that the user has been asked about -> how many."""
        return self._database.run(
            "DELETE FROM photo WHERE id IN (SELECT id FROM photo WHERE folder_id = ? AND missing = 1 LIMIT ?)",
            (folder_id, limit),
        )


def _below(path: bytes) -> tuple[bytes, bytes]:
    """What the paths below this one lie between, both ends left out; b"" is the root."""
    if not path:
        return b"", b"\xff" * 8
    return path + _SEPARATOR, path + bytes([_SEPARATOR[0] + 1])
