"""Copies and near-identical photos: the right groups, in a part of the library too, and a search waits for one step."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFilter

from engine import duplicates
from engine.actnet.checkpoint import ModelCard
from engine.curating import Curating
from engine.decoders import Decoders
from engine.duplicates import find_duplicates, parts_of
from engine.errors import FolderError
from engine.indexing import index_folders
from engine.library import Library
from engine.messages import Duplicates, FindDuplicates, MeasureSharpness, Phase, Progress, TwinGroup
from engine.records import IndexedPhoto
from engine.search import Searcher
from engine.sharpness import sharpness
from tests.helpers.fake_runner import FakeRunner
from tests.helpers.library import TestLibrary

Paint = Callable[..., Path]


class Shelf:
    """A library of painted photos."""

    def __init__(self, library: Library, decoders: Decoders, card: ModelCard, photos: Path) -> None:
        self.library, self.photos, self.decoders, self.card = library, photos, decoders, card
        self.runner = FakeRunner()

    def index(self, *folders: Path) -> None:
        for _ in index_folders(
            self.library, self.runner, self.decoders, self.card.rule, tuple(map(str, folders or (self.photos,)))
        ):
            pass

    def find(self, **options: Any) -> Duplicates:
        return run(find_duplicates(self.library, FindDuplicates(**options)))

    def groups(self, **options: Any) -> list[list[str]]:
        return [[os.path.relpath(twin.hit.path, self.photos) for twin in group.twins]
                for group in self.find(**options).groups]


def run(steps: Generator[Any, None, Any]) -> Any:
    try:
        while True:
            next(steps)
    except StopIteration as end:
        return end.value


@pytest.fixture
def shelf(library: Library, decoders: Decoders, card: ModelCard, paint: Paint, tmp_path: Path) -> Shelf:
    """Six photos; of 0 there are two copies, of 1 a smaller one, and a part of the library lies in "sub"."""
    for seed in range(6):
        paint(f"{seed}.jpg", seed)
    photos = tmp_path / "photos"
    (photos / "sub" / "deep").mkdir(parents=True)
    shutil.copy(photos / "0.jpg", photos / "0 copy.jpg")
    shutil.copy(photos / "0.jpg", photos / "sub" / "0.jpg")
    with Image.open(photos / "1.jpg") as image:
        image.resize((60, 40)).save(photos / "sub" / "deep" / "1 small.png")
    shelf = Shelf(library, decoders, card, photos)
    shelf.index()
    return shelf


def test_copies_and_near_identical_photos_are_grouped_the_largest_first(shelf: Shelf) -> None:
    found = shelf.find()
    by_first = {os.path.basename(group.twins[0].hit.path): group for group in found.groups}
    assert len(found.groups) == 2
    assert found.photos == 9
    copies = by_first[os.path.basename(by_first.get("0.jpg", found.groups[0]).twins[0].hit.path)]
    assert copies.is_exact
    assert len(copies.twins) == 3
    assert {twin.hit.score for twin in copies.twins} == {1.0}
    near = by_first["1.jpg"]
    assert not near.is_exact
    assert [os.path.basename(twin.hit.path) for twin in near.twins] == ["1.jpg", "1 small.png"]
    assert [twin.hit.rank for twin in near.twins] == [1, 2]
    assert near.twins[1].hit.score > 0.9
    small = near.twins[1]
    path = shelf.photos / "sub" / "deep" / "1 small.png"
    assert (small.size_bytes, small.changed_ns) == (path.stat().st_size, path.stat().st_mtime_ns)
    assert (small.hit.width_px, small.hit.height_px) == (60, 40)


def test_groups_that_take_most_come_first(shelf: Shelf) -> None:
    spare = [group.spare_bytes for group in shelf.find().groups]
    assert spare == sorted(spare, reverse=True)
    size = (shelf.photos / "0.jpg").stat().st_size
    assert 2 * size in spare


def test_only_copies_when_nothing_else_is_asked_for(shelf: Shelf) -> None:
    (group,) = shelf.groups(min_similarity=None)
    assert sorted(group) == ["0 copy.jpg", "0.jpg", "sub/0.jpg"]


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("", [{"0 copy.jpg", "0.jpg", "sub/0.jpg"}, {"1.jpg", "sub/deep/1 small.png"}]),
        ("sub", []),
        ("sub/deep", []),
    ],
)
def test_in_a_part_of_the_library_only_what_lies_there_counts(
    shelf: Shelf, folder: str, expected: list[set[str]]
) -> None:
    groups = [set(group) for group in shelf.groups(folder=str(shelf.photos / folder))]
    assert sorted(map(sorted, groups)) == sorted(map(sorted, expected))
    shutil.copy(shelf.photos / "sub" / "0.jpg", shelf.photos / "sub" / "deep" / "0.jpg")
    shelf.index()
    if folder == "sub":
        assert [set(group) for group in shelf.groups(folder=str(shelf.photos / folder))] == [
            {"sub/0.jpg", "sub/deep/0.jpg"}]


def test_a_folder_around_several_of_the_library_holds_them_all(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    shutil.copy(shelf.photos / "2.jpg", tmp_path / "more" / "2.jpg")
    shelf.index(tmp_path / "more")
    assert len(parts_of(shelf.library, str(tmp_path))) == 2
    assert ["2.jpg", "../more/2.jpg"] in shelf.groups(folder=str(tmp_path))
    with pytest.raises(FolderError, match="does not lie in a folder of the library"):
        shelf.find(folder=str(tmp_path / "nowhere"))


def test_a_raw_file_and_the_jpeg_beside_it_are_no_duplicates(
    shelf: Shelf, paint: Paint, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = [twin.hit.photo_id for group in shelf.find().groups if not group.is_exact for twin in group.twins]
    one, other = near
    partners = {one: [(other, "x")], other: [(one, "y")]}
    monkeypatch.setattr(
        shelf.library.catalogue.raw_pairs, "partners",
        lambda photo_ids: {photo_id: partners[photo_id] for photo_id in photo_ids if photo_id in partners},
    )
    assert [group.is_exact for group in shelf.find().groups] == [True]


def test_a_photo_that_is_away_is_told_to_be(shelf: Shelf) -> None:
    shelf.library.catalogue.folders.set_offline(shelf.library.catalogue.folders.all()[0].folder_id)
    assert not any(twin.hit.online for group in shelf.find().groups for twin in group.twins)


# ---- comparing many -----------------------------------------------------------------------------------------------


def planted(n: int, dim: int) -> np.ndarray:
    """Random descriptors, and every tenth one near the one before: at cosines from 0.85 to 1."""
    random = np.random.default_rng(7)
    vectors = random.normal(size=(n, dim))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    for row in range(9, n, 10):
        cosine = 0.85 + 0.15 * random.random()
        aside = vectors[row] - (vectors[row] @ vectors[row - 1]) * vectors[row - 1]
        aside /= np.linalg.norm(aside)
        vectors[row] = cosine * vectors[row - 1] + np.sqrt(1 - cosine**2) * aside
    return vectors.astype(np.float32)


def test_sketches_miss_nothing_and_the_descriptors_decide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "_BLOCK", 96)
    library = TestLibrary(tmp_path, dim=512)
    vectors = planted(600, 512)
    photos = [
        IndexedPhoto(library.folder_id, b"%d.jpg" % row, 9, 9, b"hash-%d" % row, 40, 30, vector)
        for row, vector in enumerate(vectors)
    ]
    content_ids = library.catalogue.commit_chunk(library.model, photos).content_ids
    found = run(duplicates._similar_pairs(library, np.array(sorted(content_ids), np.int64), 0.9))  # type: ignore[arg-type]
    stored = vectors.astype(np.float16).astype(np.float32)
    stored /= np.linalg.norm(stored, axis=1, keepdims=True)
    rows, columns = np.nonzero(stored @ stored.T >= 0.9)
    expected = {
        (content_ids[row], content_ids[column]) for row, column in zip(rows, columns, strict=True) if row != column
    }
    assert len(expected) > 50
    assert {(one, other) for one, others in found.items() for other in others} == expected
    one, other = next(iter(expected))
    rows_of = {content_id: row for row, content_id in enumerate(content_ids)}
    assert found[one][other] == pytest.approx(float(stored[rows_of[one]] @ stored[rows_of[other]]), abs=1e-4)
    library.catalogue.close()


def test_small_steps_do_not_join_what_is_not_alike() -> None:
    holdings = duplicates._Holdings(photos={1: [1], 2: [2], 3: [3]})
    pairs = {1: {2: 0.91}, 2: {1: 0.91, 3: 0.92}, 3: {2: 0.92}}
    sizes = {1: (300, 9), 2: (200, 9), 3: (100, 9)}
    assert list(duplicates._grouped(holdings, pairs, sizes)) == [[(1, 1.0), (2, 0.91)]]
    sizes = {1: (300, 9), 2: (400, 9), 3: (100, 9)}
    assert list(duplicates._grouped(holdings, pairs, sizes)) == [[(2, 1.0), (3, 0.92), (1, 0.91)]]


def test_progress_is_told_on_the_way(shelf: Shelf) -> None:
    told = [step for step in find_duplicates(shelf.library, FindDuplicates()) if isinstance(step, Progress)]
    assert {Phase.FINDING, Phase.COMPARING} <= {progress.phase for progress in told}


@pytest.mark.slow
def test_a_step_is_short_in_a_library_of_20_000(tmp_path: Path) -> None:
    library = TestLibrary(tmp_path, dim=512)
    random = np.random.default_rng(3)
    for start in range(0, 20_000, 2_000):
        vectors = random.normal(size=(2_000, 512)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        library.catalogue.commit_chunk(library.model, [
            IndexedPhoto(library.folder_id, b"%d.jpg" % (start + row), 9, 9, b"h%d" % (start + row), 40, 30, vector)
            for row, vector in enumerate(vectors)
        ])
    steps = find_duplicates(library, FindDuplicates())  # type: ignore[arg-type]
    longest = 0.0
    while True:
        started = time.thread_time()  # others may be at work on this machine
        try:
            next(steps)
        except StopIteration:
            break
        longest = max(longest, time.thread_time() - started)
    assert longest < 0.2
    library.catalogue.close()


# ---- sharpness ----------------------------------------------------------------------------------------------------


def test_sharpness_of_pictures_worked_by_hand() -> None:
    flat = np.full((5, 5, 3), 80, np.uint8)
    assert sharpness(flat) == 0.0
    dot = np.zeros((5, 5, 3), np.uint8)
    dot[2, 2] = 100  # the Laplacian inside: four times 100, once -400, four times 0
    assert sharpness(dot) == pytest.approx((4 * 100**2 + 400**2) / 9, rel=1e-4)
    assert sharpness(np.zeros((2, 9, 3), np.uint8)) == 0.0


def test_the_blurred_one_is_less_sharp_and_what_is_gone_is_left_out(shelf: Shelf) -> None:
    with Image.open(shelf.photos / "3.jpg") as image:
        image.filter(ImageFilter.GaussianBlur(3)).save(shelf.photos / "blurred.jpg")
    shelf.index()
    searcher = Searcher(shelf.library, lambda: shelf.runner, shelf.decoders, shelf.card.rule)
    curating = Curating(shelf.library, searcher, shelf.decoders, lambda: True)
    ids = {name: shelf.library.catalogue.photo_at(str(shelf.photos / name)).photo_id  # type: ignore[union-attr]
           for name in ("3.jpg", "blurred.jpg", "4.jpg")}
    (shelf.photos / "4.jpg").unlink()
    measured = dict(curating.answer(MeasureSharpness((*ids.values(), 10_000))))
    assert set(measured) == {ids["3.jpg"], ids["blurred.jpg"]}
    assert measured[ids["3.jpg"]] > 2 * measured[ids["blurred.jpg"]]


def test_a_group_tells_what_could_be_spared() -> None:
    assert TwinGroup(()).spare_bytes == 0
