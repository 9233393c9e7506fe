"""The window in Japanese: complete, switched while it is open, with dates and numbers of the language."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app import actions, care_texts, languages, look_texts, texts, words
from app.phrasebook import Phrasebook, braces
from app.settings import SettingsFile
from app.settings_dialog import SettingsDialog
from engine.types import Query
from tests.app.conftest import WindowRig
from tests.app.test_access import STATES, pages
from tests.helpers.fake_engine import make_result
from tests.helpers.tools import load_tool
from tests.test_architecture import COMMAND_LINE

ROOT = Path(__file__).resolve().parents[2]
CODES = [code for code in languages.NAMES if code != languages.ENGLISH]

tool = load_tool("translations")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def english_again(qapp: object, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(languages, "cache_folder", lambda: cache)
    before = QLocale()
    yield
    languages.set_preference("en")
    QLocale.setDefault(before)


@pytest.fixture
def japanese() -> None:
    languages.set_preference("ja")


# ---- complete --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_every_text_is_translated(code: str) -> None:
    """After writing a text: `packaging/translations.py update`, then translate what has no translation yet."""
    translations = tool.read(languages.source_of(code))
    wanted = tool.sources()
    missing = [f"{where}: {text}" for text, where in wanted.items() if not translations.get(text)]
    assert not missing, "\n".join(missing)
    left_over = set(translations) - set(wanted)
    assert not left_over, left_over


@pytest.mark.parametrize("code", CODES)
def test_translations_have_what_the_text_has(code: str) -> None:
    for text, translation in tool.read(languages.source_of(code)).items():
        assert braces(translation) == braces(text), text
        assert translation.count("\n") == text.count("\n"), text
        assert bool(re.search(r"\(&\w\)", translation)) == bool(re.search(r"&\w", text)), text
        assert translation.endswith("…") == text.endswith("…"), text
        assert text.startswith(" ") == translation.startswith(" "), text


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / "app").glob("*.py")):
        if path.stem not in COMMAND_LINE:
            yield path.stem, ast.parse(path.read_text(encoding="utf-8"))


def test_words_are_looked_up_when_they_are_shown_not_when_a_module_is_imported() -> None:
    for name, tree in modules():
        at_import = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        for node in at_import:
            body = node.body if isinstance(node, ast.ClassDef) else [node]
            for line in body:
                if isinstance(line, ast.FunctionDef | ast.AsyncFunctionDef):
                    continue
                for part in ast.walk(line):
                    called = part.func.id if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) else ""
                    assert called not in ("tr", "tr_n"), f"{name}:{part.lineno}"
                    is_constant = (
                        isinstance(part, ast.Attribute) and part.attr.isupper() and isinstance(part.value, ast.Name)
                        and part.value.id.endswith("texts")
                    )  # fmt: skip
                    assert not is_constant, f"{name}:{getattr(part, 'lineno', 0)} keeps {ast.unparse(part)} in English"


def test_constants_of_words_are_not_imported_by_themselves() -> None:
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("texts"):
                constants = [alias.name for alias in node.names if alias.name.isupper()]
                assert not constants, f"{name} keeps {constants} in English"


_SHOWING = {
    "QLabel", "QPushButton", "QCheckBox", "QRadioButton", "QAction", "setText", "setToolTip", "setWindowTitle",
    "setAccessibleName", "setAccessibleDescription", "setPlaceholderText", "addAction", "addMenu", "setTitle", "addRow",
    "addItem", "addItems", "QFileDialog", "setSuffix", "ask", "inform", "setHeaderLabels", "setHorizontalHeaderLabels",
}  # fmt: skip


def test_what_widgets_are_given_to_show_is_translated() -> None:
    for name, tree in modules():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call):
                called = getattr(call.func, "id", getattr(call.func, "attr", ""))
                for arg in call.args if called in _SHOWING else ():
                    literal = arg.value if isinstance(arg, ast.Constant) else ""
                    if isinstance(arg, ast.JoinedStr):
                        literal = "".join(part.value for part in arg.values if isinstance(part, ast.Constant))
                    plain = re.sub(r"<[^>]*>", "", literal) if isinstance(literal, str) else ""
                    is_words = re.search(r"[A-Za-z]{2}", plain) and not plain.startswith("*")  # a pattern of names
                    assert not is_words, f"{name}:{call.lineno} shows {literal!r} in English only"


# ---- in the window ---------------------------------------------------------------------------------------------


def shown_texts(widget: QWidget) -> list[str]:
    """Every text of a window or dialog, whether it can be seen just now or not."""
    found: list[str] = []
    for child in [widget, *widget.findChildren(QWidget)]:
        found += [child.windowTitle(), child.toolTip(), child.accessibleName(), child.accessibleDescription()]
        if isinstance(child, QLabel | QAbstractButton):
            found.append(child.text())
        elif isinstance(child, QComboBox):
            found += [child.itemText(row) for row in range(child.count())]
        elif isinstance(child, QListWidget):
            found += [child.item(row).text() for row in range(child.count())]
        elif isinstance(child, QTreeWidget):
            found += [child.headerItem().text(column) for column in range(child.columnCount())]
    for action in widget.findChildren(QAction):
        found += [action.text().split("\t")[0], action.toolTip()]
    return [text for text in found if text]


def english_left(widget: QWidget) -> set[str]:
    known = {text for text, translation in languages.phrases("ja").items() if text != translation}
    return {text for text in shown_texts(widget) if text in known}


@pytest.mark.parametrize("state", STATES)
def test_everything_is_in_japanese(window_rig: WindowRig, qtbot: QtBot, japanese: None, state: str) -> None:
    # The window was made before the language was chosen: what stood there was changed, all else was made in Japanese.
    widget = STATES[state](window_rig, qtbot)
    for _ in pages(widget):
        assert not english_left(widget)
    if hasattr(widget, "end"):
        widget.end()
    elif widget is not window_rig.window:
        widget.close()


def test_switching_there_and_back_leaves_every_text_as_it_was(window_rig: WindowRig, qtbot: QtBot) -> None:
    window = STATES["results"](window_rig, qtbot)
    before = shown_texts(window)
    assert "&File" in before
    languages.set_preference("ja")
    japanese = shown_texts(window)
    assert "ファイル(&F)" in japanese
    assert len(japanese) == len(before)
    languages.set_preference("en")
    assert shown_texts(window) == before


def test_access_keys_are_shown_in_menus_only(window_rig: WindowRig, qtbot: QtBot, japanese: None) -> None:
    window_rig.window.status_line.show_result(make_result(Query(path="/query.jpg")))
    buttons = window_rig.window.status_line.findChildren(QAbstractButton)
    assert "さらに広く探す" in [button.text() for button in buttons]
    assert "さらに広く探す" in [button.accessibleName() for button in buttons]
    assert actions.command_named("look_further").label == "さらに広く探す"
    languages.set_preference("en")
    assert "Look further" in [button.text() for button in buttons]
    languages.set_preference("ja")
    assert "さらに広く探す" in [button.text() for button in buttons]


def test_the_language_is_chosen_in_the_settings_and_kept(window_rig: WindowRig, qtbot: QtBot) -> None:
    window_rig.start(qtbot)
    window_rig.window._actions["settings"].trigger()
    dialog = window_rig.window.findChild(SettingsDialog)
    box = next(child for child in dialog.findChildren(QComboBox) if child.accessibleName() == "Language")
    row = box.findText("日本語")
    box.setCurrentIndex(row)
    box.activated.emit(row)
    assert dialog.windowTitle() == "設定"
    assert box.accessibleName() == "言語"
    assert box.currentText() == "日本語"  # its own name in every language
    assert SettingsFile(window_rig.settings_file._path).settings.language == "ja"
    assert window_rig.window.menuBar().actions()[0].text() == "ファイル(&F)"
    dialog.close()


def test_buttons_of_qt_are_in_japanese(qtbot: QtBot, japanese: None) -> None:
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert "キャンセル" in box.buttons()[0].text()


def test_words_numbers_and_dates(japanese: None) -> None:
    assert look_texts.PREVIEW == "プレビュー"
    assert texts.photos(41_200) == "41,200 枚"
    assert texts.NOTHING_FOUND_HINTS[1] == "写真がありそうなフォルダーを追加してください。"
    assert texts.time_left(38) == "あと約 40 秒"
    assert QLocale().language() == QLocale.Language.Japanese
    languages.set_preference("en")
    assert look_texts.PREVIEW == "Preview"
    assert care_texts.COLOUR_CHOICES == ("Like the system", "Light", "Dark")
    assert texts.time_left(38) == "about 40 s left"


def test_sentences_of_the_engine_are_told_with_their_names(japanese: None) -> None:
    assert texts.sentence("beach.jpg is empty. Copy it again from where it came from.") == (
        "beach.jpg は空です。元の場所からコピーし直してください。"
    )
    gpu = (
        "This computer has an NVIDIA GPU, but it cannot be used because its driver is not installed. Resight works on "
        "the processor instead, which is slower."
    )
    assert "(ドライバーがインストールされていません)" in texts.sentence(gpu)
    assert texts.sentence("A sentence nobody knows.") == "A sentence nobody knows."


def test_names_are_left_alone(japanese: None) -> None:
    name = "Nothing found is empty of {n}.jpg"
    assert name in texts.sentence(f"{name} is damaged or incomplete. Copy it again from where it came from.")


@pytest.mark.parametrize(
    ("system", "language"),
    [(["ja-JP", "ja"], "ja"), (["de-DE", "de"], "en"), (["fr-FR", "ja-JP"], "ja"), ([], "en")],
)
def test_the_language_of_the_system_is_followed(
    monkeypatch: pytest.MonkeyPatch, system: list[str], language: str
) -> None:
    class System:
        def uiLanguages(self) -> list[str]:
            return system

        def name(self) -> str:
            return "xx_XX"

    monkeypatch.setattr(languages.QLocale, "system", lambda: System())
    assert languages.choose("follow") == language
    assert languages.choose("ja") == "ja"
    assert languages.choose("xx") == language


# ---- files -----------------------------------------------------------------------------------------------------


def test_translations_are_compiled_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = languages.compiled("ja")
    assert first.is_file()
    monkeypatch.setattr(languages, "compile_to", None)
    assert languages.compiled("ja") == first


def test_an_installed_translation_is_used_unless_it_is_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "resources" / "i18n"
    folder.mkdir(parents=True)
    source = Path(shutil.copy(languages.source_of("ja"), folder))
    monkeypatch.setattr(languages, "resources_folder", lambda: tmp_path / "resources")
    languages.compile_to(source, source.with_suffix(".qm"))
    assert languages.compiled("ja") == source.with_suffix(".qm")
    source.touch()
    source.with_suffix(".qm").touch()
    assert languages.compiled("ja") == source.with_suffix(".qm")


@pytest.mark.expects_warnings
def test_without_lrelease_the_window_stays_in_english(
    window_rig: WindowRig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(source: Path, target: Path) -> None:
        raise FileNotFoundError("Qt's lrelease is not installed")

    monkeypatch.setattr(languages, "cache_folder", lambda: tmp_path / "none")
    monkeypatch.setattr(languages, "compile_to", fail)
    languages.set_preference("ja")
    assert texts.PAUSED == "Paused"


def test_qt_translates_by_the_compiled_file(japanese: None) -> None:
    assert QCoreApplication.translate(languages.CONTEXT, "Settings") == "設定"
    assert words.tr("Settings") == "設定"
    assert words.tr("nothing of ours") == "nothing of ours"


# ---- phrases ---------------------------------------------------------------------------------------------------


def test_phrases_are_met_in_texts_put_together() -> None:
    book = Phrasebook({
        "Paused": "止",
        "{n} of {total}": "{total} 中 {n}",
        "{1} is empty.": "{1} は空。",
        "{1} is empty. Copy it.": "{1} は空。複写。",
        "{n} photos": "{n} 枚",
    })  # fmt: skip
    assert book.tell("Paused · 3 of 9") == "止 · 9 中 3"
    assert book.tell("3 of 9 photos") == "9 中 3 枚"  # what stands in the braces is told, too
    assert book.tell("a.jpg is empty. Copy it.") == "a.jpg は空。複写。"  # the one that says more
    assert book.tell("Paused\n3 photos") == "止\n3 枚"
    assert book.tell("3 of 9 is empty.") == "3 of 9 は空。"  # a file may be called so
    assert book.tell("else") == "else"
