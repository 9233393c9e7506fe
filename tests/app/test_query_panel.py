"""The query panel: three ways in, the picture with its box, one query 200 ms after the last change."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton

from app import query_files, theme
from app.crop_view import CropView
from app.drop_zone import DropZone
from app.drops import WEB_ADDRESS
from app.elided_label import ElidedLabel
from app.query_panel import EMPTY_TITLE, FAILED_TITLE, NOT_SHOWN_TITLE, OPENING, SETTLE_MS, QueryPanel
from engine.errors import NotAPicture, PhotoUnreadable
from engine.messages import LoadPicture
from engine.types import Box, Query
from tests.helpers.fake_engine import make_hits


@pytest.fixture
def panel(qtbot, bridge, tmp_path, monkeypatch):
    monkeypatch.setattr(query_files, "cache_folder", lambda: tmp_path / "cache")
    panel = QueryPanel(bridge)
    qtbot.addWidget(panel)
    panel.resize(320, 480)
    panel.show()
    qtbot.waitExposed(panel)
    panel.queries, panel.folders, panel.messages = [], [], []
    panel.query_changed.connect(panel.queries.append)
    panel.folder_dropped.connect(panel.folders.append)
    panel.message.connect(panel.messages.append)
    yield panel
    panel.finish()


def crop_view(panel: QueryPanel) -> CropView:
    return panel.findChild(CropView)


def zone(panel: QueryPanel) -> DropZone | None:
    """The page with words, if it is the one shown."""
    shown = [zone for zone in panel.findChildren(DropZone) if zone.isVisible()]
    return shown[0] if shown else None


def words(panel: QueryPanel) -> list[str]:
    """What the labels below the picture say."""
    return [label.text() for label in (panel._name, panel._part) if label.isVisible()]


def button(panel: QueryPanel, text: str) -> QPushButton:
    return next(child for child in panel.findChildren(QPushButton) if child.text().replace("&", "") == text)


def open_and_wait(qtbot, panel: QueryPanel, path: str = "/photos/a.jpg") -> None:
    panel.open_file(path)
    qtbot.waitUntil(lambda: crop_view(panel).has_picture())
    qtbot.waitUntil(lambda: bool(panel.queries))
    panel.queries.clear()


def drop(panel: QueryPanel, mime: QMimeData) -> QDropEvent:
    actions = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    buttons, modifiers = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), actions, mime, buttons, modifiers)
    QApplication.sendEvent(panel, enter)
    assert enter.isAccepted()
    event = QDropEvent(QPointF(50, 50), actions, mime, buttons, modifiers)
    QApplication.sendEvent(panel, event)
    return event


def urls_of(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


# ---- ways in ------------------------------------------------------------------------------------------------------


def test_empty_it_names_the_three_ways_in(panel):
    assert zone(panel).title() == EMPTY_TITLE
    assert "open" in zone(panel).text()
    assert "paste" in zone(panel).text()
    assert panel.query() is None
    assert words(panel) == []


def test_an_opened_file_is_shown_and_becomes_the_query(qtbot, panel, engine):
    panel.open_file("/photos/sea\u202eside.jpg")
    qtbot.waitUntil(lambda: crop_view(panel).isVisible() and crop_view(panel).has_picture())
    assert words(panel)[0] == "sea\ufffdside.jpg"
    assert words(panel)[1].startswith("Whole picture")
    qtbot.waitUntil(lambda: bool(panel.queries))
    assert panel.queries == [Query(path="/photos/sea\u202eside.jpg")]
    assert engine.submitted(LoadPicture)[0].path == "/photos/sea\u202eside.jpg"


def test_a_dropped_file_becomes_the_query_and_stays_where_it_is(qtbot, panel, tmp_path):
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"jpeg")
    event = drop(panel, urls_of(photo))
    assert event.dropAction() == Qt.DropAction.CopyAction
    assert panel.query() == Query(path=str(photo))


def test_a_dropped_folder_is_handed_on(panel, tmp_path):
    drop(panel, urls_of(tmp_path))
    assert panel.folders == [str(tmp_path)]
    assert panel.query() is None


def test_a_web_address_is_explained_and_leaves_the_query_alone(qtbot, panel):
    open_and_wait(qtbot, panel)
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/a.jpg")])
    drop(panel, mime)
    assert panel.messages == [WEB_ADDRESS]
    assert panel.query() == Query(path="/photos/a.jpg")
    assert crop_view(panel).isVisible()


def test_something_held_over_the_panel_is_answered_and_forgotten(qtbot, panel, tmp_path):
    open_and_wait(qtbot, panel)
    mime = urls_of(tmp_path)  # the event does not keep it alive
    nothing_held = Qt.KeyboardModifier.NoModifier
    event = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, nothing_held)
    QApplication.sendEvent(panel, event)
    assert zone(panel).property("role") == "dropzone-active"
    QApplication.sendEvent(panel, QDragLeaveEvent())
    assert crop_view(panel).isVisible()


def test_a_pasted_picture_is_written_down_and_searched_for(qtbot, panel, tmp_path, colored_image):
    QGuiApplication.clipboard().setImage(colored_image(40, 30, "orange"))
    qtbot.mouseClick(button(panel, "Paste"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(panel.queries))
    path = Path(panel.queries[0].path)
    assert path.parent == tmp_path / "cache" / "queries"
    image = QImage(str(path))
    assert (image.width(), image.height(), image.pixelColor(5, 5)) == (40, 30, QColor("orange"))
    assert words(panel)[0] == "Pasted picture"


def test_pasting_a_second_picture_wins_over_the_first(qtbot, panel, colored_image):
    for name in ("orange", "green"):
        mime = QMimeData()
        mime.setImageData(colored_image(40, 30, name))
        panel.take(mime)
    qtbot.waitUntil(lambda: bool(panel.queries))
    assert QImage(panel.queries[0].path).pixelColor(5, 5) == QColor("green")
    qtbot.wait(SETTLE_MS + 100)
    assert len(panel.queries) == 1


def test_a_picture_that_cannot_be_written_down_is_explained(qtbot, panel, tmp_path, colored_image):
    (tmp_path / "cache").write_text("a file where the folder should be")
    mime = QMimeData()
    mime.setImageData(colored_image())
    panel.take(mime)
    qtbot.waitUntil(lambda: zone(panel) is not None and zone(panel).title() == FAILED_TITLE)
    assert str(tmp_path / "cache") in zone(panel).text()


def test_open_lets_the_user_choose_a_file(qtbot, panel, tmp_path):
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"jpeg")
    qtbot.mouseClick(button(panel, "Open…"), Qt.MouseButton.LeftButton)
    dialog = panel.findChild(QFileDialog)
    qtbot.waitUntil(dialog.isVisible)
    dialog.fileSelected.emit(str(photo))
    dialog.reject()
    assert panel.query() == Query(path=str(photo))


def test_a_click_on_the_zone_opens_too(qtbot, panel):
    qtbot.mouseClick(zone(panel), Qt.MouseButton.LeftButton)
    dialog = panel.findChild(QFileDialog)
    assert dialog.isVisible()
    dialog.reject()


def test_finding_similar_photos_asks_by_the_photo_not_its_path(qtbot, panel):
    hit = make_hits(1)[0]
    panel.open_photo(hit)
    qtbot.waitUntil(lambda: bool(panel.queries))
    assert panel.queries == [Query(photo_id=hit.photo_id)]
    assert words(panel)[0] == "photo 001.jpg"


# ---- the box --------------------------------------------------------------------------------------------------------


def test_one_query_comes_200_ms_after_the_last_change(qtbot, panel):
    open_and_wait(qtbot, panel)
    for left in range(5):
        crop_view(panel).set_box(Box(left / 10, 0.1, 0.6, 0.9))
        qtbot.wait(40)
    changed_at = time.monotonic()
    assert panel.queries == []
    qtbot.waitUntil(lambda: bool(panel.queries))
    assert time.monotonic() - changed_at > (SETTLE_MS - 60) / 1000
    qtbot.wait(SETTLE_MS + 50)
    assert panel.queries == [Query(path="/photos/a.jpg", box=Box(0.4, 0.1, 0.6, 0.9))]


def test_a_change_taken_back_searches_for_nothing(qtbot, panel):
    open_and_wait(qtbot, panel)
    crop_view(panel).set_box(Box(0.1, 0.1, 0.6, 0.9))
    panel.clear_box()
    qtbot.wait(SETTLE_MS + 80)
    assert panel.queries == []


def test_the_share_of_the_picture_is_told_and_can_be_reset(qtbot, panel):
    open_and_wait(qtbot, panel)
    assert not button(panel, "Whole picture").isVisible()
    crop_view(panel).set_box(Box(0.0, 0.0, 0.5, 0.5))
    assert words(panel)[1] == "25 % of the picture\n1600 × 1200 pixels"
    qtbot.mouseClick(button(panel, "Whole picture"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not button(panel, "Whole picture").isVisible())
    assert words(panel)[1].startswith("Whole picture")
    assert panel.query() == Query(path="/photos/a.jpg")


def test_drawing_a_box_does_not_move_the_picture(qtbot, qapp, bridge):
    theme.apply(qapp)  # the style sheet makes buttons higher than labels
    panel = QueryPanel(bridge)
    panel.queries = []
    panel.query_changed.connect(panel.queries.append)
    qtbot.addWidget(panel)
    panel.resize(320, 480)
    panel.show()
    open_and_wait(qtbot, panel)
    qtbot.wait(10)
    before = crop_view(panel).geometry()
    crop_view(panel).set_box(Box(0.1, 0.1, 0.6, 0.9))
    qtbot.wait(10)
    assert crop_view(panel).geometry() == before


def test_another_picture_starts_without_a_box(qtbot, panel):
    open_and_wait(qtbot, panel)
    crop_view(panel).set_box(Box(0.1, 0.1, 0.6, 0.9))
    panel.open_file("/photos/b.jpg")
    assert panel.query() == Query(path="/photos/b.jpg")
    qtbot.waitUntil(lambda: bool(panel.queries))
    assert panel.queries == [Query(path="/photos/b.jpg")]


def test_opening_the_same_file_again_searches_again(qtbot, panel):
    open_and_wait(qtbot, panel)
    panel.open_file("/photos/a.jpg")
    qtbot.waitUntil(lambda: bool(panel.queries))
    assert panel.queries == [Query(path="/photos/a.jpg")]


# ---- slow, late and failing -----------------------------------------------------------------------------------------


def test_a_slow_picture_is_said_to_be_opening(qtbot, panel, engine):
    engine.held = {LoadPicture}
    panel.open_file("/photos/a.jpg")
    assert zone(panel) is None
    qtbot.waitUntil(lambda: zone(panel) is not None and zone(panel).title() == OPENING)
    engine.release(engine.ids(LoadPicture)[0])
    qtbot.waitUntil(lambda: crop_view(panel).isVisible() and crop_view(panel).has_picture())


def test_a_late_picture_of_the_query_before_is_dropped(qtbot, panel, engine, bridge):
    engine.held = {LoadPicture}
    panel.open_file("/photos/a.jpg")
    panel.open_file("/photos/b.jpg")
    first, second = engine.ids(LoadPicture)
    assert engine.cancelled == [first]
    shown = []
    bridge.picture_loaded.connect(lambda job_id, picture: shown.append(crop_view(panel).has_picture()))
    engine._waiting[first] = LoadPicture("/photos/a.jpg")  # cancelled too late: it had been decoded already
    engine.release(first)
    qtbot.waitUntil(lambda: shown == [False])
    engine.release(second)
    qtbot.waitUntil(lambda: shown == [False, True])


def test_a_picture_that_cannot_be_read_is_explained_in_place(qtbot, panel, engine):
    def refuse(job):
        raise NotAPicture("“notes.jpg” is not a picture. Choose another file.", job.path)

    engine.answers[LoadPicture] = refuse
    panel.open_file("/photos/notes.jpg")
    qtbot.waitUntil(lambda: zone(panel) is not None and zone(panel).title() == FAILED_TITLE)
    assert zone(panel).text() == "“notes.jpg” is not a picture. Choose another file."
    assert panel.query() is None
    qtbot.wait(SETTLE_MS + 50)
    assert panel.queries == [None]


def test_a_photo_whose_drive_is_away_is_still_searched_for(qtbot, panel, engine):
    def refuse(job):
        raise PhotoUnreadable("The drive is not connected.", job.path)

    engine.answers[LoadPicture] = refuse
    hit = make_hits(1)[0]
    panel.open_photo(hit)
    qtbot.waitUntil(lambda: zone(panel) is not None and zone(panel).title() == NOT_SHOWN_TITLE)
    qtbot.waitUntil(lambda: bool(panel.queries))
    assert panel.queries == [Query(photo_id=hit.photo_id)]


# ---- files of pasted pictures -----------------------------------------------------------------------------------


def test_only_the_newest_files_are_kept_and_no_others_touched(qtbot, panel, tmp_path, colored_image):
    folder = tmp_path / "cache" / "queries"
    folder.mkdir(parents=True)
    (folder / "mine.png").write_bytes(b"not ours")
    for number in range(30):
        (folder / f"pasted-{number:019}.png").write_bytes(b"old")
    mime = QMimeData()
    mime.setImageData(colored_image())
    panel.take(mime)
    qtbot.waitUntil(lambda: panel.query() is not None)
    names = sorted(file.name for file in folder.iterdir())
    assert len(names) == query_files.MOST_FILES + 1
    assert Path(panel.query().path).name in names
    assert "mine.png" in names
    assert f"pasted-{29:019}.png" in names


def test_transparency_is_put_on_white():
    image = QImage(2, 1, QImage.Format.Format_ARGB32)
    image.setPixelColor(0, 0, QColor(255, 0, 0, 255))
    image.setPixelColor(1, 0, QColor(255, 0, 0, 0))
    result = query_files.opaque(image)
    assert not result.hasAlphaChannel()
    assert [result.pixelColor(x, 0).name() for x in (0, 1)] == ["#ff0000", "#ffffff"]


def test_an_alpha_channel_that_is_empty_everywhere_is_ignored():
    image = QImage(3, 2, QImage.Format.Format_ARGB32)
    image.fill(QColor(10, 20, 30, 0))
    result = query_files.opaque(image)
    assert not result.hasAlphaChannel()
    assert result.pixelColor(2, 1).name() == "#0a141e"


def test_long_names_are_shortened_in_their_middle(qtbot):
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.set_name("IMG_20190403_a_very_long_name_indeed_<b>1</b>.jpg")
    label.resize(120, 20)
    assert "…" in label.shown_text()
    assert label.shown_text().endswith(".jpg")
    assert "&lt;b&gt;" in label.toolTip()
