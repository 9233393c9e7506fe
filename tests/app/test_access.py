"""Everything can be reached, told, read and seen: names for screen readers, focus, large type, contrast."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QFont
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QDialog,
    QHeaderView,
    QLabel,
    QMessageBox,
    QScrollBar,
    QStackedWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

import app
from app import library_texts, theme
from app.actions import command_named
from app.compare_view import Mode
from app.completeness_dialog import CompletenessDialog
from app.crash_dialog import CrashDialog
from app.elided_label import ElidedLabel
from app.excludes_dialog import ExcludesDialog
from app.help_dialogs import AboutDialog, KeysDialog
from app.key_dialog import KeyDialog
from app.licences_dialog import LicencesDialog
from app.main_window import MainWindow
from app.notify import Choice, Level
from app.parts import Part, Source
from app.problems_dialog import ProblemsDialog
from app.questions import ask, inform
from app.recent import Recent
from app.restore_dialog import RestoreDialog
from app.settings_dialog import SettingsDialog
from app.why_not import WhyNotDialog
from app.work_dialog import WorkDialog
from engine.messages import (
    Collection,
    CollectionPart,
    Found,
    GetCollections,
    IndexFolders,
    ModelState,
    Phase,
    Progress,
    Proof,
    Search,
    Tuned,
)
from engine.types import Box, Excludes, Failure, FolderState, Query, Snapshot
from tests.app.conftest import WindowRig
from tests.helpers.fake_engine import make_result, make_status

FAILURES = (Failure(1, "/photos/gone.jpg", "damaged", "The file ends too early: copy it again."),)
SNAPSHOTS = (Snapshot("/library/snapshots/24.sqlite", "2026-11-24 09:05", 163_400_000, 12_345),)
FOLDERS = (
    FolderState(1, "/home/ada/Pictures", 61_204, 41_200, 2, True),
    FolderState(2, "/media/archive/Scans", 34_796, 0, 0, False),
)

# ---- every window and dialog -----------------------------------------------------------------------------------


def first_run(rig: WindowRig, qtbot: QtBot) -> QWidget:
    return rig.window


def results(rig: WindowRig, qtbot: QtBot) -> QWidget:
    """Results, preview, banners, a collection, a job under way: as many controls as there can be."""
    rig.engine.status = make_status(FOLDERS)
    part = CollectionPart(Query(path="/photos/query.jpg"), "/photos/query.jpg", "query.jpg")
    rig.engine.answers[GetCollections] = lambda job: (Collection("Lamps", (part,), collection_id=1),)
    rig.engine.held.add(IndexFolders)
    rig.start(qtbot)
    rig.engine.answers[Search] = lambda job: make_result(job.query, 5)
    with qtbot.waitSignal(rig.window.searching.finished):
        rig.window.open_picture("/photos/query.jpg")
    rig.engine.emit(Progress(rig.engine.ids(IndexFolders)[0], Phase.ANALYSING, 41_200, 96_000, 31.4, 1745.0))
    rig.notifier.tell(Level.WARNING, "The graphics card cannot be used.", "gpu", (Choice("Look again", lambda: None),))
    window = rig.window
    window.results.grid.setCurrentIndex(window.hits_model.index(0))
    qtbot.waitUntil(window.query_panel._crop_view.has_picture)
    window.query_panel._crop_view.set_box(Box(0.2, 0.2, 0.8, 0.8))
    window._actions["show_preview"].trigger()
    window.preview.update_hit(window.preview.hit())
    qtbot.waitUntil(lambda: " 31 " in window.status_line.text())
    return window


def no_query(rig: WindowRig, qtbot: QtBot) -> QWidget:
    """The start page, with recent pictures."""
    rig.engine.status = make_status(FOLDERS)
    rig.start(qtbot)
    parts = Part(Source("/photos/a.jpg", "a.jpg"), Box(0.2, 0.2, 0.8, 0.8)), Part(Source("/photos/b.jpg", "b.jpg"))
    rig.window.queries.remembering._recent.add(Recent(parts, 0, b""))
    return rig.window


def large_view(rig: WindowRig, qtbot: QtBot) -> QWidget:
    window = results(rig, qtbot)
    window.looking.look_closer(window.hits_model.hit(0))
    window.looking.viewer.set_mode(Mode.SIDE)
    return window


def dialog(make: Callable[[MainWindow, Path], QDialog | None]) -> Callable[[WindowRig, QtBot], QWidget]:
    def show(rig: WindowRig, qtbot: QtBot) -> QWidget:
        shown = make(rig.window, rig.settings_file._path.parent)
        if shown is None:  # shown already, as a child of the window
            shown = next(child for child in rig.window.findChildren(QDialog) if child.isVisible())
        shown.open()
        qtbot.waitExposed(shown)
        return shown

    return show


def problems(window: MainWindow, _folder: Path) -> QDialog:
    shown = ProblemsDialog(window)
    shown.set_failures(FAILURES)
    return shown


def working(window: MainWindow, _folder: Path) -> QDialog:
    shown = WorkDialog(library_texts.MOVING, library_texts.MOVING_DETAIL, can_stop=True, parent=window)
    shown.show_progress(Progress(0, Phase.COPYING, 4_200, 12_345, eta_s=95.0))
    return shown


def completeness(window: MainWindow, _folder: Path) -> QDialog:
    away = FolderState(2, "/scans", 9, 9, 0, False, drive="Archive")
    status = make_status((FolderState(1, "/photos", 12_000, 11_000, 3, True), away))
    return CompletenessDialog(make_result(Query(path="/a.jpg")), status, window)


def duplicates(window: MainWindow, _folder: Path) -> QDialog:
    window.acting.duplicates.show()
    dialog = window.acting.duplicates.dialog
    assert dialog is not None
    return dialog


def crash(window: MainWindow, folder: Path) -> QDialog:
    return CrashDialog(folder / "none.txt", window)


def settings_dialog(window: MainWindow, _folder: Path) -> SettingsDialog:
    return SettingsDialog(window._settings, window._actions, window._keeper, window)


WINDOWS = {"first run": first_run, "no query": no_query, "results": results, "large view": large_view}
def teaching(window: MainWindow, _folder: Path) -> QDialog | None:
    """The window of teaching, with a proposed model."""
    window.teaching.show()
    found = Found(0.5, 0.9, 0.6)
    proof = Proof(40, 5, found, found, (0.1, 0.05, 0.15), 200, found, found)
    window.teaching.dialog.models.show_models((ModelState("start-1", "", "", 0.0, True, True, 9, 1_000, None),))
    window.teaching.dialog.models.show_tuned(Tuned("better", "start-tuned", proof))
    return window.teaching.dialog


DIALOGS: dict[str, Callable[[MainWindow, Path], QDialog | None]] = {
    "AboutDialog": lambda window, _: AboutDialog(window),
    "CompletenessDialog": completeness,
    "CrashDialog": crash,
    "DuplicatesDialog": duplicates,
    "ExcludesDialog": lambda window, _: ExcludesDialog(Excludes(("/p/a",), ("*_small.jpg",)), ("/p",), window),
    "KeyDialog": lambda window, _: KeyDialog(command_named("reveal"), window),
    "KeysDialog": lambda window, _: KeysDialog(window),
    "LicencesDialog": lambda window, _: LicencesDialog(window),
    "ProblemsDialog": problems,
    "RestoreDialog": lambda window, _: RestoreDialog(SNAPSHOTS, window),
    "SettingsDialog": settings_dialog,
    "TeachingDialog": teaching,
    "WhyNotDialog": lambda window, _: WhyNotDialog(window),
    "WorkDialog": working,
    "question": lambda window, _: ask(window, "Shall it?", "It goes.", "It shall", lambda: None, is_danger=True),
    "news": lambda window, _: inform(window, "That is that", "All was done."),
}
STATES = WINDOWS | {name: dialog(make) for name, make in DIALOGS.items()}


@pytest.fixture(params=STATES)
def shown(request: pytest.FixtureRequest, window_rig: WindowRig, qtbot: QtBot) -> Iterator[QWidget]:
    """Every window and dialog, one after the other, in front."""
    widget = STATES[request.param](window_rig, qtbot)
    widget.activateWindow()
    QApplication.processEvents()
    yield widget
    if isinstance(widget, WorkDialog):
        widget.end()
    elif isinstance(widget, QDialog):
        widget.close()


def test_every_dialog_of_the_program_is_looked_at() -> None:
    found = {
        name
        for module in pkgutil.iter_modules(app.__path__)
        for name, kind in inspect.getmembers(importlib.import_module(f"app.{module.name}"), inspect.isclass)
        if issubclass(kind, QDialog) and kind.__module__ == f"app.{module.name}" and not kind.__subclasses__()
        if module.name != "__main__"
    }
    assert found == set(DIALOGS) - {"question", "news"}


def pages(widget: QWidget) -> Iterator[None]:
    """Turn all pages of a dialog's stack, one after the other; once for a window without."""
    stack = widget.findChild(QStackedWidget) if isinstance(widget, QDialog) else None
    for page in range(stack.count() if stack is not None else 1):
        if stack is not None:
            stack.setCurrentIndex(page)
            QApplication.processEvents()
        yield


def controls(widget: QWidget) -> list[QWidget]:
    """What is visible and can be used: everything the Tab key stops at, and all buttons."""
    return [
        child
        for child in widget.findChildren(QWidget)
        if child.isVisible() and child.isEnabled() and child.window() is widget
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus or isinstance(child, QAbstractButton)
        if not isinstance(child, QHeaderView | QScrollBar) and not _is_part_of_another(child)
    ]


def _is_part_of_another(child: QWidget) -> bool:
    """The field in a spin box, the viewport of a list: their owner speaks for them."""
    parent = child.parentWidget()
    return child.objectName().startswith("qt_") or isinstance(parent, QAbstractScrollArea) or (
        isinstance(child, QAbstractButton) and isinstance(parent, QAbstractItemView)
    )


# ---- told ------------------------------------------------------------------------------------------------------


def test_every_control_has_a_name_and_a_role(shown: QWidget) -> None:
    n_controls = 0
    for _ in pages(shown):
        for control in controls(shown):
            interface = QAccessible.queryAccessibleInterface(control)
            name = interface.text(QAccessible.Text.Name)
            assert name.strip(" &…"), f"{control} in {control.parentWidget()} has no name"
            assert interface.role() != QAccessible.Role.NoRole, control
            n_controls += 1
    assert n_controls or isinstance(shown, KeyDialog)


def test_every_command_of_the_menus_has_a_name(window_rig: WindowRig) -> None:
    for name, action in window_rig.window._actions.items():
        assert action.text().replace("&", "").split("\t")[0].strip(), name


# ---- seen ------------------------------------------------------------------------------------------------------


def test_the_focus_can_be_seen(shown: QWidget, qtbot: QtBot) -> None:
    n_seen = 0
    for _ in pages(shown):
        for control in controls(shown):
            if not control.focusPolicy() & Qt.FocusPolicy.TabFocus:
                continue
            if isinstance(control, QAbstractItemView) and control.model() is not None:
                control.setCurrentIndex(control.model().index(0, 0))
            shown.setFocus()
            control.clearFocus()
            QApplication.processEvents()
            before = control.grab().toImage()
            control.setFocus(Qt.FocusReason.TabFocusReason)
            if not control.hasFocus():
                continue  # hands it on to a part of it, which is looked at itself
            QApplication.processEvents()
            assert control.grab().toImage() != before, f"{control} “{control.accessibleName()}”"
            n_seen += 1
    assert n_seen or isinstance(shown, KeyDialog)


@pytest.fixture
def large_type(qapp: QApplication) -> Iterator[None]:
    before = QFont(qapp.font())
    larger = QFont(before)
    larger.setPointSizeF(1.5 * before.pointSizeF())
    qapp.setFont(larger)
    yield
    qapp.setFont(before)
    theme.set_preference(theme.FOLLOW)


def test_no_text_is_cut_off_at_one_and_a_half_times_its_size(large_type: None, shown: QWidget) -> None:
    theme.set_preference(theme.LIGHT_SCHEME)  # takes the sizes of the font over
    QApplication.processEvents()
    if isinstance(shown, QDialog):
        shown.adjustSize()
    for _ in pages(shown):
        QApplication.processEvents()
        for child in shown.findChildren(QWidget):
            if child.isVisible() and child.window() is shown:
                _check_room(child)


def _check_room(child: QWidget) -> None:
    what = f"{type(child).__name__} “{getattr(child, 'text', str)()}”"
    if isinstance(child, QLabel) and child.text():
        if child.wordWrap():
            assert child.height() >= child.heightForWidth(child.width()) - 1, what
        else:
            assert child.height() >= child.sizeHint().height() - 1, what
            if not isinstance(child, ElidedLabel):
                assert child.width() >= child.sizeHint().width() - 1, what
    elif isinstance(child, QAbstractButton) and child.text():
        assert child.width() >= child.sizeHint().width() - 1, what
        assert child.height() >= child.sizeHint().height() - 1, what


# ---- contrast --------------------------------------------------------------------------------------------------


def _luminance(color: str) -> float:
    """Relative luminance of "#rrggbb", as WCAG 2.1 defines it."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_of_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize(
    ("tokens", "least"),
    [(theme.LIGHT, 4.5), (theme.DARK, 4.5), (theme.HIGH_LIGHT, 7.0), (theme.HIGH_DARK, 7.0)],
    ids=["light", "dark", "high-light", "high-dark"],
)
def test_text_can_be_read_in_every_scheme(tokens: theme.Tokens, least: float) -> None:
    surfaces = ("window", "surface", "sunken", "hover", "pressed", "accent_soft", "warning_soft", "danger_soft")
    pairs = [("text", surface) for surface in surfaces]
    pairs += [("text_muted", surface) for surface in surfaces if surface != "pressed"]
    pairs += [("accent", "surface"), ("accent", "window"), ("accent_hover", "surface"), ("accent_hover", "window")]
    pairs += [("danger", "surface"), ("danger", "window")]
    pairs += [("on_accent", "accent"), ("on_accent", "accent_hover"), ("on_danger", "danger")]
    for ink, surface in pairs:
        assert contrast(getattr(tokens, ink), getattr(tokens, surface)) >= least, (ink, surface)
    assert all(contrast(tokens.on_part, part) >= 7 for part in tokens.parts)
    for surface in ("surface", "window"):  # lines that say what can be used, WCAG 1.4.11
        assert contrast(tokens.border_strong, getattr(tokens, surface)) >= 3, surface
        assert contrast(tokens.accent, getattr(tokens, surface)) >= 3, surface


def test_high_contrast_follows_the_system(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    hints, access = theme._system()

    class Wish:
        def contrastPreference(self) -> Qt.ContrastPreference:
            return Qt.ContrastPreference.HighContrast

    monkeypatch.setattr(theme, "_system", lambda: (hints, Wish()))
    theme.set_preference(theme.DARK_SCHEME)
    assert theme.tokens() is theme.HIGH_DARK
    theme.set_contrast(theme.NORMAL)
    assert theme.tokens() is theme.DARK
    monkeypatch.setattr(theme, "_system", lambda: (hints, access))
    theme.set_contrast(theme.HIGH)
    assert theme.tokens() is theme.HIGH_DARK
    theme.set_contrast(theme.FOLLOW)
    assert theme.tokens() is theme.DARK
    theme.set_preference(theme.FOLLOW)


def test_messages_are_never_rich_text(window_rig: WindowRig) -> None:
    """A file name must not be able to draw."""
    inform(window_rig.window, "<b>Done</b>", "<img src='x'>")
    box = next(child for child in window_rig.window.findChildren(QMessageBox) if child.isVisible())
    assert box.textFormat() == Qt.TextFormat.PlainText
    box.close()
