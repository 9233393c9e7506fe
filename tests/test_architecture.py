"""The rules of docs/architecture.md, checked on the sources and in fresh interpreters."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

DOOR = {"engine.api", "engine.messages", "engine.types", "engine.errors"}
COMMAND_LINE = (
    "answers", "arguments", "cli", "collection_command", "commands", "console", "examples", "exclude_command",
    "failure_commands", "keeper",
    "label_command", "learning_arguments", "learning_commands", "library_commands", "model_command", "places",
    "search_command",
)
HOLDERS_OF_THE_ENGINE = {
    "app.bridge",
    "app.cli",
    "app.commands",
    "app.console",
    "app.keeper",
    "app.library_commands",
}

# A module of the engine may import only those above it.
ENGINE_ORDER = [
    "engine",
    "engine.types",
    "engine.errors",
    "engine.learning",
    "engine.experiments",
    "engine.curation",
    "engine.shot",
    "engine.messages",
    "engine.config",
    "engine.worker",
    "engine.device",
    "engine.memory",
    "engine.mounts",
    "engine.filesystems",
    "engine.volumes",
    "engine.storage",
    "engine.rules",
    "engine.scan",
    "engine.settling",
    "engine.hints",
    "engine.migrations",
    "engine.catalogue_file",
    "engine.snapshots",
    "engine.restoring",
    "engine.moving",
    "engine.records",
    "engine.database",
    "engine.folders",
    "engine.aside",
    "engine.walking",
    "engine.roots",
    "engine.descriptors",
    "engine.regions",
    "engine.region_table",
    "engine.presence",
    "engine.excluded",
    "engine.label_table",
    "engine.collection_table",
    "engine.generation_table",
    "engine.shots",
    "engine.raw_pairs",
    "engine.copy_table",
    "engine.catalogue",
    "engine.formats",
    "engine.photo_errors",
    "engine.colour",
    "engine.transform",
    "engine.limits",
    "engine.wire",
    "engine.photo_file",
    "engine.upright",
    "engine.exif",
    "engine.raw",
    "engine.jxl",
    "engine.decode",
    "engine.sandbox",
    "engine.decoder_process",
    "engine.decoders",
    "engine.thumbs",
    "engine.actnet",
    "engine.actnet.activations",
    "engine.actnet.windows",
    "engine.actnet.pooling",
    "engine.actnet.backbone",
    "engine.actnet.resnets",
    "engine.actnet.network",
    "engine.actnet.checkpoint",
    "engine.projection",
    "engine.actnet.initial",
    "engine.accelerate",
    "engine.describe",
    "engine.shards",
    "engine.index",
    "engine.region_file",
    "engine.library",
    "engine.plain_hits",
    "engine.region_projection",
    "engine.generations",
    "engine.label_groups",
    "engine.label_files",
    "engine.labelling",
    "engine.collecting",
    "engine.expansion",
    "engine.gallery",
    "engine.check",
    "engine.alike",
    "engine.keypoints",
    "engine.closely",
    "engine.feedback",
    "engine.heat",
    "engine.describing",
    "engine.ranking",
    "engine.search",
    "engine.explaining",
    "engine.sharpness",
    "engine.duplicates",
    "engine.curating",
    "engine.indexing_work",
    "engine.reading",
    "engine.matching",
    "engine.sweeping",
    "engine.finding",
    "engine.indexing",
    "engine.measures",
    "engine.labelled",
    "engine.evaluation",
    "engine.ground_truth",
    "engine.protocols",
    "engine.figures",
    "engine.training",
    "engine.training.dataset",
    "engine.training.settings",
    "engine.training.held_out",
    "engine.training.tuples",
    "engine.training.views",
    "engine.training.store",
    "engine.training.losses",
    "engine.training.objective",
    "engine.training.trainee",
    "engine.training.preparing",
    "engine.training.whitening",
    "engine.training.record",
    "engine.training.loop",
    "engine.training.run",
    "engine.study",
    "engine.study.plan",
    "engine.study.statistics",
    "engine.study.measuring",
    "engine.study.results",
    "engine.study.photos",
    "engine.study.maps",
    "engine.study.inputs",
    "engine.study.contender",
    "engine.study.computing",
    "engine.study.findings",
    "engine.study.report",
    "engine.study.plots",
    "engine.study.pictures",
    "engine.study.run",
    "engine.tuning",
    "engine.tuning.judged",
    "engine.tuning.neighbours",
    "engine.tuning.general",
    "engine.tuning.whitening",
    "engine.tuning.proof",
    "engine.tuning.material",
    "engine.tuning.quick",
    "engine.tuning.boxes",
    "engine.tuning.showing",
    "engine.tuning.run",
    "engine.tuning.deep_plan",
    "engine.tuning.deep_process",
    "engine.tuning.deep",
    "engine.questions",
    "engine.model_work",
    "engine.experimenting",
    "engine.watched_roots",
    "engine.watching",
    "engine.upkeep",
    "engine.idle",
    "engine.effort",
    "engine.filling",
    "engine.session",
    "engine.api",
]

# Who may import what the program could be too slow or too fragile with; everything else asks these modules.
OWNERS = {
    "sqlite3": {"engine.catalogue_file", "engine.database", "engine.migrations", "engine.snapshots"},
    "hnswlib": {"engine.shards"},
    "openvino": {"engine.accelerate"},
    "timm": {"engine.actnet.backbone"},
    "torchvision": {"engine.actnet.resnets"},
    "safetensors": {"engine.actnet.checkpoint", "engine.training.record"},
    "matplotlib": {"engine.figures"},
    "cv2": {"engine.keypoints"},
    "numkong": {"engine.regions"},
    "torch": {
        "engine.accelerate",
        "engine.actnet.activations",
        "engine.actnet.backbone",
        "engine.actnet.checkpoint",
        "engine.actnet.initial",
        "engine.actnet.network",
        "engine.actnet.windows",
        "engine.actnet.pooling",
        "engine.actnet.resnets",
        "engine.describe",
        "engine.device",
        "engine.study.computing",
        "engine.study.contender",
        "engine.study.inputs",
        "engine.study.maps",
        "engine.study.pictures",
        "engine.study.run",
        "engine.training.loop",
        "engine.training.losses",
        "engine.training.objective",
        "engine.training.record",
        "engine.training.run",
        "engine.training.trainee",
        "engine.training.whitening",
        "engine.tuning.deep_process",
    },
    "PIL": {
        "engine.colour",
        "engine.decode",
        "engine.evaluation",
        "engine.exif",
        "engine.jxl",
        "engine.raw",
        "engine.thumbs",
        "engine.training.views",
        "engine.transform",
        "engine.upright",
    },
    "pillow_heif": {"engine.decode"},
    "rawpy": {"engine.raw"},
    "imagecodecs": {"engine.jxl"},
    "pebble": {"engine.decoders"},
    "watchdog": {"engine.watched_roots"},
    "psutil": {"engine.effort"},
}
# These are themselves only loaded inside functions of their owners.
TORCH_AT_MODULE_LEVEL = {
    "engine.actnet.activations",
    "engine.actnet.backbone",
    "engine.actnet.initial",
    "engine.actnet.network",
    "engine.actnet.windows",
    "engine.actnet.pooling",
    "engine.actnet.resnets",
    "engine.study.computing",
    "engine.study.contender",
    "engine.study.inputs",
    "engine.study.maps",
    "engine.study.pictures",
    "engine.study.run",
    "engine.training.loop",
    "engine.training.losses",
    "engine.training.objective",
    "engine.training.preparing",
    "engine.training.record",
    "engine.training.run",
    "engine.training.trainee",
    "engine.training.whitening",
}

# The only modules of the engine that may change files: all of them below the library, the cache or a
# training's or study's own folder.
WRITERS = {
    "engine.accelerate",
    "engine.database",
    "engine.evaluation",
    "engine.generations",
    "engine.index",
    "engine.moving",
    "engine.region_file",
    "engine.restoring",
    "engine.shards",
    "engine.snapshots",
    "engine.storage",
    "engine.thumbs",
    "engine.study.results",
    "engine.training.record",
    "engine.training.run",
    "engine.training.store",
    "engine.tuning.deep_plan",
}
# Single calls elsewhere that look as if they changed files, and what they do.
NOT_A_PHOTO = {
    "engine.model_work: index.save": "asks the index, which may",
    "engine.model_work: regions.save": "asks the region codes, which may",
    "engine.matching: self._catalogue.touch": "asks the catalogue, which may",
    "engine.library: self.index.save": "asks the index, which may",
    "engine.library: self.regions.save": "asks the region codes, which may",
    "engine.decoder_process: os.open": "the null device",
    "engine.training.loop: self.record.save": "asks the run's record, which may",
    "engine.training.views: image.save": "a compressed view, into memory",
}

MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_CONSTRUCTOR_ARGUMENTS = 6
# Longer than they should be, with the reason. An entry that is not needed any more fails, too.
LONG_MODULES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}


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


def test_the_sources_are_found() -> None:
    assert {"engine.api", "engine.types", "app.bridge", "app.cli"} <= set(modules())


# ---- layers -----------------------------------------------------------------------------------------------------


def test_engine_knows_neither_app_nor_qt() -> None:
    forbidden = {"app", "PySide6", "shiboken6", "PySide2", "PyQt5", "PyQt6"}
    wrong = {m.name: top(m.imports | m.typing) & forbidden for m in package_modules("engine")}
    assert not {name: found for name, found in wrong.items() if found}


def test_app_sees_only_the_door_of_the_engine() -> None:
    wrong = {
        m.name: {name for name in m.imports | m.typing if name.partition(".")[0] == "engine"} - DOOR
        for m in package_modules("app")
    }
    assert not {name: found for name, found in wrong.items() if found}


def test_only_the_bridge_and_the_command_line_hold_an_engine() -> None:
    holders = {m.name for m in package_modules("app") if "engine.api" in m.imports}
    assert holders <= HOLDERS_OF_THE_ENGINE


def test_app_leaves_pictures_numbers_and_databases_to_the_engine() -> None:
    forbidden = {*OWNERS, "numpy", "scipy", "multiprocessing.pool"}
    wrong = {m.name: top(m.imports | m.typing) & forbidden for m in package_modules("app")}
    assert not {name: found for name, found in wrong.items() if found}


def test_only_the_window_side_of_the_app_uses_qt() -> None:
    without_qt = {"app", "app.__main__", *(f"app.{name}" for name in COMMAND_LINE)}
    wrong = {name for name in without_qt & set(modules()) if top(modules()[name].imports) & {"PySide6", "shiboken6"}}
    assert not wrong


def test_engine_modules_import_only_those_above_them() -> None:
    position = {name: number for number, name in enumerate(ENGINE_ORDER)}
    unplaced = {m.name for m in package_modules("engine")} - set(position)
    assert not unplaced, "new modules of the engine need a place in ENGINE_ORDER"
    wrong = [
        f"{m.name} imports {other}"
        for m in package_modules("engine")
        for other in sorted(m.imports | m.typing)
        if other in position and position[other] >= position[m.name]
    ]
    assert not wrong


def test_engine_order_names_only_modules_that_exist() -> None:
    assert not set(ENGINE_ORDER) - set(modules())


@pytest.mark.parametrize("library", sorted(OWNERS))
def test_library_is_used_only_by_its_owners(library: str) -> None:
    users = {m.name for m in package_modules("engine") if library in top(m.imports)}
    assert users <= OWNERS[library]


def test_slow_libraries_are_imported_inside_functions() -> None:
    slow = {"torch", "torchvision", "timm", "openvino", "hnswlib", "matplotlib"}
    wrong = {
        m.name: top(m.eager) & slow
        for m in package_modules("engine")
        if top(m.eager) & slow and m.name not in TORCH_AT_MODULE_LEVEL
    }
    assert not wrong
    eager_users = {m.name for m in modules().values() if m.eager & TORCH_AT_MODULE_LEVEL}
    assert eager_users <= TORCH_AT_MODULE_LEVEL, "what imports torch at module level is imported inside functions"


def test_import_linter_knows_all_that_lies_behind_the_door() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    contract = next(c for c in settings["contracts"] if c["name"] == "The app sees only the engine's door")
    behind = {m.name for m in package_modules("engine")} - DOOR - {"engine"}
    # A forbidden package stands for what is in it.
    behind = {name for name in behind if name.rpartition(".")[0] not in behind}
    assert set(contract["forbidden_modules"]) == behind


# ---- what an import costs ---------------------------------------------------------------------------------------


def loaded_after(statement: str) -> set[str]:
    """The top-level modules in a fresh interpreter after this statement."""
    code = f"import sys\n{statement}\nprint(*sorted(name.partition('.')[0] for name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_importing_the_door_is_cheap() -> None:
    loaded = loaded_after("import engine.api")
    assert "engine" in loaded
    assert not loaded & {"PySide6", "shiboken6", "torch", "openvino", "hnswlib", "numpy", "timm", "sqlite3", "PIL"}


def test_importing_the_command_line_loads_no_qt() -> None:
    loaded = loaded_after("import app.cli")
    assert not loaded & {"PySide6", "shiboken6", "torch", "openvino", "hnswlib", "numpy", "timm", "PIL"}


def test_importing_the_window_loads_no_network() -> None:
    loaded = loaded_after("import app.main_window")
    assert "PySide6" in loaded
    assert not loaded & {"torch", "openvino", "hnswlib", "numpy", "timm", "sqlite3", "PIL"}


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted in /proc")
def test_numpy_computes_on_one_thread_and_no_setting_is_left_behind() -> None:
    code = (
        "import os, engine.api\n"
        "before = len(os.listdir('/proc/self/task'))\n"
        "engine.api._import_numpy()\n"
        "import numpy; numpy.ones((400, 400)) @ numpy.ones((400, 400))\n"
        "assert len(os.listdir('/proc/self/task')) == before\n"
        "assert 'OPENBLAS_NUM_THREADS' not in os.environ"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr


def test_openvino_cannot_report_to_its_makers() -> None:
    # Its package sends every import to a server of theirs; nothing may leave this computer.
    code = (
        "from engine.accelerate import import_openvino; openvino = import_openvino()\n"
        "import sys, openvino.tools.ovc.telemetry_utils as used\n"
        "assert sys.modules['openvino_telemetry'] is None and used.tm.__name__.endswith('telemetry_stub')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# ---- photos are never changed -----------------------------------------------------------------------------------

FILE_CHANGERS = {
    *["os.remove", "os.unlink", "os.rename", "os.renames", "os.replace", "os.rmdir", "os.removedirs", "os.mkdir"],
    *["os.makedirs", "os.chmod", "os.chown", "os.lchown", "os.utime", "os.truncate", "os.link", "os.symlink"],
    *["os.mknod", "os.mkfifo", "os.setxattr", "shutil.rmtree", "shutil.move", "shutil.copy", "shutil.copy2"],
    *["shutil.copyfile", "shutil.copytree", "shutil.copymode", "shutil.copystat", "shutil.chown"],
}
PATH_CHANGERS = {
    *["write_bytes", "write_text", "touch", "unlink", "rename", "rmdir", "mkdir", "chmod", "lchmod", "symlink_to"],
    *["hardlink_to", "save", "imwrite"],
}


def changes_files(written: str, call: ast.Call) -> bool:
    """Whether this call changes files, judged by its name and its arguments."""
    if written in FILE_CHANGERS:
        return True
    method = written.rpartition(".")[2]
    if written == "os.open":
        return any(flag in ast.unparse(call) for flag in ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"))
    if method in ("open", "fdopen"):
        is_builtin = written in ("open", "io.open", "os.fdopen")
        mode = next((k.value for k in call.keywords if k.arg == "mode"), None)
        positional = call.args[1:] if is_builtin else call.args
        mode = mode or (positional[0] if positional else None)
        if mode is None or not isinstance(mode, ast.Constant):
            return mode is not None and is_builtin  # a mode that is not written out cannot be checked
        return isinstance(mode.value, str) and bool(set(mode.value) & set("wax+"))
    if method == "replace":  # Path.replace has one argument, str.replace two, dataclasses.replace keywords
        return len(call.args) == 1 and not call.keywords
    return "." in written and method in PATH_CHANGERS


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("open(path)", False),
        ("open(path, 'rb')", False),
        ("open(path, 'r+b')", True),
        ("open(path, mode='w')", True),
        ("open(path, mode)", True),
        ("path.open('rb')", False),
        ("path.open('ab')", True),
        ("Image.open(file)", False),
        ("os.open(path, os.O_RDONLY | os.O_NOFOLLOW)", False),
        ("os.open(path, os.O_WRONLY)", True),
        ("os.utime(path)", True),
        ("path.unlink()", True),
        ("text.replace('a', 'b')", False),
        ("path.replace(target)", True),
        ("dataclasses.replace(value, a=1)", False),
        ("picture.save(path)", True),
    ],
)
def test_changes_of_files_are_recognised(source: str, expected: bool) -> None:
    call = ast.parse(source, mode="eval").body
    assert isinstance(call, ast.Call)
    assert changes_files(ast.unparse(call.func), call) is expected


def test_only_the_keepers_of_the_library_change_files() -> None:
    found = {
        f"{m.name}: {written}"
        for m in package_modules("engine")
        if m.name not in WRITERS
        for _, written, call in calls(m)
        if changes_files(written, call)
    }
    assert found == set(NOT_A_PHOTO)


# What may change files besides the library's own: copies, moves and the trash, as the user asks for them, and exports.
APP_WRITERS = {"app.file_work", "app.trash", "app.hit_export"}
# Only files of the program's own: settings, where the library was moved to, reports of crashes, compiled translations.
OWN_FILES = {"app.settings", "app.places", "app.crash_reports", "app.languages", "app.recent"}


def test_only_few_modules_of_the_app_change_files() -> None:
    found = {m.name: name for m in package_modules("app") for _, name, _ in calls(m) if name in FILE_CHANGERS}
    assert set(found) <= APP_WRITERS | OWN_FILES, found
    users = {m.name for m in modules().values() if "send2trash" in top(m.imports)}
    assert users == {"app.trash"}


# ---- sizes and habits -------------------------------------------------------------------------------------------


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
