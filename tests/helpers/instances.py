"""Drawn photos of things to learn from: the same figure on another background, at another size, in other light."""

from __future__ import annotations

import colorsys
import random
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

SIDE_PX = 128


def draw_instances(folder: Path, n_instances: int, n_photos: int, first: int = 0) -> Path:
    """FOLDER/<instance>/<photo>: `n_instances` things, `n_photos` of each; the same arguments draw the same photos."""
    for instance in range(first, first + n_instances):
        place = folder / f"thing{instance:02}"
        place.mkdir(parents=True)
        for number in range(n_photos):
            draw(instance, number).save(place / f"{number}.png")
    return folder


def draw_others(folder: Path, n_photos: int) -> Path:
    """Photos of background only."""
    folder.mkdir(parents=True)
    for number in range(n_photos):
        _background(random.Random(f"other {number}")).save(folder / f"{number}.png")
    return folder


def draw(instance: int, number: int) -> Image.Image:
    """Photo `number` of a thing: RGB, `SIDE_PX` or a little less in width."""
    rng = random.Random(f"{instance} {number}")
    image = _background(rng)
    side = rng.randint(SIDE_PX * 3 // 4, SIDE_PX)
    figure = _figure(instance).resize((side, side)).rotate(rng.uniform(-12, 12), Image.Resampling.BICUBIC)
    image.paste(figure, (rng.randint(0, SIDE_PX - side), rng.randint(0, SIDE_PX - side)), figure)
    image = ImageEnhance.Brightness(image).enhance(rng.uniform(0.85, 1.15))
    return image.crop((0, 0, SIDE_PX - rng.randint(0, 12), SIDE_PX))


def _figure(instance: int) -> Image.Image:
    """A disc with a pattern in two colours, both of which are its own."""
    rng = random.Random(f"figure {instance}")
    hue = (instance * 0.382) % 1  # neighbours get hues far apart
    first, second = _colour(hue, 0.9), _colour(hue + rng.choice((0.3, 0.5)), rng.choice((0.35, 1.0)))
    pattern = Image.new("RGB", (SIDE_PX, SIDE_PX), first)
    pen = ImageDraw.Draw(pattern)
    step = SIDE_PX // rng.choice((4, 6, 8))
    kind = instance % 4
    for i, y in enumerate(range(0, SIDE_PX, step)):
        for x in range(0 if kind != 2 else i % 2 * step, SIDE_PX, step if kind in (0, 1) else 2 * step):
            box = (x, y, x + step // 2, y + step // 2) if kind == 1 else (x, y, x + step - 1, y + step - 1)
            (pen.ellipse if kind in (0, 1) else pen.rectangle)(box, fill=second)
    figure = Image.new("RGBA", (SIDE_PX, SIDE_PX))
    mask = Image.new("L", figure.size)
    ImageDraw.Draw(mask).ellipse((2, 2, SIDE_PX - 2, SIDE_PX - 2), fill=255)
    figure.paste(pattern, (0, 0), mask)
    return figure


def _colour(hue: float, value: float) -> tuple[int, int, int]:
    red, green, blue = (round(255 * part) for part in colorsys.hsv_to_rgb(hue % 1, 0.9, value))
    return red, green, blue


def _background(rng: random.Random) -> Image.Image:
    noise = np.random.default_rng(rng.randrange(1 << 30)).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC).filter(
        ImageFilter.GaussianBlur(rng.uniform(0, 3))
    )
