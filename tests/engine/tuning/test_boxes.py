"""How many boxes find their photo: by hand, and the same in any number of steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.learning import Found
from engine.projection import project
from engine.tuning import boxes
from engine.tuning.boxes import Boxes, found, is_worse
from tests.helpers.steps import drained


def units(vectors: Any) -> Any:
    vectors = np.asarray(vectors, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_ranks_by_hand() -> None:
    gallery = units([[1, 0], [0, 1], [1, 1]])
    queries = units([[1, 0.1], [1, 0.1]])
    assert drained(found(Boxes(queries, np.array([0, 1])), queries, gallery)) == Found(0.5, 1.0)


def test_steps_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(1)
    gallery, rows = units(chance.normal(size=(70, 8))), chance.permutation(70)[:30]
    queries = units(gallery[rows] + 0.5 * chance.normal(size=(30, 8)))
    matrix = np.eye(8) + 0.3 * chance.normal(size=(8, 8))
    under = lambda vectors: project(matrix, vectors)  # noqa: E731
    asked = Boxes(queries, rows)
    whole = drained(found(asked, under(queries), under(gallery)))
    assert 0 < whole.first < whole.top_ten
    monkeypatch.setattr(boxes, "_CHUNK", 9)
    assert drained(found(asked, under(queries), gallery, under)) == whole


def test_a_hundredth_may_be_lost() -> None:
    before = Found(0.7, 0.9)
    assert not is_worse(before, Found(0.691, 0.891))
    assert is_worse(before, Found(0.688, 0.95))
    assert is_worse(before, Found(0.8, 0.888))
