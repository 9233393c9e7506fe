"""What the user wants left out of a library is left out, and comes in again when it is wanted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine import scan
from engine.actnet.checkpoint import ModelCard
from engine.decoders import Decoders
from engine.errors import FolderError
from engine.messages import GetExcludes, SetExcludes
from engine.rules import Rules
from engine.scan import Place, scan_folder
from engine.types import Excludes
from tests.helpers.watched_library import Keeper

Paint = Callable[..., Path]


@pytest.fixture
def keeper(tmp_path: Path, card: ModelCard, decoders: Decoders) -> Iterator[Keeper]:
    keeper = Keeper(tmp_path / "library", card, decoders)
    keeper.status()  # it is open
    keeper.session.upkeep.set_watching(False)  # what is found is found by the tests
    yield keeper
    keeper.close()


@pytest.fixture
def watching(tmp_path: Path, card: ModelCard, decoders: Decoders) -> Iterator[Keeper]:
    keeper = Keeper(tmp_path / "library", card, decoders)
    yield keeper
    keeper.close()


@pytest.fixture
def photos(paint: Paint, tmp_path: Path) -> Path:
    """Twenty photos, most of them in a subfolder, two of them hidden."""
    for number in range(15):
        paint(f"trip/raw/{number}.jpg", number)
    for number, name in enumerate(("a.jpg", "a_small.jpg", "trip/b.jpg", ".hidden.jpg", ".cache/c.jpg")):
        paint(name, 50 + number)
    return tmp_path / "photos"


def names(keeper: Keeper, photos: Path) -> set[str]:
    return {os.path.relpath(path, photos).replace(os.sep, "/") for path in keeper.photos()}


def leave_out(keeper: Keeper, excludes: Excludes) -> None:
    keeper.run(SetExcludes(excludes))


def test_what_is_left_out_is_forgotten_without_a_question_and_comes_back_without_one(
    keeper: Keeper, photos: Path
) -> None:
    keeper.index(photos)
    assert len(keeper.photos()) == 18
    before = sorted(photos.rglob("*"))
    leave_out(keeper, Excludes((str(photos / "trip" / "raw"),), ("*_SMALL.*",)))
    assert names(keeper, photos) == {"a.jpg", "trip/b.jpg"}
    assert keeper.status().index_rows == 2
    assert keeper.status().folders[0].missing == 0
    report = keeper.index()
    assert (report.found, report.removed, report.missing) == (2, 0, 0)
    assert sorted(photos.rglob("*")) == before
    leave_out(keeper, Excludes())
    assert keeper.index().indexed == 16
    assert len(keeper.photos()) == 18


def test_hidden_photos_come_in_when_they_are_wanted(keeper: Keeper, photos: Path) -> None:
    leave_out(keeper, Excludes(skip_hidden=False))
    assert keeper.index(photos).indexed == 20
    assert {".hidden.jpg", ".cache/c.jpg"} < names(keeper, photos)


def test_small_pictures_are_left_out_and_decoded_once(keeper: Keeper, paint: Paint, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    for number, size in enumerate(((300, 200), (120, 80), (80, 120), (119, 119))):
        paint(f"{number}.jpg", number, size)
    leave_out(keeper, Excludes(min_side_px=120))
    report = keeper.index(photos)
    assert (report.found, report.indexed, report.failed) == (3, 3, 0)
    described = keeper.session.runner.n_described
    assert names(keeper, photos) == {"0.jpg", "1.jpg", "2.jpg"}
    report = keeper.index()
    assert (report.found, report.unchanged) == (3, 3)  # the small one is not even looked into
    leave_out(keeper, Excludes(min_side_px=121))  # those that are in the library go without being read
    assert names(keeper, photos) == {"0.jpg"}
    assert keeper.index().found == 1
    assert keeper.session.runner.n_described == described
    paint("1.jpg", 1, (130, 80))  # a picture that has grown
    assert keeper.index().indexed == 1
    leave_out(keeper, Excludes())
    assert keeper.index().indexed == 2
    assert len(keeper.photos()) == 4


def test_a_photo_that_was_made_smaller_leaves_the_library(keeper: Keeper, paint: Paint, tmp_path: Path) -> None:
    paint("a.jpg", 1, (200, 100))
    leave_out(keeper, Excludes(min_side_px=150))
    keeper.index(tmp_path / "photos")
    paint("a.jpg", 1, (100, 50))
    keeper.index()
    assert keeper.photos() == {}
    assert keeper.status().photos == 0


def test_what_is_left_out_is_kept_with_the_library_and_follows_a_renamed_folder(
    keeper: Keeper, photos: Path, tmp_path: Path
) -> None:
    keeper.index(photos)
    wanted = Excludes((str(photos / "trip" / "raw"),), ("a*",), 10, False)
    leave_out(keeper, wanted)
    new = photos.rename(tmp_path / "pictures")
    keeper.index()
    assert keeper.run(GetExcludes()) == replace(wanted, folders=(str(new / "trip" / "raw"),))


def test_only_what_lies_in_a_folder_of_the_library_can_be_left_out_of_it(keeper: Keeper, photos: Path) -> None:
    keeper.index(photos)
    for path, why in ((photos, "remove it from the library"), (photos.parent, "does not lie in a folder")):
        with pytest.raises(FolderError, match=why):
            leave_out(keeper, Excludes((str(path),), ("*",)))
    assert len(keeper.photos()) == 18


def test_the_watcher_goes_by_the_rules(watching: Keeper, photos: Path, paint: Paint) -> None:
    leave_out(watching, Excludes(patterns=("no_*",)))
    watching.index(photos)
    watching.until_live()
    paint("no_1.jpg", 80)
    yes = paint("yes.jpg", 81)
    watching.until(lambda: str(yes) in watching.photos())
    leave_out(watching, Excludes(skip_hidden=False))
    watching.until(lambda: ".hidden.jpg" in names(watching, photos))  # watched anew, so looked through
    watching.until_live()
    hidden = paint(".other.jpg", 82)
    watching.until(lambda: str(hidden) in watching.photos())
    assert "no_1.jpg" in names(watching, photos)


@pytest.mark.parametrize(("state", "is_away"), [
    ({"st_file_attributes": 0x20}, False), ({"st_file_attributes": 0x400020}, True),
    ({"st_file_attributes": 0x1020}, True), ({"st_flags": 0x40000000}, True), ({"st_flags": 0}, False), ({}, False),
])
def test_placeholders_are_known_by_what_systems_say(state: dict[str, int], is_away: bool) -> None:
    assert scan._is_placeholder(SimpleNamespace(**state)) is is_away  # type: ignore[arg-type]


def test_what_is_only_in_the_cloud_is_not_read_and_what_was_indexed_stays(
    keeper: Keeper, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.index(photos)
    shutil.copyfile(photos / "a.jpg", photos / "IMG_0001")
    (photos / "new.jpg").write_bytes(b"whatever the cloud holds")
    away = {os.stat(photos / name).st_ino for name in ("IMG_0001", "new.jpg", "trip/b.jpg")}
    os.utime(photos / "trip" / "b.jpg", (5, 5))  # its time changes when it is sent to the cloud
    monkeypatch.setattr(scan, "_is_placeholder", lambda state: state.st_ino in away)
    report = keeper.index()
    assert (report.indexed, report.failed, report.removed, report.missing) == (0, 0, 0, 0)
    assert len(keeper.photos()) == 18
    monkeypatch.undo()
    report = keeper.index()  # all are here again; the new one is no picture
    assert (report.indexed, report.failed) == (1, 1)


@pytest.mark.parametrize(("state", "is_hidden"), [
    ({"st_file_attributes": 0x20}, False), ({"st_file_attributes": 0x22}, True),
    ({"st_flags": 0x8000}, True), ({"st_flags": 0x40}, False), ({}, False),
])
def test_hidden_files_are_known_by_what_systems_say(state: dict[str, int], is_hidden: bool) -> None:
    assert scan._is_marked_hidden(SimpleNamespace(**state)) is is_hidden  # type: ignore[arg-type]


def test_what_a_system_has_marked_as_hidden_is_left_out_like_names_with_a_dot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.jpg", "hidden.jpg", "open/b.jpg", "closed/c.jpg", "closed/deep/d.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    marked = {(tmp_path / name).stat().st_ino for name in ("hidden.jpg", "closed")}
    monkeypatch.setattr(scan, "_is_marked_hidden", lambda state: state.st_ino in marked)
    monkeypatch.setattr(scan, "_KEEPS_MARKS", True)

    def found(place: str = "", skip_hidden: bool = True) -> list[str]:
        walk = scan_folder(str(tmp_path), place=Place(os.fsencode(place)), rules=Rules(skip_hidden=skip_hidden))
        return sorted(os.fsdecode(file.path) for batch in walk for file in batch)

    assert found() == ["a.jpg", "open/b.jpg"]
    assert found("hidden.jpg") == found("closed") == found("closed/deep") == found("closed/deep/d.jpg") == []
    assert found(skip_hidden=False) == ["a.jpg", "closed/c.jpg", "closed/deep/d.jpg", "hidden.jpg", "open/b.jpg"]
    assert found("closed/deep", skip_hidden=False) == ["closed/deep/d.jpg"]
