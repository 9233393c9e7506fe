"""The vector index: which contents are nearest to a descriptor. A cache of the catalogue, never the truth.

It is a row of shards, each with the descriptors of one range of ids in the order they were made, and a manifest,
written last, that knows length and hash of each file. Whatever is missing, damaged, foreign or behind is made again
from the catalogue by `catch_up`; until then `find` scans the descriptors themselves. No hnswlib type leaves this
module and `shards`. Engine thread only.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalogue import Catalogue
from engine.records import Model
from engine.shards import EF_CONSTRUCTION, SPACE, M, Shard, ShardRecord, ShardUnusable, verify
from engine.storage import LibraryFolder, disk_errors

_log = logging.getLogger(__name__)

_FORMAT = 1
_EXACT_BELOW_ROWS = 2_000   # a scan is as fast, and right
_EXACT_ABOVE_SHARE = 8      # k of more than rows / 8: the graph would be walked almost whole
_CHUNK = 128                # adds in one step: some tens of ms
_REMOVALS = 5_000           # removals in one step
_COMPACT_ABOVE = 1_000      # deleted rows a shard may keep in any case

Found = tuple[NDArray[np.int64], NDArray[np.float32]]


class ManifestUnusable(Exception):
    """The manifest is missing, damaged, or of another library or model."""


class VectorIndex:
    """The index of one model's whole-picture descriptors.

    After making one: run `load`, then `catch_up`. After each commit: `catch_up`. Now and then and at the end: `save`.
    """

    def __init__(self, folder: LibraryFolder, catalogue: Catalogue, model: Model) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._descriptors = catalogue.descriptors
        self._model = model
        self._library_id = catalogue.library_id
        self._records: dict[int, ShardRecord] = {}
        self._last_removed_id = 0
        self._shards = [self._new_shard(0)]
        self._n_saves = 0
        self.rebuild_reason: str | None = None

    @property
    def n_rows(self) -> int:
        """Contents that can be found."""
        return sum(len(shard.live) for shard in self._shards)

    @property
    def is_dirty(self) -> bool:
        """Whether `save` has something to write."""
        return any(shard.is_dirty and (shard.n_rows or shard.number in self._records) for shard in self._shards)

    def content_ids(self) -> NDArray[np.int64]:
        """The content ids that can be found, ascending, int64 [n_rows]."""
        return np.sort(np.fromiter((i for shard in self._shards for i in shard.live), np.int64, self.n_rows))

    # ---- searching ----

    def find(self, queries: NDArray[np.float32], k: int) -> Found:
        """The contents most similar to each query.

        Args:
            queries: float32 [n, D], unit length.
            k: how many; fewer come back if there are fewer.

        Returns:
            content ids int64 [n, k'] and cosine similarities float32 [n, k'] in -1..1, best first.

        Raises:
            ValueError: the queries are not finite or not of the model's length.
        """
        self._check_queries(queries)
        if self.n_rows <= _EXACT_BELOW_ROWS or k * _EXACT_ABOVE_SHARE > self.n_rows or not self._is_complete():
            return self.exact(queries, k)
        try:
            parts = [shard.find(queries, k) for shard in self._shards]
        except RuntimeError as error:  # hnswlib reached too few rows, as happens with many deleted ones
            _log.warning("the graph gave too few rows: %s", error)
            return self.exact(queries, k)
        return _best(np.hstack([ids for ids, _ in parts]), np.hstack([scores for _, scores in parts]), k)

    def exact(self, queries: NDArray[np.float32], k: int) -> Found:
        """As `find`, by comparing with every descriptor in the catalogue."""
        self._check_queries(queries)
        best: Found = (np.empty((len(queries), 0), np.int64), np.empty((len(queries), 0), np.float32))
        for rows in self._descriptors.all(self._model):
            scores = queries @ rows.vectors.T
            ids = np.broadcast_to(rows.content_ids, scores.shape)
            best = _best(np.hstack([best[0], ids]), np.hstack([best[1], scores]), k)
        return best

    def _check_queries(self, queries: NDArray[np.float32]) -> None:
        if queries.ndim != 2 or queries.shape[1] != self._model.dim or not np.isfinite(queries).all():
            raise ValueError(f"A query needs {self._model.dim} finite numbers.")

    def _is_complete(self) -> bool:
        closed = all(shard.last_id >= after.first_id for shard, after in pairwise(self._shards))
        behind = self._descriptors.last_id(self._model) - self._shards[-1].last_id
        return closed and behind <= _EXACT_BELOW_ROWS

    # ---- keeping up with the catalogue ----

    def catch_up(self) -> Iterator[tuple[int, int]]:
        """Make the index hold exactly the catalogue's descriptors, in steps of some tens of ms -> (done, of how many).

        Cheap if there is nothing to do. May be left at any step and begun again.
        """
        for _ in self._apply_removals():
            yield 0, 1
        self._drop_wasteful_shards()
        total = sum(self._descriptors.count(self._model, shard.last_id, self._until(position))
                    for position, shard in enumerate(self._shards) if shard.last_id != self._until(position))
        done, position = 0, 0
        while position < len(self._shards):
            shard, until = self._shards[position], self._until(position)
            if shard.n_free == 0 and shard.last_id != until:
                self._shards.insert(position + 1, self._new_shard(shard.last_id))
            elif shard.last_id != until:
                n_added, more = self._feed(shard, until)
                if n_added:
                    done += n_added
                    yield done, max(done, total)
                if more:
                    continue
            position += 1
        self.rebuild_reason = None

    def _feed(self, shard: Shard, until: int | None) -> tuple[int, bool]:
        """Add the next descriptors of a shard's range -> (how many, whether there may be more)."""
        rows = self._descriptors.since(self._model, shard.last_id, min(_CHUNK, shard.n_free), until)
        shard.add(rows.content_ids, rows.vectors)
        shard.last_id = rows.last_id if rows.more or until is None else until
        return len(rows.ids), rows.more

    def _until(self, position: int) -> int | None:
        return self._shards[position + 1].first_id if position + 1 < len(self._shards) else None

    def _apply_removals(self) -> Iterator[None]:
        while True:
            content_ids, last_id = self._descriptors.removed_since(self._last_removed_id, _REMOVALS)
            for content_id in content_ids.tolist():
                for shard in self._shards:
                    if shard.remove(content_id):
                        break
            self._last_removed_id = last_id
            if len(content_ids) < _REMOVALS:
                return
            yield

    def _drop_wasteful_shards(self) -> None:
        """Begin shards anew in which most rows are deleted."""
        for position, shard in enumerate(self._shards):
            if len(shard.deleted) > max(_COMPACT_ABOVE, len(shard.live)):
                self._shards[position] = Shard(shard.number, self._model.dim, shard.first_id)

    def reset(self) -> None:
        """Forget everything, so that `catch_up` makes the whole index again."""
        self._shards, self._records = [], {}
        self._shards = [self._new_shard(0)]
        self._last_removed_id = self._descriptors.last_removed_id()

    def _new_shard(self, first_id: int) -> Shard:
        used = {shard.number for shard in getattr(self, "_shards", [])}
        return Shard(min(set(range(1, len(used) + 2)) - used), self._model.dim, first_id)

    # ---- files ----

    def load(self) -> Iterator[None]:
        """Read the saved index, one shard a step. What cannot be used is left for `catch_up`: see `rebuild_reason`."""
        self.reset()
        try:
            records, last_removed_id = self._read_manifest()
        except ManifestUnusable as reason:
            if self._folder.manifest.exists():
                self._say(str(reason))
            elif self._descriptors.last_id(self._model):
                self.rebuild_reason = "The search index is being made. Searching works meanwhile."
            return
        shards: list[Shard] = []
        for record in records:
            try:
                shards.append(Shard.read(self._folder.shard(record.number), record, self._model.dim))
                self._records[record.number] = record
            except ShardUnusable as reason:
                self._say(str(reason))
                shards.append(Shard(record.number, self._model.dim, record.first_id))
            yield
        self._shards = shards
        if not shards or shards[0].first_id > 0:
            self._shards.insert(0, self._new_shard(0))
        self._last_removed_id = last_removed_id

    def _say(self, reason: str) -> None:
        _log.warning("the index is made again: %s", reason)
        self.rebuild_reason = "The search index has to be made again from the catalogue. Searching works meanwhile."

    def save(self) -> Iterator[None]:
        """Write what has changed, one shard a step, and the manifest last. A later save takes over from this one.

        Raises:
            DiskFull, LibraryError: the saved index is still the former one, or will be made again at the next start.
        """
        if not self.is_dirty:
            return
        self._n_saves += 1
        number = self._n_saves
        self._catalogue.sync()  # the index must never know more than the disk does after a power loss
        last_removed_id = self._last_removed_id  # what is removed while this runs is applied again after a load
        records: dict[int, ShardRecord] = {}
        written: list[tuple[Shard, int, Path]] = []
        try:
            for shard in [shard for shard in self._shards if shard.n_rows]:
                if not shard.is_dirty:
                    records[shard.number] = self._records[shard.number]
                    continue
                path = self._folder.shard(shard.number)
                with disk_errors(path):
                    written.append((shard, shard.version, self._folder.new_temp(path)))
                    records[shard.number] = shard.write(written[-1][2], path.name)
                yield
                if number != self._n_saves:
                    return
            self._replace_files(records, written, last_removed_id)
        finally:
            for _, _, temp in written:
                temp.unlink(missing_ok=True)

    def _replace_files(
        self, records: dict[int, ShardRecord], written: list[tuple[Shard, int, Path]], last_removed_id: int
    ) -> None:
        """Give the written files their names, then write the manifest, without a pause."""
        for shard, _, temp in written:
            path = self._folder.shard(shard.number)
            with disk_errors(path):
                os.replace(temp, path)
        self._folder.write_atomically(self._folder.manifest, self._manifest(records, last_removed_id))
        self._records = records
        for shard, version, _ in written:
            shard.saved_version = version
        self._remove_unnamed_files()

    def _manifest(self, records: dict[int, ShardRecord], last_removed_id: int) -> bytes:
        index = {
            **self._identity(),
            "M": M, "ef_construction": EF_CONSTRUCTION, "last_removed_id": last_removed_id,
            "shards": [dataclasses.asdict(record) for record in sorted(records.values(), key=lambda r: r.first_id)],
        }
        return json.dumps({"checksum": _checksum(index), "index": index}, indent=1).encode()

    def _identity(self) -> dict[str, Any]:
        """What must agree before a file may be used."""
        return {"format": _FORMAT, "library": self._library_id, "model": self._model.name, "dim": self._model.dim,
                "space": SPACE}

    def _read_manifest(self) -> tuple[list[ShardRecord], int]:
        """The shards' records and the last removal they know.

        Raises:
            ManifestUnusable: see the class.
        """
        try:
            document = json.loads(self._folder.manifest.read_bytes())
            index = document["index"]
            if document["checksum"] != _checksum(index):
                raise ManifestUnusable("the manifest is damaged")
            if any(index[key] != value for key, value in self._identity().items()):
                raise ManifestUnusable("the index belongs to another library, model or version")
            records = [ShardRecord(**{**record, "deleted": tuple(record["deleted"])}) for record in index["shards"]]
            last_removed_id = int(index["last_removed_id"])
        except FileNotFoundError as error:
            raise ManifestUnusable("there is no manifest") from error
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise ManifestUnusable("the manifest cannot be read") from error
        newest = max((record.last_id for record in records), default=0)
        if newest > self._descriptors.last_id_ever() or last_removed_id > self._descriptors.last_removed_id():
            raise ManifestUnusable("the index is ahead of the catalogue, which must be an older copy")
        return records, last_removed_id

    def file_problems(self) -> Iterator[str | None]:
        """Read the saved files again, one a step: a sentence for each that is not as it was written, else None."""
        try:
            records, _ = self._read_manifest()
        except ManifestUnusable as reason:
            if self._folder.manifest.exists():
                yield f"The saved index cannot be used: {reason}."
            return
        for record in records:
            try:
                verify(self._folder.shard(record.number), record)
                yield None
            except ShardUnusable as reason:
                yield f"The saved index cannot be used: {reason}."

    def _remove_unnamed_files(self) -> None:
        """Delete the files of shards that are no more."""
        named = {self._folder.shard(number) for number in self._records}
        for path in (self._folder.index, *self._folder.root.glob("index-*.hnsw")):
            if path not in named:
                with disk_errors(path):
                    path.unlink(missing_ok=True)


def _checksum(index: dict[str, Any]) -> str:
    text = json.dumps(index, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _best(content_ids: NDArray[np.int64], scores: NDArray[np.float32], k: int) -> Found:
    """The k best of each row, best first; equal ones in the order of their ids."""
    if scores.shape[1] > 4 * k:
        some = np.argpartition(-scores, k, axis=1)[:, :k]
        content_ids, scores = np.take_along_axis(content_ids, some, 1), np.take_along_axis(scores, some, 1)
    order = np.lexsort((content_ids, -scores), axis=-1)[:, :k]
    return (np.take_along_axis(content_ids, order, 1),
            np.clip(np.take_along_axis(scores, order, 1), -1.0, 1.0).astype(np.float32, copy=False))
