"""Searching for parts: small things, several at once, some unwanted, turned; and libraries without codes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from engine.actnet.checkpoint import ModelCard
from engine.decoders import Decoders
from engine.describing import Described
from engine.errors import QueryError
from engine.heat import dense_windows
from engine.indexing import index_folders
from engine.library import Library
from engine.messages import DrawHeat, Locate, Search
from engine.ranking import weakest
from engine.search import Searcher
from engine.types import Box, Hit, IndexReport, Query
from tests.helpers.fake_runner import FakeRunner

QUARTER = Box(0.5, 0.5, 1.0, 1.0)


def pattern(seed: int) -> NDArray[np.uint8]:
    """A thing: 4 x 4 squares of loud colours, 60 x 60 pixels."""
    colours = np.random.default_rng(seed).integers(0, 2, (4, 4, 3), dtype=np.uint8) * 255
    return np.kron(colours, np.ones((15, 15, 1), dtype=np.uint8))


class Room:
    """A library of photos with things in their quarters."""

    def __init__(self, base: Path, card: ModelCard, decoders: Decoders) -> None:
        self.base, self.card, self.decoders = base, card, decoders
        self.photos = base / "photos"
        self.photos.mkdir()
        self.runner = FakeRunner()

    def paint(self, name: str, *things: NDArray[np.uint8] | None) -> Path:
        """A dull photo, 120 x 120, with things upper left, upper right, lower left, lower right."""
        seed = sum(name.encode())
        picture = np.random.default_rng(seed).integers(96, 160, (120, 120, 3), dtype=np.uint8)
        for place, thing in enumerate(things):
            if thing is not None:
                top, left = 60 * (place // 2), 60 * (place % 2)
                picture[top : top + 60, left : left + 60] = thing
        path = self.photos / name
        Image.fromarray(picture).save(path)
        return path

    def open(self, *, quick: bool = False) -> Library:
        return Library(self.base / "library", self.card, quick=quick)

    def index(self, library: Library) -> IndexReport:
        steps = index_folders(library, self.runner, self.decoders, self.card.rule, (str(self.photos),))
        while True:
            try:
                next(steps)
            except StopIteration as end:
                report: IndexReport = end.value
                return report

    def searcher(self, library: Library) -> Searcher:
        return Searcher(library, lambda: self.runner, self.decoders, self.card.rule)


@pytest.fixture
def room(tmp_path: Path, card: ModelCard, decoders: Decoders) -> Room:
    room = Room(tmp_path, card, decoders)
    lamp, rug, face = pattern(1), pattern(2), pattern(3)
    room.paint("query.png", None, None, face, lamp)
    room.paint("lamp.png", lamp, None, None, None)
    room.paint("lamp and rug.png", rug, lamp, None, None)
    room.paint("all three.png", rug, lamp, face, None)
    room.paint("rug.png", None, None, rug, None)
    room.paint("mirrored.png", None, lamp[:, ::-1], None, None)
    room.paint("turned.png", None, np.rot90(lamp), None, None)
    for number in range(20):
        room.paint(f"other {number}.png", None, pattern(100 + number), None, None)
    return room


@pytest.fixture
def search(room: Room) -> Iterator[Callable[..., list[Hit]]]:
    library = room.open()
    room.index(library)
    searcher = room.searcher(library)
    yield lambda query, **options: list(searcher.search(Search(query, **options)).hits)
    library.close()


def names(hits: list[Hit]) -> list[str]:
    return [Path(hit.path).stem for hit in hits]


def test_a_part_is_found_wherever_it_is(room: Room, search: Callable[..., list[Hit]]) -> None:
    hits = search(Query(path=str(room.photos / "query.png"), box=QUARTER), k=4)
    assert names(hits)[0] == "query"
    assert set(names(hits)[1:]) == {"lamp", "lamp and rug", "all three"}
    assert hits[0].score == 1.0
    assert all(hit.score > 0.6 for hit in hits)


def test_photos_like_all_of_the_one_a_box_is_drawn_on_come_before_others(room: Room) -> None:
    things = [pattern(seed) for seed in (11, 12, 13)]
    scene = room.paint("scene.png", *things, pattern(14))
    again = room.paint("scene again.png", *things, None)
    library = room.open()
    room.index(library)
    searcher = room.searcher(library)
    [own, hit, other, *_] = searcher.search(Search(Query(path=str(scene), box=QUARTER), k=5)).hits
    assert names([own, hit]) == ["scene", "scene again"]
    [_, alike, *_] = searcher.search(Search(Query(path=str(scene)), k=5)).hits
    assert alike.path == str(again)
    assert hit.score == pytest.approx(alike.score - 0.05, abs=1e-3)  # what is in the box need not be there
    assert other.score < hit.score
    library.close()


def test_all_of_several_parts_must_be_there(room: Room, search: Callable[..., list[Hit]]) -> None:
    lamp = Query(path=str(room.photos / "query.png"), box=QUARTER)
    rug = Query(path=str(room.photos / "rug.png"), box=Box(0, 0.5, 0.5, 1))
    hits = search(lamp, also=(rug,), k=5)
    assert set(names(hits)[:2]) == {"lamp and rug", "all three"}
    assert hits[2].score < hits[1].score - 0.1
    assert [len(hit.also_boxes) for hit in hits] == [1] * 5


def test_what_is_missing_of_a_lighter_part_is_forgiven(room: Room, search: Callable[..., list[Hit]]) -> None:
    lamp = Query(path=str(room.photos / "query.png"), box=QUARTER)
    rug = Query(path=str(room.photos / "rug.png"), box=Box(0, 0.5, 0.5, 1))

    def scores(*weights: float) -> dict[str, float]:
        return {Path(hit.path).stem: hit.score for hit in search(lamp, also=(rug,), k=100, weights=weights)}

    plain = scores()
    assert scores(1, 1) == scores(2.5, 2.5) == plain
    by_lamp, by_rug = scores(3, 1), scores(1, 3)
    assert by_lamp["lamp"] > plain["lamp"] + 0.05  # it has what counts
    assert by_lamp["lamp"] > by_lamp["rug"]
    assert min(by_lamp["lamp and rug"], by_lamp["all three"]) >= by_lamp["lamp"]  # these have all
    assert by_rug["rug"] > plain["rug"] + 0.05
    assert by_rug["rug"] > by_rug["lamp"]


def test_weights_that_make_no_sense_are_refused(room: Room, search: Callable[..., list[Hit]]) -> None:
    query, rug = (Query(path=str(room.photos / name)) for name in ("query.png", "rug.png"))
    for weights in ((1.0,), (1.0, 0.0), (1.0, -1.0), (1.0, float("nan")), (1.0, float("inf")), (1.0, 1.0, 1.0)):
        with pytest.raises(QueryError, match="weight"):
            search(query, also=(rug,), weights=weights)


def test_the_weakest_part_decides_and_lighter_ones_are_raised() -> None:
    def part(weight: float) -> Described:
        return Described(Query(path="/a"), np.empty((1, 4), np.float32), None, True, 1.0, weight=weight)

    scores = np.array([[0.9, 0.25, 1.0, 0.0, -0.2], [0.5, 0.81, 0.0, 1.0, 0.9]], dtype=np.float32)
    assert weakest(scores, [part(1), part(1)]).tolist() == scores.min(axis=0).tolist()
    assert weakest(scores, [part(2), part(2)]).tolist() == scores.min(axis=0).tolist()
    assert weakest(scores, [part(1), part(2)]) == pytest.approx([0.5, 0.5, 0.0, 0.0, 0.0])
    assert weakest(scores, [part(2), part(1)]) == pytest.approx([0.5**0.5, 0.25, 0.0, 0.0, 0.0])


def test_what_is_unwanted_keeps_a_photo_out(room: Room, search: Callable[..., list[Hit]]) -> None:
    lamp = Query(path=str(room.photos / "lamp.png"), box=Box(0, 0, 0.5, 0.5))
    face = Query(path=str(room.photos / "query.png"), box=Box(0, 0.5, 0.5, 1))
    with_face = names(search(lamp, k=50))
    without = names(search(lamp, without=(face,), k=50))
    assert {"all three", "query"} <= set(with_face)
    assert not {"all three", "query"} & set(without)
    assert without[:2] == ["lamp", "lamp and rug"]


def test_turned_and_mirrored_things_are_found_when_asked_for(room: Room, search: Callable[..., list[Hit]]) -> None:
    lamp = Query(path=str(room.photos / "lamp.png"), box=Box(0, 0, 0.5, 0.5))
    upright, turned = search(lamp, k=6), search(lamp, k=6, turned=True)
    assert not {"mirrored", "turned"} & set(names(upright)[:4])
    assert set(names(turned)) == {"lamp", "lamp and rug", "all three", "query", "mirrored", "turned"}


def test_an_exact_search_for_a_part_finds_the_same(room: Room, search: Callable[..., list[Hit]]) -> None:
    query = Query(path=str(room.photos / "query.png"), box=QUARTER)
    assert search(query, k=10, exact=True) == search(query, k=10)


def test_a_heat_map_is_hot_where_the_thing_is(room: Room) -> None:
    library = room.open()
    room.index(library)
    searcher = room.searcher(library)
    lamp = Query(path=str(room.photos / "query.png"), box=QUARTER)
    [hit] = [hit for hit in searcher.search(Search(lamp)).hits if hit.path.endswith("lamp and rug.png")]
    heat = searcher.draw_heat(DrawHeat(lamp, hit.photo_id))
    values = np.frombuffer(heat.values, dtype=np.uint8).reshape(heat.rows, heat.columns)
    hottest = np.unravel_index(values.argmax(), values.shape)
    assert hottest[0] < heat.rows / 2 <= hottest[1]  # upper right
    assert values.max() == 255
    library.close()


def test_a_cut_out_from_elsewhere_finds_the_photos_it_may_have_been_cut_from(
    room: Room, search: Callable[..., list[Hit]], tmp_path: Path
) -> None:
    Image.fromarray(pattern(1)).resize((90, 90)).save(tmp_path / "cut-out.png")
    hits = search(Query(path=str(tmp_path / "cut-out.png")), k=4)
    assert set(names(hits)) == {"query", "lamp", "lamp and rug", "all three"}
    # A whole photo from elsewhere still finds its like first.
    with Image.open(room.photos / "other 3.png") as image:
        image.resize((90, 90)).save(tmp_path / "whole.png")
    assert names(search(Query(path=str(tmp_path / "whole.png")), k=2))[0] == "other 3"


# ---- libraries of before there were region codes -----------------------------------------------------------------


def test_a_library_without_codes_is_searched_and_gets_them_by_the_next_look(room: Room) -> None:
    library = room.open(quick=True)
    room.index(library)
    assert library.regions.n_rows == 0
    library.close()

    library = room.open()
    lamp = Query(path=str(room.photos / "query.png"), box=QUARTER)
    for steps in (library.index.load, library.regions.load, library.catch_up):
        for _ in steps():
            pass
    assert len(room.searcher(library).search(Search(lamp, k=50)).hits) == 27  # all, by what is known of them
    report = room.index(library)
    assert (report.found, report.indexed, report.unchanged) == (27, 27, 0)
    assert library.regions.n_rows == 27
    assert library.status("").index_rows == 27
    assert set(names(list(room.searcher(library).search(Search(lamp, k=4)).hits))) == {
        "query", "lamp", "lamp and rug", "all three"
    }
    assert room.index(library).unchanged == 27
    library.close()


def test_a_quick_library_keeps_nothing_of_parts_and_does_not_miss_it(room: Room) -> None:
    library = room.open(quick=True)
    room.index(library)
    assert room.index(library).unchanged == 27
    assert library.catalogue.regions.count(library.model) == 0
    hits = room.searcher(library).search(Search(Query(path=str(room.photos / "query.png"), box=QUARTER), k=3)).hits
    assert hits[0].path.endswith("query.png")
    library.close()


# ---- frames round what looks alike but has other details -----------------------------------------------------------


def test_a_part_without_matching_details_is_framed_by_windows_where_it_stands_out(room: Room) -> None:
    coarse = np.random.default_rng(9).normal(0, 60, (60, 60, 3)) + 0.4 * pattern(1)  # its colours, in other details
    room.paint("grainy.png", None, np.clip(coarse + 76, 0, 255).astype(np.uint8), None, None)
    library = room.open()
    room.index(library)
    searcher = room.searcher(library)
    lamp = Query(path=str(room.photos / "query.png"), box=QUARTER)
    hits = {Path(hit.path).stem: hit for hit in searcher.search(Search(lamp, k=50)).hits}
    asked = tuple(hits[name].photo_id for name in ("grainy", "rug", "other 3"))
    assert searcher.locate(Locate(lamp, asked)) == ()
    [located] = searcher.locate(Locate(lamp, asked, by_windows=True))
    assert located.photo_id == hits["grainy"].photo_id
    assert located.confidence == 0.0
    assert located.box is not None
    assert located.box.contains(0.75, 0.25)
    assert 0.1 < located.box.area < 0.45
    library.close()


def test_windows_of_all_sizes_cover_the_photo_in_the_shape_of_the_query() -> None:
    for aspect in (0.2, 1.0, 2.0, 9.0):
        windows = dense_windows(aspect)
        assert windows.min() >= 0
        assert windows.max() <= 1
        assert (windows[:, 2:] > windows[:, :2]).all()
        shape = (windows[:, 2] - windows[:, 0]) / (windows[:, 3] - windows[:, 1])
        assert np.median(shape) == pytest.approx(min(max(aspect, 1 / 3), 3), rel=0.05)
        for edge in range(4):
            assert windows[:, edge].min() == pytest.approx(0 if edge < 2 else windows[:, edge].min())
    assert 300 < len(dense_windows(1.0)) < 600
