"""Jobs into the engine, events out of it. Frozen values only: no callbacks, no shared lists.

Every job gets an id when it is submitted. It ends with exactly one of `JobDone`, `JobFailed` or `JobCancelled`
carrying that id; `Progress` may come before, and only the newest one of a job matters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.curation import NEAR_IDENTICAL as NEAR_IDENTICAL
from engine.curation import ChangeCollection as ChangeCollection
from engine.curation import Collection as Collection
from engine.curation import CollectionJob as CollectionJob
from engine.curation import CollectionPart as CollectionPart
from engine.curation import Duplicates as Duplicates
from engine.curation import Explanation as Explanation
from engine.curation import FindDuplicates as FindDuplicates
from engine.curation import GetCollections as GetCollections
from engine.curation import MeasureSharpness as MeasureSharpness
from engine.curation import OpenCollection as OpenCollection
from engine.curation import SaveCollection as SaveCollection
from engine.curation import Twin as Twin
from engine.curation import TwinGroup as TwinGroup
from engine.curation import Verdict as Verdict
from engine.errors import EngineError
from engine.experiments import LOSSES as LOSSES
from engine.experiments import PROTOCOLS as PROTOCOLS
from engine.experiments import Evaluate as Evaluate
from engine.experiments import EvaluateProtocol as EvaluateProtocol
from engine.experiments import Study as Study
from engine.experiments import Train as Train
from engine.learning import Change as Change
from engine.learning import Contradiction as Contradiction
from engine.learning import DropTraining as DropTraining
from engine.learning import ExportLabels as ExportLabels
from engine.learning import ExportModel as ExportModel
from engine.learning import Feedback as Feedback
from engine.learning import Found as Found
from engine.learning import GetLabels as GetLabels
from engine.learning import GetModels as GetModels
from engine.learning import GetQuestions as GetQuestions
from engine.learning import GetTraining as GetTraining
from engine.learning import ImportLabels as ImportLabels
from engine.learning import ImportModel as ImportModel
from engine.learning import Label as Label
from engine.learning import LabelJob as LabelJob
from engine.learning import Labelled as Labelled
from engine.learning import Labels as Labels
from engine.learning import ModelJob as ModelJob
from engine.learning import ModelState as ModelState
from engine.learning import PairLabel as PairLabel
from engine.learning import Proof as Proof
from engine.learning import Question as Question
from engine.learning import Questions as Questions
from engine.learning import RemoveModel as RemoveModel
from engine.learning import Tune as Tune
from engine.learning import Tuned as Tuned
from engine.learning import TuningJob as TuningJob
from engine.learning import UndoLabels as UndoLabels
from engine.learning import UnfinishedTraining as UnfinishedTraining
from engine.learning import UseModel as UseModel
from engine.types import (
    CheckReport,
    Excludes,
    Failure,
    HeatMap,
    IndexReport,
    LibraryStatus,
    Located,
    Picture,
    Query,
    SearchResult,
)
from engine.types import Phase as Phase

N_CLOSELY = 60
"""How many of the first hits for a whole picture are looked at closely: that takes some two seconds."""

N_CLOSELY_FOR_PARTS = 200
"""The same for boxes and cut-outs: a small thing's photo may be far down before its details are compared."""

N_BY_WINDOWS = 20
"""How many of them are looked at window by window where their details do not match."""

# ---- jobs: the interactive lane (answered before any further chunk of bulk work) -------------------------------


@dataclass(frozen=True, slots=True)
class Search:
    """Find the `k` photos most like the query -> SearchResult.

    What `also` names must be in a photo, too; photos in which one of `without` seems to be are left out. `turned` also
    finds what is mirrored, or turned by 90, 180 or 270 degrees.

    `exact` scans every descriptor instead of the index. `expand` looks further: the first hits help to find the rest.
    It is for a query alone: the parts of several keep each other from drifting off. `closely` compares the details of
    the first `N_CLOSELY` hits (for parts `N_CLOSELY_FOR_PARTS`) with those of the query: hits in which it was found
    have a box and go before. `feedback` tells more of what is meant. `stacks` fills in `Hit.stack`.
    A photo scores as the part that is least in it. `weights` of `query` and `also`, () for all the same, forgive what
    is missing of lighter ones: a score s counts as s ** (weight / heaviest).
    """

    query: Query
    k: int = 20
    min_score: float = 0.0
    exact: bool = False
    expand: bool = False
    closely: bool = False
    feedback: Feedback | None = None
    stacks: bool = False
    also: tuple[Query, ...] = ()
    without: tuple[Query, ...] = ()
    turned: bool = False
    weights: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Locate:
    """Look closely where the query is in these photos of the library -> tuple[Located, ...], those where it was found.

    Takes about 50 ms for each photo: ask for a few at a time. `turned` as in `Search`. With `by_windows` other views of
    a box are framed, too, where they stand out, which takes as long again.
    """

    query: Query
    photo_ids: tuple[int, ...]
    turned: bool = False
    by_windows: bool = False


@dataclass(frozen=True, slots=True)
class DrawHeat:
    """How much each place in a photo of the library is like the query -> HeatMap

    Takes about 100 ms: the photo is read again.
    """

    query: Query
    photo_id: int


@dataclass(frozen=True, slots=True)
class Explain:
    """Why the photo at `path` is, or is not, among the hits of a search -> Explanation

    Takes about a second for each 100,000 photos.
    """

    search: Search
    path: str


@dataclass(frozen=True, slots=True)
class GetStatus:
    """-> LibraryStatus"""


@dataclass(frozen=True, slots=True)
class GetFailures:
    """-> tuple[Failure, ...], newest last."""


@dataclass(frozen=True, slots=True)
class LoadPicture:
    """Decode a picture for display, scaled down so that its longer side is at most `max_side_px` -> Picture."""

    path: str
    max_side_px: int = 1600


@dataclass(frozen=True, slots=True)
class MakeThumbnail:
    """Make the thumbnail of a photo again (its file was missing or broken) -> Path of the thumbnail."""

    photo_id: int


@dataclass(frozen=True, slots=True)
class ForgetGone:
    """Forget the photos at these paths that are no longer there, as the user has moved or trashed them -> LibraryStatus

    Unlike a look at their folder, this forgets them however many they are. A file that is there stays as it is.
    """

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GetExcludes:
    """What is left out of the library -> Excludes"""


@dataclass(frozen=True, slots=True)
class SetWatching:
    """Watch the folders for changes from now on, or no longer -> LibraryStatus"""

    on: bool


@dataclass(frozen=True, slots=True)
class SetGentle:
    """Index gently from now on, or at full speed; see `EngineConfig.gentle` -> LibraryStatus"""

    on: bool


# ---- jobs: the bulk lane (worked on in chunks, one job after the other) -----------------------------------------


@dataclass(frozen=True, slots=True)
class IndexFolders:
    """Add these folders and bring them up to date; with none given, all known folders -> IndexReport

    With `accept_missing` all photos that are not there are forgotten, however many; without, so many at once that it
    may be a mistake are kept as missing (see `ResolveMissing`).
    """

    folders: tuple[str, ...] = ()
    accept_missing: bool = False


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Look again where the watcher has noticed something, or through all known folders -> IndexReport

    With `paths`, also at these files of the library, whether they are new, changed or gone. The engine gives itself
    this job where `EngineConfig.watch` is on; see `JobStarted`.
    """

    all_folders: bool = False
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RetryFailures:
    """Try files again that could not be indexed, see `Failure.photo_id` -> IndexReport"""

    photo_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RemoveFolder:
    """Forget a folder and what is known of its photos; the photos themselves are not touched -> LibraryStatus"""

    path: str


@dataclass(frozen=True, slots=True)
class ResolveMissing:
    """The missing photos of a folder are really gone, and are forgotten; or they are kept as missing -> LibraryStatus

    Those are meant about which the user has to be asked, see `FolderState.unconfirmed`.
    """

    path: str
    gone: bool


@dataclass(frozen=True, slots=True)
class SetExcludes:
    """Leave this out of the library from now on, and nothing else; what is known of it is forgotten -> LibraryStatus

    What was left out before and no longer is comes in with the next look at its folder.
    """

    excludes: Excludes


@dataclass(frozen=True, slots=True)
class FillIn:
    """Read what older versions did not keep of photos: when and with what they were taken -> int, how many were read.

    The engine gives itself this job. It does some seconds of it at a time, so that other jobs come between.
    """


@dataclass(frozen=True, slots=True)
class CheckLibrary:
    """Verify the catalogue, the descriptors and the index against each other -> CheckReport"""

    repair: bool = False


CurateJob = Explain | MeasureSharpness | CollectionJob
InteractiveJob = (
    Search | Locate | DrawHeat | GetStatus | GetFailures | GetExcludes | LoadPicture | MakeThumbnail | SetWatching
    | SetGentle | ForgetGone | LabelJob | CurateJob | ModelJob
)
BulkJob = (
    IndexFolders | LookAgain | RetryFailures | RemoveFolder | ResolveMissing | SetExcludes | FillIn | CheckLibrary
    | FindDuplicates
    | Evaluate | EvaluateProtocol | Train | Study | TuningJob
)
Job = InteractiveJob | BulkJob

JobResult = (
    SearchResult | tuple[Located, ...] | HeatMap | LibraryStatus | tuple[Failure, ...] | Excludes | IndexReport
    | CheckReport | Picture | Path | dict[str, Any] | Labelled | Labels | int | Explanation
    | Duplicates | tuple[tuple[int, float], ...]
    | Tuned | tuple[ModelState, ...] | Questions | Collection | tuple[Collection, ...]
)


# ---- events -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a bulk job is. `total` and `eta_s` are None while unknown; `folder` is what is being worked on, and
    `place` the folder in it that was reached, itself or below it, "" while there is none to tell; both are absolute.

    `on_battery`: gentle indexing waits until the computer has mains power again; `in_use`: until nobody uses it. Both
    are told when it begins to wait.
    `figures` are measured meanwhile, by name: "epoch", "loss", "mAP" (0..1) of a training.
    """

    job_id: int
    phase: Phase
    done: int = 0
    total: int | None = None
    images_per_second: float | None = None
    eta_s: float | None = None
    folder: str | None = None
    failed: int = 0
    paused: bool = False
    on_battery: bool = False
    in_use: bool = False
    figures: tuple[tuple[str, float], ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class JobStarted:
    """A bulk job has come to its turn. It may be one that the engine gave itself."""

    job_id: int
    job: Job


@dataclass(frozen=True, slots=True)
class JobDone:
    """A job ended well; `result` is of the type its class names."""

    job_id: int
    job: Job
    result: JobResult


@dataclass(frozen=True, slots=True)
class JobFailed:
    """A job ended with an error. The engine goes on."""

    job_id: int
    job: Job
    error: EngineError


@dataclass(frozen=True, slots=True)
class JobCancelled:
    """A job ended because it was cancelled or the engine is closing. What it had committed stays."""

    job_id: int
    job: Job


@dataclass(frozen=True, slots=True)
class EngineReady:
    """The library is open and can be searched. `device` is for people: "cpu (openvino)", "NVIDIA H200 (cuda)"."""

    status: LibraryStatus


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should know once, not tied to a job: a GPU that cannot be used, an index being rebuilt.

    `key` is stable, so that a notice can be shown once and replaced; `sentence` is for people.
    """

    key: str
    sentence: str
    warning: bool = False


@dataclass(frozen=True, slots=True)
class EngineStopped:
    """The engine thread has ended: `error` is None after `close()`, else what made it impossible to go on."""

    error: EngineError | None = field(default=None)


Event = Progress | JobStarted | JobDone | JobFailed | JobCancelled | EngineReady | Notice | EngineStopped
