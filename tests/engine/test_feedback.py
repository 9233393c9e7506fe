from __future__ import annotations

import numpy as np
import pytest

from engine.feedback import DIFFERENT, RIDGE, refined

E1, E2, E3 = np.eye(3, dtype=np.float32)
NONE = np.empty((0, 3), np.float32)


def test_without_feedback_the_query_stays() -> None:
    np.testing.assert_allclose(refined(E1, NONE, NONE), E1, atol=1e-6)


def test_what_is_the_same_pulls_and_what_is_different_pushes_by_hand() -> None:
    # of rows at right angles the system is diagonal: each weighs its target / (1 + RIDGE), so 1, 1 and DIFFERENT
    wanted = np.array([1.0, 1.0, DIFFERENT]) / np.sqrt(2 + DIFFERENT**2)
    np.testing.assert_allclose(refined(E1, E2[None], E3[None]), wanted, atol=1e-6)


def test_what_same_and_different_have_in_common_counts_less() -> None:
    background = E3
    same = ((E1 + background) / np.sqrt(2))[None].astype(np.float32)
    different = ((E2 + background) / np.sqrt(2))[None].astype(np.float32)
    alone, both = refined(E1, same, NONE), refined(E1, same, different)
    assert both[2] < alone[2]
    assert both[0] > alone[0]
    # the same by the primal form: (X'X + r I) w = X't
    rows = np.stack([E1, same[0], different[0]])
    primal = np.linalg.solve(rows.T @ rows + RIDGE * np.eye(3), rows.T @ [1, 1, DIFFERENT])
    np.testing.assert_allclose(both, primal / np.linalg.norm(primal), atol=1e-6)


@pytest.mark.parametrize("n", [1, 40])
def test_the_result_is_of_unit_length_and_finite(n: int) -> None:
    rows = np.random.default_rng(n).normal(size=(2 * n, 512)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    better = refined(rows[0], rows[:n], rows[n:])
    assert better.dtype == np.float32
    assert np.linalg.norm(better) == pytest.approx(1, abs=1e-5)


def test_a_query_that_is_told_to_be_different_from_itself_is_still_a_query() -> None:
    twice = refined(E1, NONE, np.stack([E1, E1]))  # 1 - 0.5 - 0.5 = 0
    np.testing.assert_allclose(twice, E1, atol=1e-6)
