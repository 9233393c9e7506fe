"""Searches to come back to: those of this session, the recent pictures, the collections. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from app.body import Body
from app.bridge import Bridge
from app.collecting import Collecting
from app.going_back import GoingBack
from app.notify import Notifier
from app.recent import RecentQueries
from app.refining import Refining
from app.remembering import Remembering
from app.searching import Searching
from app.settings import SettingsFile


class Queries(QObject):
    """Makes and holds them; the query comes to the search through here."""

    def __init__(
        self,
        bridge: Bridge,
        body: Body,
        searching: Searching,
        refining: Refining,
        settings: SettingsFile,
        notifier: Notifier,
    ) -> None:
        super().__init__(body)
        panel = body.query_panel
        self.recent = RecentQueries(settings.folder / "recent.json", self)
        self.going_back = GoingBack(panel, searching, body.results, refining)
        self.remembering = Remembering(self.recent, panel, searching, body.results.no_query)
        self.collecting = Collecting(bridge, body.collections_panel, self.going_back, notifier)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """What the commands of the menus do, by name."""
        return self.going_back.handlers() | self.remembering.handlers() | self.collecting.handlers()

    def use(self, actions: Mapping[str, QAction]) -> None:
        """Take the actions made of the handlers."""
        for one in (self.going_back, self.remembering, self.collecting):
            one.use(actions)

    def finish(self) -> None:
        """The window is closing."""
        self.remembering.finish()
