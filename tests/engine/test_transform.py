from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from engine.transform import InputRule, box_edges_px, box_size_px, resize_input, to_input
from engine.types import Box
from tests.helpers.photo_maker import scene

RULE = InputRule()


@pytest.mark.parametrize("size", [(4000, 3000), (800, 600), (600, 800), (640, 480), (500, 500), (3000, 1000)])
def test_inputs_keep_the_aspect_ratio_and_the_area(size: tuple[int, int]) -> None:
    width, height = RULE.size_for(*size)
    assert width % 32 == height % 32 == 0
    assert width / height == pytest.approx(size[0] / size[1], rel=0.15)
    assert width * height == pytest.approx(RULE.area_px, rel=0.15)


@pytest.mark.parametrize("size", [(1, 1), (1, 100_000), (30_000, 2), (65_535, 65_535)])
def test_extreme_pictures_give_inputs_of_sensible_size(size: tuple[int, int]) -> None:
    width, height = RULE.size_for(*size)
    assert min(width, height) >= 64
    assert width * height < 1.5 * RULE.area_px


def test_a_box_is_as_large_as_its_part_of_the_whole_input() -> None:
    whole = RULE.size_for(1600, 1200)
    box = RULE.size_for(1600, 1200, Box(0.1, 0.1, 0.8, 0.8))
    assert box[0] == pytest.approx(whole[0] * 0.7, abs=24)
    assert box[1] == pytest.approx(whole[1] * 0.7, abs=24)


def test_a_small_box_gets_the_least_area() -> None:
    width, height = RULE.size_for(4000, 3000, Box(0.5, 0.5, 0.51, 0.51))
    assert width * height == pytest.approx(RULE.min_box_area_px, rel=0.2)


@pytest.mark.parametrize(
    "box", [Box(0, 0, 1, 1), Box(0.999, 0.999, 1, 1), Box(0, 0, 1e-9, 1e-9), Box(0.3, 0.2, 0.7, 0.9)]
)
@pytest.mark.parametrize("size", [(1, 1), (2, 1000), (800, 600)])
def test_edges_of_a_box_lie_inside_and_hold_a_pixel(box: Box, size: tuple[int, int]) -> None:
    left, top, right, bottom = box_edges_px(*size, box)
    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]
    assert box_size_px(*size, box) == (right - left, bottom - top)


def test_an_input_holds_only_what_is_in_the_box() -> None:
    picture = Image.new("RGB", (200, 100), (255, 0, 0))
    picture.paste((0, 0, 255), (100, 0, 200, 100))
    pixels = to_input(picture, (64, 64), Box(0.5, 0, 1, 1))
    assert pixels.shape == (64, 64, 3)
    assert pixels.dtype == np.uint8
    assert (pixels[:, 2:] == (0, 0, 255)).all()  # the filter may see a pixel beyond the edge


def test_an_input_is_width_by_height() -> None:
    assert to_input(scene(), (448, 320)).shape == (320, 448, 3)


def test_an_input_can_be_scaled_to_another_that_the_network_takes() -> None:
    assert RULE.scaled((640, 480), 0.5) == (320, 256)  # 240 lies between 224 and 256
    assert RULE.scaled((64, 96), 0.5) == (64, 64)  # never smaller than 64
    rgb = to_input(scene(), (640, 448))
    smaller = resize_input(rgb, (320, 224))
    assert (smaller.shape, smaller.dtype) == ((224, 320, 3), np.uint8)
    block = rgb.reshape(224, 2, 320, 2, 3).mean(axis=(1, 3))
    assert np.abs(smaller - block).mean() < 4
