"""The keeper of a library for tests of the window."""

from __future__ import annotations

from pathlib import Path

from app.keeper import LibraryKeeper
from app.places import WindowArguments


def keeper_of(library: Path, is_usual: bool = False) -> LibraryKeeper:
    """Keeps this library, there or not, as one the user has named, or as the usual one."""
    unused = library.parent
    arguments = WindowArguments(library, None, unused / "no-model", unused / "cache", names_library=not is_usual)
    return LibraryKeeper(arguments)
