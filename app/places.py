"""Where things are: the library, caches and logs of this user, and the files that come with the program.

Nothing is made here but the note of where the library was moved to. Standard library and platformdirs only.
"""

from __future__ import annotations

import os
import tempfile
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import platformdirs

_APP = "resight"
_MODEL_SUFFIX = ".safetensors"
_GENERATIONS = "actnet-"  # what models made to be used begin with; others are there to train from and to compare with
UNTRAINED_MODEL = "untrained-lite2"
"""The shipped model that training begins with when none is named."""
_CATALOGUE = "catalogue.sqlite"
_SIGNS_OF_A_LIBRARY = (_CATALOGUE, "index.json", "snapshots", "recovery")
_MOVED_TO = "library-folder"  # in the folder of settings: the path, as bytes, of a library that was moved
_PROJECT_FOLDER = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class WindowArguments:
    """What `app.window.open_window` needs to know: all paths are absolute, `picture` is the first query or None.

    `names_library`: the user has said which library, it is not the usual one.
    """

    library: Path
    picture: str | None
    model: Path
    cache: Path
    device: str = "auto"
    names_library: bool = False


def data_folder() -> Path:
    """Where what must not be lost lies, for example `~/.local/share/resight`."""
    return Path(platformdirs.user_data_dir(_APP, appauthor=False))


def cache_folder() -> Path:
    """Where files lie that can be made again (the network compiled for this machine)."""
    return Path(platformdirs.user_cache_dir(_APP, appauthor=False))


def log_folder() -> Path:
    """Where logs and crash reports lie."""
    return Path(platformdirs.user_log_dir(_APP, appauthor=False))


def config_folder() -> Path:
    """Where settings lie, for example `~/.config/resight`."""
    return Path(platformdirs.user_config_dir(_APP, appauthor=False))


def default_library() -> Path:
    """The library used when none is named: RESIGHT_LIBRARY, else where it was moved to, else one in the data folder."""
    named = os.environ.get("RESIGHT_LIBRARY")
    return Path(named).absolute() if named else moved_library() or data_folder() / "library"


def moved_library() -> Path | None:
    """Where the user has moved the library to, if so. It must be there: its drive may be missing."""
    try:
        noted = os.fsdecode((config_folder() / _MOVED_TO).read_bytes())
    except OSError:
        return None
    return Path(noted) if os.path.isabs(noted) else None


def note_moved_library(library: Path) -> None:
    """From now on, this is the library used when none is named.

    Raises:
        OSError: it cannot be noted; what was noted before still holds.
    """
    folder = config_folder()
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=_MOVED_TO, suffix=".tmp", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(os.fsencode(os.path.abspath(library)))
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, folder / _MOVED_TO)
    except OSError:
        os.unlink(name)
        raise


def catalogue_of(library: Path) -> Path:
    """The file of a library that everything else in it can be made from."""
    return library / _CATALOGUE


def library_exists(library: Path) -> bool:
    """Whether there is a library in this folder, whole or not; a folder with nothing of one is none yet."""
    return any((library / name).exists() for name in _SIGNS_OF_A_LIBRARY)


@cache
def resources_folder() -> Path:
    """The folder of icons, models and licences that comes with the program, beside the package `app`."""
    return _PROJECT_FOLDER / "resources"


def samples_folder() -> Path:
    """The folder of photos that come with the program, to try it with."""
    return resources_folder() / "samples"


def is_sample(path: str) -> bool:
    """Whether a path is one of the photos that come with the program, or their folder."""
    return Path(path).is_relative_to(samples_folder())


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
