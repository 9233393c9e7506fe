"""A runner whose descriptors are known beforehand: what a picture looks like decides, no network is needed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DIM = 512


class FakeRunner:
    """Descriptors from the colours of a 4 x 4 grid, projected to 512 dimensions: alike pictures, alike descriptors."""

    label = "cpu (fake)"

    def __init__(self, n_at_once: int = 4) -> None:
        self.n_at_once = n_at_once
        self.n_described = 0
        self._projection = np.random.default_rng(7).normal(size=(4 * 4 * 3, DIM)).astype(np.float32)

    def describe(self, inputs: list[NDArray[np.uint8]], gently: bool = False) -> NDArray[np.float32]:
        self.n_described += len(inputs)
        return np.stack([self._describe(rgb) for rgb in inputs])

    def describe_windows(
        self, inputs: list[NDArray[np.uint8]], windows: NDArray[np.float32], gently: bool = False
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        wholes = self.describe(inputs, gently)
        return wholes, np.stack([[self._describe(_cut(rgb, window)) for window in windows] for rgb in inputs])

    def close(self) -> None:
        """Nothing to let go of."""

    def _describe(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        height, width, _ = rgb.shape
        rows = np.array_split(np.arange(height), 4)
        columns = np.array_split(np.arange(width), 4)
        grid = [rgb[np.ix_(row, column)].mean(axis=(0, 1)) - 127.5 for row in rows for column in columns]
        descriptor: NDArray[np.float32] = np.concatenate(grid).astype(np.float32) @ self._projection
        return descriptor / np.linalg.norm(descriptor)


def _cut(rgb: NDArray[np.uint8], window: NDArray[np.float32]) -> NDArray[np.uint8]:
    height, width, _ = rgb.shape
    left, top, right, bottom = np.round(window * [width, height, width, height]).astype(int)
    return rgb[top : max(bottom, top + 4), left : max(right, left + 4)]
