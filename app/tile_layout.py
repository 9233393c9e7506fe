"""Where tiles of one size lie: in lines, in sections that begin with a line of text. Whole pixels, no Qt, no thread.

Nothing is stored for a single tile, so that a hundred thousand of them are laid out as quickly as ten.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate


class TileLayout:
    """Rows 0, 1, 2... from left to right and top to bottom.

    Args:
        counts: how many rows each section has, all above 0.
        room_px: the width to fill; the columns share what is left over.
        cell_px: the least width and the height of a cell.
        header_px: the height of the text above each section; 0 for sections that are not to be seen.
    """

    def __init__(self, counts: Sequence[int], room_px: int, cell_px: tuple[int, int], header_px: int = 0) -> None:
        self.n_rows = sum(counts)
        self.n_columns = max(1, room_px // cell_px[0])
        self.column_px = max(1, room_px) // self.n_columns
        self.line_px = cell_px[1]
        self.header_px = header_px
        self._counts = tuple(counts)
        self._first_rows = [0, *accumulate(counts)]
        heights = (header_px + self._n_lines(n) * self.line_px for n in counts)
        self._tops = [0, *accumulate(heights)]
        self.height_px = self._tops[-1]

    def rect(self, row: int) -> tuple[int, int, int, int]:
        """Left, top, width and height of a row's cell."""
        section = self.section_of(row)
        line, column = divmod(row - self._first_rows[section], self.n_columns)
        top = self._tops[section] + self.header_px + line * self.line_px
        return column * self.column_px, top, self.column_px, self.line_px

    def section_of(self, row: int) -> int:
        """The section that a row is in."""
        return bisect_right(self._first_rows, row, 0, len(self._counts)) - 1

    def row_at(self, x: int, y: int) -> int | None:
        """The row whose cell holds this point, or None."""
        column = x // self.column_px
        if not (0 <= column < self.n_columns and 0 <= y < self.height_px):
            return None
        section = self._section_at(y)
        down = y - self._tops[section] - self.header_px
        if down < 0:
            return None
        row = down // self.line_px * self.n_columns + column
        return self._first_rows[section] + row if row < self._counts[section] else None

    def rows_between(self, top: int, bottom: int) -> range:
        """The rows with a pixel in top <= y < bottom."""
        if not self.n_rows or bottom <= 0 or top >= self.height_px or bottom <= top:
            return range(0)
        return range(self._first_row_at(max(top, 0)), self._first_row_at(bottom - 1, after=True))

    def headers_between(self, top: int, bottom: int) -> Iterator[tuple[int, int]]:
        """The sections whose header has a pixel in top <= y < bottom, each with the top of the header."""
        if not self.header_px or not self._counts:
            return
        section = self._section_at(min(max(top, 0), self.height_px - 1))
        while section < len(self._counts) and self._tops[section] < bottom:
            if self._tops[section] + self.header_px > top:
                yield section, self._tops[section]
            section += 1

    def below(self, row: int, lines: int) -> int:
        """The row this many lines below (above, if negative), over the borders of sections; the last or first there is.

        In a line that is too short it is the line's last row.
        """
        column = (row - self._first_rows[self.section_of(row)]) % self.n_columns
        for _ in range(abs(lines)):
            section = self.section_of(row)
            first, count = self._first_rows[section], self._counts[section]
            line = (row - first) // self.n_columns + (1 if lines > 0 else -1)
            if 0 <= line < self._n_lines(count):
                row = first + min(line * self.n_columns + column, count - 1)
            elif lines > 0 and section + 1 < len(self._counts):
                row = first + count + min(column, self._counts[section + 1] - 1)
            elif lines < 0 and section > 0:
                before = self._counts[section - 1]
                last_line = (self._n_lines(before) - 1) * self.n_columns
                row = self._first_rows[section - 1] + min(last_line + column, before - 1)
            else:
                break
        return row

    def _n_lines(self, count: int) -> int:
        return -(-count // self.n_columns)

    def _section_at(self, y: int) -> int:
        return bisect_right(self._tops, y, 0, len(self._counts)) - 1

    def _first_row_at(self, y: int, after: bool = False) -> int:
        """The first row of the line at `y`, or (`after`) of the line after it; of the section's first in its header."""
        if y >= self.height_px:
            return self.n_rows
        section = self._section_at(y)
        down = y - self._tops[section] - self.header_px
        line = max(down // self.line_px, 0) + (1 if after and down >= 0 else 0)
        return self._first_rows[section] + min(line * self.n_columns, self._counts[section])
