"""The dialogs that only show something: the problems, the help sheet, the box about the program. GUI thread only."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QWidget

from app.bridge import Bridge
from app.completeness_dialog import CompletenessDialog
from app.help_dialogs import AboutDialog, KeysDialog
from app.hit_actions import HitActions
from app.library_care import Keeper
from app.problems_dialog import ProblemsDialog
from app.settings import SettingsFile
from app.settings_dialog import SettingsDialog
from engine.messages import GetFailures, GetStatus
from engine.types import Failure, LibraryStatus, SearchResult


class WindowDialogs(QObject):
    """Shows them above `window`.

    Signals:
        retry_requested(tuple): files that could not be read shall be tried again, by their photo ids.
    """

    retry_requested = Signal(object)

    def __init__(self, bridge: Bridge, hit_actions: HitActions, window: QWidget) -> None:
        super().__init__(window)
        self._bridge = bridge
        self._hit_actions = hit_actions
        self._window = window
        self.problems: ProblemsDialog | None = None
        bridge.failures_listed.connect(self._on_failures_listed)

    @Slot()
    def show_problems(self) -> None:
        """Show the files that could not be read."""
        if self.problems is None:
            self.problems = ProblemsDialog(self._window)
            self.problems.retry_requested.connect(self.retry_requested)
            self.problems.reveal_requested.connect(self._hit_actions.reveal_path)
        self._bridge.submit(GetFailures())
        self.problems.show()
        self.problems.raise_()

    def refresh_problems(self) -> None:
        """Ask for the problems again if they are on screen: something has changed."""
        if self.problems is not None and self.problems.isVisible():
            self._bridge.submit(GetFailures())

    def show_completeness(self, result: SearchResult, status: LibraryStatus) -> None:
        """Show what was searched, and what not."""
        dialog = CompletenessDialog(result, status, self._window)
        dialog.problems_requested.connect(self.show_problems)
        self._show(dialog)

    @Slot()
    def show_keys(self) -> None:
        """Show the sheet of keyboard shortcuts."""
        self._show(KeysDialog(self._window))

    @Slot()
    def show_about(self) -> None:
        """Show name, version and licence."""
        self._show(AboutDialog(self._window))

    def show_settings(self, settings: SettingsFile, actions: Mapping[str, QAction], keeper: Keeper) -> None:
        """Show the settings."""
        dialog = SettingsDialog(settings, actions, keeper, self._window)
        self._bridge.status_changed.connect(dialog.show_status)
        self._bridge.submit(GetStatus())
        self._show(dialog)

    def _show(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    @Slot(object)
    def _on_failures_listed(self, failures: tuple[Failure, ...]) -> None:
        if self.problems is not None:
            self.problems.set_failures(failures)
