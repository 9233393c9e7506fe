"""The files that could not be read: which, why, and a way to them."""

from __future__ import annotations

import os
from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app import texts, theme
from app.icons import set_icon
from app.words import tr, tr_n
from engine.types import Failure

Index = QModelIndex | QPersistentModelIndex


class ProblemsModel(QAbstractTableModel):
    """One row a file: its name and the sentence why it could not be read."""

    N_COLUMNS = 2

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._failures: Sequence[Failure] = ()

    def set_failures(self, failures: Sequence[Failure]) -> None:
        self.beginResetModel()
        self._failures = failures
        self.endResetModel()

    def failure(self, row: int) -> Failure:
        return self._failures[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature; the default is immutable
        return 0 if parent.isValid() else len(self._failures)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else self.N_COLUMNS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        failure = self._failures[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            text = os.path.basename(failure.path) if index.column() == 0 else texts.sentence(failure.sentence)
            return texts.printable(text)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return texts.printable(failure.path)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("File"), tr("What is wrong"))[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


class ProblemsDialog(QDialog):
    """Lists failures; stays open beside the window while indexing goes on."""

    reveal_requested = Signal(str)  # path
    retry_requested = Signal(object)  # tuple of photo ids

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Problems"))
        self.resize(760, 460)
        self._model = ProblemsModel(self)
        self._summary = QLabel("", self)
        self._path = QLabel("", self)
        self._path.setTextFormat(Qt.TextFormat.PlainText)
        self._path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._path.setWordWrap(True)
        theme.set_role(self._path, "small")
        self._table = self._make_table()
        self._reveal = QPushButton(tr("Show in folder"), self)
        set_icon(self._reveal, "folder")
        self._reveal.clicked.connect(self._on_reveal)
        self._retry = QPushButton(tr("Retry"), self)
        set_icon(self._retry, "refresh")
        self._retry.clicked.connect(self._on_retry)
        self._copy = QPushButton(tr("Copy list"), self)
        set_icon(self._copy, "copy")
        self._copy.clicked.connect(self._on_copy)
        copy = QShortcut(QKeySequence.StandardKey.Copy, self._table)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self._on_copy)
        self._lay_out()
        self.set_failures(())

    def set_failures(self, failures: Sequence[Failure]) -> None:
        """Show these failures."""
        self._model.set_failures(failures)
        n = len(failures)
        self._summary.setText(
            tr_n(n, "{n} file could not be read.", "{n} files could not be read.").format(n=texts.count(n))
            if n
            else texts.NO_PROBLEMS
        )
        self._table.setVisible(bool(n))
        self._path.setVisible(bool(n))
        self._copy.setEnabled(bool(n))
        if n:
            self._table.selectRow(0)
        self._on_selection_changed()

    def _make_table(self) -> QTableView:
        table = QTableView(self)
        table.setModel(self._model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(round(table.fontMetrics().height() * 1.9))
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        table.setColumnWidth(0, 230)
        table.setAccessibleName(tr("Files that could not be read"))
        table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        table.doubleClicked.connect(self._on_reveal)
        return table

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, parent=self)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_S)
        row.addWidget(self._reveal)
        row.addWidget(self._retry)
        row.addWidget(self._copy)
        row.addStretch(1)
        row.addWidget(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_L, theme.SPACE_L, theme.SPACE_L, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_M)
        layout.addWidget(self._summary)
        layout.addWidget(self._table, 1)
        layout.addWidget(self._path)
        layout.addLayout(row)

    def _selected(self) -> list[Failure]:
        rows = sorted(index.row() for index in self._table.selectionModel().selectedRows())
        return [self._model.failure(row) for row in rows]

    def _on_selection_changed(self) -> None:
        selected = self._selected()
        self._reveal.setEnabled(bool(selected))
        self._retry.setEnabled(bool(selected))
        # The full text of one: its row may be cut off.
        parts = (selected[0].path, texts.sentence(selected[0].sentence)) if len(selected) == 1 else ()
        self._path.setText("\n".join(texts.printable(part) for part in parts))

    def _on_reveal(self) -> None:
        for failure in self._selected()[:1]:
            self.reveal_requested.emit(failure.path)

    def _on_retry(self) -> None:
        self.retry_requested.emit(tuple(failure.photo_id for failure in self._selected()))

    def _on_copy(self) -> None:
        """Copy the selected rows, or all if only one or none is selected."""
        selected = self._selected()
        if len(selected) < 2:
            selected = [self._model.failure(row) for row in range(self._model.rowCount())]
        QGuiApplication.clipboard().setText(
            "\n".join(f"{texts.printable(failure.path)}: {texts.sentence(failure.sentence)}" for failure in selected)
        )
