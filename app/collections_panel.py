"""The collections at the left, below the folders: opening, renaming, removing. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app import collection_texts, theme
from app.side_rows import draw_row, row_size, side_button, side_list
from app.texts import printable
from engine.messages import Collection

Index = QModelIndex | QPersistentModelIndex
_COLLECTION = Qt.ItemDataRole.UserRole
_QT_UNBOUNDED_PX = 16_777_215


class _Delegate(QStyledItemDelegate):
    """Paints a collection as two lines: its name, and what it searches for."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return row_size(option)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        collection: Collection = index.data(_COLLECTION)
        draw_row(painter, option, "collection", (printable(collection.name), _line(collection)))


class CollectionsPanel(QFrame):
    """Shows the collections; without any it is no more than its title.

    Signals:
        opened(Collection): it is to be searched with.
        rename_wanted(Collection), remove_wanted(Collection)
    """

    opened = Signal(object)
    rename_wanted = Signal(object)
    remove_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "panel")
        self._list = self._make_list()
        self._save = side_button("add", collection_texts.SAVE_TIP, self)
        self._remove = side_button("remove", collection_texts.REMOVE_TIP, self)
        self._lay_out()
        self._remove.clicked.connect(lambda: self._about_selected(self.remove_wanted.emit))
        self.show_collections(())

    def use_save(self, action: QAction) -> None:
        """Have the button with the plus do this."""
        self._save.setEnabled(action.isEnabled())
        action.enabledChanged.connect(self._save.setEnabled)
        self._save.clicked.connect(action.trigger)

    def show_collections(self, collections: Sequence[Collection]) -> None:
        """Show these, in their order; the selected one stays so."""
        selected = self.selected()
        self._list.blockSignals(True)
        self._list.clear()
        for collection in collections:
            item = QListWidgetItem()
            item.setData(_COLLECTION, collection)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{printable(collection.name)}, {_line(collection)}")
            self._list.addItem(item)
        self._list.blockSignals(False)
        self._list.setVisible(bool(collections))
        self._remove.setVisible(bool(collections))
        self.setMaximumHeight(_QT_UNBOUNDED_PX if collections else self.sizeHint().height())
        self.select(None if selected is None else selected.collection_id)

    def select(self, collection_id: int | None) -> None:
        """Show that this one is open; None: none is."""
        self._list.clearSelection()
        for row in range(self._list.count()):
            if self._list.item(row).data(_COLLECTION).collection_id == collection_id:
                self._list.setCurrentRow(row)
        self._on_selection_changed()

    def selected(self) -> Collection | None:
        """The one that is selected."""
        item = self._list.currentItem()
        return item.data(_COLLECTION) if item is not None and item.isSelected() else None

    def lines(self) -> list[str]:
        """What is shown of each, for screen readers and tests."""
        return [self._list.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(self._list.count())]

    def menu_of(self, collection: Collection) -> QMenu:
        """The menu of what can be done with a collection; the caller shows it."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(collection_texts.OPEN_ACTION, lambda: self.opened.emit(collection))
        menu.addAction(collection_texts.RENAME_ACTION, lambda: self.rename_wanted.emit(collection))
        menu.addAction(collection_texts.REMOVE_ACTION, lambda: self.remove_wanted.emit(collection))
        return menu

    # ---- making ---------------------------------------------------------------------------------------------------

    def _make_list(self) -> QListWidget:
        view = side_list(_Delegate, collection_texts.COLLECTIONS, self)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.setAccessibleDescription(collection_texts.NAMES_KEYS)
        for asked in (view.itemClicked, view.itemActivated):
            asked.connect(lambda item: self.opened.emit(item.data(_COLLECTION)))
        view.itemSelectionChanged.connect(self._on_selection_changed)
        view.customContextMenuRequested.connect(self._show_menu)
        for keys, signal in (("F2", self.rename_wanted), ("Delete", self.remove_wanted)):
            shortcut = QShortcut(QKeySequence(keys), view)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(lambda emit=signal.emit: self._about_selected(emit))
        return view

    def _lay_out(self) -> None:
        title = QLabel(collection_texts.COLLECTIONS, self)
        theme.set_role(title, "title")
        header = QHBoxLayout()
        header.setSpacing(theme.SPACE_XS)
        header.addWidget(title, 1)
        header.addWidget(self._remove)
        header.addWidget(self._save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_M, theme.SPACE_S)
        layout.setSpacing(theme.SPACE_XS)
        layout.addLayout(header)
        layout.addWidget(self._list, 1)

    # ---- what the user does -----------------------------------------------------------------------------------------

    def _on_selection_changed(self) -> None:
        self._remove.setEnabled(self.selected() is not None)

    def _about_selected(self, emit: Callable[[Collection], object]) -> None:
        if (collection := self.selected()) is not None:
            emit(collection)

    def _show_menu(self, at: QPoint) -> None:
        item = self._list.itemAt(at)
        if item is not None:
            self.menu_of(item.data(_COLLECTION)).popup(self._list.viewport().mapToGlobal(at))


def _line(collection: Collection) -> str:
    names = [part.name for part in collection.parts]
    return collection_texts.query_line(names, collection.min_score, len(collection.filters))
