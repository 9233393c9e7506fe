"""Labels through the engine's own jobs, on a real library: kept, undone, hidden, contradicted, exported, imported."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import label_files
from engine.decoders import Decoders
from engine.errors import LabelError, PhotoUnreadable, UnknownPhoto
from engine.indexing import index_folders
from engine.labelling import Labelling
from engine.learning import (
    ExportLabels,
    Feedback,
    GetLabels,
    ImportLabels,
    Label,
    LabelJob,
    Labelled,
    Labels,
    UndoLabels,
)
from engine.library import Library
from engine.messages import Search
from engine.search import Searcher
from engine.types import Box, Query, SearchResult
from tests.helpers.fake_runner import FakeRunner

BOX = Box(0.25, 0.25, 0.75, 0.75)


class Desk:
    """A library of six painted photos, 0.jpg to 5.jpg, with its labels."""

    def __init__(self, library: Library, decoders: Decoders, rule: object, photos: Path) -> None:
        self.library, self.photos = library, photos
        self._decoders, self._rule = decoders, rule
        self._labelling = Labelling(library, decoders)
        self._searcher = Searcher(library, FakeRunner, decoders, rule)  # type: ignore[arg-type]

    def index(self) -> None:
        rule: object = self._rule
        for _ in index_folders(
            self.library, FakeRunner(), self._decoders, rule, (str(self.photos),)  # type: ignore[arg-type]
        ):
            pass

    def query(self, name: str, box: Box | None = None) -> Query:
        return Query(path=str(self.photos / name), box=box)

    def label(self, same: bool | None, first: str, *others: str, box: Box | None = None) -> Labelled:
        done = self.answer(Label(self.query(first, box), tuple(map(self.query, others)), same))
        assert isinstance(done, Labelled)
        return done

    def answer(self, job: LabelJob) -> Labelled | Labels | int:
        return self._labelling.answer(job)

    def labels(self) -> Labels:
        labels = self.answer(GetLabels())
        assert isinstance(labels, Labels)
        return labels

    def said(self) -> dict[tuple[str, str], bool]:
        return {tuple(sorted(Path(path).name for path in (one.path_a, one.path_b))): one.same  # type: ignore[misc]
                for one in self.labels().pairs}

    def search(self, query: Query, **options: object) -> SearchResult:
        return self._searcher.search(Search(query, **options))  # type: ignore[arg-type]

    def found(self, query: Query, **options: object) -> list[str]:
        return [Path(hit.path).name for hit in self.search(query, **options).hits]


@pytest.fixture
def desk(
    library: Library, decoders: Decoders, card: object, paint: Callable[..., Path], tmp_path: Path
) -> Desk:
    for seed in range(6):
        paint(f"{seed}.jpg", seed)
    desk = Desk(library, decoders, card.rule, tmp_path / "photos")  # type: ignore[attr-defined]
    desk.index()
    return desk


def test_labels_are_kept_in_either_order_and_make_groups(desk: Desk) -> None:
    assert desk.label(True, "0.jpg", "1.jpg", "2.jpg") == Labelled(2, 2)
    assert desk.label(False, "3.jpg", "0.jpg") == Labelled(1, 3)
    assert desk.label(True, "1.jpg", "0.jpg") == Labelled(0, 3)
    labels = desk.labels()
    assert desk.said() == {("0.jpg", "1.jpg"): True, ("0.jpg", "2.jpg"): True, ("0.jpg", "3.jpg"): False}
    assert (labels.groups, labels.grouped, labels.contradictions) == (1, 3, ())


def test_a_later_label_takes_the_place_of_the_former_and_can_be_taken_back(desk: Desk) -> None:
    desk.label(True, "0.jpg", "1.jpg")
    desk.label(False, "0.jpg", "1.jpg")
    assert desk.said() == {("0.jpg", "1.jpg"): False}
    assert desk.label(None, "0.jpg", "1.jpg", "2.jpg") == Labelled(1, 0)
    assert desk.labels().pairs == ()


def test_changes_are_undone_one_by_one_and_whole(desk: Desk) -> None:
    desk.label(True, "0.jpg", "1.jpg", "2.jpg")
    desk.label(False, "0.jpg", "1.jpg", "4.jpg")
    assert desk.answer(UndoLabels()) == Labelled(2, 2)
    assert desk.said() == {("0.jpg", "1.jpg"): True, ("0.jpg", "2.jpg"): True}
    assert desk.answer(UndoLabels()) == Labelled(2, 0)
    assert desk.answer(UndoLabels()) == Labelled(0, 0)


def test_labels_outlive_moving_removing_and_coming_back(desk: Desk) -> None:
    desk.label(True, "0.jpg", "1.jpg")
    (desk.photos / "0.jpg").rename(desk.photos / "moved.jpg")
    (desk.photos / "1.jpg").rename(desk.photos.parent / "away.jpg")
    desk.index()
    for _ in desk.library.purge():
        pass
    (pair,) = desk.labels().pairs
    assert {pair.path_a, pair.path_b} == {str(desk.photos / "moved.jpg"), ""}
    (desk.photos.parent / "away.jpg").rename(desk.photos / "back.jpg")
    desk.index()
    assert desk.said() == {("back.jpg", "moved.jpg"): True}


def test_pictures_outside_the_library_can_be_labelled(desk: Desk, paint: Callable[..., Path]) -> None:
    outside = paint("../elsewhere/other.jpg", 77)
    desk.answer(Label(Query(path=str(outside)), (desk.query("2.jpg"),), False))
    assert desk.found(Query(path=str(outside)), k=6) == [
        name for name in desk.found(Query(path=str(outside)), k=6) if name != "2.jpg"]
    assert len(desk.found(Query(path=str(outside)), k=6)) == 5


def test_what_is_different_is_hidden_at_once_for_that_query_in_both_directions_and_fills_up_with_others(
    desk: Desk,
) -> None:
    before = desk.found(desk.query("0.jpg"), k=4)
    desk.label(False, "0.jpg", before[1])
    result = desk.search(desk.query("0.jpg"), k=4)
    assert result.hidden == 1
    names = [Path(hit.path).name for hit in result.hits]
    assert before[1] not in names
    assert len(names) == 4
    assert "0.jpg" not in desk.found(desk.query(before[1]), k=6)
    assert "0.jpg" in desk.found(desk.query(before[2]), k=6)
    for options in ({"exact": True}, {"expand": True}):
        assert before[1] not in desk.found(desk.query("0.jpg"), k=6, **options)


def test_what_is_the_same_is_marked(desk: Desk) -> None:
    desk.label(True, "0.jpg", "3.jpg")
    marked = {Path(hit.path).name: hit.labelled_same for hit in desk.search(desk.query("0.jpg"), k=6).hits}
    assert marked.pop("3.jpg")
    assert not any(marked.values())


def test_a_label_of_a_box_holds_for_boxes_of_the_same_part_only(desk: Desk) -> None:
    desk.label(False, "0.jpg", "3.jpg", box=BOX)
    assert "3.jpg" not in desk.found(desk.query("0.jpg", BOX), k=6)
    assert "3.jpg" not in desk.found(desk.query("0.jpg", Box(0.3, 0.25, 0.8, 0.75)), k=6)
    assert "3.jpg" in desk.found(desk.query("0.jpg", Box(0.0, 0.0, 0.4, 0.4)), k=6)
    assert "3.jpg" in desk.found(desk.query("0.jpg"), k=6)
    assert "0.jpg" in desk.found(desk.query("3.jpg"), k=6)
    assert desk.labels().pairs[0].box == BOX


def test_contradictions_are_told_at_once_with_the_shortest_chain_and_go_when_resolved(desk: Desk) -> None:
    desk.label(True, "0.jpg", "1.jpg")
    desk.label(True, "1.jpg", "2.jpg")
    desk.label(True, "3.jpg", "4.jpg")
    done = desk.label(False, "2.jpg", "0.jpg")
    assert (done.changed, done.pairs) == (1, 4)
    (one,) = done.contradictions
    assert {Path(one.different.path_a).name, Path(one.different.path_b).name} == {"0.jpg", "2.jpg"}
    assert len(one.same) == 2
    assert all(pair.same for pair in one.same)
    assert desk.labels().contradictions == (one,)
    assert desk.label(False, "3.jpg", "5.jpg").contradictions == ()  # others are not told again
    assert desk.label(None, "1.jpg", "2.jpg").contradictions == ()
    assert desk.labels().contradictions == ()


def test_a_label_of_a_box_makes_no_group_and_no_contradiction(desk: Desk) -> None:
    desk.label(True, "0.jpg", "1.jpg", box=BOX)
    assert desk.label(False, "0.jpg", "1.jpg").contradictions == ()
    assert desk.labels().groups == 0


def test_copies_cannot_be_different_and_need_no_label(desk: Desk) -> None:
    shutil.copyfile(desk.photos / "0.jpg", desk.photos / "copy.jpg")
    desk.index()
    with pytest.raises(LabelError, match="byte for byte"):
        desk.label(False, "0.jpg", "1.jpg", "copy.jpg")
    assert desk.labels().pairs == ()
    assert desk.label(True, "0.jpg", "copy.jpg", "1.jpg").changed == 1


def test_what_is_gone_or_a_part_is_refused_whole(desk: Desk) -> None:
    with pytest.raises(UnknownPhoto):
        desk.answer(Label(desk.query("0.jpg"), (desk.query("1.jpg"), Query(photo_id=999)), True))
    with pytest.raises(PhotoUnreadable):
        desk.label(True, "0.jpg", "1.jpg", "gone.jpg")
    with pytest.raises(LabelError, match="whole"):
        desk.answer(Label(desk.query("0.jpg"), (desk.query("1.jpg", BOX),), True))
    assert desk.labels().pairs == ()


# ---- CSV ----------------------------------------------------------------------------------------------------------


def test_labels_come_back_from_csv_as_they_were(desk: Desk, tmp_path: Path) -> None:
    desk.label(True, "0.jpg", "1.jpg")
    desk.label(False, "0.jpg", "2.jpg", box=BOX)
    before = {(one.hash_a, one.hash_b, one.box, one.same) for one in desk.labels().pairs}
    assert desk.answer(ExportLabels(tmp_path / "labels.csv")) == 2
    desk.answer(UndoLabels())
    desk.answer(UndoLabels())
    assert desk.answer(ImportLabels(tmp_path / "labels.csv")) == Labelled(2, 2)
    assert {(one.hash_a, one.hash_b, one.box, one.same) for one in desk.labels().pairs} == before
    assert desk.answer(ImportLabels(tmp_path / "labels.csv")) == Labelled(0, 2)
    assert desk.answer(UndoLabels()) == Labelled(2, 0)


def test_csv_by_hand_names_photos_by_path_and_knows_strange_names(desk: Desk, tmp_path: Path) -> None:
    strange = desk.photos / 'a "b", c\udcff.jpg'
    (desk.photos / "0.jpg").rename(strange)
    desk.index()
    with (tmp_path / "mine.csv").open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        csv.writer(file).writerows([("path_b", "note", "label", "path_a"),
                                    (str(desk.photos / "1.jpg"), "x", " Same ", str(strange))])
    assert desk.answer(ImportLabels(tmp_path / "mine.csv")) == Labelled(1, 1)
    assert {desk.labels().pairs[0].path_a, desk.labels().pairs[0].path_b} == {str(strange), str(desk.photos / "1.jpg")}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("path_a,path_b\n/x,/y\n", "no list of labels"),
        ("", "no list of labels"),
        ("label,path_a,path_b\nmaybe,/x,/y\n", "Line 2 says “maybe”"),
        ("label,path_a,path_b\nsame,/x,\n", "Line 2 of the labels does not name two pictures"),
        ("label,hash_a,hash_b\nsame,00ff,zz\n", "Line 2 of the labels has a hash or a box that is none"),
        (f"label,hash_a,hash_b,box\nsame,{'00' * 20},{'01' * 20},\"0,0,2,2\"\n", "a hash or a box that is none"),
        (f"label,hash_a,hash_b\nsame,{'00' * 20},{'00' * 20}\n", "Line 2 of the labels names one picture twice"),
        ("label,path_a,path_b\nsame,/x.jpg,/y.jpg\n", "Line 2 of the labels names /x.jpg, which is not in the library"),
    ],
)
def test_what_is_wrong_with_a_list_is_told_with_its_line_and_nothing_is_imported(
    desk: Desk, tmp_path: Path, text: str, sentence: str
) -> None:
    (tmp_path / "bad.csv").write_text(text, encoding="utf-8")
    with pytest.raises(LabelError, match=sentence):
        desk.answer(ImportLabels(tmp_path / "bad.csv"))
    assert desk.labels().pairs == ()


def test_a_list_that_is_not_there_is_told(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="cannot be read"):
        desk.answer(ImportLabels(tmp_path / "none.csv"))


def test_the_columns_are_as_documented() -> None:
    assert label_files.to_csv([]) == "label,path_a,path_b,hash_a,hash_b,box,made_at\n"


# ---- feedback for one search --------------------------------------------------------------------------------------


def test_feedback_brings_the_like_up_leaves_the_unlike_out_and_is_forgotten(desk: Desk) -> None:
    plain = desk.found(desk.query("0.jpg"), k=6)
    last, second = plain[-1], plain[1]
    feedback = Feedback((desk.query(last),), (desk.query(second),))
    result = desk.search(desk.query("0.jpg"), k=6, feedback=feedback)
    names = [Path(hit.path).name for hit in result.hits]
    assert names[:2] == ["0.jpg", last]
    assert second not in names
    assert [hit.labelled_same for hit in result.hits] == [False, True, False, False, False]
    assert desk.labels().pairs == ()
    assert desk.found(desk.query("0.jpg"), k=6) == plain


def test_feedback_may_come_from_outside_the_library(desk: Desk, tmp_path: Path) -> None:
    far = desk.found(desk.query("0.jpg"), k=6)[-1]
    shutil.copyfile(desk.photos / far, tmp_path / "outside.jpg")
    found = desk.found(desk.query("0.jpg"), k=6, feedback=Feedback((Query(path=str(tmp_path / "outside.jpg")),)))
    assert found[:2] == ["0.jpg", far]
