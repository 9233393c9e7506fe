"""What is told of a photo that is looked at: its size, its file, how alike it is. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale

from app import look_texts
from app.file_facts import FileFacts
from app.texts import away, joined, size, together
from engine.types import Hit


def facts_of(hit: Hit, file: FileFacts | None = None) -> str:
    """All in one line: "4000 × 3000 pixels · 3.2 MB · 87 % alike · changed 12 May 2019 14:02"."""
    return joined(
        look_texts.PIXELS.format(width=hit.width_px, height=hit.height_px),
        "" if file is None else size(file.n_bytes),
        look_texts.ALIKE.format(n=round(hit.score * 100)),
        together(hit),
        away(hit),
        "" if file is None else look_texts.CHANGED.format(when=_as_written(file.changed_at)),
    )


def _as_written(seconds: float) -> str:
    """A time in seconds since 1970, as this user's system writes it."""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(seconds)), QLocale.FormatType.ShortFormat)
