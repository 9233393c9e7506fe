"""The values that cross the engine's door. Immutable, standard library only, safe to hand between threads.

Paths are `str` as `os.fsdecode` gives them: names that are not valid in the file system's encoding carry surrogate
escapes and come back unchanged through `os.fsencode`. Whoever shows one to a person must make it printable first.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

MAX_PATTERNS = 200
MAX_PATTERN_CHARS = 255
MAX_MIN_SIDE_PX = 10_000


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in a picture, as fractions of the *upright* picture: 0 <= x0 < x1 <= 1, 0 <= y0 < y1 <= 1.

    Raises:
        ValueError: the numbers do not describe a rectangle inside the picture (NaN included).
    """

    x0: float
    y0: float
    x1: float
    y1: float

    def __post_init__(self) -> None:
        if not (0.0 <= self.x0 < self.x1 <= 1.0 and 0.0 <= self.y0 < self.y1 <= 1.0):
            raise ValueError(
                "A box needs 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1, "
                f"but it is {self.x0:g},{self.y0:g},{self.x1:g},{self.y1:g}."
            )

    @classmethod
    def from_pixels(cls, x0: float, y0: float, x1: float, y1: float, width_px: int, height_px: int) -> Box:
        """The box of these pixel edges in an upright picture of `width_px` x `height_px`, clipped to the picture."""
        return cls(
            min(max(x0 / width_px, 0.0), 1.0),
            min(max(y0 / height_px, 0.0), 1.0),
            min(max(x1 / width_px, 0.0), 1.0),
            min(max(y1 / height_px, 0.0), 1.0),
        )

    @property
    def area(self) -> float:
        """Share of the picture inside the box, 0..1."""
        return (self.x1 - self.x0) * (self.y1 - self.y0)

    def contains(self, x: float, y: float) -> bool:
        """Whether the point (fractions of the upright picture) lies in the box."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for: a picture file, or a photo of the library, whole or only the box in it.

    Exactly one of `path` and `photo_id` is set. `box` is None for the whole picture.
    """

    path: str | None = None
    photo_id: int | None = None
    box: Box | None = None

    def __post_init__(self) -> None:
        if (self.path is None) == (self.photo_id is None):
            raise ValueError("A query is either a picture file or a photo of the library.")


@dataclass(frozen=True, slots=True)
class Hit:
    """One photo that answers a query.

    `score` is in 0..1, higher is better: the cosine similarity of query and photo (both expanded, if the search was),
    negative values counted as 0.
    `box` frames where the query was found, or None when that is not known. `thumbnail` is where the thumbnail lies
    if it has been made (the file may be missing: then submit `MakeThumbnail`). `online` is False while the photo's
    folder cannot be reached, `drive` then being its drive ("" without a name), or the photo is not where it was.
    `labelled_same`: the user has said that it shows the same as the query.
    `taken` is the local time at which it was taken, "2024-05-03T14:22:10", or None if that is not known; `camera` is
    what it was taken with, or "". `stack` is the same number in hits that are copies or near-identical shots of each
    other, if that was asked for: the photo id of the first of them.
    `also` are other files of the same photo: the raw file beside a JPEG, or the JPEG beside a raw file.
    `also_boxes` frame the further parts of a query of several, in their order.
    """

    rank: int
    photo_id: int
    path: str
    score: float
    box: Box | None
    thumbnail: Path
    width_px: int
    height_px: int
    online: bool = True
    drive: str = ""
    labelled_same: bool = False
    taken: str | None = None
    camera: str = ""
    stack: int = 0
    also: tuple[str, ...] = ()
    also_boxes: tuple[Box | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Located:
    """Where a query was found in a photo by a closer look (None: it is about all of it), and how sure that is, 0..1.

    0 where it was found as a part that looks alike, which the photo's score tells of already.
    """

    photo_id: int
    box: Box | None
    confidence: float


@dataclass(frozen=True, slots=True)
class HeatMap:
    """How much each place in a photo is like a query: `values` row by row from the top, 0 (not at all) to 255."""

    photo_id: int
    columns: int
    rows: int
    values: bytes


def raised(score: float, confidence: float) -> float:
    """The score 0..1 of a photo in which the query was found with this confidence: 1 - (1 - score)(1 - confidence)."""
    return 1 - (1 - score) * (1 - confidence)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer to a search. `searched` of `total` photos known to the library could be compared.

    `hidden` contents are left out as the user has said that they show something else than this query. `n_closely` of
    the first hits are worth a closer look: more of them for a part of a photo than for a whole one.
    """

    query: Query
    hits: tuple[Hit, ...]
    searched: int
    total: int
    elapsed_ms: float
    exact: bool
    hidden: int = 0
    n_closely: int = 0


@dataclass(frozen=True, slots=True)
class FolderState:
    """A folder the user added. `online` is False while it cannot be reached or is empty by accident.

    `watch` is how changes in it are noticed: "live" at once, "polled" every minute, "" not by themselves. `offline`
    tells why it cannot be reached: "missing", "empty", "other-drive", "not-answering"; `drive` is its drive's name or
    "". `missing` of its photos were not found; about `unconfirmed` of these the user has to be asked.
    """

    folder_id: int
    path: str
    photos: int
    indexed: int
    failed: int
    online: bool
    watch: str = ""
    offline: str = ""
    drive: str = ""
    missing: int = 0
    unconfirmed: int = 0


@dataclass(frozen=True, slots=True)
class Excludes:
    """What is left out of the library, in all its folders.

    `folders` are absolute paths inside folders of the library, left out with all below them. `patterns` are names of
    files and folders with * and ?, such as "*_small.jpg". Pictures whose longer side is shorter than `min_side_px` are
    left out; with `skip_hidden`, files and folders whose names begin with a dot, or which are marked as hidden.

    Raises:
        ValueError: a pattern is none, or a number is out of range. The message is a sentence for people.
    """

    folders: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    min_side_px: int = 0
    skip_hidden: bool = True

    def __post_init__(self) -> None:
        for pattern in self.patterns:
            if not 0 < len(pattern.strip()) <= MAX_PATTERN_CHARS or any(sign in pattern for sign in "/\\\0"):
                raise ValueError(
                    f"“{pattern}” is not a name to leave out. Write a name such as *_small.jpg, without folders."
                )
        if len(self.patterns) > MAX_PATTERNS:
            raise ValueError(f"No more than {MAX_PATTERNS} names can be left out.")
        if not 0 <= self.min_side_px <= MAX_MIN_SIDE_PX:
            raise ValueError(f"The least size of a picture lies between 0 and {MAX_MIN_SIDE_PX} pixels.")


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be indexed. `kind` is an `errors.EngineError` kind; `sentence` is for people."""

    photo_id: int
    path: str
    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class LibraryStatus:
    """What is in the library. `indexed` photos have a descriptor of the active model; `index_rows` are in the index."""

    library: Path
    photos: int
    indexed: int
    failed: int
    offline: int
    folders: tuple[FolderState, ...]
    model: str
    index_rows: int
    device: str


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one indexing run did. Counts are files: a raw file and the JPEG beside it are two. `seconds` is wall time;
    `images_per_second` counts `indexed`.

    `unsettled` files were still being written and are left for a later run. `missing` photos were not found, but so
    many of a folder that they are kept until the user says that they are gone.
    """

    found: int
    indexed: int
    unchanged: int
    moved: int
    removed: int
    failed: int
    seconds: float
    images_per_second: float
    device: str
    model: str
    unsettled: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What checking the library found. `problems` are sentences; `repaired` says what was put right."""

    clean: bool
    problems: tuple[str, ...]
    repaired: tuple[str, ...]
    photos: int
    descriptors: int
    index_rows: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready to be shown: upright sRGB, rows of `width_px * 3` bytes without padding.

    `full_width_px` x `full_height_px` is the size of the whole upright original, before it was scaled down.
    """

    path: str
    width_px: int
    height_px: int
    rgb: bytes
    full_width_px: int
    full_height_px: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of a library's catalogue: all of it but thumbnails and index, which can be made again.

    `taken` is the local time as "2026-11-24 11:06". `photos` is None if the file cannot be read.
    """

    path: str
    taken: str
    bytes: int
    photos: int | None


@dataclass(frozen=True, slots=True)
class Restored:
    """What restoring did: the snapshot now in use, and where the catalogue from before is kept, if there was one."""

    snapshot: Snapshot
    kept: str | None


class Phase(Enum):
    """What a bulk job is doing. The values are stable names for logs and JSON; words for people are in the app."""

    PREPARING = "preparing"
    FINDING = "finding"
    ANALYSING = "analysing"
    SAVING = "saving"
    CHECKING = "checking"
    COMPARING = "comparing"
    COPYING = "copying"
    MOVING = "moving"
    MEASURING = "measuring"
    TRAINING = "training"
