"""A gallery in memory, compared exactly: for measuring, where an index would add errors of its own. Any thread."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import GroundTruthError
from engine.expansion import EXPANSION, Expansion, Ids, Vectors, augment, augment_rows, look_further

_CHUNK_ROWS = 16_384  # of a descriptor file, at a time


class DescriptorFile:
    """Descriptors in a .npy file [n, D] of float16 or float32, which is mapped and never read whole.

    They need not be of unit length.

    Raises:
        GroundTruthError: it is no such file, or its descriptors are of another length, zero or not finite.
    """

    def __init__(self, path: Path, dim: int) -> None:
        try:
            rows = np.lib.format.open_memmap(path, mode="r")
        except (OSError, ValueError) as error:  # among them: arrays of Python objects
            raise GroundTruthError(f"{path.name} is no .npy file of descriptors.", path) from error
        if rows.ndim != 2 or rows.shape[1] != dim or rows.dtype not in (np.float16, np.float32):
            raise GroundTruthError(
                f"{path.name} holds {rows.dtype} numbers in the shape {list(rows.shape)}; this model needs float16 or "
                f"float32 in the shape [n, {dim}].", path,
            )
        self._rows: NDArray[np.float16] | NDArray[np.float32] = rows
        self._lengths = np.concatenate(
            [np.linalg.norm(chunk, axis=1) for chunk in self._chunks()] or [np.empty(0, np.float32)]
        )
        if not (np.isfinite(self._lengths) & (self._lengths > 0)).all():
            raise GroundTruthError(f"{path.name} holds descriptors that are zero or not finite.", path)

    def __len__(self) -> int:
        return len(self._rows)

    def similarities(self, query: Vectors) -> Vectors:
        """Cosines with a query float32 [D] of unit length -> float32 [n]."""
        products = np.concatenate([chunk @ query for chunk in self._chunks()] or [np.empty(0, np.float32)])
        cosines: Vectors = products / self._lengths
        return cosines

    def read(self, rows: Ids) -> Vectors:
        """Some rows, float32 [m, D] of unit length."""
        some: Vectors = np.asarray(self._rows[rows], dtype=np.float32) / self._lengths[rows, None]
        return some

    def _chunks(self) -> Iterator[Vectors]:
        for start in range(0, len(self._rows), _CHUNK_ROWS):
            yield np.asarray(self._rows[start : start + _CHUNK_ROWS], dtype=np.float32)


class Gallery:
    """Descriptors float32 [n, D] of unit length, and perhaps a file of more. An `expansion.Searchable`.

    Ids are positions: first of the descriptors in memory, then of those in the file.
    """

    def __init__(self, vectors: Vectors, more: DescriptorFile | None = None) -> None:
        self.vectors = vectors
        self._more = more

    def __len__(self) -> int:
        return len(self.vectors) + (0 if self._more is None else len(self._more))

    def find(self, query: Vectors, k: int) -> tuple[Ids, Vectors]:
        """See `Searchable.find`; equal ones in the order of their ids."""
        similarities: Vectors = self.vectors @ query
        if self._more is not None:
            similarities = np.concatenate([similarities, self._more.similarities(query)])
        order = np.argsort(-similarities, kind="stable")[:k]
        return order.astype(np.int64), similarities[order]

    def read(self, ids: Ids) -> tuple[Ids, Vectors]:
        """See `Searchable.read`."""
        if self._more is None:
            return ids, self.vectors[ids]
        vectors = np.empty((len(ids), self.vectors.shape[1]), dtype=np.float32)
        is_near = ids < len(self.vectors)
        vectors[is_near] = self.vectors[ids[is_near]]
        vectors[~is_near] = self._more.read(ids[~is_near] - len(self.vectors))
        return ids, vectors


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


class Rankings:
    """Ranks a whole gallery for one query after the other, as a search that is asked for everything would.

    Args:
        gallery: what is ranked.
        expand: look further, as `expansion.look_further` does.
        augment: compare by augmented descriptors. Not with a file of them: all would have to be compared with all.
    """

    def __init__(self, gallery: Gallery, *, expand: bool = False, augment: bool = False) -> None:
        self._gallery = gallery
        self._expand = expand
        self._augmented = AugmentedGallery(gallery.vectors) if augment else None

    def rank(self, query: Vectors, own: int | None = None) -> tuple[Ids, Vectors]:
        """Every position but `own`, the query's, best first -> int64 [n], scores float32 [n] in -1..1."""
        gallery = self._gallery
        if self._augmented is not None:
            gallery = self._augmented.whole() if own is None else self._augmented.without(own)
        if self._expand:
            return look_further(query, gallery, len(gallery), own)
        positions, scores = gallery.find(query, len(gallery))
        others = np.full(len(positions), True) if own is None else positions != own
        return positions[others], scores[others]
