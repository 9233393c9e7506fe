"""The launcher, what it says when something is missing, the files for desktops, and what an installation holds."""

from __future__ import annotations

import ast
import configparser
import csv
import importlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGING = ROOT / "packaging"
IS_LINUX = sys.platform.startswith("linux")


@pytest.fixture(scope="module")
def launcher() -> Iterator[dict[str, ModuleType]]:
    """The launcher's modules by name; they are scripts beside each other, not a package."""
    names = ["launch", "installation", "system_packages", "desktop_entry"]
    sys.path.insert(0, str(PACKAGING))
    try:
        yield {name: importlib.import_module(name) for name in names}
    finally:
        sys.path.remove(str(PACKAGING))
        for name in names:
            sys.modules.pop(name, None)


# ---- a first start, for real ------------------------------------------------------------------------------------

PROGRAM = """\
import json, os, sys, greeting
print(json.dumps([sys.argv[1:], os.getcwd(), greeting.WORDS, sys.prefix]))
"""
SLOW_BUILD = """\
import os, time
def build_wheel(*_):
    open(os.environ["STARTED"], "w").close()
    time.sleep(600)
"""


def make_wheel(folder: Path, name: str, module: str, version: str = "1") -> Path:
    """A library with one module (and an empty Qt), as pip installs it without any index."""
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{name}.py", module)
        archive.writestr("PySide6/QtWidgets.py", "")
        information = f"{name}-{version}.dist-info"
        archive.writestr(f"{information}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{information}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{information}/RECORD", "")
    return wheel


class SmallCheckout:
    """A checkout with our launcher, a program of two lines and one library; everything in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "a checkout, with ünusual % name"
        self.home = folder / "home"
        self.library = make_wheel(folder, "greeting", "WORDS = 'good morning'")
        self.first: subprocess.CompletedProcess[str] | None = None
        shutil.copytree(PACKAGING, self.folder / "packaging")
        (self.folder / "app").mkdir()
        (self.folder / "app" / "__main__.py").write_text(PROGRAM)
        (self.folder / "app" / "seldom.py").write_text("USED = False")
        self.depend_on(self.library)

    def depend_on(self, library: Path) -> None:
        """Rewrite pyproject.toml so that this is the one library."""
        requirement = f"{library.name.partition('-')[0]} @ {library.as_uri()}"
        project = f'[project]\nname = "resight"\ndependencies = ["{requirement}"]\n'
        (self.folder / "pyproject.toml").write_text(project + "[project.optional-dependencies]\ntest = []\n")

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, str(self.folder / "packaging" / "launch.py"), *arguments]

    def variables(self) -> dict[str, str]:
        settings = {"RESIGHT_HOME": str(self.home), "PIP_NO_INDEX": "1", "QT_QPA_PLATFORM": "offscreen"}
        return {**os.environ, **settings}

    def start(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env=self.variables(),
            cwd=cwd or self.folder,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    def environment(self) -> Path:
        """The private environment, of which there is one."""
        (folder,) = (path for path in self.home.glob("runtime-*") if path.is_dir())
        return folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> SmallCheckout:
    """A checkout that has been started once."""
    checkout = SmallCheckout(tmp_path_factory.mktemp("launch"))
    first = checkout.start("--", "one", "two words", "--json")
    assert first.returncode == 0, first.stderr
    checkout.first = first
    return checkout


def test_first_start_installs_and_becomes_the_program(installed: SmallCheckout) -> None:
    first = installed.first
    assert first is not None
    arguments, folder, words, prefix = json.loads(first.stdout)
    assert arguments == ["one", "two words", "--json"]
    assert Path(folder) == installed.folder
    assert words == "good morning"
    assert Path(prefix) == installed.environment()
    assert [line[:3] for line in first.stderr.splitlines() if re.match(r"\d/4 .*(:|Starting)", line)] == [
        "1/4",
        "2/4",
        "3/4",
        "4/4",
    ]


def test_no_start_has_to_compile_the_program(installed: SmallCheckout) -> None:
    assert list((installed.folder / "app" / "__pycache__").glob("seldom.*.pyc"))


def test_second_start_says_nothing_and_installs_nothing(installed: SmallCheckout) -> None:
    log = next(installed.home.glob("runtime-*.log"))
    before = log.stat().st_mtime_ns
    second = installed.start("--", "again")
    assert json.loads(second.stdout)[0] == ["again"]
    assert second.stderr == ""
    assert log.stat().st_mtime_ns == before


def test_second_start_costs_less_than_a_tenth_of_a_second(installed: SmallCheckout) -> None:
    python = installed.environment() / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def seconds(command: list[str]) -> float:
        times = []
        for _ in range(7):
            started_s = time.perf_counter()
            subprocess.run(
                command, env=installed.variables(), cwd=installed.folder, stdout=subprocess.DEVNULL, check=True
            )
            times.append(time.perf_counter() - started_s)
        return min(times)

    assert seconds(installed.command("--")) - seconds([str(python), "-I", "-m", "app"]) < 0.1


def test_program_is_not_shadowed_by_the_folder_it_is_started_in(installed: SmallCheckout, tmp_path: Path) -> None:
    for name in ("app", "greeting", "json"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('the wrong one')")
    done = installed.start("--", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert Path(json.loads(done.stdout)[1]) == tmp_path


def test_tools_run_in_the_environment(installed: SmallCheckout) -> None:
    done = installed.start("tool", "python", "--", "-c", "import greeting; print(greeting.WORDS)")
    assert done.stdout.strip() == "good morning"
    assert installed.start("tool", "no-such-tool").returncode == 2


def test_changed_libraries_are_brought_up_to_date(installed: SmallCheckout) -> None:
    kept = installed.environment() / "kept"
    kept.touch()
    installed.depend_on(make_wheel(installed.home.parent, "greeting", "WORDS = 'good evening'", version="2"))
    done = installed.start("--")
    assert json.loads(done.stdout)[2] == "good evening", done.stderr
    assert kept.exists(), "an update does not start from nothing"


def test_failed_installation_says_why_and_can_be_repeated(tmp_path: Path) -> None:
    checkout = SmallCheckout(tmp_path)
    checkout.depend_on(tmp_path / "missing-1-py3-none-any.whl")
    done = checkout.start("--")
    assert done.returncode == 1
    assert done.stdout == ""
    log = next(checkout.home.glob("runtime-*.log"))
    assert str(log) in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert "missing-1-py3-none-any.whl" in log.read_text()

    checkout.depend_on(checkout.library)
    assert json.loads(checkout.start("--").stdout)[2] == "good morning"


@pytest.mark.skipif(os.name == "nt", reason="kills as POSIX does")
def test_killed_installation_is_made_anew(tmp_path: Path) -> None:
    checkout = SmallCheckout(tmp_path)
    slow = tmp_path / "slow"
    slow.mkdir()
    (slow / "backend.py").write_text(SLOW_BUILD)
    (slow / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "slow"\nversion = "1"\n'
    )
    checkout.depend_on(slow)
    started = tmp_path / "started"
    process = subprocess.Popen(
        checkout.command("--"),
        env={**checkout.variables(), "STARTED": str(started)},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline_s = time.monotonic() + 60
        while not started.exists() and time.monotonic() < deadline_s:
            time.sleep(0.05)
        assert started.exists()
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    environment = checkout.environment()
    assert (environment / "unfinished").exists()
    assert not (environment / "stamp.json").exists()
    (environment / "half-written").touch()

    checkout.depend_on(checkout.library)
    assert json.loads(checkout.start("--").stdout)[2] == "good morning"
    assert not (environment / "half-written").exists()
    assert not (environment / "unfinished").exists()


def test_uninstalling_leaves_the_library(tmp_path: Path) -> None:
    checkout = SmallCheckout(tmp_path)
    assert checkout.start("--").returncode == 0
    photos_are_known = checkout.home / "library" / "catalogue.sqlite"
    photos_are_known.parent.mkdir()
    photos_are_known.touch()
    environment = checkout.environment()
    done = subprocess.run(
        checkout.command("uninstall"),
        env={**checkout.variables(), "XDG_DATA_HOME": str(tmp_path / "data")},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert not environment.exists()
    assert list(checkout.home.iterdir()) == [photos_are_known.parent]
    assert photos_are_known.exists()


# ---- what it says -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "own", "rest"),
    [
        ([], ("start", None, False), []),
        (["--", "open", "a.jpg"], ("start", None, False), ["open", "a.jpg"]),
        (["test", "--", "-k", "x", "--", "y"], ("test", None, False), ["-k", "x", "--", "y"]),
        (["install", "--test"], ("install", None, True), []),
        (["tool", "ruff", "--", "check"], ("tool", "ruff", True), ["check"]),
    ],
)
def test_arguments(
    launcher: dict[str, ModuleType], arguments: list[str], own: tuple[str, str | None, bool], rest: list[str]
) -> None:
    options, found = launcher["launch"].parse(arguments)
    assert (options.command, options.name, options.test) == own
    assert found == rest


@pytest.mark.parametrize("arguments", [["index", "Photos"], ["tool"], ["test", "extra"], ["--json"]])
def test_misplaced_arguments_are_refused(launcher: dict[str, ModuleType], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        launcher["launch"].parse(arguments)
    assert stopped.value.code == 2


def test_unfitting_python_is_told(launcher: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher["launch"], "PYTHONS", ((2, 99),))
    with pytest.raises(SystemExit) as stopped:
        launcher["launch"].use_fitting_python()
    here = ".".join(map(str, sys.version_info[:2]))
    assert f"but this is {here}" in str(stopped.value)


def test_supported_pythons_agree(launcher: dict[str, ModuleType]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {f"Programming Language :: Python :: {major}.{minor}" for major, minor in launcher["launch"].PYTHONS}
    assert named == {text for text in project["classifiers"] if text.startswith("Programming Language")}
    for launching in (PACKAGING / "windows" / "Resight.bat", PACKAGING / "macos" / "Resight.command"):
        text = launching.read_text(encoding="utf-8")
        assert all(f"{major}.{minor}" in text for major, minor in launcher["launch"].PYTHONS)


@pytest.mark.parametrize(
    ("log", "told"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        (
            "WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3."
            "connection.HTTPSConnection object>: Failed to establish a new connection: [Errno -3] Temporary failure in "
            "name resolution')'\nERROR: Could not find a version that satisfies the requirement torch",
            "could not be downloaded",
        ),
        ("bindings.cpp:1:10: fatal error: Python.h: No such file or directory", "has to be compiled"),
        ("error: command 'g++' failed: No such file or directory", "has to be compiled"),
        ("error: command '/usr/bin/x86_64-linux-gnu-gcc' failed with exit code 1", "has to be compiled"),
        ("error: Microsoft Visual C++ 14.0 or greater is required.", "has to be compiled"),
        ("ERROR: ResolutionImpossible", "What pip said is in"),
    ],
)
def test_failures_of_pip_become_sentences(
    launcher: dict[str, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: str, told: str
) -> None:
    monkeypatch.setenv("RESIGHT_HOME", str(tmp_path))
    environment = launcher["launch"].Environment()
    environment.log_file.write_text(log)
    sentence = launcher["installation"]._failure(environment)
    assert told in sentence
    assert "{" not in sentence


@pytest.mark.skipif(not IS_LINUX, reason="packages of Linux distributions")
@pytest.mark.parametrize(
    ("family", "command"),
    [
        ({"ubuntu", "debian"}, "sudo apt install libegl1 libxcb-cursor0"),
        ({"fedora"}, "sudo dnf install libglvnd-egl xcb-util-cursor"),
        ({"arch"}, "(Debian and Ubuntu) or"),
    ],
)
def test_missing_qt_libraries_are_named_with_their_packages(
    launcher: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch, family: set[str], command: str
) -> None:
    packages = launcher["system_packages"]
    monkeypatch.setattr(packages, "_linux_family", lambda: family)
    monkeypatch.setattr(packages, "_loads", lambda name: name not in ("libEGL.so.1", "libxcb-cursor.so.0"))
    for variable in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)
    missing = packages.missing_qt_libraries(offscreen=False)
    assert missing == ["libEGL.so.1", "libxcb-cursor.so.0"]
    assert command in packages.qt_sentence(missing)
    assert packages.missing_qt_libraries(offscreen=True) == ["libEGL.so.1"]


@pytest.mark.skipif(not IS_LINUX, reason="shared libraries of Linux")
def test_libraries_are_really_looked_for(launcher: dict[str, ModuleType]) -> None:
    assert launcher["system_packages"]._loads("libc.so.6")
    assert not launcher["system_packages"]._loads("libresight-does-not-exist.so.1")


def test_missing_compiler_is_told_before_the_big_download(
    launcher: dict[str, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = launcher["installation"]
    monkeypatch.setenv("RESIGHT_HOME", str(tmp_path))
    environment = launcher["launch"].Environment()
    environment.folder.mkdir()
    environment.log_file.touch()
    asked: list[tuple[str, ...]] = []

    def pip_without_a_fitting_wheel(_environment: object, _step: object, *arguments: str) -> int:
        asked.append(arguments)
        return 1

    monkeypatch.setattr(installation, "_pip", pip_without_a_fitting_wheel)
    monkeypatch.setattr(launcher["system_packages"], "can_compile", lambda: False)
    with pytest.raises(installation.SetupError, match="C\\+\\+ compiler"):
        installation._install_libraries(environment, test=False)
    assert len(asked) == 1
    assert not any(argument.startswith("torch") for argument in asked[0])
    assert environment.stamp() == {}


def test_pip_is_never_asked_for_the_broken_qt(launcher: dict[str, ModuleType]) -> None:
    specifiers = pytest.importorskip("packaging.specifiers")
    (qt,) = (name for name in launcher["installation"].requirements(ROOT, test=True) if name.startswith("PySide6"))
    allowed = specifiers.SpecifierSet(re.sub(r"^[\w-]+", "", qt))
    assert not allowed.contains("6.12.0")
    assert allowed.contains("6.11.3")


def test_damaged_stamp_means_not_ready(
    launcher: dict[str, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESIGHT_HOME", str(tmp_path))
    environment = launcher["launch"].Environment()
    environment.scripts.mkdir(parents=True)
    environment.python.touch()
    for content in ("", "[]", "\0", '{"fingerprint": "of another day"}'):
        environment.stamp_file.write_text(content)
        assert not environment.is_ready(test=False, window=False)
    environment.stamp_file.write_text(json.dumps({"fingerprint": environment.fingerprint(), "test": False}))
    assert environment.is_ready(test=False, window=False)
    assert not environment.is_ready(test=True, window=False)
    assert not environment.is_ready(test=False, window=True)
    environment.python.unlink()
    assert not environment.is_ready(test=False, window=False)


# ---- desktops ---------------------------------------------------------------------------------------------------


def desktop_keys(text: str) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser["Desktop Entry"]


def test_desktop_entry_offers_resight_for_pictures() -> None:
    keys = desktop_keys((PACKAGING / "linux" / "resight.desktop").read_text(encoding="utf-8"))
    assert keys["Type"] == "Application"
    assert keys["Exec"] == "resight open %f"
    assert {"image/jpeg", "image/png", "image/heic", "image/*"} <= set(keys["MimeType"].split(";"))
    assert keys["MimeType"].endswith(";")


@pytest.mark.parametrize("name", ["resight", "with space", 'quote " and $HOME and `x`', "100 %f", "back\\slash"])
def test_desktop_entry_starts_this_checkout(launcher: dict[str, ModuleType], name: str) -> None:
    template = (PACKAGING / "linux" / "resight.desktop").read_text(encoding="utf-8")
    checkout = Path("/somewhere") / name
    keys = desktop_keys(launcher["desktop_entry"].fill_in(template, checkout, "/usr/bin/python3"))
    # As a desktop reads it: the escapes of a string, then the quotes of the arguments, then the field codes.
    words = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', keys["Exec"].replace("\\\\", "\\"))
    quoted = [re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word, _ in words[:2]]
    assert quoted == ["/usr/bin/python3", str(checkout / "packaging" / "launch.py")]
    assert [word for _, word in words[2:]] == ["--", "open", "%f"]
    assert keys["Icon"].replace("\\\\", "\\") == str(checkout / "resources" / "icons" / "resight.svg")
    assert "TryExec" not in keys


@pytest.mark.skipif(not IS_LINUX, reason="menus of Linux desktops")
def test_desktop_entry_is_installed_and_removed(
    launcher: dict[str, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    entry = tmp_path / "applications" / "resight.desktop"
    assert launcher["desktop_entry"].install(ROOT, sys.executable) == 0
    assert str(PACKAGING / "launch.py") in entry.read_text(encoding="utf-8")
    assert str(entry) in capsys.readouterr().err
    launcher["desktop_entry"].remove()
    assert not entry.exists()


def test_metainfo_belongs_to_the_desktop_entry() -> None:
    component = ElementTree.parse(PACKAGING / "linux" / "resight.metainfo.xml").getroot()
    assert component.findtext("launchable") == "resight.desktop"
    assert component.findtext("project_license") == "Apache-2.0"


def test_icon_is_there() -> None:
    assert ElementTree.parse(ROOT / "resources" / "icons" / "resight.svg").getroot().tag.endswith("svg")


@pytest.mark.skipif(os.name == "nt", reason="POSIX shells")
@pytest.mark.parametrize(("script", "shell"), [("packaging/macos/Resight.command", "sh"), (".ci/run", "bash")])
def test_shell_scripts_are_runnable(script: str, shell: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
    subprocess.run([shell, "-n", str(ROOT / script)], check=True)


def test_windows_launcher_has_the_line_ends_windows_needs() -> None:
    content = (PACKAGING / "windows" / "Resight.bat").read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n") > 10
    assert b"packaging\\launch.py" in content


def test_ci_installs_what_the_launcher_asks_for(launcher: dict[str, ModuleType]) -> None:
    tables = launcher["system_packages"].QT_LIBRARIES | launcher["system_packages"].X11_LIBRARIES
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    listed = set(re.search(r"system_packages=\((.*?)\)", text, flags=re.DOTALL)[1].split())  # type: ignore[index]
    assert {debian for debian, _ in tables.values()} <= listed


# ---- what is installed ------------------------------------------------------------------------------------------


def test_libraries_asked_for_are_those_used(launcher: dict[str, ModuleType]) -> None:
    names = {
        "PIL": "pillow",
        "PySide6": "PySide6-Essentials",
        "cv2": "opencv-python-headless",
        "shiboken6": "PySide6-Essentials",
    }
    used = set()
    for path in [*ROOT.glob("app/**/*.py"), *ROOT.glob("engine/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                used |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                used.add((node.module or "").partition(".")[0])
    used -= {*sys.stdlib_module_names, "app", "engine", "__future__"}
    asked_for = {re.split(r"[<>=!;\s]", line)[0] for line in launcher["installation"].requirements(ROOT, test=False)}
    assert {names.get(name, name).replace("_", "-") for name in used} == asked_for


@pytest.mark.slow
def test_wheel_holds_the_program_and_what_it_needs(tmp_path: Path) -> None:
    pytest.importorskip("setuptools", minversion="77")
    source = tmp_path / "source"
    for name in ("app", "engine", "resources"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, source / name)
    code = f"from setuptools.build_meta import build_wheel; build_wheel({str(tmp_path)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=source, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (entry_points,) = (name for name in names if name.endswith("entry_points.txt"))
        assert "resight = app.cli:main" in archive.read(entry_points).decode()
    shipped = {path.relative_to(ROOT).as_posix() for path in (ROOT / "resources").rglob("*") if path.is_file()}
    assert shipped <= names
    assert {"app/__main__.py", "engine/api.py", "engine/actnet/network.py"} <= names
    assert {Path(name).name for name in names if "/licenses/" in name} == {"LICENSE", "NOTICE"}
    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == {"app", "engine", "resources"}


def test_every_test_photo_has_its_licence() -> None:
    folder = ROOT / "tests" / "photos"
    with (folder / "LICENSES.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    photos = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.*") if path.suffix != ".tsv"}
    assert {row["file"] for row in rows} == set(photos)
    assert {row["licence"] for row in rows} <= {"CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0"}
    assert all(row["author"] and row["source"] for row in rows)
    assert sum(path.stat().st_size for path in photos.values()) <= 6_000_000
    assert not any(folder.rglob("*.safetensors"))
