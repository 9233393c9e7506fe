"""One photo file -> its hash, its size, the network's input, a thumbnail, a picture for the screen.

The file is opened once and read-only, and everything comes from the same bytes. Any file may be handed in: what is
not a whole picture of an allowed format ends as a `PhotoError` whose sentence names the file and says what to do.
Of animations and multi-page files the first picture counts. Runs in the decoder processes (`engine.decoders`), which
add limits on memory and time. Needs Pillow and numpy, and for some formats pillow_heif, rawpy or imagecodecs.
"""

from __future__ import annotations

import contextlib
import functools
import io
import math
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import numpy as np
from numpy.typing import NDArray

# Importing a plugin registers it. With all of these known, Pillow never loads the rest (some start other programs).
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,  # noqa: F401
    GifImagePlugin,  # noqa: F401
    Image,
    Jpeg2KImagePlugin,  # noqa: F401
    JpegImagePlugin,
    MpoImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    PpmImagePlugin,  # noqa: F401
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

from engine import jxl, limits, photo_errors, raw
from engine.colour import to_continuous, to_srgb
from engine.errors import PhotoError
from engine.exif import shot_in_bytes, shot_in_tiff, shot_of
from engine.formats import HEAD_BYTES, JPEG_XL, RAW, OtherPictureError, identify
from engine.photo_file import opened, opened_and_hashed
from engine.shot import UNKNOWN, Shot
from engine.transform import to_input
from engine.types import Box
from engine.upright import turn_of, turned
from engine.wire import DecodedPhoto as DecodedPhoto
from engine.wire import DecodeRequest as DecodeRequest
from engine.wire import FileFacts as FileFacts
from engine.wire import FileShot as FileShot

# Memory per pixel while decoding: the pixels in Pillow's layout and the copy that `to_continuous` makes of them ...
_BYTES_PER_PIXEL = {"1": 2, "L": 1, "P": 5, "PA": 8, "I": 16, "F": 16}
_BYTES_PER_PIXEL_16_BIT = 6
_BYTES_PER_PIXEL_COLOUR = 4
# ... and what the format's own library holds beside them.
_LIBRARY_BYTES_PER_PIXEL = {"WEBP": 8, "HEIF": 6, "AVIF": 6, "JPEG2000": 12}
_PROGRESSIVE_BYTES_PER_PIXEL = 6  # all coefficients of a progressive JPEG are kept, whatever it is scaled to

_THUMBNAIL_SLACK = 0.8  # a thumbnail this much smaller than asked for is better than decoding four times the pixels

# Pillow's own check uses one limit for all formats and counts no bytes; `_check_budget` is ours. It stays as a net for
# plugins that allocate while opening; it raises at twice this number.
Image.MAX_IMAGE_PIXELS = limits.MAX_PIXELS // 2
Image.WARN_POSSIBLE_FORMATS = True  # so that `_open` learns why a file could not be opened
AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # there are several decoder processes already

_DNG_VERSION_TAG = 50706
_PREVIEW_SLACK = 0.98  # a raw file's preview this much smaller than needed is better than unpacking the sensor's data
_LEAST_LIBHEIF = (1, 23, 2)  # those before can be taken over by a malicious file


def decode(request: DecodeRequest) -> DecodedPhoto:
    """Read, hash and decode one file.

    Raises:
        PhotoError: the file cannot be used; the subclass tells why, the sentence is for people.
    """
    with _as_photo_errors(request.path), opened_and_hashed(request.path) as (stream, facts), _silenced():
        upright, full_size = _load(stream, request)
        return DecodedPhoto(
            facts.content_hash,
            facts.size_bytes,
            facts.mtime_ns,
            *full_size,
            rgb=_input(upright, full_size, request),
            thumbnail=np.asarray(_fitted(upright, request.thumbnail_px, 1.1)) if request.thumbnail_px else None,
            picture=np.asarray(_fitted(upright, request.picture_px, 2.0)) if request.picture_px else None,
            shot=_shot_if_any(stream, request.path),
        )


def hash_file(path: str) -> FileFacts:
    """Read and hash a file without decoding it.

    Raises:
        PhotoError: the file cannot be read, is empty, or is too large for a photo.
    """
    with _as_photo_errors(path), opened_and_hashed(path) as (_, facts):
        return facts


def read_shot(path: str) -> FileShot:
    """When and with what a photo was taken, from the beginning of its file; nothing is decoded.

    Raises:
        PhotoError: the file cannot be read, or is no picture of an allowed format.
    """
    with _as_photo_errors(path), opened(path) as (stream, status), _silenced():
        return FileShot(status.st_size, status.st_mtime_ns, _shot_in(stream, path))


def _shot_if_any(stream: IO[bytes], path: str) -> Shot:
    """The same of a picture that has been decoded, and is not to be lost for it."""
    try:
        stream.seek(0)
        return _shot_in(stream, path)
    except Exception:  # noqa: BLE001 - boundary to the libraries, which raise anything
        return UNKNOWN


def _shot_in(stream: IO[bytes], path: str) -> Shot:
    formats = _formats_of(stream, path)
    if formats == (JPEG_XL,):
        return shot_in_bytes(jxl.exif_in(stream.read()))
    if formats != (RAW,) and not (formats == ("TIFF",) and _is_dng(stream)):
        return shot_of(_open(stream, formats, path))
    shot = shot_in_tiff(stream)
    if shot == UNKNOWN:
        stream.seek(0)
        with raw.opened(stream, path) as photo:
            shot = photo.shot()
    return shot


@contextmanager
def _silenced() -> Iterator[None]:
    """What the libraries have to remark on a file is of no use to anybody."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


# ---- the picture --------------------------------------------------------------------------------------------------


def _load(stream: IO[bytes], request: DecodeRequest) -> tuple[Image.Image, tuple[int, int]]:
    """The upright picture in sRGB, reduced as far as the request allows, and its full upright (width, height)."""
    formats = _formats_of(stream, request.path)
    if formats == (RAW,) or (formats == ("TIFF",) and _is_dng(stream)):
        return _load_raw(stream, request)
    if formats == (JPEG_XL,):
        return _load_jxl(stream, request)
    return _load_upright(_open(stream, formats, request.path), request)


def _formats_of(stream: IO[bytes], path: str) -> tuple[str, ...]:
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    try:
        formats = identify(head, path)
    except OtherPictureError as other:
        raise photo_errors.unsupported(path, str(other)) from other
    if not formats:
        raise photo_errors.not_a_picture(path)
    if "HEIF" in formats and not _has_safe_heif():
        if formats[0] == "HEIF":
            raise photo_errors.missing_library(path, "HEIF", "pillow-heif")
        formats = tuple(name for name in formats if name != "HEIF")
    return formats


def _is_dng(stream: IO[bytes]) -> bool:
    """Whether a TIFF says that it is a raw file, which its name does not."""
    try:
        head = stream.read(8)
        is_big = head[2:3] == b"\x2b" or head[3:4] == b"\x2b"
        directory = TiffImagePlugin.ImageFileDirectory_v2(head + stream.read(8) if is_big else head)
        stream.seek(directory.next)
        directory.load(stream)
        return _DNG_VERSION_TAG in directory
    except Exception:  # noqa: BLE001 - boundary to Pillow's parser; whoever opens the file next says what is wrong
        return False
    finally:
        stream.seek(0)


def _open(stream: IO[bytes], formats: tuple[str, ...], path: str) -> Image.Image:
    """The picture, its header read, its pixels not."""
    with warnings.catch_warnings(record=True) as reasons:
        warnings.simplefilter("always")
        try:
            return Image.open(stream, formats=formats)
        except UnidentifiedImageError as error:
            raise _unopened(path, formats[0], " ".join(str(reason.message) for reason in reasons)) from error


def _unopened(path: str, format_name: str, reasons: str) -> PhotoError:
    """The first bytes are right, the header is not. What the plugins said tells whether it is broken or only rare.

    Having said nothing, they do not know the variant at all.
    """
    rare = ("unsupported", "unknown pixel mode", "unimplemented", "no decoding plugin")
    if not reasons or any(words in reasons.lower() for words in rare):
        return photo_errors.unsupported(path, f"a rare kind of {format_name}")
    return photo_errors.damaged(path)


@functools.cache
def _has_safe_heif() -> bool:
    """Load libheif, on the first HEIF file only (it costs start-up time and memory) -> whether it may be used."""
    try:
        import pillow_heif
    except ImportError:
        return False
    version = pillow_heif.libheif_info()["libheif"]
    if tuple(int(number) for number in re.findall(r"\d+", version)[:3]) < _LEAST_LIBHEIF:
        return False
    pillow_heif.register_heif_opener(thumbnails=False)
    pillow_heif.options.DECODE_THREADS = 1
    return True


def _load_upright(image: Image.Image, request: DecodeRequest) -> tuple[Image.Image, tuple[int, int]]:
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        turn = turn_of(image)
        full_size = turned(image.size, turn)
        needed = _needed_px(request, full_size)
        _load_jpeg(image, turned(needed, turn), request.path)
    else:
        _check_budget(image, image.size, request.path)
        image.load()
        turn = turn_of(image)  # TIFF and HEIF have turned themselves while loading, and now say that they are upright
        full_size = turned(image.size, turn)
        needed = _needed_px(request, full_size)
    return _finished(image, turn, needed), full_size


def _load_jpeg(image: Image.Image, needed: tuple[int, int], path: str) -> None:
    """Decode a JPEG, as small as it covers `needed` before it is turned."""
    full_size = image.size
    image.draft(None, needed)
    _check_budget(image, full_size, path)
    image.load()


def _finished(image: Image.Image, turn: Image.Transpose | None, needed: tuple[int, int]) -> Image.Image:
    """Upright and in sRGB. What costs time per pixel (depth, colours, turning) is done after the reduction."""
    image = to_srgb(_reduced(to_continuous(image), turned(needed, turn)))
    return image if turn is None else image.transpose(turn)


def _load_raw(stream: IO[bytes], request: DecodeRequest) -> tuple[Image.Image, tuple[int, int]]:
    """The camera's own picture where it is large enough: it looks as its maker meant, and costs least."""
    with raw.opened(stream, request.path) as photo:
        needed = _needed_px(request, photo.size)
        preview = photo.preview()
        if preview is not None:
            image, turn = preview
            width, height = turned(image.size, turn)
            if width >= needed[0] * _PREVIEW_SLACK and height >= needed[1] * _PREVIEW_SLACK:
                # Where it is broken, the rest may be well.
                with contextlib.suppress(PhotoError, OSError, SyntaxError, ValueError):
                    _load_jpeg(image, turned(needed, turn), request.path)
                    return _finished(image, turn, needed), photo.size
        return _finished(photo.half_size(), None, needed), photo.size


def _load_jxl(stream: IO[bytes], request: DecodeRequest) -> tuple[Image.Image, tuple[int, int]]:
    data = stream.read()
    header = jxl.read_header(data, request.path)
    loaded = jxl.load(data, header, request.path)
    if isinstance(loaded, bytes):
        return _load_upright(_open(io.BytesIO(loaded), ("JPEG",), request.path), request)
    return _finished(loaded, None, _needed_px(request, header.size)), header.size


def _needed_px(request: DecodeRequest, full_size: tuple[int, int]) -> tuple[int, int]:
    """The smallest (width, height) of the upright picture from which all that is asked for can be made."""
    width, height = full_size
    needed_width, needed_height = 1.0, 1.0
    if request.rule is not None:
        input_width, input_height = request.rule.size_for(width, height, request.box)
        box = request.box or Box(0.0, 0.0, 1.0, 1.0)
        needed_width, needed_height = input_width / (box.x1 - box.x0), input_height / (box.y1 - box.y0)
    for longest_px in (request.thumbnail_px * _THUMBNAIL_SLACK, float(request.picture_px)):
        scale = longest_px / max(width, height)
        needed_width, needed_height = max(needed_width, width * scale), max(needed_height, height * scale)
    return min(width, math.ceil(needed_width)), min(height, math.ceil(needed_height))


def _check_budget(image: Image.Image, full_size: tuple[int, int], path: str) -> None:
    """Refuse, before any pixel is decoded, what would take more than `MAX_DECODED_BYTES`."""
    pixels, full_pixels = math.prod(image.size), math.prod(full_size)
    per_pixel = (
        _BYTES_PER_PIXEL_16_BIT
        if image.mode.startswith("I;16")
        else _BYTES_PER_PIXEL.get(image.mode, _BYTES_PER_PIXEL_COLOUR)
    )
    needed_bytes = pixels * (per_pixel + _LIBRARY_BYTES_PER_PIXEL.get(image.format or "", 0))
    if image.info.get("progressive"):
        needed_bytes += full_pixels * _PROGRESSIVE_BYTES_PER_PIXEL
    if needed_bytes > limits.MAX_DECODED_BYTES or full_pixels > limits.MAX_PIXELS:
        raise photo_errors.too_large(path, full_size)


def _reduced(image: Image.Image, needed: tuple[int, int]) -> Image.Image:
    """Shrunk by a whole factor, cheaply, but left twice as large as needed, so that nothing can be seen of it."""
    factor = min(image.width // (2 * needed[0]), image.height // (2 * needed[1]))
    return image.reduce(factor) if factor > 1 else image


def _input(upright: Image.Image, full_size: tuple[int, int], request: DecodeRequest) -> NDArray[np.uint8] | None:
    if request.rule is None:
        return None
    return to_input(upright, request.rule.size_for(*full_size, request.box), request.box)


def _fitted(upright: Image.Image, longest_px: int, reducing_gap: float) -> Image.Image:
    """Scaled down so that the longer side is at most `longest_px`; a smaller gap is faster and a little coarser."""
    scale = longest_px / max(upright.size)
    if scale >= 1:
        return upright
    size = (max(1, round(upright.width * scale)), max(1, round(upright.height * scale)))
    return upright.resize(size, Image.Resampling.HAMMING, reducing_gap=reducing_gap)


# ---- errors -------------------------------------------------------------------------------------------------------


@contextmanager
def _as_photo_errors(path: str) -> Iterator[None]:
    """The one boundary of decoding: whatever goes wrong within leaves as a `PhotoError`."""
    try:
        yield
    except PhotoError:
        raise
    except (MemoryError, Image.DecompressionBombError) as error:
        raise photo_errors.too_large(path) from error
    except OSError as error:
        if error.errno is None:  # Pillow's own, for data that does not fit together
            raise photo_errors.damaged(path) from error
        raise photo_errors.unreadable(path, error.errno) from error
    except Exception as error:  # decoders raise ValueError, SyntaxError, ZeroDivisionError, struct.error, ...
        raise photo_errors.damaged(path) from error
