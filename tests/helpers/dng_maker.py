"""Small camera raw files: DNGs whose sensor has seen a picture, with or without a preview of any kind."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.helpers.photo_maker import ORIENTATION_TAG

_BYTE, _ASCII, _SHORT, _LONG, _RATIONAL, _SIGNED_RATIONAL = 1, 2, 3, 4, 5, 10
# XYZ to linear sRGB, IEC 61966-2-1, in ten-thousandths: the sensor's primaries are those of sRGB.
_MATRIX = (32406, -15372, -4986, -9689, 18758, 415, 557, -2040, 10570)

Entry = tuple[int, int, int, bytes]


def dng(
    path: Path, image: Image.Image, orientation: int = 1, preview: bytes = b"", preview_size: tuple[int, int] = (0, 0)
) -> Path:
    """Write a DNG with 16 bits in a Bayer pattern; `image` has even sides and is what the sensor sees."""
    sensor = _bayer(image)
    height, width = sensor.shape
    camera = [
        _entry(271, _ASCII, b"Maker\0"), _entry(272, _ASCII, b"Model\0"), _entry(50708, _ASCII, b"Maker Model\0"),
        _entry(ORIENTATION_TAG, _SHORT, [orientation]), _entry(50706, _BYTE, [1, 4, 0, 0]),
        _entry(50721, _SIGNED_RATIONAL, [part for number in _MATRIX for part in (number, 10_000)]),
        _entry(50728, _RATIONAL, [1, 1] * 3), _entry(50778, _SHORT, [21]),
    ]  # fmt: skip
    raw = [
        _entry(254, _LONG, [0]), _entry(256, _LONG, [width]), _entry(257, _LONG, [height]), _entry(258, _SHORT, [16]),
        _entry(259, _SHORT, [1]), _entry(262, _SHORT, [32803]), _entry(277, _SHORT, [1]), _entry(278, _LONG, [height]),
        _entry(33421, _SHORT, [2, 2]), _entry(33422, _BYTE, [0, 1, 1, 2]), _entry(50717, _LONG, [65535]),
    ]  # fmt: skip
    if preview:
        shown = [
            _entry(254, _LONG, [1]), _entry(256, _LONG, [preview_size[0]]), _entry(257, _LONG, [preview_size[1]]),
            _entry(258, _SHORT, [8, 8, 8]), _entry(259, _SHORT, [7]), _entry(262, _SHORT, [6]),
            _entry(277, _SHORT, [3]), _entry(278, _LONG, [preview_size[1]]),
        ]  # fmt: skip
        directories = [([*camera, *shown], preview), (raw, sensor.astype("<u2").tobytes())]
    else:
        directories = [([*camera, *raw], sensor.astype("<u2").tobytes())]
    path.write_bytes(_tiff(directories))
    return path


def preview_jpeg(image: Image.Image, orientation: int | None = None) -> bytes:
    """A JPEG as cameras put it into raw files; with an orientation, it begins with its EXIF data as theirs do."""
    stream = io.BytesIO()
    if orientation is None:
        image.save(stream, "JPEG", quality=95)
        return stream.getvalue()
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    image.save(stream, "JPEG", quality=95, exif=exif.tobytes())
    data = stream.getvalue()
    assert data[2:4] == b"\xff\xe0"  # JFIF, which Pillow writes first
    return data[:2] + data[4 + int.from_bytes(data[4:6], "big") :]


def _bayer(image: Image.Image) -> NDArray[np.uint16]:
    """What a sensor with red at the top left sees, linear in 16 bits, uint16 [H, W]."""
    rgb = np.asarray(image).astype(np.float64) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    sensor = linear[..., 1].copy()
    sensor[0::2, 0::2] = linear[0::2, 0::2, 0]
    sensor[1::2, 1::2] = linear[1::2, 1::2, 2]
    return (sensor * 65535).round().astype(np.uint16)


def _entry(tag: int, kind: int, values: list[int] | bytes) -> Entry:
    if isinstance(values, bytes):
        return tag, kind, len(values), values
    code = {_BYTE: "B", _SHORT: "H", _LONG: "I", _RATIONAL: "I", _SIGNED_RATIONAL: "i"}[kind]
    count = len(values) // 2 if kind in (_RATIONAL, _SIGNED_RATIONAL) else len(values)
    return tag, kind, count, struct.pack(f"<{len(values)}{code}", *values)


def _tiff(directories: list[tuple[list[Entry], bytes]]) -> bytes:
    """A little-endian TIFF: a directory, the others below it as tag 330, each with its one strip."""

    def n_bytes(entries: list[Entry]) -> int:
        return 2 + 12 * len(entries) + 4 + sum(_even(len(data)) for *_, data in entries if len(data) > 4)

    # Two entries more for each strip, one more in the first directory for the others; all fit into four bytes.
    n_more = [24 + 12 * (len(directories) > 1 and number == 0) for number in range(len(directories))]
    sizes = [n_bytes(entries) + more for (entries, _), more in zip(directories, n_more, strict=True)]
    starts = [8 + sum(sizes[:number]) for number in range(len(sizes))]
    strip_at = 8 + sum(sizes)
    result = bytearray(b"II*\0\x08\0\0\0")
    for number, (entries, strip) in enumerate(directories):
        full = [*entries, _entry(273, _LONG, [strip_at]), _entry(279, _LONG, [len(strip)])]
        if number == 0 and len(directories) > 1:
            full.append(_entry(330, _LONG, starts[1:]))
        result += _directory(sorted(full), starts[number])
        strip_at += _even(len(strip))
    for _, strip in directories:
        result += strip.ljust(_even(len(strip)), b"\0")
    return bytes(result)


def _directory(entries: list[Entry], start: int) -> bytes:
    table, rest = struct.pack("<H", len(entries)), b""
    rest_at = start + 2 + 12 * len(entries) + 4
    for tag, kind, count, data in entries:
        if len(data) <= 4:
            table += struct.pack("<HHI", tag, kind, count) + data.ljust(4, b"\0")
        else:
            table += struct.pack("<HHII", tag, kind, count, rest_at + len(rest))
            rest += data.ljust(_even(len(data)), b"\0")
    return table + bytes(4) + rest


def _even(n: int) -> int:
    return n + n % 2
