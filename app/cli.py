"""The command line: `resight` and `python -m app`. Reads arguments, runs the command, turns errors into exit codes.

Importing this module is cheap and does nothing, as every decoder process imports it again when it is spawned.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Sequence

from app import places
from app.arguments import parse
from app.commands import Commands, WindowError
from app.console import LIBRARY_PROBLEM, USAGE, Console, EngineFactory, StoppedByUser, UsageError
from engine.api import Engine
from engine.errors import (
    DatasetError,
    DeviceError,
    EngineError,
    FolderError,
    PhotoError,
    QueryError,
    StudyError,
    TrainingError,
    TuningError,
)

_log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None, make_engine: EngineFactory = Engine) -> int:
    """Run the program and return its exit code; `--help` raises SystemExit(0). Runs on the main thread.

    Args:
        arguments: the command line without the program's name, default `sys.argv[1:]`.
        make_engine: what makes the engine; tests give one of their own.
    """
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    # Known before parsing, so that a wrong command line is answered in JSON too.
    console = Console("--json" in arguments, sys.stdout, sys.stderr)
    try:
        try:
            return _run(arguments, console, make_engine)
        finally:
            sys.stdout.flush()  # also after --help, which ends with SystemExit
    except BrokenPipeError:
        # Whoever read our output has gone. Python flushes stdout once more at exit, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + 13  # SIGPIPE, by its number as Windows has no such signal


def _run(arguments: list[str], console: Console, make_engine: EngineFactory) -> int:
    try:
        options = parse(arguments)
        console.as_json = options.json
        _set_up_logging(options.verbose)
        if options.version:
            console.answer({"version": places.version()}, f"resight {places.version()}")
            return 0
        return Commands(options, console, make_engine).run()
    except EngineError as error:
        _log.info("%s", error.sentence, exc_info=error)
        console.fail(error.kind, error.sentence, error.path)
        return exit_code(error)
    except StoppedByUser as stopped:
        console.fail("stopped", stopped.sentence)
        return 128 + stopped.signal_number
    except KeyboardInterrupt:  # before or after the engine's work
        console.fail("stopped", "Stopped.")
        return 128 + signal.SIGINT
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001  the outermost boundary: a fault of ours, told without a traceback
        _log.info("A fault in Resight", exc_info=error)
        fault = f"{type(error).__name__}: {error}"
        console.fail("internal", f"A fault in Resight stopped the command ({fault}). For details use --verbose.")
        return LIBRARY_PROBLEM


def exit_code(error: EngineError) -> int:
    """2 if something else should have been asked for, 3 if the library or the installation cannot be used."""
    asked_wrongly = (
        UsageError | PhotoError | QueryError | FolderError | DeviceError | WindowError
        | DatasetError | TrainingError | TuningError | StudyError
    )
    return USAGE if isinstance(error, asked_wrongly) else LIBRARY_PROBLEM


def _set_up_logging(verbose: bool) -> None:
    # People get sentences through the console; the log is for finding faults. Without a handler of ours Python
    # would write warnings to stderr by itself.
    level, handler = (logging.INFO, logging.StreamHandler()) if verbose else (logging.WARNING, logging.NullHandler())
    logging.basicConfig(level=level, handlers=[handler], format="%(asctime)s %(levelname)s %(name)s: %(message)s")
