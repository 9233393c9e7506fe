"""What a study has found so far, kept in one file that is written anew after every run, so that nothing is lost.

Plain JSON; one thread.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.errors import StudyError
from engine.storage import LibraryFolder, disk_errors
from engine.study.measuring import Figures
from engine.study.plan import Run

RESULTS = "results.json"
_FORMAT = "resight-study-1"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run came to.

    Args:
        figures: what was measured.
        parameters: stream -> name -> value: the balance, and what its pooling has learnt.
        seconds: how long training and measuring took.
    """

    figures: Figures
    parameters: dict[str, dict[str, float]]
    seconds: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often values occur in the maps of a stream: shares (their sum is 1) of equal bins from 0 to `top`."""

    top: float
    shares: tuple[float, ...]


class Results:
    """The file of results.

    Args:
        folder: the study's own; made when there is something to write.
        key: what the figures depend on. Figures of another key are not mixed with them.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = LibraryFolder(folder)
        self._path = folder / RESULTS
        self._key = key
        self._outcomes: dict[str, Outcome] = {}
        self.histograms: dict[str, Histogram] = {}

    def open(self) -> None:
        """Take over what an earlier run has found.

        Raises:
            StudyError: it belongs to a study of other photos or settings, or the file is damaged.
        """
        try:
            document = json.loads(self._path.read_text(encoding="utf-8"))
            if document["format"] == _FORMAT and document["key"] == self._key:
                self._outcomes = {name: _outcome_of(values) for name, values in document["results"].items()}
                self.histograms = {
                    name: Histogram(values["top"], tuple(values["shares"]))
                    for name, values in document["features"].items()
                }
                return
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise StudyError(
                f"The results in {self._path} cannot be read. Begin the study anew with --restart.", self._path
            ) from error
        raise StudyError(
            f"The results in {self._path.parent} belong to a study of other photos or settings. Choose another folder, "
            "or begin anew with --restart.",
            self._path,
        )

    def add(self, run: Run, outcome: Outcome) -> None:
        """Keep what a run came to, on disk at once.

        Raises:
            DiskFull, LibraryError: the folder cannot be written.
        """
        # As it will be read again, so that an interrupted study comes to the same digits.
        self._outcomes[run.key] = _outcome_of(_plain(outcome))
        document = {
            "format": _FORMAT,
            "key": self._key,
            "features": {name: asdict(histogram) for name, histogram in self.histograms.items()},
            "results": {name: _plain(one) for name, one in self._outcomes.items()},
        }
        with disk_errors(self._folder.root):
            self._folder.root.mkdir(parents=True, exist_ok=True)
        self._folder.write_atomically(self._path, json.dumps(document).encode())

    def remove(self) -> None:
        """Forget all.

        Raises:
            LibraryError: the folder cannot be written.
        """
        with disk_errors(self._path):
            self._path.unlink(missing_ok=True)

    def __contains__(self, run: Run) -> bool:
        return run.key in self._outcomes

    def missing(self, runs: Iterable[Run]) -> list[Run]:
        """Those that are still to be computed."""
        return [run for run in runs if run not in self]

    def of(self, runs: Iterable[Run]) -> list[Outcome]:
        """What these runs, which are done, came to."""
        return [self._outcomes[run.key] for run in runs]


def _plain(outcome: Outcome) -> dict[str, Any]:
    figures = {
        part: {name: [round(value, 6) for value in values] for name, values in by_set.items()}
        for part, by_set in asdict(outcome.figures).items()
    }
    return {"figures": figures, "parameters": outcome.parameters, "seconds": round(outcome.seconds, 1)}


def _outcome_of(values: Mapping[str, Any]) -> Outcome:
    return Outcome(Figures(**values["figures"]), values["parameters"], values["seconds"])
