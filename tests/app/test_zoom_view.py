"""Looking closely at one picture with wheel, mouse, fingers and keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QNativeGestureEvent, QPainter, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import motion
from app.part_marks import Mark
from app.zoom_view import LARGEST_DEVICE_SCALE, MOST_PIXELS, Place, ZoomView
from engine.types import Box

FULL = QSize(4000, 3000)
NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    motion.set_preference(motion.REDUCED)
    yield
    motion.set_preference(motion.FOLLOW)


def quarters(width: int = 400, height: int = 300) -> QImage:
    """A picture with a colour of its own in each quarter."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    for column, row, name in ((0, 0, "red"), (1, 0, "lime"), (0, 1, "blue"), (1, 1, "yellow")):
        painter.fillRect(column * width // 2, row * height // 2, width // 2, height // 2, QColor(name))
    painter.end()
    return image


@pytest.fixture
def view(qtbot: QtBot) -> ZoomView:
    view = ZoomView()
    qtbot.addWidget(view)
    view.resize(400, 400)
    view.set_image(quarters(), FULL)
    view.show()
    qtbot.waitExposed(view)
    return view


def wheel(
    view: ZoomView, notches: float, at: QPointF, modifiers: Qt.KeyboardModifier = NONE, device: object = None
) -> None:
    turned = QPoint(0, round(120 * notches))
    extra = () if device is None else (Qt.MouseEventSource.MouseEventNotSynthesized, device)
    event = QWheelEvent(
        at, view.mapToGlobal(at), turned / 2, turned, Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False, *extra,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def color_at(view: ZoomView, x: int, y: int) -> str:
    return view.grab().toImage().pixelColor(x, y).name()


def test_it_begins_with_all_of_the_picture(view: ZoomView) -> None:
    assert view.is_fit()
    assert view.picture_rect().getRect() == (0, 50, 400, 300)
    assert view.percent() == 10  # 400 pixels of the screen for 4000
    assert color_at(view, 10, 60) == QColor("red").name()
    assert color_at(view, 390, 340) == QColor("yellow").name()


def test_the_wheel_zooms_where_the_pointer_is(view: ZoomView) -> None:
    at = QPointF(300, 150)
    before = view.to_original(at)
    wheel(view, 3, at)
    assert view.place().scale == pytest.approx(0.1 * 1.25**3)
    after = view.to_original(at)
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()))
    assert not view.is_fit()
    wheel(view, -3, at)
    assert view.is_fit()  # the way back ends at the whole picture, not beside it


def test_zooming_has_ends(view: ZoomView) -> None:
    for _ in range(60):
        wheel(view, 1, QPointF(200, 200))
    assert view.place().scale == LARGEST_DEVICE_SCALE
    for _ in range(60):
        wheel(view, -1, QPointF(200, 200))
    assert view.is_fit()


def test_a_small_picture_can_be_shown_pixel_by_pixel(view: ZoomView) -> None:
    view.set_image(quarters(100, 80), QSize(100, 80))
    assert view.percent() == 200  # as large as it fits, but not more than twice
    view.show_full_size()
    assert view.percent() == 100
    assert view.picture_rect().getRect() == (150, 160, 100, 80)


def test_dragging_moves_the_picture_as_far_as_there_is_more(view: ZoomView, qtbot: QtBot) -> None:
    view.show_full_size()
    assert view.place() == Place(2000, 1500, 1)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert view.cursor().shape() == Qt.CursorShape.ClosedHandCursor
    qtbot.mouseMove(view, QPoint(150, 220))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(150, 220))
    assert view.place() == Place(2050, 1480, 1)
    assert view.cursor().shape() == Qt.CursorShape.OpenHandCursor
    view.pan_by(10_000, 10_000)
    assert view.place() == Place(200, 200, 1)  # the corner of the picture is the corner of the view
    assert color_at(view, 5, 5) == QColor("red").name()
    view.pan_by(-10_000, -10_000)
    assert view.place() == Place(3800, 2800, 1)


def test_dragging_a_picture_that_is_seen_whole_does_nothing(view: ZoomView, qtbot: QtBot) -> None:
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    qtbot.mouseMove(view, QPoint(150, 220))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(150, 220))
    assert view.is_fit()


def test_a_double_click_shows_every_pixel_and_another_the_whole(view: ZoomView, qtbot: QtBot) -> None:
    at = QPoint(100, 125)
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert view.percent() == 100
    assert view.to_original(QPointF(at)).toTuple() == pytest.approx((1000, 750))
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert view.is_fit()


def test_steps_of_the_keys(view: ZoomView) -> None:
    view.zoom_steps(2)
    assert view.place() == Place(2000, 1500, pytest.approx(0.1 * 1.25**2))
    view.show_full_size()
    view.pan_steps(1, -1)
    assert view.place() == Place(2060, 1440, 1)


def test_two_fingers_on_a_touchpad_move_and_pinch(view: ZoomView) -> None:
    touchpad = QPointingDevice(
        "pad", 1, QPointingDevice.DeviceType.TouchPad, QPointingDevice.PointerType.Finger,
        QPointingDevice.Capability.Position, 2, 1,
    )  # fmt: skip
    view.show_full_size()
    wheel(view, 1, QPointF(200, 200), device=touchpad)  # 60 pixels
    assert view.place() == Place(2000, 1440, 1)
    wheel(view, 1, QPointF(200, 200), CONTROL, touchpad)
    assert view.place().scale == 1.25
    view.show_full_size()
    pinch = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, touchpad, 2, QPointF(200, 200), QPointF(200, 200), QPointF(200, 200),
        0.5, QPointF(),
    )  # fmt: skip
    QApplication.sendEvent(view, pinch)
    assert view.place().scale == 1.5


def test_the_frame_stays_on_what_it_frames(view: ZoomView) -> None:
    view.set_marks([Mark(Box(0.5, 0.5, 1.0, 1.0))])
    view.show_full_size()
    image = view.grab().toImage()  # the frame's corner is in the middle of the view
    assert max(image.pixelColor(x, 300).lightness() for x in range(196, 205)) > 200
    assert image.pixelColor(100, 300).name() == QColor("blue").name()


def test_sharper_images_are_asked_for_when_they_can_be_seen(view: ZoomView, qtbot: QtBot) -> None:
    asked: list[int] = []
    view.sharper_wanted.connect(asked.append)
    view.add_image(quarters(1600, 1200), FULL)
    qtbot.wait(200)
    assert asked == []  # 400 pixels are shown of 1600
    view.zoom_by(5)
    qtbot.waitUntil(lambda: asked == [3200])
    place = view.place()
    view.add_image(quarters(3200, 2400), FULL)
    assert view.place() == place
    view.show_full_size()
    qtbot.waitUntil(lambda: asked == [3200, 4000])
    view.zoom_by(2)
    qtbot.wait(200)
    assert asked == [3200, 4000]  # there is nothing sharper


def test_no_more_is_asked_for_than_memory_can_take(view: ZoomView, qtbot: QtBot) -> None:
    asked: list[int] = []
    view.sharper_wanted.connect(asked.append)
    view.set_image(quarters(1600, 1200), QSize(40_000, 30_000))
    view.show_full_size()
    qtbot.waitUntil(lambda: len(asked) == 1)
    assert asked[0] ** 2 * 0.75 == pytest.approx(MOST_PIXELS, rel=0.001)


def test_a_view_that_follows_may_leave_room_beside_the_picture(view: ZoomView) -> None:
    view.follow(Place(0, 0, 0.05))
    assert view.picture_rect().getRect() == (200, 200, 200, 150)
    view.follow(None)
    assert view.is_fit()


def test_resizing_keeps_what_is_in_the_middle(view: ZoomView) -> None:
    view.show_full_size()
    view.resize(600, 300)
    assert view.place() == Place(2000, 1500, 1)
    view.fit()
    view.resize(200, 200)
    assert view.picture_rect().width() == 200


def test_it_moves_smoothly_unless_that_is_not_wanted(view: ZoomView, qtbot: QtBot) -> None:
    motion.set_preference(motion.FOLLOW)
    places: list[Place] = []
    view.moved.connect(lambda: places.append(view.place()))
    at = QPointF(100, 125)
    view.show_full_size(at)
    assert view.place().scale == pytest.approx(0.1)
    assert view.percent() == 100  # what it will be
    qtbot.waitUntil(lambda: view.place().scale == 1.0)
    scales = [place.scale for place in places]
    assert scales == sorted(scales)
    assert len(scales) > 2
    for place in places:  # the point under the mouse stays there all the time
        shown = (place.x + (100 - 200) / place.scale, place.y + (125 - 200) / place.scale)
        assert shown == pytest.approx((1000, 750), abs=1)
    view.fit()
    qtbot.waitUntil(lambda: view.place() == view.target())
    assert view.is_fit()
    motion.set_preference(motion.REDUCED)
    view.show_full_size(at)
    assert view.place().scale == 1.0


def test_another_picture_is_shown_whole(view: ZoomView) -> None:
    view.show_full_size()
    view.set_image(quarters(), FULL)
    assert view.is_fit()
    view.set_image(QImage())
    assert not view.has_picture()
    assert view.percent() == 0
    view.zoom_by(2)
    view.pan_by(3, 3)
    view.grab()
