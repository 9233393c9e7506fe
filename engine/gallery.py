"""A gallery in memory, compared exactly: for measuring, where an index would add errors of its own. Any thread."""

from __future__ import annotations

import numpy as np

from engine.expansion import EXPANSION, Expansion, Ids, Vectors, augment, augment_rows


class Gallery:
    """Descriptors float32 [n, D] of unit length; ids are their positions. An `expansion.Searchable`."""

    def __init__(self, vectors: Vectors) -> None:
        self.vectors = vectors

    def find(self, query: Vectors, k: int) -> tuple[Ids, Vectors]:
        """See `Searchable.find`; equal ones in the order of their ids."""
        similarities = self.vectors @ query
        order = np.argsort(-similarities, kind="stable")[:k]
        return order.astype(np.int64), similarities[order]

    def read(self, ids: Ids) -> tuple[Ids, Vectors]:
        """See `Searchable.read`."""
        return ids, self.vectors[ids]


class AugmentedGallery:
    """Database augmentation of a whole gallery, and of the gallery without one of its photos.

    In a leave-one-out evaluation the query must not have helped the photos it looks for: those that it is a neighbour
    of are augmented again without it.
    """

    def __init__(self, vectors: Vectors, settings: Expansion = EXPANSION) -> None:
        self._vectors = vectors
        self._settings = settings
        self._augmented = augment(vectors, settings)

    def whole(self) -> Gallery:
        """All of it."""
        return Gallery(self._augmented)

    def without(self, position: int) -> Gallery:
        """What it is when the photo at this position is not in it. Its own row stays in place, of no meaning."""
        helped = np.flatnonzero(self._vectors @ self._vectors[position] >= self._settings.floor)
        others = self._vectors.copy()
        others[position] = 0.0  # similar to nothing, so it helps nobody
        augmented = self._augmented.copy()
        augmented[helped] = augment_rows(others, helped, self._settings)
        return Gallery(augmented)
