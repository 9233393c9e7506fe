"""Which photos a study learns from and which it measures on. No torch; any thread."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import StudyError
from engine.labelled import LabelledSet
from engine.messages import Study
from engine.scan import ScanProblem, scan_folder
from engine.study.measuring import MeasuredSet
from engine.training.dataset import UNLABELLED, Dataset, Split, TrainingPhoto, read_dataset
from engine.training.settings import TrainingSettings


@dataclass(frozen=True, slots=True)
class StudyPhotos:
    """The photos of a study.

    Args:
        split: those to learn from, and behind them those to measure on that nothing is learnt from.
        sets: what to measure on; its rows are positions in `split.everything`.
        distractors: positions of photos that are never right.
    """

    split: Split
    sets: tuple[MeasuredSet, ...]
    distractors: tuple[int, ...]


def read_photos(job: Study, settings: TrainingSettings) -> StudyPhotos:
    """The photos of a job: with sets of its own to measure on, or else with instances held out of what it learns from.

    Raises:
        DatasetError, FolderError: something is missing or cannot be read, or there is too little to learn from.
        StudyError: there is nothing to measure on, or a photo is named twice.
    """
    dataset = read_dataset(job.datasets, job.unlabelled, job.root)
    adding = _Adding(Split(dataset, dataset) if job.tests else dataset.split(settings.held_out, settings.seed))
    distractors = [row for folder in job.distractors for row in adding.add(_photos_below(folder))]
    if job.tests:
        sets = _labelled_sets(job.tests, adding)
    else:
        sets = _held_out_sets(adding.split)
        distractors += [row for row, photo in enumerate(adding.split.learnt.photos) if not photo.is_labelled]
    sets = [one for one in sets if one.queries()]
    if not sets:
        raise StudyError(
            "There is nothing to measure on: no two photos of the same thing. Name labelled folders with --test."
        )
    return StudyPhotos(adding.split, tuple(sets), tuple(distractors))


class _Adding:
    """A split that photos to measure on are added to."""

    def __init__(self, split: Split) -> None:
        self._learnt = split.learnt
        self._photos = list(split.everything.photos)
        self._known = {os.path.realpath(photo.path) for photo in self._photos}
        self._next_group = max(photo.group for photo in self._photos) + 1

    def add(self, paths: Sequence[str]) -> list[int]:
        """Their rows."""
        first = len(self._photos)
        for path in paths:
            real = os.path.realpath(path)
            if real in self._known:
                raise StudyError(
                    f"The photo {path} is in two of the folders. What is measured on must be in one only, and nothing "
                    "may be learnt from it.",
                    path,
                )
            self._known.add(real)
            self._photos.append(TrainingPhoto(path, UNLABELLED, self._next_group, 0))
            self._next_group += 1
        return list(range(first, len(self._photos)))

    @property
    def split(self) -> Split:
        """With all that was added."""
        return Split(Dataset(tuple(self._photos), self._learnt.sources), self._learnt)


def _labelled_sets(folders: Sequence[str], adding: _Adding) -> list[MeasuredSet]:
    sets: list[MeasuredSet] = []
    for folder in folders:
        one = LabelledSet.open(folder, [known.name for known in sets])
        found = [(path, thing) for path in _photos_below(one.root) if (thing := one.instance_of(path)) is not None]
        rows = adding.add([path for path, _ in found])
        sets.append(MeasuredSet(one.name, tuple(rows), tuple(thing for _, thing in found), one.ignored))
    return sets


def _held_out_sets(split: Split) -> list[MeasuredSet]:
    """Of each source of the data the photos held out."""
    photos, sets = split.everything.photos, []
    for number, name in enumerate(split.everything.sources):
        rows = [row for row in split.held_out if photos[row].source == number and photos[row].is_labelled]
        groups: dict[int, set[str]] = {}
        for row in rows:
            groups.setdefault(photos[row].group, set()).add(str(photos[row].instance))
        ignored = {thing: frozenset(things - {thing}) for things in groups.values() for thing in things}
        sets.append(MeasuredSet(name, tuple(rows), tuple(str(photos[row].instance) for row in rows), ignored))
    return sets


def _photos_below(folder: str) -> list[str]:
    """As a library finds them, in the order of their paths."""
    root, problems = os.path.abspath(folder), list[ScanProblem]()
    found = sorted(_scanned(root, problems))
    if problems:
        raise StudyError(problems[0].sentence, Path(root) / os.fsdecode(problems[0].path))
    return found


def _scanned(root: str, problems: list[ScanProblem]) -> Iterator[str]:
    for batch in scan_folder(root, problems=problems):
        for file in batch:
            yield os.path.join(root, os.fsdecode(file.path))
