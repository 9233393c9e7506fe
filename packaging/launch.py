#!/usr/bin/env python3
"""Start Resight; the first time, install what it needs into a private Python environment.

Only libraries are installed: the program runs from this folder, so `git pull` is all an update takes. The folder
itself may be read-only. Standard library only, and few imports: this file runs at every start.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent
PYTHONS = ((3, 11), (3, 12), (3, 13))
LAST_STEP = {"start": "Starting Resight", "test": "Running the tests", "install": "Ready", "tool": "Starting"}
HELP = """\
Start Resight, installing what it needs the first time.

  python3 packaging/launch.py                     open the window
  python3 packaging/launch.py -- ARGS             run `resight ARGS`, for example: -- index ~/Pictures
  python3 packaging/launch.py test [-- ARGS]      run every test; ARGS go to pytest
  python3 packaging/launch.py install [--test]    only install (with what the tests need)
  python3 packaging/launch.py tool NAME [-- ARGS] run a program of the private environment: python, ruff, mypy, ...
  python3 packaging/launch.py --desktop-entry     put Resight into the menu of the desktop (Linux)
  python3 packaging/launch.py uninstall           remove the private environment and the menu entry; your library stays
"""
EPILOG = """\
The private environment lies in your data folder (Linux: ~/.local/share/resight), or in RESIGHT_HOME if that is set.
"""


class Environment:
    """The private Python environment of this checkout for this version of Python: where it is, and if it is ready."""

    def __init__(self) -> None:
        key = f"{CHECKOUT}\0{sys.version_info.major}.{sys.version_info.minor}"
        self.home = data_folder()
        self.folder = self.home / f"runtime-{hashlib.sha256(os.fsencode(key)).hexdigest()[:12]}"
        self.scripts = self.folder / ("Scripts" if os.name == "nt" else "bin")
        self.python = self.scripts / ("python.exe" if os.name == "nt" else "python")
        self.stamp_file = self.folder / "stamp.json"
        self.log_file = self.folder.with_suffix(".log")
        self.checkout = CHECKOUT

    def fingerprint(self) -> str:
        """What the environment depends on, as one word; when it changes, the environment is brought up to date."""
        digest = hashlib.sha256(sys.version.encode())
        for path in (CHECKOUT / "pyproject.toml", HERE / "launch.py", HERE / "installation.py"):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def stamp(self) -> dict[str, object]:
        """What the last complete installation noted; empty if there was none."""
        try:
            found = json.loads(self.stamp_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def is_ready(self, test: bool, window: bool) -> bool:
        """Whether all that is needed is installed: for the tests, for a window."""
        stamp = self.stamp()
        return (
            stamp.get("fingerprint") == self.fingerprint()
            and (not test or stamp.get("test") is True)
            and (not window or stamp.get("window") is True)
            and self.python.exists()
        )


def data_folder() -> Path:
    """Where this user's programs keep their data, as platformdirs names it; RESIGHT_HOME overrides it."""
    override = os.environ.get("RESIGHT_HOME")
    if override:
        return Path(override).absolute()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "resight"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "resight"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "resight"


def main(argv: list[str]) -> int:
    """Run one command line (without the program's name). Returns the exit status, unless it becomes the program."""
    use_fitting_python()
    options, rest = parse(argv)
    environment = Environment()
    test = options.command == "test" or options.test
    window = options.command == "start" and (not rest or "open" in rest)
    if options.command == "uninstall":
        return uninstall(environment)
    if not environment.is_ready(test, window) and not install(environment, options.command, test, window):
        return 1
    if options.desktop_entry:
        import desktop_entry

        return desktop_entry.install(CHECKOUT, sys.executable)
    if options.command == "install":
        say(f"Resight is installed in {environment.folder}")
        return 0
    if options.command == "test":
        return run_tests(environment, rest)
    if options.command == "tool":
        return become_tool(environment, options.name, rest)
    return become([str(environment.python), "-I", "-m", "app", *rest])


def parse(argv: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """The launcher's own options, and what comes after `--` for the program."""
    own, rest = argv, []
    if "--" in argv:
        own, rest = argv[: argv.index("--")], argv[argv.index("--") + 1 :]
    parser = argparse.ArgumentParser(
        prog="launch.py",
        description=HELP,
        epilog=EPILOG,
        usage="python3 packaging/launch.py [test | install | tool NAME | uninstall] [options] [-- ARGS]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = ["start", "test", "install", "tool", "uninstall"]
    parser.add_argument("command", nargs="?", default="start", help=argparse.SUPPRESS)
    parser.add_argument("name", nargs="?", help=argparse.SUPPRESS)
    parser.add_argument("--test", action="store_true", help="with install: what the tests need, too")
    parser.add_argument("--desktop-entry", action="store_true", help="put Resight into the menu of the desktop")
    options = parser.parse_args(own)
    if options.command not in commands:
        parser.error(f"no such command: {options.command}. What is meant for Resight itself comes after `--`.")
    if (options.name is not None) != (options.command == "tool"):
        parser.error("`tool` needs the name of a program, and nothing else does.")
    options.test = options.test or options.command == "tool"
    return options, rest


def use_fitting_python() -> None:
    """Go on with another Python of this machine if this one is too old or too new; stop if there is none."""
    if sys.version_info[:2] in PYTHONS:
        return
    import shutil
    import subprocess

    for major, minor in reversed(PYTHONS):
        other = shutil.which(f"python{major}.{minor}")
        # Asked, not only found: version managers leave commands behind that only say what is not installed.
        if other and subprocess.run([other, "-c", ""], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            sys.exit(become([other, *sys.argv]))
    here = ".".join(map(str, sys.version_info[:2]))
    sys.exit(
        f"Resight needs Python 3.11, 3.12 or 3.13, but this is {here}: "
        "install one of them (python.org has all) and start again with it, for example python3.12 packaging/launch.py."
    )


def install(environment: Environment, command: str, test: bool, window: bool) -> bool:
    """Make or update the environment. Returns False after saying why that is impossible."""
    import installation

    try:
        installation.run(environment, test=test, window=window)
    except installation.SetupError as problem:
        say(str(problem))
        if window:
            installation.notify(str(problem))
        return False
    except KeyboardInterrupt:
        say("Stopped. The next start goes on with the installation.")
        return False
    say(f"4/4 {LAST_STEP[command]}")
    return True


def run_tests(environment: Environment, arguments: list[str]) -> int:
    """Every test of the checkout, without a window on a machine without a display; returns pytest's exit status."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.chdir(CHECKOUT)
    cache = environment.folder / "pytest_cache"
    side_by_side = ["-n", "2", "--dist", "worksteal"]  # many tests wait; more at a time would disturb what is timed
    return become(
        [str(environment.python), "-I", "-m", "pytest", "-o", f"cache_dir={cache}", *side_by_side, *arguments]
    )


def become_tool(environment: Environment, name: str, arguments: list[str]) -> int:
    """A program of the private environment, in the current folder."""
    tool = environment.scripts / (f"{name}.exe" if os.name == "nt" else name)
    if not tool.exists():
        say(f"There is no program {name} in {environment.scripts}.")
        return 2
    return become([str(tool), *arguments])


def become(command: list[str]) -> int:
    """Run this in our place. Only on Windows, where that is not possible, it returns: the exit status."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execv(command[0], command)
    import subprocess

    process = subprocess.Popen(command)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # it got Ctrl+C as well and ends in its own time
            continue


def uninstall(environment: Environment) -> int:
    """Remove the environment, its log and the menu entry. The library and the photos stay."""
    import desktop_entry
    import installation

    desktop_entry.remove()
    if not installation.remove(environment):
        return 1
    say(f"Removed {environment.folder}. Your library is still in {environment.home}.")
    return 0


def say(sentence: str) -> None:
    """Tell the person who started this; stdout belongs to the program."""
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
