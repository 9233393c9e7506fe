"""Back and forth through the searches of this session, as in a browser. GUI thread only."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from app.history import History, Place, Seen, Step
from app.parts import Parts, asked_by
from app.query_panel import QueryPanel
from app.refining import Refining
from app.results_pane import ResultsPane
from app.searching import Searching


class GoingBack(QObject):
    """Hands the query on from its panel to the search, and keeps every search with how its answer was looked at.

    Args:
        panel: has the query.
        searching: searches for it.
        results: shows the answer.
        refining: shows the options of a search.

    Signals:
        came_back(Step): to this search, whose answer is there now.
        changed(): another search has begun, or there is none any more.
    """

    came_back = Signal(object)
    changed = Signal()

    def __init__(self, panel: QueryPanel, searching: Searching, results: ResultsPane, refining: Refining) -> None:
        super().__init__(panel)
        self._panel, self._searching, self._results, self._refining = panel, searching, results, refining
        self._model, self._grid = searching.model(), results.grid
        self._actions: Mapping[str, QAction] = {}
        self._history = History()
        self._again: Step | None = None  # being gone to; until its answer is shown
        self._is_answered = False  # the results shown belong to the step one is at
        self._is_away = False  # from the step, without having got anywhere: what was opened then is no picture
        panel.query_changed.connect(self._on_query_changed)
        searching.started.connect(self._on_started)
        searching.finished.connect(self._on_finished)
        self._model.arranged.connect(self._on_arranged)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """What the commands of the menus do, by name."""
        return {"back": partial(self._go, -1), "forward": partial(self._go, 1)}

    def use(self, actions: Mapping[str, QAction]) -> None:
        """Enable these commands while there is somewhere to go, and give the panel buttons for them."""
        self._actions = actions
        self._panel.buttons.add_commands([actions["back"], actions["forward"]])
        self._show_ways()

    def shown(self) -> Step | None:
        """The search for the query there is, with how its answer is looked at now."""
        self._note()
        return self._history.step() if self._panel.parts() and not self._is_away else None

    # ---- going --------------------------------------------------------------------------------------------------

    def _go(self, by: int) -> None:
        self._note()
        step = self._history.step() if self._is_away and by < 0 else self._history.go(by)
        if step is not None:
            self.repeat(step)

    def repeat(self, step: Step) -> None:
        """Have this search again: its query, its options, and the answer as it was looked at."""
        self._again = step
        self._is_answered = self._is_away = False
        self._refining.show_options(turned=step.turned, look_further=step.looks_further)
        self._panel.restore(step.parts, step.current)
        self._show_ways()

    @Slot(object)
    def _on_query_changed(self, asked: Parts | None) -> None:
        self._note()
        if asked is None or (self._again is not None and self._again.parts != self._panel.parts()):
            self._again = None
        if asked is None:
            self._is_away = self._is_answered
            self._show_ways()
            self.changed.emit()
        self._is_answered = False
        self._searching.set_parts(asked, self._again)

    @Slot()
    def _on_started(self) -> None:
        parts = self._panel.parts()
        if not parts or asked_by(parts) != self._searching.parts():
            return  # the panel has gone on already: a search for that follows
        is_turned, looks_further = self._searching.is_turned(), self._searching.looks_further()
        step = Step(parts, self._panel.current_part(), is_turned, looks_further)
        last = self._history.step()
        if last is None or not step.is_search_of(last):
            self._note()
            self._is_answered = False
        self._is_away = False
        self._history.visit(step, time.monotonic())
        self._show_ways()
        self.changed.emit()

    # ---- how answers are looked at ------------------------------------------------------------------------------

    def _note(self) -> None:
        """Keep how the answer is looked at, before it goes."""
        if self._is_answered and self._again is None:
            self._history.see(
                Seen(
                    self._searching.least_score(),
                    self._searching.n_asked(),
                    dict(self._model.arrangement().chosen),
                    self._grid.place() if self._results.shows_results() else Place(),
                )
            )

    @Slot()
    def _on_finished(self) -> None:
        self._is_answered = True
        if not self._model.is_arranging():
            self._on_arranged()

    @Slot()
    def _on_arranged(self) -> None:
        if self._again is None or not self._is_answered:
            return
        step, self._again = self._again, None
        seen = step.seen or Seen()
        if seen.chosen:
            self._results.controls.set_filters_visible(True)
        self._grid.go_to(seen.place)
        self.came_back.emit(step)

    def _show_ways(self) -> None:
        if self._actions:
            self._actions["back"].setEnabled(self._is_away or self._history.can_go(-1))
            self._actions["forward"].setEnabled(self._history.can_go(1))
