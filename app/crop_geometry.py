"""Where a crop box may lie and how it follows the mouse: pure functions, no widget.

A box is kept as whole pixel edges of the upright original, so that nudging it by one pixel is exact whatever the size
it is shown at. `Edges(0, 0, width, height)` is the whole picture.
"""

from __future__ import annotations

from enum import IntFlag
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize

from engine.types import Box

GRIP_REACH_PX = 12  # logical pixels on either side of an edge that still take hold of it
_SMALLEST_SIDE_PX = 16
_SMALLEST_SHARE = 50  # of the longer side: below 1/50 there is nothing left to compare


class Edges(NamedTuple):
    """Pixel edges of a box in the upright original; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int


class Grip(IntFlag):
    """The edges of a box that follow the mouse; all four together move it."""

    NONE = 0
    LEFT = 1
    TOP = 2
    RIGHT = 4
    BOTTOM = 8
    TOP_LEFT = LEFT | TOP
    TOP_RIGHT = TOP | RIGHT
    BOTTOM_LEFT = LEFT | BOTTOM
    BOTTOM_RIGHT = RIGHT | BOTTOM
    MOVE = LEFT | TOP | RIGHT | BOTTOM


HANDLES = (
    Grip.TOP_LEFT, Grip.TOP, Grip.TOP_RIGHT, Grip.RIGHT, Grip.BOTTOM_RIGHT, Grip.BOTTOM, Grip.BOTTOM_LEFT, Grip.LEFT,
)  # fmt: skip


def smallest_side_px(size: QSize) -> int:
    """The smallest width and height of a box in an original of this size, in pixels of the original."""
    wanted = max(_SMALLEST_SIDE_PX, max(size.width(), size.height()) // _SMALLEST_SHARE)
    return max(1, min(wanted, size.width(), size.height()))


def edges_of(box: Box, size: QSize) -> Edges:
    """The pixel edges nearest to a box, at least of the smallest size and inside the picture."""
    left, right = _at_least(round(box.x0 * size.width()), round(box.x1 * size.width()), size.width(), size)
    top, bottom = _at_least(round(box.y0 * size.height()), round(box.y1 * size.height()), size.height(), size)
    return Edges(left, top, right, bottom)


def box_of(edges: Edges, size: QSize) -> Box:
    """The box of these edges as fractions of the picture."""
    return Box.from_pixels(*edges, width_px=size.width(), height_px=size.height())


def centred(size: QSize) -> Edges:
    """A box over the middle half of the picture, where drawing by keyboard starts."""
    return edges_of(Box(0.25, 0.25, 0.75, 0.75), size)


def drawn(anchor: QPointF, pointer: QPointF, size: QSize) -> tuple[Edges, bool]:
    """The box between the point where the mouse went down and where it is, in pixels of the original.

    Returns the box and whether it had to be made larger to reach the smallest size.
    """
    left, right, is_wider = _span(anchor.x(), pointer.x(), size.width(), smallest_side_px(size))
    top, bottom, is_higher = _span(anchor.y(), pointer.y(), size.height(), smallest_side_px(size))
    return Edges(left, top, right, bottom), is_wider or is_higher


def dragged(start: Edges, grip: Grip, by: tuple[int, int], size: QSize) -> tuple[Edges, bool]:
    """The box after its gripped edges went `by` (dx, dy) pixels of the original from where they started.

    Returns the box, kept inside the picture, and whether an edge was stopped by the smallest size.
    """
    dx, dy = by
    if grip == Grip.MOVE:
        dx = min(max(dx, -start.left), size.width() - start.right)
        dy = min(max(dy, -start.top), size.height() - start.bottom)
        return Edges(start.left + dx, start.top + dy, start.right + dx, start.bottom + dy), False
    smallest = smallest_side_px(size)
    left, top, right, bottom = start
    if grip & Grip.LEFT:
        left = max(0, start.left + dx)
    if grip & Grip.RIGHT:
        right = min(size.width(), start.right + dx)
    if grip & Grip.TOP:
        top = max(0, start.top + dy)
    if grip & Grip.BOTTOM:
        bottom = min(size.height(), start.bottom + dy)
    is_stopped = right - left < smallest or bottom - top < smallest
    if grip & Grip.LEFT:
        left = min(left, right - smallest)
    if grip & Grip.RIGHT:
        right = max(right, left + smallest)
    if grip & Grip.TOP:
        top = min(top, bottom - smallest)
    if grip & Grip.BOTTOM:
        bottom = max(bottom, top + smallest)
    return Edges(left, top, right, bottom), is_stopped


def grip_at(frame: QRectF, point: QPointF) -> Grip:
    """What a press at `point` takes hold of, for a box shown as `frame` (both in logical pixels of the widget).

    Edges reach `GRIP_REACH_PX` outwards over their whole length; inwards at most a quarter of the box, so that a
    small box keeps a middle to move it by.
    """
    outer = frame.adjusted(-GRIP_REACH_PX, -GRIP_REACH_PX, GRIP_REACH_PX, GRIP_REACH_PX)
    if not outer.contains(point):
        return Grip.NONE
    inward_x = min(GRIP_REACH_PX, frame.width() / 4)
    inward_y = min(GRIP_REACH_PX, frame.height() / 4)
    grip = Grip.NONE
    if point.x() < frame.left() + inward_x:
        grip |= Grip.LEFT
    elif point.x() > frame.right() - inward_x:
        grip |= Grip.RIGHT
    if point.y() < frame.top() + inward_y:
        grip |= Grip.TOP
    elif point.y() > frame.bottom() - inward_y:
        grip |= Grip.BOTTOM
    return grip or Grip.MOVE


def handle_point(frame: QRectF, handle: Grip) -> QPointF:
    """The middle of a handle of a box shown as `frame`."""
    x = frame.left() if handle & Grip.LEFT else frame.right() if handle & Grip.RIGHT else frame.center().x()
    y = frame.top() if handle & Grip.TOP else frame.bottom() if handle & Grip.BOTTOM else frame.center().y()
    return QPointF(x, y)


def _at_least(low: int, high: int, limit: int, size: QSize) -> tuple[int, int]:
    missing = smallest_side_px(size) - (high - low)
    if missing <= 0:
        return low, high
    low = min(max(0, low - missing // 2), limit - smallest_side_px(size))
    return low, low + smallest_side_px(size)


def _span(anchor: float, pointer: float, limit: int, smallest: int) -> tuple[int, int, bool]:
    anchor, pointer = min(max(anchor, 0), limit), min(max(pointer, 0), limit)
    low, high = sorted((round(anchor), round(pointer)))
    if high - low >= smallest:
        return low, high, False
    if pointer < anchor:
        low = max(0, high - smallest)
        return low, low + smallest, True
    high = min(limit, low + smallest)
    return high - smallest, high, True
