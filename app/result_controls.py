"""The controls round the results: keeps them, the model and the search in step. GUI thread only."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from app import result_texts
from app.arranging import Arrangement, Grouping, Order
from app.columns import Facet
from app.filter_bar import FilterBar
from app.grid_view import GridView
from app.hits_model import HitsModel
from app.results_bar import ResultsBar
from app.results_footer import ResultsFooter
from app.searching import Searching
from app.settings import SettingsFile
from app.texts import joined

PAGE = 48
"""How many more hits "Show more" shows of those that are there already."""
N_FOR_FILTERS = 5_000
"""Filters choose from this many hits, if as many are good enough."""


class ResultControls(QObject):
    """What the user says about how results are shown goes through here.

    Args:
        model: of the results.
        grid: shows them.
        parent: the widget that the bars belong to; it lays them out.

    Signals:
        changed(): how many hits there are or are shown is another now.
    """

    changed = Signal()

    def __init__(self, model: HitsModel, grid: GridView, parent: QWidget) -> None:
        super().__init__(parent)
        self._model, self._grid = model, grid
        self._searching: Searching | None = None
        self._settings: SettingsFile | None = None
        self.bar = ResultsBar(parent)
        self.filters = FilterBar(parent)
        self.footer = ResultsFooter(parent)
        self.bar.least_score_chosen.connect(self._on_least_score_chosen)
        self.bar.order_chosen.connect(lambda value: self._arrange(order=Order(value)))
        self.bar.grouping_chosen.connect(lambda value: self._arrange(grouping=Grouping(value)))
        self.bar.stacks_toggled.connect(self.set_stacks)
        self.bar.filters_toggled.connect(self.set_filters_visible)
        self.bar.thumbnail_size_chosen.connect(grid.set_thumbnail_side_px)
        grid.thumbnail_side_changed.connect(self.bar.show_thumbnail_size)
        self.filters.chosen.connect(self._on_chosen)
        self.filters.all_cleared.connect(self.clear_filters)
        self.footer.more_requested.connect(self.show_more)
        self.footer.clear_requested.connect(self.clear_filters)
        model.arranged.connect(self._on_arranged)
        model.filled.connect(self._offer_values)
        self.bar.show_thumbnail_size(grid.thumbnail_side_px())
        self._are_filters_wanted = self._is_visible = False

    def set_visible(self, is_visible: bool) -> None:
        """Show the controls: there are hits."""
        self._is_visible = is_visible
        self.bar.setVisible(is_visible)
        self.filters.setVisible(is_visible and self._are_filters_wanted)
        self.footer.set_wanted(is_visible)

    def attach(self, searching: Searching, settings: SettingsFile) -> None:
        """Take what the user has chosen before from the settings, keep it there, and steer this search."""
        self._searching, self._settings = searching, settings
        searching.finished.connect(self._on_arranged)  # only now is it known whether there are more
        chosen = settings.settings
        searching.set_stacks(chosen.stacks)
        self._model.arrange(
            replace(self._model.arrangement(), order=Order(chosen.order), grouping=Grouping(chosen.grouping),
                    stacks=chosen.stacks)
        )  # fmt: skip
        self.set_filters_visible(chosen.show_filters)

    # ---- what the user asks for -----------------------------------------------------------------------------------

    def set_stacks(self, is_on: bool) -> None:
        """Show near-identical shots as one, or each."""
        self._arrange(stacks=is_on, open_stacks=frozenset())
        if self._searching is not None:
            self._searching.set_stacks(is_on)

    def set_filters_visible(self, is_visible: bool) -> None:
        """Show the chips of the filters; with them go the filters."""
        self._are_filters_wanted = is_visible
        self.bar.filters.setChecked(is_visible)
        self.filters.setVisible(is_visible and self._is_visible)
        if not is_visible:
            self.clear_filters()
        self._keep(show_filters=is_visible)

    def clear_filters(self) -> None:
        """Let all photos through again."""
        self._arrange(chosen={})

    def show_more(self) -> None:
        """Show a page of those that are less alike; where all of the answer is shown, look for more."""
        least = self._model.arrangement().min_score
        below = sorted((score for score in self._model.columns().scores if score < least), reverse=True)
        if below:
            self._on_least_score_chosen(math.floor(below[:PAGE][-1] * 100) / 100)
        elif self._searching is not None:
            self._searching.search_more()

    def _on_least_score_chosen(self, score: float) -> None:
        if self._searching is not None:
            self._searching.set_least_score(score)
        self._arrange(min_score=score)

    def _on_chosen(self, facet: Facet, values: frozenset[str]) -> None:
        self._set(self._model.arrangement().choose(facet, values))

    def _arrange(self, **changes: object) -> None:
        self._set(replace(self._model.arrangement(), **changes))

    def _set(self, arrangement: Arrangement) -> None:
        self._keep(order=arrangement.order.value, grouping=arrangement.grouping.value, stacks=arrangement.stacks)
        self._model.arrange(arrangement)

    def _keep(self, **changes: object) -> None:
        if self._settings is not None:
            self._settings.change(**changes)

    # ---- what is shown ----------------------------------------------------------------------------------------------

    @Slot()
    def _on_arranged(self) -> None:
        arrangement, columns = self._model.arrangement(), self._model.columns()
        n_passed, n_good = self._model.n_passed(), len(self._model.good_rows())
        self.bar.show_counts(n_passed, n_good)
        self.bar.score.set_scores(columns.scores)
        self.bar.show_least_score(arrangement.min_score)
        self.bar.order.show_value(arrangement.order.value)
        self.bar.grouping.show_value(arrangement.grouping.value)
        self.bar.stacks.setChecked(arrangement.stacks)
        self.filters.show_chosen(dict(arrangement.chosen))
        self._offer_values()
        if self._searching is not None:
            self.bar.score.set_suggested(round(self._searching.suggested_score() * 100))
            if arrangement.chosen and self._is_cut_off() and len(columns.scores) < N_FOR_FILTERS:
                self._searching.search_more(N_FOR_FILTERS)
        self._tell_rest(n_good - n_passed, len(columns.scores) - n_good)
        self.changed.emit()

    @Slot()
    def _offer_values(self) -> None:
        self.filters.set_hits(self._model.columns(), self._model.good_rows())

    def _tell_rest(self, n_filtered: int, n_weaker: int) -> None:
        n_hits = len(self._model.columns().scores)
        is_more = n_weaker > 0 or self._has_more()
        text = joined(
            result_texts.filtered_line(n_filtered) if n_filtered else "",
            result_texts.weaker_line(n_weaker) if n_weaker else result_texts.nearest_line(n_hits) if is_more else "",
        )
        self.footer.tell(text, has_more=is_more, has_filters=n_filtered > 0 and self._model.rowCount() > 0)

    def _has_more(self) -> bool:
        """Whether the search would give more hits if it was asked for them."""
        return self._searching is not None and self._searching.has_more()

    def _is_cut_off(self) -> bool:
        """Whether hits are good enough that the search has not given yet."""
        scores = self._model.columns().scores
        return self._has_more() and bool(scores) and scores[-1] >= self._model.arrangement().min_score
