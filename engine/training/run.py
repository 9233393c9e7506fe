"""`Train` from job to model file: reads the photos, builds the network, trains it, writes it with what made it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch  # noqa: TID253 - see losses

from engine.actnet.checkpoint import is_model, load, read_card, save
from engine.actnet.initial import new_network
from engine.actnet.network import BACKBONES, ActNet, Architecture, StreamSpec
from engine.decoders import Decoders
from engine.device import probe_gpu
from engine.errors import DeviceError, LibraryInUse, ModelError, TrainingError
from engine.messages import Progress, Train
from engine.storage import LibraryFolder, WriterLock, disk_errors
from engine.training.dataset import read_dataset
from engine.training.loop import Start, Trained, Training
from engine.training.settings import TrainingSettings
from engine.training.store import remove_inputs

_SUFFIX = ".safetensors"


def run_folder(out: Path) -> Path:
    """Where a training leaves what it needs to go on, and its log: `<out>.training` beside the model file."""
    return out.with_name(out.name.removesuffix(_SUFFIX) + ".training")


def train(job: Train, device: str, decoders: Decoders) -> Generator[Progress, None, dict[str, Any]]:
    """Steps of a training; returns the figures. Engine thread, or a thread of its own.

    Args:
        job: what to train on, from what, and where to write.
        device: "auto", "cpu", "torch" or "cuda".
        decoders: read the photos.

    Raises:
        DatasetError, TrainingError, ModelError, DeviceError, PhotoError: something does not fit.
        DiskFull, LibraryError: something cannot be written.
    """
    settings = TrainingSettings().with_options(job.settings)
    _require_place(job.out)
    network, is_new = _network_of(job)
    dataset = read_dataset(job.datasets, job.unlabelled, job.root)
    folder = run_folder(job.out)
    inputs = folder / "inputs"
    with locked_folder(folder):
        start = Start(network, is_new, use_cuda(device))
        training = Training(start, dataset, settings, folder, inputs, decoders)
        if job.restart:
            training.record.remove()
        figures = training.record.finished()
        if figures is not None and job.out.exists() and read_card(job.out).model_id == figures["model"]:
            return figures
        try:
            trained = yield from training.run()
        except torch.cuda.OutOfMemoryError as error:
            raise DeviceError("The GPU has too little memory for this training. Use --device cpu.") from error
        n_photos = len(dataset.photos)
        licence, origin = _provenance(job.start)
        origin = f"{origin} Trained by Resight for retrieval on {n_photos} photos: {settings.to_json()}"
        card = save(network.cpu(), job.out, name=job.out.name.removesuffix(_SUFFIX), licence=licence, origin=origin)
        figures = _figures(card.model_id, job.out, trained, n_photos)
        training.record.finish(figures)
        remove_inputs(inputs)
        return figures


def _require_place(out: Path) -> None:
    """Refuse at the beginning what would fail at the end."""
    if not out.parent.is_dir():
        raise TrainingError(f"There is no folder {out.parent} to write the model in.", out.parent)
    if not os.access(out.parent, os.W_OK):
        raise TrainingError(f"Resight may not write in the folder {out.parent}. Choose another.", out.parent)
    if out.exists() and not is_model(out):
        raise TrainingError(f"{out} is there already, and is not a model of Resight. Choose another file.", out)


@contextmanager
def locked_folder(folder: Path, what: str = "training") -> Iterator[None]:
    """Make the folder of a training or another long run, and keep it for this run alone.

    Raises:
        TrainingError: another run is at work in it; the sentence calls it `what`.
        DiskFull, LibraryError: it cannot be made.
    """
    place = LibraryFolder(folder)
    with disk_errors(folder):
        folder.mkdir(exist_ok=True)
    lock = WriterLock(place)
    try:
        lock.acquire()
    except LibraryInUse as error:
        raise TrainingError(f"Another {what} is at work in {folder}. Wait for its end.", folder) from error
    try:
        place.remove_leftovers()
        yield
    finally:
        lock.release()


# ---- the network to begin with ----------------------------------------------------------------------------------


def _network_of(job: Train) -> tuple[ActNet, bool]:
    """The network to begin with, and whether its whitening is still to be fitted."""
    changes = (job.backbone, job.streams, job.pooling, job.dim, job.per_channel)
    if is_model(job.start) and not any(changes):
        return load(job.start), False
    try:
        architecture = _architecture_of(job)
    except ModelError as error:
        raise TrainingError(error.sentence) from error
    return new_network(architecture, job.start), True


def _architecture_of(job: Train) -> Architecture:
    """That of the start, but for what the job wants otherwise."""
    known = Architecture.from_json(read_card(job.start).architecture) if is_model(job.start) else Architecture()
    backbone = job.backbone or known.backbone
    if backbone not in BACKBONES:
        raise ModelError(f"There is no backbone “{backbone}”: choose one of {', '.join(BACKBONES)}.")
    usual = known.streams if backbone == known.backbone else ()
    by_name = {stream.name: stream for stream in usual}
    names = job.streams or tuple(by_name) or BACKBONES[backbone].usual_streams
    like = known.streams[0]
    streams = tuple(
        StreamSpec(
            name, job.pooling or stream.pooling, stream.power, per_channel=job.per_channel or stream.per_channel
        )
        for name in names
        for stream in [by_name.get(name, like)]
    )
    return dataclasses.replace(known, backbone=backbone, streams=streams, dim=job.dim or known.dim)


def _provenance(start: Path) -> tuple[str, str]:
    """(licence, origin) of the weights in a file."""
    if is_model(start):
        card = read_card(start)
        return card.licence, card.origin
    return "as the weights of the backbone", f"Backbone: weights from the file {start.name}."


def use_cuda(device: str) -> bool:
    """Whether to train on the GPU, as a choice of "auto", "cpu", "torch" or "cuda" says.

    Raises:
        DeviceError: it was asked for and cannot be used.
    """
    if device not in ("auto", "cuda"):
        return False
    probe = probe_gpu()
    if probe.usable and torch.cuda.is_available():
        return True
    if device == "cuda":
        raise DeviceError(f"The GPU cannot be used: {probe.reason or 'no NVIDIA GPU that PyTorch can use was found'}.")
    return False


def _figures(model_id: str, out: Path, trained: Trained, n_photos: int) -> dict[str, Any]:
    return {
        "model": model_id,
        "file": str(out),
        "photos": n_photos,
        "held_out": {
            name: {"before": round(trained.before.by_source[name], 6), "after": round(value, 6)}
            for name, value in trained.after.by_source.items()
        },
        "mean": {"before": trained.before.mean, "after": trained.after.mean},
        "epochs": len(trained.log) - 1,
        "best_epoch": trained.best_epoch,
        "folder": str(run_folder(out)),
    }
