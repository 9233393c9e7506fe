"""Fault 1: nothing that Resight does writes, renames, removes or touches anything below a folder of photos.

Not believed but watched: the whole program runs under strace, which writes down every call that changes files.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.helpers.faults import needs_strace
from tests.helpers.program import PROJECT, Program
from tests.helpers.tracing import Trace, traced

GROUPS = PROJECT / "tests" / "photos" / "groups"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    needs_strace()
    return tmp_path / "strace.log"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Photos of many kinds, two that cannot be read, one with a name that is no text, and links."""
    folder = tmp_path / "photos"
    shutil.copytree(GROUPS / "chair", folder / "chair")
    shutil.copytree(GROUPS / "skull", folder / "skull")
    (folder / "damaged.jpg").write_bytes((GROUPS / "chair" / "image000.jpg").read_bytes()[:3000])
    (folder / "no picture.png").write_text("This is no picture.")
    os.link(folder / "chair" / "image000.jpg", folder / "copy.jpg")
    (folder / "link.jpg").symlink_to(folder / "skull" / "skull_01.jpg")
    (folder / "chair" / "image003.jpg").rename(os.fsdecode(os.fsencode(folder) + b"/caf\xe9\n.jpg"))
    for path in folder.rglob("*"):  # as if it had been there for long
        os.utime(path, (1_000_000_000, 1_000_000_000), follow_symlinks=False)
    return folder


def state_of(folder: Path) -> dict[Path, tuple[int, ...]]:
    states = {path: path.lstat() for path in [folder, *folder.rglob("*")]}
    return {path: (state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns) for path, state in states.items()}


class Traced:
    """The program under strace."""

    def __init__(self, library: Path, home: Path, log: Path) -> None:
        self.program = Program(library, home, traced(log))

    def undisturbed(self, photos: Path, *arguments: str | Path, code: int = 0) -> None:
        """Run a command, during which nobody else changes the photos."""
        before = state_of(photos)
        self.program(*arguments, code=code)
        assert state_of(photos) == before, arguments

    def watching(self, during: Callable[[Callable[[str], None]], None]) -> None:
        """Watch while something is done, which can wait for what is told."""
        with self.program.start("watch") as strace:
            assert strace.stderr is not None
            told: list[str] = []
            reader = threading.Thread(target=lambda: told.extend(strace.stderr or ()))
            reader.start()

            def wait_for(words: str) -> None:
                end_s = time.monotonic() + 120
                while not any(words in line for line in told):
                    assert strace.poll() is None, told
                    assert time.monotonic() < end_s, told
                    time.sleep(0.05)

            try:
                wait_for("Watching for changes")
                during(wait_for)
            finally:
                for process in psutil.Process(strace.pid).children():  # strace itself takes no notice
                    process.send_signal(signal.SIGINT)
                reader.join(60)
        assert strace.returncode == 0, told


def test_a_whole_life_of_a_library(photos: Path, log: Path, home: Path, tmp_path: Path) -> None:
    resight = Traced(tmp_path / "library", home, log)
    resight.undisturbed(photos, "index", photos)
    n_read_at_first = Trace(log, PROJECT).n_read(photos)
    assert n_read_at_first > 10

    query = photos / "skull" / "skull_02.jpg"
    resight.undisturbed(photos, "search", query, "--expand")
    resight.undisturbed(photos, "search", query, "--box", "0.2,0.2,0.8,0.8")  # looks closely: reads photos again

    def change(wait_for: Callable[[str], None]) -> None:  # in this process, which is not traced
        shutil.copytree(GROUPS / "beach", photos / "beach")
        n = len(list((GROUPS / "beach").iterdir()))
        wait_for(f"{n} new or changed")
        (photos / "beach").rename(photos / "shore")
        wait_for(f"{n} moved")
        shutil.rmtree(photos / "shore")
        wait_for(f"{n} gone")

    resight.watching(change)
    (photos / "chair").rename(photos / "seats")
    resight.undisturbed(photos, "index")
    resight.undisturbed(photos, "exclude", photos / "seats", "--min-side", "50")
    resight.undisturbed(photos, "exclude", "--include", photos / "seats")
    resight.undisturbed(photos, "index", "--gentle")
    resight.undisturbed(photos, "failures")
    resight.undisturbed(photos, "retry")
    resight.undisturbed(photos, "snapshot")
    resight.undisturbed(photos, "restore", "--latest")
    resight.undisturbed(photos, "check", "--repair")
    resight.undisturbed(photos, "move", tmp_path / "moved")
    resight.program = Program(tmp_path / "moved", home, traced(log))
    resight.undisturbed(photos, "status")
    resight.undisturbed(photos, "remove", photos)

    trace = Trace(log, PROJECT)
    assert trace.changes(photos) == []
    assert trace.n_read(photos) > 2 * n_read_at_first, "the photos were read under the eyes of strace"
    assert trace.changes(tmp_path / "library") != [], "and changes of other files were seen"


def test_the_window(photos: Path, log: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    resight = Traced(tmp_path / "library", home, log)
    resight.undisturbed(photos, "index", photos)
    n_read = Trace(log, PROJECT).n_read(photos)
    before = state_of(photos)
    window = resight.program.start("open", photos / "skull" / "skull_01.jpg")
    try:
        end_s = time.monotonic() + 120
        while Trace(log, PROJECT).n_read(photos) < n_read + 2:  # the query, and the first hit for the preview
            assert window.poll() is None, window.communicate()
            assert time.monotonic() < end_s
            time.sleep(0.5)
        time.sleep(2)
    finally:
        for process in psutil.Process(window.pid).children():
            process.send_signal(signal.SIGTERM)
        _, err = window.communicate(timeout=120)
    assert (window.returncode, err) == (0, "")
    assert state_of(photos) == before
    assert Trace(log, PROJECT).changes(photos) == []


# ---- that such calls would be seen --------------------------------------------------------------------------------

WAYS = {
    "write": "open(root + '/a.jpg', 'r+b').close()",
    "append": "open(root + '/a.jpg', 'ab').close()",
    "create": "open(root + '/new\\n\\xe9', 'w').close()",
    "create without a name": "os.open(root, os.O_TMPFILE | os.O_WRONLY)",
    "rename away": "os.rename(root + '/a.jpg', root + '/../a.jpg')",
    "rename into": "open(root + '/../b', 'w').close(); os.rename(root + '/../b', root + '/b')",
    "unlink": "os.unlink(root + '/a.jpg')",
    "unlink in a folder that is open": "os.unlink('a.jpg', dir_fd=os.open(root, os.O_RDONLY))",
    "make a folder": "os.mkdir(root + '/new')",
    "remove a folder": "os.rmdir(root + '/empty')",
    "link": "os.link(root + '/a.jpg', root + '/../c.jpg')",
    "symbolic link": "os.symlink('/', root + '/d')",
    "mode": "os.chmod(root + '/a.jpg', 0o600)",
    "mode of what is open": "os.chmod(os.open(root + '/a.jpg', os.O_RDONLY), 0o600)",
    "owner": "os.chown(root, -1, -1)",
    "time": "os.utime(root + '/a.jpg')",
    "time of what is open": "os.utime(os.open(root + '/a.jpg', os.O_RDONLY))",
    "cut": "os.truncate(root + '/a.jpg', 1)",
    "attribute": "os.setxattr(root + '/a.jpg', 'user.x', b'1')",
    "a call that fails": "os.unlink(root + '/nothing')",
    "by a relative path": "os.unlink(os.path.relpath(root + '/a.jpg'))",
    "in another process": "subprocess.run([sys.executable, '-c', f'import os; os.unlink({root!r} + \"/a.jpg\")'])",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    root = tmp_path / "small"
    (root / "empty").mkdir(parents=True)
    (root / "a.jpg").write_bytes(b"123")
    return root


@pytest.mark.parametrize("way", WAYS)
def test_strace_sees_each_way_to_change_something(way: str, small: Path, log: Path) -> None:
    begin = "import contextlib, os, subprocess, sys\nroot = sys.argv[1]\nwith contextlib.suppress(OSError):\n  "
    script = begin + WAYS[way]
    subprocess.run([*traced(log), sys.executable, "-c", script, str(small)], cwd=PROJECT, check=True, timeout=60)
    trace = Trace(log, PROJECT)
    assert len(trace.changes(small)) >= 1
    assert trace.changes(small / "other") == []


def test_reading_is_no_change(small: Path, log: Path) -> None:
    script = ("import os, sys\nroot = sys.argv[1]\nopen(root + '/a.jpg').read()\nos.listdir(root)\n"
              "open(root + 'er', 'w').close()")
    subprocess.run([*traced(log), sys.executable, "-c", script, str(small)], cwd=PROJECT, check=True, timeout=60)
    trace = Trace(log, PROJECT)
    assert trace.changes(small) == []
    assert trace.n_read(small) == 2
    assert len(trace.changes(Path(f"{small}er"))) == 1
