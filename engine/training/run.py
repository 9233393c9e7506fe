"""`Train` from job to model file: reads the photos, builds the network, trains it, writes it with what made it."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any

from engine.actnet.checkpoint import load, read_card, save
from engine.actnet.initial import new_network
from engine.actnet.network import BACKBONES, ActNet, Architecture, StreamSpec
from engine.errors import DeviceError
from engine.messages import Progress, Train
from engine.storage import disk_errors
from engine.training.dataset import read_dataset
from engine.training.loop import Start, Trained, Training
from engine.training.settings import TrainingSettings


def train(job: Train, device: str) -> Generator[Progress | None, None, dict[str, Any]]:
    """Steps of a training; returns the figures. Engine thread, or a thread of its own.

    Args:
        job: what to train on, from what, and where to write.
        device: "auto", "cpu", "torch" or "cuda".

    Raises:
        DatasetError, ModelError, TrainingError, DeviceError, LibraryError, PhotoError: with a sentence.
    """
    settings = TrainingSettings().with_options(job.settings)
    dataset = read_dataset(job.datasets, job.unlabelled, job.root)
    network, is_new = _start(job)
    folder = job.out.with_suffix(".training")
    if job.restart:
        with disk_errors(folder):
            shutil.rmtree(folder, ignore_errors=True)
    training = Training(Start(network, is_new, _use_cuda(device)), dataset, settings, folder, folder / "inputs")
    trained = yield from training.run()
    start = read_card(job.start)
    origin = f"{start.origin} Trained by Resight for retrieval on {len(dataset.photos)} photos: {settings.to_json()}"
    card = save(network.cpu(), job.out, name=job.out.stem, licence=start.licence, origin=origin)
    return _figures(card.model_id, trained, len(dataset.photos), folder)


def _start(job: Train) -> tuple[ActNet, bool]:
    """The network to begin with, and whether its whitening is still to be fitted."""
    if not (job.backbone or job.streams or job.pooling or job.dim or job.per_channel):
        return load(job.start), False
    known = Architecture.from_json(read_card(job.start).architecture)
    backbone = job.backbone or known.backbone
    usual = known.streams if backbone == known.backbone else ()
    names = job.streams or tuple(stream.name for stream in usual)
    if not names and backbone in BACKBONES:
        names = BACKBONES[backbone].usual_streams
    pooling = job.pooling or (known.streams[0].pooling)
    streams = tuple(StreamSpec(name, pooling, per_channel=job.per_channel) for name in names)
    architecture = dataclasses.replace(known, backbone=backbone, streams=streams, dim=job.dim or known.dim)
    return new_network(architecture, job.start), True


def _use_cuda(device: str) -> bool:
    import torch

    if device in ("auto", "cuda") and torch.cuda.is_available():
        return True
    if device == "cuda":
        raise DeviceError("The GPU cannot be used for training: PyTorch finds none that works.")
    return False


def _figures(model_id: str, trained: Trained, n_photos: int, folder: Path) -> dict[str, Any]:
    return {
        "model": model_id,
        "photos": n_photos,
        "held_out": {
            name: {"before": round(trained.before.by_source[name], 6), "after": round(value, 6)}
            for name, value in trained.after.by_source.items()
        },
        "mean": {"before": round(trained.before.mean, 6), "after": round(trained.after.mean, 6)},
        "best_epoch": trained.best_epoch,
        "epochs": len(trained.log),
        "folder": str(folder),
    }
