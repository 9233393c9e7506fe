"""How much the whole photo that a box is drawn on should count: random boxes of labelled photos are searched for.

Of the other photos of the same instance those are right in which a closer look finds and frames what is in the box; the
rest of them count neither way. Nothing is looked at closely in the ranking itself. What is taken from the likeness of
whole photos varies.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from pathlib import Path

import objects
from bench_tools import Bar, make_parser, report, say, work_folder

from engine import ranking
from engine.measures import average_precision, mean
from engine.messages import Locate
from engine.types import Box, Query

SEED = 20261129
AREAS = (0.03, 0.20)
DOUBTS = (0.0, 0.05, 0.1, 0.15, 0.2, 2.0)


def random_box(chance: random.Random) -> Box:
    """Of the aspect of its photo."""
    side = chance.uniform(*AREAS) ** 0.5
    left, top = chance.uniform(0, 1 - side), chance.uniform(0, 1 - side)
    return Box(left, top, left + side, top + side)


def main() -> int:
    parser = make_parser(__doc__)
    parser.add_argument("sets", type=Path, metavar="FOLDER", help="the folder of labelled sets")
    parser.add_argument("--queries", type=int, default=300, help="of how many photos boxes are tried")
    options = parser.parse_args()
    root = options.sets.resolve()
    instances = objects.Instances(root)
    chance = random.Random(SEED)
    precisions: dict[str, list[float]] = defaultdict(list)
    with work_folder(options.work) as work, objects.opened(work, instances.folders()) as gallery:
        searcher, catalogue = gallery.searcher, gallery.library.catalogue
        photos = [photo for folder in catalogue.folders.all() for photo in catalogue.photos_of(folder.folder_id)]
        by_instance = defaultdict(list)
        for photo in photos:
            by_instance[instances.of(photo.path)].append(photo)
        for photo in chance.sample(sorted(photos, key=lambda one: one.path), options.queries):
            query = Query(photo_id=photo.photo_id, box=random_box(chance))
            own = by_instance[instances.of(photo.path)][:60]
            located = searcher.locate(Locate(query, tuple(o.photo_id for o in own if o.photo_id != photo.photo_id)))
            right = {place.photo_id for place in located if place.box is not None}
            if not right:
                continue
            neither = {one.photo_id for one in by_instance[instances.of(photo.path)]} - right
            described = searcher.describe(query)
            for doubt in DOUBTS:
                ranking._CONTEXT_DOUBT = doubt
                found = searcher.rank([described], catalogue.n_photos())
                precisions[f"less {doubt}"].append(average_precision(
                    [one.photo.photo_id in right for one in found if one.photo.photo_id not in neither]
                ))
            say(f"{len(precisions['less 0.0'])} boxes with other photos")
    figures = {name: mean(values) for name, values in precisions.items()}
    return report("context", [Bar("boxes", len(precisions["less 0.0"]), least=50)], figures, options.markdown)


if __name__ == "__main__":
    sys.exit(main())
