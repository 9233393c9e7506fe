"""A walk through the real window on the real engine by mouse and keyboard: `python -m tests.helpers.tour PHOTOS`.

In a process of its own, so that it may have a screen of its own (see `test_tour`). Prints one line of JSON: what was
done, in order, and for how long the window did not answer at most while that was done. Library, settings, trash and the
like are where the XDG variables say.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QPixmap, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QWidget,
)

from app import places, runtime, settings, theme
from app.bridge import Bridge
from app.columns import Facet
from app.compare_view import Mode
from app.crop_view import CropView
from app.file_manager import FileManager
from app.keeper import LibraryKeeper
from app.main_window import MainWindow
from app.notify import Notifier
from app.screen_capture import refusal
from tests.helpers.stopwatch import FairStopwatch

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PATIENCE_S = 240.0
LOOK_EVERY_MS = 10
Key = Qt.Key


class Tour:
    """Somebody who knows the window. Each step is an action and what has to come of it."""

    def __init__(self, photos: Path, exported: Path) -> None:
        arguments = places.WindowArguments(
            places.default_library(), None, places.default_model(), places.cache_folder(), "cpu"
        )
        keeper = LibraryKeeper(arguments)
        config = places.config_folder()
        self.bridge = Bridge(partial(keeper.make_engine, watch=True, device="cpu"))
        self.window = MainWindow(
            self.bridge, settings.SettingsFile(config / "settings.toml"), settings.window_state(config), Notifier(),
            FileManager(lambda url: True), keeper,
        )  # fmt: skip
        self.photos, self.exported = photos, exported
        self.done: list[str] = []
        self.gaps_ms: dict[str, float] = {}
        self.grid, self.model = self.window.results.grid, self.window.hits_model

    def go(self) -> None:
        """All of it. The longest gap of each step is kept."""
        self.window.show()
        QTest.qWaitForWindowExposed(self.window)
        self.window.activateWindow()
        self.bridge.start()
        self.until(lambda: self.window._is_ready)
        stopwatch = FairStopwatch()
        steps = (
            self.add, self.drop_picture, self.crop, self.refine, self.filter, self.compare, self.export, self.trash,
            self.undo, *((self.capture,) if refusal(QGuiApplication.platformName()) == "" else ()),
        )  # fmt: skip
        for step in steps:
            QTest.qWait(LOOK_EVERY_MS)
            stopwatch.restart()
            step()
            QTest.qWait(LOOK_EVERY_MS)
            self.done.append(step.__name__)
            self.gaps_ms[step.__name__] = stopwatch.longest_ms
        self.window.close()
        self.until(lambda: not self.window.isVisible())

    # ---- steps ------------------------------------------------------------------------------------------------------

    def add(self) -> None:
        """A folder is dropped on the first page, and the question answered."""
        self.drop(self.photos)
        self.answer()
        self.until(lambda: not self.window.jobs.is_busy() and self.window.folders_panel.lines())

    def drop_picture(self) -> None:
        """A picture is dropped on the window."""
        self.drop(self.photos / "chair" / "image006.jpg")
        self.until(lambda: len(self.names()) > 1)
        assert self.names()[0] == "chair/image006.jpg"

    def crop(self) -> None:
        """A box is drawn with the mouse; the photos with the chair in them get frames."""
        crop = self.window.query_panel.findChild(CropView)
        start, end = (self.in_picture(crop, x, y) for x, y in ((0.27, 0.12), (0.76, 0.9)))
        QTest.mousePress(crop, LEFT, NONE, start)
        for step in range(1, 9):
            QTest.mouseMove(crop, start + (end - start) * (step / 8))
            QTest.qWait(LOOK_EVERY_MS)
        QTest.mouseRelease(crop, LEFT, NONE, end)
        self.until(lambda: self.is_answered() and self.n_framed() >= 3)

    def refine(self) -> None:
        """The box is moved and made larger by keys, a search option is switched on and off, weak hits are shown."""
        crop = self.window.query_panel.findChild(CropView)
        crop.setFocus()
        before = crop.box()
        QTest.keyClick(crop, Key.Key_Left, SHIFT)
        QTest.keyClick(crop, Key.Key_Down, CONTROL)
        assert crop.box() != before
        self.until(self.is_answered)
        for is_on in (True, False):
            self.press(Key.Key_T, CONTROL)
            self.until(lambda is_on=is_on: self.searching_turned() is is_on and self.is_answered())
        score, n_before = self.window.results.controls.bar.score, self.model.rowCount()
        QTest.mousePress(score, LEFT, NONE, QPoint(score.width() // 2, score.height() - 6))
        QTest.mouseMove(score, QPoint(2, score.height() - 6))
        QTest.mouseRelease(score, LEFT, NONE, QPoint(2, score.height() - 6))
        self.until(lambda: self.model.rowCount() > n_before)

    def filter(self) -> None:
        """Only photos of one folder are let through, then all again."""
        controls, n_before = self.window.results.controls, self.model.rowCount()
        self.click(controls.bar.filters)
        self.until(lambda: self.model.columns().is_filled)
        self.click(controls.filters.chips[Facet.FOLDER].button)
        popup = controls.filters.popup
        values = popup.findChild(QListWidget)
        row = next(row for row in range(values.count()) if "beach" in values.item(row).text())
        values.setCurrentRow(row)
        QTest.keyClick(values, Key.Key_Space)
        self.until(lambda: {name.split("/")[0] for name in self.names()} == {"beach"})
        QTest.keyClick(popup, Key.Key_Escape)
        self.click(controls.filters.chips[Facet.FOLDER].clear_button)
        self.until(lambda: self.model.rowCount() == n_before)

    def compare(self) -> None:
        """The second hit as large as the window, beside the query, larger, and the next one; back by Escape."""
        self.grid.setFocus()
        self.grid.setCurrentIndex(self.model.index(0))
        QTest.keyClick(self.grid, Key.Key_Right)
        QTest.keyClick(self.grid, Key.Key_Return)
        viewer = self.window.looking.viewer
        self.until(self.window.looking.is_viewing)
        view = viewer.compare.hit.view
        QTest.keyClick(view, Key.Key_C)
        assert viewer.compare.mode() is Mode.SIDE
        QTest.qWait(200)
        self.wheel(view, 3)
        QTest.keyClick(view, Key.Key_PageDown)
        self.until(lambda: viewer.hit() == self.model.hit(2))
        QTest.qWait(200)
        QTest.keyClick(view, Key.Key_Escape)
        self.until(lambda: not self.window.looking.is_viewing())

    def export(self) -> None:
        """All hits as a page; its name is typed."""
        self.press(Key.Key_E, CONTROL | SHIFT)
        dialog = self.dialog(QFileDialog)
        name = dialog.findChild(QLineEdit, "fileNameEdit")
        dialog.setDirectory(str(self.exported.parent))
        name.selectAll()
        QTest.keyClicks(name, self.exported.stem)  # a longer path would open a list of what it may become
        self.click(dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save))
        self.until(self.exported.exists)
        self.until(lambda: not any(box.isVisible() for box in self.window.findChildren(QDialog)))

    def trash(self) -> None:
        """The second hit goes to the trash, after a question."""
        self.grid.setFocus()
        self.grid.setCurrentIndex(self.model.index(1))
        self.trashed = Path(self.model.hit(1).path)
        QTest.keyClick(self.grid, Key.Key_Delete)
        self.answer()
        self.until(lambda: not self.trashed.exists())
        self.until(lambda: str(self.trashed) not in self.paths())

    def undo(self) -> None:
        """It comes back, to its place and into the results."""
        self.press(Key.Key_Z, CONTROL)
        self.until(self.trashed.exists)
        self.until(lambda: str(self.trashed) in self.paths())

    def capture(self) -> None:
        """What is on the screen is searched with: a photo of the chair that a window beside ours shows."""
        other = QLabel()
        other.setPixmap(QPixmap(str(self.photos / "chair" / "image012.jpg")).scaledToWidth(280))
        self.window.move(0, 0)
        other.move(self.window.frameGeometry().right() + 10, 10)
        other.show()
        QTest.qWaitForWindowExposed(other)
        place = QRect(other.mapToGlobal(QPoint(0, 0)), other.size())
        self.press(Key.Key_S, CONTROL | SHIFT)
        self.until(lambda: self.window.capture.screens)
        (screen,) = self.window.capture.screens
        QTest.qWaitForWindowExposed(screen)
        QTest.mousePress(screen, LEFT, NONE, place.topLeft())
        QTest.mouseMove(screen, place.center())
        QTest.mouseRelease(screen, LEFT, NONE, place.bottomRight())
        self.until(lambda: self.window.isVisible() and self.is_answered() and self.window.query_panel.query())
        self.until(lambda: self.names()[:1] == ["chair/image012.jpg"])
        other.close()

    # ---- hands ------------------------------------------------------------------------------------------------------

    def drop(self, path: Path) -> None:
        """Let go of a file over the window."""
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path))])
        copy = Qt.DropAction.CopyAction
        QApplication.sendEvent(self.window, QDragEnterEvent(QPoint(5, 5), copy, mime, LEFT, NONE))
        QApplication.sendEvent(self.window, QDropEvent(QPointF(5, 5), copy, mime, LEFT, NONE))

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        """Press the keys of a command of the window, which has to be the active one."""
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)
        QTest.keyClick(self.window, key, modifiers)

    def click(self, widget: QWidget) -> None:
        QTest.mouseClick(widget, LEFT, NONE, widget.rect().center())

    def answer(self) -> None:
        """Say yes to the question that is asked."""
        self.click(self.dialog(QMessageBox).buttons()[0])

    def wheel(self, widget: QWidget, notches: int) -> None:
        middle = QPointF(widget.rect().center())
        event = QWheelEvent(
            middle, widget.mapToGlobal(middle), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, NONE,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)

    # ---- eyes -------------------------------------------------------------------------------------------------------

    def dialog(self, kind: type[QDialog]) -> QDialog:
        """The dialog of this kind, once it is there."""

        def shown() -> list[QDialog]:
            return [box for box in self.window.findChildren(kind) if box.isVisible()]

        self.until(shown)
        return shown()[0]

    def paths(self) -> list[str]:
        return [self.model.hit(row).path for row in range(self.model.rowCount())]

    def names(self) -> list[str]:
        """The hits, best first, as group/photo."""
        return ["/".join(Path(path).parts[-2:]) for path in self.paths()]

    def n_framed(self) -> int:
        return sum(self.model.hit(row).box is not None for row in range(self.model.rowCount()))

    def searching_turned(self) -> bool:
        search = self.window.searching.search()
        return search is not None and search.turned

    def is_answered(self) -> bool:
        """Whether the hits are those of the query as it stands now."""
        panel, searching = self.window.query_panel, self.window.searching
        return searching._job_id is None and panel.query() == searching.query() and self.model.rowCount() > 0

    def in_picture(self, crop: CropView, x: float, y: float) -> QPoint:
        """The place of a share of the picture's width and height in the widget."""
        area = crop.picture_rect()
        return QPoint(round(area.left() + x * area.width()), round(area.top() + y * area.height()))

    def until(self, condition: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"in vain, after {self.done}")
            QTest.qWait(LOOK_EVERY_MS)


def main() -> int:
    """Go on the tour, and tell of it."""
    app = QApplication(["resight"])
    collection = runtime.GarbageCollection(app)
    theme.apply(app)
    photos = Path(sys.argv[1])
    tour = Tour(photos, photos.parent / "hits.html")
    try:
        tour.go()
    finally:
        if tour.window.isVisible():
            tour.window.close()
            tour.until(lambda: not tour.window.isVisible())
    told = {"platform": QGuiApplication.platformName(), "done": tour.done, "gaps_ms": tour.gaps_ms}
    told["hits"] = tour.names()
    sys.stdout.write(json.dumps(told) + "\n")
    collection.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
