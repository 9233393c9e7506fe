"""Places to look at again, gathered from any number of events: coalesced by folder, and bounded.

A thousand new files in one folder are one place, ten thousand folders are their root. Not thread-safe: the watcher and
an indexing run each keep their own.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from engine.scan import WHOLE, Place

_MAX_FILES = 64  # of one folder, before the whole folder is looked at
_MAX_PLACES = 500  # of one root, before all of it is looked at
_SEPARATOR = os.fsencode(os.sep)


@dataclass(frozen=True, slots=True)
class Hint:
    """Look at this place of a known folder again."""

    folder_id: int
    place: Place


class Hints:
    """Gathers hints; a place that lies in another gathered one is not kept."""

    def __init__(self) -> None:
        self._roots: dict[int, _Root] = {}

    def __bool__(self) -> bool:
        return bool(self._roots)

    def add_file(self, folder_id: int, path: bytes) -> None:
        """A file, relative to its root, is new, has changed or is gone."""
        self._roots.setdefault(folder_id, _Root()).add_file(path)

    def add_tree(self, folder_id: int, path: bytes) -> None:
        """Anything may have happened at this path or below it; b"" is the whole root."""
        self._roots.setdefault(folder_id, _Root()).add_tree(path)

    def add(self, hint: Hint) -> None:
        """Add what other `Hints` gathered."""
        if hint.place.deep:
            self.add_tree(hint.folder_id, hint.place.path)
        else:
            self.add_file(hint.folder_id, hint.place.path)

    def take(self) -> list[Hint]:
        """Everything gathered, which is then forgotten."""
        hints = [Hint(folder_id, place) for folder_id, root in self._roots.items() for place in root.places()]
        self._roots.clear()
        return hints


class _Root:
    """The places of one root: trees, and single files by the folder they are in (None: all files of it)."""

    def __init__(self) -> None:
        self._trees: set[bytes] = set()
        self._files: dict[bytes, set[bytes] | None] = {}

    def add_file(self, path: bytes) -> None:
        if self._is_covered(path):
            return
        parent = _parent(path)
        names = self._files.setdefault(parent, set())
        if names is not None:
            names.add(path)
            if len(names) > _MAX_FILES:
                self._files[parent] = None
        self._bound()

    def add_tree(self, path: bytes) -> None:
        if self._is_covered(path):
            return
        inside = path + _SEPARATOR if path else b""
        self._trees = {tree for tree in self._trees if not tree.startswith(inside)} | {path}
        self._files = {parent: names for parent, names in self._files.items()
                       if parent != path and not parent.startswith(inside)}
        self._bound()

    def places(self) -> list[Place]:
        found = [Place(tree) for tree in self._trees]
        for parent, names in self._files.items():
            if names is None:
                found.append(Place(parent, deep=False))
            else:
                found += [Place(name, deep=False) for name in names]
        return found

    def _is_covered(self, path: bytes) -> bool:
        while path not in self._trees:
            if not path:
                return False
            path = _parent(path)
        return True

    def _bound(self) -> None:
        if len(self._trees) + len(self._files) > _MAX_PLACES:
            self._trees, self._files = {WHOLE.path}, {}


def _parent(path: bytes) -> bytes:
    return path.rpartition(_SEPARATOR)[0]
