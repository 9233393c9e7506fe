"""A library of drawn photos with labels, a small network that can be trained, and the jobs that do so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch

from engine.actnet.checkpoint import read_card, save
from engine.actnet.initial import new_network, whiten
from engine.actnet.network import Architecture, StreamSpec
from engine.config import EngineConfig
from engine.decoders import Decoders
from engine.describe import TorchRunner
from engine.indexing import index_folders
from engine.label_table import key
from engine.library import Library
from engine.model_work import ModelWork
from engine.training.settings import TrainingSettings, TupleRule, ViewRule
from engine.transform import InputRule
from engine.tuning import deep
from tests.helpers.generations import FakeHost
from tests.helpers.instances import draw_instances
from tests.helpers.steps import drained

N_THINGS, N_EACH = 7, 5
N_LABELS = N_THINGS * (N_EACH - 1) + N_THINGS * (N_THINGS - 1) // 2
UNTRAINED = Path(__file__).parents[2] / "resources" / "models" / "untrained-lite2.safetensors"
SMALL = TrainingSettings(
    epochs=2, whitening_steps=0, batch_tuples=4, batch_others=2, held_out=0.0,
    tuples=TupleRule(anchors_per_source=8, positive_range=(-1, 1), negatives_below=0.4), views=ViewRule(0, 0),
)


def draw_lessons(base: Path) -> None:
    """The photos, and the model to begin with: for inputs of 64 x 64, with descriptors of 8 numbers."""
    draw_instances(base / "photos", N_THINGS, N_EACH)
    rule = InputRule(area_px=64**2)
    network = new_network(
        Architecture(streams=(StreamSpec("expanded16"), StreamSpec("head")), dim=8, rule=rule), UNTRAINED)
    whiten(network, torch.rand(16, network.architecture.pooled_dim, generator=torch.Generator().manual_seed(1)))
    save(network, base / "start.safetensors", name="start", licence="none", origin="Drawn.")


class FakeLessonsHost(FakeHost):
    """With a network in plain torch."""

    def __init__(self, decoders: Decoders, runner: TorchRunner) -> None:
        super().__init__(decoders)
        self.effort.gentle = True  # one thread: pictures this small gain nothing from more
        self._runner = runner

    def wait_for_runner(self) -> Iterator[Any]:  # type: ignore[override]
        yield None
        return self._runner


class Lessons:
    """The library, open; everything is described and labelled: each thing as the same, and as none of the others."""

    def __init__(self, base: Path, decoders: Decoders) -> None:
        torch.set_num_threads(1)
        self.base = base
        self.start = read_card(base / "start.safetensors")
        self.library = Library(base / "library", self.start)
        self.config = EngineConfig(base / "library", self.start.path, base / "cache", device="torch", settle_s=0)
        self._runner = TorchRunner(self.start, cuda=False)
        self.host = FakeLessonsHost(decoders, self._runner)
        self.work = ModelWork(self.library, self.start, self.config, self.host)
        for _ in self.library.index.load():
            pass
        if not self.library.catalogue.n_photos():
            for _ in index_folders(self.library, self._runner, decoders, self.start.rule, (str(base / "photos"),)):
                pass
            self._label()
        for _ in self.library.catch_up():
            pass

    @property
    def folder(self) -> Path:
        return self.library.folder.training

    def _label(self) -> None:
        folder = self.library.catalogue.folders.all()[0]
        things: dict[str, list[bytes]] = {}
        for photo in sorted(self.library.catalogue.photos_of(folder.folder_id), key=lambda photo: photo.path):
            things.setdefault(Path(photo.path).parent.name, []).append(photo.hash)
        groups = list(things.values())
        labels = [(key(a, b), True) for group in groups for a, b in pairwise(group)]
        labels += [(key(one[0], other[0]), False) for i, one in enumerate(groups) for other in groups[:i]]
        self.library.catalogue.labels.set(labels)

    def run(self, job: Any, until: Callable[[Any], bool] = lambda event: False) -> Any:
        """The job's result; None if it was ended by `until`."""
        before, deep.DEEP = deep.DEEP, SMALL
        steps = self.work.work(job)
        try:
            return drained(steps, until)
        finally:
            deep.DEEP = before

    def close(self) -> None:
        self.library.close()
