from __future__ import annotations

import csv
import hashlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from engine import decode as decode_module
from engine import limits, photo_file
from engine.decode import DecodedPhoto, DecodeRequest, decode, hash_file
from engine.errors import (
    DamagedPhoto,
    NotAPicture,
    PhotoError,
    PhotoTooLarge,
    PhotoUnreadable,
    UnsupportedFormat,
)
from engine.transform import InputRule, to_input
from engine.types import Box
from tests.helpers import photo_maker
from tests.helpers.photo_maker import scene

PHOTO = Path(__file__).parents[1] / "photos" / "single" / "cat02.jpg"
BAD_FILES = Path(__file__).parents[3] / "shared" / "bad-files"
RULE = InputRule()

posix_only = pytest.mark.skipif(os.name == "nt", reason="needs POSIX files")


def _decode(path: Path, box: Box | None = None) -> DecodedPhoto:
    return decode(DecodeRequest(str(path), rule=RULE, box=box))


def _pixels(path: Path, box: Box | None = None) -> NDArray[np.int16]:
    photo = _decode(path, box)
    assert photo.rgb is not None
    return photo.rgb.astype(np.int16)


def _difference(a: NDArray[np.int16], b: NDArray[np.int16]) -> float:
    assert a.shape == b.shape
    return float(np.abs(a - b).mean())


def _scene_pixels(image: Image.Image | None = None) -> NDArray[np.int16]:
    image = image or scene()
    return to_input(image, RULE.size_for(*image.size)).astype(np.int16)


# ---- what comes back ------------------------------------------------------------------------------------------------


def test_a_photo_gives_its_facts_its_input_a_thumbnail_and_a_picture() -> None:
    photo = decode(DecodeRequest(str(PHOTO), rule=RULE, thumbnail_px=320, picture_px=400))
    assert photo.content_hash == hashlib.blake2b(PHOTO.read_bytes(), digest_size=20).digest()
    assert (photo.size_bytes, photo.mtime_ns) == (PHOTO.stat().st_size, PHOTO.stat().st_mtime_ns)
    assert (photo.width_px, photo.height_px) == (800, 533)
    width, height = RULE.size_for(800, 533)
    assert photo.rgb is not None
    assert photo.rgb.shape == (height, width, 3)
    assert photo.rgb.dtype == np.uint8
    assert photo.picture is not None
    assert photo.picture.shape == (266, 400, 3)
    assert photo.thumbnail is not None
    assert photo.thumbnail.shape == (213, 320, 3)


def test_only_what_is_asked_for_is_made() -> None:
    photo = decode(DecodeRequest(str(PHOTO)))
    assert (photo.rgb, photo.thumbnail, photo.picture) == (None, None, None)
    assert (photo.width_px, photo.height_px) == (800, 533)


def test_hashing_alone_gives_the_same_facts() -> None:
    facts, photo = hash_file(str(PHOTO)), decode(DecodeRequest(str(PHOTO)))
    assert (facts.content_hash, facts.size_bytes, facts.mtime_ns) == (
        photo.content_hash,
        photo.size_bytes,
        photo.mtime_ns,
    )


def test_files_too_large_for_memory_are_read_in_two_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = _decode(PHOTO)
    monkeypatch.setattr(photo_file, "_IN_MEMORY_BYTES", 1000)
    in_passes = _decode(PHOTO)
    assert in_passes.content_hash == at_once.content_hash
    assert (in_passes.rgb == at_once.rgb).all()


def test_small_pictures_are_not_enlarged_for_display(tmp_path: Path) -> None:
    path = tmp_path / "tiny.png"
    Image.new("RGB", (1, 1), (10, 20, 30)).save(path)
    photo = decode(DecodeRequest(str(path), rule=RULE, thumbnail_px=320, picture_px=1600))
    assert photo.picture is not None
    assert photo.picture.tolist() == [[[10, 20, 30]]]
    assert photo.rgb is not None
    assert (photo.rgb == (10, 20, 30)).all()


# ---- colours, depths, formats ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", photo_maker.COLOUR)
def test_every_format_and_mode_shows_the_same_colours(kind: str, tmp_path: Path) -> None:
    assert _difference(_pixels(photo_maker.COLOUR[kind](tmp_path)), _scene_pixels()) < 4


@pytest.mark.parametrize("kind", photo_maker.GREY)
def test_every_depth_shows_the_same_greys(kind: str, tmp_path: Path) -> None:
    expected = _scene_pixels(scene().convert("L").convert("RGB"))
    assert _difference(_pixels(photo_maker.GREY[kind](tmp_path)), expected) < 2


@pytest.mark.parametrize("kind", photo_maker.HOLED)
def test_transparent_parts_are_white_and_the_rest_is_untouched(kind: str, tmp_path: Path) -> None:
    pixels = _pixels(photo_maker.HOLED[kind](tmp_path))
    half = pixels.shape[1] // 2
    assert (pixels[:, : half - 8] >= 250).all()
    grey = "grey" in kind
    expected = _scene_pixels(scene().convert("L").convert("RGB") if grey else None)
    assert _difference(pixels[:, half + 8 :], expected[:, half + 8 :]) < 5


def test_one_bit_pictures_are_grey_when_scaled_down(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    scene(1600, 1200).convert("1").save(path)
    expected = _scene_pixels(scene(1600, 1200).convert("L").convert("RGB"))
    assert _difference(_pixels(path), expected) < 12


def test_numbers_that_are_none_do_not_spoil_a_float_picture(tmp_path: Path) -> None:
    values = (photo_maker.grey16() / 65535).astype(np.float32)
    values[:3] = (np.nan,)
    values[3:6] = (np.inf,)
    path = tmp_path / "a.tif"
    Image.fromarray(values).save(path)
    expected = _scene_pixels(scene().convert("L").convert("RGB"))
    assert _difference(_pixels(path)[40:], expected[40:]) < 2


def test_a_profile_is_applied(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    scene().save(path, icc_profile=_swapping_profile())
    swapped = Image.merge("RGB", [scene().getchannel(band) for band in "BGR"])
    assert _difference(_pixels(path), _scene_pixels(swapped)) < 4


def _swapping_profile() -> bytes:
    """sRGB with the red and the blue primary exchanged."""
    from PIL import ImageCms

    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for number in range(int.from_bytes(data[128:132], "big")):
        entry = 132 + 12 * number
        tag = bytes(data[entry : entry + 4])
        if tag in (b"rXYZ", b"bXYZ"):
            data[entry : entry + 4] = b"bXYZ" if tag == b"rXYZ" else b"rXYZ"
        elif tag == b"desc":  # else it would pass for plain sRGB
            offset = int.from_bytes(data[entry + 4 : entry + 8], "big")
            end = offset + int.from_bytes(data[entry + 8 : entry + 12], "big")
            data[offset:end] = data[offset:end].replace(b"s\0R\0G\0B", b"x\0x\0x\0x").replace(b"sRGB", b"xxxx")
    return bytes(data)


@pytest.mark.parametrize("profile", [b"", b"no profile", b"\0" * 200_000, b"\xff" * 5_000_000], ids=len)
def test_a_broken_profile_is_ignored(profile: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    scene().save(path, quality=95, icc_profile=profile)
    assert _difference(_pixels(path), _scene_pixels()) < 4


# ---- upright --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("orientation", "suffix"),
    [
        *((orientation, ".jpg") for orientation in range(1, 9)),
        # The turning is the same for all formats; only who does it differs.
        *((orientation, suffix) for orientation in (3, 5, 6) for suffix in (".png", ".webp", ".tif", ".avif", ".heic")),
    ],
)
def test_every_orientation_shows_the_same_picture(orientation: int, suffix: str, tmp_path: Path) -> None:
    path = photo_maker.turned(tmp_path, orientation, suffix)
    photo = _decode(path)
    assert (photo.width_px, photo.height_px) == scene().size
    assert _difference(_pixels(path), _scene_pixels()) < 4
    box = Box(0.55, 0.6, 1.0, 0.95)
    whole = photo_maker.COLOUR["png"](tmp_path)
    assert _difference(_pixels(path, box), _pixels(whole, box)) < 4


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turning_agrees_with_pillow(orientation: int, tmp_path: Path) -> None:
    path = photo_maker.with_orientation(tmp_path, scene(), orientation)
    with Image.open(path) as image:
        expected = np.asarray(ImageOps.exif_transpose(image)).astype(np.int16)
    picture = decode(DecodeRequest(str(path), picture_px=10_000)).picture
    assert picture is not None
    assert _difference(picture.astype(np.int16), expected) < 1


@pytest.mark.parametrize("orientation", [0, 9, 65_535])
def test_impossible_orientations_are_upright(orientation: int, tmp_path: Path) -> None:
    path = photo_maker.with_orientation(tmp_path, scene(), orientation)
    assert _difference(_pixels(path), _scene_pixels()) < 4


@pytest.mark.parametrize("exif", [b"Exif\0\0", b"Exif\0\0MM\0*", b"Exif\0\0II*\0\xff\xff\xff\xff", b"nonsense" * 99])
def test_broken_camera_data_does_not_cost_the_photo(exif: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    scene().save(path, quality=95, exif=exif)
    assert _difference(_pixels(path), _scene_pixels()) < 4


# ---- as little as needed, but no less -------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (3000, 2000), (1999, 1001), (6000, 400), (700, 900)])
@pytest.mark.parametrize("box", [None, Box(0.4, 0.4, 0.6, 0.6), Box(0.0, 0.1, 0.9, 0.3), Box(0.5, 0.5, 0.52, 0.53)])
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_reduced_jpeg_still_covers_what_is_needed(
    size: tuple[int, int], box: Box | None, orientation: int, tmp_path: Path
) -> None:
    path = photo_maker.with_orientation(tmp_path, Image.new("RGB", size), orientation)
    request = DecodeRequest(str(path), rule=RULE, box=box)
    with Image.open(path) as image:
        upright, full_size = decode_module._load_upright(image, request)
    assert full_size == (size if orientation == 1 else size[::-1])
    needed_width, needed_height = RULE.size_for(*full_size, box)
    part = box or Box(0.0, 0.0, 1.0, 1.0)
    assert upright.width * (part.x1 - part.x0) >= min(needed_width, full_size[0] * (part.x1 - part.x0)) - 1
    assert upright.height * (part.y1 - part.y0) >= min(needed_height, full_size[1] * (part.y1 - part.y0)) - 1


def test_twelve_megapixels_are_decoded_at_an_eighth(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.new("RGB", (4000, 3000)).save(path)
    with Image.open(path) as image:
        upright, _ = decode_module._load_upright(image, DecodeRequest(str(path), rule=RULE, thumbnail_px=320))
    assert upright.size == (500, 375)


def test_a_picture_for_the_screen_is_as_large_as_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    scene(4000, 3000).save(path)
    photo = decode(DecodeRequest(str(path), rule=RULE, picture_px=1600))
    assert photo.picture is not None
    assert photo.picture.shape == (1200, 1600, 3)


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_reduced_decoding_looks_like_full_decoding(suffix: str, tmp_path: Path) -> None:
    with Image.open(PHOTO) as image:
        large = image.resize((3200, 2132), Image.Resampling.BICUBIC)
    path = tmp_path / f"large{suffix}"
    large.save(path, quality=95)
    assert _difference(_pixels(path), _scene_pixels(large)) < 3


@pytest.mark.parametrize("box", [Box(0.1, 0.2, 0.6, 0.9), Box(0.5, 0.5, 0.6, 0.6), Box(0.0, 0.0, 1.0, 1.0)])
def test_a_box_shows_what_cutting_the_full_picture_shows(box: Box, tmp_path: Path) -> None:
    with Image.open(PHOTO) as image:
        large = image.resize((3200, 2132), Image.Resampling.BICUBIC)
    path = tmp_path / "large.jpg"
    large.save(path, quality=95)
    expected = to_input(large, RULE.size_for(*large.size, box), box).astype(np.int16)
    assert _difference(_pixels(path, box), expected) < 3


# ---- limits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "colour_type"), [((13_000, 13_000), 6), ((30_000, 30_000), 2), ((65_000, 65_000), 0)])
def test_a_bomb_is_refused_before_it_goes_off(size: tuple[int, int], colour_type: int, tmp_path: Path) -> None:
    path = photo_maker.claiming_png(tmp_path / "bomb.png", *size, colour_type)
    start = time.monotonic()
    with pytest.raises(PhotoTooLarge, match=r"bomb\.png is too large"):
        _decode(path)
    assert time.monotonic() - start < 2


@pytest.mark.slow
def test_a_jpeg_of_200_megapixels_is_read_at_an_eighth(tmp_path: Path) -> None:
    path = tmp_path / "panorama.jpg"
    Image.new("L", (20_000, 10_000), 90).save(path)
    photo = _decode(path)
    assert (photo.width_px, photo.height_px) == (20_000, 10_000)
    assert photo.rgb is not None
    assert (photo.rgb == 90).all()


@pytest.mark.parametrize("progressive", [False, True])
def test_a_progressive_jpeg_counts_in_full_size(
    progressive: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jpg"
    Image.new("RGB", (4000, 3000)).save(path, progressive=progressive)
    monkeypatch.setattr(limits, "MAX_DECODED_BYTES", 50_000_000)
    if progressive:
        with pytest.raises(PhotoTooLarge):
            _decode(path)
    else:
        assert _decode(path).rgb is not None


def test_a_file_larger_than_any_photo_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 1000)
    path = photo_maker.COLOUR["png"](tmp_path)
    with pytest.raises(PhotoTooLarge):
        _decode(path)


@pytest.mark.parametrize("size", [(1, 1), (1, 3), (2, 3000), (3000, 2), (1, 20_000)])
def test_tiny_and_thin_pictures_are_read(size: tuple[int, int], tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", size, (1, 2, 3)).save(path)
    photo = decode(DecodeRequest(str(path), rule=RULE, thumbnail_px=320, picture_px=400))
    assert (photo.width_px, photo.height_px) == size
    assert photo.rgb is not None
    assert (photo.rgb == (1, 2, 3)).all()


# ---- what cannot be used --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
@pytest.mark.parametrize("kind", ["jpeg", "png", "gif", "webp", "avif", "heic", "jpeg2000", "bmp", "ppm", "tiff"])
def test_a_truncated_file_is_damaged(kind: str, share: float, tmp_path: Path) -> None:
    path = photo_maker.truncated(photo_maker.COLOUR[kind](tmp_path), share)
    with pytest.raises(DamagedPhoto, match="Copy it again"):
        _decode(path)


@pytest.mark.parametrize(
    "content",
    [b"x", b"<html><body>not found</body></html>", b"%PDF-1.7\n", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"PK\x03\x04",
     b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", b"version https://git-lfs"],
)  # fmt: skip
def test_what_is_no_picture_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(content)
    with pytest.raises(NotAPicture, match=r"a\.jpg is not a picture"):
        _decode(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.psd", b"8BPS" + b"\0" * 50), ("a.jpg", b"gimp xcf file\0" + b"\0" * 50), ("a.jxl", b"II\xbc\x01" + b"\0" * 50),
     ("a.png", b"qoif" + b"\0" * 50)],
)  # fmt: skip
def test_pictures_of_other_formats_are_told_from_broken_ones(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnsupportedFormat, match="Save a copy as JPEG or PNG"):
        _decode(path)


@pytest.mark.parametrize("version", ["1.23.1", "1.9.99", "0.99"])
def test_an_unsafe_libheif_is_never_used(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heic, avif = photo_maker.COLOUR["heic"](tmp_path), photo_maker.COLOUR["avif"](tmp_path)
    decode_module._has_safe_heif.cache_clear()
    monkeypatch.setattr(pillow_heif, "libheif_info", lambda: {"libheif": version})
    with pytest.raises(UnsupportedFormat, match=r"a\.heic.*HEIF.*pillow-heif"):
        _decode(heic)
    assert _decode(avif).rgb is not None  # Pillow reads it without libheif
    decode_module._has_safe_heif.cache_clear()
    monkeypatch.setattr(pillow_heif, "libheif_info", lambda: {"libheif": "1.23.2"})
    assert _decode(heic).rgb is not None
    decode_module._has_safe_heif.cache_clear()


def test_the_name_of_a_file_counts_for_nothing(tmp_path: Path) -> None:
    path = photo_maker.COLOUR["png"](tmp_path).rename(tmp_path / "a.txt")
    assert _difference(_pixels(path), _scene_pixels()) < 1


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.touch()
    with pytest.raises(DamagedPhoto, match="empty"):
        _decode(path)


@posix_only
@pytest.mark.parametrize("work", [_decode, lambda path: hash_file(str(path))], ids=["decode", "hash"])
def test_what_is_no_file_never_blocks(work: Callable[[Path], object], tmp_path: Path) -> None:
    fifo, folder, device = tmp_path / "fifo.jpg", tmp_path / "folder.jpg", tmp_path / "device.jpg"
    os.mkfifo(fifo)
    folder.mkdir()
    device.symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.jpg"))
        start = time.monotonic()
        for path in (fifo, folder, device, tmp_path / "s.jpg"):
            with pytest.raises(PhotoUnreadable, match="not an ordinary file"):
                work(path)
        assert time.monotonic() - start < 2


def test_a_file_that_is_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(PhotoUnreadable, match="no longer there"):
        _decode(tmp_path / "gone.jpg")


@posix_only
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = photo_maker.COLOUR["png"](tmp_path)
    path.chmod(0)
    with pytest.raises(PhotoUnreadable, match="may not be opened"):
        _decode(path)


def _append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def _replace(path: Path) -> None:
    scene().transpose(Image.Transpose.ROTATE_180).save(path.with_suffix(".new"), "PNG")
    os.replace(path.with_suffix(".new"), path)


def _truncate(path: Path) -> None:
    os.truncate(path, 100)


@pytest.mark.parametrize("change", [_append, _replace, _truncate, os.unlink])
@pytest.mark.parametrize("in_memory_bytes", [0, 1 << 20])
def test_a_file_that_changes_while_it_is_read_gives_nothing(
    change: Callable[[Path], None], in_memory_bytes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.name == "nt" and change in (_replace, os.unlink):
        pytest.skip("Windows does not let an open file be replaced")
    path = photo_maker.COLOUR["png"](tmp_path)
    monkeypatch.setattr(photo_file, "_IN_MEMORY_BYTES", in_memory_bytes)
    open_picture = decode_module._open

    def open_and_change(*args: object) -> Image.Image:
        image = open_picture(*args)  # type: ignore[arg-type]
        change(path)
        return image

    monkeypatch.setattr(decode_module, "_open", open_and_change)
    with pytest.raises(PhotoUnreadable):
        _decode(path)


def test_names_are_made_harmless_in_sentences(tmp_path: Path) -> None:
    if os.name == "nt":
        pytest.skip("Windows does not allow such names")
    path = tmp_path / os.fsdecode(b"a\n\x1b[31m\xff\xe2\x80\xaegpj.jpg")
    path.write_bytes(b"x")
    with pytest.raises(NotAPicture) as caught:
        _decode(path)
    assert caught.value.path == str(path)
    assert caught.value.sentence.isprintable()


def test_what_decoders_raise_never_gets_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = photo_maker.COLOUR["png"](tmp_path)
    kinds: dict[BaseException, type[PhotoError]] = {
        MemoryError(): PhotoTooLarge,
        RecursionError(): DamagedPhoto,
        ZeroDivisionError(): DamagedPhoto,
        OSError("broken data stream"): DamagedPhoto,
        OSError(5, "Input/output error"): PhotoUnreadable,
    }
    for error, kind in kinds.items():

        def fail(*_: object, error: BaseException = error) -> None:
            raise error

        monkeypatch.setattr(decode_module, "to_continuous", fail)
        with pytest.raises(kind):
            _decode(path)


def test_decoding_loads_neither_torch_nor_plugins_that_start_programs(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")
    program = (
        "import sys\n"
        "from engine.decode import DecodeRequest, decode\n"
        "from engine.errors import NotAPicture\n"
        "try: decode(DecodeRequest(sys.argv[1]))\n"
        "except NotAPicture: pass\n"
        "bad = {'torch', 'PySide6', 'hnswlib', 'sqlite3', 'app', 'PIL.EpsImagePlugin', 'PIL.WmfImagePlugin'}\n"
        "sys.exit(','.join(bad & set(sys.modules)) or 0)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program, str(path)], cwd=root, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


# ---- the shared collection of bad files -----------------------------------------------------------------------------


def _bad_files() -> list[dict[str, str]]:
    with (BAD_FILES / "MANIFEST.tsv").open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row for row in rows if row["use"] == "dev"]


@pytest.mark.needs_shared
@pytest.mark.skipif(not BAD_FILES.is_dir(), reason="the shared files are not there")
def test_sixteen_bit_files_are_not_white() -> None:
    for name in ("gen_gray16.png", "gen_gray16.tif"):
        pixels = _pixels(BAD_FILES / "highdepth" / name)
        assert 100 < pixels.mean() < 160
        assert pixels.std() > 30


@pytest.mark.needs_shared
@pytest.mark.skipif(not BAD_FILES.is_dir(), reason="the shared files are not there")
def test_cmyk_files_agree_whatever_wrote_them() -> None:
    first, *others = [_pixels(BAD_FILES / "cmyk" / f"gen_{kind}.jpg") for kind in ("adobe", "no_adobe", "transform0")]
    for other in others:
        assert _difference(first, other) < 3


@pytest.mark.needs_shared
@pytest.mark.skipif(not BAD_FILES.is_dir(), reason="the shared files are not there")
def test_turned_files_of_all_formats_agree() -> None:
    """The collection's files of one orientation hold the same stored pixels, whichever format they are in."""
    names = [row["path"] for row in _bad_files() if row["path"].startswith("orientation/gen_ori")]
    for orientation in "1368":
        same = [name for name in names if name.startswith(f"orientation/gen_ori{orientation}.")]
        first, *others = [_pixels(BAD_FILES / name) for name in same]
        assert others
        for name, other in zip(same[1:], others, strict=True):
            assert _difference(first, other) < 6, name
