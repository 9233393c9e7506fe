"""What the trained part of a network takes in, of every view, kept on disk: decoded and computed once, read often.

One file of arrays behind each other and a list of where each lies. What is stored depends on photos, views and the
frozen parts only, so runs that train different poolings or lengths on the same frozen parts can share it. It can be
made again, so a run that was ended while making it starts that anew. One thread.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from engine.storage import LibraryFolder, disk_errors

View = tuple[int, int]
"""(number of the photo, number of the view)."""

Place = tuple[int, str, tuple[int, ...]]
"""(offset in bytes, numpy's name of the type, shape)."""

_KEY = re.compile("[0-9a-f]+")

Input = NDArray[np.uint8] | NDArray[np.float16]
"""What the trained part takes for a view: RGB uint8 [H, W, 3], or the map after the frozen parts, float16 [C, H, W]."""


class InputStore:
    """The inputs of all views, in two files that are named by what they depend on.

    Args:
        folder: where the files lie; made when there is something to write.
        key: a hash of all that the inputs depend on; hexadecimal digits.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = LibraryFolder(folder)
        self._data_path = folder / f"{key}.bin"
        self._list_path = folder / f"{key}.json"
        self._places: dict[View, Place] = {}
        self._data: NDArray[np.uint8] | None = None

    def open_finished(self) -> bool:
        """Use what an earlier run has stored, if it is whole. Returns whether there is anything to read now."""
        try:
            found = json.loads(self._list_path.read_text(encoding="utf-8"))
            if self._data_path.stat().st_size != found["bytes"]:
                return False
            self._places = {(p, v): (at, kind, tuple(shape)) for p, v, at, kind, shape in found["views"]}
            self._data = np.memmap(self._data_path, dtype=np.uint8, mode="r")
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return True

    def writer(self) -> InputWriter:
        """Begin anew; the store is finished when the writer's context ends without an error.

        Raises:
            DiskFull, LibraryError: the folder cannot be written. So do the writer's methods.
        """
        with disk_errors(self._folder.root):
            self._folder.root.mkdir(parents=True, exist_ok=True)
            self._list_path.unlink(missing_ok=True)
        return InputWriter(self._data_path, self._finish)

    def _finish(self, places: dict[View, Place], n_bytes: int) -> None:
        views = [[*view, *place] for view, place in places.items()]
        document = json.dumps({"bytes": n_bytes, "views": views})
        self._folder.write_atomically(self._list_path, document.encode())
        self.open_finished()

    def views(self) -> list[View]:
        """All views, in the order in which they were stored."""
        return list(self._places)

    def read(self, view: View) -> Input:
        """The input of a view, as a part of the file that must not be written to."""
        assert self._data is not None
        at, kind, shape = self._places[view]
        n_bytes = int(np.prod(shape)) * np.dtype(kind).itemsize
        found: Input = self._data[at : at + n_bytes].view(kind).reshape(shape)
        return found


class InputWriter:
    """Writes the views of a store, one after the other; see `InputStore.writer`."""

    def __init__(self, path: Path, finish: Callable[[dict[View, Place], int], None]) -> None:
        self._path = path
        self._finish = finish
        self._places: dict[View, Place] = {}
        self._n_bytes = 0

    def __enter__(self) -> InputWriter:
        with disk_errors(self._path):
            self._file = self._path.open("wb")
        return self

    def add(self, view: View, array: Input) -> None:
        """Store the input of a view."""
        with disk_errors(self._path):
            self._file.write(np.ascontiguousarray(array).tobytes())
        self._places[view] = (self._n_bytes, array.dtype.str, array.shape)
        self._n_bytes += array.nbytes

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with disk_errors(self._path):
            self._file.close()
            if kind is not None:
                self._path.unlink(missing_ok=True)  # it is large, and of no use
        if kind is None:
            self._finish(self._places, self._n_bytes)


def remove_inputs(folder: Path) -> None:
    """Remove what stores have written in a folder, and the folder if nothing else is in it. It can be made again.

    Raises:
        LibraryError: it cannot be removed.
    """
    LibraryFolder(folder).remove_leftovers()
    with disk_errors(folder):
        for path in folder.glob("*"):
            if path.suffix in (".bin", ".json") and _KEY.fullmatch(path.stem):
                path.unlink()
        with suppress(OSError):
            folder.rmdir()
