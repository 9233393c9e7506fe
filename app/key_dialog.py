"""Asks for the new key of a command: whatever is pressed is it, unless it has a meaning already. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from app import care_texts, shortcuts, theme
from app.actions import Command
from app.key_rules import refusal

_WIDTH_PX = 380


class KeyDialog(QDialog):
    """Takes one key press.

    Signals:
        chosen(str): a key that the command can have, as `shortcuts.normal` writes it.
    """

    chosen = Signal(str)

    def __init__(self, command: Command, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._command = command
        self.setWindowTitle(command.label)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        question = QLabel(care_texts.NEW_KEY.format(command=command.label), self)
        theme.set_role(question, "title")
        note = QLabel(care_texts.NEW_KEY_NOTE, self)
        theme.set_role(note, "muted")
        self._refusal = QLabel(" ", self)
        theme.set_role(self._refusal, "danger")
        for label in (question, note, self._refusal):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self._refusal.setMinimumHeight(2 * self._refusal.fontMetrics().lineSpacing())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, parent=self)
        buttons.rejected.connect(self.reject)
        for button in buttons.buttons():
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # every key is an answer here, those of buttons too
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_S)
        for widget in (question, self._refusal, note, buttons):
            layout.addWidget(widget)
        self.setAccessibleName(question.text())
        self.setAccessibleDescription(note.text())
        self.setMinimumWidth(_WIDTH_PX)
        self.setFocus()

    def refusal_shown(self) -> str:
        """Why the last key pressed was not taken; empty if none was pressed."""
        return self._refusal.text().strip()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # the keys of menus are answers, too
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self._on_key(event)  # here, because Tab does not come to keyPressEvent
            return True
        return super().event(event)

    def _on_key(self, event: QKeyEvent) -> None:
        key = shortcuts.key_of(event)
        if key == "Esc":
            self.reject()
        elif key:
            sentence = refusal(self._command, key)
            self._refusal.setText(sentence or " ")
            if not sentence:
                self.accept()
                self.chosen.emit(key)
