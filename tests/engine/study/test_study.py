"""Whole studies on drawn photos."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import filelock
import numpy as np
import pytest
import torch
from PIL import Image

from engine.actnet.initial import new_network, pool_photos, whiten
from engine.decoders import Decoders
from engine.errors import DatasetError, FolderError, PhotoError, StudyError, TrainingError
from engine.messages import Phase, Progress, Study
from engine.study.measuring import MeasuredSet, measure
from engine.study.run import study

QUICK = (
    ("whitening_steps", "3"), ("polishing_steps", "2"), ("tuples.anchors_per_source", "8"), ("batch_tuples", "4"),
    ("batch_others", "2"), ("pooling_rate", "0.2"), ("tuples.positive_range", "-1,1"),
)
Make = Callable[..., Study]


@pytest.fixture
def job(start: Path, photos: Path, tmp_path: Path) -> Make:
    def make(**changes: Any) -> Study:
        values: dict[str, Any] = {
            "datasets": (str(photos / "learn"),), "out": tmp_path / "study", "start": start,
            "tests": (str(photos / "ask"),), "distractors": (str(photos / "rest"),), "poolings": ("spoc", "weibull"),
            "seeds": 2, "settings": QUICK,
        }
        return Study(**(values | changes))

    return make


def run(
    job: Study, decoders: Decoders, until: Callable[[Progress], bool] = lambda progress: False
) -> tuple[list[Progress], Any]:
    """All progress, and the figures, or None if it was ended by `until`."""
    steps, found = study(job, "cpu", decoders), []
    try:
        while True:
            found.append(next(steps))
            if until(found[-1]):
                steps.close()
                return found, None
    except StopIteration as stop:
        return found, stop.value


def results_in(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "results.json").read_text())["results"]
    return found


def test_from_photos_to_a_report(job, decoders, photos, tmp_path, start, small):
    progress, figures = run(job(), decoders)
    out = tmp_path / "study"
    assert {path.name for path in out.iterdir()} == {
        "README.md", "results.json", "lock", "map.png", "activations.png", "features.png", "precision-recall.png",
    }
    assert figures["report"] == str(out / "README.md")
    assert len(figures["cells"]) == 8
    assert [claim["verdict"] for claim in figures["claims"]] == [
        line.split("**")[1] for line in (out / "README.md").read_text().splitlines() if line.count("**") == 2
        and line.startswith("| ")
    ]
    text = (out / "README.md").read_text()
    assert "| ask | 9 | 3 | 9 |" in text
    assert "learn (24) photos; they show 6 things, and 0 are not labelled" in text
    assert "6 distractors" in text
    assert "resight study learn --test ask --distractors rest --out study" in text
    assert not any(str(place) in text for place in (tmp_path, photos, start.parent))

    phases = [one.phase for one in progress]
    assert phases[0] is Phase.PREPARING
    assert {Phase.MEASURING, Phase.TRAINING} <= set(phases)
    assert (progress[-1].done, progress[-1].total) == (2 * 2 * (1 + 2), 12)
    assert any("loss" in dict(one.figures) for one in progress)

    results = results_in(out)
    assert len(results) == 12
    before, after = (results[f"weibull/MSA/{state}"]["parameters"] for state in ("untrained", "trained/1"))
    assert before["head"] == {"balance": 1.0, "scale": pytest.approx(4), "shape": pytest.approx(3)}
    assert all(abs(after["head"][name] - before["head"][name]) > 0.01 for name in ("balance", "scale", "shape"))
    assert after != results["weibull/MSA/trained/2"]["parameters"]
    assert results["spoc/MSA/trained/1"]["parameters"]["head"]["balance"] != 1.0
    assert_untrained_is_the_plain_network(results["weibull/MSA/untrained"], photos, start, small)


def assert_untrained_is_the_plain_network(result: dict[str, Any], photos: Path, start: Path, small: Any) -> None:
    """The same figures as without anything of a study: the network is built, whitened, and describes each photo."""
    network = new_network(small, start)
    learn, ask, rest = (sorted((photos / name).rglob("*.png")) for name in ("learn", "ask", "rest"))
    pooled = {name: torch.cat(list(pool_photos(network, paths, pytest.fail)))
              for name, paths in (("learn", learn), ("others", [*ask, *rest]))}
    whiten(network, pooled["learn"])
    with torch.no_grad():
        descriptors = torch.nn.functional.normalize(network.whitening(pooled["others"]), dim=1).numpy()
    one = MeasuredSet("ask", tuple(range(9)), tuple(path.parent.name for path in ask), {})
    wanted = measure([one], range(9, 15), descriptors)
    # Maps are stored with half the digits, so two photos that are as near may change places.
    assert np.mean(result["figures"]["precisions"]["ask"]) == pytest.approx(np.mean(wanted.precisions["ask"]), abs=0.02)


def test_what_is_known_is_not_computed_again(job, decoders, tmp_path):
    out = tmp_path / "study"
    _, nothing = run(job(seeds=1), decoders, until=lambda one: one.done == 3)
    assert nothing is None
    first = results_in(out)
    assert len(first) == 3
    assert not (out / "README.md").exists()
    assert (out / "inputs").exists()

    progress, figures = run(job(seeds=1), decoders)
    assert Phase.PREPARING not in {one.phase for one in progress}  # what was stored is used
    assert progress[0].done == 3
    assert {name: result for name, result in results_in(out).items() if name in first} == first
    assert not (out / "inputs").exists()
    text = (out / "README.md").read_text()

    (out / "README.md").unlink()
    assert run(job(seeds=1), decoders) == ([], figures)
    assert (out / "README.md").read_text() == text

    progress, _ = run(job(seeds=1, poolings=("spoc", "mac", "weibull")), decoders)
    assert (progress[-1].done, progress[-1].total) == (12, 12)
    assert results_in(out)["spoc/SSA/trained/1"] == first["spoc/SSA/trained/1"]


def test_an_interrupted_study_comes_to_the_same_figures(job, decoders, tmp_path):
    whole = job(seeds=1, poolings=("weibull",))
    parts = replace(whole, out=tmp_path / "parts")
    run(whole, decoders)
    run(parts, decoders, until=lambda one: one.phase is Phase.TRAINING)
    run(parts, decoders)
    found, wanted = results_in(tmp_path / "parts"), results_in(tmp_path / "study")
    assert {name: one["figures"] for name, one in found.items()} == {
        name: one["figures"] for name, one in wanted.items()
    }


def test_without_sets_a_part_of_the_data_is_measured_on(job, decoders, photos, tmp_path):
    settings = (*QUICK, ("held_out", "0.34"))
    listed = job(tests=(), distractors=(), unlabelled=(str(photos / "rest"),), poolings=("weibull",), seeds=1,
                 settings=settings)
    run(listed, decoders)
    text = (tmp_path / "study" / "README.md").read_text()
    assert "| learn | 8 | 2 | 8 |" in text
    assert "learn (16), rest (6) photos; they show 4 things, and 6 are not labelled" in text
    assert "held out of the same data" in text
    assert "6 distractors" in text


def test_the_backbone_can_learn_too(job, decoders, tmp_path):
    job = job(poolings=("mac",), seeds=1, settings=(*QUICK, ("network_rate", "1e-4")))
    run(job, decoders)
    assert len(results_in(tmp_path / "study")) == 4
    assert '"network_rate": 0.0001' in (tmp_path / "study" / "README.md").read_text()


def test_a_single_stream_is_compared_with_no_other(job, decoders, tmp_path):
    run(job(streams=("head",), poolings=("weibull",), seeds=1), decoders)
    assert set(results_in(tmp_path / "study")) == {"weibull/SSA/untrained", "weibull/SSA/trained/1"}
    assert "MSA" not in (tmp_path / "study" / "README.md").read_text()


def test_groups_of_things_count_neither_way(job, decoders, photos, tmp_path):
    shutil.copytree(photos / "ask", tmp_path / "ask")
    things = sorted(path.name for path in (tmp_path / "ask").iterdir())
    (tmp_path / "ask" / "IGNORE.tsv").write_text("\t".join(things))
    run(job(tests=(str(tmp_path / "ask"),), distractors=(), poolings=("spoc",), seeds=1), decoders)
    precisions = results_in(tmp_path / "study")["spoc/SSA/untrained"]["figures"]["precisions"]["ask"]
    assert precisions == [1.0] * 9  # nothing is left that could be in the way


# ---- what cannot be done ----------------------------------------------------------------------------------------


def refused(job: Study, decoders: Decoders, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        run(job, decoders)


def test_another_study_or_other_things_in_the_folder(job, decoders, tmp_path):
    out = tmp_path / "study"
    run(job(poolings=("spoc",), seeds=1), decoders)
    other = job(poolings=("spoc",), seeds=1, settings=(*QUICK, ("epochs", "0")))
    refused(other, decoders, StudyError, "other photos or settings")
    _, figures = run(replace(other, restart=True), decoders)
    assert figures is not None
    assert '"epochs": 0' in (out / "README.md").read_text()

    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "README.md").write_text("mine")
    refused(job(out=tmp_path / "mine"), decoders, StudyError, "is no study")
    assert (tmp_path / "mine" / "README.md").read_text() == "mine"
    refused(job(out=tmp_path / "mine" / "README.md"), decoders, StudyError, "is no study")
    refused(job(out=tmp_path / "none" / "study"), decoders, StudyError, "There is no folder")


def test_another_study_at_work(job, decoders, tmp_path):
    (tmp_path / "study").mkdir()
    with filelock.FileLock(tmp_path / "study" / "lock"):
        refused(job(), decoders, TrainingError, "Another study is at work")


def test_photos_that_cannot_be_used(job, decoders, photos, tmp_path):
    refused(job(tests=(str(photos / "learn"),)), decoders, StudyError, "is in two of the folders")
    refused(job(distractors=(str(photos / "ask"),)), decoders, StudyError, "is in two of the folders")
    refused(job(tests=(str(photos / "rest"),)), decoders, FolderError, "is not a labelled set")
    refused(job(datasets=(str(tmp_path / "none"),)), decoders, DatasetError, "There is no folder")
    refused(job(tests=(), settings=(*QUICK, ("held_out", "0"))), decoders, StudyError, "nothing to measure on")
    alone = tmp_path / "alone" / "thing"
    alone.mkdir(parents=True)
    Image.new("RGB", (80, 80)).save(alone / "0.png")
    refused(job(tests=(str(alone.parent),)), decoders, StudyError, "nothing to measure on")
    (alone / "1.png").write_bytes(b"no picture")
    refused(job(tests=(str(alone.parent),)), decoders, PhotoError, "1.png")


def test_networks_and_settings_that_there_are_not(job, decoders):
    refused(job(poolings=("spoc", "best")), decoders, StudyError, "no pooling “best”")
    refused(job(backbone="vgg"), decoders, StudyError, "no backbone “vgg”")
    refused(job(streams=("head", "tail")), decoders, StudyError, "no stream “tail”")
    refused(job(dim=1281), decoders, StudyError, "1 to 1280 numbers")
    refused(job(dim=1000), decoders, StudyError, "1000 numbers need .* there are 24")
    refused(job(settings=(("speed", "1"),)), decoders, TrainingError, "no training setting “speed”")
