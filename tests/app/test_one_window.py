"""One window for each library, in this process and with real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from app import one_window
from app.one_window import Answer, OneWindow, hand_over, read_message, socket_name, write_message
from app.window import come_forward
from engine.messages import Search
from tests.app.conftest import WindowRig

PROJECT = Path(__file__).parents[2]
posix_only = pytest.mark.skipif(os.name == "nt", reason="sockets that are files")


@pytest.fixture(autouse=True)
def runtime_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    monkeypatch.delenv("XDG_ACTIVATION_TOKEN", raising=False)
    monkeypatch.delenv("DESKTOP_STARTUP_ID", raising=False)
    return folder


@pytest.fixture
def make(tmp_path: Path, qtbot: QtBot) -> Iterator[Callable[..., OneWindow]]:
    made: list[OneWindow] = []

    def make_one(library: str = "library") -> OneWindow:
        made.append(OneWindow(tmp_path / library))
        return made[-1]

    yield make_one
    for one in made:
        one.close()
        one.deleteLater()


def ask(library: Path, picture: str | None, code: str = "") -> subprocess.Popen[str]:
    """A second start as far as the handing over, in a process of its own."""
    script = (
        "import sys, json\nfrom pathlib import Path\nfrom PySide6.QtCore import QCoreApplication\n"
        "from app.one_window import OneWindow\napp = QCoreApplication([])\n" + code +
        "sys.stdout.write(str(OneWindow(Path(sys.argv[1])).claim(json.loads(sys.argv[2]))))"
    )
    return subprocess.Popen([sys.executable, "-c", script, str(library), json.dumps(picture)], cwd=PROJECT,
                            stdout=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str], qtbot: QtBot) -> str:
    """Wait for a process while this one's events go on -> what it printed."""
    qtbot.waitUntil(lambda: process.poll() is not None, timeout=30_000)
    assert process.returncode == 0
    return process.communicate()[0]


# ---- handing over ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("picture", ["/photos/lamp.jpg", None, "/photos/caf\udce9 \n“%”.jpg"])
def test_the_second_start_hands_over_and_ends(
    make: Callable[..., OneWindow], tmp_path: Path, qtbot: QtBot, picture: str | None
) -> None:
    first = make()
    assert first.claim("/photos/first.jpg")
    process = ask(tmp_path / "library", picture)
    with qtbot.waitSignal(first.asked, timeout=30_000) as asked:
        pass
    assert asked.args == [picture]
    assert finish(process, qtbot) == "False"


def test_other_libraries_have_windows_of_their_own(make: Callable[..., OneWindow], tmp_path: Path) -> None:
    assert make("library").claim(None)
    assert make("other").claim(None)
    (tmp_path / "link").symlink_to(tmp_path / "library")
    assert socket_name(tmp_path / "link") == socket_name(tmp_path / "library")


def test_a_window_that_moved_is_found_at_its_new_place(
    make: Callable[..., OneWindow], tmp_path: Path, qtbot: QtBot
) -> None:
    first = make()
    first.claim(None)
    first.move_to(tmp_path / "moved")
    assert make().claim(None)
    process = ask(tmp_path / "moved", None)
    with qtbot.waitSignal(first.asked, timeout=30_000):
        pass
    assert finish(process, qtbot) == "False"


def test_a_window_on_its_way_out_is_waited_for(
    make: Callable[..., OneWindow], tmp_path: Path, qtbot: QtBot
) -> None:
    first = make()
    first.claim(None)
    first.is_open = lambda: False
    process = ask(tmp_path / "library", "/photos/lamp.jpg")
    with pytest.raises(qtbot.TimeoutError), qtbot.waitSignal(first.asked, timeout=1500):
        pass
    assert process.poll() is None
    first.close()
    assert finish(process, qtbot) == "True"


@posix_only
def test_what_a_killed_window_has_left_is_in_nobodys_way(
    make: Callable[..., OneWindow], tmp_path: Path, qtbot: QtBot
) -> None:
    hold = "one = OneWindow(Path(sys.argv[1])); one.claim(None); print('up', flush=True); app.exec()\n"
    process = ask(tmp_path / "library", None, hold)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    process.kill()
    process.communicate()
    name = socket_name(tmp_path / "library")
    assert os.path.exists(name)
    assert hand_over(name, None) is Answer.NOBODY
    first = make()
    assert first.claim(None)
    again = ask(tmp_path / "library", "/photos/lamp.jpg")
    with qtbot.waitSignal(first.asked, timeout=30_000):
        pass
    assert finish(again, qtbot) == "False"


@posix_only
def test_a_window_that_hangs_is_left_alone(
    make: Callable[..., OneWindow], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_window, "ANSWER_WITHIN_MS", 200)
    hung = make()
    assert hung.claim(None)  # its events are not worked on from here
    started = time.monotonic()
    assert make().claim("/photos/lamp.jpg")
    assert time.monotonic() - started < 5
    assert os.path.exists(socket_name(tmp_path / "library"))


@posix_only
def test_a_name_of_somebody_else_is_not_spoken_to(
    make: Callable[..., OneWindow], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert make().claim(None)
    name = socket_name(tmp_path / "library")
    monkeypatch.setattr(os, "stat", lambda path: os.lstat("/proc/self") if path == name else os.lstat(path))
    real = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: real + 1)
    assert hand_over(name, "/photos/lamp.jpg") is Answer.SILENCE


@posix_only
def test_only_the_user_can_reach_it(make: Callable[..., OneWindow], tmp_path: Path) -> None:
    make().claim(None)
    assert os.stat(socket_name(tmp_path / "library")).st_mode & 0o077 == 0


def test_long_and_missing_places_fall_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (tmp_path / "missing", Path("relative"), tmp_path / ("d" * 90)):
        if place.is_absolute() and "missing" not in place.name:
            place.mkdir()
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(place))
        assert not socket_name(tmp_path).startswith(str(place))
        assert len(os.fsencode(socket_name(tmp_path))) < 100


# ---- messages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("picture", [None, "/a.jpg", "/caf\udce9\n.jpg", "/" + "ä" * 2000])
def test_messages_come_through(picture: str | None) -> None:
    line = write_message(picture, "token-1")
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert read_message(line) == (picture, "token-1")


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff\n",
        b"null",
        b"[]",
        b"{}",
        b'"resight"',
        b"[" * 30_000,
        b'{"resight": 2, "picture": null, "token": ""}',
        b'{"resight": 1, "picture": null}',
        b'{"resight": 1, "picture": null, "token": "", "more": 1}',
        b'{"resight": 1, "picture": "relative.jpg", "token": ""}',
        b'{"resight": 1, "picture": ["/a.jpg"], "token": ""}',
        b'{"resight": 1, "picture": "/a\\u0000.jpg", "token": ""}',
        b'{"resight": 1, "picture": "/\\ud83d", "token": ""}',
        b'{"resight": 1, "picture": null, "token": "a\\nb"}',
        b'{"resight": 1, "picture": null, "token": 7}',
        write_message("/" + "a" * 5000),
        write_message(None, "t" * 300),
    ],
)
def test_what_is_no_message_of_ours_is_dropped(line: bytes) -> None:
    assert read_message(line) is None


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.0\r\n\r\n", b"x" * 40_000, b'{"resight": 1}\n', b"no end"])
def test_a_stranger_is_hung_up_on(
    make: Callable[..., OneWindow], tmp_path: Path, qtbot: QtBot, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_window, "ANSWER_WITHIN_MS", 500)
    first = make()
    first.claim(None)
    asked: list[object] = []
    first.asked.connect(asked.append)
    stranger = QLocalSocket()
    stranger.connectToServer(socket_name(tmp_path / "library"))
    with qtbot.waitSignal(stranger.disconnected, timeout=5_000):
        stranger.write(sent)
    assert asked == []
    assert stranger.readAll().data() == b""


# ---- the window ---------------------------------------------------------------------------------------------------


def test_the_window_comes_forward_and_searches(window_rig: WindowRig, qtbot: QtBot) -> None:
    window_rig.start(qtbot)
    window = window_rig.window
    window.showMinimized()
    assert window.is_open()
    with qtbot.waitSignal(window.searching.finished):
        come_forward(window, "/photos/lamp.jpg")
    assert window_rig.engine.submitted(Search)[0].query.path == "/photos/lamp.jpg"
    assert not window.windowState() & Qt.WindowState.WindowMinimized
    come_forward(window, None)
    assert len(window_rig.engine.submitted(Search)) == 1
    with qtbot.waitSignal(window.closed):
        window.close()
        assert not window.is_open()


def test_nothing_is_left_of_a_window_that_was_closed(make: Callable[..., OneWindow], tmp_path: Path) -> None:
    one = make()
    one.claim(None)
    one.close()
    assert hand_over(socket_name(tmp_path / "library"), None) is Answer.NOBODY
    QLocalServer.removeServer(socket_name(tmp_path / "library"))
