"""The words for parts of pictures: their size, where they are, whether they are wanted. No widget, no thread."""

from __future__ import annotations

from PySide6.QtCore import QSize

from app.crop_geometry import Edges
from app.parts import Part
from app.texts import printable
from engine.types import Box

ADD_HINT = "Drag a box round another part"
_KEYS = (
    "Arrow keys move the box, with Shift by 10 pixels, with Control they resize it. Shift and Enter add another part. "
    "Escape takes the box away."
)


def percent_of(box: Box) -> str:
    """The share of the picture in a box, in words of at most two digits: "12 %", "less than 1 %"."""
    percent = round(box.area * 100)
    return f"{percent} %" if percent else "less than 1 %"


def size_words(box: Box, full_size: QSize) -> str:
    """How large a box is, in two lines; `full_size` of the upright picture in pixels."""
    width_px, height_px = round((box.x1 - box.x0) * full_size.width()), round((box.y1 - box.y0) * full_size.height())
    share = percent_of(box)
    return f"{share[0].upper()}{share[1:]} of the picture\n{width_px} × {height_px} pixels"


def crop_words(edges: Edges | None, box: Box | None, place: str) -> str:
    """What is drawn in a picture, for screen readers; `place` comes first."""
    if edges is None or box is None:
        text = "The whole picture is searched for. Press Enter to draw a box in its middle."
    else:
        left, top, right, bottom = edges
        text = (
            f"Box of {right - left} × {bottom - top} pixels, {left} from the left and {top} from the top, "
            f"{percent_of(box)} of the picture. {_KEYS}"
        )
    return f"{place} {text}" if place else text


def place_words(number: int, n_parts: int, is_unwanted: bool) -> str:
    """Which part it is: "Part 2 of 3. Photos with it are left out."; empty for one alone that is wanted."""
    if n_parts == 1 and not is_unwanted:
        return ""
    left_out = " Photos with it are left out." if is_unwanted else ""
    return f"Part {number} of {n_parts}.{left_out}"


def part_words(part: Part) -> str:
    """What a part is: "12 % of lamp.jpg", "all of lamp.jpg"."""
    share = "all" if part.box is None else percent_of(part.box)
    return f"{share} of {printable(part.source.name)}"
