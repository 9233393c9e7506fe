"""The whitening and the network, against values worked out by hand."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
import torch

from engine.actnet.network import ActNet, Architecture, StreamSpec, fit_whitening
from engine.errors import ModelError
from engine.transform import InputRule


def test_full_whitening_gives_unit_covariance_and_half_whitening_its_root() -> None:
    generator = torch.Generator().manual_seed(1)
    data = torch.randn(4000, 6, generator=generator) @ torch.diag(torch.tensor([5.0, 3.0, 2.0, 1.0, 0.7, 0.3])) + 4.0
    weight, bias = fit_whitening(data, 6, exponent=0.5)
    white = data @ weight.T + bias
    assert torch.allclose(white.mean(0), torch.zeros(6), atol=1e-3)
    assert torch.allclose(white.T @ white / len(white), torch.eye(6), atol=1e-3)
    half_weight, half_bias = fit_whitening(data, 2, exponent=0.25)
    half = data @ half_weight.T + half_bias
    deviations = half.pow(2).mean(0).sqrt()
    assert deviations.tolist() == pytest.approx([math.sqrt(5.0), math.sqrt(3.0)], rel=0.05)


def test_whitening_is_the_same_whether_few_descriptors_or_many_say_the_same() -> None:
    few = torch.randn(20, 30, generator=torch.Generator().manual_seed(5))
    # Twice the same descriptors have the same covariance, but are more than they have numbers.
    found, wanted = fit_whitening(few, 19), fit_whitening(torch.cat([few, few]), 19)
    described, expected = (few @ weight.T + bias for weight, bias in (found, wanted))
    assert torch.allclose(described.abs(), expected.abs(), atol=1e-4)  # the sign of a component is anything
    all_of_them, _ = fit_whitening(few, 20)  # the last component has nothing to stand on
    assert torch.isfinite(all_of_them).all()


@pytest.fixture(scope="module")
def network() -> ActNet:
    torch.manual_seed(0)
    return ActNet(Architecture(dim=32, rule=InputRule(area_px=96 * 96))).eval()


def test_descriptors_have_unit_length_and_do_not_depend_on_the_batch(network: ActNet) -> None:
    rgb = torch.randint(0, 256, (3, 64, 96, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        together = network(rgb)
        single = torch.cat([network(picture[None]) for picture in rgb])
    assert together.shape == (3, 32)
    assert torch.allclose(together.norm(dim=1), torch.ones(3), atol=1e-5)
    assert torch.allclose(together, single, atol=1e-5)


def test_the_balance_decides_the_share_of_each_stream(network: ActNet) -> None:
    rgb = torch.randint(0, 256, (1, 64, 64, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(3))
    before = network.log_balance.detach().clone()
    try:
        with torch.no_grad():
            network.log_balance.copy_(torch.tensor([3.0, 4.0]).log())
            pooled = network.pool_streams(network.early(rgb))[0]
    finally:
        with torch.no_grad():
            network.log_balance.copy_(before)
    assert pooled[:720].norm().item() == pytest.approx(0.6, abs=1e-4)
    assert pooled[720:].norm().item() == pytest.approx(0.8, abs=1e-4)


def test_gradients_reach_every_kind_of_parameter(network: ActNet) -> None:
    network.zero_grad()
    rgb = torch.randint(0, 256, (1, 64, 64, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(4))
    network(rgb)[0, 0].backward()
    for parameter in (network.log_balance, network.whitening.weight, network.poolings[0].activation.log_shape):
        assert parameter.grad is not None
        assert torch.isfinite(parameter.grad).all()
        assert parameter.grad.abs().sum() > 0
    network.zero_grad()


def test_an_architecture_survives_being_written_down() -> None:
    streams = (StreamSpec("head", power=1.0), StreamSpec("expanded32", "gem", per_channel=True))
    architecture = Architecture(streams=streams, dim=256, rule=InputRule(area_px=512 * 512))
    assert Architecture.from_json(json.loads(json.dumps(architecture.to_json()))) == architecture


@pytest.mark.parametrize("dim", [256, 512, 1024, 2048])
def test_descriptors_can_have_every_usual_length(dim: int) -> None:
    streams = (StreamSpec("expanded16"), StreamSpec("expanded32", "exponential"), StreamSpec("head", "gem"))
    network = ActNet(Architecture(streams=streams, dim=dim))
    assert network.whitening.weight.shape == (dim, 720 + 1248 + 1280)
    assert network.log_balance.shape == (3,)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"backbone": "vgg"}, "no backbone “vgg”: choose one of efficientnet-lite2"),
        ({"streams": ()}, "at least one stream"),
        ({"streams": (StreamSpec("head"), StreamSpec("head"))}, "each only once"),
        ({"streams": (StreamSpec("conv9"),)}, "no stream “conv9”: choose from expanded16"),
        ({"streams": (StreamSpec("head", "median"),)}, "no pooling “median”: choose one of weibull"),
        ({"streams": (StreamSpec("head", power=float("nan")),)}, "power after pooling"),
        ({"streams": (StreamSpec("head"),), "dim": 1281}, "1 to 1280 numbers; 1281 is not possible"),
        ({"dim": 0}, "0 is not possible"),
        ({"rule": InputRule(multiple=16)}, "multiples of 32, not 16"),
    ],
)
def test_architectures_that_there_are_not_are_refused(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        Architecture(**wrong)


def test_a_whitening_is_not_fitted_on_fewer_photos_than_it_has_numbers() -> None:
    with pytest.raises(ModelError, match="at least 8 photos, but there are 7"):
        fit_whitening(torch.rand(7, 20), 8)


