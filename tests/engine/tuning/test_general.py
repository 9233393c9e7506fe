"""What is known of photos of all kinds: kept beside a model, used if it fits, and what tuning makes of it."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file

from engine.actnet.checkpoint import ModelCard, read_card
from engine.projection import project
from engine.tuning.general import OF_ALL, WITHIN, General, general_file, read_general
from engine.tuning.quick import tune_quickly
from engine.tuning.whitening import covariance_of_all, covariance_within, telling_apart
from tests.engine.conftest import MODEL
from tests.engine.tuning.test_quick import labelled, mean_precision
from tests.helpers.models import DIM, make_model, things
from tests.helpers.steps import drained


def keep(card: ModelCard, within: NDArray[np.float64]) -> Path:
    path = general_file(card.path)
    path.parent.mkdir(exist_ok=True)
    arrays = {WITHIN: within.astype(np.float16), OF_ALL: np.eye(len(within), dtype=np.float16)}
    save_file(arrays, path, {"model": card.model_id})
    return path


def test_the_shipped_model_knows_photos_of_all_kinds() -> None:
    general = read_general(read_card(MODEL))
    assert general is not None
    assert general.within.shape == general.of_all.shape == (512, 512)
    assert np.trace(general.within) == pytest.approx(512, rel=0.01)


def test_what_is_kept_is_used_if_it_fits(tmp_path: Path) -> None:
    card = make_model(tmp_path / "start.safetensors")
    assert read_general(card) is None
    within = np.diag(np.linspace(0.5, 1.5, DIM))
    keep(card, within)
    general = read_general(card)
    assert general is not None
    np.testing.assert_allclose(general.within, within, atol=1e-3)
    assert read_general(replace(card, model_id="other-00000000")) is None
    assert read_general(replace(card, dim=DIM + 1)) is None
    keep(card, np.diag(np.linspace(-1.0, 3.0, DIM)))
    assert read_general(card) is None  # no covariance: in some directions it is below zero


@pytest.mark.expects_warnings
def test_what_is_damaged_is_not_used_and_told_to_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    card = make_model(tmp_path / "start.safetensors")
    path = keep(card, np.eye(DIM))
    assert read_general(card) is not None
    assert not caplog.records
    path.write_bytes(path.read_bytes()[:-100])
    with caplog.at_level(logging.WARNING):
        assert read_general(card) is None
    assert "photos of all kinds" in caplog.text


def test_what_is_known_counts_as_much_as_the_library() -> None:
    library, known = np.diag([1.0, 3.0]), General(np.diag([1.5, 0.5]), np.eye(2))
    mixed = telling_apart(library, 10**9, 5 * np.eye(2), 10**9, known).share(2.0)
    # Of the trace 4.4 that the library has with the tenth that is added, each has one half; of 10 as well.
    within, of_all = np.array([1.2 + 3.3, 3.2 + 1.1]), np.array([10.0, 10.0])
    weights = 1 / within - 1 / of_all
    weights = weights / weights.mean() + 0.03
    np.testing.assert_allclose(np.diag(mixed), weights / weights.mean(), rtol=1e-6)


def test_what_a_library_is_too_small_to_tell_is_known_of_photos_of_all_kinds() -> None:
    vectors, shown = things(12, 6)
    many, many_shown = things(300, 12, seed=5)
    pairs = np.array([(row, row + 1) for row in range(len(many) - 1) if many_shown[row] == many_shown[row + 1]])
    known = General(drained(covariance_within(many, pairs)), drained(covariance_of_all(many)))
    judged = labelled(shown, 8)
    alone, helped = (drained(tune_quickly(vectors, judged, None, one))[0] for one in (None, known))
    new_vectors, new_shown = things(40, 12, seed=9)
    before, by_itself, by_both = (
        mean_precision(one, new_shown)
        for one in (new_vectors, project(alone.matrix, new_vectors), project(helped.matrix, new_vectors))
    )
    assert by_both > by_itself > before
