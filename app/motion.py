"""Whether things may move on screen: what the user has chosen, else what the system says. GUI thread only."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

FOLLOW, REDUCED = "follow", "reduced"
PREFERENCES = (FOLLOW, REDUCED)

_preference = FOLLOW


def set_preference(preference: str) -> None:
    """Move as the system wishes ("follow"), or only where movement is what was asked for ("reduced")."""
    global _preference
    _preference = preference if preference in PREFERENCES else FOLLOW


def is_reduced() -> bool:
    """Whether nothing shall move that need not."""
    if _preference == REDUCED:
        return True
    # Qt passes the wish on from Windows only; elsewhere it says "no effects" whether or not somebody asked for that.
    return sys.platform == "win32" and not QApplication.isEffectEnabled(Qt.UIEffect.UI_AnimateMenu)


def duration_ms(usual_ms: int) -> int:
    """How long a movement takes: `usual_ms`, or 0 where nothing shall move."""
    return 0 if is_reduced() else usual_ms
