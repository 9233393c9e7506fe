"""The words of marks, questions and models: what Resight is taught, and what came of it. No Qt."""

from __future__ import annotations

from app.file_texts import name_of
from app.texts import count
from app.words import tr, tr_n
from engine.messages import Contradiction

UNDO_MARKS = "&Undo the marks of {what}"
MARKED_SAME = "marked as the same"
MARKED_DIFFERENT = "marked as something else"
ONE_PART_ONLY = "Marks are about one thing. Search for one part alone to mark its hits."
NO_QUERY = "Marks say what shows the same as the picture you search with. Search with one first."
CONTRADICTION = (
    "“{a}” and “{b}” are marked as something else, but by other marks they show the same. Nothing is learnt from these "
    "photos until one of the marks is taken back."
)
SHOW = "Show"


def same(n: int) -> str:
    """What marking hits as the same did."""
    return tr_n(n, "{n} photo marked as the same", "{n} photos marked as the same").format(n=count(n))


def different(n: int) -> str:
    """What marking hits as something else did."""
    return tr_n(n, "{n} photo marked as something else", "{n} photos marked as something else").format(n=count(n))


def taken_back(n: int) -> str:
    """What taking marks back did."""
    return tr_n(n, "The mark of {n} photo was taken back", "The marks of {n} photos were taken back").format(n=count(n))


def contradiction(one: Contradiction) -> str:
    """Which photos are contradicted, as a sentence."""
    return CONTRADICTION.format(a=_name(one.different.path_a), b=_name(one.different.path_b))


def _name(path: str) -> str:
    return name_of(path) if path else tr("a photo that is not in the library now")
