"""What the user teaches Resight: jobs and values of labels. A part of the door; `messages` hands it on.

Frozen values, standard library only. A *pair* is two pictures of which the user has said that they show the same thing,
or that they do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.types import Box, Hit, Query

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


@dataclass(frozen=True, slots=True)
class Found:
    """How much is found: shares of queries whose first hit is right, with a right one among the first ten, and mAP.

    All in 0..1; `mean_precision` is None where a query has one right answer only.
    """

    first: float
    top_ten: float
    mean_precision: float | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """How a tuned model compares with the one in use.

    Args:
        queries: labelled photos of `groups` things as queries, each under a model that was chosen without its thing.
        before: how much of what is known to be the same they find under the model in use.
        after: the same under the tuned one.
        gain: of the mean average precision: mean, low and high end of the 90 % interval.
        boxes: parts of photos of the library that were cut out, and searched for the photo they are of.
        boxes_before: how much of these was found, and `boxes_after`.
    """

    queries: int
    groups: int
    before: Found
    after: Found
    gain: tuple[float, float, float]
    boxes: int = 0
    boxes_before: Found | None = None
    boxes_after: Found | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A photo that a tuned model finds earlier or later for a query: ranks from 1 among what is known to be wrong."""

    query: Hit
    photo: Hit
    rank_before: int
    rank_after: int


@dataclass(frozen=True, slots=True)
class Tuned:
    """What tuning came to.

    Args:
        outcome: "better": `model` is proposed, to be kept with `UseModel` or discarded with `RemoveModel`. Else there
            is no model: "no-gain" on held-out things, or "worse-elsewhere" on boxes of the library.
        model: its name.
        proof: the measurements.
        changes: pictures of what changed, the largest changes first.
        contradicted: groups that were left out as labels contradict each other.
    """

    outcome: str
    model: str
    proof: Proof
    changes: tuple[Change, ...] = ()
    contradicted: int = 0


@dataclass(frozen=True, slots=True)
class ModelState:
    """A model of the library.

    Args:
        name: its name, which no other model has.
        parent: the model it was made from, "" if that is not known.
        made_by: "" as shipped, "quick" or "deep" tuning, "imported".
        made_at: when it was added, in seconds since 1970.
        active: whether searches use it.
        usable: whether its file is there.
        photos: how many contents have descriptors of it.
        bytes: disk space of its file, descriptors and index.
        proof: what proved it when it was made.
    """

    name: str
    parent: str
    made_by: str
    made_at: float
    active: bool
    usable: bool
    photos: int
    bytes: int
    proof: Proof | None


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


@dataclass(frozen=True, slots=True)
class GetModels:
    """The models of the library, the oldest first -> tuple[ModelState, ...]"""


@dataclass(frozen=True, slots=True)
class GetTraining:
    """The deep training that has not come to its end -> UnfinishedTraining | None"""


@dataclass(frozen=True, slots=True)
class UnfinishedTraining:
    """A deep training that was begun: `epochs_done` of `epochs`, with how many `labels`, and its disk space."""

    epochs_done: int
    epochs: int
    labels: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Question:
    """Two photos of which a label would tell most.

    `why`: "contradiction" of labels, which are asked anew; "near" the cosine from which photos show the same as a rule;
    "models" of the library place them differently; or "parts" of them are alike although they are not. Their scores
    are their cosine, 0..1. `said` is what their label says by now, None without one.
    """

    a: Hit
    b: Hit
    why: str
    said: bool | None = None


@dataclass(frozen=True, slots=True)
class Questions:
    """Pairs worth a label, how many `labels` there are, and how many `more` would help tuning."""

    pairs: tuple[Question, ...]
    labels: int
    more: int


@dataclass(frozen=True, slots=True)
class GetQuestions:
    """Pairs of photos whose label would tell most -> Questions

    Each `turn` looks round other photos.
    """

    limit: int = 10
    turn: int = 0


@dataclass(frozen=True, slots=True)
class ExportModel:
    """Write a model of the library as one safetensors file -> Path of the file"""

    name: str
    path: Path


# ---- jobs: the bulk lane ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tune:
    """Make a model that finds more of what the labels say, and prove it -> Tuned

    Nothing is searched with it before `UseModel`. `deep` trains the network itself, for hours where there is no GPU:
    a training that was ended goes on, with the labels that there were when it began, unless `restart`.
    """

    deep: bool = False
    restart: bool = False

    @property
    def gives_way(self) -> bool:
        """Whether other bulk jobs than those of models go first: nobody waits for hours until new photos are found."""
        return self.deep


@dataclass(frozen=True, slots=True)
class DropTraining:
    """Delete the deep training that has not come to its end -> None"""


@dataclass(frozen=True, slots=True)
class UseModel:
    """Search with another model of the library from now on -> tuple[ModelState, ...]

    The one in use answers until everything is ready for the other; then one step switches. Descriptors that are missing
    are made from those there are where the models differ in their whitening only, else from the photos.
    """

    name: str


@dataclass(frozen=True, slots=True)
class RemoveModel:
    """Delete a model of the library that is not in use, its descriptors and its index -> tuple[ModelState, ...]"""

    name: str


@dataclass(frozen=True, slots=True)
class ImportModel:
    """Add a model file to the library; nothing is searched with it before `UseModel` -> tuple[ModelState, ...]"""

    path: Path


ModelJob = GetModels | ExportModel | GetQuestions | GetTraining
TuningJob = Tune | DropTraining | UseModel | RemoveModel | ImportModel
LabelJob = Label | UndoLabels | GetLabels | ExportLabels | ImportLabels
