"""Quick tuning on made-up descriptors: pairs, the matrix, the proof, and what cannot be learnt."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.errors import TuningError
from engine.label_table import LabelRow, key
from engine.projection import project
from engine.tuning import proof
from engine.tuning.judged import Judged, judge
from engine.tuning.neighbours import mutual_neighbours
from engine.tuning.proof import Answer, Measured
from engine.tuning.quick import QuickResult, tune_quickly
from engine.tuning.whitening import STRENGTHS, Metric, covariance_of_all, covariance_within, telling_apart
from tests.helpers.models import DIM, things
from tests.helpers.steps import drained

N_THINGS, N_EACH = 40, 12


def labelled(shown: NDArray[np.int64], n_things: int, truth: bool = True) -> Judged:
    """Labels of some things: each photo is the same as the next one, and another thing's photo is not."""
    rows = {b"%04d" % row: row for row in range(len(shown))}
    labels = []
    for thing in range(n_things):
        mine = np.flatnonzero(shown == thing).tolist()
        others = np.flatnonzero(shown == thing + 1).tolist()
        labels += [LabelRow(key(b"%04d" % a, b"%04d" % b), truth, 0.0) for a, b in itertools.pairwise(mine)]
        labels += [LabelRow(key(b"%04d" % mine[0], b"%04d" % other), not truth, 0.0) for other in others[:4]]
    return judge(labels, rows)


def mean_precision(vectors: NDArray[np.float32], shown: NDArray[np.int64]) -> float:
    precisions = []
    for row in range(len(vectors)):
        others = np.flatnonzero(np.arange(len(vectors)) != row)
        right = shown[others] == shown[row]
        precisions.append(proof.answer(proof.Asked(row, 0, others, right), vectors).precision)
    return float(np.mean(precisions))


# ---- pairs --------------------------------------------------------------------------------------------------------


def test_neighbours_have_to_be_mutual_near_and_no_copies() -> None:
    # On a circle, by degrees: 0 and 40 are near; 41.5 is a copy of 40; 140 is nobody's near neighbour.
    angles = np.radians([0, 40, 41.5, 140])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert drained(mutual_neighbours(vectors)).tolist() == [[0, 1], [0, 2]]


def test_only_three_neighbours_count() -> None:
    angles = np.radians([0, 12, 24, 36, 48])  # each neighbour below the bound of copies
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    pairs = drained(mutual_neighbours(vectors)).tolist()
    assert [0, 2] in pairs
    assert [0, 3] not in pairs  # 1, 2 and 4 are nearer to 3


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_photos_have_few_pairs(n: int) -> None:
    assert drained(mutual_neighbours(np.eye(4, dtype=np.float32)[:n])).shape == (0, 2)


# ---- the matrix ---------------------------------------------------------------------------------------------------


def test_covariances_by_hand() -> None:
    vectors = np.array([[0.6, 0.8], [0.6, -0.8], [-1.0, 0.0]], dtype=np.float32)
    within = drained(covariance_within(vectors, np.array([[0, 1]])))
    np.testing.assert_allclose(within, [[0, 0], [0, 1.28]], atol=1e-6)  # half of 1.6 squared
    of_all = drained(covariance_of_all(vectors))
    np.testing.assert_allclose(of_all, np.cov(vectors.T, bias=True), atol=1e-6)


def test_directions_count_by_how_much_more_things_differ_than_photos_of_one() -> None:
    # Of very many pairs and photos: a tenth of the mean of W is added, and nothing to T.
    within, of_all = np.diag([0.9, 1.9, 0.9, 1.9]), np.diag([10.0, 10.0, 1.0, 1.0])
    metric = telling_apart(within, 10**9, of_all, 10**9).share(2.0)
    wanted = np.array([1 / 1.04 - 0.1, 1 / 2.04 - 0.1, 0, 0])  # the others vary no more between things than within
    wanted = wanted / wanted.mean() + 0.03
    np.testing.assert_allclose(metric, np.diag(wanted / wanted.mean()), atol=1e-6)


def test_a_matrix_goes_a_share_of_the_way() -> None:
    metric = Metric(np.array([16.0, 1.0]), np.eye(2))
    np.testing.assert_allclose(metric.share(1.0), np.diag([4.0, 1.0]))
    np.testing.assert_allclose(metric.share(0.5), np.diag([2.0, 1.0]))
    np.testing.assert_allclose(metric.share(0.0), np.eye(2))


def test_little_to_learn_from_changes_little() -> None:
    within, of_all = np.diag([0.1, 0.3]), np.eye(2)
    few, many = (telling_apart(within, n, of_all, n).share(2.0) for n in (5, 10_000))
    assert few[0, 0] / few[1, 1] < 1.1
    assert many[0, 0] / many[1, 1] > 2.5


def test_where_nothing_tells_things_apart_all_stays() -> None:
    np.testing.assert_allclose(telling_apart(np.eye(3), 1_000, np.eye(3), 10**9).share(2.0), np.eye(3))


def test_copies_and_nonsense_teach_nothing() -> None:
    same = np.ones((2, 4), dtype=np.float32) / 2
    with pytest.raises(TuningError, match="nothing to learn"):
        drained(covariance_within(same, np.array([[0, 1]])))
    with pytest.raises(TuningError, match="nothing to learn"):
        drained(covariance_within(same, np.empty((0, 2), dtype=np.int64)))
    broken = np.array([[1.0, 0.0], [np.nan, 0.0]], dtype=np.float32)
    with pytest.raises(TuningError, match="make no sense"):
        drained(covariance_within(broken, np.array([[0, 1]])))


# ---- all of it ----------------------------------------------------------------------------------------------------


def test_what_photos_of_one_thing_differ_in_is_learnt_and_proved() -> None:
    vectors, shown = things(N_THINGS, N_EACH)
    result: QuickResult = drained(tune_quickly(vectors, labelled(shown, 6)))[0]
    gain = result.gain
    assert result.is_better
    assert gain[1] < gain[0] < gain[2]
    new_vectors, new_shown = things(N_THINGS, N_EACH, seed=9)  # other things, never seen
    before, after = mean_precision(new_vectors, new_shown), mean_precision(
        project(result.matrix, new_vectors), new_shown)
    assert after > before + 0.05
    assert result.matrix.shape == (DIM, DIM)


def test_what_weaker_strengths_come_to_is_told_after_the_best() -> None:
    vectors, shown = things(N_THINGS, N_EACH)
    results: tuple[QuickResult, ...] = drained(tune_quickly(vectors, labelled(shown, 6)))
    assert [result.strength for result in results] == sorted(STRENGTHS, reverse=True)
    assert all(result.is_better for result in results)
    assert results[0].gain[0] > results[-1].gain[0]
    assert len({len(result.measured) for result in results}) == 1


def test_the_same_library_gives_the_same_model() -> None:
    vectors, shown = things(N_THINGS, N_EACH)
    one, other = (drained(tune_quickly(vectors, labelled(shown, 6)))[0] for _ in range(2))
    np.testing.assert_array_equal(one.matrix, other.matrix)


def test_wrong_labels_prove_nothing() -> None:
    vectors, shown = things(N_THINGS, N_EACH)
    chance = np.random.default_rng(1)
    mixed = chance.permutation(shown)
    assert not drained(tune_quickly(vectors, labelled(mixed, 8)))[0].is_better


def test_tuning_again_from_the_same_start_gains_nothing_more() -> None:
    vectors, shown = things(N_THINGS, N_EACH)
    judged = labelled(shown, 6)
    first: QuickResult = drained(tune_quickly(vectors, judged))[0]
    again: QuickResult = drained(tune_quickly(vectors, judged, first.matrix))[0]
    assert again.gain[0] == pytest.approx(0.0, abs=0.01)
    assert not again.is_better


def test_each_query_is_answered_by_a_model_chosen_without_its_thing() -> None:
    vectors, shown = things(N_THINGS, N_EACH)
    judged = labelled(shown, 6)
    parts = proof.folds(judged, judged.with_pairs, 4)
    assert sorted(group for part in parts for group in part) == judged.with_pairs
    result: QuickResult = drained(tune_quickly(vectors, judged))[0]
    assert {one.asked.group for one in result.measured} <= set(judged.with_pairs)
    assert len({one.asked.row for one in result.measured}) == len(result.measured)


def test_two_things_that_are_told_apart_are_enough_among_others_that_are_not() -> None:
    vectors, shown = things(N_THINGS, N_EACH)
    rows = {b"%04d" % row: row for row in range(len(vectors))}
    of = [[b"%04d" % row for row in np.flatnonzero(shown == thing).tolist()] for thing in range(6)]
    same = [LabelRow(key(a, b), True, 0.0) for mine in of for a, b in itertools.pairwise(mine)]
    different = [LabelRow(key(of[0][number], of[4][number]), False, 0.0) for number in range(4)]
    result: QuickResult = drained(tune_quickly(vectors, judge(same + different, rows)))[0]
    assert len(result.measured) == 2 * N_EACH
    assert np.isfinite(result.gain).all()


def test_differences_that_belong_to_nothing_prove_nothing() -> None:
    vectors, _ = things(N_THINGS, N_EACH)
    rows = {b"%04d" % row: row for row in range(len(vectors))}
    labels = [LabelRow(key(b"%04d" % a, b"%04d" % (a + 1)), True, 0.0) for a in range(0, 20, 2)]
    labels += [LabelRow(key(b"%04d" % a, b"%04d" % (a + 1)), False, 0.0) for a in range(100, 110, 2)]
    with pytest.raises(TuningError, match="among the hits of one search"):
        drained(tune_quickly(vectors, judge(labels, rows)))


def test_an_interval_holds_the_mean_and_is_one_point_without_differences() -> None:
    assert proof.interval([0.5, 0.5], [0.6, 0.6], [1, 2]) == pytest.approx((0.1, 0.1, 0.1))
    mean, low, high = proof.interval([0.0, 0.0, 0.0, 0.0], [1.0, 0.0, 1.0, 0.0], [1, 2, 3, 4])
    assert mean == 0.5
    assert low < 0.5 < high


def test_groups_count_as_wholes() -> None:
    before, after = [0.0] * 40, [1.0] * 20 + [0.0] * 20
    _, low, high = proof.interval(before, after, [1] * 20 + [2] * 20)
    assert (low, high) == (0.0, 1.0)  # two groups: one gained, one did not
    _, low, high = proof.interval(before, after, range(40))
    assert 0.3 < low < high < 0.7


def test_a_gain_has_to_be_certain_noticeable_and_of_enough_queries() -> None:
    assert proof.wins((0.01, 0.005, 0.02), 30)
    assert not proof.wins((0.01, -0.001, 0.02), 30)
    assert not proof.wins((0.001, 0.0005, 0.002), 300)
    assert not proof.wins((0.01, 0.005, 0.02), 29)


def test_a_model_that_gives_the_same_for_all_finds_nothing() -> None:
    asked = proof.Asked(0, 0, np.array([1, 2, 3]), np.array([True, False, False]))
    assert proof.answer(asked, np.ones((4, 2), dtype=np.float32)).precision == pytest.approx(1 / 3)


def test_for_the_smallest_step_a_gain_without_a_sign_of_loss_will_do() -> None:
    assert proof.speaks_for((0.01, 0.0, 0.02), 20)
    assert not proof.speaks_for((0.01, -0.001, 0.02), 20)
    assert not proof.speaks_for((0.001, 0.0, 0.002), 300)
    assert not proof.speaks_for((0.01, 0.0, 0.02), 19)
    asked = proof.Asked(0, 0, np.array([1]), np.array([True]))
    # Two of thirty queries are answered better, all others as before: of some draws that is nothing.
    measured = tuple(
        Measured(replace(asked, group=number), Answer(0.5, 0, 0), Answer(0.7 if number < 2 else 0.5, 0, 0))
        for number in range(30)
    )
    is_better = [QuickResult(np.eye(2), strength, measured, 1).is_better for strength in STRENGTHS]
    assert is_better == [True, False, False]
