"""Looking further: the first hits of a query help to find the rest. Pure functions on descriptors; any thread.

Two photos of one thing are often too different to find each other, while a third one resembles both:

1. alpha query expansion (Radenovic, Tolias, Chum: Fine-tuning CNN Image Retrieval with No Human Annotation, TPAMI
   2019): the query's descriptor plus those of its first hits, each times similarity ^ alpha, is searched again;
2. database augmentation (Turcot, Lowe 2009; Arandjelovic, Zisserman 2012; Gordo et al. 2017): each hit is compared
   not by its own descriptor but by the mean of itself and its neighbours, weighted in the same way. Here only among
   the first hits of step 1, so that nothing has to be stored for a photo and the cost does not grow with the library;
3. the hit that was first without all this stays first: expansion must not cost what was found already.

Against drifting off the topic only similarities above a floor count. The settings were chosen on photo sets that are
not those of the evaluation (docs/benchmarks.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]

_CHUNK = 1024  # rows compared with all others at a time


@dataclass(frozen=True, slots=True)
class Expansion:
    """How far to look: `neighbours` help, with weight similarity ^ `alpha`, if they are at least `floor` similar.

    `reranked` is how many of the first hits are compared through their neighbours.
    """

    neighbours: int = 10
    alpha: float = 1.5
    floor: float = 0.25
    reranked: int = 300


EXPANSION = Expansion()


class Searchable(Protocol):
    """Descriptors that can be searched and read: a library's index, or a matrix in memory."""

    def find(self, query: Vectors, k: int) -> tuple[Ids, Vectors]:
        """The `k` most similar to a query float32 [D] -> ids int64 [n], cosines float32 [n], best first."""

    def read(self, ids: Ids) -> tuple[Ids, Vectors]:
        """The descriptors of these ids, float32 [n, D] of unit length, in their order; unreadable ones are left out."""


def neighbour_weights(similarities: Vectors, settings: Expansion = EXPANSION) -> Vectors:
    """Cosines of any shape -> weights of the same shape: similarity ^ alpha, 0 below the floor."""
    counts = (similarities >= settings.floor) & (similarities > 0)
    weights: Vectors = np.where(counts, np.maximum(similarities, 0.0) ** settings.alpha, 0.0).astype(np.float32)
    return weights


def expand_query(query: Vectors, hits: Vectors, settings: Expansion = EXPANSION) -> Vectors:
    """alpha-QE: a query float32 [D] and its hits' descriptors [n, D], all of unit length -> float32 [D], L2 = 1."""
    similarities = hits @ query
    if len(hits) > settings.neighbours:
        best = np.argpartition(-similarities, settings.neighbours)[: settings.neighbours]
        hits, similarities = hits[best], similarities[best]
    return _unit(query + neighbour_weights(similarities, settings) @ hits)


def augment(vectors: Vectors, settings: Expansion = EXPANSION) -> Vectors:
    """DBA: each row of float32 [n, D] becomes the weighted mean of itself (weight 1) and its neighbours, L2 = 1.

    Costs n * n * D multiplications.
    """
    augmented = np.empty_like(vectors)
    for start in range(0, len(vectors), _CHUNK):
        rows = np.arange(start, min(start + _CHUNK, len(vectors)))
        augmented[rows] = augment_rows(vectors, rows, settings)
    return augmented


def augment_rows(vectors: Vectors, rows: Ids, settings: Expansion = EXPANSION) -> Vectors:
    """`augment` for some rows only (positions int64 [m]) -> float32 [m, D]."""
    similarities: Vectors = vectors[rows] @ vectors.T
    similarities[np.arange(len(rows)), rows] = -1.0  # no row is its own neighbour
    n_near = min(settings.neighbours, len(vectors))
    near = np.argpartition(similarities, len(vectors) - n_near, axis=1)[:, len(vectors) - n_near :]
    weights = np.zeros_like(similarities)
    of_near = neighbour_weights(np.take_along_axis(similarities, near, axis=1), settings)
    np.put_along_axis(weights, near, of_near, axis=1)
    return _unit(vectors[rows] + weights @ vectors)


def rerank(query: Vectors, hits: Vectors, settings: Expansion = EXPANSION) -> Vectors:
    """Scores of hits when both sides are expanded: query float32 [D], hits [n, D] -> cosines float32 [n] in -1..1."""
    scores: Vectors = augment(hits, settings) @ expand_query(query, hits, settings)
    return np.clip(scores, -1.0, 1.0)


def look_further(
    query: Vectors, gallery: Searchable, k: int, own: int | None = None, settings: Expansion = EXPANSION
) -> tuple[Ids, Vectors]:
    """The `k` best ids for a query when its first hits help, best first.

    Args:
        query: float32 [D], unit length.
        gallery: where to look; it is searched twice, and up to `settings.reranked` descriptors are read.
        k: how many; fewer come back if there are fewer.
        own: the id of the query itself, if it is in the gallery: neither a hit nor a help.
        settings: how far to look.

    Returns:
        ids int64 [n] and scores float32 [n] in -1..1, descending: cosines of the expanded query and the expanded hits;
        beyond the re-ranked ones cosines of the expanded query and the hits, and never above those.
    """
    first, similarities = _without(own, *gallery.find(query, settings.neighbours + 1))
    if not len(first) or similarities[0] < settings.floor:  # nothing to go by
        ids, scores = _without(own, *gallery.find(query, k + 1))
        return ids[:k], scores[:k]
    _, helping = gallery.read(first[: settings.neighbours])
    expanded = expand_query(query, helping, settings)
    ids, similarities = _without(own, *gallery.find(expanded, max(k, settings.reranked) + 1))
    near, vectors = gallery.read(ids[: settings.reranked])
    near_scores = rerank(query, vectors, settings)
    order = np.argsort(-near_scores, kind="stable")
    rest = ~np.isin(ids, near)
    ids = np.concatenate([near[order], ids[rest]])
    rest_scores = np.minimum(similarities[rest], near_scores.min(initial=1.0))
    scores = np.concatenate([near_scores[order], rest_scores])
    others = ids != first[0]
    ids = np.concatenate([first[:1], ids[others]])
    scores = np.concatenate([scores[:1], scores[others]])
    return ids[:k], scores[:k]


def _without(own: int | None, ids: Ids, scores: Vectors) -> tuple[Ids, Vectors]:
    others = ids != (-1 if own is None else own)
    return ids[others], scores[others]


def _unit(vectors: Vectors) -> Vectors:
    lengths: Vectors = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / np.maximum(lengths, 1e-12)).astype(np.float32, copy=False)
