"""How long modules and functions are, and what none of them does, checked on the sources."""

from __future__ import annotations

import ast

from tests.helpers.sources import calls, functions, modules, top

MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_CONSTRUCTOR_ARGUMENTS = 6
# Longer than they should be, with the reason. An entry that is not needed any more fails, too.
LONG_MODULES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}


def test_no_module_is_too_long() -> None:
    lengths = {m.name: len(m.path.read_text(encoding="utf-8").splitlines()) for m in modules().values()}
    too_long = {name: n_lines for name, n_lines in lengths.items() if n_lines > MAX_MODULE_LINES}
    assert set(too_long) == set(LONG_MODULES), too_long


def test_no_function_is_too_long() -> None:
    too_long = {
        name: n_lines
        for m in modules().values()
        for name, node in functions(m)
        if (n_lines := (node.end_lineno or node.lineno) - node.lineno + 1) > MAX_FUNCTION_LINES
    }
    assert set(too_long) == set(LONG_FUNCTIONS), too_long


def test_constructors_ask_for_few_things() -> None:
    wrong = {}
    for m in modules().values():
        for name, node in functions(m):
            n_arguments = len(node.args.posonlyargs) + len(node.args.args) + len(node.args.kwonlyargs) - 1
            if node.name == "__init__" and n_arguments > MAX_CONSTRUCTOR_ARGUMENTS:
                wrong[name] = n_arguments
    assert not wrong


def test_nobody_prints() -> None:
    assert not [f"{m.path}:{line}" for m in modules().values() for line, name, _ in calls(m) if name == "print"]


def test_nothing_is_unpickled_from_files() -> None:
    unsafe = {"pickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}
    users = {m.name for m in modules().values() if top(m.imports) & unsafe}
    assert users <= {"engine.decoders"}, "only to send answers between processes of the program"
    loads = {"torch.load", "torch.hub.load", "numpy.load", "np.load", "pickle.load", "pickle.loads"}
    assert not [f"{m.path}:{line}" for m in modules().values() for line, name, _ in calls(m) if name in loads]


def test_nothing_opens_a_connection() -> None:
    network = {"socket", "ssl", "urllib.request", "http.client", "requests", "httpx", "ftplib", "smtplib"}
    network |= {"PySide6.QtNetwork", "PySide6.QtWebEngineCore"}
    users = {m.name: m.imports & network for m in modules().values() if m.imports & network}
    assert users == {"app.one_window": {"PySide6.QtNetwork"}}


def test_windows_meet_at_local_sockets_only() -> None:
    used = {
        alias.name
        for node in ast.walk(modules()["app.one_window"].tree)
        if isinstance(node, ast.ImportFrom) and node.module == "PySide6.QtNetwork"
        for alias in node.names
    }
    assert used == {"QLocalServer", "QLocalSocket"}
