"""Blending two whitenings, by the cosines that come of it."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from engine.training.whitening import blended


def test_a_blend_of_equals_changes_no_cosine() -> None:
    torch.manual_seed(3)
    trained = nn.Linear(6, 3)
    pooled = F.normalize(torch.randn(40, 6), dim=1)
    start = trained.weight.detach() * 5, trained.bias.detach() * 5  # a longer descriptor has the same direction
    weight, bias = blended(start, trained, pooled, 0.5)
    found, wanted = F.normalize(F.linear(pooled, weight, bias), dim=1), F.normalize(trained(pooled), dim=1)
    assert torch.allclose(found @ found.T, (wanted @ wanted.T).detach(), atol=1e-5)


def test_a_blend_lies_between_what_it_is_made_of() -> None:
    torch.manual_seed(4)
    one, other = nn.Linear(6, 4), nn.Linear(6, 4)
    pooled = F.normalize(torch.randn(60, 6), dim=1)
    start = one.weight.detach(), one.bias.detach()

    def cosines(weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        vectors = F.normalize(F.linear(pooled, weight, bias), dim=1)
        return (vectors @ vectors.T).detach()

    first, last = cosines(*start), cosines(other.weight, other.bias)
    distances = [
        (float((now - first).norm()), float((now - last).norm()))
        for now in (cosines(*blended(start, other, pooled, share)) for share in (0.2, 0.5, 0.8))
    ]
    assert distances == sorted(distances)  # ever farther from the first
    assert [distance for _, distance in distances] == sorted((d for _, d in distances), reverse=True)
