"""Held-out retrieval, by hand: descriptors on a circle, so that the nearest angle is the first hit."""

from __future__ import annotations

import numpy as np
import pytest

from engine.training.dataset import UNLABELLED, Dataset, TrainingPhoto
from engine.training.held_out import HeldOut, measure


def measured(rows: list[tuple[int, int, int, float]], queries: list[int]) -> HeldOut:
    """Photos as (instance, group, source, angle in degrees)."""
    photos = tuple(TrainingPhoto(f"{i}.jpg", *row[:3]) for i, row in enumerate(rows))
    angles = np.radians([row[3] for row in rows])
    descriptors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    return measure(Dataset(photos, ("a", "b")), queries, descriptors)


def test_average_precision_of_each_query():
    # From 0, the other photo of the thing (at 30) comes after that at 20: 1/2; so does that at 0 from 30: 1/2. From 20,
    # that at 60 comes after those at 30 and 0: 1/3; from 60, that at 20 after that at 30: 1/2.
    rows = [(0, 0, 0, 0.0), (0, 0, 0, 30.0), (1, 1, 0, 20.0), (1, 1, 0, 60.0)]
    found = measured(rows, [0, 1, 2, 3])
    assert found.by_source == {"a": pytest.approx((1 / 2 + 1 / 2 + 1 / 3 + 1 / 2) / 4)}
    assert found.mean == pytest.approx(11 / 24, abs=1e-6)


def test_photos_to_learn_from_are_no_hits_but_unlabelled_ones_are():
    rows = [(0, 0, 0, 0.0), (0, 0, 0, 30.0), (1, 1, 0, 10.0), (UNLABELLED, 9, 0, 20.0)]
    # Only 0 and 1 are held out: the thing at 10 is not searched, the unlabelled photo at 20 comes first for both.
    assert measured(rows, [0, 1]).by_source == {"a": pytest.approx(1 / 2)}


def test_what_may_show_the_same_counts_neither_for_nor_against():
    rows = [(0, 0, 0, 0.0), (0, 0, 0, 30.0), (1, 0, 0, 10.0), (1, 0, 0, 20.0)]
    assert measured(rows, [0, 1, 2, 3]).by_source == {"a": 1.0}


def test_each_source_is_searched_alone_and_counts_the_same():
    rows = [
        (0, 0, 0, 0.0), (0, 0, 0, 30.0),
        (1, 1, 1, 10.0), (1, 1, 1, 11.0), (1, 1, 1, 12.0), (2, 2, 1, 11.5), (2, 2, 1, 90.0),
    ]
    found = measured(rows, list(range(7)))
    assert found.by_source["a"] == 1.0  # what lies between is of the other source
    assert found.by_source["b"] < 1.0
    assert found.mean == pytest.approx((1 + found.by_source["b"]) / 2, abs=1e-6)


def test_a_photo_without_another_of_its_thing_is_no_query():
    rows = [(0, 0, 0, 0.0), (0, 0, 0, 30.0), (1, 1, 0, 80.0)]
    assert measured(rows, [0, 1, 2]).by_source == {"a": 1.0}


def test_without_held_out_photos_nothing_is_better_or_worse():
    nothing, something = measured([(0, 0, 0, 0.0), (0, 0, 0, 1.0)], []), HeldOut({"a": 0.5})
    assert nothing.mean is None
    assert not nothing.is_worse_than(something)
    assert not something.is_worse_than(nothing)
    assert HeldOut({"a": 0.4}).is_worse_than(something)
    assert not something.is_worse_than(something)
