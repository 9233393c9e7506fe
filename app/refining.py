"""What is made of an answer beyond its order: frames, heat, other ways to search, parts of hits. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from app.body import Body
from app.bridge import Bridge
from app.heating import Heating
from app.locating import Locating
from app.looking import Looking
from app.searching import Searching
from app.settings import SettingsFile
from engine.types import Box, Hit, SearchResult


class Refining(QObject):
    """Connects the panels with the closer look, the heat maps and the options of a search."""

    def __init__(
        self, bridge: Bridge, body: Body, searching: Searching, looking: Looking, settings: SettingsFile
    ) -> None:
        super().__init__(body)
        self._grid, self._model, self._results = body.results.grid, body.hits_model, body.results
        self._panel, self._searching, self._settings = body.query_panel, searching, settings
        self._looking, self._views = looking, (body.preview, looking.viewer)
        self._actions: Mapping[str, QAction] = {}
        self.locating = Locating(bridge, body.hits_model, self)
        self.heating = Heating(bridge, self)
        searching.started.connect(self._on_started)
        searching.cleared.connect(self._on_started)
        searching.finished.connect(self._on_finished)
        self._panel.box_moved.connect(self.locating.hold)
        self.locating.framed.connect(looking.on_framed)
        self.locating.finished.connect(self._on_all_framed)
        self._grid.pick_part_requested.connect(self.pick_part)
        for view in self._views:
            self.heating.drawn.connect(view.set_heat)
            view.hit_changed.connect(self.heating.set_hit)
            view.part_picked.connect(self._on_part_picked)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """What the commands of the menus do, by name."""
        return {
            "look_further": self._set_look_further,
            "turned": self._set_turned,
            "show_frames": self._set_frames,
            "show_heat": self._set_heat,
            "pick_part": self._pick_part_of_current,
        }

    def use(self, actions: Mapping[str, QAction]) -> None:
        """Have everything as the user left it, and let panels ask for these commands.

        Heat is not shown at first: it takes time for every photo that is looked at.
        """
        self._actions = actions
        self._views[0].command_requested.connect(lambda name: actions[name].trigger())
        chosen = self._settings.settings
        for name, is_on, do in (
            ("look_further", chosen.look_further, self._set_look_further),
            ("turned", chosen.turned, self._set_turned),
            ("show_frames", chosen.show_frames, self._set_frames),
        ):
            actions[name].setChecked(is_on)
            do(is_on)

    def show_options(self, *, turned: bool, look_further: bool) -> None:
        """Show with which options the search that comes is made."""
        for name, is_on in (("turned", turned), ("look_further", look_further)):
            self._actions[name].setChecked(is_on)
        self._settings.change(turned=turned, look_further=look_further)

    @Slot(object)
    def pick_part(self, hit: Hit) -> None:
        """Let the user draw a box on this hit, to search for that part of it."""
        if self._looking.is_viewing():
            self._looking.viewer.begin_picking()
        else:
            self._looking.show_preview(hit)
            self._views[0].begin_picking()

    # ---- options ------------------------------------------------------------------------------------------------

    def _set_look_further(self, is_on: bool) -> None:
        self._settings.change(look_further=is_on)
        self._searching.set_look_further(is_on)

    def _set_turned(self, is_on: bool) -> None:
        self._settings.change(turned=is_on)
        self._searching.set_turned(is_on)

    def _set_frames(self, is_on: bool) -> None:
        self._settings.change(show_frames=is_on)
        for view in (self._grid, *self._views):
            view.show_frames(is_on)

    def _set_heat(self, is_on: bool) -> None:
        hit = self._hit_in_work()
        if is_on and hit is not None and not self._looking.is_viewing():
            self._looking.show_preview(hit)
        self.heating.set_on(is_on)

    def _pick_part_of_current(self) -> None:
        if (hit := self._hit_in_work()) is not None:
            self.pick_part(hit)

    def _hit_in_work(self) -> Hit | None:
        return self._grid.current_hit() if self._results.shows_results() else None

    # ---- what happens -------------------------------------------------------------------------------------------

    @Slot()
    def _on_started(self) -> None:
        self.locating.stop()
        if self._searching.parts() != self.heating.parts():
            self.heating.set_parts(None)  # the hits shown belong to another search

    @Slot(object)
    def _on_finished(self, result: SearchResult) -> None:
        job, parts = self._searching.search(), self._searching.parts()
        if job is not None and parts is not None:
            for view in (self._grid, *self._views):
                view.set_part_numbers(parts.numbers)
            self.heating.set_parts(parts)
            self.locating.start(job, result)

    @Slot()
    def _on_all_framed(self) -> None:
        # Nothing moves under the hand of somebody who has begun to look through the hits.
        if self._grid.is_untouched():
            self._model.rank_again()

    @Slot(object, object, bool)
    def _on_part_picked(self, hit: Hit, box: Box, is_added: bool) -> None:
        if is_added:
            self._panel.add_photo(hit, box)
        else:
            self._panel.open_photo(hit, box)
