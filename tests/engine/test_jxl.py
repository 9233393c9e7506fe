from __future__ import annotations

import io
import math
import sys
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from engine import limits
from engine.colour import matrix_profile, to_srgb
from engine.decode import DecodeRequest, decode
from engine.decoders import Decoders
from engine.errors import DamagedPhoto, PhotoTooLarge, UnsupportedFormat
from engine.jxl import read_header
from engine.transform import InputRule
from tests.helpers.photo_maker import ORIENTATION_TAG, claiming_jxl, scene, truncated

SCENE = np.asarray(scene())
RULE = InputRule(area_px=96 * 64, min_box_area_px=96 * 64)


def _linear(image: Image.Image) -> np.ndarray:
    values = np.asarray(image).astype(np.float64) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _as_jpeg(image: Image.Image, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=95, **options)
    return stream.getvalue()


def _half_clear() -> np.ndarray:
    pixels = np.array(scene().convert("RGBA"))
    pixels[:, : pixels.shape[1] // 2] = (0, 255, 0, 0)
    return pixels


MADE: dict[str, tuple[Callable[[], bytes], Image.Image]] = {
    "lossless": (lambda: imagecodecs.jpegxl_encode(SCENE), scene()),
    "lossy": (lambda: imagecodecs.jpegxl_encode(SCENE, level=90), scene()),
    "in boxes": (lambda: imagecodecs.jpegxl_encode(SCENE, level=90, usecontainer=True), scene()),
    "grey": (lambda: imagecodecs.jpegxl_encode(np.asarray(scene().convert("L"))), scene().convert("L")),
    "grey and alpha": (lambda: imagecodecs.jpegxl_encode(np.asarray(scene().convert("LA"))), scene().convert("L")),
    "16 bits linear": (
        lambda: imagecodecs.jpegxl_encode((_linear(scene()) * 65535).round().astype(np.uint16)), scene()
    ),
    "10 bits linear": (
        lambda: imagecodecs.jpegxl_encode((_linear(scene()) * 1023).round().astype(np.uint16), bitspersample=10),
        scene(),
    ),
    "float linear": (lambda: imagecodecs.jpegxl_encode(_linear(scene()).astype(np.float32)), scene()),
    "a packed jpeg": (lambda: imagecodecs.jpegxl_encode_jpeg(_as_jpeg(scene()), usecontainer=True), scene()),
    "a packed grey jpeg": (
        lambda: imagecodecs.jpegxl_encode_jpeg(_as_jpeg(scene().convert("L")), usecontainer=True),
        scene().convert("L"),
    ),
    "frames": (lambda: imagecodecs.jpegxl_encode(np.stack([SCENE, SCENE[::-1]])), scene()),
}  # fmt: skip


@pytest.mark.parametrize("kind", MADE)
def test_every_kind_shows_the_same_picture(kind: str, tmp_path: Path) -> None:
    make, expected = MADE[kind]
    path = tmp_path / "a.jxl"
    path.write_bytes(make())
    photo = decode(DecodeRequest(str(path), rule=RULE, thumbnail_px=60, picture_px=4000))
    assert (photo.width_px, photo.height_px) == (240, 160)
    assert photo.picture is not None
    assert np.abs(photo.picture.astype(int) - np.asarray(expected.convert("RGB"))).mean() < 2
    assert photo.rgb is not None
    assert photo.thumbnail is not None
    assert photo.thumbnail.shape == (40, 60, 3)


def test_transparent_parts_are_white(tmp_path: Path) -> None:
    path = tmp_path / "a.jxl"
    path.write_bytes(imagecodecs.jpegxl_encode(_half_clear()))
    picture = decode(DecodeRequest(str(path), picture_px=4000)).picture
    assert picture is not None
    assert (picture[:, :120] == 255).all()
    assert (picture[:, 120:] == SCENE[:, 120:]).all()


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_packed_jpeg_is_turned_once(orientation: int, tmp_path: Path) -> None:
    undo = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    stored = scene().transpose(undo[orientation]) if orientation in undo else scene()
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    path = tmp_path / "a.jxl"
    path.write_bytes(imagecodecs.jpegxl_encode_jpeg(_as_jpeg(stored, exif=exif.tobytes()), usecontainer=True))
    assert read_header(path.read_bytes(), "a.jxl").size == (240, 160)
    photo = decode(DecodeRequest(str(path), picture_px=4000))
    assert (photo.width_px, photo.height_px) == (240, 160)
    assert photo.picture is not None
    assert np.abs(photo.picture.astype(int) - SCENE).mean() < 2


# ---- the header -----------------------------------------------------------------------------------------------------


def _bits(*values: tuple[int, int]) -> bytes:
    """(value, number of bits) as JPEG XL writes them, after the two bytes every codestream begins with."""
    number, position = 0, 0
    for value, n in values:
        number |= value << position
        position += n
    return b"\xff\x0a" + number.to_bytes(math.ceil(position / 8) + 4, "little")


SMALL_SIZE = [(1, 1), (3, 5), (0, 3), (1, 5)]  # eights of height 4, no ratio, eights of width 2: 16 x 32
USUAL = [(1, 1)]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (SMALL_SIZE, (16, 32)),
        ([(1, 1), (8, 5), (5, 3)], (128, 72)),  # 72 high, 16:9
        ([(0, 1), (0, 2), (479, 9), (0, 3), (1, 2), (639, 13)], (640, 480)),
        ([(0, 1), (2, 2), (99_999, 18), (1, 3)], (100_000, 100_000)),
        ([(0, 1), (3, 2), (2**30 - 1, 30), (7, 3)], (2**31, 2**30)),
    ],
)
def test_sizes_are_read(size: list[tuple[int, int]], expected: tuple[int, int]) -> None:
    header = read_header(_bits(*size, *USUAL), "a.jxl")
    assert (header.size, header.bits, header.primaries, header.transfer) == (expected, 8, 1, 13)


def test_all_that_a_header_may_say_is_passed_over_until_the_colours() -> None:
    data = _bits(
        *SMALL_SIZE, (0, 1),
        (1, 1), (5, 3),  # more: orientation 6
        (1, 1), *SMALL_SIZE,  # intrinsic size
        (1, 1), (0, 1), (0, 2), (20, 6), (0, 3), (1, 2), (100, 8),  # preview 165 x 21
        (1, 1), (2, 2), (23, 10), (0, 2), (1, 2), (5, 3), (0, 1),  # animation
        (0, 1), (1, 2),  # ten bits
        (1, 1), (2, 2), (0, 4),  # two more channels
        (1, 1),  # alpha as usual
        (0, 1), (2, 2), (0, 4), (0, 1), (0, 2), (0, 2), (1, 2), (3, 4), (0x616263, 24), (2**60 + 5, 64),  # spot colour
        (0, 1),
        (0, 1), (0, 1), (0, 2),  # colours: no profile, RGB
        (2, 2), (0, 4), *([(1, 2), (5, 19)] * 2),  # a white point of its own
        (2, 2), (9, 4),  # P3
        (0, 1), (2, 2), (6, 4),  # linear
    )  # fmt: skip
    header = read_header(data, "a.jxl")
    assert header.size == (32, 16)  # upright
    assert (header.bits, header.n_extra, header.primaries, header.transfer) == (10, 2, 11, 8)


def test_headers_agree_with_libjxl() -> None:
    dice = np.random.default_rng(1)
    for _ in range(30):
        height, width = dice.integers(1, 300, 2)
        pixels = dice.integers(0, 256, (height, width, dice.choice([3, 4])), dtype=np.uint8)
        data = imagecodecs.jpegxl_encode(pixels, usecontainer=bool(dice.integers(2)))
        header = read_header(data, "a.jxl")
        assert header.size == (width, height)
        assert header.n_extra == pixels.shape[2] - 3


@pytest.mark.parametrize(
    "data",
    [b"\xff\x0a", b"\xff\x0a\0", b"\0\0\0\x0cJXL \r\n\x87\n", b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(30)],
)
def test_a_header_that_ends_too_early_is_damaged(data: bytes) -> None:
    with pytest.raises(DamagedPhoto):
        read_header(data, "a.jxl")


def test_the_codestream_may_lie_in_several_boxes() -> None:
    data = imagecodecs.jpegxl_encode(SCENE)
    boxes = b"\0\0\0\x0cJXL \r\n\x87\n" + b"\0\0\0\x14ftypjxl \0\0\0\0jxl "
    for number, part in enumerate((data[:3], data[3:40], data[40:])):
        place = number | (number == 2) << 31  # the highest bit marks the last
        boxes += (len(part) + 12).to_bytes(4, "big") + b"jxlp" + place.to_bytes(4, "big") + part
    assert read_header(boxes, "a.jxl") == read_header(data, "a.jxl")


def test_wide_colours_become_srgb() -> None:
    # From linear sRGB to linear P3, both with D65.
    p3_from_srgb = np.array([[0.8225, 0.1774, 0.0], [0.0332, 0.9669, 0.0], [0.0171, 0.0724, 0.9108]])
    linear = _linear(scene()) @ p3_from_srgb.T
    wide = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    image = Image.fromarray((wide * 255).round().clip(0, 255).astype(np.uint8))
    assert np.abs(np.asarray(image).astype(int) - SCENE).mean() > 4
    image.info["icc_profile"] = matrix_profile(11)
    assert np.abs(np.asarray(to_srgb(image)).astype(int) - SCENE).mean() < 1
    assert matrix_profile(9) is not None
    assert matrix_profile(1) is None


# ---- what cannot be used --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
@pytest.mark.parametrize("kind", ["lossless", "lossy", "in boxes", "a packed jpeg", "a packed grey jpeg"])
def test_a_truncated_file_is_damaged(kind: str, share: float, tmp_path: Path) -> None:
    path = tmp_path / "a.jxl"
    path.write_bytes(MADE[kind][0]())
    with pytest.raises(DamagedPhoto, match="Copy it again"):
        decode(DecodeRequest(str(truncated(path, share)), rule=RULE))


def test_a_bomb_is_refused_by_its_header(tmp_path: Path) -> None:
    path = claiming_jxl(tmp_path / "bomb.jxl", 40_000, 30_000)
    with pytest.raises(PhotoTooLarge, match="40000 x 30000"):
        decode(DecodeRequest(str(path), rule=RULE))


def test_the_budget_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_DECODED_BYTES", 240 * 160 * 11)
    path = tmp_path / "a.jxl"
    path.write_bytes(MADE["lossy"][0]())
    with pytest.raises(PhotoTooLarge):
        decode(DecodeRequest(str(path), rule=RULE))


def test_without_the_library_the_format_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jxl"
    path.write_bytes(MADE["lossy"][0]())
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    with pytest.raises(UnsupportedFormat, match=r"JPEG XL.*Python package imagecodecs"):
        decode(DecodeRequest(str(path), rule=RULE))


def test_a_decoder_process_reads_it_within_its_limits(tmp_path: Path) -> None:
    path = tmp_path / "a.jxl"
    path.write_bytes(imagecodecs.jpegxl_encode(np.asarray(scene(1200, 900)), level=90))
    with Decoders(1) as pool:
        photo = pool.decode(DecodeRequest(str(path), rule=RULE, thumbnail_px=320), 60)
        assert (photo.width_px, photo.height_px) == (1200, 900)
