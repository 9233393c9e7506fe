"""The window of duplicates: where to look, what was found, and what of it goes to the trash. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app import texts, theme
from app.bridge import Bridge
from app.duplicate_marks import DuplicateMarks
from app.duplicates_model import THUMB_PX, Column, DuplicatesModel
from app.folders_panel import display_name
from app.icons import set_icon
from app.status_line import fill_bar
from app.thumb_cache import ThumbCache
from app.welcome import MessagePage
from app.words import tr
from engine.messages import NEAR_IDENTICAL, FindDuplicates, Progress, Twin

TITLE = "Duplicates"
INTRO = "Find photos that you have more than once"
INTRO_TEXT = (
    "Copies are the same byte for byte. Nearly the same are shots of one series, and pictures saved anew or smaller."
)
NOTHING = "No duplicates were found"
WAITING = "It begins when what Resight is doing now is done. Searches go on."
ALL_FOLDERS = "All folders"
NO_FOLDER = "None"
CHOOSE = "Another folder…"
_THUMBS_BYTES = 32 * 2**20
_LEAST_ALIKE = (NEAR_IDENTICAL, None, 0.8)  # of the kinds there are to be found
_WIDTHS_PX = {
    Column.NAME: 300, Column.FOLDER: 200, Column.PIXELS: 110, Column.BYTES: 80, Column.DATE: 130, Column.FORMAT: 72,
    Column.SHARPNESS: 88, Column.ALIKE: 80,
}  # fmt: skip


class DuplicatesDialog(QDialog):
    """Asks where to look, and shows what was found. Stays open beside the window.

    Args:
        bridge: makes thumbnails that are missing.
        parent: the window.

    Signals:
        find_requested(FindDuplicates), stop_requested()
        trash_requested(): the photos marked shall go.
        open_requested(str), reveal_requested(str): the path of a photo.
        looked_at(TwinGroup): the keyboard is on a group, or on one of its photos.
    """

    find_requested = Signal(object)
    stop_requested = Signal()
    trash_requested = Signal()
    open_requested = Signal(str)
    reveal_requested = Signal(str)
    looked_at = Signal(object)

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr(TITLE))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.resize(1080, 680)
        self._folders: tuple[str, ...] = ()
        self.thumbs = ThumbCache(bridge, self, _THUMBS_BYTES)
        self.model = DuplicatesModel(self.thumbs, self)
        self._where = self._combo(tr("Where to look"))
        self._kind = self._combo(tr("What to find"))
        for text in (
            tr("Copies and nearly the same"), tr("Only copies, the same byte for byte"), tr("Also less alike (80 %)")
        ):  # fmt: skip
            self._kind.addItem(text)
        self._protected = self._combo(tr("Folder whose photos are never put in the trash"))
        self._find = self._button(tr("&Find"), self._on_find, "primary")
        self._tree = self._make_tree()
        self._message = MessagePage(self)
        self._work = QWidget(self)
        self._phase = QLabel(self._work)
        self._bar = QProgressBar(self._work)
        self._pages = QStackedWidget(self)
        self._summary = QLabel(self)
        self._copies = self._button(tr("Mark &copies"), lambda: self._mark(DuplicateMarks.mark_copies))
        self._all = self._button(tr("Mark all but the &best"), lambda: self._mark(DuplicateMarks.mark_all_but_best))
        self._none = self._button(tr("&Unmark all"), lambda: self._mark(DuplicateMarks.clear))
        self._trash = self._button("", self.trash_requested.emit, "primary")
        self._lay_out()
        self._connect()
        self.set_folders(())
        self._show_marks()
        self._say(tr(INTRO), tr(INTRO_TEXT))

    # ---- for who answers ----------------------------------------------------------------------------------------

    def set_folders(self, folders: Sequence[str]) -> None:
        """The folders of the library have become these."""
        if tuple(folders) != self._folders or not self._where.count():
            self._folders = tuple(folders)
            _fill(self._where, tr(ALL_FOLDERS), self._folders)
            _fill(self._protected, tr(NO_FOLDER), self._folders)

    def show_waiting(self) -> None:
        """The search has been asked for."""
        self._phase.setText(tr(WAITING))
        self._bar.setRange(0, 0)
        self._pages.setCurrentWidget(self._work)
        self._find.setEnabled(False)

    def show_progress(self, progress: Progress) -> None:
        """How far the search is."""
        self._phase.setText(texts.joined(texts.phase(progress), texts.progress_count(progress)))
        fill_bar(self._bar, progress)

    def show_marks(self, marks: DuplicateMarks, photos: int | None = None) -> None:
        """Show these groups; `photos` were looked at, if this is what a search has found."""
        self._find.setEnabled(True)
        marks.protect(self.protected())
        self.model.set_marks(marks)
        if marks.groups:
            self._tree.expandAll()
            for row in range(len(marks.groups)):
                self._tree.setFirstColumnSpanned(row, QModelIndex(), True)
            self._pages.setCurrentWidget(self._tree)
            self._tree.setCurrentIndex(self.model.index(0, 0, self.model.index(0, 0)))
            self._tree.setFocus()
        elif photos is not None:
            self._say(tr(NOTHING), tr("{photos} were compared.").format(photos=texts.photos(photos)))
        else:
            self._say(tr(INTRO), tr(INTRO_TEXT))

    def show_failed(self, sentence: str) -> None:
        """The search could not be done."""
        self._find.setEnabled(True)
        self._say(texts.NOT_DONE, texts.printable(sentence))

    def show_stopped(self) -> None:
        """The search was stopped: what was shown before is shown again."""
        self._find.setEnabled(True)
        if self.model.marks.groups:
            self._pages.setCurrentWidget(self._tree)
        else:
            self._say(tr(INTRO), tr(INTRO_TEXT))

    def protected(self) -> str:
        """The protected folder, or ""."""
        return str(self._protected.currentData() or "")

    def text(self) -> str:
        """What is said about what was found and marked."""
        return self._summary.text()

    def finish(self) -> None:
        """Let go of everything; the window is closing."""
        self.thumbs.close()

    # ---- making -------------------------------------------------------------------------------------------------

    def _combo(self, name: str) -> QComboBox:
        combo = QComboBox(self)
        combo.setAccessibleName(name)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        return combo

    def _button(self, text: str, on_clicked: Callable[[], object], role: str = "") -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        if role:
            theme.set_role(button, role)
        button.clicked.connect(lambda: on_clicked())
        return button

    def _make_tree(self) -> QTreeView:
        tree = QTreeView(self)
        tree.setModel(self.model)
        tree.setUniformRowHeights(True)
        tree.setIconSize(QSize(THUMB_PX, THUMB_PX))
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        tree.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        tree.setAllColumnsShowFocus(True)
        tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        tree.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.setAccessibleName(tr("Groups of duplicates"))
        header = tree.header()
        header.setStretchLastSection(False)
        for column, width_px in _WIDTHS_PX.items():
            tree.setColumnWidth(column, width_px)
        header.setSectionResizeMode(Column.FOLDER, QHeaderView.ResizeMode.Stretch)
        return tree

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_L, theme.SPACE_L, theme.SPACE_L, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_M)
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE_S)
        for text, combo in ((tr("&Look in"), self._where), (tr("F&or"), self._kind), (tr("&Protect"), self._protected)):
            label = QLabel(text, self)
            label.setBuddy(combo)
            top.addWidget(label)
            top.addWidget(combo)
            top.addSpacing(theme.SPACE_S)
        top.addStretch(1)
        top.addWidget(self._find)
        layout.addLayout(top)
        layout.addWidget(self._pages, 1)
        self._lay_out_work()
        for page in (self._message, self._work, self._tree):
            self._pages.addWidget(page)
        theme.set_role(self._summary, "muted")
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        bottom = QHBoxLayout()
        bottom.setSpacing(theme.SPACE_S)
        for button in (self._copies, self._all, self._none):
            bottom.addWidget(button)
        bottom.addSpacing(theme.SPACE_S)
        bottom.addWidget(self._summary, 1)
        bottom.addWidget(self._trash)
        bottom.addWidget(self._button(tr("Close"), self.reject))
        layout.addLayout(bottom)

    def _lay_out_work(self) -> None:
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Progress of comparing"))
        column = QVBoxLayout(self._work)
        column.setContentsMargins(theme.SPACE_XXL, 0, theme.SPACE_XXL, 0)
        column.setSpacing(theme.SPACE_S)
        column.addStretch(1)
        for widget in (self._phase, self._bar):
            column.addWidget(widget)
        column.addWidget(self._button(tr("&Stop"), self.stop_requested.emit), 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(2)

    def _connect(self) -> None:
        self._where.activated.connect(lambda row: self._on_chosen(self._where, row))
        self._protected.activated.connect(lambda row: self._on_chosen(self._protected, row))
        self.model.marks_changed.connect(self._show_marks)
        self.model.refused.connect(self._summary.setText)
        self.model.dataChanged.connect(self._tree.viewport().update)
        self.thumbs.images_arrived.connect(self._tree.viewport().update)
        theme.signals.changed.connect(self._tree.viewport().update)
        self._tree.selectionModel().currentChanged.connect(self._on_current_changed)
        self._tree.activated.connect(self._on_activated)
        self._tree.customContextMenuRequested.connect(self._show_menu)
        for key, act in (("Del", self.trash_requested.emit), ("Space", self._toggle_selected)):
            shortcut = QShortcut(QKeySequence(key), self._tree)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(act)

    # ---- what is asked --------------------------------------------------------------------------------------------

    def _on_find(self) -> None:
        kind = _LEAST_ALIKE[self._kind.currentIndex()]
        self.find_requested.emit(FindDuplicates(str(self._where.currentData() or ""), kind))

    def _on_chosen(self, combo: QComboBox, row: int) -> None:
        """A folder was chosen in one of the lists, or another one is asked for."""
        if row < combo.count() - 1:
            self._protect()
            return
        combo.setCurrentIndex(0)
        dialog = QFileDialog(self, combo.accessibleName())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda folder: self._add_choice(combo, folder))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _add_choice(self, combo: QComboBox, folder: str) -> None:
        if (row := combo.findData(folder)) < 0:
            row = combo.count() - 1
            combo.insertItem(row, display_name(folder), folder)
        combo.setCurrentIndex(row)
        self._protect()

    def _protect(self) -> None:
        self.model.change(lambda marks: marks.protect(self.protected()))

    # ---- marks ------------------------------------------------------------------------------------------------------

    def _mark(self, how: Callable[[DuplicateMarks], None]) -> None:
        self.model.change(how)

    def _toggle_selected(self) -> None:
        """Mark the photos selected, or take their marks away if all have one."""
        twins = [twin for index in self._tree.selectionModel().selectedRows() if (twin := self.model.twin(index))]
        is_marked = not all(self.model.marks.is_marked(twin) for twin in twins)
        reasons: list[str] = []
        self.model.change(lambda marks: reasons.extend(marks.mark(twin, is_marked) for twin in twins))
        if refused := next(filter(None, reasons), ""):
            self._summary.setText(refused)

    def _show_marks(self) -> None:
        marks = self.model.marks
        marked = marks.marked_twins()
        has_groups = bool(marks.groups)
        for button in (self._copies, self._all):
            button.setEnabled(has_groups)
        self._none.setEnabled(bool(marked))
        self._trash.setEnabled(bool(marked))
        self._trash.setText(
            tr("Move {n} to the &trash…").format(n=texts.count(len(marked))) if marked else tr("Move to the &trash…")
        )
        n_photos = sum(len(group.twins) for group in marks.groups)
        n_groups = len(marks.groups)
        self._summary.setText(texts.joined(
            tr("{groups} of {photos}").format(groups=texts.groups(n_groups), photos=texts.photos(n_photos)),
            tr("{size} marked").format(size=texts.size(marks.marked_bytes())) if marked else "",
        ) if has_groups else "")

    # ---- the tree ---------------------------------------------------------------------------------------------------

    @Slot(QModelIndex)
    def _on_current_changed(self, index: QModelIndex) -> None:
        group = self.model.group(index)
        if group is not None:
            self.looked_at.emit(group)

    def _on_activated(self, index: QModelIndex) -> None:
        if twin := self.model.twin(index):
            self.open_requested.emit(twin.hit.path)

    def _show_menu(self, at: QPoint) -> None:
        index = self._tree.indexAt(at)
        twin = self.model.twin(index)
        if twin is not None:
            self._tree.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.menu(twin).popup(self._tree.viewport().mapToGlobal(at))

    def menu(self, twin: Twin) -> QMenu:
        """What can be done with a photo; the caller shows it."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        open_photo = menu.addAction(tr("&Open") + "\tEnter")
        set_icon(open_photo, "open")
        open_photo.triggered.connect(lambda: self.open_requested.emit(twin.hit.path))
        reveal = menu.addAction(tr("Show in &folder"))
        set_icon(reveal, "folder")
        reveal.triggered.connect(lambda: self.reveal_requested.emit(twin.hit.path))
        menu.addSeparator()
        is_marked = self.model.marks.is_marked(twin)
        mark = menu.addAction((tr("&Keep it") if is_marked else tr("&Mark it for the trash")) + "\tSpace")
        mark.setEnabled(not self.model.marks.why_not(twin))
        mark.triggered.connect(self._toggle_selected)
        return menu

    def _say(self, title: str, sentence: str) -> None:
        self._message.show_message(title, sentence)
        self._pages.setCurrentWidget(self._message)

    def showEvent(self, event: object) -> None:
        self.model.pixel_ratio = self.devicePixelRatioF()
        super().showEvent(event)  # type: ignore[arg-type]

    def closeEvent(self, event: QCloseEvent) -> None:
        self.stop_requested.emit()
        super().closeEvent(event)


def _fill(combo: QComboBox, none: str, folders: Sequence[str]) -> None:
    """Offer no folder, each of these, and to choose another; what was chosen stays so, if it is still offered."""
    chosen = combo.currentData() or ""
    combo.clear()
    combo.addItem(none, "")
    for folder in folders:
        combo.addItem(display_name(folder), folder)
        combo.setItemData(combo.count() - 1, texts.printable(folder), Qt.ItemDataRole.ToolTipRole)
    combo.addItem(tr(CHOOSE), None)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))
