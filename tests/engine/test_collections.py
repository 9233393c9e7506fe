"""Collections through the engine's own jobs, on a real library: kept, opened wherever their pictures are, removed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.actnet.checkpoint import ModelCard
from engine.collecting import Collecting
from engine.curation import MAX_NAME_CHARS
from engine.decoders import Decoders
from engine.errors import CollectionError, LibraryError, PhotoUnreadable, UnknownPhoto
from engine.indexing import index_folders
from engine.library import Library
from engine.messages import (
    ChangeCollection,
    Collection,
    CollectionPart,
    GetCollections,
    OpenCollection,
    SaveCollection,
)
from engine.types import Box, Query
from tests.helpers.fake_runner import FakeRunner

BOX = Box(0.25, 0.25, 0.75, 0.75)


class Shelf:
    """A library of three painted photos with its collections, and one picture outside of it."""

    def __init__(self, library: Library, decoders: Decoders, card: ModelCard, paint: Callable[..., Path]) -> None:
        self.library = library
        self._decoders, self._rule = decoders, card.rule
        self.photos = paint("photos/0.png", 0).parent
        paint("photos/1.png", 1)
        paint("photos/2.png", 2)
        self.outside = paint("elsewhere/query.png", 9, (1600, 900))
        self._collecting = Collecting(library, decoders)
        self.index()

    def index(self) -> None:
        for _ in index_folders(
            self.library, FakeRunner(), self._decoders, self._rule, (str(self.photos),)  # type: ignore[arg-type]
        ):
            pass

    def photo_id(self, name: str) -> int:
        photo = self.library.catalogue.photo_at(str(self.photos / name))
        assert photo is not None
        return photo.photo_id

    def save(self, name: str, *queries: Query, replace: bool = False, **options: object) -> Collection:
        parts = tuple(CollectionPart(query) for query in queries)
        wanted = Collection(name, parts, **options)  # type: ignore[arg-type]
        saved = self._collecting.answer(SaveCollection(wanted, replace))
        assert isinstance(saved, Collection)
        return saved

    def open(self, collection: Collection) -> Collection:
        opened = self._collecting.answer(OpenCollection(collection.collection_id))
        assert isinstance(opened, Collection)
        return opened

    def query(self, collection: Collection) -> Query:
        (part,) = self.open(collection).parts
        return part.query

    def all(self) -> tuple[Collection, ...]:
        found = self._collecting.answer(GetCollections())
        assert isinstance(found, tuple)
        return found

    def change(self, collection: Collection, name: str | None) -> tuple[Collection, ...]:
        left = self._collecting.answer(ChangeCollection(collection.collection_id, name))
        assert isinstance(left, tuple)
        return left


@pytest.fixture
def shelf(library: Library, decoders: Decoders, card: ModelCard, paint: Callable[..., Path]) -> Shelf:
    return Shelf(library, decoders, card, paint)


def test_a_search_is_kept_whole(shelf: Shelf) -> None:
    filters = (("type", ("jpeg", "png")), ("taken", ("2019",)))
    photo = Query(photo_id=shelf.photo_id("1.png"), box=BOX)
    outside = Query(path=str(shelf.outside))
    parts = (
        CollectionPart(photo, str(shelf.photos / "1.png"), "1.png"),
        CollectionPart(outside, str(shelf.outside), "query.png", is_unwanted=True, weight=3.0),
    )
    asked = Collection("Lamps", parts, turned=True, expand=True, min_score=0.25, filters=filters)
    saved = shelf._collecting.answer(SaveCollection(asked))
    assert isinstance(saved, Collection)
    assert replace(saved, collection_id=0) == asked
    assert shelf.open(saved) == saved
    (told,) = shelf.all()
    assert told.parts[0].query == Query(path=str(shelf.photos / "1.png"), box=BOX)
    assert replace(told, parts=()) == replace(saved, parts=())


def test_they_are_told_by_name(shelf: Shelf) -> None:
    for name in ("vases", "Lamps", "apples"):
        shelf.save(name, Query(path=str(shelf.outside)))
    assert [collection.name for collection in shelf.all()] == ["apples", "Lamps", "vases"]


# ---- where the picture is -----------------------------------------------------------------------------------------


def test_a_photo_that_moved_is_found_by_its_content(shelf: Shelf) -> None:
    saved = shelf.save("One", Query(photo_id=shelf.photo_id("1.png")))
    (shelf.photos / "deeper").mkdir()
    (shelf.photos / "1.png").rename(shelf.photos / "deeper" / "one.png")
    shelf.index()
    assert shelf.query(saved) == Query(photo_id=shelf.photo_id("deeper/one.png"))


def test_a_photo_is_preferred_where_it_was(shelf: Shelf) -> None:
    shutil.copy(shelf.photos / "1.png", shelf.photos / "copy.png")
    shelf.index()
    for name in ("1.png", "copy.png"):
        saved = shelf.save(name, Query(photo_id=shelf.photo_id(name)))
        assert shelf.query(saved) == Query(photo_id=shelf.photo_id(name))


def test_a_picture_outside_is_found_where_it_was_and_else_in_the_library(shelf: Shelf) -> None:
    saved = shelf.save("Query", Query(path=str(shelf.outside), box=BOX))
    assert shelf.query(saved) == Query(path=str(shelf.outside), box=BOX)
    shelf.outside.rename(shelf.photos / "3.png")
    shelf.index()
    assert shelf.query(saved) == Query(photo_id=shelf.photo_id("3.png"), box=BOX)


def test_a_picture_that_is_gone_is_searched_for_by_its_copy(shelf: Shelf, decoders: Decoders) -> None:
    saved = shelf.save("Query", Query(path=str(shelf.outside), box=BOX))
    shelf.outside.unlink()
    query = shelf.query(saved)
    assert query.box == BOX
    copy = Path(query.path or "")
    assert copy.is_relative_to(shelf.library.folder.root)
    size = decoders.submit_hash(str(copy)).result()
    assert size.content_hash
    copy.unlink()  # thumbnails and all that is with them can be made again
    assert shelf.query(saved) == query
    assert copy.is_file()


def test_another_picture_in_its_place_is_not_taken_for_it(shelf: Shelf) -> None:
    saved = shelf.save("Query", Query(path=str(shelf.outside)))
    shutil.copy(shelf.photos / "2.png", shelf.outside)
    path = Path(shelf.query(saved).path or "")
    assert path.is_relative_to(shelf.library.folder.root)


def test_a_photo_whose_file_is_away_can_be_kept(shelf: Shelf) -> None:
    photo_id = shelf.photo_id("1.png")
    (shelf.photos / "1.png").unlink()
    saved = shelf.save("One", Query(photo_id=photo_id))
    assert shelf.query(saved) == Query(photo_id=photo_id)


def test_what_is_nowhere_any_more_is_told_by_its_path(shelf: Shelf) -> None:
    photo_id = shelf.photo_id("1.png")
    (shelf.photos / "1.png").unlink()
    saved = shelf.save("One", Query(photo_id=photo_id))  # no copy could be made
    shelf.index()
    assert shelf.query(saved) == Query(path=str(shelf.photos / "1.png"))


# ---- changing -----------------------------------------------------------------------------------------------------


def test_removing_takes_the_copies_that_none_needs(shelf: Shelf) -> None:
    one = shelf.save("One", Query(path=str(shelf.outside)))
    two = shelf.save("Two", Query(path=str(shelf.outside), box=BOX))
    copies = shelf.library.folder.thumbs / "queries"
    shelf.outside.unlink()
    shelf.query(one)
    assert [collection.name for collection in shelf.change(one, None)] == ["Two"]
    assert len(list(copies.rglob("*.jpg"))) == 1
    assert shelf.change(two, None) == ()
    assert list(copies.rglob("*.jpg")) == []
    assert shelf.library.catalogue.collections.pictures() == set()
    with pytest.raises(CollectionError, match="not there any more"):
        shelf.open(one)
    with pytest.raises(CollectionError, match="not there any more"):
        shelf.change(one, "New")


def test_renaming(shelf: Shelf) -> None:
    one = shelf.save("One", Query(path=str(shelf.outside)))
    shelf.save("Two", Query(path=str(shelf.outside)))
    assert [collection.name for collection in shelf.change(one, "  Three ")] == ["Three", "Two"]
    with pytest.raises(CollectionError, match="“Two” already"):
        shelf.change(one, "Two")
    shelf.change(one, "Three")  # as it is called
    assert shelf.open(one).name == "Three"


def test_a_name_is_taken_once_unless_it_is_to_be_replaced(shelf: Shelf) -> None:
    first = shelf.save("Lamps", Query(path=str(shelf.outside)))
    with pytest.raises(CollectionError, match="“Lamps” already"):
        shelf.save("Lamps", Query(photo_id=shelf.photo_id("1.png")))
    second = shelf.save("Lamps", Query(photo_id=shelf.photo_id("1.png")), replace=True)
    assert shelf.all()[0].parts[0].name == "1.png"
    assert len(shelf.all()) == 1
    assert second.collection_id != first.collection_id  # an id is never used twice


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "x" * (MAX_NAME_CHARS + 1)])
def test_what_is_no_name_is_refused(shelf: Shelf, name: str) -> None:
    with pytest.raises(CollectionError):
        shelf.save(name, Query(path=str(shelf.outside)))
    one = shelf.save("One", Query(path=str(shelf.outside)))
    with pytest.raises(CollectionError):
        shelf.change(one, name)
    assert [collection.name for collection in shelf.all()] == ["One"]


def test_what_cannot_be_searched_with_is_not_kept(shelf: Shelf) -> None:
    with pytest.raises(CollectionError, match="needs a picture"):
        shelf.save("None")
    with pytest.raises(PhotoUnreadable):
        shelf.save("Gone", Query(path=str(shelf.photos / "gone.png")))
    with pytest.raises(UnknownPhoto):
        shelf.save("Unknown", Query(photo_id=12_345))
    assert shelf.all() == ()


def test_a_library_for_searching_only_tells_them_and_keeps_none(
    shelf: Shelf, decoders: Decoders, card: ModelCard
) -> None:
    saved = shelf.save("One", Query(path=str(shelf.outside)))
    shelf.library.close()
    reader = Library(shelf.library.folder.root, card, read_only=True)
    try:
        shelf._collecting = Collecting(reader, decoders)
        assert shelf.open(saved) == saved
        for job in (SaveCollection(replace(saved, name="Two")), ChangeCollection(saved.collection_id, None)):
            with pytest.raises(LibraryError, match="searching only"):
                shelf._collecting.answer(job)
        shelf.outside.unlink()
        assert shelf.query(saved) == Query(path=str(shelf.outside))  # no copy may be made
    finally:
        reader.close()


def test_they_outlive_the_photos_and_the_session(
    shelf: Shelf, decoders: Decoders, card: ModelCard, library: Library
) -> None:
    saved = shelf.save("One", Query(photo_id=shelf.photo_id("1.png")), min_score=0.5)
    catalogue = library.catalogue
    catalogue.folders.remove(catalogue.folders.require(str(shelf.photos)).folder_id)
    for _ in library.purge():
        pass
    opened = shelf.open(saved)
    assert opened.min_score == 0.5
    assert opened.parts[0].query == Query(path=str(shelf.photos / "1.png"))
