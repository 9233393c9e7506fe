"""Licences, from NOTICE and from what is installed."""

from __future__ import annotations

from email.message import Message

import pytest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from app import care_texts, licences
from app.help_dialogs import AboutDialog
from app.licences_dialog import LicencesDialog
from tests.app.conftest import WindowRig


def test_every_library_asked_for_that_is_there_is_listed() -> None:
    libraries = {library.name.lower().replace("_", "-"): library for library in licences.installed()}
    assert set(libraries) <= {name.lower().replace("_", "-") for name in licences.required()}
    assert {"pyside6-essentials", "numpy", "pillow", "torch"} <= set(libraries)
    assert "LGPL" in libraries["pyside6-essentials"].licence
    assert all(library.version[0].isdigit() for library in libraries.values())
    unnamed = [library.name for library in libraries.values() if not library.licence]
    assert len(unnamed) <= 2, unnamed


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ([("License-Expression", "MIT")], "MIT"),
        ([("License", "BSD 3-Clause\nCopyright ...")], "BSD 3-Clause"),
        ([("License", "x" * 200), ("Classifier", "License :: OSI Approved :: MIT License")], "MIT License"),
        ([("License", "UNKNOWN")], ""),
        ([], ""),
    ],
)
def test_the_licence_is_what_a_package_says_in_short(fields: list[tuple[str, str]], licence: str) -> None:
    about = Message()
    for name, value in fields:
        about[name] = value
    assert licences._licence_of(about) == licence


def test_the_about_box_leads_to_the_licences(window_rig: WindowRig, qtbot: QtBot) -> None:
    window_rig.window._actions["about"].trigger()
    about = next(child for child in window_rig.window.findChildren(AboutDialog) if child.isVisible())
    next(child for child in about.findChildren(QPushButton) if child.text() == care_texts.SHOW_LICENCES).click()
    dialog = about.findChild(LicencesDialog)
    text = dialog.findChild(QPlainTextEdit)
    qtbot.waitUntil(lambda: text.toPlainText() != care_texts.READING)
    assert "EfficientNet-Lite2" in text.toPlainText()  # from NOTICE
    assert care_texts.INSTALLED in text.toPlainText()
    dialog.close()
    about.close()
