from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine import storage
from engine.errors import DiskFull, LibraryError, LibraryInUse
from engine.storage import LibraryFolder, WriterLock
from tests.helpers.library import run_without_rights


@pytest.fixture
def folder(tmp_path: Path) -> LibraryFolder:
    folder = LibraryFolder(tmp_path / "library")
    folder.ensure()
    return folder


def _fill_second(path: Path) -> None:
    path.write_bytes(b"second")


def test_shards_are_numbered_from_the_plain_name(folder: LibraryFolder) -> None:
    assert [folder.shard(n).name for n in (1, 2, 12)] == ["index.hnsw", "index-0002.hnsw", "index-0012.hnsw"]


def test_a_write_replaces_the_whole_file(folder: LibraryFolder) -> None:
    folder.write_atomically(folder.manifest, b"a longer first text")
    folder.write_atomically(folder.manifest, _fill_second)
    assert folder.manifest.read_bytes() == b"second"
    assert folder.leftovers() == []


@pytest.mark.expects_warnings
def test_a_failed_write_leaves_the_old_file_and_nothing_else(folder: LibraryFolder) -> None:
    folder.write_atomically(folder.manifest, b"old")

    def fill(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "no space")

    with pytest.raises(DiskFull, match="disk is full"):
        folder.write_atomically(folder.manifest, fill)
    assert folder.manifest.read_bytes() == b"old"
    assert folder.leftovers() == []


@pytest.mark.expects_warnings
def test_a_failed_fsync_is_not_taken_for_success(folder: LibraryFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write_atomically(folder.manifest, b"old")

    def fail(path: Path) -> None:
        raise OSError(errno.EIO, "input/output error")

    monkeypatch.setattr(storage, "sync_file", fail)
    with pytest.raises(LibraryError, match="disk reported an error"):
        folder.write_atomically(folder.manifest, b"new")
    assert folder.manifest.read_bytes() == b"old"


def test_leftovers_of_a_killed_run_are_removed_and_nothing_else(folder: LibraryFolder) -> None:
    folder.manifest.write_bytes(b"keep")
    shelf = folder.thumbs / "ab"
    shelf.mkdir()
    journal = folder.new_temp(folder.catalogue)
    journal.rename(f"{journal}-journal")
    folder.new_temp(shelf / "abcd.jpg")
    (shelf / "abcd.jpg").write_bytes(b"keep")
    assert folder.remove_leftovers() == 2
    assert folder.leftovers() == []
    assert folder.manifest.exists()
    assert (shelf / "abcd.jpg").exists()


@pytest.mark.parametrize(("number", "kind"), [(errno.ENOSPC, DiskFull), (errno.EDQUOT, DiskFull)])
def test_full_disks_and_quotas_say_so(number: int, kind: type[LibraryError], tmp_path: Path) -> None:
    error = storage.explain(OSError(number, "x"), tmp_path)
    assert type(error) is kind
    assert str(tmp_path) in error.sentence


def test_a_full_disk_is_told_from_other_errors_by_its_free_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert type(storage.explain(OSError(errno.EIO, "x"), tmp_path)) is LibraryError
    monkeypatch.setattr(storage, "is_full", lambda path: True)
    assert type(storage.explain(OSError(errno.EIO, "x"), tmp_path)) is DiskFull


def test_is_full_looks_at_the_nearest_existing_place(tmp_path: Path) -> None:
    assert not storage.is_full(tmp_path / "not" / "there")


@pytest.mark.expects_warnings
def test_a_place_that_is_a_file_gives_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(LibraryError, match="needs a folder"):
        LibraryFolder(tmp_path / "file" / "library").ensure()


@pytest.mark.skipif(os.name == "nt", reason="needs user ids")
def test_a_read_only_place_gives_a_sentence(tmp_path: Path) -> None:
    place = tmp_path / "closed"
    place.mkdir(mode=0o555)
    printed = run_without_rights(
        "from pathlib import Path\nfrom engine.storage import LibraryFolder\nfrom engine.errors import LibraryError\n",
        "try: LibraryFolder(Path(sys.argv[1]) / 'closed' / 'library').ensure()\n"
        "except LibraryError as error: sys.stdout.write(error.sentence)\n", tmp_path)
    assert "may not read or write" in printed


def test_the_lock_is_held_by_one_at_a_time(folder: LibraryFolder) -> None:
    with WriterLock(folder):
        with pytest.raises(LibraryInUse, match="Another Resight"):
            WriterLock(folder).acquire()
        script = ("import sys\nfrom pathlib import Path\nfrom engine.storage import *\nfrom engine.errors import *\n"
                  "try: WriterLock(LibraryFolder(Path(sys.argv[1]))).acquire()\n"
                  "except LibraryInUse: sys.exit(7)\n")
        done = subprocess.run([sys.executable, "-c", script, str(folder.root)], timeout=60, check=False)
        assert done.returncode == 7
    with WriterLock(folder):
        pass


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_the_lock_is_free_after_its_owner_was_killed(folder: LibraryFolder) -> None:
    script = ("import sys, time\nfrom pathlib import Path\nfrom engine.storage import *\n"
              "lock = WriterLock(LibraryFolder(Path(sys.argv[1]))); lock.acquire()\n"
              "sys.stdout.write('held\\n'); sys.stdout.flush(); time.sleep(60)\n")
    owner = subprocess.Popen([sys.executable, "-c", script, str(folder.root)], stdout=subprocess.PIPE, text=True)
    try:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "held\n"
        with pytest.raises(LibraryInUse):
            WriterLock(folder).acquire()
    finally:
        owner.kill()  # SIGKILL
        owner.communicate(timeout=30)
    with WriterLock(folder):
        pass
