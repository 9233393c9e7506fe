"""The collections of a catalogue: searches kept under a name, and the pictures of their queries. SQL.

A picture is known by the hash of its content, not by photo or path: it is found again wherever it has been moved.
Engine thread only; reach it through `Catalogue.collections`.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.curation import Collection
from engine.database import Database, Row
from engine.label_table import box_of, box_text
from engine.types import Box

_SELECT = "SELECT id, name, turned, expand, min_score, filters FROM collection"


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of a query; `path` is where its picture was when it was saved."""

    hash: bytes
    path: str
    box: Box | None
    is_unwanted: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class CollectionRow:
    """A collection: `told` is all of it but its parts."""

    told: Collection
    parts: tuple[PartRow, ...]


class CollectionTable:
    """All collections of a library.

    Args:
        database: of the library.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[CollectionRow]:
        """Every collection, by name."""
        return [self._with_parts(row) for row in self._database.rows(f"{_SELECT} ORDER BY name COLLATE NOCASE, name")]

    def get(self, collection_id: int) -> CollectionRow | None:
        """The collection with this id."""
        row = self._database.row(f"{_SELECT} WHERE id = ?", (collection_id,))
        return None if row is None else self._with_parts(row)

    def id_of(self, name: str) -> int | None:
        """The id of the collection of this name."""
        found = self._database.value("SELECT id FROM collection WHERE name = ?", (name,))
        return None if found is None else int(found)

    def put(self, told: Collection, parts: Sequence[PartRow], pictures: Mapping[bytes, bytes]) -> int:
        """Keep a collection, in place of one of the same name -> its id. `pictures` are JPEGs by hash."""
        with self._database.transaction():
            self._database.run("DELETE FROM collection WHERE name = ?", (told.name,))
            self._database.run(
                "INSERT INTO collection (name, turned, expand, min_score, filters, made_at) VALUES (?, ?, ?, ?, ?, ?)",
                (told.name, told.turned, told.expand, told.min_score, json.dumps(told.filters), time.time()),
            )
            collection_id = self.id_of(told.name)
            assert collection_id is not None
            self._database.run_many(
                "INSERT INTO collection_part (collection_id, place, hash, path, box, unwanted, weight) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        collection_id, place, part.hash, os.fsencode(part.path),
                        "" if part.box is None else box_text(part.box), part.is_unwanted, part.weight,
                    )
                    for place, part in enumerate(parts)
                ],
            )
            self._database.run_many("INSERT OR REPLACE INTO collection_picture VALUES (?, ?)", list(pictures.items()))
            self._drop_unused()
        return collection_id

    def set_name(self, collection_id: int, name: str) -> None:
        """Give a collection another name, which none has."""
        self._database.run("UPDATE collection SET name = ? WHERE id = ?", (name, collection_id))

    def remove(self, collection_id: int) -> None:
        """Remove a collection, and the pictures that none needs any more."""
        with self._database.transaction():
            self._database.run("DELETE FROM collection WHERE id = ?", (collection_id,))
            self._drop_unused()

    def picture(self, content_hash: bytes) -> bytes | None:
        """The small copy of a picture as JPEG."""
        found = self._database.value("SELECT jpeg FROM collection_picture WHERE hash = ?", (content_hash,))
        return None if found is None else bytes(found)

    def pictures(self) -> set[bytes]:
        """The hashes of the pictures that there are copies of."""
        return {bytes(row[0]) for row in self._database.rows("SELECT hash FROM collection_picture")}

    def _drop_unused(self) -> None:
        self._database.run("DELETE FROM collection_picture WHERE hash NOT IN (SELECT hash FROM collection_part)")

    def _with_parts(self, row: Row) -> CollectionRow:
        collection_id, name, turned, expand, min_score, filters = row
        told = Collection(name, (), bool(turned), bool(expand), min_score, _filters(filters), collection_id)
        parts = self._database.rows(
            "SELECT hash, path, box, unwanted, weight FROM collection_part WHERE collection_id = ? ORDER BY place",
            (collection_id,),
        )
        return CollectionRow(
            told,
            tuple(
                PartRow(bytes(content_hash), os.fsdecode(path), box_of(box) if box else None, bool(unwanted), weight)
                for content_hash, path, box, unwanted, weight in parts
            ),
        )


def _filters(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((str(name), tuple(map(str, values))) for name, values in json.loads(text))
