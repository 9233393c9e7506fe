"""Indexing in this process, step by step: real files, a real library, real decoders; only the network is made up."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from engine.decoders import Decoders
from engine.indexing import Indexing, Means
from engine.library import Library
from engine.messages import Phase, Progress
from engine.roots import Roots
from engine.settling import Settling
from engine.types import IndexReport
from tests.helpers.crashes import fake_card
from tests.helpers.fake_runner import FakeRunner


class Indexer:
    """Brings a folder up to date, and can do something in the middle of it.

    Args:
        library: opened for writing.
        decoders: read the files.
        photos: the folder.
    """

    def __init__(self, library: Library, decoders: Decoders, photos: Path) -> None:
        self.runner = FakeRunner()
        self.photos = photos
        self._library, self._decoders = library, decoders

    def __call__(self, then: Callable[[], None] | None = None, settle_s: float = 0.0) -> IndexReport:
        """Index; `then` is called once, when all files have been found and none has been read."""
        means = Means(self.runner, self._decoders, fake_card().rule, Settling(settle_s),
                      Roots(self._library.catalogue.folders))
        steps = Indexing(self._library, means).run((str(self.photos),))
        while True:
            try:
                event = next(steps)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            if then is not None and isinstance(event, Progress) and event.phase is Phase.FINDING and event.done:
                then()
                then = None

    def known(self) -> dict[str, bytes]:
        """Path relative to the folder -> the hash of its content, of all photos that can be found."""
        (folder,) = self._library.catalogue.folders.all()
        return {str(Path(photo.path).relative_to(self.photos)): photo.hash
                for photo in self._library.catalogue.photos_of(folder.folder_id)}

    def failed(self) -> dict[str, str]:
        """Name -> what kind of failure it is."""
        return {Path(failure.path).name: failure.kind for failure in self._library.catalogue.failures()}


def paint(path: Path, seed: int) -> Path:
    """A photo of coloured squares, the same for the same seed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    colours = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    Image.fromarray(colours).resize((96, 64), Image.Resampling.NEAREST).save(path, "JPEG", quality=92)
    return path


def hash_of(path: Path) -> bytes:
    """The hash that a file's content has in the catalogue."""
    return hashlib.blake2b(path.read_bytes(), digest_size=20).digest()
