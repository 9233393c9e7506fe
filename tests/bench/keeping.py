"""Keeping 100,000 photos: the first look through a folder, a look at an unchanged one, a renamed folder, watching.

The files are tiny and real. For the first look they are not decoded; for all others the library is filled with
descriptors that were made up, and with what is true of each file: its size, its time and its inode. Everything that is
measured is the program's own engine.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from bench_tools import Bar, make_parser, report, say, work_folder
from engine_tools import TimedEngine
from large_library import build_index, make_descriptors

from engine.catalogue import Catalogue
from engine.messages import GetStatus, IndexFolders, Phase
from engine.records import IndexedPhoto
from engine.regions import CODE_BYTES, N_WINDOWS
from engine.scan import scan_folder
from engine.shot import Shot
from engine.storage import LibraryFolder, WriterLock

FOLDER_FILES = 10_000
RUNS = 3
LIVE_S = 120.0


def make_files(root: Path, n: int) -> None:
    """`n` files with names of photos, `FOLDER_FILES` to a folder, each with bytes of its own."""
    for number in range(n):
        folder = root / f"folder-{number // FOLDER_FILES:02d}"
        if number % FOLDER_FILES == 0:
            folder.mkdir(parents=True)
        path = folder / f"photo-{number:06d}.jpg"
        path.write_bytes(b"\xff\xd8\xff" + b"%07d" % number + bytes(number % 500))
        os.utime(path, (1_600_000_000 + number, 1_600_000_000 + number))


def fill_library(library: Path, root: Path) -> None:
    """Make a library in which these files are indexed, and its index."""
    with TimedEngine(library):
        pass  # registers the model
    n, chance = 0, np.random.default_rng(2)
    with WriterLock(folder := LibraryFolder(library)):
        catalogue = Catalogue.open(folder)
        try:
            model = catalogue.descriptors.active_model()
            if model is None:
                raise SystemExit("The engine has not registered its model.")
            folder_id = catalogue.folders.add(str(root)).folder_id
            files = [file for batch in scan_folder(str(root)) for file in batch]
            for descriptors in make_descriptors(len(files), model.dim, np.random.default_rng(1)):
                chunk = files[n:n + len(descriptors)]
                codes = chance.integers(0, 256, (len(chunk), N_WINDOWS, CODE_BYTES), dtype=np.uint8)
                catalogue.commit_chunk(model, [
                    IndexedPhoto(
                        folder_id, file.path, file.size_bytes, file.mtime_ns,
                        hashlib.blake2b((root / os.fsdecode(file.path)).read_bytes(), digest_size=20).digest(),
                        4000, 3000, descriptor, file.inode, Shot(), parts,
                    )
                    for file, descriptor, parts in zip(chunk, descriptors, codes, strict=True)
                ])
                n += len(chunk)
        finally:
            catalogue.close()
    build_index(library, n)


def first_look_s(library: Path, root: Path) -> float:
    """Seconds until it is known what there is to do in a folder that is new."""
    with TimedEngine(library) as engine:
        started_s = time.perf_counter()
        job_id = engine.submit(IndexFolders((str(root),)))
        seconds = engine.first_progress(job_id, Phase.ANALYSING) - started_s
        engine.cancel(job_id)
    return seconds


def looks_again_s(library: Path, n: int) -> tuple[list[float], list[float]]:
    """Seconds of some looks at folders that have not changed, and the processor time of each."""
    all_s, all_cpu_s = [], []
    with TimedEngine(library) as engine:
        for _ in range(RUNS):
            before_s = time.process_time()
            found, seconds = engine.run(IndexFolders())
            all_cpu_s.append(time.process_time() - before_s)
            all_s.append(seconds)
            require(found.unchanged == n and found.indexed == found.moved == 0, found)
    return all_s, all_cpu_s


def rename_s(library: Path, root: Path, n: int) -> tuple[float, float]:
    """Seconds in which a renamed folder of `n` photos is known: when looked for, and when watched."""
    first, second = root / "folder-00", root / "renamed"
    with TimedEngine(library) as engine:
        first.rename(second)
        found, looked_for_s = engine.run(IndexFolders((str(root),)))
        require(found.moved == n and found.indexed == found.failed == found.removed == found.missing == 0, found)
    with TimedEngine(library, watch=True) as engine:
        wait_until_live(engine)
        started_s = time.perf_counter()
        second.rename(first)
        while n_below(library, b"folder-00/") != n:
            require(time.perf_counter() - started_s < LIVE_S, "a renamed folder was not noticed")
            time.sleep(0.05)
        watched_s = time.perf_counter() - started_s
        require(n_below(library, b"renamed/") == 0, "some are known twice")
    return looked_for_s, watched_s


def n_below(library: Path, prefix: bytes) -> int:
    """How many photos the catalogue has below a folder."""
    with closing(sqlite3.connect(f"file:{library / 'catalogue.sqlite'}?mode=ro", uri=True, timeout=30)) as connection:
        return int(connection.execute("SELECT COUNT(*) FROM photo WHERE path > ? AND path < ?",
                                      (prefix, prefix[:-1] + b"0")).fetchone()[0])


def wait_until_live(engine: TimedEngine) -> None:
    """Wait until the folders are watched, and what happened before has been looked at."""
    started_s = time.perf_counter()
    while True:
        status, _ = engine.run(GetStatus())
        if all(folder.watch == "live" for folder in status.folders):
            break
        require(time.perf_counter() - started_s < LIVE_S, "the folders are not watched")
        time.sleep(0.2)
    busy_s = psutil.Process().cpu_times().user
    while True:  # the look that is asked for at first
        time.sleep(2.0)
        now_s = psutil.Process().cpu_times().user
        if now_s - busy_s < 0.05:
            return
        busy_s = now_s


def idle_share(library: Path, minutes: float) -> float:
    """The share of one core that watching takes while nothing happens, looking through everything included."""
    with TimedEngine(library, watch=True) as engine:
        wait_until_live(engine)
        process, started_s = psutil.Process(), time.monotonic()
        before_s = sum(process.cpu_times()[:2])
        time.sleep(60 * minutes)
        return (sum(process.cpu_times()[:2]) - before_s) / (time.monotonic() - started_s)


def require(is_so: bool, what: Any) -> None:
    if not is_so:
        raise SystemExit(f"It did not go as it should: {what}")


def idle_share_apart(library: Path, minutes: float) -> float:
    """The same in a process of its own, in which nothing else has been done."""
    done = subprocess.run([sys.executable, __file__, "--idle-of", str(library), "--idle-minutes", str(minutes)],
                          stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout)


def main() -> int:
    parser = make_parser(__doc__)
    parser.add_argument("--n", type=int, default=100_000, help="number of files")
    parser.add_argument("--idle-minutes", type=float, default=21.0, help="how long the watcher is left alone; 0: not")
    parser.add_argument("--idle-of", type=Path, metavar="DIR", help="only that, for this library")
    options = parser.parse_args()
    if options.idle_of is not None:
        sys.stdout.write(f"{idle_share(options.idle_of, options.idle_minutes)}\n")
        return 0
    with work_folder(options.work) as work:
        root, new, library = work / "files", work / "library-new", work / "library"
        if not root.exists():
            make_files(root, options.n)
        first_s = []
        for _ in range(RUNS):
            shutil.rmtree(new, ignore_errors=True)
            first_s.append(first_look_s(new, root))
        say(f"The first look took {first_s} s.")
        if not library.exists():
            fill_library(library, root)
        again_s, again_cpu_s = looks_again_s(library, options.n)
        say(f"A look at an unchanged folder took {again_s} s, {again_cpu_s} s of processor time.")
        renames_s = [rename_s(library, root, min(options.n, FOLDER_FILES)) for _ in range(RUNS)]
        say(f"A renamed folder took {renames_s} s.")
        idle = idle_share_apart(library, options.idle_minutes) if options.idle_minutes else float("nan")
    bars = [
        Bar(f"first look at {options.n} files, best of {RUNS} (s)", min(first_s), most=60.0),
        Bar(f"look at {options.n} unchanged ones, best (s)", min(again_s), most=10.0),
        Bar("renamed folder of 10,000, looked for, best (s)", min(seconds for seconds, _ in renames_s), most=5.0),
        Bar("renamed folder of 10,000, watched, best (s)", min(seconds for _, seconds in renames_s), most=5.0),
    ]
    if options.idle_minutes:
        bars.append(Bar("watching while nothing happens: share of a core (%)", 100 * idle, most=1.0))
    figures = {
        "first_look_s": first_s, "again_s": again_s, "again_cpu_s": again_cpu_s, "renames_s": renames_s,
        "idle_minutes": options.idle_minutes,
        "load_of_the_machine": os.getloadavg() if hasattr(os, "getloadavg") else None,
    }
    return report("keeping", bars, figures, options.markdown)


if __name__ == "__main__":
    sys.exit(main())
