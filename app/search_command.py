"""`resight search`: from the command line to a search for a picture, or for parts of it, and its answer."""

from __future__ import annotations

import argparse
from typing import cast

from app import answers
from app.collection_command import save
from app.console import DONE, NOTHING_FOUND, Console, EngineSession, UsageError
from app.label_command import feedback
from engine.messages import LoadPicture, Search
from engine.types import Box, Picture, Query, SearchResult

_ANY_SIDE_PX = 64  # enough to learn the size of a picture; decoding it small is quicker


def search(options: argparse.Namespace, path: str, console: Console, session: EngineSession) -> int:
    """Run `resight search` with the picture at `path` -> the exit code: 1 if nothing was found.

    Raises:
        UsageError: a box in pixels is not in the picture.
        EngineError: the library cannot be opened, or the picture not be read.
    """
    with session:
        boxes: list[Box | None] = [*options.boxes]
        if options.boxes_px:
            picture = cast(Picture, session.run(LoadPicture(path, _ANY_SIDE_PX)))
            boxes += [_box_from_pixels(edges_px, picture) for edges_px in options.boxes_px]
        query, *also = (Query(path=path, box=box) for box in boxes or [None])
        job = Search(
            query,
            k=options.k,
            min_score=options.min_score,
            exact=options.exact,
            expand=options.expand,
            closely=not options.quick,
            also=tuple(also),
            without=tuple(Query(path=path, box=box) for box in options.not_boxes),
            turned=options.turned,
            feedback=feedback(options),
        )
        if options.save is not None:
            save(options.save, job, session, console)
        result = cast(SearchResult, session.run(job))
    console.answer(answers.search_document(job, result), answers.search_words(result))
    return DONE if result.hits else NOTHING_FOUND


def _box_from_pixels(edges_px: tuple[float, float, float, float], picture: Picture) -> Box:
    try:
        return Box.from_pixels(*edges_px, picture.full_width_px, picture.full_height_px)
    except ValueError as error:
        size = f"{picture.full_width_px} x {picture.full_height_px} pixels"
        raise UsageError(
            f"The box needs X0 < X1 and Y0 < Y1 inside the picture, which is {size}.", picture.path
        ) from error
