"""A part of the screen as the query: where it is possible, what the box takes, and the ways back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap, QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app import screen_capture, screen_texts
from app.notify import Level, Notifier
from app.screen_capture import FrozenScreen, ScreenCapture, refusal
from tests.app.conftest import WindowRig

LEFT = Qt.MouseButton.LeftButton
RED = QRect(100, 60, 80, 50)  # of the screen, in its logical pixels


def red_box(screen: QScreen, ratio: int = 1) -> QPixmap:
    """A white screen with a red box, `ratio` pixels for each logical one."""
    pixmap = QPixmap(screen.geometry().size() * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(QColor("white"))
    painter = QPainter(pixmap)
    painter.fillRect(RED, QColor("red"))
    painter.end()
    return pixmap


class Rig:
    """A window, and a screen that is what `grab` says."""

    def __init__(self, qtbot: QtBot, grab: Callable[[QScreen], QPixmap]) -> None:
        self.window, self.notifier = QWidget(), Notifier()
        self.taken: list[QImage] = []
        self.capture = ScreenCapture(self._take, self.notifier, self.window, grab)
        qtbot.addWidget(self.window)
        self.window.show()
        self.qtbot = qtbot

    def _take(self, mime: QMimeData) -> None:
        self.taken.append(QImage(mime.imageData()))

    def start(self) -> FrozenScreen:
        self.capture.start()
        self.qtbot.waitUntil(lambda: bool(self.capture.screens))
        assert not self.window.isVisible()
        return self.capture.screens[0]

    def is_back(self) -> bool:
        return self.window.isVisible() and not self.capture.screens


@pytest.fixture
def on_x11(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_capture, "refusal", lambda platform: "")


def drag(screen: FrozenScreen, box: QRect) -> None:
    QTest.mousePress(screen, LEFT, pos=box.topLeft())
    QTest.mouseMove(screen, box.center())
    QTest.mouseRelease(screen, LEFT, pos=box.bottomRight())


@pytest.mark.parametrize("ratio", [1, 2])
def test_what_is_in_the_box_is_taken_in_the_pixels_of_the_screen(qtbot: QtBot, on_x11: None, ratio: int) -> None:
    rig = Rig(qtbot, lambda screen: red_box(screen, ratio))
    drag(rig.start(), RED)
    (image,) = rig.taken
    assert image.size() == RED.size() * ratio
    corners = [QPoint(0, 0), QPoint(image.width() - 1, image.height() - 1), image.rect().center()]
    assert {image.pixelColor(corner).name() for corner in corners} == {"#ff0000"}
    assert rig.is_back()


def test_enter_takes_the_whole_screen(qtbot: QtBot, on_x11: None) -> None:
    rig = Rig(qtbot, red_box)
    screen = rig.start()
    QTest.keyClick(screen, Qt.Key.Key_Return)
    assert rig.taken[0].size() == screen.size()


def test_escape_and_the_other_buttons_take_nothing(qtbot: QtBot, on_x11: None) -> None:
    rig = Rig(qtbot, red_box)
    QTest.keyClick(rig.start(), Qt.Key.Key_Escape)
    assert rig.is_back()
    QTest.mouseClick(rig.start(), Qt.MouseButton.RightButton)
    assert rig.is_back()
    assert not rig.taken


def test_a_click_is_no_box(qtbot: QtBot, on_x11: None) -> None:
    rig = Rig(qtbot, red_box)
    screen = rig.start()
    drag(screen, QRect(100, 60, 5, 50))
    assert not rig.taken
    assert not rig.is_back()
    QTest.keyClick(screen, Qt.Key.Key_Escape)


def test_the_box_is_shown_while_it_is_drawn(qtbot: QtBot, on_x11: None) -> None:
    rig = Rig(qtbot, red_box)
    screen = rig.start()
    in_box, outside = RED.center(), RED.center() + QPoint(300, 300)
    dimmed = screen.grab().toImage()
    QTest.mousePress(screen, LEFT, pos=RED.topLeft())
    QTest.mouseMove(screen, RED.bottomRight())
    image = screen.grab().toImage()
    assert image.pixelColor(in_box).name() == "#ff0000"
    assert dimmed.pixelColor(in_box).red() < 255
    assert image.pixelColor(outside).lightness() < 255
    QTest.keyClick(screen, Qt.Key.Key_Escape)


def test_a_screen_that_may_not_be_looked_at_is_explained(qtbot: QtBot, on_x11: None) -> None:
    rig = Rig(qtbot, lambda screen: QPixmap())
    rig.capture.start()
    qtbot.waitUntil(lambda: bool(rig.notifier.banners()))
    assert rig.is_back()
    assert rig.notifier.banners()[0].text == f"{screen_texts.NOT_ALLOWED} {screen_texts.INSTEAD}"


def test_wayland_is_told_from_x11_also_below_it() -> None:
    nothing: dict[str, str] = {}
    assert refusal("xcb", nothing.get) == ""
    assert refusal("windows", {"WAYLAND_DISPLAY": "wayland-0"}.get) == ""
    assert refusal("wayland", nothing.get).startswith(screen_texts.WAYLAND)
    assert refusal("xcb", {"WAYLAND_DISPLAY": "wayland-0"}.get).startswith(screen_texts.WAYLAND)
    assert refusal("offscreen", nothing.get).startswith(screen_texts.NOT_ALLOWED)


def test_the_command_says_what_to_do_where_it_cannot_be_done(window_rig: WindowRig, qtbot: QtBot) -> None:
    window_rig.start(qtbot)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window_rig.window, Qt.Key.Key_S, both)
    (banner,) = window_rig.notifier.banners()
    assert banner.level is Level.WARNING
    assert "Ctrl+V" in banner.text
    assert window_rig.window.isVisible()
    assert any(banner.text == label.text() for label in window_rig.window.findChildren(QLabel))


def test_what_is_taken_is_searched_with(
    window_rig: WindowRig, qtbot: QtBot, on_x11: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    window_rig.start(qtbot)
    monkeypatch.setattr(window_rig.window.capture, "_grab", red_box)
    window_rig.window._actions["capture_screen"].trigger()
    qtbot.waitUntil(lambda: bool(window_rig.window.capture.screens))
    with qtbot.waitSignal(window_rig.window.searching.finished):
        drag(window_rig.window.capture.screens[0], RED)
    query = window_rig.window.searching.query()
    assert query is not None
    assert QImage(str(query.path)).size() == RED.size()
