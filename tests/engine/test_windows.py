"""Windows of a picture, pooled from its maps."""

from __future__ import annotations

import pytest
import torch

from engine.actnet.activations import ACTIVATIONS
from engine.actnet.network import ActNet, Architecture, StreamSpec
from engine.actnet.pooling import POOLINGS
from engine.actnet.windows import window_shares
from engine.transform import InputRule

WHOLE = torch.tensor([[0.0, 0.0, 1.0, 1.0]])


def test_places_that_are_inside_in_part_count_in_part() -> None:
    # On two rows and four columns: the left three eighths, of the upper half and of all.
    shares = window_shares(torch.tensor([[0.0, 0.0, 0.375, 0.5], [0.0, 0.0, 0.375, 1.0]]), 2, 4)
    assert shares[0].tolist() == pytest.approx([2 / 3, 1 / 3, 0, 0, 0, 0, 0, 0])
    assert shares[1].tolist() == pytest.approx([1 / 3, 1 / 6, 0, 0, 1 / 3, 1 / 6, 0, 0])
    assert window_shares(WHOLE, 3, 5).tolist() == [pytest.approx([1 / 15] * 15)]


@pytest.mark.parametrize("kind", sorted(POOLINGS))
def test_a_window_is_pooled_as_if_it_were_the_map(kind: str) -> None:
    if kind == "rmac":
        pytest.skip("of a window it takes one region, of a map many")
    maps = torch.rand(2, 5, 4, 6, generator=torch.Generator().manual_seed(5)) * 6
    pooling = POOLINGS[kind](5, 0.5, False)
    shares = window_shares(torch.tensor([[0.0, 0.0, 1.0, 1.0], [0.5, 0.25, 1.0, 0.75]]), 4, 6)
    with torch.no_grad():
        whole, windows = pooling.both(maps, shares)
        alone, inside = pooling(maps), pooling(maps[:, :, 1:3, 3:])
    assert windows.shape == (2, 2, 5)
    assert whole == pytest.approx(alone, abs=1e-6)
    assert windows[:, 0] == pytest.approx(alone, abs=1e-5)
    assert windows[:, 1] == pytest.approx(inside, abs=1e-5)


def test_one_parameter_for_each_channel_serves_windows_too() -> None:
    maps = torch.rand(1, 5, 4, 6, generator=torch.Generator().manual_seed(6)) * 6
    for kind in (*ACTIVATIONS, "gem"):
        pooling = POOLINGS[kind](5, 0.5, True)
        assert pooling.windows(maps, window_shares(WHOLE, 4, 6))[:, 0].detach() == pytest.approx(
            pooling(maps).detach(), abs=1e-5
        )


def test_the_network_gives_wholes_as_before_and_windows_like_them() -> None:
    torch.manual_seed(1)
    rule = InputRule(area_px=96 * 96)
    network = ActNet(Architecture(streams=(StreamSpec("expanded16"), StreamSpec("head")), dim=32, rule=rule)).eval()
    rgb = torch.randint(0, 256, (2, 64, 96, 3), dtype=torch.uint8)
    with torch.no_grad():
        early = network.early(rgb)
        wholes, windows = network.late_with_windows(early, torch.cat([WHOLE, torch.tensor([[0.0, 0.0, 0.5, 0.5]])]))
        assert wholes == pytest.approx(network(rgb), abs=1e-6)
    assert windows.shape == (2, 2, 32)
    assert windows[:, 0] == pytest.approx(wholes, abs=1e-4)
    assert windows.norm(dim=2) == pytest.approx(torch.ones(2, 2), abs=1e-5)
    assert (windows[:, 1] * wholes).sum(dim=1).max() < 0.9999  # a part is not the whole
