"""The commands by which Resight learns from its user: labels, tuning, and the models that come of it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import cast

from app import texts
from app.console import DONE, Console, EngineSession, UsageError, escaped
from app.label_command import label_job, labelled_words, labels_words
from app.model_command import models_words, tuned_document, tuned_words
from engine.messages import (
    DropTraining,
    ExportLabels,
    ExportModel,
    GetLabels,
    GetModels,
    ImportModel,
    Labelled,
    Labels,
    ModelState,
    RemoveModel,
    Tune,
    Tuned,
    UseModel,
)

NOT_BETTER = 1


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
        return {"label": self._label, "tune": self._tune, "models": self._models, "use": self._use}

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

    def _tune(self) -> int:
        options = self._options
        if options.restart and not options.deep:
            raise UsageError("--restart goes with --deep.")
        with self._make_session(False) as session:
            if options.drop:
                session.run(DropTraining())
                self._console.answer({"dropped": True}, "No deep training is kept.")
                return DONE
            tuned = cast(Tuned, session.run(Tune(options.deep, options.restart)))
            in_use = self._options.use and tuned.outcome == "better"
            if in_use:
                session.run(UseModel(tuned.model))
        self._console.answer(tuned_document(tuned, in_use), tuned_words(tuned, in_use))
        return DONE if tuned.outcome == "better" else NOT_BETTER

    def _models(self) -> int:
        options = self._options
        if options.export is not None:
            name, file = options.export
            with self._make_session(True) as session:
                path = cast(Path, session.run(ExportModel(name, Path(os.path.abspath(file)))))
            self._console.answer({"file": str(path)}, f"Wrote {escaped(str(path))}.")
            return DONE
        job: GetModels | ImportModel | RemoveModel = GetModels()
        if options.import_from is not None:
            job = ImportModel(Path(os.path.abspath(options.import_from)))
        elif options.remove is not None:
            job = RemoveModel(options.remove)
        with self._make_session(isinstance(job, GetModels)) as session:
            self._answer_models(cast(tuple[ModelState, ...], session.run(job)))
        return DONE

    def _use(self) -> int:
        with self._make_session(False) as session:
            self._answer_models(cast(tuple[ModelState, ...], session.run(UseModel(self._options.name))))
        return DONE

    def _answer_models(self, models: tuple[ModelState, ...]) -> None:
        self._console.answer([asdict(model) for model in models], models_words(models))
