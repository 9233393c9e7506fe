"""The words about results: how sure a hit is, filters, sections, stacks, completeness. No Qt, no thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.texts import count, photos, printable
from app.words import tr, tr_n

# Of photos of different things 3 % score more than 0.2, of the best matches of the same thing 99.5 % do; see
# `app.searching`. A hit that was found by a closer look has at least 0.5.
_LIKELIHOODS = ((0.6, "Very likely"), (0.4, "Likely"), (0.2, "Maybe"), (0.0, "Unlikely"))


def likelihood(score: float) -> str:
    """How likely it is that a hit with this score shows what was looked for: “Very likely”."""
    return next(words for least, words in _LIKELIHOODS if score >= least)


def percent(score: float) -> str:
    """A score in figures: “87 %”."""
    return f"{round(score * 100)} %"


def stack_of(n: int) -> str:
    """“stack of 5”."""
    return tr("stack of {n}").format(n=count(n))


LEAST_SCORE = "Least score shown"
LEAST_SCORE_TIP = "Drag to show more or fewer; double-click for the usual"
SEARCH_VALUES = "Find in the list"
THUMBNAIL_SIZE = "Size of the thumbnails"
SORT_BY = "Order"
GROUP_BY = "Sections"
STACKS = "Near-identical shots as one"
FILTERS = "Filter"
CLEAR_FILTERS = "Clear filters"
SHOW_MORE = "Show more"
SHOW_NEAREST = "Show the most similar photos"
FILTERED_OUT_TITLE = "No photo passes the filters"
FILTERED_OUT = "{photos} found, but none with what the filters ask for."
ORDERS = {"score": "Best first", "date": "Newest first", "name": "By name"}
GROUPINGS = {"none": "No sections", "folder": "By folder", "date": "By month"}
FROM_DAY = "From"
TO_DAY = "To"
DATE_UNKNOWN = "Date not known"
FACETS = {
    "folder": "Folder",
    "taken": "Date taken",
    "type": "File type",
    "shape": "Shape",
    "size": "Size",
    "camera": "Camera",
}
_SHAPES = {"landscape": "Landscape", "portrait": "Portrait", "square": "Square"}
_NOT_KNOWN = "Not known"
_OTHER_TYPE = "Other"


def value_words(facet: str, value: str) -> str:
    """A value of a filter as people write it: “JPEG”, “2024/Holidays”, “Not known”."""
    match facet:
        case "folder":
            parts = [part for part in value.replace("\\", "/").split("/") if part]
            return printable("/".join(parts[-2:]) or value)
        case "type":
            return printable(value.upper()) or _OTHER_TYPE
        case "shape":
            return _SHAPES[value]
    return printable(value) or _NOT_KNOWN


def least_size(megapixels: int) -> str:
    """“At least 2 megapixels”."""
    return tr_n(megapixels, "At least {n} megapixel", "At least {n} megapixels").format(n=megapixels)


def chip(facet: str, words: Sequence[str]) -> str:
    """What a filter says: “Camera”, or what is chosen of it: “NIKON D70 + 2”."""
    if not words:
        return FACETS[facet]
    return words[0] if len(words) == 1 else f"{words[0]} + {count(len(words) - 1)}"


def clear_chip(facet: str) -> str:
    """“Clear the filter: Camera”."""
    return tr("Clear the filter: {facet}").format(facet=FACETS[facet])


def shown_line(n_shown: int, n_good: int) -> str:
    """“12 photos”, or with filters and stacks “3 of 12 photos”."""
    if n_shown == n_good:
        return photos(n_good)
    return tr("{n} of {photos}").format(n=count(n_shown), photos=photos(n_good))


def weaker_line(n: int) -> str:
    """“188 photos are less alike”."""
    return tr_n(n, "{photos} is less alike", "{photos} are less alike").format(photos=photos(n))


def nearest_line(n: int) -> str:
    """“These are the 200 photos most alike”."""
    return tr("These are the {photos} most alike").format(photos=photos(n))


def filtered_line(n: int) -> str:
    """“The filters hide 30 photos”."""
    return tr("The filters hide {photos}").format(photos=photos(n))


def section_title(key: str, month_name: Callable[[int, int], str]) -> str:
    """The title of a section: a folder's path, or “May 2024” as `month_name` writes (year, month)."""
    year, dash, month = key.partition("-")
    if dash and year.isdigit() and month.isdigit():
        return month_name(int(year), int(month))
    return printable(key) or DATE_UNKNOWN
