"""What the user reads."""

from __future__ import annotations

import math
import os

import pytest

from app import texts
from engine import errors
from engine.messages import Phase, Progress
from engine.types import FolderState, IndexReport, Query
from tests.helpers.fake_engine import make_result, make_status


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("beach.jpg", "beach.jpg"),
        ("日本 – ünïcode 🏖️.jpg", "日本 – ünïcode 🏖️.jpg"),
        ("two\nlines\t.jpg", "two\ufffdlines\ufffd.jpg"),
        ("bad\udcff.jpg", "bad\ufffd.jpg"),
        ("photo\u202egpj.exe", "photo\ufffdgpj.exe"),
        ("a\u2066b\u2069c\u200fd", "a\ufffdb\ufffdc\ufffdd"),
        ("line\u2028break", "line\ufffdbreak"),
    ],
)
def test_printable_shows_what_is_visible_and_nothing_else(name: str, shown: str) -> None:
    assert texts.printable(name) == shown
    shown.encode()  # can be shown: no lone surrogates are left


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "estimating time left"),
        (math.inf, "estimating time left"),
        (3, "a few seconds left"),
        (38, "about 40 s left"),
        (56, "about 1 min left"),
        (150, "about 2 min left"),
        (59 * 60, "about 59 min left"),
        (3600, "about 1 h left"),
        (80 * 60, "about 1 h 20 min left"),
        (119.6 * 60, "about 2 h left"),
    ],
)
def test_time_left_is_no_more_exact_than_it_can_be(seconds: float | None, words: str) -> None:
    assert texts.time_left(seconds) == words


def test_the_line_about_a_search() -> None:
    result = make_result(Query(path="/a"), n_hits=1, searched=41_200, total=96_000)
    assert texts.searched_line(result) == "Searched 41,200 of 96,000 in 12 ms"
    assert texts.duration(1234) == "1.2 s"


def test_counts_follow_the_number_format_in_force() -> None:
    texts.use_number_format(lambda n: f"{n:,}".replace(",", "."))
    assert texts.photos(41_200) == "41.200 photos"
    assert texts.photos(1) == "1 photo"


def test_progress_tells_what_is_known() -> None:
    known = Progress(1, Phase.ANALYSING, 1240, 3000, 14.2, 124.0)
    assert texts.progress_line(known) == "Analysing · 1,240 of 3,000 · 14 photos/s · about 2 min left"
    assert texts.progress_line(Progress(1, Phase.FINDING, 800)) == "Finding photos · 800 photos"
    assert texts.progress_line(Progress(1, Phase.PREPARING)) == "Preparing"
    assert texts.progress_line(Progress(1, Phase.PREPARING, 64, 640, 21.3, 27.0)) == (
        "Preparing · 64 of 640 · 21 photos/s · about 30 s left"
    )
    figures = (("epoch", 2.0), ("loss", 0.12345), ("mAP", 0.61234))
    assert texts.progress_line(Progress(1, Phase.TRAINING, 25, 60, eta_s=600.0, figures=figures)) == (
        "Training · 25 of 60 · epoch 2 · loss 0.123 · mAP 61.2 % · about 10 min left"
    )
    assert texts.progress_line(Progress(1, Phase.ANALYSING, 3, 9, 0.7)) == (
        "Analysing · 3 of 9 · 0.7 photos/s · estimating time left"
    )
    assert texts.progress_line(Progress(1, Phase.TRAINING, 9, 9)) == (
        "Training · 9 of 9 · a few seconds left"
    )
    assert texts.progress_line(Progress(1, Phase.ANALYSING, 3, 9, 2.0, 9.0, paused=True)) == "Paused · 3 of 9"
    held = Progress(1, Phase.ANALYSING, 3, 9, 2.0, 9.0, on_battery=True)
    assert texts.progress_line(held) == "Waiting: on battery · 3 of 9"
    in_use = Progress(1, Phase.ANALYSING, 3, 9, 2.0, 9.0, in_use=True)
    assert texts.progress_line(in_use) == "Waiting until you take a break · 3 of 9"


def test_every_phase_has_words() -> None:
    words = {texts.phase(Progress(1, phase)) for phase in Phase}
    assert len(words) == len(Phase)
    assert all(word and word != phase.value for word, phase in zip(words, Phase, strict=True))


def test_a_folder_tells_its_state() -> None:
    assert texts.folder_line(FolderState(1, "/a", 3000, 3000, 0, True)) == "3,000 photos"
    assert texts.folder_line(FolderState(1, "/a", 3000, 1240, 2, True)) == "1,240 of 3,000 photos · 2 problems"
    assert texts.folder_line(FolderState(1, "/a", 5, 5, 0, False)) == "not connected · 5 photos"
    silent = FolderState(1, "/a", 5, 5, 0, False, offline="not-answering", missing=2)
    assert texts.folder_line(silent) == "does not answer · 5 photos · 2 not found"


def test_the_line_about_the_library() -> None:
    assert texts.library_line(make_status()) == ""
    assert texts.library_line(make_status((FolderState(1, "/a", 10, 4, 0, True),))) == "4 of 10 photos indexed"
    assert texts.library_line(make_status((FolderState(1, "/a", 10, 10, 0, True),))) == "10 photos indexed"


def test_an_indexing_run_that_changed_nothing_says_nothing() -> None:
    assert texts.indexed_line(IndexReport(10, 0, 10, 0, 0, 0, 1.0, 0.0, "cpu", "m")) == ""
    line = texts.indexed_line(IndexReport(10, 1, 3, 2, 4, 1, 1.0, 1.0, "cpu", "m"))
    assert line == "1 photo indexed · 2 moved · 4 gone · 1 problem"


@pytest.mark.parametrize(
    "error",
    [
        errors.LibraryInUse("Another Resight has it open."),
        errors.LibraryTooNew("Update Resight."),
        errors.LibraryDamaged("Run resight check."),
        errors.DiskFull("Make room."),
        errors.ModelError("Install again."),
    ],
)
def test_each_way_to_stop_has_a_title_of_its_own(error: errors.EngineError) -> None:
    stop = texts.stop_text(error)
    assert stop.title not in (texts.stop_text(errors.EngineError("x")).title, "")
    assert stop.sentence == error.sentence


@pytest.mark.parametrize(
    ("folder", "place", "words"),
    [
        ("/home/me/Pictures", "/home/me/Pictures/2019/Trip", "in Pictures/2019/Trip"),
        ("/home/me/Pictures", "/home/me/Pictures", "in Pictures"),
        ("/", "/2019", "in 2019"),
        ("/a", "/a/line\nfeed", "in a/line\ufffdfeed"),
        (None, "/a", ""),
        ("/a", "", ""),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")
def test_the_place_in_work_begins_at_the_folder_that_was_added(folder: str | None, place: str, words: str) -> None:
    assert texts.progress_place(Progress(1, Phase.ANALYSING, folder=folder, place=place)) == words
