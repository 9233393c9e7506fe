"""A bridge to a fake engine for the widgets under test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QImage

from app.bridge import Bridge
from tests.helpers.fake_engine import FakeEngine


@pytest.fixture
def engine_and_bridge(qapp: object) -> Iterator[tuple[FakeEngine, Bridge]]:
    engines: list[FakeEngine] = []

    def make_engine(on_event):
        engines.append(FakeEngine(on_event))
        return engines[0]

    bridge = Bridge(make_engine)
    bridge.start()
    yield engines[0], bridge
    assert bridge.close(5.0)


@pytest.fixture
def engine(engine_and_bridge) -> FakeEngine:
    return engine_and_bridge[0]


@pytest.fixture
def bridge(engine_and_bridge) -> Bridge:
    return engine_and_bridge[1]


@pytest.fixture
def colored_image():
    def make(width_px: int = 64, height_px: int = 48, name: str = "steelblue") -> QImage:
        image = QImage(width_px, height_px, QImage.Format.Format_RGB32)
        image.fill(QColor(name))
        return image

    return make
