"""The grid of hits: thumbnails, keyboard, context menu, dragging files out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, QModelIndex, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget

from app import result_texts, shortcuts
from app.actions import Scope, command_for, command_named
from app.arranging import Section
from app.history import Place
from app.hit_delegate import LARGEST_SIDE_PX, SMALLEST_SIDE_PX, HitDelegate
from app.hits_model import HitsModel
from app.icons import set_icon
from app.tile_view import TileView
from app.words import tr
from engine.types import Hit

_ASK_AFTER_MS = 15
_ZOOM_STEP_PX = 16


class GridView(TileView):
    """Shows the rows of a `HitsModel` as tiles. Thumbnails are read for the visible rows and one page below only.

    Signals:
        preview_requested(Hit), open_requested(Hit), reveal_requested(Hit), find_similar_requested(Hit): about one hit.
        look_closer_requested(Hit): to see it as large as the window.
        pick_part_requested(Hit): to draw a box on it and search for that.
        copy_path_requested(list[Hit]): about all selected hits.
        command_requested(str): a key of the results was pressed that asks for something else: the name of the command.
        menu_made(QMenu): about to be shown, for others to add to.
    """

    preview_requested = Signal(object)
    look_closer_requested = Signal(object)
    open_requested = Signal(object)
    reveal_requested = Signal(object)
    find_similar_requested = Signal(object)
    pick_part_requested = Signal(object)
    copy_path_requested = Signal(object)
    thumbnail_side_changed = Signal(int)
    command_requested = Signal(str)
    menu_made = Signal(QMenu)

    def __init__(self, model: HitsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._delegate = HitDelegate(self)
        self._kept_photo_id: int | None = None  # of the chosen hit, while the model is reset
        self._kept_y = 0  # and where it was
        self._anchor_row = 0  # the row kept at the top when the number of columns changes
        self._ask_timer = QTimer(self)
        self._ask_timer.setSingleShot(True)
        self._ask_timer.setInterval(_ASK_AFTER_MS)
        self._ask_timer.timeout.connect(self._request_thumbnails)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # else it changes the number of columns
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setAccessibleName(tr("Photos found, best first"))
        self.setItemDelegate(self._delegate)
        self.setModel(model)
        self.doubleClicked.connect(self._on_double_clicked)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.verticalScrollBar().rangeChanged.connect(self._ask_timer.start)
        model.modelAboutToBeReset.connect(self._on_about_to_reset)
        model.modelReset.connect(self._on_reset)

    # ---- for the window -----------------------------------------------------------------------------------------

    def selected_hits(self) -> list[Hit]:
        """The selected hits, best first."""
        return [self._model.hit(row) for row in sorted(index.row() for index in self.selectedIndexes())]

    def is_untouched(self) -> bool:
        """Whether nothing is selected and the first hits are in view: nobody has begun to look through them."""
        return not self.selectionModel().hasSelection() and self.verticalScrollBar().value() == 0

    def current_hit(self) -> Hit | None:
        """The hit the keyboard is on, or None."""
        index = self.currentIndex()
        return self._model.hit(index.row()) if index.isValid() else None

    def thumbnail_side_px(self) -> int:
        """Longest side of the thumbnails in logical pixels."""
        return self._delegate.side_px

    def set_thumbnail_side_px(self, side_px: int) -> None:
        """Show thumbnails of this size (kept within 96..320); what is in view stays in view."""
        side_px = min(max(side_px, SMALLEST_SIDE_PX), LARGEST_SIDE_PX)
        if side_px != self._delegate.side_px:
            self._delegate.side_px = side_px
            self._delegate.forget_pixmaps()
            self.lay_out()
            self.thumbnail_side_changed.emit(side_px)

    def place(self) -> Place:
        """Where in the results the user is."""
        index, y = self.currentIndex(), self.verticalOffset()
        chosen = self._model.hit(index.row()).photo_id if self.selectionModel().isSelected(index) else None
        row = self.visible_rows().start
        if not y or row >= self._model.rowCount():
            return Place(chosen=chosen)
        return Place(self._model.hit(row).photo_id, y - self.top_of(row), chosen)

    def go_to(self, place: Place) -> None:
        """Be there again, as far as the photos are among the hits."""
        chosen, top = (None if photo is None else self._model.row_of(photo) for photo in (place.chosen, place.top))
        if chosen is not None:
            self.setCurrentIndex(self._model.index(chosen))
        if top is not None:
            self.verticalScrollBar().setValue(self.top_of(top) + place.above_px)

    def show_frames(self, is_on: bool) -> None:
        """Frame what was found in the thumbnails, or leave it to the eye."""
        self._delegate.shows_frames = is_on
        self.viewport().update()

    def set_part_numbers(self, numbers: Sequence[int]) -> None:
        """The numbers of the parts that frames are about, as in `Parts`."""
        self._delegate.part_numbers = tuple(numbers)
        self.viewport().update()

    def context_menu(self, hit: Hit) -> QMenu:
        """The menu of what can be done with a hit; the caller shows it."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, name, icon_name, signal in (
            (tr("&Preview"), "preview", "preview", self.preview_requested),
            (tr("Look &closer"), "look_closer", "expand", self.look_closer_requested),
            (tr("&Open"), "open_photo", "open", self.open_requested),
            (tr("Show in &folder"), "reveal", "folder", self.reveal_requested),
            (tr("Find &similar to this"), "find_similar", "similar", self.find_similar_requested),
            (tr("Search for a p&art of this"), "pick_part", "part", self.pick_part_requested),
        ):
            keys = command_named(name).keys_in_force
            action = menu.addAction("\t".join((text, *map(shortcuts.native_text, keys[:1]))))
            set_icon(action, icon_name)
            action.triggered.connect(lambda _checked, emit=signal.emit: emit(hit))
        menu.setDefaultAction(menu.actions()[2])  # what a double click does
        self.menu_made.emit(menu)
        return menu

    # ---- input --------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._on_key(event):
            super().keyPressEvent(event)

    def _on_key(self, event: QKeyEvent) -> bool:
        """Do what a key asks for; returns whether it was one of the grid's own."""
        hit = self.current_hit()
        if hit is None:
            return False
        match command_for(event, Scope.RESULTS):
            case "copy_path":
                self.copy_path_requested.emit(self.selected_hits() or [hit])
            case "preview":
                self.preview_requested.emit(hit)
            case "look_closer":
                self.look_closer_requested.emit(hit)
            case "find_similar":
                self.find_similar_requested.emit(hit)
            case "open_stack":
                self._toggle_stack(self.currentIndex())
            case name if name and not command_named(name).is_fixed:
                self.command_requested.emit(name)
            case _:
                return False
        return True

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_by_key else self.indexAt(event.pos())
        if index.isValid():
            at = self.visualRect(index).center() if is_by_key else event.pos()
            self.context_menu(self._model.hit(index.row())).popup(self.viewport().mapToGlobal(at))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and self._is_on_badge(index, event.position()):
            self.setCurrentIndex(index)
            self._toggle_stack(index)
        else:
            super().mousePressEvent(event)

    def _is_on_badge(self, index: QModelIndex, point: QPointF) -> bool:
        if not index.isValid() or (size := self._model.stack_size(index.row())) < 2:
            return False
        return self._delegate.stack_badge(self.visualRect(index), size).contains(point)

    def _toggle_stack(self, index: QModelIndex) -> None:
        self._model.open_stack(index.row(), not self._model.is_stack_open(index.row()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            notches = event.angleDelta().y() / 120
            self.set_thumbnail_side_px(self.thumbnail_side_px() + round(notches * _ZOOM_STEP_PX))
            event.accept()
        else:
            super().wheelEvent(event)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.open_requested.emit(self._model.hit(index.row()))

    # ---- sections -----------------------------------------------------------------------------------------------

    def sections(self) -> list[tuple[str, int]]:
        """See `TileView.sections`."""
        return [(_title_of(section), section.n_rows) for section in self._model.sections()]

    # ---- layout -------------------------------------------------------------------------------------------------

    def lay_out(self) -> None:
        """Lay the tiles out anew, and keep the first visible row at the top."""
        anchor, before = self._anchor_row, self._layout
        super().lay_out()
        moved = (before.n_columns, before.line_px) != (self._layout.n_columns, self._layout.line_px)
        if anchor and moved and anchor < self._layout.n_rows:
            self.verticalScrollBar().setValue(self.top_of(anchor))
            self._anchor_row = anchor  # itself, not the first of its line: the old width brings the old place back
        self._ask_timer.start()

    def _on_scrolled(self) -> None:
        self._anchor_row = self.visible_rows().start
        self._ask_timer.start()

    def _on_about_to_reset(self) -> None:
        index = self.currentIndex()
        is_chosen = self.selectionModel().isSelected(index)  # not merely where the keyboard happens to be
        self._kept_photo_id = self._model.hit(index.row()).photo_id if is_chosen else None
        self._kept_y = self.visualRect(index).top()

    def _on_reset(self) -> None:
        """Show the hits from the best one on; the chosen photo stays chosen if it is among them.

        Where the same hits are only arranged in another way, it also stays where it is on the screen.
        """
        self._anchor_row = 0
        row = None if self._kept_photo_id is None else self._model.row_of(self._kept_photo_id)
        if row is not None:
            self.setCurrentIndex(self._model.index(row))
        is_in_view = 0 <= self._kept_y < self.viewport().height()
        if row is not None and is_in_view and self._model.is_same_answer():
            self.verticalScrollBar().setValue(self.top_of(row) - self._kept_y)
        else:
            self._delegate.forget_pixmaps()
            self.scrollToTop()
        self._ask_timer.start()

    def _request_thumbnails(self) -> None:
        """Ask for what is in view first, then for the page below it, where people scroll to next."""
        visible = self.visible_rows()
        below = range(visible.stop, min(visible.stop + len(visible), self._model.rowCount()))
        self._model.request_thumbnails([*visible, *below])


def _title_of(section: Section) -> str:
    return "" if section.key is None else result_texts.section_title(section.key, _month_name)


def _month_name(year: int, month: int) -> str:
    """“May 2024”, as it is written in the user's language."""
    return f"{QLocale().standaloneMonthName(month)} {year}"
