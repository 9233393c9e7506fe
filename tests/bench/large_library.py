"""A library of 100,000 synthetic photos: time to be ready, time of a search, memory, agreement with an exact scan.

The descriptors are clustered as those of real photos are: some hundred of one place or occasion, close together. Region
codes are random. Both are put straight into the catalogue; everything after that is the program's own engine, in a
process of its own. Searches for boxes are in a real photo, read and described for each.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from bench_tools import MIB, Bar, make_parser, memory_bytes, percentile, report, say, work_folder
from engine_tools import TimedEngine
from numpy.typing import NDArray

from engine.catalogue import Catalogue
from engine.messages import CheckLibrary, GetStatus, Search
from engine.records import IndexedPhoto
from engine.regions import CODE_BYTES, N_WINDOWS
from engine.shot import UNKNOWN
from engine.storage import LibraryFolder, WriterLock
from engine.types import Box, Query

CLUSTER_ROWS = 100
SUBSPACE = 64  # real descriptors vary mostly in some tens of directions
SPREAD = 0.8  # length of the part that differs within a cluster, against 1 for what is common
CHUNK = 5_000
K = 50
N_SEARCHES = 200
N_COMPARED = 50
N_BOXES = 60
BOXED = Path(__file__).resolve().parents[1] / "photos" / "single" / "roman-colosseum.jpg"


def make_descriptors(n: int, dim: int, chance: np.random.Generator) -> Iterator[NDArray[np.float32]]:
    """Chunks of clustered descriptors of unit length, float32 [<= CHUNK, dim]."""
    n_clusters = max(1, n // CLUSTER_ROWS)
    centres = _units(chance.standard_normal((n_clusters, SUBSPACE)) @ chance.standard_normal((SUBSPACE, dim)))
    for start in range(0, n, CHUNK):
        rows = min(CHUNK, n - start)
        own = _units(chance.standard_normal((rows, dim)))
        yield _units(centres[chance.integers(n_clusters, size=rows)] + SPREAD * own).astype(np.float32)


def _units(rows: NDArray[Any]) -> NDArray[Any]:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def fill_library(library: Path, photos: Path, n: int) -> None:
    """Make a library of `n` photos that do not exist, with descriptors of the shipped model."""
    with TimedEngine(library):
        pass  # registers the model
    folder = LibraryFolder(library)
    with WriterLock(folder):
        catalogue = Catalogue.open(folder)
        try:
            model = catalogue.descriptors.active_model()
            if model is None:
                raise SystemExit("The engine has not registered its model.")
            folder_id = catalogue.folders.add(str(photos)).folder_id
            number = 0
            for descriptors in make_descriptors(n, model.dim, np.random.default_rng(1)):
                chunk = []
                for descriptor in descriptors:
                    name = f"{number:06d}.jpg".encode()
                    digest = hashlib.blake2b(name, digest_size=32).digest()
                    chunk.append(IndexedPhoto(folder_id, name, 1000, 1, digest, 4000, 3000, descriptor, shot=UNKNOWN))
                    number += 1
                catalogue.commit_chunk(model, chunk)
        finally:
            catalogue.close()


def add_regions(library: Path, n: int) -> float:
    """Give every photo of the library random region codes -> the bytes of the catalogue that this takes for each."""
    folder = LibraryFolder(library)
    random = np.random.default_rng(3)
    with WriterLock(folder):
        catalogue = Catalogue.open(folder)
        try:
            model = catalogue.descriptors.active_model()
            assert model is not None
            catalogue.sync()
            before = folder.catalogue.stat().st_size
            for start in range(1, n + 1, CHUNK):
                with catalogue.transaction():
                    for content_id in range(start, min(start + CHUNK, n + 1)):
                        codes = random.integers(0, 256, (N_WINDOWS, CODE_BYTES), dtype=np.uint8)
                        catalogue.regions.add(model.model_id, content_id, codes)
        finally:
            catalogue.close()
    return (folder.catalogue.stat().st_size - before) / n


def build_index(library: Path, n: int) -> None:
    """Let the engine make and save the index."""
    with TimedEngine(library) as engine:
        engine.run(CheckLibrary(repair=True))
        status, _ = engine.run(GetStatus())
        if status.index_rows != n:
            raise SystemExit(f"The index has {status.index_rows} rows, not {n}.")


def measure(library: Path) -> dict[str, float]:
    """The figures, of this fresh process."""
    born_s = psutil.Process().create_time()
    with TimedEngine(library) as engine:
        since_start_s = time.time() - born_s
        ids = [int(number) for number in np.random.default_rng(2).integers(1, engine.ready.status.photos, N_SEARCHES)]
        _, first_s = engine.run(Search(Query(photo_id=ids[0]), K))
        warm_s = [engine.run(Search(Query(photo_id=photo_id), K))[1] for photo_id in ids]
        expanded_s = [engine.run(Search(Query(photo_id=photo_id), K, expand=True))[1] for photo_id in ids]
        bytes_after_searches = memory_bytes(psutil.Process())
        boxes_s = [engine.run(Search(Query(path=str(BOXED), box=box), K))[1] for box in _boxes()]
        shares = []
        for photo_id in ids[:N_COMPARED]:
            fast, _ = engine.run(Search(Query(photo_id=photo_id), K))
            exact, _ = engine.run(Search(Query(photo_id=photo_id), K, exact=True))
            right = {hit.photo_id for hit in exact.hits}
            shares.append(len(right & {hit.photo_id for hit in fast.hits}) / len(right))
        return {
            "ready_s": since_start_s,
            "engine_ready_s": engine.ready_s,
            "first_search_ms": 1000 * first_s,
            "search_p50_ms": 1000 * percentile(warm_s, 0.5),
            "search_p95_ms": 1000 * percentile(warm_s, 0.95),
            "expanded_p50_ms": 1000 * percentile(expanded_s, 0.5),
            "expanded_p95_ms": 1000 * percentile(expanded_s, 0.95),
            "box_p50_ms": 1000 * percentile(boxes_s, 0.5),
            "box_p95_ms": 1000 * percentile(boxes_s, 0.95),
            "memory_mib": bytes_after_searches / MIB,
            "peak_memory_mib": _peak_bytes() / MIB,
            "recall": sum(shares) / len(shares),
        }


def _boxes() -> Iterator[Box]:
    random = np.random.default_rng(4)
    for _ in range(N_BOXES):
        side = float(random.uniform(0.2, 0.5))
        left, top = random.uniform(0, 1 - side, 2).tolist()
        yield Box(left, top, left + side, top + side)


def _peak_bytes() -> int:
    if os.name == "nt":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale


def main() -> int:
    parser = make_parser(__doc__)
    parser.add_argument("--n", type=int, default=100_000, help="number of descriptors")
    parser.add_argument(
        "--measure", type=Path, metavar="LIBRARY", help="only measure this library (used by the script)"
    )
    options = parser.parse_args()
    if options.measure is not None:
        sys.stdout.write(json.dumps(measure(options.measure)))
        return 0
    with work_folder(options.work) as work:
        library, photos = work / f"library-{options.n}", work / "photos"
        photos.mkdir(exist_ok=True)
        if not (library / "index.json").exists():
            say("Making the library ...")
            fill_library(library, photos, options.n)
            region_bytes = add_regions(library, options.n)
            say(f"Region codes take {region_bytes:,.0f} bytes of the catalogue for each photo.")
            say("Making the index ...")
            build_index(library, options.n)
        say("Measuring ...")
        me = [sys.executable, str(Path(__file__).resolve()), "--measure", str(library)]
        # This script loads numpy before the engine could, which would have it compute on one thread.
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
        figures = json.loads(subprocess.run(me, check=True, stdout=subprocess.PIPE, env=environment).stdout)
    bars = [
        Bar("from start to ready, s", figures["ready_s"], most=5),
        Bar("warm search, p95 ms", figures["search_p95_ms"], most=60),
        Bar("warm search that looks further, p95 ms", figures["expanded_p95_ms"], most=60),
        Bar("warm search for a box, p95 ms", figures["box_p95_ms"], most=300),
        Bar("memory of the process, MiB", figures["peak_memory_mib"], most=1536),
        Bar(f"recall@{K} against an exact scan", figures["recall"], least=0.98),
    ]
    return report("large_library", bars, {key: round(value, 4) for key, value in figures.items()}, options.markdown)


if __name__ == "__main__":
    sys.exit(main())
