"""Which photos have which contents, in a part of the library: what finding copies asks the catalogue. SQL.

Engine thread only; reach it through `Catalogue.copies_in`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.database import Database

_MAX_VALUES = 500  # values in one IN (...)
_SEPARATOR = os.fsencode(os.sep)


@dataclass(frozen=True, slots=True)
class Part:
    """A folder of the library (`path` b"") or a place in it, with all that lies below; `path` is relative to it."""

    folder_id: int
    path: bytes = b""


class CopyTable:
    """Photos by content.

    Args:
        database: of the library.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def contents(self, part: Part, chunk: int = 2000) -> Iterator[list[tuple[int, int]]]:
        """The photos in a part of the library as (content id, photo id), in chunks, in the order of their paths."""
        after, end = _between(part.path)
        more = True
        while more:
            rows = self._database.rows(
                "SELECT path, content_id, id FROM photo WHERE folder_id = ? AND path > ? AND path < ? "
                "ORDER BY path LIMIT ?", (part.folder_id, after, end, chunk),
            )
            more = len(rows) == chunk
            if rows:
                after = rows[-1][0]
                yield [(row[1], row[2]) for row in rows if row[1] is not None]

    def sizes(self, content_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
        """Content id -> its pixels and its bytes."""
        found: dict[int, tuple[int, int]] = {}
        for start in range(0, len(content_ids), _MAX_VALUES):
            some = content_ids[start : start + _MAX_VALUES]
            for row in self._database.rows(
                f"SELECT id, width_px * height_px, size_bytes FROM content WHERE id IN ({_marks(some)})", some
            ):
                found[row[0]] = (row[1], row[2])
        return found


def _between(path: bytes) -> tuple[bytes, bytes]:
    """What the paths below this one lie between, both ends left out; b"" is the whole folder."""
    if not path:
        return b"", b"\xff" * 8
    return path + _SEPARATOR, path + bytes([_SEPARATOR[0] + 1])


def _marks(values: Iterable[object]) -> str:
    return ",".join("?" for _ in values)
