"""Which keys a command may have, and the sentence that says why not. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from app import care_texts, shortcuts
from app.actions import RESERVED_KEYS, Command, Scope, clash

_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_PRINTABLE_END = 0x01000000  # of Qt's key codes


def refusal(command: Command, key: str) -> str:
    """Why a command cannot have this key, in a sentence; empty if it can."""
    shown = shortcuts.native_text(key)
    if key in map(shortcuts.normal, command.keys):
        pass  # its own
    elif key in RESERVED_KEYS:
        return care_texts.KEY_RESERVED.format(key=shown)
    elif command.scope is Scope.WINDOW and _is_typed(key):
        return care_texts.KEY_FOR_TYPING.format(key=shown)
    if (other := clash(command, key)) is not None:
        return care_texts.KEY_TAKEN.format(key=shown, command=other.label)
    return ""


def _is_typed(key: str) -> bool:
    pressed = QKeySequence(key)[0]
    return pressed.key() < _PRINTABLE_END and not pressed.keyboardModifiers() & _HELD
