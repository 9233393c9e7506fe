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
from dataclasses import replace
from pathlib import Path

from engine.accelerate import Runner
from engine.decoders import Decoders
from engine.describe import check_descriptors
from engine.errors import FolderError, PhotoError
from engine.filesystems import keeps_inodes
from engine.hints import Hint, Hints
from engine.indexing_work import Counts, Look, Rate, ToRead
from engine.library import Library
from engine.messages import Event, Phase, Progress
from engine.reading import Pending, Reading
from engine.records import FailedPhoto, Folder, IndexedPhoto, PhotoState
from engine.scan import WHOLE, FoundFile, RootState, ScanProblem, root_state, scan_folder
from engine.settling import Settling
from engine.thumbs import ThumbnailWriter
from engine.transform import InputRule
from engine.types import IndexReport
from engine.wire import DecodedPhoto, FileFacts

_log = logging.getLogger(__name__)

_SAVE_EVERY_S = 180.0
_MAX_THUMBNAILS_OPEN = 64
_MAX_COPIES = 20  # of one content that are asked whether they have moved

IndexSteps = Generator[Event | None, None, IndexReport]


class Indexing:
    """One indexing run over some folders of a library.

    `unsettled` gathers the places of files that were still being written; `look_s` is how long the first pass took.

    Args:
        library: opened for writing.
        runner: computes the descriptors.
        decoders: the pool for bulk work.
        rule: the model's input rule.
        settling: tells which files are whole.
    """

    def __init__(
        self, library: Library, runner: Runner, decoders: Decoders, rule: InputRule, settling: Settling
    ) -> None:
        self.unsettled = Hints()
        self.look_s = 0.0
        self._library = library
        self._catalogue = library.catalogue
        self._runner = runner
        self._settling = settling
        self._reading = Reading(decoders, rule, settling, self._catalogue.contents_of_size, self._link)
        self._thumbnails = ThumbnailWriter(library.thumbnails)
        self._counts = Counts()
        self._rate = Rate()
        self._started = time.monotonic()
        self._scanning: Folder | None = None
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
        online = [folder for folder in folders if self._is_online(folder)]
        if paths and not online:
            raise FolderError(
                f"{folders[0].path} cannot be reached, or is empty although it held photos. Connect its drive, then "
                "try again. Nothing has been removed.", folders[0].path,
            )
        yield from self._bring_up_to_date([Look(folder) for folder in online], patient=True)
        yield from self._library.save_index()
        return self._report()

    def look_again(self, hints: Iterable[Hint]) -> IndexSteps:
        """Bring these places up to date. Files that are not whole yet are left for later, see `unsettled`.

        Yields and raises as `run`.
        """
        looks: dict[int, list[Look]] = {}
        for hint in hints:
            folder = self._catalogue.folders.get(hint.folder_id)
            if folder is not None:
                looks.setdefault(folder.folder_id, []).append(Look(folder, hint.place))
        online = [look for some in looks.values() if self._is_online(some[0].folder) for look in some]
        if online:
            yield from self._bring_up_to_date(online, patient=False)
            yield from self._library.save_index(_SAVE_EVERY_S)
        return self._report()

    def _bring_up_to_date(self, looks: list[Look], patient: bool) -> Iterator[Event | None]:
        self._catalogue.begin_sweep()
        for look in looks:
            yield from self._compare(look)
        self.look_s = time.monotonic() - self._started
        if self._counts.to_do:
            yield from self._analyse(looks, patient)
        # A drive that was taken away in the meantime has lost nothing.
        still_there = {folder.folder_id for folder in {look.folder for look in looks} if self._is_online(folder)}
        for look in looks:
            if look.folder.folder_id in still_there:
                yield from self._sweep(look)
        yield self._progress(Phase.SAVING)
        yield from self._library.purge()
        for look in looks:
            if look.place == WHOLE and look.folder.folder_id in still_there:
                self._catalogue.folders.set_scanned(look.folder.folder_id)

    def _is_online(self, folder: Folder) -> bool:
        online = root_state(folder.path, folder.n_photos) is RootState.ONLINE
        self._catalogue.folders.set_online(folder.folder_id, online)
        return online

    def _files(self, look: Look, problems: list[ScanProblem] | None = None) -> Iterator[list[FoundFile]]:
        skip = [str(self._library.folder.root), *self._catalogue.folders.nested(look.folder.folder_id)]
        with_inodes = keeps_inodes(Path(look.folder.path))
        for files in scan_folder(look.folder.path, skip=skip, problems=problems, place=look.place):
            yield files if with_inodes else [replace(file, inode=None) for file in files]

    def _known(self, folder: Folder, files: list[FoundFile]) -> dict[bytes, PhotoState]:
        return self._catalogue.known(folder.folder_id, [file.path for file in files], self._library.model.model_id)

    # ---- the first pass: what there is to do ----

    def _compare(self, look: Look) -> Iterator[Progress]:
        """Count what is found, unchanged and to be read; mark what is met."""
        problems: list[ScanProblem] = []
        self._scanning = look.folder
        for files in self._files(look, problems):
            known = self._known(look.folder, files)
            self._catalogue.see(state.photo_id for state in known.values())
            other_inodes: list[tuple[int, int | None]] = []
            for file in files:
                self._counts.found += 1
                if _is_current(file, known):
                    self._counts.unchanged += 1
                    if file.inode != known[file.path].inode:
                        other_inodes.append((known[file.path].photo_id, file.inode))
                else:
                    self._counts.to_do += 1
                    to_read = ToRead(look.folder, file, known.get(file.path))
                    self._settling.holds_still(to_read.path, file)  # the first look, so that the second comes sooner
            if other_inodes:
                self._catalogue.set_inodes(other_inodes)
            yield self._progress(Phase.FINDING)
        for problem in problems:
            _log.warning("%s", problem.sentence)
            self._catalogue.see_below(look.folder.folder_id, problem.path)

    # ---- the second pass: work on it ----

    def _analyse(self, looks: list[Look], patient: bool) -> Iterator[Event | None]:
        """Read what is new or changed; if `patient`, also the files that are not known to be whole yet."""
        reading, to_read = self._reading, self._to_read(looks)
        window = 3 * self._runner.n_at_once + 8
        exhausted = False
        try:
            while not (exhausted and reading.is_idle and not (patient and reading.has_waiting)):
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
                for _ in self._library.index.catch_up():  # in steps: the whole index may be missing
                    yield None
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
            for files in self._files(look):
                known = self._known(look.folder, files)
                changed = [file for file in files if not _is_current(file, known)]
                moved = self._recognise(look.folder, [file for file in changed if file.path not in known])
                for file in changed:
                    if file.path not in moved:
                        yield ToRead(look.folder, file, known.get(file.path))
                yield True

    def _recognise(self, folder: Folder, files: list[FoundFile]) -> set[bytes]:
        """Find out which of these new files are known ones under a new name, without reading them -> their paths.

        A file that keeps its inode, its size and its time to the nanosecond, and is gone from where it was, has moved.
        """
        by_inode = {file.inode: file for file in files if file.inode is not None}
        candidates = self._catalogue.candidates(folder.folder_id, list(by_inode), self._library.model.model_id)
        moved: dict[bytes, int] = {}
        with self._catalogue.transaction():
            for inode, photos in candidates.items():
                file = by_inode[inode]
                for photo in photos:
                    is_same = (photo.size_bytes, photo.mtime_ns) == (file.size_bytes, file.mtime_ns)
                    if is_same and not os.path.lexists(photo.path):
                        self._catalogue.move_photo(
                            photo.photo_id, folder.folder_id, file.path, file.size_bytes, file.mtime_ns
                        )
                        moved[file.path] = photo.photo_id
                        break
            self._catalogue.see(moved.values())
        self._counts.moved += len(moved)
        return set(moved)

    def _link(self, to_read: ToRead, facts: FileFacts) -> bool:
        """Whether the content is known and described, so that the file is now settled without decoding it."""
        model_id = self._library.model.model_id
        content = self._catalogue.content_by_hash(facts.content_hash)
        if content is None or not self._catalogue.is_described(content.content_id, model_id):
            return False
        file, folder_id = to_read.file, to_read.folder.folder_id
        if to_read.known is not None and to_read.known.content_id == content.content_id:
            # Only its time has changed. It was counted as to be done; it is not.
            self._catalogue.touch(to_read.known.photo_id, file.mtime_ns)
            self._counts.unchanged += 1
            self._counts.to_do -= 1
            return True
        for photo in self._catalogue.copies(content.content_id, _MAX_COPIES):
            if photo.online and not os.path.lexists(photo.path):
                self._catalogue.move_photo(photo.photo_id, folder_id, file.path, file.size_bytes, file.mtime_ns)
                self._catalogue.see([photo.photo_id])
                self._counts.moved += 1
                return True
        copy = IndexedPhoto(
            folder_id, file.path, file.size_bytes, file.mtime_ns, facts.content_hash,
            content.width_px, content.height_px, None, file.inode,
        )
        self._catalogue.see(self._catalogue.commit_chunk(self._library.model, [copy]).photo_ids)
        self._counts.indexed += 1
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
        failed: list[FailedPhoto] = []
        for pending in settled:
            error, to_read = pending.future.exception(), pending.to_read
            result = pending.future.result() if error is None else None
            if isinstance(result, DecodedPhoto) and result.rgb is not None:
                photos.append((to_read, result))
            elif isinstance(error, PhotoError):
                failed.append(_failed(to_read, error))
            elif error is not None:
                raise error
        if not photos and not failed:
            return
        committed = self._catalogue.commit_chunk(self._library.model, self._described(photos), failed)
        self._catalogue.see(committed.photo_ids)
        for failure in failed:
            state = self._catalogue.known(failure.folder_id, [failure.path], self._library.model.model_id)
            self._catalogue.see(known.photo_id for known in state.values())
        self._counts.indexed += len(photos)
        self._counts.failed += len(failed)

    def _described(self, photos: list[tuple[ToRead, DecodedPhoto]]) -> list[IndexedPhoto]:
        """Give photos their descriptors, and have their thumbnails written."""
        if not photos:
            return []
        descriptors = self._runner.describe([photo.rgb for _, photo in photos if photo.rgb is not None])
        check_descriptors(descriptors, self._library.model.dim)
        for _, photo in photos:
            if photo.thumbnail is not None:
                self._thumbnails.write(photo.content_hash, photo.thumbnail)
        return [
            IndexedPhoto(
                to_read.folder.folder_id, to_read.file.path, photo.size_bytes, photo.mtime_ns, photo.content_hash,
                photo.width_px, photo.height_px, descriptor, to_read.file.inode,
            )
            for (to_read, photo), descriptor in zip(photos, descriptors, strict=True)
        ]

    # ---- the end ----

    def _sweep(self, look: Look) -> Iterator[Progress]:
        """Forget the photos that are gone."""
        after: bytes | None = b""
        while after is not None:
            unseen, after = self._catalogue.unseen(look.folder.folder_id, look.place, after)
            gone = []
            for photo in unseen:
                if photo.size_bytes in self._unsettled_sizes:  # it may have moved to where a file is not whole yet
                    self.unsettled.add_file(look.folder.folder_id, photo.path)
                else:
                    gone.append(photo.photo_id)
            self._catalogue.remove_photos(gone)
            self._counts.removed += len(gone)
            yield self._progress(Phase.SAVING)

    def _progress(self, phase: Phase) -> Progress:
        counts = self._counts
        folder = None if self._scanning is None else self._scanning.path
        if phase is not Phase.ANALYSING:
            return Progress(0, phase, counts.found, None, folder=folder, failed=counts.failed)
        rate = self._rate.update(counts.done)
        eta_s = (counts.to_do - counts.done) / rate if rate else None
        return Progress(0, phase, counts.done, counts.to_do, rate, eta_s, folder, counts.failed)

    def _report(self) -> IndexReport:
        counts, seconds = self._counts, time.monotonic() - self._started
        return IndexReport(
            found=counts.found,
            indexed=counts.indexed,
            unchanged=counts.unchanged,
            moved=counts.moved,
            removed=counts.removed,
            failed=counts.failed,
            seconds=round(seconds, 3),
            images_per_second=round(counts.indexed / seconds, 2) if seconds > 0 else 0.0,
            device=self._runner.label,
            model=self._library.model.name,
            unsettled=counts.unsettled,
        )


def _failed(to_read: ToRead, error: PhotoError) -> FailedPhoto:
    file = to_read.file
    return FailedPhoto(
        to_read.folder.folder_id, file.path, file.size_bytes, file.mtime_ns, error.kind, error.sentence
    )


def _is_current(file: FoundFile, known: dict[bytes, PhotoState]) -> bool:
    state = known.get(file.path)
    return state is not None and state.is_current(file.size_bytes, file.mtime_ns)


def index_folders(
    library: Library, runner: Runner, decoders: Decoders, rule: InputRule, paths: tuple[str, ...] = ()
) -> IndexSteps:
    """Bring folders of a library up to date, of whose files none is being written: see `Indexing.run`."""
    return Indexing(library, runner, decoders, rule, Settling(0.0)).run(paths)
