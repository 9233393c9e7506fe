"""The hits of the current search as rows for a view."""

from __future__ import annotations

import html
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, Qt, QTimer, QUrl, Signal, Slot

from app import result_texts, teaching_texts
from app.arranging import Arranged, Arrangement, Section, Steps, arrange
from app.bridge import Bridge
from app.columns import Columns, Facet
from app.parts import Parts
from app.texts import away, printable, together
from app.thumb_cache import ThumbCache
from app.words import tr
from engine.types import Box, Hit, Query, SearchResult, raised

Index = QModelIndex
_WORK_S = 0.008


class Role(IntEnum):
    """What `HitsModel.data` answers beside Qt's own roles."""

    HIT = Qt.ItemDataRole.UserRole  # Hit
    THUMBNAIL = Qt.ItemDataRole.UserRole + 1  # QImage | None; asking for one that is not in memory requests it
    SCORE = Qt.ItemDataRole.UserRole + 2  # float, 0..1
    IN_OPEN_STACK = Qt.ItemDataRole.UserRole + 4  # bool: one of near-identical shots that are all shown
    MARK = Qt.ItemDataRole.UserRole + 5  # bool | None: whether the user has marked it as the same, or as something else
    STACK = Qt.ItemDataRole.UserRole + 3  # int: how many near-identical shots the row stands for


@dataclass(frozen=True, slots=True)
class Framed:
    """Where the wanted parts of the query are in a photo, in their order; None for one that was not found, or
    is about all of it.

    `confidence` (0..1) is how sure that is where all were found, else None.
    """

    photo_id: int
    boxes: tuple[Box | None, ...]
    confidence: float | None = None


class HitsModel(QAbstractListModel):
    """Rows are the hits of one search that are to be shown, as `arrange` has asked for.

    Answers to any other search than the current one are dropped. Arranging many hits takes several turns of the event
    loop; until it is done the rows are as they were.

    Signals:
        arranged(): the rows are as asked for, also if none has changed.
        filled(): all qualities of the hits are known, so that values can be offered to choose from.
    """

    arranged = Signal()
    filled = Signal()

    def __init__(self, bridge: Bridge, thumb_cache: ThumbCache, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumb_cache = thumb_cache
        self._current_job_id: int | None = None
        self._asked: Parts | None = None  # with the current search
        self._answered: tuple[Query, Parts | None] | None = None  # by the hits
        self._is_same_answer = True
        self._must_reset = False  # as the next rows are those of another query
        self._columns = Columns(())  # of all hits of the answer
        self._arrangement = Arrangement()
        self._next_least_score = 0.0
        self._next_chosen: Mapping[Facet, frozenset[str]] | None = None
        self._good: list[int] = []
        self._n_passed = 0
        self._shown: list[Hit] = []
        self._sections: tuple[Section, ...] = ()
        self._stack_sizes: dict[int, int] = {}  # photo id -> size
        self._marks: dict[int, bool] = {}  # photo id -> as in Role.MARK
        self._asked_rows: set[int] = set()  # whose thumbnails are wanted
        self._steps: Steps | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._work)
        bridge.search_finished.connect(self.set_result)
        thumb_cache.images_arrived.connect(self._on_images_arrived)

    def set_current_job(
        self,
        job_id: int | None,
        least_score: float = 0.0,
        asked: Parts | None = None,
        chosen: Mapping[Facet, frozenset[str]] | None = None,
    ) -> None:
        """From now on only the answer to this search is shown, from this score on; the rows stay until it comes.

        `asked` is what it is for, `chosen` the filters that come with it; None: those that there are stay.
        """
        self._current_job_id, self._next_least_score, self._asked = job_id, least_score, asked
        self._next_chosen = chosen

    @Slot(int, object)
    def set_result(self, job_id: int, result: SearchResult) -> None:
        """Show these hits, if they answer the current search."""
        if job_id == self._current_job_id:
            answered = (result.query, self._asked)
            self._must_reset |= answered != self._answered
            self._answered = answered
            chosen = self._arrangement.chosen if self._next_chosen is None else self._next_chosen
            self._arrangement = replace(self._arrangement, min_score=self._next_least_score, chosen=chosen)
            self._set_hits(result.hits)

    def clear(self) -> None:
        """Show nothing, and drop the answer to the search that may be running."""
        self._current_job_id = self._answered = None
        self._set_hits(())

    def set_frames(self, frames: Sequence[Framed]) -> None:
        """Frame what was found in these photos, and raise the scores of those in which all was.

        No row moves, and none appears.
        """
        found = {framed.photo_id: framed for framed in frames}
        self._columns.update(
            _with_frames(hit, found[hit.photo_id]) if hit.photo_id in found else hit for hit in self._columns.hits
        )
        rows = [row for row, hit in enumerate(self._shown) if hit.photo_id in found]
        for row in rows:
            self._shown[row] = _with_frames(self._shown[row], found[self._shown[row].photo_id])
        for first, last in runs_of(rows):
            self.dataChanged.emit(self.index(first), self.index(last), [Role.HIT, Role.SCORE])

    def set_marks(self, marks: Mapping[int, bool]) -> None:
        """What the user has marked, by photo ids: True is the same, False is something else."""
        changed = {photo_id for photo_id in {*marks, *self._marks} if marks.get(photo_id) != self._marks.get(photo_id)}
        self._marks = dict(marks)
        for first, last in runs_of([row for row, hit in enumerate(self._shown) if hit.photo_id in changed]):
            self.dataChanged.emit(self.index(first), self.index(last), [Role.MARK])

    def marks(self) -> Mapping[int, bool]:
        """As they were set."""
        return self._marks

    def rank_again(self) -> None:
        """Bring the hits into the order of their scores, which `set_frames` has changed."""
        ranked = sorted(self._columns.hits, key=lambda hit: -hit.score)
        self._set_hits(tuple(replace(hit, rank=rank) for rank, hit in enumerate(ranked, start=1)))

    def hit(self, row: int) -> Hit:
        return self._shown[row]

    def row_of(self, photo_id: int) -> int | None:
        """The row of a photo, or None if it is not shown."""
        return next((row for row, hit in enumerate(self._shown) if hit.photo_id == photo_id), None)

    def request_thumbnails(self, rows: Sequence[int]) -> None:
        """Read the thumbnails of these rows, in this order, and drop requests for all others."""
        self._asked_rows = set(rows)
        self._thumb_cache.request_only(self._shown[row] for row in rows if row < len(self._shown))

    # ---- arranging ----------------------------------------------------------------------------------------------

    def arrange(self, arrangement: Arrangement) -> None:
        """Show the hits in this way from now on; those of later searches, too."""
        if arrangement != self._arrangement:
            self._arrangement = arrangement
            self._begin()  # while an answer is being arranged, it stays one

    def arrangement(self) -> Arrangement:
        """How the hits are shown, or are about to be."""
        return self._arrangement

    def columns(self) -> Columns:
        """All hits of the answer, shown or not, and their qualities."""
        return self._columns

    def good_rows(self) -> list[int]:
        """The numbers of the hits that are not below the least score, whether filters let them through or not."""
        return self._good

    def n_passed(self) -> int:
        """How many good hits pass the filters, those hidden in stacks included."""
        return self._n_passed

    def is_same_answer(self) -> bool:
        """During a reset: whether the rows are those of the same answer, only arranged in another way."""
        return self._is_same_answer

    def is_arranging(self) -> bool:
        """Whether the rows are not yet as asked for."""
        return self._steps is not None

    def sections(self) -> tuple[Section, ...]:
        """The parts of the rows, in their order; one without a key if there are no sections."""
        return self._sections

    def stack_size(self, row: int) -> int:
        """How many near-identical shots a row stands for; 1 if it is alone, or not the first of an open stack."""
        return self._stack_sizes.get(self._shown[row].photo_id, 1)

    def is_stack_open(self, row: int) -> bool:
        """Whether a row belongs to a stack of which all are shown."""
        stack = self._shown[row].stack
        return self._arrangement.stacks and bool(stack) and stack in self._arrangement.open_stacks

    def open_stack(self, row: int, is_open: bool) -> None:
        """Show all shots of the stack that a row belongs to, or only the first again."""
        stack = self._shown[row].stack
        if stack and self._arrangement.stacks:
            kept = self._arrangement.open_stacks - {stack}
            self.arrange(replace(self._arrangement, open_stacks=kept | {stack} if is_open else kept))

    # ---- Qt's model ---------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = Index()) -> int:  # noqa: B008 - Qt's signature; an invalid index is immutable
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        hit = self._shown[index.row()]
        match role:
            case Role.HIT:
                return hit
            case Role.THUMBNAIL:
                image = self._thumb_cache.image(hit)
                if image is None:
                    self._asked_rows.add(index.row())
                return image
            case Role.SCORE:
                return hit.score
            case Role.IN_OPEN_STACK:
                return self.is_stack_open(index.row())
            case Role.MARK:
                return self._marks.get(hit.photo_id)
            case Role.STACK:
                return self.stack_size(index.row())
            case Qt.ItemDataRole.DisplayRole:
                return file_name(hit)
            case Qt.ItemDataRole.ToolTipRole:
                lines = [printable(hit.path), together(hit), away(hit)]
                return f"<span>{'<br>'.join(map(html.escape, filter(None, lines)))}</span>"  # names may look rich
            case Qt.ItemDataRole.AccessibleTextRole:
                return spoken(hit, self.stack_size(index.row()), self._marks.get(hit.photo_id))
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else flags

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[Index]) -> QMimeData:
        """The photos' files, to be dropped elsewhere."""
        mime = QMimeData()
        mime.setUrls([file_url(self._shown[index.row()].path) for index in indexes])
        return mime

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction  # never move: the photos stay where they are

    # ---- changes ------------------------------------------------------------------------------------------------

    def _set_hits(self, hits: tuple[Hit, ...]) -> None:
        self._is_same_answer = False
        if hits != self._columns.hits:  # else: searched again while the library grew, and nothing better was found
            self._columns = Columns(hits)
            self._arrangement = replace(self._arrangement, open_stacks=frozenset())
        self._begin()

    def _begin(self) -> None:
        self._steps = arrange(self._columns, self._arrangement)
        self._work()

    @Slot()
    def _work(self) -> None:
        """Go on with arranging, then with the qualities of the hits, for as long as nobody could notice."""
        until = time.perf_counter() + _WORK_S
        while self._steps is not None and time.perf_counter() < until:
            try:
                next(self._steps)
            except StopIteration as stop:
                self._steps = None
                self._show(stop.value)
        if self._steps is None and not self._columns.is_filled and time.perf_counter() < until:
            for _ in self._columns.fill():
                if time.perf_counter() >= until:
                    break
            if self._columns.is_filled:
                self.filled.emit()
        if self._steps is not None or not self._columns.is_filled:
            self._timer.start()

    def _show(self, arranged: Arranged) -> None:
        hits, before = self._columns.hits, self._shown
        shown = [hits[row] for row in arranged.rows]
        sizes = {hits[row].photo_id: size for row, size in arranged.stack_sizes.items()}
        n_kept = min(len(shown), len(before))
        is_plain = all(section.key is None for section in (*arranged.sections, *self._sections))
        self._good, self._n_passed = arranged.good, arranged.n_passed
        is_same = is_plain and n_kept > 0 and shown[:n_kept] == before[:n_kept]
        if self._must_reset or not is_same:
            self._must_reset = False
            self.beginResetModel()
            self._shown, self._sections, self._stack_sizes = shown, arranged.sections, sizes
            self.endResetModel()
        else:
            self._lengthen_or_shorten(shown, arranged.sections)
            if sizes != self._stack_sizes:
                self._stack_sizes = sizes
                self.dataChanged.emit(self.index(0), self.index(n_kept - 1), [Role.STACK])
        self._is_same_answer = True
        self.arranged.emit()

    def _lengthen_or_shorten(self, shown: list[Hit], sections: tuple[Section, ...]) -> None:
        """Show more or fewer hits of the same, so that a view stays where it is."""
        n_before, n_now = len(self._shown), len(shown)
        if n_now > n_before:
            self.beginInsertRows(Index(), n_before, n_now - 1)
            self._shown, self._sections = shown, sections
            self.endInsertRows()
        elif n_now < n_before:
            self.beginRemoveRows(Index(), n_now, n_before - 1)
            self._shown, self._sections = shown, sections
            self.endRemoveRows()

    @Slot(object)
    def _on_images_arrived(self, files: set[Path]) -> None:
        rows = (row for row in self._asked_rows if row < len(self._shown) and self._shown[row].thumbnail in files)
        for first, last in runs_of(sorted(rows)):
            self.dataChanged.emit(self.index(first), self.index(last), [Role.THUMBNAIL])


def _with_frames(hit: Hit, framed: Framed) -> Hit:
    score = hit.score if framed.confidence is None else raised(hit.score, framed.confidence)
    return replace(hit, score=score, box=framed.boxes[0], also_boxes=framed.boxes[1:])


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


def spoken(hit: Hit, stack_size: int = 1, mark: bool | None = None) -> str:
    """A hit for screen readers: "2nd, very likely, 87 percent, beach.jpg"."""
    likely = result_texts.likelihood(hit.score).lower()
    text = tr("{rank}, {likely}, {n} percent, {name}").format(
        rank=ordinal(hit.rank), likely=likely, n=round(hit.score * 100), name=file_name(hit)
    )
    if stack_size > 1:
        text += f", {result_texts.stack_of(stack_size)}"
    marked = "" if mark is None else (teaching_texts.MARKED_SAME if mark else teaching_texts.MARKED_DIFFERENT)
    return ", ".join(filter(None, (text, marked, together(hit), away(hit))))


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st..."""
    if number % 100 in (11, 12, 13):
        return tr("{n}th").format(n=number)
    endings = {1: tr("{n}st"), 2: tr("{n}nd"), 3: tr("{n}rd")}
    return endings.get(number % 10, tr("{n}th")).format(n=number)
