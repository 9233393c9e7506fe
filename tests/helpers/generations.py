"""A library with models of its own, small ones, and the jobs that work on them; no photo is there."""

from __future__ import annotations

import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.accelerate import Runner
from engine.actnet.checkpoint import ModelCard
from engine.config import EngineConfig
from engine.decoders import Decoders
from engine.label_table import key
from engine.learning import Found, Proof
from engine.library import Library
from engine.model_work import ModelWork
from engine.projection import save_projected
from engine.records import IndexedPhoto
from tests.helpers.models import DIM, make_model, things

PROOF = Proof(10, 2, Found(0.5, 0.75, 0.6), Found(0.6, 0.875, 0.7), (0.1, 0.05, 0.15), 4, Found(0.5, 1), Found(0.75, 1))


class FakePace:
    """Never waits."""

    def __init__(self) -> None:
        self.gentle = False

    def rest(self, at_most_s: float) -> None:
        """Other things are to be done."""
        time.sleep(min(at_most_s, 0.02))

    def held(self, steps: Any) -> Any:
        """These steps."""
        return steps


class FakeHost:
    """A session that has nothing but decoders, which without any must not be asked for."""

    def __init__(self, decoders: Decoders | None = None) -> None:
        self.taken: ModelCard | None = None
        self.effort = FakePace()
        self._decoders = decoders

    def wait_for_runner(self) -> Generator[Any, None, Runner]:
        yield None
        return None  # type: ignore[return-value] - boxes of photos that are not there are not described

    def wait_for_index(self) -> Generator[Any, None, None]:
        yield None

    def bulk_decoders(self) -> Decoders:
        assert self._decoders is not None, "no photo is decoded"
        return self._decoders

    def take_over(self, card: ModelCard, runner: Runner) -> None:
        self.taken = card


class Place:
    """A library with descriptors of a small model."""

    def __init__(self, base: Path) -> None:
        self.base = base
        (base / "photos").mkdir(exist_ok=True)
        self.start = make_model(base / "start.safetensors")
        self.open()

    def open(self, **options: Any) -> Library:
        self.library = Library(self.base / "library", self.start, **options)
        self.host = FakeHost()
        config = EngineConfig(self.base / "library", self.start.path, self.base / "cache")
        self.work = ModelWork(self.library, self.start, config, self.host)
        for _ in self.library.index.load():
            pass
        for _ in self.library.catch_up():
            pass
        return self.library

    def commit(self, vectors: NDArray[np.float32], first: int = 0) -> None:
        folder = self.library.catalogue.folders.add(str(self.base / "photos"))
        self.library.catalogue.commit_chunk(self.library.model, [
            IndexedPhoto(folder.folder_id, b"%d.jpg" % n, 1000 + n, n, b"%020d" % n, 40, 30, vector)
            for n, vector in enumerate(vectors, start=first)
        ])
        for _ in self.library.catch_up():
            pass

    def tuned(self, name: str = "tuned", seed: int = 1) -> ModelCard:
        """A model from the start, entered but not used."""
        matrix = np.eye(DIM) + 0.1 * np.random.default_rng(seed).normal(size=(DIM, DIM))
        generations = self.work.generations
        card = save_projected(self.start.path, matrix, generations.new_file(), name=name, origin="Tuned.")
        card = generations.move_in(card)
        generations.add(card, parent=self.start.model_id, made_by="quick", proof=PROOF)
        return card

    def card(self, name: str) -> ModelCard:
        """The card of an entered model."""
        return self.work.generations.card(self.work.generations.find(name))

    def use(self, card: ModelCard) -> None:
        """As the job does, but for the network, which such a small model has none of."""
        generation = self.work.generations.find(card.model_id)
        for _ in self.work.make_ready(generation, card, None):  # type: ignore[arg-type]
            pass

    def label_things(self, *, online: bool = False) -> None:
        """480 photos of 40 things, with labels of six of them; unless `online` none can be reached."""
        vectors, shown = things(40, 12)
        self.commit(vectors)
        if not online:
            self.library.catalogue.folders.set_offline(1)
        names = [b"%020d" % n for n in range(len(vectors))]
        labels = []
        for thing in range(6):
            mine = np.flatnonzero(shown == thing).tolist()
            labels += [(key(names[a], names[a + 1]), True) for a in mine[:-1]]
            labels += [(key(names[mine[0]], names[other]), False) for other in range(mine[-1] + 1, mine[-1] + 5)]
        self.library.catalogue.labels.set(labels)

    def run(self, job: Any) -> Any:
        steps = self.work.work(job)
        while True:
            try:
                next(steps)
            except StopIteration as stop:
                return stop.value

    def vectors(self, name: str) -> NDArray[np.float32]:
        """All descriptors of a model, by content."""
        model = self.work.generations.model(self.work.generations.find(name))
        found = [rows for rows in self.library.catalogue.descriptors.all(model)]
        ids = np.concatenate([rows.content_ids for rows in found])
        return np.concatenate([rows.vectors for rows in found])[np.argsort(ids)]
