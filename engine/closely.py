"""A closer look at the first hits: whether the query really is in them, and where. Engine thread."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.decode import DecodeRequest
from engine.decoders import Decoders
from engine.device import n_cores
from engine.errors import EngineClosed, PhotoError
from engine.keypoints import MAX_SIDE_PX, MIN_MATCHES, KeyPoints, Place, find_keypoints, find_place
from engine.transform import box_edges_px
from engine.types import Box

_FINER = 2.0
"""How much finer a box is looked at than photos are: what it shows may be larger elsewhere."""

_SMALLEST_SIDE_PX = 120

_KEYPOINTS_OF_WHOLE = 500
"""Details of a whole picture that are compared with as many of a photo: more find backgrounds rather than things. So
many of the whole photo that a box is drawn on tell where it is where the details in it do not."""

_MATCHES_OF_WHOLE = 40
"""Details of a whole picture in the same arrangement that are as good as certain by half: it may be the background."""

_WHOLE_PHOTO = 0.85  # share of a photo above which a frame says nothing

@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: a picture file or the box in it.

    `share` is, for a cut-out, the share of its photo's area that it had, where that is known. `mirrored`: it may be
    mirrored, too; turned it is found anyway. `is_known`: it is a photo of the library, and so no part of another; where
    the details in a box on it are not found, those round it tell where it is, unless it has to be there for
    `certain`.
    """

    path: str
    box: Box | None
    share: float | None = None
    mirrored: bool = False
    is_known: bool = False
    certain: bool = False

    @property
    def is_part(self) -> bool:
        """Whether it is a part of what it was taken from."""
        return self.box is not None or self.share is not None


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a query was found in a photo (None where it is about all of it), and how sure that is, 0..1."""

    box: Box | None
    confidence: float


class CloseLook:
    """Finds queries in photos, by their details. Those of the last query and of the last photos are kept.

    Args:
        decoders: read the pictures; details are looked for on threads of our own, one for each core.
        remembered: how many photos' details are kept, 190 KB each.
    """

    def __init__(self, decoders: Decoders, remembered: int) -> None:
        self._decoders = decoders
        self._last: tuple[Sought, tuple[KeyPoints, ...]] | None = None
        self._photos: OrderedDict[tuple[str, int], KeyPoints] = OrderedDict()
        self._remembered = remembered

    def spots(self, sought: Sought, paths: Sequence[str]) -> list[Spot | None]:
        """Where the query is in each of the photos; None where it is not found or the file cannot be read.

        Raises:
            PhotoError: the query's own picture cannot be read.
        """
        query = self._query(sought)
        has_surroundings = sought.is_known and sought.box is not None and not sought.certain
        with ThreadPoolExecutor(n_cores(), thread_name_prefix="closely") as threads:
            [surroundings] = self._details([sought.path], threads) if has_surroundings else [None]
            details = self._details(paths, threads)
            found = [
                None if photo is None else threads.submit(_spot, query, photo, sought, surroundings)
                for photo in details
            ]
            return [None if future is None else future.result() for future in found]

    def _query(self, sought: Sought) -> tuple[KeyPoints, ...]:
        if self._last is None or self._last[0] != sought:
            picture = self._query_picture(sought)
            sides = (picture, picture[:, ::-1]) if sought.mirrored else (picture,)
            self._last = sought, tuple(map(find_keypoints, sides))
        return self._last[1]

    def _query_picture(self, sought: Sought) -> NDArray[np.uint8]:
        side_px = MAX_SIDE_PX * (1.0 if sought.box is None else _FINER)
        if sought.share is not None:
            side_px = min(max(MAX_SIDE_PX * _FINER * sought.share**0.5, _SMALLEST_SIDE_PX), MAX_SIDE_PX)
        picture = self._decoders.decode(DecodeRequest(sought.path, picture_px=int(side_px))).picture
        if picture is None:
            raise PhotoError("The picture could not be prepared for a closer look.", sought.path)
        if sought.box is None:
            return picture
        left, top, right, bottom = box_edges_px(picture.shape[1], picture.shape[0], sought.box)
        return picture[top:bottom, left:right]

    def _details(self, paths: Iterable[str], threads: ThreadPoolExecutor) -> list[KeyPoints | None]:
        """The details of each photo, from memory where they are and the file has not changed."""
        keys = [(path, _changed_ns(path)) for path in paths]
        unknown = [key for key in dict.fromkeys(keys) if key not in self._photos]
        futures: dict[tuple[str, int], Future[KeyPoints]] = {}
        for key, picture in zip(unknown, self._pictures(path for path, _ in unknown), strict=True):
            if picture is not None:
                futures[key] = threads.submit(find_keypoints, picture)
        fresh = {key: future.result() for key, future in futures.items()}
        found = [fresh.get(key, self._photos.get(key)) for key in keys]
        for key in keys:
            if key in self._photos:
                self._photos.move_to_end(key)
        self._photos.update(fresh)
        while len(self._photos) > self._remembered:
            self._photos.popitem(last=False)
        return found

    def _pictures(self, paths: Iterable[str]) -> Iterator[NDArray[np.uint8] | None]:
        futures = [self._decoders.submit(DecodeRequest(path, picture_px=MAX_SIDE_PX)) for path in paths]
        for future in futures:
            try:
                yield future.result().picture
            except EngineClosed:
                raise
            except PhotoError:  # gone, or changed for the worse, since it was indexed: it is simply not found there
                yield None


def _changed_ns(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return -1


def _spot(
    sides: tuple[KeyPoints, ...], photo: KeyPoints, sought: Sought, surroundings: KeyPoints | None
) -> Spot | None:
    if not sought.is_part:
        sides = tuple(side.strongest(_KEYPOINTS_OF_WHOLE) for side in sides)
    if sought.is_known and not sought.is_part:
        photo = photo.strongest(_KEYPOINTS_OF_WHOLE)
    places = [place for side in sides if (place := find_place(side, photo)) is not None]
    if places:
        best = max(places, key=lambda place: place.n_matches)
        return _spot_of(best, MIN_MATCHES if sought.is_part else _MATCHES_OF_WHOLE)
    if surroundings is None:
        return None
    place = find_place(surroundings.strongest(_KEYPOINTS_OF_WHOLE), photo.strongest(_KEYPOINTS_OF_WHOLE), sought.box)
    return None if place is None else _spot_of(place, _MATCHES_OF_WHOLE)


def _spot_of(place: Place, half_sure: int) -> Spot:
    box = None if place.box is None or place.box.area > _WHOLE_PHOTO else place.box
    return Spot(box, place.n_matches / (place.n_matches + half_sure))
