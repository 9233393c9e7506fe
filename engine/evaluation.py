"""Measuring retrieval: labelled sets are indexed into a library of their own and searched as a user would.

Descriptors, index, search and expansion are those of the program.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.accelerate import Runner
from engine.actnet.checkpoint import ModelCard
from engine.decode import DecodeRequest
from engine.decoders import Decoders
from engine.describe import multi_scale
from engine.describing import Described
from engine.errors import FolderError
from engine.gallery import Gallery, Rankings
from engine.indexing import index_folders
from engine.labelled import LabelledPhoto, LabelledSet, photos_of
from engine.library import Library
from engine.measures import Tally, mean
from engine.messages import Evaluate, Phase, Progress
from engine.records import Photo
from engine.search import Ranked, Searcher
from engine.transform import box_edges_px
from engine.types import Box, Query
from engine.worker import Steps

_BOX_ASPECTS = (0.7, 1.4)
_REMEMBERED = 4_000  # photos whose details are kept: 760 MB at most
_BOX_SEED = 20261123
_FULL_SIZE_PX = 1 << 20
_JPEG_QUALITY = 95


def evaluate(job: Evaluate, card: ModelCard, runner: Runner, decoders: Decoders) -> Steps:
    """Steps of an evaluation; returns {"model", "sets": {name: {...}}, "mean": {...}}. Engine thread.

    Raises:
        FolderError: a folder is missing or is no labelled set.
    """
    sets: list[LabelledSet] = []
    for path in job.sets:
        sets.append(LabelledSet.open(path, (known.name for known in sets)))
    rule = card.rule
    if job.multi_scale:
        runner, rule = multi_scale(runner, rule)
    with tempfile.TemporaryDirectory(prefix="resight-evaluate-") as folder:
        library = Library(Path(folder) / "library", card)
        try:
            roots = (*(one.root for one in sets), *map(os.path.abspath, job.distractors))
            yield from index_folders(library, runner, decoders, rule, roots)
            searcher = Searcher(library, lambda: runner, decoders, rule, _REMEMBERED)
            measuring = _Measuring(job, sets, library, searcher, decoders, Path(folder))
            yield from measuring.run()
            return measuring.report(card.model_id)
        finally:
            library.close()


class _Measuring:
    """The queries of one evaluation and what came of them."""

    def __init__(
        self, job: Evaluate, sets: list[LabelledSet], library: Library, searcher: Searcher, decoders: Decoders,
        folder: Path,
    ) -> None:
        self._job = job
        self._sets = sets
        self._library = library
        self._searcher = searcher
        self._decoders = decoders
        self._cut_outs = folder / "cut-outs"
        self._photos = {one.name: list(photos_of(one, library)) for one in sets}
        self._tallies = {one.name: Tally() for one in sets}
        self._per_instance: dict[str, dict[str, Tally]] = {one.name: {} for one in sets}

    def run(self) -> Iterator[Progress]:
        """Ask every query."""
        total = sum(map(len, self._photos.values()))
        done = 0
        for one in self._sets:
            boxes = random.Random(f"{_BOX_SEED} {one.name}")  # reproducible, not secret
            answers = self._answers(one)
            for photo in self._photos[one.name]:
                if self._job.box_area is None:
                    self._ask_whole(one, photo, answers)
                else:
                    self._ask_box(one, photo, random_box(boxes, self._job.box_area, photo.aspect), answers)
                done += 1
                yield Progress(0, Phase.MEASURING, done, total, folder=one.root)

    def _answers(self, one: LabelledSet) -> _LibraryAnswers | _ExactAnswers:
        """What answers the queries of a set: the photos of this set and the distractors, or of all sets together."""
        others = [] if self._job.together else [other for other in self._sets if other is not one]
        if self._job.expand or self._job.augment:
            return _ExactAnswers(self._job, self._library, others)
        return _LibraryAnswers(self._searcher, self._library.catalogue.n_photos(), others)

    def _ask_whole(
        self, one: LabelledSet, photo: LabelledPhoto, answers: _LibraryAnswers | _ExactAnswers
    ) -> None:
        """Leave one out: the photo queries all others; photos of its instance are right."""
        query = Query(photo_id=photo.photo_id)
        right = []
        skipped = one.ignored.get(photo.instance, frozenset())
        described = self._searcher.describe(query)
        ranking = answers.rank(described)
        if self._job.closely:
            ranking = self._searcher.look_closely([described], ranking)
        for ranked in ranking:
            instance = one.instance_of(ranked.photo.path)
            if ranked.photo.photo_id != photo.photo_id and instance not in skipped:
                right.append(instance == photo.instance)
        if any(right):
            self._add(one, photo, right)

    def _ask_box(
        self, one: LabelledSet, photo: LabelledPhoto, box: Box, answers: _LibraryAnswers | _ExactAnswers
    ) -> None:
        """A cut-out, stored as a picture of its own so that nothing outside it can be seen: its photo is right."""
        query = Query(path=str(self._cut_out(photo, box)))
        described = self._searcher.describe(query, cut_from_share=box.area)
        ranking = answers.rank(described)
        if self._job.closely:
            ranking = self._searcher.look_closely([described], ranking, cut_from_share=box.area)
        right = [ranked.photo.photo_id == photo.photo_id for ranked in ranking]
        self._add(one, photo, right)
        centre = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
        for ranked in ranking[:10]:
            if ranked.photo.photo_id == photo.photo_id and ranked.box is not None:
                self._tallies[one.name].centred.append(ranked.box.contains(*centre))

    def _add(self, one: LabelledSet, photo: LabelledPhoto, right: Sequence[bool]) -> None:
        self._tallies[one.name].add(right)
        self._per_instance[one.name].setdefault(photo.instance, Tally()).add(right)

    def _cut_out(self, photo: LabelledPhoto, box: Box) -> Path:
        from PIL import Image

        picture = self._decoders.decode(DecodeRequest(photo.path, picture_px=_FULL_SIZE_PX)).picture
        if picture is None:
            raise FolderError(f"{photo.path} could not be read for cutting out a box.", photo.path)
        height, width, _ = picture.shape
        left, top, right, bottom = box_edges_px(width, height, box)
        self._cut_outs.mkdir(exist_ok=True)
        target = self._cut_outs / f"{photo.photo_id}.jpg"
        Image.fromarray(picture[top:bottom, left:right]).save(target, "JPEG", quality=_JPEG_QUALITY)
        return target

    def report(self, model: str) -> dict[str, Any]:
        """What `resight evaluate --json` prints; shares are fractions 0..1."""
        results: dict[str, dict[str, Any]] = {}
        for one in self._sets:
            photos = self._photos[one.name]
            results[one.name] = {
                "photos": len(photos),
                "instances": len({photo.instance for photo in photos}),
                **self._tallies[one.name].summary(),
            }
            if self._job.per_instance:
                results[one.name]["per_instance"] = {
                    instance: tally.summary() for instance, tally in sorted(self._per_instance[one.name].items())
                }
        measures = ("mAP", "recall@1", "recall@10", "box_centre_rate")
        means = {measure: mean(result[measure] for result in results.values()) for measure in measures}
        return {"model": model, "sets": results, "mean": means}


class _LibraryAnswers:
    """Rankings of all photos that may answer, by the library's own search."""

    def __init__(self, searcher: Searcher, n_photos: int, others: Sequence[LabelledSet]) -> None:
        self._searcher = searcher
        self._n_photos = n_photos
        self._others = others

    def rank(self, described: Described) -> list[Ranked]:
        """Every photo that may answer, best first."""
        ranking = self._searcher.rank([described], self._n_photos)
        return [ranked for ranked in ranking if not _is_of(self._others, ranked.photo)]


class _ExactAnswers:
    """Rankings in a gallery that holds nothing but what may answer, since other photos must not help either."""

    def __init__(self, job: Evaluate, library: Library, others: Sequence[LabelledSet]) -> None:
        contents: dict[int, list[Photo]] = {}
        for folder in library.catalogue.folders.all():
            for photo in library.catalogue.photos_of(folder.folder_id):
                if not _is_of(others, photo):
                    contents.setdefault(photo.content_id, []).append(photo)
        content_ids, vectors = library.catalogue.descriptors.of_contents(
            library.model, np.array(sorted(contents), dtype=np.int64)
        )
        self._photos = [contents[content_id] for content_id in content_ids.tolist()]
        self._positions = {content_id: position for position, content_id in enumerate(content_ids.tolist())}
        self._rankings = Rankings(Gallery(vectors), expand=job.expand, augment=job.augment)

    def rank(self, described: Described) -> list[Ranked]:
        """Every photo that may answer, best first; the query's own first of all, as in a search."""
        own = None if described.content_id is None else self._positions.get(described.content_id)
        ranking = [] if own is None else [Ranked(photo, 1.0, (described.query.box,)) for photo in self._photos[own]]
        positions, scores = self._rankings.rank(described.descriptor, own)
        for position, score in zip(positions.tolist(), scores.tolist(), strict=True):
            ranking += [Ranked(photo, min(max(score, 0.0), 1.0), (None,)) for photo in self._photos[position]]
        return ranking


def _is_of(sets: Iterable[LabelledSet], photo: Photo) -> bool:
    return any(one.instance_of(photo.path) for one in sets)


def random_box(source: random.Random, area: float, photo_aspect: float) -> Box:
    """A box of this share of the picture's area, at a random place, 0.7 to 1.4 times as wide as high where it fits."""
    aspect = source.uniform(*_BOX_ASPECTS) / photo_aspect
    width = min(1.0, max(area, (area * aspect) ** 0.5))
    height = min(1.0, area / width)
    x0, y0 = source.uniform(0, 1 - width), source.uniform(0, 1 - height)
    return Box(x0, y0, min(1.0, x0 + width), min(1.0, y0 + height))
