"""Answering the jobs of labels: from photos and files to hashes and back. Engine thread."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from engine.decoders import Decoders
from engine.errors import LabelError, UnknownPhoto
from engine.label_files import FileLabel, from_csv, to_csv
from engine.label_groups import Groups, Pair, chain, contradicted
from engine.label_table import LabelRow, PairKey, key
from engine.learning import (
    Contradiction,
    ExportLabels,
    GetLabels,
    ImportLabels,
    Label,
    LabelJob,
    Labelled,
    Labels,
    PairLabel,
    UndoLabels,
)
from engine.library import Library
from engine.storage import LibraryFolder
from engine.types import Query

_MAX_TOLD = 20  # contradictions told after a change; all are in Labels
_MAX_FILE_BYTES = 256 << 20


class Labelling:
    """The labels of a library.

    Args:
        library: whose labels they are.
        decoders: hash pictures that are not in it.
    """

    def __init__(self, library: Library, decoders: Decoders) -> None:
        self._catalogue = library.catalogue
        self._table = library.catalogue.labels
        self._decoders = decoders

    def answer(self, job: LabelJob) -> Labelled | Labels | int:
        """The result of a job.

        Raises:
            LabelError: it makes no sense as it stands; nothing was changed.
            UnknownPhoto, PhotoError: a picture is gone or cannot be read; nothing was changed.
            LibraryError: a file cannot be written.
        """
        match job:
            case Label():
                return self._label(job)
            case UndoLabels():
                return self._done(self._table.undo())
            case GetLabels():
                return self.get()
            case ExportLabels(path):
                labels = self._named(self._table.all())
                LibraryFolder(path.parent).write_atomically(path, to_csv(labels).encode("utf-8", "surrogateescape"))
                return len(labels)
            case ImportLabels(path):
                return self._import(path)

    def get(self) -> Labels:
        """All labels, and what follows from them."""
        rows = self._table.all()
        groups = Groups(_pairs(rows, same=True)).all()
        return Labels(
            tuple(self._named(rows)), len(groups), sum(map(len, groups)), self._contradictions(rows, _clashes(rows))
        )

    # ---- changing ----

    def _label(self, job: Label) -> Labelled:
        asked = self._hash(job.query)
        if any(other.box is not None for other in job.others):
            raise LabelError("Only the query may be a part of a picture; what it is compared with is whole.")
        hashes = dict.fromkeys(self._hash(other) for other in job.others)
        if job.same is False and asked in hashes:
            raise LabelError("These are copies of one file, byte for byte, so they cannot show different things.")
        pairs = [key(asked, other, job.query.box) for other in hashes if other != asked]
        return self._done(self._table.set((pair, job.same) for pair in pairs))

    def _import(self, path: Path) -> Labelled:
        try:
            if path.stat().st_size > _MAX_FILE_BYTES:
                raise LabelError(f"{path} is too large for a list of labels.", path)
            text = path.read_bytes().decode("utf-8-sig", "surrogateescape")
        except OSError as error:
            raise LabelError(f"{path} cannot be read.", path) from error
        labels = [(self._key_of(line), line.same) for line in from_csv(text)]
        return self._done(self._table.set(labels))

    def _key_of(self, line: FileLabel) -> PairKey:
        try:
            return key(self._imported(line, line.a), self._imported(line, line.b), line.box)
        except ValueError as error:
            raise LabelError(f"Line {line.line} of the labels names one picture twice.") from error

    def _imported(self, line: FileLabel, picture: bytes | str) -> bytes:
        if isinstance(picture, bytes):
            return picture
        photo = self._catalogue.photo_at(picture)
        if photo is None:
            raise LabelError(
                f"Line {line.line} of the labels names {picture}, which is not in the library. Add its folder first, "
                "or name the picture by its hash.", picture,
            )
        return photo.hash

    def _hash(self, query: Query) -> bytes:
        """The hash of the content of a photo, or of a file that need not be in the library."""
        if query.photo_id is not None:
            photo = self._catalogue.photo(query.photo_id)
            if photo is None:
                raise UnknownPhoto("This photo is no longer in the library. Search again to see what is.")
            return photo.hash
        assert query.path is not None  # a query is one or the other
        return self._decoders.submit_hash(os.path.abspath(query.path)).result().content_hash

    def _done(self, changed: list[PairKey]) -> Labelled:
        rows = self._table.all()
        changed_groups = Groups(_pairs(rows, same=True))
        touched = {changed_groups.of(picture) for pair in changed for picture in (pair.a, pair.b)}
        clashes = [pair for pair in _clashes(rows) if changed_groups.of(pair[0]) in touched]
        return Labelled(len(changed), len(rows), self._contradictions(rows, clashes[:_MAX_TOLD]))

    # ---- telling ----

    def _contradictions(self, rows: list[LabelRow], clashes: list[Pair]) -> tuple[Contradiction, ...]:
        same = _pairs(rows, same=True)
        by_pair = {(row.pair.a, row.pair.b): row for row in rows if row.pair.box is None}
        found = []
        for pair in clashes:
            first, *others = self._named([by_pair[one] for one in (pair, *chain(same, *pair))])
            found.append(Contradiction(first, tuple(others)))
        return tuple(found)

    def _named(self, rows: Iterable[LabelRow]) -> list[PairLabel]:
        """Labels as the door gives them, with the first photo that has each content."""
        rows = list(rows)
        paths = self._catalogue.paths_by_hash({picture for row in rows for picture in (row.pair.a, row.pair.b)})
        return [
            PairLabel(
                paths.get(row.pair.a, ""), paths.get(row.pair.b, ""), row.pair.a.hex(), row.pair.b.hex(), row.pair.box,
                row.same, row.made_at,
            )
            for row in rows
        ]


def _pairs(rows: Iterable[LabelRow], *, same: bool) -> list[Pair]:
    """The pairs of whole pictures with this label."""
    return [(row.pair.a, row.pair.b) for row in rows if row.same == same and row.pair.box is None]


def _clashes(rows: list[LabelRow]) -> list[Pair]:
    return contradicted(_pairs(rows, same=True), _pairs(rows, same=False))
