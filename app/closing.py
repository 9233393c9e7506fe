"""The end of the engine, waited for without holding up the event loop."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QObject, QTimer, Signal

from app.bridge import Bridge

LOOK_EVERY_MS = 30
SLOW_AFTER_MS = 200


class CloseState(Enum):
    """Where the window is on its way out."""

    OPEN = 0
    CLOSING = 1
    CLOSED = 2


class Closing(QObject):
    """Asks the engine to stop and looks until it has.

    Signals:
        slow(): it takes long enough to say so; at most once.
        done(): the engine's thread has ended.
    """

    slow = Signal()
    done = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._slow_timer = QTimer(self)
        self._slow_timer.setSingleShot(True)
        self._slow_timer.setInterval(SLOW_AFTER_MS)
        self._slow_timer.timeout.connect(self.slow)

    def begin(self) -> None:
        """Ask the engine to stop; to be called once. `done` never comes before this returns."""
        self._timer.start(0)
        self._slow_timer.start()

    def _look(self) -> None:
        self._timer.setInterval(LOOK_EVERY_MS)
        if self._bridge.close(0):
            self._timer.stop()
            self._slow_timer.stop()
            self.done.emit()
