"""docs/reliability.md: every fault of the list has its row, and every test it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
LIST = TESTS.parent / "docs" / "reliability.md"
N_FAULTS = 53


def rows() -> list[list[str]]:
    """The cells of each row of the table: number, fault, what is done, test, result."""
    lines = [line for line in LIST.read_text(encoding="utf-8").splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_fault_is_listed_with_a_test_and_a_result() -> None:
    numbers = {int(number) for row in rows() for number in row[0].split(",")}
    assert numbers == set(range(1, N_FAULTS + 1))
    assert all(len(row) == 5 and all(row) for row in rows())


@pytest.mark.parametrize("named", sorted({name for row in rows() for name in re.findall(r"`([a-z0-9_/]+)`", row[3])}))
def test_what_is_named_is_there(named: str) -> None:
    assert list(TESTS.glob(f"{named}*.py")), named
