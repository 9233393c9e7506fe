"""One architecture in a study: its start, and its short training, by the recipe of `engine.training` in small.

First the whitening is trained alone, then poolings, balance and whitening together (and what of the backbone the
settings let learn), then the whitening once more, which is blended with one that was only fitted. No epoch is chosen by
looking at photos that are measured on.
Training costs little, as nothing is computed twice: see `SharedInputs`, and vectors that did not change are kept.
"""

from __future__ import annotations

import copy
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import torch  # noqa: TID253 - only imported by whoever has decided to train
from numpy.typing import NDArray
from torch import nn  # noqa: TID253
from torch.nn import functional as F  # noqa: N812, TID253

from engine.actnet.network import BACKBONES, ActNet, Architecture, fit_whitening
from engine.study.inputs import SharedInputs
from engine.training.loop import round_powers
from engine.training.objective import Batch, losses_of, make_batch, rate_factor
from engine.training.settings import TrainingSettings
from engine.training.store import InputStore, View
from engine.training.trainee import Trainee
from engine.training.tuples import Miner
from engine.training.whitening import PooledViews, blended, require_number, train_whitening

Steps = Generator[float | None, None, None]
"""Each step gives its loss, or None if it has none."""


@dataclass(frozen=True, slots=True)
class Descriptors:
    """What a run came to.

    Args:
        of_photos: descriptors of all whole photos, float32 [photos, D], L2 = 1.
        parameters: stream -> name -> value: the balance, and the parameters of the pooling.
    """

    of_photos: NDArray[np.float32]
    parameters: dict[str, dict[str, float]]


def pooled_at_start(inputs: SharedInputs, architecture: Architecture) -> Generator[None, None, torch.Tensor]:
    """All views under poolings at their start, before whitening, float32 [n, N], L2 = 1, in the order of the store."""
    store = inputs.store(architecture)
    return (yield from _pooled(inputs.trainee(architecture, inputs.settings), store, store.views()))


class Contender:
    """An architecture, untrained and trained by several seeds.

    Args:
        architecture: of the network.
        inputs: what is shared with all others.
        pooled: its views under poolings at their start, as of `pooled_at_start`, or those of an architecture that has
            more streams before these.

    Raises:
        DatasetError: no two photos to learn from show the same thing in different views.
    """

    def __init__(self, architecture: Architecture, inputs: SharedInputs, pooled: torch.Tensor) -> None:
        self._architecture = architecture
        self._inputs = inputs
        self._store = inputs.store(architecture)
        self._views = self._store.views()
        split = inputs.photos.split
        self._learnt = split.learnt
        self._rows = {view: row for row, view in enumerate(self._views)}
        self._whole = [self._rows[photo, 0] for photo in range(len(split.everything.photos))]
        # The last streams alone, at unit length again.
        self._pooled = F.normalize(pooled[:, -architecture.pooled_dim :], dim=1)
        whole = self._whole[: len(self._learnt.photos)]
        dim = architecture.dim
        longer = max(dim, min(dim * inputs.settings.reference_scale, len(whole), architecture.pooled_dim))
        weight, bias = fit_whitening(self._pooled[whole], longer)
        self._reference = F.normalize(F.linear(self._pooled, weight, bias), dim=1)
        self._start = {"weight": weight[:dim], "bias": bias[:dim]}  # the strongest components come first
        self._miner = Miner(self._learnt, self._reference[whole].numpy(), inputs.settings.tuples)

    def untrained(self) -> Descriptors:
        """At its start: poolings as they begin, the whitening fitted on the photos to learn from."""
        trainee = self._new_trainee(self._inputs.settings)
        return self._result(trainee.network, self._pooled)

    def trained(self, settings: TrainingSettings) -> Generator[float | None, None, Descriptors]:
        """After a training from its start with these settings, which tell the seed.

        Raises:
            TrainingError: the loss is no number any more.
        """
        trainee = self._new_trainee(settings)
        network = trainee.network
        yield from self._train_whitening(network, self._pooled, settings, settings.whitening_steps)
        learner = _Learner(trainee, self._store, self._inputs.backbone_learns, settings)
        pooled = self._pooled
        for epoch in range(1, settings.epochs + 1):
            yield from self._epoch(learner, pooled, settings, epoch)
            if epoch == settings.epochs and settings.whole_powers:
                round_powers(network)
            pooled = yield from learner.pooled_after(self._pooled, self._views)
        yield from self._train_whitening(network, pooled, settings, settings.polishing_steps)
        if settings.blend < 1:
            self._blend(network.whitening, pooled, settings.blend)
            yield None
        return self._result(network, pooled)

    def _new_trainee(self, settings: TrainingSettings) -> Trainee:
        trainee = self._inputs.trainee(self._architecture, settings)
        trainee.network.whitening.load_state_dict(self._start)
        return trainee

    def _result(self, network: ActNet, pooled: torch.Tensor) -> Descriptors:
        descriptors = _whitened(network, pooled[self._whole])
        require_number(descriptors.sum())
        return Descriptors(descriptors.numpy(), parameters_of(network))

    def _train_whitening(
        self, network: ActNet, pooled: torch.Tensor, settings: TrainingSettings, n_steps: int
    ) -> Steps:
        if n_steps:
            layer = copy.deepcopy(network.whitening).cpu()
            views = PooledViews(self._rows, pooled, self._reference)
            yield from train_whitening(layer, views, self._learnt, self._miner, settings, n_steps)
            network.whitening.load_state_dict(layer.state_dict())

    def _blend(self, layer: nn.Linear, pooled: torch.Tensor, share: float) -> None:
        """See `whitening.blended`; the other part is fitted on the same vectors."""
        vectors = pooled[self._whole[: len(self._learnt.photos)]]
        fitted = fit_whitening(vectors, layer.out_features)
        weight, bias = blended(fitted, copy.deepcopy(layer).cpu(), vectors, share)
        layer.load_state_dict({"weight": weight, "bias": bias})

    def _epoch(self, learner: _Learner, pooled: torch.Tensor, settings: TrainingSettings, epoch: int) -> Steps:
        now = _whitened(learner.network, pooled[self._whole[: len(self._learnt.photos)]])
        tuples = self._miner.mine(now.numpy(), f"{settings.seed} {epoch}")
        n_steps = max(1, len(tuples) // settings.batch_tuples)
        for step in range(n_steps):
            chosen = tuples[step * settings.batch_tuples : (step + 1) * settings.batch_tuples]
            seed = f"{settings.seed} {epoch} {step}"
            batch = make_batch(self._learnt, chosen, settings.batch_others, settings.views, seed)
            rows = [self._rows[view] for view in batch.views]
            factor = rate_factor((epoch - 1) * n_steps + step, settings.epochs * n_steps)
            yield learner.step(batch, self._reference[rows], self._pooled[rows], factor)


class _Learner:
    """Steps of training poolings, balance, whitening and, if it learns, the backbone."""

    def __init__(
        self, trainee: Trainee, store: InputStore, backbone_learns: bool, settings: TrainingSettings
    ) -> None:
        self.network = trainee.network
        self._trainee = trainee
        self._store = store
        self._settings = settings
        # Vectors of poolings that have nothing to learn never change, but for the balance between them.
        poolings_learn = settings.pooling_rate > 0 and any(True for _ in trainee.network.poolings.parameters())
        self._from_inputs = backbone_learns or poolings_learn
        self._optimiser = torch.optim.Adam(trainee.parameter_groups())

    def step(self, batch: Batch, reference: torch.Tensor, pooled: torch.Tensor, rate: float) -> float:
        """One step; returns the loss of the tuples.

        Args:
            batch: what is learnt from.
            reference: its views under the start, float32 [B, D'], L2 = 1.
            pooled: its views before whitening, under poolings at their start, float32 [B, N], L2 = 1.
            rate: what the learning rates are multiplied by.
        """
        for group, start in zip(self._optimiser.param_groups, self._trainee.parameter_groups(), strict=True):
            group["lr"] = start["lr"] * rate
        if self._from_inputs:
            now = self._trainee.forward(self._store, batch.views, self._trainee.described).clone().requires_grad_()
        else:
            balanced = rebalanced(self.network, pooled.to(self._trainee.device))
            now = F.normalize(self.network.whitening(balanced), dim=1)
        losses = losses_of(now, reference.to(now.device), batch, self._settings)
        require_number(losses.total)
        self._optimiser.zero_grad()
        losses.total.backward()  # type: ignore[no-untyped-call]
        if self._from_inputs:
            assert now.grad is not None
            self._trainee.backward(self._store, batch.views, now.grad)
        self._optimiser.step()
        return losses.tuples

    def pooled_after(self, pooled: torch.Tensor, views: Sequence[View]) -> Generator[None, None, torch.Tensor]:
        """Views under the present network, before whitening; `pooled` are the same under the start."""
        if self._from_inputs:
            return (yield from _pooled(self._trainee, self._store, views))
        with torch.no_grad():
            return rebalanced(self.network, pooled.to(self._trainee.device)).cpu()


def rebalanced(network: ActNet, pooled: torch.Tensor) -> torch.Tensor:
    """Vectors before whitening [n, N] under the network's balance, L2 = 1, whatever balance they were made with."""
    channels = BACKBONES[network.architecture.backbone].channels
    sizes = [channels[stream.name] for stream in network.architecture.streams]
    parts = torch.split(pooled, sizes, dim=1)
    balance = network.log_balance.exp()
    return F.normalize(torch.cat([balance[i] * F.normalize(part, dim=1) for i, part in enumerate(parts)], dim=1), dim=1)


@torch.no_grad()
def parameters_of(network: ActNet) -> dict[str, dict[str, float]]:
    """By stream: its balance and the parameters of its pooling, a mean where each channel has its own."""
    found: dict[str, dict[str, float]] = {}
    for i, stream in enumerate(network.architecture.streams):
        values = {"balance": float(network.log_balance[i].exp())}
        for name, parameter in network.poolings[i].named_parameters():
            values[name.rpartition(".")[2].removeprefix("log_")] = float(parameter.exp().mean())
        found[stream.name] = {name: round(value, 5) for name, value in values.items()}
    return found


def _pooled(trainee: Trainee, store: InputStore, views: Sequence[View]) -> Generator[None, None, torch.Tensor]:
    rows = []
    for chunk in trainee.forward_all(store, views, trainee.pooled):
        rows.append(chunk)
        yield None
    return torch.cat(rows)


@torch.no_grad()
def _whitened(network: ActNet, pooled: torch.Tensor) -> torch.Tensor:
    layer: nn.Linear = network.whitening
    return F.normalize(layer(pooled.to(layer.weight.device)), dim=1).cpu()
