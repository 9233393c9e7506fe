from __future__ import annotations

import io
import json
import os
import re
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from app.console import Console, EngineSession, StoppedByUser, escaped
from engine.api import EngineConfig
from engine.errors import EngineClosed, LibraryInUse, PhotoTooLarge
from engine.messages import EngineStopped, GetStatus, IndexFolders, LoadPicture, Notice, Phase, Progress
from tests.helpers.fake_engine import FakeEngine, make_status

CONFIG = EngineConfig(library=Path("/library"), model=Path("/model"), cache=Path("/cache"))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def make_console(as_json: bool = False, err: io.StringIO | None = None) -> tuple[Console, io.StringIO, io.StringIO]:
    out, err = io.StringIO(), err or io.StringIO()
    return Console(as_json, out, err), out, err


class EngineMaker:
    """Makes one fake engine, prepared by `prepare`, and keeps it for the test."""

    def __init__(self, prepare: Any = None, kind: type[FakeEngine] = FakeEngine) -> None:
        self._prepare = prepare
        self._kind = kind
        self.engine: Any = None

    def __call__(self, _config: EngineConfig, on_event: Any) -> Any:
        self.engine = self._kind(on_event)
        if self._prepare is not None:
            self._prepare(self.engine)
        return self.engine


@pytest.fixture(autouse=True)
def no_thread_left():
    yield
    assert [thread.name for thread in threading.enumerate() if thread.name == "fake-engine"] == []


# ---- words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/photos/東京 　ñ 👩‍👩‍👧.jpg", "/photos/東京 　ñ 👩‍👩‍👧.jpg"),
        ("/photos/" + os.fsdecode(b"\xff\xfe") + "é.jpg", "/photos/\\xff\\xfeé.jpg"),
        ("/photos/a\nb\x1b[31m\t.jpg", "/photos/a\\nb\\x1b[31m\\t.jpg"),
        ("/photos/\ud800.jpg", "/photos/\\ud800.jpg"),
        ("/photos/\u202egpj.exe", "/photos/\\u202egpj.exe"),
    ],
)
def test_file_names_are_shown_without_touching_the_terminal(text, shown):
    assert escaped(text) == shown


# ---- the streams ----------------------------------------------------------------------------------------------


def test_json_answer_is_one_document_that_keeps_undecodable_names():
    console, out, err = make_console(as_json=True)
    path = os.fsdecode(b"/photos/\xff.jpg")
    console.answer({"path": path}, "for people")
    assert out.getvalue().isascii()
    assert os.fsencode(json.loads(out.getvalue())["path"]) == b"/photos/\xff.jpg"
    assert err.getvalue() == ""


def test_an_answer_that_is_no_json_is_refused_before_anything_is_written():
    console, out, _ = make_console(as_json=True)
    with pytest.raises(ValueError, match="JSON"):
        console.answer({"mAP": float("nan")}, "")
    assert out.getvalue() == ""


def test_text_that_the_stream_cannot_encode_is_escaped():
    raw = io.BytesIO()
    console = Console(False, io.TextIOWrapper(raw, encoding="ascii"), io.StringIO())
    console.answer(None, "東京")
    assert raw.getvalue() == b"\\u6771\\u4eac\n"


def test_failures_are_told_on_stderr_and_in_json_on_stdout_too():
    console, out, err = make_console(as_json=True)
    console.fail("library", "It is\nlocked.", "/library")
    assert err.getvalue() == "resight: It is\\nlocked.\n"
    document = json.loads(out.getvalue())
    assert document == {"error": {"kind": "library", "sentence": "It is\nlocked.", "path": "/library"}}

    console, out, err = make_console()
    console.fail("library", "It is locked.")
    assert (out.getvalue(), err.getvalue()) == ("", "resight: It is locked.\n")


def test_progress_without_a_terminal_is_at_most_one_line_in_two_seconds(monkeypatch):
    clock = {"now": 100.0}
    monkeypatch.setattr("app.console.time.monotonic", lambda: clock["now"])
    console, out, err = make_console()
    for step in range(50):
        clock["now"] = 100.0 + step * 0.1
        console.progress(Progress(1, Phase.ANALYSING, step, 50))
    assert err.getvalue().splitlines() == [f"Analysing · {step} of 50 · estimating time left" for step in (0, 20, 40)]
    assert out.getvalue() == ""


def test_progress_without_a_terminal_names_every_step_once_however_quick(monkeypatch):
    console, _, err = make_console()
    monkeypatch.setattr("app.console.time.monotonic", lambda: 10.0)
    for phase in (Phase.FINDING, Phase.ANALYSING, Phase.FINDING, Phase.SAVING, Phase.ANALYSING):
        console.progress(Progress(1, phase, 1, 50))
    assert [line.split(" · ")[0] for line in err.getvalue().splitlines()] == ["Finding photos", "Analysing", "Saving"]


def test_progress_on_a_terminal_is_one_bar_that_goes_away():
    threads = threading.active_count()
    console, out, err = make_console(err=Terminal())
    console.progress(Progress(1, Phase.FINDING, 5))
    console.progress(Progress(1, Phase.ANALYSING, 0, 50))
    console.progress(Progress(1, Phase.ANALYSING, 25, 50, 9.5, 3.0, failed=2))
    assert "\n" not in err.getvalue()
    drawn = [line.rstrip() for line in err.getvalue().split("\r") if line.strip()]
    assert drawn[0] == "Finding photos 5 photos"
    assert re.fullmatch(r"Analysing +0 of 50 · estimating time left", drawn[1])
    words = "25 of 50 · 9.5 photos/s · a few seconds left · 2 could not be read"
    assert re.fullmatch(f"Analysing [█#]{{15}} +{words}", drawn[2])
    assert len(drawn) == 3
    console.note("A sentence.")
    assert re.search(r"\r +\rresight: A sentence.\n$", err.getvalue())  # the bar was wiped out first
    assert out.getvalue() == ""
    assert threading.active_count() == threads


FIGURES = (("epoch", 1.0), ("loss", 0.5), ("mAP", 0.75))


def test_a_training_is_told_with_its_figures_every_half_minute(monkeypatch):
    clock = {"now": 100.0}
    monkeypatch.setattr("app.console.time.monotonic", lambda: clock["now"])
    console, _, err = make_console()
    for step in range(50):
        clock["now"] = 100.0 + step
        console.progress(Progress(1, Phase.TRAINING, step, 50, eta_s=300.0, figures=FIGURES))
    assert err.getvalue().splitlines() == [
        f"Training · {step} of 50 · epoch 1 · loss 0.500 · mAP 75.0 % · about 5 min left" for step in (0, 30)
    ]


def test_a_training_has_a_bar_on_a_terminal():
    console, _, err = make_console(err=Terminal())
    console.progress(Progress(1, Phase.TRAINING, 25, 50, eta_s=300.0, figures=FIGURES))
    console.end_progress()
    assert re.search(r"Training [█#]{15} +25 of 50 · epoch 1 · loss 0.500 · mAP 75.0 % · about 5 min left",
                     err.getvalue())


# ---- the engine -----------------------------------------------------------------------------------------------


def test_a_job_is_run_and_the_engine_closed():
    make_engine = EngineMaker()
    console, _, err = make_console()
    with EngineSession(CONFIG, console, make_engine) as session:
        assert session.run(GetStatus()) == make_status()
        assert session.run(IndexFolders(("/photos",))).found == 10
    assert make_engine.engine.calls == ["start", "close"]
    assert err.getvalue() == "Analysing · 1 of 3 · 10 photos/s · a few seconds left\n"


def test_notices_are_told_before_and_during_work():
    def prepare(engine: FakeEngine) -> None:
        engine.emit(Notice("gpu", "The GPU cannot be used."))

    console, _, err = make_console()
    with EngineSession(CONFIG, console, EngineMaker(prepare)) as session:
        session.run(GetStatus())
    assert err.getvalue() == "resight: The GPU cannot be used.\n"


def test_an_engine_that_cannot_start_raises_its_error_and_is_closed():
    def prepare(engine: FakeEngine) -> None:
        engine.start_error = LibraryInUse("Another Resight is working in this library.")

    make_engine = EngineMaker(prepare)
    console, _, _ = make_console()
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(LibraryInUse), EngineSession(CONFIG, console, make_engine):
        pytest.fail("the engine was said to be ready")
    assert signal.getsignal(signal.SIGINT) is before


def test_a_failed_job_raises_its_error():
    def too_large(_job: Any) -> Any:
        raise PhotoTooLarge("It is too large.", "/photos/a.jpg")

    console, _, _ = make_console()
    with (
        pytest.raises(PhotoTooLarge),
        EngineSession(
            CONFIG, console, EngineMaker(lambda engine: engine.answers.update({LoadPicture: too_large}))
        ) as session,
    ):
        session.run(LoadPicture("/photos/a.jpg"))


@pytest.mark.parametrize("error", [None, LibraryInUse("Gone.")])
def test_an_engine_that_stops_in_the_middle_ends_the_wait(error):
    def prepare(engine: FakeEngine) -> None:
        engine.held.add(GetStatus)
        engine.emit(EngineStopped(error))

    console, _, _ = make_console()
    with (
        pytest.raises(LibraryInUse if error else EngineClosed),
        EngineSession(CONFIG, console, EngineMaker(prepare)) as session,
    ):
        session.run(GetStatus())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_cancels_the_job_in_order(number):
    before = signal.getsignal(number)

    class InterruptedEngine(FakeEngine):
        def submit(self, job: Any) -> int:
            os.kill(os.getpid(), number)
            self.held.add(IndexFolders)
            return super().submit(job)

    make_engine = EngineMaker(kind=InterruptedEngine)
    console, _, err = make_console()
    with (
        pytest.raises(StoppedByUser, match="What was done is kept") as stopped,
        EngineSession(CONFIG, console, make_engine) as session,
    ):
        session.run(IndexFolders(("/photos",)))
    assert stopped.value.signal_number == number
    assert make_engine.engine.cancelled == make_engine.engine.ids(IndexFolders)
    assert make_engine.engine.calls == ["start", "close"]
    assert "Stopping after the current step" in err.getvalue()
    assert signal.getsignal(number) is before


def test_a_job_that_ends_although_it_was_cancelled_is_done():
    make_engine = EngineMaker(lambda engine: engine.held.add(IndexFolders))
    console, _, _ = make_console()
    with EngineSession(CONFIG, console, make_engine) as session:
        engine = make_engine.engine
        engine.cancel = engine.release  # it was in its last step
        os.kill(os.getpid(), signal.SIGINT)
        assert session.run(IndexFolders(("/photos",))).indexed == 10
