"""The commands of labels: from the command line to jobs, and from results to words and JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.arguments import parse
from app.console import UsageError
from app.label_command import feedback, label_job, labelled_words, labels_words
from engine.messages import (
    Contradiction,
    ExportLabels,
    Feedback,
    GetLabels,
    ImportLabels,
    Label,
    Labelled,
    Labels,
    PairLabel,
    UndoLabels,
)
from engine.types import Box, Query


def job(*words: str) -> Any:
    return label_job(parse(["label", *words]))


def pair(a: str, b: str, same: bool, box: Box | None = None) -> PairLabel:
    return PairLabel(a, b, "aa" * 20, "bb" * 20, box, same, 0.0)


def test_the_first_picture_is_compared_with_each_of_the_others() -> None:
    others = (Query(path="/b.jpg"), Query(path="/c.jpg"))
    assert job("/a.jpg", "/b.jpg", "/c.jpg", "--same") == Label(Query(path="/a.jpg"), others, True)
    assert job("/a.jpg", "/b.jpg", "/c.jpg", "--different") == Label(Query(path="/a.jpg"), others, False)
    assert job("/a.jpg", "/b.jpg", "/c.jpg", "--forget") == Label(Query(path="/a.jpg"), others, None)


def test_a_box_is_of_the_first_picture() -> None:
    boxed = job("/a.jpg", "/b.jpg", "--same", "--box", "0.1,0.2,0.3,0.4")
    assert boxed.query == Query(path="/a.jpg", box=Box(0.1, 0.2, 0.3, 0.4))


def test_the_other_ways() -> None:
    assert job() == job("--list") == GetLabels()
    assert job("--undo") == UndoLabels()
    assert job("--export", "/x.csv") == ExportLabels(Path("/x.csv"))
    assert job("--import", "/x.csv") == ImportLabels(Path("/x.csv"))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (["/a.jpg", "/b.jpg"], "--same, --different or --forget"),
        (["/a.jpg", "--same"], "at least two pictures"),
        (["--box", "0,0,1,1"], "--box goes with"),
        (["/a.jpg", "--list"], "--same, --different or --forget"),
    ],
)
def test_what_makes_no_sense_is_told(line: list[str], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        job(*line)


def test_labels_are_listed_with_what_contradicts() -> None:
    different = pair("/a.jpg", "/c.jpg", False)
    chain = (pair("/a.jpg", "", True), pair("/b.jpg", "/c.jpg", True, Box(0, 0, 0.5, 1)))
    words = labels_words(Labels((*chain, different), 1, 3, (Contradiction(different, chain),)))
    assert words.splitlines() == [
        "same      /a.jpg  (not in the library: bbbbbbbbbbbb)",
        "same      /b.jpg (part 0,0,0.5,1)  /c.jpg",
        "different /a.jpg  /c.jpg",
        "3 labels: 2 same, 1 different; 3 photos in 1 group",
        "These labels contradict each other; take one of them back with --forget:",
        "  different /a.jpg  /c.jpg",
        "  same      /a.jpg  (not in the library: bbbbbbbbbbbb)",
        "  same      /b.jpg (part 0,0,0.5,1)  /c.jpg",
    ]
    assert labels_words(Labels((), 0, 0, ())).startswith("Nothing is labelled yet.")


def test_a_change_is_told() -> None:
    assert labelled_words(Labelled(2, 40)) == "2 labels changed; 40 labels in all."
    assert labelled_words(Labelled(0, 1)) == "Nothing changed; 1 label in all."


def test_a_search_is_told_of_other_pictures() -> None:
    options = parse(["search", "/a.jpg", "--like", "/b.jpg", "/c.jpg", "--unlike", "/d.jpg"])
    assert feedback(options) == Feedback((Query(path="/b.jpg"), Query(path="/c.jpg")), (Query(path="/d.jpg"),))
    assert feedback(parse(["search", "/a.jpg"])) is None
