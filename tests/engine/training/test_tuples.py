"""Which photos are put together: positives, negatives, and shares of the sources."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from engine.errors import DatasetError
from engine.training.dataset import UNLABELLED, Dataset, TrainingPhoto
from engine.training.objective import make_batch
from engine.training.settings import TupleRule, ViewRule
from engine.training.tuples import Miner


def at_angles(degrees: list[float]) -> np.ndarray:
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def photos_of(*labels: tuple[int, int] | tuple[int, int, int]) -> Dataset:
    """Photos by (instance, group) or (instance, group, source)."""
    photos = tuple(
        TrainingPhoto(f"{i}.jpg", label[0], label[1], label[2] if len(label) > 2 else 0)
        for i, label in enumerate(labels)
    )
    return Dataset(photos, ("a", "b"))


def random_case(seed: int = 0) -> tuple[Dataset, np.ndarray]:
    """60 photos: 20 instances in 10 groups, and 20 unlabelled ones, with random descriptors of 8 numbers."""
    labelled = [(i // 3, i // 6) for i in range(60)]
    dataset = photos_of(*labelled, *[(UNLABELLED, 100 + i) for i in range(20)])
    vectors = np.random.default_rng(seed).normal(size=(80, 8)).astype(np.float32)
    return dataset, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_positives_are_the_nearest_of_the_instance_within_the_range():
    # Seen from photo 0: 5 degrees is a near copy (cos 0.996), 85 too far (0.087); 40 (0.77) is nearer than 60 (0.5).
    dataset = photos_of((0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (1, 1), (1, 1))
    start = at_angles([0, 5, 40, 60, 85, 30, 200])
    rule = TupleRule(anchors_per_source=300, n_positives=1, positive_range=(0.15, 0.97))
    pairs = {(one.anchor, one.positive) for one in Miner(dataset, start, rule).mine(start, "seed")}
    assert {pair for pair in pairs if pair[0] == 0} == {(0, 2)}
    rule = TupleRule(anchors_per_source=300, n_positives=2, positive_range=(0.15, 0.97))
    pairs = {(one.anchor, one.positive) for one in Miner(dataset, start, rule).mine(start, "seed")}
    assert {pair for pair in pairs if pair[0] == 0} == {(0, 2), (0, 3)}


def test_photos_without_a_positive_are_no_anchors():
    dataset = photos_of((0, 0), (0, 0), (1, 1), (1, 1))
    start = at_angles([0, 40, 90, 91])  # the second thing's photos are copies of each other
    tuples = Miner(dataset, start, TupleRule(anchors_per_source=50)).mine(start, "seed")
    assert {one.anchor for one in tuples} == {0, 1}


def test_what_is_much_alike_is_no_negative_unless_it_is_known_to_be_something_else():
    dataset = photos_of((0, 0), (0, 0), (1, 1), (1, 1), (-1, 2), (-1, 3))
    start = at_angles([0, 20, 40, 60, 50, 110])
    rule = TupleRule(anchors_per_source=200, negatives_below=0.4)
    tuples = Miner(dataset, start, rule).mine(start, "seed")
    assert {one.negatives for one in tuples if one.anchor == 0} == {(5,)}
    told_apart = Dataset(dataset.photos, dataset.sources, ((0, 1),))
    tuples = Miner(told_apart, start, rule).mine(start, "seed")
    assert {one.negatives for one in tuples if one.anchor == 0} == {(2,), (3,), (5,)}
    assert {one.negatives for one in tuples if one.anchor == 3} == {(0,), (1,)}  # 5 is within 50 degrees


def test_without_any_positive_there_is_nothing_to_learn():
    dataset = photos_of((0, 0), (0, 0), (1, 1), (1, 1))
    with pytest.raises(DatasetError, match="nothing to learn from"):
        Miner(dataset, at_angles([0, 1, 90, 91]), TupleRule())


def test_negatives_are_near_of_other_groups_and_one_a_group():
    dataset, vectors = random_case()
    rule = TupleRule(anchors_per_source=200, positive_range=(-1, 1), n_negatives=4, negatives_among=3)
    now = random_case(seed=1)[1]
    groups = [photo.group for photo in dataset.photos]
    for one in Miner(dataset, vectors, rule).mine(now, "seed"):
        assert dataset.photos[one.anchor].instance == dataset.photos[one.positive].instance
        of_negatives = [groups[negative] for negative in one.negatives]
        assert groups[one.anchor] not in of_negatives
        assert len(set(of_negatives)) == len(of_negatives) == 4
        # Among the nearest 4 * 3 of other groups, under the present network.
        others = [i for i in range(len(groups)) if groups[i] != groups[one.anchor]]
        nearest = sorted(others, key=lambda i: -float(now[i] @ now[one.anchor]))[:12]
        assert set(one.negatives) <= set(nearest)


def test_unlabelled_photos_are_negatives_but_no_anchors():
    dataset, vectors = random_case()
    tuples = Miner(dataset, vectors, TupleRule(positive_range=(-1, 1), n_negatives=3)).mine(vectors, "seed")
    assert all(dataset.photos[one.anchor].is_labelled for one in tuples)
    assert any(not dataset.photos[negative].is_labelled for one in tuples for negative in one.negatives)


def test_sources_get_equal_shares():
    labels = [(i // 2, i // 2, 0) for i in range(4)] + [(100 + i // 2, 100 + i // 2, 1) for i in range(200)]
    dataset = photos_of(*labels)
    start = at_angles([90 * (i // 2) / 50 + 20 * (i % 2) for i in range(204)])
    tuples = Miner(dataset, start, TupleRule(anchors_per_source=30)).mine(start, "seed")
    assert Counter(dataset.photos[one.anchor].source for one in tuples) == {0: 30, 1: 30}
    # No anchor comes twice where there are enough.
    assert max(Counter(one.anchor for one in tuples if one.anchor >= 4).values()) == 1


def test_the_seed_decides():
    dataset, vectors = random_case()
    miner = Miner(dataset, vectors, TupleRule(positive_range=(-1, 1)))
    assert miner.mine(vectors, "1") == miner.mine(vectors, "1")
    assert miner.mine(vectors, "1") != miner.mine(vectors, "2")


def test_a_batch_holds_its_tuples_and_others():
    dataset, vectors = random_case()
    rule = ViewRule(n_random=3, n_random_unlabelled=1, random_share=0.5)
    tuples = Miner(dataset, vectors, TupleRule(positive_range=(-1, 1), n_negatives=2)).mine(vectors, "seed")[:5]
    batch = make_batch(dataset, tuples, 20, rule, "seed")
    assert len(batch.views) == len(batch.groups) == 5 * 4 + 20
    for one, rows in zip(tuples, batch.tuples, strict=True):
        assert batch.views[rows.anchor][0] == one.anchor
        assert batch.views[rows.positive][0] == one.positive
        assert tuple(batch.views[row][0] for row in rows.negatives) == one.negatives
    assert batch.groups.tolist() == [dataset.photos[photo].group for photo, _ in batch.views]
    numbers = {(dataset.photos[photo].is_labelled, view) for photo, view in batch.views}
    assert numbers == {(True, 0), (True, 1), (True, 2), (True, 3), (False, 0), (False, 1)}
    again = make_batch(dataset, tuples, 20, rule, "seed")
    assert (again.views, again.tuples) == (batch.views, batch.tuples)
    assert {view for _, view in make_batch(dataset, tuples, 20, ViewRule(random_share=0.0), "seed").views} == {0}
