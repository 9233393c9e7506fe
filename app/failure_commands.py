"""The commands about photos that could not be read: listing them, and trying them again."""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict
from typing import cast

from app import answers
from app.console import DONE, Console, EngineSession, UsageError, escaped
from engine.messages import GetFailures, RetryFailures
from engine.types import Failure, IndexReport

STILL_FAILED = 1


def failures(console: Console, session: EngineSession) -> int:
    """Run `resight failures` -> the exit code.

    Raises:
        EngineError: the library cannot be opened.
    """
    with session:
        found = cast(tuple[Failure, ...], session.run(GetFailures()))
    document = [{"path": failure.path, "kind": failure.kind, "sentence": failure.sentence} for failure in found]
    lines = [f"{escaped(failure.path)}\n    {escaped(failure.sentence)}" for failure in found]
    console.answer(document, "\n".join(lines) or "Every photo could be read.")
    return DONE


def retry(options: argparse.Namespace, console: Console, session: EngineSession) -> int:
    """Run `resight retry` -> the exit code: 1 with `--strict` if some could not be read again.

    Raises:
        UsageError: a file that was named is not among those that could not be read.
        EngineError: the library cannot be opened or written.
    """
    with session:
        found = cast(tuple[Failure, ...], session.run(GetFailures()))
        report = cast(IndexReport, session.run(RetryFailures(_wanted(found, options.files))))
    words = answers.index_words(report) if found else "Every photo could be read."
    console.answer(answers.rounded(asdict(report)), words)
    return STILL_FAILED if options.strict and report.failed else DONE


def _wanted(found: tuple[Failure, ...], files: list[str]) -> tuple[int, ...]:
    """The ids of the failures at these paths, of all where none are named."""
    ids = {failure.path: failure.photo_id for failure in found}
    for file in files:
        if os.path.abspath(file) not in ids:
            raise UsageError(f"{file} is not among the photos that could not be read. Those are listed by: "
                             "resight failures", file)
    return tuple(ids[os.path.abspath(file)] for file in files) if files else tuple(ids.values())
