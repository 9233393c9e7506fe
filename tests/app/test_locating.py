"""The closer look in the window: a few hits at a time, for the current search only, nothing moved in use."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.locating import AT_FIRST, AT_MOST
from app.parts import Parts
from engine.errors import PhotoUnreadable
from engine.messages import Locate, Search
from engine.types import Box, Located, Query, SearchResult
from tests.app.conftest import WindowRig
from tests.helpers.fake_engine import make_result

BOX = Box(0.2, 0.2, 0.6, 0.6)
FRAME = Box(0.5, 0.5, 0.9, 0.8)
QUERY = Query(path="/photos/query.jpg", box=BOX)


def _found_in(*photo_ids: int):
    return lambda job: tuple(Located(photo_id, FRAME, 0.8) for photo_id in job.photo_ids if photo_id in photo_ids)


@pytest.fixture
def rig(window_rig: WindowRig, qtbot: QtBot) -> WindowRig:
    """A window whose searches find ten photos, 1001 to 1010, with scores of 0.5 and a little less."""

    def find(job: Search) -> SearchResult:
        result = make_result(job.query, 10)
        return replace(result, hits=tuple(replace(hit, score=hit.score / 2) for hit in result.hits))

    window_rig.start(qtbot)
    window_rig.engine.answers[Search] = find
    return window_rig


def _ids(rig: WindowRig) -> list[int]:
    return [rig.window.hits_model.hit(row).photo_id for row in range(rig.window.hits_model.rowCount())]


def test_the_hits_of_a_box_are_looked_at_a_few_at_a_time_and_framed(rig: WindowRig, qtbot: QtBot) -> None:
    rig.engine.answers[Locate] = _found_in(1007)
    with qtbot.waitSignal(rig.window.refining.locating.finished):
        rig.window.searching.set_parts(Parts((QUERY,)))
    asked = rig.engine.submitted(Locate)
    assert {job.query for job in asked} == {QUERY}
    assert [photo_id for job in asked for photo_id in job.photo_ids] == list(range(1001, 1011))
    assert len(asked[0].photo_ids) == AT_FIRST
    assert max(len(job.photo_ids) for job in asked) <= AT_MOST
    first = rig.window.hits_model.hit(0)
    assert (first.photo_id, first.rank, first.box) == (1007, 1, FRAME)
    assert first.score == pytest.approx(1 - (1 - 0.47) * (1 - 0.8))
    assert _ids(rig)[1:] == [1001, 1002, 1003, 1004, 1005, 1006, 1008, 1009, 1010]


def test_hits_for_whole_pictures_are_looked_at_too_but_not_the_picture_itself(rig: WindowRig, qtbot: QtBot) -> None:
    def find(job: Search) -> SearchResult:
        own, *rest = make_result(job.query, 6).hits
        hits = (replace(own, score=1.0), *(replace(hit, score=hit.score / 2) for hit in rest))
        return replace(make_result(job.query, 6), hits=hits)

    rig.engine.answers[Search] = find
    rig.engine.answers[Locate] = lambda job: tuple(
        Located(photo_id, None, 0.8) for photo_id in job.photo_ids if photo_id == 1005
    )
    with qtbot.waitSignal(rig.window.refining.locating.finished):
        rig.window.searching.set_parts(Parts((replace(QUERY, box=None),)))
    assert [photo_id for job in rig.engine.submitted(Locate) for photo_id in job.photo_ids] == list(range(1002, 1007))
    assert _ids(rig) == [1001, 1005, 1002, 1003, 1004, 1006]
    assert rig.window.hits_model.hit(1).box is None


def test_only_the_first_hits_are_looked_at_and_none_that_is_away_or_the_query(
    rig: WindowRig, qtbot: QtBot
) -> None:
    def many(job: Search) -> SearchResult:
        result = make_result(job.query, 50)
        first, second, *rest = result.hits
        return replace(result, n_closely=30, hits=(replace(first, score=1.0), replace(second, online=False), *rest))

    rig.engine.answers[Search] = many
    rig.engine.answers[Locate] = _found_in(1005)
    with qtbot.waitSignal(rig.window.refining.locating.finished):
        rig.window.searching.set_parts(Parts((QUERY,)))
    asked = [photo_id for job in rig.engine.submitted(Locate) for photo_id in job.photo_ids]
    assert asked == list(range(1003, 1031))


def test_nothing_moves_once_somebody_has_chosen_a_hit(rig: WindowRig, qtbot: QtBot) -> None:
    rig.engine.held.add(Locate)
    with qtbot.waitSignal(rig.window.searching.finished):
        rig.window.searching.set_parts(Parts((QUERY,)))
    rig.window.results.grid.setCurrentIndex(rig.window.hits_model.index(2))
    rig.engine.held.clear()
    rig.engine.answers[Locate] = _found_in(1003, 1009)
    with qtbot.waitSignal(rig.window.refining.locating.finished):
        rig.engine.release(rig.engine.ids(Locate)[0])
    assert _ids(rig) == list(range(1001, 1011))
    assert rig.window.hits_model.hit(8).box == FRAME
    assert rig.window.hits_model.hit(2).box == FRAME


def test_a_new_search_ends_looking(rig: WindowRig, qtbot: QtBot) -> None:
    rig.engine.held.add(Locate)
    with qtbot.waitSignal(rig.window.searching.finished):
        rig.window.searching.set_parts(Parts((QUERY,)))
    (looking,) = rig.engine.ids(Locate)
    other = replace(QUERY, box=None)
    with qtbot.waitSignal(rig.window.searching.finished):
        rig.window.searching.set_parts(Parts((other,)))
    assert looking in rig.engine.cancelled
    assert [job.query for job in rig.engine.submitted(Locate)] == [QUERY, other]


def test_while_a_box_is_moved_nothing_is_looked_at(rig: WindowRig, qtbot: QtBot) -> None:
    locating = rig.window.refining.locating
    rig.engine.held.add(Locate)
    with qtbot.waitSignal(rig.window.searching.finished):
        rig.window.searching.set_parts(Parts((QUERY,)))
    locating.hold()
    rig.engine.release(rig.engine.ids(Locate)[0])
    with qtbot.waitSignal(rig.bridge.located):
        pass
    assert len(rig.engine.ids(Locate)) == 1
    qtbot.waitUntil(lambda: len(rig.engine.ids(Locate)) == 2)  # the box came back to where it was: it goes on


def test_each_part_is_looked_for_and_hits_with_all_of_them_go_before(rig: WindowRig, qtbot: QtBot) -> None:
    rug, face = Query(path="/photos/rug.jpg", box=BOX), Query(path="/photos/face.jpg", box=BOX)
    elsewhere = Box(0.1, 0.1, 0.3, 0.3)

    def find(job: Locate) -> tuple[Located, ...]:
        if job.query == QUERY:
            return _found_in(1003, 1008)(job)
        return tuple(Located(photo_id, elsewhere, 0.6) for photo_id in job.photo_ids if photo_id in (1008, 1009))

    rig.engine.answers[Locate] = find
    rig.window.searching.set_turned(True)
    with qtbot.waitSignal(rig.window.refining.locating.finished):
        rig.window.searching.set_parts(Parts((QUERY, rug), (face,), (1, 3)))
    (search,) = rig.engine.submitted(Search)
    assert (search.query, search.also, search.without, search.turned) == (QUERY, (rug,), (face,), True)
    asked = rig.engine.submitted(Locate)
    assert {job.query for job in asked} == {QUERY, rug}
    assert all(job.turned for job in asked)
    hits = {hit.photo_id: hit for hit in map(rig.window.hits_model.hit, range(10))}
    assert (hits[1008].rank, hits[1008].box, hits[1008].also_boxes) == (1, FRAME, (elsewhere,))
    assert hits[1008].score == pytest.approx(1 - (1 - 0.465) * (1 - 0.6))  # as sure as the less sure of both
    assert (hits[1003].box, hits[1003].also_boxes, hits[1003].score) == (FRAME, (None,), 0.49)
    assert (hits[1009].box, hits[1009].also_boxes, hits[1009].score) == (None, (elsewhere,), 0.46)
    assert _ids(rig)[1:4] == [1001, 1002, 1003]


def test_a_picture_that_cannot_be_read_any_more_only_leaves_the_frames_out(rig: WindowRig, qtbot: QtBot) -> None:
    def fail(job: Locate) -> tuple[Located, ...]:
        raise PhotoUnreadable("It is gone.", "/photos/query.jpg")

    rig.engine.answers[Locate] = fail
    with qtbot.waitSignal(rig.bridge.job_failed):
        rig.window.searching.set_parts(Parts((QUERY,)))
    assert _ids(rig) == list(range(1001, 1011))
    assert rig.window.results.shows_results()
    assert len(rig.engine.submitted(Locate)) == 1
