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
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch  # noqa: TID253 - see losses

from engine.actnet.activations import ModifiedWeibull
from engine.actnet.initial import whiten
from engine.actnet.network import ActNet
from engine.messages import Phase, Progress
from engine.training.dataset import Dataset
from engine.training.held_out import HeldOut, measure
from engine.training.objective import losses_of, make_batch, rate_factor
from engine.training.preparing import inputs_key, store_inputs
from engine.training.record import TrainingRecord
from engine.training.settings import TrainingSettings
from engine.training.store import InputStore, View
from engine.training.trainee import Trainee
from engine.training.tuples import Miner
from engine.training.whitening import PooledViews, reference_of, require_number, train_whitening

_BEST = "best."
_NETWORK = "network."


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
    """What a run came to: held-out mAP 0..1 before and after (None without held-out photos), and its log."""

    before: HeldOut
    after: HeldOut
    best_epoch: int
    log: tuple[dict[str, Any], ...]


class Training:
    """One training run.

    Args:
        start: the network to train.
        dataset: all photos. Some groups are held out by the settings.
        settings: see `TrainingSettings`.
        folder: the run's own folder, for checkpoints, log and curves.
        inputs: the folder of stored inputs, which runs with the same photos and frozen parts may share.
    """

    def __init__(
        self, start: Start, dataset: Dataset, settings: TrainingSettings, folder: Path, inputs: Path
    ) -> None:
        self._settings = settings
        self._split = dataset.split(settings.held_out, settings.seed)
        self._all, self._dataset = self._split.everything, self._split.learnt
        self._queries = list(self._split.held_out)
        self._new_whitening = start.new_whitening
        self._network = start.network
        self._record = TrainingRecord(folder, _key_of(start.network, dataset, settings))
        self._trainee = Trainee(start.network, settings, start.cuda)
        self._store = InputStore(inputs, inputs_key(self._trainee, self._split, settings))
        self._log: list[dict[str, Any]] = []
        self._best: tuple[float, int, dict[str, torch.Tensor]] | None = None

    def run(self) -> Generator[Progress | None, None, Trained]:
        """Train; the network is the best one found in the end.

        Raises:
            DatasetError, TrainingError: there is nothing to learn from, or the loss is no number any more.
            LibraryError: the folder cannot be written.
        """
        checkpoint = self._record.resume()
        if not self._store.open_finished():
            yield from store_inputs(self._store, self._trainee, self._split, self._settings)
        # Also when the run goes on from a checkpoint: what is measured against is the start, not what came of it.
        views = yield from self._views_at_start()
        before = self._measured(views.pooled[views.whole(len(self._all.photos))])
        miner = Miner(self._dataset, views.reference[views.whole(len(self._dataset.photos))].numpy(),
                      self._settings.tuples)
        optimiser = torch.optim.Adam(self._trainee.parameter_groups())
        if checkpoint is not None:
            epoch = self._go_on_from(*checkpoint, optimiser)
        else:
            yield from self._alone(views, miner, self._settings.whitening_steps, 0)
            self._save(optimiser, 0)
            epoch = 0
        while epoch < self._settings.epochs and not self._is_patience_over(epoch):
            epoch += 1
            yield from self._epoch(epoch, optimiser, miner, views)
            self._save(optimiser, epoch)
        assert self._best is not None  # there is an epoch 0
        self._network.load_state_dict(self._best[2])
        yield from self._finish(views, miner)
        after = self._measured((yield from self._pooled_now(_whole(self._all))))
        return Trained(before, after, self._best[1], tuple(self._log))

    # ---- descriptors ----

    def _views_at_start(self) -> Generator[Progress, None, PooledViews]:
        """All views under the start; puts a whitening into the network if it has none yet."""
        stored = self._store.views()
        rows = {view: row for row, view in enumerate(stored)}
        pooled = yield from self._pooled_now(stored)
        if self._new_whitening:
            fit_on = [rows[view] for view in _whole(self._dataset)]
            whiten(self._network, pooled[fit_on])
            dim = self._network.architecture.dim * self._settings.reference_scale
            reference = reference_of(pooled, fit_on, dim)
        else:
            reference = self._whitened(pooled)
        return PooledViews(rows, pooled, reference)

    def _whitened(self, pooled: torch.Tensor) -> torch.Tensor:
        with torch.inference_mode():
            layer = self._network.whitening
            return torch.nn.functional.normalize(layer(pooled.to(layer.weight.device)), dim=1).cpu()

    def _pooled_now(self, views: list[View]) -> Generator[Progress, None, torch.Tensor]:
        """Descriptors before whitening under the present network, float32 [n, N], on the CPU."""
        rows: list[torch.Tensor] = []
        done = 0
        for chunk in self._trainee.forward_all(self._store, views, self._trainee.pooled):
            rows.append(chunk)
            done += len(chunk)
            yield Progress(0, Phase.MEASURING, done, len(views))
        return torch.cat(rows)

    def _measured(self, pooled: torch.Tensor) -> HeldOut:
        """Retrieval of the held-out photos, from the whole photos' vectors before whitening."""
        return measure(self._all, self._queries, self._whitened(pooled).numpy())

    # ---- the whitening alone ----

    def _alone(self, views: PooledViews, miner: Miner, n_steps: int, epoch: int) -> Iterator[Progress]:
        started, losses = time.monotonic(), [0.0]
        layer = copy.deepcopy(self._network.whitening).cpu()
        for step, loss in enumerate(train_whitening(layer, views, self._dataset, miner, self._settings, n_steps)):
            losses.append(loss)
            steps_per_s = (step + 1) / (time.monotonic() - started)
            yield _progress(Phase.TRAINING, step + 1, n_steps, steps_per_s, epoch=epoch, loss=loss)
        self._network.whitening.load_state_dict(layer.state_dict())
        found = self._measured(views.pooled[views.whole(len(self._all.photos))])
        self._note(epoch, losses[-MEAN_OVER:], [0.0], found, started, 0)

    # ---- everything together ----

    def _epoch(
        self, epoch: int, optimiser: torch.optim.Optimizer, miner: Miner, views: PooledViews
    ) -> Iterator[Progress | None]:
        settings, started = self._settings, time.monotonic()
        now = self._whitened((yield from self._pooled_now(_whole(self._dataset))))
        tuples = miner.mine(now.numpy(), f"{settings.seed} {epoch}")
        n_steps = max(1, len(tuples) // settings.batch_tuples)
        losses, held, n_photos, began = [], [], 0, time.monotonic()
        for step in range(n_steps):
            chosen = tuples[step * settings.batch_tuples : (step + 1) * settings.batch_tuples]
            seed = f"{settings.seed} {epoch} {step}"
            batch = make_batch(self._dataset, chosen, settings.batch_others, settings.views, seed)
            reference = views.reference[[views.rows[view] for view in batch.views]].to(self._trainee.device)
            found = self._trainee.forward(self._store, batch.views, self._trainee.described)
            descriptors = found.clone().requires_grad_()
            both = losses_of(descriptors, reference, batch, settings)
            require_number(both.total)
            both.total.backward()  # type: ignore[no-untyped-call]
            assert descriptors.grad is not None
            optimiser.zero_grad()
            self._trainee.backward(self._store, batch.views, descriptors.grad)
            total_step, total = (epoch - 1) * n_steps + step, settings.epochs * n_steps
            for group, start in zip(optimiser.param_groups, self._trainee.parameter_groups(), strict=True):
                group["lr"] = start["lr"] * rate_factor(total_step, total)
            optimiser.step()
            losses.append(both.tuples)
            held.append(both.distillation)
            n_photos += len(batch.views)
            steps_per_s = (step + 1) / (time.monotonic() - began)
            yield _progress(Phase.TRAINING, total_step + 1, total, steps_per_s, epoch=epoch, loss=both.tuples,
                            mean_ap=self._log[-1]["mAP"])
        photos_per_s = n_photos / (time.monotonic() - began)
        measured = self._measured((yield from self._pooled_now(_whole(self._all))))
        self._note(epoch, losses, held, measured, started, photos_per_s)

    def _finish(self, views: PooledViews, miner: Miner) -> Iterator[Progress | None]:
        """Round the powers, and let the whitening follow what has changed before it."""
        settings = self._settings
        if settings.whole_powers:
            round_powers(self._network)
        if settings.polishing_steps:
            pooled = yield from self._pooled_now(self._store.views())
            now = PooledViews(views.rows, pooled, views.reference)
            yield from self._alone(now, miner, settings.polishing_steps, len(self._log))

    # ---- the record ----

    def _note(self, epoch: int, losses: list[float], held: list[float], found: HeldOut, started: float,
              photos_per_s: float) -> None:
        """Add a row to the log, and keep the network if it is the best so far."""
        mean_ap = round(found.mean, 5) if found.by_source else None
        scalars = {f"balance {i}": value for i, value in enumerate(self._network.log_balance.exp().tolist())}
        for i, pooling in enumerate(self._network.poolings):
            for name, parameter in pooling.named_parameters():
                scalars[f"{name.rpartition('.')[2].removeprefix('log_')} {i}"] = float(parameter.exp().mean())
        self._log.append({
            "epoch": epoch, "loss": round(sum(losses) / len(losses), 5),
            "distillation": round(sum(held) / len(held), 6), "mAP": mean_ap,
            **{f"mAP {name}": round(value, 5) for name, value in sorted(found.by_source.items())},
            **{name: round(value, 4) for name, value in scalars.items()},
            "seconds": round(time.monotonic() - started, 1), "photos_per_s": round(photos_per_s, 2),
        })
        if self._best is None or mean_ap is None or mean_ap > self._best[0]:
            state = {name: tensor.detach().clone() for name, tensor in self._network.state_dict().items()}
            self._best = (mean_ap or 0.0, epoch, state)

    def _is_patience_over(self, epoch: int) -> bool:
        return self._best is not None and epoch - self._best[1] >= self._settings.patience

    def _save(self, optimiser: torch.optim.Optimizer, epoch: int) -> None:
        assert self._best is not None
        tensors = {_NETWORK + name: tensor for name, tensor in self._network.state_dict().items()}
        tensors |= {_BEST + name: tensor for name, tensor in self._best[2].items()}
        for number, values in optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser.{number}.{name}": value for name, value in values.items()}
        state = {"epoch": epoch, "best": self._best[:2], "log": self._log}
        self._record.save(tensors, state)

    def _go_on_from(
        self, tensors: dict[str, torch.Tensor], state: dict[str, Any], optimiser: torch.optim.Optimizer
    ) -> int:
        """Put a checkpoint in place; returns its epoch."""
        self._network.load_state_dict(_under(_NETWORK, tensors))
        self._best = (*state["best"], _under(_BEST, tensors))
        self._log = state["log"]
        parameters = [parameter for group in optimiser.param_groups for parameter in group["params"]]
        values: dict[int, dict[str, torch.Tensor]] = {}
        for name, tensor in _under("optimiser.", tensors).items():
            number, _, part = name.partition(".")
            if tensor.ndim:  # in the order of the parameter in memory, so that it is computed with in the same way
                tensor = torch.empty_like(parameters[int(number)]).copy_(tensor)
            values.setdefault(int(number), {})[part] = tensor
        optimiser.load_state_dict({**optimiser.state_dict(), "state": values})
        epoch: int = state["epoch"]
        return epoch


def _whole(dataset: Dataset) -> list[View]:
    return [(photo, 0) for photo in range(len(dataset.photos))]


MEAN_OVER = 50
"""Steps that the loss of the whitening alone is averaged over in the log."""


def round_powers(network: ActNet) -> None:
    """Round the powers of scalar Weibull activations to whole numbers, which compiled networks compute faster."""
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, ModifiedWeibull) and module.log_shape.ndim == 0:
                module.log_shape.copy_(module.log_shape.exp().round().clamp(min=1).log())


def _under(prefix: str, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _progress(
    phase: Phase, done: int, total: int, steps_per_s: float, epoch: int | None = None, loss: float | None = None,
    mean_ap: float | None = None,
) -> Progress:
    figures = (("epoch", epoch), ("loss", loss), ("mAP", mean_ap))
    return Progress(
        0, phase, done, total, eta_s=(total - done) / max(steps_per_s, 1e-9),
        figures=tuple((name, float(value)) for name, value in figures if value is not None),
    )


def _key_of(network: ActNet, dataset: Dataset, settings: TrainingSettings) -> str:
    """A hash of all that a run's numbers depend on."""
    digest = hashlib.blake2b(settings.to_json().encode(), digest_size=16)
    digest.update(repr((network.architecture, dataset)).encode())
    for name, tensor in sorted(network.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().numpy().tobytes())
    return digest.hexdigest()
