"""A check of a model that needs no labels: parts cut out of the library's photos, each searched for its own photo.

Engine thread; a generator of steps of about 100 ms.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.accelerate import Runner
from engine.decoders import Decoders
from engine.describe import check_descriptors
from engine.errors import PhotoError
from engine.evaluation import random_box
from engine.learning import Found
from engine.messages import Phase, Progress
from engine.records import Photo
from engine.transform import InputRule
from engine.wire import DecodedPhoto, DecodeRequest

N_BOXES = 400
"""Of fewer, chance alone makes a model seem worse too often: docs/study/learning.md."""

AREA = 0.25
"""Share of a photo that is cut out."""

_AHEAD = 16  # pictures that may wait for the network
_CHUNK = 2_000  # photos compared in one step: some tens of ms

MAX_LOSS = 0.01
"""Of the boxes found among the first ten, and of those found first, that a model may lose."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Boxes:
    """Descriptors of boxes, float32 [n, D], L2 = 1, and the row of the photo that each was cut out of, int64 [n]."""

    vectors: Vectors
    rows: NDArray[np.int64]


def describe_boxes(
    photos: Sequence[tuple[int, Photo]], runner: Runner, decoders: Decoders, rule: InputRule, dim: int
) -> Generator[Progress, None, Boxes]:
    """Describe one random box of each of these photos, given with their rows; those that cannot be read are left out.

    Raises:
        ModelError: the network gives what makes no sense.
    """
    requests = []
    for row, photo in photos:
        box = random_box(random.Random(f"box {photo.hash.hex()}"), AREA, photo.width_px / photo.height_px)
        requests.append((row, DecodeRequest(photo.path, rule=rule, box=box)))
    return Boxes(*(yield from describe_files(requests, runner, decoders, dim)))


def describe_files(
    requests: Sequence[tuple[int, DecodeRequest]], runner: Runner, decoders: Decoders, dim: int
) -> Generator[Progress, None, tuple[Vectors, NDArray[np.int64]]]:
    """Describe pictures, given with their rows -> descriptors float32 [n, D] and the rows of those that could be read.

    Raises:
        ModelError: the network gives what makes no sense.
    """
    to_do = deque(requests)
    waiting: deque[tuple[int, Future[DecodedPhoto]]] = deque()
    vectors: list[Vectors] = []
    rows: list[int] = []
    done = 0
    try:
        while to_do or waiting:
            while to_do and len(waiting) < _AHEAD:
                row, request = to_do.popleft()
                waiting.append((row, decoders.submit(request)))
            row, future = waiting.popleft()
            while not future.done():
                yield Progress(0, Phase.MEASURING, done, len(requests))
                _wait(future)
            if not isinstance(future.exception(), PhotoError) and (rgb := future.result().rgb) is not None:
                vectors.append(runner.describe([rgb]))
                rows.append(row)
            done += 1
            yield Progress(0, Phase.MEASURING, done, len(requests))
    finally:
        for _, future in waiting:
            future.cancel()
    described = np.concatenate([np.empty((0, dim), np.float32), *vectors])
    check_descriptors(described, dim)
    return described, np.array(rows, dtype=np.int64)


def _wait(future: Future[DecodedPhoto]) -> None:
    try:
        future.exception(timeout=0.05)
    except TimeoutError:
        return


def found(
    boxes: Boxes, queries: Vectors, gallery: Vectors, under: Callable[[Vectors], Vectors] = lambda vectors: vectors
) -> Generator[Progress, None, Found]:
    """How many boxes find their photo first and among the first ten, under one model; some photos at a time.

    Args:
        boxes: whose rows are right.
        queries: the boxes under that model, float32 [n, D], L2 = 1.
        gallery: the photos of all rows, float32 [m, D'], L2 = 1 ...
        under: ... and what makes of some of them what they are under that model.
    """
    own = np.einsum("ij,ij->i", queries, under(gallery[boxes.rows]))
    ranks = np.zeros(len(queries), dtype=np.int64)
    for start in range(0, len(gallery), _CHUNK):
        similarity = queries @ under(gallery[start : start + _CHUNK]).T
        is_here = np.flatnonzero((boxes.rows >= start) & (boxes.rows < start + _CHUNK))
        similarity[is_here, boxes.rows[is_here] - start] = -np.inf  # its own photo is not before itself
        ranks += (similarity > own[:, None]).sum(axis=1)
        yield Progress(0, Phase.MEASURING, min(start + _CHUNK, len(gallery)), len(gallery))
    n = max(1, len(boxes.rows))
    return Found(round(float((ranks == 0).sum()) / n, 6), round(float((ranks < 10).sum()) / n, 6))


def is_worse(before: Found, after: Found) -> bool:
    """Whether a model finds less than it may lose."""
    return after.top_ten < before.top_ten - MAX_LOSS or after.first < before.first - MAX_LOSS
