"""Labelled sets: folders of photos, one subfolder for each thing, with what of it must not be counted."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import FolderError
from engine.library import Library

IGNORE_FILE = "IGNORE.tsv"


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """A folder FOLDER/<instance>/<photo>, and which of its instances never count for or against each other."""

    name: str
    root: str
    ignored: dict[str, frozenset[str]]

    @classmethod
    def open(cls, path: str, taken: Iterable[str]) -> LabelledSet:
        """The set in a folder, under a name that is not `taken`.

        Raises:
            FolderError: there is no such folder, or it has no subfolders.
        """
        root = os.path.abspath(path)
        if not any(entry.is_dir() for entry in (Path(root).iterdir() if os.path.isdir(root) else ())):
            raise FolderError(f"{path} is not a labelled set. It needs one subfolder of photos for each thing.", path)
        name = base = os.path.basename(root)
        used, n = set(taken), 2
        while name in used:
            name, n = f"{base} ({n})", n + 1
        return cls(name, root, read_ignored(Path(root) / IGNORE_FILE))

    def instance_of(self, path: str) -> str | None:
        """Which instance a photo shows, or None if it is not of this set."""
        prefix = os.path.join(self.root, "")
        parts = path[len(prefix) :].split(os.sep) if path.startswith(prefix) else []
        return parts[0] if len(parts) > 1 else None


def read_ignored(path: Path) -> dict[str, frozenset[str]]:
    """Instance -> the others of its group, from tab-separated lines of one group each."""
    ignored: dict[str, frozenset[str]] = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            group = frozenset(name.strip() for name in line.split("\t") if name.strip())
            for name in group:
                ignored[name] = ignored.get(name, frozenset()) | (group - {name})
    return ignored


@dataclass(frozen=True, slots=True)
class LabelledPhoto:
    """An indexed photo of a set. `aspect` is width / height."""

    photo_id: int
    path: str
    instance: str
    aspect: float


def photos_of(one: LabelledSet, library: Library) -> Iterator[LabelledPhoto]:
    """The indexed photos of a set, by path.

    Raises:
        FolderError: the set's folder is a part of another one in the library.
    """
    folder = library.catalogue.folders.find(one.root)
    if folder is None:
        raise FolderError(f"{one.root} lies inside another of the folders to measure. Name each folder once.", one.root)
    for photo in sorted(library.catalogue.photos_of(folder.folder_id), key=lambda photo: photo.path):
        instance = one.instance_of(photo.path)
        if instance is not None:
            yield LabelledPhoto(photo.photo_id, photo.path, instance, photo.width_px / photo.height_px)
