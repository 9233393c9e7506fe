"""When and with what a photo was taken, from the EXIF data of a picture whose pixels need not be decoded.

What cannot be read must not cost the photo: it is then not known. Runs in the decoder processes; needs Pillow.
"""

from __future__ import annotations

import io
from typing import IO

from PIL import Image

from engine.shot import UNKNOWN, Shot, shot

_MAKE, _MODEL, _CHANGED, _EXIF_PART = 0x010F, 0x0110, 0x0132, 0x8769
_TAKEN, _DIGITISED = 0x9003, 0x9004
_PREFIX = b"Exif\0\0"


def shot_of(image: Image.Image) -> Shot:
    """What an open picture tells, of what was read when it was opened."""
    try:
        # Not the format's own method: that of PNG decodes the picture to look behind it.
        return _shot_in(Image.Image.getexif(image))
    except Exception:  # noqa: BLE001 - boundary to Pillow's parsers, which raise anything
        return UNKNOWN


def shot_in_tiff(stream: IO[bytes]) -> Shot:
    """What the directories of a TIFF, or of a camera raw file that is one inside, tell. Leaves the stream anywhere."""
    try:
        exif = Image.Exif()
        exif.load_from_fp(stream)
        return _shot_in(exif)
    except Exception:  # noqa: BLE001 - as above
        return UNKNOWN


def shot_in_bytes(data: bytes) -> Shot:
    """What EXIF data tells that lies in a file by itself, with or without its usual prefix."""
    return shot_in_tiff(io.BytesIO(data.removeprefix(_PREFIX)))


def _shot_in(exif: Image.Exif) -> Shot:
    part = exif.get_ifd(_EXIF_PART)
    dates = (part.get(_TAKEN), part.get(_DIGITISED), exif.get(_CHANGED))
    return shot(tuple(map(_words, dates)), _words(exif.get(_MAKE)), _words(exif.get(_MODEL)))


def _words(value: object) -> str:
    """A text of EXIF, which ends at the first NUL; cameras of the East write UTF-8, which Pillow takes for Latin-1."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        return ""
    text = value.partition("\0")[0]
    try:
        return text.encode("latin-1").decode()
    except (UnicodeDecodeError, UnicodeEncodeError):
        return text
