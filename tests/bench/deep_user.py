"""Deep tuning by a made-up user: what training on labels of one half of a set's things does for the other half.

As simulated_user, but the network itself is trained, by the plan and in the way of `resight tune --deep`; afterwards
all photos of the sets and the distractors are described anew. A run that was ended goes on with the same command if
--work is given. Takes ten minutes for each set on two idle cores.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from bench_tools import Bar, make_parser, report, say, work_folder
from learning_tools import describe, ended, read_photos, read_set
from numpy.typing import NDArray
from simulated_user import halves, labels, mean_precision, part

from app import places
from engine.actnet.checkpoint import ModelCard, read_card
from engine.decode import DecodeRequest
from engine.errors import ModelError, TuningError
from engine.library import Library
from engine.tuning import proof
from engine.tuning.deep_plan import DEEP, make_plan, read_plan, write_plan
from engine.tuning.deep_process import Order, train_planned
from engine.tuning.judged import judge
from engine.tuning.material import Material, read_material
from engine.tuning.neighbours import mutual_neighbours


def trained(library: Library, folder: Path, said: Iterable[Any], start: Path, known: set[int]) -> ModelCard:
    """The model that comes of these labels in a library that holds the contents `known`."""
    order = Order(folder, start, "auto")
    try:
        return read_card(order.model)
    except ModelError:
        pass
    if read_plan(folder) is None:
        material = ended(read_material(library))
        held = np.isin(material.content_ids, list(known))
        material = Material(material.content_ids[held], material.vectors[held])
        hashes = {one for label in said for one in (label.pair.a, label.pair.b)}
        ids = library.catalogue.generations.contents_described(library.model.model_id, sorted(hashes))
        rows = {content: row for row, content in enumerate(material.content_ids.tolist())}
        judged = judge(said, {name: rows[content] for name, content in ids.items() if content in rows})
        pairs = judged.without(ended(mutual_neighbours(material.vectors)))
        write_plan(folder, make_plan(library, material, judged, pairs, library.card.model_id, DEEP))
    card: ModelCard = ended(train_planned(order))
    return card


def described(card: ModelCard, paths: list[str]) -> NDArray[np.float32]:
    """Descriptors of files under a model."""
    vectors, rows = describe(card, [(row, DecodeRequest(path, rule=card.rule)) for row, path in enumerate(paths)])
    assert len(rows) == len(paths)
    return vectors


def main() -> int:
    parser = make_parser(__doc__)
    parser.add_argument("sets", type=Path, nargs="+", help="labelled sets, FOLDER/<instance>/<photo>")
    parser.add_argument("--library", type=Path, required=True, help="a library in which all of them are indexed")
    parser.add_argument("--distractors", type=Path, nargs="*", default=[], help="photos that are never right")
    parser.add_argument("--only", nargs="*", default=[], help="names of the sets to label; all of them if not given")
    parser.add_argument("--pairs", type=int, default=200, help="how many labels")
    parser.add_argument("--seed", type=int, default=0, help="which halves and queries")
    options = parser.parse_args()
    photos = read_photos(options.library)
    sets = [read_set(photos, folder) for folder in options.sets]
    others = sorted({row for folder in options.distractors for row in photos.below(folder.resolve())})
    shown = sorted({row for one in sets for row in one.rows.tolist()} | set(others))
    table = []
    with work_folder(options.work) as work:
        for one in sets:
            if options.only and one.name not in options.only:
                continue
            started_s = time.perf_counter()
            chance = np.random.default_rng(options.seed)
            first, second = halves(one, chance)
            said = labels(part(one, first), photos, others, options.pairs, chance)
            test = set(part(one, second).rows.tolist())
            library = Library(options.library, read_card(places.default_model()), read_only=True)
            known = [photos.hashes[row] for row in shown if row not in test]
            ids = library.catalogue.generations.contents_described(library.model.model_id, sorted(known))
            folder = work / f"{one.name}-{options.pairs}-{options.seed}"
            try:
                card = trained(library, folder, said, places.default_model(), set(ids.values()))
            except TuningError as error:
                table.append({"set": one.name, "labels": len(said), "change": 0.0, "refused": error.sentence})
                say(str(table[-1]))
                continue
            finally:
                library.close()
            training_s = time.perf_counter() - started_s
            after = photos.descriptors.copy()
            after[shown] = described(card, [photos.paths[row] for row in shown])
            plan = read_plan(folder)
            assert plan is not None
            judged, held_out = plan.judged({photos.hashes[row]: row for row in shown})
            measured = [
                proof.Measured(each, proof.answer(each, photos.descriptors), proof.answer(each, after))
                for each in proof.questions(judged, held_out)
            ]
            gain = proof.gain_of(measured)
            before = mean_precision(one, photos.descriptors, others, test)
            raw = mean_precision(one, after, others, test) - before
            is_proposed = proof.wins(gain, len(measured))
            costs = {
                each.name: mean_precision(each, after, others) - mean_precision(each, photos.descriptors, others)
                for each in sets if each is not one
            }
            table.append({
                "set": one.name, "labels": len(said), "learnt from": len(plan.photos), "queries": len(measured),
                "proof": [round(100 * value, 2) for value in gain], "proposed": is_proposed,
                "mAP before": round(before, 2), "change if always kept": round(raw, 2),
                "change": round(raw if is_proposed else 0.0, 2),
                "others if always kept": {name: round(cost, 2) for name, cost in costs.items()},
                "seconds": round(training_s),
            })
            say(str(table[-1]))
    bars = [Bar("worst change of a held-out half in points", min(row["change"] for row in table), least=-0.5)]
    return report("deep_user", bars, {"table": table}, options.markdown)


if __name__ == "__main__":
    sys.exit(main())
