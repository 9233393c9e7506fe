"""The words for why a photo was found or not. No Qt."""

from __future__ import annotations

import os

from app.texts import count, hits, printable, sentence
from app.words import tr
from engine.messages import Explanation, Verdict

TITLE = "Why was a photo not found?"
DROP_TITLE = "Drop the photo you expected"
DROP_TEXT = "or click to choose its file."
NO_QUERY = "Search for something first; then ask why a photo is not among the hits."
LOOKING = "Looking…"
NOT_A_FILE = "Drop one file that is a photo."
SHOW = "&Show it"
RETRY = "&Retry"
ADD = "&Add its folder…"
UPDATE = "&Update folders"

_TITLES = {
    Verdict.SHOWN: "It was found",
    Verdict.BELOW: "It is not alike enough",
    Verdict.BEYOND: "Too many others are more alike",
    Verdict.HIDDEN: "You have said that it shows something else",
    Verdict.WITHOUT: "It seems to show what you leave out",
    Verdict.FAILED: "It could not be read",
    Verdict.EXCLUDED: "It is left out of the library",
    Verdict.NOT_A_PICTURE: "It is no picture by its name",
    Verdict.TOO_SMALL: "It is left out for its size",
    Verdict.NEW: "It is not indexed yet",
    Verdict.OFFLINE: "Its folder cannot be reached now",
    Verdict.OUTSIDE: "It lies in no folder of the library",
    Verdict.GONE: "There is no such file",
}


def title(found: Explanation) -> str:
    """The answer in a few words."""
    return _TITLES[found.verdict]


def detail(found: Explanation, k: int) -> str:
    """The answer in sentences, with what to do about it; `k` hits were asked for."""
    sentences = [*_why(found, k), _standing(found), _copy(found)]
    return " ".join(sentence for sentence in sentences if sentence)


def _why(found: Explanation, k: int) -> list[str]:
    name = tr("“{name}”").format(name=printable(os.path.basename(found.detail) or found.detail)) if found.detail else ""
    match found.verdict:
        case Verdict.SHOWN:
            away = tr("Its drive is not connected, so it is shown from memory.") if not found.online else ""
            return [away]
        case Verdict.BELOW:
            return [
                tr("Only photos that are at least {n} % alike are shown.").format(n=_percent(found.min_score)),
                tr("A box round the one thing you look for may help, or Look further (Ctrl+L)."),
            ]
        case Verdict.BEYOND:
            return [tr("Only the first {hits} are shown.").format(hits=hits(k))]
        case Verdict.FAILED:
            return [sentence(found.detail)]
        case Verdict.EXCLUDED:
            return [tr("{name} is among what you have left out, or belongs to the system.").format(name=name)]
        case Verdict.NOT_A_PICTURE:
            return [tr("Resight looks only into files that are named like pictures, such as .jpg.")]
        case Verdict.TOO_SMALL:
            return [tr("It is smaller than the least size you have chosen for pictures.")]
        case Verdict.NEW:
            new = tr("It lies in {name}. It can be found as soon as this folder has been brought up to date.")
            return [new.format(name=name)]
        case Verdict.OFFLINE:
            offline = tr("Connect the drive of {name}; what is known of its photos can be searched meanwhile.")
            return [offline.format(name=name)]
        case Verdict.OUTSIDE:
            return [tr("Add the folder it lies in to have it found.")]
        case Verdict.GONE:
            return [tr("It has been moved, renamed or deleted.")]
        case _:
            return []


def _standing(found: Explanation) -> str:
    """Rank and score, as they are or would be."""
    if found.score is None:
        return ""
    percent = _percent(found.score)
    if found.rank is None:
        return tr("It is {n} % alike.").format(n=percent)
    is_shown = found.verdict is Verdict.SHOWN
    standing = tr("It is hit {rank}, {n} % alike.") if is_shown else tr("It would be hit {rank}, {n} % alike.")
    return standing.format(rank=count(found.rank), n=percent)


def _copy(found: Explanation) -> str:
    if not found.copy:
        return ""
    return tr("An exact copy of it is in the library: {path}").format(path=printable(found.copy))


def _percent(score: float) -> int:
    return round(score * 100)
