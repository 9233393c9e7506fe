"""Whether a folder of the library can be reached, and where it is now. Engine thread; the asking is done aside.

A folder whose drive is away is offline: nothing of it is forgotten. It is back by itself when the drive is, also under
another mount point; and a folder that was renamed is followed. What may be another folder in its place (another drive,
an empty mount point) is not taken for it: so nobody's photos are taken for deleted.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from enum import Enum

from engine import volumes
from engine.aside import Aside
from engine.folders import FolderTable
from engine.records import Folder
from engine.volumes import Volume
from engine.walking import Batches, NotAnswering, walk_aside

_ANSWER_S = 5.0
_STEP_S = 0.05
_SAMPLE = 32


class Condition(Enum):
    """Why a folder cannot be reached. The values are stable names."""

    ONLINE = ""
    MISSING = "missing"
    EMPTY = "empty"
    OTHER_DRIVE = "other-drive"
    NOT_ANSWERING = "not-answering"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found of a folder; `path` is where. The rest is not known if nothing was there."""

    condition: Condition
    path: str
    volume: Volume = volumes.UNKNOWN
    device: int = 0
    inode: int = 0


class Roots:
    """Asks for the folders of a library.

    Args:
        folders: keeps what is found out.
    """

    def __init__(self, folders: FolderTable) -> None:
        self._folders = folders
        self._aside = Aside()
        self._conditions: dict[int, Condition] = {}

    def condition(self, folder_id: int) -> Condition:
        """Why a folder that is offline cannot be reached, as far as has been found out since the start."""
        known = self._conditions.get(folder_id, Condition.ONLINE)
        return Condition.MISSING if known is Condition.ONLINE else known

    def reach(self, folder: Folder, accept_empty: bool = False) -> Generator[None, None, Folder | None]:
        """Find out where a folder is now -> the folder there, or None if it is offline. Yields while that takes time.

        What is found is kept in the catalogue. With `accept_empty` a folder that is empty counts as emptied.
        """
        sample = self._folders.sample(folder.folder_id, _SAMPLE)
        answer = self._aside.ask(folder.folder_id, lambda: look_for(folder, sample))
        yield from _waiting(answer)
        seen = answer.result() if answer.done() else Seen(Condition.NOT_ANSWERING, folder.path)
        if seen.condition is Condition.EMPTY and accept_empty:
            seen = replace(seen, condition=Condition.ONLINE)
        self._conditions[folder.folder_id] = seen.condition
        if seen.condition is not Condition.ONLINE or not self._may_be_at(folder, seen.path):
            self._folders.set_offline(folder.folder_id)
            return None
        self._folders.set_online(folder.folder_id, seen.path, seen.volume, seen.device, seen.inode)
        return self._folders.get(folder.folder_id)

    def walk(self, folder: Folder, batches: Batches) -> Batches:
        """Go through the batches of a walk of a folder, see `walking.walk_aside`.

        Raises:
            NotAnswering: the folder has stopped to answer, and is offline now.
        """
        try:
            yield from walk_aside(self._aside, folder.folder_id, batches)
        except NotAnswering:
            self._conditions[folder.folder_id] = Condition.NOT_ANSWERING
            self._folders.set_offline(folder.folder_id)
            raise

    def _may_be_at(self, folder: Folder, path: str) -> bool:
        """Whether no other folder of the library has this path already."""
        other = self._folders.find(path)
        return other is None or other.folder_id == folder.folder_id


def _waiting(answer: Future[Seen]) -> Iterator[None]:
    deadline = time.monotonic() + _ANSWER_S
    wait([answer], _STEP_S)
    while not answer.done() and time.monotonic() < deadline:
        yield None
        wait([answer], _STEP_S)


def look_for(folder: Folder, sample: list[tuple[str, int]]) -> Seen:
    """Look for a folder: on its drive, wherever that is, and at its path. May wait for a drive; any thread.

    Args:
        folder: as it was known.
        sample: some of its photos, as (path relative to it, size in bytes).
    """
    seen = _look_at(folder, folder.path, sample)
    if seen.condition is Condition.ONLINE and _is_same(seen.volume, folder.volume):
        return seen
    for path in volumes.places_of(folder.volume):
        elsewhere = _look_at(folder, path, sample)
        if elsewhere.condition is Condition.ONLINE and _is_same(elsewhere.volume, folder.volume):
            return elsewhere
    if seen.condition in (Condition.MISSING, Condition.EMPTY):
        renamed = _look_beside(folder, sample)
        return seen if renamed is None else renamed
    return seen


def _look_at(folder: Folder, path: str, sample: list[tuple[str, int]]) -> Seen:
    try:
        state = os.stat(path)
        with os.scandir(path) as entries:
            is_empty = next(entries, None) is None
        volume = volumes.volume_of(path)
    except OSError:
        return Seen(Condition.MISSING, path)
    online = Seen(Condition.ONLINE, path, volume, state.st_dev, state.st_ino)
    is_same = _is_same(volume, folder.volume)
    if is_empty and folder.n_photos:
        # The very folder on its very drive has been emptied by the user; any other is a mount point, or made anew.
        return online if is_same and state.st_ino == folder.inode else Seen(Condition.EMPTY, path, volume,
                                                                            state.st_dev, state.st_ino)
    if is_same or not folder.n_photos:
        return online
    # Another drive, or another folder of it: the photos tell whether they have been moved here.
    if volume.volume_id and folder.volume.volume_id and not _holds(path, sample):
        return Seen(Condition.OTHER_DRIVE, path)
    return online


def _look_beside(folder: Folder, sample: list[tuple[str, int]]) -> Seen | None:
    """A folder under another name in the same place: the same inode, and photos of it are there."""
    parent = os.path.dirname(folder.path)
    try:
        with os.scandir(parent) as entries:
            paths = [entry.path for entry in entries if entry.inode() == folder.inode]
    except OSError:
        return None
    for path in paths:
        seen = _look_at(folder, path, sample)
        if seen.condition is Condition.ONLINE and _holds(path, sample):
            return seen
    return None


def _is_same(now: Volume, known: Volume) -> bool:
    return bool(known.volume_id) and (now.volume_id, now.path) == (known.volume_id, known.path)


def _holds(path: str, sample: list[tuple[str, int]]) -> bool:
    """Whether at least half of these photos are here."""
    n_there = 0
    for relative, size_bytes in sample:
        try:
            n_there += os.stat(os.path.join(path, relative)).st_size == size_bytes
        except OSError:
            continue
    return bool(sample) and 2 * n_there >= len(sample)
