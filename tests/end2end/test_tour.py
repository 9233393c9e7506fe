"""The scripted tour: what a first user does, by mouse and keyboard, on a screen of its own where there is Xvfb."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.program import PROJECT
from tests.helpers.screens import own_screen

GROUPS = PROJECT / "tests" / "photos" / "groups"
STEPS = ["add", "drop_picture", "crop", "refine", "filter", "compare", "export", "trash", "undo"]
MOST_MS = 500
PATIENCE_S = 400  # on a busy machine; some forty seconds else
# Only tells for how long it was not given the processor at most: on a busy machine the window is not, either.
IDLER = """
import select, sys, time
last, longest = time.perf_counter(), 0.0
while not select.select([sys.stdin], [], [], 0.016)[0]:
    now = time.perf_counter()
    last, longest = now, max(longest, now - last)
print(round(1000 * longest))
"""


def go(folder: Path, home: Path) -> float:
    """Go on the tour in this folder -> for how many ms the window did not answer, less what an idle process waited."""
    photos, data = folder / "photos", folder / "data"  # below `data` is the trash, too
    shutil.copytree(GROUPS, photos)
    variables = {
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_DATA_HOME": str(data),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "RESIGHT_LIBRARY": str(folder / "library"),
    }
    with own_screen() as screen:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        idler = subprocess.Popen([sys.executable, "-c", IDLER], text=True, **pipes)
        try:
            done = subprocess.run(
                [sys.executable, "-m", "tests.helpers.tour", str(photos)],
                cwd=PROJECT, env=os.environ | variables | screen, capture_output=True, text=True, timeout=PATIENCE_S,
            )  # fmt: skip
        finally:
            stalled_ms = int(idler.communicate()[0])
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    is_on_screen = told["platform"] != "offscreen"
    assert told["platform"] == screen["QT_QPA_PLATFORM"]
    assert told["done"] == ([*STEPS, "capture"] if is_on_screen else STEPS)
    assert told["hits"][0] == f"chair/{'image012' if is_on_screen else 'image006'}.jpg"
    assert sorted(path.name for path in photos.rglob("*.jpg")) == sorted(path.name for path in GROUPS.rglob("*.jpg"))
    assert not list((data / "Trash" / "files").iterdir())
    assert "image006.jpg" in (folder / "hits.html").read_text(encoding="utf-8")
    step, longest_ms = max(told["gaps_ms"].items(), key=lambda item: item[1])
    found = f"no answer for {longest_ms:.0f} ms at most ({step}); an idle process had to wait {stalled_ms} ms"
    sys.stdout.write(f"tour on {told['platform']}: {found}\n")
    return longest_ms - stalled_ms


@pytest.mark.timeout(900)
def test_the_tour_is_gone_to_its_end_and_the_window_answers_all_the_time(tmp_path: Path, home: Path) -> None:
    """Gone on a second time if the first took too long: then libraries may have been read from the disk first."""
    gaps_ms = [go(tmp_path / "first", home)]
    if gaps_ms[0] > MOST_MS:
        gaps_ms.append(go(tmp_path / "second", home))
    assert gaps_ms[-1] <= MOST_MS, gaps_ms
