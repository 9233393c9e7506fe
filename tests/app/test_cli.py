from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from app import places
from app.answers import evaluation_words, study_words, training_words
from app.arguments import parse
from app.cli import main
from app.console import UsageError
from engine.api import EngineConfig
from engine.errors import (
    DamagedPhoto,
    DatasetError,
    DeviceError,
    DiskFull,
    FolderError,
    GroundTruthError,
    LibraryInUse,
    ModelError,
    StudyError,
    TrainingError,
)
from engine.messages import (
    CheckLibrary,
    Evaluate,
    EvaluateProtocol,
    GetExcludes,
    IndexFolders,
    JobDone,
    JobFailed,
    LoadPicture,
    LookAgain,
    Phase,
    Progress,
    RemoveFolder,
    RetryFailures,
    Search,
    SetExcludes,
    Study,
    Train,
)
from engine.types import Box, CheckReport, Excludes, Failure, FolderState, Query, SearchResult
from tests.helpers.fake_engine import FakeEngine, make_hits, make_report, make_status

PROJECT = Path(__file__).parents[2]


class Run:
    """Runs the command line in this process with a fake engine, in a library that exists unless told otherwise."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.library = folder / "library"
        self.library.mkdir()
        (self.library / "catalogue.sqlite").touch()
        self.model = folder / "model.safetensors"
        self.model.touch()
        self.prepare: Any = lambda engine: None
        self.engine: Any = None
        self.config: Any = None
        self._capsys = capsys

    def __call__(self, *arguments: str) -> int:
        code = main(["--library", str(self.library), "--model", str(self.model), *arguments], self._make_engine)
        self.out, self.err = self._capsys.readouterr()
        return code

    def json(self, *arguments: str) -> tuple[int, Any]:
        code = self(*arguments, "--json")
        return code, json.loads(self.out)

    def answer(self, kind: type, result: Any) -> None:
        """What the engine answers to jobs of this class: a result, or an error it raises."""

        def reply(_job: Any) -> Any:
            if isinstance(result, Exception):
                raise result
            return result

        self.prepare = lambda engine: engine.answers.update({kind: reply})

    def _make_engine(self, config: EngineConfig, on_event: Any) -> Any:
        self.config = config
        self.engine = FakeEngine(on_event, make_status((FolderState(1, "/photos", 12, 10, 2, True),), self.library))
        self.prepare(self.engine)
        return self.engine


@pytest.fixture
def run(tmp_path, capsys):
    return Run(tmp_path, capsys)


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "lamp.jpg"
    path.touch()
    return str(path)


# ---- arguments ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "--json --library /l --device torch --model m status",
        "status --json --library /l --device torch --model m",
        "--library /x --device cpu --json status --library /l --device torch --model m",
    ],
)
def test_common_options_are_taken_before_and_after_the_command(line):
    options = parse(line.split())
    assert (options.command, options.json, options.device, options.model) == ("status", True, "torch", "m")
    assert options.library == Path("/l")


def test_places_and_device_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RESIGHT_LIBRARY", "mine")
    monkeypatch.setenv("RESIGHT_DEVICE", "cuda")
    options = parse([])
    assert (options.command, options.picture) == ("open", None)
    assert options.library == tmp_path / "mine"
    assert options.device == "cuda"
    assert parse(["--library", "other", "--device", "cpu"]).library == tmp_path / "other"
    monkeypatch.setenv("RESIGHT_DEVICE", "tpu")
    with pytest.raises(UsageError, match="RESIGHT_DEVICE is tpu"):
        parse(["status"])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("serch x", "invalid choice"),
        ("search", "PICTURE"),
        ("search a -k 0", "whole number from 1 up"),
        ("search a -k 2.5", "whole number from 1 up"),
        ("search a --min-score 1.5", "between 0 and 1"),
        ("search a --min-score nan", "between 0 and 1"),
        ("search a --box 0,0,1", "four numbers"),
        ("search a --box 0,0,1,x", "four numbers"),
        ("search a --box 0.5,0,0.5,1", "0 <= x0 < x1 <= 1"),
        ("search a --box 0,0,2,1", "0 <= x0 < x1 <= 1"),
        ("search a --box nan,0,1,1", "0 <= x0 < x1 <= 1"),
        ("search a --box 0,0,1,1 --box-px 0,0,9,9", "not allowed with"),
        ("evaluate a --box-queries 0", "above 0"),
        ("train a", "--out"),
        ("train --out m", "DATASET"),
        ("train a --out m --epochs -1", "whole number from 0 up"),
        ("train a --out m --dim 0", "whole number from 1 up"),
        ("train a --out m --set epochs", "a setting is NAME=VALUE"),
        ("train a --out m --set =3", "a setting is NAME=VALUE"),
        ("train a --out m --loss hinge", "invalid choice"),
        ("study a", "--out"),
        ("study --out s", "DATASET"),
        ("study a --out s --seeds 0", "whole number from 1 up"),
        ("status --device tpu", "invalid choice"),
        ("status --libr /l", "unrecognized"),
    ],
)
def test_wrong_command_lines_are_told_in_one_sentence(run, line, words):
    assert run(*line.split()) == 2
    assert run.out == ""
    assert words in run.err
    assert run.err.count("\n") == 1

    code, document = run.json(*line.split())
    assert (code, document["error"]["kind"], document["error"]["path"]) == (2, "usage", None)
    assert words in document["error"]["sentence"]


@pytest.mark.parametrize(
    "command",
    ["", "open", "index", "watch", "search", "status", "failures", "retry", "remove", "check", "snapshot", "restore",
     "move", "evaluate", "train", "study"],
)
def test_every_command_has_help_with_examples(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    assert ended.value.code == 0
    out, err = capsys.readouterr()
    assert "examples:\n  resight" in out
    assert "--library DIR" in out
    assert err == ""


def test_version(run):
    assert run("--version") == 0
    assert run.out == f"resight {places.version()}\n"
    assert run.json("--version") == (0, {"version": places.version()})


# ---- commands -------------------------------------------------------------------------------------------------


def test_index_answers_the_report(run, tmp_path):
    assert run.json("index", str(tmp_path)) == (
        0,
        {
            "found": 10,
            "indexed": 10,
            "unchanged": 0,
            "moved": 0,
            "removed": 0,
            "failed": 0,
            "seconds": 1.0,
            "images_per_second": 10.0,
            "device": "cpu (test)",
            "model": "test-model",
            "unsettled": 0,
            "missing": 0,
        },
    )
    assert run.engine.submitted(IndexFolders) == [IndexFolders((str(tmp_path),))]
    assert not run.config.watch
    assert not run.config.gentle
    assert not run.config.read_only
    assert "Analysing · 1 of 3" in run.err

    assert run("index", str(tmp_path)) == 0
    assert run.out == (
        "Found 10 photos: 10 new or changed, 0 unchanged.\nIt took 1.0 s, 10.0 photos a second on cpu (test).\n"
    )


def test_index_gently_tells_when_it_waits_for_mains_power(run, tmp_path):
    def prepare(engine: FakeEngine) -> None:
        def index(job: IndexFolders) -> Any:
            engine._on_event(Progress(engine.ids(IndexFolders)[0], Phase.ANALYSING, 3, 3, on_battery=True))
            return make_report(10)

        engine.answers[IndexFolders] = index

    run.prepare = prepare
    assert run("index", "--gentle", str(tmp_path)) == 0
    assert run.config.gentle
    assert "Waiting: on battery · 3 of 3" in run.err.splitlines()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_watch_indexes_goes_on_until_stopped_and_adds_up(run, tmp_path):
    def prepare(engine: FakeEngine) -> None:
        def index(job: IndexFolders) -> Any:
            later = [make_report(3), replace(make_report(0), removed=2, seconds=0.5), make_report(0)]
            engine.emit(*(JobDone(90 + i, LookAgain(), report) for i, report in enumerate(later)))
            engine.emit(JobFailed(99, LookAgain(), DiskFull("The disk is full.")))
            engine.do(lambda: os.kill(os.getpid(), signal.SIGINT))
            return make_report(10)

        engine.answers[IndexFolders] = index

    run.prepare = prepare
    code, document = run.json("watch", "--gentle", str(tmp_path))
    assert code == 0
    assert run.config.watch
    assert run.config.gentle
    assert (document["found"], document["indexed"], document["removed"]) == (10, 13, 2)
    assert (document["seconds"], document["images_per_second"]) == (3.5, pytest.approx(13 / 3.5, abs=0.001))
    told = run.err.splitlines()
    assert "resight: Watching for changes. Press Ctrl+C to end." in told
    assert [line[-len("3 new or changed"):] for line in told if "3 new" in line] == ["3 new or changed"]
    assert any(line.endswith("  2 gone") for line in told)
    assert told[-1] == "resight: The disk is full."


def test_photos_that_are_not_there_any_more_are_told_and_can_be_given_up(run):
    run.answer(IndexFolders, replace(make_report(0), missing=3000))
    assert run("index") == 0
    assert "3,000 photos that were there are not any more" in run.out
    assert "resight index --accept-missing" in run.out
    assert run("index", "--accept-missing") == 0
    assert run.engine.submitted(IndexFolders) == [IndexFolders((), accept_missing=True)]


def test_what_is_left_out_is_listed_and_changed(run):
    run.answer(GetExcludes, Excludes(("/photos/raw",), ("*_small.*",), 1200))
    assert run.json("exclude") == (
        0, {"folders": ["/photos/raw"], "patterns": ["*_small.*"], "min_side_px": 1200, "skip_hidden": True})
    assert run.config.read_only
    assert run("exclude", "*.tmp") == 0
    assert run.engine.submitted(SetExcludes) == [
        SetExcludes(Excludes(("/photos/raw",), ("*_small.*", "*.tmp"), 1200))]
    assert not run.config.read_only
    assert "fewer than 1,200 pixels" in run.out
    assert "resight index" in run.out
    assert run("exclude", "--include", "nothing") == 2


def test_index_without_a_folder_brings_the_library_up_to_date(run):
    assert run("index") == 0
    assert run.engine.submitted(IndexFolders) == [IndexFolders(())]


def test_index_makes_paths_absolute_and_keeps_undecodable_ones(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = os.fsdecode(b"\xff")
    os.mkdir(name)
    assert run("index", name) == 0
    assert run.engine.submitted(IndexFolders) == [IndexFolders((f"{tmp_path}/{name}",))]


@pytest.mark.parametrize(("failed", "options", "code"), [(2, (), 0), (2, ("--strict",), 1), (0, ("--strict",), 0)])
def test_strict_indexing_fails_if_photos_failed(run, tmp_path, failed, options, code):
    report = make_report(10)
    run.answer(IndexFolders, type(report)(10, 8, 0, 0, 0, failed, 1.0, 8.0, "cpu", "m"))
    assert run("index", str(tmp_path), *options) == code
    assert ("resight failures" in run.out) == bool(failed)


def test_search_answers_the_hits(run, picture):
    def reply(job: Search) -> SearchResult:
        return SearchResult(job.query, make_hits(2), 41_200, 96_000, 38.04, exact=False)

    run.prepare = lambda engine: engine.answers.update({Search: reply})
    code, document = run.json("search", picture, "--box", "0.1,0.2,0.5,0.75")
    assert code == 0
    assert document == {
        "query": {
            "path": picture, "box": [0.1, 0.2, 0.5, 0.75], "boxes": [[0.1, 0.2, 0.5, 0.75]], "not_boxes": [],
        },
        "searched": 41_200,
        "total": 96_000,
        "elapsed_ms": 38.0,
        "hits": [
            {"rank": 1, "photo_id": 1001, "path": "/photos/photo 001.jpg", "score": 1.0, "box": None,
             "boxes": [None], "online": True, "taken": None, "camera": "", "also": []},
            {"rank": 2, "photo_id": 1002, "path": "/photos/photo 002.jpg", "score": 0.99, "box": None,
             "boxes": [None], "online": True, "taken": None, "camera": "", "also": []},
        ],
    }
    assert run.config.read_only

    assert run("search", picture, "-k", "7", "--min-score", "0.25", "--exact") == 0
    assert run.engine.submitted(Search) == [Search(Query(path=picture), 7, 0.25, exact=True, closely=True)]
    assert run.out.splitlines() == [
        "1  1.000  /photos/photo 001.jpg",
        "2  0.990  /photos/photo 002.jpg",
        "Searched 41,200 of 96,000 in 38 ms.",
    ]


def test_a_hit_names_the_raw_file_beside_it(run, picture):
    hit = replace(make_hits(1)[0], also=("/photos/IMG\n1.CR2",))
    run.answer(Search, SearchResult(Query(path=picture), (hit,), 1, 1, 1.0, exact=False))
    assert run.json("search", picture)[1]["hits"][0]["also"] == ["/photos/IMG\n1.CR2"]
    assert run("search", picture) == 0
    assert run.out.splitlines()[0] == "1  1.000  /photos/photo 001.jpg  + IMG\\n1.CR2"


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (["--expand"], {"expand": True}),
        (["--dba"], {"augment": True}),
        (["--expand", "--dba"], {"expand": True, "augment": True}),
        (["--multi-scale"], {"multi_scale": True}),
    ],
)
def test_evaluate_takes_other_ways_to_describe_and_search(run, tmp_path, options, wanted):
    run.answer(Evaluate, {"model": "m", "sets": {}, "mean": {}})
    assert run("evaluate", str(tmp_path), *options) == 0
    assert run.engine.submitted(Evaluate) == [Evaluate((str(tmp_path),), closely=True, **wanted)]


def test_search_can_look_further(run, picture):
    assert run("search", picture, "--expand") == 0
    assert run.engine.submitted(Search) == [Search(Query(path=picture), expand=True, closely=True)]


def test_search_without_a_hit_ends_with_1(run, picture):
    result = SearchResult(Query(path=picture), (), 5, 5, 1.0, exact=False)
    run.answer(Search, result)
    assert run("search", picture) == 1
    assert run.out.startswith("Nothing found.\n")
    code, document = run.json("search", picture)
    assert (code, document["hits"]) == (1, [])


def test_a_box_in_pixels_is_measured_in_the_full_upright_picture(run, picture):
    assert run("search", picture, "--box-px", "320,240,1600,9999") == 0  # the fake's pictures are 3200 x 2400
    assert run.engine.submitted(LoadPicture)[0].path == picture
    assert run.engine.submitted(Search)[0].query.box == Box(0.1, 0.1, 0.5, 1.0)


def test_hits_are_looked_at_closely_unless_it_is_to_be_quick(run, picture):
    box = ("--box", "0.1,0.2,0.5,0.75")
    asked = []
    for options in ((), ("--quick",), box, (*box, "--quick")):
        assert run("search", picture, *options) == 0
        asked += run.engine.submitted(Search)
    assert [job.closely for job in asked] == [True, False, True, False]


@pytest.mark.parametrize("options", [(), ("--quick",)])
def test_indexing_keeps_codes_of_parts_unless_it_is_to_be_quick(run, tmp_path, options):
    assert run("index", str(tmp_path), *options) == 0
    assert run.config.quick is bool(options)


def test_a_search_for_several_parts_and_without_others(run, picture):
    lamp, rug, face = Box(0.4, 0.2, 0.7, 0.9), Box(0.1, 0.7, 0.9, 1.0), Box(0.0, 0.0, 0.2, 0.3)
    first, second = make_hits(2)
    hits = (replace(first, box=lamp, also_boxes=(rug,)), replace(second, box=lamp, also_boxes=(None,)))
    run.prepare = lambda engine: engine.answers.update(
        {Search: lambda job: SearchResult(job.query, hits, 9, 9, 1.0, exact=False)}
    )
    boxes = ("--box", "0.4,0.2,0.7,0.9", "--box", "0.1,0.7,0.9,1", "--not-box", "0,0,0.2,0.3")
    code, document = run.json("search", picture, *boxes, "--turned")
    assert code == 0
    (job,) = run.engine.submitted(Search)
    assert (job.query, job.also) == (Query(path=picture, box=lamp), (Query(path=picture, box=rug),))
    assert (job.without, job.turned) == ((Query(path=picture, box=face),), True)
    assert document["query"] == {
        "path": picture,
        "box": [0.4, 0.2, 0.7, 0.9],
        "boxes": [[0.4, 0.2, 0.7, 0.9], [0.1, 0.7, 0.9, 1.0]],
        "not_boxes": [[0.0, 0.0, 0.2, 0.3]],
    }
    assert [hit["boxes"] for hit in document["hits"]] == [
        [[0.4, 0.2, 0.7, 0.9], [0.1, 0.7, 0.9, 1.0]], [[0.4, 0.2, 0.7, 0.9], None]
    ]
    assert run("search", picture, *boxes) == 0
    assert run.out.splitlines()[:2] == [
        "1  1.000  /photos/photo 001.jpg  [0.40,0.20,0.70,0.90]  [0.10,0.70,0.90,1.00]",
        "2  0.990  /photos/photo 002.jpg  [0.40,0.20,0.70,0.90]  [-]",
    ]


def test_a_picture_without_one_of_its_parts(run, picture):
    assert run("search", picture, "--not-box", "0,0,0.2,0.3") == 0
    (job,) = run.engine.submitted(Search)
    assert (job.query, job.also) == (Query(path=picture), ())
    assert job.without == (Query(path=picture, box=Box(0.0, 0.0, 0.2, 0.3)),)


def test_several_boxes_in_pixels(run, picture):
    assert run("search", picture, "--box-px", "320,240,1600,9999", "--box-px", "0,0,320,240") == 0
    (job,) = run.engine.submitted(Search)
    assert [query.box for query in (job.query, *job.also)] == [Box(0.1, 0.1, 0.5, 1.0), Box(0.0, 0.0, 0.1, 0.1)]
    assert len(run.engine.submitted(LoadPicture)) == 1


def test_a_box_outside_the_picture_is_refused(run, picture):
    code, document = run.json("search", picture, "--box-px", "4000,0,5000,100")
    assert (code, document["error"]["path"]) == (2, picture)
    assert "3200 x 2400" in document["error"]["sentence"]
    assert run.engine.submitted(Search) == []


def test_status_counts(run):
    code, document = run.json("status")
    assert code == 0
    assert document == {
        "library": str(run.library),
        "photos": 12,
        "indexed": 10,
        "failed": 2,
        "offline": 0,
        "folders": [{"folder_id": 1, "path": "/photos", "photos": 12, "indexed": 10, "failed": 2, "online": True,
                     "watch": "", "offline": "", "drive": "", "missing": 0, "unconfirmed": 0}],
        "model": "test-model",
        "index_rows": 10,
        "device": "cpu (test)",
    }
    assert run.config.read_only
    assert run("status") == 0
    assert "Folder    /photos (10 of 12 photos, 2 could not be read)" in run.out


def test_failures_are_listed(run):
    path = os.fsdecode(b"/photos/\xff.jpg")
    run.prepare = lambda engine: setattr(engine, "failures", (Failure(3, path, "damaged", "It ends too early."),))
    code, document = run.json("failures")
    assert (code, document) == (0, [{"path": path, "kind": "damaged", "sentence": "It ends too early."}])
    assert run.config.read_only
    assert run("failures") == 0
    assert run.out == "/photos/\\xff.jpg\n    It ends too early.\n"


def test_failures_are_tried_again_all_or_those_named(run):
    def prepare(engine: FakeEngine) -> None:
        engine.failures = tuple(Failure(i, f"/photos/{i}.jpg", "damaged", "It ends too early.") for i in (3, 4))
        engine.answers[RetryFailures] = lambda job: replace(make_report(1), failed=len(job.photo_ids) - 1)

    run.prepare = prepare
    code, document = run.json("retry", "--strict")
    assert (code, document["indexed"], document["failed"]) == (1, 1, 1)
    assert run.engine.submitted(RetryFailures) == [RetryFailures((3, 4))]
    assert not run.config.read_only
    assert run("retry", "/photos/4.jpg", "--strict") == 0
    assert run.engine.submitted(RetryFailures) == [RetryFailures((4,))]
    assert run("retry", "/photos/5.jpg") == 2
    assert "/photos/5.jpg is not among the photos that could not be read" in run.err
    assert run.engine.submitted(RetryFailures) == []


def test_with_no_failures_there_is_nothing_to_try_again(run):
    assert run("retry", "--strict") == 0
    assert run.out == "Every photo could be read.\n"


def test_remove_takes_folders_that_are_gone_from_the_disk(run):
    code, document = run.json("remove", "/photos")
    assert (code, document["folders"]) == (0, [])
    assert run.engine.submitted(RemoveFolder) == [RemoveFolder("/photos")]
    assert not run.config.read_only


@pytest.mark.parametrize(
    ("report", "code", "words"),
    [
        (CheckReport(True, (), (), 12, 10, 10), 0, "The library is in order: 12 photos, 10 descriptors, 10 rows"),
        (CheckReport(False, ("One row is missing.",), (), 12, 10, 9), 3, "resight check --repair"),
    ],
)
def test_check_only_looks(run, report, code, words):
    run.answer(CheckLibrary, report)
    assert run("check") == code
    assert words in run.out
    assert run.config.read_only
    assert run.json("check") == (code, asdict(report) | {"problems": list(report.problems), "repaired": []})


@pytest.mark.parametrize(
    ("repaired", "left", "code", "words"),
    [
        (("Added it.",), (), 0, "The library is in order"),
        (("Added it.",), ("Unreadable.",), 3, "Not everything could be repaired"),
        ((), ("Unreadable.",), 3, "Not everything could be repaired"),
    ],
)
def test_check_and_repair_looks_again(run, repaired, left, code, words):
    def check(job: CheckLibrary) -> CheckReport:
        if job.repair:
            return CheckReport(False, ("Missing.", *left), repaired, 12, 10, 9)
        return CheckReport(not left, left, (), 12, 10, 10)

    run.prepare = lambda engine: engine.answers.update({CheckLibrary: check})
    assert run("check", "--repair") == code
    assert run.out.startswith("Missing.\n")
    assert words in run.out
    assert not run.config.read_only
    _, document = run.json("check", "--repair")
    assert document["clean"] == (code == 0)
    assert document["problems"] == ["Missing.", *left]
    assert document["repaired"] == list(repaired)


def test_evaluate_uses_a_library_of_its_own(run, tmp_path):
    figures = {"model": "m", "sets": {}, "mean": {}}
    run.answer(Evaluate, figures)
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    options = ("--distractors", str(two), "--together", "--box-queries", "0.1", "--per-instance")
    assert run.json("evaluate", str(one), *options) == (0, figures)
    assert run.engine.submitted(Evaluate) == [Evaluate((str(one),), (str(two),), True, 0.1, True, closely=True)]
    assert run.config.library != run.library
    assert not run.config.library.exists()


def test_evaluate_by_a_protocol(run, tmp_path):
    figures = {"model": "m", "protocol": "holidays", "photos": 1491, "unreadable": 2, "distractors": 1000,
               "difficulties": {"all": {"queries": 500, "mAP": 0.9512, "mP@1": 1.0, "mP@5": 0.5, "mP@10": None}}}
    run.answer(EvaluateProtocol, figures)
    assert run.json("evaluate", "--protocol", "holidays", str(tmp_path), "--expand") == (0, figures)
    assert run.engine.submitted(EvaluateProtocol) == [EvaluateProtocol("holidays", str(tmp_path), expand=True)]

    descriptors = tmp_path / "more.npy"
    descriptors.touch()
    assert run("evaluate", str(tmp_path), "--protocol=rparis6k", "--distractor-descriptors", str(descriptors)) == 0
    assert run.engine.submitted(EvaluateProtocol) == [EvaluateProtocol("rparis6k", str(tmp_path), str(descriptors))]
    assert run.out.splitlines() == [
        "Model m, holidays with 1,491 photos, 1,000 distractors, 2 that could not be read count as not found, "
        "figures in percent",
        "     queries    mAP    mP@1   mP@5  mP@10",
        "all      500  95.12  100.00  50.00      -",
    ]


TRAINED = {
    "model": "mine-01234567", "file": "/m/mine.safetensors", "photos": 1200,
    "held_out": {"things": {"before": 0.8712, "after": 0.9125}, "towns": {"before": 0.5, "after": 0.5}},
    "mean": {"before": 0.6856, "after": 0.70625}, "epochs": 6, "best_epoch": 4, "folder": "/m/mine.training",
}


def test_train_with_nothing_but_photos(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run.answer(Train, TRAINED)
    (tmp_path / "things").mkdir()
    assert run.json("train", "things", "--out", "mine.safetensors") == (0, TRAINED)
    start = places.shipped_models()["untrained-lite2"]
    wanted = Train((str(tmp_path / "things"),), tmp_path / "mine.safetensors", start)
    assert run.engine.submitted(Train) == [wanted]
    assert run.config.library != run.library
    assert not run.config.library.exists()


def test_train_with_everything(run, tmp_path):
    run.answer(Train, TRAINED)
    for name in ("list.csv", "s.safetensors"):
        (tmp_path / name).touch()
    for name in ("things", "others", "more", "root"):
        (tmp_path / name).mkdir()
    paths = "{0}/things {0}/list.csv --out {0}/m --unlabelled {0}/others {0}/more --root {0}/root"
    options = (
        f"--start {tmp_path}/s.safetensors --restart --backbone resnet50 --streams conv4,conv5 --pooling gem "
        "--per-channel --dim 256 --loss smooth-ap "
        "--epochs 0 --seed 7 --set network_rate=3e-5 --set views.scales=0.7,1"
    )
    assert run("train", *paths.format(tmp_path).split(), *options.split()) == 0
    assert run.engine.submitted(Train) == [
        Train(
            datasets=(f"{tmp_path}/things", f"{tmp_path}/list.csv"),
            out=tmp_path / "m",
            start=tmp_path / "s.safetensors",
            unlabelled=(f"{tmp_path}/others", f"{tmp_path}/more"),
            root=f"{tmp_path}/root",
            backbone="resnet50",
            streams=("conv4", "conv5"),
            pooling="gem",
            per_channel=True,
            dim=256,
            settings=(("loss", "smooth-ap"), ("epochs", "0"), ("seed", "7"), ("network_rate", "3e-5"),
                      ("views.scales", "0.7,1")),
            restart=True,
        )
    ]
    assert run.out.splitlines() == [
        "Model mine-01234567, trained on 1,200 photos: /m/mine.safetensors",
        "Epochs: 6; the best was 4. Its log: /m/mine.training",
        "mAP on photos held out, in percent",
        "        before  after",
        "things   87.12  91.25",
        "towns    50.00  50.00",
        "mean     68.56  70.62",
    ]
    assert "better keep that one" in training_words(TRAINED | {"mean": {"before": 0.7, "after": 0.69}})
    assert "mAP" not in training_words(TRAINED | {"held_out": {}, "mean": {"before": None, "after": None}})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("{0}/none --out {0}/m", "There is no folder or file"),
        ("{0} --out {0}/m --unlabelled {0}/none", "There is no folder"),
        ("{0} --out {0}/m --root {0}/none", "There is no folder"),
        ("{0} --out {0}/m --start {0}/none", "There is no model"),
    ],
)
def test_training_on_what_is_not_there_is_told(run, tmp_path, options, words):
    assert run("train", *options.format(tmp_path).split()) == 2
    assert words in run.err
    assert run.engine is None


@pytest.mark.parametrize("error", [DatasetError("Too few."), TrainingError("No number.")])
def test_a_training_that_cannot_go_on_ends_with_2(run, tmp_path, error):
    run.answer(Train, error)
    code, document = run.json("train", str(tmp_path), "--out", str(tmp_path / "m"))
    assert (code, document["error"]["kind"]) == (2, error.kind)


STUDIED = {
    "report": "/s/README.md", "seeds": [1, 2, 3],
    "cells": [
        {"pooling": pooling, "streams": "SSA", "trained": trained, "mAP": value, "low": 0.5, "high": 0.9,
         "recall@1": 0.9}
        for pooling, trained, value in (("gem", False, 0.7), ("gem", True, 0.72), ("weibull", False, 0.71),
                                        ("weibull", True, 0.7361))
    ],
    "claims": [{"sentence": "It helps.", "verdict": "holds", "difference": 0.0236,
                "words": "It helps. Holds: +2.36 [+1.00, +3.50] points of mAP."}],
}


def test_study_with_nothing_but_photos(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run.answer(Study, STUDIED)
    (tmp_path / "things").mkdir()
    assert run.json("study", "things", "--out", "mine") == (0, STUDIED)
    start = places.shipped_models()["untrained-lite2"]
    assert run.engine.submitted(Study) == [Study((str(tmp_path / "things"),), tmp_path / "mine", start)]
    assert run.config.library != run.library
    assert not run.config.library.exists()


def test_study_with_everything(run, tmp_path):
    run.answer(Study, STUDIED)
    for name in ("list.csv", "s.safetensors"):
        (tmp_path / name).touch()
    for name in ("one", "two", "far", "others", "root"):
        (tmp_path / name).mkdir()
    paths = (
        "{0}/list.csv --out {0}/s --test {0}/one {0}/two --distractors {0}/far --unlabelled {0}/others --root {0}/root "
        "--start {0}/s.safetensors"
    )
    options = (
        "--poolings gem,weibull --seeds 2 --backbone resnet50 --streams conv4,conv5 --dim 64 --restart "
        "--set epochs=0 --set network_rate=1e-5"
    )
    assert run("study", *paths.format(tmp_path).split(), *options.split()) == 0
    assert run.engine.submitted(Study) == [
        Study(
            datasets=(f"{tmp_path}/list.csv",),
            out=tmp_path / "s",
            start=tmp_path / "s.safetensors",
            tests=(f"{tmp_path}/one", f"{tmp_path}/two"),
            distractors=(f"{tmp_path}/far",),
            unlabelled=(f"{tmp_path}/others",),
            root=f"{tmp_path}/root",
            poolings=("gem", "weibull"),
            backbone="resnet50",
            streams=("conv4", "conv5"),
            dim=64,
            seeds=2,
            settings=(("epochs", "0"), ("network_rate", "1e-5")),
            restart=True,
        )
    ]
    assert run.out.splitlines() == [
        "mAP in percent, mean of the sets",
        "         SSA untrained  SSA trained",
        "gem              70.00        72.00",
        "weibull          71.00        73.61",
        "It helps. Holds: +2.36 [+1.00, +3.50] points of mAP.",
        "Report: /s/README.md",
    ]
    assert study_words(STUDIED | {"report": "/a\nb"}).endswith("Report: /a\\nb")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("{0}/none --out {0}/s", "There is no folder or file"),
        ("{0} --out {0}/s --test {0}/none", "There is no folder"),
        ("{0} --out {0}/s --distractors {0}/none", "There is no folder"),
        ("{0} --out {0}/s --start {0}/none", "There is no model"),
    ],
)
def test_a_study_of_what_is_not_there_is_told(run, tmp_path, options, words):
    assert run("study", *options.format(tmp_path).split()) == 2
    assert words in run.err
    assert run.engine is None


def test_a_study_that_cannot_be_made_ends_with_2(run, tmp_path):
    run.answer(Study, StudyError("Other photos."))
    code, document = run.json("study", str(tmp_path), "--out", str(tmp_path / "s"))
    assert (code, document["error"]["kind"]) == (2, "study")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--distractor-descriptors {file}", "needs --protocol"),
        ("{folder} --protocol holidays", "name one folder"),
        ("--protocol holidays --together", "do not go with it"),
        ("--protocol holidays --per-instance", "do not go with it"),
        ("--protocol holidays --box-queries 0.1", "do not go with it"),
        ("--protocol holidays --distractors {folder}", "do not go with it"),
        ("--protocol holidays --dba --distractor-descriptors {file}", "--dba does not go with"),
        ("--protocol holidays --distractor-descriptors {folder}/none.npy", "There is no file"),
        ("--protocol oxford105k", "invalid choice"),
    ],
)
def test_what_does_not_go_with_a_protocol_is_told(run, tmp_path, options, words):
    (tmp_path / "more.npy").touch()
    options = options.format(file=tmp_path / "more.npy", folder=tmp_path)
    assert run("evaluate", str(tmp_path), *options.split()) == 2
    assert words in run.err


def test_a_ground_truth_that_cannot_be_used_ends_with_2(run, tmp_path):
    run.answer(EvaluateProtocol, GroundTruthError("gnd_roxford5k.json is missing.", tmp_path))
    code, document = run.json("evaluate", "--protocol", "roxford5k", str(tmp_path))
    assert (code, document["error"]["kind"]) == (2, "ground-truth")


def test_evaluation_figures_are_aligned_percents():
    values = {"photos": 1234, "instances": 20, "queries": 81, "mAP": 0.9821, "recall@1": 1.0, "recall@10": None}
    figures = {
        "model": "m",
        "sets": {"objects": values | {"per_instance": {"lamp": {"queries": 4, "mAP": 0.5}}}, "b": values},
        "mean": {"mAP": 0.9821},
    }
    assert evaluation_words(figures).splitlines() == [
        "Model m, figures in percent",
        "         photos  instances  queries    mAP  recall@1  recall@10  box centre",
        "objects   1,234         20       81  98.21    100.00          -           -",
        "  lamp                            4  50.00         -          -           -",
        "b         1,234         20       81  98.21    100.00          -           -",
        "mean                                 98.21         -          -           -",
    ]


def test_open_hands_over_to_the_window(run, picture, monkeypatch):
    opened = []
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr("app.window.open_window", lambda arguments: opened.append(arguments) or 0)
    assert run("open", picture, "--device", "cpu") == 0
    assert run() == 0
    cache = places.cache_folder()
    assert opened == [
        places.WindowArguments(run.library, picture, run.model, cache, "cpu", names_library=True),
        places.WindowArguments(run.library, None, run.model, cache, "auto", names_library=True),
    ]
    assert run.engine is None


def test_open_says_what_is_missing(run, picture, monkeypatch):
    assert run("open", picture + ".gone") == 2
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setitem(sys.modules, "app.window", None)  # importing it fails
    code, document = run.json("open", picture)
    assert (code, document["error"]["kind"]) == (2, "window")
    assert "something Qt needs is missing" in document["error"]["sentence"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_open_without_a_screen(run, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert run("open") == 2
    assert run.err.startswith("resight: There is no screen")


# ---- what goes wrong ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["status", "failures", "check", "check --repair", "index", "remove /photos"])
def test_a_library_that_is_not_there_yet(run, command):
    (run.library / "catalogue.sqlite").unlink()
    code, document = run.json(*command.split())
    assert (code, document["error"]["kind"], document["error"]["path"]) == (3, "library", str(run.library))
    assert "resight index FOLDER" in document["error"]["sentence"]
    assert run.engine is None


@pytest.mark.parametrize(
    "command", ["search {}/no.jpg", "search {}", "index {}/no", "index {}/lamp.jpg", "evaluate {}/no"]
)
def test_files_that_are_not_there(run, picture, command):
    folder = os.path.dirname(picture)
    assert run(*command.format(folder).split()) == 2
    assert run.out == ""
    assert run.err.count("\n") == 1
    assert run.engine is None


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (LibraryInUse("It is in use."), 3),
        (DiskFull("The disk is full."), 3),
        (ModelError("It is no model."), 3),
        (DeviceError("There is no GPU."), 2),
        (FolderError("Not in the library."), 2),
        (DamagedPhoto("It ends too early.", "/photos/a.jpg"), 2),
    ],
)
def test_errors_of_the_engine_become_exit_codes(run, picture, error, code):
    run.answer(Search, error)
    assert run("search", picture) == code
    assert (run.out, run.err) == ("", f"resight: {error.sentence}\n")
    assert run.json("search", picture) == (
        code,
        {"error": {"kind": error.kind, "sentence": error.sentence, "path": error.path}},
    )


def test_an_engine_that_cannot_start(run):
    run.prepare = lambda engine: setattr(engine, "start_error", LibraryInUse("It is in use."))
    assert run("index") == 3
    assert (run.out, run.err) == ("", "resight: It is in use.\n")


def test_a_fault_of_ours_is_told_without_a_traceback(run, picture):
    run.answer(Search, "not a result")
    code, document = run.json("search", picture)
    assert (code, document["error"]["kind"]) == (3, "internal")
    assert "Traceback" not in run.err


def test_an_unknown_model(run):
    code, document = run.json("status", "--model", "no-such")
    assert (code, document["error"]["path"]) == (2, "no-such")


# ---- as a program ---------------------------------------------------------------------------------------------


def python(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, check=True, capture_output=True, text=True, timeout=60
    ).stdout


def test_importing_the_command_line_is_light():
    heavy = ("torch", "numpy", "PIL", "PySide6", "hnswlib", "openvino", "sqlite3", "pebble", "tqdm")
    assert python(f"import sys, app.cli, app.__main__\nprint([m for m in {heavy} if m in sys.modules])") == "[]\n"


def test_a_reader_that_goes_away_is_no_fault():
    command = f'"{sys.executable}" -m app --help; echo "code $?" >&2'
    done = subprocess.run(
        ["/bin/sh", "-c", f"({command}) | true"], cwd=PROJECT, capture_output=True, text=True, timeout=60
    )
    assert done.stderr in ("code 141\n", "code 0\n")  # 0 if the pipe took it all before the reader went


def test_the_second_ctrl_c_ends_the_program_at_once():
    code = """
import os, signal, sys
sys.path.insert(0, ".")
from app.console import StopRequests
with StopRequests().listening() as stop:
    os.kill(os.getpid(), signal.SIGINT)
    print(stop.signal_number, flush=True)
    os.kill(os.getpid(), signal.SIGINT)
print("still here")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, "2\n", "")
