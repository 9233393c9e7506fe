"""`Tune` from labels to a proposed model: reads them, tunes, proves, and writes what is better. Engine thread."""

from __future__ import annotations

import random
from collections.abc import Generator
from dataclasses import dataclass, replace

from engine.generation_table import Generation
from engine.generations import Generations
from engine.learning import Tuned
from engine.library import Library
from engine.messages import Phase, Progress
from engine.projection import Matrix, project, save_projected
from engine.records import Photo
from engine.tuning.boxes import N_BOXES, Boxes, describe_boxes, found, is_worse
from engine.tuning.general import read_general
from engine.tuning.judged import require_enough
from engine.tuning.material import Material, Means, Vectors, judged_now, judged_of, reachable, read_material
from engine.tuning.quick import QuickResult, tune_quickly
from engine.tuning.showing import changes, proof_of
from engine.worker import in_phase


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
    start = generations.card(origin.generation)
    results = yield from in_phase(
        tune_quickly(photos.vectors, judged, origin.to_use, read_general(start)), Phase.TRAINING)
    outcome = Tuned("no-gain", "", proof_of(results[0].measured, results[0].gain), contradicted=judged.n_contradicted)
    good = [result for result in results if result.is_better]
    boxes = (yield from _boxes(library, means, photos)) if good else None
    for result in good:
        checked = yield from _checked(outcome, result, photos, origin, boxes)
        outcome = checked if outcome.outcome == "no-gain" or checked.outcome == "better" else outcome
        if checked.outcome == "better":
            break
    if outcome.outcome != "better":
        return outcome
    moved = changes(
        library, photos.content_ids, result.measured,
        lambda rows: origin.now(photos.vectors[rows]), lambda rows: project(result.matrix, photos.vectors[rows]),
    )
    outcome = replace(outcome, changes=moved)
    card = save_projected(
        start.path, result.matrix, generations.new_file(), name=f"{start.name}-tuned",
        origin=f"Its whitening was tuned by Resight with {judged.n_same + judged.n_different} labels of one library.",
    )
    card = generations.move_in(card)
    generations.add(card, parent=origin.generation.name, made_by="quick", proof=outcome.proof)
    return replace(outcome, model=card.model_id)


def _origin(generations: Generations, in_use: str) -> _Origin:
    """Tuned models are tuned anew from where they began, so that what was learnt before does not add up."""
    active = generations.find(in_use)
    parent = generations.find(active.parent) if active.made_by == "quick" and active.parent else None
    if parent is not None:
        there, back = generations.projection(parent.name, in_use), generations.projection(in_use, parent.name)
        if there is not None and back is not None:
            return _Origin(parent, there, back)
    return _Origin(active, None, None)


# ---- the check on boxes -------------------------------------------------------------------------------------------


def _boxes(library: Library, means: Means, photos: Material) -> Generator[Progress, None, Boxes | None]:
    """Boxes of the library's photos under the model in use; None if no photo can be read now."""
    to_cut = _to_cut(library, photos)
    if not to_cut:
        return None
    boxes = yield from describe_boxes(to_cut, means.runner, means.decoders(), library.card.rule, library.model.dim)
    return boxes if len(boxes.rows) else None


def _checked(
    outcome: Tuned, result: QuickResult, photos: Material, origin: _Origin, boxes: Boxes | None
) -> Generator[Progress, None, Tuned]:
    """What a result that is better on held-out things comes to, with how many boxes are found before and after."""
    proved = proof_of(result.measured, result.gain)
    if boxes is None:
        return replace(outcome, outcome="better", proof=proved)
    at_start = boxes.vectors if origin.from_use is None else project(origin.from_use, boxes.vectors)
    before = yield from found(boxes, boxes.vectors, photos.vectors, origin.now)
    after = yield from found(
        boxes, project(result.matrix, at_start), photos.vectors, lambda vectors: project(result.matrix, vectors))
    proved = replace(proved, boxes=len(boxes.rows), boxes_before=before, boxes_after=after)
    return replace(outcome, outcome="worse-elsewhere" if is_worse(before, after) else "better", proof=proved)


def _to_cut(library: Library, photos: Material) -> list[tuple[int, Photo]]:
    """Photos to cut boxes out of, with their rows: up to `N_BOXES` that can be reached now."""
    rows = random.Random(1).sample(range(len(photos.content_ids)), min(5 * N_BOXES, len(photos.content_ids)))
    return list(reachable(library, photos.content_ids, rows).items())[:N_BOXES]
