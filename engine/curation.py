"""Looking after a collection: jobs and values. A part of the door; `messages` hands it on.

Frozen values, standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from engine.types import Hit, Query


class Verdict(Enum):
    """Why a photo is among the hits of a search, or is not. The values are stable names for logs and JSON."""

    SHOWN = "shown"
    BELOW = "below"  # less alike than the search asks for
    BEYOND = "beyond"  # alike enough, but after the last hit asked for
    HIDDEN = "hidden"  # the user has said that it shows something else
    WITHOUT = "without"  # it seems to show what the search leaves out
    FAILED = "failed"  # it could not be read
    EXCLUDED = "excluded"  # a rule leaves it out of the library
    NOT_A_PICTURE = "not-a-picture"  # by its name
    TOO_SMALL = "too-small"  # the least size leaves it out
    NEW = "new"  # it lies in a folder of the library, but is not indexed yet
    OFFLINE = "offline"  # it may be known, but its folder cannot be reached to see
    OUTSIDE = "outside"  # it lies in no folder of the library
    GONE = "gone"  # there is no such file


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a search knows of one photo.

    `rank` is counted from 1 and `score` 0..1, as the search compares; the rank of a photo that is not shown counts
    copies as one. Of a photo that is not in the library they are what they would be, and known only where the query is
    a whole picture. None: not known. `detail` is the sentence of a failure, the folder or file that a rule leaves out,
    else the folder of the library that the photo lies in, or its drive. `copy` is a photo of the same content that is
    in the library, or the hit that stands for a raw file and the JPEG beside it. `online` is as in `Hit`.
    """

    path: str
    verdict: Verdict
    rank: int | None = None
    score: float | None = None
    min_score: float = 0.0
    photo_id: int | None = None
    detail: str = ""
    copy: str = ""
    online: bool = True


# ---- duplicates -----------------------------------------------------------------------------------------------------

NEAR_IDENTICAL = 0.9
"""Similarity from which two photos pass for near-identical: shots of one series, or a picture saved anew or smaller.

Of the series in tests/photos most shots are at 0.90 to 0.97 to the one before (running water: 0.79 to 0.88), and 95 %
of photos at 0.89 or more to themselves cut by 4 % on each side. Saved anew as JPEG of quality 50, as WebP of 70 or at
half the size, all are at 0.90 or more. Measured with the default model."""


@dataclass(frozen=True, slots=True)
class Twin:
    """A photo of a group. `hit.score` is its similarity to the first of the group; photos of one `content_id` are the
    same byte for byte. `size_bytes` and `changed_ns` (ns since 1970) are those of the file when it was indexed.
    """

    hit: Hit
    content_id: int
    size_bytes: int
    changed_ns: int


@dataclass(frozen=True, slots=True)
class TwinGroup:
    """Photos that are the same or nearly so, two at least, the largest first."""

    twins: tuple[Twin, ...]

    @property
    def is_exact(self) -> bool:
        """Whether all are the same byte for byte."""
        return len({twin.content_id for twin in self.twins}) == 1

    @property
    def spare_bytes(self) -> int:
        """What all but the first take."""
        return sum(twin.size_bytes for twin in self.twins[1:])


@dataclass(frozen=True, slots=True)
class Duplicates:
    """The groups found, those that take most first, among so many photos."""

    groups: tuple[TwinGroup, ...]
    photos: int
    seconds: float


@dataclass(frozen=True, slots=True)
class FindDuplicates:
    """Find photos that are the same or nearly so, in the library or below a folder -> Duplicates

    `min_similarity` is that of near-identical ones, 0..1; None: only those that are the same byte for byte.
    """

    folder: str = ""
    min_similarity: float | None = NEAR_IDENTICAL


@dataclass(frozen=True, slots=True)
class MeasureSharpness:
    """How sharp photos of the library are, at a size they all have -> tuple[tuple[int, float], ...]: ids and sharpness

    Photos that cannot be read are left out. Takes about 100 ms for each: ask for a few at a time.
    """

    photo_ids: tuple[int, ...]
    side_px: int = 1024


# ---- collections ----------------------------------------------------------------------------------------------------

MAX_NAME_CHARS = 100


@dataclass(frozen=True, slots=True)
class CollectionPart:
    """A part of a collection's query: a picture or a box in it, wanted or not.

    `path` is where the picture's file is now, `name` what it was called when it was saved; neither is needed to save.
    `weight` is that of a wanted part, as in `Search.weights`.
    """

    query: Query
    path: str = ""
    name: str = ""
    is_unwanted: bool = False
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Collection:
    """A search kept under a name. What it finds is searched for each time it is opened.

    `min_score` is the least score the user has chosen, None the one suggested. `filters` are wanted values by quality
    of a photo; what these mean is up to the window. `collection_id` is 0 until it is saved.
    """

    name: str
    parts: tuple[CollectionPart, ...]
    turned: bool = False
    expand: bool = False
    min_score: float | None = None
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    collection_id: int = 0


@dataclass(frozen=True, slots=True)
class SaveCollection:
    """Keep a search under its name -> Collection

    Its pictures are known again by their contents wherever they are moved, and small copies of them are kept in the
    library in case they are not. With `replace` it takes the place of one of this name, which is refused otherwise.
    """

    collection: Collection
    replace: bool = False


@dataclass(frozen=True, slots=True)
class GetCollections:
    """All collections, by name -> tuple[Collection, ...]

    Their queries name the files that the pictures had when they were saved: open one to search with it.
    """


@dataclass(frozen=True, slots=True)
class OpenCollection:
    """A collection to search with -> Collection, its queries naming where the pictures are now"""

    collection_id: int


@dataclass(frozen=True, slots=True)
class ChangeCollection:
    """Give a collection another name, or remove it (None); no photo is touched -> tuple[Collection, ...], all"""

    collection_id: int
    name: str | None


CollectionJob = SaveCollection | GetCollections | OpenCollection | ChangeCollection
