"""What the trained part of a network takes in, of every view, kept on disk: decoded and computed once, read often.

One file of arrays behind each other and a list of where each lies. It can be made again, so a run that was ended while
making it starts that anew. One thread.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from engine.storage import LibraryFolder, disk_errors

View = tuple[int, int]
"""(number of the photo, number of the view)."""

Place = tuple[int, str, tuple[int, ...]]
"""(offset in bytes, numpy's name of the type, shape)."""


class InputStore:
    """The inputs of all views of one training run, and their descriptors before whitening under the start.

    Args:
        folder: the run's own folder; made if it is missing.
        key: what the inputs depend on. A finished store of another key is not used, but made again.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = LibraryFolder(folder)
        self._data_path = folder / "inputs.bin"
        self._list_path = folder / "inputs.json"
        self._pooled_path = folder / "pooled.npy"
        self._key = key
        self._places: dict[View, Place] = {}
        self._data: NDArray[np.uint8] | None = None
        self.pooled: NDArray[np.float16] = np.empty((0, 0), dtype=np.float16)
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)

    @property
    def is_finished(self) -> bool:
        """Whether all views are there, ready to be read."""
        return self._data is not None

    def open_finished(self) -> bool:
        """Use what an earlier run has stored, if it is whole and of the same key."""
        try:
            found = json.loads(self._list_path.read_text(encoding="utf-8"))
            if found["key"] != self._key or self._data_path.stat().st_size != found["bytes"]:
                return False
            self._places = {(p, v): (at, kind, tuple(shape)) for p, v, at, kind, shape in found["views"]}
            self.pooled = np.load(self._pooled_path, allow_pickle=False)
        except (OSError, ValueError, KeyError, TypeError):
            return False
        self._data = np.memmap(self._data_path, dtype=np.uint8, mode="r")
        return len(self.pooled) == len(self._places)

    def writer(self) -> InputWriter:
        """Begin anew; the store is finished when the writer's context ends without an error."""
        with disk_errors(self._list_path):
            self._list_path.unlink(missing_ok=True)
        return InputWriter(self._data_path, self._finish)

    def _finish(self, places: dict[View, Place], n_bytes: int,
                pooled: NDArray[np.float16]) -> None:
        views = [[*view, *place] for view, place in places.items()]
        with disk_errors(self._pooled_path):
            np.save(self._pooled_path, pooled)
        document = json.dumps({"key": self._key, "bytes": n_bytes, "views": views})
        self._folder.write_atomically(self._list_path, document.encode())
        self.open_finished()

    def views(self) -> list[View]:
        """All views, in the order of the rows of `pooled`."""
        return list(self._places)

    def read(self, view: View) -> NDArray[np.uint8] | NDArray[np.float16]:
        """What the trained part takes for a view: RGB uint8 [H, W, 3] or a feature map float16 [C, H, W]."""
        assert self._data is not None
        at, kind, shape = self._places[view]
        n_bytes = int(np.prod(shape)) * np.dtype(kind).itemsize
        found: NDArray[np.uint8] = self._data[at : at + n_bytes].view(kind).reshape(shape)
        return found


class InputWriter:
    """Writes the views of a store, one after the other; see `InputStore.writer`."""

    def __init__(self, path: Path, finish: Callable[[dict[View, Place], int, NDArray[np.float16]], None]) -> None:
        self._path = path
        self._finish = finish
        self._places: dict[View, Place] = {}
        self._pooled: list[NDArray[np.float16]] = []
        self._n_bytes = 0

    def __enter__(self) -> InputWriter:
        with disk_errors(self._path):
            self._file = self._path.open("wb")
        return self

    def add(self, view: View, array: NDArray[np.uint8] | NDArray[np.float16], pooled: NDArray[np.float16]) -> None:
        """The input of a view, and its descriptor before whitening under the start, float16 [N]."""
        with disk_errors(self._path):
            self._file.write(np.ascontiguousarray(array).tobytes())
        self._places[view] = (self._n_bytes, array.dtype.str, array.shape)
        self._pooled.append(pooled)
        self._n_bytes += array.nbytes

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with disk_errors(self._path):
            self._file.close()
        if kind is None:
            self._finish(self._places, self._n_bytes, np.stack(self._pooled))

