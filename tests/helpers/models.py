"""Model files that are small: a card and a whitening, and nothing that could compute; and photos of a few things."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.actnet.checkpoint import ModelCard, save_arrays
from engine.transform import InputRule

DIM = 32
_POOLED = 64
_SIGNAL = 24  # of 32 numbers tell things apart; the others are what photos of one thing differ in


def make_model(path: Path, name: str = "start", seed: int = 0, dim: int = DIM, backbone: int = 0) -> ModelCard:
    """A model file of descriptors of `dim` numbers, others for another seed; another network for another backbone."""
    chance = np.random.default_rng(seed)
    weights = {
        "whitening.weight": chance.normal(size=(dim, _POOLED)).astype(np.float16),
        "whitening.bias": chance.normal(size=dim).astype(np.float16),
        "backbone.other": np.arange(backbone, backbone + 5).astype(np.float16),
    }
    architecture = {"dim": dim, "rule": asdict(InputRule(area_px=64 * 64, min_box_area_px=64 * 64))}
    return save_arrays(weights, architecture, path, name=name, licence="CC0", origin="A test.")


def things(n_things: int, n_each: int, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Descriptors float32 [n, 32], L2 = 1, of photos of some things, and which thing each shows.

    Photos of one thing differ in the last eight numbers most, so that a model that makes little of these is better.
    """
    chance = np.random.default_rng(seed)
    shown = np.repeat(np.arange(n_things), n_each)
    centres = chance.normal(size=(n_things, _SIGNAL))
    signal = centres[shown] + 0.4 * chance.normal(size=(len(shown), _SIGNAL))
    noise = 1.6 * chance.normal(size=(len(shown), DIM - _SIGNAL))
    vectors = np.concatenate([signal, noise], axis=1)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), shown.astype(np.int64)
