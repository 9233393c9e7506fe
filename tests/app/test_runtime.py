"""The guards of the process."""

from __future__ import annotations

import faulthandler
import gc
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, qInstallMessageHandler, qWarning
from pytestqt.qtbot import QtBot

from app import runtime


@pytest.fixture
def kept_hooks() -> Iterator[None]:
    before = sys.excepthook, threading.excepthook
    yield
    sys.excepthook, threading.excepthook = before


@pytest.fixture
def kept_root_logger() -> Iterator[logging.Logger]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield root
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def test_garbage_is_collected_on_the_gui_thread_only(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "YOUNG_EVERY_MS", 20)
    collection = runtime.GarbageCollection()
    assert not gc.isenabled()
    destroyed_on: list[threading.Thread] = []

    class Cyclic:
        def __init__(self) -> None:
            self.me = self
            self.qt = QObject()

        def __del__(self) -> None:
            destroyed_on.append(threading.current_thread())

    def allocate() -> None:
        for _ in range(20_000):
            [[] for _ in range(10)]

    try:
        for _ in range(50):
            Cyclic()
        worker = threading.Thread(target=allocate)
        worker.start()
        worker.join()
        assert destroyed_on == []  # thousands of allocations on another thread set nothing off
        qtbot.waitUntil(lambda: len(destroyed_on) == 50)
        assert set(destroyed_on) == {threading.main_thread()}
    finally:
        collection.stop()
    assert gc.isenabled()


@pytest.mark.expects_warnings
def test_uncaught_errors_of_any_thread_are_logged_and_reported(
    kept_hooks: None, caplog: pytest.LogCaptureFixture
) -> None:
    reports: list[str] = []
    told: list[str] = []

    def report(what: str) -> None:
        reports.append(threading.current_thread().name)
        told.append(what)

    runtime.install_hooks(report)

    def fail() -> None:
        raise ZeroDivisionError("in a thread")

    thread = threading.Thread(target=fail, name="failing")
    thread.start()
    thread.join()
    try:
        raise KeyError("on the main thread")
    except KeyError:
        sys.excepthook(*sys.exc_info())
    assert reports == ["failing", "MainThread"]
    assert told[0].endswith("ZeroDivisionError: in a thread\n")
    assert "in fail" in told[0]
    logged = [record.exc_info[0] for record in caplog.records if record.exc_info]
    assert logged == [ZeroDivisionError, KeyError]


def test_ctrl_c_is_no_error(kept_hooks: None, capsys: pytest.CaptureFixture[str]) -> None:
    reports: list[None] = []
    runtime.install_hooks(lambda _what: reports.append(None))
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert reports == []
    assert "KeyboardInterrupt" in capsys.readouterr().err


def test_the_log_is_a_file_and_takes_any_name(kept_root_logger: logging.Logger, tmp_path: Path) -> None:
    was_enabled = faulthandler.is_enabled()
    crash_log = runtime.start_logging(tmp_path / "logs")
    assert crash_log is not None
    logging.getLogger("test").info("opened %s", "bad\udcff.jpg")
    assert "bad\\udcff.jpg" in (tmp_path / "logs" / "resight.log").read_text(encoding="utf-8")
    assert faulthandler.is_enabled()
    assert (tmp_path / "logs" / "crash.log").exists()
    faulthandler.disable()
    crash_log.close()
    if was_enabled:
        faulthandler.enable(sys.__stderr__)


def test_without_a_place_for_the_log_the_program_goes_on(kept_root_logger: logging.Logger, tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("not a folder")
    assert runtime.start_logging(tmp_path / "logs") is None
    logging.getLogger("test").info("opened %s", "bad\udcff.jpg")


@pytest.mark.expects_warnings
def test_what_qt_says_goes_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    runtime.log_qt_messages()
    try:
        qWarning("something about a widget")
    finally:
        qInstallMessageHandler(None)
    assert [record.levelno for record in caplog.records if record.name == "qt"] == [logging.WARNING]
