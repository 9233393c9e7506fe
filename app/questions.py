"""Questions before something is done: window-modal, without a nested event loop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from app import theme


def ask(
    parent: QWidget, title: str, detail: str, yes: str, on_yes: Callable[[], None], *, is_danger: bool = False
) -> None:
    """Ask whether to do something; `on_yes` is called later, and only after a click on the button named `yes`."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowModality(Qt.WindowModality.WindowModal)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(title)
    box.setInformativeText(detail)
    button: QPushButton = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    theme.set_role(button, "danger" if is_danger else "primary")
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(cancel if is_danger else button)
    box.setEscapeButton(cancel)
    button.clicked.connect(on_yes)
    box.open()
