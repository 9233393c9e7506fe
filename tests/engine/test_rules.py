"""What rules leave out, by names and paths alone."""

from __future__ import annotations

import os

import pytest

from engine.rules import DEFAULT_RULES, Rules
from engine.types import Excludes


def path(text: str) -> bytes:
    return os.fsencode(text.replace("/", os.sep))


@pytest.mark.parametrize(("name", "by_default", "with_hidden"), [
    ("a.jpg", True, True), ("trip/a.jpg", True, True), (".a.jpg", False, True), (".trip/deep/a.jpg", False, True),
    ("._a.jpg", False, False), ("@eaDir/a.jpg", False, False), ("x/.Trash-1000/a.jpg", False, False),
    (".thumbnails/a.jpg", False, False), ("a.jpg.part/a.jpg", False, False),
])
def test_hidden_files_are_a_choice_and_what_systems_keep_is_not(name: str, by_default: bool, with_hidden: bool) -> None:
    assert DEFAULT_RULES.takes(path(name)) is by_default
    assert Rules(skip_hidden=False).takes(path(name)) is with_hidden


@pytest.mark.parametrize(("name", "is_taken"), [
    ("a_small.jpg", False), ("A_SMALL.JPG", False), ("a_small.jpeg", True), ("Proofs/a.jpg", False),
    ("trip/proofs/deep/a.jpg", False), ("my proofs/a.jpg", True), ("x1.png", False), ("x12.png", True),
])
def test_patterns_are_names_of_files_and_folders(name: str, is_taken: bool) -> None:
    assert Rules(patterns=("*_small.jpg", "proofs", "X?.png")).takes(path(name)) is is_taken


def test_a_folder_is_left_out_with_all_below_it_and_nothing_else() -> None:
    rules = Rules(frozenset({path("trip/raw")}))
    taken = [name for name in ("trip/a.jpg", "trip/raw/a.jpg", "trip/raw/deep/a.jpg", "trip/raw b/a.jpg", "raw/a.jpg")
             if rules.takes(path(name))]
    assert taken == ["trip/a.jpg", "trip/raw b/a.jpg", "raw/a.jpg"]


def test_the_longer_side_counts() -> None:
    rules = Rules(min_side_px=200)
    assert [rules.takes_size(*size) for size in ((199, 199), (200, 10), (10, 200))] == [False, True, True]
    assert Rules().takes_size(1, 1)


def test_a_pattern_that_takes_for_ever_elsewhere_does_not_here() -> None:
    assert Rules(patterns=("*a" * 40 + "b",)).takes(b"a" * 250)


@pytest.mark.parametrize("values", [
    {"patterns": ("",)}, {"patterns": ("a/b",)}, {"patterns": ("x" * 256,)}, {"patterns": ("a",) * 201},
    {"min_side_px": -1}, {"min_side_px": 10_001},
])
def test_wishes_that_make_no_sense_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        Excludes(**values)  # type: ignore[arg-type]
