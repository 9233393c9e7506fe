"""The help sheet of shortcuts, made from the table of commands, and the box about the program."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app import care_texts, shortcuts, texts, theme
from app.actions import COMMANDS, Command, Scope
from app.icons import draw
from app.licences_dialog import LicencesDialog
from app.places import version
from app.words import tr

_COLUMNS = ((Scope.WINDOW, Scope.QUERY), (Scope.RESULTS, Scope.PICTURE))  # about equally long


def keys_text(command: Command) -> str:
    """The keys of a command as this system writes them."""
    return tr("  or  ").join(map(shortcuts.native_text, command.keys_in_force))


class KeysDialog(QDialog):
    """All commands that have keys, by where the keys work."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        layout = _layout(self)
        columns = QHBoxLayout()
        columns.setSpacing(theme.SPACE_XXL)
        for scopes in _COLUMNS:
            columns.addLayout(_keys_grid(scopes))
        layout.addLayout(columns)
        layout.addSpacing(theme.SPACE_M)
        layout.addWidget(_close_button(self))


def _keys_grid(scopes: tuple[Scope, ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.SPACE_XL)
    grid.setVerticalSpacing(theme.SPACE_XS // 2)  # there are many
    for scope in scopes:
        title = QLabel(tr(scope.value))
        theme.set_role(title, "title")
        if grid.count():
            grid.setRowMinimumHeight(grid.rowCount(), theme.SPACE_S)
        grid.addWidget(title, grid.rowCount() + 1, 0, 1, 2)
        for command in COMMANDS:
            if command.keys_in_force and command.scope is scope:
                row = grid.rowCount()
                name, keys = QLabel(command.label), QLabel(keys_text(command))
                theme.set_role(name, "remark")  # small, as there are many
                theme.set_role(keys, "small")
                grid.addWidget(name, row, 0)
                grid.addWidget(keys, row, 1)
    grid.setRowStretch(grid.rowCount(), 1)
    return grid


class AboutDialog(QDialog):
    """Name, version, licence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(care_texts.ABOUT)
        mark = QLabel()
        mark.setPixmap(draw("resight", 72, "#000000", self.devicePixelRatioF()))
        title = QLabel(f"{texts.APP_NAME} {version()}")
        theme.set_role(title, "display")
        column = QVBoxLayout()
        column.setSpacing(theme.SPACE_S)
        column.addWidget(title)
        for text, role in ((care_texts.DESCRIPTION, ""), (texts.PRIVACY, ""), (care_texts.LICENCE, "muted")):
            label = QLabel(text)
            label.setWordWrap(True)
            label.setMinimumWidth(380)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            if role:
                theme.set_role(label, role)
            column.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_XL)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        layout = _layout(self)
        layout.addLayout(row)
        layout.addSpacing(theme.SPACE_M)
        buttons = _close_button(self)
        show = buttons.addButton(care_texts.SHOW_LICENCES, QDialogButtonBox.ButtonRole.ActionRole)
        show.clicked.connect(self._show_licences)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        show.setAutoDefault(False)
        layout.addWidget(buttons)

    def _show_licences(self) -> None:
        LicencesDialog(self).open()


def _layout(dialog: QDialog) -> QVBoxLayout:
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_L)
    layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
    return layout


def _close_button(dialog: QDialog) -> QDialogButtonBox:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    return buttons
