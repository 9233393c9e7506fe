"""Open a photo in the system's viewer, and show it in the system's file manager. Nothing here touches the photo."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QUrl
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher
from PySide6.QtGui import QDesktopServices

from app.hits_model import file_url

_SERVICE = "org.freedesktop.FileManager1"
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
        watcher = QDBusPendingCallWatcher(bus.asyncCall(message, _TIMEOUT_MS), self)

        def on_answered() -> None:
            if watcher.isError():
                self._open_parent(path)
            watcher.deleteLater()

        watcher.finished.connect(on_answered)
        return True

    def _open_parent(self, path: str) -> bool:
        parent = Path(path).parent
        return parent.is_dir() and self._open_url(file_url(str(parent)))
