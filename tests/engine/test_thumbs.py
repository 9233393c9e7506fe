from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import LibraryError
from engine.storage import LibraryFolder
from engine.thumbs import Thumbnails

HASH = bytes.fromhex("ab" + "00" * 18 + "01")
GREY = np.full((20, 30, 3), 128, np.uint8)


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
    assert thumbnails.write(HASH, np.zeros((10, 10, 3), np.uint8)) == thumbnails.path_for(HASH)
    thumbnails.write(HASH, GREY)
    assert thumbnails.exists(HASH)
    with Image.open(thumbnails.path_for(HASH)) as image:
        assert (image.format, image.size) == ("JPEG", (30, 20))
        assert (np.asarray(image) == GREY).all()
    thumbnails.remove(HASH)
    thumbnails.remove(HASH)
    assert not thumbnails.exists(HASH)


def test_an_empty_file_is_no_thumbnail(thumbnails: Thumbnails) -> None:
    thumbnails.write(HASH, GREY)
    thumbnails.path_for(HASH).write_bytes(b"")
    assert not thumbnails.exists(HASH)


def test_the_library_sweeps_what_a_killed_run_left(library: LibraryFolder, thumbnails: Thumbnails) -> None:
    path = thumbnails.write(HASH, GREY)
    library.new_temp(path)  # as if killed before renaming
    assert library.remove_leftovers() == 1
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.expects_warnings
def test_a_thumbnail_that_cannot_be_written_is_a_library_error(tmp_path: Path) -> None:
    (tmp_path / "thumbs").write_text("a file where the folder should be")
    with pytest.raises(LibraryError):
        Thumbnails(tmp_path / "thumbs").write(HASH, GREY)
