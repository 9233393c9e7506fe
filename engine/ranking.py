"""From described queries to ranked contents. Engine thread.

A part is looked for in two ways: by the descriptors of whole photos, in the index, and by the codes of their regions,
all of which are compared. What either way finds first is scored by both. Several parts must all be there, so the one
that is least there decides; what is missing of lighter parts is forgiven (`weakest`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.describing import Described
from engine.expansion import Ids, Vectors, look_further
from engine.library import Library
from engine.regions import encode

N_CANDIDATES = 300
"""Contents that each way of looking for a part names at least."""

IS_THERE = 0.4
"""Score from which a part is taken to be in a photo: 1 % of photos without it score higher (and half of those in which
it fills 4 %, nine tenths of those in which it fills 10 %; measured on random cut-outs of the training sets)."""

_DOUBT = 0.1
"""Taken from the score of a picture as a cut-out, where it may be a whole photo: parts are more often alike."""

_CONTEXT_DOUBT = 0.05
"""Taken from the likeness of whole photos where a box is drawn on one: what is in the box need not be in the other."""

_MOST = np.float32(0.999)
"""Score of a photo that looks the same: 1 is for the query itself."""

_WHOLE_SHARE = 1 / 3
"""Weight of the whole photo's similarity beside that of its best region, in the score for a part."""


class Ranker:
    """Ranks the contents of a library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def rank(
        self,
        wanted: Sequence[Described],
        without: Sequence[Described] = (),
        *,
        k: int,
        exact: bool = False,
        expand: bool = False,
    ) -> tuple[Ids, Vectors]:
        """The contents that show all that is wanted, best first.

        Args:
            wanted: one or more described queries.
            without: contents in which one of these is, or which are more like it, are left out.
            k: how many are wanted; there may be more or fewer.
            exact: compare with every whole descriptor instead of asking the index.
            expand: look further, for one whole picture or box alone.

        Returns:
            ids int64 [n] and scores float32 [n] in -1..1, descending; 1 for what a query itself is of.
        """
        contents = _Contents(self._library, exact)
        if expand and len(wanted) == 1 and not without:
            only = wanted[0]
            ids, scores = look_further(only.descriptor, contents, k, only.content_id)
            return self._with_own(only, ids, scores)
        if len(wanted) == 1 and not without and not len(wanted[0].parts) and len(wanted[0].variants) == 1:
            ids, scores = contents.find(wanted[0].descriptor, k)
            return self._with_own(wanted[0], ids, scores)
        return self._rank_parts(wanted, without, contents, max(k, N_CANDIDATES))

    def _with_own(self, described: Described, ids: Ids, scores: Vectors) -> tuple[Ids, Vectors]:
        """The same with the query's own content first, at score 1."""
        if described.content_id is None:
            return ids, scores
        others = ids != described.content_id
        return np.append(described.content_id, ids[others]), np.append(np.float32(1), scores[others])

    # ---- parts ----

    def _rank_parts(
        self, wanted: Sequence[Described], without: Sequence[Described], contents: _Contents, n: int
    ) -> tuple[Ids, Vectors]:
        parts = [*wanted, *without]
        region_ids, region_scores = self._region_scores(parts)
        found = [contents.find_any(part.variants, n + 1) for part in wanted]
        for others in (other for part in wanted for other in (part.cut_outs, part.context) if len(other)):
            found.append(contents.find_any(others, n + 1))
        by_all = weakest(region_scores[: len(wanted)], wanted)
        if np.isfinite(by_all).any():
            found.append(region_ids[np.argpartition(-by_all, min(n, len(by_all) - 1))[:n]])
        ids = np.unique(np.concatenate(found))
        ids, vectors = contents.read(ids)
        scores = self._part_scores(parts, ids, vectors, region_ids, region_scores)
        for row, part in enumerate(wanted):
            if len(part.context):
                scores[row] = np.maximum(scores[row], (vectors @ part.context.T)[:, 0] - _CONTEXT_DOUBT)
        together = weakest(scores[: len(wanted)], wanted)
        if without:
            kept = (scores[len(wanted) :] < np.minimum(together, IS_THERE)).all(axis=0)
            ids, together = ids[kept], together[kept]
        order = np.argsort(-together, kind="stable")
        return ids[order], together[order]

    def _region_scores(self, parts: Sequence[Described]) -> tuple[Ids, Vectors]:
        """How much the best region of each content is like each part -> ids ascending [n], float32 [parts, n].

        Contents without codes are left out.
        """
        if not self._library.regions.n_rows:
            return np.empty(0, np.int64), np.empty((len(parts), 0), np.float32)
        with_parts = [row for row, part in enumerate(parts) if len(part.parts)]
        if not with_parts:
            return np.empty(0, np.int64), np.empty((len(parts), 0), np.float32)
        ids, scores = self._library.regions.scores(encode(np.concatenate([parts[row].parts for row in with_parts])))
        ends = np.cumsum([len(parts[row].parts) for row in with_parts])
        best = np.full((len(parts), len(ids)), np.inf, dtype=np.float32)  # whole photos of the library say nothing here
        for row, some in zip(with_parts, np.split(scores, ends[:-1]), strict=True):
            best[row] = some.max(axis=0)
        order = np.argsort(ids)
        return ids[order], best[:, order]

    def _part_scores(
        self, parts: Sequence[Described], ids: Ids, vectors: Vectors, region_ids: Ids, region_scores: Vectors
    ) -> Vectors:
        """How much each content shows each part, float32 [parts, n]: by whole and region, or by what it has."""
        scores: Vectors = np.stack([(vectors @ part.variants.T).max(axis=1) for part in parts])
        if len(region_ids):
            places = np.minimum(np.searchsorted(region_ids, ids), len(region_ids) - 1)
            has_codes = region_ids[places] == ids
            for row, part in enumerate(parts):
                if len(part.parts):
                    whole = (vectors @ part.parts.T).max(axis=1)
                    mixed = _WHOLE_SHARE * whole + (1 - _WHOLE_SHARE) * region_scores[row, places]
                    # What may be a whole photo or a cut-out counts as what it is more like.
                    known = mixed if part.is_part else np.maximum(scores[row], mixed - _DOUBT)
                    scores[row] = np.where(has_codes, known, scores[row])
        scores = np.minimum(scores, _MOST)  # codes are rounded
        for row, part in enumerate(parts):
            if part.content_id is not None:
                scores[row, ids == part.content_id] = 1.0
        return scores


def weakest(scores: Vectors, wanted: Sequence[Described]) -> Vectors:
    """The scores of contents for several parts together, from those for each, float32 [parts, n] -> [n].

    The part that is least there decides. Where parts have other weights than the heaviest, what is missing of them is
    forgiven: their scores s count as s ** (weight / heaviest), so that 0 and 1 stay, and all between rises.
    """
    heaviest = max(part.weight for part in wanted)
    if all(part.weight == heaviest for part in wanted):
        least: Vectors = scores.min(axis=0)
        return least
    exponents = np.array([[part.weight / heaviest] for part in wanted], dtype=np.float32)
    forgiven: Vectors = np.power(np.maximum(scores, 0), exponents).min(axis=0)
    return forgiven


class _Contents:
    """A library's contents as an `expansion.Searchable`; ids are content ids."""

    def __init__(self, library: Library, exact: bool) -> None:
        self._library = library
        self._find = library.index.exact if exact else library.index.find

    def find(self, query: NDArray[np.float32], k: int) -> tuple[Ids, Vectors]:
        """See `Searchable.find`."""
        content_ids, similarities = self._find(query[None], k)
        return content_ids[0], similarities[0]

    def find_any(self, queries: NDArray[np.float32], k: int) -> Ids:
        """The `k` contents most similar to each of the queries, float32 [v, D], some perhaps twice."""
        return self._find(queries, k)[0].ravel()

    def read(self, ids: Ids) -> tuple[Ids, Vectors]:
        """See `Searchable.read`."""
        return self._library.catalogue.descriptors.of_contents(self._library.model, ids)
