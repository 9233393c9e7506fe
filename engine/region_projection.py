"""Turning region codes when descriptors are turned: from the numbers that the codes keep alone. numpy only; any thread.

A code keeps the first 128 numbers of a window's descriptor. Those of the new descriptor depend on all the old ones, but
nearly only on the first ones where the matrix is nearly diagonal, as tuning makes it. How nearly is measured on the
whole photos of the library, of which all numbers are known: if it is too little, no codes are made.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.projection import Matrix, project
from engine.regions import CODE_NUMBERS, Codes, decode, encode

MIN_COSINE = 0.95
"""Mean cosine with the true numbers that turned codes need: what 4 bits lose alone is 0.02 to 0.03."""

_RIDGE = 1e-2
_MIN_PHOTOS = 4 * CODE_NUMBERS

Vectors = NDArray[np.float32]


def region_matrix(vectors: Vectors, matrix: Matrix) -> Matrix | None:
    """The matrix for the numbers that codes keep, float64 [128, 128]; None if they would be turned too badly.

    Args:
        vectors: descriptors of whole photos, float32 [n, D], L2 = 1.
        matrix: what turns them, float64 [D, D].
    """
    if not len(vectors) or min(matrix.shape) < CODE_NUMBERS:
        return None
    given, wanted = _kept(vectors), _kept(project(matrix, vectors))
    small: Matrix = matrix[:CODE_NUMBERS, :CODE_NUMBERS]  # what the other numbers add is not known
    is_learnt = np.full(len(vectors), False)
    if len(vectors) >= _MIN_PHOTOS:  # or is what usually goes with the ones that are
        is_learnt[::2] = True
        learnt = given[is_learnt].astype(np.float64)
        small = np.linalg.solve(learnt.T @ learnt + _RIDGE * np.eye(CODE_NUMBERS), learnt.T @ wanted[is_learnt]).T
    agreement = (project(small, given[~is_learnt]) * wanted[~is_learnt]).sum(axis=1).mean()
    return small if agreement >= MIN_COSINE else None


def turned(small: Matrix, codes: Codes) -> Codes:
    """Codes uint8 [..., 64] under the new model."""
    numbers = decode(codes)
    flat = encode(project(small, numbers.reshape(-1, CODE_NUMBERS)))
    return flat.reshape(codes.shape)


def _kept(vectors: Vectors) -> Vectors:
    kept: Vectors = vectors[:, :CODE_NUMBERS]
    lengths = np.linalg.norm(kept, axis=1, keepdims=True)
    unit: Vectors = (kept / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit
