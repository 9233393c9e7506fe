"""What a file is, told by its first bytes: an allowed picture format, another kind of picture, or no picture at all.

The name of a file counts for nothing, with one exception: most camera raw formats cannot be told from TIFF otherwise.
Standard library only.
"""

from __future__ import annotations

import os
from importlib.util import find_spec

HEAD_BYTES = 64  # how much of a file `identify` wants to see
RAW = "camera raw"  # these two are not Pillow's
JPEG_XL = "JPEG XL"

# Raw files that are TIFF inside; Pillow would show the small preview in them as if it were the photo.
_RAW_SUFFIXES = frozenset(
    {
        *(".3fr", ".arw", ".cr2", ".dcr", ".dng", ".erf", ".fff", ".iiq", ".k25", ".kdc", ".mef", ".mos", ".nef"),
        *(".nrw", ".pef", ".rwl", ".rw2", ".sr2", ".srf", ".srw"),
    }
)

# First bytes -> the formats the file may be opened as. Nothing else is ever tried.
_READABLE: tuple[tuple[bytes, tuple[str, ...]], ...] = (
    (b"\xff\xd8\xff", ("JPEG",)),  # becomes MPO by itself where there are several pictures
    (b"\x89PNG\r\n\x1a\n", ("PNG",)),
    (b"GIF87a", ("GIF",)),
    (b"GIF89a", ("GIF",)),
    (b"II*\x00", ("TIFF",)),
    (b"MM\x00*", ("TIFF",)),
    (b"II+\x00", ("TIFF",)),
    (b"MM\x00+", ("TIFF",)),
    (b"BM", ("BMP",)),
    (b"\xff\x4f\xff\x51", ("JPEG2000",)),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", ("JPEG2000",)),
    (b"\xff\x0a", (JPEG_XL,)),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", (JPEG_XL,)),
    (b"FUJIFILMCCD-RAW", (RAW,)),
    (b"IIRO", (RAW,)),
    (b"IIRS", (RAW,)),
    (b"MMOR", (RAW,)),
    (b"IIU\x00", (RAW,)),
    (b"II\x1a\x00\x00\x00HEAPCCDR", (RAW,)),
    (b"FOVb", (RAW,)),
    (b"\x00MRM", (RAW,)),
)

# First bytes -> name of a picture format that is known, but not read.
_UNREADABLE: tuple[tuple[bytes, str], ...] = (
    (b"8BPS", "Photoshop"),
    (b"gimp xcf", "GIMP"),
    (b"\x76\x2f\x31\x01", "OpenEXR"),
    (b"#?RADIANCE", "Radiance HDR"),
    (b"#?RGBE", "Radiance HDR"),
    (b"SIMPLE  =", "FITS"),
    (b"AT&TFORM", "DjVu"),
    (b"DDS ", "DDS"),
    (b"qoif", "QOI"),
    (b"\x00\x00\x01\x00", "icon"),
    (b"icns", "icon"),
    (b"II\xbc\x01", "JPEG XR"),
    (b"BLP1", "BLP"),
    (b"BLP2", "BLP"),
    (b"/* XPM */", "XPM"),
    (b"\x59\xa6\x6a\x95", "Sun raster"),
    (b"\x01\xda\x00", "SGI"),
    (b"\x01\xda\x01", "SGI"),
    (b"\xd7\xcd\xc6\x9a", "Windows Metafile"),
)

_HEIF_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1", b"heif", b"miaf", b"mif3"}
)


_RULES = 2  # raised when files can be read that could not be before
_OPTIONAL = ("imagecodecs", "pillow_heif", "rawpy")


def abilities() -> str:
    """What can be read here, as a word that is another one when it may be more than before."""
    return " ".join([str(_RULES), *(name for name in _OPTIONAL if find_spec(name) is not None)])


class OtherPictureError(Exception):
    """A picture of a format that is not read; the message is the format's name. Stays within decoding."""


def identify(head: bytes, path: str) -> tuple[str, ...]:
    """What a file with these first `HEAD_BYTES` may be opened as: `RAW`, `JPEG_XL` or names of Pillow formats.

    Empty: it is no picture.

    Raises:
        OtherPictureError: a picture format that is known, but not read.
    """
    if head[4:8] == b"ftyp":
        return _identify_iso_media([head[8:12], *(head[i : i + 4] for i in range(16, len(head) - 3, 4))])
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return ("WEBP",)
    if head[:1] == b"P" and head[1:2] in b"1234567Ff" and head[2:3].isspace():
        return ("PPM",)
    for magic, name in _UNREADABLE:
        if head.startswith(magic):
            raise OtherPictureError(name)
    for magic, formats in _READABLE:
        if head.startswith(magic):
            return (RAW,) if formats == ("TIFF",) and _is_raw(head, path) else formats
    return ()


def _identify_iso_media(brands: list[bytes]) -> tuple[str, ...]:
    """AVIF and HEIF share their container with films and with Canon's raw format; the main brand comes first."""
    for brand in brands:
        if brand == b"crx ":
            return (RAW,)
        if brand in (b"avif", b"avis"):
            return ("AVIF", "HEIF")
        if brand in _HEIF_BRANDS:
            return ("HEIF", "AVIF")
    return ()


def _is_raw(head: bytes, path: str) -> bool:
    return head[8:10] == b"CR" or os.path.splitext(path)[1].lower() in _RAW_SUFFIXES
