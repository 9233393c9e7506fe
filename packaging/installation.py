"""Makes and updates the private Python environment of `launch.py`. Loaded only when there is something to install.

The order makes interruptions harmless: `unfinished` lies in the environment while pip changes it, and the stamp is
written last. An environment with `unfinished` is made anew from pip's cache; one without a stamp is completed.
Standard library only.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import system_packages

if TYPE_CHECKING:
    from launch import Environment

N_STEPS = 4
NEEDED_BYTES = 9_000_000_000 if sys.platform.startswith("linux") else 3_000_000_000  # the CUDA libraries are on Linux
NOTE_EVERY_S = 30.0

# What pip's log says -> what to tell. The first that fits is told.
FAILURES = (
    (
        r"No space left on device|Errno 28|WinError 112",
        "The disk is full: make room for about {gigabytes:.0f} GB where {folder} lies, and start again.",
    ),
    (
        r"Microsoft Visual C\+\+|Python\.h: No such file|error: command '\S*(?:g\+\+|gcc|cc|clang|c\+\+)\S*' failed|"
        r"Unsupported compiler",
        "{compiler}",
    ),
    (
        r"NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|SSLError|"
        r"Network is unreachable|Temporary failure in name resolution|ConnectionResetError|IncompleteRead",
        "The libraries could not be downloaded: check the connection to the internet (and pip's proxy settings, if you "
        "need any), and start again. Details are in {log}.",
    ),
)
OTHER_FAILURE = "Installing the libraries failed. What pip said is in {log}; the last lines tell why."


class SetupError(Exception):
    """The environment cannot be made. The message is a sentence for the person who started Resight."""


def run(environment: Environment, *, test: bool, window: bool) -> None:
    """Make the environment, or bring it up to date, telling on stderr how far it is.

    Raises:
        SetupError: it cannot be done; says what to do.
    """
    _check_machine(environment, test=test, window=window)
    if window:
        notify("Resight is being installed. Its window opens when that is done, in some minutes.")
    signal.signal(signal.SIGTERM, _interrupt)
    with _lock(environment):
        if environment.is_ready(test, window):
            return  # another start has done it while this one waited
        test = test or environment.stamp().get("test") is True
        environment.log_file.write_bytes(b"")
        _make_environment(environment)
        _install_libraries(environment, test)
        _compile_sources(environment, test=test)
        _prepare_network(environment)
        problem = _qt_problem(environment, offscreen=not window)
        if problem and (window or test):
            raise SetupError(problem)
        problem = problem or _qt_problem(environment, offscreen=False)
        _write_stamp(environment, test=test, window=not problem)
        if problem and not test:
            say(f"(The window cannot open yet. {problem})")


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _check_machine(environment: Environment, *, test: bool, window: bool) -> None:
    """What can be known before anything is downloaded."""
    if window or test:
        missing = system_packages.missing_qt_libraries(offscreen=not window)
        if missing:
            raise SetupError(system_packages.qt_sentence(missing))
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise SetupError(system_packages.venv_sentence())
    try:
        environment.home.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise SetupError(f"The folder {environment.home} cannot be made: {problem.strerror}.") from problem
    if not environment.stamp() and shutil.disk_usage(environment.home).free < NEEDED_BYTES:
        raise SetupError(_words(FAILURES[0][1], environment))


# ---- step 1: the environment ------------------------------------------------------------------------------------


def _make_environment(environment: Environment) -> None:
    with Step(1, "Making a private Python environment") as step:
        if environment.python.exists() and not _unfinished(environment).exists():
            return
        shutil.rmtree(environment.folder, ignore_errors=True)
        command = [sys.executable, "-I", "-m", "venv", str(environment.folder)]
        if _run(command, environment, step) != 0:
            shutil.rmtree(environment.folder, ignore_errors=True)
            if "ensurepip" in _log_text(environment):
                raise SetupError(system_packages.venv_sentence())
            raise SetupError(_failure(environment))


def _unfinished(environment: Environment) -> Path:
    return environment.folder / "unfinished"


# ---- step 2: the libraries --------------------------------------------------------------------------------------


def _install_libraries(environment: Environment, test: bool) -> None:
    with Step(2, "Installing the libraries (up to 3 GB the first time)") as step:
        environment.stamp_file.unlink(missing_ok=True)
        _unfinished(environment).touch()
        libraries = requirements(environment.checkout, test)
        if not system_packages.can_compile() and not _site_packages(environment, "hnswlib-*.dist-info"):
            index = [name for name in libraries if name.startswith("hnswlib")]
            if _pip(environment, step, "--only-binary=:all:", "--no-deps", *index) != 0:
                _unfinished(environment).unlink()
                network = re.search(FAILURES[2][0], _log_text(environment))
                raise SetupError(_failure(environment) if network else system_packages.compiler_sentence())
        status = _pip(environment, step, *libraries)
        _unfinished(environment).unlink()  # pip came to an end by itself: whatever it said, nothing is half there
        if status != 0:
            raise SetupError(_failure(environment))
        _write_path_file(environment)


def requirements(checkout: Path, test: bool) -> list[str]:
    """The libraries Resight needs, as its pyproject.toml names them; with those of the tests if asked."""
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *(project["optional-dependencies"]["test"] if test else [])]


def _pip(environment: Environment, step: Step, *arguments: str) -> int:
    # Unpacked beside the environment: where the system keeps temporary files there is often no room for gigabytes.
    temporary = environment.folder / "tmp"
    temporary.mkdir(exist_ok=True)
    variables = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    command = [str(environment.python), "-I", "-u", "-m", "pip", "install"]
    command += ["--no-input", "--no-user", "--disable-pip-version-check", "--progress-bar=off", *arguments]
    try:
        return _run(command, environment, step, variables)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _site_packages(environment: Environment, pattern: str) -> list[Path]:
    return list(_site_packages_folder(environment).glob(pattern))


def _site_packages_folder(environment: Environment) -> Path:
    base = str(environment.folder)
    return Path(sysconfig.get_path("purelib", "venv", {"base": base, "platbase": base}))


def _write_path_file(environment: Environment) -> None:
    """Let the environment's Python find `app` and `engine` in the checkout.

    An editable install would do the same, but it writes into the checkout, which may be read-only. As code, because
    plain paths in such a file are read in another encoding by each version of Python.
    """
    line = f"import sys; sys.path.append({str(environment.checkout)!a})\n"
    (_site_packages_folder(environment) / "resight.pth").write_text(line, encoding="ascii")


# ---- step 3: the network, and what is left ----------------------------------------------------------------------


def _compile_sources(environment: Environment, *, test: bool) -> None:
    """So that no start has to: half a second. Where nothing can be written it is as it was."""
    folders = ["app", "engine", *(["tests"] if test else [])]
    command = [str(environment.python), "-I", "-m", "compileall", "-qq", *folders]
    subprocess.run(command, cwd=environment.checkout, check=False)


def _prepare_network(environment: Environment) -> None:
    with Step(3, "Preparing the network for this computer") as step:
        command = [str(environment.python), "-I", "-m", "app", "prepare"]
        if _run(command, environment, step) != 0:
            step.result = "not now; Resight does it when it is first needed"


def _qt_problem(environment: Environment, *, offscreen: bool) -> str | None:
    """Why a window could not open, on a display or in memory only, or None."""
    missing = system_packages.missing_qt_libraries(offscreen)
    if not missing:
        command = [str(environment.python), "-I", "-c", "import PySide6.QtWidgets"]
        probe = subprocess.run(command, capture_output=True, text=True, check=False)
        if probe.returncode == 0:
            return None
        with environment.log_file.open("a", encoding="utf-8") as log:
            log.write(probe.stderr)
        missing = re.findall(r"ImportError: (lib\S+?): cannot open shared object file", probe.stderr)
    if missing:
        return system_packages.qt_sentence(missing)
    return f"Qt, which draws Resight's window, does not start here; why is at the end of {environment.log_file}."


def _write_stamp(environment: Environment, *, test: bool, window: bool) -> None:
    stamp = {
        "fingerprint": environment.fingerprint(),
        "test": test,
        "window": window,
        "checkout": os.fsdecode(environment.checkout),
        "python": sys.version,
    }
    draft = environment.stamp_file.with_suffix(".new")
    draft.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    os.replace(draft, environment.stamp_file)


def remove(environment: Environment) -> bool:
    """Delete the environment and its log. Returns whether it is gone."""
    try:
        if environment.folder.exists():
            shutil.rmtree(environment.folder)
        environment.log_file.unlink(missing_ok=True)
        _lock_file(environment).unlink(missing_ok=True)
    except OSError as problem:
        say(f"{environment.folder} could not be removed: {problem.strerror}. Close Resight and try again.")
        return False
    return True


# ---- running, waiting, telling ----------------------------------------------------------------------------------


class Step:
    """One numbered line on stderr: on a terminal it lives (seconds, pip's last line), else it is repeated sometimes."""

    def __init__(self, number: int, text: str) -> None:
        self.text = f"{number}/{N_STEPS} {text}"
        self.result = "done"
        self._started_s = self._told_s = time.monotonic()
        self._live = sys.stderr.isatty()

    def __enter__(self) -> Step:
        self._show(f"{self.text} …")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        result = self.result if kind is None else "stopped"
        seconds = time.monotonic() - self._started_s
        self._show(f"{self.text}: {result}" + (f" ({seconds:.0f} s)" if seconds >= 1 else ""))
        if self._live:
            sys.stderr.write("\n")

    def alive(self, detail: str) -> None:
        """Show that it moves; called about twice a second."""
        now_s = time.monotonic()
        if self._live or now_s - self._told_s >= NOTE_EVERY_S:
            self._told_s = now_s
            self._show(f"{self.text} … {now_s - self._started_s:.0f} s  {detail[:70]}")

    def _show(self, line: str) -> None:
        if not self._live:
            say(line)
            return
        width = max(shutil.get_terminal_size().columns - 1, 20)
        sys.stderr.write("\r" + line[:width].ljust(width))
        sys.stderr.flush()


def _run(command: list[str], environment: Environment, step: Step, variables: dict[str, str] | None = None) -> int:
    """Run with everything it says in the log; returns its exit status."""
    # The lock stays with the child (close_fds): if this process is killed, nobody else works here until pip has ended.
    with environment.log_file.open("ab") as log:
        log.write(f"\n$ {' '.join(command)}\n".encode("utf-8", "replace"))
        log.flush()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1", **(variables or {})},
            cwd=environment.home,
            close_fds=os.name == "nt",
        )
        try:
            while True:
                try:
                    return process.wait(timeout=0.5)
                except subprocess.TimeoutExpired:
                    step.alive(_last_line(environment.log_file))
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()


@contextlib.contextmanager
def _lock(environment: Environment) -> Iterator[None]:
    """Only one start works on the environment; the others wait until it is done."""
    with _lock_file(environment).open("a+b") as file:
        if not _try_lock(file.fileno()):
            say("Resight is already being installed by another start: waiting for it.")
            while not _try_lock(file.fileno()):
                time.sleep(0.5)
        os.set_inheritable(file.fileno(), True)
        yield


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _lock_file(environment: Environment) -> Path:
    return environment.folder.with_suffix(".lock")


def _log_text(environment: Environment) -> str:
    return environment.log_file.read_text(encoding="utf-8", errors="replace")


def _last_line(log_file: Path) -> str:
    with log_file.open("rb") as log:
        log.seek(max(log.seek(0, os.SEEK_END) - 4096, 0))
        lines = log.read().decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip() and not line.startswith("$ ")), "")


def _failure(environment: Environment) -> str:
    """The sentence for what the log says."""
    text = _log_text(environment)
    for pattern, sentence in FAILURES:
        if re.search(pattern, text):
            return _words(sentence, environment)
    return _words(OTHER_FAILURE, environment)


def _words(sentence: str, environment: Environment) -> str:
    return sentence.format(
        gigabytes=NEEDED_BYTES / 1e9,
        folder=environment.home,
        log=environment.log_file,
        compiler=system_packages.compiler_sentence(),
    )


def notify(sentence: str) -> None:
    """Tell somebody who started from a menu and sees no terminal."""
    if sys.platform.startswith("linux") and not sys.stderr.isatty() and shutil.which("notify-send"):
        command = ["notify-send", "--app-name=Resight", "Resight", sentence]
        subprocess.run(command, check=False, stderr=subprocess.DEVNULL)


def say(line: str) -> None:
    """A line on stderr; stdout belongs to the program."""
    print(line, file=sys.stderr, flush=True)
