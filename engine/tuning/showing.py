"""What a tuned model changes, for people: figures of the proof, and pictures of what moved. Engine thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.learning import Change, Found, Proof
from engine.library import Library
from engine.plain_hits import plain_hit
from engine.tuning import proof
from engine.tuning.proof import Measured

MAX_CHANGES = 12

Vectors = NDArray[np.float32]
VectorsOf = Callable[[NDArray[np.int64]], Vectors]
"""The descriptors of some rows under one model, float32 [n, D], L2 = 1."""


def proof_of(measured: Sequence[Measured], gain: tuple[float, float, float]) -> Proof:
    """The proof by held-out queries, without boxes."""
    return Proof(
        queries=len(measured),
        groups=len({one.asked.group for one in measured}),
        before=_figures([one.before for one in measured]),
        after=_figures([one.after for one in measured]),
        gain=(round(gain[0], 6), round(gain[1], 6), round(gain[2], 6)),
    )


def _figures(answers: Sequence[proof.Answer]) -> Found:
    first, top_ten, precision = np.mean([(one.first, one.top_ten, one.precision) for one in answers], axis=0).tolist()
    return Found(round(first, 6), round(top_ten, 6), round(precision, 6))


def changes(
    library: Library, content_ids: NDArray[np.int64], measured: Sequence[Measured], before: VectorsOf, after: VectorsOf
) -> tuple[Change, ...]:
    """The right photos whose rank among what is known changes most, those that are found earlier first.

    Args:
        library: whose photos they are.
        content_ids: the content of each row.
        measured: the held-out queries.
        before: the descriptors of rows under the model in use.
        after: the same under the tuned one.
    """
    moved: list[tuple[int, int, int, int]] = []
    for one in measured:
        asked = one.asked
        rows = np.append(asked.gallery, asked.row)
        ranks_before, ranks_after = _ranks(before(rows), asked.right), _ranks(after(rows), asked.right)
        for place in np.flatnonzero(asked.right).tolist():
            if ranks_before[place] != ranks_after[place]:
                moved.append((asked.row, int(asked.gallery[place]), ranks_before[place], ranks_after[place]))
    moved = _one_of_each(sorted(moved, key=lambda one: (-abs(one[3] - one[2]), one)))
    moved.sort(key=lambda one: (one[3] - one[2], one))
    n_better = sum(rank_after < rank_before for _, _, rank_before, rank_after in moved)
    shown = moved[: min(n_better, MAX_CHANGES // 2)] + moved[max(n_better, len(moved) - MAX_CHANGES // 2) :]
    known = library.catalogue.photos_by_content({int(content_ids[row]) for one in shown for row in one[:2]})
    found = []
    for query, photo, rank_before, rank_after in shown:
        ends = [known.get(int(content_ids[row])) for row in (query, photo)]
        if ends[0] and ends[1]:
            (asked_photo, *_), (hit, *_) = ends[0], ends[1]
            hits = plain_hit(library, asked_photo, 0.0), plain_hit(library, hit, 0.0)
            found.append(Change(*hits, rank_before, rank_after))
    return tuple(found)


def _one_of_each(moved: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """The first change of each query, so that not all pictures show one thing."""
    return list({one[0]: one for one in reversed(moved)}.values())


def _ranks(vectors: Vectors, right: NDArray[np.bool_]) -> list[int]:
    """Of each row but the last, compared with the last: how many wrong rows come before it, and one."""
    similarity = vectors[:-1] @ vectors[-1]
    wrong = np.sort(similarity[~right])
    return [1 + len(wrong) - int(place) for place in np.searchsorted(wrong, similarity, side="right")]
