"""The pictures that were searched with last, with their boxes, kept over a restart. GUI thread only."""

from __future__ import annotations

import base64
import json
import logging
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.parts import MAX_PARTS, MAX_WEIGHT, Part, Source
from engine.types import Box

MOST = 12
_VERSION = 1
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recent:
    """A query: its parts, the place of the one that was in work, and a small JPEG of that one's picture."""

    parts: tuple[Part, ...]
    current: int
    picture: bytes

    @property
    def source(self) -> Source:
        """The picture shown for it."""
        return self.parts[self.current].source


class RecentQueries(QObject):
    """The newest first, one for each picture.

    Args:
        file: where they are kept. One that cannot be read counts as empty.

    Signals:
        changed()
    """

    changed = Signal()

    def __init__(self, file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self._all = _read(file)

    def all(self) -> tuple[Recent, ...]:
        """What there is."""
        return self._all

    def add(self, recent: Recent) -> None:
        """Have this as the newest; it takes the place of what there was of the same picture."""
        self._set((recent, *(other for other in self._all if other.source.path != recent.source.path))[:MOST])

    @Slot(object)
    def forget(self, recent: Recent) -> None:
        """Keep this one no longer."""
        self._set(tuple(other for other in self._all if other != recent))

    @Slot()
    def forget_all(self) -> None:
        """Keep none of them."""
        self._set(())

    def _set(self, found: tuple[Recent, ...]) -> None:
        if found != self._all:
            self._all = found
            try:
                _write(self._file, found)
            except OSError as error:
                _log.warning("The recent pictures cannot be kept in %s: %s", self._file, error)
            self.changed.emit()


def _read(file: Path) -> tuple[Recent, ...]:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept["version"] != _VERSION:
            return ()
        return tuple(_from_json(entry) for entry in kept["recent"][:MOST])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, LookupError, TypeError) as error:
        _log.warning("The recent pictures in %s cannot be read: %s", file, error)
        return ()


def _write(file: Path, found: Sequence[Recent]) -> None:
    """Write all or nothing. It is not waited for until it is on the disk: that would hold the window up."""
    text = json.dumps({"version": _VERSION, "recent": [_to_json(recent) for recent in found]})
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=file.name, suffix=".tmp", dir=file.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as written:
            written.write(text)
        os.replace(name, file)
    except OSError:
        os.unlink(name)
        raise


def _to_json(recent: Recent) -> dict[str, Any]:
    parts = [
        {
            "path": part.source.path,
            "name": part.source.name,
            "box": None if part.box is None else [part.box.x0, part.box.y0, part.box.x1, part.box.y1],
            "unwanted": part.is_unwanted,
            "weight": part.weight,
        }
        for part in recent.parts
    ]
    return {"parts": parts, "current": recent.current, "picture": base64.b64encode(recent.picture).decode()}


def _from_json(entry: dict[str, Any]) -> Recent:
    """Photos of the library come back as files: the next library may give their numbers to others."""
    parts = tuple(
        Part(
            Source(_text(part["path"]), _text(part["name"])),
            None if part["box"] is None else Box(*map(float, part["box"])),
            part["unwanted"] is True,
            part.get("weight", 1) if part.get("weight", 1) in range(1, MAX_WEIGHT + 1) else 1,
        )
        for part in entry["parts"]
    )
    current = entry["current"]
    if not 0 < len(parts) <= MAX_PARTS or type(current) is not int or not 0 <= current < len(parts):
        raise ValueError("a query needs one to six parts, one of them in work")
    return Recent(parts, current, base64.b64decode(_text(entry["picture"]), validate=True))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a text was expected, not {value!r}")
    return value
