from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from engine import migrations, snapshots
from engine.catalogue import Catalogue
from engine.errors import DiskFull, LibraryTooNew
from engine.storage import LibraryFolder
from tests.helpers.library import TestLibrary

_NEXT = "ALTER TABLE photo ADD COLUMN stars INTEGER NOT NULL DEFAULT 0;"


@pytest.fixture
def folder(tmp_path: Path) -> LibraryFolder:
    """A closed library of the current version with three photos."""
    library = TestLibrary(tmp_path)
    library.commit(range(3))
    library.catalogue.close()
    return library.folder


def _open(folder: LibraryFolder) -> sqlite3.Connection:
    return sqlite3.connect(folder.catalogue, isolation_level=None)


def _refuse() -> None:
    raise DiskFull("The disk is full.")


def test_a_new_library_is_of_the_newest_version_and_needs_no_snapshot(folder: LibraryFolder) -> None:
    connection = _open(folder)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(migrations.STEPS),)
    connection.close()
    assert not folder.snapshots.exists()


def test_a_copy_is_made_before_a_step_and_the_photos_are_kept(
    folder: LibraryFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations.migrate, "__defaults__", (None, (*migrations.STEPS, _NEXT)))
    Catalogue.open(folder).close()
    connection = _open(folder)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(migrations.STEPS) + 1,)
    assert connection.execute("SELECT COUNT(*), SUM(stars) FROM photo").fetchone() == (3, 0)
    connection.close()
    (snapshot,) = snapshots.listed(folder)
    assert snapshot.photos == 3
    assert snapshots.check(Path(snapshot.path)) == len(migrations.STEPS)


def test_without_the_copy_nothing_is_changed(folder: LibraryFolder) -> None:
    connection = _open(folder)
    with pytest.raises(DiskFull):
        migrations.migrate(connection, _refuse, (*migrations.STEPS, _NEXT))
    assert connection.execute("PRAGMA user_version").fetchone() == (len(migrations.STEPS),)
    assert migrations.migrate(connection, _refuse) == len(migrations.STEPS)  # nothing to do, so nothing to keep
    connection.close()


def test_a_step_that_fails_changes_nothing(folder: LibraryFolder) -> None:
    connection = _open(folder)
    with pytest.raises(sqlite3.Error):
        migrations.migrate(connection, None, (*migrations.STEPS, f"{_NEXT} SELECT * FROM nowhere;"))
    assert not connection.in_transaction
    assert connection.execute("PRAGMA user_version").fetchone() == (len(migrations.STEPS),)
    assert "stars" not in [row[1] for row in connection.execute("PRAGMA table_info(photo)")]
    connection.close()


def test_nothing_is_done_twice(folder: LibraryFolder) -> None:
    connection = _open(folder)
    steps = (*migrations.STEPS, _NEXT)
    migrations.migrate(connection, None, steps)
    assert migrations.migrate(connection, None, steps) == len(steps)
    connection.close()


@pytest.mark.parametrize("read_only", [False, True])
def test_a_newer_library_is_refused_and_left_alone(folder: LibraryFolder, read_only: bool) -> None:
    connection = _open(folder)
    connection.execute(f"PRAGMA user_version = {len(migrations.STEPS) + 1}")
    connection.close()
    before = folder.catalogue.read_bytes()
    with pytest.raises(LibraryTooNew, match="newer Resight"):
        Catalogue.open(folder, read_only=read_only)
    assert folder.catalogue.read_bytes() == before


def test_version_3_knows_of_subfolders_that_are_left_out(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "old.sqlite", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    migrations.migrate(connection, steps=migrations.STEPS[:2])
    connection.execute("INSERT INTO folder (path, device, inode, added_at) VALUES (x'2f61', 5, 6, 7.0)")
    assert migrations.migrate(connection) == 2
    connection.execute("INSERT INTO excluded VALUES (1, x'62')")
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("INSERT INTO excluded VALUES (2, x'62')")
    connection.execute("DELETE FROM folder")
    assert connection.execute("SELECT COUNT(*) FROM excluded").fetchone() == (0,)
    connection.close()


def test_version_2_keeps_what_version_1_held(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "old.sqlite", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    migrations.migrate(connection, steps=migrations.STEPS[:1])
    connection.executescript("""
        INSERT INTO folder (path, device, inode, added_at) VALUES (x'2f61', 5, 6, 7.0);
        INSERT INTO content (hash, size_bytes, width_px, height_px) VALUES (x'01', 8, 4, 3);
        INSERT INTO photo (folder_id, path, size_bytes, mtime_ns, content_id, state)
            VALUES (1, x'62', 8, 9, 1, 'indexed'), (1, x'63', 8, 9, NULL, 'failed');
    """)
    assert migrations.migrate(connection) == 1
    assert connection.execute("SELECT path, inode, missing, content_id FROM photo").fetchall() == [
        (b"b", None, 0, 1), (b"c", None, 0, None)]
    assert connection.execute("SELECT path, n_photos, n_failed, volume, volume_name, volume_path FROM folder").fetchall(
    ) == [(b"/a", 2, 1, "", "", b"")]
    connection.execute("INSERT INTO left_out VALUES (1, x'64', 1, 2, 3, 4)")
    connection.execute("UPDATE photo SET missing = 1")  # no count changes by that
    assert connection.execute("SELECT n_photos FROM folder").fetchone() == (2,)
    connection.execute("DELETE FROM photo")
    connection.execute("DELETE FROM folder")
    assert connection.execute("SELECT COUNT(*) FROM left_out").fetchone() == (0,)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def test_version_4_keeps_labels_of_two_contents_in_one_order(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "old.sqlite", isolation_level=None)
    migrations.migrate(connection, steps=migrations.STEPS[:3])
    assert migrations.migrate(connection) == 3
    insert = "INSERT INTO label (a, b, box, same, made_at) VALUES (?, ?, ?, 1, 2.0)"
    connection.execute(insert, (b"1", b"2", ""))
    connection.execute(insert, (b"2", b"1", "0,0,0.5,0.5"))
    for row in ((b"1", b"2", ""), (b"2", b"1", ""), (b"1", b"1", "")):
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(insert, row)
    connection.close()


def test_version_6_finds_the_stems_of_photos_that_are_there_already(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "old.sqlite", isolation_level=None)
    migrations.migrate(connection, steps=migrations.STEPS[:5])
    connection.executescript("""
        INSERT INTO folder (path, device, inode, added_at) VALUES (x'2f61', 5, 6, 7.0);
        INSERT INTO photo (folder_id, path, size_bytes, mtime_ns, state) VALUES
            (1, CAST('a/IMG.CR2' AS BLOB), 8, 9, 'failed'), (1, CAST('a/IMG.jpeg' AS BLOB), 8, 9, 'failed'),
            (1, CAST('a/b.png' AS BLOB), 8, 9, 'failed'), (1, CAST('.jpg' AS BLOB), 8, 9, 'failed');
    """)
    assert migrations.migrate(connection) == 5
    assert connection.execute("SELECT raw_stem, jpeg_stem FROM photo ORDER BY id").fetchall() == [
        (b"a/IMG", None), (None, b"a/IMG"), (None, None), (None, b"")]
    plan = str(connection.execute(
        "EXPLAIN QUERY PLAN SELECT COUNT(*) FROM photo AS raw WHERE raw.raw_stem IS NOT NULL AND raw.state = 'indexed' "
        "AND raw.missing = 0").fetchall())
    assert "photo_raw" in plan
    connection.close()


def test_version_7_keeps_models_and_lets_them_have_a_proof(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "old.sqlite", isolation_level=None)
    migrations.migrate(connection, steps=migrations.STEPS[:6])
    connection.execute("INSERT INTO model (name, dim, added_at, active) VALUES ('a', 4, 5.0, 1)")
    assert migrations.migrate(connection) == 6
    assert connection.execute("SELECT name, active, made_by, proof FROM model").fetchall() == [("a", 1, "", "")]
    connection.close()


def test_version_8_keeps_the_parts_of_a_collection_as_long_as_it(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "old.sqlite", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    migrations.migrate(connection, steps=migrations.STEPS[:7])
    connection.execute("INSERT INTO model (name, dim, added_at) VALUES ('m', 4, 1.0)")
    assert migrations.migrate(connection, steps=migrations.STEPS[:8]) == 7
    assert connection.execute("SELECT name FROM model").fetchall() == [("m",)]
    insert = "INSERT INTO collection (name, turned, expand, filters, made_at) VALUES ('Lamps', 0, 1, '[]', 2.0)"
    connection.execute(insert)
    with pytest.raises(sqlite3.IntegrityError):  # each name once
        connection.execute(insert)
    connection.execute("INSERT INTO collection_part VALUES (1, 0, x'01', x'2f61', '', 0)")
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("INSERT INTO collection_part VALUES (2, 0, x'01', x'2f61', '', 0)")
    connection.execute("DELETE FROM collection")
    assert connection.execute("SELECT COUNT(*) FROM collection_part").fetchone() == (0,)
    connection.close()


def test_version_9_gives_the_parts_there_are_the_usual_weight(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "old.sqlite", isolation_level=None)
    migrations.migrate(connection, steps=migrations.STEPS[:8])
    connection.execute("INSERT INTO collection (name, turned, expand, filters, made_at) VALUES ('a', 0, 0, '[]', 1.0)")
    connection.execute("INSERT INTO collection_part VALUES (1, 0, x'01', x'2f61', '', 0)")
    assert migrations.migrate(connection) == 8
    assert connection.execute("SELECT weight FROM collection_part").fetchall() == [(1.0,)]
    connection.close()
