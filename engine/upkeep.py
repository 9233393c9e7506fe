"""Keeping a library up to date: indexing on request, and looking again where the watcher noticed something.

Engine thread only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.accelerate import Runner
from engine.decoders import Decoders
from engine.hints import Hint
from engine.indexing import Indexing, IndexSteps
from engine.library import Library
from engine.messages import LookAgain
from engine.scan import WHOLE
from engine.settling import Settling
from engine.transform import InputRule
from engine.types import LibraryStatus
from engine.watched_roots import Root
from engine.watching import Pace, Watcher
from engine.worker import Worker

_AFTER_SETTLING_S = 0.1


class Upkeep:
    """What keeps a library like its folders.

    Args:
        library: opened for writing, unless nothing is indexed.
        rule: the model's input rule.
        settle_s: seconds a file must keep still before it is read.
        worker: takes the jobs that the watcher asks for.
    """

    def __init__(self, library: Library, rule: InputRule, settle_s: float, worker: Worker) -> None:
        self._library = library
        self._rule = rule
        self._settling = Settling(settle_s)
        self._worker = worker
        self._watcher: Watcher | None = None

    def set_watching(self, on: bool) -> None:
        """Watch the folders from now on, or no longer."""
        if on and self._watcher is None:
            self._watcher = Watcher(
                str(self._library.folder.root),
                submit=lambda: self._worker.submit(LookAgain()),
                is_open=self._worker.is_open,
                pace=Pace(retry_s=self._settling.wait_s + _AFTER_SETTLING_S),
            )
            self.watch_roots()
        elif not on:
            self.close()

    def watch_roots(self) -> None:
        """Tell the watcher which folders there are, and which of them can be reached."""
        if self._watcher is not None:
            folders = self._library.catalogue.folders.all()
            self._watcher.set_roots(Root(folder.folder_id, folder.path, folder.online) for folder in folders)

    def status(self, device: str) -> LibraryStatus:
        """The library's counts of the moment, with how its folders are watched."""
        status = self._library.status(device)
        if self._watcher is None:
            return status
        states = self._watcher.states()
        return replace(status, folders=tuple(
            replace(folder, watch=states[folder.folder_id].value) if folder.folder_id in states else folder
            for folder in status.folders
        ))

    def index(self, runner: Runner, decoders: Decoders, paths: tuple[str, ...]) -> IndexSteps:
        """See `Indexing.run`."""
        indexing = Indexing(self._library, runner, decoders, self._rule, self._settling)
        try:
            return (yield from indexing.run(paths))
        finally:
            self._finish(indexing)

    def look_again(self, runner: Runner, decoders: Decoders, all_folders: bool) -> IndexSteps:
        """Follow the watcher's hints, or look through everything; tells what the watcher wants to be known."""
        hints: Iterable[Hint] = []
        if self._watcher is not None:
            hints, notices = self._watcher.take()
            yield from notices
        if all_folders:
            hints = [Hint(folder.folder_id, WHOLE) for folder in self._library.catalogue.folders.all()]
        indexing = Indexing(self._library, runner, decoders, self._rule, self._settling)
        try:
            return (yield from indexing.look_again(hints))
        finally:
            self._finish(indexing)

    def _finish(self, indexing: Indexing) -> None:
        if self._watcher is not None:
            self._watcher.finish(indexing.unsettled.take(), indexing.look_s)
            self.watch_roots()

    def close(self) -> None:
        """Stop watching."""
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None
