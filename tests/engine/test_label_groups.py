from __future__ import annotations

import itertools

from engine.label_groups import Groups, chain, contradicted

A, B, C, D, E = (letter.encode() for letter in "abcde")


def test_pairs_that_share_a_picture_make_one_group() -> None:
    assert Groups([(A, B), (D, E), (B, C)]).all() == [[A, B, C], [D, E]]


def test_a_picture_of_no_pair_stands_for_itself_and_is_no_group() -> None:
    groups = Groups([(A, B)])
    assert groups.of(D) == D
    assert groups.all() == [[A, B]]


def test_a_difference_within_a_group_is_a_contradiction_and_one_between_groups_is_not() -> None:
    same = [(A, B), (B, C), (D, E)]
    assert contradicted(same, [(A, D), (A, C), (D, E)]) == [(A, C), (D, E)]


def test_the_chain_between_two_pictures_is_the_shortest() -> None:
    same = [(A, B), (B, C), (C, D), (A, D), (D, E)]
    assert chain(same, A, E) == [(A, D), (D, E)]
    assert chain(same, E, A) == [(D, E), (A, D)]
    assert chain([(A, B)], A, C) == []


def test_a_long_chain_is_no_burden() -> None:
    pictures = [b"%06d" % number for number in range(20_000)]
    pairs = list(itertools.pairwise(pictures))
    assert len(Groups(pairs).all()[0]) == 20_000
    assert len(chain(pairs, pictures[0], pictures[-1])) == 19_999
