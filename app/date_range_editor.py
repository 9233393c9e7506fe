"""The two days between which photos are wanted, to be chosen. GUI thread only."""

from __future__ import annotations

import re

from PySide6.QtCore import QDate, QLocale, Qt, Signal
from PySide6.QtWidgets import QDateEdit, QGridLayout, QLabel, QWidget

from app import result_texts, theme
from app.date_range import DateRange

_ISO = Qt.DateFormat.ISODate
_EARLIEST = QDate(1826, 1, 1)  # the oldest photo there is is of about this year


class DateRangeEditor(QWidget):
    """Two fields with calendars. They begin with the days of the oldest and the newest photo.

    Args:
        bounds: these days.
        chosen: the range that is wanted already.

    Signals:
        changed(DateRange): the user wants this one.
    """

    changed = Signal(object)

    def __init__(self, bounds: DateRange, chosen: DateRange | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        shown = chosen or bounds
        self.first = self._field(result_texts.FROM_DAY, shown.first)
        self.last = self._field(result_texts.TO_DAY, shown.last)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(theme.SPACE_S)
        layout.setVerticalSpacing(theme.SPACE_XS)
        layout.setColumnStretch(1, 1)
        for row, field in enumerate((self.first, self.last)):
            label = QLabel(field.accessibleName(), self)
            label.setBuddy(field)
            layout.addWidget(label, row, 0)
            layout.addWidget(field, row, 1)
        self.first.dateChanged.connect(self._on_first_changed)
        self.last.dateChanged.connect(self._on_last_changed)

    def range(self) -> DateRange:
        """What is chosen."""
        return DateRange(self.first.date().toString(_ISO), self.last.date().toString(_ISO))

    def _field(self, name: str, day: str) -> QDateEdit:
        field = QDateEdit(self)
        field.setCalendarPopup(True)
        field.setKeyboardTracking(False)  # a day that is being typed is none yet
        field.setDisplayFormat(day_format())
        field.setMinimumDate(_EARLIEST)
        field.setAccessibleName(name)
        date = QDate.fromString(day, _ISO)
        field.setDate(date if date.isValid() else QDate.currentDate())
        return field

    def _on_first_changed(self, day: QDate) -> None:
        if self.last.date() < day:
            self._set(self.last, day)
        self.changed.emit(self.range())

    def _on_last_changed(self, day: QDate) -> None:
        if self.first.date() > day:
            self._set(self.first, day)
        self.changed.emit(self.range())

    @staticmethod
    def _set(field: QDateEdit, day: QDate) -> None:
        field.blockSignals(True)
        field.setDate(day)
        field.blockSignals(False)


def day_format() -> str:
    """How a day is written in the user's language, always with all digits of the year."""
    return re.sub(r"(?<!y)yy(?!y)", "yyyy", QLocale().dateFormat(QLocale.FormatType.ShortFormat))


def range_words(wanted: DateRange) -> str:
    """“3/5/2024 – 31/12/2024”, or one day."""
    days = [QDate.fromString(day, _ISO).toString(day_format()) for day in (wanted.first, wanted.last)]
    return days[0] if wanted.first == wanted.last else " – ".join(days)
