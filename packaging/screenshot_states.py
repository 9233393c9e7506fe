"""The states that `screenshots.py` shows: a walk through the real window, which stops wherever there is a picture."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, QRect, QSettings, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QDialog, QWidget
from screenshot_photos import Photos

from app import care_texts, languages, theme
from app.arranging import Grouping
from app.bridge import Bridge
from app.columns import Facet
from app.compare_view import Mode
from app.duplicate_marks import DuplicateMarks
from app.file_manager import FileManager
from app.keeper import LibraryKeeper
from app.main_window import MainWindow
from app.notify import Notifier
from app.places import WindowArguments
from app.query_input import source_of
from app.settings import SettingsFile
from app.settings_dialog import SettingsDialog
from engine.messages import Phase, Progress
from engine.types import Box

PATIENCE_S = 240.0
BLINK_MS = 250  # thumbnails and the like
LONG_MS = 900  # pictures that are loaded, maps of heat
CHAIR = Box(0.27, 0.12, 0.76, 0.9)
_SOME = 16  # photos, of those that are indexed
_SETTINGS = ("settings", "settings-library", "settings-indexing")
_TITLE_PX = 30


class Tour:
    """Opens the window and goes through its states; `save` is called with the name of each and its picture.

    Args:
        arguments: the library, which does not exist yet.
        choices, state, notifier, files: of the window.
        photos: what is indexed and searched for.
        size: of the window.
    """

    def __init__(
        self,
        arguments: WindowArguments,
        choices: SettingsFile,
        state: QSettings,
        notifier: Notifier,
        files: FileManager,
        photos: Photos,
        size: tuple[int, int],
    ) -> None:
        self.save: Callable[[str, QImage], None] = lambda name, image: None
        self._photos = photos
        keeper = LibraryKeeper(arguments)
        self._bridge = Bridge(partial(keeper.make_engine, watch=True))
        self._window = MainWindow(self._bridge, choices, state, notifier, files, keeper)
        self._window.resize(*size)
        self._n_analysed = 0
        self._bridge.progress.connect(self._note)

    def go(self, wanted: Collection[str]) -> None:
        """Show these states, or all, and close the window. Others may come by on the way to them."""
        window = self._window
        window.show()
        self._bridge.start()
        try:
            self._show_all(wanted)
        finally:
            window.close()
            self._until(lambda: not window.isVisible())

    def _show_all(self, wanted: Collection[str]) -> None:
        self._until(lambda: self._window._is_ready)
        if not self._window._has_folders:
            self._wait(BLINK_MS)
            self._shoot("first-run")
            if not wanted or "samples" in wanted:
                self._show_samples()
        self._show_indexing()
        for show, states in (
            (self._show_results, ("results", "menu")),
            (self._show_box, ("box", "heat", "marks")),
            (self._show_filters, ("filters", "months", "stacks")),
            (self._show_looking, ("large", "compare")),
            (self._show_parts, ("parts", "part-of-hit")),
            (self._show_acts, ("trash", "duplicates", "why-not")),
            (self._show_dialogs, (*_SETTINGS, "failures", "leave-out", "keys")),
            (self._show_teaching, ("teaching",)),
            (self._show_away, ("away",)),
        ):
            if not wanted or set(wanted) & set(states):
                show()

    # ---- states ---------------------------------------------------------------------------------------------------

    def _show_samples(self) -> None:
        """What comes with Resight, searched, and taken out again."""
        window = self._window
        window.samples.try_them()
        self._until(lambda: not window.jobs.is_busy() and window.results.shows_results())
        self._settle()
        self._shoot("samples")
        window.samples.remove()
        self._until(window.results.is_first_run)
        self._until(lambda: not window._status.folders and not window.jobs.is_busy())
        window.queries.recent.forget_all()
        self._n_analysed = 0

    def _show_indexing(self) -> None:
        """The library at work, and a search meanwhile."""
        window = self._window
        window.jobs.add_folders([str(self._photos.pictures), str(self._photos.archive)])
        window.open_picture(str(self._photos.query))
        self._until(lambda: self._n_analysed >= _SOME or not window.jobs.is_busy())
        window.jobs.set_paused(True)  # it would be through before anything could be looked at
        self._search()
        window.jobs.set_paused(False)
        known = self._n_analysed
        self._until(lambda: self._n_analysed > known or not window.jobs.is_busy())
        self._shoot("indexing")
        self._until(lambda: not window.jobs.is_busy())

    def _show_results(self) -> None:
        window = self._window
        self._search()
        collecting, name = window.queries.collecting, self._say("Armchairs", "肘掛け椅子")
        if all(collection.name != name for collection in collecting._collections):
            collecting._save(window.queries.going_back.shown(), name)
        self._settle()
        self._select(0)
        self._shoot("results")
        menu = self._window.results.grid.context_menu(self._window.hits_model.hit(1))
        menu.popup(QPoint(0, 0))
        self._wait(BLINK_MS)
        self._shoot("menu", at=(menu, QPoint(560, 90)))
        menu.close()

    def _show_box(self) -> None:
        self._search(CHAIR)
        self._select(1)
        self._window.looking.show_preview(self._window.hits_model.hit(1))
        self._wait(LONG_MS)
        self._shoot("box")
        self._window._actions["show_heat"].trigger()
        self._wait(LONG_MS)
        self._shoot("heat")
        self._window._actions["show_heat"].trigger()
        self._mark()
        self._window.looking.close_preview()

    def _mark(self) -> None:
        """Two hits that show the same, one that does not."""
        hit = self._window.hits_model.hit
        last = self._window.hits_model.rowCount() - 1
        self._window.marking.mark([hit(0), hit(1)], True)
        self._window.marking.mark([hit(last)], False)
        self._wait(BLINK_MS)
        self._shoot("marks")
        self._wait(LONG_MS)
        self._settle()

    def _show_filters(self) -> None:
        """Many hits: chips, months, what is left out."""
        controls = self._window.results.controls
        self._search(self._photos.photo("2022 Rain forest", "trail 1"))
        controls.bar.score.setValue(0)
        controls.set_filters_visible(True)
        self._until(lambda: self._window.hits_model.columns().is_filled)
        controls.filters.chosen.emit(Facet.CAMERA, frozenset({"Apple iPhone 12"}))
        self._wait(BLINK_MS)
        controls.filters.chips[Facet.TAKEN].button.click()
        self._wait(BLINK_MS)
        popup = controls.filters.popup
        chip = controls.filters.chips[Facet.TAKEN]
        self._shoot("filters", at=(popup, chip.mapTo(self._window, QPoint(0, chip.height() + 2))))
        popup.close()
        controls.clear_filters()
        controls._arrange(grouping=Grouping.DATE)
        self._wait(BLINK_MS)
        self._shoot("months")
        controls._arrange(grouping=Grouping.NONE)
        controls.set_filters_visible(False)
        controls.set_stacks(True)
        self._settle()
        self._shoot("stacks")
        controls.set_stacks(False)
        self._settle()

    def _show_looking(self) -> None:
        """One hit as large as the window, and beside the query."""
        self._search(CHAIR)
        window, viewer = self._window, self._window.looking.viewer
        window.looking.look_closer(window.hits_model.hit(1))
        self._wait(LONG_MS)
        self._shoot("large")
        viewer.set_mode(Mode.SIDE)
        self._wait(BLINK_MS)
        self._wait(LONG_MS)
        self._shoot("compare")
        window.looking.close_viewer()

    def _show_parts(self) -> None:
        """A query of several parts: of two pictures, and one that is not wanted."""
        panel = self._window.query_panel
        self._search(self._photos.photo("2019 Coast", "beach 2"))
        panel._crop_view.set_box(Box(0.02, 0.3, 0.5, 0.72))
        panel._crop_view.part_added.emit(Box(0.55, 0.45, 0.98, 0.95))
        panel._on_given(source_of(str(self._photos.photo("2023 At home", "books 1"))), True)
        panel._parts.toggle_unwanted(2)
        panel._parts.choose(0)
        self._settle()
        self._select(1)
        self._window.looking.show_preview(self._window.hits_model.hit(1))
        self._wait(LONG_MS)
        self._shoot("parts")
        self._window.preview.begin_picking()
        self._window.preview._picker.set_box(Box(0.3, 0.3, 0.7, 0.7))
        self._wait(BLINK_MS)
        self._shoot("part-of-hit")
        self._window.preview._picker.end()
        self._window.looking.close_preview()

    def _show_acts(self) -> None:
        """Asking before the trash, duplicates, and why a photo was not found."""
        window = self._window
        self._search()
        window.acting.files.ask_trash([window.hits_model.hit(row).path for row in range(3)])
        self._shoot_dialog("trash")
        finder = window.acting.duplicates
        finder.show()
        finder.dialog._find.click()
        self._until(lambda: finder.dialog.model.marks.groups)
        finder.dialog.model.change(DuplicateMarks.mark_all_but_best)
        self._wait(LONG_MS)
        self._shoot("duplicates", finder.dialog)
        finder.dialog.close()
        window.why_not.ask()
        window.why_not.dialog.asked.emit(str(self._photos.photo("2022 Museum", "skull 1")))
        self._wait(LONG_MS)
        self._shoot("why-not", window.why_not.dialog)
        window.why_not.dialog.close()

    def _show_dialogs(self) -> None:
        window = self._window
        window.dialogs.show_problems()
        self._wait(LONG_MS)
        self._shoot("failures", window.dialogs.problems)
        window.dialogs.problems.close()
        titles = care_texts.APPEARANCE, care_texts.LIBRARY, care_texts.INDEXING
        for state, title in zip(_SETTINGS, titles, strict=True):
            window._actions["settings"].trigger()
            next(dialog for dialog in window.findChildren(SettingsDialog) if dialog.isVisible()).show_page(title)
            self._shoot_dialog(state)
        window._actions["leave_out"].trigger()
        self._wait(LONG_MS)
        self._shoot_dialog("leave-out")
        window._actions["show_keys"].trigger()
        self._shoot_dialog("keys")

    def _show_teaching(self) -> None:
        window = self._window
        window.teaching.show()
        dialog = window.teaching.dialog
        self._until(lambda: dialog._question is not None or dialog._count.text())
        self._wait(LONG_MS)
        self._shoot("teaching", dialog)
        dialog.close()

    def _show_away(self) -> None:
        """A folder whose drive is away: its photos are still found."""
        self._photos.take_archive_away()
        self._window.jobs.update()
        self._until(lambda: any(not folder.online for folder in self._window._status.folders))
        self._search(self._photos.away / "Favourites" / "car.jpg")
        self._select(0)
        self._window.looking.show_preview(self._window.hits_model.hit(0))
        self._wait(LONG_MS)
        self._shoot("away")

    def _say(self, english: str, japanese: str) -> str:
        return japanese if languages.language() == "ja" else english

    # ---- doing ----------------------------------------------------------------------------------------------------

    def _search(self, what: Path | Box | None = None) -> None:
        """Search with the query, a box in it, or another picture, and wait for the frames."""
        window, path = self._window, what if isinstance(what, Path) else self._photos.query
        window.open_picture(str(path))
        self._until(lambda: window.query_panel._crop_view.has_picture())
        window.query_panel._crop_view.set_box(what if isinstance(what, Box) else None)
        self._settle()

    def _settle(self) -> None:
        """Wait for the answer to what is asked now, its frames and its thumbnails."""
        window = self._window
        locating = window.refining.locating
        self._wait(BLINK_MS)
        self._until(lambda: window.searching._job_id is None and window.results.shows_results())
        self._until(lambda: not (locating._waiting or locating._batch))
        self._until(self._are_thumbnails_there)
        self._wait(BLINK_MS)

    def _are_thumbnails_there(self) -> bool:
        model, cache = self._window.hits_model, self._window._body.thumb_cache
        return all(cache.image(model.hit(row)) is not None for row in range(min(6, model.rowCount())))

    def _select(self, row: int) -> None:
        grid = self._window.results.grid
        grid.setCurrentIndex(self._window.hits_model.index(row))
        grid.setFocus()
        self._wait(BLINK_MS)

    def _note(self, progress: Progress) -> None:
        if progress.phase is Phase.ANALYSING:
            self._n_analysed = max(self._n_analysed, progress.done)

    # ---- waiting ----------------------------------------------------------------------------------------------------

    def _wait(self, ms: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(ms, loop.quit)
        loop.exec()

    def _until(self, condition: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"waited {PATIENCE_S:.0f} s in vain")
            self._wait(20)

    # ---- pictures -------------------------------------------------------------------------------------------------

    def _shoot_dialog(self, state: str) -> None:
        """Show the dialog that has just been opened, and close it."""
        self._wait(BLINK_MS)
        dialog = next(dialog for dialog in self._window.findChildren(QDialog) if dialog.isVisible())
        self._shoot(state, dialog)
        dialog.close()
        self._wait(BLINK_MS)

    def _shoot(self, state: str, dialog: QWidget | None = None, at: tuple[QWidget, QPoint] | None = None) -> None:
        """Save the window, with a dialog in its middle or a menu at a place of it, as a screen would show them."""
        image = self._window.grab().toImage()
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if dialog is not None:
            room = self._window.rect()
            size = dialog.size()
            top = max(_TITLE_PX, (room.height() - size.height() + _TITLE_PX) // 2)
            place = QRect(QPoint((room.width() - size.width()) // 2, top), size)
            _paint_frame(painter, place.adjusted(0, -_TITLE_PX, 0, 0), dialog.windowTitle() or "Resight")
            painter.drawPixmap(place.topLeft(), dialog.grab())
        if at is not None:
            popup, point = at
            _paint_shadow(painter, QRect(point, popup.size()))
            painter.drawPixmap(point, popup.grab())
        painter.end()
        self.save(state, image)


def _paint_shadow(painter: QPainter, area: QRect) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for spread in range(10, 0, -2):
        painter.setBrush(QColor(0, 0, 0, 10))
        painter.drawRoundedRect(area.adjusted(-spread, -spread + 4, spread, spread + 4), spread + 4, spread + 4)


def _paint_frame(painter: QPainter, area: QRect, title: str) -> None:
    """What a window manager draws round a dialog; here is none."""
    _paint_shadow(painter, area)
    tokens = theme.tokens()
    painter.setPen(QPen(QColor(tokens.border_strong), 1))
    painter.setBrush(QColor(tokens.sunken))
    painter.drawRect(area.adjusted(-1, -1, 0, 0))
    painter.setPen(QColor(tokens.text))
    bar = QRect(area.topLeft(), area.size())
    bar.setHeight(_TITLE_PX)
    painter.drawText(bar, Qt.AlignmentFlag.AlignCenter, title)
