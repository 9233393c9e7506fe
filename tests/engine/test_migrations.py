from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from engine import migrations
from engine.catalogue import Catalogue
from engine.errors import LibraryTooNew
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


def test_a_new_library_is_of_the_newest_version_and_needs_no_snapshot(folder: LibraryFolder) -> None:
    connection = _open(folder)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(migrations.STEPS),)
    connection.close()
    assert not folder.snapshots.exists()


def test_a_step_keeps_the_photos_and_a_whole_copy_from_before(folder: LibraryFolder) -> None:
    connection = _open(folder)
    assert migrations.migrate(connection, folder.snapshots, (*migrations.STEPS, _NEXT)) == len(migrations.STEPS)
    assert connection.execute("SELECT COUNT(*), SUM(stars) FROM photo").fetchone() == (3, 0)
    connection.close()
    copy = sqlite3.connect(folder.snapshots / f"catalogue-version-{len(migrations.STEPS)}.sqlite")
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert copy.execute("SELECT COUNT(*) FROM photo").fetchone() == (3,)
    assert "stars" not in [row[1] for row in copy.execute("PRAGMA table_info(photo)")]
    copy.close()


def test_a_step_that_fails_changes_nothing(folder: LibraryFolder) -> None:
    connection = _open(folder)
    with pytest.raises(sqlite3.Error):
        migrations.migrate(connection, folder.snapshots, (*migrations.STEPS, f"{_NEXT} SELECT * FROM nowhere;"))
    assert not connection.in_transaction
    assert connection.execute("PRAGMA user_version").fetchone() == (len(migrations.STEPS),)
    assert "stars" not in [row[1] for row in connection.execute("PRAGMA table_info(photo)")]
    connection.close()


def test_nothing_is_done_twice(folder: LibraryFolder) -> None:
    connection = _open(folder)
    steps = (*migrations.STEPS, _NEXT)
    migrations.migrate(connection, folder.snapshots, steps)
    assert migrations.migrate(connection, folder.snapshots, steps) == len(steps)
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
