"""`resight collections` and `resight search --save`: searches kept under a name, on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from app import answers
from app.console import DONE, NOTHING_FOUND, Console, EngineSession, UsageError, escaped
from engine.messages import (
    ChangeCollection,
    Collection,
    CollectionPart,
    GetCollections,
    OpenCollection,
    SaveCollection,
    Search,
)
from engine.types import Query, SearchResult


def add_arguments(parser: argparse.ArgumentParser, at_least_one: Callable[[str], int]) -> None:
    """The options of `resight collections`."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="search with this collection (default: list all)")
    parser.add_argument("-k", type=at_least_one, default=20, metavar="N", help="how many photos at most (default: 20)")
    parser.add_argument("--remove", action="store_true", help="remove the collection NAME; no photo is touched")
    parser.add_argument("--rename", metavar="NEW", help="give the collection NAME another name")


def collections(
    options: argparse.Namespace, console: Console, make_session: Callable[[bool], EngineSession]
) -> int:
    """Run `resight collections` -> the exit code: 1 if a search found nothing.

    Raises:
        UsageError: there is no collection of this name, or none is named where one must be.
        EngineError: the library cannot be opened, or the picture of the query not be read.
    """
    changes = options.remove or options.rename is not None
    if changes and options.name is None:
        raise UsageError("Name the collection to rename or remove.")
    if options.remove and options.rename is not None:
        raise UsageError("A collection is either renamed or removed.")
    with make_session(not changes) as session:
        found = cast(tuple[Collection, ...], session.run(GetCollections()))
        if options.name is not None:
            collection_id = _id_of(options.name, found)
            if not changes:
                return _search(collection_id, options.k, console, session)
            job = ChangeCollection(collection_id, options.rename)
            found = cast(tuple[Collection, ...], session.run(job))
    console.answer([_document(collection) for collection in found], _words(found))
    return DONE


def collection_of(name: str, job: Search) -> Collection:
    """A search of the command line as a collection.

    Raises:
        UsageError: it has what is not kept.
    """
    if job.feedback is not None:
        raise UsageError("A collection keeps no examples: save it without --like and --unlike.")
    wanted = tuple(CollectionPart(query) for query in (job.query, *job.also))
    unwanted = tuple(CollectionPart(query, is_unwanted=True) for query in job.without)
    return Collection(name, wanted + unwanted, job.turned, job.expand, job.min_score or None)


def save(name: str, job: Search, session: EngineSession, console: Console) -> None:
    """Keep a search under a name.

    Raises:
        UsageError, EngineError: that cannot be done.
    """
    saved = cast(Collection, session.run(SaveCollection(collection_of(name, job))))
    console.note(f"Saved as the collection {escaped(saved.name)}.")


def search_of(collection: Collection, k: int) -> Search:
    """The search of an opened collection. Filters are up to the window."""
    wanted = [part for part in collection.parts if not part.is_unwanted]
    unwanted = tuple(part.query for part in collection.parts if part.is_unwanted)
    # Where none is wanted, the whole of the first one's picture is, as in the window.
    query, *also = [part.query for part in wanted] or [_whole(collection.parts[0])]
    weights = tuple(part.weight for part in wanted)
    return Search(
        query,
        k=k,
        min_score=collection.min_score or 0.0,
        expand=collection.expand and not also and not unwanted,
        closely=True,
        also=tuple(also),
        without=unwanted,
        turned=collection.turned,
        weights=weights if len(set(weights)) > 1 else (),
    )


def _search(collection_id: int, k: int, console: Console, session: EngineSession) -> int:
    opened = cast(Collection, session.run(OpenCollection(collection_id)))
    job = search_of(opened, k)
    result = cast(SearchResult, session.run(job))
    if opened.filters:
        console.note("This collection has filters, which only the window applies.")
    console.answer(answers.search_document(job, result), answers.search_words(result))
    return DONE if result.hits else NOTHING_FOUND


def _whole(part: CollectionPart) -> Query:
    return replace(part.query, box=None)


def _id_of(name: str, found: tuple[Collection, ...]) -> int:
    for collection in found:
        if collection.name == name:
            return collection.collection_id
    names = ", ".join(escaped(collection.name) for collection in found) or "(there are none)"
    raise UsageError(f"There is no collection {escaped(name)}: give one of {names}.")


def _document(collection: Collection) -> dict[str, Any]:
    return {
        "name": collection.name,
        "pictures": [
            {
                "path": part.path,
                "box": answers.box_document(part.query.box),
                "unwanted": part.is_unwanted,
                "weight": part.weight,
            }
            for part in collection.parts
        ],
        "turned": collection.turned,
        "expand": collection.expand,
        "min_score": collection.min_score,
        "filters": {name: list(values) for name, values in collection.filters},
    }


def _words(found: tuple[Collection, ...]) -> str:
    if not found:
        return "There are no collections. Make one with resight search PICTURE --save NAME, or in the window."
    lines = []
    for collection in found:
        names = dict.fromkeys(escaped(part.name) for part in collection.parts)
        lines.append(f"{escaped(collection.name)}: {', '.join(names)}")
    return "\n".join(lines)
