"""The activation functions of ACTNET: what turns a feature map into a map worth averaging.

Each is a pure function beside a thin module that owns the learnable parameters. Input: x >= 0, any shape, floating
point; output: the same shape and type. The formulas are ours (see the package's docstring).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch  # noqa: TID253 - the network's own modules are only imported by whoever has decided to use torch
from torch import nn  # noqa: TID253

if TYPE_CHECKING:
    from collections.abc import Mapping


def modified_weibull(x: torch.Tensor, scale: torch.Tensor, shape: torch.Tensor) -> torch.Tensor:
    """1 - exp(-(x / scale)^shape), the Weibull distribution function.

    Near 0 it grows like x^shape, so weak and noisy responses sink; beyond `scale` it saturates, so strong ones are
    equalised. `scale` and `shape` are positive and broadcast against x. Values lie in 0..1.
    """
    # The clamp keeps logarithm and gradient finite at 0; values this small are 0 after the power anyway. The power is
    # spelled out because compiled networks compute exp and log in vectors, but a power one value at a time.
    powered = torch.exp(shape * torch.log(x.clamp(min=1e-6) / scale))
    return -torch.expm1(-powered)


class ModifiedWeibull(nn.Module):
    """`modified_weibull` with learnable scale (lambda) and shape (k), positive as exponentials of the parameters."""

    kind = "weibull"

    def __init__(self, scale: float = 4.0, shape: float = 3.0) -> None:
        super().__init__()
        self.log_scale = nn.Parameter(torch.tensor(float(scale)).log())
        self.log_shape = nn.Parameter(torch.tensor(float(shape)).log())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Feature map [B, C, H, W], x >= 0 -> the same shape, 0..1."""
        scale, shape = self.log_scale.exp(), self.log_shape.exp()
        tracing: bool = torch.jit.is_tracing()  # type: ignore[attr-defined, no-untyped-call]
        if tracing and abs(float(shape) - round(float(shape))) < 1e-5:
            # In a compiled network whole powers are products, three times as fast as exp and log.
            return 1 - torch.exp(-((x / scale) ** round(float(shape))))
        return modified_weibull(x, scale, shape)


ACTIVATIONS: Mapping[str, type[nn.Module]] = {ModifiedWeibull.kind: ModifiedWeibull}
"""Activation by the name that a checkpoint's metadata uses."""
