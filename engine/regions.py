"""Region codes: what parts of a photo look like, in 64 bytes each, compared by the thousand. Pure functions.

A descriptor of the whole photo says little of a lamp in its corner. So each photo also has the descriptors of 30
windows, cut down to codes: their first 128 numbers (the whitening puts the strongest components first) in 4 bits each.
docs/study/regions.md has the measurements. Any thread; numkong, which compares the codes, is loaded at the first call.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint8]

CODE_NUMBERS = 128
"""Of a descriptor that a code keeps. Descriptors that have fewer have no region codes."""

CODE_BYTES = CODE_NUMBERS // 2

_GRIDS = (1, 2, 3, 4)
_HIGHEST = 7  # of a signed number of 4 bits; -8 is not used
_CLIP = 3.0  # standard deviations of one number of a unit vector
_STEP = _CLIP / CODE_NUMBERS**0.5 / _HIGHEST
_CHUNK = 2_048  # photos compared before the interpreter may go on with something else: some ms


def _windows() -> NDArray[np.float32]:
    """Overlapping squares of the picture: of each grid of g x g windows, each is 2 / (g + 1) wide and high."""
    boxes = [
        (column / (grid + 1), row / (grid + 1), (column + 2) / (grid + 1), (row + 2) / (grid + 1))
        if grid > 1
        else (0.0, 0.0, 1.0, 1.0)
        for grid in _GRIDS
        for row in range(grid)
        for column in range(grid)
    ]
    return np.array(boxes, dtype=np.float32)


WINDOWS = _windows()
"""The windows of every photo, float32 [30, 4]: left, top, right, bottom as shares of the picture. The first is all."""

N_WINDOWS = len(WINDOWS)


def encode(descriptors: NDArray[np.float32]) -> Codes:
    """Descriptors float32 [..., D], D >= 128, of unit length -> codes uint8 [..., 64], two numbers to a byte."""
    kept = descriptors[..., :CODE_NUMBERS]
    lengths: NDArray[np.float32] = np.linalg.norm(kept, axis=-1, keepdims=True)
    numbers = np.clip(np.rint(kept / np.maximum(lengths, 1e-6) / _STEP), -_HIGHEST, _HIGHEST).astype(np.int8)
    halves = (numbers & 0xF).astype(np.uint8)
    codes: Codes = halves[..., 0::2] | (halves[..., 1::2] << 4)
    return codes


def decode(codes: Codes) -> NDArray[np.float32]:
    """Codes uint8 [..., 64] -> the numbers they keep, float32 [..., 128], of about unit length."""
    halves = np.stack([codes & 0xF, codes >> 4], axis=-1).astype(np.int8)
    numbers = np.where(halves > _HIGHEST, halves - 16, halves).astype(np.float32) * np.float32(_STEP)
    return numbers.reshape(*codes.shape[:-1], CODE_NUMBERS)


def best_windows(queries: Codes, codes: Codes) -> NDArray[np.float32]:
    """How much the most similar window of each photo is like each query.

    Args:
        queries: uint8 [q, 64].
        codes: uint8 [n, 30, 64], in memory or mapped.

    Returns:
        float32 [q, n]: about the cosine, but for the rounding of the codes.
    """
    found = np.empty((len(queries), len(codes)), dtype=np.float32)
    packed = _numkong().dots_pack(_of_4_bits(np.ascontiguousarray(queries)))
    for start in range(0, len(codes), _CHUNK):
        some = np.ascontiguousarray(codes[start : start + _CHUNK])
        products = np.asarray(_numkong().dots_packed(_of_4_bits(some.reshape(-1, CODE_BYTES)), packed))
        best = products.reshape(len(some), -1, len(queries)).max(axis=1)
        found[:, start : start + len(some)] = best.T * np.float32(_STEP**2)
    return found


def _of_4_bits(codes: Codes) -> Any:
    """A view of codes [n, 64] as numbers of 4 bits, which numpy has no name for."""
    return _numkong().from_pointer(codes.ctypes.data, codes.shape, "int4", owner=codes)


def _numkong() -> Any:
    import numkong

    return numkong
