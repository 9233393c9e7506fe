"""Descriptors of a model whose whitening was turned follow from those of the model it came from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.actnet.checkpoint import load, read_card, save
from engine.actnet.network import ActNet, Architecture
from engine.errors import ModelError
from engine.projection import between, project, save_projected
from engine.transform import InputRule

DIM = 16


def near_identity(seed: int) -> np.ndarray:
    return np.eye(DIM) + 0.2 * np.random.default_rng(seed).normal(size=(DIM, DIM))


@pytest.fixture(scope="module")
def network() -> ActNet:
    torch.manual_seed(0)
    return ActNet(Architecture(dim=DIM, rule=InputRule(area_px=96 * 96))).eval()


@pytest.fixture
def start(network: ActNet, tmp_path: Path) -> Path:
    return save(network, tmp_path / "start.safetensors", name="start", licence="CC0", origin="A test.").path


def test_the_new_network_gives_what_the_projection_says_and_back(start: Path, tmp_path: Path) -> None:
    matrix = near_identity(1)
    card = save_projected(start, matrix, tmp_path / "new.safetensors", name="new", origin="Turned.")
    assert (card.name, card.licence, card.origin) == ("new", "CC0", "A test. Turned.")
    assert card.model_id != read_card(start).model_id
    found = between(start, card.path)
    back = between(card.path, start)
    assert found is not None
    assert back is not None
    # the length of the layer is kept, so the matrix is found but for one factor
    np.testing.assert_allclose(found / np.linalg.norm(found), matrix / np.linalg.norm(matrix), atol=1e-3)
    rgb = torch.randint(0, 256, (3, 64, 64, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        old, new = load(start)(rgb).numpy(), load(card.path)(rgb).numpy()
    assert (project(found, old) * new).sum(axis=1).min() > 0.99999
    assert (project(back, new) * old).sum(axis=1).min() > 0.99999


def test_by_hand() -> None:
    matrix = np.array([[3.0, 0.0], [0.0, 4.0]])
    vectors = np.array([[1.0, 0.0], [0.7071068, 0.7071068]], dtype=np.float32)
    np.testing.assert_allclose(project(matrix, vectors), [[1.0, 0.0], [0.6, 0.8]], atol=1e-6)


def test_models_that_differ_in_more_have_no_projection(network: ActNet, start: Path, tmp_path: Path) -> None:
    with torch.no_grad():
        network.log_balance.add_(0.5)
        other = save(network, tmp_path / "balance.safetensors", name="x", licence="", origin="")
        network.log_balance.sub_(0.5)
        network.whitening.weight.mul_(torch.rand(1, network.whitening.weight.shape[1]))
        stretched = save(network, tmp_path / "weights.safetensors", name="x", licence="", origin="")
    small = save(ActNet(Architecture(dim=8)), tmp_path / "small.safetensors", name="x", licence="", origin="")
    assert between(start, other.path) is None
    assert between(start, stretched.path) is None
    assert between(start, small.path) is None


def test_what_float16_cannot_hold_is_not_written(start: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not saved"):
        save_projected(start, np.full((DIM, DIM), np.nan), tmp_path / "bad.safetensors", name="bad", origin="")
    assert not (tmp_path / "bad.safetensors").exists()
