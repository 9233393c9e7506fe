"""One photo file -> its hash, its size, the network's input, a thumbnail, a picture for the screen.

The file is opened once and read-only, and everything comes from the same bytes. Any file may be handed in: what is
not a whole picture of an allowed format ends as a `PhotoError` whose sentence names the file and says what to do.
Of animations and multi-page files the first picture counts. Runs in the decoder processes (`engine.decoders`), which
add limits on memory and time; needs Pillow, pillow_heif and numpy only.
"""

from __future__ import annotations

import functools
import hashlib
import io
import math
import os
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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

from engine import photo_errors
from engine.colour import to_continuous, to_srgb
from engine.errors import PhotoError
from engine.formats import HEAD_BYTES, OtherPictureError, identify
from engine.transform import InputRule, to_input
from engine.types import Box

MAX_FILE_BYTES = 600_000_000
MAX_DECODED_BYTES = 600_000_000  # for one picture while it is decoded
MAX_PIXELS = 600_000_000  # above this even counting through a JPEG takes too long

_HASH_BYTES = 20
_IN_MEMORY_BYTES = 64_000_000  # larger files are hashed and decoded in two passes over the open file
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # a FIFO must not block
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)

# Memory per pixel while decoding: the pixels in Pillow's layout and the copy that `to_continuous` makes of them ...
_BYTES_PER_PIXEL = {"1": 2, "L": 1, "P": 5, "PA": 8, "I": 16, "F": 16}
_BYTES_PER_PIXEL_16_BIT = 6
_BYTES_PER_PIXEL_COLOUR = 4
# ... and what the format's own library holds beside them.
_LIBRARY_BYTES_PER_PIXEL = {"WEBP": 8, "HEIF": 6, "AVIF": 6, "JPEG2000": 12}
_PROGRESSIVE_BYTES_PER_PIXEL = 6  # all coefficients of a progressive JPEG are kept, whatever it is scaled to

_THUMBNAIL_QUALITY = 82
_THUMBNAIL_SLACK = 0.8  # a thumbnail this much smaller than asked for is better than decoding four times the pixels

# Pillow's own check uses one limit for all formats and counts no bytes; `_check_budget` is ours. It stays as a net for
# plugins that allocate while opening; it raises at twice this number.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2
Image.WARN_POSSIBLE_FORMATS = True  # so that `_open` learns why a file could not be opened
AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # there are several decoder processes already

_TURN = {  # EXIF orientation -> what makes the picture upright; all other values are upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION_TAG = 0x0112
_DNG_VERSION_TAG = 50706


@dataclass(frozen=True, slots=True)
class DecodeRequest:
    """What to make of a file.

    Args:
        path: the file, as `os.fsdecode` gives it.
        rule: how to make the network's input; None: make none.
        box: make the input of this part only (fractions of the upright picture).
        thumbnail_px: longest side of the JPEG thumbnail to make; 0: none.
        picture_px: longest side of the RGB picture to return for display; 0: none.
    """

    path: str
    rule: InputRule | None = None
    box: Box | None = None
    thumbnail_px: int = 0
    picture_px: int = 0


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file's content hash (BLAKE2b, 20 bytes) and what the file system said of it when it was read."""

    content_hash: bytes
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class DecodedPhoto:
    """What a `DecodeRequest` gave. `width_px` x `height_px` is the full size of the upright picture.

    `rgb` is the network's input, uint8 [H, W, 3]; `thumbnail` a JPEG; `picture` sRGB uint8 [h, w, 3], upright. Those
    that were not asked for are None. No thumbnail or picture is larger than the photo itself.
    """

    content_hash: bytes
    size_bytes: int
    mtime_ns: int
    width_px: int
    height_px: int
    rgb: NDArray[np.uint8] | None
    thumbnail: bytes | None
    picture: NDArray[np.uint8] | None


def decode(request: DecodeRequest) -> DecodedPhoto:
    """Read, hash and decode one file.

    Raises:
        PhotoError: the file cannot be used; the subclass tells why, the sentence is for people.
    """
    with _as_photo_errors(request.path), _opened(request.path) as (stream, facts), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image = _open(stream, request.path)
        upright, full_size = _load_upright(image, request)
        return DecodedPhoto(
            facts.content_hash,
            facts.size_bytes,
            facts.mtime_ns,
            *full_size,
            rgb=_input(upright, full_size, request),
            thumbnail=_jpeg(_fitted(upright, request.thumbnail_px, 1.1)) if request.thumbnail_px else None,
            picture=np.asarray(_fitted(upright, request.picture_px, 2.0)) if request.picture_px else None,
        )


def hash_file(path: str) -> FileFacts:
    """Read and hash a file without decoding it.

    Raises:
        PhotoError: the file cannot be read, is empty, or is too large for a photo.
    """
    with _as_photo_errors(path), _opened(path) as (_, facts):
        return facts


# ---- the file -----------------------------------------------------------------------------------------------------


@contextmanager
def _opened(path: str) -> Iterator[tuple[IO[bytes], FileFacts]]:
    """The bytes of a regular file and its facts; at the end makes sure that the file is still the same."""
    descriptor = os.open(path, _OPEN_FLAGS)
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise photo_errors.not_a_file(path)
        if before.st_size > MAX_FILE_BYTES:
            raise photo_errors.too_many_bytes(path, before.st_size, MAX_FILE_BYTES)
        if before.st_size == 0:
            raise photo_errors.empty(path)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            try:
                yield _hashed(file, before)
            finally:  # also when decoding failed: then this is the better explanation
                _require_unchanged(path, before)
    finally:
        os.close(descriptor)


def _hashed(file: IO[bytes], status: os.stat_result) -> tuple[IO[bytes], FileFacts]:
    digest = hashlib.blake2b(digest_size=_HASH_BYTES)
    stream = file
    if status.st_size <= _IN_MEMORY_BYTES:
        data = file.read(status.st_size + 1)
        digest.update(data)
        stream = io.BytesIO(data)
    else:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
        file.seek(0)
    return stream, FileFacts(digest.digest(), status.st_size, status.st_mtime_ns)


def _require_unchanged(path: str, before: os.stat_result) -> None:
    """A file that is being copied, or was replaced, would get the descriptor of one version and the date of another."""
    after = os.stat(path)
    if (after.st_size, after.st_mtime_ns, after.st_ino) != (before.st_size, before.st_mtime_ns, before.st_ino):
        raise photo_errors.changed(path)


# ---- the picture --------------------------------------------------------------------------------------------------


def _open(stream: IO[bytes], path: str) -> Image.Image:
    """The picture, its header read, its pixels not."""
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    try:
        formats = identify(head, path)
    except OtherPictureError as other:
        raise photo_errors.unsupported(path, str(other)) from other
    if not formats:
        raise photo_errors.not_a_picture(path)
    if "HEIF" in formats:
        _register_heif()
    with warnings.catch_warnings(record=True) as reasons:
        warnings.simplefilter("always")
        try:
            image = Image.open(stream, formats=formats)
        except UnidentifiedImageError as error:
            raise _unopened(path, formats[0], " ".join(str(reason.message) for reason in reasons)) from error
    if isinstance(image, TiffImagePlugin.TiffImageFile) and _DNG_VERSION_TAG in image.tag_v2:
        raise photo_errors.unsupported(path, "camera raw")
    return image


def _unopened(path: str, format_name: str, reasons: str) -> PhotoError:
    """The first bytes are right, the header is not. What the plugins said tells whether it is broken or only rare.

    Having said nothing, they do not know the variant at all.
    """
    rare = ("unsupported", "unknown pixel mode", "unimplemented", "no decoding plugin")
    if not reasons or any(words in reasons.lower() for words in rare):
        return photo_errors.unsupported(path, f"a rare kind of {format_name}")
    return photo_errors.damaged(path)


@functools.cache
def _register_heif() -> None:
    """On the first HEIF file only: the library costs start-up time and memory."""
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False)
    pillow_heif.options.DECODE_THREADS = 1


def _load_upright(image: Image.Image, request: DecodeRequest) -> tuple[Image.Image, tuple[int, int]]:
    """The upright picture in sRGB, reduced as far as the request allows, and its full upright (width, height).

    Everything that costs time per pixel (depth, colours, turning) is done after the reduction.
    """
    full_size = image.size
    turn = None
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        turn = _turn(image)
        needed = _needed_px(request, _turned(full_size, turn))
        image.draft(None, _turned(needed, turn))
        _check_budget(image, full_size, request.path)
        image.load()
    else:
        _check_budget(image, full_size, request.path)
        image.load()
        full_size = image.size  # TIFF and HEIF turn themselves while loading ...
        turn = _turn(image)  # ... and then say that they are upright
        needed = _needed_px(request, _turned(full_size, turn))
    image = _reduced(to_continuous(image), _turned(needed, turn))
    image = to_srgb(image)
    return image if turn is None else image.transpose(turn), _turned(full_size, turn)


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
    if needed_bytes > MAX_DECODED_BYTES or full_pixels > MAX_PIXELS:
        raise photo_errors.too_large(path, full_size)


def _turn(image: Image.Image) -> Image.Transpose | None:
    """What makes the picture upright. Camera data that cannot be read must not cost the photo: it stays as it is."""
    try:
        return _TURN.get(image.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:  # noqa: BLE001 - boundary to Pillow's parsers of EXIF and XMP, which raise anything
        return None


def _turned(size: tuple[int, int], turn: Image.Transpose | None) -> tuple[int, int]:
    """(width, height) after turning; a second turning gives back the first."""
    swaps = turn in (
        Image.Transpose.TRANSPOSE,
        Image.Transpose.TRANSVERSE,
        Image.Transpose.ROTATE_90,
        Image.Transpose.ROTATE_270,
    )
    return (size[1], size[0]) if swaps else size


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


def _jpeg(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    plain = Image.new("RGB", image.size)
    plain.paste(image)  # without the comments and profiles that Pillow would write into the file
    plain.save(stream, "JPEG", quality=_THUMBNAIL_QUALITY)
    return stream.getvalue()


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
