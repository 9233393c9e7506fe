"""`Tune` from labels to a proposed model: reads them, tunes, proves, and writes what is better. Engine thread."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.accelerate import Runner
from engine.decoders import Decoders
from engine.errors import TuningError
from engine.generation_table import Generation
from engine.generations import Generations
from engine.learning import Change, Found, Proof, Tuned
from engine.library import Library
from engine.messages import Phase, Progress
from engine.plain_hits import plain_hit
from engine.projection import Matrix, project, save_projected
from engine.records import Photo
from engine.tuning import proof
from engine.tuning.boxes import N_BOXES, describe_boxes, found, is_worse
from engine.tuning.judged import Judged, judge, require_enough
from engine.tuning.quick import QuickResult, tune_quickly

MAX_PHOTOS = 50_000
"""Photos that are learnt from, and among which boxes are searched; of a larger library so many, at random."""

MAX_CHANGES = 12
_CHUNK = 2_000

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Means:
    """What measuring needs: a runner of the model in use, and what gives processes that decode."""

    runner: Runner
    decoders: Callable[[], Decoders]


@dataclass(frozen=True, slots=True)
class _Photos:
    """The photos learnt from: contents int64 [n], ascending, and descriptors float32 [n, D] where tuning begins."""

    content_ids: NDArray[np.int64]
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where tuning begins: the model in use, or the one that it was tuned from, and the ways between the two."""

    generation: Generation
    to_use: Matrix | None
    from_use: Matrix | None


def tune(library: Library, generations: Generations, means: Means) -> Generator[Progress, None, Tuned]:
    """Steps of tuning the model of a library; nothing in the catalogue is changed before the last.

    Raises:
        TuningError: the labels say too little, or nothing can be learnt; the sentence tells what to do.
        ModelError, DiskFull, LibraryError: the model cannot be written.
    """
    require_enough(_judged(library, None))
    origin = _origin(generations, library.model.name)
    photos = yield from _read(library, generations, origin)
    judged = _judged(library, photos.content_ids)
    result = yield from _learnt(photos, judged, origin)
    gain = result.gain
    measured = result.measured
    proved = Proof(
        queries=len(measured),
        groups=len({one.asked.group for one in measured}),
        before=_figures([one.before for one in measured]),
        after=_figures([one.after for one in measured]),
        gain=(round(gain[0], 6), round(gain[1], 6), round(gain[2], 6)),
    )
    outcome = Tuned("no-gain", "", proved, contradicted=judged.n_contradicted)
    if not result.is_better:
        return outcome
    proved = yield from _checked(library, means, photos, result, origin, proved)
    outcome = replace(outcome, proof=proved, changes=_changes(library, photos, result, origin))
    if proved.boxes_before and proved.boxes_after and is_worse(proved.boxes_before, proved.boxes_after):
        return replace(outcome, outcome="worse-elsewhere")
    start = generations.card(origin.generation)
    card = save_projected(
        start.path, result.matrix, generations.new_file(), name=f"{start.name}-tuned",
        origin=f"Its whitening was tuned by Resight with {judged.n_same + judged.n_different} labels of one library.",
    )
    card = generations.move_in(card)
    generations.add(card, parent=origin.generation.name, made_by="quick", proof=proved)
    return replace(outcome, outcome="better", model=card.model_id)


def judged_now(library: Library) -> Judged:
    """What is known of the photos of a library by now; rows are of no meaning."""
    return _judged(library, None)


def _judged(library: Library, content_ids: NDArray[np.int64] | None) -> Judged:
    rows = library.catalogue.labels.all()
    hashes = {picture for row in rows for picture in (row.pair.a, row.pair.b)}
    ids = library.catalogue.generations.contents_described(library.model.model_id, sorted(hashes))
    if content_ids is not None:
        places = np.searchsorted(content_ids, np.array(list(ids.values()), dtype=np.int64))
        ids = dict(zip(ids, places.tolist(), strict=True))
    return judge(rows, ids)


def _origin(generations: Generations, in_use: str) -> _Origin:
    """Tuned models are tuned anew from where they began, so that what was learnt before does not add up."""
    active = generations.find(in_use)
    parent = generations.find(active.parent) if active.made_by == "quick" and active.parent else None
    if parent is not None:
        there, back = generations.projection(parent.name, in_use), generations.projection(in_use, parent.name)
        if there is not None and back is not None:
            return _Origin(parent, there, back)
    return _Origin(active, None, None)


def _read(library: Library, generations: Generations, origin: _Origin) -> Generator[Progress, None, _Photos]:
    """The descriptors of the library's photos, as many as are learnt from; all that are labelled are among them."""
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
        vectors.append(rows if origin.from_use is None else project(origin.from_use, rows))
        yield Progress(0, Phase.PREPARING, start + len(some), len(wanted))
    if not vectors:
        raise TuningError("No photos are indexed yet, so there is nothing to learn from.")
    return _Photos(np.concatenate(content_ids), np.concatenate(vectors))


def _learnt(photos: _Photos, judged: Judged, origin: _Origin) -> Generator[Progress, None, QuickResult]:
    steps = tune_quickly(photos.vectors, judged, origin.to_use)
    while True:
        try:
            done, total = next(steps)
        except StopIteration as stop:
            result: QuickResult = stop.value
            return result
        yield Progress(0, Phase.TRAINING, done, total)


def _figures(answers: Sequence[proof.Answer]) -> Found:
    first, top_ten, precision = np.mean([(one.first, one.top_ten, one.precision) for one in answers], axis=0).tolist()
    return Found(round(first, 6), round(top_ten, 6), round(precision, 6))


# ---- the check on boxes -------------------------------------------------------------------------------------------


def _checked(
    library: Library, means: Means, photos: _Photos, result: QuickResult, origin: _Origin, proved: Proof
) -> Generator[Progress, None, Proof]:
    """The proof with how many boxes of the library's photos are found before and after."""
    rule, dim = library.card.rule, library.model.dim
    to_cut = _to_cut(library, photos)
    if not to_cut:
        return proved
    boxes = yield from describe_boxes(to_cut, means.runner, means.decoders(), rule, dim)
    if not len(boxes.rows):
        return proved
    at_start = boxes.vectors if origin.from_use is None else project(origin.from_use, boxes.vectors)
    gallery = photos.vectors if origin.to_use is None else project(origin.to_use, photos.vectors)
    before = found(boxes, boxes.vectors, gallery)
    yield Progress(0, Phase.MEASURING, len(boxes.rows), len(boxes.rows))
    gallery = project(result.matrix, photos.vectors)
    after = found(boxes, project(result.matrix, at_start), gallery)
    return replace(proved, boxes=len(boxes.rows), boxes_before=before, boxes_after=after)


def _to_cut(library: Library, photos: _Photos) -> list[tuple[int, Photo]]:
    """Photos to cut boxes out of, with their rows: up to `N_BOXES` that can be reached now."""
    rows = random.Random(1).sample(range(len(photos.content_ids)), min(2 * N_BOXES, len(photos.content_ids)))
    known = library.catalogue.photos_by_content(int(photos.content_ids[row]) for row in rows)
    chosen = []
    for row in rows:
        there = [photo for photo in known.get(int(photos.content_ids[row]), []) if photo.online and not photo.missing]
        chosen += [(row, there[0])] if there else []
    return chosen[:N_BOXES]


# ---- pictures of what changed -------------------------------------------------------------------------------------


def _changes(library: Library, photos: _Photos, result: QuickResult, origin: _Origin) -> tuple[Change, ...]:
    """The right photos whose rank among what is known changes most, those that are found earlier first."""
    moved: list[tuple[int, int, int, int]] = []
    for measured in result.measured:
        asked = measured.asked
        rows = np.append(asked.gallery, asked.row)
        given = photos.vectors[rows]
        before = _ranks(given if origin.to_use is None else project(origin.to_use, given), asked.right)
        after = _ranks(project(result.matrix, given), asked.right)
        for place in np.flatnonzero(asked.right).tolist():
            if before[place] != after[place]:
                moved.append((asked.row, int(asked.gallery[place]), before[place], after[place]))
    moved = _one_of_each(sorted(moved, key=lambda one: (-abs(one[3] - one[2]), one)))
    moved.sort(key=lambda one: (one[3] - one[2], one))
    n_better = sum(after < before for _, _, before, after in moved)
    shown = moved[: min(n_better, MAX_CHANGES // 2)] + moved[max(n_better, len(moved) - MAX_CHANGES // 2) :]
    contents = {int(photos.content_ids[row]) for one in shown for row in one[:2]}
    known = library.catalogue.photos_by_content(contents)
    found_changes = []
    for query, photo, before_rank, after_rank in shown:
        ends = [known.get(int(photos.content_ids[row])) for row in (query, photo)]
        if ends[0] and ends[1]:
            (asked_photo, *_), (hit, *_) = ends[0], ends[1]
            ends_shown = plain_hit(library, asked_photo, 0.0), plain_hit(library, hit, 0.0)
            found_changes.append(Change(*ends_shown, before_rank, after_rank))
    return tuple(found_changes)


def _one_of_each(moved: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """The first change of each query, so that not all pictures show one thing."""
    return list({one[0]: one for one in reversed(moved)}.values())


def _ranks(vectors: Vectors, right: NDArray[np.bool_]) -> list[int]:
    """Of each row but the last, compared with the last: how many wrong rows come before it, and one."""
    similarity = vectors[:-1] @ vectors[-1]
    wrong = np.sort(similarity[~right])
    return [1 + len(wrong) - int(place) for place in np.searchsorted(wrong, similarity, side="right")]
