"""Drawn photos of things to learn from: the same figure on another background, at another size, in other light."""

from __future__ import annotations

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
    side = rng.randint(SIDE_PX // 2, SIDE_PX * 7 // 8)
    figure = _figure(instance).resize((side, side)).rotate(rng.uniform(-12, 12), Image.Resampling.BICUBIC)
    image.paste(figure, (rng.randint(0, SIDE_PX - side), rng.randint(0, SIDE_PX - side)), figure)
    image = ImageEnhance.Brightness(image).enhance(rng.uniform(0.7, 1.3))
    return image.crop((0, 0, SIDE_PX - rng.randint(0, 24), SIDE_PX))


def _figure(instance: int) -> Image.Image:
    """A disc with marks, which are what tells it from the others: colours alone would not."""
    rng = random.Random(f"figure {instance}")
    image = Image.new("RGBA", (SIDE_PX, SIDE_PX))
    pen = ImageDraw.Draw(image)
    pen.ellipse((2, 2, SIDE_PX - 2, SIDE_PX - 2), fill=(200, 190, 170, 255))
    for _ in range(6):
        x, y = (rng.randint(SIDE_PX // 5, SIDE_PX * 4 // 5) for _ in range(2))
        half = rng.randint(SIDE_PX // 16, SIDE_PX // 6)
        colour = (*(rng.randint(0, 255) for _ in range(3)), 255)
        shape = rng.choice((pen.ellipse, pen.rectangle))
        shape((x - half, y - half, x + half, y + half), fill=colour, outline=(30, 30, 30, 255))
    return image


def _background(rng: random.Random) -> Image.Image:
    noise = np.random.default_rng(rng.randrange(1 << 30)).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC).filter(
        ImageFilter.GaussianBlur(rng.uniform(0, 3))
    )
