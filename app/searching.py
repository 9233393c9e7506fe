"""The search that belongs to the query in the window: one at a time, stale answers dropped, repeated when asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.bridge import Bridge
from app.columns import Facet
from app.history import Seen, Step
from app.hits_model import HitsModel
from app.parts import Parts
from engine.messages import Feedback, JobFailed, Search
from engine.types import Query, SearchResult

N_HITS = 200
MORE = 4
"""How many times as many hits the next search for more asks for."""
MOST_HITS = 100_000
# Below these scores hits are chance: of photos of different things 3 % score more than 0.2, of the best matches of the
# same thing 99.5 % do (measured on the six evaluation sets). A box sees less, so its true hits score lower.
MIN_SCORE = 0.2
MIN_SCORE_OF_BOX = 0.1
# Scores of a search that looks further lie higher: 4 % of photos of different things score more than 0.25, and 99 % of
# the best matches do (measured on the training sets).
MIN_SCORE_FURTHER = 0.25
MIN_SCORE_FURTHER_OF_BOX = 0.2
SLOW_AFTER_MS = 200


class Searching(QObject):
    """Keeps the results model on the current query. Lives on the GUI thread.

    Signals:
        started(): a search for the current query has begun; what the model shows belongs to an older one.
        slow(): the search takes long enough to say so.
        finished(SearchResult): the answer to the current query; the model has the hits already.
        failed(EngineError): the current query cannot be answered.
        cleared(): there is no query any more.
    """

    started = Signal()
    slow = Signal()
    finished = Signal(object)
    failed = Signal(object)
    cleared = Signal()

    def __init__(self, bridge: Bridge, model: HitsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._model = model
        self._parts: Parts | None = None
        self._looks_further = False
        self._is_turned = False
        self._feedback: Feedback | None = None
        self._asked: Search | None = None
        self._stacks = False
        self._n_asked = N_HITS
        self._n_given = 0
        self._least_score: float | None = None  # as the user has chosen it for this picture
        self._filters: Mapping[Facet, frozenset[str]] | None = None  # that the next answer comes with
        self._job_id: int | None = None
        self._is_stale = False  # the library has changed since the search under way began
        self._slow_timer = QTimer(self)
        self._slow_timer.setSingleShot(True)
        self._slow_timer.setInterval(SLOW_AFTER_MS)
        self._slow_timer.timeout.connect(self.slow)
        bridge.search_finished.connect(self._on_finished)  # after the model's own connection: it was made before
        bridge.job_failed.connect(self._on_failed)

    def model(self) -> HitsModel:
        """What shows the hits."""
        return self._model

    def query(self) -> Query | None:
        """What is being searched for, without its further parts."""
        return None if self._parts is None else self._parts.wanted[0]

    def parts(self) -> Parts | None:
        """All that is being searched for."""
        return self._parts

    def search(self) -> Search | None:
        """The search for it, as it was asked for last, with the least score shown now; None without a query."""
        if self._parts is None or self._asked is None:
            return None
        return replace(self._asked, min_score=self._model.arrangement().min_score)

    @Slot(object)
    def set_parts(self, parts: Parts | None, again: Step | None = None) -> None:
        """Search for this from now on; an older search is cancelled and its answer ignored.

        `again` is the search that this one repeats, with its options, least score and filters.
        """
        if _picture_of(parts) != _picture_of(self._parts):
            self._least_score = None
        if parts != self._parts:
            self._n_asked, self._n_given = N_HITS, 0
            self._feedback = None
        self._filters = None
        if again is not None:
            self._is_turned, self._looks_further = again.turned, again.looks_further
            seen = again.seen or Seen()
            self._least_score, self._filters = seen.least_score, seen.chosen
            self._n_asked = max(seen.n_asked, N_HITS)
        self._parts = parts
        self._drop_search()
        if parts is None:
            self._model.clear()
            self.cleared.emit()
        else:
            self._search(parts)

    def looks_further(self) -> bool:
        """Whether the first hits help to find the rest."""
        return self._looks_further

    def is_turned(self) -> bool:
        """Whether what is mirrored or turned is found, too."""
        return self._is_turned

    @Slot(bool)
    def set_look_further(self, looks_further: bool) -> None:
        """Whether the first hits help to find the rest; a query there is searched for again."""
        if looks_further != self._looks_further:
            self._looks_further = looks_further
            self._search_anew()

    @Slot(bool)
    def set_turned(self, is_turned: bool) -> None:
        """Whether what is mirrored or turned is found, too; a query there is searched for again."""
        if is_turned != self._is_turned:
            self._is_turned = is_turned
            self._search_anew()

    def set_feedback(self, feedback: Feedback | None) -> None:
        """What the user has marked among the hits for this query; it is searched for again."""
        if feedback != self._feedback:
            self._feedback = feedback
            self._search_anew()

    def set_stacks(self, stacks: bool) -> None:
        """Whether near-identical shots are to be known in the answers; a query there is searched for again if so."""
        if stacks != self._stacks:
            self._stacks = stacks
            if stacks:
                self._search_anew()

    def set_least_score(self, score: float) -> None:
        """The user wants to see hits from this score on, 0..1: also of other parts of the same picture."""
        self._least_score = score

    def least_score(self) -> float | None:
        """What the user has chosen; None: the one suggested is in force."""
        return self._least_score

    def n_asked(self) -> int:
        """How many hits have been asked for."""
        return self._n_asked

    def suggested_score(self) -> float:
        """The score from which hits for the current query are usually right."""
        wanted = () if self._parts is None else self._parts.wanted
        is_whole = len(wanted) < 2 and all(part.box is None for part in wanted)
        if self._expands():
            return MIN_SCORE_FURTHER if is_whole else MIN_SCORE_FURTHER_OF_BOX
        return MIN_SCORE if is_whole else MIN_SCORE_OF_BOX

    def _expands(self) -> bool:
        """Whether it is looked further: the first hits of a search for several parts help none of them."""
        is_alone = self._parts is None or not (self._parts.wanted[1:] or self._parts.unwanted)
        return self._looks_further and is_alone

    def has_more(self) -> bool:
        """Whether more hits could be had by `search_more`, however weak."""
        return self._n_given >= self._n_asked and self._n_asked < MOST_HITS

    def search_more(self, at_least: int = 0) -> None:
        """Search for the same query again, for more hits."""
        if self.has_more():
            self._n_asked = min(max(self._n_asked * MORE, at_least), MOST_HITS)
            self._search_anew()

    @Slot()
    def search_again(self) -> None:
        """Search for the same query again, since the library has changed."""
        if self._parts is None:
            return
        if self._job_id is None:
            self._search(self._parts)
        else:
            self._is_stale = True

    def _search_anew(self) -> None:
        if self._parts is not None:
            self._drop_search()
            self._search(self._parts)

    def _search(self, parts: Parts) -> None:
        self._is_stale = False
        query, *also = parts.wanted
        # Weak hits come with the others: how many they are is shown, and the user may look at them.
        self._asked = Search(
            query,
            k=self._n_asked,
            expand=self._expands(),
            also=tuple(also),
            without=parts.unwanted,
            turned=self._is_turned,
            stacks=self._stacks,
            feedback=self._feedback,
            weights=parts.weights,
        )
        self._job_id = self._bridge.submit(self._asked)
        least_score = self.suggested_score() if self._least_score is None else self._least_score
        self._model.set_current_job(self._job_id, least_score, parts, self._filters)
        self._slow_timer.start()
        self.started.emit()

    def _drop_search(self) -> None:
        self._slow_timer.stop()
        if self._job_id is not None:
            self._bridge.cancel(self._job_id)
            self._job_id = None

    @Slot(int, object)
    def _on_finished(self, job_id: int, result: SearchResult) -> None:
        if job_id != self._job_id:
            return
        self._job_id = None
        self._slow_timer.stop()
        self._n_given = len(result.hits)
        self._filters = None
        self.finished.emit(result)
        if self._is_stale:
            self.search_again()

    @Slot(object)
    def _on_failed(self, failed: JobFailed) -> None:
        if failed.job_id != self._job_id:
            return
        self._job_id = None
        self._slow_timer.stop()
        self._model.clear()
        self.failed.emit(failed.error)


def _picture_of(parts: Parts | None) -> tuple[str | None, int | None]:
    """The picture that a search is about first, whatever its parts."""
    return (None, None) if parts is None else (parts.wanted[0].path, parts.wanted[0].photo_id)
