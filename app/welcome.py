"""What stands in the middle of the window when there are no results: first run, no query, nothing found, an error."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app import texts, theme
from app.drop_zone import DropZone
from app.icons import draw
from app.recent import RecentQueries
from app.recent_strip import RecentStrip
from app.words import tr

COLUMN_PX = 520


class Page(QWidget):
    """A column of title, text and buttons in the middle of the room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QWidget(self)
        self._column.setMaximumWidth(COLUMN_PX)
        self._column.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.column = QVBoxLayout(self._column)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.SPACE_M)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._column, 100)
        middle.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL)
        outer.addStretch(2)
        outer.addLayout(middle)
        outer.addStretch(3)  # a little above the middle looks centred

    def add_text(self, text: str, role: str = "") -> QLabel:
        """Add a centred paragraph."""
        label = QLabel(text, self._column)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        if role:
            theme.set_role(label, role)
        self.column.addWidget(label)
        return label

    def add_button(self, text: str) -> QPushButton:
        """Add the page's one button, centred."""
        button = QPushButton(text, self._column)
        theme.set_role(button, "primary")
        self.column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        return button


class FirstRunPage(Page):
    """One sentence, one button, a drop zone, a way to try it without photos of one's own, and the promise."""

    add_folder_requested = Signal()
    samples_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark = QLabel(self)
        mark.setPixmap(draw("resight", 72, "#000000", self.devicePixelRatioF()))
        mark.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.column.addWidget(mark)
        self.column.addSpacing(theme.SPACE_XS)
        self.add_text(texts.FIRST_RUN_TITLE, "display")
        self.add_text(texts.FIRST_RUN)
        self.column.addSpacing(theme.SPACE_S)
        self.add_button(tr("Add a folder")).clicked.connect(self.add_folder_requested)
        self.column.addSpacing(theme.SPACE_S)
        self._zone = DropZone(self)
        self._zone.clicked.connect(self.add_folder_requested)
        self._zone.setMinimumHeight(130)
        self.set_drag_over(False)
        self.column.addWidget(self._zone)
        samples = QPushButton(texts.TRY_SAMPLES, self)
        theme.set_role(samples, "link")
        samples.clicked.connect(self.samples_requested)
        self.column.addWidget(samples, 0, Qt.AlignmentFlag.AlignHCenter)
        self.add_text(texts.PRIVACY, "muted")

    def set_drag_over(self, is_over: bool) -> None:
        """Light up while something that can be dropped is held over the window."""
        self._zone.tell("folder", texts.FIRST_RUN_DROP, texts.FIRST_RUN_DROP_TEXT, is_active=is_over)


class NoQueryPage(Page):
    """The three ways to say what to look for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add_text(texts.NO_QUERY_TITLE, "display")
        self.add_text(texts.NO_QUERY_WAYS)
        self.add_text(texts.NO_QUERY_BOX, "muted")
        self._nothing_yet = self.add_text(texts.NO_PHOTOS_YET, "muted")
        self._nothing_yet.hide()

    def show_recent(self, recent: RecentQueries) -> RecentStrip:
        """Show the recent pictures below the text; returns the strip, which tells what is chosen."""
        strip = RecentStrip(recent, self._column)
        self.column.addSpacing(theme.SPACE_M)
        self.column.addWidget(strip)
        return strip

    def set_has_photos(self, has_photos: bool) -> None:
        """Whether a search can find anything yet."""
        self._nothing_yet.setVisible(not has_photos)


class MessagePage(Page):
    """A title, a sentence, hints what to try, and at most one button."""

    button_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = ""
        self._icon = QLabel(self)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.column.addWidget(self._icon)
        self._title = self.add_text("", "title")
        self._sentence = self.add_text("")
        self._hints = self.add_text("", "muted")
        self._hints.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.column.addSpacing(theme.SPACE_S)
        self._button = self.add_button("")
        self._button.clicked.connect(self.button_clicked)
        theme.signals.changed.connect(self._draw_icon)

    def show_message(
        self, title: str, sentence: str = "", hints: Sequence[str] = (), button: str = "", icon: str = ""
    ) -> None:
        """Say this, and nothing of what was said before."""
        self._icon_name = icon
        self._draw_icon()
        for label, text in (
            (self._title, title),
            (self._sentence, sentence),
            (self._hints, "\n".join(f"•  {hint}" for hint in hints)),
        ):
            label.setText(text)
            label.setVisible(bool(text))
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)

    def message(self) -> str:
        """What the page says, for tests and screen readers."""
        return "\n".join(label.text() for label in (self._title, self._sentence, self._hints) if label.text())

    def _draw_icon(self) -> None:
        self._icon.setVisible(bool(self._icon_name))
        if self._icon_name:
            self._icon.setPixmap(draw(self._icon_name, 40, theme.tokens().text_muted, self.devicePixelRatioF()))
