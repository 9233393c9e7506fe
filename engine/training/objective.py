"""What a batch of descriptors is asked to be: the loss of the settings, and the distillation beside it."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch  # noqa: TID253 - see losses

from engine.training.dataset import Dataset
from engine.training.losses import (
    BatchTuple,
    batch_hard_loss,
    contrastive_loss,
    distillation_loss,
    smooth_ap_loss,
    triplet_loss,
)
from engine.training.settings import TrainingSettings, ViewRule
from engine.training.store import View
from engine.training.tuples import Tuple


@dataclass(frozen=True, slots=True)
class Batch:
    """The views of a batch, (photo, view) each, their groups int [B], and the tuples among them, as rows."""

    views: tuple[View, ...]
    groups: torch.Tensor
    tuples: tuple[BatchTuple, ...]


def make_batch(dataset: Dataset, tuples: Sequence[Tuple], n_others: int, rule: ViewRule, seed: str) -> Batch:
    """The photos of some tuples and `n_others` random ones, a view of each; the same seed gives the same batch."""
    rng = random.Random(seed)
    photos: list[int] = []
    rows: list[BatchTuple] = []
    for one in tuples:
        first = len(photos)
        photos += [one.anchor, one.positive, *one.negatives]
        rows.append(BatchTuple(first, first + 1, tuple(range(first + 2, len(photos)))))
    photos += rng.sample(range(len(dataset.photos)), min(n_others, len(dataset.photos)))
    views = tuple((photo, _drawn_view(dataset, photo, rule, rng)) for photo in photos)
    groups = torch.tensor([dataset.photos[photo].group for photo in photos])
    return Batch(views, groups, tuple(rows))


def n_views(dataset: Dataset, photo: int, rule: ViewRule) -> int:
    """How many views a photo has; the first is the whole photo."""
    return 1 + (rule.n_random if dataset.photos[photo].is_labelled else rule.n_random_unlabelled)


def _drawn_view(dataset: Dataset, photo: int, rule: ViewRule, rng: random.Random) -> int:
    n = n_views(dataset, photo, rule)
    return rng.randrange(1, n) if n > 1 and rng.random() < rule.random_share else 0


@dataclass(frozen=True, slots=True)
class Losses:
    """The loss to go down by, and its two parts as numbers: of the tuples, and of the distillation (unweighted)."""

    total: torch.Tensor
    tuples: float
    distillation: float


def losses_of(
    descriptors: torch.Tensor, reference: torch.Tensor, batch: Batch, settings: TrainingSettings
) -> Losses:
    """The losses of a batch.

    Args:
        descriptors: float32 [B, D], L2 = 1; may need a gradient.
        reference: descriptors of the same views under the frozen start, float32 [B, D'], L2 = 1.
        batch: what they show.
        settings: which loss, with which weights.
    """
    similarity = descriptors @ descriptors.T
    groups = batch.groups.to(descriptors.device)
    match settings.loss:
        case "triplet":
            main = triplet_loss(similarity, batch.tuples, settings.margin)
        case "batch-hard":
            main = batch_hard_loss(similarity, groups, batch.tuples, settings.margin)
        case "contrastive":
            main = contrastive_loss(similarity, groups, batch.tuples, settings.temperature)
        case _:
            main = smooth_ap_loss(similarity, groups, batch.tuples, settings.temperature)
    held = distillation_loss(similarity, reference @ reference.T)
    return Losses(main + settings.distillation * held, main.item(), held.item())


def rate_factor(step: int, n_steps: int) -> float:
    """Share of the learning rate at a step: rising over the first 20 (of few steps a tenth), then falling to 1/20.

    Down goes half a cosine: Loshchilov and Hutter, "SGDR" (2017), eq. 5, without restarts.
    """
    warm_up = max(1, min(20, n_steps // 10))
    down = 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * step / max(1, n_steps)))
    return min(1.0, (step + 1) / warm_up) * down
