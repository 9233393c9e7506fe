"""Bringing folders up to date: scan, decode ahead, describe, commit, add to the index. A generator; engine thread.

Two passes. The first compares every file with the catalogue and only counts what has to be read, so that memory stays
flat and there is an ETA; the second walks again and works on those files, decoder processes running ahead. What the
first pass did not meet is gone, unless the second finds its content under another name: then it has moved. The same
code looks at whole folders and at single places in them.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.accelerate import Runner
from engine.decoders import Decoders
from engine.describe import check_descriptors
from engine.errors import FolderError, PhotoError
from engine.excluded import SmallPicture
from engine.finding import Finding
from engine.hints import Hint, Hints
from engine.indexing_work import Counts, Look, Rate, ToRead
from engine.library import Library
from engine.matching import Match, Matching
from engine.messages import Event, Phase, Progress
from engine.reading import Pending, Reading
from engine.records import FailedPhoto, Folder, IndexedPhoto, UnseenPhoto
from engine.regions import WINDOWS, Codes, encode
from engine.roots import Roots
from engine.scan import WHOLE, Place, ScanProblem
from engine.settling import Settling
from engine.sweeping import Sweep
from engine.thumbs import ThumbnailWriter
from engine.transform import InputRule
from engine.types import IndexReport
from engine.wire import DecodedPhoto, FileFacts

_log = logging.getLogger(__name__)

_SAVE_EVERY_S = 180.0
_MAX_THUMBNAILS_OPEN = 64

IndexSteps = Generator[Event | None, None, IndexReport]


@dataclass(frozen=True, slots=True)
class Means:
    """What indexing takes.

    Args:
        runner: computes the descriptors.
        decoders: the pool for bulk work.
        rule: the model's input rule.
        settling: tells which files are whole.
        roots: tells where folders are.
    """

    runner: Runner
    decoders: Decoders
    rule: InputRule
    settling: Settling
    roots: Roots


class Indexing:
    """One indexing run over some folders of a library.

    `unsettled` gathers the places of files that were still being written; `look_s` is how long the first pass took.

    Args:
        library: opened for writing.
        means: what it takes.
        accept_missing: the user has said that what is not there is gone, however much it is.
    """

    def __init__(self, library: Library, means: Means, accept_missing: bool = False) -> None:
        self.unsettled = Hints()
        self.look_s = 0.0
        self._library = library
        self._catalogue = library.catalogue
        self._presence = library.catalogue.presence
        self._runner = means.runner
        self._settling = means.settling
        self._roots = means.roots
        self._finding = Finding(library, means.roots)
        self._reading = Reading(
            means.decoders, means.rule, means.settling, self._catalogue.contents_of_size, self._link
        )
        self._matching = Matching(self._catalogue, library.model)
        self._accept_missing = accept_missing
        self._sweep = Sweep(self._catalogue, self._may_have_moved, accept_missing)
        self._thumbnails = ThumbnailWriter(library.thumbnails)
        self._counts = Counts()
        self._rate = Rate()
        self._started = time.monotonic()
        self._scanning: Folder | None = None
        self._place = ""
        self._unsettled_sizes: set[int] = set()

    def run(self, paths: tuple[str, ...]) -> IndexSteps:
        """Add these folders and bring them up to date; with none given, all known folders.

        Yields:
            Progress (job id 0) or None, about every 100 ms.

        Raises:
            FolderError: a folder cannot be added.
            DiskFull, LibraryError: the catalogue cannot be written; what was committed stays.
        """
        if paths:
            folders = list({folder.folder_id: folder for folder in map(self._catalogue.folders.add, paths)}.values())
        else:
            folders = self._catalogue.folders.all()
        online = []
        for folder in folders:
            # Only who names an empty folder can mean that it was emptied.
            there = yield from self._roots.reach(folder, accept_empty=self._accept_missing and bool(paths))
            if there is not None:
                online.append(there)
        if paths and not online:
            raise FolderError(
                f"{folders[0].path} cannot be reached, or is empty although it held photos. Connect its drive, then "
                "try again. Nothing has been removed.", folders[0].path,
            )
        yield from self._bring_up_to_date([Look(folder) for folder in online], patient=True)
        yield from self._library.save_index()
        return self._report()

    def look_again(self, hints: Iterable[Hint], patient: bool = False) -> IndexSteps:
        """Bring these places up to date. Files that are not whole yet are waited for if `patient`, for seconds; else
        they are left for later, see `unsettled`.

        Yields and raises as `run`.
        """
        there: dict[int, Folder | None] = {}
        looks: list[Look] = []
        for hint in hints:
            if hint.folder_id not in there:
                known = self._catalogue.folders.get(hint.folder_id)
                there[hint.folder_id] = None if known is None else (yield from self._roots.reach(known))
            folder = there[hint.folder_id]
            if folder is not None:
                looks.append(Look(folder, hint.place))
        if looks:
            yield from self._bring_up_to_date(looks, patient)
            yield from self._library.save_index(_SAVE_EVERY_S)
        return self._report()

    def _bring_up_to_date(self, looks: list[Look], patient: bool) -> Iterator[Event | None]:
        self._presence.begin()
        for look in looks:
            yield from self._compare(look)
        self.look_s = time.monotonic() - self._started
        if self._counts.to_do:
            yield from self._analyse(looks, patient)
        places: dict[Folder, list[Place]] = {}
        for look in looks:
            places.setdefault(look.folder, []).append(look.place)
        for folder in places:
            # A drive that was taken away in the meantime has lost nothing.
            if (yield from self._is_still_there(folder)):
                for _ in self._sweep.folder(folder, places[folder]):
                    yield self._progress(Phase.SAVING)
                if WHOLE in places[folder]:
                    self._catalogue.folders.set_scanned(folder.folder_id)
        yield self._progress(Phase.SAVING)
        yield from self._library.purge()

    def _is_still_there(self, folder: Folder) -> Generator[None, None, bool]:
        now = None if folder.folder_id in self._finding.silent else (yield from self._roots.reach(folder))
        return now is not None and (now.path, now.volume, now.inode) == (folder.path, folder.volume, folder.inode)

    # ---- the first pass: what there is to do ----

    def _compare(self, look: Look) -> Iterator[Progress]:
        """Count what is found, unchanged and to be read; mark what is met."""
        problems: list[ScanProblem] = []
        self._scanning = look.folder
        for found in self._finding.batches(look, problems):
            known = found.known
            self._presence.see(state.photo_id for state in known.values())
            self._presence.find_again(state.photo_id for state in known.values() if state.missing)
            self._counts.found += len(found.current) + len(found.to_read)
            self._counts.unchanged += len(found.current)
            self._counts.to_do += len(found.to_read)
            for file in (*found.current[-1:], *found.to_read[-1:]):
                self._place = os.path.dirname(ToRead(look.folder, file, None).path)
            for file in found.to_read:  # the first look, so that the second comes sooner
                self._settling.holds_still(ToRead(look.folder, file, known.get(file.path)).path, file)
            other_inodes = [(known[file.path].photo_id, file.inode) for file in found.current
                            if file.inode != known[file.path].inode]
            if other_inodes:
                self._catalogue.set_inodes(other_inodes)
            yield self._progress(Phase.FINDING)
        for problem in problems:
            _log.warning("%s", problem.sentence)
            self._presence.see_below(look.folder.folder_id, problem.path)

    # ---- the second pass: work on it ----

    def _analyse(self, looks: list[Look], patient: bool) -> Iterator[Event | None]:
        """Read what is new or changed; if `patient`, also the files that are not known to be whole yet."""
        reading, to_read = self._reading, self._to_read(looks)
        exhausted = False
        try:
            while not (exhausted and reading.is_idle and not (patient and reading.has_waiting)):
                window = 3 * self._runner.n_at_once + 8  # it changes with the effort
                while not exhausted and reading.has_room(window):
                    item = next(to_read, None)
                    if item is None:
                        exhausted = True
                    elif isinstance(item, ToRead):
                        reading.add(item)
                    else:
                        yield None  # the scan has worked for a while and found nothing to read
                        if reading.has_news:
                            break
                reading.look_again(window)
                self._commit(reading.collect(self._runner.n_at_once))
                self._put_off(reading.take_unsettled())
                yield self._progress(Phase.ANALYSING)
                yield from self._thumbnails.settle(_MAX_THUMBNAILS_OPEN)
                yield from self._library.catch_up()  # in steps: the whole index may be missing
                yield from self._library.save_index(_SAVE_EVERY_S)
            reading.give_up_waiting()
            self._put_off(reading.take_unsettled())
            yield from self._thumbnails.settle(0)
        finally:
            reading.cancel()
            self._thumbnails.close()

    def _to_read(self, looks: list[Look]) -> Iterator[ToRead | bool]:
        """The files that have to be read, one a step; True after each batch, so that time can be watched."""
        for look in looks:
            self._scanning = look.folder
            for found in self._finding.batches(look):
                new = [file for file in found.to_read if file.path not in found.known]
                moved = self._matching.recognise(look.folder, new)
                self._counts.moved += len(moved)
                for file in found.to_read:
                    if file.path not in moved:
                        yield ToRead(look.folder, file, found.known.get(file.path))
                yield True

    def _link(self, to_read: ToRead, facts: FileFacts) -> bool:
        """Whether the file is settled by what its hash tells."""
        match self._matching.link(to_read, facts):
            case Match.TOUCHED:  # it was counted as to be done; it is not
                self._counts.unchanged += 1
                self._counts.to_do -= 1
            case Match.MOVED:
                self._counts.moved += 1
            case Match.COPY:
                self._counts.indexed += 1
            case None:
                return False
        return True

    def _put_off(self, unsettled: list[ToRead]) -> None:
        """Leave files that are not whole, or have just gone, for a later look. What is known of them stays."""
        for to_read in unsettled:
            self.unsettled.add_file(to_read.folder.folder_id, to_read.file.path)
            self._unsettled_sizes.add(to_read.file.size_bytes)
            self._counts.to_do -= 1
            self._counts.unsettled += os.path.lexists(to_read.path)

    def _commit(self, settled: list[Pending]) -> None:
        """Describe a batch and store it in one transaction; thumbnails can be made again, so they may lag behind."""
        photos: list[tuple[ToRead, DecodedPhoto]] = []
        small: list[SmallPicture] = []
        failed: list[FailedPhoto] = []
        for pending in settled:
            error, to_read = pending.future.exception(), pending.to_read
            self._place = os.path.dirname(to_read.path)
            result = pending.future.result() if error is None else None
            if isinstance(result, DecodedPhoto) and result.rgb is not None:
                if self._finding.rules(to_read.folder).takes_size(result.width_px, result.height_px):
                    photos.append((to_read, result))
                else:
                    small.append(_small(to_read, result))
            elif isinstance(error, PhotoError):
                failed.append(_failed(to_read, error))
            elif error is not None:
                raise error
        if small:
            self._catalogue.excluded.leave_out(small)
            self._counts.leave_out(len(small))
        if not photos and not failed:
            return
        committed = self._catalogue.commit_chunk(self._library.model, self._described(photos), failed)
        self._presence.see(committed.photo_ids)
        for failure in failed:
            state = self._catalogue.known(failure.folder_id, [failure.path], self._library.model)
            self._presence.see(known.photo_id for known in state.values())
        self._counts.indexed += len(photos)
        self._counts.failed += len(failed)

    def _described(self, photos: list[tuple[ToRead, DecodedPhoto]]) -> list[IndexedPhoto]:
        """Give photos their descriptors, and have their thumbnails written."""
        if not photos:
            return []
        descriptors, regions = self._describe([photo.rgb for _, photo in photos if photo.rgb is not None])
        for _, photo in photos:
            if photo.thumbnail is not None:
                self._thumbnails.write(photo.content_hash, photo.thumbnail)
        return [
            IndexedPhoto(
                to_read.folder.folder_id, to_read.file.path, photo.size_bytes, photo.mtime_ns, photo.content_hash,
                photo.width_px, photo.height_px, descriptor, to_read.file.inode, photo.shot, codes,
            )
            for (to_read, photo), descriptor, codes in zip(photos, descriptors, regions, strict=True)
        ]

    def _describe(
        self, inputs: list[NDArray[np.uint8]]
    ) -> tuple[NDArray[np.float32], list[Codes] | list[None]]:
        model = self._library.model
        if not model.with_regions:
            descriptors = self._runner.describe(inputs)
            check_descriptors(descriptors, model.dim)
            return descriptors, [None] * len(inputs)
        descriptors, windows = self._runner.describe_windows(inputs, WINDOWS)
        check_descriptors(descriptors, model.dim)
        check_descriptors(windows.reshape(-1, model.dim), model.dim)
        return descriptors, list(encode(windows))

    # ---- the end ----

    def _may_have_moved(self, folder: Folder, photo: UnseenPhoto) -> bool:
        """Whether an unseen photo may have moved to where a file is not whole yet; then it is looked for again."""
        if photo.size_bytes not in self._unsettled_sizes:
            return False
        self.unsettled.add_file(folder.folder_id, photo.path)
        return True

    def _progress(self, phase: Phase) -> Progress:
        counts = self._counts
        folder = None if self._scanning is None else self._scanning.path
        if phase is not Phase.ANALYSING:
            return Progress(0, phase, counts.found, None, folder=folder, failed=counts.failed, place=self._place)
        rate = self._rate.update(counts.done)
        eta_s = (counts.to_do - counts.done) / rate if rate else None
        return Progress(
            0, phase, counts.done, counts.to_do, rate, eta_s, folder, counts.failed, place=self._place
        )

    def _report(self) -> IndexReport:
        counts, seconds = self._counts, time.monotonic() - self._started
        return IndexReport(
            found=counts.found,
            indexed=counts.indexed,
            unchanged=counts.unchanged,
            moved=counts.moved,
            removed=self._sweep.removed,
            failed=counts.failed,
            seconds=round(seconds, 3),
            images_per_second=round(counts.indexed / seconds, 2) if seconds > 0 else 0.0,
            device=self._runner.label,
            model=self._library.model.name,
            unsettled=counts.unsettled,
            missing=self._sweep.missing,
        )


def _small(to_read: ToRead, photo: DecodedPhoto) -> SmallPicture:
    file = to_read.file
    return SmallPicture(
        to_read.folder.folder_id, file.path, file.size_bytes, file.mtime_ns, photo.width_px, photo.height_px
    )


def _failed(to_read: ToRead, error: PhotoError) -> FailedPhoto:
    file = to_read.file
    return FailedPhoto(
        to_read.folder.folder_id, file.path, file.size_bytes, file.mtime_ns, error.kind, error.sentence
    )


def index_folders(
    library: Library, runner: Runner, decoders: Decoders, rule: InputRule, paths: tuple[str, ...] = ()
) -> IndexSteps:
    """Bring folders of a library up to date, of whose files none is being written: see `Indexing.run`."""
    means = Means(runner, decoders, rule, Settling(0.0), Roots(library.catalogue.folders))
    return Indexing(library, means).run(paths)
