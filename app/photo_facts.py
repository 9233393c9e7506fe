"""What is told of a photo that is looked at: its size, its file, how alike it is. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, Qt

from app import look_texts
from app.file_facts import FileFacts
from app.texts import away, joined, printable, size, together
from engine.types import Hit


def facts_of(hit: Hit, file: FileFacts | None = None) -> str:
    """All in one line: "4000 × 3000 pixels · 3.2 MB · 87 % alike · taken 12 May 2019 14:02 · Camera".

    Where it is not known when a photo was taken, the time of its file is told.
    """
    return joined(
        look_texts.PIXELS.format(width=hit.width_px, height=hit.height_px),
        "" if file is None else size(file.n_bytes),
        look_texts.ALIKE.format(n=round(hit.score * 100)),
        together(hit),
        away(hit),
        _when(hit, file),
        printable(hit.camera),
    )


def _when(hit: Hit, file: FileFacts | None) -> str:
    """When the photo was taken, or of when its file is, as this user's system writes a time."""
    taken = QDateTime.fromString(hit.taken, Qt.DateFormat.ISODate) if hit.taken is not None else QDateTime()
    if taken.isValid():
        return look_texts.TAKEN.format(when=_written(taken))
    if file is None:
        return ""
    return look_texts.CHANGED.format(when=_written(QDateTime.fromSecsSinceEpoch(int(file.changed_at))))


def _written(moment: QDateTime) -> str:
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)
