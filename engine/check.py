"""Checking a library: the catalogue, the descriptors, the index and the files against each other; and repairing it.

Repairing never touches a photo and deletes only what can be made again: bad descriptors, so that the next indexing
makes them, and the index, which is made from the catalogue. Generators for the engine thread.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from engine.catalogue import Catalogue
from engine.index import VectorIndex
from engine.records import Model
from engine.region_file import RegionFile
from engine.storage import LibraryFolder
from engine.types import CheckReport

_CHUNK = 1024

Step = tuple[int, int | None]
Steps = Generator[Step, None, None]


def check_library(
    folder: LibraryFolder,
    catalogue: Catalogue,
    index: VectorIndex,
    regions: RegionFile,
    model: Model,
    *,
    repair: bool = False,
) -> Generator[Step, None, CheckReport]:
    """Check a library; yields (done, of how many or None) on the way.

    The index is brought up to date first, as being behind is no fault. A step takes some tens of ms, but SQLite's own
    check takes about a second for 100,000 photos.

    Args:
        folder: where the library lies.
        catalogue: its open catalogue.
        index: the loaded index of `model`.
        regions: its loaded region codes.
        model: the model whose descriptors are searched.
        repair: put right what is found. Needs the writer's lock.

    Returns:
        what was found, and what of it was put right; `clean` means that nothing was found.
    """
    check = _Check(folder, catalogue, index, regions, model)
    yield 0, None
    is_readable = check.look_at_catalogue()
    if is_readable:
        yield from check.look_at_descriptors()
        yield from check.look_at_index()
        yield from check.look_at_regions()
        check.look_at_files()
    if repair and check.problems and is_readable:  # writing to damaged pages makes it worse
        yield from check.repair()
    return CheckReport(
        clean=not check.problems,
        problems=tuple(check.problems),
        repaired=tuple(check.repaired),
        photos=catalogue.n_photos() if is_readable else 0,
        descriptors=catalogue.descriptors.count(model) if is_readable else 0,
        index_rows=index.n_rows,
    )


class _Check:
    """One check under way: what it found, and what repairing needs to know."""

    def __init__(
        self, folder: LibraryFolder, catalogue: Catalogue, index: VectorIndex, regions: RegionFile, model: Model
    ) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._index = index
        self._regions = regions
        self._model = model
        self._bad_descriptors: list[int] = []
        self._bad_regions: list[int] = []
        self._has_bad_region_file = False
        self._has_bad_rows = False
        self._has_bad_index = False
        self.problems: list[str] = []
        self.repaired: list[str] = []

    def look_at_catalogue(self) -> bool:
        """SQLite's own checks, and whether photos, contents and counts fit each other -> whether it is readable."""
        if damage := self._catalogue.problems():
            self.problems.append(f"The catalogue is damaged ({'; '.join(damage[:3])}). Restore a backup of it.")
            return False
        rows = []
        if n := self._catalogue.n_indexed_without_content():
            rows.append(f"{n} photos count as indexed, but nothing is known of their content.")
        if n := self._catalogue.n_contents_without_photo():
            rows.append(f"{n} contents belong to no photo any more.")
        if not self._catalogue.has_right_counts():
            rows.append("The counts of photos do not agree with the photos.")
        self._has_bad_rows = bool(rows)
        self.problems += rows
        return True

    def look_at_descriptors(self) -> Steps:
        """Each must be whole, finite, of unit length and of the model's length."""
        total = self._catalogue.descriptors.count(self._model)
        after_id, done, more = 0, 0, True
        while more:
            bad, after_id, more = self._catalogue.descriptors.bad(self._model, after_id, _CHUNK)
            self._bad_descriptors += bad
            done += _CHUNK
            yield min(done, total), total
        if self._bad_descriptors:
            self.problems.append(f"{len(self._bad_descriptors)} descriptors are damaged.")

    def look_at_regions(self) -> Steps:
        """The codes must be whole, their file as it was written, and it must hold as many as the catalogue."""
        after_id, more = 0, True
        while more:
            bad, after_id, more = self._catalogue.regions.bad(self._model, after_id, _CHUNK)
            self._bad_regions += bad
            yield 0, None
        if self._bad_regions:
            self.problems.append(f"The codes of parts of {len(self._bad_regions)} photos are damaged.")
        found = []
        for problem in self._regions.problems():
            found += [] if problem is None else [problem]
            yield 0, None
        for _ in self._regions.catch_up():
            yield 0, None
        n_good = self._catalogue.regions.count(self._model) - len(self._bad_regions)
        if self._regions.n_rows != n_good:
            found.append("The codes of parts of photos in use are not those of the catalogue.")
        self._has_bad_region_file = bool(found)
        self.problems += found

    def look_at_index(self) -> Steps:
        """The files must be as they were written, and the index must hold exactly the catalogue's contents."""
        found = []
        for problem in self._index.file_problems():
            found += [] if problem is None else [problem]
            yield 0, None
        yield from self._index.catch_up()
        chunks: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
        for rows in self._catalogue.descriptors.all(self._model):
            chunks.append(rows.content_ids)
            yield 0, None
        described, indexed = np.concatenate(chunks), self._index.content_ids()
        if n := len(np.setdiff1d(described, indexed)):
            found.append(f"{n} descriptors are missing in the search index.")
        if n := len(np.setdiff1d(indexed, described)):
            found.append(f"{n} entries of the search index belong to no descriptor.")
        self._has_bad_index = bool(found)
        self.problems += found

    def look_at_files(self) -> None:
        """No file of a run that was killed may be left."""
        if n := len(self._folder.leftovers()):
            self.problems.append(f"{n} unfinished files are left of a run that was interrupted.")

    def repair(self) -> Steps:
        """Put right everything found."""
        if n := self._folder.remove_leftovers():
            self.repaired.append(f"{n} unfinished files were deleted.")
        if self._has_bad_rows:
            self._catalogue.repair()
            while self._catalogue.purge_contents() is not None:
                yield 0, None
            self.repaired.append("Photos, contents and counts agree again.")
        if self._bad_descriptors:
            self._catalogue.descriptors.delete(self._bad_descriptors)
            self.repaired.append(f"{len(self._bad_descriptors)} damaged descriptors were deleted. Update the folders "
                                 "to make them again.")
        if self._has_bad_index:
            self._index.reset()
            self.repaired.append("The search index was made again.")
        if self._bad_regions:
            self._catalogue.regions.delete(self._bad_regions)
            self.repaired.append(f"The codes of parts of {len(self._bad_regions)} photos were deleted. Update the "
                                 "folders to make them again.")
        if self._has_bad_region_file:
            self._regions.reset()
            self.repaired.append("The codes of parts of photos were read again.")
        yield from self._index.catch_up()
        for steps in (self._index.save, self._regions.catch_up, self._regions.save):
            for _ in steps():
                yield 0, None
