"""An open library: the catalogue, the index and the thumbnails of one folder, under one model. Engine thread only."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from engine import formats, snapshots
from engine.actnet.checkpoint import ModelCard, read_card
from engine.catalogue import Catalogue
from engine.errors import LibraryError, LibraryInUse, ModelError
from engine.filesystems import refuse_network
from engine.index import VectorIndex
from engine.messages import Notice
from engine.records import Model, Photo
from engine.region_file import RegionFile
from engine.regions import CODE_NUMBERS
from engine.roots import Condition
from engine.storage import LibraryFolder, WriterLock
from engine.thumbs import Thumbnails
from engine.types import FolderState, LibraryStatus


class Library:
    """A library opened for reading, or (under the writer's lock) for writing too.

    Args:
        root: the library's folder; made unless `read_only`.
        card: the model whose descriptors are searched.
        read_only: take no lock and write nothing.
        must_exist: there has to be one already.
        quick: photos need no region codes.
        own_model: search with the model that this library has made or been given and was told to use, if it has one.

    Raises:
        LibraryError: it cannot be opened: missing, in use, too new, damaged, the disk is full.
    """

    def __init__(
        self,
        root: Path,
        card: ModelCard,
        *,
        read_only: bool = False,
        must_exist: bool = False,
        quick: bool = False,
        own_model: bool = True,
    ) -> None:
        self.folder = LibraryFolder(root)
        self.read_only = read_only
        self._quick = quick
        self.thumbnails = Thumbnails(self.folder.thumbs)
        self._lock: WriterLock | None = None
        self._saved_at = time.monotonic()
        refuse_network(self.folder.root)
        if must_exist and not (self.folder.catalogue.exists() or self.folder.remains()):
            raise LibraryError(f"There is no library at {root} now. Connect the drive it lies on.", root)
        if not read_only:
            self.folder.ensure()
            self._lock = WriterLock(self.folder)
            self._lock.acquire()
        try:
            if not read_only:
                self.folder.remove_leftovers()
                snapshots.remove_leftovers(self.folder)
            self.catalogue = Catalogue.open(self.folder, read_only=read_only)
            try:
                if not read_only:
                    self.catalogue.expect(formats.abilities())
                self.missing_model = ""
                self.card = self._card_in_use(card) if own_model else card
                self.model = self._model(self.card)
                self.index, self.regions = self.searchable(self.model)
            except BaseException:
                self.catalogue.close()
                raise
        except BaseException:
            self._release()
            raise

    def _card_in_use(self, default: ModelCard) -> ModelCard:
        """The card of the library's own model, if it uses one whose file is there; else `missing_model` names it."""
        active = self.catalogue.descriptors.active_model()
        if active is None or active.name == default.model_id:
            return default
        card = self.own_card(active.name)
        if card is None and (known := self.catalogue.generations.find(active.name)) and known.made_by:
            self.missing_model = active.name
        return card or default

    def own_card(self, name: str) -> ModelCard | None:
        """The card of a model whose file lies in the library; None if there is none, or it is not what it should be."""
        try:
            card = read_card(self.folder.generation(name).model_file)
        except ModelError:
            return None
        return card if card.model_id == name else None

    def with_regions(self, model: Model) -> Model:
        """The model, with whether photos need region codes of it."""
        return replace(model, with_regions=not self._quick and model.dim >= CODE_NUMBERS)

    def searchable(self, model: Model) -> tuple[VectorIndex, RegionFile]:
        """Index and region codes of a model, to be loaded. Those of the library's own models lie beside their files."""
        own = self.folder.generation(model.name)
        place = own if own.model_file.exists() else self.folder
        return (
            VectorIndex(place, self.catalogue, model),
            RegionFile(place, self.catalogue, model, read_only=self.read_only),
        )

    def switch(self, card: ModelCard, model: Model, index: VectorIndex, regions: RegionFile) -> None:
        """Search with another model from now on, which has been registered, and with its index and region codes.

        The one statement that changes the catalogue is what counts: before it all is as before, after it as wanted.
        """
        self.catalogue.sync()
        self.catalogue.descriptors.activate_model(model.model_id)
        self.catalogue.sync()
        self.card, self.model, self.index, self.regions = card, model, index, regions

    def _model(self, card: ModelCard) -> Model:
        descriptors = self.catalogue.descriptors
        if self.read_only:
            # -1 is no model's id: a library that this model has not described yet is searched and found empty.
            model = descriptors.model(card.model_id) or Model(-1, card.model_id, card.dim, active=False)
        else:
            model = descriptors.register_model(card.model_id, card.dim)
            descriptors.activate_model(model.model_id)
        return self.with_regions(model)

    def save_index(self, at_most_every_s: float = 0.0) -> Iterator[None]:
        """Write index and region codes, in steps; not if that was done within `at_most_every_s`, nor if read-only.

        What is not saved is added to what is saved at the next start.
        """
        if not self.read_only and time.monotonic() - self._saved_at >= at_most_every_s:
            yield from self.index.save()
            yield from self.regions.save()
            self._saved_at = time.monotonic()

    def catch_up(self) -> Iterator[None]:
        """Bring index and region codes up to the catalogue, in steps. Cheap if there is nothing to do."""
        for _ in self.index.catch_up():
            yield
        yield from self.regions.catch_up()

    def daily_snapshot(self) -> Iterator[Notice | None]:
        """Take today's snapshot, if there is none, beside other work. What goes wrong costs no more than a notice."""
        if self.read_only or not self.catalogue.folders.all() or not snapshots.is_due(self.folder):
            return
        try:
            yield from snapshots.take_beside(self.folder)
        except LibraryInUse:  # by hand, at this moment
            return
        except LibraryError as error:
            sentence = f"Today's backup of the library was not made. {error.sentence}"
            yield Notice("snapshot-failed", sentence, warning=True)

    def purge(self) -> Iterator[None]:
        """Forget contents that no photo has any more, with their thumbnails and index rows, in steps."""
        while (hashes := self.catalogue.purge_contents()) is not None:
            for content_hash in hashes:
                self.thumbnails.remove(content_hash)
            yield
        yield from self.catch_up()

    def thumbnail(self, photo: Photo) -> Path:
        """Where the photo's thumbnail lies, made or not."""
        return self.thumbnails.path_for(photo.hash)

    def status(self, device: str) -> LibraryStatus:
        """The counts of the moment; cheap at any size."""
        described = self.catalogue.folders.n_described(self.model.model_id)
        missing = self.catalogue.folders.n_missing()
        pairs = self.catalogue.raw_pairs.counts()
        folders = tuple(
            FolderState(
                folder_id=folder.folder_id,
                path=folder.path,
                photos=folder.n_photos - pairs.get(folder.folder_id, 0),
                indexed=max(0, described.get(folder.folder_id, 0) - pairs.get(folder.folder_id, 0)),
                failed=folder.n_failed,
                online=folder.online,
                offline="" if folder.online else Condition.MISSING.value,
                drive=folder.volume.name,
                missing=missing.get(folder.folder_id, (0, 0))[0],
                unconfirmed=missing.get(folder.folder_id, (0, 0))[1],
            )
            for folder in self.catalogue.folders.all()
        )
        return LibraryStatus(
            library=self.folder.root,
            photos=sum(folder.photos for folder in folders),
            indexed=sum(folder.indexed for folder in folders),
            failed=sum(folder.failed for folder in folders),
            offline=sum(folder.photos for folder in folders if not folder.online),
            folders=folders,
            model=self.model.name,
            index_rows=self.index.n_rows,
            device=device,
        )

    def close(self) -> None:
        """Save what is unsaved and let go of the lock. Harmless if it is closed."""
        try:
            for _ in self.save_index():
                pass
        finally:
            self.catalogue.close()
            self._release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None
