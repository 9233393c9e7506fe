"""What the program has to tell the user outside of any dialog: passing remarks, and banners that stay.

`Notifier.tell` may be called before there is a window: what it is told waits. GUI thread only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.icons import set_icon
from app.words import tr

REMARK_STAYS_MS = 6_000


class Level(Enum):
    """How much a message matters: a remark passes in the status line, the others are banners until closed."""

    REMARK = "remark"
    HINT = "banner-hint"
    WARNING = "banner-warning"
    ERROR = "banner-danger"


@dataclass(frozen=True, slots=True)
class Choice:
    """A button of a banner. The banner goes when it is pressed."""

    label: str
    act: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Message:
    """A banner. One with the same key replaces it."""

    level: Level
    text: str
    key: str
    choices: tuple[Choice, ...] = ()


class Notifier(QObject):
    """Keeps what the user is to be told until somebody shows it."""

    remarked = Signal(str)  # the remark to show now; empty: none any more
    banners_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._banners: dict[str, Message] = {}
        self._remark = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REMARK_STAYS_MS)
        self._timer.timeout.connect(self._forget_remark)

    def tell(self, level: Level, text: str, key: str = "", choices: tuple[Choice, ...] = ()) -> None:
        """Tell the user something; the same `key` (default: the text) replaces what was told before.

        A banner may offer `choices`; a remark passes before there is time to choose.
        """
        if level is Level.REMARK:
            self._remark = text
            self._timer.start()
            self.remarked.emit(text)
        else:
            self._banners[key or text] = Message(level, text, key or text, choices)
            self.banners_changed.emit()

    def retract(self, key: str) -> None:
        """Take a banner back, if it is there."""
        if self._banners.pop(key, None) is not None:
            self.banners_changed.emit()

    def banners(self) -> tuple[Message, ...]:
        """The banners in force, oldest first."""
        return tuple(self._banners.values())

    def remark(self) -> str:
        """The remark that is to be seen now, or nothing."""
        return self._remark

    def _forget_remark(self) -> None:
        self._remark = ""
        self.remarked.emit("")


class BannerStack(QWidget):
    """Shows the banners of a notifier, one below the other; takes no room without any."""

    def __init__(self, notifier: Notifier, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notifier = notifier
        self._rows: dict[str, tuple[Message, QFrame]] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(theme.SPACE_S)
        notifier.banners_changed.connect(self._show_banners)
        self._show_banners()

    def texts(self) -> list[str]:
        """The texts shown, top to bottom."""
        return [message.text for message, _ in self._rows.values()]

    def _show_banners(self) -> None:
        wanted = {message.key: message for message in self._notifier.banners()}
        for key, (message, row) in list(self._rows.items()):
            if wanted.get(key) != message:
                del self._rows[key]
                self._layout.removeWidget(row)
                row.hide()
                row.deleteLater()
        for key, message in wanted.items():
            if key not in self._rows:
                row = self._make_row(message)
                self._rows[key] = (message, row)
                self._layout.addWidget(row)
        self.setVisible(bool(self._rows))

    def _make_row(self, message: Message) -> QFrame:
        row = QFrame(self)
        theme.set_role(row, message.level.value)
        text = QLabel(message.text, row)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QToolButton(row)
        set_icon(close, "close")
        close.setAccessibleName(tr("Close this message"))
        close.setToolTip(tr("Close this message"))
        close.clicked.connect(partial(self._notifier.retract, message.key))
        layout = QHBoxLayout(row)
        layout.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_S, theme.SPACE_S)
        layout.addWidget(text, 1)
        for choice in message.choices:
            button = QPushButton(choice.label, row)
            button.clicked.connect(partial(self._choose, message.key, choice))
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        row.setAccessibleName(message.text)
        return row

    def _choose(self, key: str, choice: Choice) -> None:
        self._notifier.retract(key)
        choice.act()
