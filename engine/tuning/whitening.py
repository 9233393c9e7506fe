"""Which directions of a descriptor differ between photos of the same thing, and a matrix that weakens them.

With C the mean of d d' over the differences d of the descriptors of such pairs, A = C^(-s/2) makes all directions
differ equally between them if s = 1, and leaves everything as it is if s = 0: the whitening learnt from pairs of
Mikolajczyk and Matas, "Improving descriptors for fast tree matching by optimal linear projection" (2007), with a
strength. It is held near the model there is: C is mixed with a multiple of the identity, the more so the fewer pairs
there are, and there is no offset. A is symmetric, so a descriptor's strongest numbers stay the first ones, and codes of
regions, which keep only these, can be turned with it. docs/study/learning.md has the measurements.

numpy only; any thread.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.errors import TuningError

STRENGTHS = (0.5, 1.0)
_SHRINK_PAIRS = 300.0  # so many pairs of no direction at all are added
_MIN_SHRINK = 0.1

Matrix = NDArray[np.float64]


def pair_covariance(vectors: NDArray[np.float32], pairs: NDArray[np.int64]) -> Matrix:
    """The mean of d d' over the differences of pairs of rows, int64 [m, 2], scaled to the trace D: float64 [D, D].

    Raises:
        TuningError: there are no pairs that differ, or the descriptors are not finite.
    """
    differences = (vectors[pairs[:, 0]] - vectors[pairs[:, 1]]).astype(np.float64)
    covariance: Matrix = differences.T @ differences
    trace = float(np.trace(covariance))
    if not np.isfinite(trace):
        raise TuningError("The descriptors of this library gave numbers that make no sense. Check the library.")
    if not trace > 0:
        raise TuningError("No two photos here are alike without being copies, so there is nothing to learn from.")
    return covariance * (len(covariance) / trace)


def weakening(covariance: Matrix, n_pairs: int, strength: float) -> Matrix:
    """The matrix A, float64 [D, D], symmetric, of a covariance of trace D that was found from `n_pairs` pairs."""
    shrink = max(_MIN_SHRINK, _SHRINK_PAIRS / max(1, n_pairs))
    spread, directions = np.linalg.eigh(covariance + shrink * np.eye(len(covariance)))
    matrix: Matrix = (directions * spread ** (-strength / 2)) @ directions.T
    return matrix
