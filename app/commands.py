"""What each command of the command line does: options in, jobs through the engine's door, answer and exit code out.

The answers' JSON shapes are documented in the README; scripts rely on them, so names are only added, never changed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

from app import places, texts
from app.console import Console, EngineFactory, EngineSession, escaped
from engine.api import EngineConfig, prepare
from engine.errors import EngineError, LibraryError
from engine.messages import (
    CheckLibrary,
    Evaluate,
    GetFailures,
    GetStatus,
    IndexFolders,
    LoadPicture,
    RemoveFolder,
    Search,
)
from engine.types import Box, CheckReport, Failure, IndexReport, LibraryStatus, Picture, Query, SearchResult

DONE = 0
NOTHING_FOUND = 1
SOME_FAILED = 1
USAGE = 2
LIBRARY_PROBLEM = 3

_ANY_SIDE_PX = 64  # enough to learn the size of a picture; decoding it small is quicker


class UsageError(EngineError):
    """What was asked for on the command line cannot be done as it stands (exit code 2)."""

    kind = "usage"


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
            "search": self._search,
            "status": self._status,
            "failures": self._failures,
            "remove": self._remove,
            "check": self._check,
            "evaluate": self._evaluate,
            "prepare": self._prepare,
        }
        return commands[self._options.command]()

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
            )
        )

    def _index(self) -> int:
        folders = tuple(_existing_folder(folder) for folder in self._options.folders)
        if not folders:
            self._require_library()
        with self._session() as session:
            report = cast(IndexReport, session.run(IndexFolders(folders)))
        self._console.answer(_rounded(asdict(report)), _index_words(report))
        return SOME_FAILED if self._options.strict and report.failed else DONE

    def _search(self) -> int:
        path = _existing_file(self._options.picture)
        self._require_library()
        with self._session(read_only=True) as session:
            box = self._options.box
            if self._options.box_px is not None:
                picture = cast(Picture, session.run(LoadPicture(path, _ANY_SIDE_PX)))
                box = _box_from_pixels(self._options.box_px, picture)
            job = Search(
                Query(path=path, box=box),
                k=self._options.k,
                min_score=self._options.min_score,
                exact=self._options.exact,
                expand=self._options.expand,
            )
            result = cast(SearchResult, session.run(job))
        self._console.answer(_search_document(result), _search_words(result))
        return DONE if result.hits else NOTHING_FOUND

    def _status(self) -> int:
        self._require_library()
        with self._session(read_only=True) as session:
            status = cast(LibraryStatus, session.run(GetStatus()))
        self._console.answer(_status_document(status), _status_words(status))
        return DONE

    def _failures(self) -> int:
        self._require_library()
        with self._session(read_only=True) as session:
            failures = cast(tuple[Failure, ...], session.run(GetFailures()))
        document = [{"path": failure.path, "kind": failure.kind, "sentence": failure.sentence} for failure in failures]
        lines = [f"{escaped(failure.path)}\n    {escaped(failure.sentence)}" for failure in failures]
        self._console.answer(document, "\n".join(lines) or "Every photo could be read.")
        return DONE

    def _remove(self) -> int:
        folder = os.path.abspath(self._options.folder)  # need not exist any more
        self._require_library()
        with self._session() as session:
            status = cast(LibraryStatus, session.run(RemoveFolder(folder)))
        words = f"Removed {escaped(folder)} from the library. Its photos were not touched.\n{_status_words(status)}"
        self._console.answer(_status_document(status), words)
        return DONE

    def _check(self) -> int:
        self._require_library()
        with self._session(read_only=not self._options.repair) as session:
            report = cast(CheckReport, session.run(CheckLibrary(self._options.repair)))
            if report.repaired:  # whether it is in order now is seen by looking again
                again = cast(CheckReport, session.run(CheckLibrary()))
                report = replace(again, problems=report.problems, repaired=report.repaired)
        self._console.answer(asdict(report), _check_words(report, self._options.repair))
        return DONE if report.clean else LIBRARY_PROBLEM

    def _evaluate(self) -> int:
        job = Evaluate(
            sets=tuple(_existing_folder(folder) for folder in self._options.sets),
            distractors=tuple(_existing_folder(folder) for folder in self._options.distractors),
            together=self._options.together,
            box_area=self._options.box_queries,
            per_instance=self._options.per_instance,
            expand=self._options.expand,
            augment=self._options.dba,
            multi_scale=self._options.multi_scale,
        )
        # The user's own library may be open in a window and is never touched by measuring.
        with (
            tempfile.TemporaryDirectory(prefix="resight-evaluate-", ignore_cleanup_errors=True) as folder,
            self._session(library=Path(folder) / "library") as session,
        ):
            figures = cast(dict[str, Any], session.run(job))
        self._console.answer(figures, evaluation_words(figures))
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

    def _session(self, read_only: bool = False, library: Path | None = None) -> EngineSession:
        config = EngineConfig(
            library=library or self._options.library,
            model=_model_file(self._options.model),
            cache=places.cache_folder(),
            device=self._options.device,
            read_only=read_only,
        )
        return EngineSession(config, self._console, self._make_engine)

    def _require_library(self) -> None:
        library = self._options.library
        if not places.library_exists(library):
            raise LibraryError(
                f"There is no library in {library} yet; add a folder with: resight index FOLDER", str(library)
            )


# ---- from the command line -----------------------------------------------------------------------------------------


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
        raise UsageError(f"{name} is a folder, not a picture.", path)
    if not os.path.exists(path):
        raise UsageError(f"There is no file {name}.", path)
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


def _box_from_pixels(edges_px: tuple[float, float, float, float], picture: Picture) -> Box:
    try:
        return Box.from_pixels(*edges_px, picture.full_width_px, picture.full_height_px)
    except ValueError as error:
        size = f"{picture.full_width_px} x {picture.full_height_px} pixels"
        raise UsageError(
            f"The box needs X0 < X1 and Y0 < Y1 inside the picture, which is {size}.", picture.path
        ) from error


# ---- JSON documents ------------------------------------------------------------------------------------------------


def _rounded(document: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, 3) if isinstance(value, float) else value for key, value in document.items()}


def _box_document(box: Box | None) -> list[float] | None:
    return None if box is None else [box.x0, box.y0, box.x1, box.y1]


def _search_document(result: SearchResult) -> dict[str, Any]:
    hits = [
        {
            "rank": hit.rank,
            "photo_id": hit.photo_id,
            "path": hit.path,
            "score": hit.score,
            "box": _box_document(hit.box),
        }
        for hit in result.hits
    ]
    return {
        "query": {"path": result.query.path, "box": _box_document(result.query.box)},
        "searched": result.searched,
        "total": result.total,
        "elapsed_ms": round(result.elapsed_ms, 1),
        "hits": hits,
    }


def _status_document(status: LibraryStatus) -> dict[str, Any]:
    return asdict(replace(status, library=os.fspath(status.library)))  # type: ignore[arg-type]


# ---- words for people ----------------------------------------------------------------------------------------------


def _index_words(report: IndexReport) -> str:
    parts = [f"{report.indexed:,} new or changed", f"{report.unchanged:,} unchanged"]
    for count, words in ((report.moved, "moved"), (report.removed, "gone"), (report.failed, "could not be read")):
        if count:
            parts.append(f"{count:,} {words}")
    lines = [f"Found {texts.photos(report.found)}: {', '.join(parts)}."]
    if report.indexed:
        lines.append(
            f"It took {report.seconds:.1f} s, {report.images_per_second:.1f} photos a second on {report.device}."
        )
    if report.failed:
        lines.append("To see what could not be read and why: resight failures")
    return "\n".join(lines)


def _search_words(result: SearchResult) -> str:
    rank_width = len(str(len(result.hits)))
    lines = []
    for hit in result.hits:
        box = "" if hit.box is None else f"  [{hit.box.x0:.2f},{hit.box.y0:.2f},{hit.box.x1:.2f},{hit.box.y1:.2f}]"
        lines.append(f"{hit.rank:>{rank_width}}  {hit.score:.3f}  {escaped(hit.path)}{box}")
    if not lines:
        lines.append("Nothing found.")
    lines.append(texts.searched_line(result) + ".")
    return "\n".join(lines)


def _status_words(status: LibraryStatus) -> str:
    failed = f", {status.failed:,} could not be read" if status.failed else ""
    offline = f", {status.offline:,} offline" if status.offline else ""
    lines = [
        f"Library   {escaped(str(status.library))}",
        f"Photos    {status.photos:,}: {status.indexed:,} can be searched{failed}{offline}",
        f"Model     {status.model}, {status.index_rows:,} rows in the index",
        f"Device    {status.device}",
    ]
    for folder in status.folders:
        notes = [f"{folder.indexed:,} of {texts.photos(folder.photos)}"]
        if folder.failed:
            notes.append(f"{folder.failed:,} could not be read")
        if not folder.online:
            notes.append("cannot be reached now")
        lines.append(f"Folder    {escaped(folder.path)} ({', '.join(notes)})")
    return "\n".join(lines if status.folders else [*lines, "No folder yet; add one with: resight index FOLDER"])


def _check_words(report: CheckReport, repair: bool) -> str:
    lines = [escaped(problem) for problem in report.problems]
    lines += [f"Repaired: {escaped(sentence)}" for sentence in report.repaired]
    counts = (
        f"{texts.photos(report.photos)}, {report.descriptors:,} descriptors, {report.index_rows:,} rows in the index"
    )
    if report.clean:
        lines.append(f"The library is in order: {counts}.")
    elif repair:
        lines.append(f"Not everything could be repaired: {counts}.")
    else:
        lines.append(f"The library is not in order: {counts}. To put it right: resight check --repair")
    return "\n".join(lines)


_FIGURES = (("mAP", "mAP"), ("recall@1", "recall@1"), ("recall@10", "recall@10"), ("box_centre_rate", "box centre"))
_COUNTS = (("photos", "photos"), ("instances", "instances"), ("queries", "queries"))


def evaluation_words(figures: dict[str, Any]) -> str:
    """The figures of an `Evaluate` job as an aligned table in percent; "-" where a figure was not measured."""
    header = ["", *(title for _, title in (*_COUNTS, *_FIGURES))]
    rows = [header]
    for name, values in figures["sets"].items():
        rows.append(_table_row(name, values))
        rows += [_table_row(f"  {instance}", part) for instance, part in values.get("per_instance", {}).items()]
    rows.append(_table_row("mean", figures["mean"]))
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    lines = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows]
    return "\n".join([f"Model {figures['model']}, figures in percent", *lines])


def _table_row(name: str, values: dict[str, Any]) -> list[str]:
    counts = ["" if values.get(key) is None else f"{values[key]:,}" for key, _ in _COUNTS]
    shares = ["-" if values.get(key) is None else f"{100 * values[key]:.2f}" for key, _ in _FIGURES]
    return [escaped(name), *counts, *shares]
