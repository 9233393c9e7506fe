"""From a query to ranked hits: describe it, find the nearest contents, turn them into photos. Engine thread."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.accelerate import Runner
from engine.alike import first_of_each
from engine.closely import CloseLook, Sought, Spot
from engine.decoders import Decoders
from engine.describing import Described, Describer
from engine.errors import PhotoError, QueryError, UnknownPhoto
from engine.heat import SURE, HeatFinder, best_box, heat_values
from engine.label_table import Marks
from engine.library import Library
from engine.messages import N_BY_WINDOWS, N_CLOSELY, N_CLOSELY_FOR_PARTS, DrawHeat, Locate, Search
from engine.ranking import Ranker
from engine.records import Photo
from engine.transform import InputRule
from engine.types import Box, HeatMap, Hit, Located, Query, SearchResult, raised

MAX_HITS = 100_000
N_STACKED = 1000
"""How many contents are compared with each other for near-identical shots: 30 ms more in a search."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A photo in a ranking: its score 0..1, where each part of the query was found in it, or None, its other files."""

    photo: Photo
    score: float
    boxes: tuple[Box | None, ...]
    also: tuple[str, ...] = ()

    @property
    def box(self) -> Box | None:
        """Where the first part was found."""
        return self.boxes[0]


class Searcher:
    """Answers searches in a library.

    Args:
        library: where to look.
        runner: gives the runner, or raises if there is none yet; only called for pictures that must be described.
        decoders: the pool for interactive work.
        rule: the model's input rule.
        remembered: how many photos' details are kept for closer looks.
    """

    def __init__(
        self, library: Library, runner: Callable[[], Runner], decoders: Decoders, rule: InputRule,
        remembered: int = 250,
    ) -> None:
        self._library = library
        self._catalogue = library.catalogue
        self._describer = Describer(library, runner, decoders, rule)
        self._ranker = Ranker(library)
        self._close_look = CloseLook(decoders, remembered)
        self._heat = HeatFinder(runner, decoders, rule)
        self._last: tuple[Query, bool, Described] | None = None

    def search(self, job: Search) -> SearchResult:
        """The hits for a query, best first; the query photo itself, if it is in the library, comes first.

        Raises:
            QueryError, PhotoError: the query cannot be answered; the sentence says why.
        """
        if job.k < 1:
            raise QueryError("The number of hits to show must be at least 1.")
        started = time.perf_counter()
        wanted, without = self.understand(job)
        k = min(job.k, MAX_HITS)
        n_needed = max(k, _n_closely(wanted)) if job.closely else k
        ranking = self._rank_as_one(wanted, without, job, n_needed)
        if job.closely:
            ranking = self._without_found(without, ranking, job.turned)
            ranking = self.look_closely(wanted, ranking, turned=job.turned)[:k]
        good = [ranked for ranked in ranking if ranked.score >= job.min_score]
        n_pairs = self._catalogue.raw_pairs.n_pairs()
        stacks = self._stacks(good) if job.stacks else {}
        return SearchResult(
            query=job.query,
            hits=tuple(
                self._hit(rank, ranked, wanted[0].marks, stacks.get(ranked.photo.content_id, 0))
                for rank, ranked in enumerate(good, start=1)
            ),
            searched=max(0, self._catalogue.n_searchable(self._library.model.model_id) - n_pairs),
            total=self._catalogue.n_photos() - n_pairs,
            elapsed_ms=round((time.perf_counter() - started) * 1000, 2),
            exact=job.exact,
            hidden=len(wanted[0].marks.different),
            n_closely=_n_closely(wanted),
        )

    def understand(self, job: Search) -> tuple[list[Described], list[Described]]:
        """What a search wants to be in a photo, and what it does not; raises as `search`."""
        wanted = [self.describe(query, turned=job.turned) for query in (job.query, *job.also)]
        without = [self.describe(query, turned=job.turned) for query in job.without]
        if job.feedback is not None:
            wanted[0] = self._describer.refined(wanted[0], job.feedback)
        if job.weights:
            _check_weights(job)
            wanted = [replace(part, weight=weight) for part, weight in zip(wanted, job.weights, strict=True)]
        return wanted, without

    def describe(self, query: Query, *, cut_from_share: float | None = None, turned: bool = False) -> Described:
        """See `Describer.describe`."""
        return self._describer.describe(query, cut_from_share=cut_from_share, turned=turned)

    # ---- ranking ----

    def rank(
        self,
        wanted: Sequence[Described],
        k: int,
        *,
        without: Sequence[Described] = (),
        exact: bool = False,
        expand: bool = False,
    ) -> list[Ranked]:
        """Up to `k` photos for described queries, best first; see `Ranker.rank`."""
        if self._library.model.model_id < 0:
            return []
        different = wanted[0].marks.different
        n = k + 1 + len(different)  # one more: the query's own content
        content_ids, scores = self._ranker.rank(wanted, without, k=n, exact=exact, expand=expand)
        found = dict(zip(content_ids[:n].tolist(), scores[:n].tolist(), strict=True))
        photos = self._catalogue.photos_by_content(found)
        own = {described.content_id: described.query for described in reversed(wanted)}
        ranking: list[Ranked] = []
        for content_id, score in found.items():
            if content_id in own:
                # The query photo itself, then its copies: they show the box where it was drawn.
                boxes = tuple(one.query.box if one.content_id == content_id else None for one in wanted)
                own_photos = _asked_first(photos.get(content_id, []), own[content_id])
                ranking += [Ranked(photo, score, boxes) for photo in own_photos]
            else:
                score = min(max(score, 0.0), 1.0)
                ranking += [
                    Ranked(photo, score, (None,) * len(wanted)) for photo in photos.get(content_id, [])
                    if photo.hash not in different
                ]
            if len(ranking) >= k:
                break
        return ranking[:k]

    def _rank_as_one(
        self, wanted: Sequence[Described], without: Sequence[Described], job: Search, k: int
    ) -> list[Ranked]:
        """As `rank`, but of a raw file and the JPEG beside it only what is more alike, which then names the other."""
        n_wanted = 2 * k if self._catalogue.raw_pairs.n_pairs() else k
        ranking = self.rank(wanted, n_wanted, without=without, exact=job.exact, expand=job.expand)
        partners = self._catalogue.raw_pairs.partners(ranked.photo.photo_id for ranked in ranking)
        named: set[int] = set()
        found: list[Ranked] = []
        for ranked in ranking:
            if ranked.photo.photo_id not in named:
                others = partners.get(ranked.photo.photo_id, [])
                named.update(photo_id for photo_id, _ in others)
                found.append(replace(ranked, also=tuple(path for _, path in others)))
        return found[:k]

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

    # ---- looking closely ----

    def look_closely(
        self,
        wanted: Sequence[Described],
        ranking: list[Ranked],
        *,
        cut_from_share: float | None = None,
        turned: bool = False,
    ) -> list[Ranked]:
        """The ranking with its first hits checked: those in which the query was found have boxes and a `raised` score,
        and go before. Of several parts all must be found for that.

        Raises:
            PhotoError, QueryError: the query's picture cannot be read.
        """
        unchecked = [ranked for ranked in ranking[: _n_closely(wanted)] if ranked.score < 1.0 and ranked.photo.online]
        photos = [ranked.photo for ranked in unchecked]
        spots = [
            self._spots(self._sought(described.query, cut_from_share, turned), described, photos, N_BY_WINDOWS)
            for described in wanted
        ]
        found = {
            ranked.photo.photo_id: _checked(ranked, parts)
            for ranked, *parts in zip(unchecked, *spots, strict=True)
        }
        return sorted(
            (found.get(ranked.photo.photo_id, ranked) for ranked in ranking), key=lambda ranked: -ranked.score
        )

    def _spots(
        self, sought: Sought, described: Described | None, photos: Sequence[Photo], n_by_windows: int
    ) -> list[Spot | None]:
        """Where the query is in each photo: by its details, and in the first ones otherwise by windows."""
        spots = self._close_look.spots(sought, [photo.path for photo in photos])
        if described is not None and sought.is_part:
            for place in [place for place, spot in enumerate(spots[:n_by_windows]) if spot is None or spot.box is None]:
                spots[place] = self._by_windows(described, photos[place], spots[place])
        return spots

    def _by_windows(self, described: Described, photo: Photo, spot: Spot | None) -> Spot | None:
        try:
            heat = self._heat.look(photo.path, described.variants, described.aspect)
        except PhotoError:  # as for its details: it is not found there
            return spot
        box, score = best_box(heat)
        if score < SURE:
            return spot
        return Spot(box, 0.0 if spot is None else spot.confidence)  # its score was given by its regions already

    def _without_found(self, without: Sequence[Described], ranking: list[Ranked], turned: bool) -> list[Ranked]:
        """The ranking without those of the first hits in which a closer look finds what is unwanted."""
        n_looked_at = _n_closely(without)
        first, rest = ranking[:n_looked_at], ranking[n_looked_at:]
        for described in without:
            sought = replace(self._sought(described.query, None, turned), certain=True)
            spots = self._close_look.spots(sought, [ranked.photo.path for ranked in first])
            first = [ranked for ranked, spot in zip(first, spots, strict=True) if spot is None]
        return first + rest

    def locate(self, job: Locate) -> tuple[Located, ...]:
        """Where the query is in photos of the library; those that are gone or in which it is not found are left out.

        Raises:
            PhotoError, QueryError: the query's picture cannot be read.
        """
        photos = [photo for photo_id in job.photo_ids if (photo := self._catalogue.photo(photo_id)) is not None]
        described = self._last_described(job.query, job.turned) if job.by_windows else None
        spots = self._spots(self._sought(job.query, None, job.turned), described, photos, len(photos))
        return tuple(
            Located(photo.photo_id, spot.box, spot.confidence)
            for photo, spot in zip(photos, spots, strict=True)
            if spot is not None
        )

    def _last_described(self, query: Query, turned: bool) -> Described:
        """The query's descriptors, which are the same for a few photos after the other."""
        if self._last is None or self._last[:2] != (query, turned):
            self._last = query, turned, self.describe(query, turned=turned)
        return self._last[2]

    def draw_heat(self, job: DrawHeat) -> HeatMap:
        """How much each place in a photo is like the query.

        Raises:
            PhotoError, QueryError: the query or the photo cannot be read.
        """
        photo = self._catalogue.photo(job.photo_id)
        if photo is None:
            raise UnknownPhoto("This photo is no longer in the library. Search again to see what is.")
        described = self.describe(job.query)
        values = heat_values(self._heat.look(photo.path, described.variants, described.aspect))
        rows, columns = values.shape
        return HeatMap(photo.photo_id, columns, rows, np.rint(values * 255).astype(np.uint8).tobytes())

    def _sought(self, query: Query, cut_from_share: float | None, turned: bool) -> Sought:
        path, photo = self._describer.source(query)
        return Sought(path, query.box, cut_from_share, mirrored=turned, is_known=photo is not None)

    # ---- hits ----

    def _hit(self, rank: int, ranked: Ranked, marks: Marks, stack: int) -> Hit:
        photo = ranked.photo
        return Hit(
            rank=rank,
            photo_id=photo.photo_id,
            path=photo.path,
            score=ranked.score,
            box=ranked.box,
            also_boxes=ranked.boxes[1:],
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


def _check_weights(job: Search) -> None:
    if len(job.weights) != 1 + len(job.also) or not all(0 < weight < float("inf") for weight in job.weights):
        raise QueryError("Each part that is searched for needs a weight, a number above 0.")


def _n_closely(described: Sequence[Described]) -> int:
    """How many hits are looked at closely for these."""
    return N_CLOSELY_FOR_PARTS if any(one.is_part for one in described) else N_CLOSELY


def _checked(ranked: Ranked, places: Sequence[Spot | None]) -> Ranked:
    """What a closer look at a photo for each part of the query makes of its place in the ranking."""
    boxes = tuple(box if place is None else place.box for place, box in zip(places, ranked.boxes, strict=True))
    confidences = [0.0 if place is None else place.confidence for place in places]
    return replace(ranked, boxes=boxes, score=raised(ranked.score, min(confidences)))


def _asked_first(photos: list[Photo], query: Query) -> list[Photo]:
    asked_path = None if query.path is None else os.path.abspath(query.path)
    return sorted(photos, key=lambda photo: not (photo.photo_id == query.photo_id or photo.path == asked_path))
