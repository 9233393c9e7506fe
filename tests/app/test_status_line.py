"""What the line at the bottom says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from app import texts
from app.notify import BannerStack, Level, Notifier
from app.status_line import StatusLine
from engine.messages import Notice, Phase, Progress
from engine.types import FolderState, Query
from tests.helpers.fake_engine import make_result, make_status


def close_buttons(banners: BannerStack) -> list[QToolButton]:
    return [button for button in banners.findChildren(QToolButton) if button.isVisible()]


@pytest.fixture
def notifier(qapp: object) -> Notifier:
    return Notifier()


@pytest.fixture
def line(qtbot: QtBot, notifier: Notifier) -> StatusLine:
    line = StatusLine(notifier)
    qtbot.addWidget(line)
    return line


def test_it_starts_with_starting(line: StatusLine) -> None:
    assert line.text() == texts.STARTING


def test_the_option_of_a_search_is_there_while_there_is_one(line: StatusLine, qtbot: QtBot) -> None:
    action = QAction("&Look further", line)
    action.setCheckable(True)
    action.setToolTip("More of the same (Ctrl+L)")
    line.add_search_option(action)
    button = next(button for button in line.findChildren(QToolButton) if button.defaultAction() is action)
    assert (button.accessibleName(), button.accessibleDescription()) == ("Look further", "More of the same (Ctrl+L)")
    assert not button.isVisibleTo(line)
    line.show_result(make_result(Query(path="/a"), 3))
    assert button.isVisibleTo(line)
    line.show_searching()
    assert button.isVisibleTo(line)
    button.click()
    assert action.isChecked()
    line.show_no_search()
    assert not button.isVisibleTo(line)


def test_a_search_is_told(line: StatusLine) -> None:
    line.show_result(make_result(Query(path="/a"), 3, searched=41_200, total=96_000))
    assert line.text() == "Searched 41,200 of 96,000 in 12 ms"
    line.show_no_search()
    assert line.text() == ""


def test_indexing_takes_the_place_of_the_library(line: StatusLine) -> None:
    line.show_no_search()
    line.show_status(make_status((FolderState(1, "/a", 10, 10, 0, True),)))
    assert line.text() == "10 photos indexed · CPU (test)"
    line.show_progress(Progress(1, Phase.ANALYSING, 5, 10, 20.0, 30.0))
    assert line.text() == "Analysing · 5 of 10 · 20 photos/s · about 30 s left · CPU (test)"
    line.show_progress(None)
    assert line.text() == "10 photos indexed · CPU (test)"


def test_the_folder_that_was_reached_and_why_this_device_are_told_on_pointing_at_them(line: StatusLine) -> None:
    line.show_progress(Progress(1, Phase.ANALYSING, 5, 10, folder="/photos", place="/photos/<i>Trip"))
    tips = [label.toolTip() for label in line.findChildren(QLabel)]
    assert "<span>/photos/&lt;i&gt;Trip</span>" in tips
    line.show_status(replace(make_status(), device="cpu (openvino)"))
    tips = [label.toolTip() for label in line.findChildren(QLabel)]
    assert any(tip.startswith(f"{texts.DEVICE_TIP}. The fastest way on this processor.") for tip in tips)
    line.show_notice(Notice("gpu-unusable", "Its driver is missing."))
    tips = [label.toolTip() for label in line.findChildren(QLabel)]
    assert f"{texts.DEVICE_TIP}. Its driver is missing." in tips


def test_a_remark_passes(line: StatusLine, notifier: Notifier, qtbot: QtBot) -> None:
    line.show_no_search()
    notifier._timer.setInterval(50)
    notifier.tell(Level.REMARK, "Path copied")
    assert line.text() == "Path copied"
    qtbot.waitUntil(lambda: line.text() == "")


def test_what_was_said_before_there_was_a_window_is_shown(notifier: Notifier, qtbot: QtBot) -> None:
    notifier.tell(Level.REMARK, "said early")
    notifier.tell(Level.WARNING, "warned early")
    line, banners = StatusLine(notifier), BannerStack(notifier)
    qtbot.addWidget(line)
    qtbot.addWidget(banners)
    assert "said early" in line.text()
    assert banners.texts() == ["warned early"]


def test_a_banner_with_the_same_key_replaces_and_can_be_closed(notifier: Notifier, qtbot: QtBot) -> None:
    banners = BannerStack(notifier)
    qtbot.addWidget(banners)
    assert banners.isHidden()
    notifier.tell(Level.WARNING, "first", "gpu")
    notifier.tell(Level.ERROR, "other", "disk")
    notifier.tell(Level.WARNING, "second", "gpu")
    assert sorted(banners.texts()) == ["other", "second"]
    qtbot.waitUntil(lambda: len(close_buttons(banners)) == 2)
    for button in close_buttons(banners):
        button.click()
    assert banners.texts() == []
    assert banners.isHidden()


def test_much_to_tell_does_not_make_the_window_wider(line: StatusLine, qtbot: QtBot) -> None:
    line.show_result(make_result(Query(path="/a"), 3))
    line.resize(700, 40)
    line.show()
    before = line.minimumSizeHint().width()
    line.show_progress(Progress(1, Phase.ANALYSING, 41_200, 96_000, 31.4, 1745.0))
    work = next(label for label in line.findChildren(QLabel) if "Analysing" in label.text())
    assert line.minimumSizeHint().width() - before < 150  # for the bar
    line.resize(line.minimumSizeHint().width() + 60, 40)
    qtbot.waitUntil(lambda: work.shown_text().endswith("…"))
    line.resize(2000, 40)
    qtbot.waitUntil(lambda: work.shown_text() == work.text())
