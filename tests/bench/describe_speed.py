"""Describing one photo: how long the network takes on this processor, and how close it is to plain torch float32."""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

import bench_tools
import numpy as np
from bench_tools import Bar, make_parser, report, say

from app import places
from engine.accelerate import MIN_COSINE, Runner
from engine.actnet.checkpoint import ModelCard, read_card
from engine.decode import DecodeRequest, decode
from engine.describe import choose_runner
from engine.messages import Notice
from engine.scan import PICTURE_EXTENSIONS


def runner_of(device: str, card: ModelCard | None = None) -> Runner:
    """A model on a device: the default one if none is named."""
    for step in choose_runner(card or read_card(places.default_model()), places.cache_folder(), device):
        if step is not None and not isinstance(step, Notice):
            return step
    raise SystemExit(f"There is no way to compute on {device}.")


def photos_below(folders: list[Path], n: int) -> list[str]:
    """Up to `n` photos of the folders, evenly spread."""
    found = sorted(
        os.path.join(root, name)
        for folder in folders
        for root, _, names in os.walk(folder)
        for name in names
        if os.path.splitext(name)[1].lower() in PICTURE_EXTENSIONS
    )
    return found[:: max(1, len(found) // n)][:n]


def main() -> int:
    parser = make_parser(__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[bench_tools.PHOTOS], help="folders of real photos")
    parser.add_argument("--number", type=int, default=500, help="photos to compare at most")
    options = parser.parse_args()
    card = read_card(places.default_model())
    paths = photos_below(options.folders, options.number)
    inputs = [rgb for path in paths if (rgb := decode(DecodeRequest(path, rule=card.rule)).rgb) is not None]
    say(f"{len(inputs)} photos, model {card.model_id}")
    fast, reference = runner_of("cpu"), runner_of("torch")
    for rgb in inputs[:10]:
        fast.describe([rgb])
    times_ms, cosines = [], []
    for rgb in inputs:
        started = time.perf_counter()
        descriptor = fast.describe([rgb])
        times_ms.append((time.perf_counter() - started) * 1000)
        cosines.append(float(descriptor[0] @ reference.describe([rgb])[0]))
    fast.close()
    reference.close()
    bars = [
        Bar("milliseconds a photo, network only, median", statistics.median(times_ms), most=30),
        Bar("least cosine with plain torch float32", min(cosines), least=MIN_COSINE),
    ]
    figures = {
        "photos": len(inputs),
        "p95_ms": float(np.percentile(times_ms, 95)),
        "median_cosine": statistics.median(cosines),
        "below": sum(cosine < MIN_COSINE for cosine in cosines),
    }
    return report("describe_speed", bars, figures, options.markdown)


if __name__ == "__main__":
    sys.exit(main())
