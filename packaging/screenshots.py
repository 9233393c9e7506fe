"""Pictures of the window in its states, drawn without a screen: `python packaging/screenshots.py OUT [--library DIR]`.

With a library the real engine answers, and the query is the first photo found in `--photos`; without one a stand-in
shows the photos of `tests/photos`. For the documentation, and for looking at the window at both sizes and schemes.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIZES = {"1280x800": (1280, 800, 1), "2560x1440": (1280, 720, 2)}  # logical width and height, scale factor
SETTLE_MS = 700


def main() -> None:
    """Draw every scheme and size, each in a process of its own: the scale factor is set once per process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="folder for the pictures")
    parser.add_argument("--library", type=Path, help="a library to open with the real engine")
    parser.add_argument("--photos", type=Path, default=ROOT / "tests" / "photos", help="folder of the query picture")
    parser.add_argument("--query", type=Path, help="the query picture (default: the first of --photos)")
    parser.add_argument("--box", default="0.25,0.3,0.75,0.8", help="the box drawn in it, as shares of the picture")
    parser.add_argument("--sizes", default=",".join(SIZES), help="of " + ", ".join(SIZES))
    parser.add_argument("--one", nargs=2, metavar=("SIZE", "SCHEME"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.one:
        draw(options, *options.one)
        return
    for size in options.sizes.split(","):
        for scheme in ("light", "dark"):
            environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(SIZES[size][2])}
            subprocess.run([sys.executable, *sys.argv, "--one", size, scheme], check=True, env=environment)


def draw(options: argparse.Namespace, size: str, scheme: str) -> None:
    """Open the window in this process and save its states."""
    sys.path.insert(0, str(ROOT))
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication, QWidget

    from app import settings, theme
    from app.bridge import Bridge
    from app.file_manager import FileManager
    from app.main_window import MainWindow
    from app.notify import Notifier
    from app.runtime import GarbageCollection
    from engine.types import Box
    from tests.helpers.keeper import keeper_of

    app = QApplication(["resight"])
    collection = GarbageCollection(app)
    theme.apply(app, scheme)
    photos = sorted(path for path in options.photos.rglob("*.jpg"))
    work = Path(tempfile.mkdtemp(prefix="resight-screenshots-"))
    make_engine = real_engine(options.library, work) if options.library else stand_in(photos, work)
    bridge = Bridge(make_engine, app)
    window = MainWindow(
        bridge,
        settings.SettingsFile(work / "settings.toml"),
        settings.window_state(work),
        Notifier(app),
        FileManager(parent=app),
        keeper_of(work / "library"),
    )

    def wait(ms: int = SETTLE_MS) -> None:
        loop = QEventLoop()
        QTimer.singleShot(ms, loop.quit)
        loop.exec()

    def save(name: str, widget: QWidget = window) -> None:
        widget.grab().save(str(options.out / f"{name}-{scheme}-{size}.png"))

    def wait_for(signal: object) -> None:
        loop = QEventLoop()
        signal.connect(loop.quit)
        QTimer.singleShot(120_000, loop.quit)
        loop.exec()

    width, height, _ = SIZES[size]
    window.resize(width, height)
    window.show()
    wait(200)
    save("1-first-run")
    QTimer.singleShot(0, bridge.start)
    wait_for(bridge.engine_ready)
    if not options.library:
        window.jobs.add_folders([str(options.photos / "groups"), str(options.photos / "single")])
    wait()
    save("2-no-query")
    window.open_picture(str(options.query or photos[0]))
    wait_for(window.searching.finished)
    wait()
    save("3-results")
    window._actions["look_further"].trigger()
    wait_for(window.searching.finished)
    wait()
    save("3b-further")
    save_results(window, wait, save)
    window._actions["look_further"].trigger()
    wait_for(window.searching.finished)
    window.looking.show_preview(window.hits_model.hit(1))
    window.results.grid.setCurrentIndex(window.hits_model.index(1))
    wait()
    save("4-preview")
    save_acts(window, wait, save)
    save_why_not(window, str(photos[5]), wait, save)
    save_duplicates(window, photos, wait, save)
    window.query_panel._crop_view.set_box(Box(*map(float, options.box.split(","))))
    wait_for(window.refining.locating.finished if options.library else window.searching.finished)
    wait()
    save("5-box")
    save_large_view(window, wait, save)
    save_parts(window, photos, wait, save)
    window.dialogs.show_problems()
    wait()
    save("6-problems", window.dialogs.problems)
    window.dialogs.problems.hide()
    save_dialogs(window, wait, save)
    window.close()
    wait()
    collection.stop()


def save_large_view(window: object, wait: Callable[[int], None], save: Callable[..., None]) -> None:
    """One hit as large as the window: alone, at full size, side by side with the query."""
    from app.compare_view import Mode

    viewer = window.looking.viewer
    window.looking.look_closer(window.hits_model.hit(1))
    wait(SETTLE_MS)
    save("20-large")
    viewer.set_mode(Mode.SIDE)
    wait(300)
    save("21-side-by-side")
    viewer.compare.hit.view.zoom_steps(4)
    wait(SETTLE_MS)
    save("22-zoomed")
    window.looking.close_viewer()
    wait(100)
def save_acts(window: object, wait: Callable[[int], None], save: Callable[..., None]) -> None:
    """What can be done with hits."""
    from PySide6.QtWidgets import QDialog

    from app import file_texts
    from app.questions import inform
    from app.work_dialog import WorkDialog
    from engine.messages import Phase, Progress

    menu = window.results.grid.context_menu(window.hits_model.hit(1))
    menu.popup(window.mapToGlobal(window.rect().center()))
    wait(150)
    save("30-photo-menu", menu)
    menu.close()
    files = window.acting.files
    three = ["/home/ada/Pictures/a.jpg"] * 3

    def show_copying() -> None:
        title = file_texts.COPYING.format(what="120 photos", place="Archive")
        dialog = WorkDialog(title, file_texts.GOES_ON, can_stop=True, parent=window)
        dialog.show_progress(Progress(0, Phase.COPYING, 42, 120))
        dialog.open()

    sentences = (file_texts.NOT_THERE.format(name="beach03.jpg"), file_texts.IS_THERE_ALREADY.format(name="sea.jpg"))
    for name, show in (
        ("31-trash", lambda: files.ask_trash(three)),
        ("32-move", lambda: files._ask_move(three[:1], "/home/ada/Pictures/Trips")),
        ("33-copying", show_copying),
        ("34-summary", lambda: inform(window, *file_texts.summary("copied to “Archive”", 118, sentences))),
    ):
        show()
        wait(150)
        dialog = next(dialog for dialog in window.findChildren(QDialog) if dialog.isVisible())
        save(name, dialog)
        (dialog.end if isinstance(dialog, WorkDialog) else dialog.close)()
        wait(50)


def save_why_not(window: object, path: str, wait: Callable[[int], None], save: Callable[..., None]) -> None:
    """Asking why a photo was not found, and two of the answers."""
    window.why_not.ask()
    wait(150)
    dialog = window.why_not.dialog
    save("35-why-not", dialog)
    dialog.asked.emit(path)
    wait(SETTLE_MS)
    save("36-why-not-answer", dialog)
    dialog.close()


def save_duplicates(window: object, photos: list[Path], wait: Callable[[int], None], save: Callable[..., None]) -> None:
    """Groups of duplicates, some of them marked."""
    from app.duplicate_marks import DuplicateMarks
    from engine.messages import Twin, TwinGroup
    from engine.types import Hit

    def twin(photo: Path, n: int, content_id: int, score: float, side_px: int, folder: str, name: str) -> Twin:
        hit = Hit(1, n, f"/home/ada/Pictures/{folder}/{name}", score, None, photo, side_px, side_px * 3 // 4)
        return Twin(hit, content_id, side_px * 620, 1_700_000_000_000_000_000 + n * 10**15)

    copies = [("2019/Sea", "IMG_0412.jpg"), ("Backup", "IMG_0412.jpg"), ("Sorted", "beach.jpg")]
    groups = (
        TwinGroup(tuple(twin(photos[0], n, 1, 1.0, 4032, *place) for n, place in enumerate(copies))),
        TwinGroup((
            twin(photos[3], 10, 2, 1.0, 4032, "2021", "books.heic"),
            twin(photos[4], 11, 3, 0.96, 4032, "2021", "books 2.heic"),
            twin(photos[3], 12, 4, 0.93, 1600, "WhatsApp", "IMG-20210403-WA0007.jpg"),
        )),
    )
    finder = window.acting.duplicates
    finder.show()
    wait(150)
    save("37-duplicates-empty", finder.dialog)
    finder.dialog.show_marks(DuplicateMarks(groups), 41_200)
    finder.dialog.model.set_sharpness({10: 812.4, 11: 655.1, 12: 790.3})
    finder.dialog.model.change(DuplicateMarks.mark_copies)
    wait(SETTLE_MS)
    save("38-duplicates", finder.dialog)
    finder.dialog.close()


def save_parts(window: object, photos: list[Path], wait: Callable[[int], None], save: Callable[..., None]) -> None:
    """A query of several parts, the heat map, a box drawn on a hit."""
    from app.query_input import source_of
    from engine.types import Box

    panel = window.query_panel
    panel._crop_view.part_added.emit(Box(0.05, 0.1, 0.3, 0.45))
    panel._crop_view.part_added.emit(Box(0.6, 0.55, 0.95, 0.95))
    panel._parts.toggle_unwanted(2)
    panel._on_given(source_of(str(photos[4])), True)
    panel._parts.choose(0)
    wait(2 * SETTLE_MS)
    save("5b-parts")
    window._actions["show_heat"].trigger()
    wait(SETTLE_MS)
    save("5c-heat")
    window._actions["show_heat"].trigger()
    window.preview.begin_picking()
    wait(SETTLE_MS)
    save("5d-picking")
    window.preview._picker.end()
    panel.clear_box()


def save_dialogs(window: object, wait: Callable[[int], None], save: Callable[..., None]) -> None:
    """The questions and the help sheet, and the page shown when the engine cannot go on."""
    from PySide6.QtWidgets import QDialog

    from engine.errors import LibraryInUse

    for name, show in (
        ("7-keys", window._actions["show_keys"].trigger),
        ("8-about", window._actions["about"].trigger),
        ("30-settings", window._actions["settings"].trigger),
        *((f"31-{title.lower()}", partial(show_settings, window, title)) for title in (
            "Library", "Indexing", "Keys", "Updates and privacy")),
        ("9-offer-folder", lambda: window.adding.offer("/home/ada/Pictures/Holidays 2024")),
    ):
        show()
        wait(150)
        dialog = next(dialog for dialog in window.findChildren(QDialog) if dialog.isVisible())
        save(name, dialog)
        dialog.close()
        wait(50)
    save_library_dialogs(window, wait, save)
    window._bridge.engine_stopped.emit(
        LibraryInUse("Another Resight has this library open. Close the other one, or give this one its own library.")
    )
    wait(100)
    save("10-stopped")


def save_results(window: object, wait: Callable[[int], None], save: Callable[..., None]) -> None:
    """What can be done with many results."""
    from PySide6.QtWidgets import QApplication, QDialog

    from app.columns import Facet

    controls = window.results.controls
    controls.set_stacks(True)
    wait(300)
    window.hits_model.open_stack(0, True)
    wait(300)
    save("40-stacks")
    controls.bar.grouping.choose("date")
    wait(300)
    save("41-by-month")
    controls.bar.grouping.choose("none")
    controls.set_stacks(False)
    controls.set_filters_visible(True)
    controls.filters.chosen.emit(Facet.CAMERA, frozenset({"NIKON D70", "Apple iPhone 12"}))
    wait(300)
    save("42-filters")
    controls.filters.chips[Facet.TAKEN].button.click()
    wait(100)
    save("43-values", controls.filters.popup)
    controls.filters.popup.close()
    controls.filters.chosen.emit(Facet.SHAPE, frozenset({"square"}))
    wait(300)
    save("44-filtered-out")
    controls.set_filters_visible(False)
    controls.bar.score.setValue(99)
    wait(100)
    controls.bar.score.setValue(20)
    window.status_line.details_requested.emit()
    wait(100)
    dialog = next(dialog for dialog in window.findChildren(QDialog) if dialog.isVisible())
    save("45-completeness", dialog)
    dialog.close()
    QApplication.processEvents()


def show_settings(window: object, title: str) -> None:
    """The settings, at the page of this title."""
    from app.settings_dialog import SettingsDialog

    window._actions["settings"].trigger()
    next(dialog for dialog in window.findChildren(SettingsDialog) if dialog.isVisible()).show_page(title)


def save_library_dialogs(window: object, wait: Callable[[int], None], save: Callable[..., None]) -> None:
    """What the Library menu leads to."""
    from PySide6.QtWidgets import QDialog

    from app import errands, library_texts
    from app.keeper import Moved
    from app.work_dialog import WorkDialog
    from engine.errors import LibraryDamaged
    from engine.messages import Phase, Progress
    from engine.types import CheckReport, Restored, Snapshot

    kept = Path("/home/ada/.local/share/resight/library")
    backups = tuple(
        Snapshot(f"{kept}/{day}.sqlite", f"2026-11-{day} 09:05", 163_400_000 - 700_000 * (24 - day), photos)
        for day, photos in ((24, 12_345), (23, 12_301), (21, None), (20, 11_980), (18, 11_980))
    )
    old_and_new = Moved(kept, Path("/mnt/large/Resight library"), is_noted=True)
    care, check = window.care, window.care._check

    def show_moving() -> None:
        dialog = WorkDialog(library_texts.MOVING, library_texts.MOVING_DETAIL, can_stop=True, parent=window)
        dialog.show_progress(Progress(0, Phase.COPYING, 4_200, 12_345, eta_s=95.0))
        dialog.open()

    for name, show in (
        ("11-restore", lambda: care._choose_snapshot(backups)),
        ("12-no-backups", lambda: care._choose_snapshot(())),
        ("13-damaged", lambda: care._offer(LibraryDamaged(
            f"The catalogue of this library is damaged: {kept}/catalogue.sqlite. Its content is broken. Your photos "
            "are untouched, and nothing has been deleted."), backups[0])),
        ("14-moving", show_moving),
        ("15-moved", lambda: errands.tell(window, care._keeper, old_and_new)),
        ("16-restored", lambda: errands.tell(window, care._keeper, Restored(backups[0], f"{kept}/recovery/c.sqlite"))),
        ("17-backed-up", lambda: care._on_backed_up(backups[0])),
        ("18-not-in-order", lambda: check._show_first_look(CheckReport(
            False, ("2 descriptors are damaged.", "The counts of photos do not agree with the photos."), (), 9, 9, 9))),
        ("19-move", lambda: care._ask_to_move("/mnt/large")),
    ):
        show()
        wait(150)
        dialog = next(dialog for dialog in window.findChildren(QDialog) if dialog.isVisible())
        save(name, dialog)
        (dialog.end if isinstance(dialog, WorkDialog) else dialog.close)()
        wait(50)


def real_engine(library: Path, work: Path) -> Callable:
    """The engine itself, on this library."""
    from app.places import default_model
    from engine.api import Engine, EngineConfig

    return lambda on_event: Engine(EngineConfig(library, default_model(), work / "cache"), on_event)


def stand_in(photos: list[Path], work: Path) -> Callable:
    """An engine that knows the photos given and answers every search with them, in the middle of indexing."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage

    from engine.messages import DrawHeat, IndexFolders, Job, LoadPicture, Phase, Progress, Search
    from engine.types import Box, Failure, FolderState, HeatMap, Hit, Picture, SearchResult
    from tests.helpers.fake_engine import FakeEngine, make_status

    images = {path: QImage(str(path)) for path in photos}
    for number, image in enumerate(images.values()):
        image.scaled(320, 320, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation).save(
            str(work / f"{number}.png")
        )

    def search(job: Search) -> SearchResult:
        stacks: dict[str, int] = {}
        hits = tuple(
            Hit(
                rank=number + 1,
                photo_id=number + 1,
                path=str(path),
                score=max(0.02, 1 - 0.35 * number / 6 if number < 3 else 0.66 - 0.021 * number),
                box=Box(0.2, 0.2, 0.8, 0.8) if job.query.box else None,
                thumbnail=work / f"{number}.png",
                width_px=image.width(),
                height_px=image.height(),
                online=number != 6,
                drive="Archive" if number == 6 else "",
                taken=f"20{19 + number % 4}-{1 + number % 3:02}-11T10:{number:02}:00" if number % 5 else None,
                camera=("NIKON D70", "Canon EOS 5D", "Apple iPhone 12", "")[number % 4],
                stack=stacks.setdefault(path.stem.rstrip("0123456789"), number + 1) if job.stacks else 0,
                also=(str(path.with_suffix(".CR2")),) if number in (1, 4) else (),
                also_boxes=tuple(Box(0.1 + 0.3 * at, 0.05, 0.35 + 0.3 * at, 0.4) for at in range(len(job.also))),
            )
            for number, (path, image) in enumerate(images.items())
        )
        return SearchResult(job.query, hits, 41_200, 96_000, 38.0, False)

    def heat(job: DrawHeat) -> HeatMap:
        columns, rows = 20, 15
        middle_x = 6.0 if job.query.box is None or job.query.box.x0 > 0.2 else 14.0
        places = ((column - middle_x, row - 7.0) for row in range(rows) for column in range(columns))
        values = (max(0, int(255 - 40 * math.hypot(*place))) for place in places)
        return HeatMap(job.photo_id, columns, rows, bytes(values))

    def load(job: LoadPicture) -> Picture:
        image = images[Path(job.path)].convertToFormat(QImage.Format.Format_RGB888)
        rows = [bytes(image.constScanLine(y))[: image.width() * 3] for y in range(image.height())]
        return Picture(job.path, image.width(), image.height(), b"".join(rows), image.width(), image.height())

    class IndexingEngine(FakeEngine):
        """Never gets done with indexing."""

        def submit(self, job: Job) -> int:
            job_id = super().submit(job)
            if isinstance(job, IndexFolders):
                self.status = indexing
                place = f"{folders[0].path}/2019/Two weeks on the coast"
                self.emit(Progress(
                    job_id, Phase.ANALYSING, 41_200, 96_000, 31.4, 1745.0, folders[0].path, 2, place=place))
            return job_id

    folders = (
        FolderState(1, "/home/ada/Pictures", 61_204, 41_200, 2, True),
        FolderState(2, "/media/archive/Scans", 34_796, 0, 0, False),
    )
    indexing = replace(make_status(folders), device="CPU (OpenVINO)")

    def make(on_event: Callable) -> FakeEngine:
        engine = IndexingEngine(on_event)
        engine.answers |= {Search: search, LoadPicture: load, DrawHeat: heat}
        engine.held.add(IndexFolders)
        engine.failures = (
            Failure(1, "/home/ada/Pictures/2019/IMG_0412.jpg", "damaged", "The file ends too early: copy it again."),
            Failure(2, "/home/ada/Pictures/notes.png", "not-a-picture", "This is no picture, whatever its name says."),
        )
        return engine

    return make


if __name__ == "__main__":
    main()
