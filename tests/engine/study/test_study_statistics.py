"""Intervals against values that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from engine.study.statistics import (
    HOLDS,
    HOLDS_NOT,
    NOT_DECIDED,
    Bootstrap,
    Interval,
    mean_of,
    mean_of_sets,
    spread,
)


def test_two_queries_can_be_drawn_in_four_ways():
    # The mean of two draws from 0 and 1 is 0, 1/2, 1/2 or 1, each a quarter of the time: 95 % are 0 to 1.
    found = Bootstrap({"a": 2}).interval({"a": [0.0, 1.0]})
    assert found == Interval(0.5, 0.0, 1.0)


def test_each_set_counts_the_same_however_many_queries_it_has():
    found = Bootstrap({"a": 4, "b": 1}).interval({"a": [0.25] * 4, "b": [0.75]})
    assert (found.value, found.low, found.high) == pytest.approx((0.5, 0.5, 0.5))
    assert mean_of_sets({"a": [0.0, 0.0, 0.0, 0.4], "b": [0.9]}) == pytest.approx(0.5)


def test_queries_are_drawn_within_their_set():
    # Were they drawn from both sets together, the means would be anything between 0 and 1.
    found = Bootstrap({"a": 5, "b": 5}).interval({"a": [0.0] * 5, "b": [1.0] * 5})
    assert (found.low, found.high) == pytest.approx((0.5, 0.5))


def test_a_difference_is_that_of_pairs():
    bootstrap = Bootstrap({"a": 3})
    first, second = {"a": [0.15, 0.55, 0.95]}, {"a": [0.10, 0.50, 0.90]}
    assert bootstrap.interval(first).high - bootstrap.interval(first).low > 0.4
    found = bootstrap.difference(first, second)
    assert (found.value, found.low, found.high) == pytest.approx((0.05, 0.05, 0.05))


def test_many_queries_give_the_interval_of_the_normal_distribution():
    values = np.random.default_rng(5).random(400)
    found = Bootstrap({"a": 400}, n_draws=4000).interval({"a": values.tolist()})
    half = 1.96 * values.std() / 20
    assert found.low == pytest.approx(values.mean() - half, abs=0.1 * half)
    assert found.high == pytest.approx(values.mean() + half, abs=0.1 * half)


def test_the_same_seed_draws_the_same():
    figures = {"a": [0.1, 0.2, 0.9, 0.4]}
    assert Bootstrap({"a": 4}).interval(figures) == Bootstrap({"a": 4}).interval(figures)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.01, 0.03, HOLDS), (-0.03, -0.01, HOLDS_NOT), (-0.01, 0.03, NOT_DECIDED), (0.0, 0.03, NOT_DECIDED),
     (1e-17, 1e-16, NOT_DECIDED)],
)
def test_what_an_interval_says_of_a_statement(low, high, verdict):
    assert Interval((low + high) / 2, low, high).verdict() == verdict


def test_means_of_seeds_and_their_spread():
    assert mean_of([{"a": [0.0, 0.5]}, {"a": [0.5, 0.5]}]) == {"a": [0.25, 0.5]}
    assert spread([0.1, 0.3]) == pytest.approx(0.1 * 2**0.5)  # squares of 0.1 and 0.1, over n - 1 = 1
    assert spread([0.1]) is None
