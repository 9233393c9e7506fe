"""From a query to ranked hits: describe it, find the nearest contents, turn them into photos. Engine thread."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.accelerate import Runner
from engine.alike import first_of_each
from engine.closely import CloseLook, Wanted
from engine.decode import DecodeRequest
from engine.decoders import Decoders
from engine.describe import check_descriptors
from engine.errors import QueryError, UnknownPhoto
from engine.expansion import Ids, Vectors, look_further
from engine.feedback import refined
from engine.label_table import NO_MARKS, Marks
from engine.library import Library
from engine.messages import N_CLOSELY, Feedback, Locate, Search
from engine.records import Photo
from engine.transform import InputRule
from engine.types import Box, Hit, Located, Query, SearchResult, raised

MAX_HITS = 100_000
N_STACKED = 1000
"""How many contents are compared with each other for near-identical shots: 30 ms more in a search."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A photo in a ranking: its score 0..1, where the query was found in it, or None, and its other files."""

    photo: Photo
    score: float
    box: Box | None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """A query as a descriptor, float32 [D] of unit length, and the content it shows, if that is in the library.

    `content_hash` is that of its file, and `marks` are what the user has said of the query.
    """

    descriptor: NDArray[np.float32]
    content_id: int | None
    content_hash: bytes = b""
    marks: Marks = NO_MARKS


class Searcher:
    """Answers searches in a library.

    Args:
        library: where to look.
        runner: gives the runner, or raises if there is none yet; only called for pictures that must be described.
        decoders: the pool for interactive work.
        rule: the model's input rule.
    """

    def __init__(
        self, library: Library, runner: Callable[[], Runner], decoders: Decoders, rule: InputRule
    ) -> None:
        self._library = library
        self._catalogue = library.catalogue
        self._runner = runner
        self._decoders = decoders
        self._rule = rule
        self._close_look = CloseLook(decoders)

    def search(self, job: Search) -> SearchResult:
        """The hits for a query, best first; the query photo itself, if it is in the library, comes first.

        Raises:
            QueryError, PhotoError: the query cannot be answered; the sentence says why.
        """
        if job.k < 1:
            raise QueryError("The number of hits to show must be at least 1.")
        started = time.perf_counter()
        described = self.describe(job.query)
        if job.feedback is not None:
            described = self._refined(described, job.feedback)
        k = min(job.k, MAX_HITS)
        n_needed = max(k, N_CLOSELY) if job.closely else k
        ranking = self._rank_as_one(described, job, n_needed)
        if job.closely:
            ranking = self.look_closely(job.query, ranking)[:k]
        good = [ranked for ranked in ranking if ranked.score >= job.min_score]
        n_pairs = self._catalogue.raw_pairs.n_pairs()
        stacks = self._stacks(good) if job.stacks else {}
        return SearchResult(
            query=job.query,
            hits=tuple(
                self._hit(rank, ranked, described.marks, stacks.get(ranked.photo.content_id, 0))
                for rank, ranked in enumerate(good, start=1)
            ),
            searched=max(0, self._catalogue.n_searchable(self._library.model.model_id) - n_pairs),
            total=self._catalogue.n_photos() - n_pairs,
            elapsed_ms=round((time.perf_counter() - started) * 1000, 2),
            exact=job.exact,
            hidden=len(described.marks.different),
        )

    # ---- the query as a descriptor ----

    def describe(self, query: Query, cut_from_share: float | None = None) -> Described:
        """The query's descriptor: the stored one for a whole photo of the library, else made now.

        Args:
            query: a picture file or a photo, whole or a box.
            cut_from_share: where the picture is a cut-out, the share of its photo's area that it had: it then
                enters the network at the scale that a box of this size would.
        """
        path, photo = self._source(query)
        if photo is not None and query.box is None and _is_unchanged(photo):
            stored = self._catalogue.descriptors.of_content(self._library.model, photo.content_id)
            if stored is not None:
                return Described(stored, photo.content_id, photo.hash, self._catalogue.labels.marks(photo.hash, None))
        return self._describe_file(path, query.box, cut_from_share)

    def _source(self, query: Query) -> tuple[str, Photo | None]:
        """The file that a query's picture is read from, and the photo of the library that it is, if it is one."""
        if query.path is not None:
            return query.path, self._catalogue.photo_at(query.path)
        photo = None if query.photo_id is None else self._catalogue.photo(query.photo_id)
        if photo is None:
            raise UnknownPhoto("This photo is no longer in the library. Search again to see what is.")
        return photo.path, photo

    def _describe_file(self, path: str, box: Box | None, cut_from_share: float | None) -> Described:
        runner = self._runner()
        rule = self._rule
        if cut_from_share is not None:
            rule = replace(rule, area_px=int(max(rule.area_px * cut_from_share, rule.min_box_area_px)))
        decoded = self._decoders.decode(DecodeRequest(path, rule=rule, box=box))
        if decoded.rgb is None:
            raise QueryError("The picture could not be prepared for searching. Try another one.", path)
        descriptor = runner.describe([decoded.rgb])
        check_descriptors(descriptor, self._library.model.dim)
        content = self._catalogue.content_by_hash(decoded.content_hash)
        marks = self._catalogue.labels.marks(decoded.content_hash, box)
        content_id = None if content is None else content.content_id
        return Described(descriptor[0], content_id, decoded.content_hash, marks)

    def _refined(self, described: Described, feedback: Feedback) -> Described:
        """The query made better by what is the same and what is not, which counts as if it were labelled so."""
        same, different = ([self.describe(query) for query in some] for some in (feedback.same, feedback.different))
        empty = np.empty((0, len(described.descriptor)), np.float32)
        vectors = (np.stack([one.descriptor for one in some]) if some else empty for some in (same, different))
        hidden = frozenset(one.content_hash for one in different)
        marks = Marks(
            (described.marks.same | {one.content_hash for one in same}) - hidden, described.marks.different | hidden
        )
        return replace(described, descriptor=refined(described.descriptor, *vectors), marks=marks)

    # ---- ranking ----

    def rank(
        self, described: Described, query: Query, k: int, *, exact: bool = False, expand: bool = False
    ) -> list[Ranked]:
        """Up to `k` photos for a described query, best first; with `expand` as `expansion.look_further` finds them."""
        if self._library.model.model_id < 0:
            return []
        contents = _Contents(self._library, exact)
        n_hidden = len(described.marks.different)
        if expand:
            content_ids, similarities = look_further(described.descriptor, contents, k + n_hidden, described.content_id)
        else:  # one more: the query's own content
            content_ids, similarities = contents.find(described.descriptor, k + n_hidden + 1)
        found = dict(zip(content_ids.tolist(), similarities.tolist(), strict=True))
        photos = self._catalogue.photos_by_content(found)
        ranking: list[Ranked] = []
        if described.content_id is not None:
            found.pop(described.content_id, None)
            ranking += self._own(described.content_id, query)
        for content_id, similarity in found.items():
            score = min(max(float(similarity), 0.0), 1.0)
            ranking += [
                Ranked(photo, score, None) for photo in photos.get(content_id, [])
                if photo.hash not in described.marks.different
            ]
            if len(ranking) >= k:
                break
        return ranking[:k]

    def _stacks(self, ranking: list[Ranked]) -> dict[int, int]:
        """Content id -> the photo id of the first hit that shows nearly the same, of the first `N_STACKED` contents.

        Of those after them only exact copies are known.
        """
        first_photos: dict[int, int] = {}
        for ranked in ranking:
            first_photos.setdefault(ranked.photo.content_id, ranked.photo.photo_id)
        compared = np.array(list(first_photos)[:N_STACKED], dtype=np.int64)
        ids, vectors = self._catalogue.descriptors.of_contents(self._library.model, compared)
        firsts = ids[first_of_each(vectors)]
        return first_photos | {
            content_id: first_photos[first] for content_id, first in zip(ids.tolist(), firsts.tolist(), strict=True)
        }

    def _rank_as_one(self, described: Described, job: Search, k: int) -> list[Ranked]:
        """As `rank`, but of a raw file and the JPEG beside it only what is more alike, which then names the other."""
        n_wanted = 2 * k if self._catalogue.raw_pairs.n_pairs() else k
        ranking = self.rank(described, job.query, n_wanted, exact=job.exact, expand=job.expand)
        partners = self._catalogue.raw_pairs.partners(ranked.photo.photo_id for ranked in ranking)
        named: set[int] = set()
        found: list[Ranked] = []
        for ranked in ranking:
            if ranked.photo.photo_id not in named:
                others = partners.get(ranked.photo.photo_id, [])
                named.update(photo_id for photo_id, _ in others)
                found.append(replace(ranked, also=tuple(path for _, path in others)))
        return found[:k]

    # ---- looking closely ----

    def look_closely(self, query: Query, ranking: list[Ranked], cut_from_share: float | None = None) -> list[Ranked]:
        """The ranking with the first `N_CLOSELY` hits checked: those in which the query was found have a box and a
        `raised` score, and go before.

        Raises:
            PhotoError, QueryError: the query's picture cannot be read.
        """
        wanted = Wanted(self._source(query)[0], query.box, cut_from_share)
        unchecked = [ranked for ranked in ranking[:N_CLOSELY] if ranked.score < 1.0 and ranked.photo.online]
        places = self._close_look.places(wanted, [ranked.photo.path for ranked in unchecked])
        found = {
            ranked.photo.photo_id: replace(ranked, score=raised(ranked.score, place.confidence), box=place.box)
            for ranked, place in zip(unchecked, places, strict=True)
            if place is not None
        }
        return sorted(
            (found.get(ranked.photo.photo_id, ranked) for ranked in ranking), key=lambda ranked: -ranked.score
        )

    def locate(self, job: Locate) -> tuple[Located, ...]:
        """Where the query is in photos of the library; those that are gone or in which it is not found are left out.

        Raises:
            PhotoError, QueryError: the query's picture cannot be read.
        """
        wanted = Wanted(self._source(job.query)[0], job.query.box)
        photos = [photo for photo_id in job.photo_ids if (photo := self._catalogue.photo(photo_id)) is not None]
        places = self._close_look.places(wanted, [photo.path for photo in photos])
        return tuple(
            Located(photo.photo_id, place.box, place.confidence)
            for photo, place in zip(photos, places, strict=True)
            if place is not None
        )

    def _own(self, content_id: int, query: Query) -> list[Ranked]:
        """The query photo itself and its copies. It matches itself entirely, and where the box was drawn."""
        own = self._catalogue.photos_by_content([content_id]).get(content_id, [])
        asked_path = None if query.path is None else os.path.abspath(query.path)
        own.sort(key=lambda photo: not (photo.photo_id == query.photo_id or photo.path == asked_path))
        return [Ranked(photo, 1.0, query.box) for photo in own]

    def _hit(self, rank: int, ranked: Ranked, marks: Marks, stack: int) -> Hit:
        photo = ranked.photo
        return Hit(
            rank=rank,
            photo_id=photo.photo_id,
            path=photo.path,
            score=ranked.score,
            box=ranked.box,
            thumbnail=self._library.thumbnail(photo),
            width_px=photo.width_px,
            height_px=photo.height_px,
            online=photo.online and not photo.missing,
            drive="" if photo.online else photo.drive,
            labelled_same=photo.hash in marks.same,
            taken=photo.shot.taken,
            camera=photo.shot.camera,
            stack=stack,
            also=ranked.also,
        )


class _Contents:
    """A library's contents as an `expansion.Searchable`; ids are content ids."""

    def __init__(self, library: Library, exact: bool) -> None:
        self._library = library
        self._find = library.index.exact if exact else library.index.find

    def find(self, query: Vectors, k: int) -> tuple[Ids, Vectors]:
        """See `Searchable.find`."""
        content_ids, similarities = self._find(query[None], k)
        return content_ids[0], similarities[0]

    def read(self, ids: Ids) -> tuple[Ids, Vectors]:
        """See `Searchable.read`."""
        return self._library.catalogue.descriptors.of_contents(self._library.model, ids)


def _is_unchanged(photo: Photo) -> bool:
    """Whether the file is as it was when it was described, or cannot be looked at now (its drive may be away)."""
    try:
        return os.stat(photo.path).st_mtime_ns == photo.mtime_ns
    except OSError:
        return True
