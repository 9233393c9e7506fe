"""Fault 3: kill -9 in the middle of a system call while the index is saved; a half-written index is never used."""

from __future__ import annotations

import pytest

from tests.faults.conftest import Sweep


@pytest.mark.expects_warnings  # that the index is made again
@pytest.mark.parametrize("call", ["pwrite64", "write", "fsync", "rename", "unlink"])
def test_the_index_is_the_old_or_the_new_one_or_made_again(sweep: Sweep, call: str) -> None:
    assert sweep("save", call, range(1, 9)) >= 2
