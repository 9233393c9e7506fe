"""What the bench scripts share: the command line as a process, photos in numbers, figures and bars as JSON."""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import platform
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from PIL import Image, ImageEnhance

PROJECT = Path(__file__).resolve().parents[2]
PHOTOS = PROJECT / "tests" / "photos"
if str(PROJECT) not in sys.path:
    sys.path.insert(0, str(PROJECT))  # the scripts are run by their path

MIB = 1 << 20


# ---- the command line -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that has ended. `cpu_s` is the processor time of it and of all processes it waited for."""

    code: int
    answer: Any
    lines: tuple[tuple[float, str], ...]  # of stderr, with the seconds since the start
    wall_s: float
    cpu_s: float
    peak_bytes: int

    def longest_silence_s(self) -> float:
        """The longest time without a line on stderr, beginning and end included."""
        times = [0.0, *(second for second, _ in self.lines), self.wall_s]
        return max(later - earlier for earlier, later in itertools.pairwise(times))


def command(library: Path, *arguments: str) -> list[str]:
    """The command line of `resight` in this environment, answering in JSON."""
    return [sys.executable, "-m", "app", "--json", "--library", str(library), *arguments]


def run(library: Path, *arguments: str, watch_memory: bool = False, timeout_s: float = 7200) -> Finished:
    """Run `resight` to its end. `peak_bytes` is 0 unless `watch_memory`."""
    cpu_before_s = _children_cpu_s()
    started_s = time.monotonic()
    process = subprocess.Popen(
        command(library, *arguments), cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    lines: list[tuple[float, str]] = []

    def read_stderr() -> None:
        for line in process.stderr or ():
            lines.append((time.monotonic() - started_s, line.rstrip()))

    memory = MemoryWatch(process.pid) if watch_memory else None
    reader = threading.Thread(target=read_stderr)
    reader.start()
    killer = threading.Timer(timeout_s, process.kill)
    killer.start()
    out = process.stdout.read() if process.stdout else ""
    code = process.wait()
    wall_s = time.monotonic() - started_s
    killer.cancel()
    reader.join()
    peak_bytes = memory.stop() if memory else 0
    answer = json.loads(out) if out else None
    return Finished(code, answer, tuple(lines), wall_s, _children_cpu_s() - cpu_before_s, peak_bytes)


def run_well(library: Path, *arguments: str, **options: Any) -> Finished:
    """Run `resight` and end the bench with its words if it fails."""
    finished = run(library, *arguments, **options)
    if finished.code != 0:
        raise SystemExit(f"resight {' '.join(arguments)} ended with {finished.code}: {finished.lines[-3:]}")
    return finished


def _children_cpu_s() -> float:
    times = os.times()
    return times.children_user + times.children_system


class MemoryWatch:
    """Samples the memory of a process with all its children. Shared pages are counted once, where the system tells."""

    def __init__(self, pid: int, every_s: float = 0.2) -> None:
        self._root = psutil.Process(pid)
        self._every_s = every_s
        self._peak_bytes = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> int:
        """The peak, in bytes."""
        self._ended.set()
        self._thread.join()
        return self._peak_bytes

    def _watch(self) -> None:
        while not self._ended.wait(self._every_s):
            try:
                family = [self._root, *self._root.children(recursive=True)]
            except psutil.NoSuchProcess:
                return
            self._peak_bytes = max(self._peak_bytes, sum(memory_bytes(process) for process in family))


def memory_bytes(process: psutil.Process) -> int:
    """The memory of one process: its proportional share where known (Linux), else what is resident."""
    try:
        memory = process.memory_full_info()
        return int(getattr(memory, "pss", 0) or memory.rss)
    except psutil.Error:
        return 0


# ---- photos ---------------------------------------------------------------------------------------------------


def pictures_in(folder: Path) -> list[Path]:
    """The JPEG files below a folder, in order."""
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))
    if not found:
        raise SystemExit(f"There are no JPEG files in {folder}.")
    return found


def make_photos(target: Path, sources: Sequence[Path], n: int, size: tuple[int, int], seed: int) -> None:
    """Write `n` different JPEGs of this size: parts of the sources, mirrored and lightened at random, with noise.

    The noise makes the files as large, and decoding as slow, as those of cameras. Files that exist are kept.
    """
    target.mkdir(parents=True, exist_ok=True)
    noise = Image.effect_noise(size, 80).convert("RGB")
    for number in range(n):
        path = target / f"photo-{number:05d}.jpg"
        if path.exists():
            continue
        chance = random.Random(f"{seed}-{number}")
        with Image.open(sources[number % len(sources)]) as source:
            picture = source.convert("RGB")
        share = chance.uniform(0.6, 1.0)
        width, height = picture.width * share, picture.height * share
        left, top = chance.uniform(0, picture.width - width), chance.uniform(0, picture.height - height)
        part = picture.resize(size, Image.Resampling.BICUBIC, box=(left, top, left + width, top + height))
        if chance.random() < 0.5:
            part = part.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        part = ImageEnhance.Brightness(part).enhance(chance.uniform(0.7, 1.2))
        unfinished = path.with_suffix(".part")
        Image.blend(part, noise, 0.06).save(unfinished, "JPEG", quality=90)
        unfinished.rename(path)


# ---- figures --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure and what it has to reach: at least `least`, at most `most`."""

    name: str
    value: float
    least: float | None = None
    most: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether the figure is good enough. NaN is not."""
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    @property
    def wanted(self) -> str:
        """The bar in words."""
        return f">= {self.least:g}" if self.least is not None else f"<= {self.most:g}"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    return sorted(values)[max(math.ceil(len(values) * share), 1) - 1]


def report(name: str, bars: Sequence[Bar], figures: dict[str, Any], markdown: bool) -> int:
    """Write the result to stdout, as JSON or as a Markdown table. Returns the exit code: 1 if a bar is missed."""
    if markdown:
        rows = [
            f"| {bar.name} | {bar.value:.4g} | {bar.wanted} | {'yes' if bar.is_met else '**no**'} |" for bar in bars
        ]
        facts = ", ".join(f"{key} {value}" for key, value in machine().items())
        lines = [f"**{name}** ({facts})", "", "| figure | value | bar | met |", "|---|---|---|---|", *rows]
        text = "\n".join(lines)
    else:
        document = {
            "bench": name,
            "machine": machine(),
            "bars": [
                {"name": bar.name, "value": round(bar.value, 4), "wanted": bar.wanted, "met": bar.is_met}
                for bar in bars
            ],
            "figures": figures,
        }
        text = json.dumps(document, indent=2)
    sys.stdout.write(text + "\n")
    return 0 if all(bar.is_met for bar in bars) else 1


def machine() -> dict[str, Any]:
    """What the figures were measured on, without naming the computer."""
    return {
        "cores": cores(),
        "processor": _processor(),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def say(text: str) -> None:
    """Tell on stderr what the bench is doing."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


# ---- the scripts ----------------------------------------------------------------------------------------------


def make_parser(purpose: str | None) -> argparse.ArgumentParser:
    """A parser with what all scripts take: --work, --photos, --markdown."""
    parser = argparse.ArgumentParser(description=purpose, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="keep generated photos and libraries here (else: gone)"
    )
    parser.add_argument("--photos", type=Path, default=PHOTOS, metavar="DIR", help="photos to make others from")
    parser.add_argument("--markdown", action="store_true", help="write a Markdown table instead of JSON")
    return parser


@contextmanager
def work_folder(kept: Path | None) -> Iterator[Path]:
    """The folder to work in: the one named, else a temporary one."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="resight-bench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
