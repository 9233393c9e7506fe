"""Memory that the C library keeps after it was freed, given back to the system. Any thread."""

from __future__ import annotations

import ctypes
import sys


def give_memory_back() -> None:
    """What was freed is the system's again, as far as whole pages go: glibc keeps it otherwise. Takes milliseconds.

    Pictures of many sizes leave holes behind, and over days of watching the holes would add up. Elsewhere than with
    glibc nothing happens.
    """
    if not sys.platform.startswith("linux"):
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
