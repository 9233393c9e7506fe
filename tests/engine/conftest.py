"""Libraries and pictures for the engine's tests: real files, a real SQLite, the real index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.actnet.checkpoint import ModelCard
from engine.decoders import Decoders
from engine.library import Library
from engine.transform import InputRule
from tests.helpers.fake_runner import DIM

MODEL = Path(__file__).resolve().parents[2] / "resources" / "models" / "actnet-lite2.safetensors"


@pytest.fixture
def card() -> ModelCard:
    rule = InputRule(area_px=64 * 64, min_box_area_px=64 * 64)
    return ModelCard(Path("fake.safetensors"), "fake", "fake-00000000", DIM, rule, {}, "none", "none")


@pytest.fixture
def library(tmp_path: Path, card: ModelCard) -> Iterator[Library]:
    library = Library(tmp_path / "library", card)
    yield library
    library.close()


@pytest.fixture(scope="module")
def decoders() -> Iterator[Decoders]:
    with Decoders(1) as pool:
        pool.submit_hash("").exception()  # so that its process is there before the tests and not one's leftover
        yield pool


@pytest.fixture
def paint(tmp_path: Path) -> Callable[..., Path]:
    """Make a photo of coloured squares, the same for the same seed, below `photos`."""

    def make(name: str, seed: int, size: tuple[int, int] = (120, 80)) -> Path:
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        colours = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
        Image.fromarray(colours).resize(size, Image.Resampling.NEAREST).save(path, quality=92)
        return path

    return make
