"""Indexing speed: 300 twelve-megapixel JPEGs and 1,000 smaller ones, on the fastest device against plain torch.

Also how well the network and the decoding overlap: wall time against the processor time of both, shared by the cores.
"""

from __future__ import annotations

import shutil
import statistics
import sys
from pathlib import Path
from typing import Any

from bench_tools import Bar, cores, make_parser, make_photos, pictures_in, report, run_well, say, work_folder

LARGE_PX = (4000, 3000)
SMALL_PX = ((1600, 1200), (1280, 853), (1024, 1024), (800, 1200))
REFERENCE = "torch"


def make_all_photos(target: Path, sources: list[Path], n_large: int, n_small: int) -> None:
    """The photos to index, in folders by size; existing ones are kept."""
    make_photos(target / "large", sources, n_large, LARGE_PX, seed=1)
    for number, size in enumerate(SMALL_PX):
        n = n_small // len(SMALL_PX) + (number < n_small % len(SMALL_PX))
        make_photos(target / f"small-{size[0]}x{size[1]}", sources, n, size, seed=2 + number)


def measure(photos: Path, n_photos: int, device: str, library: Path) -> dict[str, Any]:
    """Index everything into a new library -> the run's figures."""
    shutil.rmtree(library, ignore_errors=True)
    finished = run_well(library, "index", str(photos), "--device", device)
    if finished.answer["indexed"] != n_photos:
        raise SystemExit(f"{n_photos} photos were there, but {finished.answer['indexed']} were indexed.")
    # What the program needs without a photo to work on (imports, loading) is no work that could overlap.
    idle = run_well(library, "index", str(photos), "--device", device)
    wall_s, cpu_s = finished.wall_s - idle.wall_s, finished.cpu_s - idle.cpu_s
    return {
        "device": finished.answer["device"],
        "images_per_second": finished.answer["images_per_second"],
        "seconds": finished.answer["seconds"],
        "wall_s": round(wall_s, 2),
        "cpu_s": round(cpu_s, 2),
        "overlap": round(wall_s / (cpu_s / cores()), 3),
    }


def main() -> int:
    parser = make_parser(__doc__)
    parser.add_argument("--large", type=int, default=300, help="number of twelve-megapixel photos")
    parser.add_argument("--small", type=int, default=1000, help="number of smaller photos")
    parser.add_argument("--rounds", type=int, default=2, help="runs on each device, taken in turn")
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"), help="what is compared with plain torch")
    options = parser.parse_args()
    with work_folder(options.work) as work:
        photos = work / f"photos-{options.large}-{options.small}"
        say("Making the photos ...")
        make_all_photos(photos, pictures_in(options.photos), options.large, options.small)
        warm_up = work / "warm-up"
        make_photos(warm_up / "photos", pictures_in(options.photos), 8, (640, 480), seed=9)
        runs: dict[str, list[dict[str, Any]]] = {REFERENCE: [], options.device: []}
        for device in runs:  # the network is compiled once and cached; that is no part of the speed
            measure(warm_up / "photos", 8, device, warm_up / "library")
        for number in range(options.rounds):
            for device, figures in runs.items():
                figures.append(measure(photos, options.large + options.small, device, work / "library"))
                say(f"Round {number + 1}, {device}: {figures[-1]}")
    speed = {device: statistics.median(run["images_per_second"] for run in figures) for device, figures in runs.items()}
    bars = [
        Bar("images/s against plain torch", speed[options.device] / speed[REFERENCE], least=2.5),
        Bar("wall time against processor time / cores", min(run["overlap"] for run in runs[options.device]), most=1.25),
    ]
    return report("indexing_speed", bars, {"images_per_second": speed, "runs": runs}, options.markdown)


if __name__ == "__main__":
    sys.exit(main())
