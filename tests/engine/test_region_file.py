"""The mapped file of region codes: it holds what the catalogue does, and is made again whatever becomes of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.region_file import RegionFile
from engine.regions import CODE_BYTES, N_WINDOWS
from tests.helpers.library import TestLibrary

DIM = 128


def codes_of(number: int) -> NDArray[np.uint8]:
    """Codes that only this content has."""
    return np.random.default_rng(number).integers(0, 256, (N_WINDOWS, CODE_BYTES), dtype=np.uint8)


class Shelf(TestLibrary):
    """A library whose contents have region codes."""

    __test__ = False

    def add(self, numbers: Iterable[int]) -> None:
        self.catalogue.commit_chunk(
            self.model, [replace(self.photo(number), regions=codes_of(number)) for number in numbers]
        )

    def content_id(self, number: int) -> int:
        content = self.catalogue.content_by_hash(b"hash-%d" % number)
        assert content is not None
        return content.content_id


def save(regions: RegionFile) -> None:
    for _ in regions.save():
        pass


def assert_holds(shelf: Shelf, regions: RegionFile, numbers: Sequence[int]) -> None:
    """The codes of exactly these contents are there, and are the right ones."""
    ids = np.array([shelf.content_id(number) for number in numbers])
    assert regions.n_rows == len(numbers)
    found, scores = regions.scores(np.stack([codes_of(number)[9] for number in numbers]))
    assert sorted(found.tolist()) == sorted(ids.tolist())
    assert found[scores.argmax(axis=1)].tolist() == ids.tolist()  # nothing is more like a code than itself


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path, dim=DIM)
    shelf.add(range(1, 31))
    return shelf


def test_everything_committed_is_there_saved_or_not(shelf: Shelf) -> None:
    regions = shelf.regions()
    assert_holds(shelf, regions, range(1, 31))
    save(regions)
    assert_holds(shelf, regions, range(1, 31))
    shelf.add([31, 32])
    for _ in regions.catch_up():
        pass
    assert_holds(shelf, regions, range(1, 33))
    assert_holds(shelf, shelf.regions(), range(1, 33))  # what was saved, and the rest from the catalogue


def test_what_is_saved_is_not_read_from_the_catalogue_again(shelf: Shelf) -> None:
    save(shelf.regions())
    with shelf.catalogue.transaction():
        shelf.catalogue.regions.delete(range(1, 1000))
    assert shelf.regions().n_rows == 30


def test_saving_appends_and_nothing_new_saves_nothing(shelf: Shelf) -> None:
    regions = shelf.regions()
    save(regions)
    [file] = shelf.folder.region_codes()
    assert file.stat().st_size == 30 * N_WINDOWS * CODE_BYTES
    before = shelf.folder.region_manifest.stat().st_mtime_ns
    save(regions)
    assert shelf.folder.region_manifest.stat().st_mtime_ns == before
    shelf.add([31])
    for _ in regions.catch_up():
        pass
    save(regions)
    assert shelf.folder.region_codes() == [file]
    assert file.stat().st_size == 31 * N_WINDOWS * CODE_BYTES
    assert_holds(shelf, shelf.regions(), range(1, 32))


def test_contents_that_are_gone_are_not_found_and_new_ones_are_in_their_stead(shelf: Shelf) -> None:
    regions = shelf.regions()
    save(regions)
    gone = shelf.content_id(7)
    shelf.remove([7, 8])
    for _ in regions.catch_up():
        pass
    left = [number for number in range(1, 31) if number not in (7, 8)]
    assert_holds(shelf, regions, left)
    assert gone not in regions.scores(codes_of(7)[:1])[0]
    save(regions)
    assert_holds(shelf, shelf.regions(), left)
    shelf.add([7])  # a new content, with an id that was never used
    assert_holds(shelf, shelf.regions(), [*left, 7])


def test_who_only_reads_has_everything_and_writes_nothing(shelf: Shelf) -> None:
    save(shelf.regions())
    shelf.add([31])
    names = {path.name: path.stat().st_mtime_ns for path in shelf.folder.root.glob("regions*")}
    regions = shelf.regions(read_only=True)
    save(regions)
    assert_holds(shelf, regions, range(1, 32))
    assert {path.name: path.stat().st_mtime_ns for path in shelf.folder.root.glob("regions*")} == names


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [_cut, _flip, Path.unlink, lambda path: path.write_bytes(b"")])
@pytest.mark.parametrize("which", ["codes", "manifest"])
@pytest.mark.expects_warnings
def test_damaged_files_are_made_again(shelf: Shelf, which: str, damage: object) -> None:
    save(shelf.regions())
    [codes] = shelf.folder.region_codes()
    damage(codes if which == "codes" else shelf.folder.region_manifest)  # type: ignore[operator]
    regions = shelf.regions()
    assert_holds(shelf, regions, range(1, 31))
    save(regions)
    assert len(shelf.folder.region_codes()) == 1
    assert_holds(shelf, shelf.regions(), range(1, 31))


@pytest.mark.expects_warnings
def test_the_files_of_another_library_are_not_used(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Shelf(tmp_path / "other", dim=DIM)
    other.add(range(101, 111))
    save(other.regions())
    for path in other.folder.root.glob("regions*"):
        shutil.copy(path, shelf.folder.root)
    assert_holds(shelf, shelf.regions(), range(1, 31))


@pytest.mark.expects_warnings
def test_files_that_know_more_than_an_older_catalogue_are_not_used(shelf: Shelf, tmp_path: Path) -> None:
    older = tmp_path / "older.sqlite"
    shelf.catalogue.sync()
    shelf.catalogue.close()
    shutil.copy(shelf.folder.catalogue, older)
    later = Shelf(tmp_path, dim=DIM)
    later.add([31])
    save(later.regions())
    later.catalogue.close()
    for end in ("", "-wal", "-shm"):
        shelf.folder.catalogue.with_name(shelf.folder.catalogue.name + end).unlink(missing_ok=True)
    shutil.copy(older, shelf.folder.catalogue)
    restored = Shelf(tmp_path, dim=DIM)
    assert_holds(restored, restored.regions(), range(1, 31))


def test_a_bad_row_is_left_out_and_named(shelf: Shelf) -> None:
    shelf.catalogue._database.run("UPDATE descriptor SET crc = crc + 1 WHERE kind = 'regions' AND content_id = 5")
    assert shelf.regions().n_rows == 29
    bad, _, more = shelf.catalogue.regions.bad(shelf.model, 0, 1000)
    assert len(bad) == 1
    assert not more
    with pytest.raises(ValueError, match="Region codes are"):
        shelf.catalogue.regions.add(1, 1, np.zeros((3, CODE_BYTES), dtype=np.uint8))


def test_rows_beyond_one_block_are_checked_by_block(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.region_file._BLOCK", 8)
    regions = shelf.regions()
    save(regions)
    shelf.add(range(31, 40))
    for _ in regions.catch_up():
        pass
    save(regions)
    assert list(regions.problems()) == [None] * 5
    assert_holds(shelf, shelf.regions(), range(1, 40))
    [codes] = shelf.folder.region_codes()
    with codes.open("r+b") as file:
        file.seek(20 * N_WINDOWS * CODE_BYTES)
        file.write(b"\x55\x55\x55\x55")
    assert len([problem for problem in regions.problems() if problem]) == 1
