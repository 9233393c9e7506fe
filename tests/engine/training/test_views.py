"""Views of photos, and the store they end in."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import NotAPicture
from engine.training.settings import ViewRule
from engine.training.store import InputStore, remove_inputs
from engine.training.views import ViewRequest, _cropped, make_view, random_view
from engine.transform import InputRule
from tests.helpers.instances import draw

RULE = InputRule(area_px=96 * 96)


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    draw(1, 1).save(path)
    return str(path)


# ---- views ------------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_view(photo):
    first, again, other = (make_view(ViewRequest(photo, RULE, ViewRule(), seed)) for seed in ("1", "1", "2"))
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, again)
    assert first.shape != other.shape or (first != other).any()


def test_the_whole_photo_is_what_searching_sees(photo):
    view = make_view(ViewRequest(photo, RULE, ViewRule(), None))
    with Image.open(photo) as image:
        size = RULE.size_for(*image.size)
        expected = np.asarray(image.resize(size, Image.Resampling.BILINEAR))
    np.testing.assert_array_equal(view, expected)


def test_views_have_sides_of_32_the_scales_and_nearly_the_aspect():
    picture = np.asarray(Image.new("RGB", (300, 100), (10, 120, 240)))
    rule = InputRule(area_px=512 * 512)
    sizes = [random_view(picture, rule, ViewRule(scales=(0.5, 1.0)), random.Random(seed)).shape for seed in range(100)]
    assert all(height % 32 == 0 and width % 32 == 0 for height, width, _ in sizes)
    areas = [height * width / 512**2 for height, width, _ in sizes]
    assert all(0.4 < area < 0.6 or 0.85 < area < 1.15 for area in areas)
    assert min(areas) < 0.6 < max(areas)
    # A crop is at most a quarter longer or shorter than the photo, as long as it fits in it.
    assert all(1.6 < width / height < 4.2 for height, width, _ in sizes)


def test_nothing_is_mirrored():
    # Dark on the left, bright on the right, whatever is done to it.
    picture = np.repeat(np.linspace(0, 255, 256, dtype=np.uint8)[None, :, None], 256, axis=0).repeat(3, axis=2)
    for seed in range(30):
        view = random_view(picture, RULE, ViewRule(tilt_degrees=5), random.Random(seed)).astype(float)
        assert view[:, : view.shape[1] // 2].mean() < view[:, view.shape[1] // 2 :].mean()


def test_at_least_the_wanted_share_of_the_photo_is_seen():
    ramp = np.repeat(np.arange(200, dtype=np.uint8)[None, :, None], 200, axis=0).repeat(3, axis=2)
    seen = []
    for seed in range(60):
        crop = np.asarray(_cropped(Image.fromarray(ramp), 0.5, random.Random(seed)))
        seen.append(crop.shape[0] * crop.shape[1] / 200**2)
    assert min(seen) > 0.44  # both sides are at most as long as the photo's, which may cost a little
    assert max(seen) > 0.9


def test_what_is_no_photo_is_told(tmp_path):
    path = tmp_path / "notes.jpg"
    path.write_text("not a picture")
    with pytest.raises(NotAPicture):
        make_view(ViewRequest(str(path), RULE, ViewRule(), "1"))


# ---- the store --------------------------------------------------------------------------------------------------

VIEWS = {
    (0, 0): np.arange(24, dtype=np.float16).reshape(2, 3, 4),
    (0, 1): np.arange(12, dtype=np.uint8).reshape(2, 2, 3),
    (1, 0): np.full((1, 2, 2), 0.5, dtype=np.float16),
}


def stored(folder: Path, key: str = "ab12") -> InputStore:
    store = InputStore(folder, key)
    with store.writer() as writer:
        for view, array in VIEWS.items():
            writer.add(view, array)
    return store


def test_what_was_stored_is_read_again(tmp_path):
    folder = tmp_path / "run" / "inputs"
    writing = stored(folder)
    reading = InputStore(folder, "ab12")
    assert reading.open_finished()
    for store in (writing, reading):
        assert store.views() == list(VIEWS)
        for view, array in VIEWS.items():
            np.testing.assert_array_equal(store.read(view), array)
            assert store.read(view).dtype == array.dtype


def test_nothing_is_read_that_was_not_finished(tmp_path):
    assert not InputStore(tmp_path / "none", "ab12").open_finished()
    store = InputStore(tmp_path, "ab12")
    with suppress(KeyError), store.writer() as writer:
        writer.add((0, 0), VIEWS[0, 0])
        raise KeyError
    assert not InputStore(tmp_path, "ab12").open_finished()
    assert list(tmp_path.iterdir()) == []


def test_a_store_of_another_key_is_not_used(tmp_path):
    stored(tmp_path, "ab12")
    assert not InputStore(tmp_path, "cd34").open_finished()
    stored(tmp_path, "cd34")  # and both may lie in one folder
    assert InputStore(tmp_path, "ab12").open_finished()


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data + b"x"])
def test_a_store_of_the_wrong_size_is_not_used(tmp_path, damage):
    stored(tmp_path)
    path = tmp_path / "ab12.bin"
    path.write_bytes(damage(path.read_bytes()))
    assert not InputStore(tmp_path, "ab12").open_finished()


def test_a_damaged_list_is_not_used(tmp_path):
    stored(tmp_path)
    path = tmp_path / "ab12.json"
    path.write_bytes(path.read_bytes()[:40])
    assert not InputStore(tmp_path, "ab12").open_finished()


def test_only_what_is_theirs_is_removed(tmp_path):
    folder = tmp_path / "inputs"
    stored(folder)
    (folder / "photo.json").write_text("mine")
    remove_inputs(folder)
    assert [path.name for path in folder.iterdir()] == ["photo.json"]
    (folder / "photo.json").unlink()
    remove_inputs(folder)
    assert not folder.exists()
    remove_inputs(folder)
