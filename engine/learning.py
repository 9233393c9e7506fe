"""What the user teaches Resight: jobs and values of labels. A part of the door; `messages` hands it on.

Frozen values, standard library only. A *pair* is two pictures of which the user has said that they show the same thing,
or that they do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.types import Box, Query

# ---- values -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PairLabel:
    """What the user has said of two pictures: that they show the `same` thing, or that they do not.

    `path_a` and `path_b` are photos of the library, "" while there are none with that content; the hashes tell the
    contents, in hexadecimal. `box` is the part of a that is meant, None for all of it. `made_at` is in seconds since
    1970.
    """

    path_a: str
    path_b: str
    hash_a: str
    hash_b: str
    box: Box | None
    same: bool
    made_at: float


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two pictures that are `different` by one label, and the same by the shortest chain of others, `same`."""

    different: PairLabel
    same: tuple[PairLabel, ...]


@dataclass(frozen=True, slots=True)
class Labels:
    """All labels, in the order in which they were made, and what follows from them.

    `groups` sets of pictures show the same thing, directly or by others, with `grouped` pictures in all.
    """

    pairs: tuple[PairLabel, ...]
    groups: int
    grouped: int
    contradictions: tuple[Contradiction, ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a change of labels did: how many pairs it `changed`, and the contradictions these take part in.

    `pairs` are how many there are now.
    """

    changed: int
    pairs: int
    contradictions: tuple[Contradiction, ...] = ()


@dataclass(frozen=True, slots=True)
class Feedback:
    """Pictures that show the same as a query, and pictures that do not: the search is made better by both.

    For this search only: nothing is remembered. The different ones are left out of the hits.
    """

    same: tuple[Query, ...] = ()
    different: tuple[Query, ...] = ()


# ---- jobs: the interactive lane -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Label:
    """The query and each of the others show the same thing, or do not; None takes back what was said -> Labelled

    Labels belong to the content of files: they outlive moving, indexing anew and other models. Each job is one step of
    `UndoLabels`. The others are whole pictures.
    """

    query: Query
    others: tuple[Query, ...]
    same: bool | None


@dataclass(frozen=True, slots=True)
class UndoLabels:
    """Take back the last change of labels that was not taken back yet -> Labelled, `changed` 0 if there is none"""


@dataclass(frozen=True, slots=True)
class GetLabels:
    """All labels -> Labels"""


@dataclass(frozen=True, slots=True)
class ExportLabels:
    """Write all labels as CSV -> int, how many; see `engine.label_files` for the columns"""

    path: Path


@dataclass(frozen=True, slots=True)
class ImportLabels:
    """Add the labels of a CSV file to those there are, all or none; one step of `UndoLabels` -> Labelled"""

    path: Path


LabelJob = Label | UndoLabels | GetLabels | ExportLabels | ImportLabels
