"""The library follows what the user does with photos by Resight itself, and asks nothing about it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.actnet.checkpoint import ModelCard
from engine.decoders import Decoders
from engine.messages import ForgetGone, IndexFolders, LookAgain
from tests.helpers.watched_library import Keeper

Paint = Callable[..., Path]


@pytest.fixture
def keeper(card: ModelCard, decoders: Decoders, tmp_path: Path) -> Iterator[Keeper]:
    """A library that nobody watches."""
    keeper = Keeper(tmp_path / "library", card, decoders)
    keeper.status()
    keeper.session.upkeep.set_watching(False)  # type: ignore[union-attr]
    yield keeper
    keeper.close()


def names(keeper: Keeper) -> list[str]:
    return sorted(os.path.basename(path) for path in keeper.photos())


def old(path: Path) -> Path:
    os.utime(path, (5, 5))
    return path


def test_photos_the_user_trashed_are_forgotten_however_many(keeper: Keeper, paint: Paint, tmp_path: Path) -> None:
    photos = [old(paint(f"{number}.jpg", number)) for number in range(14)]
    keeper.index(tmp_path / "photos")
    for photo in photos[:12]:
        photo.unlink()
    keeper.run(ForgetGone((*map(str, photos[:13]), str(tmp_path / "elsewhere.jpg"))))  # the 13th is still there
    assert names(keeper) == ["12.jpg", "13.jpg"]
    report = keeper.index()
    assert (report.missing, report.removed) == (0, 0)
    assert keeper.status().index_rows == 2


def test_a_photo_of_a_drive_that_is_away_is_not_forgotten(keeper: Keeper, paint: Paint, tmp_path: Path) -> None:
    photo = old(paint("a.jpg", 1))
    keeper.index(tmp_path / "photos")
    (tmp_path / "photos").rename(tmp_path / "away")
    keeper.run(LookAgain(all_folders=True))
    keeper.run(ForgetGone((str(photo),)))
    assert names(keeper) == ["a.jpg"]


def test_files_that_are_named_are_looked_at_and_no_others(keeper: Keeper, paint: Paint, tmp_path: Path) -> None:
    first = old(paint("a/first.jpg", 1))
    keeper.run(IndexFolders((str(tmp_path / "photos"),)))
    known = keeper.photos()[str(first)]
    (tmp_path / "photos" / "b").mkdir()
    moved = tmp_path / "photos" / "b" / "moved.jpg"
    first.rename(moved)
    new, other = old(paint("b/new.jpg", 2)), old(paint("b/other.jpg", 3))
    report = keeper.run(LookAgain(paths=(str(first), str(moved), str(new), str(tmp_path / "elsewhere.jpg"))))
    assert (report.moved, report.indexed, report.removed) == (1, 1, 0)
    assert names(keeper) == ["moved.jpg", "new.jpg"]
    assert keeper.photos()[str(moved)].photo_id == known.photo_id
    assert other.exists()
