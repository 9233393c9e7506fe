"""Resight in the menu and in "Open with" of Linux desktops. Standard library only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAME = "resight.desktop"


def install(checkout: Path, python: str) -> int:
    """Write the menu entry for this user, starting this checkout with this Python. Returns an exit status."""
    if not sys.platform.startswith("linux"):
        print("Menu entries are made on Linux; on macOS and Windows, open the file in packaging.", file=sys.stderr)
        return 2
    template = (checkout / "packaging" / "linux" / NAME).read_text(encoding="utf-8")
    target = _target()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".new")
    draft.write_text(fill_in(template, checkout, python), encoding="utf-8", errors="surrogateescape")
    os.replace(draft, target)
    _refresh(target.parent)
    print(f"Resight is in the menu now: {target}", file=sys.stderr)
    return 0


def remove() -> None:
    """Take the menu entry away, if there is one."""
    if sys.platform.startswith("linux") and _target().exists():
        _target().unlink()
        _refresh(_target().parent)


def fill_in(template: str, checkout: Path, python: str) -> str:
    """The entry with the command and the icon of this checkout in the place of the general ones."""
    command = f"{quoted(python)} {quoted(str(checkout / 'packaging' / 'launch.py'))} -- open %f"
    icon = _escaped(str(checkout / "resources" / "icons" / "resight.svg"))
    lines = []
    for line in template.splitlines():
        key = line.partition("=")[0]
        if key == "TryExec":
            continue
        lines.append({"Exec": f"Exec={_escaped(command)}", "Icon": f"Icon={icon}"}.get(key, line))
    return "\n".join(lines) + "\n"


def quoted(argument: str) -> str:
    """An argument as the Exec key of the Desktop Entry Specification wants it."""
    for character in '\\"`$':
        argument = argument.replace(character, "\\" + character)
    return '"' + argument.replace("%", "%%") + '"'


def _escaped(value: str) -> str:
    """A value of the type string: the specification reads backslashes once more."""
    return value.replace("\\", "\\\\").replace("\n", "\\n")


def _target() -> Path:
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "applications" / NAME


def _refresh(folder: Path) -> None:
    """Let the desktop notice at once, where it has the tool for that; it looks again by itself some time later."""
    tool = shutil.which("update-desktop-database")
    if tool:
        subprocess.run([tool, "-q", str(folder)], check=False, stderr=subprocess.DEVNULL)
