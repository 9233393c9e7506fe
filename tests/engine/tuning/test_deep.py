"""Deep tuning: what is learnt from and what proves it, a run that goes on where it was ended, and what comes of it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from engine.actnet.checkpoint import read_arrays, save_arrays
from engine.decoders import Decoders
from engine.errors import TuningError
from engine.label_table import key
from engine.learning import DropTraining, GetModels, GetTraining, Tune
from engine.messages import Phase, Progress
from engine.training.settings import TrainingSettings
from engine.tuning import deep, deep_process, proof
from engine.tuning.deep_plan import DEEP, DeepPlan, make_plan, read_plan, write_plan
from engine.tuning.judged import judge
from engine.tuning.material import Material
from engine.tuning.neighbours import NEAR, mutual_neighbours
from tests.helpers.generations import Place
from tests.helpers.lessons import N_EACH, N_LABELS, N_THINGS, SMALL, Lessons, draw_lessons
from tests.helpers.models import things
from tests.helpers.steps import drained

# ---- the plan -----------------------------------------------------------------------------------------------------


@pytest.fixture
def planned(tmp_path: Path) -> Iterator[tuple[DeepPlan, Material, np.ndarray]]:
    """The plan for 480 photos of 40 things, six of which are labelled; the photos, and what they show."""
    place = Place(tmp_path)
    place.label_things(online=True)
    vectors, shown = things(40, 12)
    ids = np.arange(1, len(vectors) + 1)
    material = Material(ids, vectors)
    judged = judge(place.library.catalogue.labels.all(), {b"%020d" % n: n for n in range(len(vectors))})
    pairs = judged.without(drained(mutual_neighbours(vectors)))
    yield make_plan(place.library, material, judged, pairs, "start", DEEP), material, shown
    place.library.close()


def row(content_hash: str) -> int:
    return int(bytes.fromhex(content_hash))


def test_nothing_is_learnt_from_what_proves_it_nor_from_what_is_like_it(planned):
    plan, material, shown = planned
    held = [row(one) for number in plan.held_out for one in plan.groups[number]]
    assert len(plan.held_out) >= 2
    assert len(held) >= 2 * 12
    learnt = [row(photo.hash) for photo in plan.photos]
    assert len(learnt) > 200
    assert not set(held) & set(learnt)
    labelled = {row(one) for group in plan.groups for one in group}
    general = [one for one in learnt if one not in labelled]
    assert (material.vectors[general] @ material.vectors[held].T).max() < NEAR
    # What was labelled and does not prove is all there, and those that are the same by labels are one thing.
    of_label = {photo.hash: photo.instance for photo in plan.photos}
    for number, group in enumerate(plan.groups):
        if number not in plan.held_out and len(group) > 1:
            assert len({of_label[one] for one in group}) == 1
    assert len({shown[one] for one in held}) == len(plan.held_out)


def test_found_pairs_are_learnt_from_too_and_the_others_are_held(planned):
    plan, _, shown = planned
    general = [photo for photo in plan.photos if photo.source == 1]
    by_instance: dict[int, list[int]] = {}
    for photo in general:
        if photo.instance >= 0:
            by_instance.setdefault(photo.instance, []).append(row(photo.hash))
    assert len(by_instance) > 20
    assert all(len(rows) > 1 for rows in by_instance.values())
    right = [len({shown[one] for one in rows}) == 1 for rows in by_instance.values()]
    assert np.mean(right) > 0.8
    assert any(photo.instance < 0 for photo in general)


def test_labels_tell_apart_only_what_is_learnt_from(planned):
    plan, _, _ = planned
    groups = {photo.group for photo in plan.photos}
    assert plan.told_apart
    assert all(a < b and {a, b} <= groups for a, b in plan.told_apart)


def test_a_plan_is_read_as_it_was_written(planned, tmp_path):
    plan, _, _ = planned
    odd = replace(plan, photos=(replace(plan.photos[0], path="/photos/\udcff.jpg"), *plan.photos[1:]))
    write_plan(tmp_path / "training", odd)
    assert read_plan(tmp_path / "training") == odd
    assert TrainingSettings.from_json(odd.settings) == DEEP
    (tmp_path / "training" / "plan.json").write_text('{"version": 1, "start": "x"}')
    assert read_plan(tmp_path / "training") is None
    assert read_plan(tmp_path / "nowhere") is None


def test_photos_that_cannot_be_asked_for_now_are_passed_over(planned):
    plan, _, _ = planned
    held = plan.held_out[0]
    names = sorted(plan.proving())
    gone = {bytes.fromhex(one) for one in plan.groups[held][:-1]}
    judged, asked = plan.judged({name: number for number, name in enumerate(names) if name not in gone})
    assert len(asked) == len(plan.held_out) - 1
    assert sum(map(len, judged.groups)) == len(names) - len(gone)


def test_too_few_things_are_told(tmp_path):
    vectors, _ = things(3, 6)
    place = Place(tmp_path)
    try:
        place.commit(vectors)
        names = [b"%020d" % n for n in range(18)]
        labels = [(key(names[6 * thing], names[6 * thing + n]), True) for thing in range(3) for n in range(1, 4)]
        labels += [(key(names[0], names[n]), False) for n in (6, 7, 12, 13)]
        place.library.catalogue.labels.set(labels)
        with pytest.raises(TuningError, match="at least 4 things"):
            place.run(Tune(deep=True))
        assert place.work.answer(GetTraining()) is None
    finally:
        place.library.close()


# ---- a real one, of drawn photos ----------------------------------------------------------------------------------


@pytest.fixture
def lessons(tmp_path: Path, decoders: Decoders) -> Iterator[Lessons]:
    draw_lessons(tmp_path)
    lessons = Lessons(tmp_path, decoders)
    yield lessons
    lessons.close()


def trainers() -> list[psutil.Process]:
    """The processes of this one that train."""
    children = psutil.Process().children()
    return [one for one in children if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def is_training(event: object) -> bool:
    return isinstance(event, Progress) and event.phase is Phase.TRAINING


def test_what_was_stopped_goes_on_and_what_wins_is_proposed(lessons, monkeypatch):
    before = len(trainers())

    def in_second_epoch(event):
        return is_training(event) and dict(event.figures)["epoch"] == 2

    assert lessons.run(Tune(deep=True), until=in_second_epoch) is None
    assert len(trainers()) == before  # the process ended with the job
    state = lessons.work.answer(GetTraining())
    assert (state.epochs_done, state.epochs, state.labels) == (1, 2, N_LABELS)
    assert state.bytes > 100_000
    # It goes on, whatever was labelled meanwhile, and comes to the same as if it had not been stopped.
    labels = lessons.library.catalogue.labels
    labels.set([(one.pair, None) for one in labels.all()])
    seen = []
    monkeypatch.setattr(proof, "wins", lambda gain, n: True)
    monkeypatch.setattr(deep, "is_worse", lambda before, after: False)
    tuned = lessons.run(Tune(deep=True), until=lambda event: seen.append(event) or False)
    epochs = [dict(one.figures)["epoch"] for one in seen if is_training(one)]
    assert set(epochs) == {2}
    assert tuned.outcome == "better"
    assert tuned.proof.queries == 3 * N_EACH
    assert tuned.proof.groups == 3
    assert tuned.proof.boxes == N_THINGS * N_EACH
    start, model = lessons.work.answer(GetModels())
    assert (model.name, model.parent, model.made_by, model.proof) == (tuned.model, start.name, "deep", tuned.proof)
    assert lessons.library.model.name == start.name
    card = lessons.work.generations.card(lessons.work.generations.find(tuned.model))
    assert card.name == "start-trained"
    assert f"Trained by Resight with {N_LABELS} labels of one library" in card.origin
    assert not lessons.folder.exists()
    assert lessons.work.answer(GetTraining()) is None


def test_what_proves_no_better_leaves_nothing_behind(lessons):
    tuned = lessons.run(Tune(deep=True))  # 15 queries prove nothing
    assert (tuned.outcome, tuned.model) == ("no-gain", "")
    assert len(lessons.work.answer(GetModels())) == 1
    assert not lessons.folder.exists()


def test_it_waits_while_nobody_asks_for_a_step(lessons):
    began = []
    steps = lessons.work.work(Tune(deep=True))
    before = {one.pid for one in trainers()}
    deep_before, deep.DEEP = deep.DEEP, SMALL
    try:
        while not began:
            event = next(steps)
            began += [one for one in trainers() if one.pid not in before] if is_training(event) else []
        used = began[0].cpu_times()
        time.sleep(2.0)  # a step in which it was takes less
        used = began[0].cpu_times()
        time.sleep(1.0)
        assert began[0].cpu_times() == used
    finally:
        deep.DEEP = deep_before
        steps.close()
    assert not began[0].is_running()


def test_a_loss_that_is_no_number_stops_with_a_sentence_and_leaves_nothing(lessons):
    lessons.run(Tune(deep=True), until=lambda event: read_plan(lessons.folder) is not None)
    file = lessons.start.path
    wild = {name: np.where(one > 0, 6e4, -6e4).astype(np.float16) for name, one in read_arrays(file).items()}
    save_arrays(wild, lessons.start.architecture, file, name="start", licence="none", origin="Far too large.")
    with pytest.raises(TuningError) as raised:
        lessons.run(Tune(deep=True))
    assert raised.value.sentence == deep_process.NO_NUMBERS
    assert not lessons.folder.exists()
    assert len(lessons.work.answer(GetModels())) == 1
    assert lessons.library.model.name == lessons.start.model_id


def test_photos_that_are_gone_are_told_and_nothing_is_lost(lessons):
    lessons.run(Tune(deep=True), until=lambda event: read_plan(lessons.folder) is not None)
    photo = Path(read_plan(lessons.folder).photos[0].path)
    os.rename(photo, photo.with_suffix(".gone"))
    with pytest.raises(TuningError, match="1 of the photos that the training learns from"):
        lessons.run(Tune(deep=True))
    assert lessons.work.answer(GetTraining()) is not None
    lessons.run(DropTraining())
    assert lessons.work.answer(GetTraining()) is None
    assert not lessons.folder.exists()


def test_another_start_begins_with_a_new_plan(lessons):
    def has_new_plan():
        plan = read_plan(lessons.folder)
        return plan is not None and plan.n_labels > 3

    lessons.run(Tune(deep=True), until=lambda event: read_plan(lessons.folder) is not None)
    plan = json.loads((lessons.folder / "plan.json").read_text())
    (lessons.folder / "plan.json").write_text(json.dumps(plan | {"n_labels": 3}))
    lessons.run(Tune(deep=True, restart=True), until=lambda event: has_new_plan())
    assert has_new_plan()
