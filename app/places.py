"""Where things are: the library, caches and logs of this user, and the files that come with the program.

Nothing is made here; the functions only name places. Standard library and platformdirs only.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import platformdirs

_APP = "resight"
_MODEL_SUFFIX = ".safetensors"
_GENERATIONS = "actnet-"  # what models made to be used begin with; others are there to train from and to compare with
_CATALOGUE = "catalogue.sqlite"
_PROJECT_FOLDER = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class WindowArguments:
    """What `app.window.open_window` needs to know: all paths are absolute, `picture` is the first query or None."""

    library: Path
    picture: str | None
    model: Path
    cache: Path
    device: str = "auto"


def data_folder() -> Path:
    """Where what must not be lost lies, for example `~/.local/share/resight`."""
    return Path(platformdirs.user_data_dir(_APP, appauthor=False))


def cache_folder() -> Path:
    """Where files lie that can be made again (the network compiled for this machine)."""
    return Path(platformdirs.user_cache_dir(_APP, appauthor=False))


def log_folder() -> Path:
    """Where logs and crash reports lie."""
    return Path(platformdirs.user_log_dir(_APP, appauthor=False))


def default_library() -> Path:
    """The library used when none is named: the environment variable RESIGHT_LIBRARY, else one in the data folder."""
    named = os.environ.get("RESIGHT_LIBRARY")
    return Path(named).absolute() if named else data_folder() / "library"


def library_exists(library: Path) -> bool:
    """Whether there is a library in this folder (a folder without a catalogue is none yet)."""
    return (library / _CATALOGUE).is_file()


@cache
def resources_folder() -> Path:
    """The folder of icons, models and licences that comes with the program, beside the package `app`."""
    return _PROJECT_FOLDER / "resources"


def shipped_models() -> dict[str, Path]:
    """The models that come with the program, by name."""
    return {path.stem: path for path in sorted((resources_folder() / "models").glob(f"*{_MODEL_SUFFIX}"))}


def default_model() -> Path:
    """The model used when none is named: the last by name of those made to be used, as newer ones sort later.

    Raises:
        FileNotFoundError: the program came without a model; the message is a sentence for people.
    """
    models = {name: path for name, path in shipped_models().items() if name.startswith(_GENERATIONS)}
    if not models:
        raise FileNotFoundError(
            f"Resight is not installed completely: no model in {resources_folder() / 'models'}. Install it again."
        )
    return models[max(models)]


def find_model(name_or_file: str) -> Path:
    """The model of this name, or the model file itself.

    Raises:
        FileNotFoundError: there is neither; the message is a sentence for people.
    """
    models = shipped_models()
    if name_or_file in models:
        return models[name_or_file]
    path = Path(name_or_file).absolute()
    if path.is_file():
        return path
    raise FileNotFoundError(
        f"There is no model {name_or_file}: give one of {', '.join(models) or '(none is installed)'}, or a model file."
    )


def version() -> str:
    """The version of the program: from pyproject.toml when run from its sources, else of what is installed."""
    project_file = _PROJECT_FOLDER / "pyproject.toml"
    if project_file.is_file():
        project = tomllib.loads(project_file.read_text(encoding="utf-8")).get("project", {})
        if project.get("name") == _APP:
            return str(project["version"])
    return metadata.version(_APP)
