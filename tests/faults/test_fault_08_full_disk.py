"""Fault 8: the disk of the library is full, for real; and what other errors of the disk do to what is written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine import snapshots
from engine.actnet.checkpoint import ModelCard
from engine.decoders import Decoders
from engine.errors import DiskFull
from engine.indexing import index_folders
from engine.library import Library
from engine.moving import move
from engine.regions import CODE_BYTES, N_WINDOWS
from engine.restoring import restore
from engine.storage import LibraryFolder
from tests.helpers.crashes import JOBS, N_LATER, N_PHOTOS, assert_sane
from tests.helpers.fake_runner import FakeRunner
from tests.helpers.faults import needs_strace, resize_disk, run_job, small_disk, under_strace
from tests.helpers.library import TestLibrary

pytestmark = pytest.mark.expects_warnings


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    with small_disk(place, "1m"):
        yield place


@pytest.fixture
def no_margin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let backups be written until nothing is left, instead of seeing beforehand that there is no room."""
    monkeypatch.setattr(snapshots, "_ROOM_LEFT_BYTES", -(1 << 40))


def fill(place: Path, leave_bytes: int = 0) -> Path:
    """Take the room of a disk, but for so many bytes."""
    path = place / "others"
    with path.open("wb") as file:
        free = os.statvfs(place)
        file.write(bytes(max(0, free.f_bavail * free.f_bsize - leave_bytes)))
    return path


def commit_until_full(library: TestLibrary) -> int:
    """Commit photos until the disk is full -> how many were."""
    for n_before in range(0, 100_000, 20):
        try:
            library.commit(range(n_before, n_before + 20))
        except DiskFull:
            return n_before
    raise AssertionError("a disk that never fills")


def test_committing_stops_and_goes_on_when_there_is_room(disk: Path) -> None:
    library = TestLibrary(disk)
    n_before = commit_until_full(library)
    assert n_before > 100
    assert library.catalogue.n_photos() == n_before
    assert library.catalogue.problems() == []
    resize_disk(disk, "16m")
    library.commit(range(n_before, n_before + 20))
    library.catalogue.close()
    assert_sane(disk / "library", n_before + 20)


def test_an_indexing_run_on_a_full_disk_loses_nothing(disk: Path, tmp_path: Path, card: ModelCard) -> None:
    JOBS["index"].prepare(tmp_path)
    library = Library(disk / "library", card)
    fill(disk, leave_bytes=60_000)
    steps = (str(tmp_path / "photos"),)
    with Decoders(1) as decoders:
        with pytest.raises(DiskFull, match="Make some room"):
            list(index_folders(library, FakeRunner(2), decoders, card.rule, steps))
        assert library.catalogue.problems() == []
        (disk / "others").unlink()
        resize_disk(disk, "16m")
        list(index_folders(library, FakeRunner(2), decoders, card.rule, steps))
    library.close()
    assert_sane(disk / "library", N_PHOTOS)


def test_region_codes_that_cannot_be_saved_are_still_there_and_saved_later(disk: Path) -> None:
    library = TestLibrary(disk, dim=128)
    random = np.random.default_rng(1)
    codes = random.integers(0, 256, (60, N_WINDOWS, CODE_BYTES), dtype=np.uint8)
    for first in (0, 20):
        library.catalogue.commit_chunk(
            library.model, [replace(library.photo(n), regions=codes[n]) for n in range(first, first + 20)]
        )
        regions = library.regions()
        if not first:
            list(regions.save())
    library.catalogue.sync()
    others = fill(disk, leave_bytes=8_000)
    with pytest.raises(DiskFull):
        list(regions.save())
    assert regions.n_rows == 40
    assert library.regions().n_rows == 40  # what was saved before, and the rest from the catalogue
    others.unlink()
    list(regions.save())
    assert [problem for problem in regions.problems() if problem] == []
    assert library.regions(catch_up=False).n_rows == 40
    library.catalogue.close()


def test_the_daily_backup_costs_a_notice_and_no_older_one(disk: Path, card: ModelCard, no_margin: None) -> None:
    made = TestLibrary(disk)
    made.commit(range(20))
    snapshots.take(made.folder)
    made.catalogue.close()
    (kept,) = made.folder.snapshots.glob("*.sqlite")
    kept.rename(kept.with_name("catalogue-0001-2020-01-01-0000.sqlite"))  # so that one is due today
    library = Library(made.folder.root, card)
    others = fill(disk, leave_bytes=30_000)
    (notice,) = [notice for notice in library.daily_snapshot() if notice is not None]
    assert "The disk is full" in notice.sentence
    assert [snapshot.photos for snapshot in snapshots.listed(made.folder)] == [20]
    assert made.folder.unfinished_snapshots() == []
    assert library.catalogue.n_photos() == 20  # and it goes on working
    others.unlink()
    assert [step for step in library.daily_snapshot() if step is not None] == []  # nothing to tell: it may end at once
    assert len(snapshots.listed(made.folder)) == 2
    library.close()


def test_a_restore_leaves_the_library_as_it_was(disk: Path, tmp_path: Path) -> None:
    made = TestLibrary(disk)
    made.commit(range(20))
    (tmp_path / "usb").mkdir()
    backup = snapshots.take(made.folder, tmp_path / "usb")
    made.commit(range(20, 25))
    made.catalogue.close()
    fill(disk)
    with pytest.raises(DiskFull):
        restore(made.folder.root, Path(backup.path))
    (disk / "others").unlink()
    assert made.folder.leftovers() == []
    assert_sane(made.folder.root, 25)


def test_a_move_leaves_the_library_where_it_was(disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    JOBS["move"].prepare(tmp_path)
    fill(disk, leave_bytes=60_000)
    monkeypatch.setattr("engine.moving._ROOM_LEFT_BYTES", -(1 << 40))
    with pytest.raises(DiskFull):
        list(move(tmp_path / "library", disk / "new"))
    assert not (disk / "new").exists()
    assert_sane(tmp_path / "library", N_PHOTOS + N_LATER)


@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
@pytest.mark.parametrize("call", ["fsync", "rename"])
@pytest.mark.parametrize("job", ["snapshot", "restore", "move"])
def test_an_error_of_the_disk_is_told_and_changes_nothing(tmp_path: Path, job: str, call: str, error: str) -> None:
    """Also fault 9: after an fsync that failed, nothing is taken for written."""
    needs_strace()
    JOBS[job].prepare(tmp_path)
    done = run_job(job, tmp_path, under_strace(call, f"error={error}:when=1+"))
    assert done.returncode == 1
    kind = "DiskFull" if error == "ENOSPC" else "LibraryError"
    assert f"engine.errors.{kind}: " in done.stderr
    folder = LibraryFolder(tmp_path / "library")
    assert [snapshot.photos for snapshot in snapshots.listed(folder)] == [N_PHOTOS]
    assert not (tmp_path / "new" / "catalogue.sqlite").exists()
    assert_sane(folder.root, N_PHOTOS + N_LATER)
