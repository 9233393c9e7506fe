"""Measuring and training networks: the jobs. A part of the door; `messages` hands it on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Evaluate:
    """Measure retrieval on labelled sets (FOLDER/<instance>/<photo>) in a library of its own -> dict

    `expand` searches as `Search.expand` does; `augment` compares each photo by the mean of itself and its neighbours;
    `multi_scale` describes each picture at three scales; `closely` looks at hits as `Search.closely` does.
    """

    sets: tuple[str, ...]
    distractors: tuple[str, ...] = ()
    together: bool = False
    box_area: float | None = None
    per_instance: bool = False
    expand: bool = False
    augment: bool = False
    multi_scale: bool = False
    closely: bool = False


@dataclass(frozen=True, slots=True)
class EvaluateProtocol:
    """Measure retrieval by a published protocol, one of `PROTOCOLS`, whose files lie in `folder` -> dict

    `distractors` is a .npy file of descriptors of this model that are never a right answer. The rest as in `Evaluate`.
    """

    protocol: str
    folder: str
    distractors: str | None = None
    expand: bool = False
    augment: bool = False
    multi_scale: bool = False


PROTOCOLS = ("roxford5k", "rparis6k", "oxford5k", "paris6k", "holidays")
LOSSES = ("triplet", "batch-hard", "contrastive", "smooth-ap")
"""What a training can minimise."""


@dataclass(frozen=True, slots=True)
class Train:
    """Train a network on labelled photos and write it as a model file -> dict: the figures before and after.

    `datasets` are folders FOLDER/<instance>/<photo> or CSV files, `unlabelled` folders of other photos, `root` is what
    paths in CSV files are relative to. Training begins with the model file `start`; where one of `backbone`,
    `streams`, `pooling`, `per_channel` and `dim` is given, with a new network that has its backbone's weights.
    `settings` are names and values of `engine.training.settings`. A run that was ended goes on, unless `restart`.
    """

    datasets: tuple[str, ...]
    out: Path
    start: Path
    unlabelled: tuple[str, ...] = ()
    root: str | None = None
    backbone: str | None = None
    streams: tuple[str, ...] = ()
    pooling: str | None = None
    per_channel: bool = False
    dim: int | None = None
    settings: tuple[tuple[str, str], ...] = ()
    restart: bool = False


@dataclass(frozen=True, slots=True)
class Study:
    """Compare poolings, one stream with several, and untrained with trained networks -> dict: what was found, in short.

    `datasets`, `unlabelled`, `root` and `start` as in `Train`: what is learnt from, and the backbone's weights. `tests`
    are labelled folders to measure on, each with all `distractors`; with none, a part of the data is held out for it.
    `poolings` are those to compare, all if none are named, and `seeds` says how often each network is trained.
    `settings` are names and values of `engine.training.settings`, whose defaults are those of `engine.study.plan`. The
    report, plots and results are written in the folder `out`; what it has already is not computed again, unless
    `restart`.
    """

    datasets: tuple[str, ...]
    out: Path
    start: Path
    tests: tuple[str, ...] = ()
    distractors: tuple[str, ...] = ()
    unlabelled: tuple[str, ...] = ()
    root: str | None = None
    poolings: tuple[str, ...] = ()
    backbone: str | None = None
    streams: tuple[str, ...] = ()
    dim: int | None = None
    seeds: int = 3
    settings: tuple[tuple[str, str], ...] = ()
    restart: bool = False
