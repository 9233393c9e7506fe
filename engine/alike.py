"""Near-identical shots among hits: which of them show what a better one shows already. Pure functions; needs numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.messages import NEAR_IDENTICAL


def first_of_each(vectors: NDArray[np.float32], min_similarity: float = NEAR_IDENTICAL) -> NDArray[np.int64]:
    """For each row the first row that it is near-identical to and that is first itself: int64 [n], <= arange(n).

    Rows are compared with the first of a stack only, so that a row of small steps does not join what is not alike.

    Args:
        vectors: float32 [n, D], unit length, best first.
        min_similarity: the cosine from which two are near-identical.
    """
    close = vectors @ vectors.T >= min_similarity
    firsts = np.arange(len(vectors), dtype=np.int64)
    free = np.ones(len(vectors), dtype=bool)
    for row in range(len(vectors)):
        if free[row]:
            joined = close[row] & free
            firsts[joined] = row
            free[joined] = False
            firsts[row] = row
            free[row] = False
    return firsts
