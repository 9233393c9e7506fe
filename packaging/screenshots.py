"""Pictures of the window in all its states, for the user guide and for looking at: `python packaging/screenshots.py`.

The real window runs on the real engine and the real model, without a screen, on the photos of tests/photos. Without
options it makes the pictures that the documentation shows, into docs/screenshots:

    python packaging/screenshots.py
    python packaging/screenshots.py /tmp/pictures --all             every state at both sizes, schemes and languages
    python packaging/screenshots.py /tmp/pictures --sizes 2560x1440 --schemes dark --languages ja --states box,heat

What is shown is a home folder made for this, `--home`, whose name is to be read in some of the pictures. Pictures in
Japanese need a font that has Japanese.
"""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIZES = {"1280x800": (1280, 800, 1), "2560x1440": (1280, 720, 2)}  # logical width and height, scale factor
SCHEMES = ("light", "dark")
LANGUAGES = ("en", "ja")
# What the repository keeps, see docs/guide.md: everything once, and some of it in the dark and in Japanese.
IN_DARK = ("first-run", "results", "box", "duplicates")
IN_JAPANESE = (
    "first-run", "samples", "results", "box", "parts", "filters", "duplicates", "why-not", "teaching", "settings",
)  # fmt: skip


@dataclass(frozen=True)
class Variant:
    """One way to show all states. `states`: only these; empty: all."""

    size: str
    scheme: str
    language: str
    states: tuple[str, ...] = ()

    def name(self, state: str) -> str:
        """The name of the picture of a state: what is usual is not named."""
        parts = (
            "" if self.scheme == SCHEMES[0] else self.scheme,
            "" if self.language == LANGUAGES[0] else self.language,
        )
        scale = SIZES[self.size][2]
        return "-".join((state, *filter(None, parts))) + (f"@{scale}x" if scale > 1 else "") + ".png"

    def words(self) -> list[str]:
        """As arguments of `--one`."""
        return [self.size, self.scheme, self.language, ",".join(self.states)]


def main() -> None:
    """Draw every variant in a process of its own: the scale factor is set once per process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, nargs="?", default=ROOT / "docs" / "screenshots", help="folder for pictures")
    parser.add_argument("--all", action="store_true", help="every state in every variant")
    parser.add_argument("--sizes", help="of " + ", ".join(SIZES))
    parser.add_argument("--schemes", help="of " + ", ".join(SCHEMES))
    parser.add_argument("--languages", help="of " + ", ".join(LANGUAGES))
    parser.add_argument("--states", default="", help="only these, separated by commas")
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir(), "mia"), help="the home folder shown")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.one:
        size, scheme, language, states = options.one
        draw(options, Variant(size, scheme, language, tuple(filter(None, states.split(",")))))
        return
    for variant in variants(options):
        print(*variant.words(), flush=True)
        command = [sys.executable, *sys.argv, "--one", *variant.words()]
        subprocess.run(command, check=True, env=environment(options, variant))


def variants(options: argparse.Namespace) -> list[Variant]:
    """Which variants were asked for."""
    states = tuple(filter(None, options.states.split(",")))
    if not (options.all or options.sizes or options.schemes or options.languages):
        size = next(iter(SIZES))
        kept = (("light", "en", ()), ("dark", "en", IN_DARK), ("light", "ja", IN_JAPANESE))
        wanted = [Variant(size, scheme, language, of) for scheme, language, of in kept]
        if not states:
            return wanted
        return [Variant(v.size, v.scheme, v.language, states) for v in wanted if set(states) <= set(v.states or states)]
    return [
        Variant(size, scheme, language, states)
        for size in (options.sizes or ",".join(SIZES)).split(",")
        for scheme in (options.schemes or ",".join(SCHEMES)).split(",")
        for language in (options.languages or ",".join(LANGUAGES)).split(",")
    ]


def environment(options: argparse.Namespace, variant: Variant) -> dict[str, str]:
    """Without a screen, and with a home folder in which nothing is but what is made here."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "RESIGHT_"))}
    return ours | {
        "HOME": str(options.home),
        "QT_QPA_PLATFORM": "offscreen",
        "QT_SCALE_FACTOR": str(SIZES[variant.size][2]),
    }


def draw(options: argparse.Namespace, variant: Variant) -> None:
    """Open the window in this process and save its states."""
    sys.path[:0] = [str(ROOT), str(ROOT / "packaging")]
    from PySide6.QtWidgets import QApplication
    from screenshot_photos import Photos
    from screenshot_states import Tour

    from app import languages, places, settings, theme
    from app.file_manager import FileManager
    from app.icons import app_icon
    from app.notify import Notifier
    from app.runtime import GarbageCollection, log_qt_messages

    photos = Photos(options.home)
    shutil.rmtree(places.config_folder(), ignore_errors=True)
    if not variant.states or set(variant.states) & {"first-run", "indexing"}:
        shutil.rmtree(places.data_folder(), ignore_errors=True)
    app = QApplication(["resight"])
    log_qt_messages()
    logging.getLogger("qt").setLevel(logging.ERROR)  # where there is no screen, Qt warns of what there is not
    collector = GarbageCollection(app)
    app.setWindowIcon(app_icon())
    theme.apply(app, variant.scheme)
    languages.set_preference(variant.language)
    width, height, _ = SIZES[variant.size]
    arguments = places.WindowArguments(
        places.default_library(), None, places.default_model(), places.cache_folder(), "auto"
    )
    choices = settings.SettingsFile(places.config_folder() / "settings.toml")
    choices.change(theme=variant.scheme, language=variant.language)
    tour = Tour(
        arguments, choices, settings.window_state(places.config_folder()), Notifier(app), FileManager(parent=app),
        photos, (width, height),
    )
    tour.save = lambda state, image: save(image, options.out / variant.name(state), state, variant.states)
    tour.go(variant.states)
    collector.stop()


def save(image: object, path: Path, state: str, wanted: tuple[str, ...]) -> None:
    """Write a picture of the window as a small PNG, if it is wanted."""
    if wanted and state not in wanted:
        return
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder, "whole.png")
        image.save(str(whole))
        compress(whole, path)
    print(f"  {path.name}: {path.stat().st_size // 1000} kB", flush=True)


def compress(source: Path, target: Path) -> None:
    """Write a PNG of 256 colours: those of the window itself exactly, those of photos as near as dots of them come."""
    from PIL import Image

    with Image.open(source) as opened:
        image = opened.convert("RGB")
    counted = sorted(image.getcolors(image.width * image.height), reverse=True)
    exact = [colour for number, colour in counted[:_N_EXACT] if number * _LEAST_SHARE >= image.width * image.height]
    ours = set(exact)
    others = [part for number, colour in counted if colour not in ours for part in colour * min(number, _MOST_OF_ONE)]
    rest = Image.frombytes("RGB", (len(others) // 3, 1), bytes(others))
    colours = rest.quantize(256 - len(exact), Image.Quantize.MEDIANCUT, kmeans=3).getpalette()
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in exact for part in colour] + colours[: 3 * (256 - len(exact))])
    image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(target, optimize=True)


_N_EXACT = 64
_LEAST_SHARE = 8_000  # one pixel of so many
_MOST_OF_ONE = 4  # a colour counts no more often: a wall or a sky would take all there are

if __name__ == "__main__":
    main()
