"""Kill -9 in the middle of every kind of writing system call, in everything that writes: nothing is ever lost.

Goes round all pairs of work and system call, killing at the first, second, third ... such call, each time in a fresh
copy of the same library, until as many kills are reached as asked for or all work runs through. What must hold then,
and that the work can be done afterwards, is checked as in tests/faults. Needs strace.
"""

from __future__ import annotations

import itertools
import shutil
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench_tools import Bar, make_parser, report, say, work_folder

from tests.helpers.crashes import JOBS
from tests.helpers.faults import killed_at

CALLS = ("pwrite64", "write", "fsync", "fdatasync", "ftruncate", "rename", "link", "unlink", "mkdir")


def numbers_of(call: str, stride: int) -> Iterator[int]:
    """At which of its calls to kill: all of the rare kinds, every few of the frequent one."""
    return itertools.count(1, stride if call == "pwrite64" else 1)


def kill_once(name: str, call: str, number: int, template: Path, base: Path) -> tuple[bool, str]:
    """Kill a job in a copy of its template -> (whether it came to that, what did not hold afterwards)."""
    shutil.copytree(template, base)
    try:
        was_killed = killed_at(name, base, call, number)
        JOBS[name].check(base)
    except Exception:  # noqa: BLE001 - whatever it is, it is what is counted here
        return True, traceback.format_exc()
    finally:
        shutil.rmtree(base, ignore_errors=True)
    return was_killed, ""


def main() -> int:
    parser = make_parser(__doc__)
    parser.add_argument("--kills", type=int, default=300, help="how often work is killed")
    parser.add_argument("--stride", type=int, default=2, help="kill at every so many of SQLite's writes")
    options = parser.parse_args()
    killed: Counter[str] = Counter()
    n_broken = 0
    with work_folder(options.work) as work:
        for name, job in JOBS.items():
            (work / name).mkdir(parents=True)
            job.prepare(work / name)
        left = {(name, call): numbers_of(call, options.stride) for name in JOBS for call in CALLS}
        while left and killed.total() < options.kills:
            for (name, call), numbers in list(left.items()):
                number = next(numbers)
                was_killed, fault = kill_once(name, call, number, work / name, work / "killed")
                if fault:
                    n_broken += 1
                    say(f"{name}, killed at {call} {number}:\n{fault}")
                if not was_killed:
                    del left[name, call]
                killed[name] += was_killed
            say(f"{killed.total()} killed")
    bars = [
        Bar("kills", killed.total(), least=options.kills),
        Bar("libraries that were not as before or as after", n_broken, most=0),
    ]
    return report("kill_sweep", bars, {"kills of each": dict(killed)}, options.markdown)


if __name__ == "__main__":
    sys.exit(main())
