"""What holds for every test: no screen, nothing left running, nothing logged as a warning that was not expected."""

from __future__ import annotations

import logging
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import MultiSignalBlocker, SignalBlocker

if sys.platform == "linux":
    import fcntl

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

GRACE_S = 2.0
# How long a test waits for what has to happen. What has to happen within some time is measured, not waited for.
PATIENCE_MS = 60_000


class PatientQtBot(QtBot):
    """A pytest-qt bot that waits long: on a busy machine a thread may not be given the processor for seconds."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **options: Any) -> SignalBlocker:
        return super().waitSignal(signal, timeout=timeout, **options)

    def waitSignals(self, signals: list[Any], *, timeout: int = PATIENCE_MS, **options: Any) -> MultiSignalBlocker:
        return super().waitSignals(signals, timeout=timeout, **options)


@pytest.fixture
def qtbot(qapp: Any, request: pytest.FixtureRequest) -> QtBot:
    """The bot of pytest-qt, in place of its own fixture."""
    return PatientQtBot(request)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home folder for all tests of the whole program, so that the network is compiled once.

    Holds `cache`, `data` and `state`, as the XDG variables name them.
    """
    return tmp_path_factory.mktemp("home")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "expects_warnings: the code under test may log warnings")
    config.addinivalue_line("markers", "leaves_running: the test may leave threads or processes to a later clean-up")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The offscreen platform says this of ordinary calls that need a window manager.
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Names of files that are no text are logged as they are, but cannot be sent from one process to another."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
    return report


@pytest.fixture(scope="session")
def machine_lock(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A file that every test of this run holds a shared lock on, in whatever process it runs."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if hasattr(request.config, "workerinput") else base) / "machine.lock"


@pytest.fixture(autouse=True)
def beside_others(machine_lock: Path) -> Iterator[Callable[[], None]]:
    """Call it to be alone: it waits until no other test runs, and lets none begin until this one has ended.

    For tests that change what holds for the whole machine, such as a limit of the kernel. Nowhere but on Linux.
    """
    if sys.platform != "linux":
        yield lambda: pytest.skip("changes the whole machine, which is done on Linux only")
        return
    with machine_lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        # The lock is let go before it is taken anew, so two tests that ask for this do not wait for each other.
        yield lambda: fcntl.flock(lock, fcntl.LOCK_EX)


@pytest.fixture(autouse=True)
def nothing_left_running(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread, other than a daemon, or a child process behind."""
    if request.node.get_closest_marker("leaves_running"):
        yield
        return
    threads_before = set(threading.enumerate())
    children_before = set(multiprocessing.active_children())
    yield
    until = time.monotonic() + GRACE_S
    while True:
        threads = [thread for thread in set(threading.enumerate()) - threads_before if not thread.daemon]
        children = set(multiprocessing.active_children()) - children_before
        if not threads and not children:
            return
        if time.monotonic() > until:
            pytest.fail(f"left running: {[thread.name for thread in threads]} {list(children)}")
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def no_unexpected_warnings(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test during which the program logged a warning or worse, unless it is marked `expects_warnings`."""
    yield
    if request.node.get_closest_marker("expects_warnings"):
        return
    records = [record for phase in ("setup", "call") for record in caplog.get_records(phase)]
    unexpected = [record for record in records if record.levelno >= logging.WARNING]
    if unexpected:
        pytest.fail("unexpected warnings: " + "; ".join(record.getMessage() for record in unexpected))
