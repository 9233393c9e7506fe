"""From a query to descriptors: stored ones for a whole photo of the library, else made now. Engine thread."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from engine.accelerate import Runner
from engine.decode import DecodeRequest
from engine.decoders import Decoders
from engine.describe import check_descriptors
from engine.errors import QueryError, UnknownPhoto
from engine.feedback import refined
from engine.label_table import NO_MARKS, Marks
from engine.library import Library
from engine.messages import Feedback
from engine.records import Photo
from engine.transform import InputRule, resize_input
from engine.types import Query

_SCALES = (0.7, 0.5)
"""Sides of a picture that may be a cut-out, as shares of those of a whole picture."""


@dataclass(frozen=True, slots=True)
class Described:
    """A query as descriptors.

    Args:
        query: what was described.
        variants: float32 [v, D], each of unit length: the picture as it is and, where that is wanted, turned.
        content_id: the content it shows, if that is in the library.
        is_part: it is a box or a cut-out, and so a part of the photos it is looked for in.
        aspect: width / height of the picture.
        content_hash: that of the query's file.
        marks: what the user has said of the query.
        cut_outs: float32 [c, D]: a picture that is not in the library as the cut-out of a photo that it may be, which
            would be smaller there. Of other queries c is 0.
        context: float32 [1, D], the whole photo of the library that a box is drawn on: what is round a thing often is
            round it elsewhere, too. Of other queries [0, D].
        weight: beside the other parts of a search, see `Search.weights`.
    """

    query: Query
    variants: NDArray[np.float32]
    content_id: int | None
    is_part: bool
    aspect: float
    content_hash: bytes = b""
    marks: Marks = NO_MARKS
    cut_outs: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0), dtype=np.float32))
    context: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0), dtype=np.float32))
    weight: float = 1.0

    @property
    def parts(self) -> NDArray[np.float32]:
        """What is compared with parts of photos, float32 [p, D]; p is 0 for a photo of the library."""
        return self.variants if self.is_part else self.cut_outs

    @property
    def descriptor(self) -> NDArray[np.float32]:
        """Of the picture as it is, float32 [D]."""
        first: NDArray[np.float32] = self.variants[0]
        return first


class Describer:
    """Describes queries.

    Args:
        library: whose photos may be queries.
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

    def source(self, query: Query) -> tuple[str, Photo | None]:
        """The file that a query's picture is read from, and the photo of the library that it is, if it is one.

        Raises:
            UnknownPhoto: there is no such photo any more.
        """
        if query.path is not None:
            return query.path, self._catalogue.photo_at(query.path)
        photo = None if query.photo_id is None else self._catalogue.photo(query.photo_id)
        if photo is None:
            raise UnknownPhoto("This photo is no longer in the library. Search again to see what is.")
        return photo.path, photo

    def describe(self, query: Query, *, cut_from_share: float | None = None, turned: bool = False) -> Described:
        """The query's descriptors.

        Args:
            query: a picture file or a photo, whole or a box.
            cut_from_share: where the picture is a cut-out, the share of its photo's area that it had: it then
                enters the network at the scale that a box of this size would.
            turned: also mirrored, and turned by 90, 180 and 270 degrees.

        Raises:
            QueryError, PhotoError: it cannot be described; the sentence says why.
        """
        path, photo = self.source(query)
        if photo is not None and query.box is None and not turned and _is_unchanged(photo):
            stored = self._catalogue.descriptors.of_content(self._library.model, photo.content_id)
            if stored is not None:
                return Described(
                    query, stored[None], photo.content_id, False, photo.width_px / photo.height_px, photo.hash,
                    self._catalogue.labels.marks(photo.hash, None),
                )
        return self._describe_file(path, query, cut_from_share, turned)

    def _describe_file(self, path: str, query: Query, cut_from_share: float | None, turned: bool) -> Described:
        runner = self._runner()
        rule = self._rule
        if cut_from_share is not None:
            rule = replace(rule, area_px=int(max(rule.area_px * cut_from_share, rule.min_box_area_px)))
        decoded = self._decoders.decode(DecodeRequest(path, rule=rule, box=query.box))
        if decoded.rgb is None:
            raise QueryError("The picture could not be prepared for searching. Try another one.", path)
        inputs = _turns(decoded.rgb) if turned else [decoded.rgb]
        variants = runner.describe(inputs)
        check_descriptors(variants, self._library.model.dim)
        content = self._catalogue.content_by_hash(decoded.content_hash)
        is_part = query.box is not None or cut_from_share is not None
        described = Described(
            query, variants, None if content is None else content.content_id, is_part,
            decoded.rgb.shape[1] / decoded.rgb.shape[0], decoded.content_hash,
            self._catalogue.labels.marks(decoded.content_hash, query.box),
        )
        if query.box is not None and content is not None:
            whole = self._catalogue.descriptors.of_content(self._library.model, content.content_id)
            return described if whole is None else replace(described, context=whole[None])
        if is_part or content is not None:
            return described
        smaller = [
            resize_input(rgb, rule.scaled((rgb.shape[1], rgb.shape[0]), scale)) for rgb in inputs for scale in _SCALES
        ]
        return replace(described, cut_outs=runner.describe(smaller))

    def refined(self, described: Described, feedback: Feedback) -> Described:
        """The query made better by what is the same and what is not, which counts as if it were labelled so.

        Raises:
            QueryError, PhotoError: one of these cannot be described; the sentence says why.
        """
        same, different = ([self.describe(query) for query in some] for some in (feedback.same, feedback.different))
        empty = np.empty((0, len(described.descriptor)), np.float32)
        alike, unlike = (np.stack([one.descriptor for one in some]) if some else empty for some in (same, different))
        hidden = frozenset(one.content_hash for one in different)
        marks = Marks(
            (described.marks.same | {one.content_hash for one in same}) - hidden, described.marks.different | hidden
        )
        variants = np.stack([refined(variant, alike, unlike) for variant in described.variants])
        return replace(described, variants=variants, marks=marks)


def _turns(rgb: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """The picture as it is, then turned by 90, 180 and 270 degrees, then all four mirrored."""
    return [np.ascontiguousarray(np.rot90(side, turn)) for side in (rgb, rgb[:, ::-1]) for turn in range(4)]


def _is_unchanged(photo: Photo) -> bool:
    """Whether the file is as it was when it was described, or cannot be looked at now (its drive may be away)."""
    try:
        return os.stat(photo.path).st_mtime_ns == photo.mtime_ns
    except OSError:
        return True
