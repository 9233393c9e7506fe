"""What the user has chosen, in a small TOML file; the places of window and splitters lie apart (see `window_state`)."""

from __future__ import annotations

import json
import logging
import os
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings

_log = logging.getLogger(__name__)

VERSION = 1
THEMES = ("follow", "light", "dark")
CONTRASTS = ("follow", "high", "normal")
MOTIONS = ("follow", "reduced")
DEVICES = ("auto", "cpu", "cuda")
ORDERS = ("score", "date", "name")
GROUPINGS = ("none", "folder", "date")
MIN_THUMBNAIL_PX, MAX_THUMBNAIL_PX = 96, 320


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings. Values out of range are put right by `checked`.

    `theme`: "follow" the system, "light" or "dark". `thumbnail_px`: side of a thumbnail in the results, logical pixels.
    `last_folder`: where the file dialogs start; "" for the user's pictures. `show_preview`: the preview panel is open.
    `look_further`: the first hits of a search help to find the rest. `turned`: what is turned or mirrored is found
    too. `show_frames`: what was found is framed in the hits. `watch`: folders are watched for changes.
    `contrast`: "follow" the system, "high" or "normal". `motion`: "follow" the system, or "reduced".
    `language`: "follow" the system, or one of `app.languages.NAMES`.
    `device`: what pictures are analysed with, from the next start on, see `EngineConfig.device`.
    `shortcuts`: keys the user has changed, one entry "command=key" for each, "command=" for a command without any.
    `order`, `grouping`: of results, see `app.arranging`; `stacks`: near-identical shots are shown as one;
    `show_filters`: the chips of the filters are shown.
    `paused`: indexing is held. `gentle`: indexing leaves the computer to others, see `EngineConfig.gentle`.
    `quick`: nothing is kept of the parts of photos, see `EngineConfig.quick`; holds from the next start on.
    """

    theme: str = "follow"
    thumbnail_px: int = 168
    last_folder: str = ""
    show_preview: bool = False
    look_further: bool = False
    turned: bool = False
    show_frames: bool = True
    watch: bool = True
    paused: bool = False
    order: str = "score"
    grouping: str = "none"
    stacks: bool = False
    show_filters: bool = False
    gentle: bool = False
    quick: bool = False
    shortcuts: tuple[str, ...] = ()
    contrast: str = "follow"
    motion: str = "follow"
    language: str = "follow"
    device: str = "auto"

    def checked(self) -> Settings:
        """These settings with values out of range replaced."""
        return replace(
            self,
            theme=self.theme if self.theme in THEMES else "follow",
            contrast=self.contrast if self.contrast in CONTRASTS else "follow",
            motion=self.motion if self.motion in MOTIONS else "follow",
            order=self.order if self.order in ORDERS else "score",
            grouping=self.grouping if self.grouping in GROUPINGS else "none",
            device=self.device if self.device in DEVICES else "auto",
            thumbnail_px=min(max(self.thumbnail_px, MIN_THUMBNAIL_PX), MAX_THUMBNAIL_PX),
        )


class SettingsFile:
    """The settings and their file. A file that cannot be read gives the defaults and is kept as `<name>.broken`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.settings = self._read()

    @property
    def folder(self) -> Path:
        """Where they lie, and what else the window keeps of the user's."""
        return self._path.parent

    def change(self, **changes: Any) -> None:
        """Change some settings and save them. A disk that refuses is logged, not raised: the change still holds."""
        changed = replace(self.settings, **changes).checked()
        if changed == self.settings:
            return
        self.settings = changed
        try:
            self._write()
        except OSError as error:
            _log.warning("Settings could not be saved to %s: %s", self._path, error)

    def _read(self) -> Settings:
        try:
            values = tomllib.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Settings()
        except (OSError, ValueError) as error:  # tomllib's and the decoder's errors are ValueErrors
            _log.warning("Settings in %s cannot be read (%s); starting with the defaults", self._path, error)
            self._keep_broken()
            return Settings()
        # A newer version's file is read as far as known; what an older program does not know it leaves at its default.
        known = {field.name: type(field.default) for field in fields(Settings)}
        values = {name: _from_toml(value) for name, value in values.items()}
        fitting = {name: value for name, value in values.items() if type(value) is known.get(name)}
        return Settings(**fitting).checked()

    def _keep_broken(self) -> None:
        try:
            os.replace(self._path, self._path.with_name(self._path.name + ".broken"))
        except OSError as error:
            _log.warning("%s cannot be set aside: %s", self._path, error)

    def _write(self) -> None:
        lines = [f"version = {VERSION}"]
        lines += [f"{name} = {_to_toml(value)}" for name, value in asdict(self.settings).items()]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=self._path.name, suffix=".tmp", dir=self._path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self._path)
        except OSError:
            os.unlink(name)
            raise


def window_state(folder: Path) -> QSettings:
    """Where the places of window and splitters are kept: a file of our own in `folder`."""
    return QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)


def keys_to_entries(changes: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Keys by command as the entries of `Settings.shortcuts`."""
    return tuple(f"{name}={key}" for name, keys in sorted(changes.items()) for key in (keys or ("",)))


def keys_from_entries(entries: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The keys by command that the entries of `Settings.shortcuts` name."""
    result: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        name, _, key = entry.partition("=")
        result[name] = result.get(name, ()) + ((key,) if key else ())
    return result


def _from_toml(value: object) -> object:
    """Lists of texts as tuples; anything else stays."""
    return tuple(value) if isinstance(value, list) and all(isinstance(part, str) for part in value) else value


def _to_toml(value: bool | int | str | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_to_toml, value))}]"
    if isinstance(value, str):
        # A file name that is not valid text cannot stand in TOML: start from the default folder then.
        text = "" if any("\ud800" <= sign <= "\udfff" for sign in value) else value
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)
