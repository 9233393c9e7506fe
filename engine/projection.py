"""Two models that differ in their whitening only: the matrix that turns the descriptors of one into those of the other.

A descriptor is x = L2( W p + b ) with p what the network pools from a picture. A model with W' = A W and b' = A b gives
L2( A W p + A b ) = L2( A x ) for the same picture, whatever the length before the last normalisation: so descriptors
of a whole library follow from those there are, and no photo is decoded. numpy only; any thread.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.actnet.checkpoint import ModelCard, read_arrays, read_card, save_arrays

Matrix = NDArray[np.float64]
Vectors = NDArray[np.float32]

_WEIGHT, _BIAS = "whitening.weight", "whitening.bias"
_TOLERANCE = 0.01  # of W' - A W and of b' - A b, as a share of W' and b'; float16 rounding stays far below


def project(matrix: Matrix, vectors: Vectors) -> Vectors:
    """Descriptors float32 [n, D], L2 = 1, under the other model: float32 [n, D'], L2 = 1."""
    projected = vectors @ matrix.T.astype(np.float32)
    lengths = np.linalg.norm(projected, axis=1, keepdims=True)
    unit: Vectors = (projected / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit


def between(old: Path, new: Path) -> Matrix | None:
    """The matrix A, float64 [D', D], from the descriptors of one model to those of another; None if there is none.

    Raises:
        ModelError: one of the files cannot be read.
    """
    if read_card(old).architecture != read_card(new).architecture:
        return None
    before, after = read_arrays(old), read_arrays(new)
    if before.keys() != after.keys() or not {_WEIGHT, _BIAS} <= before.keys():
        return None
    if any(not np.array_equal(before[key], after[key]) for key in before if key not in (_WEIGHT, _BIAS)):
        return None
    (old_weight, old_bias), (weight, bias) = (
        (one[_WEIGHT].astype(np.float64), one[_BIAS].astype(np.float64)) for one in (before, after)
    )
    # Both are fitted at once: W' | b' = A (W | b), by least squares.
    from_old, to_new = np.column_stack([old_weight, old_bias]), np.column_stack([weight, bias])
    try:
        matrix = np.linalg.solve(from_old @ from_old.T, from_old @ to_new.T).T.astype(np.float64)
    except np.linalg.LinAlgError:
        return None
    is_near = all(
        float(np.linalg.norm(wanted - matrix @ given)) <= _TOLERANCE * float(np.linalg.norm(wanted))
        for given, wanted in ((old_weight, weight), (old_bias, bias))
    )
    return matrix if is_near else None


def save_projected(start: Path, matrix: Matrix, path: Path, *, name: str, origin: str) -> ModelCard:
    """Write the model whose descriptors are those of `start`, turned by the matrix, float64 [D, D]; atomically.

    Raises:
        ModelError: `start` cannot be read, or the new whitening does not fit into float16. Nothing is written.
        DiskFull, LibraryError: it cannot be written.
    """
    card, weights = read_card(start), read_arrays(start)
    # The length before the last normalisation does not matter: the new layer is as strong as the one before.
    weight = matrix @ weights[_WEIGHT].astype(np.float64)
    scale = float(np.linalg.norm(weights[_WEIGHT].astype(np.float64)) / np.linalg.norm(weight))
    bias = matrix @ weights[_BIAS].astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        changed = {
            _WEIGHT: (scale * weight).astype(np.float16), _BIAS: (scale * bias).astype(np.float16),
        }
    return save_arrays(
        weights | changed, card.architecture, path, name=name, licence=card.licence, origin=f"{card.origin} {origin}"
    )
