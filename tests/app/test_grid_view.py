"""The grid with real rows, keys and mouse: what it asks for, what it shows, how fast."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from app.grid_view import GridView
from app.hits_model import HitsModel
from app.theme import tokens
from app.thumb_cache import ThumbCache
from engine.types import Box, Hit, Query
from tests.helpers.fake_engine import make_hits, make_result

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class AskedFor(ThumbCache):
    """A thumbnail cache that also records which photos it was asked to read."""

    def __init__(self, bridge) -> None:
        super().__init__(bridge)
        self.requests: list[list[int]] = []

    def request_only(self, hits) -> None:
        hits = list(hits)
        self.requests.append([hit.rank - 1 for hit in hits])
        super().request_only(hits)


@pytest.fixture
def grid(qtbot, bridge, tmp_path, colored_image):
    """An empty grid of 700 x 500; `grid.show_hits(n)` fills it with hits that share ten thumbnails."""
    files = [tmp_path / f"{number}.png" for number in range(10)]
    for file in files:
        assert colored_image(120, 80).save(str(file))
    cache = AskedFor(bridge)
    model = HitsModel(bridge, cache)
    view = GridView(model)
    qtbot.addWidget(view)
    view.resize(700, 500)

    def show_hits(n: int, **changes) -> tuple[Hit, ...]:
        hits = tuple(replace(hit, thumbnail=files[hit.rank % 10], **changes) for hit in make_hits(n))
        show(hits)
        return hits

    def show(hits: tuple[Hit, ...], query: str = "/q.jpg") -> None:
        model.set_current_job(1)
        model.set_result(1, replace(make_result(Query(path=query)), hits=hits))
        view.show()
        qtbot.waitExposed(view)
        view.setFocus()

    view.show_hits, view.show_these, view.cache, view.hits_model = show_hits, show, cache, model
    yield view
    view.close()
    cache.close()


def select(view: GridView, row: int) -> None:
    view.setCurrentIndex(view.model().index(row))


def recorded(signal) -> list:
    values = []
    signal.connect(values.append)
    return values


# ---- keyboard -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "signal"),
    [
        (Qt.Key.Key_Return, "look_closer_requested"),
        (Qt.Key.Key_Enter, "look_closer_requested"),
        (Qt.Key.Key_Space, "preview_requested"),
    ],
)
def test_enter_looks_closer_and_space_asks_for_the_preview(qtbot, grid, key, signal):
    hits = grid.show_hits(5)
    previews = recorded(getattr(grid, signal))
    select(grid, 2)
    qtbot.keyClick(grid, key)
    assert previews == [hits[2]]
    assert grid.selected_hits() == [hits[2]]


def test_s_finds_similar_photos(qtbot, grid):
    hits = grid.show_hits(5)
    similar = recorded(grid.find_similar_requested)
    select(grid, 1)
    qtbot.keyClick(grid, Qt.Key.Key_S)
    assert similar == [hits[1]]
    qtbot.keyClick(grid, Qt.Key.Key_S, CONTROL)
    assert len(similar) == 1


def test_the_key_of_s_works_on_a_cyrillic_layout(grid, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    hits = grid.show_hits(2)
    similar = recorded(grid.find_similar_requested)
    select(grid, 0)
    for scan_code in (39, 40):
        event = QKeyEvent(QEvent.Type.KeyPress, 0x042B, Qt.KeyboardModifier.NoModifier, scan_code, 0, 0, "ы")
        QApplication.sendEvent(grid, event)
    assert similar == [hits[0]]


def test_copying_takes_all_selected_paths_in_order(qtbot, grid):
    hits = grid.show_hits(5)
    copied = recorded(grid.copy_path_requested)
    select(grid, 3)
    qtbot.keyClick(grid, Qt.Key.Key_Left, SHIFT)
    qtbot.keyClick(grid, Qt.Key.Key_C, CONTROL | SHIFT)
    assert copied == [[hits[2], hits[3]]]


def test_arrows_home_end_and_pages_move_through_the_grid(qtbot, grid):
    grid.show_hits(200)
    select(grid, 0)
    n_columns = grid.n_columns()
    for key, row in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Down, 1 + n_columns),
        (Qt.Key.Key_Left, n_columns),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_End, 199),
        (Qt.Key.Key_Home, 0),
    ):
        qtbot.keyClick(grid, key)
        assert grid.currentIndex().row() == row
    qtbot.keyClick(grid, Qt.Key.Key_PageDown)
    below = grid.currentIndex().row()
    assert below >= n_columns
    assert below in grid.visible_rows()
    qtbot.keyClick(grid, Qt.Key.Key_PageUp)
    assert grid.currentIndex().row() < below


def test_keys_do_nothing_in_an_empty_grid(qtbot, grid):
    grid.show_hits(0)
    previews = recorded(grid.preview_requested)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_S, Qt.Key.Key_Down):
        qtbot.keyClick(grid, key)
    assert previews == []
    assert grid.current_hit() is None


# ---- mouse --------------------------------------------------------------------------------------------------------


def test_double_click_opens_the_file(qtbot, grid):
    hits = grid.show_hits(5)
    opened = recorded(grid.open_requested)
    point = grid.visualRect(grid.model().index(1)).center()
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=point)
    qtbot.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert opened == [hits[1]]


def test_the_context_menu_acts_on_the_hit_under_the_pointer(qtbot, grid):
    hits = grid.show_hits(5)
    signals = [
        grid.preview_requested, grid.look_closer_requested, grid.open_requested, grid.reveal_requested,
        grid.find_similar_requested, grid.pick_part_requested,
    ]  # fmt: skip
    heard = [recorded(signal) for signal in signals]
    grid.menu_made.connect(lambda menu: menu.addAction("More"))
    point = grid.visualRect(grid.model().index(2)).center()
    select(grid, 2)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, grid.viewport().mapToGlobal(point))
    QApplication.sendEvent(grid.viewport(), event)
    menu = QApplication.activePopupWidget()
    actions = [action for action in menu.actions() if not action.isSeparator()]
    assert [action.text().split("\t")[0].replace("&", "") for action in actions] == [
        "Preview",
        "Look closer",
        "Open",
        "Show in folder",
        "Find similar to this",
        "Search for a part of this",
        "More",
    ]
    for action in actions:
        action.trigger()
    menu.close()
    assert heard == [[hits[2]]] * 6


def test_control_and_wheel_change_the_size_of_thumbnails(grid):
    grid.show_hits(50)
    n_columns = grid.n_columns()
    assert grid.thumbnail_side_px() == 160
    for notches, side_px in ((2, 192), (-30, 96), (60, 320)):
        event = QWheelEvent(
            QPointF(100, 100), QPointF(100, 100), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, CONTROL,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(grid.viewport(), event)
        assert grid.thumbnail_side_px() == side_px
    assert grid.n_columns() < n_columns


# ---- layout ---------------------------------------------------------------------------------------------------------


def test_visible_rows_are_those_in_view(qtbot, grid):
    grid.show_hits(300)
    for value in (0, 777, grid.verticalScrollBar().maximum()):
        grid.verticalScrollBar().setValue(value)
        shown = [
            row for row in range(300) if grid.visualRect(grid.model().index(row)).intersects(grid.viewport().rect())
        ]
        assert list(grid.visible_rows()) == shown


def test_columns_fill_the_width(grid):
    grid.show_hits(50)
    for width in (700, 530, 200):
        grid.resize(width, 500)
        n_columns = grid.n_columns()
        assert 0 <= grid.viewport().width() - n_columns * grid.visualRect(grid.model().index(0)).width() < n_columns
        assert grid.visualRect(grid.model().index(n_columns)).top() > grid.visualRect(grid.model().index(0)).top()
        if n_columns > 1:
            assert grid.visualRect(grid.model().index(n_columns - 1)).top() == 0


def test_resizing_and_zooming_keep_the_place(qtbot, grid):
    grid.show_hits(5000)
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum() // 2)
    first = grid.visible_rows().start
    grid.resize(1100, 500)
    qtbot.wait(50)
    assert first in grid.visible_rows()
    grid.set_thumbnail_side_px(240)
    qtbot.wait(50)
    assert first in grid.visible_rows()
    grid.set_thumbnail_side_px(160)
    grid.resize(700, 500)
    qtbot.wait(50)
    assert grid.visible_rows().start == first


def test_a_new_result_starts_at_the_top(qtbot, grid):
    hits = grid.show_hits(500)
    grid.verticalScrollBar().setValue(2000)
    first = grid.visible_rows().start
    grid.show_these((*hits, *(replace(hit, photo_id=hit.photo_id + 1000) for hit in hits)))
    assert grid.visible_rows().start == first  # more of the same
    grid.show_these(hits)
    assert grid.visible_rows().start == first
    grid.show_these(hits, "/other.jpg")
    qtbot.wait(30)
    assert grid.visible_rows().start == 0


def test_the_current_photo_stays_current_in_the_next_result(qtbot, grid):
    hits = grid.show_hits(300)
    select(grid, 250)
    grid.show_these(tuple(reversed(hits)))
    qtbot.wait(30)
    assert grid.selected_hits() == [hits[250]]
    assert grid.visible_rows().start == 0
    grid.show_these(hits[:100])
    assert grid.current_hit() is None
    assert grid.selected_hits() == []


# ---- thumbnails -----------------------------------------------------------------------------------------------------


def test_only_rows_in_view_and_the_page_below_are_read(qtbot, grid):
    grid.show_hits(2000)
    qtbot.waitUntil(lambda: bool(grid.cache.requests))
    visible = grid.visible_rows()
    assert grid.cache.requests[-1] == list(range(0, 2 * len(visible)))
    grid.cache.requests.clear()
    grid.verticalScrollBar().setValue(20_000)
    qtbot.waitUntil(lambda: bool(grid.cache.requests))
    visible = grid.visible_rows()
    assert grid.cache.requests[-1] == list(range(visible.start, visible.stop + len(visible)))


def test_a_thumbnail_appears_where_its_hit_is(qtbot, grid):
    grid.show_hits(1)
    center = grid.visualRect(grid.model().index(0)).center()

    def color_shown() -> QColor:
        image = grid.viewport().grab().toImage()
        return image.pixelColor(center * image.devicePixelRatio() - QPoint(0, 10))

    qtbot.waitUntil(lambda: color_shown() == QColor("steelblue"))


def test_states_are_visible(qtbot, grid):
    """Offline hits, raw files beside JPEGs, boxes, selection and the keyboard's place each change what is painted."""

    def painted() -> bytes:
        image = grid.viewport().grab().toImage()
        return bytes(image.constBits())

    grid.show_hits(1)
    qtbot.waitUntil(lambda: grid.hits_model.index(0).data(Qt.ItemDataRole.UserRole + 1) is not None)
    grid.clearFocus()
    pictures = [painted()]
    for drive in ("", "Archive"):
        grid.show_hits(1, online=False, drive=drive)
        grid.clearFocus()
        pictures.append(painted())
    grid.show_hits(1, also=("/photos/photo 001.CR2",))
    grid.clearFocus()
    pictures.append(painted())
    grid.show_hits(1, box=Box(0.2, 0.2, 0.8, 0.8))
    grid.clearFocus()
    pictures.append(painted())
    grid.selectAll()
    pictures.append(painted())
    grid.setFocus()
    select(grid, 0)
    pictures.append(painted())
    assert len(set(pictures)) == 7


def test_the_tile_is_calm_until_the_thumbnail_is_there(grid, tmp_path):
    grid.show_hits(1, width_px=100, height_px=1000)
    grid.cache.close()
    image = grid.viewport().grab().toImage()
    rect = grid.visualRect(grid.model().index(0))
    point = QPoint(rect.center().x() - grid.thumbnail_side_px() // 2 + 8, rect.center().y())
    assert image.pixelColor(point * image.devicePixelRatio()) == QColor(tokens().sunken)


# ---- speed ----------------------------------------------------------------------------------------------------------


def test_ten_thousand_hits_show_and_scroll_without_a_hitch(qtbot, grid):
    """Counted in processor time of this thread, so that a busy machine does not make the test fail."""
    hits = make_hits(10_000)
    started = time.thread_time()
    grid.show_these(hits)
    QApplication.processEvents()
    assert time.thread_time() - started < 0.150

    gaps, last = [], [time.thread_time()]

    def tick() -> None:
        now = time.thread_time()
        gaps.append(now - last[0])
        last[0] = now

    timer = QTimer(interval=5)
    timer.timeout.connect(tick)
    timer.start()
    for value in range(0, grid.verticalScrollBar().maximum(), grid.verticalScrollBar().maximum() // 30):
        grid.verticalScrollBar().setValue(value)
        qtbot.wait(20)
    timer.stop()
    assert max(gaps) < 0.050
