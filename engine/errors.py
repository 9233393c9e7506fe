"""What can go wrong, one class per kind. Each knows its kind, the file concerned, and a sentence for people.

The sentence says what happened and what to do; it never holds a traceback or the words of a library. The cause is
chained (`raise ... from cause`) for the log. Standard library only.
"""

from __future__ import annotations

import os
from typing import ClassVar


class EngineError(Exception):
    """The base of all errors that leave the engine. `sentence` is ready to be read by a person."""

    kind: ClassVar[str] = "internal"

    def __init__(self, sentence: str, path: str | os.PathLike[str] | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.path = None if path is None else os.fspath(path)


class PhotoError(EngineError):
    """A photo cannot be used. The rest of the work goes on."""

    kind = "photo"


class DamagedPhoto(PhotoError):
    """The file is a picture, but its data is broken or ends too early."""

    kind = "damaged"


class NotAPicture(PhotoError):
    """The content is of no picture format at all, whatever the name says."""

    kind = "not-a-picture"


class UnsupportedFormat(PhotoError):
    """A picture, but of a format or variant this build cannot read."""

    kind = "unsupported"


class PhotoTooLarge(PhotoError):
    """Decoding would take more memory than the budget allows."""

    kind = "too-large"


class PhotoTooSlow(PhotoError):
    """Decoding took longer than the time limit."""

    kind = "too-slow"


class PhotoUnreadable(PhotoError):
    """The file cannot be read: gone, no permission, not a regular file, or the disk reported an error."""

    kind = "unreadable"


class DecoderCrashed(PhotoError):
    """The decoder process died on this file."""

    kind = "decoder-crashed"


class QueryError(EngineError):
    """The query cannot be answered as it stands."""

    kind = "query"


class UnknownPhoto(QueryError):
    """The photo is not, or no longer, in the library."""

    kind = "unknown-photo"


class LabelError(QueryError):
    """What the user says of pictures makes no sense as it stands, or a list of labels cannot be read."""

    kind = "labels"


class CollectionError(QueryError):
    """A collection cannot be saved or changed as asked for, or is not there any more."""

    kind = "collection"


class FolderError(EngineError):
    """A folder cannot be added or read."""

    kind = "folder"


class GroundTruthError(FolderError):
    """The files of a published evaluation protocol are missing, or not as documented."""

    kind = "ground-truth"


class LibraryError(EngineError):
    """The library cannot be used (exit code 3 on the command line)."""

    kind = "library"


class LibraryInUse(LibraryError):
    """Another Resight is working in this library."""

    kind = "library-in-use"


class LibraryTooNew(LibraryError):
    """The library was written by a newer Resight."""

    kind = "library-too-new"


class LibraryDamaged(LibraryError):
    """The catalogue cannot be read."""

    kind = "library-damaged"


class LibraryOnNetwork(LibraryError):
    """The library lies on a network share, where it would be damaged sooner or later."""

    kind = "library-on-network"


class DiskFull(LibraryError):
    """No space left where the library lies."""

    kind = "disk-full"


class ModelError(EngineError):
    """The model file is missing, does not fit, or is damaged."""

    kind = "model"


class DatasetError(EngineError):
    """Photos to learn from or to measure on are missing, too few, or listed wrongly."""

    kind = "dataset"


class TrainingError(EngineError):
    """Training cannot go on: the loss is no number any more, or a checkpoint does not fit."""

    kind = "training"


class TuningError(EngineError):
    """The labels of a library do not allow to learn from them, or a tuned model cannot be used."""

    kind = "tuning"


class StudyError(EngineError):
    """A study cannot be made as it was asked for, or its results cannot be gone on from."""

    kind = "study"


class DeviceError(EngineError):
    """The processor or GPU asked for cannot be used."""

    kind = "device"


class EngineClosed(EngineError):
    """The engine has stopped and takes no more jobs."""

    kind = "closed"
