"""Which keys do what: the keys of the table of commands, with the changes the user has made. GUI thread only.

A key is written as `QKeySequence` writes it in its portable form: "Ctrl+Shift+C", "S", "Return". Widgets that handle
keys themselves ask `matches`, which takes letters by their place on the keyboard where the layout has no Latin ones.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from app.words import tr

_KEYS_OF_ONE_MEANING = {Qt.Key.Key_Enter: Qt.Key.Key_Return, Qt.Key.Key_Backtab: Qt.Key.Key_Tab}
_LATIN_END, _PRINTABLE_END = 0x80, 0x01000000  # of Qt's key codes

# Where the letters lie on a Latin keyboard: as scan codes of X11 and Wayland, and as macOS numbers them. Windows
# numbers a key by the letter it carries.
_SCAN_CODES = {
    **{24 + place: letter for place, letter in enumerate("QWERTYUIOP")},
    **{38 + place: letter for place, letter in enumerate("ASDFGHJKL")},
    **{52 + place: letter for place, letter in enumerate("ZXCVBNM")},
}
_MAC_CODES = dict(
    zip((0, 11, 8, 2, 14, 3, 5, 4, 34, 38, 40, 37, 46, 45, 31, 35, 12, 15, 1, 17, 32, 9, 13, 7, 16, 6),
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ", strict=True)
)  # fmt: skip


class _Signals(QObject):
    changed = Signal()


signals = _Signals()
_changes: dict[str, tuple[str, ...]] = {}


def set_changes(changes: Mapping[str, Sequence[str]]) -> None:
    """From now on the commands named have these keys instead of their own; an empty sequence takes them away."""
    global _changes
    _changes = {name: tuple(map(normal, keys)) for name, keys in changes.items()}
    signals.changed.emit()


def changes() -> dict[str, tuple[str, ...]]:
    """The keys the user has changed, by command."""
    return dict(_changes)


def keys_of(name: str, own_keys: Sequence[str]) -> tuple[str, ...]:
    """The keys in force of a command that has `own_keys` by itself."""
    return _changes.get(name, tuple(own_keys))


def normal(key: str) -> str:
    """The one way to write this key: "return" and "Enter" -> "Return". Empty if it is none; words stay as they are."""
    if " " in key:  # told about only: "Arrow keys"
        return key
    sequence = QKeySequence(key)
    if sequence.count() != 1:
        return ""
    return _text_of(sequence[0].key(), sequence[0].keyboardModifiers())


def key_of(event: QKeyEvent) -> str:
    """The key pressed, as `normal` writes it; empty while only Shift or the like is held."""
    modifiers = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.GroupSwitchModifier)
    return _text_of(_latin_key(event), modifiers)


def matches(event: QKeyEvent, keys: Sequence[str]) -> bool:
    """Whether the key pressed is one of these."""
    pressed = {key_of(event)}
    key = event.key()
    is_letter = Qt.Key.Key_A <= key <= Qt.Key.Key_Z
    if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and key < _PRINTABLE_END and not is_letter:
        pressed.add(_text_of(key, event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier))  # "+" needs Shift somewhere
    return any(normal(key) in pressed for key in keys) and pressed != {""}


def native_text(key: str) -> str:
    """The key as this system writes it."""
    if " " in key:
        return key
    text = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) or key
    return f"{text.removesuffix('Return')}Enter" if text.endswith("Return") else text  # what stands on the key


def with_key(tip: str, keys: Sequence[str]) -> str:
    """A tool tip that tells the first of the keys, too."""
    return tr("{tip} ({key})").format(tip=tip, key=native_text(keys[0])) if keys else tip


def _text_of(key: int, modifiers: Qt.KeyboardModifier) -> str:
    if key in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Meta, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, 0):
        return ""
    one = Qt.Key(_KEYS_OF_ONE_MEANING.get(key, key))
    return QKeySequence(modifiers | one).toString(QKeySequence.SequenceFormat.PortableText)


def _latin_key(event: QKeyEvent) -> int:
    """The key, or on a layout without Latin letters the letter at its place on a Latin keyboard."""
    key = event.key()
    if not _LATIN_END <= key < _PRINTABLE_END:
        return key
    if sys.platform == "win32":
        code = event.nativeVirtualKey()
        letter = chr(code) if ord("A") <= code <= ord("Z") else ""
    elif sys.platform == "darwin":
        letter = _MAC_CODES.get(event.nativeVirtualKey(), "")
    else:
        letter = _SCAN_CODES.get(event.nativeScanCode(), "")
    return ord(letter) if letter else key
