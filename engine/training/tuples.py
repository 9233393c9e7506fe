"""Which photos are learnt from together: an anchor, another view of the same thing, and what is confused with it.

Positives are the nearest photos of the same instance under the network that training starts from: views that truly
overlap, yet are no copies. Any two photos of one instance would not do: two sides of a building, or two rooms in it,
teach the network to forget what distinguishes them (docs/study/default-model.md has the measurements). Negatives are
mined anew every epoch. numpy only; any thread.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import DatasetError
from engine.training.dataset import Dataset
from engine.training.settings import TupleRule


@dataclass(frozen=True, slots=True)
class Tuple:
    """Positions in the dataset."""

    anchor: int
    positive: int
    negatives: tuple[int, ...]


class Miner:
    """Chooses the tuples of each epoch.

    Args:
        dataset: what to choose from.
        start: descriptors of its photos under the network that training starts from, float32 [N, D], L2 = 1.
        rule: how to choose.

    Raises:
        DatasetError: no photo has another view of the same thing that could be its positive.
    """

    def __init__(self, dataset: Dataset, start: NDArray[np.float32], rule: TupleRule) -> None:
        self._rule = rule
        self._start = start
        self._groups = np.array([photo.group for photo in dataset.photos])
        self._told_apart: dict[int, set[int]] = {}
        for one, other in dataset.told_apart:
            self._told_apart.setdefault(one, set()).add(other)
            self._told_apart.setdefault(other, set()).add(one)
        instances = np.array([photo.instance for photo in dataset.photos])
        self._positives: dict[int, list[int]] = {}
        self._anchors: dict[int, list[int]] = {}
        low, high = rule.positive_range
        for i in dataset.labelled():
            same = np.flatnonzero(instances == instances[i])
            similarity = start[same] @ start[i]
            usable = same[(same != i) & (similarity > low) & (similarity < high)]
            nearest = usable[np.argsort(-(start[usable] @ start[i]), kind="stable")][: rule.n_positives]
            if len(nearest):
                self._positives[i] = nearest.tolist()
                self._anchors.setdefault(dataset.photos[i].source, []).append(i)
        if not self._anchors:
            raise DatasetError(
                "No two of these photos show the same thing in different views, so there is nothing to learn from."
            )

    def mine(self, descriptors: NDArray[np.float32], seed: str) -> list[Tuple]:
        """The tuples of an epoch, in random order.

        Args:
            descriptors: of all photos under the present network, float32 [N, D], L2 = 1.
            seed: the same seed and descriptors give the same tuples.
        """
        rng = random.Random(seed)
        anchors = [
            anchor for _, pool in sorted(self._anchors.items())
            for anchor in _drawn(rng, pool, self._rule.anchors_per_source)
        ]
        rng.shuffle(anchors)
        return [
            Tuple(anchor, rng.choice(self._positives[anchor]), self._negatives(anchor, descriptors, rng))
            for anchor in anchors
        ]

    def _negatives(self, anchor: int, descriptors: NDArray[np.float32], rng: random.Random) -> tuple[int, ...]:
        similarity = descriptors @ descriptors[anchor]
        similarity[~self._may_be_negative(anchor)] = -np.inf
        n_near = min(self._rule.negatives_among * self._rule.n_negatives, int(np.isfinite(similarity).sum()))
        nearest = np.argpartition(-similarity, n_near - 1)[:n_near] if n_near else np.empty(0, dtype=int)
        nearest = nearest[np.argsort(-similarity[nearest], kind="stable")]
        chosen: list[int] = []
        taken: set[int] = set()
        for candidate in rng.sample(nearest.tolist(), len(nearest)):
            group = int(self._groups[candidate])
            if group not in taken and len(chosen) < self._rule.n_negatives:
                chosen.append(candidate)
                taken.add(group)
        return tuple(chosen)

    def _may_be_negative(self, anchor: int) -> NDArray[np.bool_]:
        group = int(self._groups[anchor])
        is_other: NDArray[np.bool_] = self._groups != group
        if self._rule.negatives_below < 1:
            known = np.isin(self._groups, list(self._told_apart.get(group, ())))
            is_other &= known | (self._start @ self._start[anchor] <= self._rule.negatives_below)
        return is_other


def _drawn(rng: random.Random, pool: list[int], n: int) -> list[int]:
    """`n` of `pool`, each at most once as long as there are enough."""
    return rng.sample(pool, n) if n <= len(pool) else [rng.choice(pool) for _ in range(n)]
