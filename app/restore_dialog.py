"""Choosing the backup to go back to: those in the library, or a file."""

from __future__ import annotations

import os
from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app import library_texts, texts, theme
from app.words import tr
from engine.types import Snapshot

_N_COLUMNS = 3
_TAKEN_FORMAT = "yyyy-MM-dd HH:mm"


def when(snapshot: Snapshot) -> str:
    """The time of a backup as this user's system writes it."""
    taken = QDateTime.fromString(snapshot.taken, _TAKEN_FORMAT)
    return QLocale().toString(taken, QLocale.FormatType.ShortFormat) if taken.isValid() else snapshot.taken


class RestoreDialog(QDialog):
    """Lists backups, newest first.

    Signals:
        chosen(str): the path of the one to restore.
    """

    chosen = Signal(str)

    def __init__(self, snapshots: Sequence[Snapshot], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Restore the library"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._snapshots = snapshots
        self._explanation = QLabel(library_texts.RESTORE_DETAIL if snapshots else library_texts.NO_BACKUPS, self)
        self._explanation.setTextFormat(Qt.TextFormat.PlainText)
        self._explanation.setWordWrap(True)
        self._table = self._make_table()
        self._table.setVisible(bool(snapshots))
        self._from_file = QPushButton(tr("From a &file…"), self)
        self._from_file.clicked.connect(self._choose_file)
        self._restore = QPushButton(tr("&Restore"), self)
        theme.set_role(self._restore, "primary")
        self._restore.clicked.connect(self._on_restore)
        self._cancel = QPushButton(tr("Cancel"), self)
        self._cancel.clicked.connect(self.reject)
        self._lay_out()
        self._table.itemSelectionChanged.connect(self._on_selection_changed)
        self._table.doubleClicked.connect(self._on_restore)
        usable = [row for row, snapshot in enumerate(snapshots) if snapshot.photos is not None]
        if usable:
            self._table.selectRow(usable[0])
        self._on_selection_changed()

    def rows(self) -> list[tuple[str, ...]]:
        """What the table shows."""
        return [
            tuple(self._table.item(row, column).text() for column in range(_N_COLUMNS))
            for row in range(self._table.rowCount())
        ]

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(len(self._snapshots), _N_COLUMNS, self)
        table.setHorizontalHeaderLabels([tr("Made"), tr("Photos"), tr("Size")])
        for row, snapshot in enumerate(self._snapshots):
            photos = texts.CANNOT_BE_READ if snapshot.photos is None else texts.photos(snapshot.photos)
            for column, text in enumerate((when(snapshot), photos, texts.size(snapshot.bytes))):
                item = QTableWidgetItem(text)
                if snapshot.photos is None:
                    item.setFlags(Qt.ItemFlag.NoItemFlags)
                    item.setForeground(QColor(theme.tokens().text_muted))
                table.setItem(row, column, item)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setAccessibleName(tr("Backups"))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(round(table.fontMetrics().height() * 1.9))
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        return table

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_S)
        row.addWidget(self._from_file)
        row.addStretch(1)
        row.addWidget(self._cancel)
        row.addWidget(self._restore)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_L, theme.SPACE_L, theme.SPACE_L, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_M)
        layout.addWidget(self._explanation)
        layout.addWidget(self._table, 1)
        layout.addLayout(row)
        self.resize(520, 420 if self._snapshots else 160)

    def _selected(self) -> Snapshot | None:
        rows = self._table.selectionModel().selectedRows()
        return self._snapshots[rows[0].row()] if rows else None

    def _on_selection_changed(self) -> None:
        self._restore.setEnabled(self._selected() is not None)

    def _on_restore(self) -> None:
        if (snapshot := self._selected()) is not None:
            self._choose(snapshot.path)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, tr("Restore a backup"), "", tr("Backups (*.sqlite);;All files (*)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._choose)
        dialog.open()

    def _choose(self, path: str) -> None:
        self.accept()
        self.chosen.emit(os.path.abspath(path))
