"""The commands that keep a library safe: backing it up, restoring a backup, moving it. No engine runs meanwhile."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import cast

from app import answers, places, texts
from app.console import DONE, LIBRARY_PROBLEM, Console, EngineSession, StoppedByUser, StopRequests, UsageError, escaped
from engine import api
from engine.errors import LibraryError
from engine.messages import CheckLibrary
from engine.types import CheckReport, Snapshot


def way_out(library: Path) -> str:
    """What to do about a damaged library, as a sentence. Reads its newest backups."""
    newest = api.newest_good_snapshot(library)
    if newest is None:
        return f"There is no backup of it: rename the folder {library} and add your photo folders again."
    return (
        f"The newest backup is of {newest.taken}, with {texts.photos(newest.photos or 0)}; to go on with it: "
        "resight restore --latest"
    )


class LibraryCommands:
    """The commands, each a method that returns the exit code. Runs on the main thread.

    Args:
        options: the parsed command line, see `app.arguments`.
        console: where answers, notes and progress go.
        make_session: makes the session of an engine on the library, which may write.
    """

    def __init__(
        self, options: argparse.Namespace, console: Console, make_session: Callable[[], EngineSession]
    ) -> None:
        self._options = options
        self._console = console
        self._make_session = make_session

    def by_name(self) -> dict[str, Callable[[], int]]:
        """The methods by the names of the commands."""
        return {"snapshot": self._snapshot, "restore": self._restore, "move": self._move}

    def _snapshot(self) -> int:
        library = self._options.library
        if self._options.list:
            snapshots = api.snapshots(library)
            documents = [answers.snapshot_document(snapshot) for snapshot in snapshots]
            self._console.answer(documents, answers.snapshots_words(snapshots))
            return DONE
        into = None if self._options.to is None else Path(os.path.abspath(self._options.to))
        if into is not None and not into.is_dir():
            raise UsageError(f"There is no folder {self._options.to}.", into)
        made = api.take_snapshot(library, into)
        words = f"Backed up {texts.photos(made.photos or 0)} ({texts.size(made.bytes)}) to {escaped(made.path)}"
        self._console.answer(answers.snapshot_document(made), words)
        return DONE

    def _restore(self) -> int:
        restored = api.restore(self._options.library, Path(self._snapshot_to_restore().path))
        # Opening the library makes the index again; a second look tells whether all is well.
        with self._make_session() as session:
            session.run(CheckLibrary(repair=True))
            report = cast(CheckReport, session.run(CheckLibrary()))
        photos = texts.photos(restored.snapshot.photos or 0)
        lines = [f"Restored the backup of {restored.snapshot.taken} with {photos}."]
        if restored.kept is not None:
            lines.append(f"The library as it was before is kept: {escaped(restored.kept)}")
        lines += [answers.check_words(report, repair=True), "To bring it up to date: resight index"]
        document = {
            "snapshot": answers.snapshot_document(restored.snapshot), "kept": restored.kept, "check": asdict(report)
        }
        self._console.answer(document, "\n".join(lines))
        return DONE if report.clean else LIBRARY_PROBLEM

    def _snapshot_to_restore(self) -> Snapshot:
        library, wanted = self._options.library, self._options.snapshot
        if wanted is None:
            newest = api.newest_good_snapshot(library)
            if newest is None:
                raise LibraryError(f"There is no backup in the library {library} that is whole.", library)
            return newest
        own = {os.path.basename(snapshot.path): snapshot for snapshot in api.snapshots(library)}
        if wanted in own:
            return own[wanted]
        path = Path(os.path.abspath(wanted))
        if not path.is_file():
            raise UsageError(f"There is no backup {wanted}; to see those there are: resight snapshot --list", path)
        return api.describe_snapshot(path)

    def _move(self) -> int:
        old, new = self._options.library, Path(os.path.abspath(self._options.folder))
        self._copy(old, new)
        lines = [f"The library is in {escaped(str(new))} now."]
        if self._options.names_library:
            lines.append("This was not your usual library: name the new folder as you have named the old one.")
        else:
            _note(new)
        if self._options.delete_old:
            api.delete_moved(old, new)
        else:
            lines.append(f"The old one is still in {escaped(str(old))}; delete it when you like.")
        document = {"library": str(new), "old": str(old), "old_deleted": self._options.delete_old}
        self._console.answer(document, "\n".join(lines))
        return DONE

    def _copy(self, old: Path, new: Path) -> None:
        steps = api.move(old, new)
        with StopRequests().listening() as stop:
            try:
                for progress in steps:
                    self._console.progress(progress)
                    if stop.signal_number is not None:
                        raise StoppedByUser(stop.signal_number, "Stopped. The library is where it was.")
            finally:
                self._console.end_progress()
                steps.close()


def _note(library: Path) -> None:
    try:
        places.note_moved_library(library)
    except OSError as error:
        raise LibraryError(
            f"The library was copied to {library}, but that cannot be noted in {places.config_folder()}. The old one "
            "goes on being used.", library
        ) from error
