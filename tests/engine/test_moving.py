from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import moving, snapshots
from engine.actnet.checkpoint import ModelCard
from engine.catalogue import Catalogue
from engine.errors import DiskFull, LibraryDamaged, LibraryError, LibraryInUse
from engine.library import Library
from engine.messages import Phase
from engine.moving import delete_moved, move
from engine.storage import LibraryFolder, WriterLock
from tests.helpers.library import TestLibrary, save


@pytest.fixture
def library(tmp_path: Path) -> Iterator[TestLibrary]:
    """A closed library with index, snapshot and thumbnails."""
    library = TestLibrary(tmp_path)
    library.commit(range(10))
    save(library.index())
    snapshots.take(library.folder)
    for number in range(30):
        path = library.folder.thumbs / f"{number % 3:02x}" / f"{number}.jpg"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"thumbnail %d" % number)
    library.catalogue.close()
    return library


def run(old: Path, new: Path) -> list[tuple[Phase, int, int | None]]:
    return [(progress.phase, progress.done, progress.total) for progress in move(old, new)]


def files(folder: Path) -> dict[str, bytes]:
    """All files of a library but locks and the catalogue, which is written anew."""
    paths = [path for path in folder.rglob("*")
             if path.is_file() and path.name != "lock" and not path.name.startswith("catalogue.sqlite")]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def assert_usable(root: Path) -> None:
    """The library at `root` holds its ten photos, and its index is used as it is."""
    folder = LibraryFolder(root)
    catalogue = Catalogue.open(folder)
    try:
        assert catalogue.problems() == []
        assert catalogue.n_photos() == 10
    finally:
        catalogue.close()


def test_the_copy_is_whole_and_the_old_one_stays(library: TestLibrary, tmp_path: Path) -> None:
    old, new = library.folder.root, tmp_path / "new"
    before = files(old)
    told = run(old, new)
    n = len(before)
    assert told[0] == (Phase.COPYING, 0, n)
    assert told[-1] == (Phase.CHECKING, n, n)
    assert files(new) == files(old) == before
    assert_usable(old)
    assert_usable(new)
    library.folder = LibraryFolder(new)
    library.catalogue = Catalogue.open(library.folder)
    index = library.index(catch_up=False)
    assert (index.n_rows, index.rebuild_reason) == (10, None)
    library.catalogue.close()


def test_the_old_one_is_deleted_only_when_asked_and_only_what_is_the_librarys(
    library: TestLibrary, tmp_path: Path
) -> None:
    old, new = library.folder.root, tmp_path / "new"
    run(old, new)
    (old / "my notes.txt").write_text("keep")
    delete_moved(old, new)
    assert [path.name for path in old.rglob("*")] == ["my notes.txt"]
    assert_usable(new)


def test_the_folder_goes_too_if_nothing_else_is_in_it(library: TestLibrary, tmp_path: Path) -> None:
    run(library.folder.root, tmp_path / "new")
    delete_moved(library.folder.root, tmp_path / "new")
    assert not library.folder.root.exists()
    assert library.photos.exists()


def test_nothing_is_deleted_that_is_not_the_same_library(library: TestLibrary, tmp_path: Path, card: ModelCard) -> None:
    Library(tmp_path / "other", card).close()
    for new in (tmp_path / "other", library.folder.root, tmp_path / "none"):
        with pytest.raises(LibraryError):
            delete_moved(library.folder.root, new)
    assert_usable(library.folder.root)
    run(library.folder.root, tmp_path / "new")
    with WriterLock(library.folder), pytest.raises(LibraryInUse):
        delete_moved(library.folder.root, tmp_path / "new")
    assert_usable(library.folder.root)


def test_one_that_is_given_up_leaves_nothing(library: TestLibrary, tmp_path: Path) -> None:
    steps = move(library.folder.root, tmp_path / "new")
    next(steps)
    assert (tmp_path / "new").exists()
    steps.close()
    assert not (tmp_path / "new").exists()
    assert_usable(library.folder.root)


def test_one_that_was_killed_is_no_library_and_is_taken_over(library: TestLibrary, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    (new / moving._UNDER_WAY).touch()
    (new / "thumbs").mkdir()
    (new / "thumbs" / "half.jpg").write_bytes(b"ha")
    (new / "index.hnsw").write_bytes(b"half")
    run(library.folder.root, new)
    assert files(new) == {**files(library.folder.root), "thumbs/half.jpg": b"ha"}
    assert_usable(new)


def test_a_disk_that_does_not_keep_what_is_written(
    library: TestLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rot(path: Path) -> None:
        data = path.read_bytes()
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))

    monkeypatch.setattr(moving, "sync_file", rot)
    with pytest.raises(LibraryError, match="does not keep what is written"):
        run(library.folder.root, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert_usable(library.folder.root)


@pytest.mark.expects_warnings
def test_a_damaged_catalogue_is_not_moved(library: TestLibrary, tmp_path: Path) -> None:
    data = bytearray(library.folder.catalogue.read_bytes())
    for at in range(4096, len(data), 4096):
        data[at:at + 64] = os.urandom(64)
    library.folder.catalogue.write_bytes(data)
    with pytest.raises(LibraryDamaged):
        run(library.folder.root, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_target_without_room(library: TestLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1 << 20))
    with pytest.raises(DiskFull):
        run(library.folder.root, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("library", "one lies in the other"),
        ("library/inside", "one lies in the other"),
        (".", "one lies in the other"),
        ("full", "is not empty"),
        ("no/such/place", "no folder"),
    ],
)
def test_places_that_will_not_do(library: TestLibrary, tmp_path: Path, new: str, words: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "photo.jpg").write_bytes(b"mine")
    with pytest.raises(LibraryError, match=words):
        run(library.folder.root, tmp_path / new)
    assert (tmp_path / "full" / "photo.jpg").read_bytes() == b"mine"
    assert_usable(library.folder.root)


def test_while_another_resight_writes(library: TestLibrary, tmp_path: Path) -> None:
    with WriterLock(library.folder), pytest.raises(LibraryInUse):
        run(library.folder.root, tmp_path / "new")
    assert not (tmp_path / "new").exists()
