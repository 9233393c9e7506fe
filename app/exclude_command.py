"""The command that tells and changes what is left out of the library."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import cast

from app import texts
from app.console import DONE, Console, EngineSession, UsageError, escaped
from engine.messages import GetExcludes, SetExcludes
from engine.types import Excludes


def exclude(options: argparse.Namespace, console: Console, make_session: Callable[[bool], EngineSession]) -> int:
    """Run `resight exclude` -> the exit code.

    Args:
        options: the parsed command line, see `app.arguments`.
        console: where the answer goes.
        make_session: makes the session of an engine on the library; told whether it only reads.

    Raises:
        UsageError: what is asked for cannot be left out, or is not left out.
        EngineError: the library cannot be opened or changed.
    """
    changes = options.what or options.include or options.min_side is not None or options.hidden is not None
    with make_session(not changes) as session:
        excludes = cast(Excludes, session.run(GetExcludes()))
        if changes:
            excludes = changed(excludes, options)
            session.run(SetExcludes(excludes))
            excludes = cast(Excludes, session.run(GetExcludes()))
    words = excludes_words(excludes)
    if changes:
        words += "\nWhat is wanted again is found by: resight index"
    console.answer(asdict(excludes), words)
    return DONE


def changed(excludes: Excludes, options: argparse.Namespace) -> Excludes:
    """These wishes with what the command line adds and takes back.

    Raises:
        UsageError: something to be taken back is not left out, or a value makes no sense.
    """
    folders, patterns = list(excludes.folders), list(excludes.patterns)
    for what in options.what:
        some, value = (folders, os.path.abspath(what)) if _is_folder(what) else (patterns, what)
        if value not in some:
            some.append(value)
    for what in options.include:
        if what in patterns:
            patterns.remove(what)
        elif os.path.abspath(what) in folders:
            folders.remove(os.path.abspath(what))
        else:
            raise UsageError(f"{what} is not left out. What is, tells: resight exclude", what)
    excludes = replace(
        excludes, skip_hidden=excludes.skip_hidden if options.hidden is None else options.hidden == "skip"
    )
    min_side_px = excludes.min_side_px if options.min_side is None else options.min_side
    try:
        return replace(excludes, folders=tuple(folders), patterns=tuple(patterns), min_side_px=min_side_px)
    except ValueError as error:
        raise UsageError(str(error)) from error


def excludes_words(excludes: Excludes) -> str:
    """What is left out, for people."""
    lines = [f"Folder    {escaped(path)}" for path in excludes.folders]
    lines += [f"Names     {escaped(pattern)}" for pattern in excludes.patterns]
    if excludes.min_side_px:
        lines.append(f"Size      pictures whose longer side has fewer than {texts.count(excludes.min_side_px)} pixels")
    lines.append(f"Hidden    files and folders are {'left out' if excludes.skip_hidden else 'taken'}")
    return "\n".join(lines)


def _is_folder(what: str) -> bool:
    """Whether a folder is meant and no pattern; one with a separator may be away just now."""
    return os.path.isdir(what) or os.sep in what or "/" in what
