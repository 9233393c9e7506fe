"""The measures against rankings worked out by hand."""

from __future__ import annotations

import random

import pytest

from engine.measures import (
    ProtocolTally,
    Tally,
    average_precision,
    interpolated_precision,
    mean,
    precision_at,
    recall_at,
    without_junk,
)


def test_average_precision_by_hand() -> None:
    assert average_precision([True, True]) == 1.0
    assert average_precision([False, True]) == 0.5
    # Right at ranks 1, 3 and 6: (1/1 + 2/3 + 3/6) / 3.
    assert average_precision([True, False, True, False, False, True]) == pytest.approx((1 + 2 / 3 + 1 / 2) / 3)
    assert average_precision([False, False]) == 0.0
    assert average_precision([]) == 0.0


def test_recall_by_hand() -> None:
    assert recall_at([False, True], 1) == 0.0
    assert recall_at([False, True], 2) == 1.0
    assert recall_at([], 10) == 0.0


def test_a_mean_is_of_what_is_known() -> None:
    assert mean([1.0, None, 0.5]) == 0.75
    assert mean([None]) is None
    assert mean([]) is None


def test_a_tally_sums_up_its_queries() -> None:
    tally = Tally()
    assert tally.summary() == {
        "queries": 0, "mAP": None, "recall@1": None, "recall@10": None, "box_centre_rate": None,
    }
    tally.add([True])
    tally.add([False, True])
    tally.centred += [True, False]
    assert tally.summary() == {"queries": 2, "mAP": 0.75, "recall@1": 0.5, "recall@10": 1.0, "box_centre_rate": 0.5}


# ---- published protocols ---------------------------------------------------------------------------------------


def test_interpolated_precision_by_hand() -> None:
    assert interpolated_precision([0, 1], 2) == 1.0
    # A single right answer at rank 1: precision 0 before it, 1/2 with it.
    assert interpolated_precision([1], 1) == 0.25
    # Ranks 0, 2 and 5: trapezoids (1 + 1)/2, (1/2 + 2/3)/2 and (2/5 + 3/6)/2. Without interpolation it is 13/18.
    assert interpolated_precision([0, 2, 5], 3) == pytest.approx((1 + 7 / 12 + 9 / 20) / 3)
    assert average_precision([True, False, True, False, False, True]) == pytest.approx(13 / 18)
    # What was not found counts as nothing.
    assert interpolated_precision([0], 4) == 0.25
    assert interpolated_precision([], 3) == 0.0


def area_below_the_curve(ranking: list[str], right: set[str], junk: set[str]) -> float:
    """The definition as the authors of the Oxford buildings wrote it: one walk through the ranking of names."""
    recall_before, precision_before, area = 0.0, 1.0, 0.0
    n_right = n_seen = 0
    for name in ranking:
        if name in junk:
            continue
        n_seen += 1
        n_right += name in right
        recall, precision = n_right / len(right), n_right / n_seen
        area += (recall - recall_before) * (precision_before + precision) / 2
        recall_before, precision_before = recall, precision
    return area


def test_interpolated_precision_is_the_published_area() -> None:
    chance = random.Random(4)
    for _ in range(200):
        ranking = [str(number) for number in range(30)]
        chance.shuffle(ranking)
        right = set(chance.sample(ranking, chance.randint(1, 12)))
        junk = set(chance.sample(sorted(set(ranking) - right), chance.randint(0, 12)))
        right_ranks = [rank for rank, name in enumerate(ranking) if name in right]
        junk_ranks = [rank for rank, name in enumerate(ranking) if name in junk]
        found = interpolated_precision(without_junk(right_ranks, junk_ranks), len(right))
        assert found == pytest.approx(area_below_the_curve(ranking, right, junk))


def test_junk_before_a_hit_lifts_it_and_junk_behind_does_not() -> None:
    assert without_junk([1, 4], [0, 2, 5]) == [0, 2]
    assert without_junk([1, 4], []) == [1, 4]
    assert without_junk([0], [1, 2]) == [0]
    assert without_junk([], [0]) == []


def test_precision_at_k_by_hand() -> None:
    assert [precision_at([0, 2, 5], k) for k in (1, 5, 10)] == pytest.approx([1.0, 2 / 5, 3 / 6])
    assert [precision_at([1], k) for k in (1, 5, 10)] == [0.0, 0.5, 0.5]
    assert precision_at([0], 10) == 1.0  # nothing better is possible
    assert precision_at([], 10) == 0.0


def test_a_query_without_right_answers_does_not_count() -> None:
    tally = ProtocolTally()
    assert tally.summary() == {"queries": 0, "mAP": None, "mP@1": None, "mP@5": None, "mP@10": None}
    tally.add([], 0)
    assert tally.summary()["queries"] == 0
    tally.add([0], 1)
    tally.add([], 2)  # there are some, but none was found
    assert tally.summary() == {"queries": 2, "mAP": 0.5, "mP@1": 0.5, "mP@5": 0.5, "mP@10": 0.5}
