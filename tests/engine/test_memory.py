"""Memory given back to the system."""

from __future__ import annotations

import sys

import numpy as np
import psutil
import pytest

from engine.memory import give_memory_back


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="of glibc")
def test_what_was_freed_is_given_back() -> None:
    process = psutil.Process()
    kept, freed = [], []
    for _ in range(20_000):  # below the size from which each block is mapped by itself; 160 MB to be freed
        freed.append(np.ones(8_000, dtype=np.uint8))
        kept.append(np.ones(16, dtype=np.uint8))  # so that what is freed has holes and no end
    freed.clear()
    give_memory_back()
    before = process.memory_info().rss
    freed = [np.ones(8_000, dtype=np.uint8) for _ in range(20_000)]
    assert process.memory_info().rss - before > 50_000_000  # it had been given back
    assert len(kept) == len(freed)
