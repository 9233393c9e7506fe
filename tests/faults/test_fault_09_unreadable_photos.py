"""Fault 9: the disk cannot read a photo (EIO). The others are indexed, and it is as soon as it can be read again."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.helpers.faults import needs_strace
from tests.helpers.program import PROJECT, Program

CHAIRS = PROJECT / "tests" / "photos" / "groups" / "chair"


def test_one_photo_on_a_bad_spot_of_the_disk_costs_no_other(home: Path, tmp_path: Path) -> None:
    needs_strace()
    photos = tmp_path / "photos"
    shutil.copytree(CHAIRS, photos)
    bad = photos / "image003.jpg"
    strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-P", str(bad), "-e", "trace=read,pread64,readv,mmap",
              "-e", "inject=read,pread64,readv,mmap:error=EIO"]
    report = Program(tmp_path / "library", home, strace).json("index", photos)
    assert (report["found"], report["indexed"], report["failed"]) == (5, 4, 1)
    program = Program(tmp_path / "library", home)
    (failure,) = program.json("failures")
    assert (failure["path"], failure["kind"]) == (str(bad), "unreadable")
    assert failure["sentence"].startswith("“image003.jpg”") or "image003.jpg" in failure["sentence"]
    report = program.json("index")
    assert (report["indexed"], report["unchanged"], report["failed"]) == (1, 4, 0)
    assert program.json("failures") == []
