"""Expanding queries and galleries: values worked out by hand, in the plane where descriptors are angles."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.expansion import (
    Expansion,
    Ids,
    Vectors,
    augment,
    augment_rows,
    expand_query,
    look_further,
    neighbour_weights,
    rerank,
)
from engine.gallery import AugmentedGallery, Gallery

PLAIN_WEIGHTS = Expansion(neighbours=10, alpha=1.0, floor=0.25)
ONE_NEIGHBOUR = Expansion(neighbours=1, alpha=1.0, floor=0.25)


def at(*degrees: float) -> NDArray[np.float32]:
    """Unit vectors at these angles, float32 [n, 2]."""
    return np.array([(math.cos(math.radians(a)), math.sin(math.radians(a))) for a in degrees], dtype=np.float32)


def angles(vectors: NDArray[np.float32]) -> list[float]:
    return [math.degrees(math.atan2(y, x)) for x, y in np.atleast_2d(vectors)]


def clusters(n: int, dim: int = 24, seed: int = 3) -> NDArray[np.float32]:
    """`n` descriptors in groups of about six that resemble each other."""
    chance = np.random.default_rng(seed)
    centres = chance.normal(size=(n // 6 + 1, dim))
    rows = centres[chance.integers(len(centres), size=n)] + 0.8 * chance.normal(size=(n, dim))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


# ---- the formulas ----------------------------------------------------------------------------------------------


def test_weights_are_powers_of_the_similarity_and_nothing_below_the_floor() -> None:
    similarities = np.array([1.0, 0.5, 0.25, 0.24, 0.0, -0.9], dtype=np.float32)
    weights = neighbour_weights(similarities, Expansion(alpha=2.0, floor=0.25))
    assert weights.tolist() == pytest.approx([1.0, 0.25, 0.0625, 0.0, 0.0, 0.0])
    without_floor = neighbour_weights(similarities, Expansion(alpha=0.0, floor=-1.0))
    assert without_floor.tolist() == [1.0, 1.0, 1.0, 1.0, 0.0, 0.0]  # what is unlike never helps


def test_an_expanded_query_is_the_weighted_mean_of_itself_and_its_hits() -> None:
    query = np.array([1.0, 0.0], dtype=np.float32)
    hits = np.array([[0.6, 0.8]], dtype=np.float32)  # similarity 0.6
    for alpha, wanted in ((1.0, (1 + 0.6 * 0.6, 0.6 * 0.8)), (2.0, (1 + 0.36 * 0.6, 0.36 * 0.8))):
        expanded = expand_query(query, hits, Expansion(alpha=alpha))
        assert expanded.tolist() == pytest.approx(np.array(wanted) / math.hypot(*wanted), abs=1e-6)
        assert expanded.dtype == np.float32


def test_only_the_nearest_hits_and_none_below_the_floor_help() -> None:
    query = at(0)[0]
    assert angles(expand_query(query, at(60, 20, -40), ONE_NEIGHBOUR)) == angles(
        expand_query(query, at(20), ONE_NEIGHBOUR)
    )
    assert angles(expand_query(query, at(80, 90, 180), PLAIN_WEIGHTS)) == pytest.approx([0.0], abs=1e-4)
    assert angles(expand_query(query, np.empty((0, 2), np.float32), PLAIN_WEIGHTS)) == [0.0]


def test_augmented_rows_are_means_with_their_neighbours() -> None:
    vectors = np.array([[1.0, 0.0], [0.6, 0.8], [0.0, -1.0]], dtype=np.float32)
    # Similarities: 0.6 between the first two; 0 and -0.8 to the third, which has no neighbour.
    wanted = np.array([[1 + 0.36, 0.48], [0.6 + 0.6, 0.8], [0.0, -1.0]])
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    assert augment(vectors, PLAIN_WEIGHTS) == pytest.approx(wanted, abs=1e-6)
    assert augment_rows(vectors, np.array([1]), PLAIN_WEIGHTS) == pytest.approx(wanted[1:2], abs=1e-6)


def test_a_row_is_joined_by_its_nearest_neighbours_only() -> None:
    with_a_farther_one = augment(at(0, 10, 50), ONE_NEIGHBOUR)[:2]
    assert with_a_farther_one == pytest.approx(augment(at(0, 10), ONE_NEIGHBOUR), abs=1e-6)


def test_a_large_gallery_is_augmented_as_a_small_one() -> None:
    vectors = clusters(2500)
    some = np.array([0, 1023, 1024, 2499])
    assert augment(vectors)[some] == pytest.approx(augment_rows(vectors, some), abs=1e-6)


def test_reranking_expands_both_sides() -> None:
    query, hits = at(0)[0], at(30, 40)
    # Each hit is joined by the other with weight cos 10; the query by the nearer one with weight cos 30.
    both = augment(hits, ONE_NEIGHBOUR)
    wanted = both @ expand_query(query, hits[:1], ONE_NEIGHBOUR)
    assert rerank(query, hits, ONE_NEIGHBOUR) == pytest.approx(wanted, abs=1e-6)
    assert rerank(query, np.empty((0, 2), np.float32)).tolist() == []


# ---- looking further -------------------------------------------------------------------------------------------


def test_what_resembles_a_hit_is_found_before_what_only_resembles_the_query() -> None:
    gallery = Gallery(at(40, -60, 75))
    plain, _ = gallery.find(at(0)[0], 3)
    assert plain.tolist() == [0, 1, 2]
    ids, scores = look_further(at(0)[0], gallery, 3, settings=ONE_NEIGHBOUR)
    assert ids.tolist() == [0, 2, 1]
    assert scores.tolist() == sorted(scores.tolist(), reverse=True)
    assert all(-1 <= score <= 1 for score in scores)


def test_the_first_hit_stays_first_even_where_others_outvote_it() -> None:
    query, vectors = at(0)[0], at(51, 52, 53, 54, -50)
    assert Gallery(vectors).find(query, 1)[0].tolist() == [4]
    assert rerank(query, vectors, PLAIN_WEIGHTS).argmin() == 4
    ids, scores = look_further(query, Gallery(vectors), 5, settings=PLAIN_WEIGHTS)
    assert ids.tolist()[0] == 4
    assert sorted(ids.tolist()[1:]) == [0, 1, 2, 3]
    assert scores[0] == scores[1] >= scores[2]


def test_the_query_itself_neither_helps_nor_is_found() -> None:
    vectors = at(0, 40, -60, 75)
    with_own = look_further(vectors[0], Gallery(vectors), 10, own=0, settings=ONE_NEIGHBOUR)
    without = look_further(vectors[0], Gallery(vectors[1:]), 10, settings=ONE_NEIGHBOUR)
    assert (with_own[0] - 1).tolist() == without[0].tolist()
    assert with_own[1] == pytest.approx(without[1])


def test_without_a_hit_above_the_floor_the_search_is_a_plain_one() -> None:
    gallery = Gallery(at(80, 100, 179))
    ids, scores = look_further(at(0)[0], gallery, 2)
    assert ids.tolist() == [0, 1]
    assert scores.tolist() == pytest.approx([math.cos(math.radians(80)), math.cos(math.radians(100))], abs=1e-6)
    nothing = look_further(at(0)[0], Gallery(np.empty((0, 2), np.float32)), 5)
    assert [part.tolist() for part in nothing] == [[], []]


def test_every_id_is_found_once_and_what_is_not_reranked_comes_after() -> None:
    vectors = clusters(120)
    few = Expansion(reranked=20)
    for own in (None, 7):
        ids, scores = look_further(vectors[7], Gallery(vectors), 120, own=own, settings=few)
        assert sorted(ids.tolist()) == [i for i in range(120) if i != own]
        assert (np.diff(scores) <= 0).all()
    assert len(look_further(vectors[7], Gallery(vectors), 5, settings=few)[0]) == 5


def test_a_descriptor_that_cannot_be_read_is_still_found() -> None:
    class Leaky(Gallery):
        def read(self, ids: Ids) -> tuple[Ids, Vectors]:
            kept = ids[ids != 1]
            return kept, self.vectors[kept]

    ids, scores = look_further(at(0)[0], Leaky(at(10, 20, 30, 170)), 4)
    assert ids.tolist() == [0, 2, 3, 1]  # its score cannot be told, so it comes after those that were compared
    assert (np.diff(scores) <= 0).all()


# ---- an augmented gallery without the query --------------------------------------------------------------------


def test_a_gallery_without_a_photo_is_that_of_the_others_alone() -> None:
    vectors = clusters(90)
    augmented = AugmentedGallery(vectors)
    assert augmented.whole().vectors == pytest.approx(augment(vectors))
    n_changed = 0
    for position in (0, 41, 89):
        others = np.arange(len(vectors)) != position
        left = augmented.without(position).vectors[others]
        assert left == pytest.approx(augment(vectors[others]), abs=1e-6)
        n_changed += int((np.abs(left - augment(vectors)[others]) > 1e-4).any())
    assert n_changed == 3  # it does matter
    assert augmented.whole().vectors == pytest.approx(augment(vectors))
