"""A photo as a hit of its own, beside any search: for showing it."""

from __future__ import annotations

from engine.library import Library
from engine.records import Photo
from engine.types import Hit


def plain_hit(library: Library, photo: Photo, score: float, rank: int = 1) -> Hit:
    """The photo with this score, cut to 0..1."""
    return Hit(
        rank=rank,
        photo_id=photo.photo_id,
        path=photo.path,
        score=min(max(score, 0.0), 1.0),
        box=None,
        thumbnail=library.thumbnail(photo),
        width_px=photo.width_px,
        height_px=photo.height_px,
        online=photo.online and not photo.missing,
        drive="" if photo.online else photo.drive,
        taken=photo.shot.taken,
        camera=photo.shot.camera,
    )
