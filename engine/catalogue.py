"""The catalogue: folders, photos, contents, descriptors. The truth of a library, and (with its tables) the only SQL.

One connection, used on the engine thread only. Every write is one transaction; what is searchable is committed first
and added to the vector index after. No operation on one photo costs more in a larger library.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TypeVar

from engine.collection_table import CollectionTable
from engine.copy_table import CopyTable
from engine.database import Database, Row, open_database
from engine.descriptors import DescriptorTable
from engine.excluded import ExcludedTable
from engine.folders import INODES, FolderTable, signed
from engine.generation_table import GenerationTable
from engine.label_table import LabelTable
from engine.presence import PresenceTable
from engine.raw_pairs import RawPairTable
from engine.records import Candidate, Committed, Content, FailedPhoto, IndexedPhoto, Model, Photo, PhotoState
from engine.region_table import RegionTable
from engine.shot import Shot
from engine.shots import ShotTable
from engine.storage import LibraryFolder
from engine.types import Failure

_PHOTO = (
    "SELECT photo.id, content.id, folder.id, folder.path, photo.path, content.hash, width_px, height_px, "
    "photo.mtime_ns, online, folder.volume_name, photo.missing != 0, content.taken, COALESCE(content.camera, '') "
    "FROM photo JOIN content ON content.id = photo.content_id JOIN folder ON folder.id = photo.folder_id "
)
_MAX_VALUES = 500  # values in one IN (...)
_Value = TypeVar("_Value")


class Catalogue:
    """An open catalogue with its tables, such as `folders` and `descriptors`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.folders = FolderTable(database)
        self.descriptors = DescriptorTable(database)
        self.presence = PresenceTable(database)
        self.regions = RegionTable(database)
        self.excluded = ExcludedTable(database)
        self.labels = LabelTable(database)
        self.generations = GenerationTable(database)
        self.collections = CollectionTable(database)
        self.shots = ShotTable(database)
        self.raw_pairs = RawPairTable(database)
        self.copies_in = CopyTable(database)

    @classmethod
    def open(cls, folder: LibraryFolder, *, read_only: bool = False) -> Catalogue:
        """Open the catalogue of a library; make it or bring it up to date unless `read_only`.

        The caller holds the `WriterLock` unless `read_only`.

        Raises:
            LibraryDamaged, LibraryTooNew, LibraryError, DiskFull: see `database.open_database`.
        """
        return cls(open_database(folder, read_only=read_only))

    def close(self) -> None:
        """Close the connection. Harmless if it is closed."""
        self._database.close()

    def sync(self) -> None:
        """Wait until the disk has everything committed. Before an index that relies on it is saved."""
        self._database.sync()

    def transaction(self) -> AbstractContextManager[None]:
        """Several changes as one: all of the block or nothing of it."""
        return self._database.transaction()

    @property
    def library_id(self) -> str:
        """A random name made with the library: tells whether an index file belongs to it."""
        return str(self._database.value("SELECT value FROM meta WHERE key = 'library_id'"))

    # ---- what is known ----

    def known(self, folder_id: int, paths: Sequence[bytes], model: Model) -> dict[bytes, PhotoState]:
        """What is known of these files of a folder (paths relative to it); unknown ones are left out."""
        found: dict[bytes, PhotoState] = {}
        for some in _slices(paths):
            for row in self._database.rows(
                "SELECT photo.path, photo.id, size_bytes, mtime_ns, state, failure_kind, photo.content_id, "
                f"{_described(model)}, inode, missing != 0 FROM photo "
                f"WHERE folder_id = ? AND photo.path IN ({_marks(some)})",
                (folder_id, *some),
            ):
                path, photo_id, size_bytes, mtime_ns, state, failure_kind, content_id, described, inode, missing = row
                inode = None if inode is None else inode % INODES
                found[path] = PhotoState(photo_id, size_bytes, mtime_ns, state, failure_kind, content_id,
                                         bool(described), inode, bool(missing))
        return found

    def candidates(self, folder_id: int, inodes: Sequence[int], model: Model) -> dict[int, list[Candidate]]:
        """Inode -> the described photos known by it that lie on the device of this folder, in any folder online."""
        found: dict[int, list[Candidate]] = {}
        for some in _slices([signed(inode) for inode in inodes]):
            for row in self._database.rows(
                "SELECT photo.id, folder.path, photo.path, photo.inode, size_bytes, mtime_ns FROM photo "
                "JOIN folder ON folder.id = photo.folder_id "
                f"WHERE online AND state = 'indexed' AND {_described(model)} "
                "AND folder.device = (SELECT device FROM folder WHERE id = ?) "
                f"AND photo.inode IN ({_marks(some)})", (folder_id, *some),
            ):
                photo_id, folder_path, path, inode, size_bytes, mtime_ns = row
                candidate = Candidate(photo_id, os.path.join(os.fsdecode(folder_path), os.fsdecode(path)),
                                      inode % INODES, size_bytes, mtime_ns)
                found.setdefault(candidate.inode, []).append(candidate)
        return found

    def contents_of_size(self, size_bytes: int) -> bool:
        """Whether any known content has this size, so that hashing a file may save describing it."""
        return self._database.row("SELECT 1 FROM content WHERE size_bytes = ? LIMIT 1", (size_bytes,)) is not None

    def content_by_hash(self, content_hash: bytes) -> Content | None:
        """The content with this BLAKE2b digest."""
        row = self._database.row(
            "SELECT id, hash, size_bytes, width_px, height_px FROM content WHERE hash = ?", (content_hash,)
        )
        return None if row is None else Content(*row)

    def is_described(self, content_id: int, model: Model) -> bool:
        """Whether a content has all that a model tells of it: a descriptor, and region codes where they are wanted."""
        return bool(self._database.value(
            f"SELECT {_described(model)} FROM (SELECT ? AS content_id) AS photo", (content_id,)
        ))

    def photo(self, photo_id: int) -> Photo | None:
        """An indexed photo, or None if it is unknown or failed."""
        row = self._database.row(f"{_PHOTO} WHERE photo.id = ?", (photo_id,))
        return None if row is None else _photo(row)

    def photo_at(self, path: str) -> Photo | None:
        """The indexed photo at this absolute path, or None."""
        absolute = os.path.abspath(path)
        for folder in self.folders.all():
            prefix = os.path.join(folder.path, "")
            if absolute.startswith(prefix):
                relative = os.fsencode(absolute[len(prefix):])
                row = self._database.row(f"{_PHOTO} WHERE folder.id = ? AND photo.path = ?",
                                         (folder.folder_id, relative))
                if row is not None:
                    return _photo(row)
        return None

    def photos_of(self, folder_id: int) -> list[Photo]:
        """Every indexed photo of a folder. All at once: for measuring, not for libraries of any size."""
        return [_photo(row) for row in self._database.rows(f"{_PHOTO} WHERE folder.id = ?", (folder_id,))]

    def photos_by_content(self, content_ids: Iterable[int]) -> dict[int, list[Photo]]:
        """Content id -> the photos with that content, oldest first. Contents without photos are left out."""
        found: dict[int, list[Photo]] = {}
        for some in _slices([int(content_id) for content_id in content_ids]):
            for row in self._database.rows(
                f"{_PHOTO} WHERE photo.content_id IN ({_marks(some)}) ORDER BY photo.id", some
            ):
                found.setdefault(row[1], []).append(_photo(row))
        return found

    def paths_by_hash(self, hashes: Iterable[bytes]) -> dict[bytes, str]:
        """Content hash -> the path of its oldest photo. Contents without photos are left out."""
        found: dict[bytes, str] = {}
        for some in _slices(list(hashes)):
            for content_hash, folder, path in self._database.rows(
                "SELECT content.hash, folder.path, photo.path FROM content JOIN photo ON photo.content_id = content.id "
                f"JOIN folder ON folder.id = folder_id WHERE hash IN ({_marks(some)}) ORDER BY photo.id DESC", some
            ):
                found[content_hash] = os.path.join(os.fsdecode(folder), os.fsdecode(path))
        return found

    def copies(self, content_id: int, limit: int) -> list[Photo]:
        """Up to `limit` photos with this content, oldest first."""
        return [_photo(row) for row in self._database.rows(
            f"{_PHOTO} WHERE photo.content_id = ? ORDER BY photo.id LIMIT ?", (content_id, limit))]

    def failures(self, limit: int = 10_000) -> list[Failure]:
        """The newest `limit` files that could not be indexed, newest last."""
        rows = self._database.rows(
            "SELECT photo.id, folder.path, photo.path, failure_kind, failure_sentence FROM photo JOIN folder ON "
            "folder.id = folder_id WHERE state = 'failed' ORDER BY failed_at DESC, photo.id DESC LIMIT ?", (limit,)
        )
        return [Failure(row[0], os.path.join(os.fsdecode(row[1]), os.fsdecode(row[2])), row[3], row[4])
                for row in reversed(rows)]

    def n_photos(self) -> int:
        """How many files are known, failed ones included."""
        return int(self._database.value("SELECT COALESCE(SUM(n_photos), 0) FROM folder"))

    def n_searchable(self, model_id: int) -> int:
        """How many photos have a descriptor of this model."""
        return int(self._database.value("SELECT COALESCE(SUM(n), 0) FROM described WHERE model_id = ?", (model_id,)))

    # ---- writing ----

    def commit_chunk(
        self, model: Model, indexed: Sequence[IndexedPhoto], failed: Sequence[FailedPhoto] = ()
    ) -> Committed:
        """Store a chunk of photos, their contents and descriptors, and of failures, all or nothing.

        A photo known at a path is replaced; a content keeps its id and its first descriptor of the model.

        Raises:
            DiskFull, LibraryError: nothing of the chunk was stored.
        """
        photo_ids, content_ids, n_new = [], [], 0
        with self._database.transaction():
            for photo in indexed:
                content_id = self._content(photo)
                photo_ids.append(self._put_photo(photo, content_id))
                content_ids.append(content_id)
                if photo.descriptor is not None:
                    n_new += self.descriptors.add(model.model_id, content_id, photo.descriptor)
                if photo.regions is not None:
                    self.regions.add(model.model_id, content_id, photo.regions)
            for failure in failed:
                self._put_failure(failure)
        return Committed(tuple(photo_ids), tuple(content_ids), n_new)

    def _content(self, photo: IndexedPhoto) -> int:
        known = self._database.value("SELECT id FROM content WHERE hash = ?", (photo.hash,))
        content_id = self._database.insert(
            "INSERT INTO content (hash, size_bytes, width_px, height_px) VALUES (?, ?, ?, ?)",
            (photo.hash, photo.size_bytes, photo.width_px, photo.height_px),
        ) if known is None else int(known)
        if photo.shot is not None:
            self.shots.put(content_id, photo.shot)
        return content_id

    def _put_photo(self, photo: IndexedPhoto, content_id: int) -> int:
        return int(self._database.value(
            "INSERT INTO photo (folder_id, path, size_bytes, mtime_ns, content_id, inode, state) "
            "VALUES (?, ?, ?, ?, ?, ?, 'indexed') ON CONFLICT (folder_id, path) DO UPDATE SET "
            "size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns, content_id = excluded.content_id, "
            "inode = excluded.inode, missing = 0, state = 'indexed', failure_kind = NULL, failure_sentence = NULL, "
            "failed_at = NULL RETURNING id",
            (photo.folder_id, photo.path, photo.size_bytes, photo.mtime_ns, content_id, signed(photo.inode)),
        ))

    def _put_failure(self, failure: FailedPhoto) -> None:
        self._database.run(
            "INSERT INTO photo (folder_id, path, size_bytes, mtime_ns, state, failure_kind, failure_sentence, "
            "failed_at) VALUES (?, ?, ?, ?, 'failed', ?, ?, ?) ON CONFLICT (folder_id, path) DO UPDATE SET "
            "size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns, content_id = NULL, inode = NULL, "
            "missing = 0, state = 'failed', "
            "failure_kind = excluded.failure_kind, failure_sentence = excluded.failure_sentence, "
            "failed_at = excluded.failed_at",
            (failure.folder_id, failure.path, failure.size_bytes, failure.mtime_ns, failure.kind, failure.sentence,
             time.time()),
        )

    def expect(self, abilities: str) -> None:
        """Have photos of formats that could not be read tried again if `abilities` is not what it was before.

        -1 is no file's size: such a photo passes for changed.
        """
        if self._database.value("SELECT value FROM meta WHERE key = 'abilities'") == abilities:
            return
        with self._database.transaction():
            self._database.run(
                "UPDATE photo SET size_bytes = -1 WHERE state = 'failed' AND failure_kind = 'unsupported'"
            )
            self._database.run("INSERT OR REPLACE INTO meta VALUES ('abilities', ?)", (abilities,))

    def try_again(self, photo_ids: Iterable[int]) -> list[tuple[int, bytes]]:
        """Have these photos tried again, of those that failed -> their folders' ids and their paths in these."""
        places: list[tuple[int, bytes]] = []
        with self._database.transaction():
            for photo_id in photo_ids:
                places += self._database.rows(
                    "UPDATE photo SET size_bytes = -1 WHERE id = ? AND state = 'failed' RETURNING folder_id, path",
                    (photo_id,),
                )
        return places

    def touch(self, photo_id: int, mtime_ns: int) -> None:
        """Only the time of change is new; the content is the same."""
        self._database.run("UPDATE photo SET mtime_ns = ? WHERE id = ?", (mtime_ns, photo_id))

    def set_inodes(self, photos: Iterable[tuple[int, int | None]]) -> None:
        """Remember the inodes of these photos, given as (photo id, inode)."""
        with self._database.transaction():
            self._database.run_many(
                "UPDATE photo SET inode = ? WHERE id = ?", [(signed(inode), photo_id) for photo_id, inode in photos])

    def move_photo(self, photo_id: int, folder_id: int, path: bytes, size_bytes: int, mtime_ns: int) -> None:
        """The file lies elsewhere now; photo id and content stay. What was known at the new path gives way."""
        with self._database.transaction():
            self._database.run(
                "DELETE FROM photo WHERE folder_id = ? AND path = ? AND id != ?", (folder_id, path, photo_id)
            )
            self._database.run(
                "UPDATE photo SET folder_id = ?, path = ?, size_bytes = ?, mtime_ns = ?, missing = 0 WHERE id = ?",
                (folder_id, path, size_bytes, mtime_ns, photo_id),
            )

    # ---- forgetting ----

    def remove_photos(self, photo_ids: Iterable[int]) -> None:
        """Forget photos. Their contents stay until they are purged, so that a moved file can still be known again."""
        with self._database.transaction():
            self._database.run_many("DELETE FROM photo WHERE id = ?", ((int(i),) for i in photo_ids))

    def purge_contents(self, limit: int = 500) -> list[bytes] | None:
        """Forget contents without photos, looking at up to `limit` that lost one -> their hashes, None at the end.

        Descriptors go with them, and the ids enter the log for the vector index. Thumbnails of these hashes may go.
        """
        with self._database.transaction():
            looked_at = [row[0] for row in self._database.rows("SELECT content_id FROM loose LIMIT ?", (limit,))]
            gone = self._database.rows(
                f"SELECT id, hash FROM content WHERE id IN ({_marks(looked_at)}) AND NOT EXISTS "
                "(SELECT 1 FROM photo WHERE content_id = content.id)", looked_at,
            )
            ids = [(row[0],) for row in gone]
            for sql in ("INSERT INTO removed (content_id) VALUES (?)", "DELETE FROM descriptor WHERE content_id = ?",
                        "DELETE FROM content WHERE id = ?"):
                self._database.run_many(sql, ids)
            self._database.run_many("DELETE FROM loose WHERE content_id = ?", ((i,) for i in looked_at))
        return [row[1] for row in gone] if looked_at else None

    # ---- checking ----

    def problems(self) -> list[str]:
        """Damage that SQLite itself finds, as sentences. Reads the whole file."""
        return self._database.problems()

    def n_indexed_without_content(self) -> int:
        """Photos that count as indexed but have no content."""
        return int(self._database.value("SELECT COUNT(*) FROM photo WHERE content_id IS NULL AND state = 'indexed'"))

    def n_contents_without_photo(self) -> int:
        """Contents that no photo has and that wait for no purge."""
        return int(self._database.value(f"SELECT COUNT(*) {_ORPHANS}"))

    def has_right_counts(self) -> bool:
        """Whether the counts that triggers keep agree with the rows."""
        return not self._database.rows(
            "SELECT id FROM folder WHERE (n_photos, n_failed) IS NOT (SELECT COUNT(*), COALESCE(SUM(state = 'failed'), "
            "0) FROM photo WHERE folder_id = folder.id)"
        ) and sorted(self._database.rows("SELECT folder_id, model_id, n FROM described WHERE n != 0")) == sorted(
            self._database.rows(_DESCRIBED))

    def repair(self) -> None:
        """Put right what the checks above find: such photos are indexed again, orphans purged, counts made anew."""
        with self._database.transaction():
            self._database.run("DELETE FROM photo WHERE content_id IS NULL AND state = 'indexed'")
            self._database.run(f"INSERT OR IGNORE INTO loose SELECT id {_ORPHANS}")
            self._database.run(
                "UPDATE folder SET (n_photos, n_failed) = (SELECT COUNT(*), COALESCE(SUM(state = 'failed'), 0) "
                "FROM photo WHERE folder_id = folder.id)"
            )
            self._database.run("DELETE FROM described")
            self._database.run(f"INSERT INTO described {_DESCRIBED}")


_ORPHANS = ("FROM content WHERE NOT EXISTS (SELECT 1 FROM photo WHERE content_id = content.id) "
            "AND id NOT IN (SELECT content_id FROM loose)")
_DESCRIBED = ("SELECT folder_id, model_id, COUNT(*) FROM photo JOIN descriptor USING (content_id) "
              "WHERE kind = 'whole' GROUP BY folder_id, model_id")


def _described(model: Model) -> str:
    """SQL that tells of a row of `photo` whether its content has all that the model tells of it."""
    kinds = ("whole", "regions") if model.with_regions else ("whole",)
    return " AND ".join(
        f"EXISTS (SELECT 1 FROM descriptor WHERE descriptor.content_id = photo.content_id "
        f"AND model_id = {int(model.model_id)} AND kind = '{kind}')"
        for kind in kinds
    )


def _photo(row: Row) -> Photo:
    photo_id, content_id, folder_id, folder_path, path, content_hash, width_px, height_px, mtime_ns = row[:9]
    online, drive, missing, *shot = row[9:]
    return Photo(photo_id, content_id, folder_id, os.fsdecode(folder_path), path, content_hash, width_px, height_px,
                 mtime_ns, bool(online), drive, bool(missing), Shot(*shot))


def _slices(values: Sequence[_Value]) -> Iterable[Sequence[_Value]]:
    return (values[start:start + _MAX_VALUES] for start in range(0, len(values), _MAX_VALUES))


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
