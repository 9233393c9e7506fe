"""The one connection to the catalogue: opening, settings, transactions, and errors turned into sentences.

Used on the engine thread only. Rows are fetched at once, as every query of the catalogue is bounded.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from engine import migrations
from engine.errors import LibraryDamaged, LibraryError, LibraryInUse, LibraryTooNew
from engine.storage import LibraryFolder, disk_errors, disk_full, is_full, sync_file, sync_folder

_log = logging.getLogger(__name__)

_BUSY_TIMEOUT_S = 5.0
_JOURNAL_LIMIT_BYTES = 64 << 20
_HEADER = b"SQLite format 3\x00"

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

    def sync(self) -> None:
        """Wait until the disk has everything committed (commits alone do not wait, only a power loss can tell)."""
        self.rows("PRAGMA wal_checkpoint(PASSIVE)")

    def problems(self) -> list[str]:
        """What SQLite's own checks find: damaged pages, and rows that point at rows that do not exist."""
        found = [str(text) for (text,) in self.rows("PRAGMA quick_check(20)") if text != "ok"]
        found += [f"{table} row {row_id} points at a missing {parent}"
                  for table, row_id, parent, _ in self.rows("PRAGMA foreign_key_check")[:20]]
        return found

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
        exists = path.exists()
    if exists:
        _check_header(path)
    elif read_only:
        raise LibraryError(f"There is no library at {folder.root} yet. Add a folder of photos first.", folder.root)
    else:
        _make(folder)
    with translated(path):
        connection = _connect(path, read_only)
        try:
            _configure(connection, read_only)
            _check_kind(connection, path)
            if read_only:
                _check_version(connection)
            else:
                migrations.migrate(connection, folder.snapshots)
        except BaseException:
            connection.close()
            raise
    return Database(connection, path)


def _make(folder: LibraryFolder) -> None:
    """Make an empty catalogue under another name first: an empty file is then never one of ours."""
    path = folder.catalogue
    folder.ensure()
    if any(Path(f"{path}{end}").exists() for end in ("-wal", "-journal")):
        raise damaged(path, "The catalogue is gone, but its journal is still there.")
    with disk_errors(path):
        temp = folder.new_temp(path)
        try:
            with translated(path):
                connection = sqlite3.connect(temp, isolation_level=None)
                try:
                    migrations.migrate(connection, folder.snapshots)
                finally:
                    connection.close()
            sync_file(temp)
            os.replace(temp, path)
        finally:
            temp.unlink(missing_ok=True)
        sync_folder(path.parent)


def _connect(path: Path, read_only: bool) -> sqlite3.Connection:
    options = "mode=ro" if read_only else "mode=rw"
    if read_only and not os.access(path.parent, os.W_OK):
        journal = Path(f"{path}-wal")
        if not (journal.exists() and journal.stat().st_size):
            options += "&immutable=1"  # SQLite could not make its shared memory file in a read-only place
    # as_posix and quote: Windows separators, and names with % ? #
    uri = f"file:{quote(os.fsencode(path.as_posix()))}?{options}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_BUSY_TIMEOUT_S)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    return connection


def _configure(connection: sqlite3.Connection, read_only: bool) -> None:
    for setting in ("foreign_keys = ON", "trusted_schema = OFF", "cell_size_check = ON", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {setting}")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
        return
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA journal_size_limit = {_JOURNAL_LIMIT_BYTES}")


def _check_header(path: Path) -> None:
    """Whether this is an SQLite file at all. SQLite itself takes an empty file for a new catalogue."""
    with disk_errors(path), path.open("rb") as file:
        if file.read(len(_HEADER)) != _HEADER:
            raise damaged(path, "The file is not a catalogue.")


def _check_kind(connection: sqlite3.Connection, path: Path) -> None:
    kind = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if kind != migrations.APPLICATION_ID or version < 1:
        raise damaged(path, "The file belongs to another program or has lost its header.")


def _check_version(connection: sqlite3.Connection) -> None:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(migrations.STEPS):
        raise LibraryTooNew("This library was written by a newer Resight. Install the newest Resight to open it.")
    if version < len(migrations.STEPS):
        raise LibraryError("This library is of an older Resight. Open it once in the window to bring it up to date.")


def damaged(path: Path, what: str) -> LibraryDamaged:
    """The error for a catalogue that cannot be read."""
    return LibraryDamaged(
        f"The catalogue of this library cannot be read: {path}. {what} Your photos are untouched. Rename the folder "
        f"{path.parent} and add your photo folders again, or put back a copy of it.", path
    )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into the library's, with a sentence for people."""
    try:
        yield
    except UnicodeDecodeError as error:  # SQLite quotes broken names of a damaged schema
        raise damaged(path, "Its content is broken.") from error
    except sqlite3.Error as error:
        _log.warning("%s: %s (%s)", path, error, getattr(error, "sqlite_errorname", "no code"))
        raise _explain(error, path) from error


def _explain(error: sqlite3.Error, path: Path) -> LibraryError:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code == sqlite3.SQLITE_FULL or (code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN) and is_full(path)):
        return disk_full(path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LibraryInUse(f"Another program is working in the library {path.parent}. Close it, then try again.", path)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
        return LibraryError(f"Resight may not write to {path}. Choose another library folder or change its "
                            "permissions.", path)
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM):
        return LibraryError(f"The disk reported an error at {path}. Check the disk, then start Resight again.", path)
    if code == sqlite3.SQLITE_CONSTRAINT:
        return LibraryError("The catalogue refused a change that does not fit what it holds. Check the library.", path)
    if isinstance(error, sqlite3.ProgrammingError):
        return LibraryError("The library is closed.", path)
    return damaged(path, "Its content is broken.")
