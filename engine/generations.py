"""The models of a library: listing them, making one ready, deleting one, and taking one to another library.

A model of the library's own lies in a folder below `generations`, with its index and region codes; the one shipped does
not. The catalogue's table says which is in use. Whatever is done here leaves that one alone: only `Library.switch`
changes it. Engine thread only.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Generator
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.actnet.checkpoint import ModelCard, read_arrays, read_card
from engine.errors import ModelError, TuningError
from engine.generation_table import Generation
from engine.learning import Found, ModelState, Proof
from engine.library import Library
from engine.messages import Phase, Progress
from engine.projection import Matrix, between, project
from engine.records import Model
from engine.region_projection import region_matrix, turned
from engine.regions import CODE_BYTES, N_WINDOWS
from engine.storage import LibraryFolder, disk_errors, sync_folder

_CHUNK = 256  # descriptors made in one step: some tens of ms

Steps = Generator[Progress, None, None]


class Generations:
    """The models of an open library.

    Args:
        library: whose they are.
        default: the card of the model that was shipped or named, whose file lies elsewhere.
    """

    def __init__(self, library: Library, default: ModelCard) -> None:
        self._library = library
        self._default = default
        self._table = library.catalogue.generations
        self._descriptors = library.catalogue.descriptors

    # ---- telling ----

    def states(self) -> tuple[ModelState, ...]:
        """All models, the oldest first."""
        return tuple(self._state(generation) for generation in self._table.all())

    def find(self, name: str) -> Generation:
        """The model of this name, or the only one whose name begins so.

        Raises:
            TuningError: there is none, or several.
        """
        known = self._table.find(name)
        if known is not None:
            return known
        alike = [generation for generation in self._table.all() if generation.name.startswith(name)]
        if len(alike) != 1:
            raise TuningError(
                f"There {'are several models' if alike else 'is no model'} “{name}” in this library. Its models are "
                "listed by: resight models"
            )
        return alike[0]

    def card(self, generation: Generation) -> ModelCard:
        """The card of a model.

        Raises:
            TuningError: its file is not there.
        """
        card = self._known_card(generation.name)
        if card is None:
            raise TuningError(
                f"The file of the model {generation.name} is not there any more. If you have it elsewhere: resight "
                "models --import FILE"
            )
        return card

    def model(self, generation: Generation) -> Model:
        """The model as the catalogue's other tables want it."""
        plain = Model(generation.model_id, generation.name, generation.dim, generation.active)
        return self._library.with_regions(plain)

    def _known_card(self, name: str) -> ModelCard | None:
        if name == self._default.model_id:
            return self._default
        return self._library.own_card(name)

    def _state(self, generation: Generation) -> ModelState:
        own = self._library.folder.generation(generation.name)
        folder = own if own.model_file.exists() else self._library.folder
        is_here = own is folder or generation.name == self._default.model_id
        return ModelState(
            name=generation.name,
            parent=generation.parent,
            made_by=generation.made_by,
            made_at=generation.added_at,
            active=generation.model_id == self._library.model.model_id,
            usable=self._known_card(generation.name) is not None,
            photos=self._table.n_described(generation.model_id),
            bytes=self._table.disk_bytes(generation, N_WINDOWS * CODE_BYTES) + (_size(folder) if is_here else 0),
            proof=proof_of(generation.proof),
        )

    # ---- making one ready ----

    def projection(self, old: str, new: str) -> Matrix | None:
        """The matrix from descriptors of one model to those of another; None if there is none, or a file is gone."""
        cards = self._known_card(old), self._known_card(new)
        if cards[0] is None or cards[1] is None:
            return None
        return between(cards[0].path, cards[1].path)

    def sources(self, target: Generation) -> list[tuple[Generation, Matrix]]:
        """The models from whose descriptors those of another can be made, with the matrices; the one in use first."""
        found = []
        for generation in sorted(self._table.all(), key=lambda one: not one.active):
            if generation.model_id != target.model_id and self._table.n_described(generation.model_id):
                matrix = self.projection(generation.name, target.name)
                if matrix is not None:
                    found.append((generation, matrix))
        return found

    def fill(self, target: Generation) -> Steps:
        """Make the descriptors and region codes that a model lacks from those of others, without reading a photo.

        Committed in chunks: what was made stays when this is ended, and is not made again.
        """
        for source, matrix in self.sources(target):
            yield from self._fill_whole(source, target, matrix)
            if self._library.with_regions(self.model(target)).with_regions:
                yield from self._fill_regions(source, target, matrix)

    def _fill_whole(self, source: Generation, target: Generation, matrix: Matrix) -> Steps:
        old, new = self.model(source), self.model(target)
        total, done, after_id, more = self._table.n_described(source.model_id), 0, 0, True
        while more:
            rows = self._descriptors.since(old, after_id, _CHUNK)
            after_id, more = rows.last_id, rows.more
            if len(rows.content_ids):
                lacking = self._table.lacking(new.model_id, "whole", rows.content_ids)
                self._descriptors.add_missing(
                    new, rows.content_ids[lacking], project(matrix, rows.vectors[lacking])
                )
            done += len(rows.content_ids)
            yield Progress(0, Phase.SAVING, done, total)

    def _fill_regions(self, source: Generation, target: Generation, matrix: Matrix) -> Steps:
        small = region_matrix(self.sampled(source, 2_000), matrix)
        if small is None:
            return
        table, old = self._library.catalogue.regions, self.model(source)
        total, done, after_id, more = table.count(old), 0, 0, True
        while more:
            rows = table.since(old, after_id, _CHUNK)
            after_id, more = rows.last_id, rows.more
            if len(rows.content_ids):
                lacking = self._table.lacking(target.model_id, "regions", rows.content_ids)
                table.add_missing(target.model_id, rows.content_ids[lacking], turned(small, rows.codes[lacking]))
            done += len(rows.content_ids)
            yield Progress(0, Phase.SAVING, done, total)

    def sampled(self, generation: Generation, limit: int) -> NDArray[np.float32]:
        """Some descriptors of a model, float32 [n, D], L2 = 1: the same ones each time."""
        ids = np.array(self._table.sample(generation.model_id, limit, seed=1), dtype=np.int64)
        return self._descriptors.of_contents(self.model(generation), ids)[1]

    # ---- adding and deleting ----

    def add(self, card: ModelCard, *, parent: str, made_by: str, proof: Proof | None = None) -> Generation:
        """Enter a model whose file lies in its folder, in one transaction.

        Raises:
            ModelError: a model of this name has descriptors of another length.
        """
        with self._library.catalogue.transaction():
            model = self._descriptors.register_model(card.model_id, card.dim, parent)
            text = "" if proof is None else json.dumps(asdict(proof))
            self._table.describe(model.model_id, made_by, text)
        return self.find(card.model_id)

    def new_file(self) -> Path:
        """Where to write the file of a new model, before `move_in`. What is left there goes with `remove_strays`."""
        return self._place_for("").model_file

    def move_in(self, card: ModelCard) -> ModelCard:
        """Give the file of a new model its place.

        Raises:
            LibraryError: it cannot be moved.
        """
        place = self._place_for(card.model_id)
        with disk_errors(place.model_file):
            os.replace(card.path, place.model_file)
        sync_folder(place.root)
        return read_card(place.model_file)

    def _place_for(self, name: str) -> LibraryFolder:
        """The folder of a model of this name, made if it is missing."""
        place = self._library.folder.generation(name)
        with disk_errors(place.root):
            place.root.mkdir(parents=True, exist_ok=True)
        return place

    def take_in(self, path: Path) -> Generation:
        """Copy a model file into the library.

        Raises:
            ModelError: it is no model, does not fit, is damaged or holds what is no number. Nothing has changed.
            DiskFull, LibraryError: it cannot be written.
        """
        card = read_card(path)
        weights = read_arrays(path)
        like = read_arrays(self._library.card.path)
        if card.architecture == self._library.card.architecture and {
            key: array.shape for key, array in weights.items()
        } != {key: array.shape for key, array in like.items()}:
            raise ModelError(
                f"The weights in the model “{path.name}” do not fit its description. Get the file again.", path
            )
        known = self._table.find(card.model_id)
        if known is not None and self._known_card(card.model_id) is not None:
            return known
        place = self._place_for(card.model_id)
        place.write_atomically(place.model_file, path.read_bytes())
        if known is not None:
            return known
        return self.add(read_card(place.model_file), parent="", made_by="imported")

    def write_out(self, name: str, path: Path) -> Path:
        """Copy a model of the library to a file.

        Raises:
            TuningError: there is no such model, or its file is not there, or there is another file already.
            DiskFull, LibraryError: it cannot be written.
        """
        card = self.card(self.find(name))
        if path.is_dir():
            path = path / f"{card.model_id}.safetensors"
        if path.exists():
            raise TuningError(f"There is a file {path} already. Choose another name.", path)
        LibraryFolder(path.parent).write_atomically(path, card.path.read_bytes())
        return path

    def remove(self, generation: Generation) -> Steps:
        """Delete a model with all that was made with it.

        Raises:
            TuningError: it is in use.
        """
        if generation.active or generation.model_id == self._library.model.model_id:
            raise TuningError(f"The model {generation.name} is in use. Use another one first.")
        done = 0
        while n := self._table.forget_descriptors(generation.model_id):
            done += n
            yield Progress(0, Phase.SAVING, done)
        self._table.forget(generation.model_id)
        self._remove_folder(self._library.folder.generation(generation.name).root)

    def remove_strays(self) -> None:
        """Delete folders of models that the catalogue does not know: left by a run that was ended, or removed."""
        root = self._library.folder.generations
        if not root.is_dir():
            return
        known = {self._library.folder.generation(generation.name).root for generation in self._table.all()}
        for entry in root.iterdir():
            if entry not in known:
                self._remove_folder(entry)

    @staticmethod
    def _remove_folder(folder: Path) -> None:
        if folder.is_dir() and not folder.is_symlink():
            with disk_errors(folder):
                shutil.rmtree(folder)


def proof_of(text: str) -> Proof | None:
    """A proof from the JSON it is kept as; None where there is none or it is of another version."""
    if not text:
        return None
    try:
        values = json.loads(text)
        for key in ("before", "after", "boxes_before", "boxes_after"):
            values[key] = None if values[key] is None else Found(**values[key])
        return Proof(**{**values, "gain": tuple(values["gain"])})
    except (ValueError, KeyError, TypeError):
        return None


def _size(folder: LibraryFolder) -> int:
    """The space of a model's own file, if it lies here, its index and its region codes."""
    files = [folder.model_file, *folder.root.glob("index*.hnsw"), *folder.region_codes()]
    try:
        return sum(path.stat().st_size for path in files if path.is_file())
    except OSError:
        return 0
