"""The one connection to the catalogue: opening, settings, transactions.

Used on the engine thread only. Rows are fetched at once, as every query of the catalogue is bounded.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from engine import catalogue_file, migrations, snapshots
from engine.catalogue_file import damaged, translated
from engine.errors import LibraryError, LibraryTooNew
from engine.storage import LibraryFolder, disk_errors, sync_file, sync_folder

_JOURNAL_LIMIT_BYTES = 64 << 20

Row = tuple[Any, ...]


class Database:
    """An open catalogue. Make one with `open_database`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query."""
        with translated(self._path):
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """The first row of a query, or None."""
        with translated(self._path):
            found: Row | None = self._connection.execute(sql, values).fetchone()
            return found

    def value(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The first column of the first row, or None if there is no row."""
        found = self.row(sql, values)
        return None if found is None else found[0]

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run a writing statement and return how many rows it changed (triggers not counted)."""
        with translated(self._path):
            return self._connection.execute(sql, values).rowcount

    def insert(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run an INSERT and return the new row's id."""
        with translated(self._path):
            return int(self._connection.execute(sql, values).lastrowid or 0)

    def run_many(self, sql: str, values: Iterable[Sequence[Any]]) -> None:
        """Run a writing statement once for each of `values`."""
        with translated(self._path):
            self._connection.executemany(sql, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or nothing of it. Blocks may be nested; the outermost commits."""
        if self._connection.in_transaction:
            yield
            return
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # SQLite ends it by itself on a full disk
                self.run("ROLLBACK")
            raise

    def state(self) -> tuple[int, int]:
        """Something that is another after every change, be it ours or of another process."""
        return self._connection.total_changes, int(self.value("PRAGMA data_version"))

    def sync(self) -> None:
        """Wait until the disk has everything committed (commits alone do not wait, only a power loss can tell)."""
        self.rows("PRAGMA wal_checkpoint(PASSIVE)")

    def problems(self) -> list[str]:
        """What SQLite's own checks find: damaged pages, and rows that point at rows that do not exist."""
        with translated(self._path):
            return catalogue_file.damage(self._connection)

    def close(self) -> None:
        """Close the connection. Harmless if it is closed."""
        self._connection.close()


def open_database(folder: LibraryFolder, *, read_only: bool = False) -> Database:
    """Open the catalogue of a library, and make or upgrade it unless `read_only`.

    Raises:
        LibraryDamaged: the file is not a catalogue, or is broken.
        LibraryTooNew: a newer Resight has written it.
        LibraryError: `read_only` and there is no library; or the place cannot be used.
        DiskFull: no space left.
    """
    path = folder.catalogue
    with disk_errors(path):
        exists = path.exists() or path.is_symlink()
    if exists:
        catalogue_file.check_header(path)
    elif remains := folder.remains():
        raise damaged(path, f"It is gone, but {remains[0].name} is still there.")
    elif read_only:
        raise LibraryError(f"There is no library at {folder.root} yet. Add a folder of photos first.", folder.root)
    else:
        _make(folder)
    with translated(path):
        connection = catalogue_file.connect(path, read_only=read_only)
        try:
            version = catalogue_file.check_kind(connection, path)  # first: what is not ours is left as it is
            _configure(connection, read_only)
            if read_only:
                _check_version(version)
            else:
                migrations.migrate(connection, partial(snapshots.take_from, connection, folder))
        except BaseException:
            connection.close()
            raise
    return Database(connection, path)


def _make(folder: LibraryFolder) -> None:
    """Make an empty catalogue under another name first: an empty file is then never one of ours."""
    path = folder.catalogue
    folder.ensure()
    with disk_errors(path):
        temp = folder.new_temp(path)
        try:
            with translated(path):
                connection = sqlite3.connect(temp, isolation_level=None)
                try:
                    migrations.migrate(connection)
                finally:
                    connection.close()
            sync_file(temp)
            os.replace(temp, path)
        finally:
            temp.unlink(missing_ok=True)
        sync_folder(path.parent)


def _configure(connection: sqlite3.Connection, read_only: bool) -> None:
    for setting in ("foreign_keys = ON", "trusted_schema = OFF", "cell_size_check = ON", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {setting}")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
        return
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA journal_size_limit = {_JOURNAL_LIMIT_BYTES}")


def _check_version(version: int) -> None:
    if version > len(migrations.STEPS):
        raise LibraryTooNew("This library was written by a newer Resight. Install the newest Resight to open it.")
    if version < len(migrations.STEPS):
        raise LibraryError("This library is of an older Resight. Open it once in the window to bring it up to date.")
