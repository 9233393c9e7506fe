"""Copying, moving and trashing real files: nothing is overwritten or lost, and each failure is a sentence."""

from __future__ import annotations

import errno
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app import file_texts, file_work, trash
from app.file_work import FileWork, Placed, RefusedError
from tests.helpers.trash_bin import use_trash

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the trash of freedesktop.org")
OTHER_DISK = Path("/dev/shm")


def photo(path: Path, content: bytes = b"photo") -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (1_000_000, 1_000_000))
    return str(path)


def run(work: FileWork) -> FileWork:
    for _ in work.steps():
        pass
    return work


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def sentences(work: FileWork) -> list[str]:
    return [refused.sentence for refused in work.refused]


# ---- copying and moving -------------------------------------------------------------------------------------------


def test_a_copy_overwrites_nothing_and_keeps_the_photos_time(tmp_path: Path) -> None:
    one, other = photo(tmp_path / "a" / "x.jpg", b"one"), photo(tmp_path / "b" / "x.jpg", b"other")
    photo(tmp_path / "into" / "x.jpg", b"was there")
    work = run(file_work.copying([one, other], str(tmp_path / "into")))
    assert files(tmp_path / "into") == {"x.jpg": b"was there", "x (2).jpg": b"one", "x (3).jpg": b"other"}
    assert work.done == [Placed(one, str(tmp_path / "into" / "x (2).jpg")),
                         Placed(other, str(tmp_path / "into" / "x (3).jpg"))]
    assert (tmp_path / "into" / "x (2).jpg").stat().st_mtime == 1_000_000
    assert Path(one).read_bytes() == b"one"


def test_the_others_go_on_when_a_file_is_gone(tmp_path: Path) -> None:
    (tmp_path / "into").mkdir()
    work = run(file_work.copying([str(tmp_path / "gone.jpg"), photo(tmp_path / "b.jpg")], str(tmp_path / "into")))
    assert sentences(work) == [file_texts.NOT_THERE.format(name="gone.jpg")]
    assert files(tmp_path / "into") == {"b.jpg": b"photo"}


def test_a_folder_that_is_gone_is_named_not_the_photo(tmp_path: Path) -> None:
    path = photo(tmp_path / "b.jpg")
    for work in (file_work.copying([path], str(tmp_path / "trips")), file_work.moving([path], str(tmp_path / "trips"))):
        assert sentences(run(work)) == [file_texts.NOT_THERE.format(name="trips")]


def test_a_copy_that_is_stopped_leaves_nothing_half_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_work, "_CHUNK_BYTES", 4)
    monkeypatch.setattr(file_work, "_TELL_EVERY_S", 0.0)
    (tmp_path / "into").mkdir()
    paths = [photo(tmp_path / name, b"0123456789") for name in ("a.jpg", "b.jpg")]
    work = file_work.copying(paths, str(tmp_path / "into"))
    steps = work.steps()
    while not work.done or not any(name.startswith(".resight-") for name in os.listdir(tmp_path / "into")):
        progress = next(steps)
    assert (progress.done, progress.total) == (1, 2)
    steps.close()
    assert files(tmp_path / "into") == {"a.jpg": b"0123456789"}
    assert [one.source for one in work.done] == paths[:1]


def test_moving_renames_and_can_be_undone(tmp_path: Path) -> None:
    path = photo(tmp_path / "a" / "x.jpg")
    inode = os.stat(path).st_ino
    photo(tmp_path / "into" / "x.jpg", b"was there")
    work = run(file_work.moving([path], str(tmp_path / "into")))
    moved = tmp_path / "into" / "x (2).jpg"
    assert work.done == [Placed(path, str(moved))]
    assert moved.stat().st_ino == inode
    assert not os.path.exists(path)
    back = run(file_work.moving_back(work.done))
    assert back.done == [Placed(str(moved), path)]
    assert files(tmp_path) == {"a/x.jpg": b"photo", "into/x.jpg": b"was there"}


def test_moving_back_does_not_overwrite_what_has_come_there(tmp_path: Path) -> None:
    path = photo(tmp_path / "a" / "x.jpg")
    (tmp_path / "into").mkdir()
    work = run(file_work.moving([path], str(tmp_path / "into")))
    photo(tmp_path / "a" / "x.jpg", b"new")
    run(file_work.moving_back(work.done))
    assert files(tmp_path / "a") == {"x.jpg": b"new", "x (2).jpg": b"photo"}


def test_what_is_there_already_and_what_is_a_link_stays(tmp_path: Path) -> None:
    path = photo(tmp_path / "x.jpg")
    (tmp_path / "link.jpg").symlink_to(path)
    (tmp_path / "into").mkdir()
    work = run(file_work.moving([path], str(tmp_path)))
    assert sentences(work) == [file_texts.IS_THERE_ALREADY.format(name="x.jpg")]
    work = run(file_work.moving([str(tmp_path / "link.jpg")], str(tmp_path / "into")))
    assert sentences(work) == [file_texts.IS_A_LINK.format(name="link.jpg")]
    assert files(tmp_path) == {"x.jpg": b"photo", "link.jpg": b"photo"}


@pytest.mark.skipif(not OTHER_DISK.is_dir(), reason="needs a second disk")
def test_moving_to_another_disk_copies_then_deletes(tmp_path: Path) -> None:
    into = OTHER_DISK / f"resight-{os.getpid()}"
    into.mkdir()
    try:
        if into.stat().st_dev == tmp_path.stat().st_dev:
            pytest.skip("it is no other disk")
        path = photo(tmp_path / "x.jpg", b"0123456789")
        work = run(file_work.moving([path], str(into)))
        assert files(into) == {"x.jpg": b"0123456789"}
        assert (into / "x.jpg").stat().st_mtime == 1_000_000
        assert not os.path.exists(path)
        run(file_work.moving_back(work.done))
        assert files(tmp_path) == {"x.jpg": b"0123456789"}
        assert files(into) == {}
    finally:
        for left in into.iterdir():
            left.unlink()
        into.rmdir()


@pytest.mark.skipif(not OTHER_DISK.is_dir(), reason="needs a second disk")
def test_a_photo_that_changes_while_it_is_copied_to_another_disk_stays(tmp_path: Path) -> None:
    into = OTHER_DISK / f"resight-{os.getpid()}"
    into.mkdir()
    try:
        if into.stat().st_dev == tmp_path.stat().st_dev:
            pytest.skip("it is no other disk")
        path = photo(tmp_path / "x.jpg", b"0123456789")
        step = file_work.move(path, str(into))
        next(step)  # about to try
        next(step)  # a part is copied
        Path(path).write_bytes(b"9876543210 and more")
        with pytest.raises(RefusedError, match="is being changed"):
            for _ in step:
                pass
        assert files(tmp_path) == {"x.jpg": b"9876543210 and more"}
        assert files(into) == {}
    finally:
        into.rmdir()


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "no room left"), (errno.EACCES, "may not"), (errno.EROFS, "read-only"), (errno.EIO, "an error")],
)
def test_errors_of_the_system_become_sentences(number: int, words: str) -> None:
    sentence = file_texts.why_not(OSError(number, "?"), "/photos/x\u202e.jpg")
    assert words in sentence
    assert "“x\ufffd.jpg”" in sentence


def test_a_summary_says_what_was_done_and_names_no_more_than_can_be_read() -> None:
    title, detail = file_texts.summary("moved", 3, tuple(f"{n}." for n in range(20)))
    assert title == "3 photos moved"
    assert detail.splitlines() == [*(f"{n}." for n in range(12)), "…and 8 more."]
    assert file_texts.summary("moved", 0, ("no",))[0] == "Nothing was moved"


# ---- the trash ----------------------------------------------------------------------------------------------------


def test_to_the_trash_and_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bin_ = use_trash(tmp_path / "home", monkeypatch)
    began = datetime.now()
    path = photo(tmp_path / "photos" / "50% of it.jpg")
    work = run(trash.trashing([path]))
    assert work.done == [Placed(path, path)]
    assert files(bin_ / "files") == {"50% of it.jpg": b"photo"}
    photo(tmp_path / "photos" / "50% of it.jpg", b"new")
    back = run(trash.restoring(work.done, began))
    assert back.done == [Placed(path, str(tmp_path / "photos" / "50% of it (2).jpg"))]
    assert files(tmp_path / "photos") == {"50% of it.jpg": b"new", "50% of it (2).jpg": b"photo"}
    assert files(bin_) == {}


def test_only_what_came_to_the_trash_now_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_trash(tmp_path / "home", monkeypatch)
    path = photo(tmp_path / "photos" / "x.jpg", b"old")
    work = run(trash.trashing([path]))
    later = run(trash.restoring(work.done, datetime.now() + timedelta(seconds=2)))
    assert sentences(later) == [file_texts.NOT_IN_TRASH.format(name="x.jpg")]
    assert files(tmp_path / "photos") == {}


def test_what_was_emptied_from_the_trash_cannot_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bin_ = use_trash(tmp_path / "home", monkeypatch)
    began = datetime.now()
    work = run(trash.trashing([photo(tmp_path / "photos" / "x.jpg")]))
    (bin_ / "files" / "x.jpg").unlink()
    assert sentences(run(trash.restoring(work.done, began))) == [file_texts.NOT_IN_TRASH.format(name="x.jpg")]


def test_the_trash_of_a_drive_tells_paths_relative_to_the_drive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As other programs write it: the specification asks for relative paths there."""
    monkeypatch.setattr(trash, "_mount_point", lambda folder: str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    own = tmp_path / f".Trash-{os.getuid()}"
    path = tmp_path / "photos" / "caf\u00e9.jpg"
    path.parent.mkdir()
    photo(own / "files" / "caf\u00e9.2.jpg")
    (own / "info").mkdir()
    (own / "info" / "caf\u00e9.2.jpg.trashinfo").write_text(
        "[Trash Info]\nPath=photos/caf%C3%A9.jpg\nDeletionDate=2026-11-24T10:00:00\n"
    )
    (own / "info" / "broken.trashinfo").write_bytes(b"\xff\x00 nothing")
    work = run(trash.restoring([Placed(str(path), str(path))], datetime(2026, 11, 24, 10)))
    assert work.done == [Placed(str(path), str(path))]
    assert path.read_bytes() == b"photo"
    assert not (own / "info" / "caf\u00e9.2.jpg.trashinfo").exists()


def test_a_check_can_hold_a_file_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_trash(tmp_path / "home", monkeypatch)

    def check(path: str) -> None:
        if path.endswith("b.jpg"):
            raise RefusedError("It stays.")

    work = run(trash.trashing([photo(tmp_path / "p" / "a.jpg"), photo(tmp_path / "p" / "b.jpg")], check))
    assert files(tmp_path / "p") == {"b.jpg": b"photo"}
    assert sentences(work) == ["It stays."]
