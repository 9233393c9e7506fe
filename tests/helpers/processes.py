"""The processes that this one has started."""

from __future__ import annotations

import psutil


def decoder_processes() -> list[psutil.Process]:
    """This process's children, but for Python's own resource tracker, which lives as long as the program."""
    children = psutil.Process().children(recursive=True)
    return [child for child in children if "resource_tracker" not in " ".join(child.cmdline())]
