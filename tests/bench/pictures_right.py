"""Whether pictures of odd depths, colours, palettes and orientations look right: each compared with OpenCV's reading.

Of a folder with MANIFEST.tsv, every file marked use=dev of the kinds that go wrong silently. OpenCV shares no code with
the program's way to pixels but the libraries of the formats: it inverts CMYK and looks up palettes by itself. What it
gives is scaled to eight bits, put on white where it is transparent, converted by the colour profile if there is one,
and turned by Pillow. Files that either cannot read are counted apart, as are those that OpenCV shows wrongly.
"""

from __future__ import annotations

import csv
import io
import os
import sys
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_IO_ENABLE_OPENEXR", "0")

import cv2
import numpy as np
from bench_tools import Bar, make_parser, report
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from engine.decode import DecodeRequest, decode
from engine.errors import PhotoError

KINDS = ("cmyk", "highdepth", "orientation", "palette-alpha", "bmp", "pngsuite", "wrong-ext")
MOST_DIFFERENCE = 6.0  # of 255, the mean over all pixels and colours; JPEGs are not decoded alike by everyone
ORIENTATION = 0x0112
PICTURE_PX = 100_000
WRONG_IN_OPENCV = {  # seen by eye
    "bmp/Core_4_Bit.bmp": "colours of an OS/2 palette become greys",
    "bmp/pal8os2-sz.bmp": "colours of an OS/2 palette become greys",
    "palette-alpha/bmp__q__pal8os2sp.bmp": "colours of an OS/2 palette become greys",
    "bmp/bmp__q__rgb32h52.bmp": "the unused bytes are taken for transparency",
    "bmp/suite_b_badrle4ter.bmp": "damaged, and everybody guesses otherwise",
    "highdepth/16_bit_binary_pgm.tiff": "a ramp of 32 bits becomes stripes",
    "highdepth/9bit.j2k": "nine bits are taken for sixteen",
    "highdepth/apng__mode_16bit.png": "not the first picture",
    "highdepth/hopper_be.pfm": "divided by the number that only tells the order of the bytes",
    "highdepth/tiff_strip_planar_16bit_RGB.tiff": "the planes of the colours are taken for rows",
    "highdepth/tiff_tiled_planar_16bit_RGBa.tiff": "the planes of the colours are taken for rows",
}

Pixels = NDArray[np.uint8]


def ours(path: Path) -> Pixels | None:
    """The whole picture as the program shows it."""
    try:
        return decode(DecodeRequest(str(path), picture_px=PICTURE_PX)).picture
    except PhotoError:
        return None


def reference(path: Path) -> Pixels | None:
    """The whole picture as OpenCV reads it."""
    data = np.frombuffer(path.read_bytes(), np.uint8)
    try:
        raw = cv2.imdecode(data, cv2.IMREAD_UNCHANGED) if data.size else None
    except cv2.error:
        return None
    if raw is None:
        return None
    # Greys below 4096 are the twelve bits of a sensor; of AVIF OpenCV does not scale any.
    pixels = _eight_bits(raw, may_be_twelve=raw.ndim == 2 or path.suffix == ".avif")
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        rgb = np.repeat(pixels.reshape(*pixels.shape[:2], 1), 3, axis=2)
    else:
        rgb = _on_white(pixels) if pixels.shape[2] == 4 else pixels[:, :, ::-1]
    return _by_what_the_file_says(np.ascontiguousarray(rgb), path)


def _eight_bits(raw: NDArray[Any], may_be_twelve: bool) -> Pixels:
    if raw.dtype == np.uint16 and may_be_twelve and raw.max() < 4096:
        return (raw / 16).astype(np.uint8)
    if raw.dtype == np.uint16:
        return (raw / 257 + 0.5).astype(np.uint8)
    if raw.dtype.kind == "f":
        finite = raw[np.isfinite(raw)]
        scale = 255 if finite.size == 0 or finite.max() <= 1.001 else 1
        return np.clip(np.nan_to_num(raw) * scale, 0, 255).astype(np.uint8)
    return raw.astype(np.uint8, copy=False)


def _on_white(bgra: Pixels) -> Pixels:
    alpha = bgra[:, :, 3:].astype(np.float32) / 255
    rgb: Pixels = (bgra[:, :, 2::-1] * alpha + 255 * (1 - alpha) + 0.5).astype(np.uint8)
    return rgb


def _by_what_the_file_says(rgb: Pixels, path: Path) -> Pixels:
    """In the colours of its profile, and turned as the camera has noted. Of TIFF OpenCV does the latter."""
    image = Image.fromarray(rgb)
    try:
        with Image.open(path) as opened:
            profile, turn = opened.info.get("icc_profile"), 1
            if opened.format not in ("TIFF", "HEIF"):
                turn = opened.getexif().get(ORIENTATION, 1)
        image.getexif()[ORIENTATION] = turn
        image = ImageOps.exif_transpose(image)
        if profile:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            image = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB")) or image
    except Exception:  # noqa: BLE001 - what is said is no profile, one of other colours, or cannot be read
        pass
    return np.asarray(image)


def difference(first: Pixels, second: Pixels) -> float:
    """The mean difference of two pictures, 0..255; 255 if their sizes differ."""
    if first.shape != second.shape:
        return 255.0
    return float(np.abs(first.astype(np.int16) - second).mean())


def main() -> int:
    parser = make_parser(__doc__)
    parser.add_argument("bad", type=Path, metavar="BAD", help="the folder of bad files, with MANIFEST.tsv")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    with (options.bad / "MANIFEST.tsv").open(encoding="utf-8", errors="surrogateescape", newline="") as manifest:
        rows = csv.DictReader(manifest, delimiter="\t", quoting=csv.QUOTE_NONE)
        names = [row["path"] for row in rows if row["use"] == "dev" and row["kind"] in KINDS]
    wrong: dict[str, float] = {}
    counts: Counter[str] = Counter()
    for name in names:
        shown = ours(options.bad / name)
        wanted = None if shown is None else reference(options.bad / name)
        if shown is None or wanted is None:
            counts["not read by Resight" if shown is None else "no reference"] += 1
            continue
        if name in WRONG_IN_OPENCV:
            counts["wrong in OpenCV"] += 1
            continue
        counts["compared"] += 1
        if (mean := difference(shown, wanted)) > MOST_DIFFERENCE:
            wrong[name] = round(mean, 1)
    bars = [Bar("pictures that do not look as they should", len(wrong), most=0)]
    return report("pictures_right", bars, {"files": len(names), **counts, "wrong": wrong}, options.markdown)


if __name__ == "__main__":
    sys.exit(main())
