"""What is shown while work on the library goes on: what it is, how far it is, and a way to stop it if there is one."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QProgressBar, QVBoxLayout, QWidget

from app import texts, theme
from app.status_line import fill_bar
from engine.messages import Progress

_WIDTH_PX = 420
_SHOW_AFTER_MS = 400


class WorkDialog(QDialog):
    """Stays until `end` is called; closing it asks to stop, or does nothing.

    Signals:
        stop_requested()
    """

    stop_requested = Signal()

    def __init__(self, title: str, sentence: str, *, can_stop: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(texts.APP_NAME)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._can_stop = can_stop
        self._is_over = False
        heading = QLabel(title, self)
        heading.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(heading, "title")
        self._sentence = QLabel(sentence, self)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setWordWrap(True)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(title)
        self._count = QLabel("", self)
        theme.set_role(self._count, "small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_M)
        for widget in (heading, self._sentence, self._bar, self._count):
            layout.addWidget(widget)
        self.setMinimumWidth(_WIDTH_PX)
        if can_stop:
            buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, parent=self)
            buttons.rejected.connect(self.reject)
            layout.addWidget(buttons)

    def show_beside(self) -> None:
        """Show it in a moment, unless the work is over by then; the user can go on in the window meanwhile."""
        self.setWindowModality(Qt.WindowModality.NonModal)
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(self.show)
        timer.start(_SHOW_AFTER_MS)

    @Slot(object)
    def show_progress(self, progress: Progress) -> None:
        """Show how far it is."""
        self._count.setText(texts.progress_line(progress))
        fill_bar(self._bar, progress)

    def text(self) -> str:
        """What is said about how far it is."""
        return self._count.text()

    def end(self) -> None:
        """The work is over."""
        self._is_over = True
        self.close()

    def reject(self) -> None:
        if self._is_over:
            super().reject()
        elif self._can_stop:
            self._can_stop = False
            self._count.setText(texts.STOPPING)
            self.stop_requested.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_over:
            super().closeEvent(event)
        else:
            event.ignore()
            self.reject()
