"""Whether a tuned model finds more of what it was not told of: held-out groups, intervals. numpy only; any thread."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.measures import average_precision
from engine.tuning.judged import Judged

N_DRAWS = 2_000
MIN_GAIN = 0.002
"""Of the mean average precision, below which nobody would notice a difference."""

MIN_QUERIES = 30
"""Below this an interval says little: some queries are all that made the difference."""

MIN_QUERIES_OF_SMALL_STEP = 20

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Asked:
    """A held-out query: its row and group, the gallery it is compared with, and which of these rows are right."""

    row: int
    group: int
    gallery: NDArray[np.int64]
    right: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Answer:
    """How a query was answered: average precision, and whether the first hit or one of the first ten is right."""

    precision: float
    first: float
    top_ten: float


@dataclass(frozen=True, slots=True)
class Measured:
    """A held-out query with its answers under the model in use, and under one that was made without its group."""

    asked: Asked
    before: Answer
    after: Answer


def folds(judged: Judged, groups: Collection[int], n: int) -> list[list[int]]:
    """Some groups dealt out to at most `n` folds of about as many photos each; none is in two."""
    parts: list[list[int]] = [[] for _ in range(min(n, len(groups)))]
    sizes = [0] * len(parts)
    for group in sorted(groups, key=lambda group: -len(judged.groups[group])):
        smallest = sizes.index(min(sizes))
        parts[smallest].append(group)
        sizes[smallest] += len(judged.groups[group])
    return parts


def questions(judged: Judged, groups: Sequence[int]) -> list[Asked]:
    """Each photo of some groups as a query, among what is known to show the same thing or something else.

    Photos of which nothing is known take no part: many show the same, too, and a model that finds those would seem
    worse for it ("condensed lists": Sakai, "Alternatives to Bpref", 2007). Queries without a known wrong answer are
    left out.
    """
    asked = []
    for group in groups:
        same = judged.groups[group]
        different = [judged.groups[other] for other in sorted(judged.different[group])]
        if not different:
            continue
        for row in same.tolist():
            right = same[same != row]
            gallery = np.concatenate([right, *different])
            asked.append(Asked(row, group, gallery, np.arange(len(gallery)) < len(right)))
    return asked


def answer(one: Asked, vectors: Vectors) -> Answer:
    """How a model, given by its descriptors float32 [n, D], L2 = 1, answers a query."""
    # Equal ones: the wrong ones first, so that a model that gives the same for all finds nothing.
    order = np.lexsort((one.right, -(vectors[one.gallery] @ vectors[one.row])))
    right = one.right[order]
    return Answer(average_precision(right.tolist()), float(right[0]), float(right[:10].any()))


def interval(
    before: Sequence[float], after: Sequence[float], groups: Sequence[int], seed: int = 0
) -> tuple[float, float, float]:
    """The mean of `after` - `before` over the queries, and the 90 % interval by bootstrap over their groups.

    Queries of one group are much alike, so whole groups are drawn. Percentiles of the means of what is drawn: Efron and
    Tibshirani, "An introduction to the bootstrap" (1993); of clusters: Field and Welsh, "Bootstrapping clustered data"
    (2007).
    """
    gains = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    _, group_of = np.unique(np.asarray(groups), return_inverse=True)
    sums, sizes = np.bincount(group_of, weights=gains), np.bincount(group_of)
    draws = np.random.default_rng(seed).integers(len(sums), size=(N_DRAWS, len(sums)))
    low, high = np.percentile(sums[draws].sum(axis=1) / sizes[draws].sum(axis=1), (5, 95))
    return float(gains.mean()), float(low), float(high)


def gain_of(measured: Sequence[Measured]) -> tuple[float, float, float]:
    """Of the mean average precision: mean, low and high end of the 90 % interval."""
    return interval(
        [one.before.precision for one in measured],
        [one.after.precision for one in measured],
        [one.asked.group for one in measured],
    )


def wins(gain: tuple[float, float, float], n_queries: int) -> bool:
    """Whether a difference of the mean average precision is a gain: beyond doubt, with one chance in twenty to err."""
    mean, low, _ = gain
    return n_queries >= MIN_QUERIES and mean >= MIN_GAIN and low > 0


def speaks_for(gain: tuple[float, float, float], n_queries: int) -> bool:
    """Whether a difference speaks for a step so small that it has never been seen to do harm: a gain, and no loss.

    Of a few things most are found as before, so the low end of the interval is often zero: no proof, but a reason.
    docs/study/learning.md tells what such steps do.
    """
    mean, low, _ = gain
    return n_queries >= MIN_QUERIES_OF_SMALL_STEP and mean >= MIN_GAIN and low >= 0
