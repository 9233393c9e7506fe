"""A library on disk for tests: real SQLite, real hnswlib, descriptors with recognisable numbers."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.catalogue import Catalogue
from engine.index import VectorIndex
from engine.records import Committed, FailedPhoto, IndexedPhoto, Model
from engine.region_file import RegionFile
from engine.storage import LibraryFolder

DIM = 16


class TestLibrary:
    """A library below `base`, with one photo folder (empty: nothing here reads photos) and one model."""

    __test__ = False

    def __init__(self, base: Path, dim: int = DIM) -> None:
        self.photos = base / "photos"
        self.photos.mkdir(exist_ok=True)
        self.folder = LibraryFolder(base / "library")
        self.catalogue = Catalogue.open(self.folder)
        self.model: Model = self.catalogue.descriptors.register_model("model-a", dim)
        self.folder_id = self.catalogue.folders.add(str(self.photos)).folder_id

    def photo(self, number: int, content: int | None = None, described: bool = True) -> IndexedPhoto:
        """Photo `number` at "<number>.jpg", with the content and descriptor of that number (or of `content`)."""
        content = number if content is None else content
        return IndexedPhoto(
            self.folder_id, b"%d.jpg" % number, 1000 + content, 5000 + number, b"hash-%d" % content, 40, 30,
            descriptor(content, self.model.dim) if described else None,
        )

    def failure(self, number: int, kind: str = "damaged") -> FailedPhoto:
        return FailedPhoto(self.folder_id, b"%d.jpg" % number, 7, 8, kind, f"Photo {number} is bad.")

    def commit(self, numbers: Sequence[int]) -> Committed:
        return self.catalogue.commit_chunk(self.model, [self.photo(number) for number in numbers])

    def index(self, catch_up: bool = True) -> VectorIndex:
        """The library's index, loaded and brought up to date."""
        index = VectorIndex(self.folder, self.catalogue, self.model)
        for _ in index.load():
            pass
        if catch_up:
            for _ in index.catch_up():
                pass
        return index

    def regions(self, *, catch_up: bool = True, read_only: bool = False) -> RegionFile:
        """The library's region codes, loaded and brought up to date."""
        regions = RegionFile(self.folder, self.catalogue, self.model, read_only=read_only)
        for steps in (regions.load, *((regions.catch_up,) if catch_up else ())):
            for _ in steps():
                pass
        return regions

    def remove(self, numbers: Sequence[int]) -> None:
        """Forget photos and their contents."""
        known = self.catalogue.known(self.folder_id, [b"%d.jpg" % number for number in numbers], self.model)
        self.catalogue.remove_photos(state.photo_id for state in known.values())
        while self.catalogue.purge_contents() is not None:
            pass


def descriptor(number: int, dim: int = DIM) -> NDArray[np.float32]:
    """The descriptor of content `number`: float32 [dim], unit length, different for each number."""
    vector = np.random.default_rng(number).normal(size=dim)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def save(index: VectorIndex) -> None:
    for _ in index.save():
        pass


def run_without_rights(imports: str, script: str, place: Path) -> str:
    """What a Python script prints that runs without root's rights, with `place` (below a test's folder) as argument.

    Root may read and write everything, so that a test of permissions run by root would prove nothing. `imports` runs
    before the rights are given up, as Python itself may lie where only root can read.
    """
    own = [folder for folder in place.parents if folder.is_relative_to(tempfile.gettempdir())]
    for folder in (place, *own[:-1]):
        if folder.stat().st_mode & 0o055 != 0o055:
            folder.chmod(folder.stat().st_mode | 0o055)
    drop = "import os, sys\nif os.geteuid() == 0: os.setuid(65534)\n"
    done = subprocess.run([sys.executable, "-c", imports + drop + script, str(place)], capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
