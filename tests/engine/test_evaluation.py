"""Whole evaluations on small made sets."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from engine.decoders import Decoders
from engine.errors import FolderError
from engine.evaluation import evaluate, random_box
from engine.messages import Evaluate
from tests.helpers.fake_runner import FakeRunner

Paint = Callable[..., Path]


def test_random_boxes_have_the_area_and_shape_asked_for_and_come_again() -> None:
    boxes = [random_box(random.Random(5), 0.1, 1.5) for _ in range(2)]
    assert boxes[0] == boxes[1]
    source = random.Random(6)
    for _ in range(200):
        box = random_box(source, 0.1, 1.5)
        assert box.area == pytest.approx(0.1)
        assert 0.69 < 1.5 * (box.x1 - box.x0) / (box.y1 - box.y0) < 1.41
    assert random_box(source, 1.0, 3.0).area == pytest.approx(1.0)


@pytest.fixture
def runner() -> FakeRunner:
    return FakeRunner()


@pytest.fixture
def run(card: object, decoders: Decoders, runner: FakeRunner) -> Callable[[Evaluate], dict[str, Any]]:
    def run(job: Evaluate) -> dict[str, Any]:
        steps = evaluate(job, card, runner, decoders)  # type: ignore[arg-type]
        while True:
            try:
                next(steps)
            except StopIteration as stop:
                return stop.value

    return run


@pytest.fixture
def sets(paint: Paint, tmp_path: Path) -> Path:
    """Two sets: `easy` with two things of two photos each, `mixed` where a thing looks like the other set's."""
    for thing, seed in (("cup", 1), ("hat", 2)):
        for view in range(2):
            with Image.open(paint("base.jpg", seed)) as image:
                target = tmp_path / "easy" / thing / f"{view}.jpg"
                target.parent.mkdir(parents=True, exist_ok=True)
                image.point(lambda value, view=view: min(255, value + 10 * view)).save(target)
    for thing, seed in (("twin", 1), ("other", 3)):
        for view in range(2):
            with Image.open(paint("base.jpg", seed)) as image:
                target = tmp_path / "mixed" / thing / f"{view}.jpg"
                target.parent.mkdir(parents=True, exist_ok=True)
                image.point(lambda value, view=view: max(0, value - 5 - 10 * view)).save(target)
    return tmp_path


def test_each_photo_queries_the_others_of_its_set(run: Callable[..., Any], sets: Path) -> None:
    report = run(Evaluate((str(sets / "easy"), str(sets / "mixed"))))
    assert report["model"] == "fake-00000000"
    assert report["sets"]["easy"] == {
        "photos": 4, "instances": 2, "queries": 4, "mAP": 1.0, "recall@1": 1.0, "recall@10": 1.0,
        "box_centre_rate": None,
    }
    assert report["mean"]["mAP"] == 1.0


def test_together_the_sets_distract_each_other(run: Callable[..., Any], sets: Path) -> None:
    report = run(Evaluate((str(sets / "easy"), str(sets / "mixed")), together=True, per_instance=True))
    easy = report["sets"]["easy"]
    assert easy["per_instance"]["hat"]["mAP"] == 1.0
    assert easy["per_instance"]["cup"]["mAP"] < 1.0  # `twin` stands between the two cups
    assert easy["mAP"] == pytest.approx((easy["per_instance"]["cup"]["mAP"] + 1.0) / 2)


def test_distractors_are_never_queries(run: Callable[..., Any], sets: Path) -> None:
    report = run(Evaluate((str(sets / "easy"),), distractors=(str(sets / "mixed"),)))
    assert list(report["sets"]) == ["easy"]
    assert report["sets"]["easy"]["queries"] == 4
    assert report["sets"]["easy"]["mAP"] < 1.0


def test_ignored_instances_count_neither_for_nor_against(run: Callable[..., Any], sets: Path) -> None:
    (sets / "mixed" / "twin").rename(sets / "easy" / "twin")
    assert run(Evaluate((str(sets / "easy"),)))["sets"]["easy"]["mAP"] < 1.0
    (sets / "easy" / "IGNORE.tsv").write_text("cup\ttwin\n")
    assert run(Evaluate((str(sets / "easy"),)))["sets"]["easy"]["mAP"] == 1.0


def test_box_queries_have_one_right_answer(run: Callable[..., Any], sets: Path) -> None:
    report = run(Evaluate((str(sets / "easy"), str(sets / "mixed")), together=True, box_area=0.9))
    for result in report["sets"].values():
        assert result["queries"] == 4
        assert result["recall@1"] <= result["recall@10"] == 1.0
        assert result["box_centre_rate"] is None
    assert run(Evaluate((str(sets / "easy"),), box_area=0.9)) == run(Evaluate((str(sets / "easy"),), box_area=0.9))


def test_a_thing_with_one_photo_is_no_query(run: Callable[..., Any], sets: Path) -> None:
    (sets / "easy" / "hat" / "1.jpg").unlink()
    assert run(Evaluate((str(sets / "easy"),)))["sets"]["easy"]["queries"] == 2


def test_a_folder_without_subfolders_is_refused(run: Callable[..., Any], sets: Path) -> None:
    with pytest.raises(FolderError, match="labelled set"):
        run(Evaluate((str(sets / "easy" / "cup"),)))


@pytest.fixture
def noisy(paint: Paint, tmp_path: Path) -> Path:
    """A set of one thing whose eight photos are more different than alike, and forty other photos."""
    with Image.open(paint("thing.jpg", 1)) as thing:
        for number in range(8):
            with Image.open(paint("other.jpg", 100 + number)) as other:
                target = tmp_path / "noisy" / "thing" / f"{number}.jpg"
                target.parent.mkdir(parents=True, exist_ok=True)
                Image.blend(thing, other, 0.64).save(target, quality=95)
    for number in range(40):
        paint(f"../others/{number}.jpg", 200 + number)
    return tmp_path


@pytest.mark.parametrize("options", [{"expand": True}, {"augment": True}, {"expand": True, "augment": True}])
def test_neighbours_help_to_find_the_rest(run: Callable[..., Any], noisy: Path, options: dict[str, bool]) -> None:
    job = Evaluate((str(noisy / "noisy"),), distractors=(str(noisy / "others"),))
    plain = run(job)["sets"]["noisy"]
    helped = run(replace(job, **options))["sets"]["noisy"]
    assert (plain["queries"], helped["queries"]) == (8, 8)
    assert plain["mAP"] < helped["mAP"] <= 1.0


def test_photos_of_other_sets_do_not_help(run: Callable[..., Any], noisy: Path) -> None:
    helpers = noisy / "helpers" / "thing"
    helpers.mkdir(parents=True)
    for number in range(3, 8):
        (noisy / "noisy" / "thing" / f"{number}.jpg").rename(helpers / f"{number}.jpg")
    sets = (str(noisy / "noisy"), str(noisy / "helpers"))
    for options in ({"expand": True}, {"augment": True}):
        alone = run(Evaluate(sets[:1], (str(noisy / "others"),), **options))["sets"]["noisy"]
        beside = run(Evaluate(sets, (str(noisy / "others"),), **options))["sets"]["noisy"]
        together = run(Evaluate(sets, (str(noisy / "others"),), together=True, **options))["sets"]["noisy"]
        assert alone["mAP"] < 1.0
        assert beside == alone
        assert together["mAP"] != alone["mAP"]


def test_expanding_never_costs_the_first_hit(run: Callable[..., Any], sets: Path) -> None:
    for job in (Evaluate((str(sets / "easy"), str(sets / "mixed"))), Evaluate((str(sets / "mixed"),), together=True)):
        plain, expanded = run(job), run(replace(job, expand=True))
        for name, figures in plain["sets"].items():
            assert expanded["sets"][name]["recall@1"] == figures["recall@1"]


def test_box_queries_can_look_further_too(run: Callable[..., Any], sets: Path) -> None:
    report = run(Evaluate((str(sets / "easy"),), box_area=0.9, expand=True, augment=True))
    assert report["sets"]["easy"]["queries"] == 4
    assert report["sets"]["easy"]["recall@10"] == 1.0


def test_three_scales_describe_every_picture_three_times(
    run: Callable[..., Any], runner: FakeRunner, sets: Path
) -> None:
    plain = run(Evaluate((str(sets / "easy"),)))
    assert runner.n_described == 4
    assert run(Evaluate((str(sets / "easy"),), multi_scale=True)) == plain  # these photos look the same at any scale
    assert runner.n_described == 4 + 3 * 4
