"""What Resight needs of the operating system, and how the packages are called that bring it. Standard library only."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import sys
import sysconfig
from pathlib import Path

# Library -> its package on (Debian and Ubuntu, Fedora). QtGui needs the first table whatever it draws on.
QT_LIBRARIES = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libX11.so.6": ("libx11-6", "libX11"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libgthread-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libz.so.1": ("zlib1g", "zlib"),
}
X11_LIBRARIES = {
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
}


def missing_qt_libraries(offscreen: bool) -> list[str]:
    """The shared libraries that Qt's window would not find here; `offscreen`: when it draws into memory only."""
    if not sys.platform.startswith("linux"):
        return []
    wanted = list(QT_LIBRARIES)
    platform = os.environ.get("QT_QPA_PLATFORM") or ("wayland" if os.environ.get("WAYLAND_DISPLAY") else "xcb")
    if not offscreen and platform.startswith("xcb"):
        wanted += X11_LIBRARIES
    return [library for library in wanted if not _loads(library)]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def qt_sentence(libraries: list[str]) -> str:
    """What to say when these libraries are missing."""
    known = QT_LIBRARIES | X11_LIBRARIES
    return (
        f"Resight's window needs system libraries that are missing here ({', '.join(libraries)}): install them with "
        f"`{_install_command([known.get(library, (library, library)) for library in libraries])}` and start again."
    )


def can_compile() -> bool:
    """Whether a C++ compiler and Python's headers seem to be here."""
    if os.name == "nt":
        installer = Path(os.environ.get("PROGRAMFILES(X86)", "C:\\")) / "Microsoft Visual Studio" / "Installer"
        return bool(shutil.which("cl")) or (installer / "vswhere.exe").exists()
    compilers = (os.environ.get("CXX", "").split(" ")[0], "c++", "g++", "clang++")
    header = Path(sysconfig.get_path("include")) / "Python.h"
    return header.exists() and any(name and shutil.which(name) for name in compilers)


def compiler_sentence() -> str:
    """What to say when hnswlib has to be compiled, and cannot be."""
    if os.name == "nt":
        remedy = "install the “Microsoft C++ Build Tools” (visualstudio.microsoft.com/visual-cpp-build-tools)"
    elif sys.platform == "darwin":
        remedy = "run `xcode-select --install`"
    else:
        compiler, headers = ("build-essential", "gcc-c++"), ("python3-dev", "python3-devel")
        remedy = f"run `{_install_command([compiler, headers])}`"
    return (
        "Resight's search index (hnswlib) has to be compiled here, but there is no C++ compiler with Python's headers: "
        f"{remedy} and start again."
    )


def venv_sentence() -> str:
    """What to say when this Python cannot make environments, as Debian splits that off."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    package = f"python{version}-venv" if Path(sys.executable).name == f"python{version}" else "python3-venv"
    return (
        "This Python cannot make a private environment, because its modules venv and ensurepip are missing: "
        f"run `{_install_command([(package, 'python3')])}` and start again."
    )


def _install_command(packages: list[tuple[str, str]]) -> str:
    debian, fedora = (" ".join(sorted(set(names))) for names in zip(*packages, strict=True))
    family = _linux_family()
    if "fedora" in family or "rhel" in family:
        return f"sudo dnf install {fedora}"
    if "debian" in family or "ubuntu" in family:
        return f"sudo apt install {debian}"
    return f"sudo apt install {debian}` (Debian and Ubuntu) or `sudo dnf install {fedora}"


def _linux_family() -> set[str]:
    """The words by which this distribution names itself and those it derives from."""
    try:
        text = Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return set()
    return set(" ".join(re.findall(r'^ID(?:_LIKE)?="?([^"\n]*)"?$', text, flags=re.MULTILINE)).split())
