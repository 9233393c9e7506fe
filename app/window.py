"""Open the window: the only place where application, engine and window are put together."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSettings, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from app import languages, motion, runtime, settings, shortcuts, texts, theme
from app.bridge import Bridge, Mailbox
from app.crash_care import CrashCare
from app.crash_reports import CrashReports
from app.errands import Errands, Outcome, tell
from app.file_manager import FileManager
from app.icons import app_icon
from app.keeper import LibraryKeeper, Moved
from app.main_window import MainWindow
from app.notify import Level, Notifier
from app.one_window import OneWindow
from app.places import WindowArguments, config_folder, log_folder, version


def open_window(arguments: WindowArguments) -> int:
    """Show the window and return its exit code when it is closed. Call on the main thread, once.

    Returns 0 at once if the library has a window already, which then shows the picture.
    """
    app = QApplication.instance() or QApplication(["resight"])
    app.setApplicationName("resight")
    app.setApplicationDisplayName(texts.APP_NAME)
    app.setApplicationVersion(version())
    app.setDesktopFileName("resight")
    app.setQuitOnLastWindowClosed(False)  # between two windows there is none, see Opener
    one_window = OneWindow(arguments.library, parent=app)
    if not one_window.claim(arguments.picture):
        return 0
    reports = CrashReports(log_folder())
    reports.take_crash()
    crash_log = runtime.start_logging(log_folder())
    runtime.log_qt_messages()
    collection = runtime.GarbageCollection(app)
    config = config_folder()
    settings_file = settings.SettingsFile(config / "settings.toml")
    choices = settings_file.settings
    theme.apply(app, choices.theme, choices.contrast)
    motion.set_preference(choices.motion)
    languages.set_preference(choices.language)
    shortcuts.set_changes(settings.keys_from_entries(choices.shortcuts))
    app.setWindowIcon(app_icon())
    notifier = Notifier(app)
    if crash_log is None:
        notifier.tell(Level.WARNING, texts.NOT_KEPT.format(folder=texts.printable(str(log_folder()))), "not-kept")
    opener = Opener(LibraryKeeper(arguments), settings_file, settings.window_state(config), notifier, app)
    crashes = CrashCare(reports, notifier, opener.post, lambda: opener.window)
    runtime.install_hooks(crashes.on_error)
    crashes.tell_of_last_run()
    opener.engine_ready.connect(collection.freeze)
    opener.library_moved.connect(one_window.move_to)
    one_window.is_open = opener.is_open
    one_window.asked.connect(opener.come_forward)
    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, lambda _number, _frame: opener.close())
    app.aboutToQuit.connect(let_go_of_clipboard)
    opener.open(arguments.picture)
    code = app.exec()
    if crash_log is not None:
        crash_log.flush()
    return code


def let_go_of_clipboard() -> None:
    """Empty the clipboard if its content is ours, before the interpreter ends.

    Qt would destroy what Python has put there when there is no Python any more, which crashes. On Linux the content
    ends with the program anyway; the other systems have taken it over by then.
    """
    clipboard = QGuiApplication.clipboard()
    is_ours = clipboard.ownsClipboard() or QGuiApplication.platformName() == "offscreen"  # where nobody else is
    if sys.platform == "linux" and is_ours:
        clipboard.clear()


class Opener(QObject):
    """Opens the window, and opens another after an errand for which the library had to be closed.

    Signals:
        engine_ready(LibraryStatus): of the window that is open.
        library_moved(Path): to this folder.
    """

    engine_ready = Signal(object)
    library_moved = Signal(object)

    def __init__(
        self,
        keeper: LibraryKeeper,
        settings_file: settings.SettingsFile,
        state: QSettings,
        notifier: Notifier,
        app: QApplication,
    ) -> None:
        super().__init__(app)
        self._keeper = keeper
        self._settings = settings_file
        self._state = state
        self._notifier = notifier
        self._app = app
        self._mailbox = Mailbox(self)
        self._errands = Errands(keeper, self)
        self._errands.over.connect(self._on_errand_over)
        self._is_ending = False
        self._picture: str | None = None  # asked for while there is no window
        self.window: MainWindow | None = None

    def post(self, closure: Callable[[], None]) -> None:
        """Run a closure on the GUI thread. Any thread."""
        self._mailbox.put(closure)

    def open(self, picture: str | None = None) -> MainWindow:
        """Open a window on the library where it is now."""
        chosen = self._settings.settings
        make_engine = partial(
            self._keeper.make_engine, watch=chosen.watch, gentle=chosen.gentle, quick=chosen.quick, device=chosen.device
        )
        bridge = Bridge(make_engine, self)
        bridge.engine_ready.connect(self.engine_ready)
        window = MainWindow(
            bridge, self._settings, self._state, self._notifier, FileManager(parent=bridge), self._keeper
        )
        window.closed.connect(partial(self._on_closed, window, bridge))
        self.window = window
        window.show()
        if picture is not None:
            window.open_picture(picture)
        _FirstPaint(window).done.connect(bridge.start)
        return window

    def is_open(self) -> bool:
        """Whether there is a window that takes pictures, or is about to be one."""
        return self._errands.is_under_way() or (self.window is not None and self.window.is_open())

    @Slot(object)
    def come_forward(self, picture: str | None) -> None:
        """Show the window above others and, if a picture is given, search with it: Resight was started again."""
        if self.window is not None:
            come_forward(self.window, picture)
        else:
            self._picture = picture or self._picture

    def close(self) -> None:
        """End the program in order."""
        self._is_ending = True
        if self.window is not None:
            self.window.close()
        else:
            self._errands.stop()

    def _on_closed(self, window: MainWindow, bridge: Bridge) -> None:
        errand = window.care.errand
        self.window = None
        window.deleteLater()
        bridge.deleteLater()
        if errand is None or self._is_ending:
            self._app.quit()
        else:
            self._errands.start(errand)

    @Slot(object)
    def _on_errand_over(self, outcome: Outcome) -> None:
        if isinstance(outcome, Moved):
            self.library_moved.emit(outcome.new)
        if self._is_ending:
            self._app.quit()
        else:
            picture, self._picture = self._picture, None
            tell(self.open(picture), self._keeper, outcome)


def come_forward(window: MainWindow, picture: str | None) -> None:
    """Show the window above others and, if a picture is given, search with it: somebody has started Resight again."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
    if picture is not None:
        window.open_picture(picture)


class _FirstPaint(QObject):
    """Tells when the window has been painted for the first time: then the engine may import its heavy packages."""

    done = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self.done.emit)  # once this paint is through, children included
        return False
