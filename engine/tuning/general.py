"""What photos of all kinds say of a model: kept beside it, so that a tuned one still tells other things apart.

The two covariances of `whitening`, of the photos that the model was trained on: within the things these are known to
show and, with equal weight, between a photo and a part cut out of it, so that boxes are found as before. Kept in
`general/<file of the model>` in the folder of the model, made by packaging/general_pairs.py. A model without them is
tuned by its library alone. numpy only; any thread.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.actnet.checkpoint import ModelCard, read_arrays, read_metadata
from engine.errors import ModelError

_log = logging.getLogger(__name__)

WITHIN, OF_ALL = "within", "of_all"
"""Names of the two in the file, float16 [D, D], of trace D; its metadata names the `model`."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class General:
    """Covariances of descriptors within things, and of all photos: float64 [D, D], positive, of trace D."""

    within: Matrix
    of_all: Matrix


def general_file(model: Path) -> Path:
    """Where they are kept for a model file."""
    return model.parent / "general" / model.name


def read_general(card: ModelCard) -> General | None:
    """Those of a model; None if there are none, or they belong to another one or are damaged."""
    path = general_file(card.path)
    try:
        if read_metadata(path).get("model") != card.model_id:
            return None
        kept = read_arrays(path)
        within, of_all = (kept[name].astype(np.float64) for name in (WITHIN, OF_ALL))
    except (ModelError, KeyError) as error:
        if path.exists():
            _log.warning("tuning goes without what is kept of photos of all kinds: %s", error)
        return None
    is_good = all(
        one.shape == (card.dim, card.dim) and np.allclose(one, one.T) and np.linalg.eigvalsh(one)[0] > -1e-3
        for one in (within, of_all)
    )
    return General(within, of_all) if is_good else None
