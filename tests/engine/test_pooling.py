"""Every pooling against a plain loop over the map; region grids against the paper; finite for whatever comes."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable

import pytest
import torch

from engine.actnet.pooling import POOLINGS, pool, region_masks

Map = list[list[float]]


def regions_of(height: int, width: int, scale: int) -> list[tuple[int, int, int]]:
    """(top, left, side) of each region of R-MAC, worked out from the paper in plain numbers."""
    short, long = min(height, width), max(height, width)
    more = 0
    if long > short:
        more = min(range(1, 7), key=lambda steps: abs(1 - (long - short) / steps / short - 0.4))
    side = 2 * short // (scale + 1)

    def starts(length: int, count: int) -> list[int]:
        return [0] if count == 1 else [math.floor(i * (length - side) / (count - 1)) for i in range(count)]

    tops = starts(height, scale + (more if height > width else 0))
    lefts = starts(width, scale + (more if width > height else 0))
    return [(top, left, side) for top in tops for left in lefts]


def unit(vector: list[float]) -> list[float]:
    length = math.sqrt(sum(value * value for value in vector))
    return [value / length for value in vector]


def mean(channel: Map, function: Callable[[float], float]) -> float:
    values = [function(value) for row in channel for value in row]
    return sum(values) / len(values)


def rmac(channels: list[Map]) -> list[float]:
    total = [0.0] * len(channels)
    for scale in (1, 2, 3):
        for top, left, side in regions_of(len(channels[0]), len(channels[0][0]), scale):
            inside = [[row[left : left + side] for row in channel[top : top + side]] for channel in channels]
            strongest = unit([max(max(row) for row in channel) for channel in inside])
            total = [before + value for before, value in zip(total, strongest, strict=True)]
    return unit(total)


BY_LOOP: dict[str, Callable[[list[Map]], list[float]]] = {
    "weibull": lambda m: unit([mean(c, lambda x: 1 - math.exp(-((x / 4) ** 3))) ** 0.5 for c in m]),
    "exponential": lambda m: unit([mean(c, lambda x: math.exp(x) - 1) ** 0.5 for c in m]),
    "sinh": lambda m: unit([mean(c, math.sinh) ** 0.5 for c in m]),
    "spoc": lambda m: unit([mean(c, float) for c in m]),
    "mac": lambda m: unit([max(max(row) for row in c) for c in m]),
    "gem": lambda m: unit([mean(c, lambda x: x**3) ** (1 / 3) for c in m]),
    "rmac": rmac,
}


@pytest.mark.parametrize("size", [(4, 4), (3, 7), (9, 2)])
@pytest.mark.parametrize("kind", POOLINGS)
def test_poolings_do_what_a_plain_loop_does(kind: str, size: tuple[int, int]) -> None:
    maps = torch.rand(2, 5, *size, dtype=torch.float64, generator=torch.Generator().manual_seed(3)) * 6
    got = POOLINGS[kind](5, 0.5, False)(maps)
    assert got.shape == (2, 5)
    for vector, picture in zip(got.tolist(), maps.tolist(), strict=True):
        assert vector == pytest.approx(BY_LOOP[kind](picture), abs=1e-6)


def test_pool_is_the_root_of_the_mean_at_unit_length() -> None:
    activated = torch.tensor([[[[1.0, 3.0], [2.0, 2.0]], [[0.0, 0.0], [0.0, 2.0]]]])  # means 2 and 0.5
    root = [math.sqrt(2.0), math.sqrt(0.5)]
    length = math.hypot(*root)
    assert pool(activated, 0.5)[0].tolist() == pytest.approx([value / length for value in root], rel=1e-5)


def test_a_square_map_has_the_regions_of_the_paper() -> None:
    # 1 + 4 + 9 squares; at scale 3 of half the side, so half overlapping.
    assert [len(regions_of(8, 8, scale)) for scale in (1, 2, 3)] == [1, 4, 9]
    rows, columns = region_masks(8, 8, 3)
    wanted = [[1, 1, 1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1, 1, 1]]
    assert rows.tolist() == columns.tolist() == wanted


def test_the_longer_side_gets_as_many_regions_as_overlap_by_two_fifths() -> None:
    # Along 16 columns, squares of 10: two would overlap by 40 %. Along 22: three (two by none).
    assert region_masks(10, 16, 1)[1].argmax(dim=1).tolist() == [0, 6]
    assert region_masks(10, 22, 1)[1].argmax(dim=1).tolist() == [0, 6, 12]
    assert region_masks(22, 10, 1)[0].argmax(dim=1).tolist() == [0, 6, 12]
    assert region_masks(22, 10, 1)[1].tolist() == [[1.0] * 10]


@pytest.mark.parametrize("size", [(2, 2), (2, 12), (5, 3), (8, 8), (12, 13), (24, 11)])
@pytest.mark.parametrize("scale", [1, 2, 3])
def test_region_masks_are_the_regions_worked_out_in_plain_numbers(size: tuple[int, int], scale: int) -> None:
    rows, columns = region_masks(*size, scale)
    got = [
        (int(row.argmax()), int(column.argmax()), int(row.sum()), int(column.sum()))
        for row in rows
        for column in columns
    ]
    assert got == [(top, left, side, side) for top, left, side in regions_of(*size, scale)]


@pytest.mark.parametrize("kind", POOLINGS)
def test_poolings_traced_at_one_size_are_right_at_others(kind: str) -> None:
    pooling = POOLINGS[kind](3, 0.5, False)
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing is to be replaced one day
        traced = torch.jit.trace(pooling, torch.rand(1, 3, 10, 14, generator=generator), check_trace=False)
        for size in ((10, 14), (12, 12), (14, 10), (2, 12), (9, 3)):
            x = torch.rand(1, 3, *size, generator=generator) * 6
            assert torch.allclose(traced(x), pooling(x), atol=1e-5), size


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("per_channel", [False, True])
@pytest.mark.parametrize("kind", POOLINGS)
def test_poolings_are_finite_in_value_and_gradients(kind: str, per_channel: bool, dtype: torch.dtype) -> None:
    strengths = torch.tensor([0.0, 1e-8, 1.0, 6.0, 100.0, 1e4])[None, :, None, None]
    noise = torch.rand(2, 6, 5, 7, generator=torch.Generator().manual_seed(7))
    x = (strengths * noise).to(dtype).requires_grad_()
    pooling = POOLINGS[kind](6, 0.5, per_channel).to(dtype)
    with torch.no_grad():
        for parameter in pooling.parameters():
            parameter += 1.5
    pooled = pooling(x)
    pooled[:, 2].sum().backward()
    assert torch.isfinite(pooled).all()
    assert pooled.float().norm(dim=1).tolist() == pytest.approx([1.0, 1.0], abs=0.02)
    for gradient in (x.grad, *(p.grad for p in pooling.parameters())):
        assert gradient is not None
        assert torch.isfinite(gradient).all()


@pytest.mark.parametrize("kind", POOLINGS)
def test_a_map_of_zeros_harms_nothing(kind: str) -> None:
    x = torch.zeros(1, 4, 3, 3, requires_grad=True)
    pooled = POOLINGS[kind](4, 0.5, False)(x)
    pooled.sum().backward()
    assert torch.isfinite(pooled).all()
    assert x.grad is not None
    assert torch.isfinite(x.grad).all()


@pytest.mark.parametrize("kind", ["weibull", "exponential", "sinh", "gem"])
def test_what_is_learnable_can_be_learnt_for_each_channel(kind: str) -> None:
    parameters = list(POOLINGS[kind](6, 0.5, True).parameters())
    assert parameters
    assert all(parameter.shape == (6, 1, 1) for parameter in parameters)


def test_gradients_of_gem_agree_with_finite_differences() -> None:
    pooling = POOLINGS["gem"](2, 0.5, False).double()
    x = (torch.rand(1, 2, 3, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(9)) + 0.1).requires_grad_()
    parameter = pooling.log_p

    def function(x: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = pooling(x)
        return result

    assert torch.autograd.gradcheck(function, (x, parameter))
