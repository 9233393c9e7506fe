"""Why a photo was found or not: rank and score as the search has them, and each reason why there is none."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from engine.actnet.checkpoint import ModelCard
from engine.decoders import Decoders
from engine.errors import PhotoUnreadable
from engine.explaining import Explainer
from engine.indexing import index_folders
from engine.library import Library
from engine.messages import Explain, Explanation, Feedback, Search, Verdict
from engine.search import Searcher
from engine.types import Excludes, Hit, Query
from tests.helpers.fake_runner import FakeRunner

Paint = Callable[..., Path]


class Shelf:
    """A library of twelve painted photos; near.jpg is 0.jpg, slightly changed."""

    def __init__(self, library: Library, decoders: Decoders, card: ModelCard, photos: Path) -> None:
        self.library, self.photos, self._decoders, self._rule = library, photos, decoders, card.rule
        self.runner = FakeRunner()
        self.searcher = Searcher(library, lambda: self.runner, decoders, card.rule)
        self.explainer = Explainer(library, self.searcher)
        self.index()

    def index(self) -> None:
        for _ in index_folders(self.library, self.runner, self._decoders, self._rule, (str(self.photos),)):
            pass

    def hits(self, **options: Any) -> tuple[Hit, ...]:
        return self.searcher.search(Search(self.query, k=100, **options)).hits

    @property
    def query(self) -> Query:
        return Query(path=str(self.photos / "0.jpg"))

    def explain(self, path: Path | str, **options: Any) -> Explanation:
        return self.explainer.explain(Explain(Search(options.pop("query", self.query), **options), str(path)))


@pytest.fixture
def shelf(library: Library, decoders: Decoders, card: ModelCard, paint: Paint, tmp_path: Path) -> Shelf:
    for seed in range(12):
        paint(f"{seed}.jpg", seed)
    with Image.open(tmp_path / "photos" / "0.jpg") as image:
        image.point(lambda value: min(255, value + 12)).save(tmp_path / "photos" / "near.jpg", quality=80)
    return Shelf(library, decoders, card, tmp_path / "photos")


# ---- photos that are searched -------------------------------------------------------------------------------------


def test_rank_and_score_are_those_of_the_hit(shelf: Shelf) -> None:
    for hit in shelf.hits():
        found = shelf.explain(hit.path, k=100)
        assert (found.rank, found.photo_id, found.path) == (hit.rank, hit.photo_id, hit.path)
        assert found.score == pytest.approx(hit.score, abs=1e-5)
        assert found.verdict is Verdict.SHOWN


@pytest.mark.parametrize("expand", [False, True])
def test_below_the_threshold_or_after_the_last_hit(shelf: Shelf, expand: bool) -> None:
    hits = shelf.hits(expand=expand)
    last = hits[-1]
    below = shelf.explain(last.path, k=100, min_score=last.score + 0.01, expand=expand)
    assert (below.verdict, below.rank, below.min_score) == (Verdict.BELOW, len(hits), last.score + 0.01)
    plain = shelf.hits()
    third = plain[2]
    beyond = shelf.explain(third.path, k=2)
    assert (beyond.verdict, beyond.rank) == (Verdict.BEYOND, 3)
    assert beyond.score == pytest.approx(third.score, abs=1e-5)
    below = shelf.explain(third.path, k=2, min_score=third.score + 0.01)
    assert (below.verdict, below.rank) == (Verdict.BELOW, 3)


def test_what_the_user_said_is_different_is_hidden(shelf: Shelf) -> None:
    near = shelf.photos / "near.jpg"
    found = shelf.explain(near, feedback=Feedback(different=(Query(path=str(near)),)))
    assert (found.verdict, found.rank) == (Verdict.HIDDEN, None)
    assert found.score is not None


def test_what_the_search_leaves_out_or_wants_besides(shelf: Shelf, tmp_path: Path) -> None:
    near = Query(path=str(shelf.photos / "near.jpg"))
    found = shelf.explain(shelf.photos / "near.jpg", without=(near,))
    assert (found.verdict, found.rank, found.score) == (Verdict.WITHOUT, None, None)
    other = Query(path=str(shelf.photos / "1.jpg"))
    hits = shelf.searcher.search(Search(shelf.query, k=100, also=(other,))).hits
    found = shelf.explain(hits[3].path, k=2, also=(other,))
    assert (found.verdict, found.rank) == (Verdict.BEYOND, 4)
    assert found.score == pytest.approx(hits[3].score, abs=1e-5)
    shutil.copy(shelf.photos / "near.jpg", tmp_path / "copy.jpg")
    found = shelf.explain(tmp_path / "copy.jpg", also=(other,))
    assert (found.verdict, found.rank, found.score) == (Verdict.OUTSIDE, None, None)
    assert found.copy == near.path


def test_a_photo_of_a_drive_that_is_away_can_still_be_found(shelf: Shelf) -> None:
    folder = shelf.library.catalogue.folders.all()[0]
    shelf.library.catalogue.folders.set_offline(folder.folder_id)
    found = shelf.explain(shelf.photos / "near.jpg")
    assert (found.verdict, found.rank, found.online) == (Verdict.SHOWN, 2, False)


# ---- photos that are not ------------------------------------------------------------------------------------------


def test_a_photo_outside_has_the_rank_it_would_have(shelf: Shelf, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere.jpg"
    with Image.open(shelf.photos / "near.jpg") as image:
        image.save(outside, quality=70)
    found = shelf.explain(outside)
    assert found.score == pytest.approx(shelf.hits()[1].score, abs=0.05)
    rank = 1 + sum(hit.score > found.score for hit in shelf.hits())
    assert (found.verdict, found.rank, found.copy, found.photo_id) == (Verdict.OUTSIDE, rank, "", None)


def test_a_copy_outside_is_told_to_be_one(shelf: Shelf, tmp_path: Path) -> None:
    shutil.copy(shelf.photos / "near.jpg", tmp_path / "copy.jpg")
    found = shelf.explain(tmp_path / "copy.jpg")
    assert (found.verdict, found.rank) == (Verdict.OUTSIDE, 2)
    assert found.copy == str(shelf.photos / "near.jpg")


def test_a_new_photo_in_a_folder_is_not_indexed_yet(shelf: Shelf, paint: Paint) -> None:
    found = shelf.explain(paint("new.jpg", 3))
    assert (found.verdict, found.detail) == (Verdict.NEW, str(shelf.photos))
    assert found.rank is not None


def test_a_photo_that_could_not_be_read_says_why(shelf: Shelf) -> None:
    (shelf.photos / "bad.jpg").write_bytes(b"\xff\xd8\xff" + bytes(200))
    shelf.index()
    failure = shelf.library.catalogue.failures()[0]
    found = shelf.explain(shelf.photos / "bad.jpg")
    assert (found.verdict, found.detail, found.photo_id) == (Verdict.FAILED, failure.sentence, failure.photo_id)


def test_a_file_outside_that_is_no_picture_says_so(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "notes.jpg").write_text("no picture")
    found = shelf.explain(tmp_path / "notes.jpg")
    assert found.verdict is Verdict.FAILED
    assert "picture" in found.detail


@pytest.mark.parametrize(
    ("name", "excludes", "left_out"),
    [
        ("sub/deep/a.jpg", {"folders": ("sub",)}, "sub"),
        ("a_small.jpg", {"patterns": ("*_small.jpg",)}, "a_small.jpg"),
        (".hidden/a.jpg", {}, ".hidden"),
        ("@eaDir/a.jpg", {}, "@eaDir"),
    ],
)
def test_what_a_rule_leaves_out_is_named(
    shelf: Shelf, paint: Paint, name: str, excludes: dict[str, Any], left_out: str
) -> None:
    path = paint(name, 2)
    catalogue = shelf.library.catalogue
    wishes = {key: tuple(str(shelf.photos / one) if key == "folders" else one for one in value)
              for key, value in excludes.items()}
    catalogue.excluded.set(Excludes(**wishes), catalogue.folders.all())
    found = shelf.explain(path)
    assert (found.verdict, found.detail) == (Verdict.EXCLUDED, str(shelf.photos / left_out))
    assert found.score is not None


def test_a_picture_that_is_too_small(shelf: Shelf, paint: Paint) -> None:
    catalogue = shelf.library.catalogue
    catalogue.excluded.set(Excludes(min_side_px=100), catalogue.folders.all())
    path = paint("small.jpg", 2, (60, 40))
    shelf.index()
    assert shelf.explain(path).verdict is Verdict.TOO_SMALL


def test_what_is_gone_away_or_no_picture_by_its_name(shelf: Shelf, tmp_path: Path) -> None:
    assert shelf.explain(tmp_path / "gone.jpg").verdict is Verdict.GONE
    assert shelf.explain(shelf.photos / "gone.jpg").verdict is Verdict.GONE
    (shelf.photos / "a.txt").write_text("x")
    assert shelf.explain(shelf.photos / "a.txt").verdict is Verdict.NOT_A_PICTURE
    shelf.library.catalogue.folders.set_offline(shelf.library.catalogue.folders.all()[0].folder_id)
    found = shelf.explain(shelf.photos / "gone.jpg")
    assert (found.verdict, found.detail, found.online) == (Verdict.OFFLINE, str(shelf.photos), False)


def test_a_query_that_cannot_be_read_is_an_error(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(PhotoUnreadable):
        shelf.explain(shelf.photos / "1.jpg", query=Query(path=str(tmp_path / "gone.jpg")))


def test_the_innermost_folder_decides(shelf: Shelf, paint: Paint, tmp_path: Path) -> None:
    shelf.library.catalogue.folders.add(str(tmp_path))
    path = paint("inner/a.jpg", 77)
    assert shelf.explain(path).detail == str(shelf.photos)
    (tmp_path / "a.jpg").write_bytes(path.read_bytes())
    assert shelf.explain(tmp_path / "a.jpg").detail == str(tmp_path)
