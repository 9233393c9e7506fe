"""Before training: all views are made, passed through the frozen parts of the network, and kept.

Runs on the thread that trains; photos are decoded in the decoder processes meanwhile.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future
from contextlib import closing
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.decoders import Decoders
from engine.errors import PhotoError
from engine.messages import Phase, Progress
from engine.training.dataset import Split
from engine.training.objective import n_views
from engine.training.settings import TrainingSettings
from engine.training.store import InputStore, View
from engine.training.trainee import Trainee
from engine.training.views import ViewRequest, make_view

_TOGETHER = 32  # views that pass the network at once
_AHEAD = 96  # views that may be on their way through the decoder processes


def inputs_key(trainee: Trainee, split: Split, settings: TrainingSettings) -> str:
    """A hash of all that the inputs depend on: photos, views, and the frozen parts with their weights.

    Poolings, lengths and losses are not among it, so that their inputs can be shared.
    """
    architecture = trainee.network.architecture
    rule = settings.views
    digest = hashlib.blake2b(digest_size=16)
    digest.update(repr((architecture.backbone, architecture.rule, trainee.n_frozen)).encode())
    digest.update(repr((settings.seed, rule.least_crop, rule.scales, rule.tilt_degrees)).encode())
    for photo in split.everything.photos:
        digest.update(os.fsencode(photo.path) + repr(_size_and_time(photo.path)).encode())
    digest.update(repr(planned_views(split, settings)).encode())
    for name, tensor in trainee.frozen_weights():
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().numpy().tobytes())
    return digest.hexdigest()


def _size_and_time(path: str) -> tuple[int, int]:
    try:
        stat = os.stat(path)
    except OSError:
        return 0, 0  # reading the photo will say what is wrong with it
    return stat.st_size, stat.st_mtime_ns


def planned_views(split: Split, settings: TrainingSettings) -> list[View]:
    """All views that are made: of held-out photos only the whole photo."""
    n_learnt = len(split.learnt.photos)
    return [
        (photo, view)
        for photo in range(len(split.everything.photos))
        for view in range(n_views(split.learnt, photo, settings.views) if photo < n_learnt else 1)
    ]


def store_inputs(
    store: InputStore, trainee: Trainee, split: Split, settings: TrainingSettings, decoders: Decoders
) -> Iterator[Progress]:
    """Make all views and keep what the frozen parts give for them.

    Raises:
        PhotoError: a photo cannot be read.
        DiskFull, LibraryError: the store cannot be written.
    """
    views = planned_views(split, settings)
    requests = [_request(view, trainee, split, settings) for view in views]
    started, done = time.monotonic(), 0
    with store.writer() as writer, closing(_made(requests, decoders)) as made:
        while pictures := list(islice(made, _TOGETHER)):
            for array in trainee.prepare(pictures):
                writer.add(views[done], array)
                done += 1
            per_s = done / (time.monotonic() - started)
            yield Progress(0, Phase.PREPARING, done, len(views), per_s, (len(views) - done) / per_s)


def _request(view: View, trainee: Trainee, split: Split, settings: TrainingSettings) -> ViewRequest:
    photo, number = view
    path = split.everything.photos[photo].path
    seed = f"{settings.seed} {Path(path).name} {photo} {number}" if number else None
    return ViewRequest(path, trainee.network.architecture.rule, settings.views, seed)


def _made(requests: list[ViewRequest], decoders: Decoders) -> Generator[NDArray[np.uint8], None, None]:
    """The views in their order, some decoded ahead."""
    under_way: deque[tuple[str, Future[NDArray[np.uint8]]]] = deque()
    try:
        for request in requests:
            under_way.append((request.path, decoders.call(make_view, request, request.path)))
            if len(under_way) == _AHEAD:
                yield _result(*under_way.popleft())
        while under_way:
            yield _result(*under_way.popleft())
    finally:
        for _, future in under_way:
            future.cancel()


def _result(path: str, future: Future[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    try:
        return future.result()
    except PhotoError as error:
        # What is not there cannot be learnt from, and which photos were is written into the model.
        raise type(error)(f"{error.sentence} Take it out of the photos to learn from.", path) from error
