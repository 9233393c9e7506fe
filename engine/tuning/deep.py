"""Deep tuning: the network itself is trained on what the labels say, from a plan to a proposed model. Engine thread.

Everything up to the model file lies in a folder of the library's, `LibraryFolder.training`: a run that was stopped or
killed goes on there. The catalogue is changed in the last step only.
"""

from __future__ import annotations

import os
import random
from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.accelerate import Runner
from engine.actnet.checkpoint import ModelCard, read_card
from engine.decode import DecodeRequest
from engine.errors import ModelError, TuningError
from engine.generation_table import Generation
from engine.generations import Generations
from engine.learning import Proof, Tuned, UnfinishedTraining
from engine.library import Library
from engine.messages import Event, Phase, Progress
from engine.tuning import proof
from engine.tuning.boxes import N_BOXES, Boxes, describe_boxes, describe_files, found, is_worse
from engine.tuning.deep_plan import DEEP, DeepPlan, epochs_done, forget_training, make_plan, read_plan, write_plan
from engine.tuning.deep_process import DeepProcess, Order, TrainingLost
from engine.tuning.judged import require_enough
from engine.tuning.material import Means, Vectors, judged_now, judged_of, reachable, read_material
from engine.tuning.neighbours import mutual_neighbours
from engine.tuning.showing import changes, proof_of
from engine.worker import in_phase

N_COMPARED = 1_000
"""Photos of the library among which boxes are searched, as all of these have to be described anew."""

_REST_S = 0.1

Steps = Generator[Event | None, None, Tuned]


def unfinished(library: Library) -> UnfinishedTraining | None:
    """The training that was begun in a library and has not come to its end."""
    folder = library.folder.training
    plan = read_plan(folder)
    if plan is None:
        return None
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return UnfinishedTraining(epochs_done(folder), plan.epochs, plan.n_labels, size)


def tune_deeply(library: Library, generations: Generations, means: Means, *, restart: bool = False) -> Steps:
    """Steps of training a model on the labels of a library, from where the last run was ended unless `restart`.

    Raises:
        TuningError: the labels say too little, or photos that are learnt from are gone; the sentence tells what to do.
        ModelError, DeviceError, DiskFull, LibraryError: it cannot be done. The model in use stays.
    """
    folder = library.folder.training
    if restart:
        forget_training(folder)
    plan = read_plan(folder)
    if plan is None:
        forget_training(folder)  # what a kill has left before there was a plan
        plan = yield from _planned(library, generations)
        write_plan(folder, plan)
    start = generations.card(generations.find(plan.start))
    card = yield from _trained(library, plan, Order(folder, start.path, means.device, means.gently()), means)
    runner = yield from means.runner_of(card)
    try:
        outcome = yield from _Proving(library, means, plan, card, runner).run()
    finally:
        runner.close()
    if outcome.outcome == "better":
        card = generations.move_in(card)
        generations.add(card, parent=plan.start, made_by="deep", proof=outcome.proof)
        outcome = replace(outcome, model=card.model_id)
    forget_training(folder)
    return outcome


def _planned(library: Library, generations: Generations) -> Generator[Progress, None, DeepPlan]:
    require_enough(judged_now(library))
    material = yield from read_material(library)
    judged = judged_of(library, material.content_ids)
    pairs = yield from in_phase(mutual_neighbours(material.vectors), Phase.PREPARING)
    start = _origin(generations, library.model.name)
    return make_plan(library, material, judged, judged.without(pairs), start.name, DEEP)


def _origin(generations: Generations, in_use: str) -> Generation:
    """The model in use, or the one that it was trained from: training twice would learn what is to prove it."""
    found_one = generations.find(in_use)
    while found_one.made_by == "deep" and found_one.parent:
        found_one = generations.find(found_one.parent)
    return found_one


def _trained(library: Library, plan: DeepPlan, order: Order, means: Means) -> Generator[Progress, None, ModelCard]:
    """The trained model, whose file is there already if the last run was ended after that."""
    try:
        return read_card(order.model)
    except ModelError:
        _require_photos(library, plan)
    process = DeepProcess(order)
    last = Progress(0, Phase.PREPARING)
    try:
        while True:
            answer = process.poll()
            if isinstance(answer, ModelCard):
                return answer
            if answer is None:
                means.rest(_REST_S)
            last = answer or last
            yield last
    except TrainingLost:
        forget_training(order.folder)
        raise
    finally:
        process.close()


def _require_photos(library: Library, plan: DeepPlan) -> None:
    def is_there(path: str, content_hash: str) -> bool:
        photo = library.catalogue.photo_at(path)
        return photo is not None and photo.hash.hex() == content_hash and os.access(path, os.R_OK)

    n_gone = sum(not is_there(photo.path, photo.hash) for photo in plan.photos)
    if n_gone:
        raise TuningError(
            f"{n_gone} of the photos that the training learns from were moved or changed, or cannot be reached. "
            "Connect their drive and go on, or begin the training anew."
        )


@dataclass(frozen=True, slots=True)
class _Photos:
    """Photos under both models: contents int64 [n], ascending, and descriptors float32 [n, D] and [n, D']."""

    content_ids: NDArray[np.int64]
    before: Vectors
    after: Vectors


class _Proving:
    """The proof of a trained model.

    Args:
        library: whose photos are asked for.
        means: the runner of the model in use, and decoders.
        plan: says which groups prove.
        card: of the trained model.
        runner: of the trained model.
    """

    def __init__(self, library: Library, means: Means, plan: DeepPlan, card: ModelCard, runner: Runner) -> None:
        self._library = library
        self._means = means
        self._plan = plan
        self._card = card
        self._runner = runner
        self._table = library.catalogue.generations

    def run(self) -> Generator[Progress, None, Tuned]:
        """What came of the training; `model` is still to be filled in."""
        plan, model_id = self._plan, self._library.model.model_id
        ids = self._table.contents_described(model_id, sorted(plan.proving()))
        photos = yield from self._both_ways(ids.values())
        places = {content_id: row for row, content_id in enumerate(photos.content_ids.tolist())}
        judged, held_out = plan.judged({name: places[one] for name, one in ids.items() if one in places})
        asked = proof.questions(judged, held_out)
        if not asked:
            raise TuningError(
                "None of the photos that should prove the trained model can be read now. Connect their drive and go on."
            )
        measured = [
            proof.Measured(one, proof.answer(one, photos.before), proof.answer(one, photos.after)) for one in asked
        ]
        gain = proof.gain_of(measured)
        outcome = Tuned("no-gain", "", proof_of(measured, gain), contradicted=plan.n_contradicted)
        if not proof.wins(gain, len(measured)):
            return outcome
        moved = changes(
            self._library, photos.content_ids, measured,
            lambda rows: photos.before[rows], lambda rows: photos.after[rows],
        )
        outcome = replace(outcome, changes=moved, proof=(yield from self._checked(outcome.proof)))
        before, after = outcome.proof.boxes_before, outcome.proof.boxes_after
        return replace(outcome, outcome="worse-elsewhere" if before and after and is_worse(before, after) else "better")

    def _both_ways(self, content_ids: Iterable[int]) -> Generator[Progress, None, _Photos]:
        """Photos as the library has them, and as the trained model does, but for those that cannot be read."""
        model = self._library.model
        ids, before = self._library.catalogue.descriptors.of_contents(
            model, np.array(sorted(content_ids), dtype=np.int64))
        there = reachable(self._library, ids, range(len(ids)))
        requests = [(row, DecodeRequest(photo.path, rule=self._card.rule)) for row, photo in there.items()]
        after, rows = yield from describe_files(requests, self._runner, self._means.decoders(), self._card.dim)
        return _Photos(ids[rows], before[rows], after)

    def _checked(self, proved: Proof) -> Generator[Progress, None, Proof]:
        """The proof with how many boxes of the library's photos are found before and after."""
        model = self._library.model
        photos = yield from self._both_ways(self._table.sample(model.model_id, N_COMPARED, seed=1))
        rows = random.Random(1).sample(range(len(photos.content_ids)), min(N_BOXES, len(photos.content_ids)))
        cut = list(reachable(self._library, photos.content_ids, rows).items())
        by_both: list[Boxes] = []
        for runner, rule, dim in (
            (self._means.runner, self._library.card.rule, model.dim), (self._runner, self._card.rule, self._card.dim),
        ):
            by_both.append((yield from describe_boxes(cut, runner, self._means.decoders(), rule, dim)))
        before, after = by_both
        if not len(before.rows) or len(before.rows) != len(after.rows):
            return proved
        return replace(
            proved,
            boxes=len(before.rows),
            boxes_before=(yield from found(before, before.vectors, photos.before)),
            boxes_after=(yield from found(after, after.vectors, photos.after)),
        )
