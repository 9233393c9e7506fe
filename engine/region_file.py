"""The region codes of a library in one file that is mapped into memory. A cache of the catalogue, never the truth.

Two files: the codes, to which rows are only ever appended, and a manifest, replaced as a whole after each append, with
the content of each row and a checksum for each block of rows. Whatever is missing, damaged, foreign or ahead of the
catalogue is made again from it by `catch_up`. What is new is kept in memory until `save`, so that a process that only
reads works in the same way. Engine thread only.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalogue import Catalogue
from engine.errors import LibraryError
from engine.records import Model
from engine.regions import CODE_BYTES, N_WINDOWS, Codes, best_windows
from engine.storage import LibraryFolder, disk_errors, sync_file

_log = logging.getLogger(__name__)

_FORMAT = 1
_ROW_BYTES = N_WINDOWS * CODE_BYTES
_BLOCK = 4_096        # rows under one checksum: 8 MB, some ms to check
_CHUNK = 1_024        # rows read from the catalogue in one step
_SAVE_ABOVE = 16_384  # rows kept in memory at most while many are read: 30 MB
_REMOVALS = 5_000
_GONE = -1


class _Unusable(Exception):
    """The files are missing, damaged, or of another library or model."""


class RegionFile:
    """The region codes of one model's contents. After making one: run `load`, then `catch_up`, and at times `save`.

    Args:
        folder: where the library lies.
        catalogue: its open catalogue.
        model: whose codes.
        read_only: write nothing.
    """

    def __init__(self, folder: LibraryFolder, catalogue: Catalogue, model: Model, *, read_only: bool = False) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._table = catalogue.regions
        self._removals = catalogue.descriptors
        self._model = model
        self._read_only = read_only
        self._identity = {"format": _FORMAT, "library": catalogue.library_id, "model": model.name,
                          "windows": N_WINDOWS, "bytes": CODE_BYTES}
        self._n_saves = 0
        self._forget()

    def _forget(self) -> None:
        self._saved = np.empty((0, N_WINDOWS, CODE_BYTES), dtype=np.uint8)
        self._tail: list[Codes] = []
        self._ids: list[NDArray[np.int64]] = []
        self._crcs: list[int] = []
        self._file = ""
        self._last_id = 0
        self._last_removed_id = self._removals.last_removed_id()
        self._is_dirty = False

    @property
    def n_rows(self) -> int:
        """Contents whose codes can be searched, those not counted that have left the library."""
        return int((self._content_ids() != _GONE).sum())

    # ---- searching ----

    def scores(self, queries: Codes) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """How much the best window of each content is like each query: codes uint8 [q, 64].

        Returns:
            content ids int64 [n], and about the cosines float32 [q, n].
        """
        parts = [best_windows(queries, codes) for codes in (self._saved, *self._tail) if len(codes)]
        ids = self._content_ids()
        if not parts:
            return ids, np.empty((len(queries), 0), dtype=np.float32)
        there = ids != _GONE
        return ids[there], np.concatenate(parts, axis=1)[:, there]

    def _content_ids(self) -> NDArray[np.int64]:
        if len(self._ids) != 1:
            self._ids = [np.concatenate([np.empty(0, np.int64), *self._ids])]
        return self._ids[0]

    # ---- keeping up with the catalogue ----

    def catch_up(self) -> Iterator[None]:
        """Hold exactly the codes of the catalogue, in steps of some ms. Cheap if there is nothing to do."""
        yield from self._apply_removals()
        while True:
            rows = self._table.since(self._model, self._last_id, _CHUNK)
            if rows.last_id == self._last_id:
                return
            self._last_id = rows.last_id
            if len(rows.content_ids):
                self._tail.append(rows.codes)
                self._ids.append(rows.content_ids)
                self._is_dirty = True
            if sum(map(len, self._tail)) > _SAVE_ABOVE and not self._read_only:
                yield from self.save()
            yield

    def _apply_removals(self) -> Iterator[None]:
        while True:
            gone, last_id = self._removals.removed_since(self._last_removed_id, _REMOVALS)
            if len(gone):
                ids = self._content_ids()
                rows = np.isin(ids, gone)
                if rows.any():
                    self._ids = [np.where(rows, np.int64(_GONE), ids)]
                    self._is_dirty = True
            self._last_removed_id = last_id
            if len(gone) < _REMOVALS:
                break
            yield
        ids = self._content_ids()
        if len(ids) > _BLOCK and (ids == _GONE).mean() > 0.5:
            self.reset()

    def reset(self) -> None:
        """Forget everything, so that `catch_up` reads the whole catalogue again."""
        self._n_saves += 1  # a save under way is of no use any more
        self._forget()
        self._is_dirty = True

    # ---- files ----

    def load(self) -> Iterator[None]:
        """Map what was saved, checking one block a step. What cannot be used is left for `catch_up`."""
        self._forget()
        try:
            header, ids = self._read_manifest()
            codes = self._map(header["file"], len(ids))
            for number, crc in enumerate(header["crcs"]):
                if _block_crc(codes, number) != crc:
                    raise _Unusable("the codes are damaged")
                yield
        except _Unusable as reason:
            if self._folder.region_manifest.exists():
                _log.warning("the region codes are read again from the catalogue: %s", reason)
            return
        self._saved, self._ids, self._crcs, self._file = codes, [ids], header["crcs"], header["file"]
        self._last_id, self._last_removed_id = header["last_id"], header["last_removed_id"]

    def _read_manifest(self) -> tuple[dict[str, Any], NDArray[np.int64]]:
        try:
            first_line, _, rest = self._folder.region_manifest.read_bytes().partition(b"\n")
            header = json.loads(first_line)
            ids = np.frombuffer(rest, dtype="<i8").astype(np.int64)
            if header["checksum"] != _checksum(header["regions"], rest):
                raise _Unusable("the manifest is damaged")
            regions: dict[str, Any] = header["regions"]
            if any(regions[key] != value for key, value in self._identity.items()):
                raise _Unusable("they belong to another library, model or version")
        except FileNotFoundError as error:
            raise _Unusable("there is no manifest") from error
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise _Unusable("the manifest cannot be read") from error
        if (regions["last_id"] > self._removals.last_id_ever()
                or regions["last_removed_id"] > self._removals.last_removed_id()):
            raise _Unusable("they are ahead of the catalogue, which must be an older copy")
        return regions, ids

    def _map(self, name: str, n_rows: int) -> Codes:
        path = self._folder.root / name
        try:
            if n_rows == 0:
                return np.empty((0, N_WINDOWS, CODE_BYTES), dtype=np.uint8)
            if path.parent != self._folder.root or path.stat().st_size < n_rows * _ROW_BYTES:
                raise _Unusable("the codes are shorter than they should be")
            return np.memmap(path, dtype=np.uint8, mode="r", shape=(n_rows, N_WINDOWS, CODE_BYTES))
        except (OSError, ValueError) as error:
            raise _Unusable("the codes cannot be read") from error

    def save(self) -> Iterator[None]:
        """Append what is new to the codes, then replace the manifest; nothing where nothing may be written.

        Raises:
            DiskFull, LibraryError: what is saved is still what it was.
        """
        if self._read_only or not self._is_dirty:
            return
        self._n_saves += 1
        number = self._n_saves
        self._catalogue.sync()  # what is saved must never know more than the catalogue does after a power loss
        # What changes while this runs is not in it, and is found again by the ids up to which it knows.
        ids, tail = self._content_ids(), list(self._tail)
        last_id, last_removed_id = self._last_id, self._last_removed_id
        self._is_dirty = False
        try:
            file = self._append(tail)
            yield
            if number != self._n_saves:  # a later save has taken over
                return
            self._replace_manifest(file, ids, last_id, last_removed_id)
            del self._tail[: len(tail)]
        except BaseException:
            self._is_dirty = True
            raise
        self._remove_unnamed_files()

    def _append(self, tail: list[Codes]) -> str:
        """Write rows after those that are saved -> the name of the file."""
        name = self._file or self._new_name()
        path = self._folder.root / name
        with disk_errors(path):
            path.touch(0o600)  # as all of the library: nobody else's
            with path.open("r+b") as file:
                file.seek(len(self._saved) * _ROW_BYTES)
                for codes in tail:
                    file.write(codes.data)
            sync_file(path)
        return name

    def _replace_manifest(self, name: str, ids: NDArray[np.int64], last_id: int, last_removed_id: int) -> None:
        try:
            codes = self._map(name, len(ids))
        except _Unusable as error:
            raise LibraryError(f"The codes just saved cannot be read: {error}.", self._folder.root) from error
        n_complete = len(self._saved) // _BLOCK
        crcs = self._crcs[:n_complete]
        crcs += [_block_crc(codes, number) for number in range(n_complete, -(-len(ids) // _BLOCK))]
        regions = {**self._identity, "file": name, "last_id": last_id, "last_removed_id": last_removed_id, "crcs": crcs}
        packed = ids.astype("<i8").tobytes()
        header = json.dumps({"checksum": _checksum(regions, packed), "regions": regions}, separators=(",", ":"))
        self._folder.write_atomically(self._folder.region_manifest, header.encode() + b"\n" + packed)
        self._saved, self._crcs, self._file = codes, crcs, name

    def _new_name(self) -> str:
        taken = {path.name for path in self._folder.region_codes()}
        return next(name for number in range(1, len(taken) + 2) if (name := f"regions-{number:04d}.codes") not in taken)

    def _remove_unnamed_files(self) -> None:
        for path in self._folder.region_codes():
            if path.name != self._file:
                # Another process may still have it mapped, which Windows does not forgive: the next time, then.
                try:
                    os.unlink(path)
                except OSError as error:
                    _log.info("%s is left for now: %s", path, error)

    def problems(self) -> Iterator[str | None]:
        """Read the saved file again, a block a step: a sentence for what is not as it was written, else None."""
        for number, crc in enumerate(self._crcs):
            yield None if _block_crc(self._saved, number) == crc else "The saved codes of parts of photos are damaged."


def _block_crc(codes: Codes, number: int) -> int:
    return zlib.crc32(codes[number * _BLOCK : (number + 1) * _BLOCK].data)


def _checksum(regions: dict[str, Any], packed_ids: bytes) -> str:
    text = json.dumps(regions, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode() + packed_ids, digest_size=16).hexdigest()
