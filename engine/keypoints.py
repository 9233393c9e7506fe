"""Where exactly the same thing is in two pictures: local features, compared one by one and checked by geometry.

A descriptor says how much two photos look alike as a whole. Whether a small part of one *is* a part of the other, and
where, is said by many small details that lie in the same arrangement. Any thread; all heavy calls release the
interpreter. OpenCV is loaded at the first call.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.types import Box

MAX_SIDE_PX = 480
"""Longest side of the photos in which details are looked for. At 640, none more of 60 cut-outs of 4 % of a photo were
found, and it took a fifth longer."""

MIN_MATCHES = 8
"""Details in the same arrangement below which it may be chance: a cut-out of 4 or 10 % of a photo had as many in common
with 1 of 60 others at most."""

MAX_KEYPOINTS = 1500
_MIN_CONTRAST = 0.01  # a quarter of what is usual: even skies and walls have some detail then
_MAX_RATIO = 0.85  # of the distances to the nearest and the second nearest detail
_TOLERANCE_PX = 4.0
_SCALES = (0.05, 8.0)  # how much larger the query may be seen in the photo
_MIN_NEAR = 3  # details in and round a part, as far as half its size, from which it is sure where it is
_WHOLE = Box(0, 0, 1, 1)
_MIN_INSIDE = 0.5  # of a part's area in the photo: else it is out of the picture there


@dataclass(frozen=True, slots=True)
class KeyPoints:
    """The details of a picture.

    Args:
        positions: where they are, x and y in pixels, float32 [n, 2]; the strongest details first.
        looks: how they look, uint8 [n, 128], 255 times the numbers of a unit vector.
        width_px, height_px: of the picture.
    """

    positions: NDArray[np.float32]
    looks: NDArray[np.uint8]
    width_px: int
    height_px: int

    def strongest(self, n: int) -> KeyPoints:
        """The same with `n` details at most."""
        return replace(self, positions=self.positions[:n], looks=self.looks[:n])


@dataclass(frozen=True, slots=True)
class Place:
    """Where a query was found in a photo, None where that is not sure; and by how many details in one arrangement."""

    box: Box | None
    n_matches: int


def find_keypoints(rgb: NDArray[np.uint8]) -> KeyPoints:
    """The details of a picture, uint8 [H, W, 3].

    SIFT (Lowe, IJCV 2004) with the Hellinger kernel of RootSIFT (Arandjelovic and Zisserman, "Three things everyone
    should know to improve object retrieval", CVPR 2012).
    """
    import cv2

    grey = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY)
    finder = cv2.SIFT_create(nfeatures=MAX_KEYPOINTS, contrastThreshold=_MIN_CONTRAST)  # type: ignore[attr-defined]
    found, histograms = finder.detectAndCompute(grey, None)
    if histograms is None:
        histograms = np.zeros((0, 128), dtype=np.float32)
    positions = np.array([point.pt for point in found], dtype=np.float32).reshape(-1, 2)
    looks = np.sqrt(histograms / np.maximum(histograms.sum(axis=1, keepdims=True), 1e-9))
    order = np.argsort([-point.response for point in found], kind="stable").astype(np.int64)
    return KeyPoints(positions[order], np.rint(looks[order] * 255).astype(np.uint8), rgb.shape[1], rgb.shape[0])


def find_place(query: KeyPoints, photo: KeyPoints, part: Box | None = None) -> Place | None:
    """Where the query picture, or a part of it, is seen in the photo, upright or turned, or None if it is not found.

    Details that are clearly more alike than all others (Lowe's ratio test) must agree on one shift, scale and turn
    (RANSAC, Fischler and Bolles 1981). The box is the one round the query's four corners, as far as it is inside.

    A part is found by the details of all of the query: it has a box where some of those that agree are near it, and is
    not found where it would be out of the photo.
    """
    import cv2

    pairs = _pairs(query.looks, photo.looks)
    if len(pairs) < MIN_MATCHES:
        return None
    transform, agree = cv2.estimateAffinePartial2D(
        query.positions[pairs[:, 0]], photo.positions[pairs[:, 1]], ransacReprojThreshold=_TOLERANCE_PX
    )
    if transform is None or not np.isfinite(transform).all():
        return None
    # Many details of the query may be like one of the photo (a pattern, text): it counts once.
    agreeing = pairs[agree.ravel().astype(bool)]
    n_matches = len(np.unique(agreeing[:, 1]))
    scale = float(np.hypot(transform[0, 0], transform[1, 0]))
    if n_matches < MIN_MATCHES or not _SCALES[0] <= scale <= _SCALES[1]:
        return None
    wanted, size = part or _WHOLE, (query.width_px, query.height_px)
    x0, y0 = low = np.multiply((wanted.x0, wanted.y0), size)
    x1, y1 = high = np.multiply((wanted.x1, wanted.y1), size)
    corners = np.array([[x0, y0, 1], [x1, y0, 1], [x0, y1, 1], [x1, y1, 1]]) @ transform.T
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    try:
        box = Box.from_pixels(left, top, right, bottom, photo.width_px, photo.height_px)
    except ValueError:  # outside the photo
        return None
    if part is None:
        return Place(box, n_matches)
    if box.area * photo.width_px * photo.height_px < _MIN_INSIDE * (right - left) * (bottom - top):
        return None
    n_near = len(np.unique(agreeing[_is_near(query.positions[agreeing[:, 0]], low, high), 1]))
    return Place(box if n_near >= _MIN_NEAR else None, n_matches)


def _is_near(positions: NDArray[np.float32], low: NDArray[Any], high: NDArray[Any]) -> NDArray[np.bool_]:
    """Which positions, float32 [n, 2], are between two corners or no further out than half the width or height."""
    margin = (high - low) / 2
    inside: NDArray[np.bool_] = ((positions >= low - margin) & (positions <= high + margin)).all(axis=1)
    return inside


def _pairs(query: NDArray[np.uint8], photo: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Which details of the photo those of the query are like: [m, 2] positions in both."""
    if len(query) == 0 or len(photo) < 2:
        return np.zeros((0, 2), dtype=np.int64)
    cosines = _unit(query) @ _unit(photo).T
    rows = np.arange(len(query))
    nearest = cosines.argmax(axis=1)
    first = cosines[rows, nearest]
    cosines[rows, nearest] = -1.0
    second = cosines.max(axis=1)
    # Distances of unit vectors: |a - b|^2 = 2 - 2 a.b
    clear = np.maximum(0.0, 2.0 - 2.0 * first) < _MAX_RATIO**2 * (2.0 - 2.0 * second)
    return np.stack([rows[clear], nearest[clear]], axis=1)


def _unit(looks: NDArray[np.uint8]) -> NDArray[np.float32]:
    vectors = looks.astype(np.float32)
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1.0), dtype=np.float32)
