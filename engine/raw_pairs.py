"""Raw files beside the JPEGs that the camera wrote with them: one photo in two files, found and counted as one. SQL.

Two files of a folder belong together when their paths differ in nothing but that one ends like a raw file and the other
like a JPEG. The catalogue derives that from the paths themselves, so it is right after every move. Both must be there
and readable. Engine thread only; reach it through `Catalogue.raw_pairs`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from engine.database import Database

_MAX_VALUES = 500  # values in one IN (...)
# Without these words the indexes are not used; with IS NOT NULL beside the last, SQLite would not compare the stems.
_THERE = "raw.state = 'indexed' AND raw.missing = 0 AND jpeg.state = 'indexed' AND jpeg.missing = 0"
_TOGETHER = "jpeg.folder_id = raw.folder_id AND jpeg.jpeg_stem = raw.raw_stem"


class RawPairTable:
    """The pairs of a library.

    Args:
        database: of the library.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counted: dict[int, int] = {}
        self._counted_at: tuple[int, int] | None = None

    def counts(self) -> dict[int, int]:
        """Folder id -> how many of its raw files have a JPEG beside them. Folders without any are left out."""
        state = self._database.state()
        if state != self._counted_at:
            self._counted = dict(self._database.rows(
                "SELECT folder_id, COUNT(*) FROM photo AS raw WHERE raw_stem IS NOT NULL AND state = 'indexed' AND "
                f"missing = 0 AND EXISTS (SELECT 1 FROM photo AS jpeg WHERE {_TOGETHER} AND {_THERE}) "
                "GROUP BY folder_id"))
            self._counted_at = state
        return dict(self._counted)

    def n_pairs(self) -> int:
        """How many there are in all folders."""
        return sum(self.counts().values())

    def partners(self, photo_ids: Iterable[int]) -> dict[int, list[tuple[int, str]]]:
        """Photo id -> the other files of that photo, as (photo id, absolute path); photos without any are left out."""
        ids = [int(photo_id) for photo_id in photo_ids]
        found: dict[int, list[tuple[int, str]]] = {}
        for start in range(0, len(ids), _MAX_VALUES):
            some = ids[start:start + _MAX_VALUES]
            marks = ", ".join("?" * len(some))
            for of, other in (("raw", "jpeg"), ("jpeg", "raw")):
                rows = self._database.rows(
                    f"SELECT {of}.id, {other}.id, folder.path, {other}.path FROM photo AS {of} JOIN photo AS {other} "
                    f"ON {_TOGETHER} JOIN folder ON folder.id = {of}.folder_id "
                    f"WHERE {_THERE} AND {of}.id IN ({marks}) ORDER BY {other}.path", some)
                for photo_id, other_id, folder, path in rows:
                    absolute = os.path.join(os.fsdecode(folder), os.fsdecode(path))
                    found.setdefault(photo_id, []).append((other_id, absolute))
        return found
