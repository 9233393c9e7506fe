"""The words of the query panel."""

from __future__ import annotations

from collections.abc import Sequence

from app.parts import MAX_PARTS
from app.words import tr

EMPTY_TITLE = "Drop a picture here"
EMPTY_TEXT = "or open a file, or paste a picture."
ACTIVE_TITLE = "Search with this picture"
ACTIVE_TEXT = "A folder is added to your library instead."
OPENING = "Opening…"
FAILED_TITLE = "This picture cannot be opened"
NOT_SHOWN_TITLE = "This photo cannot be shown now"
WHOLE = "Whole picture"
WHOLE_TIP = "Search for the whole picture again (Esc)"
CROP_HINT = "Drag to frame one thing in it"
ADD_PART = "Add a part"
ADD_PART_TIP = "Search for photos with another part, too, or without it (Shift and drag)"
ADD_BOX = "Another &box in this picture"
ADD_PICTURE = "A part of another &picture…"
ADD_COPIED = "The &copied picture"
OPEN = "&Open…"
OPEN_TIP = "Open a picture to search with"
PASTE = "&Paste"
PASTE_TIP = "Search with the picture you copied"
RECENT = "Recent pictures"
RECENT_KEYS = "Enter searches again, Delete forgets it, arrow keys choose another."
SEARCH_AGAIN = "&Search again"
FORGET_ONE = "&Forget this picture"
FORGET_ALL = "Forget them"
QUERY_PICTURE = "Query picture"
NO_PICTURE = "No picture."


def no_room() -> str:
    """There are as many parts as there can be."""
    return tr("A search can have {n} parts. Remove one first.").format(n=MAX_PARTS)


def smallest_box(side_px: int) -> str:
    """What is drawn is too small."""
    return tr("Smallest box: {side} × {side} pixels").format(side=side_px)


def part_tag(number: int, is_unwanted: bool) -> str:
    """The number of a part, at its frame."""
    return tr("not {n}").format(n=number) if is_unwanted else str(number)


def recent_name(name: str, parts: Sequence[str]) -> str:
    """A recent query for screen readers: "lamp.jpg", "lamp.jpg, 2 parts: 12 % of lamp.jpg, all of vase.jpg"."""
    if len(parts) < 2:
        return parts[0] if parts else name
    return tr("{name}, {n} parts: {parts}").format(name=name, n=len(parts), parts=", ".join(parts))
