"""Open the window: the only place where application, engine and window are put together."""

from __future__ import annotations

import signal
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QLocale, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from app import runtime, settings, texts, theme
from app.bridge import Bridge, EngineDoor
from app.file_manager import FileManager
from app.icons import app_icon
from app.main_window import MainWindow
from app.notify import Level, Notifier
from app.one_window import OneWindow
from app.places import WindowArguments, config_folder, library_exists, log_folder, version
from engine.api import Engine, EngineConfig
from engine.messages import Event


def open_window(arguments: WindowArguments) -> int:
    """Show the window and return its exit code when it is closed. Call on the main thread, once.

    Returns 0 at once if the library has a window already, which then shows the picture.
    """
    app = QApplication.instance() or QApplication(["resight"])
    app.setApplicationName("resight")
    app.setApplicationDisplayName(texts.APP_NAME)
    app.setApplicationVersion(version())
    app.setDesktopFileName("resight")
    one_window = OneWindow(arguments.library, parent=app)
    if not one_window.claim(arguments.picture):
        return 0
    crash_log = runtime.start_logging(log_folder())
    runtime.log_qt_messages()
    collection = runtime.GarbageCollection(app)
    config = config_folder()
    settings_file = settings.SettingsFile(config / "settings.toml")
    theme.apply(app, settings_file.settings.theme)
    app.setWindowIcon(app_icon())
    texts.use_number_format(QLocale().toString)
    notifier = Notifier(app)
    bridge = Bridge(partial(_make_engine, arguments), app)
    runtime.install_hooks(partial(bridge.post, partial(notifier.tell, Level.ERROR, texts.UNEXPECTED, "unexpected")))
    bridge.engine_ready.connect(collection.freeze)
    window = MainWindow(
        bridge,
        settings_file,
        settings.window_state(config),
        notifier,
        FileManager(parent=app),
        is_new_library=not library_exists(arguments.library),
    )
    window.closed.connect(app.quit)
    one_window.is_open = window.is_open
    one_window.asked.connect(partial(come_forward, window))
    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, lambda _number, _frame: window.close())
    window.show()
    if arguments.picture is not None:
        window.open_picture(arguments.picture)
    _FirstPaint(window).done.connect(bridge.start)
    code = app.exec()
    crash_log.flush()
    return code


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


def _make_engine(arguments: WindowArguments, on_event: Callable[[Event], None]) -> EngineDoor:
    config = EngineConfig(arguments.library, arguments.model, arguments.cache, arguments.device)
    return Engine(config, on_event)
