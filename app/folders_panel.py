"""The folders of the library: what is in them, adding and removing, and how far indexing is."""

from __future__ import annotations

import html
import os
from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import texts, theme
from app.elided_label import ElidedLabel
from app.flow_layout import FlowLayout
from app.icons import set_icon
from app.library_jobs import LibraryJobs
from app.places import samples_folder
from app.questions import ask
from app.side_rows import draw_row, row_size, side_button, side_list
from app.status_line import fill_bar
from app.words import tr
from engine.messages import Progress
from engine.types import FolderState, LibraryStatus

Index = QModelIndex | QPersistentModelIndex
FOLDER_ROLE = Qt.ItemDataRole.UserRole


class FolderDelegate(QStyledItemDelegate):
    """Paints a folder as two lines: its name, and its counts or why there are none."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return row_size(option)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        folder: FolderState = index.data(FOLDER_ROLE)
        icon = "folder" if folder.online else "folder-offline"
        draw_row(painter, option, icon, (display_name(folder.path), index.data()), is_danger=not folder.online)


class FoldersPanel(QFrame):
    """Shows the folders and what is being done with them. Asks before it removes one."""

    add_requested = Signal()
    problems_requested = Signal()
    leave_out_requested = Signal()
    reveal_requested = Signal(str)  # path of a folder

    def __init__(self, jobs: LibraryJobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._folders: dict[str, FolderState] = {}
        theme.set_role(self, "panel")
        self._list = self._make_list()
        self._empty = QLabel(tr("No folders yet."), self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.set_role(self._empty, "muted")
        self._add = self._make_tool("add", tr("Add a folder"), self.add_requested.emit)
        self._remove = self._make_tool("remove", tr("Remove the selected folder"), self._on_remove)
        self._update = self._make_tool("refresh", tr("Update all folders now"), jobs.update)
        self._leave_out = QPushButton(f"{texts.LEAVE_OUT}…", self)
        theme.set_role(self._leave_out, "link")
        self._leave_out.setToolTip(tr("Choose folders and photos that Resight leaves out"))
        self._leave_out.clicked.connect(self.leave_out_requested)
        self._problems = QPushButton("", self)
        theme.set_role(self._problems, "link")
        self._problems.clicked.connect(self.problems_requested)
        self._phase = QLabel(self)
        self._pace = QLabel(self)
        self._place = ElidedLabel(self)
        for label in (self._pace, self._place):
            theme.set_role(label, "small")
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Progress of indexing"))
        self._pause = self._make_tool("pause", tr("Pause indexing"), self._on_pause)
        self._work = QWidget(self)
        self._links = QWidget(self)
        self._lay_out()
        jobs.progress_changed.connect(self.show_progress)
        jobs.paused_changed.connect(self._on_paused_changed)
        self.show_progress(None)
        self._show_folders(0)

    @Slot(object)
    def show_status(self, status: LibraryStatus) -> None:
        """Show the folders of the library, and those waiting to be added."""
        self._folders = {folder.path: folder for folder in status.folders}
        self._show_folders(status.failed)

    @Slot(object)
    def show_progress(self, progress: Progress | None) -> None:
        """Show how far the current job is; None: there is none."""
        self._work.setVisible(progress is not None)
        if progress is None:
            return
        self._phase.setText(texts.joined(texts.phase(progress), texts.progress_count(progress)))
        self._pace.setText(texts.progress_pace(progress))
        self._pace.setVisible(bool(self._pace.text()))
        self._place.set_name(texts.progress_place(progress), progress.place)
        self._place.setVisible(bool(self._place.text()))
        fill_bar(self._bar, progress)

    def show_waiting(self) -> None:
        """Show folders that were just asked to be added, before the engine knows them."""
        self._show_folders(sum(folder.failed for folder in self._folders.values()))

    def selected_folder(self) -> str | None:
        """Path of the selected folder."""
        item = self._list.currentItem()
        return item.data(FOLDER_ROLE).path if item is not None and item.isSelected() else None

    def lines(self) -> list[str]:
        """What is shown of each folder, for screen readers and tests."""
        return [self._list.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(self._list.count())]

    def _show_folders(self, n_failed: int) -> None:
        selected = self.selected_folder()
        waiting = [path for path in self._jobs.waiting_folders() if path not in self._folders]
        folders = [*self._folders.values(), *(FolderState(0, path, 0, 0, 0, True) for path in waiting)]
        while self._list.count() > len(folders):
            self._list.takeItem(self._list.count() - 1)
        while self._list.count() < len(folders):
            self._list.addItem(QListWidgetItem())
        for row, folder in enumerate(folders):
            line = texts.WAITING if folder.path in waiting else texts.folder_line(folder)
            self._fill(self._list.item(row), folder, line)
            if folder.path == selected:
                self._list.setCurrentRow(row)
        self._list.setVisible(bool(folders))
        self._empty.setVisible(not folders)
        self._update.setEnabled(bool(folders))
        self._leave_out.setVisible(bool(folders))
        self._problems.setText(f"{texts.problems(n_failed)}…")
        self._problems.setVisible(bool(n_failed))
        self._on_selection_changed()

    @staticmethod
    def _fill(item: QListWidgetItem, folder: FolderState, line: str) -> None:
        item.setData(FOLDER_ROLE, folder)
        item.setText(line)
        facts = [texts.printable(folder.path), *texts.folder_facts(folder)]
        item.setToolTip(f"<span>{'<br>'.join(map(html.escape, facts))}</span>")
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{display_name(folder.path)}: {line}")

    def _on_selection_changed(self) -> None:
        self._remove.setEnabled(self.selected_folder() is not None)

    def _on_remove(self) -> None:
        path = self.selected_folder()
        if path is not None:
            question = texts.REMOVE_QUESTION.format(name=display_name(path))
            remove = partial(self._jobs.remove_folder, path)
            ask(self.window(), question, texts.REMOVE_DETAIL, tr("Remove folder"), remove, is_danger=True)

    def _on_pause(self) -> None:
        self._jobs.set_paused(not self._jobs.paused)

    def _on_paused_changed(self, is_paused: bool) -> None:
        set_icon(self._pause, "resume" if is_paused else "pause")
        text = tr("Go on indexing") if is_paused else tr("Pause indexing")
        self._pause.setToolTip(text)
        self._pause.setAccessibleName(text)
        if is_paused:
            self._phase.setText(texts.PAUSED)
            self._pace.hide()
            self._place.hide()

    def _on_activated(self, item: QListWidgetItem) -> None:
        self.reveal_requested.emit(item.data(FOLDER_ROLE).path)

    # ---- making ---------------------------------------------------------------------------------------------------

    def _make_list(self) -> QListWidget:
        view = side_list(FolderDelegate, tr("Folders in the library"), self)
        view.itemSelectionChanged.connect(self._on_selection_changed)
        view.itemActivated.connect(self._on_activated)
        delete = QShortcut(QKeySequence.StandardKey.Delete, view)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)  # PySide ignores the constructor's argument for it
        delete.activated.connect(self._on_remove)
        return view

    def _make_tool(self, icon: str, text: str, on_clicked: object) -> QToolButton:
        button = side_button(icon, text, self)
        button.clicked.connect(on_clicked)
        return button

    def _lay_out(self) -> None:
        title = QLabel(tr("Folders"), self)
        theme.set_role(title, "title")
        header = QHBoxLayout()
        header.setSpacing(theme.SPACE_XS)
        header.addWidget(title, 1)
        for button in (self._update, self._remove, self._add):
            header.addWidget(button)
        links = FlowLayout(theme.SPACE_S, self._links)
        links.addWidget(self._leave_out)
        links.addWidget(self._problems)
        work = QVBoxLayout(self._work)
        work.setContentsMargins(0, theme.SPACE_XS, 0, theme.SPACE_XS)
        work.setSpacing(theme.SPACE_XS)
        top = QHBoxLayout()
        top.addWidget(self._phase, 1)
        top.addWidget(self._pause)
        work.addLayout(top)
        work.addWidget(self._bar)
        work.addWidget(self._pace)
        work.addWidget(self._place)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_M, theme.SPACE_S)
        layout.setSpacing(theme.SPACE_XS)
        layout.addLayout(header)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self._work)
        layout.addWidget(self._links)


def display_name(path: str) -> str:
    """The last part of a folder's path, fit to be shown; the whole of a root."""
    if path == str(samples_folder()):
        return texts.SAMPLES
    return texts.printable(os.path.basename(path.rstrip("/\\")) or path)
