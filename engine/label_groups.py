"""What follows from labels: which pictures show the same thing, and where labels contradict each other.

Pure functions of hashes; standard library only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

Pair = tuple[bytes, bytes]


class Groups:
    """The groups that pairs of the same make: whoever is the same as one of a group belongs to it.

    Union by size with path halving: Tarjan and van Leeuwen, "Worst-case analysis of set union algorithms" (1984).
    """

    def __init__(self, same: Iterable[Pair]) -> None:
        self._parent: dict[bytes, bytes] = {}
        self._size: dict[bytes, int] = {}
        for a, b in same:
            self._join(self.of(a), self.of(b))

    def of(self, picture: bytes) -> bytes:
        """The picture that stands for this one's group; itself, if it is in none."""
        parent = self._parent
        if picture not in parent:
            parent[picture], self._size[picture] = picture, 1
        while parent[picture] != picture:
            parent[picture] = parent[parent[picture]]
            picture = parent[picture]
        return picture

    def all(self) -> list[list[bytes]]:
        """The groups of two pictures and more, each in the order of hashes, and they in the order of their first."""
        members: dict[bytes, list[bytes]] = {}
        for picture in sorted(self._parent):
            members.setdefault(self.of(picture), []).append(picture)
        return [group for group in members.values() if len(group) > 1]

    def _join(self, a: bytes, b: bytes) -> None:
        if a == b:
            return
        if self._size[a] < self._size[b]:
            a, b = b, a
        self._parent[b] = a
        self._size[a] += self._size[b]


def contradicted(same: Iterable[Pair], different: Iterable[Pair]) -> list[Pair]:
    """The pairs of `different` that the others say are the same, in their order."""
    groups = Groups(same)
    return [(a, b) for a, b in different if groups.of(a) == groups.of(b)]


def chain(same: Sequence[Pair], start: bytes, end: bytes) -> list[Pair]:
    """The fewest pairs of `same` that lead from one picture to another, in their order; [] if none do."""
    neighbours: dict[bytes, list[Pair]] = {}
    for pair in same:
        for picture in pair:
            neighbours.setdefault(picture, []).append(pair)
    came_by: dict[bytes, Pair | None] = {start: None}
    to_do = deque([start])
    while to_do and end not in came_by:
        picture = to_do.popleft()
        for pair in neighbours.get(picture, []):
            other = pair[1] if pair[0] == picture else pair[0]
            if other not in came_by:
                came_by[other] = pair
                to_do.append(other)
    found: list[Pair] = []
    picture = end
    while (step := came_by.get(picture)) is not None:
        found.append(step)
        picture = step[1] if step[0] == picture else step[0]
    return found[::-1]
