"""Leave-one-out retrieval on descriptors that are angles, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from engine.measures import interpolated_curve
from engine.study.measuring import MeasuredSet, measure

# Rows: two photos of a, two of b, a distractor, and a photo of another set.
ANGLES = np.radians([0, 30, 20, 200, 12, 1])
DESCRIPTORS = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1).astype(np.float32)
THINGS = ("a", "a", "b", "b")


def test_each_photo_is_searched_among_its_set_and_the_distractors():
    one = MeasuredSet("one", (0, 1, 2, 3), THINGS, {})
    found = measure([one], [4], DESCRIPTORS)
    # From 0 degrees: the distractor (12), b (20), a (30); from 30: b, the distractor, a; from 20: the distractor, a, a,
    # and b at 200; from 200: a (160 away), a (170), the distractor (172), b (180).
    assert found.precisions == {"one": pytest.approx([1 / 3, 1 / 3, 1 / 4, 1 / 4])}
    assert found.firsts == {"one": [0, 0, 0, 0]}
    assert found.curves == {"one": pytest.approx([7 / 24] * 101)}


def test_things_that_may_show_the_same_count_neither_way():
    ignored = {"a": frozenset({"b"}), "b": frozenset({"a"})}
    found = measure([MeasuredSet("one", (0, 1, 2, 3), THINGS, ignored)], [4], DESCRIPTORS)
    assert found.precisions == {"one": pytest.approx([1 / 2] * 4)}
    assert measure([MeasuredSet("one", (0, 1, 2, 3), THINGS, ignored)], [], DESCRIPTORS).firsts == {"one": [1] * 4}


def test_a_thing_with_one_photo_asks_nothing_but_is_in_the_way():
    one = MeasuredSet("one", (0, 1, 2), ("a", "a", "b"), {})
    assert one.queries() == [0, 1]
    assert measure([one], [], DESCRIPTORS).precisions == {"one": pytest.approx([1 / 2, 1 / 2])}


def test_other_sets_are_not_in_the_way():
    other = MeasuredSet("other", (5, 4), ("c", "c"), {})
    found = measure([MeasuredSet("one", (0, 1), ("a", "a"), {}), other], [], DESCRIPTORS)
    assert found.precisions == {"one": [1, 1], "other": [1, 1]}


def test_precision_by_recall_by_hand():
    # Right at ranks 1, 3 and 6: precision 1, 2/3, 1/2 at recall 1/3, 2/3 and 1.
    curve = interpolated_curve([True, False, True, False, False, True])
    assert curve == pytest.approx([1] * 34 + [2 / 3] * 33 + [1 / 2] * 34)
    # The precision at a higher recall counts where it is better.
    assert interpolated_curve([False, True, True]) == pytest.approx([2 / 3] * 101)
    assert interpolated_curve([False, False]) == [0] * 101
