"""Gathering places to look at again: what covers what, and that no number of events makes it large."""

from __future__ import annotations

import os

import pytest

from engine.hints import Hint, Hints
from engine.scan import WHOLE, Place

pytestmark = pytest.mark.skipif(os.sep != "/", reason="the paths are written with slashes")


def _taken(hints: Hints) -> list[tuple[int, bytes, bool]]:
    return sorted((hint.folder_id, hint.place.path, hint.place.deep) for hint in hints.take())


def test_files_are_places_of_their_own_and_told_once() -> None:
    hints = Hints()
    for _ in range(3):
        hints.add_file(1, b"trip/a.jpg")
    hints.add_file(2, b"b.jpg")
    assert _taken(hints) == [(1, b"trip/a.jpg", False), (2, b"b.jpg", False)]
    assert not hints
    assert hints.take() == []


def test_many_files_of_a_folder_become_the_folder_without_what_is_deeper() -> None:
    hints = Hints()
    for number in range(50_000):
        hints.add_file(1, b"trip/%d.jpg" % number)
    hints.add_file(1, b"trip/day 1/a.jpg")
    assert _taken(hints) == [(1, b"trip", False), (1, b"trip/day 1/a.jpg", False)]


def test_many_folders_become_their_root() -> None:
    hints = Hints()
    for number in range(20_000):
        hints.add_file(1, b"%d/a.jpg" % number)
    hints.add_tree(1, b"more")
    hints.add_tree(2, b"other root")
    assert hints.take() == [Hint(1, WHOLE), Hint(2, Place(b"other root"))]


def test_a_tree_covers_what_lies_in_it_and_nothing_beside_it() -> None:
    hints = Hints()
    for path in (b"trip/a.jpg", b"trip/deep/b.jpg", b"trip 2/c.jpg"):
        hints.add_file(1, path)
    hints.add_tree(1, b"trip/deep")
    hints.add_tree(1, b"trip")
    hints.add_file(1, b"trip/later/d.jpg")
    hints.add_tree(1, b"trip/later")
    assert _taken(hints) == [(1, b"trip", True), (1, b"trip 2/c.jpg", False)]


def test_a_whole_root_covers_everything_in_it() -> None:
    hints = Hints()
    hints.add_file(1, b"a.jpg")
    hints.add_tree(1, b"")
    hints.add_file(1, b"trip/b.jpg")
    assert hints.take() == [Hint(1, WHOLE)]


def test_hints_can_be_gathered_again() -> None:
    first, second = Hints(), Hints()
    first.add_file(1, b"trip/a.jpg")
    first.add_tree(1, b"deep")
    for hint in first.take():
        second.add(hint)
    assert _taken(second) == [(1, b"deep", True), (1, b"trip/a.jpg", False)]
