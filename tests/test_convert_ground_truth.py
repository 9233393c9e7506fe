"""The converter of published ground truth: what it makes of pickles, and what it refuses to run."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "packaging" / "convert_ground_truth.py"
WANTED = {
    "imlist": ["a_1", "b_2", "c_3"],
    "qimlist": ["q_1", "q_2"],
    "gnd": [
        {"bbx": [1.5, 2.0, 30.25, 40.0], "easy": [0, 2], "hard": [], "junk": [1]},
        {"bbx": [0.0, 0.0, 10.0, 10.0], "easy": [], "hard": [1], "junk": []},
    ],
}


def convert(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), str(path), *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def as_arrays(truth: dict[str, Any]) -> dict[str, Any]:
    def one(entry: dict[str, Any]) -> dict[str, Any]:
        lists = {key: np.array(entry[key], dtype=np.int64) for key in ("easy", "hard", "junk")}
        return {"bbx": np.array(entry["bbx"]), **lists}

    return {**truth, "gnd": [one(entry) for entry in truth["gnd"]]}


def as_scalars(truth: dict[str, Any]) -> dict[str, Any]:
    gnd = [{key: [np.float64(v) for v in values] for key, values in entry.items()} for entry in truth["gnd"]]
    return {**truth, "gnd": gnd}


def big_endian(truth: dict[str, Any]) -> dict[str, Any]:
    arrays = as_arrays(truth)
    for entry in arrays["gnd"]:
        entry["easy"] = entry["easy"].astype(">i4")
    return arrays


@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
@pytest.mark.parametrize("form", [dict, as_arrays, as_scalars, big_endian])
def test_lists_and_arrays_of_every_pickle_protocol_are_converted(tmp_path: Path, form: Any, protocol: int) -> None:
    source = tmp_path / "gnd_roxford5k.pkl"
    source.write_bytes(pickle.dumps(form(WANTED), protocol=protocol))
    done = convert(source)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((tmp_path / "gnd_roxford5k.json").read_text()) == WANTED
    assert "2 queries, 3 pictures" in done.stdout


def test_a_file_written_by_python_2_is_converted(tmp_path: Path) -> None:
    # What cPickle of Python 2 wrote for {"imlist": ["a"], "qimlist": ["q"], "gnd": [{..., "easy": numpy.array([0])}]}.
    source = tmp_path / "gnd.pkl"
    source.write_bytes(
        b"\x80\x02}(U\x06imlist]U\x01aaU\x07qimlist]U\x01qaU\x03gnd]}(U\x03bbx](K\x00K\x01K\x02K\x03eU\x04hard]"
        b"U\x04junk]U\x04easycnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R(K\x01K\x01\x85"
        b"cnumpy\ndtype\nU\x02i8K\x00K\x01\x87R(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89"
        b"U\x08\x00\x00\x00\x00\x00\x00\x00\x00tbuau."
    )
    done = convert(source, str(tmp_path / "out.json"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((tmp_path / "out.json").read_text())["gnd"] == [
        {"bbx": [0.0, 1.0, 2.0, 3.0], "easy": [0], "hard": [], "junk": []}
    ]


class Runs:
    """Unpickled in the usual way, it runs a command."""

    def __init__(self, command: str) -> None:
        self._command = command

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (self._command,)


class Evaluates:
    def __reduce__(self) -> tuple[Any, ...]:
        return eval, ("open('run', 'w').close()",)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Runs("touch {folder}/run"), "system"),
        (Evaluates(), "builtins.eval"),
        (as_arrays({**WANTED, "gnd": []}) | {"gnd": np.array([{}], dtype=object)}, "arrays of the kind"),
        (Path("/"), "pathlib"),
    ],
)
def test_anything_but_numbers_texts_and_lists_is_refused_and_not_run(tmp_path: Path, value: Any, words: str) -> None:
    if isinstance(value, Runs):
        value = Runs(f"touch {tmp_path}/run")
    source = tmp_path / "gnd_roxford5k.pkl"
    source.write_bytes(pickle.dumps({**WANTED, "more": value} if not isinstance(value, dict) else value))
    done = convert(source)
    assert done.returncode == 1
    assert words in done.stdout
    assert "nothing was written" in done.stdout
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [source.name]


@pytest.mark.parametrize("data", [b"", b"no pickle", pickle.dumps([1, 2]), pickle.dumps({**WANTED, "gnd": [{}]})])
def test_a_file_that_is_no_ground_truth_is_told_in_one_line(tmp_path: Path, data: bytes) -> None:
    source = tmp_path / "gnd_roxford5k.pkl"
    source.write_bytes(data)
    done = convert(source)
    assert done.returncode == 1
    assert "cannot be read as a ground truth" in done.stdout
    assert "Traceback" not in done.stderr
    assert not source.with_suffix(".json").exists()
    assert "cannot be read" in convert(tmp_path / "none.pkl").stdout
