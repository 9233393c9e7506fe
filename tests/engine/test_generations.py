"""Models of a library: made ready from what there is, switched to in one step, taken in and out, removed on request."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from engine.actnet.checkpoint import read_arrays, save_arrays
from engine.errors import ModelError, TuningError
from engine.label_table import key
from engine.learning import ExportModel, GetModels, GetQuestions, ImportModel, RemoveModel, Tune, UseModel
from engine.projection import between, project, save_projected
from engine.tuning import run
from engine.tuning.boxes import Boxes
from engine.tuning.whitening import STRENGTHS
from tests.helpers.generations import PROOF, Place
from tests.helpers.models import DIM, things


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """60 photos of 12 things."""
    place = Place(tmp_path)
    place.commit(things(12, 5)[0])
    yield place
    place.library.close()


def test_the_other_model_has_the_projected_descriptors_and_its_index_finds_by_them(place: Place) -> None:
    card = place.tuned()
    before = place.vectors(place.start.model_id)
    place.use(card)
    matrix = between(place.start.path, card.path)
    assert matrix is not None
    np.testing.assert_allclose(place.vectors(card.model_id), project(matrix, before), atol=2e-3)  # float16 twice
    assert place.library.model.name == card.model_id
    query = project(matrix, before[:1])
    ids, scores = place.library.index.find(query, 1)
    assert ids[0, 0] == 1
    assert scores[0, 0] > 0.999


def test_switching_back_needs_nothing_made_and_finds_as_before(place: Place) -> None:
    query = place.vectors(place.start.model_id)[7:8]
    before = place.library.index.find(query, 5)
    ever = place.library.catalogue.descriptors.last_id_ever()
    card = place.tuned()
    place.use(card)
    made = place.library.catalogue.descriptors.last_id_ever()
    assert made == ever + 60
    place.use(place.start)
    assert place.library.catalogue.descriptors.last_id_ever() == made
    for found, wanted in zip(place.library.index.find(query, 5), before, strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_photos_that_came_meanwhile_are_there_after_switching_back(place: Place) -> None:
    card = place.tuned()
    place.use(card)
    place.commit(things(1, 3, seed=5)[0], first=60)
    place.use(place.start)
    matrix = between(card.path, place.start.path)
    assert matrix is not None
    np.testing.assert_allclose(
        place.vectors(place.start.model_id)[60:], project(matrix, things(1, 3, seed=5)[0]), atol=5e-3
    )
    assert place.library.index.n_rows == 63


def test_the_library_is_opened_with_its_own_model_unless_another_is_named(place: Place) -> None:
    card = place.tuned()
    place.use(card)
    place.library.close()
    assert place.open().card.model_id == card.model_id
    assert place.library.index.n_rows == 60
    place.library.close()
    assert place.open(read_only=True).model.name == card.model_id
    place.library.close()
    assert place.open(own_model=False).model.name == place.start.model_id


def test_without_its_file_the_usual_model_is_used_and_that_is_said(place: Place) -> None:
    card = place.tuned()
    place.use(card)
    place.library.close()
    card.path.unlink()
    assert place.open().model.name == place.start.model_id
    assert place.library.missing_model == card.model_id
    (state,) = [state for state in place.work.answer(GetModels()) if state.name == card.model_id]
    assert not state.usable
    with pytest.raises(TuningError, match="is not there any more"):
        place.run(UseModel(card.model_id))


def test_models_are_told_with_where_they_come_from_and_what_they_take(place: Place) -> None:
    card = place.tuned()
    start, tuned = place.work.answer(GetModels())
    assert (start.name, start.parent, start.made_by, start.active, start.photos) == (
        place.start.model_id, "", "", True, 60)
    assert (tuned.name, tuned.parent, tuned.made_by, tuned.active, tuned.photos, tuned.proof) == (
        card.model_id, place.start.model_id, "quick", False, 0, PROOF)
    before = tuned.bytes
    assert before == card.path.stat().st_size
    place.use(card)
    assert place.work.answer(GetModels())[1].bytes > before + 60 * 2 * DIM


def test_a_model_is_found_by_how_its_name_begins_if_no_other_does(place: Place) -> None:
    one, other = place.tuned("tuned", 1), place.tuned("tuned", 2)
    assert place.work.generations.find(one.model_id).name == one.model_id
    assert place.work.generations.find("start").name == place.start.model_id
    with pytest.raises(TuningError, match="several models"):
        place.work.generations.find("tuned")
    with pytest.raises(TuningError, match="is no model"):
        place.work.generations.find("nothing")
    assert other.model_id != one.model_id


def test_removing_takes_all_of_a_model_and_nothing_else(place: Place) -> None:
    card = place.tuned()
    child = place.tuned("child", 3)
    place.use(card)
    with pytest.raises(TuningError, match="is in use"):
        place.run(RemoveModel(card.model_id))
    place.use(place.start)
    states = place.run(RemoveModel(card.model_id))
    assert [state.name for state in states] == [place.start.model_id, child.model_id]
    assert not card.path.parent.exists()
    assert len(place.vectors(place.start.model_id)) == 60
    with closing(sqlite3.connect(place.library.folder.catalogue)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM descriptor").fetchone() == (60,)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_the_parent_of_what_came_of_a_removed_model_is_its_parent(place: Place) -> None:
    card = place.tuned()
    generations = place.work.generations
    matrix = np.eye(DIM) * 2 + 0.1
    grandchild = generations.move_in(
        save_projected(card.path, matrix, generations.new_file(), name="grandchild", origin=""))
    generations.add(grandchild, parent=card.model_id, made_by="deep")
    place.run(RemoveModel(card.model_id))
    assert generations.find("grandchild").parent == place.start.model_id


def test_a_model_goes_out_and_into_another_library(place: Place, tmp_path: Path) -> None:
    card = place.tuned()
    file = place.work.answer(ExportModel(card.model_id, tmp_path / "mine.safetensors"))
    with pytest.raises(TuningError, match="already"):
        place.work.answer(ExportModel(card.model_id, file))
    (tmp_path / "elsewhere").mkdir()
    other = Place(tmp_path / "elsewhere")
    try:
        other.commit(things(3, 4)[0])
        states = other.run(ImportModel(file))
        assert [(state.name, state.made_by, state.active) for state in states] == [
            (other.start.model_id, "", True), (card.model_id, "imported", False)]
        other.use(other.card(card.model_id))
        assert len(other.vectors(card.model_id)) == 12
        assert [state.name for state in other.run(ImportModel(file))] == [state.name for state in states]
    finally:
        other.library.close()


def test_what_is_no_model_or_does_not_fit_or_is_not_finite_is_refused(place: Place, tmp_path: Path) -> None:
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"no model")
    with pytest.raises(ModelError, match="not a Resight model"):
        place.run(ImportModel(bad))
    weights = read_arrays(place.start.path)
    save_arrays({**weights, "whitening.bias": np.zeros(5, np.float16)}, place.start.architecture, bad, name="bad",
                licence="", origin="")
    with pytest.raises(ModelError, match="do not fit"):
        place.run(ImportModel(bad))
    content = place.start.path.read_bytes()
    good = weights["whitening.bias"].tobytes()
    assert content.count(good) == 1
    bad.write_bytes(content.replace(good, np.full(DIM, np.nan, np.float16).tobytes()))
    with pytest.raises(ModelError, match="not numbers"):
        place.run(ImportModel(bad))
    assert [state.name for state in place.work.answer(GetModels())] == [place.start.model_id]
    assert not list(place.library.folder.generations.glob("*/model.safetensors"))


def test_what_a_killed_run_left_of_a_model_is_deleted_at_the_next_start(place: Place) -> None:
    kept = place.tuned()
    save_projected(place.start.path, np.eye(DIM), place.work.generations.new_file(), name="lost", origin="")
    place.library.close()
    place.open()
    assert [path.parent for path in place.library.folder.generations.glob("*/model.safetensors")] == [kept.path.parent]


# ---- tuning -------------------------------------------------------------------------------------------------------


@pytest.fixture
def labelled(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    place.label_things()
    yield place
    place.library.close()


def test_a_better_model_is_proposed_with_its_proof_and_nothing_is_searched_with_it(labelled: Place) -> None:
    tuned = labelled.run(Tune())
    assert tuned.outcome == "better"
    assert tuned.proof.gain[1] > 0
    assert tuned.proof.after.mean_precision > tuned.proof.before.mean_precision
    assert tuned.proof.boxes == 0
    assert any(change.rank_after < change.rank_before for change in tuned.changes)
    assert labelled.library.model.name == labelled.start.model_id
    start, model = labelled.work.answer(GetModels())
    assert (model.name, model.parent, model.proof, model.photos) == (tuned.model, start.name, tuned.proof, 0)
    card = labelled.card(tuned.model)
    assert card.name == "start-tuned"
    labelled.use(card)
    again = labelled.run(Tune())  # begins with the start again, and has nothing to add
    assert again.outcome == "no-gain"
    assert again.model == ""
    assert len(labelled.work.answer(GetModels())) == 2


def test_a_weaker_model_is_proposed_where_the_best_one_finds_less_of_boxes(
    labelled: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_boxes(*_args: object) -> Iterator[object]:
        yield None
        vectors = labelled.vectors(labelled.start.model_id)[:50]
        return Boxes(vectors, np.arange(50))  # type: ignore[return-value]

    worse = iter([True, False])
    monkeypatch.setattr(run, "_boxes", no_boxes)
    monkeypatch.setattr(run, "is_worse", lambda before, after: next(worse))
    best = labelled.run(Tune())
    assert best.outcome == "better"
    assert best.proof.boxes == 50
    card = labelled.card(best.model)
    matrix = between(labelled.start.path, card.path)
    assert matrix is not None
    monkeypatch.setattr(run, "is_worse", lambda before, after: False)
    labelled.run(RemoveModel(best.model))
    strong = labelled.card(labelled.run(Tune()).model)
    stronger = between(labelled.start.path, strong.path)
    assert stronger is not None
    spreads = [np.linalg.cond(one) for one in (matrix, stronger)]
    assert spreads[0] ** (STRENGTHS[-1] / STRENGTHS[-2]) == pytest.approx(spreads[1], rel=0.05)
    monkeypatch.setattr(run, "is_worse", lambda before, after: True)
    labelled.run(RemoveModel(strong.model_id))
    assert labelled.run(Tune()).outcome == "worse-elsewhere"
    assert len(labelled.work.answer(GetModels())) == 1


def test_without_labels_nothing_is_made(place: Place) -> None:
    with pytest.raises(TuningError, match="Nothing is labelled yet"):
        place.run(Tune())
    assert len(place.work.answer(GetModels())) == 1


# ---- questions ----------------------------------------------------------------------------------------------------


def test_what_is_asked_is_doubtful_not_known_and_each_photo_once(labelled: Place) -> None:
    asked = labelled.work.answer(GetQuestions(limit=8))
    assert len(asked.pairs) == 8
    ids = [hit.photo_id for pair in asked.pairs for hit in (pair.a, pair.b)]
    assert len(set(ids)) == 16
    assert all(pair.why == "near" and 0.25 < pair.a.score < 0.55 for pair in asked.pairs)
    assert (asked.labels, asked.more) == (90, 10)
    _, shown = things(40, 12)
    groups = [{shown[pair.a.photo_id - 1], shown[pair.b.photo_id - 1]} for pair in asked.pairs]
    assert not any(len(group) == 1 and group <= set(range(6)) for group in groups)  # labelled: known


def test_another_turn_asks_others_and_what_was_answered_is_asked_no_more(labelled: Place) -> None:
    first, second = (labelled.work.answer(GetQuestions(limit=8, turn=turn)).pairs for turn in (0, 1))
    assert {pair.a.photo_id for pair in first} != {pair.a.photo_id for pair in second}
    catalogue = labelled.library.catalogue
    hashes = [tuple(catalogue.photo(hit.photo_id).hash for hit in (pair.a, pair.b)) for pair in first]
    catalogue.labels.set((key(*pair), False) for pair in hashes)
    again = labelled.work.answer(GetQuestions(limit=8, turn=0)).pairs
    assert not {(pair.a.photo_id, pair.b.photo_id) for pair in first} & {
        (pair.a.photo_id, pair.b.photo_id) for pair in again}


def test_where_two_models_place_a_photo_differently_is_asked(labelled: Place) -> None:
    card = labelled.tuned(seed=4)
    labelled.use(card)
    pairs = labelled.work.answer(GetQuestions(limit=30)).pairs
    assert {pair.why for pair in pairs} == {"near", "models"}


def test_an_empty_library_asks_nothing(tmp_path: Path) -> None:
    place = Place(tmp_path)
    try:
        asked = place.work.answer(GetQuestions())
        assert (asked.pairs, asked.labels) == ((), 0)
        assert asked.more == 100
    finally:
        place.library.close()


def test_labels_that_contradict_each_other_are_asked_anew_first(labelled: Place) -> None:
    names = [b"%020d" % n for n in range(3)]
    labelled.library.catalogue.labels.set([(key(names[0], names[2]), False)])
    pairs = labelled.work.answer(GetQuestions(limit=5)).pairs
    assert [one.why for one in pairs] == ["contradiction"] * 3 + ["near"] * 2
    assert [{one.a.photo_id, one.b.photo_id} for one in pairs[:3]] == [{1, 3}, {1, 2}, {2, 3}]
    assert [one.said for one in pairs] == [False, True, True, None, None]
    labelled.library.catalogue.labels.set([(key(names[0], names[2]), True)])
    assert {one.why for one in labelled.work.answer(GetQuestions(limit=5)).pairs} == {"near"}
