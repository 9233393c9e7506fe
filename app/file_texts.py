"""The words for work on the user's own files: questions, summaries, and why a file could not be done. No Qt."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence

from app.texts import count, photos, printable
from app.words import tr

CHANGES_MEANWHILE = "“{name}” is being changed by another program. Try again when that is done."
IS_A_LINK = "“{name}” is a link to a photo that lies elsewhere, and was left where it is."
IS_THERE_ALREADY = "“{name}” is in this folder already."
NOT_THERE = "“{name}” is not there any more, or its drive is not connected."
NO_TRASH = "“{name}” lies on a drive without a trash, so it was left where it is."
NOT_IN_TRASH = "“{name}” is not in the trash any more."
NO_TRASH_AT_ALL = "The program part that reaches the trash (send2trash) is missing. Start Resight by its launcher."

CHOOSE_COPY = "Choose where to copy {what} to"
CHOOSE_MOVE = "Choose where to move {what} to"
COPYING = "Copying {what} to “{place}”…"
COPIED = "copied to “{place}”"
UNDO_COPY = "Undo copying {what}"
MOVE_QUESTION = "Move {what} to “{place}”?"
MOVE_DETAIL = "Resight moves the files themselves, as you ask for it, to:\n{path}\n\nUndo (Ctrl+Z) brings them back."
MOVE_YES = "Move"
MOVING = "Moving {what} to “{place}”…"
MOVED = "moved to “{place}”"
UNDO_MOVE = "Undo moving {what}"
MOVING_BACK = "Bringing back {what}…"
MOVED_BACK = "moved back"
TRASH_QUESTION = "Move {what} to the trash?"
TRASH_UNDO = "Undo (Ctrl+Z) brings back what is still in the trash."
TRASH_NO_UNDO = "You can get it back from the system's trash."
TRASH_YES = "Move to trash"
TRASHING = "Moving {what} to the trash…"
TRASHED = "moved to the trash"
UNDO_TRASH = "Undo moving {what} to the trash"
RESTORED = "brought back from the trash"
UNDO_NOTHING = "Undo"
EXPORT_TITLE = "Export {hits}"
EXPORT_NAME = "{name} hits"
EXPORTING = "Writing “{name}”…"
EXPORTED = "“{name}” is written"
SHEET_TITLE = "Photos like “{name}”"
BUSY = "Something is being done with files already. Wait for its end, or stop it."
GOES_ON = "You can go on searching meanwhile."
STOPPED = "Stopped: {done}; the other {left} stay as they were"

_WHY_NOT = {
    errno.ENOENT: NOT_THERE,
    errno.EACCES: "Resight may not do that with “{name}”. Check who owns the file and its folder.",
    errno.EROFS: "“{name}” or the folder it was to go to cannot be written: the disk is read-only.",
    errno.ENOSPC: "There is no room left for “{name}”. Make some room, then try again.",
    errno.ENAMETOOLONG: "The name of “{name}” is too long for that disk.",
    errno.EISDIR: "“{name}” is a folder.",
    errno.EBUSY: "“{name}” is in use by another program.",
}
_WHY_NOT[errno.EPERM] = _WHY_NOT[errno.EACCES]
_WHY_NOT[errno.EDQUOT] = _WHY_NOT[errno.ENOSPC]
_WHY_NOT[errno.ENOTDIR] = _WHY_NOT[errno.ENOENT]
_OTHERWISE = "The disk reported an error at “{name}”. Check the disk, then try again."


def name_of(path: str) -> str:
    """The name of a file, fit to be shown."""
    return printable(os.path.basename(path.rstrip("/\\")) or path)


def why_not(error: OSError, path: str) -> str:
    """What an error of the operating system means for work on a file, as a sentence."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR) and os.path.lexists(path):  # not the file, but where it was to go
        path = os.path.dirname(os.fsdecode(error.filename or path))
    return _WHY_NOT.get(error.errno or 0, _OTHERWISE).format(name=name_of(path))


def these(paths: Sequence[str]) -> str:
    """“beach.jpg” in quotes, or how many photos."""
    return f"“{name_of(paths[0])}”" if len(paths) == 1 else photos(len(paths))


def summary(done: str, n_done: int, sentences: tuple[str, ...]) -> tuple[str, str]:
    """A title and a text about work of which a part could not be done.

    Args:
        done: what was done with a photo: "moved to the trash".
        n_done: with how many.
        sentences: one for each that it was not done with.
    """
    title = tr("{photos} {done}") if n_done else tr("Nothing was {done}")
    shown = list(sentences[:_MOST_SENTENCES])
    if len(sentences) > _MOST_SENTENCES:
        shown.append(tr("…and {n} more.").format(n=count(len(sentences) - _MOST_SENTENCES)))
    return title.format(photos=photos(n_done), done=done), "\n".join(shown)


_MOST_SENTENCES = 12
