"""A closer look at the first hits: whether the query really is in them, and where. Engine thread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.decode import DecodeRequest
from engine.decoders import Decoders
from engine.device import n_cores
from engine.errors import EngineClosed, PhotoError
from engine.keypoints import MAX_SIDE_PX, KeyPoints, Place, find_keypoints, find_place
from engine.transform import box_edges_px
from engine.types import Box

_FINER = 2.0
"""How much finer a box is looked at than photos are: what it shows may be larger elsewhere."""

_SMALLEST_SIDE_PX = 120


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: a picture file or the box in it.

    `share` is, for a cut-out, the share of its photo's area that it had, where that is known.
    """

    path: str
    box: Box | None
    share: float | None = None


class CloseLook:
    """Finds queries in photos, by their details. The details of the last query are kept.

    Args:
        decoders: read the pictures; details are looked for on threads of our own, one for each core.
    """

    def __init__(self, decoders: Decoders) -> None:
        self._decoders = decoders
        self._last: tuple[Wanted, KeyPoints] | None = None

    def places(self, wanted: Wanted, paths: Sequence[str]) -> list[Place | None]:
        """Where the query is in each of the photos; None where it is not found or the file cannot be read.

        Raises:
            PhotoError: the query's own picture cannot be read.
        """
        query = self._query(wanted)
        with ThreadPoolExecutor(n_cores(), thread_name_prefix="closely") as threads:
            found: list[Future[Place | None] | None] = [
                None if picture is None else threads.submit(_place, query, picture)
                for picture in self._pictures(paths)
            ]
            return [None if future is None else future.result() for future in found]

    def _query(self, wanted: Wanted) -> KeyPoints:
        if self._last is None or self._last[0] != wanted:
            self._last = wanted, find_keypoints(self._query_picture(wanted))
        return self._last[1]

    def _query_picture(self, wanted: Wanted) -> NDArray[np.uint8]:
        side_px = MAX_SIDE_PX * (1.0 if wanted.box is None else _FINER)
        if wanted.share is not None:
            side_px = min(max(MAX_SIDE_PX * _FINER * wanted.share**0.5, _SMALLEST_SIDE_PX), MAX_SIDE_PX)
        picture = self._decoders.decode(DecodeRequest(wanted.path, picture_px=int(side_px))).picture
        if picture is None:
            raise PhotoError("The picture could not be prepared for a closer look.", wanted.path)
        if wanted.box is None:
            return picture
        left, top, right, bottom = box_edges_px(picture.shape[1], picture.shape[0], wanted.box)
        return picture[top:bottom, left:right]

    def _pictures(self, paths: Iterable[str]) -> Iterator[NDArray[np.uint8] | None]:
        futures = [self._decoders.submit(DecodeRequest(path, picture_px=MAX_SIDE_PX)) for path in paths]
        for future in futures:
            try:
                yield future.result().picture
            except EngineClosed:
                raise
            except PhotoError:  # gone, or changed for the worse, since it was indexed: it is simply not found there
                yield None


def _place(query: KeyPoints, picture: NDArray[np.uint8]) -> Place | None:
    return find_place(query, find_keypoints(picture))
