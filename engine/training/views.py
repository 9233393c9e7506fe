"""A photo as it might have been taken at another moment: what the network sees of it in training.

Scale, crop, tilt, light, colour, blur and compression are drawn at random, the aspect ratio is kept. Nothing is
mirrored: a mirrored thing is another thing. Runs in the decoder processes (`engine.decoders`); Pillow and numpy only.
"""

from __future__ import annotations

import dataclasses
import io
import random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

from engine.decode import DecodeRequest, decode
from engine.training.settings import ViewRule
from engine.transform import InputRule

_SOURCE_PX = 1024  # photos are decoded at this size before a view is cut out of them
_LIGHT = (-0.8, 0.6)  # of brightness, contrast and colour as powers of 2
_CONTRAST = (-0.5, 0.5)
_SATURATION = (-0.8, 0.5)
_WHITE_BALANCE = (-0.15, 0.15)
_BLUR_PX = (0.5, 1.5)
_JPEG_QUALITY = (25, 60)


@dataclasses.dataclass(frozen=True, slots=True)
class ViewRequest:
    """A view of a photo that is to be made.

    Args:
        path: the photo.
        rule: what size the network's input has.
        views: how far the view may differ from the photo.
        seed: the same seed gives the same view; None for the whole photo as searching sees it.
    """

    path: str
    rule: InputRule
    views: ViewRule
    seed: str | None


def make_view(request: ViewRequest) -> NDArray[np.uint8]:
    """The view as the network's input, uint8 [H, W, 3].

    Raises:
        PhotoError: the photo cannot be read.
    """
    if request.seed is None:
        rgb = decode(DecodeRequest(request.path, rule=request.rule)).rgb
        assert rgb is not None  # a rule was given
        return rgb
    picture = decode(DecodeRequest(request.path, picture_px=_SOURCE_PX)).picture
    assert picture is not None  # a size was given
    return random_view(picture, request.rule, request.views, random.Random(request.seed))


def random_view(
    picture: NDArray[np.uint8], rule: InputRule, views: ViewRule, rng: random.Random
) -> NDArray[np.uint8]:
    """A random view of a picture, uint8 [H, W, 3], as the network's input, uint8 [H', W', 3]."""
    image = _cropped(Image.fromarray(picture), views.least_crop, rng)
    if rng.random() < 0.25:
        # The corners get the photo's mean colour, which says less than black would.
        mean = tuple(int(value) for value in picture.reshape(-1, 3).mean(axis=0))
        angle = rng.uniform(-views.tilt_degrees, views.tilt_degrees)
        image = image.rotate(angle, Image.Resampling.BILINEAR, fillcolor=mean)
    scaled = dataclasses.replace(rule, area_px=round(rule.area_px * rng.choice(views.scales)))
    image = image.resize(scaled.size_for(*image.size), Image.Resampling.BILINEAR)
    if rng.random() < 0.8:
        image = _in_other_light(image, rng)
    if rng.random() < 0.2:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(*_BLUR_PX)))
    if rng.random() < 0.2:
        image = _compressed(image, rng.randint(*_JPEG_QUALITY))
    return np.array(image, dtype=np.uint8)


def _cropped(image: Image.Image, least_share: float, rng: random.Random) -> Image.Image:
    share, aspect = rng.uniform(least_share, 1.0), rng.uniform(0.8, 1.25)
    width = min(image.width, max(1, int(image.width * (share * aspect) ** 0.5)))
    height = min(image.height, max(1, int(image.height * (share / aspect) ** 0.5)))
    left, top = rng.randint(0, image.width - width), rng.randint(0, image.height - height)
    return image.crop((left, top, left + width, top + height))


def _in_other_light(image: Image.Image, rng: random.Random) -> Image.Image:
    image = ImageEnhance.Brightness(image).enhance(2 ** rng.uniform(*_LIGHT))
    image = ImageEnhance.Contrast(image).enhance(2 ** rng.uniform(*_CONTRAST))
    image = ImageEnhance.Color(image).enhance(2 ** rng.uniform(*_SATURATION))
    gains = np.array([2 ** rng.uniform(*_WHITE_BALANCE) for _ in range(3)], dtype=np.float32)
    return Image.fromarray((np.asarray(image, dtype=np.float32) * gains).clip(0, 255).astype(np.uint8))


def _compressed(image: Image.Image, quality: int) -> Image.Image:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality)
    return Image.open(io.BytesIO(stream.getvalue())).convert("RGB")
