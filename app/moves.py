"""Having the library follow what the user does with files, without a question whether they are really gone."""

from __future__ import annotations

import os
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from app.bridge import Bridge
from app.library_jobs import LibraryJobs
from engine.messages import ForgetGone, JobDone
from engine.types import LibraryStatus


class Following(QObject):
    """Tells the engine. Lives on the GUI thread.

    Signals:
        forgotten(): photos that are gone cannot be found any more.
    """

    forgotten = Signal()

    def __init__(self, bridge: Bridge, jobs: LibraryJobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._jobs = jobs
        self._folders: tuple[str, ...] = ()
        self._forgetting: set[int] = set()
        bridge.status_changed.connect(self._on_status_changed)
        bridge.job_done.connect(self._on_job_done)

    @Slot(object)
    def follow(self, moves: Sequence[tuple[str, str]]) -> None:
        """Follow these files, given as (where one was, where it is); "" for nowhere."""
        staying = [(old, new) for old, new in moves if self._is_inside(new)]
        gone = tuple(old for old, new in moves if old and not self._is_inside(new))
        if gone:
            self._forgetting.add(self._bridge.submit(ForgetGone(gone)))
        # A photo that stays in the library is still known at its old place, and is known again at its new one.
        places = tuple(path for pair in staying for path in pair if path)
        if places:
            self._jobs.look_at(places)

    def _is_inside(self, path: str) -> bool:
        return any(path.startswith(os.path.join(folder, "")) for folder in self._folders)

    @Slot(object)
    def _on_status_changed(self, status: LibraryStatus) -> None:
        self._folders = tuple(folder.path for folder in status.folders)

    @Slot(object)
    def _on_job_done(self, done: JobDone) -> None:
        if done.job_id in self._forgetting:
            self._forgetting.discard(done.job_id)
            self.forgotten.emit()
