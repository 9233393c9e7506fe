"""Whole evaluations by the published protocols, on small folders of the same form with made pictures."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from engine.decoders import Decoders
from engine.errors import GroundTruthError
from engine.messages import EvaluateProtocol
from engine.protocols import evaluate_protocol
from engine.transform import to_input
from tests.helpers.fake_runner import DIM, FakeRunner

SIZE = (120, 80)


def pattern(seed: int) -> Image.Image:
    """A picture of 4 x 4 coloured fields; those of two seeds have nothing in common."""
    colours = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    return Image.fromarray(colours).resize(SIZE, Image.Resampling.NEAREST)


def like(seed: int, share: float, other: int) -> Image.Image:
    """A picture of one thing with so much of another in it: the more, the less alike."""
    return Image.blend(pattern(seed), pattern(other), share)


def save(image: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, quality=95)


@pytest.fixture
def run(card: object, decoders: Decoders) -> Callable[[EvaluateProtocol], dict[str, Any]]:
    def run(job: EvaluateProtocol) -> dict[str, Any]:
        steps = evaluate_protocol(job, card, FakeRunner(), decoders)  # type: ignore[arg-type]
        while True:
            try:
                next(steps)
            except StopIteration as stop:
                return stop.value

    return run


@pytest.fixture
def oxford(tmp_path: Path) -> Path:
    """A gallery in which the ranking for the thing 1 is: junk, near, wrong, hard, all others."""
    folder = tmp_path / "oxford"
    gallery = {
        "a_junk": like(1, 0.02, 50),
        "a_near": like(1, 0.2, 51),
        "a_wrong": like(1, 0.35, 52),
        "a_hard": like(1, 0.5, 53),
        "b_near": like(2, 0.2, 54),
        "b_far_junk": pattern(55),
        **{f"other_{seed}": pattern(seed) for seed in range(60, 66)},
    }
    for name, image in gallery.items():
        save(image, folder / "jpg" / f"{name}.jpg")
    for thing, seed in (("a", 1), ("b", 2)):
        # Only the box shows the thing: searched with the whole picture, other photos would come first.
        query = pattern(60 + seed).resize((240, 160))
        query.paste(pattern(seed), (100, 60))
        save(query, folder / "jpg" / f"{thing}_query.jpg")
    names = list(gallery)
    at = {name: position for position, name in enumerate(names)}
    box = [100.0, 60.0, 220.0, 140.0]
    document = {
        "imlist": names,
        "qimlist": ["a_query", "b_query"],
        "gnd": [
            {"bbx": box, "easy": [at["a_near"]], "hard": [at["a_hard"]], "junk": [at["a_junk"]]},
            {"bbx": box, "easy": [at["b_near"]], "hard": [], "junk": [at["b_far_junk"]]},
        ],
    }
    (folder / "gnd_roxford5k.json").write_text(json.dumps(document))
    return folder


def test_revisited_oxford_by_hand(run: Callable[..., Any], oxford: Path) -> None:
    report = run(EvaluateProtocol("roxford5k", str(oxford)))
    difficulties = report.pop("difficulties")
    assert report == {
        "model": "fake-00000000", "protocol": "roxford5k", "photos": 12, "unreadable": 0, "distractors": 0,
    }
    # Query a, junk taken out. Easy: near is first. Medium: near and hard at 0 and 2. Hard: behind the wrong one.
    medium_a = (1 + (1 / 2 + 2 / 3) / 2) / 2
    assert difficulties["easy"] == {"queries": 2, "mAP": 1.0, "mP@1": 1.0, "mP@5": 1.0, "mP@10": 1.0}
    assert difficulties["medium"] == pytest.approx(
        {"queries": 2, "mAP": (medium_a + 1) / 2, "mP@1": 1.0, "mP@5": (2 / 3 + 1) / 2, "mP@10": (2 / 3 + 1) / 2},
        abs=1e-6,
    )
    # The query b has no hard answers, so it does not count there.
    assert difficulties["hard"] == {"queries": 1, "mAP": 0.25, "mP@1": 0.0, "mP@5": 0.5, "mP@10": 0.5}


def test_the_query_is_the_box_and_not_the_whole_picture(run: Callable[..., Any], oxford: Path) -> None:
    path = oxford / "gnd_roxford5k.json"
    document = json.loads(path.read_text())
    for entry in document["gnd"]:
        entry["bbx"] = [0, 0, 240, 160]
    path.write_text(json.dumps(document))
    assert run(EvaluateProtocol("roxford5k", str(oxford)))["difficulties"]["easy"]["mAP"] < 1.0


def test_a_box_may_reach_over_the_edge_but_not_lie_beside_the_picture(run: Callable[..., Any], oxford: Path) -> None:
    path = oxford / "gnd_roxford5k.json"
    document = json.loads(path.read_text())
    document["gnd"][0]["bbx"] = [100, 60, 1000, 140]
    path.write_text(json.dumps(document))
    run(EvaluateProtocol("roxford5k", str(oxford)))
    document["gnd"][0]["bbx"] = [300, 60, 1000, 140]
    path.write_text(json.dumps(document))
    with pytest.raises(GroundTruthError, match="box of the query a_query"):
        run(EvaluateProtocol("roxford5k", str(oxford)))


def test_a_picture_that_cannot_be_read_counts_as_not_found(run: Callable[..., Any], oxford: Path) -> None:
    (oxford / "jpg" / "a_near.jpg").write_bytes(b"\xff\xd8\xff")
    report = run(EvaluateProtocol("roxford5k", str(oxford)))
    assert (report["photos"], report["unreadable"]) == (12, 1)
    assert report["difficulties"]["easy"]["mAP"] == 0.5
    # One of two right ones is found, at rank 1 behind the wrong one: (0 + 1/2) / 2, and half of that.
    assert report["difficulties"]["medium"]["mAP"] == pytest.approx((0.125 + 1) / 2)
    (oxford / "jpg" / "a_query.jpg").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(GroundTruthError, match=r"a_query\.jpg cannot be read"):
        run(EvaluateProtocol("roxford5k", str(oxford)))


def test_the_original_protocol_by_hand(run: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "oxford"
    for name, image in {
        "hall_000001": pattern(1),  # the query itself, which is an answer, too
        "hall_000002": like(1, 0.1, 50),  # junk
        "hall_000003": like(1, 0.2, 51),
        "bank_000001": like(1, 0.35, 52),  # wrong
        "hall_000004": like(1, 0.5, 53),
        "bank_000002": pattern(54),  # junk behind all right ones
        "bank_000003": pattern(55),
    }.items():
        save(image, folder / f"{name}.jpg")
    for kind, text in {
        "query": "oxc1_hall_000001 0.5 0.5 119 79.5",
        "good": "hall_000001\nhall_000003\n",
        "ok": "hall_000004\n",
        "junk": "hall_000002\nbank_000002\n",
    }.items():
        (folder / f"hall_1_{kind}.txt").write_text(text)
    report = run(EvaluateProtocol("oxford5k", str(folder)))
    # Right ones at 0, 1 and 3 once junk is taken out.
    wanted = (1 + 1 + (2 / 3 + 3 / 4) / 2) / 3
    assert report["photos"] == 7
    assert report["difficulties"] == {
        "all": {"queries": 1, "mAP": pytest.approx(wanted, abs=1e-6), "mP@1": 1.0, "mP@5": 0.75, "mP@10": 0.75}
    }


@pytest.fixture
def holidays(tmp_path: Path) -> Path:
    folder = tmp_path / "holidays"
    for group, seed in ((1000, 1), (1001, 2)):
        for view in range(3):
            save(like(seed, 0.25 * view, 50 + group + view), folder / "jpg" / f"{group}0{view}.jpg")
    save(pattern(9), folder / "jpg" / "100200.jpg")  # without another view: it is searched, but is no query
    save(like(1, 0.35, 70), folder / "jpg" / "100201.jpg")  # between the two answers to 100000
    return folder


def test_holidays_by_hand(run: Callable[..., Any], holidays: Path) -> None:
    (holidays / "jpg" / "100201.jpg").rename(holidays / "jpg" / "100300.jpg")
    report = run(EvaluateProtocol("holidays", str(holidays)))
    # 100000 finds its answers at 0 and 2, itself not counted; 100100 at 0 and 1.
    first = (1 + (1 / 2 + 2 / 3) / 2) / 2
    assert report["photos"] == 8
    assert report["difficulties"]["all"]["queries"] == 2
    assert report["difficulties"]["all"]["mAP"] == pytest.approx((first + 1) / 2, abs=1e-6)


@pytest.mark.parametrize("ways", [{"expand": True}, {"augment": True}, {"expand": True, "augment": True}])
def test_the_other_ways_to_search_go_with_protocols(
    run: Callable[..., Any], holidays: Path, ways: dict[str, bool]
) -> None:
    (holidays / "jpg" / "100201.jpg").rename(holidays / "jpg" / "100300.jpg")
    report = run(EvaluateProtocol("holidays", str(holidays), **ways))
    assert report["difficulties"]["all"]["queries"] == 2
    assert 0.5 < report["difficulties"]["all"]["mAP"] <= 1.0
    assert run(EvaluateProtocol("holidays", str(holidays), multi_scale=True, **ways)) == report


# ---- descriptors of distractors --------------------------------------------------------------------------------


def described(card: Any, *images: Image.Image) -> NDArray[np.float32]:
    """Descriptors of pictures as the protocol would get them."""
    return FakeRunner().describe([to_input(image, card.rule.size_for(*image.size)) for image in images])


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_distractors_from_a_file_are_searched_too(
    run: Callable[..., Any], oxford: Path, card: object, tmp_path: Path, dtype: type
) -> None:
    # One comes before near and one between wrong and hard; their lengths must not matter.
    rows = described(card, like(1, 0.1, 80), like(1, 0.42, 81), pattern(82)) * np.array([[3.0], [1.0], [0.5]])
    np.save(tmp_path / "more.npy", rows.astype(dtype))
    job = EvaluateProtocol("roxford5k", str(oxford), str(tmp_path / "more.npy"))
    report = run(job)
    assert (report["photos"], report["distractors"]) == (12, 3)
    # Junk taken out, query a finds near at 1 and hard at 4.
    medium_a = ((0 + 1 / 2) / 2 + (1 / 4 + 2 / 5) / 2) / 2
    assert report["difficulties"]["medium"]["mAP"] == pytest.approx((medium_a + 1) / 2, abs=1e-6)
    assert run(replace(job, expand=True))["distractors"] == 3


def test_files_that_are_no_descriptors_are_refused(run: Callable[..., Any], oxford: Path, tmp_path: Path) -> None:
    path = tmp_path / "more.npy"
    job = EvaluateProtocol("roxford5k", str(oxford), str(path))
    with pytest.raises(GroundTruthError, match=r"no \.npy file"):
        run(job)
    path.write_bytes(b"\x93NUMPY")
    with pytest.raises(GroundTruthError, match=r"no \.npy file"):
        run(job)
    np.save(path, np.array([{}, {}], dtype=object), allow_pickle=True)
    with pytest.raises(GroundTruthError, match=r"no \.npy file"):
        run(job)
    for wrong in (np.ones((3, DIM - 1), np.float32), np.ones(DIM, np.float32), np.ones((3, DIM), np.int8)):
        np.save(path, wrong)
        with pytest.raises(GroundTruthError, match=rf"needs float16 or float32 in the shape \[n, {DIM}\]"):
            run(job)
    for bad in (0.0, np.nan, np.inf):
        rows = np.ones((3, DIM), np.float32)
        rows[1] = bad
        np.save(path, rows)
        with pytest.raises(GroundTruthError, match="zero or not finite"):
            run(job)
    np.save(path, np.ones((3, DIM), np.float32))
    with pytest.raises(GroundTruthError, match="cannot be augmented"):
        run(replace(job, augment=True))


def test_an_empty_file_of_descriptors_changes_nothing(run: Callable[..., Any], oxford: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "none.npy", np.empty((0, DIM), np.float16))
    with_none = run(EvaluateProtocol("roxford5k", str(oxford), str(tmp_path / "none.npy")))
    assert with_none == run(EvaluateProtocol("roxford5k", str(oxford)))
