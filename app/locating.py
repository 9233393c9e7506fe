"""Frames round what is searched for, in one hit after the other, once the hits are there."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from app.bridge import Bridge
from app.hits_model import HitsModel
from engine.messages import N_BY_WINDOWS, N_CLOSELY, JobFailed, Locate
from engine.types import Located, Query, SearchResult

AT_ONCE = 4  # at about 50 ms each: a new search waits for no more than these


class Locating(QObject):
    """Looks closely at the first hits of a search. Lives on the GUI thread.

    Signals:
        framed(): some hits of the model have got a frame.
        finished(): all hits that are looked at have been, and some were framed.
    """

    framed = Signal()
    finished = Signal()

    def __init__(self, bridge: Bridge, model: HitsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._model = model
        self._query: Query | None = None
        self._waiting: list[int] = []
        self._job_id: int | None = None
        self._has_framed = False
        self._n_asked = 0
        bridge.located.connect(self._on_located)
        bridge.job_failed.connect(self._on_failed)

    @Slot(object)
    def start(self, result: SearchResult) -> None:
        """Look at the hits of this answer, which the model shows."""
        self.stop()
        self._query = result.query
        self._has_framed = False
        self._n_asked = 0
        self._waiting = [
            hit.photo_id for hit in result.hits[:N_CLOSELY] if hit.online and hit.box is None and hit.score < 1.0
        ]
        self._look_on()

    @Slot()
    def stop(self) -> None:
        """Look no further; what has been found stays."""
        self._waiting = []
        if self._job_id is not None:
            self._bridge.cancel(self._job_id)
            self._job_id = None

    def _look_on(self) -> None:
        if self._query is not None and self._waiting:
            batch, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            by_windows = self._n_asked < N_BY_WINDOWS
            self._n_asked += len(batch)
            self._job_id = self._bridge.submit(Locate(self._query, tuple(batch), by_windows=by_windows))
        elif self._has_framed:
            self.finished.emit()

    @Slot(int, object)
    def _on_located(self, job_id: int, places: tuple[Located, ...]) -> None:
        if job_id != self._job_id:
            return
        self._job_id = None
        if places:
            self._has_framed = True
            self._model.set_places(places)
            self.framed.emit()
        self._look_on()

    @Slot(object)
    def _on_failed(self, failed: JobFailed) -> None:
        # The search for the same picture has just been answered: without frames its hits are as good as before.
        if failed.job_id == self._job_id:
            self._job_id = None
            self._waiting = []
