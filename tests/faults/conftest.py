"""Kills at system calls, in a fresh copy of the same library each time; and indexing with something in between."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from engine.actnet.checkpoint import ModelCard
from engine.decoders import Decoders
from engine.library import Library
from tests.helpers.crashes import JOBS, fake_card
from tests.helpers.faults import killed_at, needs_strace
from tests.helpers.indexer import Indexer

Sweep = Callable[[str, str, Iterable[int]], int]


@pytest.fixture
def card() -> ModelCard:
    return fake_card()


@pytest.fixture
def sweep(tmp_path: Path) -> Sweep:
    """Kill a job at its nth system call of a kind, for each n until it runs through -> how often it was killed."""
    needs_strace()

    def run(name: str, call: str, numbers: Iterable[int]) -> int:
        job, template = JOBS[name], tmp_path / f"{name}-template"
        if not template.exists():
            template.mkdir()
            job.prepare(template)
        n_killed = 0
        for number in numbers:
            base = tmp_path / f"{name}-{call}-{number}"
            shutil.copytree(template, base)
            was_killed = killed_at(name, base, call, number)
            job.check(base)
            shutil.rmtree(base)
            if not was_killed:
                break
            n_killed += 1
        return n_killed

    return run


@pytest.fixture(scope="module")
def decoders() -> Iterator[Decoders]:
    with Decoders(1) as pool:
        pool.submit_hash("").exception()  # so that its process is there before the tests and not one's leftover
        yield pool


@pytest.fixture
def index(tmp_path: Path, card: ModelCard, decoders: Decoders) -> Iterator[Indexer]:
    """Indexes the folder `photos`, which is made."""
    (tmp_path / "photos").mkdir()
    library = Library(tmp_path / "library", card)
    yield Indexer(library, decoders, tmp_path / "photos")
    library.close()
