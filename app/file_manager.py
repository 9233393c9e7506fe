"""Open a photo in the system's viewer or another program, show it in the file manager. Nothing touches the photo."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QUrl
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher, QDBusUnixFileDescriptor
from PySide6.QtGui import QDesktopServices

from app.hits_model import file_url

_SERVICE = "org.freedesktop.FileManager1"
_PORTAL, _PORTAL_PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
_TIMEOUT_MS = 3_000


class FileManager(QObject):
    """The system's way to files. The methods return whether the system took the request."""

    def __init__(
        self, open_url: Callable[[QUrl], bool] = QDesktopServices.openUrl, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._open_url = open_url

    def open(self, path: str) -> bool:
        """Open a file or folder with the program the user has chosen for it."""
        return Path(path).exists() and self._open_url(file_url(path))

    def is_there(self, path: str) -> bool:
        """Whether a file can be seen now."""
        return Path(path).is_file()

    def open_with(self, path: str, on_refused: Callable[[], None]) -> bool:
        """Let the user choose the program to open a file with, in the system's own chooser.

        `on_refused` is called later if the system turns out to have none.
        """
        if not Path(path).is_file():
            return False
        if sys.platform == "win32":
            return QProcess.startDetached("rundll32.exe", ["shell32.dll,OpenAs_RunDLL", path])[0]
        if sys.platform == "darwin":  # has a menu of programs in its file manager, but no chooser to call
            return False
        return self._choose_over_dbus(path, on_refused)

    def reveal(self, path: str) -> bool:
        """Show a file in its folder, selected where the file manager can do that."""
        if not Path(path).exists():
            return self._open_parent(path)
        if sys.platform == "win32":
            process = QProcess(self)
            process.setProgram("explorer.exe")
            process.setNativeArguments(f'/select,"{path}"')  # explorer has quoting rules of its own
            return process.startDetached()[0]
        if sys.platform == "darwin":
            return QProcess.startDetached("/usr/bin/open", ["-R", path])[0]
        return self._reveal_over_dbus(path)

    def _reveal_over_dbus(self, path: str) -> bool:
        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            return self._open_parent(path)
        message = QDBusMessage.createMethodCall(_SERVICE, "/org/freedesktop/FileManager1", _SERVICE, "ShowItems")
        message.setArguments([[bytes(file_url(path).toEncoded()).decode("ascii")], ""])
        self._call(bus, message, lambda: self._open_parent(path))
        return True

    def _choose_over_dbus(self, path: str, on_refused: Callable[[], None]) -> bool:
        """Ask the desktop portal, which knows the chooser of this desktop, also from within a sandbox."""
        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            return False
        try:
            handle = os.open(path, os.O_RDONLY)
        except OSError:
            return False
        message = QDBusMessage.createMethodCall(_PORTAL, _PORTAL_PATH, "org.freedesktop.portal.OpenURI", "OpenFile")
        message.setArguments(["", QDBusUnixFileDescriptor(handle), {"ask": True}])
        os.close(handle)  # Qt has made one of its own
        self._call(bus, message, on_refused)
        return True

    def _call(self, bus: QDBusConnection, message: QDBusMessage, on_refused: Callable[[], object]) -> None:
        watcher = QDBusPendingCallWatcher(bus.asyncCall(message, _TIMEOUT_MS), self)

        def on_answered() -> None:
            if watcher.isError():
                on_refused()
            watcher.deleteLater()

        watcher.finished.connect(on_answered)

    def _open_parent(self, path: str) -> bool:
        parent = Path(path).parent
        return parent.is_dir() and self._open_url(file_url(str(parent)))
