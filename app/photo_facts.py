"""What is told of a photo that is looked at: its size, its file, how alike it is. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale

from app import look_texts
from app.file_facts import FileFacts
from app.texts import away, joined, size
from engine.types import Hit


def facts_of(hit: Hit, file: FileFacts | None = None) -> str:
    """All in one line: "4000 × 3000 pixels · 3.2 MB · changed 12 May 2019 14:02 · 87 % alike"."""
    return joined(
        look_texts.PIXELS.format(width=hit.width_px, height=hit.height_px),
        *file_parts(file),
        look_texts.ALIKE.format(n=round(hit.score * 100)),
        away(hit),
    )


def file_parts(file: FileFacts | None) -> tuple[str, ...]:
    """The size of the file and when it was changed, as this user's system writes a time; nothing while not known."""
    if file is None:
        return ()
    when = QLocale().toString(QDateTime.fromSecsSinceEpoch(int(file.changed_at)), QLocale.FormatType.ShortFormat)
    return size(file.n_bytes), look_texts.CHANGED.format(when=when)
