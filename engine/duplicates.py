"""Copies and near-identical photos in a library or a part of it. Engine thread; in steps of some tens of ms.

Photos of the same bytes share a content. Near-identical ones are found by comparing every two descriptors, in blocks:
first by sketches of 64 numbers, which a random projection keeps the angles in (Johnson and Lindenstrauss, 1984; the
error of a cosine c has the standard deviation (1 - c^2) / 8), then, where these come close, by the descriptors
themselves. That takes 20 s for 100,000 photos, and no step takes longer than 60 ms; asking the index for the neighbours
of each would take 20 minutes. Of pairs at the very limit 3 in 100,000 are missed.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.copy_table import Part
from engine.errors import FolderError
from engine.library import Library
from engine.messages import Duplicates, Event, FindDuplicates, Phase, Progress, Twin, TwinGroup
from engine.plain_hits import plain_hit

_SKETCH = 64
_DEVIATIONS = 4.0
_BLOCK = 1024
_STEP_S = 0.05
_LOOKED_UP = 5000
_VERIFIED = 512  # pairs whose descriptors are read at once

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]
Steps = Generator[Event | None, None, Duplicates]


def find_duplicates(library: Library, job: FindDuplicates) -> Steps:
    """The groups of photos that are the same or nearly so.

    Yields:
        Progress (job id 0).

    Raises:
        FolderError: the folder asked for does not lie in the library, and none of the library lies in it.
    """
    started = time.monotonic()
    holdings = _Holdings()
    yield from _gather(library, parts_of(library, job.folder), holdings)
    contents = np.array(sorted(holdings.photos), dtype=np.int64)
    pairs: dict[int, dict[int, float]] = {}
    if job.min_similarity is not None and library.model.model_id >= 0:
        pairs = yield from _similar_pairs(library, contents, job.min_similarity)
    groups: list[TwinGroup] = []
    sizes = yield from _sizes(library, holdings, pairs)
    for some in _grouped(holdings, pairs, sizes):
        group = _group(library, holdings, some)
        if group is not None:
            groups.append(group)
        if len(groups) % 50 == 0:
            yield Progress(0, Phase.SAVING)
    groups.sort(key=lambda group: -group.spare_bytes)
    return Duplicates(tuple(groups), holdings.n_photos, round(time.monotonic() - started, 3))


def parts_of(library: Library, folder: str) -> list[Part]:
    """The parts of the library that a folder is, or holds; all of it for "".

    Raises:
        FolderError: none.
    """
    parts = []
    asked = os.path.abspath(folder) if folder else ""
    for known in library.catalogue.folders.all():
        if not asked or asked == known.path or known.path.startswith(os.path.join(asked, "")):
            parts.append(Part(known.folder_id))
        elif asked.startswith(prefix := os.path.join(known.path, "")):
            parts.append(Part(known.folder_id, os.fsencode(asked[len(prefix) :])))
    if asked and not parts:
        raise FolderError(f"{asked} does not lie in a folder of the library, so nothing is known of its photos.", asked)
    return parts


@dataclass
class _Holdings:
    """What lies in the part that is looked at: content id -> its photos there."""

    photos: dict[int, list[int]] = field(default_factory=dict)
    n_photos: int = 0


def _gather(library: Library, parts: Sequence[Part], holdings: _Holdings) -> Iterator[Progress]:
    for part in parts:
        for some in library.catalogue.copies_in.contents(part):
            for content_id, photo_id in some:
                holdings.photos.setdefault(content_id, []).append(photo_id)
            holdings.n_photos += len(some)
            yield Progress(0, Phase.FINDING, holdings.n_photos)


# ---- which contents are alike ---------------------------------------------------------------------------------------


def _similar_pairs(
    library: Library, contents: Ids, min_similarity: float
) -> Generator[Progress, None, dict[int, dict[int, float]]]:
    """Content id -> those it is at least that similar to, with the similarity. Both ways."""
    ids, sketches = yield from _sketches(library, contents)
    margin = _margin(min_similarity, library.model.dim)
    pairs: dict[int, dict[int, float]] = {}
    told_at, total = time.monotonic(), len(ids)
    for start in range(0, total, _BLOCK):
        rows = sketches[start : start + _BLOCK]
        for other in range(start, total, _BLOCK):
            close = np.argwhere(rows @ sketches[other : other + _BLOCK].T >= min_similarity - margin)
            close = close[close[:, 0] + start < close[:, 1] + other]
            for place in range(0, len(close), _VERIFIED):
                some = close[place : place + _VERIFIED]
                _verify(library, ids[some[:, 0] + start], ids[some[:, 1] + other], min_similarity, pairs)
                yield Progress(0, Phase.COMPARING, start, total)
            if time.monotonic() - told_at > _STEP_S:
                yield Progress(0, Phase.COMPARING, start, total)
                told_at = time.monotonic()
    return pairs


def _sketches(library: Library, contents: Ids) -> Generator[Progress, None, tuple[Ids, Vectors]]:
    """Those of the contents (int64 [m]) that have descriptors, int64 [n], and sketches, float32 [n, 64], L2 = 1."""
    projection = _projection(library.model.dim)
    all_ids, all_sketches = [np.empty(0, np.int64)], [np.empty((0, projection.shape[1]), np.float32)]
    for rows in library.catalogue.descriptors.all(library.model):
        wanted = np.isin(rows.content_ids, contents, assume_unique=True)
        sketches = rows.vectors[wanted] @ projection
        lengths = np.linalg.norm(sketches, axis=1, keepdims=True)
        all_ids.append(rows.content_ids[wanted])
        all_sketches.append(sketches / np.maximum(lengths, 1e-12))
        yield Progress(0, Phase.COMPARING, 0, len(contents))
    return np.concatenate(all_ids), np.concatenate(all_sketches)


def _projection(dim: int) -> Vectors:
    """An orthogonal projection, float32 [dim, min(dim, 64)], the same each time."""
    if dim <= _SKETCH:
        return np.eye(dim, dtype=np.float32)
    basis, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(dim, _SKETCH)))
    projection: Vectors = basis.astype(np.float32)
    return projection


def _margin(similarity: float, dim: int) -> float:
    """How far below its cosine that of two sketches may lie, but for 3 pairs in 100,000."""
    return 1e-6 if dim <= _SKETCH else _DEVIATIONS * (1 - similarity**2) / math.sqrt(_SKETCH)


def _verify(
    library: Library, ones: Ids, others: Ids, min_similarity: float, pairs: dict[int, dict[int, float]]
) -> None:
    """Note those of the pairs (int64 [n] each) whose descriptors are similar enough."""
    ids = np.unique(np.concatenate([ones, others]))
    found, vectors = library.catalogue.descriptors.of_contents(library.model, ids)
    if len(found) != len(ids):  # one has gone bad meanwhile
        known = np.isin(ones, found) & np.isin(others, found)
        ones, others = ones[known], others[known]
    left, right = vectors[np.searchsorted(found, ones)], vectors[np.searchsorted(found, others)]
    similarities = np.einsum("nd,nd->n", left, right)
    for one, other, similarity in zip(ones.tolist(), others.tolist(), similarities.tolist(), strict=True):
        if similarity >= min_similarity:
            pairs.setdefault(one, {})[other] = similarity
            pairs.setdefault(other, {})[one] = similarity


# ---- groups ---------------------------------------------------------------------------------------------------------


def _sizes(
    library: Library, holdings: _Holdings, pairs: dict[int, dict[int, float]]
) -> Generator[Progress, None, dict[int, tuple[int, int]]]:
    """The pixels and bytes of all contents that have copies or are alike."""
    copied = [content_id for content_id, photos in holdings.photos.items() if len(photos) > 1]
    contents = sorted({*pairs, *copied})
    sizes: dict[int, tuple[int, int]] = {}
    for start in range(0, len(contents), _LOOKED_UP):
        sizes |= library.catalogue.copies_in.sizes(contents[start : start + _LOOKED_UP])
        yield Progress(0, Phase.SAVING)
    return sizes


def _grouped(
    holdings: _Holdings, pairs: dict[int, dict[int, float]], sizes: dict[int, tuple[int, int]]
) -> Iterator[list[tuple[int, float]]]:
    """Contents that belong together, the best first, with their similarity to it.

    Each is near-identical to the best itself: a row of small steps does not join what is not alike.
    """
    # Most pixels first, then most bytes, then what the library has known for longest.
    best_first = sorted(sizes, key=lambda content_id: (*(-size for size in sizes[content_id]), content_id))
    taken: set[int] = set()
    for content_id in best_first:
        if content_id in taken:
            continue
        near = [(other, similarity) for other, similarity in pairs.get(content_id, {}).items() if other not in taken]
        near.sort(key=lambda one: (-one[1], one[0]))
        group = [(content_id, 1.0), *near]
        taken.update(member for member, _ in group)
        if len(group) > 1 or len(holdings.photos[content_id]) > 1:
            yield group


def _group(library: Library, holdings: _Holdings, contents: Sequence[tuple[int, float]]) -> TwinGroup | None:
    """The photos of contents that belong together; None if they are only a raw file and the JPEG beside it."""
    catalogue = library.catalogue
    sizes = catalogue.copies_in.sizes([content_id for content_id, _ in contents])
    photos = catalogue.photos_by_content(content_id for content_id, _ in contents)
    twins: list[Twin] = []
    for content_id, similarity in contents:
        here = set(holdings.photos[content_id])
        for photo in photos.get(content_id, []):
            if photo.photo_id in here:
                hit = plain_hit(library, photo, similarity, rank=len(twins) + 1)
                twins.append(Twin(hit, content_id, sizes[content_id][1], photo.mtime_ns))
    partners = catalogue.raw_pairs.partners(twin.hit.photo_id for twin in twins)
    beside = {photo_id for others in partners.values() for photo_id, _ in others}
    if len(twins) < 2 or (len(twins) == 2 and all(twin.hit.photo_id in beside for twin in twins)):
        return None
    return TwinGroup(tuple(twins))
