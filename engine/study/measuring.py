"""Measuring descriptors as `resight evaluate` does, but exactly and from memory. numpy only; any thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.measures import average_precision, interpolated_curve, recall_at


@dataclass(frozen=True, slots=True)
class MeasuredSet:
    """Photos that query each other.

    Args:
        name: of the set.
        rows: where the photos' descriptors are.
        things: what each of them shows.
        ignored: thing -> others that may show the same, and count neither for nor against it.
    """

    name: str
    rows: tuple[int, ...]
    things: tuple[str, ...]
    ignored: Mapping[str, frozenset[str]]

    def queries(self) -> list[int]:
        """Positions in `rows` of the photos that have another one of the same thing."""
        return [i for i, thing in enumerate(self.things) if self.things.count(thing) > 1]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured, by set.

    Args:
        precisions: average precision of each query, 0..1.
        firsts: of each query 1 if its first hit is right, else 0.
        curves: precision at `measures.CURVE_LEVELS` levels of recall, mean of the queries.
    """

    precisions: dict[str, list[float]]
    firsts: dict[str, list[float]]
    curves: dict[str, list[float]]


def measure(sets: Sequence[MeasuredSet], distractors: Sequence[int], descriptors: NDArray[np.float32]) -> Figures:
    """Leave-one-out retrieval: each photo of a set among all others of the set and the distractors.

    Args:
        sets: what to measure on.
        distractors: rows of the photos that are never right.
        descriptors: float32 [N, D], L2 = 1.
    """
    figures = Figures({}, {}, {})
    for one in sets:
        rankings = [_ranking(one, query, distractors, descriptors) for query in one.queries()]
        figures.precisions[one.name] = [average_precision(right) for right in rankings]
        figures.firsts[one.name] = [recall_at(right, 1) for right in rankings]
        curves = [interpolated_curve(right) for right in rankings]
        figures.curves[one.name] = np.mean(curves, axis=0).tolist()
    return figures


def _ranking(
    one: MeasuredSet, query: int, distractors: Sequence[int], descriptors: NDArray[np.float32]
) -> list[bool]:
    """Whether each hit is right, best first."""
    thing = one.things[query]
    skipped = one.ignored.get(thing, frozenset())
    others = [i for i, other in enumerate(one.things) if i != query and other not in skipped]
    gallery = np.array([*(one.rows[i] for i in others), *distractors])
    right = np.array([*(one.things[i] == thing for i in others), *(False for _ in distractors)])
    order = np.argsort(-(descriptors[gallery] @ descriptors[one.rows[query]]), kind="stable")
    found: list[bool] = right[order].tolist()
    return found
