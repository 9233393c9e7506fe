"""A screen of its own for a program, where there is Xvfb to make one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}


@contextmanager
def own_screen() -> Iterator[dict[str, str]]:
    """The variables of the environment with which Qt draws on a screen made for this, or else on none."""
    if shutil.which("Xvfb") is None:
        yield OFFSCREEN
        return
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()  # empty if it has ended
        on_it = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{number}"}
        yield on_it if number and _is_usable(on_it) else OFFSCREEN
    finally:
        server.terminate()
        server.wait()


def _is_usable(variables: dict[str, str]) -> bool:
    """Whether Qt can draw there: it needs some libraries more than without a screen."""
    code = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | variables, capture_output=True, timeout=60)
    return done.returncode == 0
