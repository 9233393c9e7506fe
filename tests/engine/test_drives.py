"""Drives that are taken away and come back under a library that keeps itself. Real drives, so root on Linux only."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from engine.actnet.checkpoint import ModelCard
from engine.decoders import Decoders
from engine.errors import FolderError
from engine.messages import IndexFolders, ResolveMissing
from tests.helpers.disks import DiskMaker, disks, sleeping_share
from tests.helpers.watched_library import Keeper

__all__ = ["disks"]

Paint = Callable[..., Path]
N = 16


@pytest.fixture
def open_keeper(tmp_path: Path, card: ModelCard, decoders: Decoders) -> Iterator[Callable[[], Keeper]]:
    """Opens the same library as often as asked; close one before the next."""
    opened: list[Keeper] = []

    def open_one() -> Keeper:
        opened.append(Keeper(tmp_path / "library", card, decoders, settle_s=0.3))
        return opened[-1]

    yield open_one
    for keeper in opened:
        keeper.close()


def fill(folder: Path, n: int = N) -> Path:
    """Different photos, `n` of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(n):
        Image.new("RGB", (60, 40), (10 * number, 255 - 9 * number, 77)).save(folder / f"{number}.png")
    return folder


@pytest.mark.expects_warnings  # a folder of it may be unreadable just then
def test_fault_14_a_drive_is_taken_away_while_it_is_indexed_and_nothing_is_forgotten(
    open_keeper: Callable[[], Keeper], disks: DiskMaker, tmp_path: Path
) -> None:
    disk, keeper = disks(), open_keeper()
    fill(disk.plug_in(tmp_path / "usb") / "photos", 60)
    keeper.index(tmp_path / "usb" / "photos")
    fill(tmp_path / "usb" / "photos" / "more", 60)
    with Image.open(tmp_path / "usb" / "photos" / "more" / "59.png") as picture:
        different = picture.resize((300, 200))
    for number in range(40):
        different.putpixel((0, 0), (number, 0, 0))
        different.save(tmp_path / "usb" / "photos" / "more" / f"new {number}.png")
    job = keeper.worker.submit(IndexFolders())
    time.sleep(0.5)
    disk.unplug()
    keeper.until(lambda: not keeper.worker.is_open(job), 60)
    keeper.until(lambda: not keeper.status().folders[0].online)
    status = keeper.status()
    assert status.photos >= 60
    assert status.indexed == len(keeper.photos()) == status.offline
    assert all((tmp_path / "library" / "thumbs").joinpath(photo.hash.hex()[:2], f"{photo.hash.hex()}.jpg").exists()
               for photo in keeper.photos().values())
    assert status.folders[0].missing == 0


def test_fault_15_a_drive_that_is_back_is_online_by_itself_also_elsewhere_and_nothing_is_described_again(
    open_keeper: Callable[[], Keeper], disks: DiskMaker, tmp_path: Path
) -> None:
    disk, keeper = disks(), open_keeper()
    fill(disk.plug_in(tmp_path / "usb") / "photos")
    keeper.index(tmp_path / "usb" / "photos")
    keeper.until_live()
    ids = {photo.photo_id for photo in keeper.photos().values()}

    disk.unplug()
    keeper.until(lambda: not keeper.status().folders[0].online)
    assert keeper.status().folders[0].offline == "missing"
    assert [notice.key for notice in keeper.notices] == ["offline-1"]
    assert "comes back by itself with its drive" in keeper.notices[0].sentence
    assert len(keeper.photos()) == N
    assert {photo.drive for photo in keeper.photos().values()} <= {"usb", "Archive"}

    disk.plug_in(tmp_path / "usb")
    keeper.until(lambda: keeper.status().folders[0].online)
    keeper.until_live()
    disk.unplug()
    keeper.until(lambda: not keeper.status().folders[0].online)
    disk.plug_in(tmp_path / "somewhere else")
    keeper.until(lambda: keeper.status().folders[0].online)
    assert keeper.status().folders[0].path == str(tmp_path / "somewhere else" / "photos")
    keeper.until(lambda: len(keeper.notices) == 3)
    assert [notice.key for notice in keeper.notices[1:]] == ["offline-1", "moved-1"]
    keeper.until_live()
    fill(tmp_path / "somewhere else" / "photos", N + 1)  # the sixteen are written again, as they were
    keeper.until(lambda: len(keeper.photos()) == N + 1)
    assert ids < {photo.photo_id for photo in keeper.photos().values()}
    assert keeper.session.runner.n_described == N + 1


def test_fault_16_a_library_is_opened_while_the_mount_point_is_empty(
    open_keeper: Callable[[], Keeper], disks: DiskMaker, tmp_path: Path
) -> None:
    disk, keeper = disks(), open_keeper()
    fill(disk.plug_in(tmp_path / "usb"))
    keeper.index(tmp_path / "usb")
    before = keeper.photos()
    keeper.close()
    disk.unplug()
    assert os.listdir(tmp_path / "usb") == []

    keeper = open_keeper()
    assert keeper.index().found == 0
    with pytest.raises(FolderError, match="Nothing has been removed"):
        keeper.index(tmp_path / "usb")
    folder = keeper.status().folders[0]
    assert (folder.photos, folder.online, folder.offline) == (N, False, "empty")
    assert set(keeper.photos()) == set(before)
    keeper.close()

    keeper = open_keeper()
    disk.plug_in(tmp_path / "usb")
    report = keeper.index()
    assert (report.found, report.unchanged) == (N, N)
    assert all(photo.online for photo in keeper.photos().values())
    assert keeper.session.runner.n_described == 0


def test_fault_16_the_user_may_say_that_a_folder_was_really_emptied(
    open_keeper: Callable[[], Keeper], disks: DiskMaker, tmp_path: Path
) -> None:
    disk, keeper = disks(), open_keeper()
    fill(disk.plug_in(tmp_path / "usb"))
    keeper.index(tmp_path / "usb")
    disk.unplug()
    assert keeper.run(IndexFolders(accept_missing=True)).removed == 0  # nobody named it
    assert keeper.run(IndexFolders((str(tmp_path / "usb"),), accept_missing=True)).removed == N
    assert keeper.status().photos == 0


def test_fault_14_a_drive_that_shows_only_a_part_is_asked_about(
    open_keeper: Callable[[], Keeper], disks: DiskMaker, tmp_path: Path
) -> None:
    disk, keeper = disks(), open_keeper()
    photos = fill(disk.plug_in(tmp_path / "usb") / "photos")
    keeper.index(photos)
    keeper.until_live()
    hidden = tmp_path / "usb" / "hidden"
    hidden.mkdir()
    for number in range(12):
        (photos / f"{number}.png").rename(hidden / f"{number}.png")
    keeper.until(lambda: keeper.status().folders[0].unconfirmed > 0)
    keeper.until_quiet()
    folder = keeper.status().folders[0]
    assert (folder.photos, folder.missing, folder.unconfirmed) == (N, 12, 12)

    keeper.run(ResolveMissing(str(photos), gone=False))
    folder = keeper.status().folders[0]
    assert (folder.photos, folder.missing, folder.unconfirmed) == (N, 12, 0)
    keeper.index()
    assert keeper.status().folders[0].unconfirmed == 0  # asked once

    for number in range(4):
        (hidden / f"{number}.png").rename(photos / f"{number}.png")
    keeper.until(lambda: keeper.status().folders[0].missing == 8)
    assert keeper.session.runner.n_described == N
    keeper.run(IndexFolders(accept_missing=True))
    assert keeper.status().photos == 8
    assert keeper.session.library.catalogue is not None


def test_missing_photos_are_forgotten_when_they_are_really_gone(
    open_keeper: Callable[[], Keeper], tmp_path: Path
) -> None:
    keeper = open_keeper()
    photos = fill(tmp_path / "photos")
    keeper.index(photos)
    keeper.until_live()
    for number in range(12):
        (photos / f"{number}.png").unlink()
    keeper.until(lambda: keeper.status().folders[0].unconfirmed == 12)
    keeper.run(ResolveMissing(str(photos), gone=True))
    status = keeper.status()
    assert (status.photos, status.index_rows, status.folders[0].missing) == (4, 4, 0)
    with pytest.raises(FolderError, match="not in this library"):
        keeper.run(ResolveMissing(str(tmp_path / "elsewhere"), gone=True))


@pytest.mark.timeout(120)
def test_fault_17_a_share_that_falls_asleep_holds_neither_searches_nor_other_folders_up(
    open_keeper: Callable[[], Keeper], tmp_path: Path
) -> None:
    keeper = open_keeper()
    share, local = fill(tmp_path / "share", 4), fill(tmp_path / "local", 8)
    keeper.index(share, local)
    n_threads = threading.active_count()
    with sleeping_share(share):
        keeper.until(lambda: not keeper.status().folders[0].online, 30)
        assert keeper.status().folders[0].offline == "not-answering"
        new = fill(tmp_path / "local", 9) / "8.png"
        keeper.until(lambda: str(new) in keeper.photos(), 30)
        slowest = 0.0
        for _ in range(40):
            started = time.monotonic()
            assert keeper.status().photos == 13
            slowest = max(slowest, time.monotonic() - started)
            time.sleep(0.05)
        assert slowest < 1.0
        assert threading.active_count() < n_threads + 8
    keeper.until(lambda: keeper.status().folders[0].online, 30)
    assert keeper.status().folders[0].missing == 0
