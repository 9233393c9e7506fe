"""Before training: all views are made, passed through the frozen parts of the network, and kept.

Runs on the thread that trains; decodes on threads of its own.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.device import n_cores
from engine.errors import PhotoError
from engine.messages import Phase, Progress
from engine.training.dataset import Split
from engine.training.objective import n_views
from engine.training.settings import TrainingSettings
from engine.training.store import InputStore, View
from engine.training.trainee import Trainee
from engine.training.views import plain_view, random_view

_TOGETHER = 64


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
        digest.update(repr((photo.path, *_size_and_time(photo.path))).encode())
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


def store_inputs(store: InputStore, trainee: Trainee, split: Split, settings: TrainingSettings) -> Iterator[Progress]:
    """Make all views and keep what the frozen parts give for them.

    Raises:
        PhotoError: a photo cannot be read.
        DiskFull, LibraryError: the store cannot be written.
    """
    rule = trainee.network.architecture.rule

    def picture_of(which: View) -> NDArray[np.uint8]:
        photo, view = which
        path = split.everything.photos[photo].path
        try:
            if view == 0:
                return plain_view(path, rule)
            return random_view(path, rule, settings.views, f"{settings.seed} {Path(path).name} {photo} {view}")
        except PhotoError as error:
            # A photo that cannot be read must not be learnt from as if it were one.
            raise type(error)(f"{error.sentence} Take it out of the photos to learn from.", path) from error

    views = planned_views(split, settings)
    started = time.monotonic()
    with store.writer() as writer, ThreadPoolExecutor(n_cores(), thread_name_prefix="views") as threads:
        for first in range(0, len(views), _TOGETHER):
            part = views[first : first + _TOGETHER]
            for view, array in zip(part, trainee.prepare(list(threads.map(picture_of, part))), strict=True):
                writer.add(view, array)
            done = first + len(part)
            per_view_s = (time.monotonic() - started) / done
            yield Progress(0, Phase.PREPARING, done, len(views), eta_s=per_view_s * (len(views) - done))
