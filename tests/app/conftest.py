"""Fixtures for tests of the window: a bridge with the fake engine behind it, and the window itself."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import settings, texts, theme
from app.bridge import Bridge
from app.file_manager import FileManager
from app.main_window import MainWindow
from app.notify import Notifier
from engine.messages import Event
from tests.helpers.fake_engine import FakeEngine
from tests.helpers.keeper import keeper_of


@dataclass
class Rig:
    """A bridge and the fake engine behind it, not started."""

    bridge: Bridge
    engine: FakeEngine

    def start(self, qtbot: QtBot) -> None:
        """Start the engine and wait until it is ready."""
        with qtbot.waitSignal(self.bridge.engine_ready):
            self.bridge.start()


@pytest.fixture
def rig(qapp: QApplication) -> Iterator[Rig]:
    engines: list[FakeEngine] = []

    def make(on_event: Callable[[Event], None]) -> FakeEngine:
        engines.append(FakeEngine(on_event))
        return engines[0]

    bridge = Bridge(make)
    yield Rig(bridge, engines[0])
    engines[0].close_gate.set()
    assert bridge.close(5)
    bridge.deleteLater()


@pytest.fixture
def engine(rig: Rig) -> FakeEngine:
    """The fake engine behind `bridge`."""
    return rig.engine


@pytest.fixture
def bridge(rig: Rig, qtbot: QtBot) -> Bridge:
    """A bridge whose engine is ready."""
    rig.start(qtbot)
    return rig.bridge


@pytest.fixture
def colored_image() -> Callable[..., QImage]:
    """Makes a picture of one colour."""

    def make(width_px: int = 64, height_px: int = 48, name: str = "steelblue") -> QImage:
        image = QImage(width_px, height_px, QImage.Format.Format_RGB32)
        image.fill(QColor(name))
        return image

    return make


@dataclass
class WindowRig(Rig):
    """A window on a fake engine. `opened` records the URLs given to the system."""

    window: MainWindow
    notifier: Notifier
    settings_file: settings.SettingsFile
    opened: list[str]


@pytest.fixture
def window_rig(rig: Rig, qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[WindowRig]:
    """The window, shown, its engine not started yet, on a library that does not exist yet."""
    theme.apply(qapp)
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.toLocalFile())
        return True

    notifier = Notifier()
    settings_file = settings.SettingsFile(tmp_path / "config" / "settings.toml")
    window = MainWindow(
        rig.bridge,
        settings_file,
        settings.window_state(tmp_path / "config"),
        notifier,
        FileManager(open_url),
        keeper_of(tmp_path / "library"),
    )
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    yield WindowRig(rig.bridge, rig.engine, window, notifier, settings_file, opened)
    rig.engine.close_gate.set()
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    window.deleteLater()


@pytest.fixture(autouse=True)
def plain_numbers() -> Iterator[None]:
    """Counts with commas, whatever the language of this machine."""
    texts.use_number_format("{:,}".format)
    yield
    texts.use_number_format("{:,}".format)


@pytest.fixture(autouse=True)
def garbage_of_this_thread() -> Iterator[None]:
    """As in the program: QObjects in cycles must not be destroyed on another thread that happens to allocate."""
    gc.disable()
    yield
    gc.collect(1)
    gc.enable()
