"""The words for how complete an answer is: what was searched, what was not, and why. No Qt, no thread."""

from __future__ import annotations

import os
from dataclasses import dataclass

from app.texts import count, duration, joined, photos, printable, searched_line
from app.words import tr
from engine.types import FolderState, LibraryStatus, SearchResult

DETAILS_TITLE = "What was searched"
DETAILS_TIP = "What was searched, and what was not"
SHOW_PROBLEMS = "Show them"
_SEARCHED = "{photos} could be compared with your picture, in {ms}."
_WAITING = "{photos} wait to be indexed. As soon as they are, the search is repeated."
_FAILED = "{photos} could not be read, so they cannot be found."
_MISSING = "{photos} are not where they were. They can be found, but not opened."
_OFFLINE = "{folder}{drive} is offline. Its {photos} can be found, but not opened."
_ON_DRIVE = " on the disk “{drive}”"
_HIDDEN = "{photos} left out, as you have said that they show something else."
_ALL = "Nothing is missing: every photo of the library was compared."


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the details. `is_problem`: the files that could not be read belong to it."""

    text: str
    is_problem: bool = False


def completeness_line(result: SearchResult, status: LibraryStatus | None) -> str:
    """“Searched 41,200 of 96,000 in 38 ms · 312 failed · disk “Archive” offline”."""
    if status is None:
        return searched_line(result)
    return joined(
        searched_line(result),
        tr("{n} failed").format(n=count(status.failed)) if status.failed else "",
        _offline_words([folder for folder in status.folders if not folder.online]),
    )


def _offline_words(folders: list[FolderState]) -> str:
    names = list(dict.fromkeys(folder.drive for folder in folders))
    if not folders:
        return ""
    if len(names) == 1 and names[0]:
        return tr("disk “{drive}” offline").format(drive=printable(names[0]))
    if len(folders) == 1:
        return tr("“{name}” offline").format(name=printable(os.path.basename(folders[0].path) or folders[0].path))
    return tr("{n} folders offline").format(n=count(len(folders)))


def facts(result: SearchResult, status: LibraryStatus) -> list[Fact]:
    """All there is to say about how complete the answer is, most important first."""
    waiting = max(0, status.photos - status.indexed - status.failed)
    missing = sum(folder.missing for folder in status.folders if folder.online)
    found = [
        Fact(_SEARCHED.format(photos=photos(result.searched), ms=duration(result.elapsed_ms))),
        Fact(_WAITING.format(photos=photos(waiting))) if waiting else None,
        Fact(_FAILED.format(photos=photos(status.failed)), is_problem=True) if status.failed else None,
        *(
            Fact(_OFFLINE.format(
                folder=printable(folder.path),
                drive=_ON_DRIVE.format(drive=printable(folder.drive)) if folder.drive else "",
                photos=photos(folder.photos),
            ))
            for folder in status.folders if not folder.online
        ),
        Fact(_MISSING.format(photos=photos(missing))) if missing else None,
        Fact(_HIDDEN.format(photos=photos(result.hidden))) if result.hidden else None,
    ]  # fmt: skip
    told = [fact for fact in found if fact is not None]
    return told if len(told) > 1 else [*told, Fact(_ALL)]
