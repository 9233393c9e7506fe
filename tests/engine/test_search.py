"""Searching a real library: order, the query photo itself, boxes, copies, scores, and what cannot be answered."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.decoders import Decoders
from engine.errors import DamagedPhoto, PhotoUnreadable, QueryError, UnknownPhoto
from engine.indexing import index_folders
from engine.library import Library
from engine.messages import Locate, Search
from engine.search import Searcher
from engine.types import Box, Hit, Query, SearchResult
from tests.helpers.fake_runner import FakeRunner

Paint = Callable[..., Path]
BOX = Box(0.25, 0.25, 0.75, 0.75)


class Shelf:
    """A library of painted photos with its searcher."""

    def __init__(self, library: Library, decoders: Decoders, rule: object, photos: Path) -> None:
        self.library, self.photos, self.runner = library, photos, FakeRunner()
        self._decoders, self._rule = decoders, rule
        self.searcher = Searcher(library, lambda: self.runner, decoders, rule)  # type: ignore[arg-type]

    def index(self) -> None:
        for _ in index_folders(
            self.library, self.runner, self._decoders, self._rule, (str(self.photos),)  # type: ignore[arg-type]
        ):
            pass
        self.runner.n_described = 0

    def search(self, query: Query, **options: object) -> SearchResult:
        return self.searcher.search(Search(query, **options))  # type: ignore[arg-type]


def names(hits: tuple[Hit, ...]) -> list[str]:
    return [Path(hit.path).name for hit in hits]


@pytest.fixture
def shelf(library: Library, decoders: Decoders, card: object, paint: Paint, tmp_path: Path) -> Shelf:
    """Twelve photos; near.jpg is 0.jpg, slightly changed."""
    for seed in range(12):
        paint(f"{seed}.jpg", seed)
    with Image.open(tmp_path / "photos" / "0.jpg") as image:
        image.point(lambda value: min(255, value + 12)).save(tmp_path / "photos" / "near.jpg", quality=80)
    shelf = Shelf(library, decoders, card.rule, tmp_path / "photos")  # type: ignore[attr-defined]
    shelf.index()
    return shelf


def test_the_query_photo_comes_first_and_the_most_alike_next(shelf: Shelf) -> None:
    result = shelf.search(Query(path=str(shelf.photos / "0.jpg")), k=5)
    assert names(result.hits)[:2] == ["0.jpg", "near.jpg"]
    assert [hit.rank for hit in result.hits] == [1, 2, 3, 4, 5]
    assert result.hits[0].score == 1.0
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert (result.searched, result.total) == (13, 13)


def test_a_photo_of_the_library_is_not_described_again(shelf: Shelf) -> None:
    by_path = shelf.search(Query(path=str(shelf.photos / "3.jpg")))
    by_id = shelf.search(Query(photo_id=by_path.hits[0].photo_id))
    assert shelf.runner.n_described == 0
    assert names(by_id.hits) == names(by_path.hits)


def test_a_picture_from_elsewhere_is_described_and_found(shelf: Shelf, tmp_path: Path) -> None:
    with Image.open(shelf.photos / "5.jpg") as image:
        image.resize((90, 60)).save(tmp_path / "query.png")
    result = shelf.search(Query(path=str(tmp_path / "query.png")), k=3)
    assert names(result.hits)[0] == "5.jpg"
    assert 0.9 < result.hits[0].score < 1.0
    assert shelf.runner.n_described == 3  # as a whole photo, and as a cut-out at two scales


def test_a_copy_outside_the_library_is_known_by_its_content(shelf: Shelf, tmp_path: Path) -> None:
    shutil.copyfile(shelf.photos / "5.jpg", tmp_path / "same.jpg")
    assert shelf.search(Query(path=str(tmp_path / "same.jpg"))).hits[0].score == 1.0


def test_a_box_is_described_and_its_own_photo_is_framed_first(shelf: Shelf) -> None:
    result = shelf.search(Query(path=str(shelf.photos / "0.jpg"), box=BOX), k=4)
    assert names(result.hits)[0] == "0.jpg"
    assert result.hits[0].box == BOX
    assert result.hits[0].score == 1.0
    assert all(hit.box is None for hit in result.hits[1:])
    assert shelf.runner.n_described == 1


def test_a_box_searches_only_what_is_in_it(shelf: Shelf, tmp_path: Path) -> None:
    with Image.open(shelf.photos / "7.jpg") as image:
        canvas = Image.new("RGB", (240, 160), "white")
        canvas.paste(image, (120, 80))
        canvas.save(tmp_path / "collage.png")
    boxed = shelf.search(Query(path=str(tmp_path / "collage.png"), box=Box(0.5, 0.5, 1, 1)), k=1)
    assert names(boxed.hits) == ["7.jpg"]
    assert boxed.hits[0].score > 0.95


def test_more_hits_are_worth_a_closer_look_for_a_box_than_for_a_whole_photo(shelf: Shelf) -> None:
    whole = Query(path=str(shelf.photos / "2.jpg"))
    numbers = [shelf.search(query, k=1).n_closely for query in (whole, Query(path=whole.path, box=BOX))]
    assert 0 < numbers[0] < numbers[1]


def test_copies_are_hits_of_their_own(shelf: Shelf) -> None:
    shutil.copyfile(shelf.photos / "2.jpg", shelf.photos / "copy of 2.jpg")
    shelf.index()
    asked = shelf.search(Query(path=str(shelf.photos / "copy of 2.jpg")), k=3)
    assert names(asked.hits)[:2] == ["copy of 2.jpg", "2.jpg"]
    assert [hit.score for hit in asked.hits[:2]] == [1.0, 1.0]


def test_low_scores_are_left_out_and_k_is_kept(shelf: Shelf) -> None:
    query = Query(path=str(shelf.photos / "0.jpg"))
    assert len(shelf.search(query, k=4).hits) == 4
    good = shelf.search(query, k=13, min_score=0.9)
    assert names(good.hits) == ["0.jpg", "near.jpg"]
    assert len(shelf.search(query, k=10_000).hits) == 13


def test_an_exact_search_agrees_with_a_scan(shelf: Shelf) -> None:
    query = Query(path=str(shelf.photos / "4.jpg"))
    exact = shelf.search(query, k=13, exact=True)
    assert exact.exact
    library = shelf.library
    rows = next(iter(library.catalogue.descriptors.all(library.model)))
    own = library.catalogue.descriptors.of_content(library.model, exact.hits[0].photo_id)
    assert own is not None
    wanted = sorted(np.clip(rows.vectors @ own, 0, 1).tolist(), reverse=True)
    assert [hit.score for hit in exact.hits] == pytest.approx(wanted, abs=2e-3)


def test_an_expanded_search_keeps_the_query_and_the_first_hit_in_place(shelf: Shelf) -> None:
    query = Query(path=str(shelf.photos / "0.jpg"))
    plain, expanded = shelf.search(query, k=13), shelf.search(query, k=13, expand=True)
    assert names(expanded.hits)[:2] == names(plain.hits)[:2] == ["0.jpg", "near.jpg"]
    assert sorted(names(expanded.hits)) == sorted(names(plain.hits))
    assert [hit.rank for hit in expanded.hits] == list(range(1, 14))
    scores = [hit.score for hit in expanded.hits]
    assert scores[0] == 1.0
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert names(shelf.search(query, k=3, expand=True).hits) == names(expanded.hits)[:3]
    assert names(shelf.search(query, k=13, expand=True, exact=True).hits) == names(expanded.hits)


def test_an_expanded_search_finds_what_only_its_hits_resemble(shelf: Shelf, tmp_path: Path) -> None:
    with Image.open(shelf.photos / "1.jpg") as start, Image.open(shelf.photos / "2.jpg") as end:
        for step in range(1, 5):
            Image.blend(start, end, step / 5).save(shelf.photos / f"step {step}.png")
    shelf.index()
    query = Query(path=str(shelf.photos / "1.jpg"))
    plain = names(shelf.search(query, k=17).hits)
    expanded = names(shelf.search(query, k=17, expand=True).hits)
    assert expanded.index("2.jpg") < plain.index("2.jpg")
    assert expanded[:5] == ["1.jpg", *(f"step {step}.png" for step in range(1, 5))]


def test_an_expanded_search_with_a_box_or_of_an_unlike_picture(shelf: Shelf, tmp_path: Path) -> None:
    boxed = shelf.search(Query(path=str(shelf.photos / "0.jpg"), box=BOX), k=4, expand=True)
    assert (names(boxed.hits)[0], boxed.hits[0].box) == ("0.jpg", BOX)
    Image.new("RGB", (80, 80), "white").save(tmp_path / "white.png")
    query = Query(path=str(tmp_path / "white.png"))
    assert len(shelf.search(query, k=20, expand=True).hits) == 13


def test_a_photo_changed_since_it_was_indexed_is_looked_at_anew(shelf: Shelf, paint: Paint) -> None:
    paint("3.jpg", 9, (130, 80))
    assert names(shelf.search(Query(path=str(shelf.photos / "3.jpg")), k=1).hits) == ["9.jpg"]
    assert shelf.runner.n_described > 0


def test_hits_say_where_their_thumbnail_is_and_whether_their_folder_is_there(shelf: Shelf) -> None:
    hit = shelf.search(Query(path=str(shelf.photos / "1.jpg")), k=1).hits[0]
    assert hit.thumbnail.exists()
    assert (hit.width_px, hit.height_px, hit.online) == (120, 80, True)


@pytest.mark.parametrize("k", [0, -3])
def test_a_number_of_hits_below_one_is_refused(shelf: Shelf, k: int) -> None:
    with pytest.raises(QueryError, match="at least 1"):
        shelf.search(Query(path=str(shelf.photos / "1.jpg")), k=k)


def test_queries_that_cannot_be_answered_say_why(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(UnknownPhoto, match="no longer in the library"):
        shelf.search(Query(photo_id=999))
    with pytest.raises(PhotoUnreadable, match=r"none\.jpg"):
        shelf.search(Query(path=str(tmp_path / "none.jpg")))
    broken = tmp_path / "broken.jpg"
    broken.write_bytes((shelf.photos / "1.jpg").read_bytes()[:300])
    with pytest.raises(DamagedPhoto, match=r"broken\.jpg"):
        shelf.search(Query(path=str(broken)))


def test_an_empty_library_answers_with_nothing(
    library: Library, decoders: Decoders, card: object, paint: Paint
) -> None:
    searcher = Searcher(library, FakeRunner, decoders, card.rule)  # type: ignore[attr-defined]
    for expand in (False, True):
        result = searcher.search(Search(Query(path=str(paint("q.jpg", 1))), expand=expand))
        assert (result.hits, result.searched, result.total) == ((), 0, 0)


# ---- looking closely ----------------------------------------------------------------------------------------------

COLOSSEUM = "roman-colosseum.jpg"
PART = Box(0.3, 0.25, 0.7, 0.75)


@pytest.fixture
def album(
    library: Library, decoders: Decoders, card: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shelf:
    """Real photos, one of them as a small part of a picture of noise."""
    photos = tmp_path / "album"
    shutil.copytree(Path(__file__).parents[1] / "photos" / "single", photos)
    noise = np.random.default_rng(1).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    collage = Image.fromarray(noise).resize((1600, 1200), Image.Resampling.BICUBIC)
    with Image.open(photos / COLOSSEUM) as image:
        image.thumbnail((640, 480))
        collage.paste(image, (800, 600))
    collage.save(photos / "collage.png")
    shelf = Shelf(library, decoders, card.rule, photos)  # type: ignore[attr-defined]
    shelf.index()
    # To the fake network, which sees colours only, parts of most photos look alike.
    monkeypatch.setattr("engine.search.SURE", 2.0)
    return shelf


def test_a_closer_look_brings_photos_with_the_part_to_the_front_and_frames_it(album: Shelf) -> None:
    query = Query(path=str(album.photos / COLOSSEUM), box=PART)
    hits = album.search(query, closely=True).hits
    assert names(hits)[:2] == [COLOSSEUM, "collage.png"]
    assert hits[0].box == PART
    box = hits[1].box
    assert box is not None
    assert 0.5 < box.x0 < box.x1 < 0.92  # of 1600 px it lies between 800 and 1440
    assert box.contains(0.5 + 0.5 * 0.4, 0.5 + 0.5 * 0.4)  # about the middle of what was pasted
    assert hits[1].score > 0.8
    assert [hit.box for hit in hits[2:]] == [None] * (len(hits) - 2)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)


def test_a_closer_look_keeps_to_k_and_to_the_photos_there_are(album: Shelf) -> None:
    query = Query(path=str(album.photos / COLOSSEUM), box=PART)
    (album.photos / "collage.png").unlink()  # since it was indexed
    hits = album.search(query, k=2, closely=True).hits
    assert len(hits) == 2
    assert hits[0].path.endswith(COLOSSEUM)
    assert hits[1].box is None


def test_locating_tells_the_photos_in_which_a_part_is(album: Shelf) -> None:
    query = Query(path=str(album.photos / COLOSSEUM), box=PART)
    hits = {Path(hit.path).name: hit for hit in album.search(query, k=100).hits}
    asked = tuple(hits[name].photo_id for name in ("cat02.jpg", "collage.png", "dog01.jpg"))
    located = album.searcher.locate(Locate(query, (*asked, 9999)))
    assert [place.photo_id for place in located] == [hits["collage.png"].photo_id]
    assert 0.5 < located[0].confidence < 1
    assert located[0].box.x0 > 0.5


def test_locating_from_a_picture_that_is_gone_says_so(album: Shelf) -> None:
    with pytest.raises(PhotoUnreadable):
        album.searcher.locate(Locate(Query(path=str(album.photos / "gone.jpg")), (1,)))


def test_copies_and_near_identical_shots_have_the_number_of_the_first(shelf: Shelf) -> None:
    shutil.copy(shelf.photos / "0.jpg", shelf.photos / "copy.jpg")
    shutil.copy(shelf.photos / "7.jpg", shelf.photos / "other.jpg")
    shelf.index()
    query = Query(path=str(shelf.photos / "0.jpg"))
    assert {hit.stack for hit in shelf.search(query).hits} == {0}
    hits = {Path(hit.path).name: hit for hit in shelf.search(query, stacks=True).hits}
    assert len(hits) == 15
    assert hits["copy.jpg"].stack == hits["near.jpg"].stack == hits["0.jpg"].stack == hits["0.jpg"].photo_id
    assert hits["7.jpg"].stack == hits["other.jpg"].stack == min(hits["7.jpg"].photo_id, hits["other.jpg"].photo_id)
    assert hits["3.jpg"].stack == hits["3.jpg"].photo_id


def test_what_has_no_details_is_framed_by_those_round_it(album: Shelf) -> None:
    with Image.open(album.photos / COLOSSEUM) as image:
        photo = image.convert("RGB").resize((960, 720))
    photo.paste((90, 90, 100), (400, 300, 520, 420))  # something plain on it
    photo.save(album.photos / "plain.png")
    photo.crop((160, 120, 960, 720)).save(album.photos / "nearer.png")
    album.index()
    query = Query(path=str(album.photos / "plain.png"), box=Box.from_pixels(404, 304, 516, 416, 960, 720))
    hits = {Path(hit.path).name: hit for hit in album.search(query, k=100, closely=True).hits}
    box = hits["nearer.png"].box
    assert box is not None
    assert box.contains(300 / 800, 240 / 600)  # its middle
    assert box.area == pytest.approx(112 * 112 / (800 * 600), rel=0.1)
    assert hits["nearer.png"].score > 0.8
