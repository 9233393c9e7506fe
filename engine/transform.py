"""From an upright picture to what the network sees: one rule for gallery, query and training.

The network takes RGB uint8 [H, W, 3]; subtracting the mean and dividing by the deviation is part of the network
(`actnet.network`), so that it runs wherever the network runs. Runs in the decoder processes and on the engine thread;
needs Pillow and numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.types import Box


@dataclass(frozen=True, slots=True)
class InputRule:
    """How large a picture enters the network. Part of a model's metadata.

    The aspect ratio is kept; the picture gets about `area_px` pixels, and both sides become multiples of `multiple`.
    A box is cut out at the scale its content has in the gallery, that is the scale its whole picture would get
    (enlarging a small box costs up to half the recall), but its input is never smaller than `min_box_area_px`.
    """

    area_px: int = 384 * 384
    multiple: int = 32
    min_box_area_px: int = 192 * 192
    max_aspect: float = 6.0

    def size_for(self, width_px: int, height_px: int, box: Box | None = None) -> tuple[int, int]:
        """(width, height) of the network's input for a picture of this size, or for a box in it."""
        area = float(self.area_px)
        if box is not None:
            width_px, height_px = box_size_px(width_px, height_px, box)
            area = max(area * box.area, float(self.min_box_area_px))
        aspect = min(max(width_px / height_px, 1 / self.max_aspect), self.max_aspect)
        width, height = (area * aspect) ** 0.5, (area / aspect) ** 0.5
        return self._rounded(width), self._rounded(height)

    def scaled(self, size: tuple[int, int], factor: float) -> tuple[int, int]:
        """The (width, height) of an input with its sides times `factor`."""
        return self._rounded(size[0] * factor), self._rounded(size[1] * factor)

    def _rounded(self, side: float) -> int:
        return max(2, round(side / self.multiple)) * self.multiple


def box_size_px(width_px: int, height_px: int, box: Box) -> tuple[int, int]:
    """(width, height) in pixels of the box in a picture of this size, at least 1 x 1."""
    left, top, right, bottom = box_edges_px(width_px, height_px, box)
    return right - left, bottom - top


def box_edges_px(width_px: int, height_px: int, box: Box) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) in whole pixels, at least one pixel wide and high, inside the picture."""
    left = min(int(box.x0 * width_px), width_px - 1)
    top = min(int(box.y0 * height_px), height_px - 1)
    right = max(left + 1, min(round(box.x1 * width_px), width_px))
    bottom = max(top + 1, min(round(box.y1 * height_px), height_px))
    return left, top, right, bottom


def to_input(upright: Image.Image, size: tuple[int, int], box: Box | None = None) -> NDArray[np.uint8]:
    """An upright RGB picture (or the box in it) as the network's input, uint8 [H, W, 3].

    Args:
        upright: mode "RGB"; may already be scaled down, as `box` is relative.
        size: (width, height) from `InputRule.size_for` of the *full* size of the picture.
        box: the part to take; None for the whole picture.
    """
    region = None if box is None else box_edges_px(upright.width, upright.height, box)
    resized = upright.resize(size, Image.Resampling.BILINEAR, box=region)
    return np.asarray(resized, dtype=np.uint8)


def resize_input(rgb: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """A network's input uint8 [H, W, 3] at another (width, height)."""
    resized = Image.fromarray(rgb).resize(size, Image.Resampling.BILINEAR)
    return np.asarray(resized, dtype=np.uint8)
