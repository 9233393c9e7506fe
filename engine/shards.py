"""One shard of the vector index: a part of the descriptors in one hnswlib graph and one file. Hides hnswlib.

hnswlib holds the interpreter while it reads and writes a file, and checks nothing it reads: that is why shards are
small, and why `ShardRecord` keeps length and hash, verified before hnswlib sees a byte. Engine thread only.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.storage import disk_full, sync_file

MAX_ROWS = 12_500
SPACE = "ip"
M = 16
EF_CONSTRUCTION = 100
EF_SEARCH = 256  # about 1 ms for 25,000 rows in one graph; 128 finds up to 1 % less
_ADD_THREADS = min(2, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class ShardRecord:
    """What the manifest says of a shard. It holds the descriptors with first_id < id <= last_id.

    `deleted` are content ids that are in the file but no longer in the library. `hash` is BLAKE2b, hexadecimal.
    """

    number: int
    file: str
    first_id: int
    last_id: int
    rows: int
    deleted: tuple[int, ...]
    bytes: int
    hash: str


class ShardUnusable(Exception):
    """The file is not the one the manifest names. The shard has to be made again."""


class Shard:
    """An hnswlib graph of up to 12,500 unit vectors. `version` counts its changes, `saved_version` is in its file."""

    def __init__(self, number: int, dim: int, first_id: int) -> None:
        self.number = number
        self.first_id = first_id
        self.last_id = first_id
        self.version = 1
        self.saved_version = 0
        self.live: set[int] = set()
        self.deleted: set[int] = set()
        self._dim = dim
        self._graph = _new_graph(dim)
        # Memory is touched only as rows come, so that a small library does not pay for the full size.
        self._graph.init_index(max_elements=MAX_ROWS, ef_construction=EF_CONSTRUCTION, M=M)

    @property
    def is_dirty(self) -> bool:
        """Whether it differs from its file."""
        return self.version != self.saved_version

    @property
    def n_rows(self) -> int:
        """Rows in the graph, deleted ones included."""
        return len(self.live) + len(self.deleted)

    @property
    def n_free(self) -> int:
        """How many rows still fit."""
        return MAX_ROWS - self.n_rows

    def add(self, content_ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Add rows (int64 [n], float32 [n, D], unit length). Content ids that are or were here are left out."""
        if not np.isfinite(vectors).all():
            raise ValueError("A descriptor holds numbers that are not finite.")
        _, first = np.unique(content_ids, return_index=True)
        keep = [i for i in sorted(first.tolist())
                if int(content_ids[i]) not in self.live and int(content_ids[i]) not in self.deleted]
        if not keep:
            return
        self._graph.add_items(vectors[keep], content_ids[keep], num_threads=_ADD_THREADS)
        self.live.update(content_ids[keep].tolist())
        self.version += 1

    def remove(self, content_id: int) -> bool:
        """Hide a row from searches; False if it is not here."""
        if content_id not in self.live:
            return False
        self._graph.mark_deleted(content_id)
        self.live.remove(content_id)
        self.deleted.add(content_id)
        self.version += 1
        return True

    def find(self, queries: NDArray[np.float32], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The min(k, rows) nearest rows of each query (float32 [n, D]) -> content ids, similarities, both [n, k].

        Raises:
            RuntimeError: the graph reached fewer rows than asked for.
        """
        k = min(k, len(self.live))
        if k == 0:
            return np.empty((len(queries), 0), np.int64), np.empty((len(queries), 0), np.float32)
        self._graph.set_ef(max(EF_SEARCH, k))
        labels, distances = self._graph.knn_query(queries, k=k, num_threads=1)
        return labels.astype(np.int64), np.float32(1.0) - distances

    def write(self, path: Path, name: str) -> ShardRecord:
        """Write the graph to `path` and describe the file as one called `name`.

        Raises:
            DiskFull: hnswlib reports no errors; the file is shorter than it should be.
            OSError: the disk reported an error.
        """
        self._graph.save_index(str(path))
        expected = int(self._graph.index_file_size())
        if path.stat().st_size != expected:
            raise disk_full(path)
        sync_file(path)
        return ShardRecord(
            self.number, name, self.first_id, self.last_id, self.n_rows,
            tuple(sorted(self.deleted)), expected, file_hash(path),
        )

    @classmethod
    def read(cls, path: Path, record: ShardRecord, dim: int) -> Shard:
        """The shard of a file.

        Raises:
            ShardUnusable: the file is missing or is not exactly the one recorded.
        """
        verify(path, record)
        shard = cls(record.number, dim, record.first_id)
        graph = _new_graph(dim)
        try:
            graph.load_index(str(path))
            labels = set(graph.get_ids_list())
        except RuntimeError as error:  # written by an hnswlib of another build, or gone since it was verified
            raise ShardUnusable(f"{path.name} cannot be loaded") from error
        if len(labels) != record.rows or not labels.issuperset(record.deleted) or graph.max_elements < MAX_ROWS:
            raise ShardUnusable(f"{path.name} holds other rows than recorded")
        shard._graph = graph
        shard.deleted = set(record.deleted)
        shard.live = labels - shard.deleted
        shard.last_id = record.last_id
        shard.saved_version = shard.version
        return shard


def verify(path: Path, record: ShardRecord) -> None:
    """Compare a file with its record.

    Raises:
        ShardUnusable: it is missing, unreadable, or not exactly the one recorded.
    """
    try:
        if path.stat().st_size != record.bytes or file_hash(path) != record.hash:
            raise ShardUnusable(f"{path.name} is damaged")
    except OSError as error:
        raise ShardUnusable(f"{path.name} cannot be read") from error


def file_hash(path: Path) -> str:
    """BLAKE2b of a file, hexadecimal. Lets other threads run meanwhile."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=32)).hexdigest()


def _new_graph(dim: int) -> Any:
    import hnswlib

    return hnswlib.Index(space=SPACE, dim=dim)
