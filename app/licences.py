"""The licences of Resight and of what it uses: from NOTICE, and from what is installed. No Qt; takes some 100 ms."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from app.places import resources_folder

_PROJECT = "resight"
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*")
_LICENCE_LINE = 80  # some packages give the whole text where a name is asked for


@dataclass(frozen=True, slots=True)
class Library:
    """A library that is installed: its name, version and licence ("" where it does not say)."""

    name: str
    version: str
    licence: str


def notice() -> str:
    """The text of NOTICE."""
    beside = resources_folder().parent / "NOTICE"
    if beside.is_file():
        return beside.read_text(encoding="utf-8")
    for file in _files_of_project():
        if file.name == "NOTICE":
            return file.read_text(encoding="utf-8")
    return ""


def installed() -> tuple[Library, ...]:
    """The libraries Resight asks for that are installed, by name."""
    found = []
    for name in required():
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue  # not every system has every one
        found.append(Library(about["Name"], about["Version"], _licence_of(about)))
    return tuple(sorted(found, key=lambda library: library.name.lower()))


def required() -> tuple[str, ...]:
    """The names of the libraries Resight asks for."""
    project_file = resources_folder().parent / "pyproject.toml"
    if project_file.is_file():
        wanted = tomllib.loads(project_file.read_text(encoding="utf-8"))["project"]["dependencies"]
    else:
        wanted = [line for line in metadata.requires(_PROJECT) or () if "extra ==" not in line]
    return tuple(match.group() for line in wanted if (match := _NAME.match(line)))


def _files_of_project() -> list[Path]:
    try:
        files = metadata.files(_PROJECT) or []
    except metadata.PackageNotFoundError:
        return []
    return [Path(str(file.locate())) for file in files]


def _licence_of(about: metadata.PackageMetadata) -> str:
    named = about.get("License-Expression") or about.get("License") or ""
    line = named.strip().splitlines()[0].strip() if named.strip() else ""
    if line and len(line) <= _LICENCE_LINE and line.upper() != "UNKNOWN":
        return line
    classes = [value for value in about.get_all("Classifier") or () if value.startswith("License ::")]
    return ", ".join(value.rpartition(" :: ")[2] for value in classes)
