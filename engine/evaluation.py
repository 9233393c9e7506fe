"""Measuring retrieval: labelled sets are indexed into a library of their own and searched as a user would.

A set is a folder FOLDER/<instance>/<photo>: photos in one subfolder show the same thing. Ranking, precision and recall
are pure functions; the descriptors, the index and the search are those of the program.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.accelerate import Runner
from engine.actnet.checkpoint import ModelCard
from engine.decode import DecodeRequest
from engine.decoders import Decoders
from engine.errors import FolderError
from engine.indexing import index_folders
from engine.library import Library
from engine.messages import Evaluate, Phase, Progress
from engine.search import Described, Ranked, Searcher
from engine.transform import box_edges_px
from engine.types import Box, Query
from engine.worker import Steps

IGNORE_FILE = "IGNORE.tsv"
_BOX_ASPECTS = (0.7, 1.4)
_BOX_SEED = 20261123
_FULL_SIZE_PX = 1 << 20
_JPEG_QUALITY = 95


# ---- the measures, as pure functions --------------------------------------------------------------------------------


def average_precision(right: Sequence[bool]) -> float:
    """Mean over the right hits of the precision at their rank; 0..1. `right` is the whole ranking, best first.

    The definition of the Oxford and Holidays protocols without interpolation: all right answers are in the ranking.
    """
    precisions: list[float] = []
    for rank, is_right in enumerate(right, start=1):
        if is_right:
            precisions.append((len(precisions) + 1) / rank)
    return sum(precisions) / len(precisions) if precisions else 0.0


def recall_at(right: Sequence[bool], k: int) -> float:
    """1 if one of the first k hits is right, else 0."""
    return float(any(right[:k]))


@dataclass(slots=True)
class Tally:
    """Sums over queries; `summary` gives the means as fractions 0..1."""

    precisions: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    top_ten: list[float] = field(default_factory=list)
    centred: list[bool] = field(default_factory=list)

    def add(self, right: Sequence[bool]) -> None:
        self.precisions.append(average_precision(right))
        self.first.append(recall_at(right, 1))
        self.top_ten.append(recall_at(right, 10))

    def summary(self) -> dict[str, float | int | None]:
        return {
            "queries": len(self.precisions),
            "mAP": _mean(self.precisions),
            "recall@1": _mean(self.first),
            "recall@10": _mean(self.top_ten),
            "box_centre_rate": _mean(self.centred),
        }


def _mean(values: Iterable[float | int | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 6) if known else None


# ---- labelled sets --------------------------------------------------------------------------------------------------


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
        return cls(name, root, _read_ignored(Path(root) / IGNORE_FILE))

    def instance_of(self, path: str) -> str | None:
        """Which instance a photo shows, or None if it is not of this set."""
        prefix = os.path.join(self.root, "")
        parts = path[len(prefix) :].split(os.sep) if path.startswith(prefix) else []
        return parts[0] if len(parts) > 1 else None


def _read_ignored(path: Path) -> dict[str, frozenset[str]]:
    """Instance -> the others of its group, from tab-separated lines of one group each."""
    ignored: dict[str, frozenset[str]] = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            group = frozenset(name.strip() for name in line.split("\t") if name.strip())
            for name in group:
                ignored[name] = ignored.get(name, frozenset()) | (group - {name})
    return ignored


# ---- the evaluation -------------------------------------------------------------------------------------------------


def evaluate(job: Evaluate, card: ModelCard, runner: Runner, decoders: Decoders) -> Steps:
    """Steps of an evaluation; returns {"model", "sets": {name: {...}}, "mean": {...}}. Engine thread.

    Raises:
        FolderError: a folder is missing or is no labelled set.
    """
    sets: list[LabelledSet] = []
    for path in job.sets:
        sets.append(LabelledSet.open(path, (known.name for known in sets)))
    with tempfile.TemporaryDirectory(prefix="resight-evaluate-") as folder:
        library = Library(Path(folder) / "library", card)
        try:
            roots = (*(one.root for one in sets), *map(os.path.abspath, job.distractors))
            yield from index_folders(library, runner, decoders, card.rule, roots)
            searcher = Searcher(library, lambda: runner, decoders, card.rule)
            measuring = _Measuring(job, sets, library, searcher, decoders, Path(folder))
            yield from measuring.run()
            return measuring.report(card.model_id)
        finally:
            library.close()


@dataclass(frozen=True, slots=True)
class _Labelled:
    photo_id: int
    path: str
    instance: str
    aspect: float


class _Measuring:
    """The queries of one evaluation and what came of them."""

    def __init__(
        self, job: Evaluate, sets: list[LabelledSet], library: Library, searcher: Searcher, decoders: Decoders,
        folder: Path,
    ) -> None:
        self._job = job
        self._sets = sets
        self._searcher = searcher
        self._decoders = decoders
        self._cut_outs = folder / "cut-outs"
        self._gallery = library.catalogue.n_photos()
        self._photos = {one.name: list(_photos_of(one, library)) for one in sets}
        self._tallies = {one.name: Tally() for one in sets}
        self._per_instance: dict[str, dict[str, Tally]] = {one.name: {} for one in sets}

    def run(self) -> Iterator[Progress]:
        """Ask every query."""
        total = sum(map(len, self._photos.values()))
        done = 0
        for one in self._sets:
            boxes = random.Random(f"{_BOX_SEED} {one.name}")  # reproducible, not secret
            for photo in self._photos[one.name]:
                if self._job.box_area is None:
                    self._ask_whole(one, photo)
                else:
                    self._ask_box(one, photo, random_box(boxes, self._job.box_area, photo.aspect))
                done += 1
                yield Progress(0, Phase.MEASURING, done, total, folder=one.root)

    def _ask_whole(self, one: LabelledSet, photo: _Labelled) -> None:
        """Leave one out: the photo queries all others; photos of its instance are right."""
        query = Query(photo_id=photo.photo_id)
        right = []
        skipped = one.ignored.get(photo.instance, frozenset())
        for ranked in self._ranking(one, self._searcher.describe(query), query):
            instance = one.instance_of(ranked.photo.path)
            if ranked.photo.photo_id != photo.photo_id and instance not in skipped:
                right.append(instance == photo.instance)
        if any(right):
            self._add(one, photo, right)

    def _ask_box(self, one: LabelledSet, photo: _Labelled, box: Box) -> None:
        """A cut-out, stored as a picture of its own so that nothing outside it can be seen: its photo is right."""
        query = Query(path=str(self._cut_out(photo, box)))
        described = self._searcher.describe(query, cut_from_share=box.area)
        ranking = self._ranking(one, described, query)
        right = [ranked.photo.photo_id == photo.photo_id for ranked in ranking]
        self._add(one, photo, right)
        centre = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
        for ranked in ranking[:10]:
            if ranked.photo.photo_id == photo.photo_id and ranked.box is not None:
                self._tallies[one.name].centred.append(ranked.box.contains(*centre))

    def _ranking(self, one: LabelledSet, described: Described, query: Query) -> list[Ranked]:
        """All photos that may answer: of this set and the distractors, or of all sets together."""
        ranking = self._searcher.rank(described, query, self._gallery)
        if self._job.together:
            return ranking
        others = [other for other in self._sets if other is not one]
        return [ranked for ranked in ranking if not any(other.instance_of(ranked.photo.path) for other in others)]

    def _add(self, one: LabelledSet, photo: _Labelled, right: Sequence[bool]) -> None:
        self._tallies[one.name].add(right)
        self._per_instance[one.name].setdefault(photo.instance, Tally()).add(right)

    def _cut_out(self, photo: _Labelled, box: Box) -> Path:
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
        mean = {measure: _mean(result[measure] for result in results.values()) for measure in measures}
        return {"model": model, "sets": results, "mean": mean}


def _photos_of(one: LabelledSet, library: Library) -> Iterator[_Labelled]:
    """The indexed photos of a set, by path."""
    folder = library.catalogue.folders.find(one.root)
    if folder is None:
        raise FolderError(f"{one.root} lies inside another of the folders to measure. Name each folder once.", one.root)
    for photo in sorted(library.catalogue.photos_of(folder.folder_id), key=lambda photo: photo.path):
        instance = one.instance_of(photo.path)
        if instance is not None:
            yield _Labelled(photo.photo_id, photo.path, instance, photo.width_px / photo.height_px)


def random_box(source: random.Random, area: float, photo_aspect: float) -> Box:
    """A box of this share of the picture's area, at a random place, 0.7 to 1.4 times as wide as high where it fits."""
    aspect = source.uniform(*_BOX_ASPECTS) / photo_aspect
    width = min(1.0, max(area, (area * aspect) ** 0.5))
    height = min(1.0, area / width)
    x0, y0 = source.uniform(0, 1 - width), source.uniform(0, 1 - height)
    return Box(x0, y0, min(1.0, x0 + width), min(1.0, y0 + height))
