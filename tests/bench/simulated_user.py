"""Quick tuning with a made-up user, who labels pairs of half of the things of one set; tested on the other half.

The user searches with photos of one half of the instances, one after the other, and labels up to four right and four
wrong ones of the first 20 hits, until there are as many labels as wanted. The queries of the test are the photos of the
other half; they are looked for among the whole set and the distractors. The library holds all the sets and the
distractors, or with --alone the set and the distractors only, so that the other sets are new to the model. What tuning
would not have proposed, by labels or by the boxes of the library's photos, counts as no change.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from bench_tools import Bar, make_parser, report, say
from learning_tools import Photos, SetRows, describe, ended, read_photos, read_set
from numpy.typing import NDArray
from PIL import Image

from app import places
from engine.actnet.checkpoint import read_card
from engine.decode import DecodeRequest
from engine.errors import TuningError
from engine.evaluation import random_box
from engine.label_table import LabelRow, key
from engine.projection import project
from engine.tuning.boxes import AREA, N_BOXES, Boxes, found, is_worse
from engine.tuning.general import read_general
from engine.tuning.judged import judge
from engine.tuning.quick import QuickResult, tune_quickly

LOOKED_AT = 20
OF_EITHER = 4


def mean_precision(
    one: SetRows, vectors: NDArray[np.float32], others: list[int], rows: set[int] | None = None
) -> float:
    """Mean average precision of a set, of some rows of it as queries."""
    precisions = []
    for row, gallery, right in one.queries(others):
        if right.any() and (rows is None or row in rows):
            similarity = vectors @ vectors[row]
            ranks = 1 + np.flatnonzero(right[np.argsort(-similarity[gallery], kind="stable")])
            precisions.append(float((np.arange(1, len(ranks) + 1) / ranks).mean()))
    return 100 * float(np.mean(precisions)) if precisions else float("nan")


def halves(one: SetRows, chance: np.random.Generator) -> tuple[set[str], set[str]]:
    """The instances in two halves; those that may show the same thing are in one."""
    names = sorted(set(one.instances.tolist()))
    first: set[str] = set()
    for name in chance.permutation(names).tolist():
        if len(first) < len(names) // 2:
            first |= {name, *one.ignored.get(name, frozenset())}
    return first, set(names) - first


def part(one: SetRows, instances: set[str]) -> SetRows:
    """The photos of some instances only."""
    kept = np.isin(one.instances, list(instances))
    return SetRows(one.name, one.rows[kept], one.instances[kept], one.ignored)


def labels(one: SetRows, photos: Photos, others: list[int], n: int, chance: np.random.Generator) -> list[LabelRow]:
    """What the user says."""
    found: dict[Any, LabelRow] = {}
    asked = list(one.queries(others))
    for number in chance.permutation(len(asked)).tolist():
        row, gallery, right = asked[number]
        order = np.argsort(-(photos.descriptors[gallery] @ photos.descriptors[row]), kind="stable")[:LOOKED_AT]
        for same in (True, False):
            for position in order[right[order] == same][:OF_EITHER].tolist():
                a, b = photos.hashes[row], photos.hashes[int(gallery[position])]
                if len(found) < n and a != b:
                    pair = key(a, b)
                    found[pair] = LabelRow(pair, same, 0.0)
    return list(found.values())


def cut_out(photos: Photos, rows: list[int]) -> Boxes:
    """A random part of each of these photos, described."""
    card = read_card(places.default_model())
    requests = []
    for row in rows:
        with Image.open(photos.paths[row]) as photo:
            aspect = photo.width / photo.height
        box = random_box(random.Random(f"box {photos.hashes[row].hex()}"), AREA, aspect)
        requests.append((row, DecodeRequest(photos.paths[row], rule=card.rule, box=box)))
    return Boxes(*describe(card, requests))


def proposed(
    results: Sequence[QuickResult], boxes: Boxes, descriptors: NDArray[np.float32], rows: NDArray[np.int64]
) -> QuickResult | None:
    """What tuning proposes in a library of these rows, as `engine.tuning.run` does it."""
    held = np.random.default_rng(1).permutation(np.flatnonzero(np.isin(boxes.rows, rows)))[:N_BOXES]
    some = Boxes(boxes.vectors[held], np.searchsorted(rows, boxes.rows[held]))
    before = ended(found(some, some.vectors, descriptors[rows]))
    for result in results:
        if result.is_better:
            after = ended(found(some, project(result.matrix, some.vectors), project(result.matrix, descriptors[rows])))
            if not is_worse(before, after):
                return result
    return None


def main() -> int:
    parser = make_parser(__doc__)
    parser.add_argument("sets", type=Path, nargs="+", help="labelled sets, FOLDER/<instance>/<photo>")
    parser.add_argument("--library", type=Path, required=True, help="a library in which all of them are indexed")
    parser.add_argument("--distractors", type=Path, nargs="*", default=[], help="photos that are never right")
    parser.add_argument("--pairs", type=int, nargs="+", default=[20, 50, 200], help="how many labels")
    parser.add_argument("--seeds", type=int, default=3, help="how often, with other halves and queries")
    parser.add_argument("--alone", action="store_true", help="only the labelled set and the distractors are known")
    parser.add_argument("--without-general", action="store_true", help="learn from the library alone")
    options = parser.parse_args()
    photos = read_photos(options.library)
    general = None if options.without_general else read_general(read_card(places.default_model()))
    sets = [read_set(photos, folder) for folder in options.sets]
    others = sorted({row for folder in options.distractors for row in photos.below(folder.resolve())})
    boxes = cut_out(photos, sorted({row for one in sets for row in one.rows.tolist()} | set(others)))
    at_start = {one.name: mean_precision(one, photos.descriptors, others) for one in sets}
    results: list[dict[str, Any]] = []
    for one in sets:
        for n in options.pairs:
            for seed in range(options.seeds):
                chance = np.random.default_rng(seed)
                first, second = halves(one, chance)
                said = labels(part(one, first), photos, others, n, chance)
                test = set(part(one, second).rows.tolist())
                known = [one] if options.alone else sets
                rows = np.unique(np.concatenate([*(each.rows for each in known), np.array(others, dtype=np.int64)]))
                row_of = {photos.hashes[row]: position for position, row in enumerate(rows.tolist())}
                started_s = time.perf_counter()
                figures: dict[str, Any] = {"set": one.name, "pairs": len(said), "seed": seed}
                before = mean_precision(one, photos.descriptors, others, test)
                try:
                    tuned = ended(tune_quickly(photos.descriptors[rows], judge(said, row_of), None, general))
                except TuningError as error:
                    results.append({**figures, "before": before, "gain": 0.0, "raw": 0.0, "refused": error.sentence})
                    continue
                best = proposed(tuned, boxes, photos.descriptors, rows)
                result = best or tuned[0]
                figures["seconds"] = round(time.perf_counter() - started_s, 2)
                vectors = project(result.matrix, photos.descriptors)
                raw = mean_precision(one, vectors, others, test) - before
                is_proposed = best is not None
                costs = {
                    each.name: mean_precision(each, vectors, others) - at_start[each.name]
                    for each in sets if each is not one
                }
                results.append({
                    **figures, "strength": result.strength, "found": result.n_found, "before": before, "raw": raw,
                    "proof": [round(100 * value, 2) for value in result.gain], "proposed": is_proposed,
                    "gain": raw if is_proposed else 0.0,
                    "others": {name: round(cost if is_proposed else 0.0, 2) for name, cost in costs.items()},
                    "others raw": {name: round(cost, 2) for name, cost in costs.items()},
                })
                say(str(results[-1]))
    table = []
    for one in sets:
        for n in options.pairs:
            mine = [r for i, r in enumerate(results)
                    if r["set"] == one.name and options.pairs[i // options.seeds % len(options.pairs)] == n]
            costs = [cost for r in mine for cost in r.get("others", {}).values()]
            table.append({
                "set": one.name, "wanted pairs": n,
                "pairs": round(float(np.mean([r["pairs"] for r in mine])), 1),
                "mAP before": round(float(np.nanmean([r["before"] for r in mine])), 2),
                "change": round(float(np.nanmean([r["gain"] for r in mine])), 2),
                "worst change": round(float(np.nanmin([r["gain"] for r in mine])), 2),
                "change if always kept": round(float(np.nanmean([r["raw"] for r in mine])), 2),
                "proposed": f"{sum(r.get('proposed', False) for r in mine)} of {len(mine)}",
                "most that it costs another set": round(min(costs, default=0.0), 2),
            })
    most = [row for row in table if row["wanted pairs"] == max(options.pairs)]
    raised = sorted((row["change"] for row in most if row["change"] > 0), reverse=True)
    bars = [
        Bar("worst change of a held-out half in points", min(row["worst change"] for row in table), least=-0.5),
        Bar("sets raised with most pairs", len(raised), least=3),
        Bar("mean gain of the three raised most", float(np.mean(raised[:3])) if raised else 0.0, least=2),
        Bar("most that it costs another set", min(row["most that it costs another set"] for row in table), least=-1),
    ]
    return report("simulated_user", bars, {"table": table}, options.markdown)


if __name__ == "__main__":
    sys.exit(main())
