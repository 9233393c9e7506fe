"""Searches while photos are being indexed: how long they take, with decoding and the network for the query included."""

from __future__ import annotations

import shutil
import sys
import time

from bench_tools import Bar, make_parser, make_photos, percentile, pictures_in, report, say, work_folder
from engine_tools import TimedEngine

from engine.messages import IndexFolders, Search
from engine.types import Box, Query

SIZE_PX = (1600, 1200)
SHARES = {"p50": 0.50, "p95": 0.95, "max": 1.0}
WARM_UP = 3  # searches before measuring: the first one compiles for its input's shape


def main() -> int:
    parser = make_parser(__doc__)
    parser.add_argument("--n", type=int, default=600, help="number of photos to index meanwhile")
    parser.add_argument("--every", type=float, default=0.2, help="seconds between searches")
    parser.add_argument("--device", default="auto", help="as of resight --device")
    options = parser.parse_args()
    sources = pictures_in(options.photos)
    with work_folder(options.work) as work:
        photos, known, library = work / f"photos-{options.n}", work / "known", work / "library"
        strangers = work / "strangers"
        say("Making the photos ...")
        make_photos(photos, sources, options.n, SIZE_PX, seed=6)
        make_photos(known, sources, 20, SIZE_PX, seed=7)
        make_photos(strangers, sources, 20, SIZE_PX, seed=8)
        shutil.rmtree(library, ignore_errors=True)
        with TimedEngine(library, options.device) as engine:
            engine.run(IndexFolders((str(known),)))
            # None of them is in the library, so that each has to go through decoding and the network.
            files = [str(path) for path in pictures_in(strangers)]
            queries = [Query(path=path, box=box) for path in files for box in (None, Box(0.3, 0.3, 0.7, 0.8))]
            idle = [engine.run(Search(query))[1] for query in queries[: WARM_UP + 20]][WARM_UP:]
            say("Searching while indexing ...")
            indexing = engine.submit(IndexFolders((str(photos),)))
            busy = []
            while not engine.has_ended(indexing):
                result, seconds = engine.run(Search(queries[len(busy) % len(queries)]))
                busy.append(seconds)
                if not result.hits:
                    raise SystemExit("A search while indexing found nothing.")
                time.sleep(options.every)
            index_report, _ = engine.result(indexing)
    bars = [
        Bar("searches measured", len(busy), least=20),
        Bar("search while indexing, p95 ms", 1000 * percentile(busy, 0.95), most=400),
    ]
    figures = {
        "while_indexing_ms": {name: round(1000 * percentile(busy, share), 1) for name, share in SHARES.items()},
        "alone_ms": {name: round(1000 * percentile(idle, share), 1) for name, share in SHARES.items()},
        "indexing_images_per_second": round(index_report.images_per_second, 1),
        "device": index_report.device,
    }
    return report("search_while_indexing", bars, figures, options.markdown)


if __name__ == "__main__":
    sys.exit(main())
