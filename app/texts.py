"""The words the user reads where they are more than a label: counts, times, phases, errors. No Qt, no thread."""

from __future__ import annotations

import math
import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from app.words import told, tr, tr_n
from engine.errors import EngineError
from engine.messages import Phase, Progress
from engine.types import FolderState, Hit, IndexReport, LibraryStatus, SearchResult

APP_NAME = "Resight"
PRIVACY = "Nothing leaves this computer."
FIRST_RUN_TITLE = "Find a photo by showing a picture of it"
FIRST_RUN = "Add your photo folders, then drop in a picture to see where else you have it."
FIRST_RUN_DROP = "Drop a folder here to add it"
FIRST_RUN_DROP_TEXT = "or a picture to search with it"
TRY_SAMPLES = "Try with sample photos"
SAMPLES = "Sample photos"
SAMPLES_HINT = "These are sample photos that come with Resight. Draw another box, or drop in any picture."
SAMPLES_STAY = "The sample photos belong to Resight and stay where they are."
NO_QUERY_TITLE = "What are you looking for?"
NO_QUERY_WAYS = "Drop a picture anywhere in this window, open one (Ctrl+O), or paste one (Ctrl+V)."
NO_QUERY_BOX = "Then draw a box round one thing in it to look for just that."
NO_PHOTOS_YET = "No photos are indexed yet. Results appear as soon as the first folder is done."
NOTHING_FOUND_TITLE = "Nothing found"
NOTHING_FOUND_HINTS = (
    "Draw a larger box, or search with the whole picture.",
    "Add the folder the photo may be in.",
    "Ask why a photo you expected was not found (Ctrl+Shift+F).",
)
NOTHING_TO_SEARCH_TITLE = "No photos to search yet"
NOTHING_TO_SEARCH = "As soon as photos are indexed, this picture is searched for by itself."
SEARCH_FAILED_TITLE = "This picture cannot be searched for"
FINISHING = "Finishing…"
FINISHING_DETAIL = "Saving what has been done. Indexing goes on next time."
STARTING = "Starting…"
SEARCHING = "Searching…"
ESTIMATING = "estimating time left"
PAUSED = "Paused"
ON_BATTERY = "Waiting: on battery"
IN_USE = "Waiting until you take a break"
DEVICE_PREPARING = "Getting ready…"
DEVICE_TIP = "What pictures are analysed with"
WAITING = "waiting to be indexed"
UNEXPECTED = "Something went wrong inside Resight. It goes on; the details are in the log (Help, Show log)."
NOT_KEPT = "Resight may not write to {folder}: your settings and its log are not kept."
QUIT = "Quit"
LEAVE_OUT = "Leave out"
LEAVE_OUT_DETAIL = (
    "What is left out is forgotten, also if it is in the library already. The photos themselves are not touched."
)
KEEP_MISSING = "Keep them"
MISSING_ARE_GONE = "They are really gone"
REMOVE_QUESTION = "Remove “{name}” from Resight?"
REMOVE_DETAIL = "Resight forgets what it knows about this folder. The photos themselves are not touched."
ADD_QUESTION = "Add “{name}” to your library?"
ADD_DETAIL = "Resight looks at the photos in it and its subfolders. It only reads them."
NOT_USABLE_DROP = "That is neither a picture file nor a folder."
NO_PROBLEMS = "Every photo found could be read."
CANNOT_BE_READ = "cannot be read"
STOPPING = "Stopping…"
NOT_DONE = "That could not be done"
NO_CHOOSER = "This system has no chooser of programs. Show the photo in its folder, and open it from there."
NO_THUMBNAIL = "no picture yet"
PICTURE_COPIED = "Picture copied"
CANNOT_OPEN = "“{name}” cannot be opened. It may have been moved, or its drive is not connected."

_PHASES = {
    Phase.PREPARING: "Preparing",
    Phase.FINDING: "Finding photos",
    Phase.ANALYSING: "Analysing",
    Phase.SAVING: "Saving",
    Phase.CHECKING: "Checking",
    Phase.COMPARING: "Comparing",
    Phase.COPYING: "Copying",
    Phase.MOVING: "Moving",
    Phase.MEASURING: "Measuring",
    Phase.TRAINING: "Training",
}

NOT_CONNECTED = "not connected"
RAW_PAIR = "RAW + JPEG"
_OFFLINE = {"other-drive": "another drive is in its place", "not-answering": "does not answer"}

_WATCH = {
    "live": "Changes are noticed at once.",
    "polled": "Looked through every minute for changes.",
}

_STOP_TITLES = {
    "library": "The library cannot be used",
    "library-in-use": "This library is already open",
    "library-too-new": "This library is from a newer Resight",
    "library-damaged": "The library is damaged",
    "disk-full": "The disk is full",
    "model": "The model cannot be loaded",
    "device": "The processor or graphics card cannot be used",
}

# Characters that change the direction of what follows: a name could show itself as another one.
_BIDI_SIGNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _with_commas(n: int) -> str:
    return f"{n:,}"


def _with_point(number: float, digits: int) -> str:
    return f"{number:.{digits}f}"


_format_count: Callable[[int], str] = _with_commas
_format_decimal: Callable[[float, int], str] = _with_point


def use_number_format(
    format_count: Callable[[int], str], format_decimal: Callable[[float, int], str] = _with_point
) -> None:
    """Write counts and decimal numbers with these functions from now on; the window gives those of the language."""
    global _format_count, _format_decimal
    _format_count, _format_decimal = format_count, format_decimal


def sentence(text: str) -> str:
    """A sentence of the engine in the user's language, fit to be shown."""
    return printable(told(text))


def printable(name: str) -> str:
    """A file name or path as it can be shown: what cannot be seen, or turns text round, becomes “\ufffd”."""
    return "".join("\ufffd" if _is_hidden(sign) else sign for sign in name)


def _is_hidden(sign: str) -> bool:
    return sign in _BIDI_SIGNS or unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp")


def count(n: int) -> str:
    """A count with the separators of the user's language."""
    return _format_count(n)


def decimal(number: float, digits: int) -> str:
    """A number with so many digits after the point, as the user's language writes it."""
    return _format_decimal(number, digits)


def photos(n: int) -> str:
    """“1 photo”, “2,300 photos”."""
    return tr_n(n, "{n} photo", "{n} photos").format(n=count(n))


def labels(n: int) -> str:
    """“1 label”, “2,300 labels”."""
    return tr_n(n, "{n} label", "{n} labels").format(n=count(n))


def groups(n: int) -> str:
    """“1 group”, “12 groups”."""
    return tr_n(n, "{n} group", "{n} groups").format(n=count(n))


def size(n_bytes: int) -> str:
    """“12 kB”, “163.4 MB”, “2.1 GB”, in powers of ten as disks are sold."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6)):
        if n_bytes >= factor:
            return f"{decimal(n_bytes / factor, 1)} {unit}"
    return f"{count(math.ceil(n_bytes / 1000))} kB"


def problems(n: int) -> str:
    """“1 problem”, “12 problems”."""
    return tr_n(n, "{n} problem", "{n} problems").format(n=count(n))


def time_left(seconds: float | None) -> str:
    """How long it still takes, no more exact than it can be known."""
    if seconds is None or not math.isfinite(seconds):
        return ESTIMATING
    if seconds < 10:
        return tr("a few seconds left")
    if seconds < 55:
        return tr("about {seconds} s left").format(seconds=round(seconds / 10) * 10)
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return tr("about {minutes} min left").format(minutes=minutes)
    hours, minutes = divmod(round(minutes / 10) * 10, 60)
    left = tr("about {hours} h {minutes} min left") if minutes else tr("about {hours} h left")
    return left.format(hours=hours, minutes=minutes)


def duration(ms: float) -> str:
    """“38 ms”, “1.2 s”."""
    if ms < 1000:
        return tr("{n} ms").format(n=decimal(ms, 0))
    return tr("{n} s").format(n=decimal(ms / 1000, 1))


def phase(progress: Progress) -> str:
    """What a bulk job is doing."""
    if progress.paused:
        return PAUSED
    if progress.in_use and not progress.on_battery:
        return IN_USE
    return ON_BATTERY if progress.on_battery else _PHASES[progress.phase]


def progress_count(progress: Progress) -> str:
    """“1,240 of 3,000”, or what is known of it; empty before anything is."""
    if progress.total is not None:
        return tr("{n} of {total}").format(n=count(progress.done), total=count(progress.total))
    return photos(progress.done) if progress.done else ""


def progress_pace(progress: Progress) -> str:
    """“14 photos/s · about 2 min left”, or what is known of it."""
    is_brief = progress.phase is Phase.SAVING or (progress.phase is Phase.PREPARING and progress.eta_s is None)
    if progress.paused or progress.on_battery or progress.in_use or is_brief:
        return ""
    parts = []
    if progress.images_per_second:
        rate = progress.images_per_second
        parts.append(tr("{n} photos/s").format(n=decimal(rate, 0 if rate >= 10 else 1)))
    if progress.phase is not Phase.FINDING:
        is_nearly_done = progress.eta_s is None and progress.done == progress.total
        parts.append(time_left(0.0 if is_nearly_done else progress.eta_s))
    return joined(*parts)


def progress_figures(progress: Progress) -> str:
    """What a training has measured: “epoch 2 · loss 0.123 · mAP 61.2 %”."""
    figures = dict(progress.figures)
    return joined(
        tr("epoch {n}").format(n=decimal(figures["epoch"], 0)) if "epoch" in figures else "",
        tr("loss {n}").format(n=decimal(figures["loss"], 3)) if "loss" in figures else "",
        f"mAP {decimal(100 * figures['mAP'], 1)} %" if "mAP" in figures else "",
    )


def progress_line(progress: Progress) -> str:
    """All of the progress in one line."""
    return joined(phase(progress), progress_count(progress), progress_figures(progress), progress_pace(progress))


def progress_place(progress: Progress) -> str:
    """“in 2019/Trip”: the folder that was reached, from the one the user added; empty if that is not known."""
    if not progress.place or not progress.folder:
        return ""
    parent = os.path.dirname(progress.folder.rstrip("/\\")) or progress.folder
    return tr("in {place}").format(place=printable(os.path.relpath(progress.place, parent)))


def device_reason(name: str) -> str:
    """Why pictures are analysed with this, as far as its name tells."""
    if "cuda" in name:
        return tr("A graphics card is the fastest way there is.")
    if "openvino" in name:
        return tr(
            "The fastest way on this processor. A graphics card of NVIDIA is used if there is one that can be, unless "
            "Resight was told otherwise."
        )
    return ""


def joined(*parts: str) -> str:
    """The parts that say something, with dots between."""
    return " · ".join(part for part in parts if part)


def searched_line(result: SearchResult) -> str:
    """“Searched 41,200 of 96,000 in 38 ms · 2 left out as marked”."""
    line = tr("Searched {n} of {total} in {time}").format(
        n=count(result.searched), total=count(result.total), time=duration(result.elapsed_ms)
    )
    return joined(line, tr("{n} left out as marked").format(n=count(result.hidden)) if result.hidden else "")


def hits(n: int) -> str:
    """“1 hit”, “200 hits”."""
    return tr_n(n, "{n} hit", "{n} hits").format(n=count(n))


def paths_copied(n: int) -> str:
    """After copying paths."""
    return tr_n(n, "Path copied", "{n} paths copied").format(n=count(n))


def files_copied(n: int) -> str:
    """After copying files."""
    return tr_n(n, "Photo copied", "{n} photos copied").format(n=count(n))


def is_preparing(name: str) -> bool:
    """Whether the engine does not know yet what it will run on."""
    return name == "preparing"


def device(name: str) -> str:
    """The engine's name of what it runs on, written as people write it: “CPU (OpenVINO)”."""
    if is_preparing(name):
        return DEVICE_PREPARING
    return printable(name).replace("cpu", "CPU").replace("openvino", "OpenVINO").replace("cuda", "CUDA")


def library_line(status: LibraryStatus) -> str:
    """How much of the library can be searched."""
    if not status.photos:
        return ""
    if status.indexed >= status.photos:
        return tr("{photos} indexed").format(photos=photos(status.photos))
    return tr("{n} of {photos} indexed").format(n=count(status.indexed), photos=photos(status.photos))


def folder_line(folder: FolderState) -> str:
    """The state of a folder under its name."""
    is_done = folder.indexed >= folder.photos
    part = tr("{n} of {photos}").format(n=count(folder.indexed), photos=photos(folder.photos))
    return joined(
        "" if folder.online else _OFFLINE.get(folder.offline, NOT_CONNECTED),
        photos(folder.indexed) if is_done else part,
        tr("{n} not found").format(n=count(folder.missing)) if folder.missing else "",
        problems(folder.failed) if folder.failed else "",
    )


def away(hit: Hit) -> str:
    """Why a hit cannot be opened now; empty if it can."""
    if hit.online:
        return ""
    if hit.drive:
        return tr("on “{drive}”, which is not connected").format(drive=printable(hit.drive))
    return tr("cannot be found now")


def together(hit: Hit) -> str:
    """The other files of a photo by their names, "RAW + JPEG, with IMG_1.CR2"; empty if there are none."""
    names = ", ".join(printable(os.path.basename(path)) for path in hit.also)
    return tr("RAW + JPEG, with {names}").format(names=names) if names else ""


def indexed_line(report: IndexReport) -> str:
    """What an indexing run did; empty if nothing changed."""
    return joined(
        tr("{photos} indexed").format(photos=photos(report.indexed)) if report.indexed else "",
        tr("{n} moved").format(n=count(report.moved)) if report.moved else "",
        tr("{n} gone").format(n=count(report.removed)) if report.removed else "",
        tr("{n} not found").format(n=count(report.missing)) if report.missing else "",
        problems(report.failed) if report.failed else "",
    )


def folder_facts(folder: FolderState) -> list[str]:
    """What else is known of a folder: its drive, and how its changes are noticed."""
    drive = tr("On the drive “{drive}”.").format(drive=printable(folder.drive)) if folder.drive else ""
    return [fact for fact in (drive, _WATCH.get(folder.watch, "")) if fact]


def missing_question(folder: FolderState, name: str) -> str:
    """Asks what has become of the photos of a folder."""
    question = tr_n(
        folder.unconfirmed,
        "{photos} in “{name}” cannot be found any more. That may be a mistake, so it is kept for now, and can still be "
        "searched.",
        "{photos} in “{name}” cannot be found any more. That may be a mistake, so they are kept for now, and can still "
        "be searched.",
    )
    return question.format(photos=photos(folder.unconfirmed), name=name)


@dataclass(frozen=True, slots=True)
class StopText:
    """The page shown when the engine cannot go on."""

    title: str
    sentence: str


def stop_text(error: EngineError | None) -> StopText:
    """Why Resight cannot go on, for a person."""
    if error is None:
        return StopText(tr("Resight has stopped"), tr("Start it again to go on."))
    return StopText(_STOP_TITLES.get(error.kind, tr("Resight cannot go on")), sentence(error.sentence))
