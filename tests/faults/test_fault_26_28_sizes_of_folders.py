"""Faults 26 and 28: folders with very many files in them, and paths that are longer than the system takes."""

from __future__ import annotations

import os
import time
from pathlib import Path

import psutil
import pytest

from engine.scan import ScanProblem, scan_folder
from tests.helpers.indexer import Indexer, paint

N_FILES = 200_000


def test_fault_26_two_hundred_thousand_files_in_one_folder_take_no_memory(tmp_path: Path) -> None:
    for number in range(N_FILES):
        os.close(os.open(tmp_path / f"{number}.jpg", os.O_CREAT))
    process = psutil.Process()
    before, started = process.memory_info().rss, time.monotonic()
    walk = scan_folder(str(tmp_path))
    next(walk)
    assert time.monotonic() - started < 5
    n_found = sum(map(len, walk))
    assert N_FILES - 256 <= n_found <= N_FILES
    assert process.memory_info().rss - before < 50 << 20
    walk = scan_folder(str(tmp_path))
    next(walk)
    started = time.monotonic()
    walk.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < 1


@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")
@pytest.mark.expects_warnings
def test_fault_28_what_lies_too_deep_is_told_and_the_rest_found(index: Indexer) -> None:
    paint(index.photos / "a.jpg", 1)
    paint(index.photos / "z.jpg", 2)
    handle = os.open(index.photos, os.O_RDONLY)
    for _ in range(20):  # 20 x 250 characters are more than the 4096 of a path
        os.mkdir("d" * 250, dir_fd=handle)
        deeper = os.open("d" * 250, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = deeper
    os.close(handle)
    report = index()
    assert (report.found, report.indexed) == (2, 2)
    problems: list[ScanProblem] = []
    assert sum(map(len, scan_folder(str(index.photos), problems=problems))) == 2
    (problem,) = problems
    assert "could not be read" in problem.sentence
    assert index().unchanged == 2
