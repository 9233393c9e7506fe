"""kill -9 while a model is tuned, taken in, removed or comes into use: what was in use and the labels stay."""

from __future__ import annotations

import pytest

from tests.faults.conftest import Sweep


@pytest.mark.parametrize(
    ("job", "call", "numbers"),
    [
        ("tune", "rename", (1, 2)),
        ("tune", "fsync", (1, 2, 3)),
        ("tune", "pwrite64", (1, 4, 8)),
        ("tune", "mkdir", (1, 2)),
        ("use", "pwrite64", (1, 40, 120, 200)),
        ("use", "rename", (1, 2)),
        ("use", "fdatasync", (1, 3, 5, 7)),
        ("remove", "pwrite64", (1, 4, 12, 30)),
        ("remove", "unlink", (1, 2)),
        ("remove", "fdatasync", (1, 2, 3)),
        ("redescribe", "pwrite64", (1, 15, 60, 140)),
        ("redescribe", "fdatasync", (1, 3, 6)),
        ("redescribe", "rename", (1, 2)),
        ("import", "rename", (1, 2)),
        ("import", "pwrite64", (1, 3)),
        ("import", "mkdir", (1, 2)),
    ],
)
def test_the_model_in_use_and_the_labels_stay(sweep: Sweep, job: str, call: str, numbers: tuple[int, ...]) -> None:
    assert sweep(job, call, numbers) >= 1
