"""Collects the texts of the program for its translators, and compiles what they have written.

    python packaging/translations.py update    put new texts into resources/i18n/*.ts, and take old ones out
    python packaging/translations.py compile   make the .qm files beside them (they are not kept in the repository)

How texts are written so that they are found here is told in `app.words`. Sentences of the engine are found by their
looks: they begin with a capital letter or a name, and end with a full stop.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
I18N = ROOT / "resources" / "i18n"
# Parts of the engine that only the command line talks to, which speaks English.
_NOT_IN_WINDOW = {
    "evaluation", "experiments", "figures", "gallery", "ground_truth", "labelled", "measures", "protocols", "types",
    "study", "training", "actnet", "migrations", "wire", "worker_tools",
}  # fmt: skip
# Modules of the engine that put sentences together from parts.
_WITH_PARTS = {
    "catalogue_file", "decode", "describe", "device", "jxl", "photo_errors", "raw", "upkeep", "watched_roots",
}  # fmt: skip
_SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|WHERE|BEGIN)\b")


def sources() -> dict[str, str]:
    """Every text to be translated, with the module it was found in; in the order of the modules."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "app").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        has_words = (ast.get_docstring(tree) or "").startswith("The words")
        texts = [*_looked_up(tree), *(_constants(tree) if has_words else ())]
        if path.stem == "actions":
            texts += _commands(tree)
        for text in texts:
            found.setdefault(text, f"app.{path.stem}")
    for path in sorted([*(ROOT / "engine").glob("*.py"), *(ROOT / "engine" / "tuning").glob("*.py")]):
        if path.stem not in _NOT_IN_WINDOW:
            for text in _sentences(ast.parse(path.read_text(encoding="utf-8")), path.stem in _WITH_PARTS):
                found.setdefault(text, f"engine.{path.stem}")
    return {text: where for text, where in found.items() if re.search(r"[^\W\d_]", re.sub(r"\{[^}]*\}", "", text))}


def _looked_up(tree: ast.Module) -> Iterator[str]:
    """What is given to `tr` and `tr_n`: texts, and constants of the same module."""
    named = _named(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("tr", "tr_n"):
            for arg in node.args:
                if _is_text(arg):
                    yield arg.value
                elif isinstance(arg, ast.Name) and arg.id in named:
                    yield named[arg.id]


def _named(tree: ast.Module) -> dict[str, str]:
    """The texts that are constants of a module, by name."""
    return {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and _is_text(node.value)
    }


def _constants(tree: ast.Module) -> Iterator[str]:
    """The texts in constants of a module, in tuples and as values of dicts, too."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and all(
            isinstance(target, ast.Name) and target.id.lstrip("_").isupper() for target in node.targets
        ):
            yield from _texts_in(node.value)


def _texts_in(value: ast.expr) -> Iterator[str]:
    if _is_text(value):
        yield value.value
    elif isinstance(value, ast.Tuple):
        for part in value.elts:
            yield from _texts_in(part)
    elif isinstance(value, ast.Dict):
        for part in value.values:
            yield from _texts_in(part)


def _commands(tree: ast.Module) -> Iterator[str]:
    """The texts and tips of the table of commands, and the titles of menus and scopes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Command":
            yield node.args[1].value
            yield from (keyword.value.value for keyword in node.keywords if keyword.arg == "tip")
        elif isinstance(node, ast.ClassDef) and node.name == "Scope":
            yield from (line.value.value for line in node.body if isinstance(line, ast.Assign))
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "MENUS":
            yield from _texts_in(node.value)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


# ---- the engine --------------------------------------------------------------------------------------------------


def _sentences(tree: ast.Module, with_parts: bool) -> Iterator[str]:
    """The sentences of a module, with numbers in braces for what is put in: "{1} is empty." """
    constants = _named(tree)
    for node in _outside_of_notes(tree):
        if isinstance(node, ast.JoinedStr):
            text = _template(node, constants)
        elif _is_text(node):
            text = node.value
        else:
            continue
        n_words = len(re.findall(r"[A-Za-z]{2,}", re.sub(r"\{[^}]*\}", "", text)))
        is_sentence = bool(re.match(r"[A-Z“{]", text)) and text.rstrip().endswith(".") and n_words >= 2
        is_part = with_parts and n_words >= 3 and not re.search(r"[%_]|^/|^Callback", text)
        if (is_sentence or is_part) and not _SQL.search(text):
            is_end = is_part and text[0].islower() and text.endswith(".")
            yield f"{{0}} {text}" if is_end else text  # "is empty." is said of something


def _outside_of_notes(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but docstrings, logging and the insides of f-strings."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        if isinstance(child, ast.Call) and ast.unparse(child.func).startswith(("_log.", "ValueError", "TypeError")):
            continue
        yield child
        if not isinstance(child, ast.JoinedStr):
            yield from _outside_of_notes(child)


def _template(node: ast.JoinedStr, constants: dict[str, str]) -> str:
    parts: list[str] = []
    n_braces = 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(part.value)
        elif isinstance(part.value, ast.Name) and part.value.id in constants:
            parts.append(constants[part.value.id])
        else:
            n_braces += 1
            parts.append(f"{{{n_braces}}}")
    return "".join(parts)


# ---- files of translations ---------------------------------------------------------------------------------------


def read(file: Path) -> dict[str, str]:
    """The translations in a file, by text; "" where there is none."""
    root = ElementTree.parse(file).getroot()
    return {item.findtext("source", ""): item.findtext("translation", "") for item in root.iter("message")}


def write(file: Path, language: str, wanted: dict[str, str], translations: dict[str, str]) -> None:
    """Write the texts wanted with their translations, as far as there are any."""
    root = ElementTree.Element("TS", version="2.1", language=language, sourcelanguage="en")
    context = ElementTree.SubElement(root, "context")
    ElementTree.SubElement(context, "name").text = "resight"
    for text, where in wanted.items():
        message = ElementTree.SubElement(context, "message")
        ElementTree.SubElement(message, "source").text = text
        ElementTree.SubElement(message, "extracomment").text = where
        translation = ElementTree.SubElement(message, "translation")
        translation.text = translations.get(text, "")
        if not translation.text:
            translation.set("type", "unfinished")
    ElementTree.indent(root, " ")
    body = ElementTree.tostring(root, encoding="unicode")
    file.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n', encoding="utf-8")


def update(file: Path) -> int:
    """Bring a file up to date; returns how many texts have no translation yet."""
    language = file.stem.removeprefix("resight_")
    translations = read(file)
    wanted = sources()
    write(file, language, wanted, translations)
    return sum(not translations.get(text) for text in wanted)


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("update", "compile"))
    options = parser.parse_args()
    for file in sorted(I18N.glob("*.ts")):
        if options.what == "update":
            print(f"{file.name}: {update(file)} texts without a translation")
        else:
            sys.path.insert(0, str(ROOT))
            from app.languages import compile_to

            compile_to(file, file.with_suffix(".qm"))
            print(file.with_suffix(".qm"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
