r"""Measure what photos of all kinds say of a model, for `engine.tuning.general`: tuning then forgets little of them.

    python packaging/general_pairs.py resources/models/actnet-lite2.safetensors docs/study/default-model.csv \
        --root PHOTOS

Is how it was made for the shipped model: from the photos that it was trained on, and the things they are known to show.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Generator, Sequence
from itertools import combinations
from pathlib import Path
from typing import TypeVar

import numpy as np
from safetensors.numpy import save

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app import places
from engine.accelerate import Runner
from engine.actnet.checkpoint import ModelCard, read_card
from engine.decode import DecodeRequest
from engine.decoders import Decoders
from engine.describe import choose_runner
from engine.device import n_cores
from engine.errors import EngineError
from engine.messages import Notice
from engine.storage import LibraryFolder
from engine.training.dataset import read_dataset
from engine.tuning.boxes import describe_files
from engine.tuning.general import OF_ALL, WITHIN, Matrix, general_file
from engine.tuning.whitening import covariance_of_all, covariance_within

Result = TypeVar("Result")


def ended(steps: Generator[object, None, Result]) -> Result:
    """What a generator returns."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: Result = stop.value
            return result


def runner_of(card: ModelCard, device: str) -> Runner:
    """The best runner this machine has."""
    steps = choose_runner(card, places.cache_folder(), device)
    return next(step for step in steps if step and not isinstance(step, Notice))


def write_general(card: ModelCard, within: Matrix, of_all: Matrix, origin: str) -> Path:
    """Keep the two of a model, float64 [D, D], of any trace -> the file.

    Raises:
        DiskFull, LibraryError: it cannot be written.
    """
    path = general_file(card.path)
    path.parent.mkdir(exist_ok=True)
    arrays = {
        name: (one * (len(one) / np.trace(one))).astype(np.float16)
        for name, one in ((WITHIN, within), (OF_ALL, of_all))
    }
    metadata = {"model": card.model_id, "licence": card.licence, "origin": origin}
    LibraryFolder(path.parent).write_atomically(path, save(arrays, metadata))
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("photos", nargs="+", help="labelled folders, or lists in CSV, as for: resight train")
    parser.add_argument("--root", help="what paths in CSV files are relative to")
    parser.add_argument("--device", default="auto", help="auto, cpu, torch or cuda")
    options = parser.parse_args(arguments)
    try:
        card = read_card(options.model)
        dataset = read_dataset(options.photos, (), options.root)
        requests = [(row, DecodeRequest(one.path, rule=card.rule)) for row, one in enumerate(dataset.photos)]
        runner = runner_of(card, options.device)
        with Decoders(n_cores()) as decoders:
            vectors, rows = ended(describe_files(requests, runner, decoders, card.dim))
        runner.close()
        things: dict[int, list[int]] = defaultdict(list)
        for place, row in enumerate(rows.tolist()):
            if dataset.photos[row].is_labelled:
                things[dataset.photos[row].instance].append(place)
        pairs = np.array([pair for shown in things.values() for pair in combinations(shown, 2)], dtype=np.int64)
        path = write_general(
            card, ended(covariance_within(vectors, pairs)), ended(covariance_of_all(vectors)),
            f"{len(vectors)} photos, {len(pairs)} pairs of the same thing.",
        )
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{path}: {len(vectors)} photos, {len(pairs)} pairs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
