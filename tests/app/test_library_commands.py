"""`resight snapshot`, `restore` and `move` on real libraries; only indexing and searching is made up."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from app import places
from app.cli import main
from engine import snapshots
from engine.catalogue import Catalogue
from engine.messages import CheckLibrary
from engine.storage import LibraryFolder, WriterLock
from tests.helpers.fake_engine import FakeEngine
from tests.helpers.library import TestLibrary


class Run:
    """Runs the command line in this process, on a real library of ten photos in the usual place."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        library = TestLibrary(folder)
        library.commit(range(10))
        library.catalogue.close()
        self.folder = library.folder
        self.library = library.folder.root
        self._model = folder / "model.safetensors"
        self._model.touch()
        self._capsys = capsys
        self.engine: Any = None

    def __call__(self, *arguments: str | Path) -> int:
        code = main(["--model", str(self._model), *map(str, arguments)], self._make_engine)
        self.out, self.err = self._capsys.readouterr()
        return code

    def json(self, *arguments: str | Path) -> tuple[int, Any]:
        code = self(*arguments, "--json")
        return code, json.loads(self.out)

    def add(self, numbers: range) -> None:
        library = TestLibrary(self.library.parent)
        library.commit(numbers)
        library.catalogue.close()

    def n_photos(self, root: Path | None = None) -> int:
        catalogue = Catalogue.open(LibraryFolder(root or self.library), read_only=True)
        try:
            return catalogue.n_photos()
        finally:
            catalogue.close()

    def _make_engine(self, config: Any, on_event: Any) -> FakeEngine:
        self.config = config
        self.engine = FakeEngine(on_event)
        return self.engine


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.delenv("RESIGHT_LIBRARY", raising=False)
    home = places.data_folder()
    home.mkdir(parents=True)
    return Run(home, capsys)


# ---- snapshot -------------------------------------------------------------------------------------------------


def test_a_backup_is_made_and_listed(run: Run) -> None:
    assert run("snapshot", "--list") == 0
    assert run.out == "There is no backup yet; make one with: resight snapshot\n"
    code, made = run.json("snapshot")
    assert (code, made["photos"], os.path.dirname(made["path"])) == (0, 10, str(run.folder.snapshots))
    assert run.json("snapshot", "--list") == (0, [made])
    assert made["name"] == os.path.basename(made["path"])
    assert run("snapshot") == 0
    assert run.out.startswith("Backed up 10 photos (")
    (run.folder.snapshots / "catalogue-0003-2026-11-24-0905.sqlite").write_bytes(b"")
    assert run("snapshot", "--list") == 0
    lines = run.out.splitlines()
    assert re.sub(" +", " ", lines[0]) == "2026-11-24 09:05 0 kB cannot be read catalogue-0003-2026-11-24-0905.sqlite"
    assert [line.split()[4:6] for line in lines[1:]] == [["10", "photos"]] * 2
    assert run.engine is None


def test_a_backup_elsewhere_while_the_window_is_open(run: Run, tmp_path: Path) -> None:
    (tmp_path / "usb").mkdir()
    with WriterLock(run.folder):
        code, made = run.json("snapshot", "--to", tmp_path / "usb")
    assert code == 0
    assert os.path.dirname(made["path"]) == str(tmp_path / "usb")
    code, document = run.json("snapshot", "--to", tmp_path / "no")
    assert (code, document["error"]["kind"]) == (2, "usage")


def test_no_library_has_no_backups(run: Run, tmp_path: Path) -> None:
    assert run.json("snapshot", "--list", "--library", tmp_path / "none") == (0, [])
    code, document = run.json("snapshot", "--library", tmp_path / "none")
    assert (code, document["error"]["kind"]) == (3, "library")
    assert not (tmp_path / "none").exists()


# ---- restore --------------------------------------------------------------------------------------------------


def test_the_latest_is_restored_and_what_was_is_kept(run: Run) -> None:
    run("snapshot")
    run.add(range(10, 14))
    code, document = run.json("restore", "--latest")
    assert code == 0
    assert document["snapshot"]["photos"] == run.n_photos() == 10
    assert document["check"]["clean"]
    assert run.engine.submitted(CheckLibrary) == [CheckLibrary(repair=True), CheckLibrary()]
    assert not run.config.read_only
    assert run("restore", document["kept"]) == 0  # and back again
    assert run.n_photos() == 14
    assert run.out.splitlines()[0].startswith("Restored the backup of 2")
    assert "kept: " in run.out
    assert run.out.endswith("To bring it up to date: resight index\n")


def test_a_backup_is_found_by_its_name(run: Run) -> None:
    _, first = run.json("snapshot")
    run.add(range(10, 14))
    run("snapshot")
    assert run("restore", first["name"]) == 0
    assert run.n_photos() == 10


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("restore", 2, "one of the arguments SNAPSHOT --latest is required"),
        ("restore x --latest", 2, "not allowed with"),
        ("restore no-such.sqlite", 2, "resight snapshot --list"),
        ("restore --latest", 3, "no backup in the library"),
    ],
)
def test_what_cannot_be_restored(run: Run, line: str, code: int, words: str) -> None:
    assert run(*line.split()) == code
    assert words in run.err
    assert run.n_photos() == 10


def test_nothing_is_restored_while_another_resight_writes(run: Run) -> None:
    run("snapshot")
    with WriterLock(run.folder):
        code, document = run.json("restore", "--latest")
    assert (code, document["error"]["kind"]) == (3, "library-in-use")
    assert "Another Resight" in document["error"]["sentence"]


@pytest.mark.expects_warnings
def test_a_damaged_library_names_the_way_out(run: Run) -> None:
    run.json("snapshot")
    damage = b"<html>"
    run.folder.catalogue.write_bytes(damage)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Run, "_make_engine", _engine_that_stops)
        code, document = run.json("status")
        assert (code, document["error"]["kind"]) == (3, "library-damaged")
        assert document["error"]["sentence"].endswith("with 10 photos; to go on with it: resight restore --latest")
        (Path(snapshots.listed(run.folder)[0].path)).write_bytes(b"")
        code, document = run.json("status")
        assert document["error"]["sentence"].endswith(
            f"There is no backup of it: rename the folder {run.library} and add your photo folders again."
        )
    assert run.folder.catalogue.read_bytes() == damage


def _engine_that_stops(run: Run, config: Any, on_event: Any) -> FakeEngine:
    """An engine that meets the library as it is."""
    from engine.errors import EngineError

    engine = FakeEngine(on_event)
    try:
        Catalogue.open(LibraryFolder(config.library), read_only=config.read_only).close()
    except EngineError as error:
        engine.start_error = error
    return engine


# ---- move -----------------------------------------------------------------------------------------------------


def test_the_library_is_moved_and_used_from_there(run: Run, tmp_path: Path) -> None:
    new = tmp_path / "disk"
    assert places.default_library() == run.library
    assert run("move", new) == 0
    assert run.out == f"The library is in {new} now.\nThe old one is still in {run.library}; delete it when you like.\n"
    assert places.default_library() == new
    assert run.n_photos(new) == run.n_photos() == 10
    assert run("status") == 0
    assert (run.config.library, run.config.must_exist) == (new, True)
    code, document = run.json("move", tmp_path / "again", "--delete-old")
    assert (code, document) == (0, {"library": str(tmp_path / "again"), "old": str(new), "old_deleted": True})
    assert not new.exists()
    assert places.default_library() == tmp_path / "again"


def test_moving_another_library_leaves_the_usual_one_alone(run: Run, tmp_path: Path) -> None:
    assert run("move", tmp_path / "disk", "--library", run.library) == 0
    assert "name the new folder" in run.out
    assert places.default_library() == run.library


def test_a_moved_library_whose_drive_is_missing_is_not_made_anew(run: Run, tmp_path: Path) -> None:
    run("move", tmp_path / "disk")
    (tmp_path / "disk").rename(tmp_path / "unplugged")
    run("status")
    assert (run.config.library, run.config.must_exist) == (tmp_path / "disk", True)


def test_a_move_that_fails_changes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    code, document = run.json("move", tmp_path / "full")
    assert (code, document["error"]["kind"]) == (3, "library")
    assert "is not empty" in document["error"]["sentence"]
    assert places.default_library() == run.library


def test_a_note_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    places.config_folder().parent.mkdir(parents=True, exist_ok=True)
    places.config_folder().touch()
    code, document = run.json("move", tmp_path / "disk")
    assert code == 3
    assert "The old one goes on being used" in document["error"]["sentence"]
    assert places.default_library() == run.library
