"""Things in other photos: boxes drawn by hand are searched for, and what is found is compared with boxes drawn by hand.

A file of boxes, path,left,top,right,bottom,object, tells where each thing is in the photos of labelled sets; the
edges are shares of the upright picture. A thing's first box is the query; its other photos are to be found. Photos of
the same instances without a box may show it or not, so they count neither for nor against it, and neither do photos
listed without edges. The same is asked with the whole photo that the box lies in.

With --composites each thing is cut out and pasted, at 3 to 10 % of the area and with faded edges, into a distractor,
which is to be found by the box on the original photo.
"""

from __future__ import annotations

import csv
import random
import statistics
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench_tools import PROJECT, Bar, make_parser, pictures_in, report, say, work_folder
from describe_speed import runner_of
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from app import places
from engine.actnet.checkpoint import read_card
from engine.decoders import Decoders
from engine.device import n_cores
from engine.indexing import index_folders
from engine.labelled import LabelledSet
from engine.library import Library
from engine.measures import average_precision, mean
from engine.messages import N_CLOSELY_FOR_PARTS
from engine.search import Ranked, Searcher
from engine.types import Box, Query

REMEMBERED = 4_000  # photos whose details are kept: 760 MB at most
SEED = 20261124
PASTED_AREA = (0.03, 0.10)
LONGEST_SIDE = 0.9  # of a composite's side, for things that are very long
FADED = 0.04  # of the shorter side of what is pasted


@dataclass(slots=True)
class Thing:
    """Something boxed in several photos; `boxes` by path, the query's first."""

    name: str
    boxes: dict[str, list[Box]] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)

    @property
    def query(self) -> tuple[str, Box]:
        path, boxes = next(iter(self.boxes.items()))
        return path, boxes[0]


def read_things(file: Path, root: Path) -> list[Thing]:
    things: dict[str, Thing] = {}
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            thing = things.setdefault(row["object"], Thing(row["object"]))
            path = str(root / row["path"])
            if row["left"]:
                edges = (float(row[edge]) for edge in ("left", "top", "right", "bottom"))
                thing.boxes.setdefault(path, []).append(Box(*edges))
            else:
                thing.unknown.add(path)
    return list(things.values())


class Instances:
    """Which instance a photo is of, "set/instance", and which instances may show the same."""

    def __init__(self, root: Path) -> None:
        self._sets = [LabelledSet.open(str(path), ()) for path in sorted(root.iterdir()) if path.is_dir()]

    def folders(self) -> tuple[str, ...]:
        return tuple(one.root for one in self._sets)

    def of(self, path: str) -> str | None:
        for one in self._sets:
            if (instance := one.instance_of(path)) is not None:
                return f"{one.name}/{instance}"
        return None

    def shown_with(self, thing: Thing) -> set[str]:
        """The instances that may show the thing."""
        own = {self.of(path) for path in thing.boxes}
        related = {f"{one.name}/{other}" for one in self._sets for instance, others in one.ignored.items()
                   if f"{one.name}/{instance}" in own for other in others}
        return related | {instance for instance in own if instance is not None}


# ---- composites -----------------------------------------------------------------------------------------------


def make_composite(thing: Thing, distractors: Sequence[Path], target: Path) -> Box:
    """Paste the thing into one of the distractors -> where. The same each time."""
    chance = random.Random(f"{SEED} {thing.name}")
    path, box = thing.query
    with Image.open(path) as opened, Image.open(chance.choice(distractors)) as other:
        source = ImageOps.exif_transpose(opened).convert("RGB")
        picture = ImageOps.exif_transpose(other).convert("RGB")
    edges = (box.x0 * source.width, box.y0 * source.height, box.x1 * source.width, box.y1 * source.height)
    aspect = (edges[2] - edges[0]) / (edges[3] - edges[1])
    area = chance.uniform(*PASTED_AREA) * picture.width * picture.height
    width = min((area * aspect) ** 0.5, LONGEST_SIDE * picture.width, LONGEST_SIDE * picture.height * aspect)
    size = (round(width), round(width / aspect))
    left, top = chance.randint(0, picture.width - size[0]), chance.randint(0, picture.height - size[1])
    pasted = source.resize(size, Image.Resampling.LANCZOS, box=edges, reducing_gap=3.0)
    fade = max(FADED * min(size), 1.0)
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).rectangle((fade, fade, size[0] - 1 - fade, size[1] - 1 - fade), fill=255)
    picture.paste(pasted, (left, top), mask.filter(ImageFilter.GaussianBlur(fade / 2)))
    picture.save(target, "JPEG", quality=92)
    return Box.from_pixels(left, top, left + size[0], top + size[1], *picture.size)


def make_composites(things: Sequence[Thing], distractors: Sequence[Path], folder: Path) -> dict[str, tuple[str, Box]]:
    """A composite of each thing: thing -> its file, and where the thing is in it."""
    folder.mkdir(exist_ok=True)
    made = {}
    for thing in things:
        target = folder / f"{thing.name.replace('/', ' ')}.jpg"
        made[thing.name] = str(target), make_composite(thing, distractors, target)
    return made


# ---- searching ------------------------------------------------------------------------------------------------


class Gallery:
    """Folders in a library of their own, searched as the program does. A kept library may hold others, too."""

    def __init__(self, library: Library, searcher: Searcher, folders: Iterable[str]) -> None:
        self.library = library
        self.searcher = searcher
        self._folders = tuple(map(Path, folders))

    def rank(self, path: str, box: Box | None, closely: bool) -> list[Ranked]:
        """All photos, best first, without the query's own; with a closer look at the first ones, or quickly."""
        photo = self.library.catalogue.photo_at(path)
        if photo is None:
            raise SystemExit(f"{path} could not be indexed.")
        described = self.searcher.describe(Query(photo_id=photo.photo_id, box=box))
        ranking = self.searcher.rank([described], self.library.catalogue.n_photos())
        if closely:
            ranking = self.searcher.look_closely([described], ranking)
        return [
            ranked for ranked in ranking
            if ranked.photo.content_id != photo.content_id
            and any(Path(ranked.photo.path).is_relative_to(folder) for folder in self._folders)
        ]


@contextmanager
def opened(work: Path, folders: tuple[str, ...]) -> Iterator[Gallery]:
    """A library of these folders."""
    card = read_card(places.default_model())
    runner = runner_of("auto", card)
    library = Library(work / "library", card)
    try:
        with Decoders(n_cores()) as decoders:
            for _ in index_folders(library, runner, decoders, card.rule, folders):
                pass
            yield Gallery(library, Searcher(library, lambda: runner, decoders, card.rule, REMEMBERED), folders)
    finally:
        library.close()


def overlap(first: Box, second: Box) -> float:
    """Intersection over union."""
    width = min(first.x1, second.x1) - max(first.x0, second.x0)
    height = min(first.y1, second.y1) - max(first.y0, second.y0)
    shared = max(width, 0.0) * max(height, 0.0)
    return shared / (first.area + second.area - shared)


def precision(ranking: Iterable[Ranked], thing: Thing) -> float:
    right = [ranked.photo.path in thing.boxes for ranked in ranking]
    if sum(right) != len(thing.boxes) - 1:
        raise SystemExit(f"Not all photos of {thing.name} are ranked.")
    return average_precision(right)


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else float("nan")


# ---- the two measurements -------------------------------------------------------------------------------------


def measure_photos(things: Sequence[Thing], gallery: Gallery, instances: Instances) -> tuple[list[Bar], dict[str, Any]]:
    """The other photos of each thing, found by its box and by the whole photo."""
    rows: dict[str, dict[str, Any]] = {}
    for number, thing in enumerate(things, start=1):
        say(f"{number} of {len(things)}: {thing.name}")
        path, box = thing.query
        shown = instances.shown_with(thing)

        def counts(ranked: Ranked, thing: Thing = thing, shown: set[str] = shown) -> bool:
            other = ranked.photo.path
            return other in thing.boxes or (other not in thing.unknown and instances.of(other) not in shown)

        complete = {
            (what, how): gallery.rank(path, asked, how == "closely")
            for what, asked in (("box", box), ("whole", None)) for how in ("closely", "quick")
        }
        rankings = {key: list(filter(counts, ranking)) for key, ranking in complete.items()}
        row: dict[str, Any] = {f"{what} {how}": round(precision(ranking, thing), 4)
                               for (what, how), ranking in rankings.items()}
        hits = [ranked for ranked in rankings["box", "closely"] if ranked.photo.path in thing.boxes]
        row["area"] = round(box.area, 4)
        quick = {ranked.photo.path: rank for rank, ranked in enumerate(complete["box", "quick"], start=1)}
        row["ranks quick"] = [quick[ranked.photo.path] for ranked in hits]  # those that count neither way included
        row["overlaps"] = [
            None if ranked.box is None
            else round(max(overlap(ranked.box, drawn) for drawn in thing.boxes[ranked.photo.path]), 3)
            for ranked in hits
        ]
        rows[thing.name] = row
    measures = [f"{what} {how}" for what in ("box", "whole") for how in ("closely", "quick")]
    sets = sorted({name.split("/")[0] for name in rows})
    by_set = {one: {"things": sum(name.startswith(f"{one}/") for name in rows),
                    **{measure: mean(row[measure] for name, row in rows.items() if name.startswith(f"{one}/"))
                       for measure in measures}} for one in sets}
    places = [rank for row in rows.values() for rank in row["ranks quick"]]
    overlaps = [value for row in rows.values() for value in row["overlaps"] if value is not None]
    means = {measure: mean(row[measure] for row in rows.values()) or 0.0 for measure in measures}
    bars = [
        Bar("mAP of the box", means["box closely"], least=means["whole closely"]),
        Bar("median overlap of boxes", median(overlaps), least=0.5),
    ]
    figures = {
        "things": len(rows), "photos to find": len(places), "mAP": means, "mAP by set": by_set,
        # The query's own photo is one of them.
        "photos looked at closely": sum(rank < N_CLOSELY_FOR_PARTS for rank in places) / len(places),
        "photos framed": len(overlaps) / len(places),
        "frames with an overlap of 0.5": sum(value >= 0.5 for value in overlaps) / max(len(overlaps), 1),
        "each": rows,
    }
    return bars, figures


def measure_composites(
    things: Sequence[Thing], gallery: Gallery, instances: Instances, composites: dict[str, tuple[str, Box]]
) -> tuple[list[Bar], dict[str, Any]]:
    """The composite of each thing, found by its box in the original photo."""
    shown = {thing.name: instances.shown_with(thing) for thing in things}
    name_of = {path: name for name, (path, _) in composites.items()}
    rows: dict[str, dict[str, Any]] = {}
    for number, thing in enumerate(things, start=1):
        say(f"{number} of {len(things)}: {thing.name}")

        def counts(ranked: Ranked, thing: Thing = thing) -> bool:
            name = name_of.get(ranked.photo.path)
            if name is not None:
                return name == thing.name or not shown[name] & shown[thing.name]
            return ranked.photo.path not in thing.unknown and instances.of(ranked.photo.path) not in shown[thing.name]

        target, drawn = composites[thing.name]
        row: dict[str, Any] = {"area": round(drawn.area, 4)}
        for how in ("closely", "quick"):
            ranking = [ranked for ranked in gallery.rank(*thing.query, how == "closely") if counts(ranked)]
            place = next(place for place, ranked in enumerate(ranking) if ranked.photo.path == target)
            row[f"rank {how}"] = place + 1
            if how == "closely" and place < 10 and (found := ranking[place].box) is not None:
                row["overlap"] = round(overlap(found, drawn), 3)
        rows[thing.name] = row
    overlaps = [row["overlap"] for row in rows.values() if "overlap" in row]

    def recall(how: str, k: int) -> float:
        return sum(row[f"rank {how}"] <= k for row in rows.values()) / len(rows)

    bars = [
        Bar("recall@10", recall("closely", 10), least=0.6), Bar("median overlap of boxes", median(overlaps), least=0.5)
    ]
    figures = {
        "things": len(rows),
        **{f"recall@{k} {how}": recall(how, k) for how in ("closely", "quick") for k in (1, 10, 60)},
        "framed among the first ten": len(overlaps) / max(sum(row["rank closely"] <= 10 for row in rows.values()), 1),
        "frames with an overlap of 0.5": sum(value >= 0.5 for value in overlaps) / max(len(overlaps), 1),
        "each": rows,
    }
    return bars, figures


def main() -> int:
    parser = make_parser(__doc__)
    parser.add_argument("sets", type=Path, metavar="FOLDER", help="the folder of labelled sets that the boxes are in")
    parser.add_argument("--distractors", type=Path, required=True, help="photos that show none of the things")
    parser.add_argument("--boxes", type=Path, default=PROJECT / "docs/study/objects.csv", help="the drawn boxes")
    parser.add_argument("--composites", action="store_true", help="look for the things pasted into distractors")
    options = parser.parse_args()
    root, distractors = options.sets.resolve(), options.distractors.resolve()
    things, instances = read_things(options.boxes, root), Instances(root)
    folders = (*instances.folders(), str(distractors))
    with work_folder(options.work) as work:
        if not options.composites:
            with opened(work, folders) as gallery:
                bars, figures = measure_photos(things, gallery, instances)
            return report("objects", bars, figures, options.markdown)
        composites = make_composites(things, pictures_in(distractors), work / "composites")
        with opened(work, (*folders, str(work / "composites"))) as gallery:
            bars, figures = measure_composites(things, gallery, instances, composites)
        return report("objects, composites", bars, figures, options.markdown)


if __name__ == "__main__":
    sys.exit(main())
