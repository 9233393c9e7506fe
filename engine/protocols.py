"""Measuring retrieval by published protocols, with the descriptors and the expansion of the program. Engine thread.

The pictures are indexed into a library of their own; rankings are exact and of the whole gallery, as the protocols ask
for. What is right is the business of `ground_truth`, how good a ranking is that of `measures`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine.accelerate import Runner
from engine.actnet.checkpoint import ModelCard
from engine.decoders import Decoders
from engine.describe import multi_scale
from engine.errors import GroundTruthError
from engine.expansion import Ids
from engine.gallery import DescriptorFile, Gallery, Rankings
from engine.ground_truth import GroundTruth, Judged, ProtocolQuery, read_ground_truth
from engine.indexing import index_folders
from engine.library import Library
from engine.measures import ProtocolTally, without_junk
from engine.messages import EvaluateProtocol, Phase, Progress
from engine.records import Photo
from engine.search import Searcher
from engine.types import Box, Query
from engine.worker import Steps


def evaluate_protocol(job: EvaluateProtocol, card: ModelCard, runner: Runner, decoders: Decoders) -> Steps:
    """Steps of an evaluation; returns {"model", "protocol", "photos", ..., "difficulties": {name: {...}}}.

    Raises:
        GroundTruthError: the protocol's files are missing or not as documented, or a query picture cannot be read.
    """
    truth = read_ground_truth(job.protocol, job.folder)
    distractors = None if job.distractors is None else DescriptorFile(Path(job.distractors), card.dim)
    if distractors is not None and job.augment:
        raise GroundTruthError("A gallery with a file of descriptors cannot be augmented.", job.distractors)
    rule = card.rule
    if job.multi_scale:
        runner, rule = multi_scale(runner, rule)
    with tempfile.TemporaryDirectory(prefix="resight-evaluate-") as folder:
        library = Library(Path(folder) / "library", card)
        try:
            yield from index_folders(library, runner, decoders, rule, (job.folder,))
            asking = _Asking(job, truth, library, distractors)
            yield from asking.run(Searcher(library, lambda: runner, decoders, rule))
            return asking.report(card.model_id)
        finally:
            library.close()


class _Asking:
    """The queries of a protocol and what came of them."""

    def __init__(
        self, job: EvaluateProtocol, truth: GroundTruth, library: Library, distractors: DescriptorFile | None
    ) -> None:
        self._job = job
        self._truth = truth
        self._photos = _photos_by_name(truth, library)
        content_ids = {self._photos[name].content_id for name in truth.gallery if name in self._photos}
        found, vectors = library.catalogue.descriptors.of_contents(
            library.model, np.array(sorted(content_ids), dtype=np.int64)
        )
        row_of = {content_id: row for row, content_id in enumerate(found.tolist())}
        names = [name for name in truth.gallery if name in self._photos and self._photos[name].content_id in row_of]
        rows = [row_of[self._photos[name].content_id] for name in names]
        self._positions = {name: position for position, name in enumerate(names)}
        self._n_distractors = 0 if distractors is None else len(distractors)
        self._rankings = Rankings(Gallery(vectors[rows], distractors), expand=job.expand, augment=job.augment)
        self._tallies = {difficulty: ProtocolTally() for difficulty in truth.difficulties}

    def run(self, searcher: Searcher) -> Iterator[Progress]:
        """Ask every query."""
        for done, query in enumerate(self._truth.queries, start=1):
            descriptor = searcher.describe(self._query(query)).descriptor
            own = self._positions.get(query.name) if query.is_excluded else None
            positions, _ = self._rankings.rank(descriptor, own)
            rank_of = np.full(len(self._positions) + self._n_distractors, -1, dtype=np.int64)
            rank_of[positions] = np.arange(len(positions))
            for difficulty, judged in query.answers.items():
                self._tallies[difficulty].add(self._right_ranks(judged, rank_of), len(judged.right))
            yield Progress(0, Phase.MEASURING, done, len(self._truth.queries), folder=self._job.folder)

    def _query(self, query: ProtocolQuery) -> Query:
        photo = self._photos.get(query.name)
        if photo is None:
            path = self._truth.pictures[query.name]
            raise GroundTruthError(f"The query picture {path} cannot be read. Unpack it again.", path)
        if query.box_px is None:
            return Query(photo_id=photo.photo_id)
        try:
            box = Box.from_pixels(*query.box_px, photo.width_px, photo.height_px)
        except ValueError as error:
            raise GroundTruthError(f"The box of the query {query.name} lies outside of its picture.") from error
        return Query(photo_id=photo.photo_id, box=box)

    def _right_ranks(self, judged: Judged, rank_of: Ids) -> list[int]:
        right, junk = (
            sorted(int(rank_of[self._positions[name]]) for name in names if name in self._positions)
            for names in (judged.right, judged.junk)
        )
        return without_junk(right, junk)

    def report(self, model: str) -> dict[str, Any]:
        """What `resight evaluate --protocol --json` prints; shares are fractions 0..1."""
        return {
            "model": model,
            "protocol": self._job.protocol,
            "photos": len(self._truth.gallery),
            "unreadable": len(self._truth.gallery) - len(self._positions),
            "distractors": self._n_distractors,
            "difficulties": {difficulty: tally.summary() for difficulty, tally in self._tallies.items()},
        }


def _photos_by_name(truth: GroundTruth, library: Library) -> dict[str, Photo]:
    """The indexed pictures of a protocol, by their names without suffix."""
    name_of = {path: name for name, path in truth.pictures.items()}
    photos = [
        photo
        for folder in library.catalogue.folders.all()
        for photo in library.catalogue.photos_of(folder.folder_id)
    ]
    return {name_of[photo.path]: photo for photo in photos if photo.path in name_of}
