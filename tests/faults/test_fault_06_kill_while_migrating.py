"""Fault 6: kill -9 in the middle of a system call while a catalogue gets a new schema; never between two versions."""

from __future__ import annotations

import pytest

from tests.faults.conftest import Sweep


@pytest.mark.parametrize(
    ("call", "numbers"),
    [
        ("pwrite64", (1, 2, 3, 5, 8, 13, 21, 34, 38, 42, 60)),
        ("fdatasync", range(1, 20)),
        ("fsync", range(1, 20)),
        ("rename", (1, 2)),
        ("ftruncate", (1, 2, 3)),
    ],
)
def test_the_schema_is_the_old_or_the_new_one_and_a_copy_was_made(
    sweep: Sweep, call: str, numbers: tuple[int, ...]
) -> None:
    assert sweep("migrate", call, numbers) >= 1
