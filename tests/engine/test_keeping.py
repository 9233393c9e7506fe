"""A library that keeps itself: real folders, real events, real decoders, and results in time."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.actnet.checkpoint import ModelCard
from engine.decoders import Decoders
from engine.messages import LookAgain
from tests.helpers.watched_library import Keeper

Paint = Callable[..., Path]
# The promise; where other programs take the processor away, all that can be asked is that it comes about.
IN_TIME_S = 5.0 if os.getloadavg()[0] < (os.cpu_count() or 1) else 30.0


@pytest.fixture
def keeper(tmp_path: Path, card: ModelCard, decoders: Decoders) -> Iterator[Keeper]:
    keeper = Keeper(tmp_path / "library", card, decoders, settle_s=2.0)
    yield keeper
    keeper.close()


def _names(keeper: Keeper) -> set[str]:
    return {os.path.basename(path) for path in keeper.photos()}


def test_new_changed_moved_and_deleted_files_are_known_within_five_seconds(
    keeper: Keeper, paint: Paint, tmp_path: Path
) -> None:
    first, second = paint("a.jpg", 1), paint("trip/b.jpg", 2)
    keeper.index(tmp_path / "photos")
    keeper.until_live()
    described = keeper.session.runner.n_described

    new = paint("trip/new.jpg", 3)
    assert keeper.until(lambda: str(new) in keeper.photos(), IN_TIME_S) > 1.9  # not before it has kept still

    content_id = keeper.photos()[str(first)].content_id
    paint("a.jpg", 4, (140, 80))
    keeper.until(lambda: keeper.photos()[str(first)].content_id != content_id, IN_TIME_S)
    assert keeper.session.runner.n_described == described + 2

    photo_id = keeper.photos()[str(second)].photo_id
    moved = second.rename(tmp_path / "photos" / "moved.jpg")
    keeper.until(lambda: str(moved) in keeper.photos(), IN_TIME_S)
    assert keeper.photos()[str(moved)].photo_id == photo_id
    assert str(second) not in keeper.photos()

    new.unlink()
    keeper.until(lambda: str(new) not in keeper.photos(), IN_TIME_S)
    assert keeper.session.runner.n_described == described + 2


def test_a_folder_that_was_renamed_or_moved_in_is_followed(keeper: Keeper, paint: Paint, tmp_path: Path) -> None:
    paint("stays.jpg", 0)
    for seed in range(1, 5):
        paint(f"trip/{seed}.jpg", seed)
    keeper.index(tmp_path / "photos")
    keeper.until_live()
    ids = {photo.photo_id for photo in keeper.photos().values()}
    (tmp_path / "photos" / "trip").rename(tmp_path / "photos" / "journey")
    keeper.until(lambda: sum("journey" in path for path in keeper.photos()) == 4, IN_TIME_S)
    assert {photo.photo_id for photo in keeper.photos().values()} == ids
    assert keeper.session.runner.n_described == 5
    (tmp_path / "photos" / "journey").rename(tmp_path / "elsewhere")
    keeper.until(lambda: len(keeper.photos()) == 1, IN_TIME_S)
    (tmp_path / "elsewhere").rename(tmp_path / "photos" / "back")
    keeper.until(lambda: len(keeper.photos()) == 5, IN_TIME_S)


def test_one_new_file_is_looked_at_alone(
    keeper: Keeper, paint: Paint, tmp_path: Path
) -> None:
    for seed in range(20):
        paint(f"{seed}/a.jpg", seed)
    keeper.index(tmp_path / "photos")
    keeper.until_live()
    n_reports = len(keeper.reports)
    new = paint("7/new.jpg", 30)
    keeper.until(lambda: str(new) in keeper.photos(), IN_TIME_S)
    keeper.until_quiet()
    assert [report.found for report in keeper.reports[n_reports:]] == [1, 1]  # the first look and the second


# ---- fault 23: files that are still being written -------------------------------------------------------------------


def test_fault_23_a_slow_copy_is_read_once_when_it_is_whole(
    keeper: Keeper, paint: Paint, tmp_path: Path
) -> None:
    paint("a.jpg", 1)
    keeper.index(tmp_path / "photos")
    keeper.until_live()
    whole = paint("../source.bmp", 2, (400, 300)).read_bytes()  # 360,054 bytes: about 4 s at this pace
    slow = tmp_path / "photos" / "slow.bmp"

    def copy() -> None:
        with slow.open("wb") as file:
            for start in range(0, len(whole), 10_000):
                file.write(whole[start:start + 10_000])
                file.flush()
                time.sleep(0.11)

    copying = threading.Thread(target=copy)
    copying.start()
    keeper.until(lambda: not copying.is_alive() and str(slow) in keeper.photos(), 30)
    assert keeper.session.runner.n_described == 2
    assert keeper.status().failed == 0


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="needs posix_fallocate")
def test_fault_23_a_copy_that_takes_its_whole_size_first_is_read_once_when_it_is_whole(
    keeper: Keeper, paint: Paint, tmp_path: Path
) -> None:
    paint("a.jpg", 1)
    keeper.index(tmp_path / "photos")
    keeper.until_live()
    whole = paint("../source.bmp", 2, (400, 300)).read_bytes()
    slow = tmp_path / "photos" / "slow.bmp"

    def copy() -> None:
        with slow.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, len(whole))
            for start in range(0, len(whole), 10_000):
                file.write(whole[start:start + 10_000])
                file.flush()
                time.sleep(0.11)

    copying = threading.Thread(target=copy)
    copying.start()
    keeper.until(lambda: not copying.is_alive() and str(slow) in keeper.photos(), 30)
    assert keeper.session.runner.n_described == 2
    pixels = keeper.photos()[str(slow)]
    assert (pixels.width_px, pixels.height_px) == (400, 300)


def test_fault_23_downloads_are_read_when_they_get_their_name(keeper: Keeper, paint: Paint, tmp_path: Path) -> None:
    paint("a.jpg", 1)
    keeper.index(tmp_path / "photos")
    keeper.until_live()
    whole = paint("../b.jpg", 2).read_bytes()
    final = tmp_path / "photos" / "b.jpg"
    part = final.with_name("b.jpg.part")
    final.touch()  # as Firefox takes the name
    part.write_bytes(whole)
    time.sleep(3.0)
    assert str(final) not in keeper.photos()
    assert keeper.status().failed == 0
    part.replace(final)
    keeper.until(lambda: str(final) in keeper.photos(), IN_TIME_S)
    assert keeper.session.runner.n_described == 2


# ---- fault 30: storms -----------------------------------------------------------------------------------------------


def test_fault_30_many_files_at_once_are_few_looks_and_searching_goes_on(
    tmp_path: Path, card: ModelCard, decoders: Decoders, paint: Paint
) -> None:
    keeper = Keeper(tmp_path / "library", card, decoders, settle_s=0.2)
    try:
        source = paint("a.jpg", 1)
        keeper.index(tmp_path / "photos")
        keeper.until_live()
        n_reports = len(keeper.reports)
        (tmp_path / "drop").mkdir()
        for number in range(1000):
            shutil.copyfile(source, tmp_path / "drop" / f"{number}.jpg")
        for path in sorted((tmp_path / "drop").iterdir()):
            path.rename(tmp_path / "photos" / path.name)
        slowest = 0.0
        while True:
            asked = time.monotonic()
            n_photos = keeper.status().photos
            slowest = max(slowest, time.monotonic() - asked)
            if n_photos == 1001:
                break
            time.sleep(0.05)
        assert slowest < 1.0
        keeper.until_quiet()
        assert len(keeper.reports) - n_reports < 40
        assert keeper.session.runner.n_described == 1  # copies of one photo
    finally:
        keeper.close()


def test_fault_30_after_any_storm_the_catalogue_is_what_is_there(
    tmp_path: Path, card: ModelCard, decoders: Decoders, paint: Paint
) -> None:
    keeper = Keeper(tmp_path / "library", card, decoders, settle_s=0.2)
    photos = tmp_path / "photos"
    try:
        for seed in range(12):
            paint(f"{seed % 3}/{seed}.jpg", seed)
        keeper.index(photos)
        keeper.until_live()
        chance = np.random.default_rng(5)
        for round_ in range(60):
            _disturb(photos, chance, paint, round_)
            time.sleep(float(chance.random()) * 0.05)
        there = {str(path) for path in photos.rglob("*.jpg")}
        keeper.until(lambda: set(keeper.photos()) == there, 30)
        keeper.until_quiet()
        assert set(keeper.photos()) == there
        n_contents = keeper.session.runner.n_described
        report = keeper.index(photos)
        assert (report.found, report.unchanged) == (len(there), len(there))
        assert keeper.session.runner.n_described == n_contents
    finally:
        keeper.close()


def _disturb(photos: Path, chance: np.random.Generator, paint: Paint, round_: int) -> None:
    """One of the things people and programs do to files."""
    files = sorted(photos.rglob("*.jpg"))
    folders = sorted(path for path in photos.rglob("*") if path.is_dir())
    pick = files[int(chance.integers(len(files)))] if files else None
    folder = folders[int(chance.integers(len(folders)))]
    match int(chance.integers(6)):
        case 0:
            paint(f"{folder.relative_to(photos)}/new {round_}.jpg", 100 + round_)
        case 1 if pick:
            pick.rename(folder / f"moved {round_}.jpg")
        case 2 if pick and len(files) > 4:
            data = pick.read_bytes()
            pick.unlink()
            pick.write_bytes(data)
        case 3:
            folder.rename(photos / f"folder {round_}")
        case 4 if pick:
            (photos / f"sub {round_}" / "deep").mkdir(parents=True)
            shutil.copyfile(pick, photos / f"sub {round_}" / "deep" / "copy.jpg")
        case 5 if pick and len(files) > 4:
            pick.unlink()


# ---- what events do not tell ----------------------------------------------------------------------------------------


def test_looking_through_everything_finds_what_no_event_told(
    keeper: Keeper, paint: Paint, tmp_path: Path
) -> None:
    paint("a.jpg", 1)
    keeper.index(tmp_path / "photos")
    keeper.until_live()
    keeper.session.upkeep.set_watching(False)
    new = paint("b.jpg", 2)
    report = keeper.run(LookAgain(all_folders=True))
    assert (report.found, report.unsettled) == (2, 1)
    time.sleep(2.0)
    report = keeper.run(LookAgain(all_folders=True))
    assert (report.indexed, report.unsettled) == (1, 0)
    assert str(new) in keeper.photos()


def test_a_root_that_was_renamed_is_followed_and_watched(keeper: Keeper, paint: Paint, tmp_path: Path) -> None:
    paint("a.jpg", 1)
    keeper.index(tmp_path / "photos")
    keeper.until_live()
    (tmp_path / "photos").rename(tmp_path / "pictures")
    keeper.until(lambda: list(keeper.photos()) == [str(tmp_path / "pictures" / "a.jpg")])
    keeper.until_live()
    paint("../pictures/b.jpg", 2)
    keeper.until(lambda: str(tmp_path / "pictures" / "b.jpg") in keeper.photos())
    assert keeper.status().folders[0].path == str(tmp_path / "pictures")
    assert keeper.session.runner.n_described == 2


def test_the_watcher_rests_while_its_folder_is_away(keeper: Keeper, paint: Paint, tmp_path: Path) -> None:
    paint("a.jpg", 1)
    photos, away = tmp_path / "photos", tmp_path / "elsewhere" / "away"
    away.parent.mkdir()
    keeper.index(photos)
    keeper.until_live()
    photos.rename(away)
    keeper.until(lambda: not keeper.status().folders[0].online)
    assert keeper.status().folders[0].watch == ""
    assert len(keeper.photos()) == 1
    n_reports = len(keeper.reports)
    time.sleep(3.0)
    assert len(keeper.reports) == n_reports
    paint("../elsewhere/away/b.jpg", 2)
    away.rename(photos)
    keeper.until(lambda: len(keeper.photos()) == 2)
    keeper.until(lambda: keeper.status().folders[0].watch == "live")
