"""Where a folder is now, and what is not taken for it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine import roots as roots_module
from engine.aside import Aside
from engine.records import Folder
from engine.roots import Condition, Roots, Seen, look_for
from engine.scan import FoundFile
from engine.volumes import Volume, volume_of
from engine.walking import NotAnswering, walk_aside
from tests.helpers.disks import DiskMaker, bound, disks, sleeping_share
from tests.helpers.library import TestLibrary

__all__ = ["disks"]

NAMES = ("a.jpg", "b.jpg", "c.jpg", "d.jpg")
SAMPLE = [(name, 5) for name in NAMES]


def make(folder: Path, n: int = 4) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES[:n]:
        (folder / name).write_bytes(b"12345")
    return folder


def known(folder: Path) -> Folder:
    """The folder as the library knows it, with its four photos."""
    return Folder(1, str(folder), True, 4, 0, folder.stat().st_ino, volume_of(str(folder)))


def conditions(seen: Seen) -> tuple[Condition, str]:
    return seen.condition, seen.path


def test_a_folder_that_is_there_is_online_with_its_drive(tmp_path: Path) -> None:
    folder = known(make(tmp_path / "photos"))
    seen = look_for(folder, SAMPLE)
    state = os.stat(folder.path)
    assert seen == Seen(Condition.ONLINE, folder.path, folder.volume, state.st_dev, state.st_ino)


def test_a_folder_that_is_gone_is_missing(tmp_path: Path) -> None:
    folder = known(make(tmp_path / "photos"))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "photos").rename(tmp_path / "elsewhere" / "photos")
    assert look_for(folder, SAMPLE).condition is Condition.MISSING
    (tmp_path / "photos").write_text("a file")
    assert look_for(folder, SAMPLE).condition is Condition.MISSING


def test_an_empty_folder_is_emptied_only_if_it_is_the_very_one(tmp_path: Path) -> None:
    folder = known(make(tmp_path / "photos"))
    folder = replace(folder, volume=Volume("uuid 1", "", "/photos"))
    for name in NAMES:
        (tmp_path / "photos" / name).unlink()
    assert look_for(folder, SAMPLE).condition is Condition.EMPTY  # on another drive
    if volume_of(folder.path).volume_id:
        same = replace(folder, volume=volume_of(folder.path))
        assert look_for(same, SAMPLE).condition is Condition.ONLINE
        assert look_for(replace(same, inode=1), SAMPLE).condition is Condition.EMPTY
    assert look_for(replace(folder, n_photos=0), []).condition is Condition.ONLINE  # it never held any


def test_a_renamed_folder_is_found_by_its_inode_and_its_photos(tmp_path: Path) -> None:
    folder = known(make(tmp_path / "photos"))
    new = (tmp_path / "photos").rename(tmp_path / "pictures")
    assert conditions(look_for(folder, SAMPLE)) == (Condition.ONLINE, str(new))
    for name in NAMES[:3]:
        (new / name).unlink()
    assert look_for(folder, SAMPLE).condition is Condition.MISSING  # too few of them are left to be sure


@pytest.mark.parametrize(("n_there", "condition"), [(4, Condition.ONLINE), (2, Condition.ONLINE),
                                                    (1, Condition.OTHER_DRIVE)])
def test_the_photos_tell_whether_a_folder_has_come_to_another_drive(
    tmp_path: Path, n_there: int, condition: Condition
) -> None:
    if not volume_of(str(tmp_path)).volume_id:
        pytest.skip("this file system has no identity")
    folder = replace(known(make(tmp_path / "photos", n_there)), volume=Volume("uuid of another", "Archive", "/photos"))
    assert look_for(folder, SAMPLE).condition is condition


def test_where_drives_have_no_identity_a_folder_with_something_in_it_is_believed(tmp_path: Path) -> None:
    folder = replace(known(make(tmp_path / "photos", 1)), volume=Volume())
    assert look_for(folder, SAMPLE).condition is Condition.ONLINE


def test_fault_15_a_drive_is_found_under_another_mount_point(disks: DiskMaker, tmp_path: Path) -> None:
    disk = disks()
    folder = known(make(disk.plug_in(tmp_path / "here") / "photos"))
    disk.unplug()
    assert look_for(folder, SAMPLE).condition is Condition.MISSING
    disk.plug_in(tmp_path / "there")
    seen = look_for(folder, SAMPLE)
    assert conditions(seen) == (Condition.ONLINE, str(tmp_path / "there" / "photos"))
    assert seen.volume.volume_id == folder.volume.volume_id


def test_fault_16_another_drive_at_the_mount_point_is_not_taken_for_the_folder(
    disks: DiskMaker, tmp_path: Path
) -> None:
    disk, other = disks(), disks("Other")
    folder = known(make(disk.plug_in(tmp_path / "usb")))
    disk.unplug()
    assert look_for(folder, SAMPLE).condition is Condition.EMPTY
    other.plug_in(tmp_path / "usb")  # it has a folder of its own: lost+found
    assert look_for(folder, SAMPLE).condition is Condition.OTHER_DRIVE
    disk.plug_in(tmp_path / "usb2")
    assert conditions(look_for(folder, SAMPLE)) == (Condition.ONLINE, str(tmp_path / "usb2"))


def test_fault_16_a_folder_that_was_bound_is_found_where_it_lies(tmp_path: Path) -> None:
    make(tmp_path / "data" / "photos")
    with bound(tmp_path / "data" / "photos", tmp_path / "bound"):
        folder = known(tmp_path / "bound")
        if not folder.volume.volume_id:
            pytest.skip("this file system has no identity")
    assert conditions(look_for(folder, SAMPLE)) == (Condition.ONLINE, str(tmp_path / "data" / "photos"))


# ---- asking ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def library(tmp_path: Path) -> Iterator[TestLibrary]:
    library = TestLibrary(tmp_path)
    yield library
    library.catalogue.close()


def reach(roots: Roots, folder: Folder) -> tuple[Folder | None, int]:
    """What is found, and in how many steps."""
    steps, n_steps = roots.reach(folder), 0
    while True:
        try:
            next(steps)
            n_steps += 1
        except StopIteration as stop:
            return stop.value, n_steps


def test_what_is_found_out_is_kept(library: TestLibrary) -> None:
    folders = library.catalogue.folders
    folder = folders.get(library.folder_id)
    assert folder is not None
    roots = Roots(folders)
    there, _ = reach(roots, folder)
    assert there is not None
    assert there.volume == volume_of(folder.path)
    assert there.inode == os.stat(folder.path).st_ino
    os.rename(folder.path, f"{folder.path}-away")
    assert reach(roots, folder)[0] is None
    assert roots.condition(library.folder_id) is Condition.MISSING
    assert not folders.get(library.folder_id).online  # type: ignore[union-attr]
    os.rename(f"{folder.path}-away", folder.path)
    assert reach(roots, folder)[0] == there


def test_a_folder_does_not_take_the_place_of_another(library: TestLibrary, tmp_path: Path) -> None:
    folders = library.catalogue.folders
    make(tmp_path / "photos")
    make(tmp_path / "pictures")
    photos, pictures = folders.add(str(tmp_path / "photos")), folders.add(str(tmp_path / "pictures"))
    roots = Roots(folders)
    reach(roots, photos)
    (tmp_path / "pictures").rename(tmp_path / "old")
    (tmp_path / "photos").rename(tmp_path / "pictures")
    folder = replace(folders.get(photos.folder_id), n_photos=4)  # type: ignore[type-var]
    assert look_for(folder, SAMPLE).path == str(tmp_path / "pictures")
    assert reach(roots, folder)[0] is None
    assert folders.get(pictures.folder_id).path == str(tmp_path / "pictures")  # type: ignore[union-attr]


@pytest.mark.timeout(60)
def test_fault_17_a_share_that_sleeps_is_offline_and_holds_nobody_up(
    library: TestLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roots_module, "_ANSWER_S", 1.0)
    share = tmp_path / "share"
    share.mkdir()
    folder = library.catalogue.folders.add(str(share))
    roots = Roots(library.catalogue.folders)
    n_threads = threading.active_count()
    with sleeping_share(share):
        for _ in range(5):
            started = time.monotonic()
            there, n_steps = reach(roots, folder)
            assert there is None
            assert n_steps > 5  # searches were answered meanwhile
            assert time.monotonic() - started < 3.0
        assert roots.condition(folder.folder_id) is Condition.NOT_ANSWERING
        assert threading.active_count() <= n_threads + 1
    end = time.monotonic() + 10  # the thread that hung in it ends with the mount
    while threading.active_count() > n_threads:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert reach(roots, folder)[0] is not None


# ---- walking --------------------------------------------------------------------------------------------------------


def file(number: int) -> FoundFile:
    return FoundFile(b"%d.jpg" % number, 1, 1, 1)


def test_a_walk_aside_gives_the_same_batches() -> None:
    batches = [[file(number)] for number in range(50)]
    assert [files for files in walk_aside(Aside(), 1, iter(batches)) if files] == batches


def test_a_walk_that_hangs_is_given_up_and_not_begun_twice() -> None:
    release, aside = threading.Event(), Aside()

    def hangs() -> Iterator[list[FoundFile]]:
        yield [file(1)]
        release.wait()
        yield [file(2)]

    n_threads = threading.active_count()
    for _ in range(2):
        with pytest.raises(NotAnswering):
            list(walk_aside(aside, 1, hangs(), silence_s=0.3))
        assert threading.active_count() == n_threads + 1
    release.set()
    assert [files for files in walk_aside(aside, 1, iter([[file(3)]])) if files] == [[file(3)]]


def test_a_walk_that_is_left_ends() -> None:
    aside, n_read = Aside(), 0

    def endless() -> Iterator[list[FoundFile]]:
        nonlocal n_read
        while True:
            n_read += 1
            yield [file(n_read)]

    n_threads = threading.active_count()
    walk = walk_aside(aside, 1, endless())
    assert next(walk) == [file(1)]
    walk.close()
    end = time.monotonic() + 5
    while threading.active_count() > n_threads:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert n_read < 20


def test_what_goes_wrong_in_a_walk_is_raised_here() -> None:
    def breaks() -> Iterator[list[FoundFile]]:
        yield [file(1)]
        raise ZeroDivisionError

    walk = walk_aside(Aside(), 1, breaks())
    assert next(walk) == [file(1)]
    with pytest.raises(ZeroDivisionError):
        list(walk)
