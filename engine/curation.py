"""Looking after a collection: jobs and values. A part of the door; `messages` hands it on.

Frozen values, standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


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
