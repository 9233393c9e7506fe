"""The style sheet, made from the tokens of `app.theme`. Sizes of type are points, all others pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from string import Template
from typing import TYPE_CHECKING

from app.places import resources_folder

if TYPE_CHECKING:
    from app.theme import Tokens

_TEMPLATE = Template("""
QMainWindow, QDialog { background: $window; }
QToolTip { background: $surface; color: $text; border: 1px solid $border; padding: 4px 6px; }

QLabel { background: transparent; }
QLabel[role="muted"] { color: $text_muted; }
QLabel[role="small"] { color: $text_muted; font-size: ${small_pt}pt; }
QLabel[role="title"] { font-size: ${title_pt}pt; font-weight: 600; }
QLabel[role="display"] { font-size: ${display_pt}pt; font-weight: 600; }
QLabel[role="remark"] { font-size: ${small_pt}pt; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="danger"] { color: $danger; }
QMessageBox QLabel#qt_msgbox_label { font-weight: 600; }

QFrame[role="panel"] { background: $surface; border: 1px solid $border; border-radius: ${radius}px; }
QFrame[role="dropzone"] { background: $sunken; border: 2px dashed $border_strong; border-radius: ${radius}px; }
QFrame[role="dropzone-active"] { background: $accent_soft; border: 2px dashed $accent; border-radius: ${radius}px; }
QFrame[role="popup"] { background: $surface; border: 1px solid $border_strong; border-radius: ${radius}px; }
QFrame[role="chip"] { background: $surface; border: 1px solid $border; border-radius: 13px; }
QFrame[role="chip-on"] { background: $accent_soft; border: 1px solid $accent; border-radius: 13px; }
QFrame[role="chip"] QToolButton, QFrame[role="chip-on"] QToolButton { padding: 2px 4px; border-radius: 11px; }
QFrame[role="part"] { background: $window; border: 1px solid $border; border-radius: ${radius}px; }
QFrame[role="part-current"] { background: $accent_soft; border: 1px solid $accent; border-radius: ${radius}px; }
QFrame[role="part"] QToolButton, QFrame[role="part-current"] QToolButton { padding: 1px; }
QFrame[role="part"]:focus, QFrame[role="part-current"]:focus { border: 2px solid $accent; }
QFrame[role="banner-hint"] { background: $accent_soft; border: none; border-radius: ${radius}px; }
QFrame[role="banner-warning"] { background: $warning_soft; border: none; border-radius: ${radius}px; }
QFrame[role="banner-danger"] { background: $danger_soft; border: none; border-radius: ${radius}px; }

QPushButton {
    background: $surface; color: $text; border: 1px solid $border_strong; border-radius: ${radius}px;
    padding: 5px 14px; min-height: 20px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed, QPushButton:checked { background: $pressed; }
QPushButton:focus { border: 2px solid $accent; padding: 4px 13px; }
QPushButton:disabled { color: $text_muted; border-color: $border; background: $window; }
QPushButton[role="primary"] { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton[role="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[role="primary"]:pressed { background: $accent_hover; }
QPushButton[role="primary"]:focus { border: 2px solid $text; }
QPushButton[role="primary"]:disabled { background: $pressed; color: $text_muted; border-color: $pressed; }
QPushButton[role="danger"] { background: $danger; color: $on_danger; border-color: $danger; font-weight: 600; }
QPushButton[role="danger"]:focus { border: 2px solid $text; }
QPushButton[role="link"] { background: transparent; color: $accent; border: 2px solid transparent; padding: 2px 4px; }
QPushButton[role="link"]:hover { color: $accent_hover; text-decoration: underline; }
QPushButton[role="link"]:focus { border: 2px solid $accent; }
QPushButton[role="link"]::menu-indicator { image: none; width: 0; }
QPushButton[role="link"]:disabled { color: $text_muted; }

QToolButton { background: transparent; border: 2px solid transparent; border-radius: ${radius}px; padding: 4px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $pressed; }
QToolButton:focus { border: 2px solid $accent; }
QToolButton[role="small"] { font-size: ${small_pt}pt; color: $text_muted; padding: 2px 0; }
QToolButton[role="small"]:hover { color: $text; }
QToolButton[role="menu"]::menu-indicator { image: none; width: 0; }

QSlider::groove:horizontal { background: $pressed; height: 3px; border-radius: 1px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 1px; }
QSlider::handle:horizontal {
    background: $surface; border: 2px solid $accent; width: 8px; height: 8px; margin: -5px 0; border-radius: 6px;
}
QSlider::handle:horizontal:hover { background: $accent_soft; }
QSlider::handle:horizontal:focus { border: 3px solid $accent; width: 6px; height: 6px; }

QLineEdit, QComboBox, QDateEdit, QPlainTextEdit, QSpinBox {
    background: $surface; color: $text; border: 1px solid $border_strong; border-radius: ${radius}px; padding: 4px 8px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit:focus, QComboBox:focus, QDateEdit:focus, QPlainTextEdit:focus, QSpinBox:focus {
    border: 2px solid $accent; padding: 3px 7px;
}

QSpinBox { min-height: 20px; }
QSpinBox QLineEdit { background: transparent; border: none; padding: 0 6px; }
QSpinBox::up-button, QSpinBox::down-button { width: 0; border: none; }

QComboBox, QDateEdit { padding-right: 26px; min-height: 20px; }
QComboBox:focus, QDateEdit:focus { padding-right: 25px; }
QComboBox:disabled { color: $text_muted; border-color: $border; background: $window; }
QComboBox::drop-down, QDateEdit::drop-down { border: none; background: transparent; width: 26px; }
QComboBox::down-arrow, QDateEdit::down-arrow { image: url("$icons/down-$shade.svg"); width: 16px; height: 16px; }
QComboBox QAbstractItemView { background: $surface; color: $text; border: 1px solid $border_strong; padding: 4px; }
QComboBox QAbstractItemView::item { min-height: 24px; padding: 2px 6px; }

QCheckBox {
    background: transparent; spacing: 8px; border: 2px solid transparent; border-radius: 4px; padding: 2px 4px 2px 2px;
}
QCheckBox:focus { border: 2px solid $accent; }
QCheckBox:disabled { color: $text_muted; }
QCheckBox::indicator, QAbstractItemView::indicator {
    width: 16px; height: 16px; border: 1px solid $border_strong; border-radius: 4px; background: $surface;
}
QCheckBox::indicator:hover, QAbstractItemView::indicator:hover { background: $hover; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {
    background: $accent; border-color: $accent; image: url("$icons/tick-$shade.svg");
}
QCheckBox::indicator:disabled { background: $pressed; border-color: $border; }

QListWidget::item { padding: 6px 8px; border-radius: 4px; }
QListWidget::item:hover { background: $hover; }
QListWidget::item:selected { background: $accent_soft; color: $text; }
QListWidget { padding: 4px; }
QTreeWidget::item { padding: 3px 2px; }
QTreeWidget::item:selected { background: $accent_soft; color: $text; }

QListView, QTreeView, QTableView, TileView {
    background: $surface; color: $text; border: 1px solid $border; border-radius: ${radius}px; outline: none;
    selection-background-color: $accent_soft; selection-color: $text;
}
QListView:focus, QTreeView:focus, QTableView:focus, TileView:focus { border: 1px solid $accent; }
QTableView::item { padding: 0 8px; }
QTreeView::item { padding: 0 8px; }
QListView[role="plain"] { border: 1px solid transparent; }
QListView[role="plain"]:focus { border: 1px solid $accent; }
QHeaderView::section {
    background: $surface; color: $text_muted; border: none; border-bottom: 1px solid $border; padding: 5px 8px;
}

QProgressBar { background: $pressed; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $border; }

QMenuBar { background: $window; color: $text; border-bottom: 1px solid $border; }
QMenuBar::item { background: transparent; padding: 5px 10px; border-radius: 4px; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $surface; color: $text; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 6px 26px 6px 26px; border-radius: 4px; }
QMenu::icon { padding-left: 10px; }
QMenu::item:selected { background: $accent_soft; color: $text; }
QMenu::item:disabled { color: $text_muted; }
QMenu::separator { height: 1px; background: $border; margin: 4px 6px; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $border_strong; border-radius: 4px; margin: 2px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::handle:hover { background: $text_muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
""")


def build(tokens: Tokens, type_scale: Mapping[str, float], body_pt: float, radius_px: int) -> str:
    """The style sheet of a scheme, with type sizes relative to the system's `body_pt`."""
    sizes = {f"{step}_pt": f"{body_pt * factor:.1f}" for step, factor in type_scale.items()}
    icons = (resources_folder() / "icons").as_posix().replace('"', '\\"')
    return _TEMPLATE.substitute(
        {key: str(value) for key, value in asdict(tokens).items()},
        **sizes, radius=radius_px, icons=icons, shade="dark" if tokens.is_dark else "light",
    )  # fmt: skip
