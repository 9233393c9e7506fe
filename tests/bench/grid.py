"""The results with many hits: how soon they are painted after the engine's answer, how smoothly they scroll, and
whether the window ever stops answering while they are filtered, sorted, grouped and resized.

The window is the real one, drawn in memory, so no screen is needed. The engine is a stand-in that gives its answer at
once: what is measured begins with that answer. Thumbnails are files of their own, as many as there are hits.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench_tools import PROJECT, Bar, make_parser, percentile, pictures_in, report, say, work_folder
from PIL import Image

N_THUMBNAILS = 60  # different pictures; the files are as many as there are hits
THUMBNAIL_PX = 320
FRAME_MS = 16
N_FRAMES = 400
SPEEDS_PX = {"wheel": 120, "page": 900}  # per frame: as a wheel is turned fast; more than all that is in view
CAMERAS = ("NIKON D70", "Canon EOS 5D", "Apple iPhone 12", "")


def make_thumbnails(folder: Path, sources: list[Path], n: int) -> list[Path]:
    """`n` thumbnail files: links to some dozen pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    bases = []
    for number in range(N_THUMBNAILS):
        base = folder / f"base-{number}.jpg"
        if not base.exists():
            with Image.open(sources[number % len(sources)]) as image:
                image = image.convert("RGB")
                image.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
                image.save(base, quality=82)
        bases.append(base)
    files = [folder / f"{number:06d}.jpg" for number in range(n)]
    for number, file in enumerate(files):
        if not file.exists():
            try:
                os.link(bases[number % N_THUMBNAILS], file)
            except OSError:  # a file system without links
                shutil.copy(bases[number % N_THUMBNAILS], file)
    return files


def in_window(folder: Path, n_hits: int, n_photos: int) -> dict[str, Any]:
    """In a process of its own: the figures of one run."""
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QApplication

    from app import settings, theme
    from app.bridge import Bridge
    from app.columns import Facet
    from app.file_manager import FileManager
    from app.main_window import MainWindow
    from app.notify import Notifier
    from app.runtime import GarbageCollection
    from engine.messages import Search
    from engine.types import FolderState, Hit
    from tests.helpers.fake_engine import FakeEngine, make_result, make_status
    from tests.helpers.keeper import keeper_of
    from tests.helpers.stopwatch import Stopwatch

    app = QApplication(["resight"])
    collection = GarbageCollection(app)
    theme.apply(app, theme.LIGHT_SCHEME)
    thumbnails = sorted(path for path in folder.glob("*.jpg") if not path.name.startswith("base"))[:n_hits]
    hits = tuple(
        Hit(
            number + 1, number + 1, f"/photos/{number % 200:03}/{number * 7919 % 1_000_003:07}.jpg",
            1 - number / n_hits, None, file, 4000, 3000 + 2000 * (number % 2),
            taken=f"20{number % 25:02}-05-11T10:00:00",
            camera=CAMERAS[number % 4], stack=number // 4 * 4 + 1,
        )
        for number, file in enumerate(thumbnails)
    )  # fmt: skip
    figures: dict[str, Any] = {}
    answered_s = [0.0]

    def answer(job: Search) -> Any:
        answered_s[0] = time.perf_counter()
        return replace(make_result(job.query, 0, n_photos, n_photos), hits=hits)

    def make_engine(on_event: Callable[..., None]) -> FakeEngine:
        engine = FakeEngine(on_event, make_status((FolderState(1, "/photos", n_photos, n_photos, 0, True),)))
        engine.answers[Search] = answer
        return engine

    bridge = Bridge(make_engine, app)
    config = folder.parent / "config"
    shutil.rmtree(config, ignore_errors=True)
    window = MainWindow(
        bridge, settings.SettingsFile(config / "settings.toml"), settings.window_state(config), Notifier(app),
        FileManager(parent=app), keeper_of(folder.parent / "library"),
    )  # fmt: skip
    window.resize(1280, 800)
    window.show()

    def turn_until(condition: Callable[[], bool], limit_s: float = 60.0) -> None:
        until = time.perf_counter() + limit_s
        while not condition():
            app.processEvents()
            if time.perf_counter() > until:
                raise SystemExit("The window did not get there.")
            time.sleep(0.001)

    def rest(seconds: float) -> None:
        until = time.perf_counter() + seconds
        turn_until(lambda: time.perf_counter() >= until)

    bridge.start()
    turn_until(lambda: window._is_ready)
    rest(0.5)
    grid, model, controls = window.results.grid, window.hits_model, window.results.controls

    class FirstPaint(QObject):
        """Notes when the grid has been painted with rows for the first time."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.UpdateRequest and model.rowCount() and "painted_ms" not in figures:
                window.removeEventFilter(self)
                window.event(event)  # paints
                figures["painted_ms"] = 1000 * (time.perf_counter() - answered_s[0])
                return True
            return False

    paint = FirstPaint()
    window.installEventFilter(paint)
    stopwatch = Stopwatch()
    window.open_picture("/photos/query.jpg")
    turn_until(lambda: "painted_ms" in figures)
    turn_until(lambda: model.columns().is_filled)
    rest(0.5)
    figures["gap_ms"] = {"answer": stopwatch.longest_ms}

    for name, step_px in SPEEDS_PX.items():
        figures.setdefault("frame_ms", {})[name] = scroll(app, grid, step_px)
    for name, act in (
        ("scroll", lambda: grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum() // 2)),
        ("slider", lambda: [(controls.bar.score.setValue(value), rest(0.01)) for value in range(20, 80, 3)]),
        ("slider back", lambda: controls.bar.score.setValue(0)),
        ("filter", lambda: controls.filters.chosen.emit(Facet.CAMERA, frozenset({"NIKON D70"}))),
        ("clear", controls.clear_filters),
        ("by date", lambda: controls.bar.order.choose("date")),
        ("by name", lambda: controls.bar.order.choose("name")),
        ("by score", lambda: controls.bar.order.choose("score")),
        ("folders", lambda: controls.bar.grouping.choose("folder")),
        ("months", lambda: controls.bar.grouping.choose("date")),
        ("no sections", lambda: controls.bar.grouping.choose("none")),
        ("stacks", lambda: controls.set_stacks(True)),
        ("larger", lambda: grid.set_thumbnail_side_px(240)),
        ("resize", lambda: window.resize(1000, 700)),
        ("select all", grid.selectAll),
    ):
        stopwatch.restart()
        act()
        turn_until(lambda: not model.is_arranging())
        rest(0.4)
        figures["gap_ms"][name] = stopwatch.longest_ms
    window.close()
    turn_until(lambda: not window.isVisible())
    collection.stop()
    return figures


def scroll(app: Any, grid: Any, step_px: int) -> dict[str, float]:
    """Scroll down frame by frame, at most as fast as a screen shows them -> what a frame takes.

    "cpu" is the 95th percentile in processor time of this thread, which other programs do not change.
    """
    bar = grid.verticalScrollBar()
    bar.setValue(0)
    frames_ms, cpu_ms = [], []
    for _ in range(N_FRAMES):
        started, cpu_started = time.perf_counter(), time.thread_time()
        bar.setValue(bar.value() + step_px)
        app.processEvents()
        taken_s = time.perf_counter() - started
        frames_ms.append(1000 * taken_s)
        cpu_ms.append(1000 * (time.thread_time() - cpu_started))
        time.sleep(max(0.0, FRAME_MS / 1000 - taken_s))
    return {
        "p50": percentile(frames_ms, 0.5),
        "p95": percentile(frames_ms, 0.95),
        "max": max(frames_ms),
        "cpu": percentile(cpu_ms, 0.95),
    }


def measure(folder: Path, options: Any) -> dict[str, Any]:
    import json

    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(options.scale)}
    arguments = [sys.executable, __file__, "--in-window", str(folder), str(options.hits), str(options.n)]
    done = subprocess.run(arguments, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, check=True, timeout=1800)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> int:
    if sys.argv[1:2] == ["--in-window"]:
        import json

        figures = in_window(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
        sys.stdout.write(json.dumps(figures) + "\n")
        return 0
    parser = make_parser(__doc__)
    parser.add_argument("--n", type=int, default=100_000, help="photos in the library")
    parser.add_argument("--hits", type=int, default=10_000, help="hits of the search")
    parser.add_argument("--runs", type=int, default=3, help="how often; the best of them counts")
    parser.add_argument("--scale", type=float, default=1.0, help="pixels of the screen for one of the window")
    options = parser.parse_args()
    with work_folder(options.work) as work:
        folder = work / "thumbnails"
        say("Making thumbnails ...")
        make_thumbnails(folder, pictures_in(options.photos), options.hits)
        runs = []
        for number in range(options.runs):
            say(f"Run {number + 1} ...")
            runs.append(measure(folder, options))
    painted_ms = min(run["painted_ms"] for run in runs)
    frames = {
        name: {kind: min(run["frame_ms"][name][kind] for run in runs) for kind in ("p50", "p95", "max", "cpu")}
        for name in SPEEDS_PX
    }
    gaps = {name: min(run["gap_ms"][name] for run in runs) for name in runs[0]["gap_ms"]}
    bars = [
        Bar("from the answer to the first paint, ms", painted_ms, most=150),
        Bar("time of a frame while scrolling, p95 ms", frames["wheel"]["p95"], most=16),
        Bar("longest gap of the event loop, ms", max(gaps.values()), most=50),
    ]
    figures = {
        "painted_ms": round(painted_ms, 1),
        "frame_ms": {name: {kind: round(ms, 1) for kind, ms in frame.items()} for name, frame in frames.items()},
        "gap_ms": {name: round(ms, 1) for name, ms in gaps.items()},
    }
    return report("grid", bars, figures, options.markdown)


if __name__ == "__main__":
    sys.exit(main())
