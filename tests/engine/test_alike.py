"""Which shots are near-identical, worked out by hand on directions in a plane."""

from __future__ import annotations

import numpy as np

from engine.alike import first_of_each
from engine.messages import NEAR_IDENTICAL


def _directions(*degrees: float) -> np.ndarray:
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_shots_join_the_first_they_are_close_to() -> None:
    # cos 25 degrees is 0.906, cos 30 degrees 0.866
    assert first_of_each(_directions(0, 90, 25, 70, 180)).tolist() == [0, 1, 0, 1, 4]


def test_small_steps_do_not_join_what_is_not_alike() -> None:
    assert first_of_each(_directions(0, 20, 40, 60, 80)).tolist() == [0, 0, 2, 2, 4]


def test_what_has_joined_takes_nobody_with_it() -> None:
    assert first_of_each(_directions(0, 20, 40), 0.9).tolist() == [0, 0, 2]


def test_one_and_none() -> None:
    assert first_of_each(_directions(45)).tolist() == [0]
    assert first_of_each(np.empty((0, 8), np.float32)).tolist() == []
    assert 0.85 < NEAR_IDENTICAL < 0.95
