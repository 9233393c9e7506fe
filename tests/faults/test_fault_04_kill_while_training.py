"""Fault 4: kill -9 while a model is trained. No model, or a whole one; the same command goes on to its end."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.actnet.checkpoint import read_card, save
from engine.actnet.initial import new_network
from engine.actnet.network import Architecture
from engine.transform import InputRule
from tests.helpers.instances import draw_instances
from tests.helpers.program import PROJECT, Program

UNTRAINED = PROJECT / "resources" / "models" / "untrained-lite2.safetensors"
SETTINGS = "whitening_steps=5 held_out=0.25 batch_tuples=4 batch_others=0 tuples.anchors_per_source=8 " \
    "tuples.positive_range=-1,1 views.n_random=0"


@pytest.mark.parametrize("moment", ["inputs are stored", "the first checkpoint is there"])
def test_the_same_command_goes_on(moment: str, home: Path, tmp_path: Path) -> None:
    things = draw_instances(tmp_path / "things", 8, 4)
    program = Program(tmp_path / "library", home)
    model, start = tmp_path / "mine.safetensors", tmp_path / "start.safetensors"
    save(new_network(Architecture(dim=16, rule=InputRule(area_px=64 * 64)), UNTRAINED), start, name="start",
         licence="none", origin="none")
    weights = start.read_bytes()
    options = ["--start", start, "--streams", "expanded16,expanded32,head", "--epochs", "2", "--device", "torch"]
    options += [part for one in SETTINGS.split() for part in ("--set", one)]
    checkpoint = tmp_path / "mine.training" / "checkpoint.safetensors"
    process = program.start("train", things, "--out", model, *options)
    inputs = checkpoint.parent / "inputs"
    _kill(process, checkpoint.exists if "checkpoint" in moment else lambda: any(inputs.glob("*.json")))
    assert not model.exists()
    assert start.read_bytes() == weights
    figures = program.json("train", things, "--out", model, *options)
    assert (figures["photos"], figures["epochs"]) == (32, 2)
    assert read_card(model).dim == 16


def _kill(process: subprocess.Popen[str], when: Callable[[], bool]) -> None:
    end_s = time.monotonic() + 240
    while not when():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end_s
        time.sleep(0.01)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
