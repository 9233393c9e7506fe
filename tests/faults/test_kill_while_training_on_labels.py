"""kill -9 while a network is trained on labels: what was in use and the labels stay, and the same job goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.helpers.crashes import JOBS
from tests.helpers.faults import PROJECT

JOB = JOBS["train-deeply"]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("lessons")
    JOB.prepare(base)
    return base


MOMENTS = ["plan.json", "run/inputs/*.json", "run/checkpoint.safetensors", "model.safetensors"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_same_job_goes_on(moment: str, base: Path) -> None:
    """One library for all moments: each job comes to its end, and leaves the library as it was."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.crashes", JOB.name, str(base)], cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": str(PROJECT)}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )
    end_s = time.monotonic() + 240
    while not any((base / "library" / "training").glob(moment)):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end_s
        time.sleep(0.005)
    children = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    if sys.platform == "linux":
        _, alive = psutil.wait_procs(children, timeout=30)
        assert not alive, "nothing goes on training for nobody"
    JOB.check(base)
