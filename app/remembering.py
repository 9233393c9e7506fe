"""Which queries become recent ones, and searching with one of them again. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QBuffer, QIODevice, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QImage

from app import query_files
from app.query_panel import QueryPanel
from app.recent import Recent, RecentQueries
from app.recent_strip import RecentPopup
from app.searching import Searching
from app.welcome import NoQueryPage

REMEMBER_MS = 1_000
"""A query is remembered when its answer has been there for so long: a box is not while it is being drawn."""
_SIDE_PX = 224
_QUALITY = 85


class Remembering(QObject):
    """Connects the recent pictures with the query panel and the start page.

    Args:
        recent: what is remembered.
        panel: has the query.
        searching: tells when it is answered.
        start_page: shows the recent pictures.
    """

    def __init__(
        self, recent: RecentQueries, panel: QueryPanel, searching: Searching, start_page: NoQueryPage
    ) -> None:
        super().__init__(panel)
        self._recent, self._panel = recent, panel
        self._actions: Mapping[str, QAction] = {}
        self.popup: RecentPopup | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REMEMBER_MS)
        self._timer.timeout.connect(self._remember)
        searching.started.connect(self._timer.stop)
        searching.cleared.connect(self._timer.stop)
        searching.finished.connect(self._timer.start)
        start_page.show_recent(recent).chosen.connect(self.search_again)
        recent.changed.connect(self._show_whether)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """What the commands of the menus do, by name."""
        return {"recent": self._open, "forget_recent": self.forget_all}

    def use(self, actions: Mapping[str, QAction]) -> None:
        """Enable these commands while there is something, and give the panel a button for the first."""
        self._actions = actions
        self._panel.buttons.add_commands([actions["recent"]])
        self._show_whether()

    def finish(self) -> None:
        """The window is closing: what is being looked at is remembered."""
        if self._timer.isActive():
            self._remember()
        self._timer.stop()

    @Slot()
    def forget_all(self) -> None:
        """Forget all recent pictures, and delete what was pasted, but for the pictures in use."""
        self._recent.forget_all()
        query_files.delete_all_but({part.source.path for part in self._panel.parts()})

    @Slot(object)
    def search_again(self, recent: Recent) -> None:
        """Search with a recent picture."""
        self._panel.restore(recent.parts, recent.current)

    def _open(self) -> None:
        self.popup = RecentPopup(self._recent, self._panel)
        self.popup.chosen.connect(self.search_again)
        self.popup.open_at(self._panel.buttons.button_of(self._actions["recent"]))

    @Slot()
    def _remember(self) -> None:
        parts, image = self._panel.parts(), self._panel.shown_picture()
        if self._panel.awaits_picture():
            self._timer.start()
        elif parts and not image.isNull():
            self._recent.add(Recent(parts, self._panel.current_part(), small_jpeg(image)))

    def _show_whether(self) -> None:
        for name in self.handlers():
            if name in self._actions:
                self._actions[name].setEnabled(bool(self._recent.all()))


def small_jpeg(image: QImage) -> bytes:
    """A picture made small enough to be kept."""
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    is_large = max(image.width(), image.height()) > _SIDE_PX
    small = image.scaled(_SIDE_PX, _SIDE_PX, keep, smooth) if is_large else image
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    small.save(buffer, "JPEG", _QUALITY)
    return bytes(buffer.data().data())
