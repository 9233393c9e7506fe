"""What labels say of the photos of a library: groups of the same thing, and which of them are different things.

Standard library and numpy only; any thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import TuningError
from engine.label_groups import Groups, contradicted
from engine.label_table import LabelRow

MIN_SAME = 6
MIN_DIFFERENT = 4
MIN_GROUPS = 2
"""The least to learn from, or to prove anything by: pairs of either kind, and groups of the same thing."""

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Judged:
    """Photos of which something is known.

    Args:
        groups: rows of the photos of each thing; some have one photo, which is only known to be different from others.
        different: for each group, the groups that show something else.
        n_same: labelled pairs of the same thing.
        n_different: labelled pairs of different things.
        n_contradicted: groups left out, as labels contradict each other in them.
    """

    groups: tuple[Rows, ...]
    different: tuple[frozenset[int], ...]
    n_same: int
    n_different: int
    n_contradicted: int = 0

    @property
    def with_pairs(self) -> list[int]:
        """The groups of two photos and more."""
        return [number for number, rows in enumerate(self.groups) if len(rows) > 1]

    def without(self, pairs: Rows) -> Rows:
        """The pairs, int64 [m, 2], but for those known to show different things."""
        groups = {row: number for number, rows in enumerate(self.groups) for row in rows.tolist()}
        kept = [
            not (a in groups and b in groups and groups[b] in self.different[groups[a]]) for a, b in pairs.tolist()
        ]
        return pairs[np.array(kept, dtype=bool)] if len(pairs) else pairs


def judge(labels: Iterable[LabelRow], row_of: Mapping[bytes, int]) -> Judged:
    """What labels of whole pictures say of the photos that have a row; labels of boxes and of others are passed over.

    Labels that contradict each other are passed over with the groups they concern.
    """
    whole = [row for row in labels if row.pair.box is None and row.pair.a in row_of and row.pair.b in row_of]
    same = [(row.pair.a, row.pair.b) for row in whole if row.same]
    different = [(row.pair.a, row.pair.b) for row in whole if not row.same]
    groups = Groups(same)
    wrong = {groups.of(a) for a, _ in contradicted(same, different)}
    members: dict[bytes, set[int]] = {}
    for pair in (*same, *different):
        for picture in pair:
            if groups.of(picture) not in wrong:
                members.setdefault(groups.of(picture), set()).add(row_of[picture])
    number_of = {group: number for number, group in enumerate(sorted(members, key=lambda one: min(members[one])))}
    others: list[set[int]] = [set() for _ in number_of]
    usable = [
        (number_of[a], number_of[b]) for a, b in ((groups.of(a), groups.of(b)) for a, b in different)
        if a in number_of and b in number_of
    ]
    for a, b in usable:
        others[a].add(b)
        others[b].add(a)
    return Judged(
        tuple(np.array(sorted(members[group]), dtype=np.int64) for group in number_of),
        tuple(map(frozenset, others)),
        sum(groups.of(a) in number_of for a, _ in same),
        len(usable),
        len(wrong),
    )


def require_enough(judged: Judged) -> None:
    """Refuse to learn from labels that say too little.

    Raises:
        TuningError: the sentence tells what is missing.
    """
    if judged.n_contradicted and judged.n_same < MIN_SAME:
        raise TuningError(
            "Labels contradict each other, and too few are left without them. Take the wrong ones back first; they "
            "are listed by: resight label --list"
        )
    if not judged.n_same and not judged.n_different:
        raise TuningError(
            "Nothing is labelled yet. Mark hits of some searches as the same thing or as something else first."
        )
    if not judged.n_different:
        raise TuningError(
            "All labels say “same”. Mark some hits that show something else, too; without them nothing can be proved."
        )
    if not judged.n_same:
        raise TuningError("All labels say “different”. Mark some hits that show the same thing, too.")
    missing = missing_pairs(judged)
    if missing:
        raise TuningError(
            f"There are too few labels to learn from: {judged.n_same} of the same thing and {judged.n_different} of "
            f"something else. {missing} more would do."
        )
    if len(judged.with_pairs) < MIN_GROUPS:
        raise TuningError(
            "All that is labelled as the same shows one thing. Mark photos of another one, too: what is learnt from "
            "one thing has to be proved by another."
        )


def missing_pairs(judged: Judged) -> int:
    """How many more labels are needed at least."""
    return max(0, MIN_SAME - judged.n_same) + max(0, MIN_DIFFERENT - judged.n_different)
