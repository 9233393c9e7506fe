"""Which way up a picture belongs: EXIF orientations as what Pillow has to do. Needs Pillow only."""

from __future__ import annotations

from PIL import Image

ORIENTATION_TAG = 0x0112

TURNS = {  # EXIF orientation -> what makes the picture upright; all other values are upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def turn_of(image: Image.Image) -> Image.Transpose | None:
    """What makes the picture upright. Camera data that cannot be read must not cost the photo: it stays as it is."""
    try:
        return TURNS.get(image.getexif().get(ORIENTATION_TAG, 1))
    except Exception:  # noqa: BLE001 - boundary to Pillow's parsers of EXIF and XMP, which raise anything
        return None


def turned(size: tuple[int, int], turn: Image.Transpose | None) -> tuple[int, int]:
    """(width, height) after turning; a second turning gives back the first."""
    swaps = turn in (
        Image.Transpose.TRANSPOSE,
        Image.Transpose.TRANSVERSE,
        Image.Transpose.ROTATE_90,
        Image.Transpose.ROTATE_270,
    )
    return (size[1], size[0]) if swaps else size
