"""Camera raw files through LibRaw: the picture the camera has put in for showing, or the sensor's data at half size.

LibRaw is loaded when the first raw file is met. It works on one thread here (`engine.decoder_process` sees to it), and
what it would need is reckoned before it unpacks anything. Runs in the decoder processes; needs rawpy, Pillow and numpy.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from PIL import Image

from engine import limits, photo_errors
from engine.exif import shot_of
from engine.shot import UNKNOWN, Shot
from engine.upright import TURNS, turn_of, turned

# The sensor's values, then four for each pixel at half size, all of 16 bits; LibRaw's buffers; the result.
_BYTES_PER_PIXEL = 8
# LibRaw's flip (1: mirror, 2: upside down, 4: exchange rows and columns) as EXIF orientation.
_ORIENTATION = (1, 2, 4, 3, 5, 8, 6, 7)
_SRGB_CURVE = (2.4, 12.92)
_ASPECT_SLACK = 0.1  # cameras show some pixels less than the sensor has


class RawPhoto:
    """An open raw file. `size` is the (width, height) of the upright picture the sensor took."""

    def __init__(self, library: Any, raw: Any, path: str, n_bytes: int) -> None:
        self._library = library
        self._raw = raw
        self._path = path
        self._n_bytes = n_bytes
        self._turn = TURNS.get(_ORIENTATION[raw.sizes.flip & 7])
        self.size = turned((raw.sizes.width, raw.sizes.height), self._turn)
        if min(self.size) < 1:
            raise photo_errors.damaged(path)

    def preview(self) -> tuple[Image.Image, Image.Transpose | None] | None:
        """The camera's own picture, its pixels not decoded yet, and what makes it upright; None if there is none.

        LibRaw does not turn it. Most are stored as the sensor saw them, with the right orientation in their EXIF data,
        where LibRaw writes it if they have none; but some are stored upright, and some claim to be. So that way of
        turning is taken which gives them the shape of the raw picture.
        """
        try:
            thumbnail = self._raw.extract_thumb()
            if thumbnail.format == self._library.ThumbFormat.JPEG:
                image: Image.Image = Image.open(io.BytesIO(thumbnail.data), formats=["JPEG"])
                ways = [turn_of(image), self._turn, None]
            else:
                image = Image.fromarray(thumbnail.data)
                ways = [self._turn, None]
        except Exception:  # noqa: BLE001 - whatever is wrong with it, the sensor's data may be well
            return None
        for turn in ways:
            if self._has_shape(turned(image.size, turn)):
                return image, turn
        return None

    def shot(self) -> Shot:
        """What the camera's own picture tells of its making, which LibRaw adds where the camera has not."""
        preview = self.preview()
        return UNKNOWN if preview is None else shot_of(preview[0])

    def _has_shape(self, size: tuple[int, int]) -> bool:
        return abs(math.log(size[0] * self.size[1] / (size[1] * self.size[0]))) < _ASPECT_SLACK

    def half_size(self) -> Image.Image:
        """The sensor's data as an upright picture in sRGB with half the width and height, mode "RGB".

        Raises:
            PhotoError: the data is damaged, or unpacking it would take too much memory.
        """
        sizes = self._raw.sizes
        needed_bytes = sizes.raw_width * sizes.raw_height * _BYTES_PER_PIXEL + self._n_bytes
        if needed_bytes > limits.MAX_DECODED_BYTES:
            raise photo_errors.too_large(self._path, self.size)
        with _as_photo_errors(self._library, self._path):
            pixels = self._raw.postprocess(
                half_size=True,
                use_camera_wb=True,
                output_bps=8,
                output_color=self._library.ColorSpace.sRGB,
                gamma=_SRGB_CURVE,
            )
        return Image.fromarray(pixels)


@contextmanager
def opened(stream: IO[bytes], path: str) -> Iterator[RawPhoto]:
    """The raw file in `stream`, its headers read.

    Raises:
        PhotoError: it is damaged, or of a camera that LibRaw does not know; or LibRaw is not there.
    """
    try:
        import rawpy
    except ImportError as error:
        raise photo_errors.missing_library(path, "camera raw", "rawpy") from error
    data = stream.read()
    with _as_photo_errors(rawpy, path), rawpy.RawPy() as raw:
        raw.open_buffer(io.BytesIO(data))
        yield RawPhoto(rawpy, raw, path, len(data))


@contextmanager
def _as_photo_errors(library: Any, path: str) -> Iterator[None]:
    try:
        yield
    except library.LibRawFileUnsupportedError as error:
        raise photo_errors.unsupported(path, "a rare kind of camera raw") from error
    except (
        library.LibRawUnsufficientMemoryError,
        library.LibRawTooBigError,
        library.LibRawMemPoolOverflowError,
    ) as error:
        raise photo_errors.too_large(path) from error
    except library.LibRawError as error:
        raise photo_errors.damaged(path) from error
