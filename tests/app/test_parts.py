"""What several parts ask for together, and what becomes of them as they are added, changed and removed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.parts import MAX_PARTS, MAX_WEIGHT, Part, Parts, QueryParts, Source, asked_by
from engine.types import Box, Query

ROOM, SHOP = Source("/p/room.jpg", "room.jpg"), Source("/p/shop.jpg", "shop.jpg", photo_id=7)
LAMP, RUG, FACE = Box(0.1, 0.1, 0.3, 0.5), Box(0.0, 0.6, 0.9, 1.0), Box(0.7, 0.1, 0.8, 0.3)


@pytest.fixture
def parts(qapp):
    parts = QueryParts()
    parts.heard = 0

    def hear() -> None:
        parts.heard += 1

    parts.changed.connect(hear)
    return parts


def boxes(parts: QueryParts) -> list[Box | None]:
    return [part.box for part in parts.all()]


def test_a_picture_alone_is_searched_for_as_it_is():
    assert asked_by([]) is None
    assert asked_by([Part(ROOM)]) == Parts((Query(path="/p/room.jpg"),))
    assert asked_by([Part(SHOP, LAMP)]) == Parts((Query(photo_id=7, box=LAMP),))
    assert asked_by([Part(SHOP, LAMP)]).numbers == ()


def test_wanted_and_unwanted_parts_of_two_pictures():
    asked = asked_by([Part(ROOM, LAMP), Part(ROOM, FACE, is_unwanted=True), Part(SHOP, RUG)])
    assert asked.wanted == (Query(path="/p/room.jpg", box=LAMP), Query(photo_id=7, box=RUG))
    assert asked.unwanted == (Query(path="/p/room.jpg", box=FACE),)
    assert asked.numbers == (1, 3)  # as in the list, where the face is the second


def test_without_any_wanted_part_the_whole_picture_is_wanted():
    asked = asked_by([Part(ROOM, FACE, is_unwanted=True)])
    assert asked == Parts((Query(path="/p/room.jpg"),), (Query(path="/p/room.jpg", box=FACE),))
    assert asked.numbers == ()


def test_the_part_added_last_is_in_work(parts):
    parts.start(ROOM, LAMP)
    assert parts.add(Part(SHOP))
    assert (parts.current(), parts.part()) == (1, Part(SHOP))
    parts.set_box(RUG)
    assert boxes(parts) == [LAMP, RUG]
    parts.choose(0)
    parts.set_box(FACE)
    assert boxes(parts) == [FACE, RUG]
    assert parts.heard == 5


def test_nothing_is_told_when_nothing_changes(parts):
    parts.start(ROOM, LAMP)
    parts.set_box(LAMP)
    parts.choose(0)
    parts.choose(5)
    parts.remove(3)
    assert parts.heard == 1


def test_there_is_room_for_so_many_only(parts):
    parts.start(ROOM, LAMP)
    assert all(parts.add(Part(ROOM, RUG)) for _ in range(MAX_PARTS - 1))
    assert not parts.add(Part(ROOM, FACE))
    assert len(parts.all()) == MAX_PARTS


@pytest.mark.parametrize(
    ("chosen", "removed", "left", "current"),
    [(0, 0, [RUG, FACE], 0), (2, 2, [LAMP, RUG], 1), (2, 0, [RUG, FACE], 1), (0, 2, [LAMP, RUG], 0)],
)
def test_removing_a_part_keeps_the_one_in_work(parts, chosen, removed, left, current):
    parts.start(ROOM, LAMP)
    parts.add(Part(ROOM, RUG))
    parts.add(Part(ROOM, FACE))
    parts.choose(chosen)
    parts.remove(removed)
    assert (boxes(parts), parts.current()) == (left, current)


def test_of_the_last_part_only_the_box_goes(parts):
    parts.start(ROOM, LAMP)
    parts.remove(0)
    assert parts.all() == (Part(ROOM),)
    parts.remove(0)
    assert parts.all() == (Part(ROOM),)


def test_the_whole_picture_of_the_part_in_work_stays(parts):
    parts.start(ROOM, LAMP)
    parts.add(Part(SHOP, RUG))
    parts.keep_whole()
    assert parts.all() == (Part(SHOP),)


def test_all_parts_of_a_picture_go_together(parts):
    parts.start(ROOM, LAMP)
    parts.add(Part(SHOP, RUG))
    parts.add(Part(ROOM, FACE))
    parts.choose(1)
    parts.remove_source(ROOM)
    assert (parts.all(), parts.current()) == ((Part(SHOP, RUG),), 0)
    parts.remove_source(SHOP)
    assert (parts.all(), parts.part(), parts.asked()) == ((), None, None)


def test_a_part_may_be_left_out_and_wanted_again_but_not_the_only_picture(parts):
    parts.start(ROOM)
    parts.toggle_unwanted(0)
    assert parts.all() == (Part(ROOM),)
    parts.set_box(FACE)
    parts.toggle_unwanted(0)
    assert parts.all() == (Part(ROOM, FACE, is_unwanted=True),)
    parts.toggle_unwanted(0)
    assert parts.all() == (Part(ROOM, FACE),)


def test_the_last_box_left_out_leaves_a_picture_that_is_wanted(parts):
    parts.start(ROOM, FACE)
    parts.toggle_unwanted(0)
    parts.set_box(None)
    assert parts.all() == (Part(ROOM),)


def test_weights_are_asked_for_where_they_differ() -> None:
    lamp, rug = Part(ROOM, LAMP, weight=2), Part(SHOP, weight=2)
    assert asked_by([lamp, rug]).weights == ()
    assert asked_by([lamp, replace(rug, weight=1)]).weights == (2, 1)
    assert asked_by([lamp, Part(SHOP, is_unwanted=True)]).weights == ()  # one alone
    assert asked_by([Part(SHOP, is_unwanted=True), lamp, replace(rug, weight=3)]).weights == (2, 3)


def test_weights_stay_within_their_bounds(qapp: object) -> None:
    parts = QueryParts()
    parts.restore([Part(ROOM, LAMP), Part(SHOP)], 0)
    for by, weight in ((1, 2), (5, MAX_WEIGHT), (-9, 1), (-1, 1)):
        parts.change_weight(1, by)
        assert [part.weight for part in parts.all()] == [1, weight]
    parts.change_weight(2, 1)  # there is none
    assert [part.weight for part in parts.all()] == [1, 1]
