"""The layers of docs/architecture.md, checked on the sources."""

from __future__ import annotations

import tomllib

import pytest

from tests.helpers.sources import ROOT, modules, package_modules, top

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
