"""A library watched for long, while its photos are added, changed, renamed, copied, moved and deleted all the time.

`resight watch` runs as a process of its own. At the end its catalogue has to say what the folders hold, file by file;
its memory must not have grown; and before the first change it must not have used the processor. How soon changes are
noticed is measured on the photos that are added.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median

import numpy as np
import psutil
from bench_tools import MIB, PROJECT, Bar, command, make_parser, memory_bytes, percentile, report, run, say, work_folder
from PIL import Image

SIZE_PX = (320, 240)
FOLDERS = 12
IDLE_S = 60.0
SAMPLE_EVERY_S = 5.0
CAUGHT_UP_S = 180.0


class Photos:
    """Folders of small photos, each with a content of its own, and what may happen to them."""

    def __init__(self, root: Path, n: int, chance: random.Random) -> None:
        self.root = root
        self.counts: dict[str, int] = {}
        self.new: list[Path] = []  # added since they were asked for last
        self._n = n
        self._chance = chance
        self._made = 0
        self._folders = [root / f"folder-{number:02d}" for number in range(FOLDERS)]
        self._files: list[Path] = []
        for folder in self._folders:
            folder.mkdir(parents=True)
        for _ in range(n):
            self._add()
        self.new.clear()

    def change(self) -> None:
        """Do one thing; the number of photos stays about the same."""
        is_full = len(self._files) > self._n
        ways: list[tuple[Callable[[], None], float]] = [
            (self._delete if is_full else self._add, 0.4), (self._edit, 0.15), (self._replace, 0.1),
            (self._rename, 0.2), (self._copy, 0.04), (self._touch, 0.1), (self._rename_folder, 0.01),
        ]
        (way,) = self._chance.choices([way for way, _ in ways], [weight for _, weight in ways])
        way()
        name = way.__name__.strip("_")
        self.counts[name] = self.counts.get(name, 0) + 1

    def hashes(self) -> dict[bytes, bytes]:
        """Path relative to the root -> the hash of the file, as they are on the disk."""
        return {
            os.fsencode(path.relative_to(self.root)): hashlib.blake2b(path.read_bytes(), digest_size=20).digest()
            for path in self.root.rglob("*.jpg")
        }

    def _add(self) -> None:
        path = self._new_path()
        self._draw(path)
        self._files.append(path)
        self.new.append(path)

    def _edit(self) -> None:
        self._draw(self._any())

    def _replace(self) -> None:
        """As programs do that first write all of the new file."""
        path = self._any()
        self._draw(path.with_suffix(".tmp"))
        path.with_suffix(".tmp").rename(path)

    def _rename(self) -> None:
        path, target = self._any(), self._new_path()
        path.rename(target)
        self._forget(path)
        self._files.append(target)

    def _copy(self) -> None:
        target = self._new_path()
        shutil.copy(self._any(), target)
        self._files.append(target)

    def _touch(self) -> None:
        os.utime(self._any())

    def _delete(self) -> None:
        path = self._any()
        path.unlink()
        self._forget(path)

    def _rename_folder(self) -> None:
        number = self._chance.randrange(len(self._folders))
        old, self._made = self._folders[number], self._made + 1
        new = self._folders[number] = self.root / f"folder-{number:02d}-{self._made}"
        old.rename(new)
        self._files = [new / path.name if path.parent == old else path for path in self._files]
        self.new = [new / path.name if path.parent == old else path for path in self.new]

    def _any(self) -> Path:
        return self._chance.choice(self._files)

    def _forget(self, path: Path) -> None:
        self._files.remove(path)
        if path in self.new:
            self.new.remove(path)

    def _new_path(self) -> Path:
        self._made += 1
        return self._chance.choice(self._folders) / f"photo-{self._made:06d}.jpg"

    def _draw(self, path: Path) -> None:
        """Coloured squares, other ones each time."""
        colours = np.random.default_rng(self._chance.getrandbits(60)).integers(0, 256, (6, 8, 3), dtype=np.uint8)
        Image.fromarray(colours).resize(SIZE_PX, Image.Resampling.BICUBIC).save(path, "JPEG", quality=85)


class Watcher:
    """`resight watch` in a process of its own."""

    def __init__(self, library: Path, photos: Path) -> None:
        self.process = subprocess.Popen(
            command(library, "watch", str(photos)), cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True,
        )
        self._is_watching = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def wait_until_watching(self) -> None:
        while not self._is_watching.wait(1.0):
            if self.process.poll() is not None:
                raise SystemExit(f"resight watch has ended with {self.process.returncode}.")

    def cpu_s(self) -> float:
        """Processor time of it and its decoder processes."""
        main = psutil.Process(self.process.pid)
        return sum(sum(process.cpu_times()[:2]) for process in [main, *main.children(recursive=True)])

    def memory_bytes(self) -> tuple[int, int]:
        """Of the process that watches and searches, and of its decoder processes."""
        main = psutil.Process(self.process.pid)
        return memory_bytes(main), sum(map(memory_bytes, main.children(recursive=True)))

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(120)

    def _read(self) -> None:
        for line in self.process.stderr or ():
            if "Watching for changes" in line:
                self._is_watching.set()


def known(library: Path) -> dict[bytes, bytes]:
    """Path -> hash, as the catalogue has them."""
    with closing(sqlite3.connect(f"file:{library / 'catalogue.sqlite'}?mode=ro", uri=True, timeout=30)) as connection:
        return dict(connection.execute(
            "SELECT photo.path, hash FROM photo JOIN content ON content.id = content_id WHERE missing = 0"))


def idle_share(watcher: Watcher, seconds: float) -> float:
    """The share of one core that is used while nothing happens."""
    before_s, started_s = watcher.cpu_s(), time.monotonic()
    time.sleep(seconds)
    return (watcher.cpu_s() - before_s) / (time.monotonic() - started_s)


class Soak:
    """The changes, evenly over the time, and what is measured meanwhile."""

    def __init__(self, photos: Photos, library: Path, watcher: Watcher) -> None:
        self.delays_s: list[float] = []
        self.memory: list[tuple[float, int, int]] = []  # share of the time gone, bytes, bytes of decoders
        self._photos = photos
        self._library = library
        self._watcher = watcher
        self._added_at: dict[Path, float] = {}

    def run(self, minutes: float, changes: int) -> None:
        started_s, n_done, next_sample_s = time.monotonic(), 0, 0.0
        while n_done < changes:
            now_s = time.monotonic()
            due = min(changes, int(changes * (now_s - started_s) / (60 * minutes)) + 1)
            while n_done < due:
                self._photos.change()
                n_done += 1
            self._note_delays()
            if now_s >= next_sample_s:
                next_sample_s = now_s + SAMPLE_EVERY_S
                self.memory.append(((now_s - started_s) / (60 * minutes), *self._watcher.memory_bytes()))
            time.sleep(0.25)

    def at(self, share: float) -> int:
        """The memory of the main process about this share of the time: the median of some samples round it."""
        near = sorted(self.memory, key=lambda sample: abs(sample[0] - share))[:7]
        return int(median(sample[1] for sample in near))

    def _note_delays(self) -> None:
        """How long photos that were added have taken to be known. Those changed meanwhile do not count."""
        waiting = set(self._photos.new)
        for path in waiting - set(self._added_at):
            self._added_at[path] = time.monotonic()
        self._added_at = {path: at for path, at in self._added_at.items() if path in waiting}
        names = [os.fsencode(path.relative_to(self._photos.root)) for path in waiting]
        with closing(sqlite3.connect(f"file:{self._library / 'catalogue.sqlite'}?mode=ro", uri=True, timeout=30)) as db:
            marks = ", ".join("?" * len(names))
            there = {row[0] for row in db.execute(f"SELECT path FROM photo WHERE path IN ({marks})", names)}
        for path in waiting:
            if os.fsencode(path.relative_to(self._photos.root)) in there:
                self.delays_s.append(time.monotonic() - self._added_at.pop(path))
                self._photos.new.remove(path)


def main() -> int:
    parser = make_parser(__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="how long the changes take")
    parser.add_argument("--changes", type=int, default=10_000, help="how many there are")
    parser.add_argument("--n", type=int, default=600, help="photos at the beginning")
    parser.add_argument("--seed", type=int, default=1, help="of the changes")
    options = parser.parse_args()
    with work_folder(options.work) as work:
        root, library = work / "soak-photos", work / "soak-library"
        for folder in (root, library):
            shutil.rmtree(folder, ignore_errors=True)
        photos = Photos(root, options.n, random.Random(options.seed))
        watcher = Watcher(library, root)
        try:
            watcher.wait_until_watching()
            time.sleep(10)
            idle_before = idle_share(watcher, IDLE_S)
            say(f"Idle: {100 * idle_before:.2f} % of a core. {options.changes} changes in {options.minutes:g} minutes.")
            soak = Soak(photos, library, watcher)
            soak.run(options.minutes, options.changes)
            wanted, ended_s = photos.hashes(), time.monotonic()
            while (differing := differences(wanted, known(library))) and time.monotonic() - ended_s < CAUGHT_UP_S:
                time.sleep(0.25)
            caught_up_s = time.monotonic() - ended_s
            idle_after = idle_share(watcher, IDLE_S)
        finally:
            code = watcher.stop()
        clean = run(library, "check").answer["clean"]
    first, last = soak.at(0.25), soak.at(1.0)
    say(f"{differing} files differ; {100 * (last - first) / first:+.1f} % memory from the first quarter to the end.")
    bars = [
        Bar("changes", sum(photos.counts.values()), least=options.changes),
        Bar("files that the catalogue does not have as they are", differing, most=0),
        Bar("library not clean, or watching ended with an error", code != 0 or not clean, most=0),
        Bar("added photos found, 95 % within (s)", percentile(soak.delays_s, 0.95), most=5.0),
        Bar("memory at the end / after the first quarter", last / first, most=1.05),
        Bar("idle share of a core, before (%)", 100 * idle_before, most=1.0),
        Bar("idle share of a core, after (%)", 100 * idle_after, most=1.0),
    ]
    figures = {
        "minutes": options.minutes,
        "changes": photos.counts,
        "photos_at_the_end": len(wanted),
        "caught_up_s": round(caught_up_s, 1),
        "added_photos_measured": len(soak.delays_s),
        "delay_median_s": round(median(soak.delays_s), 2),
        "delay_longest_s": round(max(soak.delays_s), 2),
        "memory_mib": {f"{share:.2f}": round(soak.at(share) / MIB) for share in (0.0, 0.25, 0.5, 0.75, 1.0)},
        "decoders_mib_at_most": round(max(sample[2] for sample in soak.memory) / MIB),
        "load_of_the_machine": [round(load, 1) for load in os.getloadavg()] if hasattr(os, "getloadavg") else None,
    }
    return report("soak", bars, figures, options.markdown)


def differences(wanted: dict[bytes, bytes], found: dict[bytes, bytes]) -> int:
    """How many files are known otherwise than they are, or not at all, or are not there."""
    return sum(wanted.get(path) != found.get(path) for path in set(wanted) | set(found))


if __name__ == "__main__":
    sys.exit(main())
