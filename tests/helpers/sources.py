"""The sources of the program as tests read them: modules, what they import and call, their functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Module:
    """One source file and what it imports; `lazy` inside functions, `typing` only for type checkers."""

    name: str
    path: Path
    tree: ast.Module
    eager: set[str] = field(default_factory=set)
    lazy: set[str] = field(default_factory=set)
    typing: set[str] = field(default_factory=set)

    @property
    def imports(self) -> set[str]:
        """What it imports when it runs."""
        return self.eager | self.lazy

    @property
    def package(self) -> str:
        return self.name.partition(".")[0]


class ImportCollector(ast.NodeVisitor):
    """Sorts the imports of a module by when they happen."""

    def __init__(self, module: Module, known: set[str]) -> None:
        self._module = module
        self._known = known
        self._target = module.eager

    def _within(self, target: set[str], nodes: list[ast.stmt]) -> None:
        before, self._target = self._target, target
        for node in nodes:
            self.visit(node)
        self._target = before

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._within(self._module.lazy, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - a name that ast asks for

    def visit_If(self, node: ast.If) -> None:
        only_typing = ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
        self._within(self._module.typing if only_typing else self._target, node.body)
        self._within(self._target, node.orelse)

    def visit_Import(self, node: ast.Import) -> None:
        self._target.update(alias.name for alias in node.names)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        assert node.module, f"{self._module.path}:{node.lineno}: imports are absolute here"
        for alias in node.names:
            submodule = f"{node.module}.{alias.name}"
            self._target.add(submodule if submodule in self._known else node.module)


@cache
def modules() -> dict[str, Module]:
    found = {}
    for path in sorted([*ROOT.glob("engine/**/*.py"), *ROOT.glob("app/**/*.py")]):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = Module(name, path, ast.parse(path.read_text(encoding="utf-8"), str(path)))
    for module in found.values():
        ImportCollector(module, set(found)).visit(module.tree)
    return found


def package_modules(package: str) -> list[Module]:
    return [module for module in modules().values() if module.package == package]


def top(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


def calls(module: Module) -> Iterator[tuple[int, str, ast.Call]]:
    """Every call of a module: its line, what is called as written, and the call."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func), node


def functions(module: Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function and method with its full name."""

    def inside(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{prefix}.{child.name}"
                if not isinstance(child, ast.ClassDef):
                    yield name, child
                yield from inside(child, name)
            else:
                yield from inside(child, prefix)

    return inside(module.tree, module.name)
