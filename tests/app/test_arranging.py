"""Filters, order, sections and stacks of hits, worked out by hand on seven of them."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from app.arranging import Arranged, Arrangement, Grouping, Order, Section, arrange
from app.columns import LANDSCAPE, PORTRAIT, SQUARE, UNKNOWN, Columns, Facet, shape_of, size_class, type_of
from app.date_range import DateRange, range_in
from engine.types import Hit
from tests.helpers.fake_engine import make_hits

FOLDER_A, FOLDER_B = "/photos/a", "/photos/b"


def _hits() -> tuple[Hit, ...]:
    """Scores 1.00, 0.99 ... 0.94."""
    changes = (
        {"path": f"{FOLDER_A}/sea.JPG", "taken": "2024-05-03T10:00:00", "camera": "NIKON D70", "stack": 1001},
        {"path": f"{FOLDER_B}/Boat.png", "taken": "2023-01-09T10:00:00", "width_px": 800, "height_px": 600},
        {"path": f"{FOLDER_A}/arch.tif", "width_px": 600, "height_px": 900},
        {"path": f"{FOLDER_A}/sea2.jpeg", "taken": "2024-05-03T10:00:01", "camera": "NIKON D70", "stack": 1001},
        {"path": f"{FOLDER_B}/tree.heif", "taken": "2024-06-01T09:00:00", "width_px": 1000, "height_px": 1000},
        {"path": f"{FOLDER_B}/copy.jpg", "taken": "2024-05-03T10:00:00", "stack": 1001},
        {"path": f"{FOLDER_A}/other.jpg", "taken": "2024-05-30T10:00:00", "stack": 1007},
    )
    return tuple(replace(hit, **change) for hit, change in zip(make_hits(7), changes, strict=True))


def _arranged(arrangement: Arrangement, hits: tuple[Hit, ...] | None = None) -> Arranged:
    steps = arrange(Columns(_hits() if hits is None else hits), arrangement)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value


def test_without_wishes_all_are_shown_as_they_come():
    assert _arranged(Arrangement()) == Arranged(list(range(7)), (Section(None, 7),), list(range(7)), 7, {})
    assert _arranged(Arrangement(), ()).sections == ()


def test_those_below_the_least_score_are_left_out_but_for_what_the_user_has_said():
    hits = _hits()
    hits = (*hits[:6], replace(hits[6], labelled_same=True))
    arranged = _arranged(Arrangement(min_score=0.975), hits)
    assert arranged.rows == arranged.good == [0, 1, 2, 6]


@pytest.mark.parametrize(
    ("facet", "values", "rows"),
    [
        (Facet.FOLDER, [FOLDER_B], [1, 4, 5]),
        (Facet.TAKEN, ["2023"], [1]),
        (Facet.TAKEN, ["2023", UNKNOWN], [1, 2]),
        (Facet.TAKEN, [DateRange("2024-05-03", "2024-05-30").value], [0, 3, 5, 6]),  # both days are in it
        (Facet.TAKEN, [DateRange("2024-05-04", "2024-05-30").value], [6]),
        (Facet.TAKEN, [DateRange("1900-01-01", "2999-12-31").value], [0, 1, 3, 4, 5, 6]),  # not those without a date
        (Facet.TYPE, ["jpeg"], [0, 3, 5, 6]),
        (Facet.TYPE, ["heic", "tiff"], [2, 4]),
        (Facet.SHAPE, [SQUARE], [4]),
        (Facet.SHAPE, [PORTRAIT], [2]),
        (Facet.SIZE, ["5", "6"], [0, 3, 5, 6]),
        (Facet.CAMERA, ["NIKON D70"], [0, 3]),
        (Facet.CAMERA, [], [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_filters(facet, values, rows):
    arranged = _arranged(Arrangement().choose(facet, values))
    assert arranged.rows == rows
    assert arranged.good == list(range(7))  # what filters hide is good all the same


def test_a_range_is_told_from_years():
    assert range_in(["2023", UNKNOWN]) is None
    span = DateRange("2024-05-03", "2024-05-30")
    assert range_in([span.value]) == span


def test_the_days_of_hits_are_those_of_the_oldest_and_the_newest():
    columns = Columns(_hits())
    for _ in columns.fill():
        pass
    assert columns.days(range(7)) == DateRange("2023-01-09", "2024-06-01")
    assert columns.days([2]) is None


def test_filters_are_taken_together_and_can_be_taken_back():
    arrangement = Arrangement().choose(Facet.TYPE, ["jpeg"]).choose(Facet.FOLDER, [FOLDER_A])
    assert _arranged(arrangement).rows == [0, 3, 6]
    assert _arranged(arrangement.choose(Facet.TYPE, None)).rows == [0, 2, 3, 6]
    assert arrangement.choose(Facet.TYPE, None).choose(Facet.FOLDER, ()) == Arrangement()


def test_order_by_date_is_newest_first_and_unknown_last():
    assert _arranged(Arrangement(order=Order.DATE)).rows == [4, 6, 3, 0, 5, 1, 2]


def test_order_by_name_takes_no_notice_of_capitals():
    assert _arranged(Arrangement(order=Order.NAME)).rows == [2, 1, 5, 6, 0, 3, 4]


def test_sections_by_folder_come_as_their_best_hits_do():
    arranged = _arranged(Arrangement(grouping=Grouping.FOLDER))
    assert arranged.rows == [0, 2, 3, 6, 1, 4, 5]
    assert arranged.sections == (Section(FOLDER_A, 4), Section(FOLDER_B, 3))


def test_sections_by_date_are_months_from_the_newest_on():
    arranged = _arranged(Arrangement(grouping=Grouping.DATE))
    assert arranged.rows == [4, 0, 3, 5, 6, 1, 2]
    assert [(section.key, section.n_rows) for section in arranged.sections] == [
        ("2024-06", 1), ("2024-05", 4), ("2023-01", 1), (UNKNOWN, 1),
    ]  # fmt: skip


def test_stacks_show_their_first_and_how_many_they_are():
    arranged = _arranged(Arrangement(stacks=True))
    assert arranged.rows == [0, 1, 2, 4, 6]
    assert arranged.n_passed == 7
    assert arranged.stack_sizes == {0: 3}
    assert arranged.sections == (Section(None, 5),)


def test_an_open_stack_shows_all_side_by_side():
    arranged = _arranged(Arrangement(stacks=True, open_stacks=frozenset({1001})))
    assert arranged.rows == [0, 3, 5, 1, 2, 4, 6]
    assert arranged.stack_sizes == {0: 3}


def test_stacks_stay_within_their_section_and_order():
    arranged = _arranged(Arrangement(stacks=True, grouping=Grouping.FOLDER, order=Order.DATE))
    assert arranged.rows == [4, 5, 1, 6, 3, 2]
    assert arranged.stack_sizes == {3: 2}
    assert [section.n_rows for section in arranged.sections] == [3, 3]


@pytest.mark.parametrize(
    ("name", "kind"), [("a.JPG", "jpeg"), ("a.jpeg", "jpeg"), ("a.HEIF", "heic"), ("a", ""), ("a.b.TIF", "tiff")]
)
def test_types(name, kind):
    assert type_of(name) == kind


@pytest.mark.parametrize(
    ("size", "shape"), [((40, 30), LANDSCAPE), ((30, 40), PORTRAIT), ((100, 101), SQUARE), ((0, 0), SQUARE)]
)
def test_shapes(size, shape):
    assert shape_of(*size) == shape


@pytest.mark.parametrize(
    ("n_pixels", "reached"),
    [(0, "0"), (969_999, "0"), (970_000, "1"), (11_000_000, "4"), (12_000_000, "5"), (50_000_000, "6")],
)
def test_size_classes(n_pixels, reached):
    assert size_class(n_pixels) == reached


def test_values_are_counted_among_given_rows():
    columns = Columns(_hits())
    for _ in columns.fill():
        pass
    assert columns.is_filled
    assert columns.count(Facet.TYPE, range(7)) == {"jpeg": 4, "png": 1, "tiff": 1, "heic": 1}
    assert columns.count(Facet.TAKEN, [1, 2]) == {"2023": 1, UNKNOWN: 1}


def test_a_hundred_thousand_hits_are_arranged_in_short_steps():
    """In processor time of this thread, so that a busy machine does not make the test fail."""
    base = _hits()
    hits = tuple(
        replace(
            base[n % 7], rank=n + 1, photo_id=n + 1, score=1 - n / 200_000, stack=n // 3 + 1,
            path=f"/p/{n % 400}/{n * 7919 % 100_003}.jpg", taken=f"20{n % 25:02}-0{n % 9 + 1}-11T10:00:00",
        )
        for n in range(100_000)
    )  # fmt: skip
    columns = Columns(hits)
    arrangements = (
        Arrangement(min_score=0.6, order=Order.NAME, grouping=Grouping.FOLDER),
        Arrangement(order=Order.DATE, grouping=Grouping.DATE, stacks=True).choose(Facet.TAKEN, ["2001", "2010"]),
        Arrangement(stacks=True),
    )

    def longest_step_s():
        longest_s = 0.0
        for arrangement in arrangements:
            steps = arrange(columns, arrangement)
            while True:
                started = time.thread_time()
                if next(steps, None) is None and steps.gi_frame is None:
                    break
                longest_s = max(longest_s, time.thread_time() - started)
        return longest_s

    # The best of three: what shares the processor's memory costs processor time, too.
    assert min(longest_step_s() for _ in range(3)) < 0.040
