"""Collections in the window: saving the search that is shown, opening one, renaming and removing. GUI thread only."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QLineEdit, QPushButton

from app import collection_texts, query_files, texts, theme
from app.bridge import Bridge
from app.collections_panel import CollectionsPanel
from app.columns import Facet
from app.going_back import GoingBack
from app.history import Seen, Step
from app.notify import Level, Notifier
from app.parts import MAX_WEIGHT, Part, Source
from app.query_input import PASTED
from app.questions import ask, inform
from engine.errors import EngineError
from engine.messages import (
    ChangeCollection,
    Collection,
    CollectionJob,
    CollectionPart,
    GetCollections,
    JobDone,
    JobFailed,
    OpenCollection,
    SaveCollection,
)


class Collecting(QObject):
    """Between the list of collections, the search, and the engine.

    Args:
        bridge: to the engine.
        panel: shows the collections.
        going_back: knows the search that is shown, and repeats others.
        notifier: is told what was done.
    """

    def __init__(self, bridge: Bridge, panel: CollectionsPanel, going_back: GoingBack, notifier: Notifier) -> None:
        super().__init__(panel)
        self._bridge, self._panel, self._going_back, self._notifier = bridge, panel, going_back, notifier
        self._collections: tuple[Collection, ...] = ()
        self._jobs: dict[int, tuple[CollectionJob, Step | None]] = {}
        self._opened: tuple[int, Step] | None = None  # the id of a collection, and its search
        self._actions: Mapping[str, QAction] = {}
        self.dialog: QInputDialog | None = None
        panel.opened.connect(self._open)
        panel.rename_wanted.connect(self._ask_new_name)
        panel.remove_wanted.connect(self._ask_remove)
        going_back.changed.connect(self._show_step)
        bridge.engine_ready.connect(self._on_ready)
        bridge.job_done.connect(self._on_done)
        bridge.job_failed.connect(self._on_failed)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """What the commands of the menus do, by name."""
        return {"save_collection": self._ask_name}

    def use(self, actions: Mapping[str, QAction]) -> None:
        """Enable the command while there is a search, and give the panel a button for it."""
        self._actions = actions
        self._panel.use_save(actions["save_collection"])
        self._show_step()

    # ---- what the user asks for -----------------------------------------------------------------------------------

    @Slot(object)
    def _open(self, collection: Collection) -> None:
        job = OpenCollection(collection.collection_id)
        if (job, None) not in self._jobs.values():  # a double click asks twice
            self._submit(job)

    def _ask_name(self) -> None:
        step = self._going_back.shown()
        if step is None:
            return
        suggested = self._panel.selected()
        stem, _ = os.path.splitext(texts.printable(step.parts[0].source.name))
        name = stem if suggested is None else suggested.name
        self._ask(
            (collection_texts.SAVE_TITLE, collection_texts.SAVE_NAME, collection_texts.SAVE), name,
            partial(self._save, step),
        )

    def _save(self, step: Step, name: str) -> None:
        wanted = collection_of(name.strip(), step)
        if all(other.name != wanted.name for other in self._collections):
            self._submit(SaveCollection(wanted), step)
            return
        ask(
            self._panel.window(), collection_texts.REPLACE_QUESTION.format(name=texts.printable(wanted.name)),
            collection_texts.REPLACE_DETAIL, collection_texts.REPLACE,
            lambda: self._submit(SaveCollection(wanted, replace=True), step),
        )

    @Slot(object)
    def _ask_new_name(self, collection: Collection) -> None:
        def rename(name: str) -> None:
            self._submit(ChangeCollection(collection.collection_id, name))

        words = collection_texts.RENAME_TITLE, collection_texts.RENAME_NAME, collection_texts.RENAME
        self._ask(words, collection.name, rename)

    @Slot(object)
    def _ask_remove(self, collection: Collection) -> None:
        ask(
            self._panel.window(), collection_texts.REMOVE_QUESTION.format(name=texts.printable(collection.name)),
            collection_texts.REMOVE_DETAIL, collection_texts.REMOVE,
            lambda: self._submit(ChangeCollection(collection.collection_id, None)), is_danger=True,
        )

    def _ask(self, words: tuple[str, str, str], name: str, on_named: Callable[[str], None]) -> None:
        """Ask for a name; `words` are the title, what it is, and what the button does."""
        title, label, save = words
        dialog = self.dialog = QInputDialog(self._panel.window())
        dialog.setWindowTitle(title)
        dialog.setLabelText(label)
        dialog.setOkButtonText(save)
        dialog.setTextValue(name)
        if (field := dialog.findChild(QLineEdit)) is not None:
            field.setAccessibleName(title)
            field.selectAll()
        for button in dialog.findChildren(QPushButton):
            theme.set_role(button, "primary" if button.text() == save else "")
        dialog.textValueSelected.connect(on_named)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # ---- the engine -----------------------------------------------------------------------------------------------

    def _submit(self, job: CollectionJob, step: Step | None = None) -> None:
        """Do this; `step` is the search that is saved."""
        self._jobs[self._bridge.submit(job)] = job, step

    @Slot(object)
    def _on_ready(self) -> None:
        self._submit(GetCollections())

    @Slot(object)
    def _on_done(self, done: JobDone) -> None:
        job, step = self._jobs.pop(done.job_id, (None, None))
        match job:
            case SaveCollection():
                saved: Collection = done.result  # type: ignore[assignment]
                self._opened = saved.collection_id, step or step_of(saved)
                self._notifier.tell(
                    Level.REMARK, collection_texts.SAVED.format(name=texts.printable(saved.name)), "collection"
                )
                self._submit(GetCollections())
            case OpenCollection():
                opened: Collection = done.result  # type: ignore[assignment]
                step = step_of(opened)
                self._opened = opened.collection_id, step
                self._going_back.repeat(step)
            case GetCollections() | ChangeCollection():
                self._collections = done.result  # type: ignore[assignment]
                self._panel.show_collections(self._collections)
                self._show_step()

    @Slot(object)
    def _on_failed(self, failed: JobFailed) -> None:
        if self._jobs.pop(failed.job_id, None) is not None:
            self._tell(failed.error)

    def _tell(self, error: EngineError) -> None:
        inform(self._panel.window(), texts.NOT_DONE, texts.sentence(error.sentence))

    # ---- what is shown --------------------------------------------------------------------------------------------

    @Slot()
    def _show_step(self) -> None:
        """Select the collection whose search is shown."""
        step = self._going_back.shown()
        if "save_collection" in self._actions:
            self._actions["save_collection"].setEnabled(step is not None)
        is_open = self._opened is not None and step is not None and step.is_search_of(self._opened[1])
        self._panel.select(self._opened[0] if is_open and self._opened is not None else None)


def collection_of(name: str, step: Step) -> Collection:
    """A search as it is looked at, to be saved."""
    seen = step.seen or Seen()
    return Collection(
        name,
        tuple(CollectionPart(part.query, is_unwanted=part.is_unwanted, weight=part.weight) for part in step.parts),
        step.turned,
        step.looks_further,
        seen.least_score,
        tuple((facet.value, tuple(sorted(values))) for facet, values in seen.chosen.items()),
    )


def step_of(collection: Collection) -> Step:
    """The search of an opened collection. Filters that this version does not know let everything through."""
    parts = tuple(
        Part(
            Source(part.path, PASTED if query_files.is_pasted(part.name) else part.name, part.query.photo_id),
            part.query.box,
            part.is_unwanted,
            min(max(round(part.weight), 1), MAX_WEIGHT),
        )
        for part in collection.parts
    )
    known = {facet.value: facet for facet in Facet}
    chosen = {known[name]: frozenset(values) for name, values in collection.filters if name in known}
    return Step(parts, 0, collection.turned, collection.expand, Seen(collection.min_score, chosen=chosen))
