"""What keys do in a picture that is looked at closely: the commands of `Scope.PICTURE`. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.actions import Scope, command_for
from app.zoom_view import ZoomView

_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


def move_view(event: QKeyEvent, view: ZoomView) -> bool:
    """Zoom or move the picture as a key press asks; returns whether it was one that does."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if event.key() in _STEPS and modifiers == Qt.KeyboardModifier.ShiftModifier:
        view.pan_steps(*_STEPS[Qt.Key(event.key())])
        return True
    match command_for(event, Scope.PICTURE):
        case "zoom_in":
            view.zoom_steps(1)
        case "zoom_out":
            view.zoom_steps(-1)
        case "zoom_fit":
            view.fit()
        case "zoom_full":
            view.show_full_size()
        case _:
            return False
    return True


def step_of(event: QKeyEvent) -> int:
    """1 for the key of the next photo, -1 for that of the one before, else 0."""
    return {"next_hit": 1, "previous_hit": -1}.get(command_for(event, Scope.PICTURE), 0)
