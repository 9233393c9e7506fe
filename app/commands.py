"""What each command of the command line does: options in, jobs through the engine's door, answer and exit code out."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

from app import answers, places
from app.collection_command import collections
from app.console import DONE, LIBRARY_PROBLEM, Console, EngineFactory, EngineSession, UsageError, escaped
from app.exclude_command import exclude
from app.failure_commands import failures, retry
from app.learning_commands import LearningCommands
from app.library_commands import LibraryCommands, way_out
from app.search_command import search
from engine.api import EngineConfig, prepare
from engine.errors import EngineError, LibraryDamaged, LibraryError
from engine.messages import (
    CheckLibrary,
    Evaluate,
    EvaluateProtocol,
    GetStatus,
    IndexFolders,
    Job,
    RemoveFolder,
    Study,
    Train,
)
from engine.types import CheckReport, IndexReport, LibraryStatus

SOME_FAILED = 1


class WindowError(EngineError):
    """The window cannot be opened on this system."""

    kind = "window"


class Commands:
    """The commands, each a method that returns the exit code. Runs on the main thread.

    Args:
        options: the parsed command line, see `app.cli`.
        console: where answers, notes and progress go.
        make_engine: makes the engine, `engine.api.Engine` but in tests.
    """

    def __init__(self, options: argparse.Namespace, console: Console, make_engine: EngineFactory) -> None:
        self._options = options
        self._console = console
        self._make_engine = make_engine

    def run(self) -> int:
        """Run the command that was asked for.

        Raises:
            EngineError: it cannot be done; `UsageError` if the fault is in the command line.
            KeyboardInterrupt: the user stopped it.
        """
        commands: dict[str, Callable[[], int]] = {
            "open": self._open,
            "index": self._index,
            "watch": self._watch,
            "search": self._search,
            "collections": lambda: collections(self._options, self._console, self._library_session),
            "status": self._status,
            "failures": self._failures,
            "retry": self._retry,
            "remove": self._remove,
            "exclude": self._exclude,
            "check": self._check,
            "evaluate": self._evaluate,
            "train": self._train,
            "study": self._study,
            "prepare": self._prepare,
            **LibraryCommands(self._options, self._console, self._session).by_name(),
            **LearningCommands(self._options, self._console, self._library_session).by_name(),
        }
        try:
            return commands[self._options.command]()
        except LibraryDamaged as error:
            if error.path != os.fspath(places.catalogue_of(self._options.library)):
                raise
            raise LibraryDamaged(f"{error.sentence} {way_out(self._options.library)}", error.path) from error

    # ---- the commands ----------------------------------------------------------------------------------------------

    def _open(self) -> int:
        picture = None if self._options.picture is None else _existing_file(self._options.picture)
        _require_screen()
        try:
            from app.window import open_window  # Qt is loaded for the window only
        except ImportError as error:
            raise WindowError(
                f"The window cannot be opened, because something Qt needs is missing ({error}). Start Resight with "
                "packaging/launch.py to be told what to install; commands such as resight search work without it."
            ) from error
        return open_window(
            places.WindowArguments(
                library=self._options.library,
                picture=picture,
                model=_model_file(self._options.model),
                cache=places.cache_folder(),
                device=self._options.device,
                names_library=self._options.names_library,
            )
        )

    def _index(self) -> int:
        folders = tuple(_existing_folder(folder) for folder in self._options.folders)
        if not folders:
            self._require_library()
        with self._session(gentle=self._options.gentle, quick=self._options.quick) as session:
            report = cast(IndexReport, session.run(IndexFolders(folders, self._options.accept_missing)))
        self._console.answer(answers.rounded(asdict(report)), answers.index_words(report))
        return SOME_FAILED if self._options.strict and report.failed else DONE

    def _watch(self) -> int:
        folders = tuple(_existing_folder(folder) for folder in self._options.folders)
        if not folders:
            self._require_library()
        with self._session(watch=True, gentle=self._options.gentle, quick=self._options.quick) as session:
            report = cast(IndexReport, session.run(IndexFolders(folders, self._options.accept_missing)))
            for line in answers.index_words(report).splitlines():
                self._console.note(line)
            self._console.note("Watching for changes. Press Ctrl+C to end.")
            for later in session.reports():
                if words := answers.change_words(later):
                    self._console.note(f"{time.strftime('%H:%M:%S')}  {words}")
                report = answers.added_up(report, later)
        self._console.answer(answers.rounded(asdict(report)), answers.index_words(report))
        return SOME_FAILED if self._options.strict and report.failed else DONE

    def _search(self) -> int:
        path = _existing_file(self._options.picture)
        self._require_library()
        return search(self._options, path, self._console, self._session(read_only=self._options.save is None))

    def _status(self) -> int:
        self._require_library()
        with self._session(read_only=True) as session:
            status = cast(LibraryStatus, session.run(GetStatus()))
        self._console.answer(answers.status_document(status), answers.status_words(status))
        return DONE

    def _failures(self) -> int:
        self._require_library()
        return failures(self._console, self._session(read_only=True))

    def _retry(self) -> int:
        self._require_library()
        return retry(self._options, self._console, self._session())

    def _remove(self) -> int:
        folder = os.path.abspath(self._options.folder)  # need not exist any more
        self._require_library()
        with self._session() as session:
            status = cast(LibraryStatus, session.run(RemoveFolder(folder)))
        removed = f"Removed {escaped(folder)} from the library. Its photos were not touched."
        self._console.answer(answers.status_document(status), f"{removed}\n{answers.status_words(status)}")
        return DONE

    def _exclude(self) -> int:
        self._require_library()
        return exclude(self._options, self._console, lambda reads_only: self._session(read_only=reads_only))

    def _library_session(self, reads_only: bool) -> EngineSession:
        self._require_library()
        return self._session(read_only=reads_only)

    def _check(self) -> int:
        self._require_library()
        with self._session(read_only=not self._options.repair) as session:
            report = cast(CheckReport, session.run(CheckLibrary(self._options.repair)))
            if report.repaired:  # whether it is in order now is seen by looking again
                again = cast(CheckReport, session.run(CheckLibrary()))
                report = replace(again, problems=report.problems, repaired=report.repaired)
        self._console.answer(asdict(report), answers.check_words(report, self._options.repair))
        return DONE if report.clean else LIBRARY_PROBLEM

    def _evaluate(self) -> int:
        job = _evaluation(self._options)
        figures = self._run_apart(job)
        words = answers.evaluation_words if isinstance(job, Evaluate) else answers.protocol_words
        self._console.answer(figures, words(figures))
        return DONE

    def _train(self) -> int:
        figures = self._run_apart(_training(self._options))
        self._console.answer(figures, answers.training_words(figures))
        return DONE

    def _study(self) -> int:
        figures = self._run_apart(_study(self._options))
        self._console.answer(figures, answers.study_words(figures))
        return DONE

    def _prepare(self) -> int:
        device = ""
        for step in prepare(_model_file(self._options.model), places.cache_folder(), self._options.device):
            if isinstance(step, str):
                device = step
            else:
                self._console.note(step.sentence)
        self._console.answer({"device": device}, f"Ready. Resight computes on: {device}.")
        return DONE

    # ---- what they share -------------------------------------------------------------------------------------------

    def _session(
        self,
        read_only: bool = False,
        library: Path | None = None,
        watch: bool = False,
        gentle: bool = False,
        quick: bool = False,
    ) -> EngineSession:
        config = EngineConfig(
            library=library or self._options.library,
            model=_model_file(self._options.model),
            cache=places.cache_folder(),
            device=self._options.device,
            read_only=read_only,
            must_exist=self._options.library == places.moved_library(),
            watch=watch,
            gentle=gentle,
            quick=quick,
            own_model=self._options.model is None,
        )
        return EngineSession(config, self._console, self._make_engine)

    def _run_apart(self, job: Job) -> dict[str, Any]:
        """Run a job in a library of its own: the user's may be open in a window, and is not touched."""
        with (
            tempfile.TemporaryDirectory(prefix="resight-", ignore_cleanup_errors=True) as folder,
            self._session(library=Path(folder) / "library") as session,
        ):
            return cast(dict[str, Any], session.run(job))

    def _require_library(self) -> None:
        library = self._options.library
        if not places.library_exists(library) and library != places.moved_library():
            raise LibraryError(
                f"There is no library in {library} yet; add a folder with: resight index FOLDER", str(library)
            )


# ---- from the command line -----------------------------------------------------------------------------------------


def _evaluation(options: argparse.Namespace) -> Evaluate | EvaluateProtocol:
    """The job of `resight evaluate`."""
    folders = tuple(_existing_folder(folder) for folder in options.sets)
    ways = {"expand": options.expand, "augment": options.dba, "multi_scale": options.multi_scale}
    if options.protocol is None:
        if options.distractor_descriptors is not None:
            raise UsageError("--distractor-descriptors needs --protocol; photos are named with --distractors.")
        return Evaluate(
            sets=folders,
            distractors=tuple(_existing_folder(folder) for folder in options.distractors),
            together=options.together,
            box_area=options.box_queries,
            per_instance=options.per_instance,
            closely=not options.quick,
            **ways,
        )
    if len(folders) > 1 or options.distractors or options.together or options.box_queries or options.per_instance:
        raise UsageError("With --protocol name one folder; --distractors, --together, --box-queries and "
                         "--per-instance do not go with it.")
    if options.distractor_descriptors is None:
        return EvaluateProtocol(options.protocol, folders[0], **ways)
    if options.dba:
        raise UsageError("--dba does not go with --distractor-descriptors: all would have to be compared with all.")
    return EvaluateProtocol(options.protocol, folders[0], _existing_file(options.distractor_descriptors), **ways)


def _training(options: argparse.Namespace) -> Train:
    """The job of `resight train`."""
    settings = {"loss": options.loss, "epochs": options.epochs, "seed": options.seed}
    given = tuple((name, str(value)) for name, value in settings.items() if value is not None)
    return Train(
        datasets=tuple(_existing(name) for name in options.datasets),
        out=Path(os.path.abspath(options.out)),
        start=_model_file(options.start),
        unlabelled=tuple(_existing_folder(folder) for folder in options.unlabelled),
        root=None if options.root is None else _existing_folder(options.root),
        backbone=options.backbone,
        streams=options.streams,
        pooling=options.pooling,
        per_channel=options.per_channel,
        dim=options.dim,
        settings=(*given, *options.set),
        restart=options.restart,
    )


def _study(options: argparse.Namespace) -> Study:
    """The job of `resight study`."""
    return Study(
        datasets=tuple(_existing(name) for name in options.datasets),
        out=Path(os.path.abspath(options.out)),
        start=_model_file(options.start),
        tests=tuple(_existing_folder(folder) for folder in options.tests),
        distractors=tuple(_existing_folder(folder) for folder in options.distractors),
        unlabelled=tuple(_existing_folder(folder) for folder in options.unlabelled),
        root=None if options.root is None else _existing_folder(options.root),
        poolings=options.poolings,
        backbone=options.backbone,
        streams=options.streams,
        dim=options.dim,
        seeds=options.seeds,
        settings=tuple(options.set),
        restart=options.restart,
    )


def _require_screen() -> None:
    # Qt would abort the process with a page of technical words.
    ways = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in ways):
        raise WindowError(
            "There is no screen to open the window on. Commands such as resight search work without one; "
            "see resight --help."
        )


def _existing_file(name: str) -> str:
    path = os.path.abspath(name)
    if os.path.isdir(path):
        raise UsageError(f"{name} is a folder, not a file.", path)
    if not os.path.exists(path):
        raise UsageError(f"There is no file {name}.", path)
    return path


def _existing(name: str) -> str:
    path = os.path.abspath(name)
    if not os.path.exists(path):
        raise UsageError(f"There is no folder or file {name}.", path)
    return path


def _existing_folder(name: str) -> str:
    path = os.path.abspath(name)
    if not os.path.exists(path):
        raise UsageError(f"There is no folder {name}.", path)
    if not os.path.isdir(path):
        raise UsageError(f"{name} is not a folder.", path)
    return path


def _model_file(name_or_file: str | None) -> Path:
    if name_or_file is None:
        try:
            return places.default_model()
        except FileNotFoundError as error:
            raise LibraryError(str(error)) from error
    try:
        return places.find_model(name_or_file)
    except FileNotFoundError as error:
        raise UsageError(str(error), name_or_file) from error
