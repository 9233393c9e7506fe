"""From any mode a picture file can have to RGB in sRGB: high depths, palettes, transparency, CMYK, LAB, profiles.

Two steps, so that the costly part happens on few pixels: `to_continuous` before a picture is scaled down (only what
scaling needs), `to_srgb` after it. Runs in the decoder processes; needs Pillow and numpy only.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

BACKGROUND = (255, 255, 255)  # behind transparent areas, in the gallery as in queries

# Modes that Pillow scales down properly; anything else is turned into one of them first.
_CONTINUOUS = frozenset({"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr", "LAB"})
_DEEP = ("I", "F")  # first letter of every mode with more than 8 bits: I, I;16, I;16L, I;16B, F

_MAX_PROFILE_BYTES = 4 * 1024 * 1024  # real profiles are below 2 MB; parsing larger ones only costs time
_SRGB_NAMES = frozenset({"sRGB", "sRGB IEC61966-2.1", "sRGB built-in", "c2"})


def to_continuous(image: Image.Image) -> Image.Image:
    """The same picture in a mode that can be scaled: palettes looked up, every depth made eight bits."""
    if image.mode.startswith(_DEEP):
        return _like(image, Image.fromarray(_to_8_bits(np.asarray(image))))
    if image.mode in ("P", "PA"):
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.mode in ("1", "L") and image.has_transparency_data:
        return image.convert("LA")
    if image.mode == "RGB" and image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in _CONTINUOUS:
        return image
    return image.convert({"1": "L", "La": "LA", "RGBa": "RGBA"}.get(image.mode, "RGB"))


def to_srgb(image: Image.Image) -> Image.Image:
    """A picture from `to_continuous` as mode "RGB" in sRGB, transparent areas on `BACKGROUND`.

    A profile that is broken, of another colour space than the pixels, or absurdly large is ignored.
    """
    if image.mode in ("LA", "RGBA"):
        image = _like(image, _on_background(image))
    profile = image.info.get("icc_profile")
    transform: ImageCms.ImageCmsTransform | None = None
    if image.mode == "LAB":
        transform = _transform_from_lab()
    elif isinstance(profile, bytes) and 0 < len(profile) <= _MAX_PROFILE_BYTES:
        transform = _transform_from(profile, image.mode)
    if transform is not None:
        converted = ImageCms.applyTransform(image, transform)
        if converted is not None:
            return converted
    return image if image.mode == "RGB" else image.convert("RGB")


def _like(original: Image.Image, image: Image.Image) -> Image.Image:
    """`image` with the colour profile that Pillow loses on the way."""
    if "icc_profile" in original.info:
        image.info["icc_profile"] = original.info["icc_profile"]
    return image


def _on_background(image: Image.Image) -> Image.Image:
    alpha = image.getchannel("A")
    opaque = image.convert("RGB" if image.mode == "RGBA" else "L")
    if alpha.getextrema() == (255, 255):
        return opaque
    colour = BACKGROUND if opaque.mode == "RGB" else BACKGROUND[0]
    return Image.composite(opaque, Image.new(opaque.mode, opaque.size, colour), alpha)


def _to_8_bits(pixels: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Grey values of any depth as uint8 [H, W].

    Pillow's own conversion clips: every value above 255 becomes white. Integers in 16 bits lose their lower eight;
    where all of them are below 4096 they are the 12 bits of a sensor stored in 16. Other numbers are taken as 0..1 or
    0..255 if they fit, else their range is stretched to 0..255. Values that are no numbers become black.
    """
    if np.issubdtype(pixels.dtype, np.floating):
        pixels = np.nan_to_num(pixels, nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(pixels.min()), float(pixels.max())
    if np.issubdtype(pixels.dtype, np.integer):
        if pixels.dtype.itemsize > 2 and low >= 0 and high <= 255:
            return pixels.astype(np.uint8)
        if low >= 0 and high <= 65535:
            return (pixels >> (8 if high >= 4096 else 4)).astype(np.uint8)  # type: ignore[operator,no-any-return]
    elif low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    elif low >= 0 and high <= 255:
        low, high = 0.0, 255.0
    span = (high - low) or 1.0
    return ((pixels.astype(np.float32) - low) * (255.0 / span)).round().clip(0, 255).astype(np.uint8)


@functools.cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


@functools.cache
def _transform_from_lab() -> ImageCms.ImageCmsTransform:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    return ImageCms.buildTransform(lab, _srgb(), "LAB", "RGB")


@functools.lru_cache(maxsize=16)
def _transform_from(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """How to get from this profile to sRGB; None if there is nothing to do or the profile is of no use."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if mode == "RGB" and ImageCms.getProfileDescription(source).strip() in _SRGB_NAMES:
            return None
        return ImageCms.buildTransform(source, _srgb(), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


# The primaries of ISO/IEC 23091-2 by number, as XYZ adapted to D50, in the columns red, green, blue.
_PRIMARIES = {
    9: ((0.67348, 0.16566, 0.12505), (0.27904, 0.67534, 0.04561), (-0.00194, 0.02998, 0.79684)),  # Rec. 2020, 2100
    11: ((0.51512, 0.29198, 0.15710), (0.24120, 0.69225, 0.06657), (-0.00105, 0.04189, 0.78407)),  # P3 with D65
}


def matrix_profile(primaries: int) -> bytes | None:
    """An ICC profile (ICC.1:2010) with these primaries and sRGB's curve; None if they are sRGB's or unknown."""
    if primaries not in _PRIMARIES:
        return None

    def number(value: float) -> bytes:  # s15Fixed16
        return round(value * 65536).to_bytes(4, "big", signed=True)

    def xyz(values: Sequence[float]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(number, values))

    curve = b"para\0\0\0\0\0\3\0\0" + b"".join(map(number, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)))
    white = (0.9642, 1.0, 0.8249)
    red, green, blue = zip(*_PRIMARIES[primaries], strict=True)
    tags = {b"wtpt": xyz(white), b"rXYZ": xyz(red), b"gXYZ": xyz(green), b"bXYZ": xyz(blue)}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    table, body, offset = len(tags).to_bytes(4, "big"), b"", 132 + 12 * len(tags)
    for name, data in tags.items():
        table += name + (offset + len(body)).to_bytes(4, "big") + len(data).to_bytes(4, "big")
        body += data
    header = (132 + len(table) - 4 + len(body)).to_bytes(4, "big") + b"\0\0\0\0\x04\x20\0\0mntrRGB XYZ "
    header = header.ljust(36, b"\0") + b"acsp" + bytes(28) + b"".join(map(number, white))
    return header.ljust(128, b"\0") + table + body
