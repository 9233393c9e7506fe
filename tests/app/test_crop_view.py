"""Drawing, moving, resizing and leaving the box, with real mouse and key events."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication

from app import theme
from app.crop_geometry import Edges, Grip, box_of, dragged, drawn, edges_of, grip_at, handle_point
from app.crop_view import CropView
from app.part_words import add_hint, percent_of
from app.parts import MAX_PARTS, Part, QueryParts, Source
from app.picture_view import image_of
from engine.types import Box, Picture

FULL = QSize(4000, 3000)
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def view(qtbot, colored_image):
    view = CropView()
    qtbot.addWidget(view)
    view.resize(416, 316)  # the picture is shown as 400 x 300: ten pixels of the original in one of the widget
    view.set_image(colored_image(400, 300), FULL)
    view.show()
    qtbot.waitExposed(view)
    view.changes, view.commits = [], []
    view.box_changed.connect(view.changes.append)
    view.box_committed.connect(view.commits.append)
    return view


def at(view: CropView, x: float, y: float) -> QPoint:
    """The point of the widget over these fractions of the picture."""
    area = view.picture_rect()
    return QPoint(round(area.left() + x * area.width()), round(area.top() + y * area.height()))


def drag(qtbot, view: CropView, start: QPoint, end: QPoint, is_released: bool = True) -> None:
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 5):
        move(view, start + (end - start) * step / 4)
    if is_released:
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)


def move(view: CropView, point: QPoint, buttons: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(point),
        QPointF(view.mapToGlobal(point)),
        Qt.MouseButton.NoButton,
        buttons,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view, event)


def edges(view: CropView) -> Edges | None:
    return None if view.box() is None else edges_of(view.box(), view.full_size)


def test_dragging_draws_a_box(qtbot, view):
    drag(qtbot, view, at(view, 0.25, 0.25), at(view, 0.75, 0.5))
    assert edges(view) == Edges(1000, 750, 3000, 1500)
    assert view.commits == [view.box()]
    assert len(view.changes) > 1
    assert view.changes[-1] == view.box()


def test_a_box_may_be_drawn_backwards_and_beyond_the_picture(qtbot, view):
    drag(qtbot, view, at(view, 0.5, 0.5), QPoint(0, 0))
    assert edges(view) == Edges(0, 0, 2000, 1500)


def test_dragging_inside_moves_the_box_and_stops_at_the_border(qtbot, view):
    view.set_box(Box(0.25, 0.25, 0.5, 0.5))
    drag(qtbot, view, at(view, 0.4, 0.4), at(view, 0.5, 0.3))
    assert edges(view) == Edges(1400, 450, 2400, 1200)
    drag(qtbot, view, at(view, 0.5, 0.3), at(view, 0.99, 0.3))
    assert edges(view) == Edges(3000, 450, 4000, 1200)


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (0.25, 0.25, Edges(1200, 900, 3000, 2250)),
        (0.5, 0.25, Edges(1000, 900, 3000, 2250)),
        (0.75, 0.25, Edges(1000, 900, 3200, 2250)),
        (0.75, 0.5, Edges(1000, 750, 3200, 2250)),
        (0.75, 0.75, Edges(1000, 750, 3200, 2400)),
        (0.5, 0.75, Edges(1000, 750, 3000, 2400)),
        (0.25, 0.75, Edges(1200, 750, 3000, 2400)),
        (0.25, 0.5, Edges(1200, 750, 3000, 2250)),
    ],
)
def test_each_handle_moves_its_edges(qtbot, view, x, y, expected):
    view.set_box(Box(0.25, 0.25, 0.75, 0.75))
    start = at(view, x, y)
    drag(qtbot, view, start, start + QPoint(20, 15))
    assert edges(view) == expected


def test_handles_can_be_taken_from_a_distance(qtbot, view):
    view.set_box(Box(0.25, 0.25, 0.75, 0.75))
    start = at(view, 0.75, 0.75) + QPoint(9, 9)
    drag(qtbot, view, start, start + QPoint(10, 0))
    assert edges(view) == Edges(1000, 750, 3100, 2250)


def test_a_box_cannot_be_made_too_small_and_says_so(qtbot, view):
    view.set_box(Box(0.25, 0.25, 0.75, 0.75))
    assert view.hint() == ""
    drag(qtbot, view, at(view, 0.25, 0.5), at(view, 0.74, 0.5), is_released=False)
    move(view, at(view, 0.9, 0.5))
    assert edges(view) == Edges(2920, 750, 3000, 2250)
    assert "80 × 80" in view.hint()
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at(view, 0.9, 0.5))
    assert view.hint() == ""


def test_a_click_changes_nothing(qtbot, view):
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at(view, 0.1, 0.1))
    assert view.box() is None
    view.set_box(Box(0.5, 0.5, 0.75, 0.75))
    view.commits.clear()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at(view, 0.1, 0.1))
    assert edges(view) == Edges(2000, 1500, 3000, 2250)
    assert view.commits == []


def test_double_click_outside_goes_back_to_the_whole_picture(qtbot, view):
    view.set_box(Box(0.5, 0.5, 0.75, 0.75))
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at(view, 0.6, 0.6))
    assert view.box() is not None
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at(view, 0.1, 0.1))
    assert view.box() is None
    assert view.commits[-1] is None


def test_escape_goes_back_to_the_whole_picture(qtbot, view):
    view.set_box(Box(0.5, 0.5, 0.75, 0.75))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.box() is None
    assert view.changes[-1] is None


def test_escape_without_a_box_is_left_to_the_window(view):
    assert not view._on_key(Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)


def test_escape_while_dragging_takes_the_drag_back(qtbot, view):
    view.set_box(Box(0.25, 0.25, 0.5, 0.5))
    view.commits.clear()
    drag(qtbot, view, at(view, 0.4, 0.4), at(view, 0.7, 0.7), is_released=False)
    assert edges(view) != Edges(1000, 750, 2000, 1500)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    move(view, at(view, 0.9, 0.9))
    assert edges(view) == Edges(1000, 750, 2000, 1500)
    assert view.commits == []


def test_the_keyboard_draws_moves_and_resizes(qtbot, view):
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.box() is None
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert edges(view) == Edges(1000, 750, 3000, 2250)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Up, SHIFT)
    assert edges(view) == Edges(1001, 740, 3001, 2240)
    qtbot.keyClick(view, Qt.Key.Key_Left, CONTROL)
    qtbot.keyClick(view, Qt.Key.Key_Down, CONTROL | SHIFT)
    assert edges(view) == Edges(1001, 740, 3000, 2250)
    assert view.commits == view.changes


def test_space_draws_a_box_too(qtbot, view):
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert view.box() == Box(0.25, 0.25, 0.75, 0.75)


def test_the_pointer_shows_what_a_press_would_do(view):
    view.set_box(Box(0.25, 0.25, 0.75, 0.75))
    for x, y, shape in (
        (0.5, 0.5, Qt.CursorShape.SizeAllCursor),
        (0.25, 0.5, Qt.CursorShape.SizeHorCursor),
        (0.5, 0.75, Qt.CursorShape.SizeVerCursor),
        (0.25, 0.25, Qt.CursorShape.SizeFDiagCursor),
        (0.75, 0.25, Qt.CursorShape.SizeBDiagCursor),
        (0.05, 0.05, Qt.CursorShape.CrossCursor),
    ):
        move(view, at(view, x, y), Qt.MouseButton.NoButton)
        assert view.cursor().shape() == shape


def test_the_box_stays_on_its_part_when_the_widget_is_resized(qtbot, view):
    view.set_box(Box(0.1, 0.2, 0.6, 0.7))
    before = view.box()
    view.resize(700, 233)
    assert view.box() == before
    assert view.picture_rect().height() == pytest.approx(217, abs=1)
    drag(qtbot, view, at(view, 0.3, 0.4), at(view, 0.4, 0.4))
    assert view.box().x0 == pytest.approx(0.2, abs=0.01)


def test_another_picture_starts_whole(view, colored_image):
    view.set_box(Box(0.1, 0.2, 0.6, 0.7))
    view.set_image(colored_image(100, 100))
    assert view.box() is None
    assert view.full_size == QSize(100, 100)


def test_without_a_picture_nothing_can_be_drawn(qtbot, view):
    view.set_image(QImage())
    drag(qtbot, view, QPoint(50, 50), QPoint(200, 200))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    view.set_box(Box(0.1, 0.1, 0.5, 0.5))
    assert view.box() is None


def test_screen_readers_are_told_the_box(view):
    assert "whole picture" in view.accessibleDescription()
    view.set_box(Box(0.25, 0.25, 0.75, 0.75))
    assert "2000 × 1500 pixels" in view.accessibleDescription()
    assert "25 %" in view.accessibleDescription()


def test_outside_the_box_is_dimmed(view):
    view.set_box(Box(0.25, 0.25, 0.75, 0.75))
    image = view.grab().toImage()
    ratio = image.devicePixelRatio()
    inside, outside = at(view, 0.5, 0.5) * ratio, at(view, 0.1, 0.1) * ratio
    assert image.pixelColor(inside) == QColor("steelblue")
    assert image.pixelColor(outside).lightness() < QColor("steelblue").lightness() * 0.6


def test_pixels_of_a_picture_with_odd_rows_are_kept_after_its_bytes_are_gone():
    rows = [bytes([255, 0, 0] * 3), bytes([0, 0, 255] * 3)]  # nine bytes a row: no multiple of four
    image = image_of(Picture("/p.jpg", 3, 2, b"".join(rows), 3, 2))
    del rows
    assert [image.pixelColor(x, y).name() for y in (0, 1) for x in (0, 2)] == ["#ff0000"] * 2 + ["#0000ff"] * 2


@pytest.mark.skipif("RESIGHT_TEST_SCALED" in os.environ, reason="already running at another device pixel ratio")
@pytest.mark.parametrize("ratio", ["2", "1.5"])
def test_all_of_this_at_other_device_pixel_ratios(ratio):
    environment = os.environ | {"QT_SCALE_FACTOR": ratio, "RESIGHT_TEST_SCALED": "1", "QT_QPA_PLATFORM": "offscreen"}
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(Path(__file__))]
    run = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout[-3000:]


# ---- geometry without a widget ----------------------------------------------------------------------------------


def test_a_small_box_keeps_a_middle_to_move_it_by():
    frame = QRectF(100, 100, 16, 16)
    assert grip_at(frame, QPointF(108, 108)) == Grip.MOVE
    assert grip_at(frame, QPointF(101, 101)) == Grip.TOP_LEFT
    assert grip_at(frame, QPointF(90, 108)) == Grip.LEFT
    assert grip_at(frame, QPointF(80, 108)) == Grip.NONE


@pytest.mark.parametrize("handle", [Grip.TOP_LEFT, Grip.TOP, Grip.RIGHT, Grip.BOTTOM_RIGHT, Grip.BOTTOM_LEFT])
def test_hit_areas_are_at_least_twelve_pixels_wide(handle):
    frame = QRectF(100, 100, 300, 200)
    point = handle_point(frame, handle)
    for dx, dy in ((-6, -6), (6, 6), (-6, 6), (6, -6)):
        assert grip_at(frame, point + QPointF(dx, dy)) == handle


@pytest.mark.parametrize("size", [QSize(1, 1), QSize(3, 900), QSize(10, 10), QSize(50, 40), QSize(12000, 9000)])
def test_boxes_stay_inside_pictures_of_any_size(size):
    whole, _ = drawn(QPointF(-5, -5), QPointF(size.width() + 5, size.height() + 5), size)
    assert whole == Edges(0, 0, size.width(), size.height())
    for point in (QPointF(0, 0), QPointF(size.width(), size.height()), QPointF(size.width() / 2, 0)):
        tiny, is_enlarged = drawn(point, point, size)
        assert is_enlarged
        box_of(tiny, size)  # raises if it lies outside
        for grip in Grip.TOP_LEFT, Grip.RIGHT, Grip.MOVE:
            for by in (-99999, -99999), (99999, 99999):
                box_of(dragged(tiny, grip, by, size)[0], size)


def test_boxes_survive_the_way_to_fractions_and_back():
    size = QSize(4001, 2999)
    for box in (Edges(1, 2, 1000, 1001), Edges(3001, 1999, 4001, 2999)):
        assert edges_of(box_of(box, size), size) == box


def test_shares_are_told_in_words():
    assert percent_of(Box(0, 0, 0.5, 0.24)) == "12 %"
    assert percent_of(Box(0, 0, 0.01, 0.1)) == "less than 1 %"


# ---- several parts ----------------------------------------------------------------------------------------------


@pytest.fixture
def parted(view):
    """The view with a model of parts behind it, as in the query panel, showing one box."""
    source = Source("/p/room.jpg", "room.jpg")
    view.parts = QueryParts()
    view.box_changed.connect(view.parts.set_box)
    view.part_added.connect(lambda box: view.parts.add(Part(source, box)))
    view.part_chosen.connect(view.parts.choose)
    view.part_removed.connect(lambda: view.parts.remove(view.parts.current()))
    view.part_toggled.connect(lambda: view.parts.toggle_unwanted(view.parts.current()))
    view.parts.changed.connect(lambda: view.show_parts(view.parts.all(), view.parts.current()))
    view.parts.start(source, Box(0.1, 0.1, 0.4, 0.4))
    return view


def all_edges(view: CropView) -> list[Edges]:
    return [edges_of(part.box, view.full_size) for part in view.parts.all()]


def drag_with_shift(qtbot, view: CropView, start: QPoint, end: QPoint) -> None:
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, SHIFT, pos=start)
    for step in range(1, 5):
        move(view, start + (end - start) * step / 4)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, SHIFT, pos=end)


def test_a_plain_drag_replaces_the_box_and_one_with_shift_adds_another(qtbot, parted):
    drag(qtbot, parted, at(parted, 0.5, 0.5), at(parted, 0.7, 0.6))
    assert all_edges(parted) == [Edges(2000, 1500, 2800, 1800)]
    drag_with_shift(qtbot, parted, at(parted, 0.1, 0.1), at(parted, 0.3, 0.2))
    assert all_edges(parted) == [Edges(2000, 1500, 2800, 1800), Edges(400, 300, 1200, 600)]
    assert parted.parts.current() == 1
    assert parted.box() == parted.parts.part().box


def test_with_shift_another_part_may_be_drawn_over_the_first(qtbot, parted):
    drag_with_shift(qtbot, parted, at(parted, 0.2, 0.2), at(parted, 0.35, 0.3))
    assert all_edges(parted) == [Edges(400, 300, 1600, 1200), Edges(800, 600, 1400, 900)]


def test_with_shift_the_first_box_is_drawn_as_without(qtbot, parted):
    parted.parts.set_box(None)
    drag_with_shift(qtbot, parted, at(parted, 0.2, 0.2), at(parted, 0.35, 0.3))
    assert all_edges(parted) == [Edges(800, 600, 1400, 900)]


def test_a_press_on_another_box_takes_it_in_work_and_drags_it(qtbot, parted):
    drag_with_shift(qtbot, parted, at(parted, 0.6, 0.6), at(parted, 0.9, 0.9))
    drag(qtbot, parted, at(parted, 0.25, 0.25), at(parted, 0.35, 0.25))
    assert parted.parts.current() == 0
    assert all_edges(parted) == [Edges(800, 300, 2000, 1200), Edges(2400, 1800, 3600, 2700)]


def test_of_boxes_within_each_other_the_smallest_is_meant(qtbot, parted):
    drag_with_shift(qtbot, parted, at(parted, 0.05, 0.05), at(parted, 0.9, 0.9))
    assert parted.parts.current() == 1
    qtbot.mouseClick(parted, Qt.MouseButton.LeftButton, pos=at(parted, 0.25, 0.25))
    assert parted.parts.current() == 0
    qtbot.mouseClick(parted, Qt.MouseButton.LeftButton, pos=at(parted, 0.25, 0.25))
    assert parted.parts.current() == 0
    qtbot.mouseClick(parted, Qt.MouseButton.LeftButton, pos=at(parted, 0.7, 0.7))
    assert parted.parts.current() == 1


def test_escape_takes_back_a_part_that_is_being_drawn(qtbot, parted):
    qtbot.mousePress(parted, Qt.MouseButton.LeftButton, SHIFT, pos=at(parted, 0.6, 0.6))
    move(parted, at(parted, 0.9, 0.9))
    assert len(parted.parts.all()) == 2
    qtbot.keyClick(parted, Qt.Key.Key_Escape)
    move(parted, at(parted, 0.95, 0.95))
    assert all_edges(parted) == [Edges(400, 300, 1600, 1200)]
    qtbot.mouseRelease(parted, Qt.MouseButton.LeftButton, pos=at(parted, 0.95, 0.95))


def test_no_more_parts_are_drawn_than_there_is_room_for(qtbot, parted):
    for _ in range(MAX_PARTS + 2):
        drag_with_shift(qtbot, parted, at(parted, 0.6, 0.6), at(parted, 0.9, 0.9))
    assert len(parted.parts.all()) == MAX_PARTS
    assert edges(parted) == Edges(2400, 1800, 3600, 2700)


def test_the_keyboard_adds_leaves_out_and_removes_parts(qtbot, parted):
    qtbot.keyClick(parted, Qt.Key.Key_Return, SHIFT)
    assert all_edges(parted) == [Edges(400, 300, 1600, 1200), Edges(1000, 750, 3000, 2250)]
    assert "Part 2 of 2" in parted.accessibleDescription()
    qtbot.keyClick(parted, Qt.Key.Key_N)
    assert [part.is_unwanted for part in parted.parts.all()] == [False, True]
    assert "left out" in parted.accessibleDescription()
    qtbot.keyClick(parted, Qt.Key.Key_Delete)
    assert all_edges(parted) == [Edges(400, 300, 1600, 1200)]
    qtbot.keyClick(parted, Qt.Key.Key_Delete)
    assert parted.parts.part().box is None


def test_escape_removes_one_part_after_the_other(qtbot, parted):
    qtbot.keyClick(parted, Qt.Key.Key_Return, SHIFT)
    qtbot.keyClick(parted, Qt.Key.Key_Escape)
    assert all_edges(parted) == [Edges(400, 300, 1600, 1200)]
    qtbot.keyClick(parted, Qt.Key.Key_Escape)
    assert parted.parts.part().box is None


def test_when_asked_to_the_next_drag_adds_a_part(qtbot, parted):
    parted.begin_adding()
    assert parted.hint() == add_hint()
    drag(qtbot, parted, at(parted, 0.6, 0.6), at(parted, 0.9, 0.9))
    assert len(parted.parts.all()) == 2
    assert parted.hint() == ""
    parted.begin_adding()
    qtbot.keyClick(parted, Qt.Key.Key_Escape)
    assert (parted.hint(), len(parted.parts.all())) == ("", 2)


def test_parts_are_told_apart_by_colour_number_and_dashes(parted):
    parted.parts.add(Part(parted.parts.part().source, Box(0.5, 0.5, 0.9, 0.9)))
    parted.parts.toggle_unwanted(1)
    parted.parts.choose(0)

    def along_the_edge() -> set[str]:
        """The colours on the left edge of the second box, below its number."""
        image = parted.grab().toImage()
        above, below = (at(parted, 0.5, y) * image.devicePixelRatio() for y in (0.6, 0.9))
        places = ((above.x() + dx, y) for y in range(above.y(), below.y()) for dx in (-1, 0, 1))
        return {image.pixelColor(*place).name() for place in places}

    second = theme.tokens().parts[1]
    dashed = along_the_edge()
    parted.parts.toggle_unwanted(1)
    full = along_the_edge()
    assert second in dashed
    assert second in full
    assert len(dashed) > len(full)  # the gaps let the picture through
