"""The program as people and scripts run it: `python -m app` in processes of its own, real model, real photos."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import filelock
import numpy as np
import psutil
import pytest

from engine.actnet.checkpoint import save
from engine.actnet.initial import new_network
from engine.actnet.network import Architecture
from engine.transform import InputRule
from tests.helpers.instances import draw_instances
from tests.helpers.program import Program

PROJECT = Path(__file__).parents[2]
PHOTOS = PROJECT / "tests" / "photos"
GROUPS = PHOTOS / "groups"
UNTRAINED = PROJECT / "resources" / "models" / "untrained-lite2.safetensors"


def state_of(folder: Path) -> dict[Path, tuple[int, int, int]]:
    """What must not change in a folder of photos."""
    states = {path: path.lstat() for path in [folder, *folder.rglob("*")]}
    return {path: (state.st_size, state.st_mtime_ns, state.st_mode) for path, state in states.items()}


@pytest.fixture(scope="module")
def indexed(home, tmp_path_factory):
    """A library of all the test photos, which the tests only read."""
    program = Program(tmp_path_factory.mktemp("indexed") / "library", home)
    before = state_of(PHOTOS)
    report = program.json("index", PHOTOS)
    n = len(list(PHOTOS.rglob("*.jpg")))
    assert (report["found"], report["indexed"], report["failed"]) == (n, n, 0)
    assert report["images_per_second"] == pytest.approx(n / report["seconds"], rel=0.01)
    yield program
    assert state_of(PHOTOS) == before


@pytest.fixture
def few(home, tmp_path):
    """A folder of five photos of our own, and a new library for it."""
    photos = tmp_path / "photos"
    shutil.copytree(GROUPS / "chair", photos)
    return Program(tmp_path / "library", home), photos


# ---- searching ------------------------------------------------------------------------------------------------


def test_looking_further_keeps_the_query_and_the_first_hit_and_finds_the_group(indexed):
    files = sorted(str(path) for path in (GROUPS / "chair").iterdir())
    plain = indexed.json("search", files[0], "-k", str(len(files)))["hits"]
    further = indexed.json("search", files[0], "-k", str(len(files)), "--expand")["hits"]
    assert [hit["path"] for hit in further[:2]] == [hit["path"] for hit in plain[:2]]
    assert sorted(hit["path"] for hit in further) == files
    scores = [hit["score"] for hit in further]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


@pytest.mark.parametrize("group", ["kayak", "triflowers", "skull"])
def test_the_query_photo_comes_first_and_its_group_next(indexed, group):
    files = sorted(str(path) for path in (GROUPS / group).iterdir())
    answer = indexed.json("search", files[0], "-k", str(len(files)))
    assert answer["query"] == {"path": files[0], "box": None, "boxes": [None], "not_boxes": []}
    assert answer["searched"] == answer["total"] == len(list(PHOTOS.rglob("*.jpg")))
    hits = answer["hits"]
    assert hits[0]["path"] == files[0]
    assert hits[0]["score"] == pytest.approx(1.0, abs=1e-3)
    assert sorted(hit["path"] for hit in hits) == files
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert [hit["rank"] for hit in hits] == list(range(1, len(files) + 1))


def test_an_exact_search_agrees(indexed):
    picture = GROUPS / "beach" / "beach01.jpg"
    fast, exact = indexed.json("search", picture), indexed.json("search", picture, "--exact")
    assert [hit["photo_id"] for hit in fast["hits"]] == [hit["photo_id"] for hit in exact["hits"]]


def test_a_box_is_the_same_in_shares_and_in_pixels(indexed):
    from PIL import Image

    picture = GROUPS / "skull" / "skull_01.jpg"
    with Image.open(picture) as opened:
        width, height = opened.size
    shares = indexed.json("search", picture, "--box", "0.25,0.25,0.75,0.75")
    pixels = f"{width * 0.25},{height * 0.25},{width * 0.75},{height * 0.75}"
    in_pixels = indexed.json("search", picture, "--box-px", pixels)
    assert shares["query"]["box"] == in_pixels["query"]["box"] == [0.25, 0.25, 0.75, 0.75]
    assert shares["hits"] == in_pixels["hits"]
    assert shares["hits"][0]["path"] == str(picture)
    whole = indexed.json("search", picture)
    assert shares["hits"] != whole["hits"]  # the box, not the picture, was searched for


def test_a_score_nobody_reaches_finds_nothing(indexed, tmp_path):
    from PIL import Image

    grey = tmp_path / "grey.png"
    Image.new("RGB", (640, 480), (128, 128, 128)).save(grey)
    done = indexed("search", grey, "--min-score", "0.99", "--json", code=1)
    assert done.answer["hits"] == []
    assert "Nothing found" in indexed("search", grey, "--min-score", "0.99", code=1).out


def test_a_query_that_is_no_picture(indexed, tmp_path):
    text = tmp_path / "note.jpg"
    text.write_text("This is no picture.")
    error = indexed.json("search", text, code=2)["error"]
    assert (error["kind"], error["path"]) == ("not-a-picture", str(text))


def test_reading_works_while_another_resight_writes(indexed):
    with filelock.FileLock(indexed.library / "lock"):
        assert indexed.json("status")["photos"] == len(list(PHOTOS.rglob("*.jpg")))
        assert indexed.json("failures") == []
        assert indexed.json("search", GROUPS / "chair" / "image000.jpg", "-k", "1")["hits"]
        assert indexed.json("index", code=3)["error"]["kind"] == "library-in-use"


def test_status_and_check(indexed):
    n = len(list(PHOTOS.rglob("*.jpg")))
    status = indexed.json("status")
    assert (status["photos"], status["indexed"], status["failed"], status["index_rows"]) == (n, n, 0, n)
    assert [folder["path"] for folder in status["folders"]] == [str(PHOTOS)]
    assert status["library"] == str(indexed.library)
    check = indexed.json("check")
    assert (check["clean"], check["descriptors"], check["index_rows"]) == (True, n, n)


# ---- keeping a library ----------------------------------------------------------------------------------------


def test_moved_and_removed_photos(few):
    program, photos = few
    program.json("index", photos)
    assert program.descriptors() == (5, 5)
    assert program.json("index", photos) | ANY_SPEED == report(found=5, unchanged=5)

    (photos / "deep").mkdir()
    (photos / "image000.jpg").rename(photos / "deep" / "renamed.jpg")
    assert program.json("index", photos) | ANY_SPEED == report(found=5, unchanged=4, moved=1)
    assert program.descriptors() == (5, 5)
    assert program.json("search", photos / "deep" / "renamed.jpg")["hits"][0]["path"].endswith("deep/renamed.jpg")

    (photos / "image003.jpg").unlink()
    assert program.json("index") | ANY_SPEED == report(found=4, unchanged=4, removed=1)
    assert program.json("status")["photos"] == 4

    before = state_of(photos)
    assert program.json("remove", photos)["folders"] == []
    assert state_of(photos) == before
    assert program.json("check")["clean"]
    assert program.json("remove", photos, code=2)["error"]["kind"] == "folder"


ANY_SPEED = {"seconds": 0, "images_per_second": 0, "device": "", "model": ""}


def report(**counts: int) -> dict[str, Any]:
    names = ("found", "indexed", "unchanged", "moved", "removed", "failed", "unsettled", "missing")
    return {name: counts.get(name, 0) for name in names} | ANY_SPEED


def test_broken_and_oddly_named_files(few):
    program, photos = few
    odd = os.fsencode(photos) + b"/caf\xe9\n.jpg"
    try:
        os.rename(photos / "image000.jpg", odd)
    except OSError:
        pytest.skip("this file system takes no such names")
    broken = photos / "image003.jpg"
    broken.write_bytes(broken.read_bytes()[:3000])
    assert program.json("index", photos, "--strict", code=1)["failed"] == 1
    (failure,) = program.json("failures")
    assert (failure["path"], failure["kind"]) == (str(broken), "damaged")
    assert failure["sentence"].endswith(".")

    hits = program.json("search", os.fsdecode(odd))["hits"]
    assert os.fsencode(hits[0]["path"]) == odd
    assert "caf\\xe9\\n.jpg" in program("search", os.fsdecode(odd)).out


def test_a_damaged_index_is_made_again(few):
    program, photos = few
    program.json("index", photos)
    damage(program.library / "index.hnsw")
    assert len(program.json("search", photos / "image000.jpg")["hits"]) == 5
    assert not program.json("check", code=3)["clean"]
    assert program.json("check", "--repair")["repaired"]
    assert program.json("check")["clean"]
    assert program.descriptors() == (5, 5)


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_run_that_was_stopped_goes_on(home, tmp_path, number):
    program = Program(tmp_path / "library", home)
    photos = tmp_path / "photos"
    n = make_copies(photos, 150)
    process = program.start("index", photos)
    wait_for(lambda: (program.library / "catalogue.sqlite").exists() and stored(program) > 0)
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == (-signal.SIGKILL if number == signal.SIGKILL else 128 + number)
    if number != signal.SIGKILL:
        assert "What was done is kept" in err
        assert "Traceback" not in err
    _, alive = psutil.wait_procs(children, 20)
    assert alive == []

    rows, ever = program.descriptors()
    assert 0 < rows == ever < n
    answer = program.json("index", photos)
    assert (answer["indexed"], answer["unchanged"]) == (n - rows, rows)
    assert program.descriptors() == (n, n)
    assert program.json("check")["clean"]


def make_copies(folder: Path, n: int) -> int:
    """Different pictures, small so that they are made quickly."""
    from PIL import Image

    folder.mkdir()
    sources = sorted(PHOTOS.rglob("*.jpg"))
    for number in range(n):
        with Image.open(sources[number % len(sources)]) as source:
            source.rotate(7 * (number // len(sources))).resize((400, 300)).save(folder / f"{number:03}.jpg")
    return n


def stored(program: Program) -> int:
    try:
        return program.descriptors()[0]
    except sqlite3.OperationalError:  # the tables are being made
        return 0


def wait_for(condition: Any, timeout_s: float = 60) -> None:
    end_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end_s
        time.sleep(0.02)


# ---- watching -------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_watch_keeps_the_library_up_to_date_until_it_is_stopped(few):
    program, photos = few
    before = state_of(photos)
    with program.start("watch", photos, "--json") as process:
        err: list[str] = []
        reader = threading.Thread(target=lambda: err.extend(process.stderr))
        reader.start()
        wait_for(lambda: any("Watching for changes" in line for line in err), 240)
        assert state_of(photos) == before
        shutil.copytree(GROUPS / "beach", photos / "beach")
        n = len(list(photos.rglob("*.jpg")))
        wait_for(lambda: stored(program) == n)
        assert len(program.json("search", photos / "beach" / "beach01.jpg")["hits"]) == n
        (photos / "image000.jpg").rename(photos / "renamed.jpg")
        shutil.rmtree(photos / "beach")
        wait_for(lambda: stored(program) == 5 and any("1 moved" in line for line in err))
        process.send_signal(signal.SIGINT)
        out = process.stdout.read()
        reader.join(60)
    assert process.returncode == 0
    answer = json.loads(out)
    assert (answer["found"], answer["indexed"], answer["moved"], answer["removed"]) == (5, n, 1, n - 5)
    assert "Traceback" not in "".join(err)
    assert program.json("check")["clean"]


# ---- measuring ------------------------------------------------------------------------------------------------


def test_evaluate_the_test_groups(indexed):
    before = indexed.json("status")
    n = len(list(GROUPS.rglob("*.jpg")))
    figures = indexed.json("evaluate", GROUPS, "--distractors", PHOTOS / "single", "--per-instance")
    values = figures["sets"]["groups"]
    assert (values["photos"], values["instances"], values["queries"]) == (n, 8, n)
    assert 0.9 < values["mAP"] <= 1
    assert 0.9 < values["recall@1"] <= values["recall@10"] <= 1
    assert figures["mean"]["mAP"] == values["mAP"]
    assert figures["model"] == before["model"]
    assert len(values["per_instance"]) == 8
    assert indexed.json("status") == before

    text = indexed("evaluate", GROUPS).out
    assert "recall@10" in text.splitlines()[1]
    assert text.splitlines()[-1].startswith("mean")


def test_evaluate_with_boxes(indexed):
    figures = indexed.json("evaluate", GROUPS, "--box-queries", "0.25")
    values = figures["sets"]["groups"]
    assert values["queries"] > 0
    assert 0.5 < values["recall@1"] <= values["recall@10"] <= 1
    quick = ("evaluate", GROUPS, "--box-queries", "0.25", "--quick")
    assert indexed.json(*quick) == indexed.json(*quick)  # the boxes are the same each time


# ---- training ---------------------------------------------------------------------------------------------------


def test_a_model_is_trained_and_used(home, tmp_path):
    things = draw_instances(tmp_path / "things", 8, 4)
    before = state_of(things)
    program = Program(tmp_path / "library", home)
    model = tmp_path / "mine.safetensors"
    start = tmp_path / "start.safetensors"
    small = Architecture(dim=16, rule=InputRule(area_px=64 * 64))
    save(new_network(small, UNTRAINED), start, name="start", licence="none", origin="none")
    settings = "whitening_steps=5 held_out=0.25 batch_tuples=4 batch_others=0 tuples.anchors_per_source=8 " \
        "tuples.positive_range=-1,1 views.n_random=0"
    options = ["--start", start, "--streams", "expanded16,expanded32,head", "--epochs", "1", "--device", "torch"]
    options += [part for one in settings.split() for part in ("--set", one)]

    with program.start("train", things, "--out", model, *options) as process:
        assert process.stderr is not None
        said = ""
        while "Training" not in said:
            said += (line := process.stderr.readline())
            assert line, said  # not the end
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=240)
    assert process.returncode == 130, err
    assert "The same command goes on from the last checkpoint" in err
    assert not model.exists()

    figures = program.json("train", things, "--out", model, *options)
    assert (figures["photos"], figures["epochs"], figures["file"]) == (32, 1, str(model))
    assert set(figures["held_out"]) == {"things"}
    assert (tmp_path / "mine.training" / "log.csv").read_text().count("\n") == 3
    assert state_of(things) == before

    # The model file alone says what network it is.
    use = ["--model", model, "--device", "torch"]
    assert program.json("index", things, *use)["indexed"] == 32
    picture = things / "thing03" / "1.png"
    hits = program.json("search", picture, *use, "-k", "5")["hits"]
    assert hits[0]["path"] == str(picture)
    assert hits[0]["score"] == pytest.approx(1.0, abs=1e-3)
    assert program.json("status", *use)["model"] == figures["model"]


def test_a_study_is_made_and_gone_on_with(home, tmp_path):
    things = draw_instances(tmp_path / "things", 8, 3)
    before = state_of(things)
    program = Program(tmp_path / "library", home)
    start = tmp_path / "start.safetensors"
    small = Architecture(dim=8, rule=InputRule(area_px=64 * 64))
    save(new_network(small, UNTRAINED), start, name="start", licence="none", origin="none")
    settings = "whitening_steps=2 polishing_steps=0 held_out=0.34 batch_tuples=4 tuples.anchors_per_source=8 " \
        "tuples.positive_range=-1,1"
    out = tmp_path / "study"
    options = ["--out", out, "--start", start, "--device", "torch", "--seeds", "1"]
    options += [part for one in settings.split() for part in ("--set", one)]
    figures = program.json("study", things, *options, "--poolings", "spoc")
    assert [cell["streams"] for cell in figures["cells"]] == ["SSA", "SSA", "MSA", "MSA"]
    assert figures["report"] == str(out / "README.md")
    assert "resight study things" in (out / "README.md").read_text()

    text = program("study", things, *options, "--poolings", "spoc,weibull").out
    assert text.splitlines()[-1] == f"Report: {out / 'README.md'}"
    assert "Weibull" in (out / "README.md").read_text()
    assert state_of(things) == before


# ---- labels ---------------------------------------------------------------------------------------------------


def test_what_is_labelled_different_is_hidden_listed_taken_elsewhere_and_undone(few, home, tmp_path):
    program, photos = few
    program.json("index", photos)
    first, second, third = sorted(str(path) for path in photos.iterdir())[:3]
    assert program.json("label", first, second, "--different")["changed"] == 1
    assert program.json("label", first, third, "--same")["contradictions"] == []
    found = [hit["path"] for hit in program.json("search", first)["hits"]]
    assert second not in found
    assert third in found
    listed = program.json("label")
    assert [pair["same"] for pair in listed["pairs"]] == [False, True]
    assert program.json("label", "--export", tmp_path / "labels.csv") == {"labels": 2}
    program("label", "--undo")
    program("label", "--undo")
    assert program.json("label", "--list")["pairs"] == []
    assert second in [hit["path"] for hit in program.json("search", first)["hits"]]
    assert program.json("label", "--import", tmp_path / "labels.csv")["changed"] == 2
    bad = program("label", "--import", first, code=2)
    assert "no list of labels" in bad.err


# ---- collections ----------------------------------------------------------------------------------------------


def test_a_search_is_kept_under_a_name_and_finds_what_comes_later(few, tmp_path):
    program, photos = few
    program.json("index", photos)
    first, second = sorted(photos.iterdir())[:2]
    query = tmp_path / "query.jpg"
    query.write_bytes(first.read_bytes())
    found = program.json("search", query, "--box", "0,0,1,0.9", "--save", "Mine")["hits"]
    (kept,) = program.json("collections")
    assert (kept["name"], kept["pictures"][0]["path"]) == ("Mine", str(query))
    query.unlink()
    (photos / "later.jpg").write_bytes(second.read_bytes() + b"0")  # another content, the same picture
    program.json("index")
    again = program.json("collections", "Mine")
    assert again["query"]["box"] == [0, 0, 1, 0.9]
    assert {hit["path"] for hit in again["hits"]} == {hit["path"] for hit in found} | {str(photos / "later.jpg")}
    assert "“Mine”" in program("search", first, "--save", "Mine", code=2).err  # there is one already
    assert [one["name"] for one in program.json("collections", "Mine", "--rename", "Ours")] == ["Ours"]
    assert "There is no collection Mine: give one of Ours." in program("collections", "Mine", code=2).err
    assert program.json("collections", "Ours", "--remove") == []


# ---- models ---------------------------------------------------------------------------------------------------


def test_another_model_is_taken_in_used_and_left_again(few, home, tmp_path):
    from engine.projection import save_projected

    program, photos = few
    program.json("index", photos)
    shipped = PROJECT / "resources" / "models" / "actnet-lite2.safetensors"
    stretched = np.diag(np.linspace(0.5, 1.5, 512))
    mine = save_projected(shipped, stretched, tmp_path / "mine.safetensors", name="mine", origin="A test.")
    first = min(str(path) for path in photos.iterdir())
    before = program.json("search", first)["hits"]
    (usual,) = program.json("models")
    assert (usual["active"], usual["photos"]) == (True, len(before))
    assert [model["active"] for model in program.json("models", "--import", mine.path)] == [True, False]
    done = program.descriptors()
    assert [model["active"] for model in program.json("use", "mine")] == [False, True]
    assert program.json("status")["model"] == mine.model_id
    after = program.json("search", first)["hits"]
    assert sorted(hit["path"] for hit in after) == sorted(hit["path"] for hit in before)
    assert [hit["score"] for hit in after[1:]] != [hit["score"] for hit in before[1:]]
    assert program.json("check")["clean"]
    assert program.json("index")["indexed"] == 0  # nothing is described again, neither photos nor parts of them
    assert program.descriptors()[0] > done[0]
    program("use", usual["name"])
    again = program.json("search", first)["hits"]
    assert [(hit["path"], round(hit["score"], 4)) for hit in again] == [
        (hit["path"], round(hit["score"], 4)) for hit in before]
    program("models", "--remove", "mine")
    assert [model["name"] for model in program.json("models")] == [usual["name"]]


def test_tuning_without_labels_is_refused_with_what_to_do(few):
    program, photos = few
    program.json("index", photos)
    done = program("tune", code=2)
    assert "Nothing is labelled yet" in done.err
