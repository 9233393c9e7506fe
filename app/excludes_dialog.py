"""Choosing what is left out of the library: folders, names, small pictures, hidden files."""

from __future__ import annotations

import os
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app import texts, theme
from app.words import tr
from engine.types import MAX_MIN_SIDE_PX, Excludes

_PATH_ROLE = Qt.ItemDataRole.UserRole
_FEW_ROWS_PX = 96


class ExcludesDialog(QDialog):
    """Shows what is left out, to be changed.

    Args:
        excludes: what is left out now.
        roots: the folders of the library; what is left out lies in them.

    Signals:
        chosen(Excludes): what shall be left out.
    """

    chosen = Signal(object)

    def __init__(self, excludes: Excludes, roots: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(texts.LEAVE_OUT)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._before = excludes
        self._roots = roots
        self.folders = QListWidget(self)
        self.folders.setAccessibleName(tr("Folders that are left out"))
        self.folders.setMinimumHeight(_FEW_ROWS_PX)
        for path in excludes.folders:
            self._list(path)
        self._add = QPushButton(tr("&Add folder…"), self)
        self._add.clicked.connect(self._choose_folder)
        self._remove = QPushButton(tr("&Remove"), self)
        self._remove.clicked.connect(self._on_remove)
        self.folders.itemSelectionChanged.connect(self._show_state)
        self.patterns = QPlainTextEdit("\n".join(excludes.patterns), self)
        self.patterns.setAccessibleName(tr("Names that are left out, one a line"))
        self.patterns.setPlaceholderText("*_small.jpg")
        self.patterns.setTabChangesFocus(True)
        self.patterns.setMinimumHeight(_FEW_ROWS_PX)
        self.min_side = QSpinBox(self)
        self.min_side.setRange(0, MAX_MIN_SIDE_PX)
        self.min_side.setSingleStep(50)
        self.min_side.setSuffix(tr(" pixels"))
        self.min_side.setSpecialValueText(tr("none"))
        self.min_side.setValue(excludes.min_side_px)
        self.skip_hidden = QCheckBox(tr("&Hidden files and folders"), self)
        self.skip_hidden.setChecked(excludes.skip_hidden)
        self.problem = QLabel("", self)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        theme.set_role(self.problem, "small")
        self._lay_out()
        self._show_state()

    def _lay_out(self) -> None:
        detail = QLabel(texts.LEAVE_OUT_DETAIL, self)
        detail.setWordWrap(True)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, parent=self
        )
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        side = QVBoxLayout()
        side.addWidget(self._add)
        side.addWidget(self._remove)
        side.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(self.folders, 1)
        row.addLayout(side)
        form = QFormLayout()
        form.setVerticalSpacing(theme.SPACE_M)
        form.addRow(tr("Folders"), row)
        form.addRow(tr("&Names, one a line"), self.patterns)
        form.addRow(tr("Pictures &smaller than"), self.min_side)
        form.addRow("", self.skip_hidden)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_L, theme.SPACE_L, theme.SPACE_L, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_M)
        layout.addWidget(detail)
        layout.addLayout(form, 1)
        layout.addWidget(self.problem)
        layout.addWidget(buttons)
        self.resize(620, 460)

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, tr("Leave out a folder"), next(iter(self._roots), ""))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.add_folder)
        dialog.open()

    def add_folder(self, path: str) -> None:
        """Add a folder, unless it lies in none of the library or is there already."""
        path = os.path.abspath(path)
        if not any(path.startswith(os.path.join(root, "")) for root in self._roots):
            problem = tr("“{name}” does not lie in a folder of the library.")
            self.problem.setText(problem.format(name=texts.printable(path)))
        elif path not in self._paths():
            self.problem.setText("")
            self._list(path)

    def _list(self, path: str) -> None:
        item = QListWidgetItem(texts.printable(path), self.folders)
        item.setData(_PATH_ROLE, path)

    def _paths(self) -> tuple[str, ...]:
        return tuple(self.folders.item(row).data(_PATH_ROLE) for row in range(self.folders.count()))

    def _on_remove(self) -> None:
        for item in self.folders.selectedItems():
            self.folders.takeItem(self.folders.row(item))

    def _show_state(self) -> None:
        self._remove.setEnabled(bool(self.folders.selectedItems()))

    def _on_accepted(self) -> None:
        lines = (line.strip() for line in self.patterns.toPlainText().splitlines())
        patterns = tuple(dict.fromkeys(line for line in lines if line))
        try:
            excludes = Excludes(self._paths(), patterns, self.min_side.value(), self.skip_hidden.isChecked())
        except ValueError as error:
            self.problem.setText(texts.printable(str(error)))
            return
        self.accept()
        if excludes != self._before:
            self.chosen.emit(excludes)
