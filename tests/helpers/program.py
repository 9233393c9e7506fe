"""The whole program in processes of its own: `python -m app`, as people and scripts run it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


class Program:
    """Runs `resight` with one library, and a home folder whose cache is shared by all tests.

    `under` is what the program is run by, such as strace with its options.
    """

    def __init__(self, library: Path, home: Path, under: Sequence[str] = ()) -> None:
        self.library = library
        self.under = tuple(under)
        self.environment = os.environ | {
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "RESIGHT_LIBRARY": str(library),
        }
        self.environment.pop("RESIGHT_DEVICE", None)

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*self.under, sys.executable, "-m", "app", *map(os.fspath, arguments)],
            cwd=PROJECT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *arguments: str | Path, code: int = 0) -> Done:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=240)
        assert process.returncode == code, err
        assert "Traceback" not in out + err
        return Done(process.returncode, out, err)

    def json(self, *arguments: str | Path, code: int = 0) -> Any:
        return self(*arguments, "--json", code=code).answer

    def descriptors(self) -> tuple[int, int]:
        """(descriptors stored, descriptors ever stored), of whole photos; the codes of their parts are not counted."""
        with closing(sqlite3.connect(f"file:{self.library}/catalogue.sqlite?mode=ro", uri=True)) as connection:
            count = "SELECT COUNT(*) FROM descriptor WHERE kind = ?"
            rows, n_regions = (connection.execute(count, (kind,)).fetchone()[0] for kind in ("whole", "regions"))
            ever = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'descriptor'").fetchone()
        return rows, ever[0] - n_regions if ever else 0
