"""Putting a snapshot in the place of the catalogue. What was there before is kept; a kill leaves the one or the other.

Nothing of the library may be open in this process. Any thread.
"""

from __future__ import annotations

import logging
import os
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from engine import snapshots
from engine.catalogue_file import SIDE_FILES, check_header, check_kind, connect, translated
from engine.errors import LibraryError, LibraryInUse, LibraryTooNew
from engine.filesystems import refuse_network
from engine.migrations import STEPS
from engine.storage import LibraryFolder, WriterLock, disk_errors, sync_file, sync_folder
from engine.types import Restored

_log = logging.getLogger(__name__)


def restore(root: Path, snapshot: Path) -> Restored:
    """Make a snapshot the library's catalogue. The index is made again by whoever opens the library next.

    Args:
        root: the library's folder; made if it is not there.
        snapshot: the file; it is only read.

    Raises:
        LibraryInUse: another Resight is working in the library.
        LibraryDamaged: the snapshot is damaged. Nothing was changed.
        LibraryTooNew: a newer Resight has made the snapshot. Nothing was changed.
        DiskFull, LibraryError: it cannot be read, or the library not written. Nothing was changed.
    """
    folder = LibraryFolder(root)
    refuse_network(folder.root)
    described = snapshots.describe(snapshot)
    if snapshot.resolve() == folder.catalogue.resolve():
        raise LibraryError(f"{snapshot} is the library itself, not a backup of it.", snapshot)
    folder.ensure()
    with WriterLock(folder):
        folder.remove_leftovers()
        new = _copy_of(folder, snapshot)
        try:
            kept = _keep_present(folder)
            with disk_errors(folder.catalogue):
                folder.manifest.unlink(missing_ok=True)  # the index would be of another state of the catalogue
                os.replace(new, folder.catalogue)
                sync_folder(folder.root)
        finally:
            new.unlink(missing_ok=True)
    return Restored(described, None if kept is None else str(kept))


def _copy_of(folder: LibraryFolder, snapshot: Path) -> Path:
    """A checked copy of the snapshot in the library's folder, under another name."""
    check_header(snapshot)
    with disk_errors(folder.catalogue):
        temp = folder.new_temp(folder.catalogue)
        try:
            with translated(snapshot), closing(connect(snapshot, read_only=True)) as connection:
                if check_kind(connection, snapshot) > len(STEPS):
                    raise LibraryTooNew(
                        f"The backup {snapshot} was made by a newer Resight. Install the newest Resight to restore it.",
                        snapshot,
                    )
                snapshots.copy(connection, snapshot, temp)
            sync_file(temp)
        except BaseException:
            temp.unlink(missing_ok=True)
            raise
    return temp


def _keep_present(folder: LibraryFolder) -> Path | None:
    """Give the present catalogue a second name in the recovery folder -> that name; None if there is none."""
    present = folder.catalogue
    if not os.path.lexists(present):
        return None
    with disk_errors(folder.recovery):
        folder.recovery.mkdir(exist_ok=True)
        kept = _free_name(folder.recovery)
        if not _settle(present):
            for end in SIDE_FILES:  # a journal left beside the new catalogue would be written into it
                with suppress(FileNotFoundError):
                    os.replace(f"{present}{end}", f"{kept}{end}")
        try:
            os.link(present, kept)
        except OSError:  # a disk without second names: for a moment there is no catalogue, but the snapshots tell
            os.replace(present, kept)
        sync_folder(folder.recovery)
    return kept


def _settle(catalogue: Path) -> bool:
    """Have everything committed in the catalogue's own file and no journal beside it -> whether that could be done.

    Raises:
        LibraryInUse: somebody is reading it.
    """
    try:
        check_header(catalogue)
        with translated(catalogue), closing(connect(catalogue, read_only=False)) as connection:
            check_kind(connection, catalogue)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return bool(connection.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",))
    except LibraryInUse:
        raise
    except LibraryError as error:
        _log.warning("the catalogue is kept with its journal: %s", error.sentence)
        return False


def _free_name(place: Path) -> Path:
    stem = f"catalogue-before-restore-{datetime.now():%Y-%m-%d-%H%M}"
    names = (f"{stem}{'' if number == 1 else f'-{number}'}.sqlite" for number in range(1, 10_000))
    return next(place / name for name in names if not (place / name).exists())
