"""Work on the user's own files, as the user has asked for it: copying, moving, and undoing it. No Qt; any one thread.

Nothing is ever overwritten: a name that is taken gets a number. What is copied gets its name only when it is whole, and
what is moved to another disk is deleted only when the copy is on it. Each file that cannot be done is a sentence, and
the others go on.
"""

from __future__ import annotations

import errno
import logging
import os
import secrets
import shutil
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from app import file_texts
from engine.messages import Phase, Progress

_log = logging.getLogger(__name__)

_CHUNK_BYTES = 1 << 22
_TELL_EVERY_S = 0.05
_MOST_NUMBERS = 10_000


@dataclass(frozen=True, slots=True)
class Placed:
    """A file that is done: where it was, and where it is now or (of a copy) is, too."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that could not be done, and why, for a person."""

    path: str
    sentence: str


class RefusedError(Exception):
    """A file is left as it is; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done with one file. `do` works in steps and returns where the file is then.

    It may raise OSError or `RefusedError`, and must leave nothing half done when it is closed.
    """

    path: str
    do: Callable[[], Generator[None, None, str]]


class FileWork:
    """One piece of work on files. `steps` is run once; `done` and `refused` hold what has become of them so far.

    Args:
        phase: what is being done, for the progress.
        tasks: one for each file.
    """

    def __init__(self, phase: Phase, tasks: Iterable[Task]) -> None:
        self.done: list[Placed] = []
        self.refused: list[Refused] = []
        self._phase = phase
        self._tasks: Sequence[Task] = tuple(tasks)
        self._told_at = 0.0

    def __len__(self) -> int:
        return len(self._tasks)

    def steps(self) -> Generator[Progress, None, None]:
        """Do it; yields how far it is, twenty times a second at most. It may be closed at any step."""
        for number, task in enumerate(self._tasks):
            try:
                step = task.do()
                while True:
                    if (progress := self._news(number)) is not None:
                        yield progress
                    next(step)
            except StopIteration as end:
                self.done.append(Placed(task.path, end.value))
            except RefusedError as error:
                self.refused.append(Refused(task.path, str(error)))
            except OSError as error:
                _log.info("%s: %s", task.path, error)
                self.refused.append(Refused(task.path, file_texts.why_not(error, task.path)))
            finally:
                step.close()

    def _news(self, number: int) -> Progress | None:
        if time.monotonic() - self._told_at < _TELL_EVERY_S:
            return None
        self._told_at = time.monotonic()
        return Progress(0, self._phase, number, len(self._tasks))


def copying(paths: Iterable[str], folder: str) -> FileWork:
    """Copy files into a folder; a name that is taken gets a number."""
    return FileWork(Phase.COPYING, (Task(path, lambda path=path: _copy(path, folder)) for path in paths))


def moving(paths: Iterable[str], folder: str) -> FileWork:
    """Move files into a folder; a name that is taken gets a number."""
    return FileWork(Phase.MOVING, (Task(path, lambda path=path: move(path, folder)) for path in paths))


def moving_back(placed: Iterable[Placed]) -> FileWork:
    """Move files back to where they were; a name that has been taken in the meantime gets a number."""
    return FileWork(
        Phase.MOVING,
        (Task(one.target, lambda one=one: move(one.target, os.path.dirname(one.source), os.path.basename(one.source)))
         for one in placed),
    )


def put_in_place(source: str, folder: str, name: str) -> str:
    """Rename a file into a folder of the same disk, never over another one -> where it is now.

    Raises:
        OSError: it cannot be done; EXDEV if the folder lies on another disk. Nothing has changed.
    """
    target = _reserve(folder, name)
    try:
        os.replace(source, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(target)
        raise
    return target


def move(path: str, folder: str, name: str = "") -> Generator[None, None, str]:
    """Move a file into a folder of any disk, in steps, under this name or its own -> where it is now.

    Raises:
        RefusedError, OSError: it stays where it was.
    """
    if os.path.islink(path):
        raise RefusedError(file_texts.IS_A_LINK.format(name=file_texts.name_of(path)))
    if not name and _is_same_folder(os.path.dirname(path), folder):
        raise RefusedError(file_texts.IS_THERE_ALREADY.format(name=file_texts.name_of(path)))
    yield
    try:
        return put_in_place(path, folder, name or os.path.basename(path))
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    before = os.stat(path)
    target = yield from _copy(path, folder, name)
    try:
        after = os.stat(path)
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise RefusedError(file_texts.CHANGES_MEANWHILE.format(name=file_texts.name_of(path)))
        os.unlink(path)
    except BaseException:
        os.unlink(target)  # the photo stays where it was, and only there
        raise
    return target


def _copy(path: str, folder: str, name: str = "") -> Generator[None, None, str]:
    name = name or os.path.basename(path)
    temp = os.path.join(folder, f".resight-{secrets.token_hex(8)}.tmp")
    try:
        with open(path, "rb") as source, open(temp, "xb") as target:
            while chunk := source.read(_CHUNK_BYTES):
                target.write(chunk)
                yield
            target.flush()
            os.fsync(target.fileno())
            is_whole = target.tell() == os.fstat(source.fileno()).st_size
        if not is_whole:
            raise RefusedError(file_texts.CHANGES_MEANWHILE.format(name=file_texts.name_of(path)))
        with suppress(OSError):  # as far as that disk can keep them; the time of a photo tells it from others
            shutil.copystat(path, temp)
        return put_in_place(temp, folder, name)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temp)


def _reserve(folder: str, name: str) -> str:
    """Make an empty file of this name, or of this name with a number, that was not there before -> its path."""
    stem, ending = os.path.splitext(name)
    for number in range(1, _MOST_NUMBERS):
        path = os.path.join(folder, name if number == 1 else f"{stem} ({number}){ending}")
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
            return path
    raise FileExistsError(errno.EEXIST, "no free name", os.path.join(folder, name))


def _is_same_folder(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return os.path.normpath(one) == os.path.normpath(other)
