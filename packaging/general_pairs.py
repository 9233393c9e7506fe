r"""Measure what photos of all kinds say of a model, for `engine.tuning.general`: tuning then forgets little of them.

    python packaging/general_pairs.py resources/models/actnet-lite2.safetensors docs/study/default-model.csv \
        --root PHOTOS

Is how it was made for the shipped model: from the photos that it was trained on, the things they are known to show,
and a part of a quarter cut out of each of them. Labelled folders FOLDER/<instance>/<photo> will do as well.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Generator, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from PIL import Image
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
from engine.evaluation import random_box
from engine.messages import Notice
from engine.storage import LibraryFolder
from engine.training.dataset import read_dataset
from engine.tuning.boxes import AREA, Vectors, describe_files
from engine.tuning.general import OF_ALL, WITHIN, Matrix, general_file
from engine.tuning.whitening import covariance_of_all, covariance_within
from engine.types import Box

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


class Described(NamedTuple):
    """Descriptors of photos, and of a random part of each: float32 [n, D], L2 = 1; and which photos could be read."""

    photos: Vectors
    parts: Vectors
    rows: list[int]


def describe(card: ModelCard, paths: Sequence[str], device: str) -> Described:
    """Read and describe photos and parts of them."""
    wholes = [(row, DecodeRequest(path, rule=card.rule)) for row, path in enumerate(paths)]
    parts = [(row, replace(request, box=_part(request.path))) for row, request in wholes]
    runner = runner_of(card, device)
    with Decoders(n_cores()) as decoders:
        vectors, rows = ended(describe_files(wholes, runner, decoders, card.dim))
        of_parts, rows_of_parts = ended(describe_files(parts, runner, decoders, card.dim))
    runner.close()
    both, places_of_both, places_of_parts = np.intersect1d(rows, rows_of_parts, return_indices=True)
    return Described(vectors[places_of_both], of_parts[places_of_parts], both.tolist())


def _part(path: str) -> Box:
    with Image.open(path) as photo:
        return random_box(random.Random(f"part {Path(path).name}"), AREA, photo.width / photo.height)


def of_trace_one(covariance: Matrix) -> Matrix:
    return covariance / float(np.trace(covariance))


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
        described = describe(card, [one.path for one in dataset.photos], options.device)
        things: dict[int, list[int]] = defaultdict(list)
        for place, row in enumerate(described.rows):
            if dataset.photos[row].is_labelled:
                things[dataset.photos[row].instance].append(place)
        pairs = np.array([pair for shown in things.values() for pair in combinations(shown, 2)], dtype=np.int64)
        n = len(described.rows)
        of_parts = np.stack([np.arange(n), np.arange(n, 2 * n)], axis=1)
        path = write_general(
            card,
            of_trace_one(ended(covariance_within(described.photos, pairs)))
            + of_trace_one(ended(covariance_within(np.concatenate([described.photos, described.parts]), of_parts))),
            ended(covariance_of_all(described.photos)),
            f"{n} photos, {len(pairs)} pairs of the same thing, and a part of each photo.",
        )
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{path}: {n} photos, {len(pairs)} pairs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
