"""Small odd picture files for tests, all showing the same scene, so that any two can be compared."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageDraw

ORIENTATION_TAG = 0x0112


@cache
def scene(width_px: int = 240, height_px: int = 160) -> Image.Image:
    """A picture without any symmetry: soft colours, a dark disc top left, a bright bar at the bottom right."""
    x = np.linspace(0, 1, width_px)[None, :]
    y = np.linspace(0, 1, height_px)[:, None]
    rgb = np.stack([60 + 150 * x + 0 * y, 50 + 140 * y + 0 * x, 90 + 60 * x * y], axis=2)
    image = Image.fromarray(rgb.astype(np.uint8))
    draw = ImageDraw.Draw(image)
    draw.ellipse((width_px // 12, height_px // 10, width_px // 3, height_px // 2), fill=(20, 30, 110))
    bar = (width_px * 5 // 8, height_px * 3 // 4, width_px * 15 // 16, height_px * 7 // 8)
    draw.rectangle(bar, fill=(240, 230, 90))
    return image


def grey16() -> NDArray[np.uint16]:
    """The scene in grey with 16 bits, uint16 [H, W], over most of the range."""
    return np.asarray(scene().convert("L")).astype(np.uint16) * 257


def _with_hole() -> Image.Image:
    """The scene, its left half wholly transparent over loud green pixels that must never be seen."""
    image = scene().convert("RGBA")
    image.paste((0, 255, 0, 0), (0, 0, image.width // 2, image.height))
    return image


def _as_palette_with_hole() -> Image.Image:
    image = scene().quantize(255)
    image.putpalette([*(image.getpalette() or [])[: 3 * 255], 0, 255, 0])
    image.paste(255, (0, 0, image.width // 2, image.height))
    return image


def _lab() -> Image.Image:
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    return ImageCms.applyTransform(scene(), ImageCms.buildTransform(srgb, lab, "RGB", "LAB"))  # type: ignore[return-value]


def _save(image: Image.Image, name: str, **options: object) -> Callable[[Path], Path]:
    def save(folder: Path) -> Path:
        path = folder / name
        if path.suffix in (".heic", ".heif"):
            import pillow_heif

            pillow_heif.register_heif_opener(thumbnails=False)
        image.save(path, **options)
        return path

    return save


def _deep(name: str) -> Callable[[Path], Path]:
    """The scene with 16 bits for each colour, which Pillow does not write."""
    def save(folder: Path) -> Path:
        path = folder / name
        assert cv2.imwrite(str(path), np.asarray(scene())[:, :, ::-1].astype(np.uint16) * 257)
        return path

    return save


def _grey(array: NDArray[np.generic]) -> Image.Image:
    return Image.fromarray(array)


COLOUR: dict[str, Callable[[Path], Path]] = {
    "jpeg": _save(scene(), "a.jpg", quality=95),
    "jpeg progressive": _save(scene(), "a.jpg", quality=95, progressive=True),
    "jpeg cmyk": _save(scene().convert("CMYK"), "a.jpg", quality=95),
    "mpo": _save(scene(), "a.mpo", quality=95, save_all=True, append_images=[Image.new("RGB", (240, 160))]),
    "png": _save(scene(), "a.png"),
    "png rgba": _save(scene().convert("RGBA"), "a.png"),
    "png 16 bit": _deep("a.png"),
    "tiff 16 bit": _deep("a.tif"),
    "png palette": _save(scene().quantize(256), "a.png"),
    "gif": _save(scene().quantize(256), "a.gif"),
    "gif animated": _save(
        scene().quantize(256), "a.gif", save_all=True, append_images=[Image.new("P", (240, 160))] * 3, duration=50
    ),
    "apng": _save(scene(), "a.png", save_all=True, append_images=[Image.new("RGB", (240, 160))] * 3),
    "webp": _save(scene(), "a.webp", quality=95),
    "webp animated": _save(scene(), "a.webp", save_all=True, append_images=[Image.new("RGB", (240, 160))], quality=95),
    "avif": _save(scene(), "a.avif", quality=95),
    "heic": _save(scene(), "a.heic", quality=95),
    "jpeg2000": _save(scene(), "a.jp2"),
    "bmp": _save(scene(), "a.bmp"),
    "ppm": _save(scene(), "a.ppm"),
    "tiff": _save(scene(), "a.tif", compression="tiff_lzw"),
    "tiff pages": _save(scene(), "a.tif", save_all=True, append_images=[Image.new("RGB", (240, 160))]),
    "tiff cmyk": _save(scene().convert("CMYK"), "a.tif"),
    "tiff lab": _save(_lab(), "a.tif"),
    "tiff jpeg ycbcr": _save(scene().convert("YCbCr"), "a.tif", compression="jpeg", quality=95),
}
"""Files whose pixels are those of the scene, give or take what the format loses."""

GREY: dict[str, Callable[[Path], Path]] = {
    "jpeg": _save(scene().convert("L"), "a.jpg", quality=95),
    "png 16 bit": _save(_grey(grey16()), "a.png"),
    "tiff 16 bit": _save(_grey(grey16()), "a.tif"),
    "tiff 12 bit in 16": _save(_grey((grey16() >> 4).astype(np.uint16)), "a.tif"),
    "tiff 32 bit": _save(_grey(grey16().astype(np.int32)), "a.tif"),
    "tiff float to 1": _save(_grey((grey16() / 65535).astype(np.float32)), "a.tif"),
    "tiff float to 255": _save(_grey((grey16() / 257).astype(np.float32)), "a.tif"),
    "pgm 16 bit": _save(_grey(grey16().astype(np.int32)), "a.pgm"),
    "png grey and alpha": _save(scene().convert("LA"), "a.png"),
}
"""Files whose pixels are those of the scene in grey."""

HOLED: dict[str, Callable[[Path], Path]] = {
    "png rgba": _save(_with_hole(), "a.png"),
    "png palette": _save(_as_palette_with_hole(), "a.png", transparency=255),
    "gif": _save(_as_palette_with_hole(), "a.gif", transparency=255),
    "webp": _save(_with_hole(), "a.webp", lossless=True),
    "avif": _save(_with_hole(), "a.avif", quality=95),
    "heic": _save(_with_hole(), "a.heic", quality=95),
    "tiff": _save(_with_hole(), "a.tif"),
    "png grey and alpha": _save(_with_hole().convert("LA"), "a.png"),
}
"""Files whose left half is transparent."""


def turned(folder: Path, orientation: int, suffix: str = ".jpg") -> Path:
    """The scene as a camera held in this EXIF orientation (1..8) would store it."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = scene().transpose(undo[orientation]) if orientation in undo else scene().copy()
    return with_orientation(folder, stored, orientation, suffix)


def with_orientation(folder: Path, image: Image.Image, orientation: int, suffix: str = ".jpg") -> Path:
    """The picture as it is, with any number as its EXIF orientation."""
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    return _save(image, f"turned{orientation}{suffix}", exif=exif.tobytes(), quality=95)(folder)


def claiming_png(path: Path, width_px: int, height_px: int, colour_type: int = 6) -> Path:
    """A PNG whose header claims this size, with next to no data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width_px, height_px, 8, colour_type, 0, 0, 0)
    chunks = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"\0" * 1000)), chunk(b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    return path


def claiming_jxl(path: Path, width_px: int, height_px: int) -> Path:
    """A JPEG XL file whose header claims this size, with next to no data."""
    number, position = 0, 0
    # Not in eights; the height in 30 bits, no ratio, the width in 30 bits; all else as usual.
    for value, n in ((0, 1), (3, 2), (height_px - 1, 30), (0, 3), (3, 2), (width_px - 1, 30), (1, 1)):
        number |= value << position
        position += n
    path.write_bytes(b"\xff\x0a" + number.to_bytes(9, "little") + bytes(100))
    return path


def truncated(path: Path, share: float = 0.5) -> Path:
    """Cut a file off, in place."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path
