"""The activation functions of ACTNET: what turns a feature map into a map worth averaging.

Each is a pure function beside a thin module that owns the learnable parameters. Input: x >= 0, any shape, floating
point; output: the same shape and type. The formulas are ours (see the package's docstring).

Every exponent is clamped, so that value and gradients stay finite for any input of 0..1e4 in float32 and bfloat16.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch  # noqa: TID253 - the network's own modules are only imported by whoever has decided to use torch
from torch import nn  # noqa: TID253

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_EXPONENT = 20.0
"""Where exp(beta x) stops growing. exp(20) = 4.9e8: the mean of any map of such values, and the squares of 4,096
channels of them that a vector's length is made of, are far below the 3.4e38 that float32 and bfloat16 hold."""

_SMALLEST = 1e-6
"""Inputs below are taken for this, so that the logarithm and its gradient are finite at 0."""

_MAX_LOG_POWER = 4.5
"""exp(-exp(4.5)) is 8e-40: beyond, the Weibull function is 1 to the last digit."""


def modified_weibull(x: torch.Tensor, scale: torch.Tensor, shape: torch.Tensor) -> torch.Tensor:
    """1 - exp(-(x / scale)^shape), the Weibull distribution function.

    Near 0 it grows like x^shape, so weak and noisy responses sink; beyond `scale` it saturates, so strong ones are
    equalised. `scale` and `shape` are positive and broadcast against x. Values lie in 0..1.
    """
    # The power is spelled out: compiled networks compute exp and log in vectors, but a power one value at a time.
    log_power = shape * torch.log(x.clamp(min=_SMALLEST) / scale)
    return -torch.expm1(-torch.exp(log_power.clamp(max=_MAX_LOG_POWER)))


def exponential(x: torch.Tensor, beta: torch.Tensor) -> torch.Tensor:
    """exp(beta x) - 1: linear while beta x is small, then strong responses outgrow all others. Values 0..exp(20)."""
    return torch.expm1((beta * x).clamp(max=MAX_EXPONENT))


def sine_hyperbolic(x: torch.Tensor, beta: torch.Tensor) -> torch.Tensor:
    """sinh(beta x): as `exponential` for strong responses, but weak ones stay linear longer. Values 0..sinh(20)."""
    exponent = (beta * x).clamp(max=MAX_EXPONENT)
    if is_tracing():
        # Compiled networks compute exp in vectors, but sinh one value at a time (measured: six times as slow).
        grown = torch.exp(exponent)
        return (grown - 1 / grown) / 2
    return torch.sinh(exponent)


def power(x: torch.Tensor, exponent: torch.Tensor) -> torch.Tensor:
    """The power x ** exponent for x > 0, both broadcast, in the way that is fastest where the network is compiled."""
    if is_whole(exponent):
        return x ** round(float(exponent))
    return torch.exp(exponent * torch.log(x))


def is_tracing() -> bool:
    """Whether the network is being traced for compiling."""
    tracing: bool = torch.jit.is_tracing()  # type: ignore[attr-defined, no-untyped-call]
    return tracing


def is_whole(exponent: torch.Tensor) -> bool:
    """Whether the network is being traced for compiling and this parameter is one whole number.

    In a compiled network whole powers are products, three times as fast as exp and log. Models keep the logarithm in
    float16, which moves a whole number by up to half a thousandth of itself.
    """
    if not is_tracing() or exponent.numel() != 1:
        return False
    return abs(float(exponent) - round(float(exponent))) < 1e-3 * float(exponent)


def positive_parameter(start: float, channels: int, per_channel: bool) -> nn.Parameter:
    """The logarithm of a positive parameter: one number [], or one for each channel [C, 1, 1], all at `start`."""
    return nn.Parameter(torch.full((channels, 1, 1) if per_channel else (), math.log(start)))


class ModifiedWeibull(nn.Module):
    """`modified_weibull` with learnable scale (lambda, starts at 4) and shape (k, starts at 3).

    The start is measured for maps of 0..6 (ReLU6). Maps without a cap have the same order of size: the batch norms
    before them set it.
    """

    kind = "weibull"

    def __init__(self, channels: int, per_channel: bool = False) -> None:
        super().__init__()
        self.log_scale = positive_parameter(4.0, channels, per_channel)
        self.log_shape = positive_parameter(3.0, channels, per_channel)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Feature map [B, C, H, W], x >= 0 -> the same shape, 0..1."""
        scale, shape = self.log_scale.exp(), self.log_shape.exp()
        if is_whole(shape):
            return 1 - torch.exp(-power(x / scale, shape))
        return modified_weibull(x, scale, shape)


class Exponential(nn.Module):
    """`exponential` with learnable beta.

    It starts at 1: batch norms give responses a spread of about 1, so weaker ones are in the linear part of the
    function and stronger ones in its exponential part, whether the map has a cap (ReLU6: up to exp(6)) or not.
    """

    kind = "exponential"

    def __init__(self, channels: int, per_channel: bool = False) -> None:
        super().__init__()
        self.log_beta = positive_parameter(1.0, channels, per_channel)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Feature map [B, C, H, W], x >= 0 -> the same shape, 0..exp(20)."""
        return exponential(x, self.log_beta.exp())


class SineHyperbolic(nn.Module):
    """`sine_hyperbolic` with learnable beta, which starts at 1 for the reason given for `Exponential`."""

    kind = "sinh"

    def __init__(self, channels: int, per_channel: bool = False) -> None:
        super().__init__()
        self.log_beta = positive_parameter(1.0, channels, per_channel)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Feature map [B, C, H, W], x >= 0 -> the same shape, 0..sinh(20)."""
        return sine_hyperbolic(x, self.log_beta.exp())


ACTIVATIONS: Mapping[str, type[ModifiedWeibull | Exponential | SineHyperbolic]] = {
    activation.kind: activation for activation in (ModifiedWeibull, Exponential, SineHyperbolic)
}
"""Activation by name."""
