"""What a run leaves behind, and what drawing its curves must not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from engine.errors import LibraryError, TrainingError
from engine.training.record import TrainingRecord

ROOT = Path(__file__).parents[3]
ROW = {"epoch": 0, "loss": 0.5, "mAP": 0.25}
TENSORS = {"network.weight": torch.tensor([1.5, -2.0]), "optimiser.0.step": torch.tensor(3.0)}


def test_a_checkpoint_is_found_again_as_it_was(tmp_path):
    folder = tmp_path / "new" / "run"
    assert TrainingRecord(folder, "key").resume() is None
    TrainingRecord(folder, "key").save(TENSORS, {"best": [0.25, 0], "log": [ROW]})
    found = TrainingRecord(folder, "key").resume()
    assert found is not None
    tensors, state = found
    assert tensors.keys() == TENSORS.keys()
    assert all(torch.equal(tensors[name], TENSORS[name]) for name in TENSORS)
    assert state == {"best": [0.25, 0], "log": [ROW]}
    assert (folder / "log.csv").read_text() == "epoch,loss,mAP\n0,0.5,0.25\n"


def test_another_run_is_refused(tmp_path):
    TrainingRecord(tmp_path, "key").save(TENSORS, {"log": [ROW]})
    with pytest.raises(TrainingError, match="other photos or settings"):
        TrainingRecord(tmp_path, "other").resume()


def test_a_result_belongs_to_its_run(tmp_path):
    record = TrainingRecord(tmp_path, "key")
    assert record.finished() is None
    record.finish({"model": "m"})
    assert TrainingRecord(tmp_path, "key").finished() == {"model": "m"}
    assert TrainingRecord(tmp_path, "other").finished() is None
    (tmp_path / "result.json").write_text("{")
    assert record.finished() is None


def test_removing_a_run_leaves_other_files(tmp_path):
    record = TrainingRecord(tmp_path, "key")
    record.save(TENSORS, {"log": [ROW]})
    record.finish({})
    (tmp_path / "notes.txt").write_text("mine")
    record.remove()
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.expects_warnings
def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "run").write_text("a file")
    with pytest.raises(LibraryError):
        TrainingRecord(tmp_path / "run", "key").save(TENSORS, {"log": [ROW]})


def test_drawing_curves_writes_nowhere_and_opens_no_window(tmp_path):
    code = (
        "import os, sys\n"
        "from engine.training.record import curves\n"
        "rows = [{'epoch': 0, 'loss': None, 'mAP': None}, {'epoch': 1, 'loss': 0.5, 'mAP': 0.2}]\n"
        "assert curves(rows)[:4] == b'\\x89PNG'\n"
        "assert 'MPLCONFIGDIR' not in os.environ\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "assert not [name for name in sys.modules if name.startswith(('tkinter', 'PySide6', 'PyQt'))]\n"
    )
    kept = {name: value for name, value in os.environ.items() if name != "MPLCONFIGDIR" and "XDG" not in name}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-B", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False,
        env=kept | {"HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []
