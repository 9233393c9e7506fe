"""The models of a catalogue as generations: where each comes from, what proved it, how much of it there is. SQL.

Engine thread only; reach it through `Catalogue.generations`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.database import Database, Row

_SELECT = (
    "SELECT model.id, model.name, COALESCE(parent.name, ''), model.dim, model.added_at, model.active, model.made_by, "
    "model.proof FROM model LEFT JOIN model AS parent ON parent.id = model.parent_id "
)
_ROW_BYTES = 60  # of a descriptor's row beside its numbers
_MAX_VALUES = 500  # values in one IN (...)
_DELETED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Generation:
    """A model; see `learning.ModelState`. `proof` is JSON or ""."""

    model_id: int
    name: str
    parent: str
    dim: int
    added_at: float
    active: bool
    made_by: str
    proof: str


class GenerationTable:
    """All models of a library.

    Args:
        database: of the library.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Generation]:
        """Every model, the oldest first."""
        return [_generation(row) for row in self._database.rows(f"{_SELECT} ORDER BY model.id")]

    def find(self, name: str) -> Generation | None:
        """The model of this name."""
        row = self._database.row(f"{_SELECT} WHERE model.name = ?", (name,))
        return None if row is None else _generation(row)

    def describe(self, model_id: int, made_by: str, proof: str) -> None:
        """Keep how a model was made and what proved it."""
        self._database.run("UPDATE model SET made_by = ?, proof = ? WHERE id = ?", (made_by, proof, model_id))

    def n_described(self, model_id: int) -> int:
        """How many contents have a whole-picture descriptor of a model."""
        return int(self._database.value(
            "SELECT COUNT(*) FROM descriptor WHERE model_id = ? AND kind = 'whole'", (model_id,)))

    def disk_bytes(self, generation: Generation, region_bytes: int) -> int:
        """The disk space of a model's descriptors and region codes in the catalogue, nearly."""
        n_regions = int(self._database.value(
            "SELECT COUNT(*) FROM descriptor WHERE model_id = ? AND kind = 'regions'", (generation.model_id,)))
        n_whole = self.n_described(generation.model_id)
        return n_whole * (2 * generation.dim + _ROW_BYTES) + n_regions * (region_bytes + _ROW_BYTES)

    def lacking(self, model_id: int, kind: str, content_ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of these contents (500 at most) have no descriptor of this kind of a model."""
        some = content_ids.tolist()
        rows = self._database.rows(
            f"SELECT content_id FROM descriptor WHERE model_id = ? AND kind = ? AND content_id IN "
            f"({','.join('?' * len(some))})", (model_id, kind, *some),
        )
        return ~np.isin(content_ids, np.array([row[0] for row in rows], dtype=np.int64))

    def forget_descriptors(self, model_id: int) -> int:
        """Delete some descriptors of a model -> how many; 0 if there are none left."""
        return self._database.run(
            "DELETE FROM descriptor WHERE id IN (SELECT id FROM descriptor WHERE model_id = ? LIMIT ?)",
            (model_id, _DELETED_AT_ONCE),
        )

    def forget(self, model_id: int) -> None:
        """Delete a model that has no descriptors; those made from it count as made from its parent."""
        with self._database.transaction():
            self._database.run(
                "UPDATE model SET parent_id = (SELECT parent_id FROM model WHERE id = ?) WHERE parent_id = ?",
                (model_id, model_id),
            )
            self._database.run("DELETE FROM described WHERE model_id = ?", (model_id,))
            self._database.run("DELETE FROM model WHERE id = ? AND NOT active", (model_id,))

    def contents_described(self, model_id: int, hashes: Sequence[bytes]) -> dict[bytes, int]:
        """Hash -> content id, of those contents that have a whole-picture descriptor of a model."""
        found: dict[bytes, int] = {}
        for start in range(0, len(hashes), _MAX_VALUES):
            some = hashes[start : start + _MAX_VALUES]
            found.update(self._database.rows(
                "SELECT hash, content.id FROM content JOIN descriptor ON content_id = content.id AND model_id = ? AND "
                f"kind = 'whole' WHERE hash IN ({','.join('?' * len(some))})", (model_id, *some),
            ))
        return found

    def sample(self, model_id: int, limit: int, seed: int) -> Sequence[int]:
        """Up to `limit` contents with a descriptor of a model, spread over all, ascending; the same for a seed."""
        ids = np.array(
            [row[0] for row in self._database.rows(
                "SELECT content_id FROM descriptor WHERE model_id = ? AND kind = 'whole' ORDER BY content_id",
                (model_id,),
            )],
            dtype=np.int64,
        )
        if len(ids) > limit:
            ids = np.sort(np.random.default_rng(seed).choice(ids, limit, replace=False))
        return [int(content_id) for content_id in ids]


def _generation(row: Row) -> Generation:
    model_id, name, parent, dim, added_at, active, made_by, proof = row
    return Generation(model_id, name, parent, dim, added_at, bool(active), made_by, proof)
