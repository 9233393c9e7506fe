"""Collections in the window: saved, opened with all they had, renamed, removed after a question."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QListWidget, QMessageBox, QToolButton
from pytestqt.qtbot import QtBot

from app import collection_texts
from app.collecting import collection_of, step_of
from app.collections_panel import CollectionsPanel
from app.columns import Facet
from app.history import Seen, Step
from app.parts import Part, Source
from app.query_input import PASTED
from engine.errors import CollectionError
from engine.messages import (
    ChangeCollection,
    Collection,
    CollectionPart,
    GetCollections,
    OpenCollection,
    SaveCollection,
    Search,
)
from engine.types import Box, FolderState, Query
from tests.app.conftest import WindowRig
from tests.helpers.fake_engine import FakeEngine, make_status

BOX = Box(0.25, 0.25, 0.75, 0.75)
LAMPS = Collection(
    "Lamps",
    (
        CollectionPart(Query(photo_id=7, box=BOX), "/photos/new place/lamp.jpg", "lamp.jpg"),
        CollectionPart(Query(path="/photos/vase.jpg"), "/photos/vase.jpg", "vase.jpg", is_unwanted=True),
    ),
    turned=True,
    min_score=0.3,
    filters=(("type", ("jpeg",)), ("mood", ("of a newer version",))),
    collection_id=1,
)


class Shelf:
    """What the fake engine keeps."""

    def __init__(self, engine: FakeEngine, *kept: Collection) -> None:
        self.kept = list(kept)
        engine.answers[GetCollections] = lambda job: tuple(self.kept)
        engine.answers[OpenCollection] = lambda job: next(
            one for one in self.kept if one.collection_id == job.collection_id
        )
        engine.answers[SaveCollection] = self._save
        engine.answers[ChangeCollection] = self._change

    def _save(self, job: SaveCollection) -> Collection:
        self.kept = [one for one in self.kept if one.name != job.collection.name]
        # As the engine does where a picture outside is a copy of a photo of the library.
        parts = tuple(
            replace(part, query=Query(photo_id=3), path="/photos/copy of a.jpg", name="a.jpg")
            for part in job.collection.parts
        )
        self.kept.append(replace(job.collection, parts=parts, collection_id=10 + len(self.kept)))
        return self.kept[-1]

    def _change(self, job: ChangeCollection) -> tuple[Collection, ...]:
        if job.name == "taken":
            raise CollectionError("There is a collection “taken” already. Choose another name.")
        self.kept = [
            one if one.collection_id != job.collection_id else replace(one, name=job.name)
            for one in self.kept
            if one.collection_id != job.collection_id or job.name is not None
        ]
        return tuple(self.kept)


@pytest.fixture
def shelf(window_rig: WindowRig, qtbot: QtBot) -> Shelf:
    """The window with one collection."""
    window_rig.engine.status = make_status((FolderState(1, "/photos", 10, 10, 0, True),))
    shelf = Shelf(window_rig.engine, LAMPS)
    window_rig.start(qtbot)
    qtbot.waitUntil(lambda: len(panel(window_rig).lines()) == 1)
    return shelf


def panel(rig: WindowRig) -> CollectionsPanel:
    return rig.window._body.collections_panel


def list_of(rig: WindowRig) -> QListWidget:
    return panel(rig).findChild(QListWidget)


def search(rig: WindowRig, qtbot: QtBot, path: str) -> None:
    with qtbot.waitSignal(rig.window.searching.finished):
        rig.window.open_picture(path)


def click(rig: WindowRig, qtbot: QtBot, row: int = 0) -> None:
    view = list_of(rig)
    at = view.visualItemRect(view.item(row)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at.x(), at.y()))


def give_name(rig: WindowRig, name: str) -> None:
    dialog = rig.window.queries.collecting.dialog
    assert dialog is not None
    assert dialog.isVisible()
    dialog.setTextValue(name)
    dialog.accept()


def answer(rig: WindowRig, qtbot: QtBot, text: str) -> str:
    """Press this button of the question there is -> the question."""
    box = next(child for child in rig.window.findChildren(QMessageBox) if child.isVisible())
    button = next(button for button in box.buttons() if button.text().replace("&", "") == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    return box.text()


# ---- the list ----------------------------------------------------------------------------------------------------


def test_they_are_listed_with_what_they_search_for(window_rig: WindowRig, shelf: Shelf) -> None:
    assert panel(window_rig).lines() == ["Lamps, lamp.jpg · 2 parts · ≥ 30 % · 2 filters"]


def test_without_any_only_the_title_takes_room(window_rig: WindowRig, qtbot: QtBot) -> None:
    window_rig.engine.status = make_status((FolderState(1, "/photos", 10, 10, 0, True),))
    window_rig.start(qtbot)
    shown = panel(window_rig)
    qtbot.waitUntil(shown.isVisible)
    assert not list_of(window_rig).isVisible()
    assert shown.height() < 70
    assert [button.accessibleName() for button in shown.findChildren(QToolButton) if button.isVisible()] == [
        collection_texts.SAVE_TIP
    ]


# ---- opening -----------------------------------------------------------------------------------------------------


def test_a_click_searches_with_all_it_had(window_rig: WindowRig, shelf: Shelf, qtbot: QtBot) -> None:
    window = window_rig.window
    with qtbot.waitSignal(window.queries.going_back.came_back):
        click(window_rig, qtbot)
    asked = window_rig.engine.submitted(Search)[-1]
    assert (asked.query, asked.without) == (Query(photo_id=7, box=BOX), (Query(path="/photos/vase.jpg"),))
    assert asked.turned
    assert window._actions["turned"].isChecked()
    arrangement = window.hits_model.arrangement()
    assert arrangement.min_score == pytest.approx(0.3)
    assert dict(arrangement.chosen) == {Facet.TYPE: frozenset({"jpeg"})}  # what is not known lets everything through
    assert window.results.controls.filters.isVisible()
    assert window.query_panel.picture_name() == "lamp.jpg"
    assert window.query_panel.picture_path() == "/photos/new place/lamp.jpg"
    assert len(window_rig.engine.submitted(OpenCollection)) == 1


def test_the_open_one_is_selected_as_long_as_it_is_searched_for(
    window_rig: WindowRig, shelf: Shelf, qtbot: QtBot
) -> None:
    window = window_rig.window
    with qtbot.waitSignal(window.queries.going_back.came_back):
        click(window_rig, qtbot)
    assert panel(window_rig).selected() == LAMPS
    search(window_rig, qtbot, "/photos/other.jpg")
    assert panel(window_rig).selected() is None
    with qtbot.waitSignal(window.queries.going_back.came_back):
        window._actions["back"].trigger()
    assert panel(window_rig).selected() == LAMPS


def test_it_is_opened_by_keyboard(window_rig: WindowRig, shelf: Shelf, qtbot: QtBot) -> None:
    view = list_of(window_rig)
    view.setCurrentRow(0)
    with qtbot.waitSignal(window_rig.window.queries.going_back.came_back):
        qtbot.keyClick(view, Qt.Key.Key_Return)


def test_one_that_is_gone_says_so(window_rig: WindowRig, shelf: Shelf, qtbot: QtBot) -> None:
    def fail(job: OpenCollection) -> Collection:
        raise CollectionError("This collection is not there any more.")

    window_rig.engine.answers[OpenCollection] = fail
    click(window_rig, qtbot)
    qtbot.waitUntil(lambda: bool(window_rig.window.findChildren(QMessageBox)))
    box = window_rig.window.findChild(QMessageBox)
    assert box.informativeText() == "This collection is not there any more."
    box.close()


# ---- saving ------------------------------------------------------------------------------------------------------


def test_a_search_is_saved_under_a_name(window_rig: WindowRig, shelf: Shelf, qtbot: QtBot) -> None:
    window = window_rig.window
    save = window._actions["save_collection"]
    assert not save.isEnabled()
    search(window_rig, qtbot, "/photos/a.jpg")
    qtbot.waitUntil(lambda: window.hits_model.columns().is_filled)
    window.results.controls.filters.chosen.emit(Facet.TYPE, frozenset({"jpeg"}))
    window.results.controls.bar.score.setValue(40)
    button = next(
        child for child in panel(window_rig).findChildren(QToolButton)
        if child.accessibleName() == collection_texts.SAVE_TIP
    )  # fmt: skip
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.queries.collecting.dialog.textValue() == "a"
    give_name(window_rig, " Chairs ")
    qtbot.waitUntil(lambda: len(panel(window_rig).lines()) == 2)
    (job,) = window_rig.engine.submitted(SaveCollection)
    assert job == SaveCollection(
        Collection("Chairs", (CollectionPart(Query(path="/photos/a.jpg")),), min_score=0.4,
                   filters=(("type", ("jpeg",)),))
    )  # fmt: skip
    assert panel(window_rig).selected().name == "Chairs"
    assert "Saved as the collection “Chairs”" in window.status_line.text()


def test_a_name_there_is_asks_before_it_is_replaced(window_rig: WindowRig, shelf: Shelf, qtbot: QtBot) -> None:
    window = window_rig.window
    search(window_rig, qtbot, "/photos/a.jpg")
    for button, n_saved in (("Cancel", 0), ("Replace", 1)):
        window._actions["save_collection"].trigger()
        give_name(window_rig, "Lamps")
        assert answer(window_rig, qtbot, button) == "Replace the collection “Lamps”?"
        assert len(window_rig.engine.submitted(SaveCollection)) == n_saved
    assert window_rig.engine.submitted(SaveCollection)[0].replace
    qtbot.waitUntil(lambda: panel(window_rig).lines() == ["Lamps, a.jpg"])


def test_the_name_of_the_open_one_is_suggested(window_rig: WindowRig, shelf: Shelf, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window_rig.window.queries.going_back.came_back):
        click(window_rig, qtbot)
    window_rig.window._actions["save_collection"].trigger()
    assert window_rig.window.queries.collecting.dialog.textValue() == "Lamps"
    window_rig.window.queries.collecting.dialog.reject()
    assert not window_rig.engine.submitted(SaveCollection)


# ---- changing ----------------------------------------------------------------------------------------------------


def test_renaming(window_rig: WindowRig, shelf: Shelf, qtbot: QtBot) -> None:
    view = list_of(window_rig)
    view.setFocus()
    view.setCurrentRow(0)
    qtbot.keyClick(view, Qt.Key.Key_F2)
    assert window_rig.window.queries.collecting.dialog.textValue() == "Lamps"
    give_name(window_rig, "Lights")
    qtbot.waitUntil(lambda: panel(window_rig).lines()[0].startswith("Lights, "))
    panel(window_rig).rename_wanted.emit(shelf.kept[0])
    give_name(window_rig, "taken")
    qtbot.waitUntil(lambda: any(box.isVisible() for box in window_rig.window.findChildren(QMessageBox)))
    answer(window_rig, qtbot, "OK")
    assert panel(window_rig).lines()[0].startswith("Lights, ")


def test_removing_asks_first(window_rig: WindowRig, shelf: Shelf, qtbot: QtBot) -> None:
    view = list_of(window_rig)
    view.setFocus()
    view.setCurrentRow(0)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert answer(window_rig, qtbot, "Cancel") == "Remove the collection “Lamps”?"
    assert not window_rig.engine.submitted(ChangeCollection)
    actions = panel(window_rig).menu_of(LAMPS).actions()
    actions[-1].trigger()
    answer(window_rig, qtbot, "Remove collection")
    qtbot.waitUntil(lambda: panel(window_rig).lines() == [])
    assert window_rig.engine.submitted(ChangeCollection) == [ChangeCollection(1, None)]


# ---- there and back ----------------------------------------------------------------------------------------------


def test_a_search_comes_back_as_it_was_saved() -> None:
    parts = Part(Source("/p/a.jpg", "a.jpg", 3), BOX, weight=2), Part(Source("/p/b.jpg", "b.jpg"), is_unwanted=True)
    step = Step(parts, 1, turned=True, seen=Seen(0.4, 800, {Facet.TAKEN: frozenset({"2019", "2020"})}))
    saved = collection_of("Name", step)
    told = replace(
        saved,
        parts=tuple(
            replace(kept, path=part.source.path, name=part.source.name)
            for kept, part in zip(saved.parts, parts, strict=True)
        ),
    )
    back = step_of(told)
    assert back == replace(step, current=0)
    assert back.seen == Seen(0.4, 0, {Facet.TAKEN: frozenset({"2019", "2020"})})
    assert back.is_search_of(step)


def test_a_pasted_picture_is_called_so() -> None:
    part = CollectionPart(Query(path="/cache/pasted-12.png"), "/cache/pasted-12.png", "pasted-12.png")
    assert step_of(Collection("Name", (part,))).parts[0].source.name == PASTED
