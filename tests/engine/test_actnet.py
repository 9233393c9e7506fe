"""The activation, the pooling, the whitening and the network, against values worked out by hand."""

from __future__ import annotations

import math

import pytest
import torch

from engine.actnet.activations import ModifiedWeibull, modified_weibull
from engine.actnet.backbone import EfficientNetLite2, PaddedConv2d
from engine.actnet.network import ActNet, Architecture, StreamSpec, fit_whitening, pool
from engine.transform import InputRule


def test_weibull_has_the_values_of_its_formula() -> None:
    x = torch.tensor([0.0, 2.0, 4.0, 6.0], dtype=torch.float64)
    got = modified_weibull(x, torch.tensor(4.0, dtype=torch.float64), torch.tensor(3.0, dtype=torch.float64))
    wanted = [0.0, 1 - math.exp(-1 / 8), 1 - math.exp(-1), 1 - math.exp(-27 / 8)]
    assert got.tolist() == pytest.approx(wanted, abs=1e-12)


def test_weibull_sinks_weak_responses_and_equalises_strong_ones() -> None:
    weibull = ModifiedWeibull()
    weak, weaker, strong, stronger = weibull(torch.tensor([0.5, 0.25, 8.0, 16.0])).tolist()
    assert weak / weaker == pytest.approx(8, rel=0.01)  # as x^3
    assert stronger - strong < 0.01


def test_weibull_starts_at_the_values_it_is_given_and_learns_both() -> None:
    weibull = ModifiedWeibull(scale=4.0, shape=3.0)
    assert weibull.log_scale.exp().item() == pytest.approx(4.0)
    assert weibull.log_shape.exp().item() == pytest.approx(3.0)
    weibull(torch.tensor([1.0, 3.0])).sum().backward()
    assert weibull.log_scale.grad is not None
    assert weibull.log_scale.grad.item() < 0 < abs(weibull.log_shape.grad.item())  # type: ignore[union-attr]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_weibull_is_finite_in_value_and_gradient_for_any_input(dtype: torch.dtype) -> None:
    weibull = ModifiedWeibull().to(dtype)
    x = torch.cat([torch.zeros(1), torch.logspace(-12, 4, 200)]).to(dtype).requires_grad_()
    y = weibull(x)
    y.sum().backward()
    assert torch.isfinite(y).all()
    assert x.grad is not None
    assert torch.isfinite(x.grad).all()
    assert torch.isfinite(weibull.log_shape.grad).all()


def test_weibull_gradient_agrees_with_finite_differences() -> None:
    x = torch.tensor([0.3, 1.0, 4.0, 5.5], dtype=torch.float64, requires_grad=True)
    scale = torch.tensor(4.0, dtype=torch.float64, requires_grad=True)
    shape = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(modified_weibull, (x, scale, shape))


def test_pool_is_the_root_of_the_mean_at_unit_length() -> None:
    activated = torch.tensor([[[[1.0, 3.0], [2.0, 2.0]], [[0.0, 0.0], [0.0, 2.0]]]])  # means 2 and 0.5
    root = [math.sqrt(2.0), math.sqrt(0.5)]
    length = math.hypot(*root)
    assert pool(activated, 0.5)[0].tolist() == pytest.approx([value / length for value in root], rel=1e-5)


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


@pytest.fixture(scope="module")
def network() -> ActNet:
    torch.manual_seed(0)
    return ActNet(Architecture(dim=32, rule=InputRule(area_px=96 * 96))).eval()


def test_the_streams_have_the_documented_shapes_and_range() -> None:
    torch.manual_seed(0)
    backbone = EfficientNetLite2(("expanded16", "expanded32", "head")).eval()
    with torch.no_grad():
        maps = backbone(torch.rand(2, 3, 64, 96) * 2 - 1)
    assert [tuple(stream.shape) for stream in maps] == [(2, 720, 4, 6), (2, 1248, 2, 3), (2, 1280, 2, 3)]
    assert all(stream.min() >= 0 and stream.max() <= 6 for stream in maps)


def test_strided_convolutions_pad_as_at_the_native_resolution() -> None:
    backbone = EfficientNetLite2(("head",))
    padded = [module for module in backbone.modules() if isinstance(module, PaddedConv2d)]
    # TensorFlow's "same" for 260 px: 260 -> 130 -> 65 -> 33 -> 17 -> 9 with kernels 3, 3, 5, 3, 5.
    assert [(conv.before, conv.after) for conv in padded] == [(0, 1), (0, 1), (2, 2), (1, 1), (2, 2)]


def test_a_backbone_refuses_streams_it_does_not_have() -> None:
    with pytest.raises(ValueError, match="no stream conv9"):
        EfficientNetLite2(("conv9",))


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
    for parameter in (network.log_balance, network.whitening.weight, network.activations[0].log_shape):
        assert parameter.grad is not None
        assert torch.isfinite(parameter.grad).all()
        assert parameter.grad.abs().sum() > 0
    network.zero_grad()


def test_an_architecture_survives_being_written_down() -> None:
    architecture = Architecture(streams=(StreamSpec("head", power=1.0),), dim=256, rule=InputRule(area_px=512 * 512))
    assert Architecture.from_json(architecture.to_json()) == architecture


