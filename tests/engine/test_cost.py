"""What is asked of some photos costs the same in a library twenty times as large, counted in steps of SQLite.

Some are as many as a scan asks for at once: with few, SQLite may choose another way to find them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.library import TestLibrary

Ask = Callable[[TestLibrary], object]
SMALL, LARGE, SOME = 300, 6000, 256

ASKED: dict[str, tuple[Ask, int]] = {  # and how many answers there are
    "known": (lambda it: it.catalogue.known(
        it.folder_id, [b"%d.jpg" % number for number in range(1, SOME, 2)], it.model), SOME // 2),
    "by inode": (lambda it: it.catalogue.candidates(it.folder_id, range(100, 100 + SOME), it.model), SOME),
    "by size": (lambda it: [it.catalogue.contents_of_size(1007)], 1),
    "by hash": (lambda it: [it.catalogue.content_by_hash(b"hash-7")], 1),
    "described": (lambda it: [it.catalogue.is_described(7, it.model)], 1),
    "photo": (lambda it: [it.catalogue.photo(7)], 1),
    "photo at": (lambda it: [it.catalogue.photo_at(str(it.photos / "7.jpg"))], 1),
    "copies": (lambda it: it.catalogue.copies(7, 10), 1),
    "by content": (lambda it: it.catalogue.photos_by_content(range(1, 1 + SOME)), SOME),
    "other files": (lambda it: it.catalogue.raw_pairs.partners(range(2, 2 + SOME)), SOME),
}


def library_of(base: Path, n: int) -> TestLibrary:
    """`n` photos, every second the raw file of the one before it."""
    base.mkdir()
    library = TestLibrary(base)
    photos = [replace(library.photo(number), inode=100 + number) for number in range(n)]
    library.catalogue.commit_chunk(library.model, [
        replace(photo, path=b"%d.CR2" % (number - 1)) if number % 2 == 0 and number else photo
        for number, photo in enumerate(photos)
    ])
    return library


def steps(library: TestLibrary, ask: Ask) -> tuple[int, int]:
    """(instructions of SQLite's machine, answers)"""
    connection = library.catalogue._database._connection
    n_steps = 0

    def count() -> None:
        nonlocal n_steps
        n_steps += 1

    connection.set_progress_handler(count, 1)
    try:
        answers = ask(library)
    finally:
        connection.set_progress_handler(None, 0)
    return n_steps, len(answers)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestLibrary, TestLibrary]]:
    base = tmp_path_factory.mktemp("cost")
    made = library_of(base / "small", SMALL), library_of(base / "large", LARGE)
    yield made
    for library in made:
        library.catalogue.close()


@pytest.mark.parametrize("what", ASKED)
def test_it_costs_the_same_in_a_larger_library(what: str, libraries: tuple[TestLibrary, TestLibrary]) -> None:
    ask, n_answers = ASKED[what]
    (few, found), (many, found_in_large) = (steps(library, ask) for library in libraries)
    assert (found, found_in_large) == (n_answers, n_answers)
    assert 0 < many <= 1.2 * few + 10
