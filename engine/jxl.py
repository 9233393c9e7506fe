"""JPEG XL through libjxl (imagecodecs): what a file's header says, and its first picture upright, in sRGB or nearly.

The header is read here, so that size, depth and colours are known before anything is decoded: ISO/IEC 18181-1, the
bundles SizeHeader and ImageMetadata, ISO/IEC 18181-2 for the boxes. libjxl turns pictures upright itself and takes the
orientation from the header; EXIF data in a file does not count. A JPEG that was packed without loss is given back as
the JPEG it was. Runs in the decoder processes; needs imagecodecs, Pillow and numpy.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine import limits, photo_errors
from engine.colour import matrix_profile

_CONTAINER = b"\x00\x00\x00\x0cJXL \r\n\x87\n"
_CODESTREAM = b"\xff\x0a"
_HEADER_BYTES = 4096  # the bundles take some dozen bytes; names of channels could make them longer
_RATIOS = (None, (1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
# Measured with libjxl 0.11 on 24 megapixels, result and copies included: 8 with 8 bits, 17 with 16, 2 a channel more.
_BYTES_PER_PIXEL, _BYTES_PER_DEEP_PIXEL, _BYTES_PER_EXTRA = 12, 20, 4
_LINEAR, _SRGB_PRIMARIES = 8, 1


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself. `size` is the (width, height) of the upright picture.

    `bits` is the depth of integer values, 0 for float; `primaries` and `transfer` are the numbers of ISO/IEC 23091-2
    (1 and 13: sRGB). Lossy files with a profile instead of numbers are given as sRGB by libjxl.
    """

    size: tuple[int, int]
    bits: int
    n_extra: int
    primaries: int
    transfer: int
    is_packed_jpeg: bool


def read_header(data: bytes, path: str) -> Header:
    """The header of a JPEG XL file.

    Raises:
        DamagedPhoto: it ends within the header or before it.
    """
    try:
        start, is_packed_jpeg = _find_codestream(data)
        return _parse(_Bits(start), is_packed_jpeg)
    except (IndexError, ValueError) as error:
        raise photo_errors.damaged(path) from error


def exif_in(data: bytes) -> bytes:
    """The EXIF data that lies beside the picture; empty if there is none, or it is packed."""
    boxes = _boxes(data) if data.startswith(_CONTAINER) else iter(())
    try:
        box = next((content for kind, content in boxes if kind == b"Exif"), b"")
    except ValueError:
        return b""
    skip = 4 + int.from_bytes(box[:4], "big")  # where the TIFF header begins
    return box[skip:]


def load(data: bytes, header: Header, path: str) -> Image.Image | bytes:
    """The first picture, upright, any mode with eight bits; or the bytes of the JPEG that was packed.

    Raises:
        PhotoError: it is too large, damaged or of a rare kind; or libjxl is not there.
    """
    per_pixel = _BYTES_PER_PIXEL if header.bits == 8 else _BYTES_PER_DEEP_PIXEL
    if math.prod(header.size) * (per_pixel + _BYTES_PER_EXTRA * header.n_extra) > limits.MAX_DECODED_BYTES:
        raise photo_errors.too_large(path, header.size)
    try:
        import imagecodecs
    except ImportError as error:
        raise photo_errors.missing_library(path, "JPEG XL", "imagecodecs") from error
    if not imagecodecs.JPEGXL.available:
        raise photo_errors.missing_library(path, "JPEG XL", "imagecodecs")
    if header.is_packed_jpeg:
        try:
            return bytes(imagecodecs.jpegxl_decode_jpeg(data, numthreads=1))
        except (imagecodecs.JpegxlError, ValueError, RuntimeError):
            pass  # grey ones are not given back; as pictures they are
    try:
        pixels = imagecodecs.jpegxl_decode(data, index=0, numthreads=1)
    except ValueError as error:  # a depth that numpy does not have
        raise photo_errors.unsupported(path, "a rare kind of JPEG XL") from error
    except (imagecodecs.JpegxlError, RuntimeError) as error:
        raise photo_errors.damaged(path) from error
    return _image(pixels, header, path)


def _image(pixels: NDArray[np.generic], header: Header, path: str) -> Image.Image:
    n_channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    if pixels.shape[:2] != header.size[::-1] or n_channels > 4:
        raise photo_errors.unsupported(path, "a rare kind of JPEG XL")
    pixels = _to_8_bits(pixels, header)
    image = Image.fromarray(pixels[..., 0] if n_channels == 1 and pixels.ndim == 3 else pixels)
    if n_channels >= 3 and header.primaries != _SRGB_PRIMARIES:
        profile = matrix_profile(header.primaries)
        if profile is not None:
            image.info["icc_profile"] = profile
    return image


def _to_8_bits(pixels: NDArray[np.generic], header: Header) -> NDArray[np.uint8]:
    """Values of any depth as sRGB's, in eight bits; alpha, the last of two or four channels, is never a curve's."""
    is_linear = header.transfer == _LINEAR
    if pixels.dtype == np.uint8 and header.bits == 8 and not is_linear:
        return pixels.astype(np.uint8, copy=False)
    if np.issubdtype(pixels.dtype, np.integer):
        highest = (1 << header.bits) - 1
        table = _in_8_bits(np.linspace(0, 1, highest + 1, dtype=np.float32), is_linear)
        result: NDArray[np.uint8] = table[np.minimum(pixels, highest)]
    else:
        values = np.nan_to_num(pixels.astype(np.float32), nan=0.0, posinf=1.0, neginf=0.0).clip(0, 1)
        pixels, highest, result = values, 1, _in_8_bits(values, is_linear)
    if is_linear and pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        result[..., -1] = _in_8_bits(pixels[..., -1].astype(np.float32) / np.float32(highest), False)
    return result


def _in_8_bits(values: NDArray[np.float32], is_linear: bool) -> NDArray[np.uint8]:
    """Values in [0, 1] as eight bits; linear light gets the curve of sRGB, IEC 61966-2-1."""
    if is_linear:
        low, high = values * np.float32(12.92), np.float32(1.055) * values ** np.float32(1 / 2.4) - np.float32(0.055)
        values = np.where(values <= np.float32(0.0031308), low, high)
    return (values * np.float32(255)).round().astype(np.uint8)


# ---- the header -----------------------------------------------------------------------------------------------------


def _find_codestream(data: bytes) -> tuple[bytes, bool]:
    """The beginning of the codestream, and whether the boxes hold what a JPEG needs to become itself again."""
    if data.startswith(_CODESTREAM):
        return data[2:_HEADER_BYTES], False
    codestream, is_packed_jpeg = b"", False
    for kind, content in _boxes(data):
        if kind == b"jbrd":
            is_packed_jpeg = True
        elif kind in (b"jxlc", b"jxlp") and len(codestream) < _HEADER_BYTES:
            codestream += content[4 if kind == b"jxlp" else 0 :][:_HEADER_BYTES]
    if not codestream.startswith(_CODESTREAM):
        raise ValueError("no codestream")
    return codestream[2:], is_packed_jpeg


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The kind and the content of each box of a container, ISO/IEC 14496-12.

    Raises:
        ValueError: one ends before it begins.
    """
    position = len(_CONTAINER)
    while position + 8 <= len(data):
        size, kind, skip = int.from_bytes(data[position : position + 4], "big"), data[position + 4 : position + 8], 8
        if size == 1:
            size, skip = int.from_bytes(data[position + 8 : position + 16], "big"), 16
        end = len(data) if size == 0 else position + size
        if end <= position:
            raise ValueError("a box that ends before it begins")
        yield kind, data[position + skip : end]
        position = end


class _Bits:
    """Numbers as JPEG XL writes them: the lowest bit of each byte first."""

    def __init__(self, data: bytes) -> None:
        self._number = int.from_bytes(data, "little")
        self._left = 8 * len(data)

    def take(self, n: int) -> int:
        if n > self._left:
            raise ValueError("the header ends too early")
        value = self._number & ((1 << n) - 1)
        self._number >>= n
        self._left -= n
        return value

    def flag(self) -> bool:
        return self.take(1) == 1

    def choice(self, *options: int | tuple[int, int]) -> int:
        """One of four: a number, or (bits to read, what to add)."""
        option = options[self.take(2)]
        return option if isinstance(option, int) else self.take(option[0]) + option[1]

    def enum(self) -> int:
        return self.choice(0, 1, (4, 2), (6, 18))


def _parse(bits: _Bits, is_packed_jpeg: bool) -> Header:
    size = _size(bits)
    if bits.flag():  # all is as usual: eight bits, sRGB
        return Header(size, 8, 0, _SRGB_PRIMARIES, 13, is_packed_jpeg)
    orientation = 1
    has_more = bits.flag()
    if has_more:
        orientation = bits.take(3) + 1
        if bits.flag():
            _size(bits)  # intrinsic
        if bits.flag():
            _skip_preview(bits)
        if bits.flag():
            _skip_animation(bits)
    depth = _depth(bits)
    bits.flag()  # whether 16 bits are enough for a buffer
    n_extra = bits.choice(0, 1, (4, 2), (12, 1))
    for _ in range(n_extra):
        _skip_channel(bits)
    bits.flag()  # whether its own colour space is used inside
    primaries, transfer = _colours(bits)
    upright = size[::-1] if orientation >= 5 else size
    return Header(upright, depth, n_extra, primaries, transfer, is_packed_jpeg)


def _size(bits: _Bits) -> tuple[int, int]:
    is_small = bits.flag()

    def side() -> int:
        return 8 * (bits.take(5) + 1) if is_small else bits.choice((9, 1), (13, 1), (18, 1), (30, 1))

    height = side()
    ratio = _RATIOS[bits.take(3)]
    width = side() if ratio is None else height * ratio[0] // ratio[1]
    if width < 1:
        raise ValueError("no width")
    return width, height


def _skip_preview(bits: _Bits) -> None:
    sides = (16, 32, (5, 1), (9, 33)) if bits.flag() else ((6, 1), (8, 65), (10, 321), (12, 1345))
    bits.choice(*sides)
    if bits.take(3) == 0:
        bits.choice(*sides)


def _skip_animation(bits: _Bits) -> None:
    bits.choice(100, 1000, (10, 1), (30, 1))
    bits.choice(1, 1001, (8, 1), (10, 1))
    bits.choice(0, (3, 0), (16, 0), (32, 0))
    bits.flag()


def _depth(bits: _Bits) -> int:
    """Bits of integers, 0 for float."""
    if bits.flag():
        bits.choice(32, 16, 24, (6, 1))
        bits.take(4)
        return 0
    return bits.choice(8, 10, 12, (6, 1))


def _skip_channel(bits: _Bits) -> None:
    if bits.flag():
        return
    kind = bits.enum()
    _depth(bits)
    bits.choice(0, 3, 4, (3, 1))
    bits.take(8 * bits.choice(0, (4, 0), (5, 16), (10, 48)))
    if kind == 0:  # alpha
        bits.flag()
    elif kind == 2:  # spot colour
        bits.take(64)
    elif kind == 5:  # colour filter array
        bits.choice(1, (2, 0), (4, 3), (8, 19))


def _colours(bits: _Bits) -> tuple[int, int]:
    """The numbers of primaries and transfer function; those of sRGB where a profile takes their place."""
    if bits.flag():
        return _SRGB_PRIMARIES, 13
    has_profile, space = bits.flag(), bits.enum()
    if has_profile or space not in (0, 1):
        return _SRGB_PRIMARIES, 13
    if bits.enum() == 2:  # a white point of its own
        _skip_points(bits, 1)
    primaries = bits.enum() if space == 0 else _SRGB_PRIMARIES
    if primaries == 2:
        _skip_points(bits, 3)
    transfer = 13 if bits.flag() and bits.take(24) else bits.enum()
    return primaries, transfer


def _skip_points(bits: _Bits, n: int) -> None:
    for _ in range(2 * n):
        bits.choice((19, 0), (19, 524288), (20, 1048576), (21, 2097152))
