from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from engine.scan import Place, ScanProblem, may_matter, scan_folder
from tests.helpers.library import run_without_rights

posix_only = pytest.mark.skipif(os.name == "nt", reason="needs POSIX names, links and pipes")


def _names(root: Path, skip: tuple[str, ...] = (), problems: list[ScanProblem] | None = None) -> list[bytes]:
    return sorted(file.path for batch in scan_folder(str(root), skip=skip, problems=problems) for file in batch)


def _make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def test_pictures_are_found_by_extension_whatever_its_case(tmp_path: Path) -> None:
    _make(tmp_path, "a.jpg", "sub/B.JPEG", "sub/deep/c.HeIc", "notes.txt", "movie.mp4", "a.jpg.part")
    assert _names(tmp_path) == [b"a.jpg", os.fsencode(os.path.join("sub", "B.JPEG")),
                                os.fsencode(os.path.join("sub", "deep", "c.HeIc"))]


def test_size_and_time_are_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"12345")
    os.utime(tmp_path / "a.png", ns=(5, -7_000_000_123 if os.name != "nt" else 123_000))
    [file] = [file for batch in scan_folder(str(tmp_path)) for file in batch]
    assert (file.size_bytes, file.mtime_ns) == (5, os.stat(tmp_path / "a.png").st_mtime_ns)


def test_hidden_files_and_system_folders_are_left_out(tmp_path: Path) -> None:
    _make(tmp_path, "._a.jpg", ".hidden.jpg", ".thumbnails/a.jpg", ".Trash-1000/a.jpg", "@eaDir/a.jpg",
          "$RECYCLE.BIN/a.jpg", "lost+found/a.jpg", "kept.jpg")
    assert _names(tmp_path) == [b"kept.jpg"]


@pytest.mark.parametrize(("head", "is_picture"), [
    (b"\xff\xd8\xff\xe0", True), (b"\x89PNG\r\n\x1a\n", True), (b"RIFF\x00\x00\x00\x00WEBP", True),
    (b"RIFF\x00\x00\x00\x00WAVE", False), (b"\x00\x00\x00\x18ftypheic", True), (b"\x00\x00\x00\x18ftypmp42", False),
    (b"P6\n4 4 255", True), (b"PK\x03\x04", False), (b"<html>", False), (b"", False), (b"P6", False),
])
def test_files_without_extension_are_known_by_their_first_bytes(tmp_path: Path, head: bytes, is_picture: bool) -> None:
    (tmp_path / "IMG_0001").write_bytes(head)
    assert _names(tmp_path) == ([b"IMG_0001"] if is_picture else [])


def test_folders_to_skip_are_left_out_with_all_below(tmp_path: Path) -> None:
    _make(tmp_path, "a.jpg", "library/thumbs/b.jpg", "other/c.jpg", "other/deep/d.jpg")
    skip = (str(tmp_path / "library"), str(tmp_path / "other"), str(tmp_path / "missing"))
    assert _names(tmp_path, skip=skip) == [b"a.jpg"]


@posix_only
def test_names_of_any_bytes_come_back_unchanged(tmp_path: Path) -> None:
    names = [b"bad-\xff\xfe.jpg", b"new\nline.jpg", b" space .png", b"\xe2\x80\xaertl.jpg", b"{0}%s'\".jpg",
             b"-dash.jpg", "é.jpg".encode(), "e\u0301.jpg".encode(), b"n" * 251 + b".jpg"]
    for name in names:
        os.close(os.open(os.path.join(os.fsencode(tmp_path), name), os.O_CREAT))
    assert _names(tmp_path) == sorted(names)


@posix_only
def test_links_to_folders_are_not_followed_and_loops_end(tmp_path: Path) -> None:
    _make(tmp_path, "real/a.jpg")
    (tmp_path / "real" / "up").symlink_to(tmp_path)
    (tmp_path / "real" / "self").symlink_to(tmp_path / "real")
    (tmp_path / "again").symlink_to(tmp_path / "real")
    (tmp_path / "ring.jpg").symlink_to(tmp_path / "ring.jpg")
    problems: list[ScanProblem] = []
    assert _names(tmp_path, problems=problems) == [b"real/a.jpg"]
    assert problems == []


@posix_only
def test_links_to_files_are_followed_out_of_the_folder_only(tmp_path: Path) -> None:
    root = tmp_path / "root"
    _make(tmp_path, "root/a.jpg", "outside/b.jpg")
    (root / "copy.jpg").symlink_to(root / "a.jpg")
    (root / "link.jpg").symlink_to(tmp_path / "outside" / "b.jpg")
    (root / "gone.jpg").symlink_to(tmp_path / "nowhere.jpg")
    (root / "device.jpg").symlink_to("/dev/zero")
    assert _names(root) == [b"a.jpg", b"link.jpg"]


@posix_only
def test_pipes_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    os.mkfifo(tmp_path / "pipe")
    assert _names(tmp_path) == []


@posix_only
def test_a_root_that_is_a_link_is_read(tmp_path: Path) -> None:
    _make(tmp_path, "real/a.jpg")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert _names(tmp_path / "link") == [b"a.jpg"]


@posix_only
def test_depth_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path.joinpath(*["d"] * 300)
    path.mkdir(parents=True)
    (path / "a.jpg").write_bytes(b"x")
    assert _names(tmp_path) == [b"d/" * 300 + b"a.jpg"]


@posix_only
def test_folders_that_may_not_be_read_are_reported_and_the_rest_found(tmp_path: Path) -> None:
    _make(tmp_path, "open/a.jpg", "closed/b.jpg")
    (tmp_path / "closed").chmod(0)
    lines = run_without_rights(
        "from engine.scan import scan_folder\n",
        "problems = []\n"
        "for batch in scan_folder(sys.argv[1], problems=problems):\n"
        "    for file in batch: sys.stdout.write(f'found {os.fsdecode(file.path)}\\n')\n"
        "for problem in problems: sys.stdout.write(f'{os.fsdecode(problem.path)}: {problem.sentence}\\n')\n", tmp_path,
    ).splitlines()
    (tmp_path / "closed").chmod(0o755)
    assert lines[0] == "found open/a.jpg"
    assert lines[1].startswith("closed: Resight may not read")
    assert len(lines) == 2


def test_a_root_that_is_gone_is_a_problem_with_the_whole_folder(tmp_path: Path) -> None:
    problems: list[ScanProblem] = []
    assert _names(tmp_path / "gone", problems=problems) == []
    assert [problem.path for problem in problems] == [b""]


def test_many_files_come_in_short_steps(tmp_path: Path) -> None:
    for i in range(20):
        (tmp_path / f"{i}").mkdir()
        for j in range(1000):
            os.close(os.open(tmp_path / f"{i}" / f"{j}.{'jpg' if j % 2 else 'txt'}", os.O_CREAT))
    steps, found, started = [], 0, time.perf_counter()
    last = started
    for batch in scan_folder(str(tmp_path), batch=100):
        now = time.perf_counter()
        steps.append(now - last)
        last = now
        found += len(batch)
        assert len(batch) <= 100
    assert found == 10_000
    assert last - started < 20.0
    assert sorted(steps)[len(steps) * 9 // 10] < 0.2  # 40 ms, and what a busy machine adds


def test_a_folder_without_pictures_still_gives_the_caller_its_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make(tmp_path, *(f"{i}.txt" for i in range(50)))
    monkeypatch.setattr("engine.scan._STEP_S", 0.0)
    batches = list(scan_folder(str(tmp_path)))
    assert len(batches) > 50
    assert not any(batches)


# ---- places in a folder -------------------------------------------------------------------------------------------


def _at(root: Path, path: str, deep: bool = True, skip: tuple[str, ...] = ()) -> list[str]:
    place = Place(os.fsencode(path.replace("/", os.sep)), deep)
    return sorted(os.fsdecode(file.path).replace(os.sep, "/")
                  for batch in scan_folder(str(root), skip=skip, place=place) for file in batch)


def test_a_place_is_a_folder_with_or_without_what_is_deeper_or_a_file(tmp_path: Path) -> None:
    _make(tmp_path, "a.jpg", "trip/b.jpg", "trip/deep/c.jpg", "trip 2/d.jpg")
    assert _at(tmp_path, "trip") == ["trip/b.jpg", "trip/deep/c.jpg"]
    assert _at(tmp_path, "trip", deep=False) == ["trip/b.jpg"]
    assert _at(tmp_path, "", deep=False) == ["a.jpg"]
    assert _at(tmp_path, "trip/deep/c.jpg", deep=False) == ["trip/deep/c.jpg"]
    assert _at(tmp_path, "trip/gone.jpg") == _at(tmp_path, "gone/deeper/a.jpg") == []


def test_a_place_is_looked_at_without_its_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _make(tmp_path, *(f"{number}/a.jpg" for number in range(20)))
    read: list[str] = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda folder: (read.append(folder), scandir(folder))[1])
    assert _at(tmp_path, "7") == ["7/a.jpg"]
    assert read == [str(tmp_path / "7")]


@posix_only
def test_a_place_holds_nothing_that_a_walk_of_the_whole_would_not_find(tmp_path: Path) -> None:
    _make(tmp_path, "real/a.jpg", ".cache/b.jpg", "lost+found/c.jpg", "page.jpg.download/page.jpg", "notes.txt",
          "inner/library/d.jpg", "real/.e.jpg")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "copy.jpg").symlink_to(tmp_path / "real" / "a.jpg")
    for place in (".cache", ".cache/b.jpg", "lost+found", "page.jpg.download", "page.jpg.download/page.jpg",
                  "notes.txt", "link", "link/a.jpg", "copy.jpg", "real/.e.jpg", "inner/library", "inner/library/d.jpg"):
        assert _at(tmp_path, place, skip=(str(tmp_path / "inner" / "library"),)) == [], place


@posix_only
def test_a_file_that_became_a_folder_is_looked_into(tmp_path: Path) -> None:
    _make(tmp_path, "a.jpg/b.jpg")
    assert _at(tmp_path, "a.jpg", deep=False) == ["a.jpg/b.jpg"]


@pytest.mark.parametrize(("path", "is_folder", "matters"), [
    ("a.jpg", False, True), ("trip/A.HEIC", False, True), ("trip/IMG_1", False, True), ("notes.txt", False, False),
    ("a.jpg.part", False, False), (".a.jpg", False, False), (".cache/a.jpg", False, False), ("trip", True, True),
    ("trip/.git", True, False), ("$RECYCLE.BIN", True, False), ("a.jpg.download/a.jpg", False, False),
])
def test_names_tell_what_may_matter(path: str, is_folder: bool, matters: bool) -> None:
    assert may_matter(os.fsencode(path.replace("/", os.sep)), is_folder) is matters
