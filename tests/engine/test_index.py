from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine import index as index_module
from engine import shards
from engine.errors import DiskFull
from engine.index import VectorIndex
from engine.records import IndexedPhoto
from tests.helpers.library import DIM, TestLibrary, descriptor, save


@pytest.fixture
def library(tmp_path: Path) -> Iterator[TestLibrary]:
    library = TestLibrary(tmp_path)
    yield library
    library.catalogue.close()


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shards of 100 rows, and the graph used from the first row, so that few rows show what many do."""
    monkeypatch.setattr(shards, "MAX_ROWS", 100)
    monkeypatch.setattr(index_module, "_EXACT_BELOW_ROWS", 0)
    monkeypatch.setattr(index_module, "_COMPACT_ABOVE", 10)


def _rounded(number: int) -> NDArray[np.float32]:
    """The descriptor as it comes back from the catalogue."""
    vector = descriptor(number).astype(np.float16).astype(np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def _truth(content_ids: dict[int, int], query: int, k: int) -> list[int]:
    """The right ranking, computed apart from the code under test: number -> content id given."""
    scores = {number: float(_rounded(number) @ descriptor(query)) for number in content_ids}
    return [content_ids[number] for number in sorted(scores, key=lambda number: -scores[number])[:k]]


def _commit(library: TestLibrary, numbers: range) -> dict[int, int]:
    return dict(zip(numbers, library.commit(numbers).content_ids, strict=True))


def _query(*numbers: int) -> NDArray[np.float32]:
    return np.stack([descriptor(number) for number in numbers])


def test_an_empty_index_answers_nothing(library: TestLibrary) -> None:
    index = library.index()
    content_ids, scores = index.find(_query(1, 2), 10)
    assert content_ids.shape == scores.shape == (2, 0)
    assert not index.is_dirty
    save(index)
    assert not library.folder.manifest.exists()


def test_a_small_library_is_ranked_exactly(library: TestLibrary) -> None:
    ids = _commit(library, range(50))
    index = library.index()
    content_ids, scores = index.find(_query(3, 200), 10)
    assert content_ids.tolist() == [_truth(ids, 3, 10), _truth(ids, 200, 10)]
    assert content_ids.dtype == np.int64
    assert scores.dtype == np.float32
    assert scores[0, 0] == pytest.approx(1.0, abs=1e-3)
    assert (np.diff(scores, axis=1) <= 0).all()
    assert (scores >= -1).all()
    assert (scores <= 1).all()


@pytest.mark.usefixtures("small_shards")
def test_shards_are_merged_into_one_ranking(library: TestLibrary) -> None:
    ids = _commit(library, range(350))
    index = library.index()
    assert index.n_rows == 350
    content_ids, scores = index.find(_query(3, 120, 349, 1000), 20)
    for row, query in enumerate((3, 120, 349, 1000)):
        assert content_ids[row].tolist() == _truth(ids, query, 20)
    assert (np.diff(scores, axis=1) <= 0).all()
    exact_ids, exact_scores = index.exact(_query(3, 120, 349, 1000), 20)
    assert exact_ids.tolist() == content_ids.tolist()
    assert np.abs(exact_scores - scores).max() < 1e-5


@pytest.mark.usefixtures("small_shards")
@pytest.mark.parametrize("k", [1, 40, 349, 350, 5000])
def test_k_may_be_anything(library: TestLibrary, k: int) -> None:
    ids = _commit(library, range(350))
    content_ids, _ = library.index().find(_query(5), k)
    assert content_ids.tolist() == [_truth(ids, 5, min(k, 350))]


@pytest.mark.parametrize("queries", [np.full((1, DIM), np.nan), np.full((1, DIM), np.inf), np.ones((1, DIM + 1)),
                                     np.ones(DIM)])
def test_bad_queries_are_refused(library: TestLibrary, queries: NDArray[np.float64]) -> None:
    with pytest.raises(ValueError, match="finite numbers"):
        library.index().find(queries.astype(np.float32), 5)
    with pytest.raises(ValueError, match="finite numbers"):
        library.index().exact(queries.astype(np.float32), 5)


def test_a_shard_refuses_what_is_not_finite_and_skips_what_it_has() -> None:
    shard = shards.Shard(1, DIM, 0)
    with pytest.raises(ValueError, match="not finite"):
        shard.add(np.array([1]), np.full((1, DIM), np.nan, np.float32))
    shard.add(np.array([1, 2, 1]), _query(1, 2, 3))
    shard.add(np.array([2]), _query(9))
    assert shard.n_rows == 2
    found, scores = shard.find(_query(2), 5)
    assert found[0, 0] == 2
    assert scores[0, 0] == pytest.approx(1.0, abs=1e-4)
    assert shard.remove(2)
    assert not shard.remove(2)
    shard.add(np.array([2]), _query(2))  # hnswlib would bring it back to life
    assert shard.find(_query(2), 5)[0].tolist() == [[1]]


# ---- keeping up ------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("small_shards")
def test_new_and_removed_photos_reach_the_index(library: TestLibrary) -> None:
    ids = _commit(library, range(150))
    index = library.index()
    library.remove([3, 149])
    ids |= _commit(library, range(150, 260))
    del ids[3], ids[149]
    steps = list(index.catch_up())
    assert steps[-1] == (110, 110)
    assert index.content_ids().tolist() == sorted(ids.values())
    assert index.find(_query(3), 20)[0].tolist() == [_truth(ids, 3, 20)]
    assert list(index.catch_up()) == []


@pytest.mark.usefixtures("small_shards")
def test_searching_goes_on_while_the_index_is_made(library: TestLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = _commit(library, range(300))
    monkeypatch.setattr(index_module, "_CHUNK", 20)
    index = library.index(catch_up=False)
    n_steps = 0
    for done, total in index.catch_up():
        assert index.find(_query(7), 5)[0].tolist() == [_truth(ids, 7, 5)]
        assert total == 300
        assert index.n_rows == done
        n_steps += 1
    assert n_steps >= 15


@pytest.mark.usefixtures("small_shards")
def test_a_shard_of_mostly_deleted_rows_is_made_again(library: TestLibrary) -> None:
    ids = _commit(library, range(250))
    index = library.index()
    save(index)
    library.remove(range(80))
    for number in range(80):
        del ids[number]
    for _ in index.catch_up():
        pass
    assert [len(shard.deleted) for shard in index._shards] == [0, 0, 0]
    assert index.content_ids().tolist() == sorted(ids.values())
    save(index)
    again = library.index()
    assert again.rebuild_reason is None
    assert again.find(_query(200), 20)[0].tolist() == [_truth(ids, 200, 20)]


@pytest.mark.usefixtures("small_shards")
def test_a_library_that_was_emptied_has_an_empty_index(library: TestLibrary) -> None:
    _commit(library, range(150))
    index = library.index()
    save(index)
    library.remove(range(150))
    for _ in index.catch_up():
        pass
    save(index)
    assert index.n_rows == 0
    again = library.index()
    assert again.n_rows == 0
    ids = _commit(library, range(5))
    for _ in again.catch_up():
        pass
    assert again.find(_query(2), 3)[0].tolist() == [_truth(ids, 2, 3)]


# ---- saving and loading ----------------------------------------------------------------------------------------


def test_a_small_library_has_one_file_and_a_manifest_that_names_it(library: TestLibrary) -> None:
    _commit(library, range(20))
    save(library.index())
    manifest = json.loads(library.folder.manifest.read_bytes())["index"]
    assert {key: manifest[key] for key in ("model", "dim", "space", "M", "ef_construction")} == {
        "model": "model-a", "dim": DIM, "space": "ip", "M": 16, "ef_construction": 100}
    [shard] = manifest["shards"]
    assert (shard["file"], shard["rows"], shard["last_id"]) == ("index.hnsw", 20, 20)
    assert library.folder.index.stat().st_size == shard["bytes"]
    assert library.folder.leftovers() == []


@pytest.mark.usefixtures("small_shards")
def test_a_saved_index_is_loaded_without_making_it_again(library: TestLibrary) -> None:
    ids = _commit(library, range(250))
    index = library.index()
    library.remove([5])
    for _ in index.catch_up():
        pass
    save(index)
    del ids[5]
    again = library.index(catch_up=False)
    assert again.rebuild_reason is None
    assert not again.is_dirty
    assert again.content_ids().tolist() == sorted(ids.values())
    assert list(again.catch_up()) == []
    assert again.find(_query(5), 20)[0].tolist() == [_truth(ids, 5, 20)]


@pytest.mark.usefixtures("small_shards")
def test_only_changed_shards_are_written(library: TestLibrary) -> None:
    _commit(library, range(250))
    index = library.index()
    save(index)
    assert not index.is_dirty
    before = {path.name: path.stat().st_ino for path in library.folder.root.glob("index*")}
    assert set(before) == {"index.hnsw", "index-0002.hnsw", "index-0003.hnsw", "index.json"}
    save(index)
    assert {path.name: path.stat().st_ino for path in library.folder.root.glob("index*")} == before
    _commit(library, range(250, 260))
    for _ in index.catch_up():
        pass
    save(index)
    after = {path.name: path.stat().st_ino for path in library.folder.root.glob("index*")}
    assert {name for name in after if after[name] != before[name]} == {"index-0003.hnsw", "index.json"}


@pytest.mark.expects_warnings
@pytest.mark.usefixtures("small_shards")
def test_one_damaged_shard_is_made_again_and_the_others_are_kept(
    library: TestLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = _commit(library, range(250))
    save(library.index())
    path = library.folder.shard(2)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    index = library.index(catch_up=False)
    assert index.rebuild_reason is not None
    assert index.n_rows == 150
    assert index.find(_query(7), 20)[0].tolist() == [_truth(ids, 7, 20)]
    assert list(index.catch_up())[-1] == (100, 100)
    assert index.find(_query(7), 20)[0].tolist() == [_truth(ids, 7, 20)]
    save(index)
    assert library.index().rebuild_reason is None


@pytest.mark.expects_warnings
def test_an_index_of_another_library_model_or_time_is_not_used(library: TestLibrary, tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    other = TestLibrary(tmp_path / "second")
    other.commit(range(100, 120))
    save(other.index())
    ids = _commit(library, range(30))
    for name in ("index.hnsw", "index.json"):
        shutil.copy(other.folder.root / name, library.folder.root / name)
    other.catalogue.close()
    index = library.index()
    assert index.content_ids().tolist() == sorted(ids.values())
    save(index)
    library.model = library.catalogue.descriptors.register_model("model-b", DIM)
    assert library.index().n_rows == 0


@pytest.mark.expects_warnings
def test_an_index_ahead_of_a_catalogue_put_back_from_a_copy_is_not_used(library: TestLibrary) -> None:
    ids = _commit(library, range(10))
    library.catalogue.sync()
    library.catalogue.close()
    copy = library.folder.catalogue.read_bytes()
    library = TestLibrary(library.photos.parent)
    library.commit(range(10, 30))
    save(library.index())
    library.catalogue.close()
    library.folder.catalogue.write_bytes(copy)
    library = TestLibrary(library.photos.parent)
    index = library.index(catch_up=False)
    assert index.rebuild_reason is not None
    for _ in index.catch_up():
        pass
    assert index.content_ids().tolist() == sorted(ids.values())
    library.catalogue.close()


def test_a_save_that_is_left_halfway_changes_nothing(library: TestLibrary) -> None:
    _commit(library, range(20))
    index = library.index()
    save(index)
    before = library.folder.index.read_bytes()
    _commit(library, range(20, 30))
    for _ in index.catch_up():
        pass
    saving = index.save()
    next(saving)
    saving.close()
    assert index.is_dirty
    assert library.folder.leftovers() == []
    assert library.folder.index.read_bytes() == before
    save(index)
    assert library.index(catch_up=False).n_rows == 30


def test_rows_added_during_a_save_are_not_forgotten(library: TestLibrary) -> None:
    _commit(library, range(20))
    index = library.index()
    saving = index.save()
    next(saving)
    _commit(library, range(20, 25))
    for _ in index.catch_up():
        pass
    library.remove([2])
    for _ in index.catch_up():
        pass
    assert list(saving) == []
    assert index.is_dirty
    again = library.index(catch_up=False)
    assert again.n_rows == 20
    for _ in again.catch_up():
        pass
    assert again.content_ids().tolist() == index.content_ids().tolist()


@pytest.mark.usefixtures("small_shards")
def test_a_later_save_takes_over_from_one_under_way(library: TestLibrary) -> None:
    _commit(library, range(150))
    index = library.index()
    first = index.save()
    next(first)
    _commit(library, range(150, 180))
    for _ in index.catch_up():
        pass
    save(index)
    assert list(first) == []
    assert library.folder.leftovers() == []
    assert not index.is_dirty
    again = library.index(catch_up=False)
    assert again.rebuild_reason is None
    assert again.n_rows == 180


@pytest.mark.usefixtures("small_shards")
def test_two_may_bring_the_index_up_to_date_at_once(
    library: TestLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "_CHUNK", 30)
    ids = _commit(library, range(250))
    index = library.index(catch_up=False)
    first, second = index.catch_up(), index.catch_up()
    n_steps = 0
    while next(first, None) is not None or next(second, None) is not None:
        n_steps += 1
    assert index.content_ids().tolist() == sorted(ids.values())
    assert index.find(_query(7), 10)[0].tolist() == [_truth(ids, 7, 10)]
    assert n_steps >= 4


def test_a_short_file_is_a_full_disk(library: TestLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    """hnswlib reports no error when the disk is full; /dev/full stands for such a disk."""
    if not os.path.exists("/dev/full"):
        pytest.skip("needs /dev/full")
    _commit(library, range(20))
    index = library.index()
    save(index)
    _commit(library, range(20, 30))
    for _ in index.catch_up():
        pass
    graph = index._shards[0]._graph

    class FullDisk:
        def save_index(self, path: str) -> None:
            os.truncate(path, 0)
            graph.save_index("/dev/full")

        def index_file_size(self) -> int:
            return int(graph.index_file_size())

    index._shards[0]._graph = FullDisk()
    with pytest.raises(DiskFull):
        save(index)
    index._shards[0]._graph = graph
    assert library.folder.leftovers() == []
    assert library.index(catch_up=False).n_rows == 20
    save(index)
    assert library.index(catch_up=False).n_rows == 30


_DAMAGES = 120


@pytest.mark.expects_warnings
@pytest.mark.parametrize("name", ["index.hnsw", "index-0002.hnsw", "index.json"])
def test_damaged_files_never_give_a_wrong_answer(
    library: TestLibrary, name: str, small_shards: None
) -> None:
    """Flipped bits, cuts and foreign content: hnswlib itself would crash or answer nonsense."""
    ids = _commit(library, range(150))
    save(library.index())
    path = library.folder.root / name
    whole = path.read_bytes()
    right = _truth(ids, 7, 10)
    rng = random.Random(1)
    loads: list[str] = []
    for number in range(_DAMAGES):
        data = bytearray(whole)
        if number < 90:
            position = rng.randrange(min(len(data), 200)) if number % 2 else rng.randrange(len(data))
            data[position] ^= 1 << rng.randrange(8)
        elif number < 110:
            data = data[:rng.randrange(len(data))]
        else:
            data = bytearray([b"", b"<html></html>", b"\0" * len(data), bytes(data) + b"x", b"null", b"[]", b"{}",
                              b'{"index": 1}', b"\xff\xfe", b"[" * 100_000][number - 110])
        path.write_bytes(data)
        index = library.index(catch_up=False)
        loads.append("noticed" if index.rebuild_reason else "same")
        assert index.find(_query(7), 10)[0].tolist() == [right]
        for _ in index.catch_up():
            pass
        assert index.content_ids().tolist() == sorted(ids.values())
    # Only white space in the JSON may change without being noticed.
    assert loads.count("same") <= (_DAMAGES // 10 if name == "index.json" else 0)
    path.unlink()
    index = library.index()
    assert index.find(_query(7), 10)[0].tolist() == [right]


_SAVER = """
import sys
from pathlib import Path
from engine import index, shards
from tests.helpers.library import TestLibrary, save
shards.MAX_ROWS, index._EXACT_BELOW_ROWS = 100, 0
library = TestLibrary(Path(sys.argv[1]))
vectors = library.index()
for chunk in range(100000):
    library.commit(range(chunk * 30, chunk * 30 + 30))
    if chunk > 3: library.remove([chunk * 30 - 100])
    for _ in vectors.catch_up(): pass
    save(vectors)
    sys.stdout.write(f"{chunk}\\n"); sys.stdout.flush()
"""


@pytest.mark.usefixtures("small_shards")
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
@pytest.mark.expects_warnings
def test_killed_while_saving_the_index_is_whole_or_made_again(tmp_path: Path) -> None:
    rng = random.Random(2)
    for round_ in range(6):
        base = tmp_path / str(round_)
        base.mkdir()
        with subprocess.Popen([sys.executable, "-c", _SAVER, str(base)], stdout=subprocess.PIPE, text=True) as saver:
            assert saver.stdout is not None
            for _ in range(rng.randrange(2, 15)):
                saver.stdout.readline()
            time.sleep(rng.random() * 0.02)
            saver.kill()
        library = TestLibrary(base)
        library.folder.remove_leftovers()
        index = library.index()
        described = np.concatenate([rows.content_ids for rows in library.catalogue.descriptors.all(library.model)])
        assert index.content_ids().tolist() == sorted(described.tolist())
        found, scores = index.find(_query(12), 20)
        exact, exact_scores = index.exact(_query(12), 20)
        assert found.tolist() == exact.tolist()
        assert np.abs(scores - exact_scores).max() < 1e-5
        save(index)
        assert library.index(catch_up=False).rebuild_reason is None
        library.catalogue.close()


# ---- size ------------------------------------------------------------------------------------------------------


def _clustered(n_rows: int, dim: int) -> NDArray[np.float32]:
    """Vectors as descriptors of photos lie: many things, each some times, varying most in few directions."""
    rng = np.random.default_rng(0)
    spectrum = (1.0 + np.arange(dim)) ** -0.5
    things = rng.normal(size=(n_rows // 20, dim)) * spectrum
    vectors = things[rng.integers(0, len(things), n_rows)] + rng.normal(size=(n_rows, dim)) * spectrum * 0.8
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.slow
def test_recall_and_pauses_with_many_rows(tmp_path: Path) -> None:
    """20,000 rows of 128 numbers: the graph finds what the scan finds, and other threads go on meanwhile."""
    n_rows = 20_000
    library = TestLibrary(tmp_path, dim=128)
    vectors = _clustered(n_rows, 128)
    for start in range(0, n_rows, 500):
        library.catalogue.commit_chunk(library.model, [
            IndexedPhoto(library.folder_id, b"%d" % i, 1, 1, b"%d" % i, 1, 1, vectors[i])
            for i in range(start, start + 500)])
    pulse = _Pulse()
    index = library.index()
    save(index)
    again = library.index(catch_up=False)
    longest = pulse.stop()
    assert again.n_rows == n_rows
    assert again._is_complete()
    queries = vectors[:: n_rows // 200]
    found, exact = again.find(queries, 50)[0], again.exact(queries, 50)[0]
    recall = float(np.mean([len(set(a) & set(b)) / 50 for a, b in zip(found.tolist(), exact.tolist(), strict=True)]))
    assert recall >= 0.98
    assert longest < 0.5  # hnswlib holds the interpreter for some tens of ms while it loads; the rest is the machine
    library.catalogue.close()


class _Pulse:
    """A thread that beats each ms and knows its longest pause."""

    def __init__(self) -> None:
        self._going, self._longest_s = True, 0.0
        self._thread = threading.Thread(target=self._beat)
        self._thread.start()

    def _beat(self) -> None:
        last = time.perf_counter()
        while self._going:
            time.sleep(0.001)
            now = time.perf_counter()
            self._longest_s, last = max(self._longest_s, now - last), now

    def stop(self) -> float:
        self._going = False
        self._thread.join()
        return self._longest_s


def test_loading_starts_from_the_index_as_it_is_on_disk(library: TestLibrary) -> None:
    _commit(library, range(10))
    index = VectorIndex(library.folder, library.catalogue, library.model)
    assert index.n_rows == 0
    assert list(index.load()) == []
    assert index.rebuild_reason is not None  # there are descriptors, but no index yet
    for _ in index.catch_up():
        pass
    assert index.rebuild_reason is None
    assert index.n_rows == 10
