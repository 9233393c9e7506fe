"""What importing a part of the program costs, found out in fresh interpreters."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.sources import ROOT


def loaded_after(statement: str) -> set[str]:
    """The top-level modules in a fresh interpreter after this statement."""
    code = f"import sys\n{statement}\nprint(*sorted(name.partition('.')[0] for name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_importing_the_door_is_cheap() -> None:
    loaded = loaded_after("import engine.api")
    assert "engine" in loaded
    assert not loaded & {"PySide6", "shiboken6", "torch", "openvino", "hnswlib", "numpy", "timm", "sqlite3", "PIL"}


def test_importing_the_command_line_loads_no_qt() -> None:
    loaded = loaded_after("import app.cli")
    assert not loaded & {"PySide6", "shiboken6", "torch", "openvino", "hnswlib", "numpy", "timm", "PIL"}


def test_importing_the_window_loads_no_network() -> None:
    loaded = loaded_after("import app.main_window")
    assert "PySide6" in loaded
    assert not loaded & {"torch", "openvino", "hnswlib", "numpy", "timm", "sqlite3", "PIL"}


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted in /proc")
def test_numpy_computes_on_one_thread_and_no_setting_is_left_behind() -> None:
    code = (
        "import os, engine.api\n"
        "before = len(os.listdir('/proc/self/task'))\n"
        "engine.api._import_numpy()\n"
        "import numpy; numpy.ones((400, 400)) @ numpy.ones((400, 400))\n"
        "assert len(os.listdir('/proc/self/task')) == before\n"
        "assert 'OPENBLAS_NUM_THREADS' not in os.environ"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr


def test_openvino_cannot_report_to_its_makers() -> None:
    # Its package sends every import to a server of theirs; nothing may leave this computer.
    code = (
        "from engine.accelerate import import_openvino; openvino = import_openvino()\n"
        "import sys, openvino.tools.ovc.telemetry_utils as used\n"
        "assert sys.modules['openvino_telemetry'] is None and used.tm.__name__.endswith('telemetry_stub')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
