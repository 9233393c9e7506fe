"""What tells things apart, what only differs between photos of one thing, and a matrix that tells them apart better.

With W the covariance of a descriptor within a thing, from pairs of photos of the same thing, and T that of all photos,

    M = W^-1 - T^-1

weighs each direction by how much more it varies between things than within them: Köstinger, Hirzer, Wohlhart, Roth and
Bischof, "Large scale metric learning from equivalence constraints" (KISSME, 2012), the logarithm of how much likelier
two photos are if they show the same. It is held near the model there is: to W and T pairs and photos of no direction
are added, no direction loses all its weight, and A = M^(r/2) takes the share r of the way. A is symmetric, so a
descriptor's strongest numbers stay the first ones, and codes of regions, which keep only these, can be turned with it.
What is known of photos of all kinds (`general`) counts as much as the library, so that what it does not hold is still
told apart. docs/study/learning.md has the measurements.

numpy only; any thread; generators of steps of some tens of ms.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import TuningError
from engine.tuning.general import General

STRENGTHS = (0.25, 0.5, 0.75)
"""Shares of the way, from which the labels choose."""

_N_ADDED = 300.0  # so many pairs, and so many photos, of no direction at all are added
_MIN_ADDED = 0.1  # and of pairs, which are those that were easy to find, so large a share at least
_LEAST_WEIGHT = 0.03  # of a direction, as a share of the mean

_CHUNK = 2_000

Vectors = NDArray[np.float32]
Matrix = NDArray[np.float64]
Steps = Generator[None, None, Matrix]


@dataclass(frozen=True, slots=True)
class Metric:
    """A symmetric matrix by its positive eigenvalues, float64 [D], and its eigenvectors, float64 [D, D], as columns."""

    weights: NDArray[np.float64]
    directions: Matrix

    def share(self, strength: float) -> Matrix:
        """The matrix A = M^(r/2) for descriptors, float64 [D, D], symmetric, for a strength r from 0 to 1."""
        matrix: Matrix = (self.directions * self.weights ** (strength / 2)) @ self.directions.T
        return matrix


def covariance_within(vectors: Vectors, pairs: NDArray[np.int64]) -> Steps:
    """Half the mean of d d' over the differences d of pairs of rows, int64 [m, 2]: float64 [D, D].

    Raises:
        TuningError: there are no pairs that differ, or the descriptors are not finite.
    """
    total: Matrix = np.zeros((vectors.shape[1], vectors.shape[1]))
    for start in range(0, len(pairs), _CHUNK):
        left, right = pairs[start : start + _CHUNK].T
        differences = (vectors[left] - vectors[right]).astype(np.float64)
        total += differences.T @ differences
        yield
    trace = float(np.trace(total))
    if not np.isfinite(trace):
        raise TuningError("The descriptors of this library gave numbers that make no sense. Check the library.")
    if not trace > 0:
        raise TuningError("No two photos here are alike without being copies, so there is nothing to learn from.")
    return total / (2 * len(pairs))


def covariance_of_all(vectors: Vectors) -> Steps:
    """The covariance of descriptors, float32 [n, D]: float64 [D, D]."""
    mean = vectors.mean(axis=0, dtype=np.float64)
    total: Matrix = np.zeros((vectors.shape[1], vectors.shape[1]))
    for start in range(0, len(vectors), _CHUNK):
        deviations = vectors[start : start + _CHUNK] - mean
        total += deviations.T @ deviations
        yield
    return total / max(1, len(vectors))


def telling_apart(
    within: Matrix, n_pairs: int, of_all: Matrix, n_photos: int, general: General | None = None
) -> Metric:
    """The metric M, of trace D.

    Args:
        within: the covariance within things.
        n_pairs: from how many pairs.
        of_all: the covariance of all.
        n_photos: of how many photos.
        general: what is known of photos of all kinds, which then counts as much as the library.
    """
    nothing = np.eye(len(within))
    within = _with_added(within, nothing, max(_MIN_ADDED, _N_ADDED / max(1, n_pairs)))
    of_all = _with_added(of_all, nothing, _N_ADDED / max(1, n_photos))
    if general is not None:
        within, of_all = _with_added(within, general.within, 1.0), _with_added(of_all, general.of_all, 1.0)
    weights, directions = np.linalg.eigh(np.linalg.inv(within) - np.linalg.inv(of_all))
    weights = np.maximum(weights, 0.0)  # what varies less between things than within them tells nothing
    mean = float(weights.mean())
    weights = weights / mean + _LEAST_WEIGHT if mean > 0 else np.ones_like(weights)
    return Metric(weights / weights.mean(), directions)


def _with_added(covariance: Matrix, other: Matrix, share: float) -> Matrix:
    """With a multiple of another one added, whose trace is this share of the trace there is."""
    return covariance + other * (share * float(np.trace(covariance)) / float(np.trace(other)))
