"""The settings. What is changed holds at once, if nothing else is said, and is kept. GUI thread only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app import care_texts, languages, motion, settings, texts, theme
from app.keys_page import KeysPage
from app.library_care import Keeper
from app.words import without_key
from engine.types import LibraryStatus

SIZE = (760, 520)
_LIST_PX = 190
_QUALITIES = ("parts", "whole")


class SettingsDialog(QDialog):
    """A list of groups at the left, the settings of the chosen one at the right.

    Args:
        settings_file: the user's choices.
        actions: of the window, by name; some settings are theirs.
        keeper: of the library.
        parent: the window.
    """

    def __init__(
        self,
        settings_file: settings.SettingsFile,
        actions: Mapping[str, QAction],
        keeper: Keeper,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings_file
        self._actions = actions
        self._keeper = keeper
        self._device_note = QLabel()
        self.setWindowTitle(care_texts.SETTINGS)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._list = QListWidget(self)
        self._list.setFixedWidth(_LIST_PX)
        self._list.setAccessibleName(care_texts.SECTIONS)
        self._pages = QStackedWidget(self)
        self._list.currentRowChanged.connect(self._pages.setCurrentIndex)
        self.keys = KeysPage(settings_file)
        for title, page in (
            (care_texts.APPEARANCE, self._appearance_page()),
            (care_texts.LIBRARY, self._library_page()),
            (care_texts.INDEXING, self._indexing_page()),
            (care_texts.KEYS, self.keys),
            (care_texts.PRIVACY, self._privacy_page()),
        ):
            self._add_page(title, page)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, parent=self)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_L)
        row.addWidget(self._list)
        row.addWidget(self._pages, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_L, theme.SPACE_L, theme.SPACE_L, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_M)
        layout.addLayout(row, 1)
        layout.addWidget(buttons)
        self._list.setCurrentRow(0)
        self._list.setFocus()
        self.show_status(None)
        self.resize(*SIZE)

    def show_page(self, title: str) -> None:
        """Turn to the group of this title."""
        for item in self._list.findItems(title, Qt.MatchFlag.MatchExactly):
            self._list.setCurrentItem(item)

    @Slot(object)
    def show_status(self, status: LibraryStatus | None) -> None:
        """Tell the device in use."""
        named = self._keeper.named_device()
        if named != "auto":
            self._device_note.setText(care_texts.DEVICE_NAMED.format(device=texts.device(named)))
        else:
            name = "" if status is None or texts.is_preparing(status.device) else texts.device(status.device)
            self._device_note.setText(care_texts.DEVICE_NOTE.format(device=name or care_texts.DEVICE_PREPARING))

    def _add_page(self, title: str, content: QWidget) -> None:
        heading = QLabel(title)
        theme.set_role(heading, "title")
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE_M)
        column.addWidget(heading)
        column.addWidget(content, 1)
        self._pages.addWidget(page)
        self._list.addItem(title)

    # ---- pages ----------------------------------------------------------------------------------------------------

    def _appearance_page(self) -> QWidget:
        form = Form()
        form.add_choice(
            care_texts.LANGUAGE, (care_texts.LANGUAGE_OF_SYSTEM, *languages.NAMES.values()),
            (languages.FOLLOW, *languages.NAMES), self._settings.settings.language,
            lambda value: (self._settings.change(language=value), languages.set_preference(value)),
        )  # fmt: skip
        form.add_choice(
            care_texts.COLOURS, care_texts.COLOUR_CHOICES, settings.THEMES, self._settings.settings.theme,
            lambda value: (self._settings.change(theme=value), theme.set_preference(value)),
        )  # fmt: skip
        form.add_choice(
            care_texts.CONTRAST, care_texts.CONTRAST_CHOICES, settings.CONTRASTS, self._settings.settings.contrast,
            lambda value: (self._settings.change(contrast=value), theme.set_contrast(value)),
        )  # fmt: skip
        form.add_note(care_texts.CONTRAST_NOTE)
        form.add_choice(
            care_texts.MOTION, care_texts.MOTION_CHOICES, settings.MOTIONS, self._settings.settings.motion,
            lambda value: (self._settings.change(motion=value), motion.set_preference(value)),
        )  # fmt: skip
        form.add_note(care_texts.MOTION_NOTE)
        return form.finished()

    def _library_page(self) -> QWidget:
        form = Form()
        place = QLabel(texts.printable(str(self._keeper.library)))
        place.setTextFormat(Qt.TextFormat.PlainText)
        place.setWordWrap(True)
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        form.add(care_texts.LIBRARY_PLACE, place)
        form.add_note(care_texts.LIBRARY_NOTE)
        form.add_buttons(
            self._button(care_texts.MOVE, "move_library"),
            self._button(care_texts.BACK_UP, "back_up_library"),
            self._button(care_texts.CHECK, "check_library"),
        )
        form.add(care_texts.FOLDERS, check_of(self._actions["watch_folders"]))
        return form.finished()

    def _indexing_page(self) -> QWidget:
        form = Form()
        device = form.add_choice(
            care_texts.DEVICE, care_texts.DEVICE_CHOICES, settings.DEVICES, self._settings.settings.device,
            lambda value: self._settings.change(device=value),
        )  # fmt: skip
        device.setEnabled(self._keeper.named_device() == "auto")
        form.add_note_label(self._device_note)
        form.add_choice(
            care_texts.QUALITY, care_texts.QUALITY_CHOICES, _QUALITIES, _QUALITIES[self._settings.settings.quick],
            lambda value: self._settings.change(quick=value == _QUALITIES[True]),
        )  # fmt: skip
        form.add_note(care_texts.QUALITY_NOTE)
        gently = self._actions["index_gently"]
        form.add(care_texts.LOAD, check_of(gently))
        form.add_note(gently.toolTip() + ".")
        return form.finished()

    def _privacy_page(self) -> QWidget:
        form = Form()
        for title, sentence in (
            (care_texts.UPDATES, care_texts.UPDATES_NOTE),
            (care_texts.NETWORK, care_texts.NETWORK_NOTE),
            (care_texts.ERRORS, care_texts.ERRORS_NOTE),
        ):
            label = QLabel(sentence)
            label.setWordWrap(True)
            form.add(title, label)
        form.add_buttons(self._button(care_texts.SHOW_LOG, "show_log", closes=False))
        return form.finished()

    def _button(self, text: str, action_name: str, closes: bool = True) -> QPushButton:
        """A button for a command of the window; what asks further does so above the window, not above this dialog."""
        button = QPushButton(text)
        action = self._actions[action_name]
        button.setEnabled(action.isEnabled())

        def do() -> None:
            if closes:
                self.accept()
            action.trigger()

        button.clicked.connect(do)
        return button


class Form:
    """Rows of a label and what is set, with notes below; made to be scrolled where there is little room."""

    def __init__(self) -> None:
        self._content = QWidget()
        self._grid = QGridLayout(self._content)
        self._grid.setContentsMargins(0, 0, theme.SPACE_S, 0)
        self._grid.setHorizontalSpacing(theme.SPACE_L)
        self._grid.setVerticalSpacing(theme.SPACE_XS)
        self._grid.setColumnStretch(1, 1)

    def add(self, title: str, control: QWidget) -> None:
        """Add a row."""
        row = self._grid.rowCount()
        if row > 1:
            self._grid.setRowMinimumHeight(row, theme.SPACE_M)
            row += 1
        label = QLabel(title)
        label.setBuddy(control)
        if not control.accessibleName():
            control.setAccessibleName(title)
        is_text = isinstance(control, QLabel)
        height = Qt.AlignmentFlag.AlignTop if is_text else Qt.AlignmentFlag.AlignVCenter
        self._grid.addWidget(label, row, 0, height)
        self._grid.addWidget(control, row, 1, height if is_text else height | Qt.AlignmentFlag.AlignLeft)

    def add_choice(
        self, title: str, shown: Sequence[str], values: Sequence[str], value: str, on_chosen: Callable[[str], object]
    ) -> QComboBox:
        """Add a row of one out of several."""
        box = QComboBox()
        for text, data in zip(shown, values, strict=True):
            box.addItem(text, data)
        box.setCurrentIndex(max(0, box.findData(value)))
        box.activated.connect(lambda _row: on_chosen(box.currentData()))
        self.add(title, box)
        return box

    def add_note(self, sentence: str) -> None:
        """Explain the row above."""
        self.add_note_label(QLabel(sentence))

    def add_note_label(self, label: QLabel) -> None:
        """Explain the row above by a label whose text may change."""
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        theme.set_role(label, "small")
        self._grid.addWidget(label, self._grid.rowCount(), 1)

    def add_buttons(self, *buttons: QPushButton) -> None:
        """Add buttons below the row above."""
        line = QHBoxLayout()
        line.setContentsMargins(0, theme.SPACE_XS, 0, 0)
        line.setSpacing(theme.SPACE_S)
        for button in buttons:
            line.addWidget(button)
        line.addStretch(1)
        self._grid.addLayout(line, self._grid.rowCount(), 1)

    def finished(self) -> QWidget:
        """The form as a widget."""
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        area = _Area()
        area.setWidget(self._content)
        return area


class _Area(QScrollArea):
    """Scrolls a form up and down only."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def minimumSizeHint(self) -> QSize:
        content = self.widget().minimumSizeHint() if self.widget() is not None else QSize()
        return QSize(content.width(), 120)


def check_of(action: QAction) -> QCheckBox:
    """A check box that is the same switch as an action of the menus."""
    box = QCheckBox(without_key(action.text()))
    box.setAccessibleName(box.text())
    box.setChecked(action.isChecked())

    def on_toggled(is_on: bool) -> None:
        if action.isChecked() != is_on:
            action.trigger()

    box.toggled.connect(on_toggled)
    action.toggled.connect(box.setChecked)
    return box
