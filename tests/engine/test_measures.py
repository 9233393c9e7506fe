"""The measures against rankings worked out by hand."""

from __future__ import annotations

import pytest

from engine.measures import Tally, average_precision, mean, recall_at


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
