"""Whether a folder is taken for a library, a new one, or neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.actnet.checkpoint import ModelCard
from engine.errors import LibraryError
from engine.library import Library


def test_a_library_that_must_be_there_is_not_made(tmp_path: Path, card: ModelCard) -> None:
    with pytest.raises(LibraryError, match=r"There is no library at .*library now\. Connect the drive"):
        Library(tmp_path / "library", card, must_exist=True)
    assert not (tmp_path / "library").exists()
    Library(tmp_path / "library", card).close()
    Library(tmp_path / "library", card, must_exist=True).close()


def test_a_new_library_that_was_killed_before_its_catalogue_is_still_new(tmp_path: Path, card: ModelCard) -> None:
    library = Library(tmp_path / "library", card)
    library.close()
    library.folder.catalogue.unlink()
    assert {path.name for path in library.folder.root.iterdir()} == {"lock", "thumbs"}
    library = Library(tmp_path / "library", card)
    assert library.catalogue.n_photos() == 0
    library.close()
