"""Relevance feedback on hard queries: what recall@10 becomes after three photos marked "same" and three "different".

A made-up user looks through the first 200 hits of a query and marks the first three right ones and the first three
wrong ones. What was marked is taken out of both rankings, before and after, so that only what was found besides counts.
A query is hard if less than half of what could be among its first ten hits is. recall@10 is that share.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from bench_tools import Bar, make_parser, percentile, report
from learning_tools import read_photos, read_set
from numpy.typing import NDArray

from engine.feedback import refined
from engine.measures import average_precision

LOOKED_AT = 200
MARKED = 3


def recall_at_ten(right: NDArray[np.bool_]) -> float:
    """Of what could be among the first ten, the share that is."""
    return float(right[:10].sum() / min(10, right.sum()))


def main() -> int:
    parser = make_parser(__doc__)
    parser.add_argument("sets", type=Path, nargs="+", help="labelled sets, FOLDER/<instance>/<photo>")
    parser.add_argument("--library", type=Path, required=True, help="a library in which all of them are indexed")
    parser.add_argument("--distractors", type=Path, nargs="*", default=[], help="photos that are never right")
    parser.add_argument("--hard", type=float, default=0.5, help="queries are hard whose recall@10 is below this")
    options = parser.parse_args()
    photos = read_photos(options.library)
    others = sorted({row for folder in options.distractors for row in photos.below(folder.resolve())})
    figures: dict[str, Any] = {}
    seconds: list[float] = []
    for folder in options.sets:
        one = read_set(photos, folder)
        measured = []
        for row, gallery, right in one.queries(others):
            query = photos.descriptors[row]
            order = np.argsort(-(photos.descriptors[gallery] @ query), kind="stable")
            gallery, right = gallery[order], right[order]
            if right.sum() < 2 or recall_at_ten(right) >= options.hard:
                continue
            is_seen = np.arange(len(right)) < LOOKED_AT
            same = np.flatnonzero(right & is_seen)[: min(MARKED, int(right.sum()) - 1)]
            different = np.flatnonzero(~right & is_seen)[:MARKED]
            started_s = time.perf_counter()
            better = refined(query, photos.descriptors[gallery[same]], photos.descriptors[gallery[different]])
            seconds.append(time.perf_counter() - started_s)
            rest = np.delete(np.arange(len(right)), np.concatenate([same, different]))
            again = rest[np.argsort(-(photos.descriptors[gallery[rest]] @ better), kind="stable")]
            measured.append((
                recall_at_ten(right[rest]), recall_at_ten(right[again]),
                average_precision(right[rest].tolist()), average_precision(right[again].tolist()),
            ))
        if measured:
            means = [round(100 * float(value), 2) for value in np.mean(measured, axis=0)]
            names = ("recall@10 before", "recall@10 after", "mAP before", "mAP after")
            figures[one.name] = {"hard queries": len(measured), **dict(zip(names, means, strict=True))}
    gains = [one["recall@10 after"] - one["recall@10 before"] for one in figures.values()]
    bars = [
        Bar("gain of recall@10 in points, mean of the sets", float(np.mean(gains)), least=10),
        Bar("milliseconds, 95 %", 1000 * percentile(seconds, 0.95), most=100),
    ]
    return report("feedback", bars, figures, options.markdown)


if __name__ == "__main__":
    sys.exit(main())
