"""Finding duplicates and putting them in the trash: between the window of duplicates, the engine and the files."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from app import duplicate_marks
from app.bridge import Bridge
from app.duplicate_marks import DuplicateMarks
from app.duplicates_dialog import DuplicatesDialog
from app.file_actions import FileActions, Moves
from app.hit_actions import HitActions
from app.words import tr
from engine.messages import (
    Duplicates,
    FindDuplicates,
    JobCancelled,
    JobDone,
    JobFailed,
    MeasureSharpness,
    Progress,
    TwinGroup,
)
from engine.types import LibraryStatus

ONE_STAYS = "One photo of each group stays. "
_SHARPNESS_AT_ONCE = 3  # at about 100 ms each: a search waits for no more than these
_SHARPNESS_SIDE_PX = 1024


class DuplicateFinder(QObject):
    """One search for duplicates at a time. Lives on the GUI thread.

    Args:
        bridge: to the engine.
        files: moves photos to the trash.
        hit_actions: opens photos.
        window: the window of duplicates opens above it.
    """

    def __init__(self, bridge: Bridge, files: FileActions, hit_actions: HitActions, window: QWidget) -> None:
        super().__init__(window)
        self._bridge = bridge
        self._files = files
        self._hit_actions = hit_actions
        self._window = window
        self._folders: tuple[str, ...] = ()
        self._job_id: int | None = None
        self._to_measure: list[int] = []
        self._side_px = _SHARPNESS_SIDE_PX
        self._measure_job: int | None = None
        self.dialog: DuplicatesDialog | None = None
        bridge.status_changed.connect(self._on_status_changed)
        bridge.progress.connect(self._on_progress)
        bridge.job_done.connect(self._on_done)
        bridge.job_failed.connect(self._on_failed)
        bridge.job_cancelled.connect(self._on_cancelled)
        files.moved.connect(self._on_moved)

    @Slot()
    def show(self) -> None:
        """Open the window of duplicates."""
        if self.dialog is None:
            self.dialog = DuplicatesDialog(self._bridge, self._window)
            self.dialog.set_folders(self._folders)
            self.dialog.find_requested.connect(self._find)
            self.dialog.stop_requested.connect(self._stop)
            self.dialog.trash_requested.connect(self._trash)
            self.dialog.open_requested.connect(self._hit_actions.open_path)
            self.dialog.reveal_requested.connect(self._hit_actions.reveal_path)
            self.dialog.looked_at.connect(self._measure)
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def finish(self) -> None:
        """Let go of everything; the window is closing."""
        if self.dialog is not None:
            self.dialog.finish()

    # ---- finding ----------------------------------------------------------------------------------------------------

    @Slot(object)
    def _find(self, job: FindDuplicates) -> None:
        self._stop()
        self._job_id = self._bridge.submit(job)
        if self.dialog is not None:
            self.dialog.show_waiting()

    @Slot()
    def _stop(self) -> None:
        if self._job_id is not None:
            self._bridge.cancel(self._job_id)

    @Slot(object)
    def _on_status_changed(self, status: LibraryStatus) -> None:
        self._folders = tuple(folder.path for folder in status.folders)
        if self.dialog is not None:
            self.dialog.set_folders(self._folders)

    @Slot(object)
    def _on_progress(self, progress: Progress) -> None:
        if progress.job_id == self._job_id and self.dialog is not None:
            self.dialog.show_progress(progress)

    @Slot(object)
    def _on_done(self, done: JobDone) -> None:
        if self.dialog is None:
            return
        if done.job_id == self._job_id and isinstance(done.result, Duplicates):
            self._job_id = None
            self.dialog.show_marks(DuplicateMarks(done.result.groups), done.result.photos)
        elif done.job_id == self._measure_job and isinstance(done.result, tuple):
            self.dialog.model.set_sharpness(dict(done.result))
            self._measure_next()

    @Slot(object)
    def _on_failed(self, failed: JobFailed) -> None:
        if failed.job_id == self._job_id and self.dialog is not None:
            self._job_id = None
            self.dialog.show_failed(failed.error.sentence)

    @Slot(object)
    def _on_cancelled(self, cancelled: JobCancelled) -> None:
        if cancelled.job_id == self._job_id and self.dialog is not None:
            self._job_id = None
            self.dialog.show_stopped()

    # ---- sharpness --------------------------------------------------------------------------------------------------

    @Slot(object)
    def _measure(self, group: TwinGroup) -> None:
        """Measure the group that is looked at, and forget any other that waits. Copies are as sharp as each other."""
        if self.dialog is None or group.is_exact:
            return
        # At a size that all of them have: of two sizes the smaller would always pass for the sharper one.
        sides = [max(twin.hit.width_px, twin.hit.height_px) for twin in group.twins]
        self._side_px = min(_SHARPNESS_SIDE_PX, *sides)
        model = self.dialog.model
        self._to_measure = [
            twin.hit.photo_id for twin in group.twins if twin.hit.online and not model.has_sharpness(twin)
        ]
        if self._measure_job is None:
            self._measure_next()

    def _measure_next(self) -> None:
        some, self._to_measure = self._to_measure[:_SHARPNESS_AT_ONCE], self._to_measure[_SHARPNESS_AT_ONCE:]
        self._measure_job = self._bridge.submit(MeasureSharpness(tuple(some), self._side_px)) if some else None

    # ---- the trash --------------------------------------------------------------------------------------------------

    @Slot()
    def _trash(self) -> None:
        if self.dialog is None:
            return
        kept = self.dialog.model.marks.kept()
        if kept:
            check = partial(duplicate_marks.check, kept)
            self._files.ask_trash(tuple(kept), check, detail=tr(ONE_STAYS), above=self.dialog)

    @Slot(object)
    def _on_moved(self, moves: Moves) -> None:
        """Photos were moved or trashed: those that are gone from their places are no duplicates any more."""
        gone = {old for old, _ in moves if old}
        if self.dialog is not None and gone:
            marks = self.dialog.model.marks
            if any(twin.hit.path in gone for group in marks.groups for twin in group.twins):
                self.dialog.show_marks(marks.without(gone))
