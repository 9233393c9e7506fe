"""The activations against values worked out by hand; finite, in value and gradients, for whatever a map may hold."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable

import pytest
import torch
from torch import nn

from engine.actnet.activations import (
    ACTIVATIONS,
    MAX_EXPONENT,
    Exponential,
    ModifiedWeibull,
    exponential,
    modified_weibull,
    power,
    sine_hyperbolic,
)


def number(value: float) -> torch.Tensor:
    return torch.tensor(value, dtype=torch.float64)


def test_weibull_has_the_values_of_its_formula() -> None:
    x = torch.tensor([0.0, 2.0, 4.0, 6.0], dtype=torch.float64)
    wanted = [0.0, 1 - math.exp(-1 / 8), 1 - math.exp(-1), 1 - math.exp(-27 / 8)]
    assert modified_weibull(x, number(4.0), number(3.0)).tolist() == pytest.approx(wanted, abs=1e-12)


def test_exponential_has_the_values_of_its_formula() -> None:
    x = torch.tensor([0.0, 1e-9, 2.0, 6.0], dtype=torch.float64)
    wanted = [0.0, 5e-10, math.e - 1, math.exp(3) - 1]
    assert exponential(x, number(0.5)).tolist() == pytest.approx(wanted, rel=1e-9)


def test_sine_hyperbolic_has_the_values_of_its_formula() -> None:
    x = torch.tensor([0.0, 1e-9, 2.0, 6.0], dtype=torch.float64)
    wanted = [0.0, 5e-10, (math.e - 1 / math.e) / 2, (math.exp(3) - math.exp(-3)) / 2]
    assert sine_hyperbolic(x, number(0.5)).tolist() == pytest.approx(wanted, rel=1e-9)


def test_weibull_sinks_weak_responses_and_equalises_strong_ones() -> None:
    weak, weaker, strong, stronger = ModifiedWeibull(1)(torch.tensor([0.5, 0.25, 8.0, 16.0])).tolist()
    assert weak / weaker == pytest.approx(8, rel=0.01)  # as x^3
    assert stronger - strong < 0.01


def test_exponentials_favour_strong_responses_until_the_clamp() -> None:
    strong, stronger, most, more_than_most = Exponential(1)(torch.tensor([5.0, 6.0, 20.0, 9999.0])).tolist()
    assert stronger / strong == pytest.approx(math.e, rel=0.01)
    assert most == more_than_most == pytest.approx(math.exp(MAX_EXPONENT), rel=1e-5)


@pytest.mark.parametrize("kind", ACTIVATIONS)
def test_parameters_start_as_documented_and_are_all_learnt(kind: str) -> None:
    activation = ACTIVATIONS[kind](7)
    starts = {"log_scale": 4.0, "log_shape": 3.0} if kind == "weibull" else {"log_beta": 1.0}
    assert {name: p.exp().item() for name, p in activation.named_parameters()} == pytest.approx(starts)
    activation(torch.tensor([1.0, 3.0])).sum().backward()
    assert all(p.shape == () and p.grad is not None and abs(p.grad.item()) > 1e-3 for p in activation.parameters())


@pytest.mark.parametrize("kind", ACTIVATIONS)
def test_each_channel_can_have_parameters_of_its_own(kind: str) -> None:
    shared, own = ACTIVATIONS[kind](3), ACTIVATIONS[kind](3, per_channel=True)
    x = torch.rand(2, 3, 4, 5, generator=torch.Generator().manual_seed(1)) * 6
    assert all(p.shape == (3, 1, 1) for p in own.parameters())
    assert torch.allclose(own(x), shared(x))
    with torch.no_grad():
        for parameter in own.parameters():
            parameter[1] += 0.5
    changed = (own(x) - shared(x)).abs().amax(dim=(0, 2, 3)) > 1e-3
    assert changed.tolist() == [False, True, False]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("change", [-3.0, 0.0, 1.5])
@pytest.mark.parametrize("per_channel", [False, True])
@pytest.mark.parametrize("kind", ACTIVATIONS)
def test_activations_are_finite_in_value_and_gradients(
    kind: str, per_channel: bool, change: float, dtype: torch.dtype
) -> None:
    # For parameters far from the start too: times e^-3 and e^1.5, which makes Weibull's k 13.
    activation = ACTIVATIONS[kind](4, per_channel)
    with torch.no_grad():
        for parameter in activation.parameters():
            parameter += change
    x = torch.cat([torch.zeros(1), torch.logspace(-12, 4, 255)]).reshape(1, 1, 16, 16).expand(1, 4, 16, 16)
    x = x.to(dtype).requires_grad_()
    activation.to(dtype)
    y = activation(x)
    y.sum().backward()
    assert y.dtype == dtype
    assert torch.isfinite(y).all()
    assert torch.isfinite(y.mean(dim=(2, 3))).all()
    assert x.grad is not None
    for gradient in (x.grad, *(p.grad for p in activation.parameters())):
        assert gradient is not None
        assert torch.isfinite(gradient).all()


@pytest.mark.parametrize(("function", "n_parameters"), [(modified_weibull, 2), (exponential, 1), (sine_hyperbolic, 1)])
def test_gradients_agree_with_finite_differences(function: Callable[..., torch.Tensor], n_parameters: int) -> None:
    x = torch.tensor([0.3, 1.0, 4.0, 5.5], dtype=torch.float64, requires_grad=True)
    parameters = [number(value).requires_grad_() for value in (2.0, 3.0)[:n_parameters]]
    assert torch.autograd.gradcheck(function, (x, *parameters))


def test_power_is_a_power_and_traces_whole_ones_as_such() -> None:
    class Cube(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return power(x, torch.tensor(3.0))

    x = torch.tensor([1e-6, 0.5, 2.0])
    assert power(x, torch.tensor(2.5)).tolist() == pytest.approx([1e-15, 0.5**2.5, 2**2.5], rel=1e-4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing is to be replaced one day; the power becomes a constant
        traced = torch.jit.trace(Cube(), x)
    assert "aten::pow" in str(traced.graph)
    assert traced(x).tolist() == pytest.approx(Cube()(x).tolist(), rel=1e-4)
