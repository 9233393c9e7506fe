"""One window for each library: a second start hands its picture to the first window and ends. GUI thread only.

They meet at a local socket that only this user can reach, named after the user and the library. Nothing else listens
or connects anywhere in Resight, and nothing leaves this computer. What is left of a window that was killed does no
harm: nobody answers there, and the next window takes the name.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from functools import partial
from pathlib import Path

import filelock
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

MESSAGE_BYTES = 32 << 10  # room for the longest path, escaped
ANSWER_WITHIN_MS = 3_000
CLOSES_WITHIN_S = 20.0
_LOOK_EVERY_S = 0.1
_NAME_BYTES = 100  # of a socket, on every system
_PATH_BYTES = 4_096
_TOKEN_SIGNS = 256
_TAKEN, _CLOSING = b"taken\n", b"closing\n"


class Answer(Enum):
    """What came of handing something over."""

    TAKEN = "taken"
    CLOSING = "closing"
    NOBODY = "nobody"
    SILENCE = "silence"  # somebody is there, but does not speak as we do, or at all


class OneWindow(QObject):
    """The claim of a process to the window of a library.

    Args:
        library: its folder.
        is_open: whether the window can still take a picture, or is on its way out.

    Signals:
        asked(str | None): somebody has started Resight again, with this picture (an absolute path) or without one.
    """

    asked = Signal(object)

    def __init__(
        self, library: Path, is_open: Callable[[], bool] = lambda: True, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.is_open = is_open
        self._name = socket_name(library)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def claim(self, picture: str | None) -> bool:
        """Hand the picture to the window there is -> False; without one, take its place -> True. May take seconds.

        True also if a window is there but does not answer: whoever opens the library then says that it is in use.
        """
        until_s = time.monotonic() + CLOSES_WITHIN_S
        with suppress(OSError, filelock.Timeout), filelock.FileLock(f"{self._name}.lock", timeout=CLOSES_WITHIN_S):
            while (answer := hand_over(self._name, picture)) is Answer.CLOSING and time.monotonic() < until_s:
                time.sleep(_LOOK_EVERY_S)
            if answer is Answer.NOBODY:
                QLocalServer.removeServer(self._name)
                self._server.listen(self._name)
            return answer is not Answer.TAKEN
        return True

    def move_to(self, library: Path) -> None:
        """From now on this is the window of another library."""
        self._server.close()
        self._name = socket_name(library)
        if hand_over(self._name, None) is Answer.NOBODY:
            QLocalServer.removeServer(self._name)
            self._server.listen(self._name)

    def close(self) -> None:
        """Give the name free."""
        self._server.close()

    def _on_connection(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            caller.disconnected.connect(caller.deleteLater)
            caller.readyRead.connect(partial(self._on_data, caller))
            QTimer.singleShot(ANSWER_WITHIN_MS, caller, caller.abort)
            if caller.bytesAvailable():
                self._on_data(caller)

    def _on_data(self, caller: QLocalSocket) -> None:
        if caller.bytesAvailable() > MESSAGE_BYTES:
            caller.abort()
        elif caller.canReadLine():
            message = read_message(caller.readLine(MESSAGE_BYTES).data())
            if message is None:
                caller.abort()
                return
            is_open = self.is_open()
            caller.write(_TAKEN if is_open else _CLOSING)
            caller.flush()
            caller.disconnectFromServer()
            if is_open:
                picture, token = message
                if token:
                    os.environ["XDG_ACTIVATION_TOKEN"] = token  # by which Wayland lets the window come forward
                self.asked.emit(picture)


def socket_name(library: Path) -> str:
    """Where the windows of this user and this library meet: a path, or a name on Windows."""
    user = str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    place = os.path.normcase(os.path.realpath(library))
    digest = hashlib.blake2b(os.fsencode(f"{user}\0{place}"), digest_size=12).hexdigest()
    name = f"resight-{digest}"
    if sys.platform == "win32":
        return name
    folders = (os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir(), "/tmp")
    usable = (folder for folder in folders if os.path.isabs(folder) and os.path.isdir(folder))
    return next(path for folder in usable if len(os.fsencode(path := os.path.join(folder, name))) < _NAME_BYTES)


def hand_over(name: str, picture: str | None) -> Answer:
    """Offer a picture to the window that listens at this name."""
    if sys.platform != "win32":
        try:
            if os.stat(name).st_uid != os.getuid():  # in a folder for all, somebody else may have taken the name
                return Answer.SILENCE
        except OSError:
            return Answer.NOBODY
    window = QLocalSocket()
    window.connectToServer(name)
    if not window.waitForConnected(ANSWER_WITHIN_MS):
        is_silent = window.error() is QLocalSocket.LocalSocketError.SocketTimeoutError
        return Answer.SILENCE if is_silent else Answer.NOBODY
    token = os.environ.get("XDG_ACTIVATION_TOKEN") or os.environ.get("DESKTOP_STARTUP_ID") or ""
    window.write(write_message(picture, token))
    while not window.canReadLine() and window.waitForReadyRead(ANSWER_WITHIN_MS):
        pass
    line = window.readLine(len(_CLOSING) + 1).data() if window.canReadLine() else b""
    window.abort()
    return {_TAKEN: Answer.TAKEN, _CLOSING: Answer.CLOSING}.get(line, Answer.SILENCE)


def write_message(picture: str | None, token: str = "") -> bytes:
    """What is said to the window: one line. ASCII, so that names that are no text survive."""
    return json.dumps({"resight": 1, "picture": picture, "token": token}).encode("ascii") + b"\n"


def read_message(line: bytes) -> tuple[str | None, str] | None:
    """The picture and the token of a message; None if it is not one of ours."""
    try:
        message = json.loads(line)
        if set(message) != {"resight", "picture", "token"} or message["resight"] != 1:
            return None
        picture, token = message["picture"], message["token"]
        if picture is not None:
            encoded = os.fsencode(picture)
            if not os.path.isabs(picture) or b"\0" in encoded or len(encoded) > _PATH_BYTES:
                return None
        if not token.isascii() or not token.isprintable() or len(token) > _TOKEN_SIGNS:
            return None
    except (ValueError, TypeError, AttributeError, RecursionError):  # UnicodeErrors are ValueErrors
        return None
    return picture, token
