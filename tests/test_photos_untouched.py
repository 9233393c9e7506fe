"""Photos are never changed: which modules may change files at all, checked on the sources."""

from __future__ import annotations

import ast

import pytest

from tests.helpers.sources import calls, modules, package_modules, top

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
