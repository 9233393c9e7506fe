"""The rows of the grid: which result they show, and what they tell a view."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.drops import path_of
from app.hits_model import HitsModel, Role, ordinal, runs_of
from app.thumb_cache import ThumbCache
from engine.messages import Search
from engine.types import Query
from tests.helpers.fake_engine import make_hits, make_result

QUERY = Query(path="/q.jpg")


@pytest.fixture
def cache(bridge):
    cache = ThumbCache(bridge)
    yield cache
    cache.close()


@pytest.fixture
def model(bridge, cache):
    model = HitsModel(bridge, cache)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield model
    del tester


def show(model: HitsModel, hits) -> None:
    model.set_current_job(1)
    model.set_result(1, replace(make_result(QUERY), hits=tuple(hits)))


def test_the_answer_to_the_current_search_is_shown(qtbot, model, bridge):
    with qtbot.waitSignal(model.modelReset):
        model.set_current_job(bridge.submit(Search(QUERY)))
    assert model.rowCount() == 3
    assert model.hit(0) == make_hits(3)[0]
    assert model.rowCount(model.index(0)) == 0


def test_answers_to_other_searches_are_dropped(qtbot, model, bridge, engine):
    engine.answers[Search] = lambda job: make_result(job.query, n_hits=job.k)
    engine.held = {Search}
    first, second = bridge.submit(Search(QUERY, k=5)), bridge.submit(Search(QUERY, k=2))
    model.set_current_job(second)
    engine.release(second)
    qtbot.waitUntil(lambda: model.rowCount() == 2)
    with qtbot.waitSignal(bridge.search_finished):
        engine.release(first)
    assert model.rowCount() == 2


def test_rows_stay_while_the_next_search_runs_and_go_when_cleared(model):
    show(model, make_hits(4))
    model.set_current_job(99)
    assert model.rowCount() == 4
    model.clear()
    assert model.rowCount() == 0
    model.set_result(99, make_result(QUERY))
    assert model.rowCount() == 0


def test_the_same_hits_again_leave_selection_and_place_alone(qtbot, model):
    show(model, make_hits(4))
    with qtbot.assertNotEmitted(model.modelReset):
        show(model, make_hits(4))


def test_what_a_row_tells(model):
    show(model, [replace(make_hits(2)[1], path="/photos/<b>sea & sand</b>.jpg", score=0.874)])
    index = model.index(0)
    assert index.data(Role.HIT) is model.hit(0)
    assert index.data(Role.SCORE) == 0.874
    assert index.data(Qt.ItemDataRole.DisplayRole) == "b>.jpg"  # the slash of the tag is one of the path
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "<span>/photos/&lt;b&gt;sea &amp; sand&lt;/b&gt;.jpg</span>"
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "2nd, very likely, 87 percent, b>.jpg"
    assert model.data(QModelIndex(), Role.HIT) is None


def test_a_photo_whose_drive_is_away_is_announced_so(model):
    hit = make_hits(1)[0]
    show(model, [replace(hit, online=False, drive="<Archive>"), replace(hit, online=False)])
    spoken = [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert spoken[0].endswith("on “<Archive>”, which is not connected")
    assert spoken[1].endswith("cannot be found now")
    tip = model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "<span>/photos/photo 001.jpg<br>on “&lt;Archive&gt;”, which is not connected</span>"


def test_a_photo_in_two_files_tells_of_the_other(model):
    hits = make_hits(2)
    show(model, [replace(hits[0], also=("/photos/<i>.CR2",)), hits[1]])
    index = model.index(0)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == (
        "<span>/photos/photo 001.jpg<br>RAW + JPEG, with &lt;i&gt;.CR2</span>")
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).endswith("photo 001.jpg, RAW + JPEG, with <i>.CR2")
    assert "RAW" not in model.index(1).data(Qt.ItemDataRole.ToolTipRole)


def test_arrivals_change_only_their_rows_and_in_ranges(qtbot, model, tmp_path, colored_image):
    hits = [replace(hit, thumbnail=tmp_path / f"{hit.rank}.jpg") for hit in make_hits(6)]
    hits[5] = replace(hits[5], thumbnail=hits[1].thumbnail)  # an exact copy further down
    for hit in hits:
        assert colored_image().save(str(hit.thumbnail))
    show(model, hits)
    changed = []
    model.dataChanged.connect(lambda first, last, roles: changed.append((first.row(), last.row(), list(roles))))
    model.request_thumbnails(range(6))
    qtbot.waitUntil(lambda: all(model.index(row).data(Role.THUMBNAIL) is not None for row in range(6)))
    changed.clear()
    model._on_images_arrived({hits[0].thumbnail, hits[1].thumbnail})
    assert changed == [(0, 1, [Role.THUMBNAIL]), (5, 5, [Role.THUMBNAIL])]
    changed.clear()
    model.request_thumbnails([3])
    model._on_images_arrived({hit.thumbnail for hit in hits})
    assert changed == [(3, 3, [Role.THUMBNAIL])]  # of the others nobody has asked


@pytest.mark.skipif(os.name != "posix", reason="names of any bytes exist only there")
def test_dragging_out_gives_the_files_byte_for_byte(model):
    path = os.fsdecode(b"/photos/caf\xe9 #1 100%.jpg")
    show(model, [replace(make_hits(1)[0], path=path)])
    assert model.flags(model.index(0)) & Qt.ItemFlag.ItemIsDragEnabled
    assert model.supportedDragActions() == Qt.DropAction.CopyAction
    mime = model.mimeData([model.index(0)])
    assert [path_of(url) for url in mime.urls()] == [path]


def test_ranges_and_ordinals():
    assert runs_of([1, 2, 3, 7, 9, 10]) == [(1, 3), (7, 7), (9, 10)]
    assert runs_of([]) == []
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == (
        ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"]
    )
