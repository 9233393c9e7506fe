"""The file of a catalogue from outside: is it one, is it whole, connecting to it, and SQLite's errors as sentences.

A catalogue that is open in this process must never be opened with `open` beside SQLite: closing it would take away
SQLite's locks, as POSIX drops all of a process at once. `check_header` is for files that are not open.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from engine.errors import LibraryDamaged, LibraryError, LibraryInUse
from engine.migrations import APPLICATION_ID
from engine.storage import disk_errors, disk_full, is_full

_log = logging.getLogger(__name__)

BUSY_TIMEOUT_S = 5.0
SIDE_FILES = ("-wal", "-shm", "-journal")
"""What SQLite adds to the name of a catalogue for the files it keeps beside it."""

_MAGIC = b"SQLite format 3\x00"
_HEADER_BYTES, _KIND_AT = 100, 68  # https://www.sqlite.org/fileformat2.html, section 1.3
_FOREIGN = "The file belongs to another program or has lost its header."


class Stopped(Exception):
    """What was under way has been given up, as it was asked to."""


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """Open a file with SQLite, which must exist. Use it within `translated`."""
    options = "mode=ro" if read_only else "mode=rw"
    if read_only and not os.access(path.parent, os.W_OK):
        journal = Path(f"{path}-wal")
        if not (journal.exists() and journal.stat().st_size):
            options += "&immutable=1"  # SQLite could not make its shared memory file in a read-only place
    connection = sqlite3.connect(f"{uri(path)}?{options}", uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_S)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    return connection


def uri(path: Path) -> str:
    """The name of a file for SQLite, whatever signs are in it: Windows separators, % ? #, bytes that are no text."""
    return f"file:{quote(os.fsencode(path.as_posix()))}"


def check_header(path: Path) -> None:
    """Look whether a file is a catalogue, by its header, before SQLite does.

    SQLite takes an empty file for a new catalogue, and deletes the journal beside a file whose header is damaged.

    Raises:
        LibraryDamaged: it is none.
    """
    if not path.is_file():
        raise damaged(path, "There is something else in its place.")
    with disk_errors(path), path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if not header.startswith(_MAGIC):
        raise damaged(path, "The file is not a catalogue.")
    if header[_KIND_AT:_KIND_AT + 4] != APPLICATION_ID.to_bytes(4, "big"):
        raise damaged(path, _FOREIGN)


def check_kind(connection: sqlite3.Connection, path: Path) -> int:
    """Look whether an SQLite file is a catalogue of ours -> the version of its schema.

    Raises:
        LibraryDamaged: it is none.
    """
    kind = connection.execute("PRAGMA application_id").fetchone()[0]
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if kind != APPLICATION_ID or version < 1:
        raise damaged(path, _FOREIGN)
    return version


def damage(connection: sqlite3.Connection) -> list[str]:
    """What SQLite's own checks find: damaged pages, and rows that point at rows that do not exist."""
    found = [str(text) for (text,) in connection.execute("PRAGMA quick_check(20)") if text != "ok"]
    found += [f"{table} row {row_id} points at a missing {parent}"
              for table, row_id, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchmany(20)]
    return found


def damaged(path: Path, what: str) -> LibraryDamaged:
    """The error for a catalogue that cannot be read. What to do about it is told where it is known: see `snapshots`."""
    return LibraryDamaged(
        f"The catalogue of this library is damaged: {path}. {what} Your photos are untouched, and nothing has been "
        "deleted.", path
    )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into the library's, with a sentence for people; work that was given up ends `Stopped`."""
    try:
        yield
    except UnicodeDecodeError as error:  # SQLite quotes broken names of a damaged schema
        raise damaged(path, "Its content is broken.") from error
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise Stopped from error
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
