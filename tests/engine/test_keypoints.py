"""Finding a part of a photo again by its details: where, how sure, and not where it is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from engine.keypoints import MIN_MATCHES, KeyPoints, find_keypoints, find_place
from engine.types import Box

PHOTOS = Path(__file__).parents[1] / "photos"
BOX = Box(0.3, 0.25, 0.7, 0.75)


def _picture(name: str) -> Image.Image:
    with Image.open(PHOTOS / name) as image:
        image.thumbnail((640, 640))
        return image.convert("RGB")


def _pixels(image: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(image, dtype=np.uint8)


def _cut(image: Image.Image, box: Box) -> Image.Image:
    width, height = image.size
    return image.crop((int(box.x0 * width), int(box.y0 * height), int(box.x1 * width), int(box.y1 * height)))


def _overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / (one.area + other.area - width * height)


@pytest.mark.parametrize("scale", [0.6, 1.0, 1.8])
def test_a_part_is_found_where_it_was_cut_from_at_any_scale(scale: float) -> None:
    photo = _picture("single/roman-colosseum.jpg")
    part = _cut(photo, BOX)
    part = part.resize((round(part.width * scale), round(part.height * scale)))
    place = find_place(find_keypoints(_pixels(part)), find_keypoints(_pixels(photo)))
    assert place is not None
    assert place.box is not None
    assert _overlap(place.box, BOX) > 0.9
    assert place.n_matches > 4 * MIN_MATCHES


def test_a_part_is_found_in_a_photo_that_is_turned() -> None:
    photo = _picture("single/roman-colosseum.jpg")
    turned = photo.transpose(Image.Transpose.ROTATE_90)
    place = find_place(find_keypoints(_pixels(_cut(photo, BOX))), find_keypoints(_pixels(turned)))
    assert place is not None
    assert place.box is not None
    assert _overlap(place.box, Box(BOX.y0, 1 - BOX.x1, BOX.y1, 1 - BOX.x0)) > 0.9


def test_the_box_ends_at_the_edge_of_the_photo() -> None:
    photo = _picture("single/roman-colosseum.jpg")
    right_half = photo.crop((photo.width // 2, 0, photo.width, photo.height))
    place = find_place(find_keypoints(_pixels(photo)), find_keypoints(_pixels(right_half)))
    assert place is not None
    assert place.box is not None
    assert _overlap(place.box, Box(0, 0, 1, 1)) > 0.95


def test_a_part_is_not_found_in_other_photos() -> None:
    query = find_keypoints(_pixels(_cut(_picture("single/roman-colosseum.jpg"), BOX)))
    others = ["car02.jpg", "cat02.jpg", "dog01.jpg", "frog04.jpg", "ship02.jpg", "the-spices-of-life.jpg"]
    assert [find_place(query, find_keypoints(_pixels(_picture(f"single/{name}")))) for name in others] == [None] * 6


def test_pictures_without_details_are_found_nowhere() -> None:
    plain = find_keypoints(np.full((300, 400, 3), 128, dtype=np.uint8))
    photo = find_keypoints(_pixels(_picture("single/cat02.jpg")))
    assert len(plain.positions) == 0
    assert find_place(plain, photo) is None
    assert find_place(photo, plain) is None


def test_hand_made_details_give_the_box_of_their_shift_and_scale() -> None:
    generator = np.random.default_rng(1)
    looks = generator.integers(0, 60, (40, 128), dtype=np.uint8)
    positions = generator.uniform(0, 100, (40, 2)).astype(np.float32)
    query = KeyPoints(positions, looks, 100, 100)
    photo = KeyPoints(positions * 2 + np.float32([50, 100]), looks, 400, 400)
    place = find_place(query, photo)
    assert place is not None
    edges = (place.box.x0, place.box.y0, place.box.x1, place.box.y1)
    assert edges == pytest.approx((50 / 400, 100 / 400, 250 / 400, 300 / 400), abs=0.002)
    assert place.n_matches == 40
    few = KeyPoints(positions[: MIN_MATCHES - 1], looks[: MIN_MATCHES - 1], 100, 100)
    assert find_place(few, photo) is None


def test_one_detail_that_many_are_like_counts_once() -> None:
    generator = np.random.default_rng(2)
    looks = generator.integers(0, 60, (2, 128), dtype=np.uint8)
    same = KeyPoints(np.full((20, 2), 50, dtype=np.float32), np.repeat(looks[:1], 20, axis=0), 100, 100)
    photo = KeyPoints(np.float32([[10, 10], [90, 90]]), looks, 100, 100)
    assert find_place(same, photo) is None


def test_the_strongest_details_come_first() -> None:
    photo = find_keypoints(_pixels(_picture("single/roman-colosseum.jpg")))
    assert len(photo.strongest(50).positions) == len(photo.strongest(50).looks) == 50
    assert (photo.strongest(50).looks == photo.looks[:50]).all()
    # They are those that also remain in a blurred picture, more than the weakest do.
    blurred = _picture("single/roman-colosseum.jpg").filter(ImageFilter.GaussianBlur(2))
    remaining = find_keypoints(_pixels(blurred)).positions
    near = [np.linalg.norm(remaining - position, axis=1).min() < 2 for position in photo.positions]
    assert np.mean(near[:300]) > np.mean(near[-300:])


@pytest.mark.parametrize(
    ("part", "wanted"),
    [
        (Box(0.1, 0.1, 0.3, 0.3), Box(70 / 400, 120 / 400, 110 / 400, 160 / 400)),  # among the details
        (Box(0.7, 0.1, 0.8, 0.3), None),  # no detail is near it
    ],
)
def test_a_part_is_framed_where_details_near_it_agree(part: Box, wanted: Box | None) -> None:
    generator = np.random.default_rng(1)
    looks = generator.integers(0, 60, (40, 128), dtype=np.uint8)
    positions = generator.uniform(0, 50, (40, 2)).astype(np.float32)
    query = KeyPoints(positions, looks, 100, 100)
    photo = KeyPoints(positions * 2 + np.float32([50, 100]), looks, 400, 400)
    place = find_place(query, photo, part)
    assert place is not None
    assert place.n_matches == 40
    if wanted is None:
        assert place.box is None
    else:
        assert place.box is not None
        assert _overlap(place.box, wanted) > 0.95


def test_a_part_that_would_be_outside_is_not_there() -> None:
    photo = _picture("single/roman-colosseum.jpg")
    left = find_keypoints(_pixels(photo.crop((0, 0, photo.width // 2, photo.height))))
    whole = find_keypoints(_pixels(photo))
    assert find_place(whole, left, Box(0.7, 0.3, 0.9, 0.6)) is None
    found = find_place(whole, left, Box(0.2, 0.3, 0.4, 0.6))
    assert found is not None
    assert found.box is not None
    assert _overlap(found.box, Box(0.4, 0.3, 0.8, 0.6)) > 0.9
