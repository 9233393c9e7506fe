"""What is done while the library is closed, between two windows: restoring a backup, moving the library. GUI thread."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from app import library_texts, texts
from app.background_work import BackgroundWork
from app.keeper import Moved
from app.library_care import Errand, MoveErrand, RestoreErrand, say_failed
from app.questions import ask, inform
from app.restore_dialog import when
from app.work_dialog import WorkDialog
from engine.errors import EngineError
from engine.messages import Progress
from engine.types import Restored

Outcome = Restored | Moved | EngineError | None


class ErrandKeeper(Protocol):
    """What is needed of `app.keeper.LibraryKeeper`, with the same meaning."""

    def restore(self, snapshot: Path) -> Restored: ...

    def move(self, new: Path) -> Generator[Progress, None, Moved]: ...

    def delete_old(self, old: Path) -> None: ...


class Errands(QObject):
    """Does one at a time, with a dialog of its own meanwhile.

    Signals:
        over(Restored | Moved | EngineError | None): what came of it; None if it was stopped.
    """

    over = Signal(object)

    def __init__(self, keeper: ErrandKeeper, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._work: BackgroundWork | None = None
        self.dialog: WorkDialog | None = None

    def is_under_way(self) -> bool:
        """Whether one is being done."""
        return self._work is not None

    def start(self, errand: Errand) -> None:
        """Do this errand."""
        match errand:
            case RestoreErrand(snapshot):
                self.dialog = WorkDialog(library_texts.RESTORING, library_texts.RESTORING_DETAIL, can_stop=False)
                do = partial(self._keeper.restore, snapshot)
            case MoveErrand(new):
                self.dialog = WorkDialog(library_texts.MOVING, library_texts.MOVING_DETAIL, can_stop=True)
                do = partial(self._keeper.move, new)
        self._work = work = BackgroundWork(self)
        self.dialog.stop_requested.connect(work.stop)
        work.progressed.connect(self.dialog.show_progress)
        work.done.connect(self._on_over)
        work.failed.connect(self._on_over)
        work.stopped.connect(partial(self._on_over, None))
        self.dialog.show()
        work.start(do)

    def stop(self) -> None:
        """Ask what is under way to stop, if it can."""
        if self._work is not None:
            self._work.stop()

    @Slot(object)
    def _on_over(self, outcome: Outcome) -> None:
        if self._work is not None and self.dialog is not None:
            self._work.wait()
            self._work.deleteLater()
            self.dialog.end()
            self._work = self.dialog = None
        self.over.emit(outcome)


def tell(window: QWidget, keeper: ErrandKeeper, outcome: Outcome) -> None:
    """Tell in the new window what came of an errand, and ask about the library that was moved away."""
    match outcome:
        case Restored(snapshot, kept):
            photos = texts.photos(snapshot.photos or 0)
            detail = library_texts.RESTORED_DETAIL.format(when=when(snapshot), photos=photos)
            if kept is not None:
                detail += "\n\n" + library_texts.RESTORED_KEPT.format(path=texts.printable(kept))
            inform(window, library_texts.RESTORED, detail)
        case Moved(old, new, is_noted):
            detail = library_texts.MOVED_DETAIL.format(new=texts.printable(str(new)), old=texts.printable(str(old)))
            if not is_noted:
                detail += "\n\n" + library_texts.MOVED_BY_NAME
            delete = partial(_delete_old, window, keeper, old)
            yes, no = library_texts.DELETE_OLD, library_texts.KEEP_OLD
            ask(window, library_texts.MOVED, detail, yes, delete, no=no, is_danger=True)
        case EngineError():
            say_failed(window, outcome)


def _delete_old(window: QWidget, keeper: ErrandKeeper, old: Path) -> None:
    work = BackgroundWork(window)
    work.failed.connect(partial(say_failed, window))
    work.start(partial(keeper.delete_old, old))
