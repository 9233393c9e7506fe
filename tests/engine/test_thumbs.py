from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import LibraryError
from engine.storage import LibraryFolder
from engine.thumbs import Thumbnails

HASH = bytes.fromhex("ab" + "00" * 18 + "01")


@pytest.fixture
def library(tmp_path: Path) -> LibraryFolder:
    folder = LibraryFolder(tmp_path / "library")
    folder.ensure()
    return folder


@pytest.fixture
def thumbnails(library: LibraryFolder) -> Thumbnails:
    return Thumbnails(library.thumbs)


def test_a_thumbnail_lies_in_the_folder_of_its_first_byte(library: LibraryFolder, thumbnails: Thumbnails) -> None:
    assert thumbnails.path_for(HASH) == library.thumbs / "ab" / f"{HASH.hex()}.jpg"


def test_what_was_written_is_there_until_removed(thumbnails: Thumbnails) -> None:
    assert not thumbnails.exists(HASH)
    assert thumbnails.write(HASH, b"first") == thumbnails.path_for(HASH)
    thumbnails.write(HASH, b"second")
    assert thumbnails.exists(HASH)
    assert thumbnails.path_for(HASH).read_bytes() == b"second"
    thumbnails.remove(HASH)
    thumbnails.remove(HASH)
    assert not thumbnails.exists(HASH)


def test_an_empty_file_is_no_thumbnail(thumbnails: Thumbnails) -> None:
    thumbnails.write(HASH, b"jpeg")
    thumbnails.path_for(HASH).write_bytes(b"")
    assert not thumbnails.exists(HASH)


def test_the_library_sweeps_what_a_killed_run_left(library: LibraryFolder, thumbnails: Thumbnails) -> None:
    path = thumbnails.write(HASH, b"jpeg")
    library.new_temp(path)  # as if killed before renaming
    assert library.remove_leftovers() == 1
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.expects_warnings
def test_a_thumbnail_that_cannot_be_written_is_a_library_error(tmp_path: Path) -> None:
    (tmp_path / "thumbs").write_text("a file where the folder should be")
    with pytest.raises(LibraryError):
        Thumbnails(tmp_path / "thumbs").write(HASH, b"jpeg")
