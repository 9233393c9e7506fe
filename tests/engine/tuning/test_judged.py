from __future__ import annotations

import numpy as np
import pytest

from engine.errors import TuningError
from engine.label_table import LabelRow, key
from engine.tuning.judged import judge, missing_pairs, require_enough
from engine.types import Box

A, B, C, D, E, F = (bytes([number]) for number in range(6))
ROWS = {picture: number for number, picture in enumerate((A, B, C, D, E))}  # F is not in the library


def said(a: bytes, b: bytes, same: bool, box: Box | None = None) -> LabelRow:
    return LabelRow(key(a, b, box), same, 0.0)


def test_groups_and_what_is_different_from_them() -> None:
    judged = judge([said(A, B, True), said(B, C, True), said(C, D, False), said(D, E, True)], ROWS)
    assert [group.tolist() for group in judged.groups] == [[0, 1, 2], [3, 4]]
    assert judged.different == (frozenset({1}), frozenset({0}))
    assert (judged.n_same, judged.n_different, judged.n_contradicted) == (3, 1, 0)
    assert judged.with_pairs == [0, 1]


def test_what_is_known_to_be_different_takes_a_pair_out() -> None:
    judged = judge([said(A, B, True), said(B, D, False)], ROWS)
    pairs = np.array([[0, 1], [0, 3], [1, 3], [2, 3]])
    assert judged.without(pairs).tolist() == [[0, 1], [2, 3]]


def test_labels_of_boxes_and_of_pictures_elsewhere_are_passed_over() -> None:
    judged = judge([said(A, B, True, Box(0, 0, 0.5, 0.5)), said(A, F, True)], ROWS)
    assert judged.groups == ()
    assert judged.n_same == 0


def test_a_group_with_a_contradiction_is_passed_over_whole() -> None:
    judged = judge(
        [said(A, B, True), said(B, C, True), said(A, C, False), said(D, E, True), said(C, D, False)], ROWS
    )
    assert [group.tolist() for group in judged.groups] == [[3, 4]]
    assert (judged.n_same, judged.n_different, judged.n_contradicted) == (1, 0, 1)


def many(n_same: int, n_different: int) -> list[LabelRow]:
    """So many pairs of either kind, of different pictures."""
    pictures = [bytes([number]) for number in range(2 * (n_same + n_different))]
    return [
        said(pictures[2 * i], pictures[2 * i + 1], i < n_same) for i in range(n_same + n_different)
    ]


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ([], "Nothing is labelled yet"),
        (many(8, 0), "All labels say “same”"),
        (many(0, 8), "All labels say “different”"),
        (many(2, 1), "7 more would do"),
        ([said(A, B, True), said(B, C, True), said(A, C, False)], "contradict each other"),
    ],
)
def test_what_is_missing_is_said(labels: list[LabelRow], sentence: str) -> None:
    rows = {bytes([number]): number for number in range(250)}
    with pytest.raises(TuningError, match=sentence):
        require_enough(judge(labels, rows))


def test_one_thing_is_not_enough() -> None:
    pictures = [bytes([number]) for number in range(20)]
    labels = [said(pictures[0], other, True) for other in pictures[1:8]]
    labels += [said(pictures[0], other, False) for other in pictures[8:14]]
    with pytest.raises(TuningError, match="shows one thing"):
        require_enough(judge(labels, {picture: number for number, picture in enumerate(pictures)}))


def test_enough_is_enough() -> None:
    judged = judge(many(6, 4), {bytes([number]): number for number in range(250)})
    assert missing_pairs(judged) == 0
    require_enough(judged)
