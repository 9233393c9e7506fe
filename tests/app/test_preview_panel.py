"""The large preview of one hit."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QPushButton, QToolButton

from app.file_facts import FileFacts
from app.part_marks import Mark
from app.photo_facts import facts_of
from app.picture_view import PictureView, part_of
from app.preview_panel import PreviewPanel
from app.thumb_cache import ThumbCache
from engine.errors import PhotoUnreadable
from engine.messages import LoadPicture
from engine.types import Box
from tests.helpers.fake_engine import make_hits, make_picture

HIT = replace(make_hits(1)[0], path="/photos/Brittany 2019/sea.jpg", score=0.874)


@pytest.fixture
def panel(qtbot, bridge):
    panel = PreviewPanel(bridge)
    qtbot.addWidget(panel)
    panel.resize(360, 520)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def view(panel: PreviewPanel) -> PictureView:
    return panel.findChild(PictureView)


def color_in(widget: PictureView, x: float, y: float) -> QColor:
    """The colour shown at these fractions of the picture."""
    image = widget.grab().toImage()
    area = widget.picture_rect()
    return image.pixelColor(
        round((area.left() + x * area.width()) * image.devicePixelRatio()),
        round((area.top() + y * area.height()) * image.devicePixelRatio()),
    )


def test_a_hit_is_shown_with_its_facts(qtbot, panel, engine):
    panel.show_hit(HIT)
    assert panel.hit() == HIT
    assert (panel._name.text(), panel._folder.text()) == ("sea.jpg", "/photos/Brittany 2019")
    assert panel._facts.text() == "4000 × 3000 pixels · 87 % alike"
    qtbot.waitUntil(view(panel).has_picture)
    assert engine.submitted(LoadPicture) == [LoadPicture(HIT.path, 1600)]
    assert color_in(view(panel), 0.5, 0.5) == QColor(128, 128, 128)


def test_the_thumbnail_is_shown_until_the_picture_comes(qtbot, bridge, engine, tmp_path, colored_image):
    assert colored_image(64, 48).save(str(tmp_path / "t.png"))
    hit = replace(HIT, thumbnail=tmp_path / "t.png")
    cache = ThumbCache(bridge)
    with qtbot.waitSignal(cache.images_arrived):
        cache.image(hit)
    engine.held = {LoadPicture}
    panel = PreviewPanel(bridge, thumb_cache=cache)
    qtbot.addWidget(panel)
    panel.resize(360, 520)
    panel.show_hit(hit)
    panel.show()
    assert color_in(view(panel), 0.5, 0.5) == QColor("steelblue")
    size = view(panel).picture_rect().size()
    engine.release(engine.ids(LoadPicture)[0])
    qtbot.waitUntil(lambda: color_in(view(panel), 0.5, 0.5) == QColor(128, 128, 128))
    assert size.width() / size.height() == pytest.approx(4 / 3, rel=0.01)
    cache.close()


def test_the_box_of_the_hit_is_framed(qtbot, panel):
    def lightest_at_the_edge() -> int:
        """On every pixel near the left edge of the box: the line is thin, and may fall between two of them."""
        return max(color_in(view(panel), 0.25 + step / 800, 0.5).lightness() for step in range(-9, 10))

    panel.show_hit(replace(HIT, box=Box(0.25, 0.25, 0.75, 0.75)))
    qtbot.waitUntil(view(panel).has_picture)
    assert lightest_at_the_edge() > 180
    assert color_in(view(panel), 0.5, 0.5) == QColor(128, 128, 128)
    panel.show_hit(HIT)
    qtbot.waitUntil(view(panel).has_picture)
    assert lightest_at_the_edge() == 128


def test_a_late_picture_of_another_hit_is_dropped(qtbot, panel, engine, bridge):
    engine.held = {LoadPicture}
    engine.answers[LoadPicture] = lambda job: make_picture(job.path, 320, 240)
    other = replace(HIT, path="/photos/other.jpg", photo_id=7)
    panel.show_hit(HIT)
    panel.show_hit(other)
    first, second = engine.ids(LoadPicture)
    assert engine.cancelled == [first]
    engine._waiting[first] = LoadPicture(HIT.path)  # cancelled too late: it had been decoded already
    with qtbot.waitSignal(bridge.picture_loaded):
        engine.release(first)
    assert not view(panel).has_picture()
    engine.release(second)
    qtbot.waitUntil(view(panel).has_picture)


def test_a_photo_that_cannot_be_read_says_why(qtbot, panel, engine):
    def refuse(job):
        raise PhotoUnreadable("“sea.jpg” is gone. Its drive may not be connected.", job.path)

    engine.answers[LoadPicture] = refuse
    panel.show_hit(HIT)
    qtbot.waitUntil(panel._error.isVisible)
    assert panel._error.text() == "“sea.jpg” is gone. Its drive may not be connected."
    panel.show_hit(None)
    assert not panel._error.isVisible()


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("Open", "open_requested"),
        ("Show in folder", "reveal_requested"),
        ("Find similar", "find_similar_requested"),
        ("Copy path", "copy_path_requested"),
    ],
)
def test_the_buttons_act_on_the_hit_shown(qtbot, panel, text, signal):
    button = next(child for child in panel.findChildren(QPushButton) if child.text().replace("&", "") == text)
    heard = []
    getattr(panel, signal).connect(heard.append)
    assert not button.isEnabled()
    panel.show_hit(HIT)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == [HIT]


def test_escape_and_the_cross_close_it(qtbot, panel):
    closed = []
    panel.closed.connect(lambda: closed.append(True))
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    cross = next(child for child in panel.findChildren(QToolButton) if child.accessibleName() == "Close the preview")
    qtbot.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert closed == [True, True]


def test_without_a_hit_it_is_empty(qtbot, panel):
    panel.show_hit(HIT)
    qtbot.waitUntil(view(panel).has_picture)
    panel.show_hit(None)
    assert not view(panel).has_picture()
    assert (panel._name.text(), panel._folder.text(), panel._facts.text()) == ("", "", "")


def test_facts_tell_when_the_photo_is_out_of_reach():
    assert facts_of(replace(HIT, online=False)).endswith("cannot be found now")
    assert facts_of(replace(HIT, online=False, drive="Archive")).endswith("on “Archive”, which is not connected")


def test_small_pictures_are_not_blown_up_beyond_twice_their_size(qtbot, colored_image):
    widget = PictureView()
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.set_image(colored_image(20, 10))
    assert widget.picture_rect().size().toTuple() == (40, 20)
    assert part_of(widget.picture_rect(), Box(0, 0, 0.5, 0.5)).size().toTuple() == (20, 10)


@pytest.fixture
def british():
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    QLocale.setDefault(before)


@pytest.mark.usefixtures("british")
def test_the_file_of_the_photo_tells_its_size_and_time(qtbot, bridge, tmp_path):
    path = tmp_path / "sea.jpg"
    path.write_bytes(b"x" * 3_210_000)
    os.utime(path, (1_557_670_000, 1_557_670_000))
    panel = PreviewPanel(bridge)
    qtbot.addWidget(panel)
    panel.show_hit(replace(HIT, path=str(path)))
    qtbot.waitUntil(lambda: "MB" in panel._facts.text())
    when = QLocale().toString(QDateTime.fromSecsSinceEpoch(1_557_670_000), QLocale.FormatType.ShortFormat)
    assert "2019" in when
    assert panel._facts.text() == f"4000 × 3000 pixels · 3.2 MB · 87 % alike · file of {when}"
    panel.show_hit(replace(HIT, path=str(tmp_path / "gone.jpg")))
    assert panel._facts.text() == "4000 × 3000 pixels · 87 % alike"


@pytest.mark.usefixtures("british")
def test_when_and_with_what_a_photo_was_taken_is_told():
    taken = replace(HIT, taken="2019-05-12T14:02:10", camera="Lumix\u202e G9")
    when = QLocale().toString(QDateTime(2019, 5, 12, 14, 2, 10), QLocale.FormatType.ShortFormat)
    assert facts_of(taken) == f"4000 × 3000 pixels · 87 % alike · taken {when} · Lumix\ufffd G9"
    file = FileFacts(HIT.path, 3_210_000, 1_557_670_000)
    assert facts_of(taken, file) == f"4000 × 3000 pixels · 3.2 MB · 87 % alike · taken {when} · Lumix\ufffd G9"


def test_the_frame_can_be_hidden_by_key_and_by_button(qtbot, panel):
    asked = []
    panel.command_requested.connect(asked.append)
    panel.show_hit(replace(HIT, box=Box(0.25, 0.25, 0.75, 0.75)))
    button = next(child for child in panel.findChildren(QToolButton) if child.isCheckable())
    assert button.isVisible()
    assert view(panel).marks() == (Mark(Box(0.25, 0.25, 0.75, 0.75)),)
    qtbot.keyClick(view(panel), Qt.Key.Key_F)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == ["show_frames", "show_frames"]
    panel.show_frames(False)
    assert view(panel).marks() == ()
    panel.update_hit(replace(HIT, box=Box(0.0, 0.0, 0.75, 0.75)))
    assert view(panel).marks() == ()
    panel.show_frames(True)
    assert view(panel).marks() == (Mark(Box(0.0, 0.0, 0.75, 0.75)),)
    panel.show_hit(HIT)
    assert not button.isVisible()  # there is nothing to show or hide


def test_each_part_is_framed_with_its_number(panel):
    boxes = Box(0.1, 0.1, 0.4, 0.4), None, Box(0.5, 0.5, 0.9, 0.9)
    panel.set_part_numbers((1, 2, 4))
    panel.show_hit(replace(HIT, box=boxes[0], also_boxes=boxes[1:]))
    assert view(panel).marks() == (Mark(boxes[0], 1), Mark(boxes[2], 4))

def test_keys_zoom_and_leaf_through(qtbot, panel, engine):
    steps = []
    panel.step_requested.connect(steps.append)
    panel.show_hit(HIT)
    qtbot.waitUntil(view(panel).has_picture)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_PageDown):
        qtbot.keyClick(view(panel), key)
    assert steps == [1, -1, 1]
    qtbot.keyClick(view(panel), Qt.Key.Key_1)
    assert view(panel).percent() == 100
    qtbot.waitUntil(lambda: len(engine.submitted(LoadPicture)) == 2)  # the stand-in's pictures are of 320 pixels
    assert engine.submitted(LoadPicture)[1].max_side_px == 3200
    qtbot.keyClick(view(panel), Qt.Key.Key_0)
    assert view(panel).is_fit()
    qtbot.keyClick(view(panel), Qt.Key.Key_Plus)
    assert not view(panel).is_fit()
