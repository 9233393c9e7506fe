"""Quick tuning: whitening and balance only, from the descriptors a library has. No photo is decoded. numpy only.

What is learnt from are the pairs that the library itself gives, and as much of photos of all kinds; the labels take
wrong pairs out, choose how strongly they count, and prove it. Learning from the labelled pairs themselves, too, made
everything else worse: see docs/study/learning.md.

A generator of steps of about 100 ms at most, for the engine thread's bulk lane.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import TuningError
from engine.projection import project
from engine.tuning import proof
from engine.tuning.general import General
from engine.tuning.judged import Judged, require_enough
from engine.tuning.neighbours import mutual_neighbours
from engine.tuning.proof import Answer, Asked, Measured
from engine.tuning.whitening import STRENGTHS, covariance_of_all, covariance_within, telling_apart

N_FOLDS = 4

Vectors = NDArray[np.float32]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class QuickResult:
    """What tuning came to.

    Args:
        matrix: float64 [D, D], to be applied to descriptors of the model that tuning began with.
        strength: the one that was chosen.
        measured: the held-out queries.
        n_found: pairs that the library itself gave.
    """

    matrix: Matrix
    strength: float
    measured: tuple[Measured, ...]
    n_found: int

    @property
    def gain(self) -> tuple[float, float, float]:
        """Of the mean average precision on held-out groups: mean, and 90 % interval."""
        return proof.gain_of(self.measured)

    @property
    def is_better(self) -> bool:
        """Whether that is a gain beyond doubt, or of the smallest step one without a sign of loss."""
        enough = proof.speaks_for if self.strength == min(STRENGTHS) else proof.wins
        return enough(self.gain, len(self.measured))


def tune_quickly(
    vectors: Vectors, judged: Judged, now: Matrix | None = None, general: General | None = None
) -> Generator[tuple[int, int], None, tuple[QuickResult, ...]]:
    """Learn from the pairs of a library; labels choose the strength, and prove it.

    Args:
        vectors: of the library's photos under the model that tuning begins with, float32 [n, D], L2 = 1.
        judged: what is known of them, as rows.
        now: what is compared with: the matrix of the model in use, or None if that is the one tuning begins with.
        general: what is known of photos of all kinds under the model that tuning begins with.

    Returns:
        what comes of it, best first, and after that what comes of it if only weaker strengths may be chosen, for where
        the stronger ones make other things worse; yields (photos compared with all others, of how many) on the way.

    Raises:
        TuningError: the labels say too little, or nothing can be learnt.
    """
    asked = _questions(judged)
    pairs = judged.without((yield from mutual_neighbours(vectors)))
    metric = telling_apart(
        (yield from _counted(covariance_within(vectors, pairs), len(vectors))), len(pairs),
        (yield from _counted(covariance_of_all(vectors), len(vectors))), len(vectors), general,
    )
    yield len(vectors), len(vectors)
    known = np.concatenate(judged.groups)
    before = _answers(asked, vectors, known, now)
    matrices: dict[float, Matrix] = {}
    after: dict[float, list[Answer]] = {}
    for strength in STRENGTHS:
        yield len(vectors), len(vectors)
        matrices[strength] = metric.share(strength)
        after[strength] = _answers(asked, vectors, known, matrices[strength])
    results: list[QuickResult] = []
    while after:
        strength = _best(after, range(len(asked)))
        measured = _held_out(judged, asked, before, after)
        results.append(QuickResult(matrices[strength], strength, measured, len(pairs)))
        after = {weaker: answers for weaker, answers in after.items() if weaker < strength}
    return tuple(results)


def _counted(steps: Generator[None, None, Matrix], n: int) -> Generator[tuple[int, int], None, Matrix]:
    """The same steps, all photos compared by now."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: Matrix = stop.value
            return result
        yield n, n


def _questions(judged: Judged) -> list[Asked]:
    require_enough(judged)
    asked = proof.questions(judged, judged.with_pairs)
    if len({one.group for one in asked}) < 2:
        raise TuningError(
            "What was marked as something else belongs to too little that was marked as the same, so nothing can be "
            "proved. Mark both among the hits of one search, for at least two different things."
        )
    return asked


def _held_out(
    judged: Judged, asked: Sequence[Asked], before: Sequence[Answer], after: dict[float, list[Answer]]
) -> tuple[Measured, ...]:
    """Each query with its answers, after under the strength that answers the queries of the other folds best."""
    measured: list[Measured] = []
    for fold in proof.folds(judged, sorted({one.group for one in asked}), N_FOLDS):
        learnt = [i for i, one in enumerate(asked) if one.group not in fold]
        if learnt:
            strength = _best(after, learnt)
            measured += [
                Measured(one, before[i], after[strength][i]) for i, one in enumerate(asked) if one.group in fold
            ]
    return tuple(measured)


def _best(after: dict[float, list[Answer]], queries: Sequence[int]) -> float:
    """The strength with the best mean over some queries; of equal ones the lowest."""
    means = {strength: float(np.mean([answers[i].precision for i in queries])) for strength, answers in after.items()}
    return max(sorted(means), key=lambda strength: means[strength])


def _answers(
    asked: Sequence[Asked], vectors: Vectors, known: NDArray[np.int64], matrix: Matrix | None
) -> list[Answer]:
    """How a model answers the queries: that of `vectors`, or the one the matrix makes of it."""
    if matrix is not None:
        projected = np.zeros_like(vectors)
        projected[known] = project(matrix, vectors[known])
        vectors = projected
    return [proof.answer(one, vectors) for one in asked]
