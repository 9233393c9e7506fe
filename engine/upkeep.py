"""Keeping a library up to date: indexing on request, and looking again where the watcher noticed something.

Engine thread only.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.accelerate import Runner
from engine.decoders import Decoders
from engine.hints import Hint, Hints
from engine.indexing import Indexing, IndexSteps, Means
from engine.library import Library
from engine.messages import IndexFolders, LookAgain, Notice, Phase, Progress, ResolveMissing, RetryFailures, SetExcludes
from engine.records import Folder
from engine.roots import Condition, Roots
from engine.scan import WHOLE, Place
from engine.settling import Settling
from engine.sweeping import forget_excluded
from engine.transform import InputRule
from engine.types import LibraryStatus
from engine.watched_roots import Root, Watch
from engine.watching import Pace, Watcher
from engine.worker import Steps, Worker

_AFTER_SETTLING_S = 0.1
_STAYS = "Its photos can still be found."
_OFFLINE = {
    Condition.MISSING: f"cannot be reached now. {_STAYS} It comes back by itself with its drive; if it was moved, add "
                       "it where it is now.",
    Condition.EMPTY: f"is empty although it held photos, as if its drive were not connected. {_STAYS} It comes back by "
                     "itself; if it was really emptied, remove it from the library.",
    Condition.OTHER_DRIVE: f"is on another drive than before, with other photos. {_STAYS} It comes back by itself with "
                           "its own drive; to use this one, remove the folder from the library and add it again.",
    Condition.NOT_ANSWERING: f"does not answer. {_STAYS} It comes back by itself; if not, check the connection.",
}


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
        self._roots = Roots(library.catalogue.folders)
        self._worker = worker
        self._watcher: Watcher | None = None
        self._told: dict[int, Condition] = {}

    def set_rule(self, rule: InputRule) -> None:
        """Photos are read for another model from now on."""
        self._rule = rule

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
            catalogue = self._library.catalogue
            self._watcher.set_roots(
                Root(folder.folder_id, folder.path, folder.online, catalogue.excluded.rules(folder.folder_id))
                for folder in catalogue.folders.all()
            )

    def status(self, device: str) -> LibraryStatus:
        """The library's counts of the moment, with how its folders are watched."""
        status = self._library.status(device)
        states = {} if self._watcher is None else self._watcher.states()
        return replace(status, folders=tuple(
            replace(
                folder,
                watch=states.get(folder.folder_id, Watch.RESTING).value,
                offline=folder.offline and self._roots.condition(folder.folder_id).value,
            )
            for folder in status.folders
        ))

    def index(self, runner: Runner, decoders: Decoders, job: IndexFolders) -> IndexSteps:
        """See `Indexing.run`."""
        indexing = Indexing(self._library, self._means(runner, decoders), job.accept_missing)
        return (yield from self._with_news(self._finished(indexing, indexing.run(job.folders))))

    def look_again(self, runner: Runner, decoders: Decoders, job: LookAgain) -> IndexSteps:
        """Follow the watcher's hints, or look through everything; tells what the watcher wants to be known."""
        hints: list[Hint] = []
        if self._watcher is not None:
            hints, notices = self._watcher.take()
            yield from notices
        hints += self._places(job.paths)
        if job.all_folders:
            hints = [Hint(folder.folder_id, WHOLE) for folder in self._library.catalogue.folders.all()]
        indexing = Indexing(self._library, self._means(runner, decoders))
        steps = indexing.look_again(hints, patient=bool(job.paths))
        return (yield from self._with_news(self._finished(indexing, steps)))

    def _places(self, paths: Iterable[str]) -> list[Hint]:
        """The places of files in the library; others are left out."""
        hints = Hints()
        folders = sorted(self._library.catalogue.folders.all(), key=lambda folder: -len(folder.path))
        for path in map(os.path.abspath, paths):
            for folder in folders:
                prefix = os.path.join(folder.path, "")
                if path.startswith(prefix):
                    hints.add_file(folder.folder_id, os.fsencode(path[len(prefix):]))
                    break
        return hints.take()

    def forget_gone(self, paths: Iterable[str]) -> None:
        """Forget the photos at these paths that the user has moved away or trashed, and that are no longer there."""
        catalogue = self._library.catalogue
        photos = [photo for path in paths if not os.path.lexists(path) and (photo := catalogue.photo_at(path))]
        catalogue.remove_photos(photo.photo_id for photo in photos if photo.online)

    def retry(self, runner: Runner, decoders: Decoders, job: RetryFailures) -> IndexSteps:
        """Try files again that could not be indexed."""
        places = self._library.catalogue.try_again(job.photo_ids)
        hints = [Hint(folder_id, Place(path)) for folder_id, path in places]
        indexing = Indexing(self._library, self._means(runner, decoders))
        return (yield from self._finished(indexing, indexing.look_again(hints)))

    def resolve_missing(self, job: ResolveMissing) -> Steps:
        """Forget the photos of a folder about which the user was asked, or keep them.

        Raises:
            FolderError: there is no such folder in the library.
        """
        presence = self._library.catalogue.presence
        folder = self._library.catalogue.folders.require(job.path)
        if not job.gone:
            presence.keep_missing(folder.folder_id)
            return
        while presence.forget_missing(folder.folder_id):
            yield Progress(0, Phase.SAVING, folder=folder.path)
        yield from self._library.purge()
        yield from self._library.save_index()

    def set_excludes(self, job: SetExcludes) -> Steps:
        """Leave out what the user wants left out from now on, and forget what is known of it.

        Raises:
            FolderError: a folder to be left out does not lie in a folder of the library.
        """
        catalogue = self._library.catalogue
        catalogue.excluded.set(job.excludes, catalogue.folders.all())
        self.watch_roots()
        for _ in forget_excluded(catalogue):
            yield Progress(0, Phase.SAVING)
        yield from self._library.purge()
        yield from self._library.save_index()

    def _with_news(self, steps: IndexSteps) -> IndexSteps:
        """These steps, then what the user should know of the folders."""
        before = self._library.catalogue.folders.all()
        report = yield from steps
        yield from self._news(before)
        return report

    def _news(self, before: list[Folder]) -> Iterator[Notice]:
        """What the user should know of folders: those that cannot be reached, each time once, and those that moved."""
        paths = {folder.folder_id: folder.path for folder in before}
        for folder in self._library.catalogue.folders.all():
            condition = Condition.ONLINE if folder.online else self._roots.condition(folder.folder_id)
            if condition is not self._told.get(folder.folder_id, Condition.ONLINE) and not folder.online:
                sentence = f"{folder.path} {_OFFLINE[condition]}"
                yield Notice(f"offline-{folder.folder_id}", sentence, warning=condition is Condition.OTHER_DRIVE)
            self._told[folder.folder_id] = condition
            old = paths.get(folder.folder_id, folder.path)
            if old != folder.path:
                yield Notice(f"moved-{folder.folder_id}", f"{old} is at {folder.path} now, and goes on being kept.")

    def _means(self, runner: Runner, decoders: Decoders) -> Means:
        return Means(runner, decoders, self._rule, self._settling, self._roots)

    def _finished(self, indexing: Indexing, steps: IndexSteps) -> IndexSteps:
        """The steps of a run; however they end, the watcher is told what is left to be looked at."""
        try:
            return (yield from steps)
        finally:
            if self._watcher is not None:
                self._watcher.finish(indexing.unsettled.take(), indexing.look_s)
                self.watch_roots()

    def close(self) -> None:
        """Stop watching."""
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None
