"""What a training run leaves in its folder beside the model: a checkpoint to go on from, a log, and curves.

Checkpoints are safetensors with their description as JSON, written atomically after every epoch. One thread.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import torch  # noqa: TID253 - see losses

from engine.actnet.checkpoint import read_metadata, read_weights
from engine.errors import ModelError, TrainingError
from engine.storage import LibraryFolder, disk_errors

_FORMAT = "resight-training-1"


class TrainingRecord:
    """The folder of one training run.

    Args:
        folder: made if it is missing.
        key: what the run is made of: data, settings and start. Only a checkpoint of the same run is gone on from.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = LibraryFolder(folder)
        self._checkpoint = folder / "checkpoint.safetensors"
        self._log = folder / "log.csv"
        self._curves = folder / "curves.png"
        self._key = key

    def save(self, tensors: dict[str, torch.Tensor], state: dict[str, Any]) -> None:
        """Write a checkpoint, the log and the curves.

        Args:
            tensors: of the network, the optimiser and the best network so far.
            state: plain values; `state["log"]` is a list of rows, each a dict of the same columns.
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
            tensors = read_weights(self._checkpoint)
            state: dict[str, Any] = json.loads(metadata["state"])
        except (ModelError, KeyError, ValueError) as error:
            raise TrainingError(
                f"The checkpoint {self._checkpoint} is damaged. Start the training anew with --restart.",
                self._checkpoint,
            ) from error
        if metadata.get("format") != _FORMAT or metadata.get("key") != self._key:
            raise TrainingError(
                f"The checkpoint in {self._checkpoint.parent} belongs to a training with other photos or settings. "
                "Choose another file to write, or begin anew with --restart.",
                self._checkpoint,
            )
        return tensors, state


def _csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def curves(rows: list[dict[str, Any]]) -> bytes:
    """Loss and held-out mAP by epoch as a PNG. `rows` as in the log: "epoch", "loss", "mAP"."""
    # The object-oriented interface needs no screen and keeps no global state.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    epochs = [row["epoch"] for row in rows]
    axes = figure.add_subplot()
    axes.plot(epochs, [row["loss"] for row in rows], "o-", color="tab:blue", label="loss")
    axes.set_xlabel("epoch (0: whitening alone)")
    axes.set_ylabel("loss")
    measured = [(row["epoch"], 100 * row["mAP"]) for row in rows if row["mAP"] is not None]
    if measured:
        right = axes.twinx()
        right.plot(*zip(*measured, strict=True), "s-", color="tab:orange", label="held-out mAP")
        right.set_ylabel("held-out mAP, %")
        right.legend(loc="lower right")
    axes.legend(loc="upper right")
    png = io.BytesIO()
    FigureCanvasAgg(figure).print_png(png)
    return png.getvalue()
