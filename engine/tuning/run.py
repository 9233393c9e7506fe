"""`Tune` from labels to a proposed model: reads them, tunes, proves, and writes what is better. Engine thread."""

from __future__ import annotations

import random
from collections.abc import Generator
from dataclasses import dataclass, replace

from engine.generation_table import Generation
from engine.generations import Generations
from engine.learning import Proof, Tuned
from engine.library import Library
from engine.messages import Phase, Progress
from engine.projection import Matrix, project, save_projected
from engine.records import Photo
from engine.tuning.boxes import N_BOXES, describe_boxes, found, is_worse
from engine.tuning.judged import Judged, require_enough
from engine.tuning.material import Material, Means, Vectors, judged_now, judged_of, read_material
from engine.tuning.quick import QuickResult, tune_quickly
from engine.tuning.showing import changes, proof_of


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where tuning begins: the model in use, or the one that it was tuned from, and the ways between the two."""

    generation: Generation
    to_use: Matrix | None
    from_use: Matrix | None

    def now(self, vectors: Vectors) -> Vectors:
        """Descriptors of the model where tuning begins, under the one in use."""
        return vectors if self.to_use is None else project(self.to_use, vectors)


def tune(library: Library, generations: Generations, means: Means) -> Generator[Progress, None, Tuned]:
    """Steps of tuning the model of a library; nothing in the catalogue is changed before the last.

    Raises:
        TuningError: the labels say too little, or nothing can be learnt; the sentence tells what to do.
        ModelError, DiskFull, LibraryError: the model cannot be written.
    """
    require_enough(judged_now(library))
    origin = _origin(generations, library.model.name)
    photos = yield from read_material(library)
    if origin.from_use is not None:
        photos = Material(photos.content_ids, project(origin.from_use, photos.vectors))
    judged = judged_of(library, photos.content_ids)
    result = yield from _learnt(photos, judged, origin)
    proved = proof_of(result.measured, result.gain)
    outcome = Tuned("no-gain", "", proved, contradicted=judged.n_contradicted)
    if not result.is_better:
        return outcome
    proved = yield from _checked(library, means, photos, result, origin, proved)
    moved = changes(
        library, photos.content_ids, result.measured,
        lambda rows: origin.now(photos.vectors[rows]), lambda rows: project(result.matrix, photos.vectors[rows]),
    )
    outcome = replace(outcome, proof=proved, changes=moved)
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


def _origin(generations: Generations, in_use: str) -> _Origin:
    """Tuned models are tuned anew from where they began, so that what was learnt before does not add up."""
    active = generations.find(in_use)
    parent = generations.find(active.parent) if active.made_by == "quick" and active.parent else None
    if parent is not None:
        there, back = generations.projection(parent.name, in_use), generations.projection(in_use, parent.name)
        if there is not None and back is not None:
            return _Origin(parent, there, back)
    return _Origin(active, None, None)


def _learnt(photos: Material, judged: Judged, origin: _Origin) -> Generator[Progress, None, QuickResult]:
    steps = tune_quickly(photos.vectors, judged, origin.to_use)
    while True:
        try:
            done, total = next(steps)
        except StopIteration as stop:
            result: QuickResult = stop.value
            return result
        yield Progress(0, Phase.TRAINING, done, total)


# ---- the check on boxes -------------------------------------------------------------------------------------------


def _checked(
    library: Library, means: Means, photos: Material, result: QuickResult, origin: _Origin, proved: Proof
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
    gallery = origin.now(photos.vectors)
    before = found(boxes, boxes.vectors, gallery)
    yield Progress(0, Phase.MEASURING, len(boxes.rows), len(boxes.rows))
    gallery = project(result.matrix, photos.vectors)
    after = found(boxes, project(result.matrix, at_start), gallery)
    return replace(proved, boxes=len(boxes.rows), boxes_before=before, boxes_after=after)


def _to_cut(library: Library, photos: Material) -> list[tuple[int, Photo]]:
    """Photos to cut boxes out of, with their rows: up to `N_BOXES` that can be reached now."""
    rows = random.Random(1).sample(range(len(photos.content_ids)), min(2 * N_BOXES, len(photos.content_ids)))
    known = library.catalogue.photos_by_content(int(photos.content_ids[row]) for row in rows)
    chosen = []
    for row in rows:
        there = [photo for photo in known.get(int(photos.content_ids[row]), []) if photo.online and not photo.missing]
        chosen += [(row, there[0])] if there else []
    return chosen[:N_BOXES]
