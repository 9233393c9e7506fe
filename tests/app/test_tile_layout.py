"""Where tiles lie, worked out by hand."""

from __future__ import annotations

import pytest

from app.tile_layout import TileLayout


@pytest.fixture
def plain() -> TileLayout:
    """Ten tiles of 100 x 50, three side by side in 320 pixels, in four lines."""
    return TileLayout((10,), 320, (100, 50))


@pytest.fixture
def parted() -> TileLayout:
    """Sections of 4, 1 and 3 tiles, three side by side, below headers of 20 pixels."""
    return TileLayout((4, 1, 3), 300, (100, 50), header_px=20)


def test_columns_share_the_room(plain):
    assert (plain.n_columns, plain.column_px, plain.height_px) == (3, 106, 200)
    assert plain.rect(0) == (0, 0, 106, 50)
    assert plain.rect(5) == (212, 50, 106, 50)
    assert plain.rect(9) == (0, 150, 106, 50)


def test_there_is_always_a_column():
    layout = TileLayout((3,), 40, (100, 50))
    assert (layout.n_columns, layout.column_px, layout.height_px) == (1, 40, 150)


def test_sections_begin_on_a_line_of_their_own(parted):
    # heights: 20 + 2 * 50, 20 + 50, 20 + 50
    assert parted.height_px == 260
    assert [parted.rect(row)[:2] for row in range(8)] == [
        (0, 20), (100, 20), (200, 20), (0, 70), (0, 140), (0, 210), (100, 210), (200, 210),
    ]  # fmt: skip
    assert [parted.section_of(row) for row in range(8)] == [0, 0, 0, 0, 1, 2, 2, 2]


@pytest.mark.parametrize(
    ("x", "y", "row"),
    [
        (0, 20, 0), (299, 69, 2), (50, 70, 3), (150, 100, None), (50, 19, None), (50, 120, None), (50, 140, 4),
        (250, 259, 7), (250, 260, None), (300, 30, None), (-1, 30, None), (50, -5, None),
    ],
)  # fmt: skip
def test_the_row_under_a_point(parted, x, y, row):
    assert parted.row_at(x, y) == row


def test_rows_between_are_whole_lines(plain):
    assert plain.rows_between(0, 1) == range(0, 3)
    assert plain.rows_between(49, 51) == range(0, 6)
    assert plain.rows_between(160, 1000) == range(9, 10)
    assert plain.rows_between(-100, 0) == range(0)
    assert plain.rows_between(200, 300) == range(0)


def test_rows_between_are_those_whose_cells_are_touched(parted):
    for top in range(-10, 270):
        for bottom in range(top + 1, 275, 7):
            touched = [row for row in range(8) if parted.rect(row)[1] < bottom and parted.rect(row)[1] + 50 > top]
            assert list(parted.rows_between(top, bottom)) == touched, (top, bottom)


def test_headers_between(parted):
    assert list(parted.headers_between(0, 1)) == [(0, 0)]
    assert list(parted.headers_between(20, 120)) == []
    assert list(parted.headers_between(19, 121)) == [(0, 0), (1, 120)]
    assert list(parted.headers_between(0, 1000)) == [(0, 0), (1, 120), (2, 190)]


def test_up_and_down_keep_the_column_over_the_borders_of_sections(parted):
    assert parted.below(1, 1) == 3  # the line below is too short
    assert parted.below(2, 2) == 4
    assert parted.below(0, 3) == 5
    assert parted.below(7, -1) == 4
    assert parted.below(5, -2) == 3
    assert parted.below(7, 1) == 7
    assert parted.below(1, -1) == 1


def test_nothing_is_nowhere():
    layout = TileLayout((), 300, (100, 50), header_px=20)
    assert layout.height_px == 0
    assert layout.row_at(0, 0) is None
    assert layout.rows_between(0, 100) == range(0)
    assert list(layout.headers_between(0, 100)) == []
