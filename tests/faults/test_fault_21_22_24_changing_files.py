"""Faults 21, 22 and 24: files that change between being found and being read, or while they are read."""

from __future__ import annotations

import os
import socket
import threading
import time
from pathlib import Path

import pytest

from tests.helpers.indexer import Indexer, hash_of, paint

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows keeps open files from being replaced")


def test_fault_21_another_content_of_the_same_size_and_time_is_what_is_indexed(index: Indexer) -> None:
    """As long as it comes before the file is read, which is two seconds after it was written at the soonest."""
    path = paint(index.photos / "a.jpg", 1)
    other = paint(index.photos.parent / "b.jpg", 2)
    size = max(path.stat().st_size, other.stat().st_size)
    for file in (path, other):
        file.write_bytes(file.read_bytes().ljust(size, b"\0"))
    os.utime(path, ns=(10**18, 10**18))

    def swap() -> None:
        path.write_bytes(other.read_bytes())
        os.utime(path, ns=(10**18, 10**18))

    assert index(swap, settle_s=0.3).indexed == 1
    assert index.known() == {"a.jpg": hash_of(other)}
    assert index().unchanged == 1


def test_fault_22_a_file_that_is_replaced_again_and_again_is_one_of_its_versions(index: Indexer) -> None:
    versions = [paint(index.photos.parent / f"version-{seed}.jpg", seed).read_bytes() for seed in (1, 2)]
    hashes = {hash_of(index.photos.parent / f"version-{seed}.jpg"): seed for seed in (1, 2)}
    path = index.photos / "a.jpg"
    for seed in range(20):
        paint(index.photos / f"other-{seed}.jpg", 100 + seed)
    path.write_bytes(versions[0])
    is_done = threading.Event()

    def replace() -> None:
        n = 0
        while not is_done.is_set():
            n += 1
            path.with_suffix(".tmp").write_bytes(versions[n % 2])
            path.with_suffix(".tmp").replace(path)

    replacer = threading.Thread(target=replace)
    replacer.start()
    try:
        for _ in range(5):
            index()
            known = index.known()
            assert len(known) >= 20
            assert known.get("a.jpg", hash_of(path)) in hashes
    finally:
        is_done.set()
        replacer.join()
    index()
    assert index.known()["a.jpg"] == hash_of(path)
    assert len(index.known()) == 21
    assert index.failed() == {}


def test_fault_24_what_has_gone_or_become_something_else_costs_no_other_and_no_time(index: Indexer) -> None:
    names = ("gone", "folder", "pipe", "socket", "endless")
    for number, name in enumerate((*names, "stays")):
        paint(index.photos / f"{name}.jpg", number)
    server = socket.socket(socket.AF_UNIX)

    def change() -> None:
        for name in names:
            (index.photos / f"{name}.jpg").unlink()
        (index.photos / "folder.jpg").mkdir()
        os.mkfifo(index.photos / "pipe.jpg")
        os.chdir(index.photos)  # names of sockets have to be short
        server.bind("socket.jpg")
        (index.photos / "endless.jpg").symlink_to("/dev/zero")

    before, started = Path.cwd(), time.monotonic()
    try:
        report = index(change)
    finally:
        os.chdir(before)
        server.close()
    assert time.monotonic() - started < 30
    assert report.indexed == 1
    assert list(index.known()) == ["stays.jpg"]
    assert index.failed() == {}
    report = index()
    assert (report.found, report.unchanged) == (1, 1)
