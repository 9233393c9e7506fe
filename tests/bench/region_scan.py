"""Comparing the region codes of 1,000,000 photos with a box: time, memory, bytes of the file. Codes are random.

Only the codes: the file is made and mapped as the engine does, without catalogue and index.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import psutil
from bench_tools import MIB, Bar, make_parser, memory_bytes, percentile, report, say, work_folder

from engine.regions import CODE_BYTES, N_WINDOWS, best_windows

CHUNK = 10_000
N_SEARCHES = 20


def main() -> int:
    parser = make_parser(__doc__)
    parser.add_argument("--n", type=int, default=1_000_000, help="number of photos")
    options = parser.parse_args()
    random = np.random.default_rng(1)
    with work_folder(options.work) as work:
        path = work / f"regions-{options.n}.codes"
        if not path.exists():
            say("Making the codes ...")
            with path.open("wb") as file:
                for start in range(0, options.n, CHUNK):
                    rows = min(CHUNK, options.n - start)
                    file.write(random.integers(0, 256, (rows, N_WINDOWS, CODE_BYTES), dtype=np.uint8).data)
        before = memory_bytes(psutil.Process())
        codes = np.memmap(path, dtype=np.uint8, mode="r", shape=(options.n, N_WINDOWS, CODE_BYTES))
        took_s: dict[int, list[float]] = {1: [], 8: []}
        for number in range(1 + N_SEARCHES):
            for n_queries, times in took_s.items():
                query = random.integers(0, 256, (n_queries, CODE_BYTES), dtype=np.uint8)
                started_s = time.perf_counter()
                best_windows(query, codes)
                if number:  # the first reads the file
                    times.append(time.perf_counter() - started_s)
        memory = memory_bytes(psutil.Process())
        swapped = psutil.swap_memory().used
    bars = [Bar("one query, p95 s", percentile(took_s[1], 0.95), most=2)]
    figures = {
        "photos": options.n, "one_p50_s": percentile(took_s[1], 0.5), "one_p95_s": percentile(took_s[1], 0.95),
        "eight_p50_s": percentile(took_s[8], 0.5), "bytes_per_photo": N_WINDOWS * CODE_BYTES,
        "memory_mib": (memory - before) / MIB, "swap_mib": swapped / MIB,
    }
    return report("region_scan", bars, {key: round(value, 4) for key, value in figures.items()}, options.markdown)


if __name__ == "__main__":
    sys.exit(main())
