"""Writing a library's descriptors to a file, as the evaluation of published protocols takes them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.actnet.checkpoint import read_card
from engine.gallery import DescriptorFile
from engine.library import Library
from engine.records import IndexedPhoto
from tests.engine.conftest import MODEL

SCRIPT = Path(__file__).resolve().parent.parent / "packaging" / "export_descriptors.py"


def export(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *map(str, arguments), "--model", str(MODEL)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library with three descriptors of the shipped model."""
    photos = tmp_path / "photos"
    photos.mkdir()
    card = read_card(MODEL)
    library = Library(tmp_path / "library", card)
    folder_id = library.catalogue.folders.add(str(photos)).folder_id
    rows = np.eye(3, card.dim, dtype=np.float32)
    library.catalogue.commit_chunk(
        library.model,
        [IndexedPhoto(folder_id, b"%d.jpg" % i, 10, 10, b"hash %d" % i, 4, 3, row) for i, row in enumerate(rows)],
    )
    library.close()
    return tmp_path / "library"


def test_every_descriptor_of_the_model_is_written_in_order(library: Path, tmp_path: Path) -> None:
    target = tmp_path / "more.npy"
    done = export(library, target)
    assert (done.returncode, done.stdout) == (0, f"{target}: 3 descriptors\n"), done.stderr
    dim = read_card(MODEL).dim
    file = DescriptorFile(target, dim)
    assert len(file) == 3
    assert file.read(np.array([2, 0])) == pytest.approx(np.eye(3, dim)[[2, 0]])
    query = np.zeros(dim, np.float32)
    query[1] = 1.0
    assert file.similarities(query).tolist() == [0.0, 1.0, 0.0]


def test_what_cannot_be_exported_is_told_in_one_line(library: Path, tmp_path: Path) -> None:
    done = export(tmp_path / "none", tmp_path / "more.npy")
    assert done.returncode == 1
    assert "There is no library" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "more.npy").exists()
