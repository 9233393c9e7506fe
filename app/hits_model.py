"""The hits of the current search as rows for a view."""

from __future__ import annotations

import html
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, Qt, QUrl, Slot

from app.bridge import Bridge
from app.texts import away, printable
from app.thumb_cache import ThumbCache
from engine.types import Hit, Located, SearchResult, with_place

Index = QModelIndex


class Role(IntEnum):
    """What `HitsModel.data` answers beside Qt's own roles."""

    HIT = Qt.ItemDataRole.UserRole  # Hit
    THUMBNAIL = Qt.ItemDataRole.UserRole + 1  # QImage | None; asking for one that is not in memory requests it
    SCORE = Qt.ItemDataRole.UserRole + 2  # float, 0..1


class HitsModel(QAbstractListModel):
    """Rows are the hits of one search, best first. Answers to any other search than the current one are dropped."""

    def __init__(self, bridge: Bridge, thumb_cache: ThumbCache, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumb_cache = thumb_cache
        self._current_job_id: int | None = None
        self._hits: tuple[Hit, ...] = ()
        self._rows: dict[Path, list[int]] = {}  # by thumbnail file: exact copies share one
        bridge.search_finished.connect(self.set_result)
        thumb_cache.images_arrived.connect(self._on_images_arrived)

    def set_current_job(self, job_id: int | None) -> None:
        """From now on only the answer to this search is shown; the rows stay until it comes."""
        self._current_job_id = job_id

    @Slot(int, object)
    def set_result(self, job_id: int, result: SearchResult) -> None:
        """Show these hits, if they answer the current search."""
        if job_id == self._current_job_id:
            self._set_hits(result.hits)

    def clear(self) -> None:
        """Show nothing, and drop the answer to the search that may be running."""
        self._current_job_id = None
        self._set_hits(())

    def set_places(self, places: Sequence[Located]) -> None:
        """Frame what was found in these photos, and raise their scores. No row moves."""
        found = {place.photo_id: place for place in places}
        rows = [row for row, hit in enumerate(self._hits) if hit.photo_id in found]
        self._hits = tuple(
            with_place(hit, found[hit.photo_id]) if hit.photo_id in found else hit for hit in self._hits
        )
        for first, last in runs_of(rows):
            self.dataChanged.emit(self.index(first), self.index(last), [Role.HIT, Role.SCORE])

    def rank_again(self) -> None:
        """Bring the hits into the order of their scores, which `set_places` has changed."""
        ranked = sorted(self._hits, key=lambda hit: -hit.score)
        self._set_hits(tuple(replace(hit, rank=rank) for rank, hit in enumerate(ranked, start=1)))

    def hit(self, row: int) -> Hit:
        return self._hits[row]

    def row_of(self, photo_id: int) -> int | None:
        """The row of a photo, or None if it is not among the hits."""
        return next((row for row, hit in enumerate(self._hits) if hit.photo_id == photo_id), None)

    def request_thumbnails(self, rows: Sequence[int]) -> None:
        """Read the thumbnails of these rows, in this order, and drop requests for all others."""
        self._thumb_cache.request_only(self._hits[row] for row in rows if row < len(self._hits))

    # ---- Qt's model ---------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = Index()) -> int:  # noqa: B008 - Qt's signature; an invalid index is immutable
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._hits):
            return None
        hit = self._hits[index.row()]
        match role:
            case Role.HIT:
                return hit
            case Role.THUMBNAIL:
                return self._thumb_cache.image(hit)
            case Role.SCORE:
                return hit.score
            case Qt.ItemDataRole.DisplayRole:
                return file_name(hit)
            case Qt.ItemDataRole.ToolTipRole:
                lines = [printable(hit.path), away(hit)]
                return f"<span>{'<br>'.join(map(html.escape, filter(None, lines)))}</span>"  # names may look rich
            case Qt.ItemDataRole.AccessibleTextRole:
                return spoken(hit)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else flags

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[Index]) -> QMimeData:
        """The photos' files, to be dropped elsewhere."""
        mime = QMimeData()
        mime.setUrls([file_url(self._hits[index.row()].path) for index in indexes])
        return mime

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction  # never move: the photos stay where they are

    # ---- changes ------------------------------------------------------------------------------------------------

    def _set_hits(self, hits: tuple[Hit, ...]) -> None:
        if hits == self._hits:  # searched again while the library grew, and nothing better was found
            return
        self.beginResetModel()
        self._hits = hits
        rows = defaultdict(list)
        for row, hit in enumerate(hits):
            rows[hit.thumbnail].append(row)
        self._rows = dict(rows)
        self.endResetModel()

    @Slot(object)
    def _on_images_arrived(self, files: set[Path]) -> None:
        rows = sorted(row for file in files for row in self._rows.get(file, ()))
        for first, last in runs_of(rows):
            self.dataChanged.emit(self.index(first), self.index(last), [Role.THUMBNAIL])


def runs_of(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending rows as ranges (first, last) without gaps: [1, 2, 3, 7] -> [(1, 3), (7, 7)]."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs


def file_url(path: str) -> QUrl:
    """The URL of a file, byte for byte, also for names that are not valid in the file system's encoding."""
    return QUrl.fromEncoded(Path(path).as_uri().encode()) if os.name == "posix" else QUrl.fromLocalFile(path)


def file_name(hit: Hit) -> str:
    """The name of the hit's file, fit to be shown."""
    return printable(os.path.basename(hit.path))


def spoken(hit: Hit) -> str:
    """A hit for screen readers: "2nd, 87 percent, beach.jpg"."""
    text = f"{ordinal(hit.rank)}, {round(hit.score * 100)} percent, {file_name(hit)}"
    return text if hit.online else f"{text}, {away(hit)}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st..."""
    endings = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in (11, 12, 13) else endings.get(number % 10, 'th')}"
