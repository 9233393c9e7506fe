from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from engine import limits
from engine.decode import DecodedPhoto, DecodeRequest, decode
from engine.decoders import Decoders
from engine.errors import DamagedPhoto, PhotoTooLarge, UnsupportedFormat
from engine.transform import InputRule
from tests.helpers.dng_maker import dng, preview_jpeg
from tests.helpers.photo_maker import scene, truncated

SMALL = InputRule(area_px=96 * 64, min_box_area_px=96 * 64)
LARGE = InputRule(area_px=400 * 300, min_box_area_px=400 * 300)
_UNDO = {  # what the sensor of a camera held this way sees of the upright scene
    1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270,
}  # fmt: skip


def _seen(orientation: int, size: tuple[int, int] = (240, 160)) -> Image.Image:
    undo = _UNDO[orientation]
    return scene(*size) if undo is None else scene(*size).transpose(undo)


def _picture(photo: DecodedPhoto) -> np.ndarray:
    assert photo.picture is not None
    return photo.picture.astype(int)


def _difference(picture: np.ndarray, expected: Image.Image) -> float:
    """How far they are apart, however bright the whole was made."""
    height, width = picture.shape[:2]
    grey = np.asarray(Image.fromarray(picture.astype(np.uint8)).convert("L").resize((48, 32))).astype(float)
    other = np.asarray(expected.convert("L").resize((48, 32))).astype(float)
    assert abs(width / height - expected.width / expected.height) < 0.2
    return float(np.abs((grey - grey.mean()) / grey.std() - (other - other.mean()) / other.std()).mean())


# ---- the sensor's data ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", _UNDO)
def test_without_a_preview_the_sensors_data_is_shown_upright(orientation: int, tmp_path: Path) -> None:
    path = dng(tmp_path / "a.dng", _seen(orientation), orientation)
    photo = decode(DecodeRequest(str(path), rule=SMALL, thumbnail_px=60, picture_px=4000))
    assert (photo.width_px, photo.height_px) == (240, 160)  # of the sensor, not of what was decoded
    assert _picture(photo).shape == (80, 120, 3)
    assert _difference(_picture(photo), scene()) < 0.12
    assert _difference(_picture(photo), ImageOps.flip(scene())) > 0.5
    assert photo.rgb is not None
    assert photo.rgb.shape == (*SMALL.size_for(240, 160)[::-1], 3)
    assert photo.thumbnail is not None
    assert max(photo.thumbnail.shape) == 60


def test_the_colours_are_those_of_the_scene(tmp_path: Path) -> None:
    bars = Image.new("RGB", (240, 160), (200, 200, 200))
    for number, colour in enumerate([(200, 60, 60), (60, 200, 60), (60, 60, 200)]):
        bars.paste(colour, (20 + 70 * number, 40, 60 + 70 * number, 120))
    picture = _picture(decode(DecodeRequest(str(dng(tmp_path / "a.dng", bars)), picture_px=4000)))
    for number in range(3):
        colour = picture[40, 20 + 35 * number]
        assert colour[number] > 2 * np.delete(colour, number).max()
    assert np.ptp(picture[5, 5]) < 6  # grey stays grey


def test_what_is_named_as_a_tiff_is_a_raw_file_all_the_same(tmp_path: Path) -> None:
    photo = decode(DecodeRequest(str(dng(tmp_path / "a.tif", _seen(6), 6)), picture_px=4000))
    assert (photo.width_px, photo.height_px) == (240, 160)
    assert _difference(_picture(photo), scene()) < 0.12


# ---- the camera's own picture ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", _UNDO)
@pytest.mark.parametrize("kind", ["no exif", "its own exif", "exif that says upright", "stored upright"])
def test_a_preview_is_turned_once_whoever_tells_how(kind: str, orientation: int, tmp_path: Path) -> None:
    if kind == "exif that says upright" and orientation == 3:
        pytest.skip("nothing could tell")
    if kind == "stored upright":
        if orientation == 3:
            pytest.skip("nothing could tell")
        stored, data = scene(), preview_jpeg(scene(), 1)
    else:
        stored = _seen(orientation)
        data = preview_jpeg(stored, {"no exif": None, "its own exif": orientation}.get(kind, 1))
    # The sensor has seen nothing: what is shown is the preview.
    sensor = Image.new("RGB", _seen(orientation).size)
    path = dng(tmp_path / "a.dng", sensor, orientation, data, stored.size)
    photo = decode(DecodeRequest(str(path), rule=SMALL, picture_px=4000))
    assert (photo.width_px, photo.height_px) == (240, 160)
    assert np.abs(_picture(photo) - np.asarray(scene()).astype(int)).mean() < 3


def test_a_preview_that_is_too_small_is_not_used(tmp_path: Path) -> None:
    small = Image.new("RGB", (60, 45))
    path = dng(tmp_path / "a.dng", scene(800, 600), 1, preview_jpeg(small), small.size)
    assert _difference(_picture(decode(DecodeRequest(str(path), picture_px=300))), scene(800, 600)) < 0.12
    assert _picture(decode(DecodeRequest(str(path), picture_px=50))).max() < 10  # for this it is large enough


def test_a_preview_of_another_shape_is_not_used(tmp_path: Path) -> None:
    wide = Image.new("RGB", (800, 400))
    path = dng(tmp_path / "a.dng", scene(800, 600), 1, preview_jpeg(wide), wide.size)
    assert _difference(_picture(decode(DecodeRequest(str(path), picture_px=300))), scene(800, 600)) < 0.12


def test_a_broken_preview_does_not_cost_the_photo(tmp_path: Path) -> None:
    data = preview_jpeg(scene(800, 600))
    path = dng(tmp_path / "a.dng", scene(800, 600), 1, data[:400] + bytes(len(data) - 400), (800, 600))
    assert _difference(_picture(decode(DecodeRequest(str(path), picture_px=300))), scene(800, 600)) < 0.12


def test_the_input_is_covered_whichever_picture_it_is_made_of(tmp_path: Path) -> None:
    path = dng(tmp_path / "a.dng", scene(1200, 900), 1, preview_jpeg(scene(300, 225)), (300, 225))
    for rule in (SMALL, LARGE):
        photo = decode(DecodeRequest(str(path), rule=rule))
        assert photo.rgb is not None
        assert photo.rgb.shape == (*rule.size_for(1200, 900)[::-1], 3)
        assert _difference(photo.rgb.astype(int), scene(1200, 900)) < 0.15


# ---- what cannot be used --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.02, 0.5, 0.99])
def test_a_truncated_raw_file_is_damaged(share: float, tmp_path: Path) -> None:
    with pytest.raises(DamagedPhoto, match="Copy it again"):
        decode(DecodeRequest(str(truncated(dng(tmp_path / "a.dng", scene()), share)), rule=SMALL))


@pytest.mark.parametrize(
    ("name", "head"),
    [("a.cr3", b"\0\0\0\x18ftypcrx \0\0\0\1crx isom"), ("a.raf", b"FUJIFILMCCD-RAW 0201"), ("a.orf", b"IIRO\x08\0\0\0"),
     ("a.rw2", b"IIU\0\x08\0\0\0"), ("a.crw", b"II\x1a\0\0\0HEAPCCDR"), ("a.x3f", b"FOVb\0\0\3\0"), ("a.mrw", b"\0MRM"),
     ("a.nef", b"MM\0*\0\0\0\x08"), ("a.jpg", b"II*\0\x10\0\0\0CR\2\0")],
)  # fmt: skip
def test_a_raw_file_with_nothing_in_it_says_so(name: str, head: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(head + bytes(range(256)) * 20)
    with pytest.raises((DamagedPhoto, UnsupportedFormat), match=name):
        decode(DecodeRequest(str(path), rule=SMALL))


def test_memory_is_reckoned_before_anything_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = dng(tmp_path / "a.dng", scene(800, 600), 1, preview_jpeg(scene(200, 150)), (200, 150))
    monkeypatch.setattr(limits, "MAX_DECODED_BYTES", 800 * 600 * 6)
    assert decode(DecodeRequest(str(path), rule=SMALL)).rgb is not None  # the preview costs next to nothing
    with pytest.raises(PhotoTooLarge, match="800 x 600"):
        decode(DecodeRequest(str(path), picture_px=400))


def test_without_the_library_the_format_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rawpy", None)
    with pytest.raises(UnsupportedFormat, match=r"camera raw.*Python package rawpy"):
        decode(DecodeRequest(str(dng(tmp_path / "a.dng", scene())), rule=SMALL))


def test_a_decoder_process_reads_raw_files_within_its_limits(tmp_path: Path) -> None:
    path = dng(tmp_path / "a.dng", _seen(6, (1200, 900)), 6)
    with Decoders(1) as pool:
        for _ in range(2):
            photo = pool.decode(DecodeRequest(str(path), rule=LARGE, thumbnail_px=320), 60)
            assert (photo.width_px, photo.height_px) == (1200, 900)
