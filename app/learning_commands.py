"""The commands by which Resight learns from its user: labels, tuning, and the models that come of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from typing import cast

from app import texts
from app.console import DONE, Console, EngineSession, escaped
from app.label_command import label_job, labelled_words, labels_words
from engine.messages import ExportLabels, GetLabels, Labelled, Labels


class LearningCommands:
    """The commands, each a method that returns the exit code. Runs on the main thread.

    Args:
        options: the parsed command line, see `app.arguments`.
        console: where answers, notes and progress go.
        make_session: makes the session of an engine on the library, which there has to be; told whether it only reads.
    """

    def __init__(
        self, options: argparse.Namespace, console: Console, make_session: Callable[[bool], EngineSession]
    ) -> None:
        self._options = options
        self._console = console
        self._make_session = make_session

    def by_name(self) -> dict[str, Callable[[], int]]:
        """The methods by the names of the commands."""
        return {"label": self._label}

    def _label(self) -> int:
        job = label_job(self._options)
        with self._make_session(isinstance(job, GetLabels | ExportLabels)) as session:
            result = session.run(job)
        match result:
            case Labels():
                self._console.answer(asdict(result), labels_words(result))
            case Labelled():
                self._console.answer(asdict(result), labelled_words(result))
            case _:
                number = cast(int, result)
                words = f"Wrote {texts.labels(number)} to {escaped(self._options.export)}."
                self._console.answer({"labels": number}, words)
        return DONE
