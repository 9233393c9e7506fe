"""Training ACTNET end to end: backbone, activations, balance and whitening together, from labelled photos.

First the views of all photos are made and what the frozen parts give for them is stored. Then the whitening is trained
alone, then everything together in epochs of freshly mined tuples, and at last, if wanted, the whitening once more.
After each epoch there is a checkpoint; a run that was ended goes on there and comes to the same numbers.

Runs on the thread that calls it, as a generator of progress; owns its network, which nobody else may use meanwhile.
"""

from __future__ import annotations

import copy
import hashlib
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch  # noqa: TID253 - see losses

from engine.actnet.activations import ModifiedWeibull
from engine.actnet.initial import whiten
from engine.actnet.network import ActNet, fit_whitening
from engine.decoders import Decoders
from engine.messages import Phase, Progress
from engine.training.dataset import Dataset
from engine.training.held_out import HeldOut, measure
from engine.training.objective import Batch, Losses, losses_of, make_batch, rate_factor
from engine.training.preparing import inputs_key, store_inputs
from engine.training.record import Epoch, TrainingRecord, log_row
from engine.training.settings import TrainingSettings
from engine.training.store import InputStore, View
from engine.training.trainee import Trainee
from engine.training.tuples import Miner
from engine.training.whitening import PooledViews, blended, reference_of, require_number, train_whitening

_BEST = "best."
_NETWORK = "network."
_OPTIMISER = "optimiser."
_MEAN_OVER = 50  # steps that the loss of the whitening alone is averaged over in the log

Steps = Generator[Progress, None, None]


@dataclass(frozen=True, slots=True)
class Start:
    """What a run begins with.

    Args:
        network: to be trained, changed in place; on the CPU.
        new_whitening: fit the whitening on the photos first, as the network has none yet.
        cuda: train on the GPU.
    """

    network: ActNet
    new_whitening: bool
    cuda: bool = False


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run came to: held-out mAP before (the start) and after, and its log.

    `log` has a row for each epoch, the first for the whitening alone; `best_epoch` is the one whose network was kept.
    """

    before: HeldOut
    after: HeldOut
    best_epoch: int
    log: tuple[dict[str, Any], ...]


class _Best(NamedTuple):
    mean_ap: float | None
    epoch: int
    weights: dict[str, torch.Tensor]


class Training:
    """One training run.

    Args:
        start: the network to train.
        dataset: all photos. Some groups are held out by the settings.
        settings: see `TrainingSettings`.
        folder: the run's own folder, for checkpoints, log and curves.
        inputs: the folder of stored inputs, which runs with the same photos and frozen parts may share.
        decoders: read the photos.
    """

    def __init__(
        self, start: Start, dataset: Dataset, settings: TrainingSettings, folder: Path, inputs: Path, decoders: Decoders
    ) -> None:
        self._settings = settings
        self._split = dataset.split(settings.held_out, settings.seed)
        self._all, self._dataset = self._split.everything, self._split.learnt
        self._new_whitening = start.new_whitening
        layer = start.network.whitening
        kept = (layer.weight.detach().clone(), layer.bias.detach().clone())
        self._start_whitening = None if start.new_whitening else kept
        self._network = start.network
        self._decoders = decoders
        self.record = TrainingRecord(folder, _key_of(start, dataset, settings))
        self._trainee = Trainee(start.network, settings, start.cuda)
        self._store = InputStore(inputs, inputs_key(self._trainee, self._split, settings))
        self._log: list[dict[str, Any]] = []
        self._best: _Best | None = None

    def run(self) -> Generator[Progress, None, Trained]:
        """Train, or go on from the last checkpoint; the network is the best one found in the end.

        Raises:
            DatasetError, TrainingError: there is nothing to learn from, the loss is no number any more, or the
                folder's checkpoint is of another run.
            ModelError: there are too few photos to fit a whitening on.
            PhotoError: a photo cannot be read.
            DiskFull, LibraryError: a folder cannot be written.
        """
        checkpoint = self.record.resume()
        if not self._store.open_finished():
            yield from store_inputs(self._store, self._trainee, self._split, self._settings, self._decoders)
        # Also when the run goes on from a checkpoint: what is compared with is the start, not what came of it.
        views = yield from self._views_at_start()
        before = self._measured(views.pooled[views.whole(len(self._all.photos))])
        at_start = views.reference[views.whole(len(self._dataset.photos))].numpy()
        miner = Miner(self._dataset, at_start, self._settings.tuples)
        optimiser = torch.optim.Adam(self._trainee.parameter_groups())
        if checkpoint is None:
            yield from self._whitening_alone(views, miner)
            self._save(optimiser)
        else:
            self._go_on_from(*checkpoint, optimiser)
        while self._epoch < self._settings.epochs and not self._is_patience_over():
            yield from self._train_together(optimiser, miner, views)
            self._save(optimiser)
        assert self._best is not None  # there is an epoch 0
        self._network.load_state_dict(self._best.weights)
        after = yield from self._finish(views, miner)
        return Trained(before, after, self._best.epoch, tuple(self._log))

    @property
    def _epoch(self) -> int:
        """The last epoch that is done; 0 after the whitening alone."""
        return len(self._log) - 1

    # ---- descriptors ----

    def _views_at_start(self) -> Generator[Progress, None, PooledViews]:
        """All views under the start; puts a whitening into the network if it has none yet."""
        stored = self._store.views()
        rows = {view: row for row, view in enumerate(stored)}
        pooled = yield from self._pooled_now(stored)
        if not self._new_whitening:
            return PooledViews(rows, pooled, self._whitened(pooled))
        fit_on = [rows[view] for view in _whole(self._dataset)]
        whiten(self._network, pooled[fit_on])
        dim = self._network.architecture.dim * self._settings.reference_scale
        return PooledViews(rows, pooled, reference_of(pooled, fit_on, dim))

    def _pooled_now(self, views: list[View]) -> Generator[Progress, None, torch.Tensor]:
        """Descriptors before whitening under the present network, float32 [n, N], on the CPU."""
        rows: list[torch.Tensor] = []
        started, done = time.monotonic(), 0
        for chunk in self._trainee.forward_all(self._store, views, self._trainee.pooled):
            rows.append(chunk)
            done += len(chunk)
            per_view_s = (time.monotonic() - started) / done
            yield Progress(0, Phase.MEASURING, done, len(views), eta_s=(len(views) - done) * per_view_s)
        return torch.cat(rows)

    def _whitened(self, pooled: torch.Tensor) -> torch.Tensor:
        """Descriptors float32 [n, D], L2 = 1, on the CPU, from those before whitening."""
        with torch.no_grad():
            layer = self._network.whitening
            return torch.nn.functional.normalize(layer(pooled.to(layer.weight.device)), dim=1).cpu()

    def _measured(self, pooled: torch.Tensor) -> HeldOut:
        """Retrieval of the held-out photos, from the vectors of all whole photos before whitening."""
        descriptors = self._whitened(pooled)
        require_number(descriptors.sum())
        return measure(self._all, self._split.held_out, descriptors.numpy())

    # ---- the whitening alone ----

    def _whitening_alone(self, views: PooledViews, miner: Miner) -> Steps:
        started = time.monotonic()
        losses = yield from self._train_whitening(views, miner, self._settings.whitening_steps)
        found = self._measured(views.pooled[views.whole(len(self._all.photos))])
        self._note(Epoch(0, losses[-_MEAN_OVER:], (), found, time.monotonic() - started, 0.0))

    def _train_whitening(
        self, views: PooledViews, miner: Miner, n_steps: int
    ) -> Generator[Progress, None, list[float]]:
        """Train the network's whitening; returns the losses."""
        started = time.monotonic()
        losses: list[float] = []
        layer = copy.deepcopy(self._network.whitening).cpu()
        for loss in train_whitening(layer, views, self._dataset, miner, self._settings, n_steps):
            losses.append(loss)
            per_step_s = (time.monotonic() - started) / len(losses)
            yield self._progress(len(losses), n_steps, per_step_s, loss)
        self._network.whitening.load_state_dict(layer.state_dict())
        return losses

    # ---- everything together ----

    def _train_together(self, optimiser: torch.optim.Optimizer, miner: Miner, views: PooledViews) -> Steps:
        settings, started, epoch = self._settings, time.monotonic(), self._epoch + 1
        now = self._whitened((yield from self._pooled_now(_whole(self._dataset))))
        tuples = miner.mine(now.numpy(), f"{settings.seed} {epoch}")
        n_steps = max(1, len(tuples) // settings.batch_tuples)
        total = settings.epochs * n_steps
        found: list[Losses] = []
        n_photos, began = 0, time.monotonic()
        for step in range(n_steps):
            chosen = tuples[step * settings.batch_tuples : (step + 1) * settings.batch_tuples]
            seed = f"{settings.seed} {epoch} {step}"
            batch = make_batch(self._dataset, chosen, settings.batch_others, settings.views, seed)
            done = (epoch - 1) * n_steps + step
            self._set_rates(optimiser, rate_factor(done, total))
            found.append(self._step(optimiser, batch, views))
            n_photos += len(batch.views)
            per_step_s = (time.monotonic() - began) / len(found)
            yield self._progress(done + 1, total, per_step_s, found[-1].tuples)
        photos_per_s = n_photos / (time.monotonic() - began)
        held_out = self._measured((yield from self._pooled_now(_whole(self._all))))
        losses, distillations = [one.tuples for one in found], [one.distillation for one in found]
        self._note(Epoch(epoch, losses, distillations, held_out, time.monotonic() - started, photos_per_s))

    def _set_rates(self, optimiser: torch.optim.Optimizer, factor: float) -> None:
        for group, start in zip(optimiser.param_groups, self._trainee.parameter_groups(), strict=True):
            group["lr"] = start["lr"] * factor

    def _step(self, optimiser: torch.optim.Optimizer, batch: Batch, views: PooledViews) -> Losses:
        reference = views.reference[[views.rows[view] for view in batch.views]].to(self._trainee.device)
        now = self._trainee.forward(self._store, batch.views, self._trainee.described)
        descriptors = now.clone().requires_grad_()
        losses = losses_of(descriptors, reference, batch, self._settings)
        require_number(losses.total)
        losses.total.backward()  # type: ignore[no-untyped-call]
        assert descriptors.grad is not None
        optimiser.zero_grad()
        self._trainee.backward(self._store, batch.views, descriptors.grad)
        optimiser.step()
        return losses

    def _finish(self, views: PooledViews, miner: Miner) -> Generator[Progress, None, HeldOut]:
        """Round the powers, let the whitening follow what has changed before it, blend it with the start's; measure."""
        if self._settings.whole_powers:
            round_powers(self._network)
        if self._settings.polishing_steps:
            now = PooledViews(views.rows, (yield from self._pooled_now(self._store.views())), views.reference)
            whole = now.pooled[views.whole(len(self._all.photos))]
            found, kept = self._measured(whole), copy.deepcopy(self._network.whitening.state_dict())
            yield from self._train_whitening(now, miner, self._settings.polishing_steps)
            if self._measured(whole).is_worse_than(found):
                self._network.whitening.load_state_dict(kept)
        else:
            whole = yield from self._pooled_now(_whole(self._all))
        if self._settings.blend < 1:
            self._blend(whole[: len(self._dataset.photos)])
        return self._measured(whole)

    def _blend(self, pooled: torch.Tensor) -> None:
        layer = self._network.whitening
        trained = copy.deepcopy(layer).cpu()
        start = self._start_whitening or fit_whitening(pooled, trained.out_features)
        weight, bias = blended(start, trained, pooled, self._settings.blend)
        with torch.no_grad():
            layer.weight.copy_(weight)
            layer.bias.copy_(bias)

    # ---- the record ----

    def _progress(self, done: int, total: int, per_step_s: float, loss: float) -> Progress:
        figures = {"epoch": float(len(self._log)), "loss": loss}
        if self._log and self._log[-1]["mAP"] is not None:
            figures["mAP"] = self._log[-1]["mAP"]
        return Progress(
            0, Phase.TRAINING, done, total, eta_s=(total - done) * per_step_s, figures=tuple(figures.items())
        )

    def _note(self, epoch: Epoch) -> None:
        """Add a row to the log, and keep the network if it is the best so far."""
        self._log.append(log_row(self._network, epoch))
        mean_ap = epoch.held_out.mean
        if self._best is None or mean_ap is None or self._best.mean_ap is None or mean_ap > self._best.mean_ap:
            weights = {name: tensor.detach().clone() for name, tensor in self._network.state_dict().items()}
            self._best = _Best(mean_ap, epoch.number, weights)

    def _is_patience_over(self) -> bool:
        return self._best is not None and self._epoch - self._best.epoch >= self._settings.patience

    def _save(self, optimiser: torch.optim.Optimizer) -> None:
        assert self._best is not None
        tensors = {_NETWORK + name: tensor for name, tensor in self._network.state_dict().items()}
        tensors |= {_BEST + name: tensor for name, tensor in self._best.weights.items()}
        for number, values in optimiser.state_dict()["state"].items():
            tensors |= {f"{_OPTIMISER}{number}.{name}": value for name, value in values.items()}
        self.record.save(tensors, {"best": (self._best.mean_ap, self._best.epoch), "log": self._log})

    def _go_on_from(
        self, tensors: dict[str, torch.Tensor], state: dict[str, Any], optimiser: torch.optim.Optimizer
    ) -> None:
        """Put a checkpoint in place."""
        self._network.load_state_dict(_under(_NETWORK, tensors))
        mean_ap, best_epoch = state["best"]
        self._best = _Best(mean_ap, best_epoch, _under(_BEST, tensors))
        self._log = state["log"]
        parameters = [parameter for group in optimiser.param_groups for parameter in group["params"]]
        values: dict[int, dict[str, torch.Tensor]] = {}
        for name, tensor in _under(_OPTIMISER, tensors).items():
            number, _, part = name.partition(".")
            if tensor.ndim:  # laid out in memory as the parameter is, so that the same is computed to the last digit
                tensor = torch.empty_like(parameters[int(number)]).copy_(tensor)
            values.setdefault(int(number), {})[part] = tensor
        optimiser.load_state_dict({**optimiser.state_dict(), "state": values})


def round_powers(network: ActNet) -> None:
    """Round the powers of scalar Weibull activations to whole numbers, which compiled networks compute faster."""
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, ModifiedWeibull) and module.log_shape.ndim == 0:
                module.log_shape.copy_(module.log_shape.exp().round().clamp(min=1).log())


def _whole(dataset: Dataset) -> list[View]:
    return [(photo, 0) for photo in range(len(dataset.photos))]


def _under(prefix: str, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _key_of(start: Start, dataset: Dataset, settings: TrainingSettings) -> str:
    """A hash of all that a run's numbers depend on."""
    digest = hashlib.blake2b(settings.to_json().encode(), digest_size=16)
    digest.update(repr((start.network.architecture, dataset, start.new_whitening)).encode())
    for name, tensor in sorted(start.network.state_dict().items()):
        if start.new_whitening and name.startswith("whitening."):
            continue  # still random
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().numpy().tobytes())
    return digest.hexdigest()
