from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import snapshots
from engine.actnet.checkpoint import ModelCard
from engine.catalogue import Catalogue
from engine.catalogue_file import Stopped
from engine.errors import DiskFull, LibraryDamaged, LibraryError, LibraryInUse
from engine.library import Library
from engine.messages import Notice
from tests.helpers.library import TestLibrary

TODAY = datetime(2026, 11, 24, 9, 5)


class Clock(datetime):
    """A `datetime` whose present the tests set."""

    present = TODAY

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return cls.present


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    Clock.present = TODAY
    monkeypatch.setattr(snapshots, "datetime", Clock)
    return Clock


@pytest.fixture
def library(tmp_path: Path) -> Iterator[TestLibrary]:
    """An open library of twenty photos."""
    library = TestLibrary(tmp_path)
    library.commit(range(20))
    yield library
    library.catalogue.close()


def names(library: TestLibrary) -> list[str]:
    return sorted(path.name for path in library.folder.snapshots.glob("*.sqlite"))


def rows(path: str) -> tuple[int, int]:
    """(photos, descriptors) of a snapshot, as SQLite itself sees them."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return (connection.execute("SELECT COUNT(*) FROM photo").fetchone()[0],
                connection.execute("SELECT COUNT(*) FROM descriptor").fetchone()[0])


def flip_pages(path: Path) -> None:
    """Damage the content of every page but the first."""
    data = bytearray(path.read_bytes())
    for at in range(4096, len(data), 4096):
        data[at:at + 64] = os.urandom(64)
    path.write_bytes(data)


def test_a_snapshot_holds_all_of_a_catalogue_that_is_open(library: TestLibrary) -> None:
    snapshot = snapshots.take(library.folder)
    assert (snapshot.taken, snapshot.photos) == ("2026-11-24 09:05", 20)
    assert Path(snapshot.path) == library.folder.snapshots / "catalogue-0001-2026-11-24-0905.sqlite"
    assert snapshot.bytes == Path(snapshot.path).stat().st_size
    library.commit(range(20, 25))  # what comes later is not in it, and the writer was not disturbed
    assert rows(snapshot.path) == (20, 20)
    assert snapshots.listed(library.folder) == [snapshot]
    assert snapshots.newest_good(library.folder) == snapshot
    assert sorted(os.listdir(library.folder.snapshots)) == [Path(snapshot.path).name, "lock"]


def test_the_ten_newest_are_kept(library: TestLibrary, clock: type[Clock]) -> None:
    for day in range(12):
        clock.present = TODAY + timedelta(days=day)
        snapshots.take(library.folder)
    assert names(library) == [f"catalogue-{n:04d}-{TODAY + timedelta(days=n - 1):%Y-%m-%d}-0905.sqlite"
                              for n in range(3, 13)]


def test_a_clock_that_went_back_does_not_cost_the_newest(library: TestLibrary, clock: type[Clock]) -> None:
    for _ in range(10):
        snapshots.take(library.folder)
    clock.present = TODAY - timedelta(days=3650)
    snapshot = snapshots.take(library.folder)
    assert snapshots.listed(library.folder)[0] == snapshot
    assert len(names(library)) == 10


def test_files_of_others_are_left_alone_and_not_counted(library: TestLibrary) -> None:
    snapshots.take(library.folder)
    (library.folder.snapshots / "catalogue-mine.sqlite").write_bytes(b"keep")
    for _ in range(10):
        snapshots.take(library.folder)
    assert len(names(library)) == 11
    assert len(snapshots.listed(library.folder)) == 10


def test_one_that_cannot_be_opened_is_listed_so_and_is_not_one_of_the_ten(library: TestLibrary) -> None:
    for _ in range(9):
        snapshots.take(library.folder)
    bad = Path(snapshots.take(library.folder).path)
    bad.write_bytes(b"<html>")
    assert snapshots.listed(library.folder)[0].photos is None
    snapshots.take(library.folder)
    assert len(names(library)) == 11  # ten good ones: nothing had to go
    snapshots.take(library.folder)
    assert len(names(library)) == 11
    for _ in range(9):
        snapshots.take(library.folder)
    assert not bad.exists()  # older than all ten by now


@pytest.mark.expects_warnings
def test_the_newest_good_one_is_not_the_newest_if_that_is_damaged(library: TestLibrary) -> None:
    good = snapshots.take(library.folder)
    flip_pages(Path(snapshots.take(library.folder).path))
    Path(snapshots.take(library.folder).path).write_bytes(b"")
    assert snapshots.newest_good(library.folder) == good


@pytest.mark.expects_warnings
def test_a_damaged_catalogue_gives_no_snapshot_and_costs_no_good_one(library: TestLibrary) -> None:
    for _ in range(10):
        snapshots.take(library.folder)
    before = names(library)
    library.catalogue.close()
    flip_pages(library.folder.catalogue)
    with pytest.raises(LibraryDamaged) as raised:
        snapshots.take(library.folder)
    assert str(library.folder.catalogue) in raised.value.sentence
    assert names(library) == before
    assert library.folder.unfinished_snapshots() == []


@pytest.mark.parametrize("content", [b"", b"<html>", b"SQLite format 3\x00" + bytes(84)])
@pytest.mark.expects_warnings
def test_what_is_no_catalogue_gives_no_snapshot(library: TestLibrary, content: bytes) -> None:
    library.catalogue.close()
    library.folder.catalogue.write_bytes(content)
    with pytest.raises(LibraryDamaged):
        snapshots.take(library.folder)
    assert names(library) == []
    assert library.folder.catalogue.read_bytes() == content


def test_no_library_gives_a_sentence(tmp_path: Path) -> None:
    library = TestLibrary(tmp_path)
    library.catalogue.close()
    library.folder.catalogue.unlink()
    with pytest.raises(LibraryError, match="no library"):
        snapshots.take(library.folder)


def test_a_disk_that_is_nearly_full_is_not_filled(library: TestLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(library.folder.root)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=64 << 20))
    with pytest.raises(DiskFull, match="disk is full"):
        snapshots.take(library.folder)
    assert names(library) == []


def test_only_one_is_made_at_a_time(library: TestLibrary) -> None:
    snapshots.take(library.folder)
    with snapshots._lock(library.folder), pytest.raises(LibraryInUse, match="being made already"):
        snapshots.take(library.folder)


def test_a_copy_elsewhere_never_replaces_a_file(library: TestLibrary, tmp_path: Path) -> None:
    elsewhere = tmp_path / "usb"
    elsewhere.mkdir()
    made = [snapshots.take(library.folder, elsewhere) for _ in range(2)]
    assert [Path(snapshot.path).name for snapshot in made] == [
        "resight-library-2026-11-24.sqlite", "resight-library-2026-11-24-2.sqlite"]
    assert rows(made[0].path) == (20, 20)
    assert sorted(os.listdir(elsewhere)) == sorted(Path(snapshot.path).name for snapshot in made)
    assert names(library) == []


@pytest.mark.skipif(os.name == "nt", reason="names that are bytes")
def test_a_library_whose_name_is_no_text(tmp_path: Path) -> None:
    place = tmp_path / os.fsdecode(b"caf\xe9 100%?#")
    try:
        place.mkdir()
    except OSError:
        pytest.skip("this file system takes no such names")
    library = TestLibrary(place)
    library.commit(range(3))
    snapshot = snapshots.take(library.folder)
    assert snapshot.photos == 3
    assert snapshots.newest_good(library.folder) == snapshot
    library.catalogue.close()


# ---- beside other work ----


def test_beside_other_work_it_is_done_in_steps(library: TestLibrary) -> None:
    assert len(list(snapshots.take_beside(library.folder))) >= 1
    assert rows(snapshots.listed(library.folder)[0].path) == (20, 20)


def test_one_that_is_given_up_leaves_nothing(library: TestLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "_LOOK_EVERY_STEPS", 1)
    with pytest.raises(Stopped):
        snapshots.take(library.folder, stopped=lambda: True)
    steps = snapshots.take_beside(library.folder)
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert library.folder.unfinished_snapshots() == []


# ---- once a day ----


@pytest.fixture
def opened(tmp_path: Path, card: ModelCard) -> Iterator[Library]:
    (tmp_path / "photos").mkdir()
    library = Library(tmp_path / "library", card)
    library.catalogue.folders.add(str(tmp_path / "photos"))
    yield library
    library.close()


def daily(library: Library) -> list[Notice]:
    return [notice for notice in library.daily_snapshot() if notice is not None]


def test_one_a_day(opened: Library, clock: type[Clock]) -> None:
    for hours in (0, 3, 14, 15, 30):
        clock.present = TODAY + timedelta(hours=hours)
        assert daily(opened) == []
    assert [snapshot.taken for snapshot in snapshots.listed(opened.folder)] == ["2026-11-25 00:05", "2026-11-24 09:05"]


def test_one_by_hand_counts_as_todays(opened: Library) -> None:
    snapshots.take(opened.folder)
    daily(opened)
    assert len(snapshots.listed(opened.folder)) == 1


def test_an_empty_library_needs_none(tmp_path: Path, card: ModelCard) -> None:
    library = Library(tmp_path / "library", card)
    daily(library)
    assert not library.folder.snapshots.exists()
    library.close()


def test_a_library_opened_for_reading_makes_none(opened: Library, card: ModelCard) -> None:
    reader = Library(opened.folder.root, card, read_only=True)
    daily(reader)
    assert not opened.folder.snapshots.exists()
    reader.close()


def test_a_full_disk_costs_a_notice(opened: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(opened.folder.root)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=0))
    (notice,) = daily(opened)
    assert notice.warning
    assert notice.sentence.startswith("Today's backup of the library was not made. The disk is full")


def test_what_a_killed_run_has_left_goes_with_the_next_opening(tmp_path: Path, card: ModelCard) -> None:
    library = Library(tmp_path / "library", card)
    library.folder.snapshots.mkdir()
    library.close()
    left = library.folder.new_temp(library.folder.snapshots / "catalogue")
    with snapshots._lock(library.folder):
        Library(library.folder.root, card).close()
        assert left.exists()  # it is being written
    Library(library.folder.root, card).close()
    assert not left.exists()


def test_a_missing_catalogue_beside_snapshots_is_no_new_library(library: TestLibrary) -> None:
    snapshots.take(library.folder)
    library.catalogue.close()
    library.folder.catalogue.unlink()
    for read_only in (True, False):
        with pytest.raises(LibraryDamaged, match="It is gone"):
            Catalogue.open(library.folder, read_only=read_only)
    assert not library.folder.catalogue.exists()
