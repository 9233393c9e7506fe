"""The page of the settings on which commands get other keys. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app import care_texts, shortcuts, theme
from app.actions import COMMANDS, Command, Scope, command_named
from app.help_dialogs import keys_text
from app.key_dialog import KeyDialog
from app.settings import SettingsFile, keys_to_entries
from app.words import tr


class KeysPage(QWidget):
    """Lists the commands by where their keys work."""

    def __init__(self, settings: SettingsFile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.tree = self._make_tree()
        self._change = QPushButton(care_texts.CHANGE_KEY, self)
        self._change.clicked.connect(self._ask)
        self._remove = QPushButton(care_texts.REMOVE_KEY, self)
        self._remove.clicked.connect(self._take_away)
        self._reset = QPushButton(care_texts.RESET_KEY, self)
        self._reset.clicked.connect(self._give_back)
        self._reset_all = QPushButton(care_texts.RESET_ALL_KEYS, self)
        self._reset_all.clicked.connect(self._give_all_back)
        note = QLabel(care_texts.KEYS_NOTE, self)
        note.setWordWrap(True)
        theme.set_role(note, "muted")
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_S)
        for button in (self._change, self._remove, self._reset):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._reset_all)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_S)
        layout.addWidget(note)
        layout.addWidget(self.tree, 1)
        layout.addLayout(row)
        shortcuts.signals.changed.connect(self._show_keys)
        self._fill()
        self._on_chosen()

    def _make_tree(self) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setColumnCount(2)
        tree.setHeaderLabels([care_texts.COMMAND, care_texts.KEY])
        tree.setRootIsDecorated(False)
        tree.setItemsExpandable(False)
        tree.setIndentation(theme.SPACE_M)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        tree.header().setStretchLastSection(False)
        tree.setAccessibleName(care_texts.KEYS)
        tree.itemSelectionChanged.connect(self._on_chosen)
        tree.itemActivated.connect(lambda _item, _column: self._ask())
        return tree

    def _fill(self) -> None:
        for scope in Scope:
            commands = [command for command in COMMANDS if command.scope is scope and not command.is_fixed]
            if not commands:
                continue
            title = QTreeWidgetItem(self.tree, [tr(scope.value)])
            title.setFlags(Qt.ItemFlag.ItemIsEnabled)
            title.setFirstColumnSpanned(True)
            font = title.font(0)
            font.setBold(True)
            title.setFont(0, font)
            for command in commands:
                item = QTreeWidgetItem(title, [command.label, keys_text(command)])
                item.setData(0, Qt.ItemDataRole.UserRole, command.name)
        self.tree.expandAll()

    def _show_keys(self) -> None:
        for item in self.items():
            item.setText(1, keys_text(command_named(item.data(0, Qt.ItemDataRole.UserRole))))
        self._on_chosen()

    def items(self) -> list[QTreeWidgetItem]:
        """The rows of commands."""
        tops = [self.tree.topLevelItem(place) for place in range(self.tree.topLevelItemCount())]
        return [top.child(place) for top in tops for place in range(top.childCount())]

    def _chosen(self) -> Command | None:
        name = next((item.data(0, Qt.ItemDataRole.UserRole) for item in self.tree.selectedItems()), None)
        return None if name is None else command_named(name)

    def _on_chosen(self) -> None:
        command = self._chosen()
        self._change.setEnabled(command is not None)
        self._remove.setEnabled(command is not None and bool(command.keys_in_force))
        self._reset.setEnabled(command is not None and command.name in shortcuts.changes())
        self._reset_all.setEnabled(bool(shortcuts.changes()))

    def _ask(self) -> None:
        command = self._chosen()
        if command is not None:
            dialog = KeyDialog(command, self)
            dialog.chosen.connect(lambda key: self._set(command, (key,)))
            dialog.open()

    def _take_away(self) -> None:
        if (command := self._chosen()) is not None:
            self._set(command, ())

    def _give_back(self) -> None:
        if (command := self._chosen()) is not None:
            changes = shortcuts.changes()
            changes.pop(command.name, None)
            self._keep(changes)

    def _give_all_back(self) -> None:
        self._keep({})

    def _set(self, command: Command, keys: tuple[str, ...]) -> None:
        changes = shortcuts.changes() | {command.name: keys}
        if keys == tuple(map(shortcuts.normal, command.keys)):
            del changes[command.name]
        self._keep(changes)

    def _keep(self, changes: dict[str, tuple[str, ...]]) -> None:
        shortcuts.set_changes(changes)
        self._settings.change(shortcuts=keys_to_entries(changes))
