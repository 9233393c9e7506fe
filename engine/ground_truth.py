"""Published evaluation protocols: which pictures are searched, with what, and which answers are right.

Pictures may lie anywhere below the folder, as the archives unpack them; they are known by their names without suffix.

roxford5k, rparis6k (Radenovic, Iscen, Tolias, Avrithis, Chum: Revisiting Oxford and Paris, CVPR 2018). The ground
    truth is published as a pickle, which is a program and not only data, so it is never opened here:
    `packaging/convert_ground_truth.py` makes `gnd_roxford5k.json` (`gnd_rparis6k.json`) of it, with the same layout:
    {"imlist": [name, ...], "qimlist": [name, ...], "gnd": [{"bbx": [x0, y0, x1, y1], "easy": [...], "hard": [...],
    "junk": [...]}, ...]}: one entry of `gnd` for each of `qimlist`, the box in pixels of the query picture, the lists
    positions in `imlist`, from 0. Easy: hard ones are junk; Medium: easy and hard ones are right; Hard: easy ones are
    junk.
oxford5k, paris6k (Philbin et al., CVPR 2007 and 2008). Text files for each query: `<query>_query.txt` ("name x0 y0 x1
    y1", in Oxford with "oxc1_" before the name), and lists of names `<query>_good.txt`, `<query>_ok.txt` (both right)
    and `<query>_junk.txt`. All pictures are searched, that of the query among them.
holidays (Jegou, Douze, Schmid: Hamming Embedding and Weak Geometric Consistency, ECCV 2008). Pictures 1xxxnn.jpg: xxx
    is the group, 00 the query, which is not counted itself.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import GroundTruthError
from engine.messages import PROTOCOLS
from engine.scan import scan_folder

_HOLIDAYS_NAME = re.compile(r"(1\d{3})(\d{2})")
_OXFORD_PREFIX = "oxc1_"

Pixels = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Judged:
    """Names of the right answers to a query, and of those that are taken out of the ranking before it is judged."""

    right: frozenset[str]
    junk: frozenset[str]


@dataclass(frozen=True, slots=True)
class ProtocolQuery:
    """A query: a picture, or the box (left, top, right, bottom in pixels) in it, and its answers by difficulty.

    `is_excluded` says that the picture is of the gallery, but no answer to its own query.
    """

    name: str
    box_px: Pixels | None
    answers: dict[str, Judged]
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class GroundTruth:
    """A protocol with its pictures. `pictures` maps every name found to its path."""

    queries: tuple[ProtocolQuery, ...]
    gallery: tuple[str, ...]
    difficulties: tuple[str, ...]
    pictures: dict[str, str]


def read_ground_truth(protocol: str, folder: str) -> GroundTruth:
    """The ground truth of a protocol whose files lie in a folder.

    Raises:
        GroundTruthError: files are missing, or not as documented above.
    """
    if protocol not in PROTOCOLS:
        raise GroundTruthError(f"There is no protocol “{protocol}”: choose one of {', '.join(PROTOCOLS)}.", folder)
    folder = os.path.abspath(folder)
    pictures = _pictures_below(folder)
    if not pictures:
        raise GroundTruthError(f"There are no pictures in {folder}. Unpack those of {protocol} there.", folder)
    if protocol in ("roxford5k", "rparis6k"):
        truth = _revisited(Path(folder) / f"gnd_{protocol}.json", pictures)
    elif protocol in ("oxford5k", "paris6k"):
        truth = _original(Path(folder), pictures)
    else:
        truth = _holidays(folder, pictures)
    missing = sorted({query.name for query in truth.queries} - set(pictures))
    if missing:
        raise GroundTruthError(
            f"{len(missing)} query pictures of {protocol} are not in {folder}, the first is {missing[0]}. "
            "Unpack all of them there.", folder,
        )
    return truth


def _pictures_below(folder: str) -> dict[str, str]:
    """Name without suffix -> path."""
    found: dict[str, str] = {}
    for files in scan_folder(folder):
        for file in files:
            path = os.path.join(folder, os.fsdecode(file.path))
            name = os.path.splitext(os.path.basename(path))[0]
            if name in found:
                raise GroundTruthError(
                    f"Two pictures are called {name}: {found[name]} and {path}. Leave only those of the protocol.", path
                )
            found[name] = path
    return found


# ---- revisited Oxford and Paris -------------------------------------------------------------------------------------


def _revisited(path: Path, pictures: Mapping[str, str]) -> GroundTruth:
    if not path.exists():
        raise GroundTruthError(
            f"{path.name} is missing. Make it of the published ground truth: "
            f"packaging/convert_ground_truth.py {path.stem}.pkl", path,
        )
    try:
        document = json.loads(path.read_bytes())
        gallery = _names(document["imlist"])
        query_names = _names(document["qimlist"])
        queries = tuple(
            ProtocolQuery(name, _pixels(one["bbx"]), _by_difficulty(one, gallery))
            for name, one in zip(query_names, document["gnd"], strict=True)
        )
    except (OSError, ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise GroundTruthError(f"{path.name} is not as documented. Make it again.", path) from error
    absent = [name for name in gallery if name not in pictures]
    if absent:
        raise GroundTruthError(
            f"{len(absent)} of the {len(gallery)} pictures of {path.stem} are not there, the first is {absent[0]}. "
            f"Unpack all of them in {path.parent}.", path,
        )
    return GroundTruth(queries, gallery, ("easy", "medium", "hard"), dict(pictures))


def _by_difficulty(one: Mapping[str, Any], gallery: tuple[str, ...]) -> dict[str, Judged]:
    easy, hard, junk = (_at(gallery, one[key]) for key in ("easy", "hard", "junk"))
    return {
        "easy": Judged(easy, junk | hard),
        "medium": Judged(easy | hard, junk),
        "hard": Judged(hard, junk | easy),
    }


def _at(gallery: tuple[str, ...], positions: list[int]) -> frozenset[str]:
    if any(position < 0 for position in positions):
        raise IndexError("a position below 0")
    return frozenset(gallery[position] for position in positions)


def _names(values: list[str]) -> tuple[str, ...]:
    if not all(isinstance(value, str) for value in values) or len(set(values)) != len(values):
        raise ValueError("names that are none, or come twice")
    return tuple(values)


def _pixels(values: list[Any]) -> Pixels:
    x0, y0, x1, y1 = (float(value) for value in values)
    return x0, y0, x1, y1


# ---- the original Oxford and Paris ----------------------------------------------------------------------------------


def _original(folder: Path, pictures: Mapping[str, str]) -> GroundTruth:
    files = sorted(folder.rglob("*_query.txt"))
    if not files:
        raise GroundTruthError(f"There are no files *_query.txt in {folder}. Unpack the ground truth there.", folder)
    queries = tuple(_original_query(path) for path in files)
    return GroundTruth(queries, tuple(sorted(pictures)), ("all",), dict(pictures))


def _original_query(path: Path) -> ProtocolQuery:
    base = path.name.removesuffix("_query.txt")
    good, ok, junk = (_name_list(path.with_name(f"{base}_{kind}.txt")) for kind in ("good", "ok", "junk"))
    words = _text(path).split()
    try:
        name, box_px = words[0].removeprefix(_OXFORD_PREFIX), _pixels(words[1:])
    except (ValueError, IndexError) as error:
        raise GroundTruthError(f"{path.name} needs the name of a picture and four numbers.", path) from error
    return ProtocolQuery(name, box_px, {"all": Judged(good | ok, junk)})


def _name_list(path: Path) -> frozenset[str]:
    return frozenset(line.strip() for line in _text(path).splitlines() if line.strip())


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GroundTruthError(f"{path.name} is missing or cannot be read.", path) from error


# ---- Holidays -------------------------------------------------------------------------------------------------------


def _holidays(folder: str, pictures: Mapping[str, str]) -> GroundTruth:
    groups: dict[str, set[str]] = {}
    for name in pictures:
        if match := _HOLIDAYS_NAME.fullmatch(name):
            groups.setdefault(match[1], set()).add(name)
    if not groups:
        raise GroundTruthError(f"No picture in {folder} has a name like 100000.jpg, as those of Holidays have.", folder)
    queries = tuple(
        ProtocolQuery(
            f"{group}00", None, {"all": Judged(frozenset(names - {f"{group}00"}), frozenset())}, is_excluded=True
        )
        for group, names in sorted(groups.items())
    )
    return GroundTruth(queries, tuple(sorted(set().union(*groups.values()))), ("all",), dict(pictures))
