"""What a deep tuning learns from and what is to prove it, kept in the library so that a run that was ended goes on.

Labels may change while a training takes its hours: it goes on with those that there were when it began.
"""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.actnet.checkpoint import read_metadata
from engine.errors import ModelError, TuningError
from engine.label_groups import Groups
from engine.library import Library
from engine.storage import LibraryFolder, disk_errors
from engine.training.dataset import UNLABELLED, Dataset, TrainingPhoto
from engine.training.settings import TrainingSettings, TupleRule, ViewRule
from engine.tuning.judged import Judged
from engine.tuning.material import Material, reachable
from engine.tuning.neighbours import NEAR

DEEP = TrainingSettings(
    epochs=4,
    whitening_steps=0,
    network_rate=1e-5,
    pooling_rate=1e-3,
    batch_tuples=8,
    batch_others=16,
    held_out=0.0,
    tuples=TupleRule(anchors_per_source=96, negatives_below=NEAR),
    views=ViewRule(n_random=1, n_random_unlabelled=0),
)
"""Triplets end to end, in small steps, with the similarities of the start held; half the whitening is the start's."""

MIN_GROUPS = 4
"""Groups of the same thing that are needed: two to learn from, and two to prove it by."""

HELD_OUT = 1 / 3
"""Share of the labelled photos that prove, and are not learnt from."""

MAX_FOUND = 400
"""Photos in pairs that the library itself gives, which are learnt from beside the labelled ones."""

N_OTHERS = 200
"""Photos of which nothing is known, whose similarities are held."""

_SOURCES = ("labels", "library")
_VERSION = 1


@dataclass(frozen=True, slots=True)
class PlannedPhoto:
    """A photo to learn from, by its path and the hash of its content in hexadecimal. The rest as `TrainingPhoto`."""

    path: str
    hash: str
    instance: int
    group: int
    source: int


@dataclass(frozen=True, slots=True)
class DeepPlan:
    """A deep tuning.

    Args:
        start: the model that it begins with.
        settings: of the training, as `TrainingSettings.to_json`.
        n_labels: with how many labels.
        n_contradicted: groups that were left out.
        photos: what is learnt from.
        told_apart: groups of these that are known to show different things.
        groups: hashes of the photos of each labelled thing.
        different: for each, which others show something else.
        held_out: the groups that prove the result; nothing is learnt from them, nor from what is like them.
    """

    start: str
    settings: str
    n_labels: int
    n_contradicted: int
    photos: tuple[PlannedPhoto, ...]
    told_apart: tuple[tuple[int, int], ...]
    groups: tuple[tuple[str, ...], ...]
    different: tuple[tuple[int, ...], ...]
    held_out: tuple[int, ...]

    @property
    def epochs(self) -> int:
        """How many there are to be."""
        return TrainingSettings.from_json(self.settings).epochs

    def dataset(self) -> Dataset:
        """The photos as the training wants them."""
        photos = tuple(TrainingPhoto(one.path, one.instance, one.group, one.source) for one in self.photos)
        return Dataset(photos, _SOURCES, self.told_apart)

    def proving(self) -> set[bytes]:
        """Hashes of the photos that are asked for, and of those they are compared with."""
        wanted = {group for held in self.held_out for group in (held, *self.different[held])}
        return {bytes.fromhex(one) for group in wanted for one in self.groups[group]}

    def judged(self, row_of: Mapping[bytes, int]) -> tuple[Judged, list[int]]:
        """What is known of the photos that have a row, and which of its groups are to be asked for."""
        rows = [[row_of[each] for one in group if (each := bytes.fromhex(one)) in row_of] for group in self.groups]
        numbers = {old: new for new, old in enumerate(old for old, members in enumerate(rows) if members)}
        known = Judged(
            tuple(np.array(sorted(rows[old]), dtype=np.int64) for old in numbers),
            tuple(frozenset(numbers[other] for other in self.different[old] if other in numbers) for old in numbers),
            0,
            0,
        )
        return known, [numbers[old] for old in self.held_out if old in numbers and len(rows[old]) > 1]


def write_plan(folder: Path, plan: DeepPlan) -> None:
    """Keep a plan in the folder of the training, which is made.

    Raises:
        DiskFull, LibraryError: it cannot be written.
    """
    with disk_errors(folder):
        folder.mkdir(exist_ok=True)
    document = json.dumps({"version": _VERSION, **asdict(plan)})
    LibraryFolder(folder).write_atomically(_plan_file(folder), document.encode("utf-8", "surrogateescape"))


def read_plan(folder: Path) -> DeepPlan | None:
    """The plan of a training that was begun; None if there is none, or it is of another version."""
    try:
        values: dict[str, Any] = json.loads(_plan_file(folder).read_bytes().decode("utf-8", "surrogateescape"))
        if values.pop("version") != _VERSION:
            return None
        TrainingSettings.from_json(values["settings"])
        values["photos"] = tuple(PlannedPhoto(**one) for one in values["photos"])
        for name in ("told_apart", "groups", "different"):
            values[name] = tuple(tuple(one) for one in values[name])
        return DeepPlan(**{**values, "held_out": tuple(values["held_out"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def run_folder(folder: Path) -> Path:
    """Where the training itself keeps its checkpoint and its inputs."""
    return folder / "run"


def epochs_done(folder: Path) -> int:
    """How many epochs of a training that was begun are done."""
    try:
        state = json.loads(read_metadata(run_folder(folder) / "checkpoint.safetensors")["state"])
        return max(0, len(state["log"]) - 1)
    except (ModelError, ValueError, KeyError, TypeError):
        return 0


def forget_training(folder: Path) -> None:
    """Delete all of a training.

    Raises:
        LibraryError: it cannot be deleted.
    """
    if folder.is_dir() and not folder.is_symlink():
        with disk_errors(folder):
            _plan_file(folder).unlink(missing_ok=True)  # first: what is left belongs to no plan
            shutil.rmtree(folder)


def _plan_file(folder: Path) -> Path:
    return folder / "plan.json"


# ---- making one ---------------------------------------------------------------------------------------------------


def make_plan(
    library: Library, material: Material, judged: Judged, pairs: NDArray[np.int64], start: str,
    settings: TrainingSettings,
) -> DeepPlan:
    """What to learn from, of a library.

    Args:
        library: whose photos they are.
        material: photos and their descriptors under the model in use.
        judged: what labels say of them, as rows.
        pairs: rows that show the same as a rule, int64 [m, 2], without those known to show different things.
        start: the model to begin with.
        settings: how to train.

    Raises:
        TuningError: the labels say too little.
    """
    n_labels = judged.n_same + judged.n_different
    held_out = _held_out(judged)
    learnt = [number for number in range(len(judged.groups)) if number not in held_out]
    labelled = {row for rows in judged.groups for row in rows.tolist()}
    held = np.concatenate([judged.groups[number] for number in held_out])
    free = _unlike(material, held)
    chance = random.Random(f"{start} {n_labels} {len(material.content_ids)}")
    found = [(a, b) for a, b in pairs.tolist() if free[a] and free[b]]
    general = _first({row for pair in _shuffled(found, chance) for row in pair if row not in labelled}, MAX_FOUND)
    others = _shuffled([row for row in np.flatnonzero(free).tolist() if row not in labelled | general], chance)
    rows = sorted(
        {row for number in learnt for row in judged.groups[number].tolist()} | general | set(others[:N_OTHERS])
    )
    known = reachable(library, material.content_ids, rows)
    numbers = _numbered(judged, learnt, found, list(known))
    photos = tuple(PlannedPhoto(one.path, one.hash.hex(), *numbers.of_row[row]) for row, one in known.items())
    proving = reachable(library, material.content_ids, sorted(labelled))
    hashes = {row: photo.hash.hex() for row, photo in proving.items()}
    return DeepPlan(
        start, settings.to_json(), n_labels, judged.n_contradicted, photos, numbers.told_apart,
        tuple(tuple(hashes[row] for row in group.tolist() if row in hashes) for group in judged.groups),
        tuple(tuple(sorted(others)) for others in judged.different), tuple(sorted(held_out)),
    )


def _held_out(judged: Judged) -> set[int]:
    """Groups that prove the result, drawn at random: about `HELD_OUT` of the photos, two groups at least."""
    usable = [number for number in judged.with_pairs if judged.different[number]]
    if len(judged.with_pairs) < MIN_GROUPS or len(usable) < 2:
        raise TuningError(
            f"Training needs photos of at least {MIN_GROUPS} things, each marked as the same thing, and as something "
            f"else than others: some are learnt from, the others prove it. Now there are {len(usable)}."
        )
    wanted = HELD_OUT * sum(len(judged.groups[number]) for number in judged.with_pairs)
    chosen: set[int] = set()
    for number in _shuffled(usable, random.Random(len(judged.groups))):
        if len(chosen) >= 2 and sum(len(judged.groups[one]) for one in chosen) >= wanted:
            break
        if len(judged.with_pairs) - len(chosen) > 2:
            chosen.add(number)
    return chosen


def _unlike(material: Material, held: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which photos are not like any of those held out, which may show the same, too."""
    likeness = np.full(len(material.vectors), -1.0, dtype=np.float32)
    for row in held.tolist():
        np.maximum(likeness, material.vectors @ material.vectors[row], out=likeness)
    return likeness < NEAR


@dataclass(frozen=True, slots=True)
class _Numbers:
    of_row: dict[int, tuple[int, int, int]]  # instance, group, source
    told_apart: tuple[tuple[int, int], ...]


def _numbered(judged: Judged, learnt: list[int], found: list[tuple[int, int]], rows: list[int]) -> _Numbers:
    """What each row shows. Photos that are like labelled ones are never told apart from these."""
    label_of = {row: number for number in learnt for row in judged.groups[number].tolist()}
    groups = Groups((_name(a), _name(b)) for a, b in found if a not in label_of and b not in label_of)
    like: dict[bytes, int] = {}  # found things that seem to show a labelled one
    for a, b in found:
        for row, other in ((a, b), (b, a)):
            if row in label_of and other not in label_of:
                like.setdefault(groups.of(_name(other)), label_of[row])
    things = [(b"label", label_of[row]) if row in label_of else groups.of(_name(row)) for row in rows]
    n_photos = Counter(things)
    instances = {thing: number for number, thing in enumerate(n_photos)}
    group_of: dict[object, int] = {}
    of_row = {}
    for row, thing in zip(rows, things, strict=True):
        stands_for: object = thing if row in label_of or thing not in like else (b"label", like[thing])
        group = group_of.setdefault(stands_for, len(group_of))
        instance = instances[thing] if n_photos[thing] > 1 else UNLABELLED
        of_row[row] = (instance, group, 0 if row in label_of else 1)
    apart = set()
    for number in learnt:
        for other in judged.different[number]:
            ends = sorted(group_of[name] for one in (number, other) if (name := (b"label", one)) in group_of)
            if len(ends) == 2:
                apart.add((ends[0], ends[1]))
    return _Numbers(of_row, tuple(sorted(apart)))


def _name(row: int) -> bytes:
    return b"%012d" % row


def _shuffled(values: Iterable[Any], chance: random.Random) -> list[Any]:
    mixed = list(values)
    chance.shuffle(mixed)
    return mixed


def _first(values: Collection[int], n: int) -> set[int]:
    return set(sorted(values)[:n])
