"""The window: lays the panels out, connects them, keeps its state, and closes in order. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QByteArray, QSettings, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget

from app import actions, texts, theme
from app.acting import Acting
from app.adding_folders import AddingFolders
from app.body import Body
from app.bridge import Bridge
from app.closing import CloseState, Closing
from app.drops import may_be_usable
from app.file_manager import FileManager
from app.folder_care import FolderCare
from app.hit_actions import HitActions
from app.library_care import Keeper, LibraryCare
from app.library_jobs import LibraryJobs
from app.looking import Looking
from app.marking import Marking
from app.notify import Level, Notifier
from app.places import log_folder
from app.queries import Queries
from app.refining import Refining
from app.samples import Samples
from app.screen_capture import ScreenCapture
from app.searching import Searching
from app.settings import SettingsFile
from app.teaching import Teaching
from app.welcome import MessagePage
from app.why_not import WhyNot
from app.window_dialogs import WindowDialogs
from engine.errors import EngineError
from engine.messages import Notice
from engine.types import IndexReport, LibraryStatus, SearchResult

DEFAULT_SIZE = (1280, 800)


class MainWindow(QMainWindow):
    """The one window of the program.

    Args:
        bridge: not started yet; the window closes it.
        settings: the user's choices.
        state: where the places of window and splitters are kept.
        notifier: may hold messages already.
        files: opens and shows photos.
        keeper: of the library; if there is none yet, the first-run page can be shown before the engine is ready.

    Signals:
        closed(): the engine has stopped and the window is gone.
    """

    closed = Signal()

    def __init__(
        self,
        bridge: Bridge,
        settings: SettingsFile,
        state: QSettings,
        notifier: Notifier,
        files: FileManager,
        keeper: Keeper,
    ) -> None:
        super().__init__()
        self._bridge, self._notifier = bridge, notifier
        self._settings, self._state, self._keeper = settings, state, keeper
        self._status: LibraryStatus | None = None
        self._result: SearchResult | None = None
        self._has_folders = keeper.library_exists()
        self._is_ready = False
        self._close_state = CloseState.OPEN
        self._closing = Closing(bridge, self)
        self._closing.slow.connect(self._say_finishing)
        self._closing.done.connect(self._on_engine_closed)
        self._hit_actions = HitActions(bridge, files, notifier, self)
        self.dialogs = WindowDialogs(bridge, self._hit_actions, self)
        self.care = LibraryCare(bridge, keeper, self)
        self.care.errand_given.connect(self.close)
        self._make_panels()
        self._actions = actions.add_menus(self, self._handlers())
        for name in ("look_further", "turned"):
            self.status_line.add_search_option(self._actions[name])
        actions.add_appearance_menu(self, lambda: settings.settings.theme, self._set_appearance)
        self.acting.use(self._actions)
        self._connect_panels()
        self._connect_bridge()
        self._restore()
        self.setAcceptDrops(True)
        self.setWindowTitle(texts.APP_NAME)
        self._show_idle()
        self._on_selection_changed()

    # ---- for who opens the window ---------------------------------------------------------------------------------

    def open_picture(self, path: str) -> None:
        """Search with this picture, unless the engine cannot go on."""
        if self._pages.currentWidget() is not self._whole_page:
            self.query_panel.open_file(path)

    def is_open(self) -> bool:
        """Whether the window takes pictures, or is on its way out."""
        return self._close_state is CloseState.OPEN

    # ---- making ---------------------------------------------------------------------------------------------------

    def _make_panels(self) -> None:
        self.jobs = LibraryJobs(self._bridge, self)
        self.adding = AddingFolders(self.jobs, self._settings, self)
        self.folder_care = FolderCare(self._bridge, self.jobs, self._settings, self._notifier, self)
        self._body = Body(self._bridge, self.jobs, self._notifier, self)
        self.hits_model = self._body.hits_model
        self.query_panel = self._body.query_panel
        self.folders_panel = self._body.folders_panel
        self.results = self._body.results
        self.preview = self._body.preview
        self.status_line = self._body.status_line
        self.samples = Samples(self._bridge, self.jobs, self._notifier, self.query_panel, self.adding.choose, self)
        self.capture = ScreenCapture(self.query_panel.take, self._notifier, self)
        self.searching = Searching(self._bridge, self.hits_model, self)
        self.why_not = WhyNot(self._bridge, self.searching, self)
        self.acting = Acting(
            self._bridge, self.jobs, self._hit_actions, self._notifier, self.results, self.query_panel
        )
        self.acting.changed.connect(self.searching.search_again)
        self.marking = Marking(self._bridge, self.searching, self.hits_model, self.acting, self._notifier)
        self.teaching = Teaching(self._bridge, self._notifier, self)
        self.marking.changed.connect(self.teaching.refresh)
        self.marking.show_requested.connect(self.teaching.show)
        self._whole_page = MessagePage(self)  # instead of all panels: the engine has stopped, or is finishing
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._body)
        self._pages.addWidget(self._whole_page)
        self.looking = Looking(self._bridge, self._body, self._pages, self)
        self.refining = Refining(self._bridge, self._body, self.searching, self.looking, self._settings)
        self.queries = Queries(
            self._bridge, self._body, self.searching, self.refining, self._settings, self._notifier
        )
        self.setCentralWidget(self._pages)

    def _handlers(self) -> dict[str, Callable[..., object]]:
        return self.folder_care.handlers() | {
            "open_picture": self.query_panel.choose_file,
            "add_folder": self.adding.choose,
            "update_folders": self.jobs.update,
            "show_problems": self.dialogs.show_problems,
            "quit": self.close,
            "paste": self.query_panel.paste,
            "capture_screen": self.capture.start,
            "whole_picture": self.query_panel.clear_box,
            "settings": lambda: self.dialogs.show_settings(self._settings, self._actions, self._keeper),
            "why_not": self.why_not.ask,
            "show_keys": self.dialogs.show_keys,
            "show_log": partial(self._hit_actions.open_path, str(log_folder())),
            "about": self.dialogs.show_about,
            **self.looking.handlers(),
            **self.refining.handlers(),
            **self.queries.handlers(),
            **self.care.handlers(),
            **self.acting.handlers(),
            **self.marking.handlers(),
            **self.samples.handlers(),
            "teach": self.teaching.show,
        }

    def _connect_panels(self) -> None:
        self.query_panel.folder_dropped.connect(self.adding.offer)
        self.query_panel.message.connect(partial(self._notifier.tell, Level.REMARK))
        self.searching.slow.connect(self.status_line.show_searching)
        self.searching.slow.connect(self.results.show_searching)
        self.searching.finished.connect(self._on_search_finished)
        self.searching.failed.connect(self._on_search_failed)
        self.searching.cleared.connect(self._show_idle)
        self.results.controls.attach(self.searching, self._settings)
        self.status_line.details_requested.connect(self._show_completeness)
        self.results.add_folder_requested.connect(self.adding.choose)
        self.results.samples_requested.connect(self.samples.try_them)
        grid = self.results.grid
        self.looking.preview_shown.connect(lambda is_shown: self._actions["show_preview"].setChecked(is_shown))
        self.looking.command_requested.connect(lambda name: self._actions[name].trigger())
        grid.copy_path_requested.connect(self._hit_actions.copy_paths)
        grid.selectionModel().currentChanged.connect(self._on_selection_changed)
        self.hits_model.modelReset.connect(self._on_selection_changed)
        self.preview.copy_path_requested.connect(self._hit_actions.copy_path)
        for source in (grid, self.preview):
            source.open_requested.connect(self._hit_actions.open)
            source.reveal_requested.connect(self._hit_actions.reveal)
            source.find_similar_requested.connect(self.query_panel.open_photo)
        self.folders_panel.add_requested.connect(self.adding.choose)
        self.folders_panel.leave_out_requested.connect(self.folder_care.choose_excludes)
        self.dialogs.retry_requested.connect(self.jobs.retry)
        self.folders_panel.problems_requested.connect(self.dialogs.show_problems)
        self.folders_panel.reveal_requested.connect(self._hit_actions.open_path)
        self.why_not.show_requested.connect(self.acting.show_photo)
        self.why_not.add_requested.connect(self.adding.offer)
        self.why_not.retry_requested.connect(self.jobs.retry)
        self.why_not.update_requested.connect(self.jobs.update)
        self.why_not.leave_out_requested.connect(self.folder_care.choose_excludes)
        self.jobs.progress_changed.connect(self.status_line.show_progress)
        self.jobs.jobs_changed.connect(self._on_jobs_changed)
        self.jobs.folder_finished.connect(self.searching.search_again)
        self.jobs.indexed.connect(self._on_indexed)
        self.jobs.failed.connect(self._on_job_failed)

    def _connect_bridge(self) -> None:
        self._bridge.engine_ready.connect(self._on_engine_ready)
        self._bridge.engine_stopped.connect(self._on_engine_stopped)
        self._bridge.status_changed.connect(self._on_status_changed)
        self._bridge.notice.connect(self._on_notice)

    # ---- the engine -----------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_engine_ready(self, status: LibraryStatus) -> None:
        if self.searching.query() is None:
            self.status_line.show_no_search()
        # Ready comes again when the engine has found a faster device; the first one goes on where the last run ended.
        is_first, self._is_ready = not self._is_ready, True
        if is_first and status.folders:
            self.jobs.update()

    @Slot(object)
    def _on_status_changed(self, status: LibraryStatus) -> None:
        self._status = status
        self._has_folders = bool(status.folders)
        self.folders_panel.show_status(status)
        self.status_line.show_status(status)
        self._actions["show_problems"].setEnabled(bool(status.failed))
        for name in ("update_folders", "leave_out"):
            self._actions[name].setEnabled(self._has_folders)
        if self.searching.query() is None:
            self._show_idle()
        elif self._result is not None and not self._result.searched and status.indexed:
            self.searching.search_again()  # there was nothing to search in yet, and somebody is waiting
        self.dialogs.refresh_problems()

    @Slot(object)
    def _on_engine_stopped(self, error: EngineError | None) -> None:
        if self._close_state is not CloseState.OPEN:
            return
        stop = texts.stop_text(error)
        self._whole_page.show_message(stop.title, stop.sentence, button=texts.QUIT, icon="warning")
        self._whole_page.button_clicked.connect(self.close)
        self._pages.setCurrentWidget(self._whole_page)
        for name, action in self._actions.items():
            action.setEnabled(name in ("quit", "settings", "show_keys", "show_log", "about", "restore_library"))
        self.care.offer_restore(error)

    @Slot(object)
    def _on_notice(self, notice: Notice) -> None:
        level = Level.WARNING if notice.warning else Level.REMARK
        self._notifier.tell(level, texts.sentence(notice.sentence), notice.key)

    @Slot(object)
    def _on_indexed(self, report: IndexReport) -> None:
        if line := texts.indexed_line(report):
            self._notifier.tell(Level.REMARK, line)

    @Slot(object)
    def _on_job_failed(self, error: EngineError) -> None:
        self._notifier.tell(Level.ERROR, texts.sentence(error.sentence), f"job-{error.kind}")

    # ---- searching ------------------------------------------------------------------------------------------------

    def _show_idle(self) -> None:
        """Show what fits when there is no query."""
        has_folders = self._has_folders or bool(self.jobs.waiting_folders())
        self.results.show_idle(has_folders, self._status is None or self._status.indexed > 0)
        self._body.set_left_visible(not self.results.is_first_run())
        if self._status is not None:
            self.status_line.show_no_search()

    @Slot(object)
    def _on_search_finished(self, result: SearchResult) -> None:
        self._result = result
        self._body.set_left_visible(True)
        self.results.show_result(result)
        self.status_line.show_result(result)

    @Slot()
    def _show_completeness(self) -> None:
        if self._result is not None and self._status is not None:
            self.dialogs.show_completeness(self._result, self._status)

    @Slot(object)
    def _on_search_failed(self, error: EngineError) -> None:
        self._body.set_left_visible(True)
        self.results.show_error(error)
        self.status_line.show_no_search()

    # ---- folders --------------------------------------------------------------------------------------------------

    def _on_jobs_changed(self) -> None:
        self.folders_panel.show_waiting()
        if self.searching.query() is None:
            self._show_idle()

    # ---- hits -----------------------------------------------------------------------------------------------------

    @Slot()
    def _on_selection_changed(self) -> None:
        self.acting.refresh()
        for name in ("look_closer", "pick_part"):
            self._actions[name].setEnabled(self.acting.hit() is not None)

    def _set_appearance(self, preference: str) -> None:
        self._settings.change(theme=preference)
        theme.set_preference(preference)

    # ---- input on the window itself ---------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.preview.isHidden():
            self.looking.close_preview()
        elif event.key() == Qt.Key.Key_Escape:
            self.query_panel.drop_part()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if may_be_usable(event.mimeData()) and self._pages.currentWidget() is not self._whole_page:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.results.set_drag_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.results.set_drag_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.results.set_drag_over(False)
        event.setDropAction(Qt.DropAction.CopyAction)  # whatever was offered: the file stays where it is
        event.accept()
        self.query_panel.take(event.mimeData())

    # ---- state and end ----------------------------------------------------------------------------------------------

    def _restore(self) -> None:
        self.resize(*DEFAULT_SIZE)
        geometry = self._state.value("geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        self._body.restore(self._state)
        self.results.grid.set_thumbnail_side_px(self._settings.settings.thumbnail_px)
        self.folder_care.restore(self._actions)
        for part in (self.refining, self.queries, self.samples):
            part.use(self._actions)
        self._actions["show_preview"].setChecked(self._settings.settings.show_preview)
        self.preview.setVisible(self._settings.settings.show_preview)

    def _save(self) -> None:
        self._state.setValue("geometry", self.saveGeometry())
        self._body.save(self._state)
        self._state.sync()
        self._settings.change(
            thumbnail_px=self.results.grid.thumbnail_side_px(),
            show_preview=self._actions["show_preview"].isChecked(),
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._close_state is CloseState.CLOSED:
            event.accept()
            self.closed.emit()
            return
        event.ignore()
        if self._close_state is CloseState.OPEN:
            self._begin_close()

    def _begin_close(self) -> None:
        """Ask everything to stop; the window goes when the engine has saved what it has."""
        self._close_state = CloseState.CLOSING
        self._save()
        self.queries.finish()
        self.query_panel.finish()
        self.looking.finish()
        self._body.thumb_cache.close()
        for action in self._actions.values():
            action.setEnabled(False)
        self._body.setEnabled(False)
        self._closing.begin()

    @Slot()
    def _say_finishing(self) -> None:
        self._whole_page.show_message(texts.FINISHING, texts.FINISHING_DETAIL)
        self._pages.setCurrentWidget(self._whole_page)

    @Slot()
    def _on_engine_closed(self) -> None:
        self._close_state = CloseState.CLOSED
        self.care.finish()
        self.acting.finish()
        self.teaching.finish()
        self.close()
