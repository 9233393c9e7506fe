"""When and with what a photo was taken, and which words of a camera are believed. Standard library only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

TAKEN_CHARS = 19
MAX_CAMERA_BYTES = 64
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_EXIF = re.compile(r"\s*(\d{4})[:\-/.](\d\d?)[:\-/.](\d\d?)(?:[ T]+(\d\d?):(\d\d)(?::(\d\d))?)?")
_FIRST_YEAR, _LAST_YEAR = 1826, 2100  # of the first photo; of the last that a camera's clock may be believed
# What makers put after their names.
_COMPANY = re.compile(
    r"[\s,.]+(corporation|corp|company|co|ltd|inc|gmbh|ag|electric|electronics|imaging|optical|photo film|techwin|"
    r"technologies|technology|communications|mobile|digital camera)\b.*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Shot:
    """What a camera wrote into a photo.

    `taken` is the local time there, ISO 8601 without a zone: "2024-05-03T14:22:10"; None if it is not known.
    `camera` is the maker's and the model's name, at most `MAX_CAMERA_BYTES` of UTF-8; "" if it is not known.

    Raises:
        ValueError: `taken` is no such time, or `camera` is too long or could not be shown.
    """

    taken: str | None = None
    camera: str = ""

    def __post_init__(self) -> None:
        if self.taken is not None and not (_ISO.fullmatch(self.taken) and _is_believable(self.taken)):
            raise ValueError(f"{self.taken!r} is no time at which a photo can have been taken.")
        if len(self.camera.encode()) > MAX_CAMERA_BYTES or not self.camera.isprintable():
            raise ValueError("A camera's name is too long or not fit to be shown.")


UNKNOWN = Shot()


def shot(dates: tuple[str, ...], make: str, model: str) -> Shot:
    """The shot that these words of a camera tell.

    Args:
        dates: as EXIF writes them, "2024:05:03 14:22:10"; the first one that is a time counts.
        make: the maker of the camera; may be empty or nonsense, as the others.
        model: its name.
    """
    taken = next((time for time in map(_iso_of, dates) if time is not None), None)
    return Shot(taken, _camera_of(_cleaned(make), _cleaned(model)))


def _iso_of(date: str) -> str | None:
    match = _EXIF.match(date)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    time = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
    return time if _is_believable(time) else None


def _is_believable(time: str) -> bool:
    try:
        return _FIRST_YEAR <= datetime.fromisoformat(time).year <= _LAST_YEAR
    except ValueError:
        return False


def _camera_of(make: str, model: str) -> str:
    """Maker and model, the maker's name once: "NIKON CORPORATION" and "NIKON D70" are a "NIKON D70"."""
    maker = _COMPANY.sub("", make)
    known = {word.casefold() for word in make.split()}
    is_named = bool(model) and model.split()[0].casefold() in known
    camera = model if is_named or not maker else f"{maker} {model}".strip()
    return camera.encode()[:MAX_CAMERA_BYTES].decode(errors="ignore").rstrip()


def _cleaned(words: str) -> str:
    """Without control characters, and with single spaces; nothing if no letter is left."""
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
    return text if any(sign.isalnum() for sign in text) else ""
