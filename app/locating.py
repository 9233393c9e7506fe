"""Frames round what is searched for, in one hit after the other, once the hits are there."""

from __future__ import annotations

import time
from collections import defaultdict

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.bridge import Bridge
from app.hits_model import Framed, HitsModel
from engine.messages import N_BY_WINDOWS, JobFailed, Locate, Search
from engine.types import Hit, Located, Query, SearchResult

AT_FIRST, AT_MOST = 2, 8
AIM_S = 0.1  # of one look, so that a new search never waits longer; how many photos that are depends on the machine
HOLD_MS = 200


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
        self._is_turned = False
        self._wanted: tuple[Query, ...] = ()  # the parts that are looked for
        self._waiting: list[Hit] = []
        self._batch: list[Hit] = []
        self._next_part = 0  # the one that is looked for in the batch next
        self._places: defaultdict[int, dict[int, Located]] = defaultdict(dict)  # by photo, then by part
        self._job_id: int | None = None
        self._asked_at = 0.0
        self._at_once = AT_FIRST
        self._has_framed = False
        self._n_looked_at = 0  # hits that have been looked at
        self._hold_timer = QTimer(self)
        self._hold_timer.setSingleShot(True)
        self._hold_timer.setInterval(HOLD_MS)
        self._hold_timer.timeout.connect(self._look_on)
        bridge.located.connect(self._on_located)
        bridge.job_failed.connect(self._on_failed)

    def start(self, job: Search, result: SearchResult) -> None:
        """Look at the hits of this answer to this search, which the model shows."""
        self.stop()
        self._wanted, self._is_turned = (job.query, *job.also), job.turned
        self._has_framed = False
        self._n_looked_at = 0
        # What scores 1 is the query picture itself.
        self._waiting = [hit for hit in result.hits[: result.n_closely] if hit.online and hit.score < 1.0]
        self._look_on()

    @Slot()
    def stop(self) -> None:
        """Look no further; what has been found stays."""
        self._waiting, self._batch = [], []
        self._places.clear()
        if self._job_id is not None:
            self._bridge.cancel(self._job_id)
            self._job_id = None

    @Slot()
    def hold(self) -> None:
        """Look at nothing for a moment: a box is being moved, and the search for it is to be answered at once."""
        self._hold_timer.start()

    @Slot()
    def _look_on(self) -> None:
        if self._job_id is not None or self._hold_timer.isActive():
            return
        if not self._batch and self._waiting:
            self._batch, self._waiting = self._waiting[: self._at_once], self._waiting[self._at_once :]
            self._next_part = 0
        if self._batch:
            photo_ids = tuple(hit.photo_id for hit in self._batch)
            by_windows = self._n_looked_at < N_BY_WINDOWS
            self._asked_at = time.monotonic()
            self._job_id = self._bridge.submit(
                Locate(self._wanted[self._next_part], photo_ids, self._is_turned, by_windows=by_windows)
            )
        elif self._has_framed:
            self._has_framed = False
            self.finished.emit()

    @Slot(int, object)
    def _on_located(self, job_id: int, places: tuple[Located, ...]) -> None:
        if job_id != self._job_id:
            return
        self._job_id = None
        for place in places:
            self._places[place.photo_id][self._next_part] = place
        self._adapt(time.monotonic() - self._asked_at)
        self._next_part += 1
        if self._next_part == len(self._wanted):
            self._frame()
        self._look_on()

    def _adapt(self, took_s: float) -> None:
        for_one_s = took_s / max(1, len(self._batch))
        self._at_once = min(max(int(AIM_S / max(for_one_s, 0.001)), 1), AT_MOST)

    def _frame(self) -> None:
        """Hand on what was found in the batch."""
        frames = [self._framed(hit, self._places[hit.photo_id]) for hit in self._batch if hit.photo_id in self._places]
        self._n_looked_at += len(self._batch)
        self._batch = []
        self._places.clear()
        if frames:
            self._has_framed = True
            self._model.set_frames(frames)
            self.framed.emit()

    def _framed(self, hit: Hit, places: dict[int, Located]) -> Framed:
        boxes = tuple(places[at].box if at in places else None for at in range(len(self._wanted)))
        is_all = len(places) == len(self._wanted)
        return Framed(hit.photo_id, boxes, min(place.confidence for place in places.values()) if is_all else None)

    @Slot(object)
    def _on_failed(self, failed: JobFailed) -> None:
        # The search for the same picture has just been answered: without frames its hits are as good as before.
        if failed.job_id == self._job_id:
            self._job_id = None
            self.stop()
