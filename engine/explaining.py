"""Why a photo is among the hits of a search, or is not. Engine thread."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.describing import Described
from engine.errors import PhotoError
from engine.library import Library
from engine.messages import Explain, Explanation, Search, Verdict
from engine.ranking import Ranker
from engine.records import Folder, Photo
from engine.rules import Rules
from engine.scan import may_be_a_picture
from engine.search import Searcher
from engine.types import Query

_SEPARATOR = os.fsencode(os.sep)
_ALL = 1 << 62
_TOLERANCE = 1e-6  # of float32 sums in another order


class Explainer:
    """Explains searches in a library.

    Args:
        library: where was searched.
        searcher: searches it.
    """

    def __init__(self, library: Library, searcher: Searcher) -> None:
        self._library = library
        self._catalogue = library.catalogue
        self._searcher = searcher
        self._ranker = Ranker(library)

    def explain(self, job: Explain) -> Explanation:
        """What the search knows of the photo.

        Raises:
            QueryError, PhotoError: the query itself cannot be answered.
        """
        path = os.path.abspath(job.path)
        search = replace(job.search, min_score=0.0, closely=False, stacks=False)
        photo = self._catalogue.photo_at(path)
        descriptors, model = self._catalogue.descriptors, self._library.model
        if photo is not None and descriptors.of_content(model, photo.content_id) is not None:
            found = self._of_indexed(search, photo, job.search.min_score)
        else:
            found = self._of_unindexed(search, path)
        return replace(found, min_score=job.search.min_score)

    # ---- photos that are searched ----

    def _of_indexed(self, search: Search, photo: Photo, min_score: float) -> Explanation:
        found = Explanation(
            photo.path, Verdict.SHOWN, photo_id=photo.photo_id, online=photo.online and not photo.missing,
            detail="" if photo.online else photo.drive,
        )  # fmt: skip
        for hit in self._searcher.search(search).hits:
            if hit.photo_id == photo.photo_id or photo.path in hit.also:
                verdict = Verdict.SHOWN if hit.score >= min_score else Verdict.BELOW
                copy = "" if hit.photo_id == photo.photo_id else hit.path
                return replace(
                    found, verdict=verdict, rank=hit.rank, score=hit.score, copy=copy, photo_id=hit.photo_id
                )
        wanted, without = self._searcher.understand(search)
        ids, scores = self._rank_all(search, wanted, without)
        places = np.flatnonzero(ids == photo.content_id)
        if photo.hash in wanted[0].marks.different:
            score = None if not len(places) else _score(scores[places[0]])
            return replace(found, verdict=Verdict.HIDDEN, score=score)
        if not len(places):
            return replace(found, verdict=Verdict.WITHOUT)
        score = _score(scores[places[0]])
        verdict = Verdict.BELOW if score < min_score else Verdict.BEYOND
        return replace(found, verdict=verdict, rank=int(places[0]) + 1, score=score)

    def _rank_all(
        self, search: Search, wanted: Sequence[Described], without: Sequence[Described]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Every content, best first, as the search compares them: ids int64 [n], scores float32 [n]."""
        n_rows = max(search.k, self._library.index.n_rows)
        return self._ranker.rank(wanted, without, k=n_rows, exact=True, expand=search.expand)

    # ---- photos that are not ----

    def _of_unindexed(self, search: Search, path: str) -> Explanation:
        """A photo without a descriptor: why it has none, and what rank and score it would have."""
        found = self._state(path)
        if found.verdict in (Verdict.GONE, Verdict.OFFLINE, Verdict.FAILED, Verdict.NOT_A_PICTURE):
            return found
        wanted, without = self._searcher.understand(search)
        try:
            expected = self._searcher.describe(Query(path=path))
        except PhotoError as error:
            return replace(found, verdict=Verdict.FAILED, detail=error.sentence)
        copies = [] if expected.content_id is None else self._catalogue.copies(expected.content_id, 1)
        found = replace(found, copy=copies[0].path if copies else "")
        if len(wanted) > 1 or without or wanted[0].is_part:
            return found  # of a part, a photo's regions tell, which it has none of yet
        similarity = float((wanted[0].variants @ expected.descriptor).max())
        _, scores = self._rank_all(replace(search, expand=False), wanted, without)
        better = int(np.count_nonzero(scores > similarity + _TOLERANCE))
        return replace(found, rank=better + 1, score=_score(similarity))

    def _state(self, path: str) -> Explanation:
        """Why there is no descriptor of a file."""
        folder = self._folder(path)
        if folder is None:
            return Explanation(path, Verdict.OUTSIDE if os.path.isfile(path) else Verdict.GONE)
        relative = os.fsencode(path[len(os.path.join(folder.path, "")) :])
        excluded = self._catalogue.excluded
        if (left_out := _left_out(excluded.rules(folder.folder_id), relative)) is not None:
            return Explanation(path, Verdict.EXCLUDED, detail=os.path.join(folder.path, os.fsdecode(left_out)))
        if not folder.online:
            return Explanation(path, Verdict.OFFLINE, detail=folder.path, online=False)
        if not os.path.isfile(path):
            return Explanation(path, Verdict.GONE)
        failures = self._catalogue.failures(_ALL)
        if failure := next((one for one in failures if one.path == path), None):
            return Explanation(path, Verdict.FAILED, photo_id=failure.photo_id, detail=failure.sentence)
        if excluded.too_small(folder.folder_id, [relative]):
            return Explanation(path, Verdict.TOO_SMALL)
        if not may_be_a_picture(os.path.basename(path)):
            return Explanation(path, Verdict.NOT_A_PICTURE)
        return Explanation(path, Verdict.NEW, detail=folder.path)

    def _folder(self, path: str) -> Folder | None:
        """The innermost folder of the library that a file lies in."""
        around = [one for one in self._catalogue.folders.all() if path.startswith(os.path.join(one.path, ""))]
        return max(around, key=lambda folder: len(folder.path), default=None)


def _left_out(rules: Rules, path: bytes) -> bytes | None:
    """The folder, or the file itself, that the rules leave out on the way to a file; None if they take it."""
    *folders, name = path.split(_SEPARATOR)
    for depth in range(1, len(folders) + 1):
        folder = _SEPARATOR.join(folders[:depth])
        if not rules.takes_folder(folder):
            return folder
    return None if rules.takes_file(os.fsdecode(name)) else path


def _score(similarity: float) -> float:
    return min(max(float(similarity), 0.0), 1.0)
