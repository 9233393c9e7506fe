"""Fault 20: clocks that are wrong, and times of files that make no sense. Nothing is indexed without end."""

from __future__ import annotations

import os
import time

import pytest

from tests.helpers.indexer import Indexer, hash_of, paint

TEN_YEARS_S = 10 * 365 * 86_400
TIMES_S = {"zero": 0, "before 1970": -86_400, "last second of 2037": 2**31 - 1, "after 2038": 2**31, "in the future":
           4_000_000_000, "one nanosecond": 0.000_000_001}  # fmt: skip


def test_times_of_files_may_be_anything(index: Indexer) -> None:
    for number, (name, seconds) in enumerate(TIMES_S.items()):
        path = paint(index.photos / f"{name}.jpg", number)
        os.utime(path, ns=(round(seconds * 1e9), round(seconds * 1e9)))
    report = index(settle_s=0.1)
    assert (report.found, report.indexed) == (len(TIMES_S), len(TIMES_S))
    report = index(settle_s=0.1)
    assert (report.unchanged, report.indexed, report.moved) == (len(TIMES_S), 0, 0)
    path = index.photos / "zero.jpg"
    paint(path, 77)
    os.utime(path, ns=(1, 1))
    assert index(settle_s=0.1).indexed == 1
    assert index.known()["zero.jpg"] == hash_of(path)


@pytest.mark.parametrize("jump_s", [-TEN_YEARS_S, TEN_YEARS_S])
def test_the_clock_jumps(index: Indexer, jump_s: int, monkeypatch: pytest.MonkeyPatch) -> None:
    paint(index.photos / "old.jpg", 1)
    assert index(settle_s=0.1).indexed == 1
    now, now_ns = time.time, time.time_ns
    monkeypatch.setattr(time, "time", lambda: now() + jump_s)
    monkeypatch.setattr(time, "time_ns", lambda: now_ns() + jump_s * 10**9)
    report = index(settle_s=0.1)
    assert (report.unchanged, report.indexed) == (1, 0)
    paint(index.photos / "new.jpg", 2)
    started = time.monotonic()
    assert index(settle_s=0.1).indexed == 1
    assert time.monotonic() - started < 30
    (index.photos / "old.jpg").unlink()
    assert index(settle_s=0.1).removed == 1
