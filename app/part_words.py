"""Sentences for parts of pictures: their size, where they are, whether they are wanted. No widget, no thread."""

from __future__ import annotations

from PySide6.QtCore import QSize

from app.crop_geometry import Edges
from app.parts import Part
from app.texts import printable
from app.words import tr
from engine.types import Box


def add_hint() -> str:
    """What to do to add another part."""
    return tr("Drag a box round another part")


def percent_of(box: Box) -> str:
    """The share of the picture in a box, in words of at most two digits: "12 %", "less than 1 %"."""
    percent = round(box.area * 100)
    return f"{percent} %" if percent else tr("less than 1 %")


def size_words(box: Box, full_size: QSize) -> str:
    """How large a box is, in two lines; `full_size` of the upright picture in pixels."""
    width_px, height_px = round((box.x1 - box.x0) * full_size.width()), round((box.y1 - box.y0) * full_size.height())
    share = percent_of(box)
    words = tr("{share} of the picture\n{width} × {height} pixels")
    return words.format(share=share[0].upper() + share[1:], width=width_px, height=height_px)


def crop_words(edges: Edges | None, box: Box | None, place: str) -> str:
    """What is drawn in a picture, for screen readers; `place` comes first."""
    if edges is None or box is None:
        text = tr("The whole picture is searched for. Press Enter to draw a box in its middle.")
    else:
        left, top, right, bottom = edges
        where = tr(
            "Box of {width} × {height} pixels, {left} from the left and {top} from the top, {share} of the picture."
        )
        keys = tr(
            "Arrow keys move the box, with Shift by 10 pixels, with Control they resize it. "
            "Shift and Enter add another part. Escape takes the box away."
        )
        place_of_box = where.format(
            width=right - left, height=bottom - top, left=left, top=top, share=percent_of(box)
        )
        text = f"{place_of_box} {keys}"
    return f"{place} {text}" if place else text


def place_words(number: int, n_parts: int, is_unwanted: bool) -> str:
    """Which part it is: "Part 2 of 3. Photos with it are left out."; empty for one alone that is wanted."""
    if n_parts == 1 and not is_unwanted:
        return ""
    place = tr("Part {n} of {total}.").format(n=number, total=n_parts)
    return place + (" " + tr("Photos with it are left out.") if is_unwanted else "")


def weight_words(weight: int) -> str:
    """How much a part counts: "Counts as usual", "Counts twice"."""
    return (tr("Counts as usual"), tr("Counts twice"), tr("Counts three times"))[weight - 1]


def part_words(part: Part) -> str:
    """What a part is: "12 % of lamp.jpg", "all of lamp.jpg"."""
    name = printable(part.source.name)
    if part.box is None:
        return tr("all of {name}").format(name=name)
    return tr("{share} of {name}").format(share=percent_of(part.box), name=name)
