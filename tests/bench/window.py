"""The window: how soon it is painted after the program is started, and whether it ever stops answering while photos are
indexed and searched (`tuning_speed.py` asks the same while the model is tuned). It is drawn in memory, so no screen is
needed; the engine is the real one.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Protocol

from bench_tools import PROJECT, Bar, make_parser, make_photos, percentile, pictures_in, report, say, work_folder

SIZE_PX = (1600, 1200)
SEARCH_EVERY_MS = 400
N_STARTS = 5


class Errand(Protocol):
    """Something to be done in the window while it is watched."""

    def step(self, window: Any) -> str:
        """Called now and then: begins what is to be done -> what is being done; empty when all is done."""


class Indexing:
    """Photos are added."""

    def __init__(self, photos: str) -> None:
        self._photos = photos
        self._is_begun = False

    def step(self, window: Any) -> str:
        if not self._is_begun:
            self._is_begun = True
            window.jobs.add_folders([self._photos])
            return "indexing"
        return "indexing" if window.jobs.is_busy() else ""


class Tuning:
    """A model is made from the marks of the library, and kept if it is proposed."""

    def __init__(self) -> None:
        self._doing = ""

    def step(self, window: Any) -> str:
        if not self._doing:
            self._doing = "tuning"
            window.teaching.show()
            window.teaching.dialog.models.tune.click()
            return self._doing
        models = window.teaching.dialog.models
        if models.keep.isVisible():
            self._doing = "switching"
            models.keep.click()
        elif not models.stop.isVisible():
            return ""
        return self._doing


def errand_of(words: list[str]) -> Errand | None:
    """`index FOLDER`, `tune`, or nothing."""
    return {"index": Indexing, "tune": Tuning}[words[0]](*words[1:]) if words else None


def in_window(library: Path, queries: str, errand: Errand | None) -> None:
    """In a process of its own: open the window, do the errand while searching, and print what was measured."""
    import psutil
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication

    from app import places
    from app.main_window import MainWindow
    from app.window import open_window
    from tests.helpers.stopwatch import Stopwatch

    app = QApplication(["resight"])
    started_s = psutil.Process().create_time()
    figures: dict[str, Any] = {}
    pictures = itertools.cycle(map(str, pictures_in(Path(queries)))) if queries else None
    gaps_ms: dict[str, list[float]] = {}
    doing = ""

    def window() -> MainWindow:
        return next(widget for widget in app.topLevelWidgets() if isinstance(widget, MainWindow))

    class FirstPaint(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and "painted_s" not in figures:
                figures["painted_s"] = time.time() - started_s
                figures["heavy"] = [name for name in ("torch", "numpy", "hnswlib", "openvino") if name in sys.modules]
                if errand is None:
                    QTimer.singleShot(0, window().close)
            return False

    def work() -> None:
        """Called now and then: the errand begins when the engine is ready; searches meanwhile, closes at the end."""
        nonlocal doing
        status = window()._status
        if errand is None or status is None or not status.device.startswith("cpu"):
            return
        if doing:
            gaps_ms.setdefault(doing, []).extend(stopwatch.gaps_ms)
        stopwatch.gaps_ms = []  # the gap that has begun is kept
        doing = errand.step(window())
        if doing:
            window().open_picture(next(pictures))
        else:
            timer.stop()
            window().close()

    paint = FirstPaint()
    app.installEventFilter(paint)
    stopwatch = Stopwatch()
    timer = QTimer()
    timer.timeout.connect(work)
    if errand is not None:
        timer.start(SEARCH_EVERY_MS)
    model, cache = places.default_model(), places.cache_folder()
    open_window(places.WindowArguments(library=library, picture=None, model=model, cache=cache, device="cpu"))
    print(json.dumps(figures | {"gaps_ms": gaps_ms}))  # noqa: T201 - this process's answer


def measure(work: Path, library: Path, queries: str = "", errand: tuple[str, ...] = ()) -> dict[str, Any]:
    """Open the window on a library, searching with pictures of the folder `queries` during the errand: `errand_of`."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(work / "config")}
    done = subprocess.run(
        [sys.executable, __file__, "--in-window", str(library), queries, *errand],
        cwd=PROJECT, env=environment, stdout=subprocess.PIPE, check=True, timeout=1800,
    )
    return json.loads(done.stdout.splitlines()[-1])


def main() -> int:
    if sys.argv[1:2] == ["--in-window"]:
        in_window(Path(sys.argv[2]), sys.argv[3], errand_of(sys.argv[4:]))
        return 0
    parser = make_parser(__doc__)
    parser.add_argument("--n", type=int, default=400, help="number of photos to index")
    options = parser.parse_args()
    sources = pictures_in(options.photos)
    with work_folder(options.work) as work:
        photos, queries, library = work / f"photos-{options.n}", work / "strangers", work / "library"
        say("Making the photos ...")
        make_photos(photos, sources, options.n, SIZE_PX, seed=6)
        make_photos(queries, sources, 20, SIZE_PX, seed=8)
        shutil.rmtree(library, ignore_errors=True)
        say("Opening the window ...")
        first_run = [measure(work, work / f"new-{i}") for i in range(N_STARTS)]
        say("Indexing and searching in the window ...")
        busy = measure(work, library, str(queries), ("index", str(photos)))
        again = [measure(work, library) for _ in range(N_STARTS)]
    starts = {"first_run": first_run, "known_library": again}
    painted = {name: percentile([run["painted_s"] for run in runs], 0.5) for name, runs in starts.items()}
    gaps_ms = busy["gaps_ms"]["indexing"]
    bars = [
        Bar("from start to first paint, s (median)", max(painted.values()), most=1.5),
        Bar("heavy packages imported before", len({name for run in first_run for name in run["heavy"]}), most=0),
        Bar("longest gap of the event loop, ms", max(gaps_ms), most=100),
    ]
    figures = {
        "painted_s": {name: round(seconds, 2) for name, seconds in painted.items()},
        "gap_ms": {"p99": round(percentile(gaps_ms, 0.99), 1), "max": round(max(gaps_ms), 1), "ticks": len(gaps_ms)},
    }
    return report("window", bars, figures, options.markdown)


if __name__ == "__main__":
    sys.exit(main())
