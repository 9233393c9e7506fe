"""The commands of labels: from the command line to jobs, and from results to words and JSON."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.arguments import parse
from app.console import Console, UsageError
from app.label_command import feedback, label_job, labelled_words, labels_words
from app.learning_commands import LearningCommands
from app.model_command import models_words, tuned_words
from engine.messages import (
    Change,
    Contradiction,
    DropTraining,
    ExportLabels,
    ExportModel,
    Feedback,
    Found,
    GetLabels,
    GetModels,
    ImportLabels,
    ImportModel,
    Label,
    Labelled,
    Labels,
    ModelState,
    PairLabel,
    Proof,
    RemoveModel,
    Tune,
    Tuned,
    UndoLabels,
    UseModel,
)
from engine.types import Box, Query
from tests.helpers.fake_engine import make_hits


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


# ---- models -------------------------------------------------------------------------------------------------------

PROOF = Proof(
    20, 3, Found(0.5, 0.9, 0.6), Found(0.65, 0.95, 0.7), (0.1, 0.05, 0.15), 8, Found(0.75, 1), Found(0.875, 1)
)


def test_tuning_tells_its_proof_and_what_can_be_done() -> None:
    query, photo = (replace(make_hits(1)[0], path=path) for path in ("/q.jpg", "/p.jpg"))
    change = Change(query, photo, 9, 2)
    words = tuned_words(Tuned("better", "mine-12", PROOF, (change,), contradicted=1), in_use=False)
    assert words.splitlines() == [
        "20 photos of 3 groups that you have labelled, each with a model that was chosen without them:",
        "  before: found first 50.0 %, among the first ten 90.0 %, mAP 60.0 %",
        "  after:  found first 65.0 %, among the first ten 95.0 %, mAP 70.0 %",
        "  mAP +10.0 points (90 % interval +5.0 to +15.0)",
        "8 parts cut out of your photos, searched for their photo:",
        "  before: found first 75.0 %, among the first ten 100.0 %",
        "  after:  found first 87.5 %, among the first ten 100.0 %",
        "  rank 9 -> 2: /p.jpg for /q.jpg",
        "1 group left out, as labels contradict each other: resight label",
        "The tuned model is better: mine-12",
        "  to search with it:  resight use mine-12",
        "  to discard it:      resight models --remove mine-12",
    ]
    assert "Nothing has changed" in tuned_words(Tuned("no-gain", "", PROOF), in_use=False)
    assert "less among your other photos" in tuned_words(Tuned("worse-elsewhere", "", PROOF), in_use=False)
    assert "It is in use now." in tuned_words(Tuned("better", "mine-12", PROOF), in_use=True)


def test_models_are_listed_with_the_one_in_use_marked() -> None:
    models = (
        ModelState("start-1", "", "", 0.0, False, True, 1200, 2_000_000, None),
        ModelState("tuned-2", "start-1", "quick", 0.0, True, False, 1200, 15_000_000, PROOF),
    )
    first, _, second, facts = models_words(models).splitlines()
    assert first == "  start-1"
    assert second == "* tuned-2"
    assert "tuned quickly, from start-1," in facts
    assert facts.endswith("1,200 photos described, 15.0 MB, its file is not there, mAP +10.0 points when it was made")


def test_tune_models_and_use_as_jobs() -> None:
    seen: list[Any] = []

    class FakeSession:
        def __enter__(self) -> Any:
            return self

        def __exit__(self, *_exc: object) -> None:
            pass

        def run(self, job: Any) -> Any:
            seen.append(job)
            if isinstance(job, Tune):
                return Tuned("better", "mine-12", PROOF)
            return Path("/x") if isinstance(job, ExportModel) else ()

    def run(*line: str) -> int:
        console = Console(True, io.StringIO(), io.StringIO())
        options = parse(line)
        commands = LearningCommands(options, console, lambda reads_only: FakeSession())  # type: ignore[arg-type]
        return commands.by_name()[options.command]()

    assert run("tune") == 0
    assert run("tune", "--use") == 0
    assert run("tune", "--quick") == 0
    assert run("tune", "--deep") == 0
    assert run("tune", "--deep", "--restart") == 0
    assert run("tune", "--drop") == 0
    with pytest.raises(UsageError, match="--restart goes with --deep"):
        run("tune", "--restart")
    run("use", "mine")
    run("models")
    run("models", "--import", "/a.safetensors")
    run("models", "--remove", "mine")
    run("models", "--export", "mine", "/b.safetensors")
    assert seen == [
        Tune(), Tune(), UseModel("mine-12"), Tune(), Tune(deep=True), Tune(deep=True, restart=True), DropTraining(),
        UseModel("mine"), GetModels(), ImportModel(Path("/a.safetensors")),
        RemoveModel("mine"), ExportModel("mine", Path("/b.safetensors")),
    ]
