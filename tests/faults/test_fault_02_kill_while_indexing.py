"""Fault 2: kill -9 in the middle of a system call while photos are indexed; nothing committed is done again."""

from __future__ import annotations

import pytest

from tests.faults.conftest import Sweep


@pytest.mark.parametrize(
    ("call", "numbers"),
    [
        ("pwrite64", (1, 50, 100, 150, 200)),
        ("fdatasync", (1, 3, 6, 9, 12)),
        ("rename", (1, 2, 3, 8)),
        ("fsync", (1, 3, 5)),
    ],
)
def test_the_next_run_completes_the_library(sweep: Sweep, call: str, numbers: tuple[int, ...]) -> None:
    assert sweep("index", call, numbers) >= 2
