from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine import restoring, snapshots
from engine.actnet.checkpoint import ModelCard
from engine.catalogue import Catalogue
from engine.errors import DiskFull, LibraryDamaged, LibraryError, LibraryInUse, LibraryTooNew
from engine.library import Library
from engine.migrations import STEPS
from engine.restoring import restore
from engine.storage import LibraryFolder, WriterLock
from engine.types import Snapshot
from tests.helpers.library import TestLibrary, save


@pytest.fixture
def library(tmp_path: Path) -> Iterator[TestLibrary]:
    """A closed library of ten photos of which there is a snapshot, and five more since."""
    library = TestLibrary(tmp_path)
    library.commit(range(10))
    snapshots.take(library.folder)
    library.commit(range(10, 15))
    save(library.index())
    library.catalogue.close()
    return library


@pytest.fixture
def snapshot(library: TestLibrary) -> Snapshot:
    return snapshots.listed(library.folder)[0]


def n_photos(catalogue: Path) -> int:
    with closing(sqlite3.connect(catalogue)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(connection.execute("SELECT COUNT(*) FROM photo").fetchone()[0])


def test_the_snapshot_is_in_place_and_the_former_catalogue_is_kept(library: TestLibrary, snapshot: Snapshot) -> None:
    restored = restore(library.folder.root, Path(snapshot.path))
    assert restored.snapshot == snapshot
    assert n_photos(library.folder.catalogue) == 10
    assert restored.kept is not None
    kept = Path(restored.kept)
    assert kept.parent == library.folder.recovery
    assert kept.name.startswith("catalogue-before-restore-")
    assert n_photos(kept) == 15
    assert library.folder.catalogue.stat().st_nlink == kept.stat().st_nlink == 1
    assert snapshots.listed(library.folder) == [snapshot]
    assert library.folder.leftovers() == []


def test_it_can_be_undone(library: TestLibrary, snapshot: Snapshot) -> None:
    first = restore(library.folder.root, Path(snapshot.path))
    assert first.kept is not None
    second = restore(library.folder.root, Path(first.kept))
    assert n_photos(library.folder.catalogue) == 15
    assert second.kept != first.kept
    assert n_photos(Path(first.kept)) == 15


def test_the_index_is_made_again_and_agrees(library: TestLibrary, snapshot: Snapshot, card: ModelCard) -> None:
    restore(library.folder.root, Path(snapshot.path))
    library.catalogue = Catalogue.open(library.folder)
    index = library.index()
    assert index.n_rows == 10
    library.commit(range(20, 25))  # ids of what was there before the restore are given to other contents
    for _ in index.catch_up():
        pass
    assert index.content_ids().tolist() == list(range(1, 16))
    library.catalogue.close()


def test_what_was_committed_but_only_in_the_journal_is_kept(library: TestLibrary, snapshot: Snapshot) -> None:
    catalogue, journal = library.folder.catalogue, Path(f"{library.folder.catalogue}-wal")
    library.catalogue = Catalogue.open(library.folder)
    library.commit(range(15, 18))
    copies = [(path, path.read_bytes()) for path in (catalogue, journal)]
    library.catalogue.close()
    for path, content in copies:  # as after a kill
        path.write_bytes(content)
    assert journal.stat().st_size > 0
    restored = restore(library.folder.root, Path(snapshot.path))
    assert restored.kept is not None
    assert n_photos(Path(restored.kept)) == 18
    assert not journal.exists()
    assert n_photos(catalogue) == 10


@pytest.mark.expects_warnings
@pytest.mark.parametrize("content", [b"", b"<html>404</html>", b"SQLite format 3\x00" + bytes(5000)])
def test_a_damaged_catalogue_is_kept_as_it_is_with_its_journal(
    library: TestLibrary, snapshot: Snapshot, content: bytes
) -> None:
    library.folder.catalogue.write_bytes(content)
    Path(f"{library.folder.catalogue}-wal").write_bytes(b"journal of another catalogue")
    restored = restore(library.folder.root, Path(snapshot.path))
    assert restored.kept is not None
    assert Path(restored.kept).read_bytes() == content
    assert Path(f"{restored.kept}-wal").read_bytes() == b"journal of another catalogue"
    assert n_photos(library.folder.catalogue) == 10


def test_a_catalogue_that_is_gone_is_put_back(library: TestLibrary, snapshot: Snapshot) -> None:
    library.folder.catalogue.unlink()
    assert restore(library.folder.root, Path(snapshot.path)).kept is None
    assert n_photos(library.folder.catalogue) == 10


def test_a_backup_makes_a_library_where_there_is_none(snapshot: Snapshot, tmp_path: Path, card: ModelCard) -> None:
    assert restore(tmp_path / "another", Path(snapshot.path)).kept is None
    library = Library(tmp_path / "another", card, must_exist=True)
    assert library.catalogue.n_photos() == 10
    library.close()


def test_without_second_names_it_works_too(
    library: TestLibrary, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_names: object) -> None:
        raise PermissionError("no hard links here")

    monkeypatch.setattr(os, "link", refuse)
    restored = restore(library.folder.root, Path(snapshot.path))
    assert restored.kept is not None
    assert (n_photos(Path(restored.kept)), n_photos(library.folder.catalogue)) == (15, 10)


# ---- refused, and nothing changed ----


def state(folder: LibraryFolder) -> dict[str, bytes]:
    """All files of a library but locks; nothing that is refused may change them."""
    paths = [path for path in folder.root.rglob("*") if path.is_file() and path.name != "lock"]
    return {str(path.relative_to(folder.root)): path.read_bytes() for path in paths}


def test_while_another_resight_writes(library: TestLibrary, snapshot: Snapshot) -> None:
    before = state(library.folder)
    with WriterLock(library.folder), pytest.raises(LibraryInUse, match="Another Resight"):
        restore(library.folder.root, Path(snapshot.path))
    assert state(library.folder) == before


@pytest.mark.expects_warnings
def test_while_another_program_reads(
    library: TestLibrary, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.catalogue_file.BUSY_TIMEOUT_S", 0.1)
    reader = sqlite3.connect(library.folder.catalogue)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM photo").fetchone()
    with pytest.raises(LibraryInUse):
        restore(library.folder.root, Path(snapshot.path))
    assert reader.execute("SELECT COUNT(*) FROM photo").fetchone() == (15,)
    reader.close()
    assert n_photos(library.folder.catalogue) == 15


@pytest.mark.expects_warnings
def test_a_damaged_snapshot(library: TestLibrary, snapshot: Snapshot) -> None:
    path = Path(snapshot.path)
    data = bytearray(path.read_bytes())
    for at in range(4096, len(data), 4096):
        data[at:at + 64] = os.urandom(64)
    path.write_bytes(data)
    before = state(library.folder)
    with pytest.raises(LibraryDamaged, match="catalogue-0001"):
        restore(library.folder.root, path)
    path.write_bytes(b"")
    with pytest.raises(LibraryDamaged, match="not a catalogue"):
        restore(library.folder.root, path)
    path.write_bytes(bytes(data))
    assert state(library.folder) == before


def test_a_snapshot_of_a_newer_resight(library: TestLibrary, snapshot: Snapshot) -> None:
    with closing(sqlite3.connect(snapshot.path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    before = state(library.folder)
    with pytest.raises(LibraryTooNew, match="newer Resight"):
        restore(library.folder.root, Path(snapshot.path))
    assert state(library.folder) == before


def test_what_is_no_backup(library: TestLibrary) -> None:
    with pytest.raises(LibraryError, match="There is no backup"):
        restore(library.folder.root, library.folder.snapshots / "catalogue-0009-2026-11-24-0905.sqlite")
    with pytest.raises(LibraryError, match="library itself"):
        restore(library.folder.root, library.folder.catalogue)


@pytest.mark.expects_warnings
def test_a_full_disk(library: TestLibrary, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    before = state(library.folder)

    def fill(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restoring, "sync_file", fill)
    with pytest.raises(DiskFull):
        restore(library.folder.root, Path(snapshot.path))
    assert state(library.folder) == before
