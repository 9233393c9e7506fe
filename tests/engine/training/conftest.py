"""Few drawn photos, a small input, and one thread, so that training takes seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from engine.actnet.initial import new_network
from engine.actnet.network import ActNet, Architecture, StreamSpec
from engine.decoders import Decoders
from engine.transform import InputRule

UNTRAINED = Path(__file__).parents[3] / "resources" / "models" / "untrained-lite2.safetensors"


@pytest.fixture(autouse=True, scope="package")
def one_thread() -> Iterator[None]:
    """Pictures this small gain nothing from more, and wait for a busy machine with them."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="package")
def decoders() -> Iterator[Decoders]:
    with Decoders(1) as pool:
        pool.submit_hash("").exception()  # so that its process is there before the tests and not one's leftover
        yield pool


@pytest.fixture(scope="session")
def make_network() -> Callable[..., ActNet]:
    def make(side_px: int = 64, dim: int = 8, streams: tuple[StreamSpec, ...] | None = None) -> ActNet:
        """An untrained network for inputs of about `side_px` squared; its whitening is still random."""
        usual = (StreamSpec("expanded16"), StreamSpec("head"))
        architecture = Architecture(streams=streams or usual, dim=dim, rule=InputRule(area_px=side_px**2))
        return new_network(architecture, UNTRAINED)

    return make
