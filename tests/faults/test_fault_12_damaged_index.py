"""Fault 12: files of the index that are cut, empty, foreign or damaged by a bit never reach hnswlib.

It crashes on such files or, worse, loads them; so length and hash are compared first.
"""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.shards import Shard, ShardUnusable
from tests.helpers.library import TestLibrary, descriptor, save

pytestmark = pytest.mark.expects_warnings

N_FLIPS = 1000


@pytest.fixture
def library(tmp_path: Path) -> TestLibrary:
    library = TestLibrary(tmp_path)
    library.commit(range(60))
    save(library.index())
    return library


def test_no_flipped_bit_is_loaded(library: TestLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    index = library.index()
    (record,) = index._records.values()
    path = library.folder.index
    good = path.read_bytes()

    def refuse() -> None:
        pytest.fail("hnswlib saw a damaged file")

    monkeypatch.setattr("engine.shards._new_graph", lambda dim: refuse())
    chance = random.Random(12)
    # Half of them in the header, whose damage crashes hnswlib.
    places = [chance.randrange(8 * 96) if n % 2 else chance.randrange(8 * len(good)) for n in range(N_FLIPS)]
    for place in places:
        data = bytearray(good)
        data[place // 8] ^= 1 << place % 8
        path.write_bytes(data)
        with pytest.raises(ShardUnusable, match="is damaged"):
            Shard.read(path, record, library.model.dim)
    library.catalogue.close()


@pytest.mark.parametrize("damage", ["empty", "cut", "longer", "html", "zeroed", "gone", "a folder", "another's"])
def test_it_is_made_again_and_searches_are_right_all_the_while(
    library: TestLibrary, tmp_path: Path, damage: str
) -> None:
    path = library.folder.index
    good = path.read_bytes()
    if damage == "another's":
        (tmp_path / "other").mkdir()
        other = TestLibrary(tmp_path / "other")
        other.commit(range(100, 160))
        save(other.index())
        other.catalogue.close()
        for name in ("index.hnsw", "index.json"):
            shutil.copy(other.folder.root / name, library.folder.root / name)
    elif damage in ("gone", "a folder"):
        path.unlink()
        if damage == "a folder":
            path.mkdir()
    else:
        path.write_bytes({
            "empty": b"", "cut": good[:-1], "longer": good + b"\0", "html": b"<html>404</html>",
            "zeroed": bytes(len(good)),
        }[damage])
    index = library.index(catch_up=False)
    assert index.rebuild_reason is not None
    query = np.stack([descriptor(7), descriptor(33)])
    expected = [[8], [34]]  # ids of contents count from 1
    assert index.find(query, 1)[0].tolist() == expected
    for _ in index.catch_up():
        assert index.find(query, 1)[0].tolist() == expected
    if damage == "a folder":
        os.rmdir(path)
    save(index)
    again = library.index(catch_up=False)
    assert (again.n_rows, again.rebuild_reason) == (60, None)
    library.catalogue.close()
