"""Questions before something is done, and news after: window-modal, without a nested event loop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from app import theme


def ask(
    parent: QWidget,
    title: str,
    detail: str,
    yes: str,
    on_yes: Callable[[], None],
    *,
    other: tuple[str, Callable[[], None]] | None = None,
    no: str = "",
    is_danger: bool = False,
) -> None:
    """Ask whether to do something; `on_yes` is called later, and only after a click on the button named `yes`.

    `other` is a second way, with the name of its button; `no` names the button that does nothing, else "Cancel".
    """
    box = _box(parent, title, detail)
    button: QPushButton = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    theme.set_role(button, "danger" if is_danger else "primary")
    button.clicked.connect(on_yes)
    if other is not None:
        box.addButton(other[0], QMessageBox.ButtonRole.ActionRole).clicked.connect(other[1])
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    if no:
        cancel.setText(no)
    box.setDefaultButton(cancel if is_danger else button)
    box.setEscapeButton(cancel)
    box.open()


def inform(parent: QWidget, title: str, detail: str) -> None:
    """Tell something that the user is waiting for."""
    box = _box(parent, title, detail)
    box.addButton(QMessageBox.StandardButton.Ok)
    box.open()


def _box(parent: QWidget, title: str, detail: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowModality(Qt.WindowModality.WindowModal)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.setText(title)
    box.setInformativeText(detail)
    return box
