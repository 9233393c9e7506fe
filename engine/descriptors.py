"""The descriptors and models of a catalogue: the truth from which a vector index can always be made again.

A descriptor is stored as float16 little endian and read as float32 of unit length. Engine thread only.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.database import Database, Row
from engine.errors import ModelError
from engine.records import DescriptorRows, Model

_WHOLE = "whole"
_MAX_VALUES = 500  # values in one IN (...)
_NORM_TOLERANCE = 0.01  # float16 rounding of a unit vector stays far below


class DescriptorTable:
    """The descriptors of all models of a library. Reach it through `Catalogue.descriptors`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ---- models ----

    def register_model(self, name: str, dim: int, parent: str | None = None) -> Model:
        """The model of this name, added if it is new.

        Raises:
            ModelError: a model of this name has descriptors of another length.
        """
        known = self.model(name)
        if known is None:
            self._database.insert(
                "INSERT INTO model (name, parent_id, dim, added_at) "
                "VALUES (?, (SELECT id FROM model WHERE name = ?), ?, ?)",
                (name, parent, dim, time.time()),
            )
            known = self.model(name)
        if known is None or known.dim != dim:
            raise ModelError(f"The model {name} does not fit this library: its descriptors have another length.")
        return known

    def model(self, name: str) -> Model | None:
        """The model of this name, or None."""
        row = self._database.row("SELECT id, name, dim, active FROM model WHERE name = ?", (name,))
        return None if row is None else Model(row[0], row[1], row[2], bool(row[3]))

    def activate_model(self, model_id: int) -> None:
        """Make this the one model that searches use."""
        if not self._database.value("SELECT active FROM model WHERE id = ?", (model_id,)):
            self._database.run("UPDATE model SET active = (id = ?)", (model_id,))

    def active_model(self) -> Model | None:
        """The model that searches use, or None in a new library."""
        row = self._database.row("SELECT id, name, dim, active FROM model WHERE active")
        return None if row is None else Model(row[0], row[1], row[2], bool(row[3]))

    # ---- descriptors ----

    def add(self, model_id: int, content_id: int, descriptor: NDArray[np.float32]) -> bool:
        """Store the whole-picture descriptor (float32 [D], unit length) of a content; False if it has one already.

        Raises:
            ValueError: it is not finite, not of unit length, or not of the model's length.
        """
        dim = self._database.value("SELECT dim FROM model WHERE id = ?", (model_id,))
        norm = float(np.linalg.norm(descriptor))
        if descriptor.shape != (dim,) or not abs(norm - 1.0) <= _NORM_TOLERANCE:
            raise ValueError(f"A descriptor needs {dim} numbers and length 1, not {descriptor.shape} and {norm:g}.")
        vectors = descriptor.astype("<f2").tobytes()
        changed = self._database.run(
            "INSERT OR IGNORE INTO descriptor (model_id, content_id, kind, n, crc, vectors) VALUES (?, ?, ?, 1, ?, ?)",
            (model_id, content_id, _WHOLE, _crc(content_id, vectors), vectors),
        )
        return changed == 1

    def add_missing(self, model: Model, content_ids: NDArray[np.int64], descriptors: NDArray[np.float32]) -> None:
        """Store the descriptors, float32 [n, D], L2 = 1, of contents that have none of this model yet; all or nothing.

        Raises:
            ValueError: as `add`; nothing was stored.
        """
        with self._database.transaction():
            for content_id, descriptor in zip(content_ids.tolist(), descriptors, strict=True):
                self.add(model.model_id, content_id, descriptor)

    def of_content(self, model: Model, content_id: int) -> NDArray[np.float32] | None:
        """The descriptor of a content, float32 [D] of unit length; None if there is none or it is bad."""
        _, vectors = self.of_contents(model, np.array([content_id], dtype=np.int64))
        return vectors[0] if len(vectors) else None

    def of_contents(
        self, model: Model, content_ids: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The descriptors of distinct contents (int64 [m]) in their order -> their ids [n], float32 [n, D], L2 = 1.

        Contents without a descriptor, or with a bad one, are left out.
        """
        rows: list[Row] = []
        for start in range(0, len(content_ids), _MAX_VALUES):
            some = content_ids[start : start + _MAX_VALUES].tolist()
            rows += self._database.rows(
                "SELECT id, content_id, crc, vectors FROM descriptor "
                f"WHERE model_id = ? AND kind = ? AND content_id IN ({','.join('?' * len(some))})",
                (model.model_id, _WHOLE, *some),
            )
        good = _unpack(rows, model.dim)
        row_of = {content_id: row for row, content_id in enumerate(good.content_ids.tolist())}
        order = [row_of[content_id] for content_id in content_ids.tolist() if content_id in row_of]
        return good.content_ids[order], good.vectors[order]

    def since(self, model: Model, after_id: int, limit: int, until_id: int | None = None) -> DescriptorRows:
        """The next `limit` descriptors with after_id < id (<= until_id). Bad rows are left out."""
        rows = self._database.rows(
            "SELECT id, content_id, crc, vectors FROM descriptor "
            "WHERE model_id = ? AND kind = ? AND id > ? AND id <= ? ORDER BY id LIMIT ?",
            (model.model_id, _WHOLE, after_id, _MAX_ID if until_id is None else until_id, limit),
        )
        return _unpack(rows, model.dim, after_id, more=len(rows) == limit)

    def all(self, model: Model, chunk: int = 2048) -> Iterator[DescriptorRows]:
        """Every descriptor of a model, in chunks, for an exact search."""
        after_id, more = 0, True
        while more:
            rows = self.since(model, after_id, chunk)
            after_id, more = rows.last_id, rows.more
            yield rows

    def last_id(self, model: Model) -> int:
        """The id of the newest descriptor of a model, 0 if there is none."""
        newest = self._database.value(
            "SELECT MAX(id) FROM descriptor WHERE model_id = ? AND kind = ?", (model.model_id, _WHOLE)
        )
        return int(newest or 0)

    def last_id_ever(self) -> int:
        """The highest id any descriptor has had. An index that has seen a higher one belongs to another catalogue."""
        return int(self._database.value("SELECT seq FROM sqlite_sequence WHERE name = 'descriptor'") or 0)

    def count(self, model: Model, after_id: int = 0, until_id: int | None = None) -> int:
        """How many descriptors have after_id < id (<= until_id). Looks at each of them."""
        return int(self._database.value(
            "SELECT COUNT(*) FROM descriptor WHERE model_id = ? AND kind = ? AND id > ? AND id <= ?",
            (model.model_id, _WHOLE, after_id, _MAX_ID if until_id is None else until_id),
        ))

    def bad(self, model: Model, after_id: int, limit: int) -> tuple[list[int], int, bool]:
        """Look at the next `limit` descriptors -> (ids of damaged ones, last id looked at, whether there are more)."""
        rows = self._database.rows(
            "SELECT id, content_id, crc, vectors FROM descriptor WHERE model_id = ? AND kind = ? AND id > ? "
            "ORDER BY id LIMIT ?", (model.model_id, _WHOLE, after_id, limit),
        )
        good = _unpack(rows, model.dim, after_id)
        return sorted({row[0] for row in rows} - set(good.ids.tolist())), good.last_id, len(rows) == limit

    def delete(self, ids: Sequence[int]) -> None:
        """Delete descriptors, so that indexing makes them again."""
        with self._database.transaction():
            self._database.run_many("DELETE FROM descriptor WHERE id = ?", ((row_id,) for row_id in ids))

    # ---- the log of contents that are gone ----

    def removed_since(self, after_id: int, limit: int) -> tuple[NDArray[np.int64], int]:
        """Contents that left the library -> (their ids int64 [n], the last log id looked at). Empty: caught up."""
        rows = self._database.rows(
            "SELECT id, content_id FROM removed WHERE id > ? ORDER BY id LIMIT ?", (after_id, limit)
        )
        return np.array([row[1] for row in rows], dtype=np.int64), rows[-1][0] if rows else after_id

    def last_removed_id(self) -> int:
        """The newest id of the log of contents that are gone, 0 if there is none."""
        return int(self._database.value("SELECT seq FROM sqlite_sequence WHERE name = 'removed'") or 0)


_MAX_ID = (1 << 63) - 1


def _crc(content_id: int, vectors: bytes) -> int:
    return zlib.crc32(vectors, content_id & 0xFFFFFFFF)


def _unpack(rows: list[Row], dim: int, after_id: int = 0, more: bool = False) -> DescriptorRows:
    """Rows (id, content id, crc, vectors) as arrays, without those whose checksum, length or values are wrong."""
    good = [
        (row_id, content_id, vectors)
        for row_id, content_id, crc, vectors in rows
        if isinstance(content_id, int) and isinstance(vectors, bytes)
        and len(vectors) == 2 * dim and crc == _crc(content_id, vectors)
    ]
    matrix = np.frombuffer(b"".join(row[2] for row in good), dtype="<f2").reshape(-1, dim).astype(np.float32)
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    usable = np.abs(norms[:, 0] - 1.0) <= _NORM_TOLERANCE  # False for NaN too
    ids = np.array([row[0] for row in good], dtype=np.int64)[usable]
    content_ids = np.array([row[1] for row in good], dtype=np.int64)[usable]
    last_id = int(rows[-1][0]) if rows else after_id
    return DescriptorRows(ids, content_ids, matrix[usable] / norms[usable], last_id, more)
