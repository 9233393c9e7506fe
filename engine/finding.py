"""The files of a look that matter: walked aside, by the rules of their folder, with what is known of them.

Engine thread only.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from engine.filesystems import keeps_inodes
from engine.indexing_work import Look
from engine.library import Library
from engine.records import Folder, PhotoState
from engine.roots import Roots
from engine.rules import Rules
from engine.scan import FoundFile, ScanProblem, scan_folder
from engine.walking import NotAnswering

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """A batch of files: those of which nothing needs to be done, those to be read, and what is known, by path."""

    current: list[FoundFile]
    to_read: list[FoundFile]
    known: dict[bytes, PhotoState]


class Finding:
    """Finds the files of one run. `silent` gathers the ids of folders that stopped to answer.

    Args:
        library: knows what is known.
        roots: walks folders.
    """

    def __init__(self, library: Library, roots: Roots) -> None:
        self.silent: set[int] = set()
        self._library = library
        self._catalogue = library.catalogue
        self._roots = roots
        self._rules: dict[int, Rules] = {}

    def rules(self, folder: Folder) -> Rules:
        """What is left out of a folder in this run."""
        if folder.folder_id not in self._rules:
            self._rules[folder.folder_id] = self._catalogue.excluded.rules(folder.folder_id)
        return self._rules[folder.folder_id]

    def batches(self, look: Look, problems: list[ScanProblem] | None = None) -> Iterator[Found]:
        """The files at a place; nothing more once the folder has stopped to answer.

        `problems` gathers what could not be read.
        """
        folder = look.folder
        if folder.folder_id in self.silent:
            return
        skip = [str(self._library.folder.root), *self._catalogue.folders.nested(folder.folder_id)]
        rules = self.rules(folder)
        walk = scan_folder(folder.path, skip=skip, problems=problems, place=look.place, rules=rules)
        with_inodes = keeps_inodes(Path(folder.path))
        try:
            for files in self._roots.walk(folder, walk):
                yield self._sorted(folder, files if with_inodes else [replace(file, inode=None) for file in files])
        except NotAnswering:
            _log.info("%s has stopped to answer", folder.path)
            self.silent.add(folder.folder_id)

    def _sorted(self, folder: Folder, files: list[FoundFile]) -> Found:
        """Tell the files of one batch apart. Those that are left out are in neither list."""
        paths = [file.path for file in files]
        known = self._catalogue.known(folder.folder_id, paths, self._library.model)
        too_small = self._catalogue.excluded.too_small(folder.folder_id, paths)
        found = Found([], [], known)
        for file in files:
            state = known.get(file.path)
            if file.in_cloud:  # what was indexed while it was here stays
                if state is not None:
                    found.current.append(file)
            elif state is not None and state.is_current(file.size_bytes, file.mtime_ns):
                found.current.append(file)
            elif too_small.get(file.path) != (file.size_bytes, file.mtime_ns):
                found.to_read.append(file)
        return found
