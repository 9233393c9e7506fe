"""What tuning works with: photos of a library with their descriptors, and what labels say of them. Engine thread."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.accelerate import Runner
from engine.actnet.checkpoint import ModelCard
from engine.decoders import Decoders
from engine.errors import TuningError
from engine.library import Library
from engine.messages import Event, Phase, Progress
from engine.records import Photo
from engine.tuning.judged import Judged, judge

MAX_PHOTOS = 50_000
"""Photos that are learnt from, and among which boxes are searched; of a larger library so many, at random."""

_CHUNK = 2_000

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Means:
    """What tuning needs beside the library.

    Args:
        runner: of the model in use.
        decoders: gives processes that decode.
        runner_of: the steps of making a runner of another model.
        device: "auto", "cpu", "torch" or "cuda".
        rest: waits so many seconds at most, but not while anything else is to be done.
        gently: whether the computer is to be left to others.
    """

    runner: Runner
    decoders: Callable[[], Decoders]
    runner_of: Callable[[ModelCard], Generator[Event | None, None, Runner]]
    device: str
    rest: Callable[[float], None]
    gently: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Material:
    """Photos: contents int64 [n], ascending, and their descriptors float32 [n, D], L2 = 1."""

    content_ids: NDArray[np.int64]
    vectors: Vectors


def read_material(library: Library) -> Generator[Progress, None, Material]:
    """The descriptors of the library's photos, as many as are learnt from; all that are labelled are among them.

    Raises:
        TuningError: there are none.
    """
    catalogue, model = library.catalogue, library.model
    ids = set(catalogue.generations.sample(model.model_id, MAX_PHOTOS, seed=1))
    hashes = {picture for row in catalogue.labels.all() for picture in (row.pair.a, row.pair.b)}
    ids |= set(catalogue.generations.contents_described(model.model_id, sorted(hashes)).values())
    wanted = np.array(sorted(ids), dtype=np.int64)
    content_ids: list[NDArray[np.int64]] = []
    vectors: list[Vectors] = []
    for start in range(0, len(wanted), _CHUNK):
        some, rows = catalogue.descriptors.of_contents(model, wanted[start : start + _CHUNK])
        content_ids.append(some)
        vectors.append(rows)
        yield Progress(0, Phase.PREPARING, start + len(some), len(wanted))
    if not vectors:
        raise TuningError("No photos are indexed yet, so there is nothing to learn from.")
    return Material(np.concatenate(content_ids), np.concatenate(vectors))


def reachable(library: Library, content_ids: NDArray[np.int64], rows: Iterable[int]) -> dict[int, Photo]:
    """The first photo of each of these rows that can be read now, in their order."""
    rows = list(rows)
    known = library.catalogue.photos_by_content(int(content_ids[row]) for row in rows)
    found = {}
    for row in rows:
        there = [photo for photo in known.get(int(content_ids[row]), []) if photo.online and not photo.missing]
        if there:
            found[row] = there[0]
    return found


def judged_now(library: Library) -> Judged:
    """What is known of the photos of a library by now; rows are of no meaning."""
    return judged_of(library, None)


def judged_of(library: Library, content_ids: NDArray[np.int64] | None) -> Judged:
    """What is known of the photos of a library, whose rows are the places of their contents, ascending."""
    rows = library.catalogue.labels.all()
    hashes = {picture for row in rows for picture in (row.pair.a, row.pair.b)}
    ids = library.catalogue.generations.contents_described(library.model.model_id, sorted(hashes))
    if content_ids is not None:
        places = np.searchsorted(content_ids, np.array(list(ids.values()), dtype=np.int64))
        ids = dict(zip(ids, places.tolist(), strict=True))
    return judge(rows, ids)
