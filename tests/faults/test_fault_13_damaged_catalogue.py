"""Fault 13: a catalogue with damaged pages, no header, no content, another's journal, or something else in its place.

Whatever the damage: no crash, a sentence or the right answer, nothing deleted, never taken for a new library, and the
newest good snapshot puts everything right again.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import snapshots
from engine.catalogue import Catalogue
from engine.errors import LibraryDamaged, LibraryError
from engine.records import Model
from engine.restoring import restore
from engine.storage import LibraryFolder
from tests.helpers.crashes import assert_sane
from tests.helpers.library import TestLibrary, save

pytestmark = pytest.mark.expects_warnings

PAGE = 4096
N_PHOTOS = 40
MODEL = Model(1, "model-a", 16, active=True)


@pytest.fixture
def folder(tmp_path: Path) -> LibraryFolder:
    """A closed library of forty photos, a failure, an index and a snapshot of it all."""
    library = TestLibrary(tmp_path)
    library.commit(range(N_PHOTOS))
    save(library.index())
    snapshots.take(library.folder)
    library.catalogue.close()
    return library.folder


def use(folder: LibraryFolder, *, read_only: bool) -> list[LibraryError]:
    """Do what searching, listing, showing the state and checking do with a catalogue -> what went wrong."""
    try:
        catalogue = Catalogue.open(folder, read_only=read_only)
    except LibraryError as error:
        return [error]
    errors: list[LibraryError] = []

    def attempt(work: Callable[[], object]) -> None:
        try:
            work()
        except LibraryError as error:
            errors.append(error)

    try:
        attempt(lambda: catalogue.library_id)
        attempt(catalogue.n_photos)
        attempt(catalogue.folders.all)
        attempt(catalogue.failures)
        attempt(lambda: catalogue.photos_of(1))
        attempt(lambda: catalogue.photos_by_content(range(1, N_PHOTOS + 1)))
        attempt(lambda: catalogue.known(1, [b"%d.jpg" % n for n in range(N_PHOTOS)], MODEL))
        attempt(lambda: catalogue.content_by_hash(b"hash-3"))
        model = None
        try:
            model = catalogue.descriptors.model("model-a")
        except LibraryError as error:
            errors.append(error)
        if model is not None:
            attempt(lambda: list(catalogue.descriptors.all(model)))
            attempt(lambda: catalogue.n_searchable(1))
        attempt(catalogue.problems)
    finally:
        catalogue.close()
    return errors


def assert_told(errors: list[LibraryError]) -> None:
    for error in errors:
        assert error.sentence.endswith(".")
        assert "sqlite3." not in error.sentence


def assert_put_right(folder: LibraryFolder) -> None:
    """The newest good snapshot makes the library whole, and what was there is kept as it was."""
    damaged = folder.catalogue.read_bytes() if folder.catalogue.is_file() else None
    newest = snapshots.newest_good(folder)
    assert newest is not None
    restored = restore(folder.root, Path(newest.path))
    if damaged is not None:
        assert restored.kept is not None
        assert Path(restored.kept).stat().st_size == len(damaged)
    library = TestLibrary(folder.root.parent)
    index = library.index()
    save(index)
    library.catalogue.close()
    assert_sane(folder.root, N_PHOTOS)


def test_every_page_damaged_in_turn(folder: LibraryFolder) -> None:
    good = folder.catalogue.read_bytes()
    n_pages = len(good) // PAGE
    assert n_pages > 20
    chance = random.Random(13)
    n_found = 0
    for page in range(n_pages):
        for damage in (chance.randbytes(PAGE), bytes(PAGE)):
            data = bytearray(good)
            data[page * PAGE:(page + 1) * PAGE] = damage
            folder.catalogue.write_bytes(data)
            errors = use(folder, read_only=True)
            assert_told(errors)
            n_found += bool(errors) or bool(_problems(folder))
            assert folder.catalogue.read_bytes() == bytes(data), "opened for reading, nothing is changed"
            for end in ("-wal", "-shm"):
                Path(f"{folder.catalogue}{end}").unlink(missing_ok=True)
    assert n_found > 1.6 * n_pages  # some pages are free, and nobody's damage
    assert_put_right(folder)


def _problems(folder: LibraryFolder) -> list[str]:
    try:
        catalogue = Catalogue.open(folder, read_only=True)
    except LibraryError as error:
        return [error.sentence]
    try:
        return catalogue.problems()
    except LibraryError as error:
        return [error.sentence]
    finally:
        catalogue.close()


def test_flipped_bits_crash_nothing_even_when_written_to(folder: LibraryFolder) -> None:
    good = folder.catalogue.read_bytes()
    chance = random.Random(14)
    for _ in range(60):
        data = bytearray(good)
        for _ in range(chance.choice((1, 10, 200))):
            place = chance.randrange(8 * len(data))
            data[place // 8] ^= 1 << place % 8
        folder.catalogue.write_bytes(data)
        for end in ("-wal", "-shm"):
            Path(f"{folder.catalogue}{end}").unlink(missing_ok=True)
        assert_told(use(folder, read_only=False))
    assert_put_right(folder)


HEADER = b"SQLite format 3\x00"


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00", b"<html>404</html>", HEADER, HEADER + bytes(84), bytes(PAGE), b"\xff" * 3 * PAGE],
    ids=["0 bytes", "1 byte", "HTML", "magic only", "no header", "zeros", "ones"],
)
def test_what_is_no_catalogue_is_no_new_library(folder: LibraryFolder, content: bytes) -> None:
    folder.catalogue.write_bytes(content)
    for read_only in (True, False):
        with pytest.raises(LibraryDamaged, match="Your photos are untouched"):
            Catalogue.open(folder, read_only=read_only)
    assert folder.catalogue.read_bytes() == content
    assert_put_right(folder)


def test_a_header_that_is_wiped_keeps_the_journal(folder: LibraryFolder) -> None:
    """What was committed last may lie in the journal only; SQLite by itself would delete it."""
    library = TestLibrary(folder.root.parent)
    library.commit(range(100, 110))
    journal = Path(f"{folder.catalogue}-wal")
    contents = {path: path.read_bytes() for path in (folder.catalogue, journal)}
    library.catalogue.close()
    for path, content in contents.items():
        path.write_bytes(content)
    data = bytearray(folder.catalogue.read_bytes())
    data[16:100] = bytes(84)
    folder.catalogue.write_bytes(data)
    for read_only in (True, False):
        with pytest.raises(LibraryDamaged):
            Catalogue.open(folder, read_only=read_only)
    assert journal.read_bytes() == contents[journal]
    newest = snapshots.newest_good(folder)
    assert newest is not None
    kept = restore(folder.root, Path(newest.path)).kept
    assert Path(f"{kept}-wal").read_bytes() == contents[journal]
    assert_sane_after_index(folder)


def assert_sane_after_index(folder: LibraryFolder) -> None:
    library = TestLibrary(folder.root.parent)
    save(library.index())
    library.catalogue.close()
    assert_sane(folder.root, N_PHOTOS)


@pytest.mark.parametrize("in_its_place", ["nothing", "a folder", "a dead link", "a socket's name"])
def test_something_else_in_its_place(folder: LibraryFolder, in_its_place: str) -> None:
    folder.catalogue.unlink()
    if in_its_place == "a folder":
        folder.catalogue.mkdir()
    elif in_its_place == "a dead link":
        folder.catalogue.symlink_to(folder.root / "unplugged.sqlite")
    elif in_its_place == "a socket's name":
        os.mkfifo(folder.catalogue)  # must not be waited for either
    for read_only in (True, False):
        with pytest.raises(LibraryDamaged):
            Catalogue.open(folder, read_only=read_only)
    assert_put_right(folder)


def test_the_journal_of_another_library(folder: LibraryFolder, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = TestLibrary(tmp_path / "other")
    other.commit(range(200, 230))
    shutil.copy(f"{other.folder.catalogue}-wal", f"{folder.catalogue}-wal")
    other.catalogue.close()
    assert_told(use(folder, read_only=True))
    assert_told(use(folder, read_only=False))
    newest = snapshots.newest_good(folder)
    assert newest is not None
    restore(folder.root, Path(newest.path))
    assert_sane_after_index(folder)


def test_a_journal_that_is_cut_costs_its_last_commits_only(folder: LibraryFolder) -> None:
    library = TestLibrary(folder.root.parent)
    for number in range(100, 105):
        library.commit([number])
    journal = Path(f"{folder.catalogue}-wal")
    contents = {path: path.read_bytes() for path in (folder.catalogue, journal)}
    library.catalogue.close()
    for path, content in contents.items():
        path.write_bytes(content)
    os.truncate(journal, len(contents[journal]) - 100)
    catalogue = Catalogue.open(folder)
    assert N_PHOTOS <= catalogue.n_photos() < N_PHOTOS + 5
    assert catalogue.problems() == []
    catalogue.close()
