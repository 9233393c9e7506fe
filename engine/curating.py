"""Answers the questions about single photos and searches that looking after a collection asks. Engine thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.collecting import Collecting
from engine.decode import DecodeRequest
from engine.decoders import Decoders
from engine.errors import PhotoError
from engine.explaining import Explainer
from engine.library import Library
from engine.messages import CollectionJob, CurateJob, Explain, MeasureSharpness
from engine.search import Searcher
from engine.sharpness import sharpness
from engine.worker import NotReady


class Curating:
    """The interactive jobs of `engine.curation`.

    Args:
        library: the open library.
        searcher: searches it.
        decoders: the pool for interactive work.
        is_searchable: whether the index has been loaded.
    """

    def __init__(
        self, library: Library, searcher: Searcher, decoders: Decoders, is_searchable: Callable[[], bool]
    ) -> None:
        self._library = library
        self._explainer = Explainer(library, searcher)
        self._collecting = Collecting(library, decoders)
        self._decoders = decoders
        self._is_searchable = is_searchable

    def answer(self, job: CurateJob) -> Any:
        """The result of a job; raises NotReady or an EngineError."""
        if isinstance(job, CollectionJob):
            return self._collecting.answer(job)
        match job:
            case Explain():
                if not self._is_searchable():
                    raise NotReady
                return self._explainer.explain(job)
            case MeasureSharpness():
                return self._sharpness(job)

    def _sharpness(self, job: MeasureSharpness) -> tuple[tuple[int, float], ...]:
        measured: list[tuple[int, float]] = []
        for photo_id in job.photo_ids:
            photo = self._library.catalogue.photo(photo_id)
            if photo is None:
                continue
            try:
                decoded = self._decoders.decode(DecodeRequest(photo.path, picture_px=job.side_px))
            except PhotoError:  # its drive is away, or it has changed: what is not known is not told
                continue
            if decoded.picture is not None:
                measured.append((photo_id, round(sharpness(decoded.picture), 2)))
        return tuple(measured)
