"""The library as a whole, for the user: backing up, restoring, moving, checking. GUI thread only.

Restoring and moving need the library closed. They are errands: the window closes in order, they are done, and a window
opens again, see `app.window`. So nothing of the former library is left in any panel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from app import library_texts, texts
from app.background_work import BackgroundWork
from app.bridge import Bridge
from app.library_check import LibraryCheck
from app.questions import ask, inform
from app.restore_dialog import RestoreDialog, when
from app.words import tr
from app.work_dialog import WorkDialog
from engine.errors import EngineError, LibraryDamaged
from engine.messages import JobFailed
from engine.types import Snapshot


class Keeper(Protocol):
    """What is needed of `app.keeper.LibraryKeeper`, with the same meaning."""

    library: Path

    def library_exists(self) -> bool: ...

    def named_device(self) -> str: ...

    def snapshots(self) -> tuple[Snapshot, ...]: ...

    def newest_good(self) -> Snapshot | None: ...

    def back_up(self, folder: Path) -> Snapshot: ...

    def place_in(self, folder: Path) -> Path: ...


@dataclass(frozen=True, slots=True)
class RestoreErrand:
    """To put this backup in place."""

    snapshot: Path


@dataclass(frozen=True, slots=True)
class MoveErrand:
    """To move the library to this folder."""

    new: Path


Errand = RestoreErrand | MoveErrand


class LibraryCare(QObject):
    """The commands of the Library menu.

    Signals:
        errand_given(): the window has to close; `errand` says what for.
    """

    errand_given = Signal()

    def __init__(self, bridge: Bridge, keeper: Keeper, window: QWidget) -> None:
        super().__init__(window)
        self._keeper = keeper
        self._window = window
        self._check = LibraryCheck(bridge, window, self.restore)
        self._under_way: set[BackgroundWork] = set()
        self._has_offered = False
        self.errand: Errand | None = None
        bridge.job_failed.connect(self._on_job_failed)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """What the commands do, by their names in `app.actions`."""
        return {
            "back_up_library": self.back_up,
            "restore_library": self.restore,
            "move_library": self.move,
            "check_library": self._check.start,
        }

    def finish(self) -> None:
        """Wait for what is under way; the window is closing."""
        for work in self._under_way:
            work.wait()

    # ---- backing up -----------------------------------------------------------------------------------------------

    @Slot()
    def back_up(self) -> None:
        """Let the user choose a folder and write a backup into it."""
        self._choose_folder(tr("Choose where to keep the backup"), self._back_up_to)

    def _back_up_to(self, folder: str) -> None:
        title, detail = library_texts.BACKING_UP, library_texts.BACKING_UP_DETAIL
        dialog = WorkDialog(title, detail, can_stop=False, parent=self._window)
        dialog.open()
        work = self._do(partial(self._keeper.back_up, Path(folder)), self._on_backed_up)
        work.ended.connect(dialog.end)

    def _on_backed_up(self, made: Snapshot) -> None:
        detail = library_texts.BACKED_UP_DETAIL.format(
            photos=texts.photos(made.photos or 0), size=texts.size(made.bytes), path=texts.printable(made.path)
        )
        inform(self._window, library_texts.BACKED_UP, detail)

    # ---- restoring ------------------------------------------------------------------------------------------------

    @Slot()
    def restore(self) -> None:
        """Let the user choose a backup to restore."""
        self._do(self._keeper.snapshots, self._choose_snapshot)

    def _choose_snapshot(self, snapshots: tuple[Snapshot, ...]) -> None:
        dialog = RestoreDialog(snapshots, self._window)
        dialog.chosen.connect(self._give_restore)
        dialog.open()

    def _give_restore(self, path: str) -> None:
        self.errand = RestoreErrand(Path(path))
        self.errand_given.emit()

    def offer_restore(self, error: EngineError | None) -> None:
        """If the library is damaged, offer the newest backup that is whole; only the first time damage is met."""
        if isinstance(error, LibraryDamaged) and not self._has_offered:
            self._has_offered = True
            self._do(self._keeper.newest_good, partial(self._offer, error))

    def _offer(self, error: EngineError, newest: Snapshot | None) -> None:
        sentence = texts.sentence(error.sentence)
        if newest is None:
            library = texts.printable(str(self._keeper.library))
            no_backup = library_texts.NO_GOOD_BACKUP.format(library=library)
            inform(self._window, library_texts.DAMAGED, f"{sentence}\n\n{no_backup}")
            return
        backup = library_texts.NEWEST_BACKUP.format(when=when(newest), photos=texts.photos(newest.photos or 0))
        ask(
            self._window,
            library_texts.DAMAGED,
            f"{sentence}\n\n{backup}",
            tr("Restore this backup"),
            partial(self._give_restore, newest.path),
            other=(tr("Another…"), self.restore),
        )

    @Slot(object)
    def _on_job_failed(self, failed: JobFailed) -> None:
        self.offer_restore(failed.error)

    # ---- moving ---------------------------------------------------------------------------------------------------

    @Slot()
    def move(self) -> None:
        """Let the user choose where the library shall be."""
        self._choose_folder(tr("Choose where to move the library to"), self._ask_to_move)

    def _ask_to_move(self, folder: str) -> None:
        new = self._keeper.place_in(Path(folder))
        question = library_texts.MOVE_QUESTION.format(place=texts.printable(str(new)))
        ask(self._window, question, library_texts.MOVE_DETAIL, tr("Move"), partial(self._give_move, new))

    def _give_move(self, new: Path) -> None:
        self.errand = MoveErrand(new)
        self.errand_given.emit()

    # ---- what they share --------------------------------------------------------------------------------------------

    def _choose_folder(self, title: str, on_chosen: Callable[[str], None]) -> None:
        dialog = QFileDialog(self._window, title)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(on_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _do(self, work: Callable[[], object], on_done: Callable[..., None]) -> BackgroundWork:
        """Have something done on a thread; what goes wrong is told."""
        background = BackgroundWork(self)
        self._under_way.add(background)
        background.done.connect(on_done)
        background.failed.connect(partial(say_failed, self._window))
        background.ended.connect(partial(self._under_way.discard, background))
        background.ended.connect(background.deleteLater)
        background.start(work)
        return background


def say_failed(window: QWidget, error: EngineError) -> None:
    """Tell that something could not be done."""
    inform(window, texts.NOT_DONE, texts.sentence(error.sentence))
