"""Indexing real files: what is new, changed, moved, copied, gone, broken; and that nothing is described twice."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import decoders as decoders_module
from engine.actnet.checkpoint import ModelCard
from engine.decoders import Decoders
from engine.errors import FolderError
from engine.indexing import Indexing, Means, index_folders
from engine.library import Library
from engine.messages import Phase, Progress
from engine.records import IndexedPhoto
from engine.regions import CODE_BYTES, N_WINDOWS
from engine.roots import Roots
from engine.settling import Settling
from engine.types import IndexReport
from tests.helpers import decoder_jobs
from tests.helpers.fake_runner import FakeRunner

Paint = Callable[..., Path]


class Indexer:
    """Runs indexing to its end and keeps the runner, which counts what it described."""

    def __init__(self, library: Library, decoders: Decoders, rule: object) -> None:
        self.runner = FakeRunner()
        self.accept_missing = False
        self._library, self._decoders, self._rule = library, decoders, rule
        self.phases: list[Phase] = []
        self.places: list[tuple[Phase, str | None, str]] = []

    def __call__(self, *paths: Path) -> IndexReport:
        means = Means(
            self.runner, self._decoders, self._rule, Settling(0.0),  # type: ignore[arg-type]
            Roots(self._library.catalogue.folders),
        )
        steps = Indexing(self._library, means, self.accept_missing).run(tuple(map(str, paths)))
        while True:
            try:
                event = next(steps)
            except StopIteration as stop:
                return stop.value
            if isinstance(event, Progress):
                self.phases.append(event.phase)
                self.places.append((event.phase, event.folder, event.place))


@pytest.fixture
def index(library: Library, decoders: Decoders, card: object) -> Indexer:
    return Indexer(library, decoders, card.rule)  # type: ignore[attr-defined]


def counts(report: IndexReport) -> dict[str, int]:
    names = ("found", "indexed", "unchanged", "moved", "removed", "failed", "missing")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def test_new_photos_are_described_once(index: Indexer, paint: Paint, library: Library, tmp_path: Path) -> None:
    for seed in range(10):
        paint(f"{seed}.jpg", seed)
    assert counts(index(tmp_path / "photos")) == {"found": 10, "indexed": 10}
    assert index.runner.n_described == 10
    status = library.status("")
    assert (status.photos, status.indexed, status.failed, status.index_rows) == (10, 10, 0, 10)
    assert index.phases[0] is Phase.FINDING
    assert index.phases[-1] is Phase.SAVING
    assert counts(index()) == {"found": 10, "unchanged": 10}
    assert index.runner.n_described == 10


def test_progress_tells_the_folder_that_was_reached(index: Indexer, paint: Paint, tmp_path: Path) -> None:
    paint("2019/Trip/a.jpg", 1)
    root = str(tmp_path / "photos")
    index(tmp_path / "photos")
    told = {(phase, folder, place) for phase, folder, place in index.places if place}
    assert told == {(phase, root, f"{root}/2019/Trip") for phase in (Phase.FINDING, Phase.ANALYSING, Phase.SAVING)}
    index.places.clear()
    index()
    assert (Phase.FINDING, root, f"{root}/2019/Trip") in index.places


def test_thumbnails_are_made_with_the_descriptors(
    index: Indexer, paint: Paint, library: Library, tmp_path: Path
) -> None:
    paint("a.jpg", 1)
    index(tmp_path / "photos")
    photo = library.catalogue.photo(1)
    assert photo is not None
    assert library.thumbnail(photo).read_bytes().startswith(b"\xff\xd8")


def test_a_moved_file_keeps_its_photo_and_is_not_described_again(
    index: Indexer, paint: Paint, library: Library, tmp_path: Path
) -> None:
    old = paint("a.jpg", 1)
    paint("b.jpg", 2)
    index(tmp_path / "photos")
    before = library.catalogue.photo_at(str(old))
    new = tmp_path / "photos" / "deep" / "renamed.jpg"
    new.parent.mkdir()
    old.rename(new)
    assert counts(index()) == {"found": 2, "unchanged": 1, "moved": 1}
    assert index.runner.n_described == 2
    after = library.catalogue.photo_at(str(new))
    assert before is not None
    assert after is not None
    assert after.photo_id == before.photo_id
    assert library.catalogue.photo_at(str(old)) is None


def test_a_renamed_folder_is_moves_without_decoding(index: Indexer, paint: Paint, tmp_path: Path) -> None:
    for seed in range(6):
        paint(f"trip/{seed}.jpg", seed)
    index(tmp_path / "photos")
    (tmp_path / "photos" / "trip").rename(tmp_path / "photos" / "journey")
    assert counts(index()) == {"found": 6, "moved": 6}
    assert index.runner.n_described == 6


@pytest.fixture
def hashed(decoders: Decoders, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were given out to be hashed or decoded."""
    paths: list[str] = []
    submit = decoders._submit

    def note(function: Any, argument: Any, path: str, read: Any) -> Any:
        paths.append(path)
        return submit(function, argument, path, read)

    monkeypatch.setattr(decoders, "_submit", note)
    return paths


def test_a_moved_file_is_known_by_its_inode_without_being_read(
    index: Indexer, paint: Paint, library: Library, tmp_path: Path, hashed: list[str]
) -> None:
    paint("trip/a.jpg", 1)
    paint("b.jpg", 2)
    index(tmp_path / "photos")
    before = {photo.photo_id for photo in library.catalogue.photos_of(1)}
    hashed.clear()
    (tmp_path / "photos" / "trip").rename(tmp_path / "photos" / "journey")
    (tmp_path / "photos" / "b.jpg").rename(tmp_path / "photos" / "c.jpg")
    assert counts(index()) == {"found": 2, "moved": 2}
    assert hashed == []
    assert {photo.photo_id for photo in library.catalogue.photos_of(1)} == before
    assert counts(index()) == {"found": 2, "unchanged": 2}


def test_a_file_moved_to_another_folder_of_the_library_is_known(
    index: Indexer, paint: Paint, library: Library, tmp_path: Path, hashed: list[str]
) -> None:
    source = paint("a.jpg", 1)
    paint("../other/b.jpg", 2)
    index(tmp_path / "photos", tmp_path / "other")
    hashed.clear()
    source.rename(tmp_path / "other" / "a.jpg")
    (tmp_path / "photos" / "stays.txt").touch()
    assert counts(index()) == {"found": 2, "unchanged": 1, "moved": 1}
    assert hashed == []
    photo = library.catalogue.photo_at(str(tmp_path / "other" / "a.jpg"))
    assert photo is not None
    assert (photo.photo_id, photo.folder_id) == (1, 2)


def test_where_inodes_do_not_last_the_content_tells(
    index: Indexer, paint: Paint, library: Library, tmp_path: Path, hashed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.finding.keeps_inodes", lambda folder: False)
    path = paint("a.jpg", 1)
    index(tmp_path / "photos")
    assert library.catalogue.candidates(1, [path.stat().st_ino], library.model) == {}
    hashed.clear()
    new = path.rename(path.with_name("b.jpg"))
    assert counts(index()) == {"found": 1, "moved": 1}
    assert hashed == [str(new)]


@pytest.mark.parametrize("what", ["another time", "another size", "the old one is still there"])
def test_an_inode_alone_is_no_proof(
    index: Indexer, paint: Paint, tmp_path: Path, hashed: list[str], what: str
) -> None:
    path = paint("a.jpg", 1)
    index(tmp_path / "photos")
    hashed.clear()
    new = path.with_name("b.jpg")
    if what == "the old one is still there":
        os.link(path, new)
        assert counts(index()) == {"found": 2, "indexed": 1, "unchanged": 1}
    else:
        path.rename(new)
        if what == "another time":
            os.utime(new, ns=(5, 5))
        else:
            state = new.stat()
            new.write_bytes(new.read_bytes() + b"0")
            os.utime(new, ns=(state.st_atime_ns, state.st_mtime_ns))
        index()
    assert hashed
    assert set(hashed) == {str(new)}


def test_two_files_that_swap_their_names_keep_their_contents(
    index: Indexer, paint: Paint, library: Library, tmp_path: Path
) -> None:
    first, second = paint("a.jpg", 1), paint("b.jpg", 2, (140, 80))
    index(tmp_path / "photos")
    contents = [library.catalogue.photo_at(str(path)).content_id for path in (first, second)]  # type: ignore[union-attr]
    first.rename(tmp_path / "between")
    second.rename(first)
    (tmp_path / "between").rename(second)
    index()
    assert index.runner.n_described == 2
    assert [library.catalogue.photo_at(str(path)).content_id for path in (second, first)] == contents  # type: ignore[union-attr]


def test_inodes_are_remembered_of_photos_that_were_known_before(
    index: Indexer, paint: Paint, library: Library, tmp_path: Path
) -> None:
    path = paint("a.jpg", 1)
    index(tmp_path / "photos")
    library.catalogue.set_inodes([(1, None)])  # as after an update of the program
    index()
    assert list(library.catalogue.candidates(1, [path.stat().st_ino], library.model)) == [path.stat().st_ino]


def test_a_folder_of_ten_thousand_photos_is_renamed_within_five_seconds_and_nothing_is_read(
    index: Indexer, library: Library, tmp_path: Path, hashed: list[str]
) -> None:
    folder = tmp_path / "photos" / "trip"
    folder.mkdir(parents=True)
    folder_id = library.catalogue.folders.add(str(tmp_path / "photos")).folder_id
    random = np.random.default_rng(3)
    codes = np.zeros((N_WINDOWS, CODE_BYTES), dtype=np.uint8)
    for start in range(0, 10_000, 1000):
        rows = []
        for number in range(start, start + 1000):
            path = folder / f"{number}.jpg"
            path.write_bytes(b"%d" % number)
            state, descriptor = path.stat(), random.normal(size=library.model.dim).astype(np.float32)
            rows.append(IndexedPhoto(
                folder_id, os.fsencode(path.relative_to(tmp_path / "photos")), state.st_size, state.st_mtime_ns,
                b"hash-%d" % number, 4, 3, descriptor / np.linalg.norm(descriptor), state.st_ino, regions=codes,
            ))
        library.catalogue.commit_chunk(library.model, rows)
    for _ in library.index.catch_up():
        pass
    index()
    folder.rename(tmp_path / "photos" / "journey")
    started = time.monotonic()
    report = index()
    took_s = time.monotonic() - started
    assert counts(report) == {"found": 10_000, "moved": 10_000}
    assert hashed == []
    assert index.runner.n_described == 0
    assert library.status("").index_rows == 10_000
    assert took_s < (5.0 if os.getloadavg()[0] < (os.cpu_count() or 1) else 30.0)


def test_a_copy_shares_the_descriptor(index: Indexer, paint: Paint, library: Library, tmp_path: Path) -> None:
    path = paint("a.jpg", 1)
    index(tmp_path / "photos")
    shutil.copyfile(path, path.with_name("copy.jpg"))
    assert counts(index()) == {"found": 2, "indexed": 1, "unchanged": 1}
    assert index.runner.n_described == 1
    assert library.status("").index_rows == 1


def test_a_file_that_was_only_touched_stays_as_it_is(index: Indexer, paint: Paint, tmp_path: Path) -> None:
    path = paint("a.jpg", 1)
    index(tmp_path / "photos")
    os.utime(path, ns=(1, 1))
    assert counts(index()) == {"found": 1, "unchanged": 1}
    assert counts(index()) == {"found": 1, "unchanged": 1}
    assert index.runner.n_described == 1


def test_a_changed_file_is_described_anew_and_its_old_content_forgotten(
    index: Indexer, paint: Paint, library: Library, tmp_path: Path
) -> None:
    path = paint("a.jpg", 1)
    index(tmp_path / "photos")
    first = library.catalogue.photo_at(str(path))
    paint("a.jpg", 2, (140, 80))
    assert counts(index()) == {"found": 1, "indexed": 1}
    second = library.catalogue.photo_at(str(path))
    assert first is not None
    assert second is not None
    assert (second.photo_id, second.content_id != first.content_id) == (first.photo_id, True)
    assert library.index.content_ids().tolist() == [second.content_id]
    assert not library.thumbnail(first).exists()


def test_a_deleted_file_is_removed(index: Indexer, paint: Paint, library: Library, tmp_path: Path) -> None:
    gone = paint("a.jpg", 1)
    paint("b.jpg", 2)
    index(tmp_path / "photos")
    gone.unlink()
    assert counts(index()) == {"found": 1, "unchanged": 1, "removed": 1}
    assert library.status("").index_rows == 1


def test_a_bad_file_is_listed_and_the_others_are_found(
    index: Indexer, paint: Paint, library: Library, tmp_path: Path
) -> None:
    paint("good.jpg", 1)
    bad = paint("bad.jpg", 2)
    bad.write_bytes(bad.read_bytes()[:400])
    (tmp_path / "photos" / "page.jpg").write_text("<html>")
    assert counts(index(tmp_path / "photos")) == {"found": 3, "indexed": 1, "failed": 2}
    kinds = {Path(failure.path).name: failure.kind for failure in library.catalogue.failures()}
    assert kinds == {"bad.jpg": "damaged", "page.jpg": "not-a-picture"}
    assert all(Path(failure.path).name in failure.sentence for failure in library.catalogue.failures())
    # It does not change, so it is not tried again; when it is put right, it is.
    assert counts(index()) == {"found": 3, "unchanged": 3}
    paint("bad.jpg", 2)
    assert counts(index()) == {"found": 3, "indexed": 1, "unchanged": 2}
    assert library.status("").failed == 1


def test_a_folder_that_is_away_loses_nothing(index: Indexer, paint: Paint, library: Library, tmp_path: Path) -> None:
    paint("a.jpg", 1)
    photos, away = tmp_path / "photos", tmp_path / "elsewhere" / "photos"
    away.parent.mkdir()
    index(photos)
    photos.rename(away)
    assert counts(index()) == {}
    assert (library.status("").indexed, library.status("").offline) == (1, 1)
    photos.mkdir()  # the mount point is there, the drive is not
    assert counts(index()) == {}
    assert library.status("").indexed == 1
    with pytest.raises(FolderError, match="Nothing has been removed"):
        index(photos)
    photos.rmdir()
    away.rename(photos)
    assert counts(index()) == {"found": 1, "unchanged": 1}
    assert library.status("").offline == 0


def test_a_folder_that_was_renamed_is_followed(
    index: Indexer, paint: Paint, library: Library, tmp_path: Path, hashed: list[str]
) -> None:
    paint("a.jpg", 1)
    index(tmp_path / "photos")
    hashed.clear()
    (tmp_path / "photos").rename(tmp_path / "pictures")
    (tmp_path / "photos").mkdir()
    assert counts(index()) == {"found": 1, "unchanged": 1}
    assert hashed == []
    assert [folder.path for folder in library.catalogue.folders.all()] == [str(tmp_path / "pictures")]


def test_few_photos_that_are_gone_are_forgotten(index: Indexer, paint: Paint, library: Library, tmp_path: Path) -> None:
    paths = [paint(f"{seed}.jpg", seed) for seed in range(12)]
    index(tmp_path / "photos")
    for path in paths[:10]:  # most of them, but no more than a handful
        path.unlink()
    assert counts(index()) == {"found": 2, "unchanged": 2, "removed": 10}
    assert library.status("").photos == 2


@pytest.fixture
def emptied(index: Indexer, paint: Paint, tmp_path: Path) -> list[Path]:
    """Eleven of twenty photos are gone that were indexed, and one round has passed."""
    paths = [paint(f"{seed}.jpg", seed) for seed in range(20)]
    index(tmp_path / "photos")
    (tmp_path / "elsewhere").mkdir()
    for path in paths[:11]:
        path.rename(tmp_path / "elsewhere" / path.name)
    assert counts(index()) == {"found": 9, "unchanged": 9, "missing": 11}
    return paths[:11]


def test_more_than_a_fifth_of_a_folder_is_kept_as_missing(
    index: Indexer, library: Library, emptied: list[Path]
) -> None:
    folder = library.status("").folders[0]
    assert (folder.photos, folder.indexed, folder.missing, folder.unconfirmed) == (20, 20, 11, 11)
    assert folder.online
    assert library.catalogue.photo_at(str(emptied[0])).missing  # type: ignore[union-attr]
    assert counts(index()) == {"found": 9, "unchanged": 9}  # told once
    assert library.status("").index_rows == 20


def test_missing_photos_that_come_back_are_there(
    index: Indexer, library: Library, emptied: list[Path], tmp_path: Path
) -> None:
    for path in emptied[:4]:
        (tmp_path / "elsewhere" / path.name).rename(path)
    for path in emptied[4:7]:  # also under another name
        (tmp_path / "elsewhere" / path.name).rename(path.with_name(f"renamed {path.name}"))
    assert counts(index()) == {"found": 16, "unchanged": 13, "moved": 3}
    assert library.status("").folders[0].missing == 4
    assert index.runner.n_described == 20


def test_missing_photos_are_forgotten_when_the_user_says_so(
    index: Indexer, library: Library, emptied: list[Path]
) -> None:
    index.accept_missing = True
    assert counts(index()) == {"found": 9, "unchanged": 9, "removed": 11}
    status = library.status("")
    assert (status.photos, status.folders[0].missing, status.index_rows) == (9, 0, 9)


def test_a_folder_the_user_has_emptied_asks_too(
    index: Indexer, paint: Paint, library: Library, tmp_path: Path
) -> None:
    photos = [paint(f"{seed}.jpg", seed) for seed in range(12)]
    index(tmp_path / "photos")
    for path in photos:
        path.unlink()
    index.accept_missing = True
    if not library.catalogue.folders.all()[0].volume.volume_id:
        assert counts(index()) == {}  # it might be a mount point: it has to be named
    assert counts(index(tmp_path / "photos")) == {"removed": 12}
    assert library.status("").photos == 0


def test_a_folder_inside_another_is_found_once(index: Indexer, paint: Paint, tmp_path: Path) -> None:
    paint("a.jpg", 1)
    paint("inner/b.jpg", 2)
    assert counts(index(tmp_path / "photos" / "inner")) == {"found": 1, "indexed": 1}
    assert counts(index(tmp_path / "photos")) == {"found": 1, "indexed": 1}
    assert counts(index()) == {"found": 2, "unchanged": 2}


def test_the_library_itself_is_not_indexed(index: Indexer, paint: Paint, tmp_path: Path) -> None:
    paint("a.jpg", 1)
    index(tmp_path / "photos")
    assert counts(index(tmp_path)) == {}  # photos is a folder of its own, library is the library


def test_a_run_that_is_stopped_keeps_what_was_committed(
    index: Indexer, paint: Paint, library: Library, decoders: Decoders, card: object, tmp_path: Path
) -> None:
    for seed in range(30):
        paint(f"{seed}.jpg", seed)
    steps = index_folders(
        library, index.runner, decoders, card.rule, (str(tmp_path / "photos"),)  # type: ignore[attr-defined]
    )
    while library.status("").indexed < 8:
        next(steps)
    steps.close()
    done = library.status("").indexed
    assert 8 <= done < 30
    report = index()
    assert (report.unchanged, report.indexed) == (done, 30 - done)
    assert index.runner.n_described == 30


def test_photos_are_only_read(index: Indexer, paint: Paint, tmp_path: Path) -> None:
    paths = [paint(f"{seed}.jpg", seed) for seed in range(3)]
    before = [(path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) for path in paths]
    index(tmp_path / "photos")
    index()
    assert [(path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) for path in paths] == before
    assert sorted(path.name for path in (tmp_path / "photos").iterdir()) == ["0.jpg", "1.jpg", "2.jpg"]


def test_a_folder_that_is_not_there_is_named(index: Indexer, tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="nowhere"):
        index(tmp_path / "nowhere")


def test_an_index_that_has_to_be_made_again_does_not_hold_up_a_step(
    index: Indexer, paint: Paint, library: Library, decoders: Decoders, card: object, tmp_path: Path
) -> None:
    (tmp_path / "photos").mkdir()
    folder = library.catalogue.folders.add(str(tmp_path / "photos"))
    random = np.random.default_rng(3)
    rows = random.normal(size=(1000, library.model.dim)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    library.catalogue.commit_chunk(
        library.model,
        [
            IndexedPhoto(folder.folder_id, b"gone-%d.jpg" % i, 1, 1, b"hash-%d" % i, 4, 3, row)
            for i, row in enumerate(rows)
        ],
    )
    paint("new.jpg", 1)
    steps = index_folders(
        library, index.runner, decoders, card.rule, (str(tmp_path / "photos"),)  # type: ignore[attr-defined]
    )
    grown = [library.index.n_rows]
    while library.index.n_rows < 1001:
        next(steps)
        grown.append(library.index.n_rows)
    assert max(np.diff(grown)) <= 256
    steps.close()


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_a_file_that_kills_its_decoders_costs_two_of_them_once(
    library: Library, paint: Paint, card: ModelCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint("good.jpg", 1)
    killer = paint("killer.jpg", 2)
    monkeypatch.setattr(decoders_module, "serve", decoder_jobs.dies_of_killers)
    with Decoders(1) as decoders:
        index = Indexer(library, decoders, card.rule)
        assert counts(index(tmp_path / "photos")) == {"found": 2, "indexed": 1, "failed": 1}
        (failure,) = library.catalogue.failures()
        assert (failure.path, failure.kind) == (str(killer), "decoder-crashed")
        assert counts(index(tmp_path / "photos")) == {"found": 2, "unchanged": 2}
        os.utime(killer, (1, 1))
        assert counts(index(tmp_path / "photos")) == {"found": 2, "unchanged": 1, "failed": 1}
