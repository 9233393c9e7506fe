"""A tiny study: drawn photos, a network that looks at 64 x 64 pixels, and one thread, so that it takes seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from engine.actnet.checkpoint import save
from engine.actnet.initial import new_network
from engine.actnet.network import Architecture
from engine.transform import InputRule
from tests.helpers.instances import draw_instances, draw_others

UNTRAINED = Path(__file__).parents[3] / "resources" / "models" / "untrained-lite2.safetensors"


@pytest.fixture(autouse=True, scope="package")
def one_thread() -> Iterator[None]:
    """Pictures this small gain nothing from more, and wait for a busy machine with them."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def small() -> Architecture:
    """Two streams, 16 numbers a descriptor, small pictures."""
    return Architecture(dim=16, rule=InputRule(area_px=64 * 64, min_box_area_px=64 * 64))


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory, small: Architecture) -> Path:
    """A model file of that network, with ImageNet weights."""
    path = tmp_path_factory.mktemp("start") / "tiny.safetensors"
    save(new_network(small, UNTRAINED), path, name="tiny", licence="none", origin="none")
    return path


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`learn`: six things to learn from; `ask`: three others; `rest`: photos of nothing in particular."""
    folder = tmp_path_factory.mktemp("photos")
    draw_instances(folder / "learn", 6, 4)
    draw_instances(folder / "ask", 3, 3, first=20)
    draw_others(folder / "rest", 6)
    return folder
