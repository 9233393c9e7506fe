"""Pairs of photos of a library that show the same thing, without anybody having said so: mutual nearest neighbours.

numpy only; any thread.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

N_NEIGHBOURS = 3
NEAR = 0.4
"""Cosine from which two photos that are each among the other's nearest show the same thing, as a rule."""

COPY = 0.98
"""Cosine from which two photos are (nearly) copies, from which nothing is to be learnt."""

_STEP_NUMBERS = 6_000_000  # similarities computed in one step: some tens of ms


def mutual_neighbours(vectors: NDArray[np.float32]) -> Generator[tuple[int, int], None, NDArray[np.int64]]:
    """The pairs of rows that are among each other's `N_NEIGHBOURS` nearest, with `NEAR` < cosine < `COPY`, in steps.

    Args:
        vectors: float32 [n, D], L2 = 1.

    Returns:
        rows int64 [m, 2], the smaller first; yields (rows done, n) on the way.
    """
    n = len(vectors)
    k = min(N_NEIGHBOURS, n - 1)
    nearest = np.full((n, max(k, 0)), -1, dtype=np.int64)
    step = max(1, _STEP_NUMBERS // max(n, 1))
    for start in range(0, n if k > 0 else 0, step):
        rows = np.arange(start, min(n, start + step))
        similarity = vectors[rows] @ vectors.T
        similarity[np.arange(len(rows)), rows] = -1.0
        found = np.argpartition(-similarity, k - 1, axis=1)[:, :k]
        cosines = np.take_along_axis(similarity, found, 1)
        nearest[rows] = np.where((cosines > NEAR) & (cosines < COPY), found, -1)
        yield min(n, start + step), n
    pairs = {(row, int(other)) for row in range(n) for other in nearest[row] if other >= 0}
    mutual = sorted((a, b) for a, b in pairs if a < b and (b, a) in pairs)
    return np.array(mutual, dtype=np.int64).reshape(-1, 2)
