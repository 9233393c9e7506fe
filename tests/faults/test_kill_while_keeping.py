"""Kill -9 in a system call while a backup is made or restored, or a library moved: all is as before or as after."""

from __future__ import annotations

import pytest

from tests.faults.conftest import Sweep

CALLS = [
    ("pwrite64", (1, 2, 5, 13, 21, 31, 38, 60)),
    ("fdatasync", range(1, 20)),
    ("fsync", range(1, 20)),
    ("rename", (1, 2)),
    ("unlink", range(1, 20)),
]


@pytest.mark.parametrize(("call", "numbers"), CALLS)
def test_a_backup_is_whole_or_not_there(sweep: Sweep, call: str, numbers: tuple[int, ...]) -> None:
    assert sweep("snapshot", call, numbers) >= 1


@pytest.mark.parametrize(("call", "numbers"), [*CALLS, ("link", (1, 2))])
def test_a_library_is_restored_or_as_it_was_and_that_is_kept(
    sweep: Sweep, call: str, numbers: tuple[int, ...]
) -> None:
    assert sweep("restore", call, numbers) >= 1


@pytest.mark.parametrize(("call", "numbers"), [*CALLS, ("write", range(1, 6)), ("mkdir", range(1, 9))])
def test_the_old_library_works_whenever_a_move_is_killed(sweep: Sweep, call: str, numbers: tuple[int, ...]) -> None:
    assert sweep("move", call, numbers) >= 1
