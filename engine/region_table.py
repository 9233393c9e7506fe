"""The region codes of a catalogue: the truth from which the mapped file of them can always be made again.

They are rows of the table of descriptors of a kind of their own: 30 codes of 64 bytes. Engine thread only.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.database import Database, Row
from engine.records import Model
from engine.regions import CODE_BYTES, N_WINDOWS, Codes

_KIND = "regions"
_MAX_ID = (1 << 63) - 1
_BYTES = N_WINDOWS * CODE_BYTES


@dataclass(frozen=True, slots=True)
class RegionRows:
    """Region codes of one model in the order they were made.

    `content_ids` int64 [n]; `codes` uint8 [n, 30, 64]. `last_id` is the last id looked at (bad rows are left out);
    `more` whether there are rows after it.
    """

    content_ids: NDArray[np.int64]
    codes: Codes
    last_id: int
    more: bool


class RegionTable:
    """The region codes of all models of a library. Reach it through `Catalogue.regions`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, model_id: int, content_id: int, codes: Codes) -> None:
        """Store the codes of a content, uint8 [30, 64], unless it has some already.

        Raises:
            ValueError: they are not of that shape.
        """
        if codes.shape != (N_WINDOWS, CODE_BYTES) or codes.dtype != np.uint8:
            raise ValueError(f"Region codes are uint8 [{N_WINDOWS}, {CODE_BYTES}], not {codes.dtype} {codes.shape}.")
        packed = codes.tobytes()
        self._database.run(
            "INSERT OR IGNORE INTO descriptor (model_id, content_id, kind, n, crc, vectors) VALUES (?, ?, ?, ?, ?, ?)",
            (model_id, content_id, _KIND, N_WINDOWS, _crc(content_id, packed), packed),
        )

    def add_missing(self, model_id: int, content_ids: NDArray[np.int64], codes: Codes) -> None:
        """Store the codes of contents, uint8 [n, 30, 64], but of those that have some already; all or nothing."""
        with self._database.transaction():
            for content_id, some in zip(content_ids.tolist(), codes, strict=True):
                self.add(model_id, content_id, some)

    def since(self, model: Model, after_id: int, limit: int) -> RegionRows:
        """The next `limit` rows with after_id < id. Bad rows are left out."""
        rows = self._database.rows(
            "SELECT id, content_id, crc, vectors FROM descriptor WHERE model_id = ? AND kind = ? AND id > ? "
            "ORDER BY id LIMIT ?", (model.model_id, _KIND, after_id, limit),
        )
        good = [row for row in rows if _is_good(row)]
        codes = np.frombuffer(b"".join(row[3] for row in good), dtype=np.uint8).reshape(-1, N_WINDOWS, CODE_BYTES)
        last_id = int(rows[-1][0]) if rows else after_id
        return RegionRows(np.array([row[1] for row in good], dtype=np.int64), codes, last_id, len(rows) == limit)

    def last_id(self, model: Model) -> int:
        """The id of the newest row of a model, 0 if there is none."""
        newest = self._database.value(
            "SELECT MAX(id) FROM descriptor WHERE model_id = ? AND kind = ?", (model.model_id, _KIND)
        )
        return int(newest or 0)

    def count(self, model: Model, until_id: int = _MAX_ID) -> int:
        """How many rows of a model there are, up to an id. Looks at each of them."""
        return int(self._database.value(
            "SELECT COUNT(*) FROM descriptor WHERE model_id = ? AND kind = ? AND id <= ?",
            (model.model_id, _KIND, until_id),
        ))

    def bad(self, model: Model, after_id: int, limit: int) -> tuple[list[int], int, bool]:
        """Look at the next `limit` rows -> (ids of damaged ones, last id looked at, whether there are more)."""
        rows = self._database.rows(
            "SELECT id, content_id, crc, vectors FROM descriptor WHERE model_id = ? AND kind = ? AND id > ? "
            "ORDER BY id LIMIT ?", (model.model_id, _KIND, after_id, limit),
        )
        bad = [int(row[0]) for row in rows if not _is_good(row)]
        return bad, int(rows[-1][0]) if rows else after_id, len(rows) == limit

    def delete(self, ids: Sequence[int]) -> None:
        """Delete rows, so that indexing makes them again."""
        with self._database.transaction():
            self._database.run_many("DELETE FROM descriptor WHERE id = ?", ((row_id,) for row_id in ids))


def _crc(content_id: int, packed: bytes) -> int:
    return zlib.crc32(packed, content_id & 0xFFFFFFFF)


def _is_good(row: Row) -> bool:
    _, content_id, crc, packed = row
    return (
        isinstance(content_id, int) and isinstance(packed, bytes) and len(packed) == _BYTES
        and crc == _crc(content_id, packed)
    )
