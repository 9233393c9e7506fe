"""How training goes: retrieval on instances that nothing is learnt from. numpy only; any thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.measures import average_precision, mean
from engine.training.dataset import Dataset


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Mean average precision on held-out photos, 0..1: for each source by name, and the mean of the sources."""

    by_source: dict[str, float]

    @property
    def mean(self) -> float | None:
        """The mean over the sources, each counting the same; None if nothing is held out."""
        return mean(self.by_source.values())

    def is_worse_than(self, other: HeldOut) -> bool:
        """Whether the mean is lower than another one; never so if nothing is held out."""
        return self.mean is not None and other.mean is not None and self.mean < other.mean


def measure(dataset: Dataset, queries: Sequence[int], descriptors: NDArray[np.float32]) -> HeldOut:
    """Leave-one-out retrieval: each query among all others of its source and all unlabelled photos.

    Args:
        dataset: the photos of the rows.
        queries: positions of the held-out photos.
        descriptors: of all photos of the dataset, float32 [N, D], L2 = 1.
    """
    instances = np.array([photo.instance for photo in dataset.photos])
    groups = np.array([photo.group for photo in dataset.photos])
    sources = np.array([photo.source for photo in dataset.photos])
    asked = np.zeros(len(dataset.photos), dtype=bool)
    asked[list(queries)] = True
    precisions: dict[str, list[float]] = {}
    for query in queries:
        in_gallery = (asked & (sources == sources[query])) | (instances < 0)
        # What may show the same thing counts neither for nor against.
        in_gallery &= (groups != groups[query]) | (instances == instances[query])
        in_gallery[query] = False
        gallery = np.flatnonzero(in_gallery)
        order = gallery[np.argsort(-(descriptors[gallery] @ descriptors[query]), kind="stable")]
        right = (instances[order] == instances[query]).tolist()
        if any(right):
            precisions.setdefault(dataset.sources[sources[query]], []).append(average_precision(right))
    return HeldOut({name: sum(values) / len(values) for name, values in precisions.items()})
