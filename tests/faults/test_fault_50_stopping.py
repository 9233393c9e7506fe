"""Fault 50: told to end, or put to sleep and woken, at any moment of any work. How indexing ends is in `end2end`."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from tests.helpers.indexer import paint
from tests.helpers.program import Program

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

N_PHOTOS = 60
STOPS_S = 10.0  # two seconds on a machine that does nothing else


@pytest.fixture
def program(home: Path, tmp_path: Path) -> Program:
    for number in range(N_PHOTOS):
        paint(tmp_path / "photos" / f"{number}.jpg", number)
    return Program(tmp_path / "library", home)


@pytest.mark.parametrize("after_s", [0.2, 1.0, 2.0, 3.5, 5.0])
def test_asked_to_end_it_ends_and_the_next_run_goes_on(program: Program, tmp_path: Path, after_s: float) -> None:
    process = program.start("index", tmp_path / "photos")
    time.sleep(after_s)
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGTERM)
    started = time.monotonic()
    _, err = process.communicate(timeout=120)
    assert process.returncode in (-signal.SIGTERM, 128 + signal.SIGTERM, 0), err  # before it listens, or when done
    assert time.monotonic() - started < STOPS_S
    assert "Traceback" not in err
    assert psutil.wait_procs(children, 20)[1] == []
    report = program.json("index", tmp_path / "photos")
    assert report["indexed"] + report["unchanged"] == N_PHOTOS
    assert program.json("check")["clean"]


def test_put_to_sleep_and_woken_it_goes_on(program: Program, tmp_path: Path) -> None:
    process = program.start("index", tmp_path / "photos", "--json")
    for _ in range(6):
        time.sleep(0.8)
        if process.poll() is not None:
            break
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        for one in family:
            one.suspend()
        time.sleep(1.0)
        for one in reversed(family):
            one.resume()
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    assert f'"indexed": {N_PHOTOS}' in out
    assert program.json("failures") == []
