"""Bringing folders up to date: scan, decode ahead, describe, commit, add to the index. A generator; engine thread.

Two passes. The first compares every file with the catalogue and only counts what has to be read, so that memory stays
flat and there is an ETA; the second walks again and works on those files, decoder processes running ahead. What the
first pass did not meet is gone, unless the second finds its content under another name: then it has moved.
"""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

from engine.accelerate import Runner
from engine.decode import DecodedPhoto, DecodeRequest, FileFacts
from engine.decoders import Decoders
from engine.describe import check_descriptors
from engine.errors import DiskFull, FolderError, PhotoError
from engine.indexing_work import Batch, Counts, Pending, Rate
from engine.library import Library
from engine.messages import Event, Phase, Progress
from engine.records import FailedPhoto, Folder, IndexedPhoto, PhotoState
from engine.scan import FoundFile, RootState, ScanProblem, root_state, scan_folder
from engine.transform import InputRule
from engine.types import IndexReport

_log = logging.getLogger(__name__)

THUMBNAIL_PX = 320
_COLLECT_S = 0.1
_SAVE_EVERY_S = 180.0
_MAX_THUMBNAILS_OPEN = 64

IndexSteps = Generator[Event | None, None, IndexReport]


class Indexing:
    """One indexing run over some folders of a library.

    Args:
        library: opened for writing.
        runner: computes the descriptors.
        decoders: the pool for bulk work.
        rule: the model's input rule.
    """

    def __init__(self, library: Library, runner: Runner, decoders: Decoders, rule: InputRule) -> None:
        self._library = library
        self._catalogue = library.catalogue
        self._runner = runner
        self._decoders = decoders
        self._rule = rule
        self._counts = Counts()
        self._rate = Rate()
        self._started = time.monotonic()
        self._saved = self._started
        self._pending: deque[Pending] = deque()
        self._scanning: Folder | None = None
        # Creating files may take milliseconds each, in which the engine thread would keep the network waiting.
        self._thumbnail_writer = ThreadPoolExecutor(1, "thumbnails")
        self._thumbnails: deque[Future[Path]] = deque()

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
        self._catalogue.begin_sweep()
        for folder in online:
            yield from self._compare(folder)
        if self._counts.to_do:
            yield from self._analyse(online)
        for folder in online:
            yield from self._sweep(folder)
        yield self._progress(Phase.SAVING)
        yield from self._library.purge()
        yield from self._library.save_index()
        for folder in online:
            self._catalogue.folders.set_scanned(folder.folder_id)
        return self._report()

    def _is_online(self, folder: Folder) -> bool:
        online = root_state(folder.path, folder.n_photos) is RootState.ONLINE
        self._catalogue.folders.set_online(folder.folder_id, online)
        return online

    def _files(self, folder: Folder, problems: list[ScanProblem] | None = None) -> Iterator[list[FoundFile]]:
        skip = [str(self._library.folder.root), *self._catalogue.folders.nested(folder.folder_id)]
        return scan_folder(folder.path, skip=skip, problems=problems)

    def _known(self, folder: Folder, files: list[FoundFile]) -> dict[bytes, PhotoState]:
        return self._catalogue.known(folder.folder_id, [file.path for file in files], self._library.model.model_id)

    # ---- the first pass: what there is to do ----

    def _compare(self, folder: Folder) -> Iterator[Progress]:
        """Count what is found, unchanged and to be read; mark what is met."""
        problems: list[ScanProblem] = []
        self._scanning = folder
        for files in self._files(folder, problems):
            known = self._known(folder, files)
            self._catalogue.see(state.photo_id for state in known.values())
            n_current = sum(_is_current(file, known) for file in files)
            self._counts.found += len(files)
            self._counts.unchanged += n_current
            self._counts.to_do += len(files) - n_current
            yield self._progress(Phase.FINDING)
        for problem in problems:
            _log.warning("%s", problem.sentence)
            self._catalogue.see_below(folder.folder_id, problem.path)

    # ---- the second pass: work on it ----

    def _analyse(self, folders: list[Folder]) -> Iterator[Event | None]:
        to_read = self._to_read(folders)
        window = 3 * self._runner.n_at_once + 8
        exhausted = False
        try:
            while self._pending or not exhausted:
                while not exhausted and len(self._pending) < window:
                    item = next(to_read, None)
                    if item is None:
                        exhausted = True
                    elif isinstance(item, Pending):
                        self._pending.append(item)
                    else:
                        yield None  # the scan has worked for a while and found nothing to read
                self._commit(self._sort(self._collect()))
                yield self._progress(Phase.ANALYSING)
                yield from self._settle_thumbnails(_MAX_THUMBNAILS_OPEN)
                for _ in self._library.index.catch_up():  # in steps: the whole index may be missing
                    yield None
                if time.monotonic() - self._saved > _SAVE_EVERY_S:
                    yield from self._library.save_index()
                    self._saved = time.monotonic()
            yield from self._settle_thumbnails(0)
        finally:
            for pending in self._pending:
                pending.future.cancel()
            self._thumbnail_writer.shutdown()

    def _to_read(self, folders: list[Folder]) -> Iterator[Pending | bool]:
        """Submit the files that have to be read, one a step; True after each batch, so that time can be watched."""
        for folder in folders:
            self._scanning = folder
            for files in self._files(folder):
                known = self._known(folder, files)
                for file in files:
                    if not _is_current(file, known):
                        yield self._submit(folder, file, known.get(file.path))
                yield True

    def _submit(self, folder: Folder, file: FoundFile, known: PhotoState | None) -> Pending:
        """Have a file read. Where its size is known already, hash it first: it may be a moved photo or a copy."""
        path = os.path.join(folder.path, os.fsdecode(file.path))
        if self._catalogue.contents_of_size(file.size_bytes):
            return Pending(folder, file, known, self._decoders.submit_hash(path), hashing=True)
        return Pending(folder, file, known, self._decoders.submit(self._request(path)), hashing=False)

    def _request(self, path: str) -> DecodeRequest:
        return DecodeRequest(path, rule=self._rule, thumbnail_px=THUMBNAIL_PX)

    def _collect(self) -> list[Pending]:
        """A batch of files that are decoded or have failed, waiting up to 0.1 s for a full one."""
        deadline = time.monotonic() + _COLLECT_S
        while True:
            for pending in [pending for pending in self._pending if pending.hashing and pending.future.done()]:
                self._after_hash(pending)
            # One that was hashed since then is looked at in the next turn.
            settled = [pending for pending in self._pending if pending.future.done() and not pending.hashing]
            ready = settled[: self._runner.n_at_once]
            left_s = deadline - time.monotonic()
            open_futures: list[Future[Any]] = [pending.future for pending in self._pending if not pending.future.done()]
            if len(ready) >= self._runner.n_at_once or left_s <= 0 or not open_futures:
                break
            wait(open_futures, left_s, FIRST_COMPLETED)
        for pending in ready:
            self._pending.remove(pending)
        return ready

    def _after_hash(self, pending: Pending) -> None:
        """Link a file whose content is known; have any other decoded. One that failed stays for `_commit`."""
        pending.hashing = False
        if pending.future.exception() is not None:
            return
        facts = pending.future.result()
        if isinstance(facts, FileFacts) and self._link(pending, facts):
            self._pending.remove(pending)
        else:
            pending.future = self._decoders.submit(self._request(pending.path))

    def _link(self, pending: Pending, facts: FileFacts) -> bool:
        """Whether the content is known and described, so that the file is now settled without decoding it."""
        model_id = self._library.model.model_id
        content = self._catalogue.content_by_hash(facts.content_hash)
        if content is None or not self._catalogue.is_described(content.content_id, model_id):
            return False
        if pending.known is not None and pending.known.content_id == content.content_id:
            # Only its time has changed. It was counted as to be done; it is not.
            self._catalogue.touch(pending.known.photo_id, facts.mtime_ns)
            self._counts.unchanged += 1
            self._counts.to_do -= 1
            return True
        for photo in self._catalogue.photos_by_content([content.content_id]).get(content.content_id, []):
            if photo.online and not os.path.lexists(photo.path):
                self._catalogue.move_photo(
                    photo.photo_id, pending.folder.folder_id, pending.file.path, facts.size_bytes, facts.mtime_ns
                )
                self._catalogue.see([photo.photo_id])
                self._counts.moved += 1
                return True
        copy = IndexedPhoto(
            pending.folder.folder_id, pending.file.path, facts.size_bytes, facts.mtime_ns, facts.content_hash,
            content.width_px, content.height_px, None,
        )
        self._catalogue.see(self._catalogue.commit_chunk(self._library.model, [copy]).photo_ids)
        self._counts.indexed += 1
        return True

    def _sort(self, settled: list[Pending]) -> Batch:
        """Tell photos from failures."""
        batch = Batch()
        for pending in settled:
            error = pending.future.exception()
            result = pending.future.result() if error is None else None
            file, folder_id = pending.file, pending.folder.folder_id
            if isinstance(result, DecodedPhoto) and result.rgb is not None:
                batch.photos.append((pending, result))
            elif isinstance(error, PhotoError):
                batch.failed.append(
                    FailedPhoto(folder_id, file.path, file.size_bytes, file.mtime_ns, error.kind, error.sentence)
                )
            elif error is not None:
                raise error
        return batch

    def _commit(self, batch: Batch) -> None:
        """Describe a batch and store it in one transaction; thumbnails can be made again, so they may lag behind."""
        if not batch.size:
            return
        indexed = []
        if batch.photos:
            descriptors = self._runner.describe([photo.rgb for _, photo in batch.photos if photo.rgb is not None])
            check_descriptors(descriptors, self._library.model.dim)
            indexed = [
                IndexedPhoto(
                    pending.folder.folder_id, pending.file.path, photo.size_bytes, photo.mtime_ns,
                    photo.content_hash, photo.width_px, photo.height_px, descriptor,
                )
                for (pending, photo), descriptor in zip(batch.photos, descriptors, strict=True)
            ]
        write = self._library.thumbnails.write
        for _, photo in batch.photos:
            if photo.thumbnail is not None:
                self._thumbnails.append(self._thumbnail_writer.submit(write, photo.content_hash, photo.thumbnail))
        committed = self._catalogue.commit_chunk(self._library.model, indexed, batch.failed)
        self._catalogue.see(committed.photo_ids)
        self._see_failed(batch.failed)
        self._counts.indexed += len(indexed)
        self._counts.failed += len(batch.failed)

    def _see_failed(self, failed: list[FailedPhoto]) -> None:
        for failure in failed:
            state = self._catalogue.known(failure.folder_id, [failure.path], self._library.model.model_id)
            self._catalogue.see(known.photo_id for known in state.values())

    def _settle_thumbnails(self, n_open: int) -> Iterator[None]:
        """Take note of thumbnails that are written, in steps until at most `n_open` are not.

        A missing thumbnail is made again when it is looked at, so only a full disk ends the run.
        """
        while self._thumbnails and (self._thumbnails[0].done() or len(self._thumbnails) > n_open):
            wait([self._thumbnails[0]], _COLLECT_S)
            if not self._thumbnails[0].done():
                yield None
                continue
            error = self._thumbnails.popleft().exception()
            if isinstance(error, DiskFull):
                raise error
            if error is not None:
                _log.warning("a thumbnail could not be written: %s", error)

    # ---- the end ----

    def _sweep(self, folder: Folder) -> Iterator[Progress]:
        """Forget the photos that are gone."""
        after: bytes | None = b""
        while after is not None:
            gone, after = self._catalogue.unseen(folder.folder_id, after)
            self._catalogue.remove_photos(photo.photo_id for photo in gone)
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
        )


def _is_current(file: FoundFile, known: dict[bytes, PhotoState]) -> bool:
    state = known.get(file.path)
    return state is not None and state.is_current(file.size_bytes, file.mtime_ns)


def index_folders(
    library: Library, runner: Runner, decoders: Decoders, rule: InputRule, paths: tuple[str, ...] = ()
) -> IndexSteps:
    """Bring folders of a library up to date: see `Indexing.run`."""
    return Indexing(library, runner, decoders, rule).run(paths)


