"""The words of taking a part of the screen. No Qt, no thread."""

from __future__ import annotations

TITLE = "The screen, held still"
HINT = "Drag a box round what you look for. Enter takes the whole screen, Esc nothing."
WAYLAND = "On Wayland, programs may not look at the screen."
NOT_ALLOWED = "The system does not let Resight look at the screen."
INSTEAD = "Take a picture with your desktop's own tool for that, then paste it here (Ctrl+V)."
