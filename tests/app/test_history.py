"""Which searches are steps that one can go back to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.columns import Facet
from app.history import MAX_STEPS, TOGETHER_S, History, Place, Seen, Step
from app.parts import Part, Source
from engine.types import Box

LAMP, VASE = Source("/p/lamp.jpg", "lamp.jpg"), Source("/p/vase.jpg", "vase.jpg", 7)
LATER_S = 2 * TOGETHER_S


def step_of(*parts: Part, **options: bool) -> Step:
    return Step(parts, **options)


def box(x1: float) -> Box:
    return Box(0.0, 0.0, x1, 1.0)


def visited(*steps: Step, every_s: float = LATER_S) -> History:
    history = History()
    for number, step in enumerate(steps):
        history.visit(step, number * every_s)
    return history


def all_of(history: History) -> list[Step]:
    """Every step, from the first on."""
    while history.go(-1):
        pass
    found = [history.step()]
    while history.go(1):
        found.append(history.step())
    return found


def test_there_is_nowhere_to_go_at_first() -> None:
    history = History()
    assert history.step() is None
    assert not history.can_go(-1)
    assert not history.can_go(1)
    assert history.go(-1) is None
    history.see(Seen(0.5))  # of nothing
    assert history.step() is None


def test_back_and_forth() -> None:
    first, second = step_of(Part(LAMP)), step_of(Part(VASE))
    history = visited(first, second)
    assert history.go(-1) == first
    assert not history.can_go(-1)
    assert history.can_go(1)
    assert history.go(1) == second
    assert history.go(1) is None
    assert history.step() == second


def test_a_new_search_takes_the_place_of_those_gone_back_from() -> None:
    first, second, third = step_of(Part(LAMP)), step_of(Part(VASE)), step_of(Part(LAMP, box(0.5)))
    history = visited(first, second)
    history.go(-1)
    history.visit(third, 100)
    assert all_of(history) == [first, third]


def test_a_box_being_drawn_is_one_step() -> None:
    whole = step_of(Part(LAMP))
    drawn = [step_of(Part(LAMP, box(n / 10))) for n in range(1, 6)]
    assert all_of(visited(whole, *drawn, every_s=TOGETHER_S / 2)) == [whole, drawn[-1]]
    assert all_of(visited(whole, *drawn)) == [whole, *drawn]  # with a rest after each


def test_what_is_changed_after_going_back_is_a_step_at_once() -> None:
    boxed, vase = step_of(Part(LAMP, box(0.5))), step_of(Part(VASE))
    history = visited(boxed, vase)
    history.go(-1)
    moved = step_of(Part(LAMP, box(0.6)))
    history.visit(moved, LATER_S + 0.1)
    assert all_of(history) == [boxed, moved]


@pytest.mark.parametrize(
    "other",
    [
        step_of(Part(LAMP, box(0.5)), turned=True),
        step_of(Part(LAMP, box(0.5)), looks_further=True),
        step_of(Part(LAMP, box(0.5), is_unwanted=True)),
        step_of(Part(LAMP, box(0.5)), Part(LAMP, box(0.2))),
        step_of(Part(VASE, box(0.5))),
        step_of(Part(LAMP)),
    ],
)
def test_anything_but_a_moved_box_is_a_step_however_soon(other: Step) -> None:
    first = step_of(Part(LAMP, box(0.5)))
    assert all_of(visited(first, other, every_s=0.01)) == [first, other]


def test_another_part_in_work_is_no_step() -> None:
    parts = (Part(LAMP, box(0.5)), Part(VASE))
    history = visited(Step(parts, 0))
    history.see(Seen(0.3, 200))
    history.visit(Step(parts, 1), LATER_S)
    assert not history.can_go(-1)
    assert history.step().current == 1
    assert history.step().seen == Seen(0.3, 200)  # searched again, it is looked at as before


def test_how_answers_were_looked_at_is_kept_with_each() -> None:
    seen = Seen(0.4, 800, {Facet.TYPE: frozenset({"jpeg"})}, Place(12, 5, 14))
    history = visited(step_of(Part(LAMP)))
    history.see(seen)
    history.visit(step_of(Part(VASE)), LATER_S)
    assert history.step().seen is None
    assert history.go(-1).seen == seen


def test_the_oldest_steps_are_forgotten() -> None:
    steps = [step_of(Part(replace(LAMP, path=f"/p/{n}.jpg"))) for n in range(MAX_STEPS + 5)]
    assert all_of(visited(*steps)) == steps[5:]
