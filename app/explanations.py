"""The words for why a photo was found or not. No Qt."""

from __future__ import annotations

import os

from app.texts import count, hits, printable
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
    name = f"“{printable(os.path.basename(found.detail) or found.detail)}”" if found.detail else ""
    match found.verdict:
        case Verdict.SHOWN:
            away = "Its drive is not connected, so it is shown from memory." if not found.online else ""
            return [away]
        case Verdict.BELOW:
            return [
                f"Only photos that are at least {_percent(found.min_score)} alike are shown.",
                "A box round the one thing you look for may help, or Look further (Ctrl+L).",
            ]
        case Verdict.BEYOND:
            return [f"Only the first {hits(k)} are shown."]
        case Verdict.FAILED:
            return [printable(found.detail)]
        case Verdict.EXCLUDED:
            return [f"{name} is among what you have left out, or belongs to the system."]
        case Verdict.NOT_A_PICTURE:
            return ["Resight looks only into files that are named like pictures, such as .jpg."]
        case Verdict.TOO_SMALL:
            return ["It is smaller than the least size you have chosen for pictures."]
        case Verdict.NEW:
            return [f"It lies in {name}. It can be found as soon as this folder has been brought up to date."]
        case Verdict.OFFLINE:
            return [f"Connect the drive of {name}; what is known of its photos can be searched meanwhile."]
        case Verdict.OUTSIDE:
            return ["Add the folder it lies in to have it found."]
        case Verdict.GONE:
            return ["It has been moved, renamed or deleted."]
        case _:
            return []


def _standing(found: Explanation) -> str:
    """Rank and score, as they are or would be."""
    if found.score is None:
        return ""
    alike = f"{_percent(found.score)} alike"
    if found.rank is None:
        return f"It is {alike}."
    if found.verdict is Verdict.SHOWN:
        return f"It is hit {count(found.rank)}, {alike}."
    return f"It would be hit {count(found.rank)}, {alike}."


def _copy(found: Explanation) -> str:
    return f"An exact copy of it is in the library: {printable(found.copy)}" if found.copy else ""


def _percent(score: float) -> str:
    return f"{round(score * 100)} %"
