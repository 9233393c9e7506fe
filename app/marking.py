"""Marking hits as the same thing or as something else: kept by the engine, shown at once, of use for this search.

GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app import file_texts, teaching_texts, texts
from app.acting import Acting
from app.bridge import Bridge
from app.hits_model import HitsModel
from app.notify import Choice, Level, Notifier
from app.parts import Parts
from app.searching import Searching
from engine.messages import Feedback, JobDone, JobFailed, Label, Labelled
from engine.types import Hit, Query, SearchResult

_SEARCH_AFTER_MS = 700  # after the last mark: hits do not move while one after the other is marked
_CONTRADICTION = "contradiction"

Marks = Mapping[int, bool | None]
"""Photo id -> whether it shows the same; None takes back what was said."""


class Marking(QObject):
    """Takes marks of the hits of the current search, and has it made better by them.

    Args:
        bridge: to the engine, which keeps the marks.
        searching: the search that marks are of.
        model: shows them.
        acting: knows the hits in question, and what can be undone.
        notifier: is told what was done.

    Signals:
        changed(): the engine has taken marks.
        show_requested(): the user wants to see which marks contradict each other.
    """

    changed = Signal()
    show_requested = Signal()

    def __init__(
        self, bridge: Bridge, searching: Searching, model: HitsModel, acting: Acting, notifier: Notifier
    ) -> None:
        super().__init__(acting)
        self._bridge, self._searching, self._model = bridge, searching, model
        self._acting, self._notifier = acting, notifier
        self._parts: Parts | None = None  # that the marks in the model are of
        self._jobs: dict[int, Marks] = {}  # under way, with what was there before
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SEARCH_AFTER_MS)
        self._timer.timeout.connect(self._search)
        searching.finished.connect(self._on_finished)
        searching.cleared.connect(self._forget)
        bridge.job_done.connect(self._on_done)
        bridge.job_failed.connect(self._on_failed)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """What the commands of the menus do, by name."""
        return {
            "mark_same": partial(self._mark_chosen, True),
            "mark_different": partial(self._mark_chosen, False),
            "unmark": partial(self._mark_chosen, None),
        }

    # ---- marking --------------------------------------------------------------------------------------------------

    def _mark_chosen(self, same: bool | None, _is_checked: bool = False) -> None:
        parts, hits = self._searching.parts(), self._acting.hits()
        if parts is None or not hits:
            self._notifier.tell(Level.REMARK, teaching_texts.NO_QUERY)
        elif len(parts.wanted) > 1:
            self._notifier.tell(Level.REMARK, teaching_texts.ONE_PART_ONLY)
        else:
            self.mark(hits, same)
            if len(hits) == 1 and same is not None:
                self._acting.go_on()

    def mark(self, hits: Sequence[Hit], same: bool | None) -> None:
        """Mark hits of the current search, and let that be undone."""
        parts = self._searching.parts()
        if parts is None:
            return
        self._parts = parts
        known = self._model.marks()
        before: Marks = {hit.photo_id: known.get(hit.photo_id) for hit in hits}
        self._set(parts, dict.fromkeys(before, same))
        tell = {True: teaching_texts.same, False: teaching_texts.different, None: teaching_texts.taken_back}[same]
        self._notifier.tell(Level.REMARK, tell(len(hits)))
        what = file_texts.these([hit.path for hit in hits])
        self._acting.files.offer_undo(
            teaching_texts.UNDO_MARKS.format(what=what), partial(self._take_back, parts, before)
        )

    def _take_back(self, parts: Parts, before: Marks) -> None:
        self._set(parts, before)
        self._notifier.tell(Level.REMARK, teaching_texts.taken_back(len(before)))

    def _set(self, parts: Parts, marks: Marks) -> None:
        """Have the engine keep marks of what was searched for, and show them if it still is."""
        known = self._model.marks()
        for same in (True, False, None):
            some = {photo_id: known.get(photo_id) for photo_id, said in marks.items() if said is same}
            if some:
                others = tuple(Query(photo_id=photo_id) for photo_id in some)
                self._jobs[self._bridge.submit(Label(parts.wanted[0], others, same))] = some
        if parts == self._searching.parts():
            self._show(marks)

    def _show(self, marks: Marks) -> None:
        known = dict(self._model.marks())
        for photo_id, same in marks.items():
            if same is None:
                known.pop(photo_id, None)
            else:
                known[photo_id] = same
        self._model.set_marks(known)
        self._timer.start()

    # ---- what comes of it -----------------------------------------------------------------------------------------

    @Slot()
    def _search(self) -> None:
        """Search again with what is marked."""
        if self._parts is None or self._parts != self._searching.parts():
            return
        marks = self._model.marks()
        same, different = (
            tuple(Query(photo_id=photo_id) for photo_id, said in marks.items() if said is wanted)
            for wanted in (True, False)
        )
        self._searching.set_feedback(Feedback(same, different) if same or different else None)

    @Slot(object)
    def _on_finished(self, result: SearchResult) -> None:
        """What was marked before, in this search or long ago, is shown."""
        parts = self._searching.parts()
        kept = self._model.marks() if parts == self._parts else {}
        self._parts = parts
        self._model.set_marks({hit.photo_id: True for hit in result.hits if hit.labelled_same} | dict(kept))

    @Slot()
    def _forget(self) -> None:
        self._parts = None
        self._timer.stop()
        self._model.set_marks({})

    @Slot(object)
    def _on_done(self, done: JobDone) -> None:
        if self._jobs.pop(done.job_id, None) is not None and isinstance(done.result, Labelled):
            self.changed.emit()
            if done.result.contradictions:
                sentence = teaching_texts.contradiction(done.result.contradictions[0])
                choice = Choice(teaching_texts.SHOW, self.show_requested.emit)
                self._notifier.tell(Level.WARNING, sentence, _CONTRADICTION, (choice,))
            else:
                self._notifier.retract(_CONTRADICTION)

    @Slot(object)
    def _on_failed(self, failed: JobFailed) -> None:
        before = self._jobs.pop(failed.job_id, None)
        if before is not None:
            self._show(before)
            self._notifier.tell(Level.REMARK, texts.sentence(failed.error.sentence))
