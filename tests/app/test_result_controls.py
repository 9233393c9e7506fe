"""The bars round the results in the real window: least score, more, filters, order, sections, stacks, sizes."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, QLocale, QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDateEdit, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app import result_texts
from app.arranging import Grouping, Order
from app.columns import Facet
from app.completeness_dialog import CompletenessDialog
from app.date_range import DateRange
from app.date_range_editor import DateRangeEditor, range_words
from app.facet_popup import FacetPopup
from app.result_controls import N_FOR_FILTERS, PAGE
from app.searching import MIN_SCORE, MIN_SCORE_OF_BOX, N_HITS
from app.settings import SettingsFile
from app.welcome import MessagePage
from engine.messages import Search
from engine.types import Box, FolderState, Hit
from tests.app.conftest import WindowRig
from tests.helpers.fake_engine import make_hits, make_result, make_status

LEFT = Qt.MouseButton.LeftButton


def answer_with(rig: WindowRig, hits: tuple[Hit, ...]) -> None:
    """Answer searches with as many of these as are asked for."""
    rig.engine.answers[Search] = lambda job: replace(make_result(job.query), hits=hits[: job.k])


def with_scores(n: int, *scores: float, **changes: object) -> tuple[Hit, ...]:
    """`n` hits of which the first have these scores, the others 0.05."""
    hits = make_hits(n)
    return tuple(
        replace(hit, score=scores[place] if place < len(scores) else 0.05, **changes) for place, hit in enumerate(hits)
    )


def search(rig: WindowRig, qtbot: QtBot, path: str = "/photos/query.jpg") -> None:
    with qtbot.waitSignal(rig.window.searching.finished):
        rig.window.open_picture(path)
    settle(rig, qtbot)


def settle(rig: WindowRig, qtbot: QtBot) -> None:
    """Wait until all hits are arranged and their values known, which takes several turns on a busy machine."""
    model = rig.window.hits_model
    qtbot.waitUntil(lambda: model.columns().is_filled and not model.is_arranging(), timeout=60_000)


@pytest.fixture
def rig(window_rig: WindowRig, qtbot: QtBot) -> WindowRig:
    window_rig.start(qtbot)
    return window_rig


def shown(rig: WindowRig) -> list[int]:
    """The ranks of the hits shown."""
    model = rig.window.hits_model
    return [model.hit(row).rank for row in range(model.rowCount())]


def open_values(rig: WindowRig, qtbot: QtBot, facet: Facet) -> FacetPopup:
    filters = rig.window.results.controls.filters
    qtbot.mouseClick(filters.chips[facet].button, LEFT)
    assert filters.popup is not None
    assert filters.popup.isVisible()
    return filters.popup


# ---- weak hits ------------------------------------------------------------------------------------------------------


def test_weak_hits_are_told_of_and_shown_a_page_at_a_time(rig: WindowRig, qtbot: QtBot) -> None:
    answer_with(rig, with_scores(N_HITS - 20, 0.9, 0.5, 0.21, *(0.15,) * 60))
    search(rig, qtbot)
    controls = rig.window.results.controls
    assert shown(rig) == [1, 2, 3]
    assert controls.bar.count_text() == "3 photos"
    assert controls.footer.text() == "177 photos are less alike"
    qtbot.mouseClick(controls.footer.more, LEFT)
    assert len(shown(rig)) == 63  # the next page of 48 ends among equal ones, which are shown together
    assert PAGE <= 60
    assert controls.bar.score.value() == 15
    qtbot.mouseClick(controls.footer.more, LEFT)
    assert len(shown(rig)) == N_HITS - 20
    assert not controls.footer.isVisible()
    assert len(rig.engine.submitted(Search)) == 1


def test_when_all_are_shown_more_are_searched_for_and_the_place_is_kept(rig: WindowRig, qtbot: QtBot) -> None:
    answer_with(rig, tuple(replace(hit, score=0.8 - hit.rank / 10_000) for hit in make_hits(1000)))
    search(rig, qtbot)
    grid, controls = rig.window.results.grid, rig.window.results.controls
    assert controls.footer.text() == f"These are the {N_HITS} photos most alike"
    qtbot.wait(50)  # until the panels have taken their room
    grid.setCurrentIndex(grid.model().index(N_HITS - 1))
    top = grid.verticalScrollBar().value()
    assert top > 0
    with qtbot.waitSignal(rig.window.searching.finished):
        qtbot.mouseClick(controls.footer.more, LEFT)
    assert rig.engine.submitted(Search)[-1].k == 4 * N_HITS
    qtbot.waitUntil(lambda: len(shown(rig)) == 4 * N_HITS)
    assert (grid.verticalScrollBar().value(), grid.currentIndex().row()) == (top, N_HITS - 1)
    with qtbot.waitSignal(rig.window.searching.finished):
        controls.footer.more.click()
    qtbot.waitUntil(lambda: len(shown(rig)) == 1000)
    assert not controls.footer.isVisible()  # the search has not given as many as it was asked for


def test_a_new_query_asks_for_few_again(rig: WindowRig, qtbot: QtBot) -> None:
    answer_with(rig, make_hits(1000))
    search(rig, qtbot)
    with qtbot.waitSignal(rig.window.searching.finished):
        rig.window.searching.search_more()
    search(rig, qtbot, "/photos/other.jpg")
    assert [job.k for job in rig.engine.submitted(Search)] == [N_HITS, 4 * N_HITS, N_HITS]


def test_nothing_good_enough_offers_the_most_similar(rig: WindowRig, qtbot: QtBot) -> None:
    answer_with(rig, with_scores(10))
    search(rig, qtbot)
    page = rig.window.results.page()
    assert isinstance(page, MessagePage)
    assert "Nothing found" in rig.window.results.message()
    button = next(button for button in page.findChildren(QPushButton) if button.isVisible())
    assert button.text() == result_texts.SHOW_NEAREST
    qtbot.mouseClick(button, LEFT)
    assert rig.window.results.shows_results()
    assert len(shown(rig)) == 10


# ---- the least score ------------------------------------------------------------------------------------------------


def test_the_slider_moves_by_keys_and_shows_fewer_or_more(rig: WindowRig, qtbot: QtBot) -> None:
    answer_with(rig, with_scores(8, 0.9, 0.31, 0.29, 0.25))
    search(rig, qtbot)
    slider = rig.window.results.controls.bar.score
    assert (slider.value(), len(shown(rig))) == (20, 4)
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    assert (slider.value(), len(shown(rig))) == (30, 2)
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert (slider.value(), len(shown(rig))) == (29, 3)
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert (slider.value(), len(shown(rig))) == (0, 8)
    assert "0 %" in slider.toolTip()


def test_the_slider_goes_where_it_is_pressed_and_back_by_a_double_click(rig: WindowRig, qtbot: QtBot) -> None:
    search(rig, qtbot)
    slider = rig.window.results.controls.bar.score
    qtbot.mouseClick(slider, LEFT, pos=QPoint(slider.width() // 2, 5))
    assert abs(slider.value() - 50) <= 1
    qtbot.mouseDClick(slider, LEFT, pos=QPoint(slider.width() // 2, 5))
    assert slider.value() == round(MIN_SCORE * 100)


def test_the_histogram_counts_all_hits_of_the_answer(rig: WindowRig, qtbot: QtBot) -> None:
    answer_with(rig, with_scores(6, 1.0, 0.51, 0.5))
    search(rig, qtbot)
    slider = rig.window.results.controls.bar.score
    counts = slider.counts()
    assert (sum(counts), counts[49], counts[25], counts[2]) == (6, 1, 2, 3)
    before = slider.grab().toImage()
    slider.setValue(60)
    assert slider.grab().toImage() != before


def test_the_least_score_stays_for_other_parts_of_the_picture_only(rig: WindowRig, qtbot: QtBot) -> None:
    search(rig, qtbot)
    slider = rig.window.results.controls.bar.score
    with qtbot.waitSignal(rig.window.searching.finished):
        rig.window.query_panel._crop_view.set_box(Box(0.1, 0.1, 0.5, 0.5))
    assert slider.value() == round(MIN_SCORE_OF_BOX * 100)
    slider.setValue(44)
    with qtbot.waitSignal(rig.window.searching.finished):
        rig.window.query_panel.clear_box()
    assert slider.value() == 44
    search(rig, qtbot, "/photos/other.jpg")
    assert slider.value() == round(MIN_SCORE * 100)


# ---- filters --------------------------------------------------------------------------------------------------------


def photos_of_two_cameras() -> tuple[Hit, ...]:
    hits = make_hits(6)
    return (
        replace(hits[0], camera="NIKON D70", taken="2024-05-03T10:00:00", path="/photos/sea/a.jpg"),
        replace(hits[1], camera="Canon EOS 5D", taken="2023-01-01T10:00:00", path="/photos/sea/b.png"),
        replace(hits[2], camera="NIKON D70", width_px=600, height_px=800, path="/photos/hills/c.jpg"),
        replace(hits[3], taken="2024-12-03T10:00:00", path="/photos/hills/d.jpg"),
        replace(hits[4], camera="NIKON D70", path="/photos/hills/e.tif"),
        replace(hits[5], score=0.01),
    )


def test_a_filter_is_chosen_from_what_the_hits_have(rig: WindowRig, qtbot: QtBot) -> None:
    answer_with(rig, photos_of_two_cameras())
    search(rig, qtbot)
    controls = rig.window.results.controls
    assert not controls.filters.isVisible()
    qtbot.mouseClick(controls.bar.filters, LEFT)
    assert controls.filters.isVisible()
    popup = open_values(rig, qtbot, Facet.CAMERA)
    assert popup.choices() == ["NIKON D70  (3)", "Canon EOS 5D  (1)", "Not known  (1)"]
    popup.tick("NIKON D70")
    assert shown(rig) == [1, 3, 5]
    assert controls.bar.count_text() == "3 of 5 photos"
    assert controls.filters.chips[Facet.CAMERA].button.text() == "NIKON D70"
    assert "hide 2 photos" in controls.footer.text()
    popup.tick("")
    assert shown(rig) == [1, 3, 4, 5]
    assert controls.filters.chips[Facet.CAMERA].button.text() == "NIKON D70 + 1"
    popup.close()
    qtbot.mouseClick(controls.footer.clear, LEFT)
    assert shown(rig) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("facet", "offered"),
    [
        (Facet.FOLDER, ["photos/hills  (3)", "photos/sea  (2)"]),
        (Facet.TAKEN, ["2024  (2)", "2023  (1)", "Not known  (2)"]),
        (Facet.TYPE, ["JPEG  (3)", "PNG  (1)", "TIFF  (1)"]),
        (Facet.SHAPE, ["Landscape  (4)", "Portrait  (1)"]),
    ],
)
def test_values_are_written_for_people(rig: WindowRig, qtbot: QtBot, facet: Facet, offered: list[str]) -> None:
    answer_with(rig, photos_of_two_cameras())
    search(rig, qtbot)
    rig.window.results.controls.set_filters_visible(True)
    popup = open_values(rig, qtbot, facet)
    assert popup.choices() == offered
    popup.close()


def test_of_sizes_one_is_chosen_and_larger_ones_are_meant_too(rig: WindowRig, qtbot: QtBot) -> None:
    answer_with(rig, photos_of_two_cameras())
    search(rig, qtbot)
    rig.window.results.controls.set_filters_visible(True)
    popup = open_values(rig, qtbot, Facet.SIZE)
    assert popup.choices()[:2] == ["At least 1 megapixel  (4)", "At least 2 megapixels  (4)"]
    popup.tick("2")
    popup.tick("1")
    assert shown(rig) == [1, 2, 4, 5]
    chip = rig.window.results.controls.filters.chips[Facet.SIZE]
    assert chip.button.text() == "At least 1 megapixel"
    popup.close()


def test_days_are_chosen_between_which_photos_were_taken(rig: WindowRig, qtbot: QtBot) -> None:
    answer_with(rig, photos_of_two_cameras())
    search(rig, qtbot)
    controls = rig.window.results.controls
    controls.set_filters_visible(True)
    chip = controls.filters.chips[Facet.TAKEN]
    popup = open_values(rig, qtbot, Facet.TAKEN)
    popup.tick("2023")
    editor = popup.findChild(DateRangeEditor)
    assert editor.range() == DateRange("2023-01-01", "2024-12-03")  # those of the hits
    editor.first.setDate(QDate(2024, 5, 3))
    assert shown(rig) == [1, 4]
    assert not popup.ticked()
    editor.last.setDate(QDate(2024, 5, 2))  # before the first day, which follows
    assert editor.range() == DateRange("2024-05-02", "2024-05-02")
    assert shown(rig) == []
    editor.last.setDate(QDate(2024, 5, 3))
    assert shown(rig) == [1]
    popup.close()
    span = DateRange("2024-05-02", "2024-05-03")
    assert chip.button.text() == range_words(span)
    assert "2024" in chip.button.accessibleName()

    popup = open_values(rig, qtbot, Facet.TAKEN)  # what was chosen is there again
    assert popup.findChild(DateRangeEditor).range() == span
    assert popup.choices() == ["2024  (2)", "2023  (1)", "Not known  (2)"]
    popup.tick("2023")  # a year takes the place of the days
    assert shown(rig) == [2]
    popup.close()
    qtbot.mouseClick(chip.clear_button, LEFT)
    assert shown(rig) == [1, 2, 3, 4, 5]


def test_a_day_is_typed_by_keyboard(rig: WindowRig, qtbot: QtBot) -> None:
    answer_with(rig, photos_of_two_cameras())
    search(rig, qtbot)
    rig.window.results.controls.set_filters_visible(True)
    popup = open_values(rig, qtbot, Facet.TAKEN)
    field = popup.findChild(DateRangeEditor).first
    field.setFocus()
    field.setSelectedSection(QDateEdit.Section.YearSection)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.date().year() == 2024
    assert shown(rig) == [1, 4]
    popup.close()


def test_the_year_is_written_whole(qtbot: QtBot) -> None:
    before = QLocale()
    try:
        for name in ("en_US", "ja_JP", "de_DE", "C"):
            QLocale.setDefault(QLocale(name))
            assert "2009" in range_words(DateRange("2009-02-01", "2009-02-01"))
    finally:
        QLocale.setDefault(before)


def test_filters_by_keyboard_alone(rig: WindowRig, qtbot: QtBot) -> None:
    answer_with(rig, photos_of_two_cameras())
    search(rig, qtbot)
    controls = rig.window.results.controls
    controls.bar.filters.setFocus()
    qtbot.keyClick(controls.bar.filters, Qt.Key.Key_Space)
    chip = controls.filters.chips[Facet.TYPE]
    chip.button.setFocus()
    qtbot.keyClick(chip.button, Qt.Key.Key_Space)
    values = QApplication.focusWidget()
    qtbot.keyClick(values, Qt.Key.Key_Down)
    qtbot.keyClick(values, Qt.Key.Key_Space)
    assert shown(rig) == [2]
    qtbot.keyClick(values, Qt.Key.Key_Escape)
    assert not controls.filters.popup.isVisible()
    chip.button.setFocus()
    qtbot.keyClick(chip.button, Qt.Key.Key_Delete)
    assert shown(rig) == [1, 2, 3, 4, 5]


def test_long_lists_of_values_can_be_searched(rig: WindowRig, qtbot: QtBot) -> None:
    hits = tuple(replace(hit, path=f"/photos/trip {hit.rank}/a.jpg") for hit in make_hits(40))
    answer_with(rig, hits)
    search(rig, qtbot)
    rig.window.results.controls.set_filters_visible(True)
    popup = open_values(rig, qtbot, Facet.FOLDER)
    for sign in "TRIP 3":
        qtbot.keyClick(QApplication.focusWidget(), sign)
    assert popup.choices() == [f"photos/trip {n}  (1)" for n in (3, *range(30, 40))]
    popup.close()


def test_where_nothing_passes_the_filters_it_is_said(rig: WindowRig, qtbot: QtBot) -> None:
    answer_with(rig, photos_of_two_cameras())
    search(rig, qtbot)
    controls = rig.window.results.controls
    controls.set_filters_visible(True)
    controls.filters.chosen.emit(Facet.CAMERA, frozenset({"Canon EOS 5D"}))
    controls.filters.chosen.emit(Facet.SHAPE, frozenset({"portrait"}))
    assert "5 photos found, but none" in rig.window.results.message()
    button = next(b for b in rig.window.results.page().findChildren(QPushButton) if b.isVisible())
    qtbot.mouseClick(button, LEFT)
    assert shown(rig) == [1, 2, 3, 4, 5]
    assert rig.window.results.shows_results()


def test_filters_stay_for_the_next_query_and_go_with_their_bar(rig: WindowRig, qtbot: QtBot) -> None:
    answer_with(rig, photos_of_two_cameras())
    search(rig, qtbot)
    controls = rig.window.results.controls
    controls.set_filters_visible(True)
    controls.filters.chosen.emit(Facet.CAMERA, frozenset({"NIKON D70"}))
    search(rig, qtbot, "/photos/other.jpg")
    assert shown(rig) == [1, 3, 5]
    qtbot.mouseClick(controls.bar.filters, LEFT)
    assert shown(rig) == [1, 2, 3, 4, 5]


def test_filters_choose_from_all_that_are_good_enough(rig: WindowRig, qtbot: QtBot) -> None:
    hits = tuple(
        replace(hit, score=0.9 - hit.rank / 10_000, camera="NIKON D70" if hit.rank == 900 else "")
        for hit in make_hits(1000)
    )
    answer_with(rig, hits)
    search(rig, qtbot)
    controls = rig.window.results.controls
    controls.set_filters_visible(True)
    with qtbot.waitSignal(rig.window.searching.finished):
        controls.filters.chosen.emit(Facet.CAMERA, frozenset({"NIKON D70"}))
    assert rig.engine.submitted(Search)[-1].k == N_FOR_FILTERS
    qtbot.waitUntil(lambda: shown(rig) == [900])


# ---- order, sections, stacks, size ----------------------------------------------------------------------------------


def test_order_and_sections_are_chosen_and_remembered(rig: WindowRig, qtbot: QtBot, tmp_path: Path) -> None:
    answer_with(rig, photos_of_two_cameras())
    search(rig, qtbot)
    bar = rig.window.results.controls.bar
    bar.order.menu().actions()[1].trigger()
    assert shown(rig) == [4, 1, 2, 3, 5]
    bar.grouping.menu().actions()[1].trigger()
    grid = rig.window.results.grid
    assert grid.sections() == [("/photos/hills", 3), ("/photos/sea", 2)]
    assert shown(rig) == [4, 3, 5, 1, 2]
    bar.grouping.menu().actions()[2].trigger()
    assert grid.sections() == [("December 2024", 1), ("May 2024", 1), ("January 2023", 1), ("Date not known", 2)]
    assert bar.order.accessibleName() == "Order: Newest first"
    saved = SettingsFile(tmp_path / "config" / "settings.toml").settings
    assert (saved.order, saved.grouping) == ("date", "date")
    bar.order.choose("score")
    bar.grouping.choose("none")
    assert shown(rig) == [1, 2, 3, 4, 5]


def test_a_window_begins_as_the_last_one_ended(rig: WindowRig, qtbot: QtBot) -> None:
    rig.settings_file.change(order="name", grouping="folder", stacks=True, show_filters=True)
    rig.window.results.controls.attach(rig.window.searching, rig.settings_file)
    search(rig, qtbot)
    arrangement = rig.window.hits_model.arrangement()
    assert (arrangement.order, arrangement.grouping, arrangement.stacks) == (Order.NAME, Grouping.FOLDER, True)
    assert rig.window.results.controls.filters.isVisible()
    assert rig.engine.submitted(Search)[-1].stacks


def stacked() -> tuple[Hit, ...]:
    hits = make_hits(60)
    return tuple(replace(hit, stack=1001 if hit.rank in (1, 30, 50) else 1000 + hit.rank) for hit in hits)


def test_stacks_are_asked_for_and_opened_by_mouse_and_keys(rig: WindowRig, qtbot: QtBot) -> None:
    answer_with(rig, stacked())
    search(rig, qtbot)
    assert not rig.engine.submitted(Search)[-1].stacks
    window, grid = rig.window, rig.window.results.grid
    with qtbot.waitSignal(window.searching.finished):
        qtbot.mouseClick(window.results.controls.bar.stacks, LEFT)
    assert rig.engine.submitted(Search)[-1].stacks
    assert len(shown(rig)) == 58
    assert window.results.controls.bar.count_text() == "60 photos"
    assert window.hits_model.stack_size(0) == 3
    assert "stack of 3" in window.hits_model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    badge = grid._delegate.stack_badge(grid.visualRect(window.hits_model.index(0)), 3)
    qtbot.mouseClick(grid.viewport(), LEFT, pos=badge.center().toPoint())
    assert shown(rig)[:4] == [1, 30, 50, 2]
    assert grid.current_hit().rank == 1
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    qtbot.keyClick(grid, Qt.Key.Key_E)
    assert shown(rig)[:3] == [1, 2, 3]


def test_opening_a_stack_moves_nothing_away(rig: WindowRig, qtbot: QtBot) -> None:
    hits = tuple(replace(hit, stack=1000 + (hit.rank + 1) // 2) for hit in make_hits(80))
    answer_with(rig, tuple(replace(hit, score=0.9) for hit in hits))
    rig.window.results.controls.set_stacks(True)
    search(rig, qtbot)
    grid = rig.window.results.grid
    grid.setCurrentIndex(grid.model().index(39))
    y = grid.visualRect(grid.currentIndex()).top()
    assert grid.verticalScrollBar().value() > 0
    qtbot.keyClick(grid, Qt.Key.Key_E)
    assert len(shown(rig)) == 41
    assert abs(grid.visualRect(grid.currentIndex()).top() - y) <= grid.visualRect(grid.currentIndex()).height()
    assert grid.currentIndex().row() in grid.visible_rows()


def test_the_size_slider_and_the_grid_agree(rig: WindowRig, qtbot: QtBot) -> None:
    search(rig, qtbot)
    slider, grid = rig.window.results.controls.bar.size, rig.window.results.grid
    assert slider.value() == grid.thumbnail_side_px() == rig.settings_file.settings.thumbnail_px
    slider.setValue(240)
    assert grid.thumbnail_side_px() == 240
    rig.window._actions["smaller"].trigger()
    assert slider.value() == grid.thumbnail_side_px() < 240
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_End)
    assert grid.thumbnail_side_px() == 320


# ---- completeness ---------------------------------------------------------------------------------------------------


def test_what_was_searched_and_what_not_is_told_and_explained(rig: WindowRig, qtbot: QtBot) -> None:
    folders = (
        FolderState(1, "/photos", 60_000, 41_000, 312, True, missing=4),
        FolderState(2, "/media/a/Scans", 36_000, 200, 0, False, drive="Archive"),
    )
    rig.engine.status = make_status(folders)
    rig.window.jobs.refresh_status()
    qtbot.waitUntil(lambda: rig.window._status is not None and rig.window._status.failed == 312)
    rig.engine.answers[Search] = lambda job: replace(make_result(job.query, 3, 41_200, 96_000), hidden=2)
    search(rig, qtbot)
    line = rig.window.status_line
    assert line.text().startswith("Searched 41,200 of 96,000 in 12 ms · 2 left out as marked · 312 failed")
    qtbot.mouseClick(line._details, LEFT)
    dialog = next(dialog for dialog in rig.window.findChildren(CompletenessDialog) if dialog.isVisible())
    assert dialog.texts() == [
        "41,200 photos could be compared with your picture, in 12 ms.",
        "54,488 photos wait to be indexed. As soon as they are, the search is repeated.",
        "312 photos could not be read, so they cannot be found.",
        "/media/a/Scans on the disk “Archive” is offline. Its 36,000 photos can be found, but not opened.",
        "4 photos are not where they were. They can be found, but not opened.",
        "2 photos left out, as you have said that they show something else.",
    ]
    button = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Show them")
    qtbot.mouseClick(button, LEFT)
    assert rig.window.dialogs.problems is not None
    assert rig.window.dialogs.problems.isVisible()
    rig.window.dialogs.problems.close()
    dialog.close()


def test_a_complete_answer_says_so(rig: WindowRig, qtbot: QtBot) -> None:
    rig.engine.status = make_status((FolderState(1, "/photos", 100, 100, 0, True),))
    rig.window.jobs.refresh_status()
    qtbot.waitUntil(lambda: rig.window._status is not None and rig.window._status.photos == 100)
    search(rig, qtbot)
    rig.window.status_line._details.click()
    dialog = next(dialog for dialog in rig.window.findChildren(CompletenessDialog) if dialog.isVisible())
    assert [label.text() for label in dialog.findChildren(QLabel)][-1].startswith("Nothing is missing")
    dialog.close()


# ---- many -----------------------------------------------------------------------------------------------------------


def test_a_hundred_thousand_hits_are_filtered_without_a_hitch(rig: WindowRig, qtbot: QtBot) -> None:
    """Counted in processor time of this thread, so that a busy machine does not make the test fail."""
    base = make_hits(1)[0]
    hits = tuple(
        replace(
            base, rank=n + 1, photo_id=n + 1, score=1 - n / 200_000, path=f"/p/{n % 300}/{n * 7919 % 100_003}.jpg",
            camera=("NIKON D70", "Canon EOS 5D", "")[n % 3], taken=f"20{n % 25:02}-05-11T10:00:00",
        )
        for n in range(100_000)
    )  # fmt: skip
    rig.engine.answers[Search] = lambda job: replace(make_result(job.query), hits=hits)
    gaps, last = [0.0], [0.0]

    def tick() -> None:
        now = time.thread_time()
        gaps.append(now - last[0])
        last[0] = now

    timer = QTimer(interval=1)
    timer.timeout.connect(tick)
    model, controls = rig.window.hits_model, rig.window.results.controls
    last[0] = time.thread_time()
    timer.start()
    search(rig, qtbot)
    controls.set_filters_visible(True)
    for act in (
        lambda: controls.filters.chosen.emit(Facet.CAMERA, frozenset({"NIKON D70"})),
        lambda: controls.bar.order.choose("date"),
        lambda: controls.bar.grouping.choose("folder"),
        lambda: controls.bar.order.choose("name"),
        lambda: controls.bar.score.setValue(80),
        lambda: controls.clear_filters(),
    ):
        act()
        qtbot.waitUntil(lambda: not model.is_arranging(), timeout=60_000)
        qtbot.wait(20)
    timer.stop()
    assert model.rowCount() == 40_001
    assert max(gaps) < 0.120, sorted(gaps)[-5:]
