"""Labelled sets with their descriptors, out of a library: what the benches of learning have in common.

The library is made beforehand with `resight index SETS DISTRACTORS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bench_tools  # noqa: F401  makes `engine` importable when a script is run by its path
import numpy as np
from describe_speed import runner_of
from numpy.typing import NDArray

from engine.actnet.checkpoint import ModelCard
from engine.catalogue import Catalogue
from engine.decode import DecodeRequest
from engine.decoders import Decoders
from engine.device import n_cores
from engine.labelled import LabelledSet
from engine.storage import LibraryFolder
from engine.tuning.boxes import describe_files


def ended(steps: Any) -> Any:
    """What a generator returns."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value


@dataclass(frozen=True, slots=True)
class Photos:
    """Photos of a library: descriptors float32 [n, D], L2 = 1, paths, and hashes of their contents."""

    descriptors: NDArray[np.float32]
    paths: tuple[str, ...]
    hashes: tuple[bytes, ...]

    def below(self, folder: Path) -> list[int]:
        """The rows of the photos below a folder."""
        return [row for row, path in enumerate(self.paths) if Path(path).is_relative_to(folder)]


@dataclass(frozen=True, slots=True)
class SetRows:
    """A labelled set as rows of `Photos`.

    `instances` tells for each row of `rows` what it shows, and `ignored` instance -> those that may show the same.
    """

    name: str
    rows: NDArray[np.int64]
    instances: NDArray[np.str_]
    ignored: dict[str, frozenset[str]]

    def queries(self, others: Sequence[int]) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.bool_]]]:
        """Each photo of the set, the rows it is compared with (the set and the others), and which of these are right.

        Photos that may show the same are left out, as is the photo itself.
        """
        gallery = np.concatenate([self.rows, np.asarray(others, dtype=np.int64)])
        instances = np.concatenate([self.instances, np.full(len(others), "")])
        for position, row in enumerate(self.rows.tolist()):
            mine = self.instances[position]
            counts = ~np.isin(instances, list(self.ignored.get(str(mine), frozenset())))
            counts[position] = False
            yield row, gallery[counts], instances[counts] == mine


def read_photos(library: Path) -> Photos:
    """All described photos of a library that nobody has open, by path."""
    catalogue = Catalogue.open(LibraryFolder(library), read_only=True)
    try:
        model = catalogue.descriptors.active_model()
        if model is None:
            raise SystemExit(f"Nothing is indexed in {library}.")
        photos = [photo for folder in catalogue.folders.all() for photo in catalogue.photos_of(folder.folder_id)]
        photos.sort(key=lambda photo: photo.path)
        ids = np.unique(np.array([photo.content_id for photo in photos], dtype=np.int64))
        known, vectors = catalogue.descriptors.of_contents(model, ids)
        row_of = {content_id: row for row, content_id in enumerate(known.tolist())}
        photos = [photo for photo in photos if photo.content_id in row_of]
        rows = [row_of[photo.content_id] for photo in photos]
        return Photos(vectors[rows], tuple(photo.path for photo in photos), tuple(photo.hash for photo in photos))
    finally:
        catalogue.close()


def read_set(photos: Photos, folder: Path) -> SetRows:
    """A folder FOLDER/<instance>/<photo> of the library."""
    one = LabelledSet.open(str(folder), ())
    found = [(row, instance) for row in photos.below(folder.resolve())
             if (instance := one.instance_of(photos.paths[row])) is not None]
    if not found:
        raise SystemExit(f"The library holds no photos of {folder}.")
    rows = np.array([row for row, _ in found], dtype=np.int64)
    return SetRows(one.name, rows, np.array([instance for _, instance in found]), one.ignored)


def describe(
    card: ModelCard, requests: list[tuple[int, DecodeRequest]]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Describe pictures, given with rows -> descriptors float32 [n, D] and the rows of those that could be read."""
    runner = runner_of("auto", card)
    with Decoders(n_cores()) as decoders:
        vectors, rows = ended(describe_files(requests, runner, decoders, card.dim))
    runner.close()
    return vectors, rows
