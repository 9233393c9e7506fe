"""Training the whitening alone, on stored descriptors before whitening: minutes instead of hours, and no photo decoded.

Engine thread, or whichever thread trains.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch  # noqa: TID253 - see losses
from torch import nn  # noqa: TID253
from torch.nn import functional as F  # noqa: N812, TID253

from engine.actnet.network import fit_whitening
from engine.errors import TrainingError
from engine.training.dataset import Dataset
from engine.training.objective import losses_of, make_batch, rate_factor
from engine.training.settings import TrainingSettings
from engine.training.store import View
from engine.training.tuples import Miner

MINE_EVERY = 50
_TUPLES = 96
_OTHERS = 128


class LossIsNoNumber(TrainingError):
    """The loss is NaN or infinite."""


@dataclass(frozen=True, slots=True)
class PooledViews:
    """Descriptors before whitening of views, and of the same views under the start, as rows.

    Args:
        rows: (photo, view) -> row; each photo has view 0, the whole photo.
        pooled: float [n, N], L2 = 1.
        reference: descriptors under the start, float32 [n, D'], L2 = 1.
    """

    rows: dict[View, int]
    pooled: torch.Tensor
    reference: torch.Tensor

    def whole(self, n_photos: int) -> list[int]:
        """The rows of the whole photos, by photo."""
        return [self.rows[photo, 0] for photo in range(n_photos)]


def reference_of(pooled: torch.Tensor, fit_on: list[int], dim: int) -> torch.Tensor:
    """Half-whitened descriptors of `dim` numbers at most, float32 [n, D'], L2 = 1, fitted on some of the rows."""
    weight, bias = fit_whitening(pooled[fit_on], min(dim, len(fit_on), pooled.shape[1]))
    return F.normalize(F.linear(pooled, weight, bias), dim=1)


def train_whitening(
    layer: nn.Linear, views: PooledViews, dataset: Dataset, miner: Miner, settings: TrainingSettings, n_steps: int
) -> Iterator[float]:
    """Train a whitening layer in place; yields the loss of each step.

    Args:
        layer: N numbers in, D out; on the device of the views.
        views: what is learnt from.
        dataset: the photos of the views.
        miner: chooses tuples among them.
        settings: the loss, its weights, the learning rate and the seed.
        n_steps: how long.

    Raises:
        TrainingError: the loss is no number any more.
    """
    optimiser = torch.optim.Adam(layer.parameters(), lr=settings.whitening_alone_rate)
    whole = views.whole(len(dataset.photos))
    tuples = []
    for step in range(n_steps):
        seed = f"{settings.seed} whitening {step}"
        if step % MINE_EVERY == 0:
            with torch.no_grad():
                now = F.normalize(layer(views.pooled[whole]), dim=1).cpu().numpy()
            tuples = miner.mine(now, seed)
        start = step % MINE_EVERY * _TUPLES % max(1, len(tuples) - _TUPLES + 1)
        batch = make_batch(dataset, tuples[start : start + _TUPLES], _OTHERS, settings.views, seed)
        rows = [views.rows[view] for view in batch.views]
        losses = losses_of(F.normalize(layer(views.pooled[rows]), dim=1), views.reference[rows], batch, settings)
        require_number(losses.total)
        optimiser.zero_grad()
        losses.total.backward()  # type: ignore[no-untyped-call]
        optimiser.param_groups[0]["lr"] = settings.whitening_alone_rate * rate_factor(step, n_steps)
        optimiser.step()
        yield losses.tuples


def blended(
    start: tuple[torch.Tensor, torch.Tensor], trained: nn.Linear, pooled: torch.Tensor, share: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """One layer whose cosines are nearly 1 - `share` times those of `start` plus `share` times those of `trained`.

    Training gains most where there was something like it to learn from and forgets a little everywhere else; a blend
    keeps most of the gain and gets nearly all of the rest back, as averaging the weights of a network does (Wortsman
    et al., "Robust fine-tuning of zero-shot models", 2022). Two linear layers that have been trained apart do not lie
    in one another's coordinates, so it is their cosines that are averaged: the descriptors of both behind each other,
    weighted by roots, have exactly the averaged cosines, and their D strongest principal axes nearly so.

    Args:
        start: weight [D, N] and bias [D] of the first.
        trained: the second, on the CPU.
        pooled: descriptors before whitening that the axes are found on, float32 [n, N].
        share: of the second, 0..1.

    Returns:
        weight float32 [D, N] and bias [D].
    """
    with torch.no_grad():
        weights, biases = [], []
        for (weight, bias), part in ((start, 1 - share), ((trained.weight, trained.bias), share)):
            length = F.linear(pooled, weight, bias).norm(dim=1).mean()
            weights.append(weight * part**0.5 / length)
            biases.append(bias * part**0.5 / length)
        weight, bias = torch.cat(weights).double(), torch.cat(biases).double()
        both = F.linear(pooled.double(), weight, bias)
        _, axes = torch.linalg.eigh(both.T @ both)
        turn = axes.flip(1)[:, : trained.out_features].T  # eigh sorts upwards; the strongest come last
        return (turn @ weight).float(), (turn @ bias).float()


def require_number(loss: torch.Tensor) -> None:
    """Refuse to go on with a network whose loss is NaN or infinite.

    Raises:
        LossIsNoNumber: it is.
    """
    if not torch.isfinite(loss):
        raise LossIsNoNumber(
            "Training was stopped because its loss is no number any more; no model was written. Choose lower learning "
            "rates, and begin anew with --restart."
        )
