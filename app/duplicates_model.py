"""Groups of duplicates as a tree for a view: a row for each group, below it one for each photo. GUI thread only."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QAbstractItemModel, QDateTime, QLocale, QModelIndex, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPixmap

from app import texts, theme
from app.duplicate_marks import DuplicateMarks
from app.thumb_cache import ThumbCache
from app.words import tr
from engine.messages import Twin, TwinGroup

Index = QModelIndex
THUMB_PX = 44
ROW_PX = THUMB_PX + 8
_GROUP = (1 << 32) - 1  # the internal id of a row that is a group


class Column(IntEnum):
    """What is told of a photo."""

    NAME = 0
    FOLDER = 1
    PIXELS = 2
    BYTES = 3
    DATE = 4
    FORMAT = 5
    SHARPNESS = 6
    ALIKE = 7


_NUMBERS = (Column.PIXELS, Column.BYTES, Column.SHARPNESS, Column.ALIKE)


@dataclass(frozen=True, slots=True)
class _Fact:
    """What a column tells of a photo: its words, and by what photos are compared; None: nothing is better."""

    text: str
    rank: float | None = None


class DuplicatesModel(QAbstractItemModel):
    """The groups of some `DuplicateMarks`, with a box to mark each photo for the trash.

    What is the same throughout a group is muted, and what is best in it is bold.

    Signals:
        marks_changed(): other photos are marked than before.
        refused(str): why a photo could not be marked.
    """

    marks_changed = Signal()
    refused = Signal(str)

    def __init__(self, thumbs: ThumbCache, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbs = thumbs
        self.marks = DuplicateMarks()
        self._sharpness: dict[int, float] = {}
        self.pixel_ratio = 1.0  # of the screen it is shown on

    def set_marks(self, marks: DuplicateMarks) -> None:
        """Show these groups."""
        self.beginResetModel()
        self.marks = marks
        self.endResetModel()
        self.marks_changed.emit()

    def change(self, do: Callable[[DuplicateMarks], object]) -> None:
        """Change the marks as a whole."""
        do(self.marks)
        self._tell_all_changed()
        self.marks_changed.emit()

    def set_sharpness(self, sharpness: Mapping[int, float]) -> None:
        """Tell what has been measured, by photo id."""
        self._sharpness.update(sharpness)
        self._tell_all_changed()

    def has_sharpness(self, twin: Twin) -> bool:
        """Whether the sharpness of a photo is known."""
        return twin.hit.photo_id in self._sharpness

    def group(self, index: Index) -> TwinGroup | None:
        """The group of a row: itself, or that of its photo."""
        if not index.isValid():
            return None
        row = index.row() if index.internalId() == _GROUP else index.internalId()
        return self.marks.groups[row]

    def twin(self, index: Index) -> Twin | None:
        """The photo of a row; None for a group's."""
        if not index.isValid() or index.internalId() == _GROUP:
            return None
        return self.marks.groups[index.internalId()].twins[index.row()]

    # ---- Qt's model -------------------------------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = Index()) -> Index:  # noqa: B008 - Qt's signature
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() if parent.isValid() else _GROUP)

    def parent(self, index: Index = Index()) -> Index:  # type: ignore[override]  # noqa: B008
        if not index.isValid() or index.internalId() == _GROUP:
            return QModelIndex()
        return self.createIndex(index.internalId(), 0, _GROUP)

    def rowCount(self, parent: Index = Index()) -> int:  # noqa: B008
        if not parent.isValid():
            return len(self.marks.groups)
        if parent.internalId() != _GROUP or parent.column() > 0:
            return 0
        return len(self.marks.groups[parent.row()].twins)

    def columnCount(self, parent: Index = Index()) -> int:  # noqa: B008
        return len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return headings()[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in _NUMBERS else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        twin = self.twin(index)
        if twin is not None and index.column() == Column.NAME and self.marks.can_ever(twin):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        group = self.group(index)
        if group is None:
            return None
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(0, ROW_PX)
        twin = self.twin(index)
        if twin is None:
            return self._of_group(group, index.column(), role)
        return self._of_twin(group, twin, Column(index.column()), role)

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        twin = self.twin(index)
        if twin is None or role != Qt.ItemDataRole.CheckStateRole:
            return False
        reason = self.marks.mark(twin, Qt.CheckState(value) == Qt.CheckState.Checked)
        if reason:
            self.refused.emit(reason)
            return False
        self.dataChanged.emit(index, index.siblingAtColumn(len(Column) - 1))
        self.marks_changed.emit()
        return True

    def _of_group(self, group: TwinGroup, column: int, role: int) -> object:
        if column != Column.NAME:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return group_line(group)
            case Qt.ItemDataRole.FontRole:
                return _bold()
        return None

    def _of_twin(self, group: TwinGroup, twin: Twin, column: Column, role: int) -> object:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._fact(twin, column).text
            case Qt.ItemDataRole.AccessibleTextRole if column == Column.NAME:
                return self.spoken(twin)
            case Qt.ItemDataRole.ToolTipRole if column in (Column.NAME, Column.FOLDER):
                reason = self.marks.why_not(twin)
                return "\n".join(filter(None, (texts.printable(twin.hit.path), texts.away(twin.hit), reason)))
            case Qt.ItemDataRole.CheckStateRole if column == Column.NAME:
                return Qt.CheckState.Checked if self.marks.is_marked(twin) else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.DecorationRole if column == Column.NAME:
                return _pixmap(self._thumbs.image(twin.hit), self.pixel_ratio)
            case Qt.ItemDataRole.TextAlignmentRole if column in _NUMBERS:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.ForegroundRole if self._is_same(group, column) or not twin.hit.online:
                return QColor(theme.tokens().text_muted)
            case Qt.ItemDataRole.FontRole if self._is_best(group, twin, column):
                return _bold()
        return None

    def spoken(self, twin: Twin) -> str:
        """A photo for screen readers: its name, whether it is marked, and all that is told of it."""
        facts = [self._fact(twin, column).text for column in Column]
        state = tr("marked for the trash") if self.marks.is_marked(twin) else tr("stays")
        return ", ".join(filter(None, (facts[0], state, *facts[1:])))

    # ---- what is told -----------------------------------------------------------------------------------------------

    def _fact(self, twin: Twin, column: Column) -> _Fact:
        hit = twin.hit
        match column:
            case Column.NAME:
                return _Fact(texts.printable(os.path.basename(hit.path)))
            case Column.FOLDER:
                return _Fact(texts.printable(os.path.dirname(hit.path)))
            case Column.PIXELS:
                return _Fact(f"{hit.width_px} × {hit.height_px}", hit.width_px * hit.height_px)
            case Column.BYTES:
                return _Fact(texts.size(twin.size_bytes), twin.size_bytes)
            case Column.DATE:
                return _Fact(date_of(twin))
            case Column.FORMAT:
                return _Fact(os.path.splitext(hit.path)[1].lstrip(".").upper())
            case Column.SHARPNESS:
                value = self._sharpness.get(hit.photo_id)
                return _Fact("" if value is None else texts.count(round(value)), value)
            case Column.ALIKE:
                return _Fact(f"{round(hit.score * 100)} %")

    def _is_same(self, group: TwinGroup, column: Column) -> bool:
        return column != Column.NAME and len({self._fact(twin, column).text for twin in group.twins}) == 1

    def _is_best(self, group: TwinGroup, twin: Twin, column: Column) -> bool:
        ranks = [self._fact(one, column).rank for one in group.twins]
        known = [rank for rank in ranks if rank is not None]
        rank = self._fact(twin, column).rank
        return len(set(known)) > 1 and rank == max(known)

    def _tell_all_changed(self) -> None:
        """The rows stay; what they tell may be other. One signal for all: who shows them repaints what is in view."""
        if self.marks.groups:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.marks.groups) - 1, len(Column) - 1))


def headings() -> tuple[str, ...]:
    """The titles of the columns."""
    return (
        tr("Photo"), tr("Folder"), tr("Pixels"), tr("Size"), tr("Date"), tr("Format"), tr("Sharpness"), tr("Alike"),
    )  # fmt: skip


def group_line(group: TwinGroup) -> str:
    """“3 copies · 8.4 MB to spare”, “2 nearly the same · 1.2 MB to spare”."""
    n = texts.count(len(group.twins))
    kind = tr("{n} copies, the same byte for byte") if group.is_exact else tr("{n} nearly the same")
    return texts.joined(kind.format(n=n), tr("{size} to spare").format(size=texts.size(group.spare_bytes)))


def date_of(twin: Twin) -> str:
    """When a photo was taken; if that is not known, when its file was changed last."""
    if twin.hit.taken is not None:
        moment = QDateTime.fromString(twin.hit.taken, Qt.DateFormat.ISODate)
    else:
        moment = QDateTime.fromMSecsSinceEpoch(twin.changed_ns // 1_000_000)
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)


def _bold() -> QFont:
    return theme.font_of("body", bold=True)


def _pixmap(image: QImage | None, ratio: float) -> QPixmap:
    """A thumbnail in the middle of a square as high as a row; an empty one while there is none."""
    square = QPixmap(round(THUMB_PX * ratio), round(THUMB_PX * ratio))
    square.fill(Qt.GlobalColor.transparent)
    if image is not None:
        scaled = image.scaled(
            square.size(), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        painter = QPainter(square)
        painter.drawImage((square.width() - scaled.width()) // 2, (square.height() - scaled.height()) // 2, scaled)
        painter.end()
    square.setDevicePixelRatio(ratio)
    return square
