"""Where in a photo a query is, by many windows compared with it: a heat map, and a box where it stands out.

For what the closer look by details cannot tell: other views of the same thing. Engine thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.accelerate import Runner
from engine.decode import DecodeRequest
from engine.decoders import Decoders
from engine.transform import InputRule
from engine.types import Box

_SIDES = (0.15, 0.22, 0.32, 0.46, 0.66)  # square roots of the windows' areas, as shares of the photo
_STEP = 0.4  # of a window's side, from one to the next
_GRID = 24  # places of the heat map along either side
_WHOLE = np.array([[0.0, 0.0, 1.0, 1.0]], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Heat:
    """How much each window of a photo is like a query.

    Args:
        windows: float32 [n, 4]: left, top, right, bottom as shares 0..1.
        scores: cosines float32 [n].
        whole: that of the whole photo.
    """

    windows: NDArray[np.float32]
    scores: NDArray[np.float32]
    whole: float


class HeatFinder:
    """Compares windows of photos with queries.

    Args:
        runner: gives the runner, or raises if there is none yet.
        decoders: the pool for interactive work.
        rule: the model's input rule.
    """

    def __init__(self, runner: Callable[[], Runner], decoders: Decoders, rule: InputRule) -> None:
        self._runner = runner
        self._decoders = decoders
        self._rule = rule

    def look(self, path: str, variants: NDArray[np.float32], aspect: float) -> Heat:
        """How much windows of a photo are like a query.

        Args:
            path: the photo.
            variants: the query's descriptors, float32 [v, D]: the most similar one counts.
            aspect: width / height of the query, as shares of its picture: windows have that shape.

        Raises:
            PhotoError: the photo cannot be read.
        """
        runner = self._runner()
        decoded = self._decoders.decode(DecodeRequest(path, rule=self._rule))
        assert decoded.rgb is not None  # asked for with a rule
        windows = dense_windows(aspect * decoded.height_px / decoded.width_px)
        wholes, parts = runner.describe_windows([decoded.rgb], windows)
        scores: NDArray[np.float32] = (parts[0] @ variants.T).max(axis=1)
        return Heat(windows, scores, float((wholes @ variants.T).max()))


def dense_windows(aspect: float) -> NDArray[np.float32]:
    """Overlapping windows of many sizes, float32 [n, 4], n about 430.

    Args:
        aspect: width / height of the windows, both as shares of the photo's; very long ones are made shorter.
    """
    stretch = min(max(aspect, 1 / 3), 3.0) ** 0.5
    boxes = []
    for side in _SIDES:
        width, height = min(1.0, side * stretch), min(1.0, side / stretch)
        for top in _starts(height):
            boxes += [(left, top, left + width, top + height) for left in _starts(width)]
    return np.array(boxes, dtype=np.float32).clip(0.0, 1.0)


def _starts(size: float) -> NDArray[np.float64]:
    """Where windows of this size begin, evenly over 0..1."""
    count = 1 if size >= 1.0 else int(np.ceil((1.0 - size) / (_STEP * size))) + 1
    return np.linspace(0.0, 1.0 - size, count)


SURE = 0.65
"""Score of a window from which it is framed. Of the three most alike photos without the thing 10 % reach it, of photos
with it two thirds where it fills a quarter of them (measured on random cut-outs of the training sets)."""


def heat_values(heat: Heat) -> NDArray[np.float32]:
    """The heat at each place, float32 [24, 24] of 0..1: the mean of the windows over it, smaller ones counting more."""
    centres = (np.arange(_GRID, dtype=np.float32) + 0.5) / _GRID
    left, top, right, bottom = heat.windows.T
    across = (left[:, None] <= centres) & (centres <= right[:, None])
    down = (top[:, None] <= centres) & (centres <= bottom[:, None])
    weights = 1.0 / ((right - left) * (bottom - top))
    covered = down[:, :, None] * across[:, None, :] * weights[:, None, None]
    excess = np.maximum(heat.scores - np.median(heat.scores), 0.0)
    values = (covered * excess[:, None, None]).sum(axis=0) / np.maximum(covered.sum(axis=0), 1e-6)
    found: NDArray[np.float32] = (values / max(float(values.max()), 1e-6)).astype(np.float32)
    return found


def best_box(heat: Heat) -> tuple[Box, float]:
    """The box round what is most like the query, and the score of the best window.

    The mean of the windows that overlap the best one and are nearly as good, weighted by how nearly.
    """
    best = int(heat.scores.argmax())
    near = _overlaps(heat.windows, heat.windows[best]) >= 0.3
    weights = np.maximum(heat.scores - heat.scores[best] + 0.06, 0.0) * near
    left, top, right, bottom = (float(edge) for edge in weights @ heat.windows / weights.sum())
    return Box(max(left, 0.0), max(top, 0.0), min(right, 1.0), min(bottom, 1.0)), float(heat.scores[best])


def _overlaps(windows: NDArray[np.float32], one: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of each window [n, 4] with one [4] -> [n]."""
    first, last = np.maximum(windows[:, :2], one[:2]), np.minimum(windows[:, 2:], one[2:])
    shared = np.clip(last - first, 0.0, None).prod(axis=1)
    areas = (windows[:, 2:] - windows[:, :2]).prod(axis=1)
    found: NDArray[np.float32] = shared / (areas + (one[2:] - one[:2]).prod() - shared)
    return found
