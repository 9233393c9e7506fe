from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.check import check_library
from engine.index import VectorIndex
from engine.types import CheckReport
from tests.helpers.library import TestLibrary, save


@pytest.fixture
def library(tmp_path: Path) -> Iterator[TestLibrary]:
    """A library of twenty photos, two of them copies, with its saved index."""
    library = TestLibrary(tmp_path)
    library.commit(range(18))
    library.catalogue.commit_chunk(library.model, [library.photo(18, content=0), library.photo(19, content=1)],
                                   [library.failure(20)])
    save(library.index())
    yield library
    library.catalogue.close()


def _check(library: TestLibrary, index: VectorIndex | None = None, repair: bool = False) -> CheckReport:
    steps = check_library(library.folder, library.catalogue, index or library.index(catch_up=False),
                          library.regions(catch_up=False), library.model, repair=repair)
    while True:
        try:
            done, total = next(steps)
            assert total is None or 0 <= done <= total
        except StopIteration as end:
            report = end.value
            assert isinstance(report, CheckReport)
            return report


def _edit(library: TestLibrary, *statements: str) -> None:
    """Change the catalogue as damage or a fault of an older version would: behind the program's back."""
    connection = sqlite3.connect(library.folder.catalogue)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def _assert_found_and_repaired(library: TestLibrary, problem: str) -> None:
    found = _check(library)
    assert not found.clean
    assert any(problem in sentence for sentence in found.problems), found.problems
    assert found.repaired == ()
    assert _check(library, repair=True).repaired
    after = _check(library)
    assert after.clean, after.problems


def test_a_good_library_is_clean(library: TestLibrary) -> None:
    report = _check(library)
    assert report == CheckReport(True, (), (), photos=21, descriptors=18, index_rows=18)
    assert _check(library, repair=True) == report


def test_an_index_that_is_behind_is_no_fault(library: TestLibrary) -> None:
    library.commit(range(30, 40))
    library.remove([3])
    report = _check(library)
    assert report.clean, report.problems
    assert report.descriptors == report.index_rows == 27


def test_a_new_library_is_clean(tmp_path: Path) -> None:
    library = TestLibrary(tmp_path)
    assert _check(library) == CheckReport(True, (), (), 0, 0, 0)
    library.catalogue.close()


@pytest.mark.expects_warnings
@pytest.mark.parametrize("name", ["index.hnsw", "index.json"])
def test_a_damaged_index_file(library: TestLibrary, name: str) -> None:
    path = library.folder.root / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 8
    path.write_bytes(data)
    _assert_found_and_repaired(library, "saved index cannot be used")


def test_an_index_file_damaged_while_the_program_runs(library: TestLibrary) -> None:
    index = library.index()
    library.folder.index.write_bytes(b"x")
    assert "damaged" in _check(library, index).problems[0]
    assert _check(library, index, repair=True).repaired == ("The search index was made again.",)
    assert _check(library, index).clean


@pytest.mark.expects_warnings
def test_a_missing_index_file(library: TestLibrary) -> None:
    library.folder.index.unlink()
    _assert_found_and_repaired(library, "saved index cannot be used")


@pytest.mark.parametrize("change", [
    "vectors = zeroblob(length(vectors))", "vectors = zeroblob(3)",
    "vectors = CAST(x'007e' || substr(vectors, 3) AS BLOB)", "crc = crc + 1",
    "vectors = (SELECT vectors FROM descriptor WHERE id = 1)",
])
def test_a_damaged_descriptor_is_deleted_and_its_photos_are_indexed_again(library: TestLibrary, change: str) -> None:
    _edit(library, f"UPDATE descriptor SET {change} WHERE id = 2")
    _assert_found_and_repaired(library, "1 descriptors are damaged")
    known = library.catalogue.known(library.folder_id, [b"1.jpg", b"19.jpg", b"2.jpg"], library.model)
    assert [known[name].described for name in (b"1.jpg", b"19.jpg", b"2.jpg")] == [False, False, True]
    library.commit([1])
    report = _check(library)
    assert report.clean, report.problems
    assert report.index_rows == 18


def test_a_descriptor_that_vanished(library: TestLibrary) -> None:
    _edit(library, "DELETE FROM descriptor WHERE id = 5")
    _assert_found_and_repaired(library, "1 entries of the search index belong to no descriptor")


def test_contents_without_photos(library: TestLibrary) -> None:
    _edit(library, "DELETE FROM photo WHERE path = CAST('5.jpg' AS BLOB)", "DELETE FROM loose")
    _assert_found_and_repaired(library, "belong to no photo")
    assert library.catalogue.content_by_hash(b"hash-5") is None


def test_photos_without_content(library: TestLibrary) -> None:
    _edit(library, "UPDATE photo SET content_id = NULL WHERE path = CAST('5.jpg' AS BLOB)")
    _assert_found_and_repaired(library, "1 photos count as indexed")
    assert library.catalogue.known(library.folder_id, [b"5.jpg"], library.model) == {}


def test_wrong_counts(library: TestLibrary) -> None:
    _edit(library, "UPDATE folder SET n_photos = 7")
    _assert_found_and_repaired(library, "counts of photos")
    assert library.catalogue.n_photos() == 21
    _edit(library, "UPDATE described SET n = 3")
    _assert_found_and_repaired(library, "counts of photos")
    assert library.catalogue.n_searchable(library.model.model_id) == 20


def test_rows_that_point_nowhere_are_damage_that_is_not_written_to(library: TestLibrary) -> None:
    _edit(library, "DELETE FROM content WHERE id = 3")
    report = _check(library, repair=True)
    assert "points at a missing content" in report.problems[0]
    assert report.repaired == ()


def test_unfinished_files(library: TestLibrary) -> None:
    library.folder.new_temp(library.folder.index)
    _assert_found_and_repaired(library, "1 unfinished files")
