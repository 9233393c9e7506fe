"""The language of the window: which there are, and changing it while the window is open. GUI thread only.

Translations are Qt's: `resources/i18n/resight_ja.ts`, compiled by lrelease when Resight is installed, or else into the
cache when the language is used for the first time. Dates and numbers follow the language, too.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import PySide6
from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from app import retelling, texts, words
from app.phrasebook import Phrasebook
from app.places import cache_folder, resources_folder

FOLLOW, ENGLISH = "follow", "en"
NAMES = {ENGLISH: "English", "ja": "日本語"}
"""The languages by their own names."""
CONTEXT = "resight"
WORDS = "The words"
"""What the docstrings of modules of words begin with."""

_log = logging.getLogger(__name__)
_language = ENGLISH
_translators: list[QTranslator] = []
_originals: dict[tuple[str, str], Any] = {}  # English constants, by module and name


def language() -> str:
    """The language in force."""
    return _language


def choose(preference: str) -> str:
    """The language for a preference: "follow" the system, where its language is one of ours, or one of `NAMES`."""
    if preference in NAMES:
        return preference
    wanted = (name.replace("_", "-").split("-")[0] for name in QLocale.system().uiLanguages())
    return next((name for name in wanted if name in NAMES), ENGLISH)


def set_preference(preference: str) -> None:
    """Show everything in this language from now on, in windows that are open, too."""
    global _language
    before, _language = _language, choose(preference)
    _install(_language)
    system = QLocale.system()
    is_of_system = preference not in NAMES or system.name().startswith(_language)
    QLocale.setDefault(system if is_of_system else QLocale(_language))
    texts.use_number_format(QLocale().toString, lambda number, digits: QLocale().toString(number, "f", digits))
    book = Phrasebook(phrases(_language))
    words.use(partial(QCoreApplication.translate, CONTEXT), book.tell)
    _exchange_constants()
    if before != _language:
        back = Phrasebook({translation: text for text, translation in phrases(before).items()})
        retelling.retell(retelling.Change(Phrasebook(phrases(before)).tell, back.tell, book.tell))


@cache
def phrases(code: str) -> dict[str, str]:
    """The texts of the program with their translations; none for English."""
    if code == ENGLISH:
        return {}
    root = ElementTree.parse(source_of(code)).getroot()
    found = ((item.findtext("source", ""), item.findtext("translation", "")) for item in root.iter("message"))
    return {text: translation for text, translation in found if translation}


def source_of(code: str) -> Path:
    """The file of the translations into this language."""
    return resources_folder() / "i18n" / f"resight_{code}.ts"


# ---- Qt's translators --------------------------------------------------------------------------------------------


def _install(code: str) -> None:
    for translator in _translators:
        QCoreApplication.removeTranslator(translator)
    _translators.clear()
    if code == ENGLISH:
        return
    for_qt = QTranslator()
    if for_qt.load(f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        _translators.append(for_qt)
    ours = QTranslator()
    file = compiled(code)
    if file is not None and ours.load(str(file)):
        _translators.append(ours)
    else:
        _log.warning("The words of the language %s cannot be loaded", code)
    for translator in _translators:
        QCoreApplication.installTranslator(translator)


def compiled(code: str) -> Path | None:
    """The compiled translations: those that were installed, else made now in the cache. None if they cannot be made."""
    source = source_of(code)
    installed = source.with_suffix(".qm")
    if installed.is_file() and installed.stat().st_mtime >= source.stat().st_mtime:
        return installed
    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    target = cache_folder() / "i18n" / f"resight_{code}-{digest}.qm"
    if target.is_file():
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        compile_to(source, target)
    except (OSError, subprocess.SubprocessError) as error:
        _log.warning("%s cannot be compiled: %s", source, error)
        return None
    return target


def compile_to(source: Path, target: Path) -> None:
    """Compile translations with lrelease.

    Raises:
        OSError, subprocess.SubprocessError: that cannot be done.
    """
    beside_qt = Path(PySide6.__file__).parent / ("lrelease.exe" if sys.platform == "win32" else "lrelease")
    tool = str(beside_qt) if beside_qt.is_file() else shutil.which("lrelease")
    if tool is None:
        raise FileNotFoundError("Qt's lrelease is not installed")
    handle, name = tempfile.mkstemp(suffix=".qm", dir=target.parent)
    os.close(handle)
    try:
        subprocess.run([tool, "-silent", str(source), "-qm", name], check=True, capture_output=True, timeout=60)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


# ---- constants ---------------------------------------------------------------------------------------------------


def _exchange_constants() -> None:
    """Put the translated words in place of the constants of the modules of words."""
    for name, module in list(sys.modules.items()):
        if name.startswith("app.") and (module.__doc__ or "").startswith(WORDS):
            _exchange(module)


def _exchange(module: ModuleType) -> None:
    for name, value in list(vars(module).items()):
        if name.lstrip("_").isupper():
            original = _originals.setdefault((module.__name__, name), value)
            setattr(module, name, _translated(original))


def _translated(value: Any) -> Any:
    """A text, or texts in tuples and values of dicts, translated; anything else as it is."""
    if isinstance(value, str):
        return words.tr(value) if value else value
    if type(value) is tuple:
        return tuple(map(_translated, value))
    if type(value) is dict:
        return {key: _translated(part) for key, part in value.items()}
    return value
