"""Quick tuning of a library of 10,000 photos: how long it takes, what searches take meanwhile, and feedback.

A library in which labelled sets are indexed is copied and filled up with made-up descriptors like those of real photos;
a made-up user labels 200 pairs of one set. Everything after that is the program's own engine: tuning up to the proposal
with its check on boxes of real photos, then the switch, each with searches for whole photos and for boxes beside it.
Then the same is done in the window.
"""

from __future__ import annotations

import hashlib
import itertools
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import window
from bench_tools import Bar, make_parser, percentile, report, say, work_folder
from engine_tools import TimedEngine
from large_library import make_descriptors
from learning_tools import read_photos, read_set
from simulated_user import labels

from engine.catalogue import Catalogue
from engine.messages import CheckLibrary, Feedback, Search, Tune, UseModel
from engine.records import IndexedPhoto
from engine.shot import UNKNOWN
from engine.storage import LibraryFolder, WriterLock
from engine.types import Box, Query

WARM_UP = 3
SHARES = {"p50": 0.50, "p95": 0.95, "max": 1.0}


def fill(library: Path, nowhere: Path, n: int) -> None:
    """Add photos that are not there until there are `n`."""
    folder = LibraryFolder(library)
    with WriterLock(folder):
        catalogue = Catalogue.open(folder)
        try:
            model = catalogue.descriptors.active_model()
            if model is None:
                raise SystemExit(f"Nothing is indexed in {library}.")
            nowhere.mkdir(exist_ok=True)
            folder_id = catalogue.folders.add(str(nowhere)).folder_id
            nowhere.rmdir()
            numbers = itertools.count()
            lacking = n - catalogue.n_photos()
            for descriptors in make_descriptors(lacking, model.dim, np.random.default_rng(1)):
                names = [f"{next(numbers):06d}.jpg".encode() for _ in descriptors]
                catalogue.commit_chunk(model, [
                    IndexedPhoto(
                        folder_id, name, 1000, 1, hashlib.blake2b(name, digest_size=32).digest(), 4000, 3000,
                        descriptor, shot=UNKNOWN,
                    )
                    for name, descriptor in zip(names, descriptors, strict=True)
                ])
            catalogue.folders.set_offline(folder_id)
        finally:
            catalogue.close()


def label(library: Path, folder: Path, n: int) -> None:
    """Have the made-up user label pairs of a set."""
    photos = read_photos(library)
    said = labels(read_set(photos, folder), photos, [], n, np.random.default_rng(0))
    place = LibraryFolder(library)
    with WriterLock(place):
        catalogue = Catalogue.open(place)
        try:
            catalogue.labels.set((one.pair, one.same) for one in said)
        finally:
            catalogue.close()


class Seeker:
    """Searches beside a job, one whole photo of the library and one box of it in turn."""

    def __init__(self, engine: TimedEngine, paths: list[str], every_s: float) -> None:
        self._engine = engine
        self._every_s = every_s
        self._queries = [Query(path=path, box=box) for path in paths for box in (None, Box(0.3, 0.3, 0.7, 0.8))]

    def alone(self) -> list[float]:
        """The seconds of some searches while nothing else is done."""
        return [self._engine.run(Search(query))[1] for query in self._queries][WARM_UP:]

    def beside(self, job: Any) -> tuple[Any, float, list[float]]:
        """A job's result and seconds, and those of the searches beside it."""
        job_id, seconds = self._engine.submit(job), []
        for query in itertools.cycle(self._queries):
            if self._engine.has_ended(job_id):
                return *self._engine.result(job_id), seconds
            seconds.append(self._engine.run(Search(query))[1])
            time.sleep(self._every_s)
        raise AssertionError


def told(engine: TimedEngine, paths: list[str]) -> list[float]:
    """The seconds of searches with three photos marked the same and three marked different."""
    seconds = []
    for number in range(60):
        query, *others = (Query(path=paths[(7 * number + place) % len(paths)]) for place in range(7))
        seconds.append(engine.run(Search(query, k=50, feedback=Feedback(tuple(others[:3]), tuple(others[3:]))))[1])
    return seconds[WARM_UP:]


def in_ms(seconds: list[float]) -> dict[str, float]:
    return {name: round(1000 * percentile(seconds, share), 1) for name, share in SHARES.items()}


def main() -> int:
    parser = make_parser(__doc__)
    parser.add_argument("set", type=Path, help="a labelled set, FOLDER/<instance>/<photo>")
    parser.add_argument("--library", type=Path, required=True, help="a library in which it is indexed; is copied")
    parser.add_argument("--n", type=int, default=10_000, help="photos in all")
    parser.add_argument("--pairs", type=int, default=200, help="how many labels")
    parser.add_argument("--every", type=float, default=0.2, help="seconds between searches")
    options = parser.parse_args()
    with work_folder(options.work) as work:
        library = work / "library"
        shutil.rmtree(library, ignore_errors=True)
        shutil.copytree(options.library, library)
        fill(library, work / "nowhere", options.n)
        with TimedEngine(library) as engine:
            engine.run(CheckLibrary(repair=True))  # else the index takes them in beside what is measured
        label(library, options.set, options.pairs)
        shutil.rmtree(work / "shown", ignore_errors=True)
        shutil.copytree(library, work / "shown")
        paths = [str(path) for path in sorted(options.set.resolve().rglob("*.jpg"))[:20]]
        with TimedEngine(library) as engine:
            seeker = Seeker(engine, paths, options.every)
            alone = seeker.alone()
            marked = told(engine, paths)
            say("Tuning ...")
            tuned, tuning_s, while_tuning = seeker.beside(Tune())
            say(f"{tuned.outcome}: {tuned.proof}")
            figures: dict[str, Any] = {}
            if tuned.model:
                say("Switching ...")
                _, switching_s, while_switching = seeker.beside(UseModel(tuned.model))
                figures = {"switching_s": round(switching_s, 1), "while_switching_ms": in_ms(while_switching)}
        say("The same in the window ...")
        gaps_ms = window.measure(work, work / "shown", str(options.set.resolve()), ("tune",))["gaps_ms"]
    bars = [
        Bar("seconds from click to proposal", round(tuning_s, 1), most=300),
        Bar("searches measured", len(while_tuning), least=20),
        Bar("search while tuning, p95 ms", round(1000 * percentile(while_tuning, 0.95), 1), most=400),
        Bar("search with feedback, p95 ms", round(1000 * percentile(marked, 0.95), 1), most=100),
        *(Bar(f"longest gap of the window while {doing}, ms", max(gaps), most=100) for doing, gaps in gaps_ms.items()),
    ]
    figures |= {
        "outcome": tuned.outcome, "alone_ms": in_ms(alone), "while_tuning_ms": in_ms(while_tuning),
        "feedback_ms": in_ms(marked),
    }
    return report("tuning_speed", bars, figures, options.markdown)


if __name__ == "__main__":
    sys.exit(main())
