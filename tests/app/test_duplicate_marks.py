"""What may be marked for the trash, and that one of each group always stays, whatever is pressed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app import duplicate_marks
from app.duplicate_marks import AWAY, LAST, PROTECTED, DuplicateMarks, check
from app.file_work import RefusedError
from engine.messages import Twin, TwinGroup
from engine.types import Hit


def twin(path: str, content_id: int = 1, *, size: int = 100, changed_ns: int = 5, online: bool = True) -> Twin:
    photo_id = abs(hash(path)) % 10**9
    hit = Hit(1, photo_id, path, 1.0, None, Path("/t.jpg"), 40, 30, online=online)
    return Twin(hit, content_id, size, changed_ns)


A, B, C = twin("/p/a.jpg"), twin("/p/b.jpg"), twin("/best/c.jpg")
SMALL, SMALL_COPY = twin("/p/small.jpg", 2), twin("/p/small copy.jpg", 2)


def marked(marks: DuplicateMarks) -> list[str]:
    return [os.path.basename(one.hit.path) for one in marks.marked_twins()]


def test_the_last_of_a_group_cannot_be_marked() -> None:
    marks = DuplicateMarks([TwinGroup((A, B, C))])
    assert [marks.mark(one) for one in (A, B, C)] == ["", "", LAST]
    assert marked(marks) == ["a.jpg", "b.jpg"]
    assert marks.mark(A, False) == ""
    assert marks.mark(C) == ""
    assert marked(marks) == ["b.jpg", "c.jpg"]
    assert marks.marked_bytes() == 200


def test_what_cannot_be_reached_is_neither_marked_nor_what_stays() -> None:
    away = twin("/away/d.jpg", online=False)
    marks = DuplicateMarks([TwinGroup((A, away))])
    assert marks.mark(away) == AWAY
    assert marks.mark(A) == LAST
    marks.mark_all_but_best()
    assert marked(marks) == []


def test_the_protected_folder_is_never_marked_and_is_what_stays() -> None:
    marks = DuplicateMarks([TwinGroup((A, B, C))], protected="/best")
    assert marks.mark(C) == PROTECTED
    marks.mark_all_but_best()
    assert marked(marks) == ["a.jpg", "b.jpg"]
    other = twin("/best of all/d.jpg")  # another folder with the same beginning
    marks = DuplicateMarks([TwinGroup((A, other))], protected="/best")
    assert marks.mark(other) == ""


def test_protecting_a_folder_takes_the_marks_in_it_away() -> None:
    marks = DuplicateMarks([TwinGroup((A, B, C))])
    marks.mark(C)
    marks.mark(B)
    marks.protect("/best")
    assert marked(marks) == ["b.jpg"]


def test_copies_are_marked_only_where_the_same_bytes_stay() -> None:
    marks = DuplicateMarks([TwinGroup((A, B, SMALL, SMALL_COPY))])
    marks.mark_copies()
    assert marked(marks) == ["b.jpg", "small copy.jpg"]
    marks.mark_all_but_best()
    assert marked(marks) == ["b.jpg", "small.jpg", "small copy.jpg"]
    marks.clear()
    assert marked(marks) == []


def test_all_but_the_best_leaves_the_first_of_each_group() -> None:
    other = TwinGroup((twin("/q/1.jpg", 7), twin("/q/2.jpg", 8)))
    marks = DuplicateMarks([TwinGroup((A, B)), other])
    marks.mark_all_but_best()
    assert marked(marks) == ["b.jpg", "2.jpg"]
    kept = marks.kept()
    assert {path: [one.hit.path for one in entry.stay] for path, entry in kept.items()} == {
        "/p/b.jpg": ["/p/a.jpg"], "/q/2.jpg": ["/q/1.jpg"]}


def test_what_is_gone_leaves_its_group_and_a_group_of_one_is_none() -> None:
    marks = DuplicateMarks([TwinGroup((A, B, C)), TwinGroup((SMALL, SMALL_COPY))])
    marks.mark(B)
    left = marks.without({A.hit.path, SMALL.hit.path})
    assert [[one.hit.path for one in group.twins] for group in left.groups] == [[B.hit.path, C.hit.path]]
    assert marked(left) == ["b.jpg"]
    assert left.mark(C) == LAST


# ---- on the disk, right before it happens -------------------------------------------------------------------------


def on_disk(path: Path, content: bytes = b"photo") -> Twin:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    state = path.stat()
    return twin(str(path), size=state.st_size, changed_ns=state.st_mtime_ns)


def refused(first: Twin, second: Twin) -> str:
    marks = DuplicateMarks([TwinGroup((first, second))])
    marks.mark(second)
    try:
        check(marks.kept(), second.hit.path)
    except RefusedError as error:
        return str(error)
    return ""


def test_it_goes_only_while_both_are_as_they_were(tmp_path: Path) -> None:
    first, second = on_disk(tmp_path / "a.jpg"), on_disk(tmp_path / "b.jpg")
    assert refused(first, second) == ""
    (tmp_path / "a.jpg").write_bytes(b"something else")
    assert "none of the photos like it that were to stay" in refused(first, second)
    (tmp_path / "a.jpg").unlink()
    assert "none of the photos" in refused(first, second)
    first = on_disk(tmp_path / "a.jpg")
    (tmp_path / "b.jpg").write_bytes(b"edited since")
    assert "“b.jpg” has been changed" in refused(first, second)


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_one_file_reached_in_two_ways_is_no_duplicate_of_itself(tmp_path: Path) -> None:
    first = on_disk(tmp_path / "photos" / "a.jpg")
    (tmp_path / "again").symlink_to(tmp_path / "photos")
    second = twin(str(tmp_path / "again" / "a.jpg"), size=first.size_bytes, changed_ns=first.changed_ns)
    assert "the same file as “a.jpg”" in refused(first, second)
    os.link(tmp_path / "photos" / "a.jpg", tmp_path / "photos" / "b.jpg")  # a second name of its own may go
    third = twin(str(tmp_path / "photos" / "b.jpg"), size=first.size_bytes, changed_ns=first.changed_ns)
    assert refused(first, third) == ""


def test_every_reason_is_a_sentence() -> None:
    for reason in (PROTECTED, AWAY, LAST, duplicate_marks._CHANGED):
        assert reason.endswith(".")
