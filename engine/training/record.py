"""What a training run leaves in its folder beside the model: a checkpoint to go on from, a log, and curves.

Checkpoints are safetensors with their description as JSON, written atomically after every epoch. One thread.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch  # noqa: TID253 - see losses

from engine.actnet.checkpoint import read_metadata, read_weights
from engine.actnet.network import ActNet
from engine.errors import ModelError, TrainingError
from engine.figures import new_figure, png_of
from engine.storage import LibraryFolder, disk_errors
from engine.training.held_out import HeldOut

_FORMAT = "resight-training-1"


@dataclass(frozen=True, slots=True)
class Epoch:
    """What an epoch came to; number 0 is the training of the whitening alone.

    `losses` and `distillations` are those of its steps; `photos_per_s` is 0 where no photo passed the network.
    """

    number: int
    losses: Sequence[float]
    distillations: Sequence[float]
    held_out: HeldOut
    seconds: float
    photos_per_s: float


@torch.no_grad()
def log_row(network: ActNet, epoch: Epoch) -> dict[str, Any]:
    """A row of the log: the figures of an epoch, and the network's balance and pooling parameters after it.

    A parameter that each channel has is told by its mean. Figures that were not measured are None.
    """
    mean_ap = epoch.held_out.mean
    row: dict[str, Any] = {
        "epoch": epoch.number,
        "loss": round(sum(epoch.losses) / len(epoch.losses), 5) if epoch.losses else None,
        "distillation": round(sum(epoch.distillations) / len(epoch.distillations), 6) if epoch.distillations else None,
        "mAP": None if mean_ap is None else round(mean_ap, 5),
    }
    row |= {f"mAP {name}": round(value, 5) for name, value in sorted(epoch.held_out.by_source.items())}
    for i, stream in enumerate(network.architecture.streams):
        row[f"balance {stream.name}"] = round(float(network.log_balance[i].exp()), 4)
        for name, parameter in network.poolings[i].named_parameters():
            short = name.rpartition(".")[2].removeprefix("log_")
            row[f"{short} {stream.name}"] = round(float(parameter.exp().mean()), 4)
    return row | {"seconds": round(epoch.seconds, 1), "photos_per_s": round(epoch.photos_per_s, 2)}


class TrainingRecord:
    """The folder of one training run.

    Args:
        folder: made when there is something to write.
        key: what the run is made of: data, settings and start. Only a checkpoint of the same run is gone on from.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = LibraryFolder(folder)
        self._checkpoint = folder / "checkpoint.safetensors"
        self._log = folder / "log.csv"
        self._curves = folder / "curves.png"
        self._result = folder / "result.json"
        self._key = key

    def save(self, tensors: dict[str, torch.Tensor], state: dict[str, Any]) -> None:
        """Write a checkpoint, the log and the curves.

        Args:
            tensors: of the network, the optimiser and the best network so far.
            state: plain values; `state["log"]` is a list of rows, each a dict of the same columns.

        Raises:
            DiskFull, LibraryError: the folder cannot be written.
        """
        from safetensors.torch import save as to_bytes

        with disk_errors(self._folder.root):
            self._folder.root.mkdir(parents=True, exist_ok=True)
        metadata = {"format": _FORMAT, "key": self._key, "state": json.dumps(state)}
        content = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
        self._folder.write_atomically(self._checkpoint, to_bytes(content, metadata))
        self._folder.write_atomically(self._log, _csv(state["log"]).encode())
        self._folder.write_atomically(self._curves, curves(state["log"]))

    def resume(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]] | None:
        """The last checkpoint of this run, or None if there is none.

        Raises:
            TrainingError: there is one, but of a run with other data or settings, or it is damaged.
        """
        if not self._checkpoint.exists():
            return None
        try:
            metadata = read_metadata(self._checkpoint)
            is_ours = metadata["format"] == _FORMAT and metadata["key"] == self._key
            tensors = read_weights(self._checkpoint) if is_ours else {}
            state: dict[str, Any] = json.loads(metadata["state"])
        except (ModelError, KeyError, ValueError) as error:
            raise TrainingError(
                f"The checkpoint {self._checkpoint} is damaged. Begin the training anew with --restart.",
                self._checkpoint,
            ) from error
        if not is_ours:
            raise TrainingError(
                f"The checkpoint in {self._checkpoint.parent} belongs to a training with other photos or settings. "
                "Choose another file to write, or begin anew with --restart.",
                self._checkpoint,
            )
        return tensors, state

    def finish(self, figures: dict[str, Any]) -> None:
        """Keep what the run came to, so that asking for the same again need not compute it again.

        Raises:
            DiskFull, LibraryError: the folder cannot be written.
        """
        document = json.dumps({"key": self._key, "figures": figures}, indent=2)
        self._folder.write_atomically(self._result, document.encode())

    def finished(self) -> dict[str, Any] | None:
        """What `finish` has kept of this very run; None if there is nothing."""
        try:
            found = json.loads(self._result.read_text(encoding="utf-8"))
            figures: dict[str, Any] | None = found["figures"] if found["key"] == self._key else None
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return figures

    def remove(self) -> None:
        """Forget the run.

        Raises:
            LibraryError: the folder cannot be written.
        """
        for path in (self._checkpoint, self._log, self._curves, self._result):
            with disk_errors(path):
                path.unlink(missing_ok=True)


def _csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def curves(rows: list[dict[str, Any]]) -> bytes:
    """Loss and held-out mAP by epoch as a PNG. `rows` as in the log: "epoch", "loss", "mAP"."""
    figure = new_figure(7, 4)
    axes = figure.add_subplot()
    _plot(axes, rows, "loss", 1, "o-", "tab:blue")
    axes.set_xlabel("epoch (0: whitening alone)")
    axes.set_ylabel("loss")
    right = axes.twinx()
    _plot(right, rows, "mAP", 100, "s-", "tab:orange")
    right.set_ylabel("held-out mAP, %")
    return png_of(figure)


def _plot(axes: Any, rows: list[dict[str, Any]], name: str, factor: float, style: str, colour: str) -> None:
    points = [(row["epoch"], factor * row[name]) for row in rows if row[name] is not None]
    axes.plot([epoch for epoch, _ in points], [value for _, value in points], style, color=colour)
    axes.yaxis.label.set_color(colour)
