"""Copying, moving and trashing photos: asks, works on a thread, tells what became of it, undoes it. GUI thread only.

Photos are changed here only, and only after the user has asked for it and said yes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from app import file_texts, file_work, texts, trash
from app.background_work import BackgroundWork
from app.file_work import FileWork, Placed
from app.notify import Level, Notifier
from app.places import is_sample
from app.questions import ask, inform
from app.work_dialog import WorkDialog
from engine.errors import EngineError

Moves = tuple[tuple[str, str], ...]
"""Where files were and where they are; "" for nowhere: a copy has been nowhere before, the trash counts as nowhere."""

_MOST_UNDOS = 50


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done with files, as words and as what it means.

    Args:
        title: while it is done: "Moving 3 photos to “Trips”…".
        done: with how many photos it was done is put before it: "moved to “Trips”".
        moves: from one that is done to where it was and is.
        undo: from what is done to the deed that undoes it, and its work; None if it cannot be undone.
        undo_text: for the menu: "Undo moving 3 photos".
    """

    title: str
    done: str
    moves: Callable[[Placed], tuple[str, str]]
    undo: Callable[[Sequence[Placed]], tuple[Deed, FileWork]] | None = None
    undo_text: str = ""


class FileActions(QObject):
    """One piece of work at a time.

    Args:
        notifier: is told what was done.
        window: dialogs open above it.

    Signals:
        moved(Moves): this has become of files.
        undo_changed(str): what can be undone now, for the menu; empty: nothing.
    """

    moved = Signal(object)
    undo_changed = Signal(str)

    def __init__(self, notifier: Notifier, window: QWidget) -> None:
        super().__init__(window)
        self._notifier = notifier
        self._window = window
        self._folder = ""
        self._undos: list[tuple[str, Callable[[], None]]] = []
        self._under_way: BackgroundWork | None = None

    def is_busy(self) -> bool:
        """Whether something is being done."""
        return self._under_way is not None

    def undo_text(self) -> str:
        """What `undo` would undo, for the menu; empty if there is nothing."""
        return self._undos[-1][0] if self._undos else ""

    def finish(self) -> None:
        """Stop what is under way between two files, and wait for that; the window is closing."""
        if self._under_way is not None:
            self._under_way.stop()
            self._under_way.wait()

    # ---- what can be asked for --------------------------------------------------------------------------------------

    def copy_to_folder(self, paths: Sequence[str]) -> None:
        """Let the user choose a folder, and copy files there."""
        self._choose_folder(file_texts.CHOOSE_COPY.format(what=file_texts.these(paths)), partial(self.copy, paths))

    def move_to_folder(self, paths: Sequence[str]) -> None:
        """Let the user choose a folder, ask once more, and move files there."""
        if not (paths := self._movable(paths)):
            return
        self._choose_folder(file_texts.CHOOSE_MOVE.format(what=file_texts.these(paths)), partial(self._ask_move, paths))

    def copy(self, paths: Sequence[str], folder: str) -> None:
        """Copy files into a folder."""
        place = file_texts.name_of(folder)
        deed = Deed(
            file_texts.COPYING.format(what=file_texts.these(paths), place=place),
            file_texts.COPIED.format(place=place),
            lambda one: ("", one.target),
            _undo_copying,
            file_texts.UNDO_COPY.format(what=file_texts.these(paths)),
        )
        self._do(deed, file_work.copying(paths, folder))

    def move(self, paths: Sequence[str], folder: str) -> None:
        """Move files into a folder; the user has said so."""
        place = file_texts.name_of(folder)
        deed = Deed(
            file_texts.MOVING.format(what=file_texts.these(paths), place=place),
            file_texts.MOVED.format(place=place),
            _whence_and_where,
            _undo_moving,
            file_texts.UNDO_MOVE.format(what=file_texts.these(paths)),
        )
        self._do(deed, file_work.moving(paths, folder))

    def ask_trash(
        self,
        paths: Sequence[str],
        check: Callable[[str], None] = lambda path: None,
        detail: str = "",
        above: QWidget | None = None,
    ) -> None:
        """Ask whether to move files to the trash; `check` as in `trash.trashing`.

        `detail` comes before what is said of Undo. The question is asked above the window, or another one.
        """
        if not (paths := self._movable(paths)):
            return
        question = file_texts.TRASH_QUESTION.format(what=file_texts.these(paths))
        detail += file_texts.TRASH_UNDO if trash.can_restore() else file_texts.TRASH_NO_UNDO
        do = partial(self._trash, paths, check)
        ask(above or self._window, question, detail, file_texts.TRASH_YES, do, is_danger=not trash.can_restore())

    @Slot()
    def undo(self) -> None:
        """Undo the last thing done that can be undone."""
        if self._undos and not self._is_refused():
            _, act = self._undos.pop()
            self.undo_changed.emit(self.undo_text())
            act()

    def offer_undo(self, text: str, act: Callable[[], None]) -> None:
        """Something else that was done can be undone, in turn with files: `text` for the menu, and what undoes it."""
        self._undos = [*self._undos, (text, act)][-_MOST_UNDOS:]
        self.undo_changed.emit(self.undo_text())

    # ---- questions --------------------------------------------------------------------------------------------------

    def _choose_folder(self, title: str, on_chosen: Callable[[str], None]) -> None:
        if self._is_refused():
            return
        dialog = QFileDialog(self._window, title, self._folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._note_folder)
        dialog.fileSelected.connect(on_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _note_folder(self, folder: str) -> None:
        self._folder = folder

    def _ask_move(self, paths: Sequence[str], folder: str) -> None:
        question = file_texts.MOVE_QUESTION.format(what=file_texts.these(paths), place=file_texts.name_of(folder))
        detail = file_texts.MOVE_DETAIL.format(path=texts.printable(folder))
        ask(self._window, question, detail, file_texts.MOVE_YES, partial(self.move, paths, folder))

    def _trash(self, paths: Sequence[str], check: Callable[[str], None]) -> None:
        deed = Deed(
            file_texts.TRASHING.format(what=file_texts.these(paths)),
            file_texts.TRASHED,
            lambda one: (one.source, ""),
            partial(_undo_trashing, since=datetime.now()) if trash.can_restore() else None,
            file_texts.UNDO_TRASH.format(what=file_texts.these(paths)),
        )
        self._do(deed, trash.trashing(paths, check))

    def _movable(self, paths: Sequence[str]) -> list[str]:
        """Those that may leave their place: not the sample photos, which belong to the program."""
        movable = [path for path in paths if not is_sample(path)]
        if len(movable) < len(paths):
            self._notifier.tell(Level.REMARK, texts.SAMPLES_STAY)
        return movable

    # ---- doing it ---------------------------------------------------------------------------------------------------

    def _is_refused(self) -> bool:
        """Whether something is being done already, which is then told."""
        if self.is_busy():
            self._notifier.tell(Level.REMARK, file_texts.BUSY)
        return self.is_busy()

    def _do(self, deed: Deed, work: FileWork) -> None:
        if self._is_refused():
            return
        dialog = WorkDialog(deed.title, file_texts.GOES_ON, can_stop=True, parent=self._window)
        dialog.show_beside()
        background = BackgroundWork(self)
        background.progressed.connect(dialog.show_progress)
        dialog.stop_requested.connect(background.stop)
        background.ended.connect(dialog.end)
        background.ended.connect(background.deleteLater)
        background.done.connect(partial(self._on_ended, deed, work, False))
        background.stopped.connect(partial(self._on_ended, deed, work, True))
        background.failed.connect(partial(self._on_failed, deed, work))
        self._under_way = background
        background.start(work.steps)

    def _undo_deed(self, make: Callable[[], tuple[Deed, FileWork]]) -> None:
        self._do(*make())

    def _on_failed(self, deed: Deed, work: FileWork, error: EngineError) -> None:
        self._on_ended(deed, work, True)
        inform(self._window, texts.NOT_DONE, texts.sentence(error.sentence))

    def _on_ended(self, deed: Deed, work: FileWork, is_stopped: bool, _result: object = None) -> None:
        self._under_way = None
        done = tuple(work.done)
        if done and deed.undo is not None:
            self.offer_undo(deed.undo_text, partial(self._undo_deed, partial(deed.undo, done)))
        if done:
            self.moved.emit(tuple(map(deed.moves, done)))
        sentences = tuple(refused.sentence for refused in work.refused)
        title, detail = file_texts.summary(deed.done, len(done), sentences)
        if is_stopped:
            left = texts.count(len(work) - len(done) - len(sentences))
            title = file_texts.STOPPED.format(done=title, left=left)
        if sentences:
            inform(self._window, title, detail)
        else:
            self._notifier.tell(Level.REMARK, title)


def _whence_and_where(one: Placed) -> tuple[str, str]:
    return one.source, one.target


def _undo_moving(done: Sequence[Placed]) -> tuple[Deed, FileWork]:
    what = file_texts.these([one.target for one in done])
    deed = Deed(file_texts.MOVING_BACK.format(what=what), file_texts.MOVED_BACK, _whence_and_where)
    return deed, file_work.moving_back(done)


def _undo_trashing(done: Sequence[Placed], since: datetime) -> tuple[Deed, FileWork]:
    what = file_texts.these([one.source for one in done])
    deed = Deed(file_texts.MOVING_BACK.format(what=what), file_texts.RESTORED, lambda one: ("", one.target))
    return deed, trash.restoring(done, since)


def _undo_copying(done: Sequence[Placed]) -> tuple[Deed, FileWork]:
    """The copies go to the trash, as they may have been changed since."""
    copies = [one.target for one in done]
    what = file_texts.these(copies)
    deed = Deed(file_texts.TRASHING.format(what=what), file_texts.TRASHED, lambda one: (one.source, ""))
    return deed, trash.trashing(copies)
