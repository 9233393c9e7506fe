"""Kill -9 during indexing, at random moments: the next run completes, the library is clean, no photo is done twice.

A run that was killed may have embedded one chunk that it did not commit; everything committed has to stay. That is
checked by what the next run still has to do, and by the ids of the descriptors, which count every one ever stored.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psutil
from bench_tools import PROJECT, Bar, command, make_parser, make_photos, pictures_in, report, run_well, say, work_folder

SIZE_PX = (640, 480)
ORPHANS_GONE_S = 30.0


def stored(library: Path) -> tuple[int, int]:
    """(descriptors in the catalogue, descriptors there have ever been), read without changing anything."""
    catalogue = library / "catalogue.sqlite"
    if not catalogue.exists():
        return 0, 0
    with closing(sqlite3.connect(f"file:{catalogue}?mode=ro", uri=True)) as connection:
        try:
            rows = connection.execute("SELECT COUNT(*) FROM descriptor").fetchone()[0]
            ever = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'descriptor'").fetchone()
        except sqlite3.OperationalError:  # killed before there were tables
            return 0, 0
    return rows, ever[0] if ever else 0


def kill_one_run(library: Path, photos: Path, after_s: float) -> tuple[bool, int]:
    """Start indexing and kill it after a while -> (whether it was still running, processes it left behind for long)."""
    process = subprocess.Popen(
        command(library, "index", str(photos)), cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(after_s)
        return False, 0
    except subprocess.TimeoutExpired:
        pass
    children = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    _, orphans = psutil.wait_procs(children, ORPHANS_GONE_S)
    for orphan in orphans:
        orphan.kill()
    return True, len(orphans)


def main() -> int:
    parser = make_parser(__doc__)
    parser.add_argument("--kills", type=int, default=20, help="how often a run is killed")
    parser.add_argument("--n", type=int, default=400, help="number of photos in a library")
    parser.add_argument("--seed", type=int, default=1, help="of the random moments")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    n_killed = n_libraries = n_incomplete = n_redone = n_unclean = n_orphans = 0
    with work_folder(options.work) as work:
        photos, library = work / f"photos-{options.n}", work / "library"
        make_photos(photos, pictures_in(options.photos), options.n, SIZE_PX, seed=5)
        shutil.rmtree(library, ignore_errors=True)
        full_s = run_well(library, "index", str(photos)).wall_s
        start_s = run_well(library, "index", str(photos)).wall_s  # with nothing left to do
        say(f"A whole run takes {full_s:.1f} s, starting alone {start_s:.1f} s.")
        shutil.rmtree(library)
        while n_killed < options.kills:
            # Mostly in the work itself, now and then while starting; several kills fit into one library.
            after_s = chance.uniform(0.3 * start_s, start_s + (full_s - start_s) / 3)
            rows_before, _ = stored(library)
            killed, orphans = kill_one_run(library, photos, after_s)
            n_killed += killed
            n_orphans += orphans
            rows, ever = stored(library)
            n_redone += ever - rows + max(0, rows_before - rows)  # stored twice, or lost again
            say(f"{n_killed} killed, after {after_s:.1f} s, {rows} of {options.n} photos done")
            if rows < options.n and n_killed < options.kills:
                continue
            answer = run_well(library, "index", str(photos)).answer
            n_libraries += 1
            n_incomplete += stored(library) != (options.n, options.n)
            n_redone += abs(answer["indexed"] - (options.n - rows))
            n_unclean += not run_well(library, "check").answer["clean"]
            shutil.rmtree(library)
    bars = [
        Bar("runs killed", n_killed, least=options.kills),
        Bar("libraries not completed by the next run", n_incomplete, most=0),
        Bar("libraries not clean", n_unclean, most=0),
        Bar("committed photos embedded again", n_redone, most=0),
        Bar(f"processes left after {ORPHANS_GONE_S:g} s", n_orphans, most=0),
    ]
    return report("kill_test", bars, {"libraries": n_libraries, "photos": options.n}, options.markdown)


if __name__ == "__main__":
    sys.exit(main())
