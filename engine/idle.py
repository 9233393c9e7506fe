"""How long nobody has used mouse or keyboard, as the system tells. No library does this for all systems. Any thread.

Nothing of what was typed or clicked can be learnt from it.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
from typing import Any


def seconds_since_input() -> float | None:
    """Seconds since the last key, click or move of the mouse in this session; None where that cannot be told.

    On Linux the X server is asked. Where programs use Wayland without it, nobody tells.
    """
    try:
        if sys.platform == "win32":
            return _windows()
        if sys.platform == "darwin":
            return _macos()
        return _x11() if os.environ.get("DISPLAY") else None
    except (OSError, AttributeError):  # a library, or a function in it, is not there
        return None


if sys.platform == "win32":

    class _LastInput(ctypes.Structure):
        _fields_ = (("size", ctypes.c_uint), ("time_ms", ctypes.c_uint))

    def _windows() -> float | None:
        last = _LastInput(ctypes.sizeof(_LastInput), 0)
        if not ctypes.windll.user32.GetLastInputInfo(ctypes.byref(last)):
            return None
        now_ms: int = ctypes.windll.kernel32.GetTickCount()
        return ((now_ms - last.time_ms) & 0xFFFFFFFF) / 1000


def _macos() -> float:
    services: Any = ctypes.CDLL("/System/Library/Frameworks/ApplicationServices.framework/ApplicationServices")
    ask = services.CGEventSourceSecondsSinceLastEventType
    ask.restype = ctypes.c_double
    ask.argtypes = (ctypes.c_int, ctypes.c_uint)
    return float(ask(0, 0xFFFFFFFF))  # of the whole session, of any kind


class _SaverInfo(ctypes.Structure):
    """XScreenSaverInfo of X11/extensions/scrnsaver.h."""

    _fields_ = (
        ("window", ctypes.c_ulong), ("state", ctypes.c_int), ("kind", ctypes.c_int), ("til_or_since", ctypes.c_ulong),
        ("idle_ms", ctypes.c_ulong), ("event_mask", ctypes.c_ulong),
    )


def _x11() -> float | None:
    x11: Any = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
    saver: Any = ctypes.CDLL(ctypes.util.find_library("Xss") or "libXss.so.1")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XDefaultRootWindow.argtypes = x11.XCloseDisplay.argtypes = (ctypes.c_void_p,)
    x11.XDefaultRootWindow.restype = ctypes.c_ulong
    saver.XScreenSaverQueryInfo.argtypes = (ctypes.c_void_p, ctypes.c_ulong, ctypes.POINTER(_SaverInfo))
    display = x11.XOpenDisplay(None)  # a connection of our own: Qt's is the GUI thread's
    if not display:
        return None
    try:
        info = _SaverInfo()
        known = saver.XScreenSaverQueryInfo(display, x11.XDefaultRootWindow(display), ctypes.byref(info))
        return info.idle_ms / 1000 if known else None
    finally:
        x11.XCloseDisplay(display)
