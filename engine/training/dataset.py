"""What a network is trained on: photos, which instance each shows, and which instances are never told apart.

Reads folders FOLDER/<instance>/<photo> and lists in CSV. Standard library only; any thread.
"""

from __future__ import annotations

import csv
import os
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import DatasetError
from engine.labelled import IGNORE_FILE, read_ignored
from engine.scan import PICTURE_EXTENSIONS

MIN_THINGS = 2
UNLABELLED = -1


@dataclass(frozen=True, slots=True)
class TrainingPhoto:
    """A photo of the training data.

    `instance` is its number, or `UNLABELLED`. `group` numbers what may show the same thing: photos of one group are
    never negatives of each other; an unlabelled photo is a group of its own. `source` numbers the set it came from.
    """

    path: str
    instance: int
    group: int
    source: int

    @property
    def is_labelled(self) -> bool:
        """Whether its instance is known."""
        return self.instance != UNLABELLED


@dataclass(frozen=True, slots=True)
class Dataset:
    """Photos to learn from, in an order that depends on names only, and the names of their sources.

    `told_apart` are pairs of groups, the smaller first, that are known to show different things; see `TupleRule`.
    """

    photos: tuple[TrainingPhoto, ...]
    sources: tuple[str, ...]
    told_apart: tuple[tuple[int, int], ...] = ()

    def labelled(self) -> list[int]:
        """Positions of the photos whose instance is known."""
        return [i for i, photo in enumerate(self.photos) if photo.is_labelled]

    def split(self, share: float, seed: int) -> Split:
        """Hold out about `share` (0..1) of each source's groups, for telling how training goes.

        Only groups with at least two photos of one instance are held out: the others could not be queries.
        """
        rng = random.Random(f"held out {seed}")
        chosen: set[int] = set()
        for source in range(len(self.sources)):
            sizes: dict[int, dict[int, int]] = {}
            for photo in self.photos:
                if photo.source == source and photo.is_labelled:
                    instances = sizes.setdefault(photo.group, {})
                    instances[photo.instance] = instances.get(photo.instance, 0) + 1
            usable = sorted(group for group, instances in sizes.items() if max(instances.values()) > 1)
            wanted = round(share * len(usable))
            if len(usable) > 2 and share > 0:
                wanted = max(1, wanted)
            chosen.update(rng.sample(usable, min(wanted, max(0, len(usable) - 2))))
        out = tuple(photo for photo in self.photos if photo.group in chosen)
        rest = tuple(photo for photo in self.photos if photo.group not in chosen)
        return Split(
            Dataset(rest + out, self.sources, self.told_apart), Dataset(rest, self.sources, self.told_apart)
        )


@dataclass(frozen=True, slots=True)
class Split:
    """`everything`: the photos to learn from, and behind them those held out. `learnt`: only the former.

    So a photo to learn from has the same position in both.
    """

    everything: Dataset
    learnt: Dataset

    @property
    def held_out(self) -> range:
        """Positions of the held-out photos in `everything`."""
        return range(len(self.learnt.photos), len(self.everything.photos))


def read_dataset(labelled: Sequence[str], unlabelled: Sequence[str] = (), root: str | None = None) -> Dataset:
    """The photos of labelled folders and CSV files, and of folders of unlabelled photos.

    Args:
        labelled: folders FOLDER/<instance>/<photo>, where an `IGNORE_FILE` names instances that may show the same; or
            CSV files with a header and the columns `path` and `instance`, and if wanted `group` and `source`, where a
            row without an instance is an unlabelled photo.
        unlabelled: folders searched with all their subfolders.
        root: what paths in CSV files are relative to; the folder of each file if not given.

    Raises:
        DatasetError: something is missing, named twice or cannot be read, or there is too little to learn from.
    """
    builder = _Builder()
    for name in labelled:
        path = Path(os.path.abspath(name))
        if path.is_file():
            builder.add_csv(path, path.parent if root is None else Path(root))
        else:
            builder.add_folder(path)
    for name in unlabelled:
        builder.add_unlabelled(Path(os.path.abspath(name)))
    return builder.build()


class _Builder:
    """Collects photos and numbers instances, groups and sources in the order of their names."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, str, str, str]] = []  # source, path, instance, group; "" where there is none

    def add_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            raise DatasetError(f"There is no folder or CSV file {folder}.", folder)
        ignored = read_ignored(folder / IGNORE_FILE)
        for instance in sorted(entry.name for entry in folder.iterdir() if entry.is_dir()):
            group = min(_reachable(instance, ignored))
            for photo in _photos_below(folder / instance):
                self._rows.append((folder.name, photo, instance, group))

    def add_csv(self, path: Path, root: Path) -> None:
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file)
                if not {"path", "instance"} <= set(reader.fieldnames or ()):
                    raise ValueError("no such columns")
                for row in reader:
                    if not row["path"] or row["instance"] is None:
                        raise ValueError("a line ends too early")
                    photo = os.path.normpath(root / row["path"])
                    instance = row["instance"]
                    source = row.get("source") or path.stem
                    self._rows.append((source, photo, instance, row.get("group") or instance))
        except (ValueError, csv.Error) as error:  # with UnicodeDecodeError
            raise DatasetError(
                f"{path.name} is not a list of photos. It needs a first line “path,instance” and a photo in each line.",
                path,
            ) from error
        except OSError as error:
            raise DatasetError(f"{path} cannot be read.", path) from error

    def add_unlabelled(self, folder: Path) -> None:
        if not folder.is_dir():
            raise DatasetError(f"There is no folder {folder}.", folder)
        self._rows += [(folder.name, photo, "", "") for photo in _photos_below(folder)]

    def build(self) -> Dataset:
        rows = self._without_copies()
        missing = next((row[1] for row in rows if not os.path.isfile(row[1])), None)
        if missing is not None:
            raise DatasetError(f"There is no photo {missing}, though the list names it.", missing)
        sources = tuple(sorted({row[0] for row in rows}))
        instances: dict[tuple[str, str], int] = {}
        groups: dict[tuple[str, str], int] = {}
        photos = []
        for source, path, instance, group in rows:
            # An unlabelled photo is named by its path: a group of its own.
            group_number = groups.setdefault((source, group) if instance else ("", path), len(groups))
            number = instances.setdefault((source, instance), len(instances)) if instance else UNLABELLED
            photos.append(TrainingPhoto(path, number, group_number, sources.index(source)))
        _require_enough(photos)
        return Dataset(tuple(photos), sources)

    def _without_copies(self) -> list[tuple[str, str, str, str]]:
        """The rows in order, each photo once: labelled, if it is that anywhere."""
        found: dict[str, tuple[str, str, str, str]] = {}
        for row in sorted(set(self._rows)):
            _, path, instance, _ = row
            other = found.get(path)
            if other is not None and other[2] and instance:
                raise DatasetError(
                    f"The photo {path} is named twice: as “{other[2]}” and as “{instance}”. Name it once.", path
                )
            if other is None or instance:
                found[path] = row
        return sorted(found.values())


def _require_enough(photos: list[TrainingPhoto]) -> None:
    sizes = Counter((photo.group, photo.instance) for photo in photos if photo.is_labelled)
    n_usable = len({group for (group, _), n in sizes.items() if n > 1})
    if n_usable < MIN_THINGS:
        raise DatasetError(
            f"There is too little to learn from: at least {MIN_THINGS} things with two photos each are needed that can "
            f"be told apart, but there {'is' if n_usable == 1 else 'are'} {n_usable}."
        )


def _reachable(instance: str, ignored: dict[str, frozenset[str]]) -> set[str]:
    """The instance, those that may show the same, those that may show the same as these, and so on."""
    found, to_do = {instance}, [instance]
    while to_do:
        new = ignored.get(to_do.pop(), frozenset()) - found
        found |= new
        to_do += new
    return found


def _photos_below(folder: Path) -> Iterable[str]:
    found = [os.path.join(root, name) for root, _, names in os.walk(folder) for name in names]
    return sorted(path for path in found if os.path.splitext(path)[1].lower() in PICTURE_EXTENSIONS)
