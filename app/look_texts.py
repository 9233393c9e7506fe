"""The words of the preview and of the large view of one photo. No Qt, no thread."""

from __future__ import annotations

from app.texts import count

PREVIEW = "Preview"
CLOSE_PREVIEW = "Close the preview"
LOOK_CLOSER = "Look closer"
LARGE_VIEW = "Large view"
BACK = "Back to the results"
PICTURE_OF = "Picture of {name}"
QUERY_PICTURE = "Query picture"
QUERY_CAPTION = "What you look for"
FRAME = "Show where the match is"
HEAT = "Show how much each place is like what is searched for"
PICK_PART = "Search for a part of this"
PREVIOUS = "Previous photo"
NEXT = "Next photo"
ONE = "One photo"
SIDE = "Side by side with the query"
FLICKER = "Flicker between photo and query"
ZOOM_IN = "Larger"
ZOOM_OUT = "Smaller"
FIT = "All of it"
FULL_SIZE = "One pixel of the screen for one of the photo"
SLIDESHOW = "Slideshow"
NO_QUERY_PICTURE = "There is no query picture to compare with."
PERCENT = "{n} %"
PLACE = "{n} of {total}"
PIXELS = "{width} × {height} pixels"
TAKEN = "taken {when}"
CHANGED = "file of {when}"
ALIKE = "{n} % alike"


def place(n: int, total: int) -> str:
    """“3 of 200”."""
    return PLACE.format(n=count(n), total=count(total))
