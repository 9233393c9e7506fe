"""What goes to a decoder process and what comes back: the values, and the fixed form in which answers cross.

A decoder process that a malicious file has taken over can send whatever it likes. So nothing it sends is executed,
unpickled or handed to another decoder: an answer is a tag, numbers of fixed size and plain pixels, and is checked
against what was asked for before anybody sees it (lengths, shapes, ranges, printable text). What does not fit is
`BrokenAnswerError`, and no more than `MAX_ANSWER_BYTES` are ever held for it. Numbers are little endian:

    error       "E"  length of the kind (1 byte), kind (ASCII), sentence (UTF-8)
    facts       "F"  content hash (20 bytes), size in bytes (8), time of change in ns (8)
    photo       "P"  facts, shot, width and height (4 each), height and width (4 each) of the network's input, the
                     thumbnail and the picture, 0 for none; then their pixels, uint8 [H, W, 3], one after the other
    file's shot "S"  size in bytes (8), time of change in ns (8), shot
    shot             when it was taken (19 bytes, ASCII), the camera (64, UTF-8), both filled up with NUL
    pixels      "X"  height and width (4 each), pixels, uint8 [H, W, 3]
    ready       "R"  nothing

Needs numpy only.
"""

from __future__ import annotations

import os
import struct
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection

import numpy as np
from numpy.typing import NDArray

from engine import errors
from engine.errors import EngineError
from engine.limits import MAX_FILE_BYTES, MAX_PIXELS
from engine.shot import MAX_CAMERA_BYTES, TAKEN_CHARS, UNKNOWN, Shot
from engine.transform import InputRule
from engine.types import Box

MAX_ANSWER_BYTES = 64_000_000
READY = b"R"

_FACTS = struct.Struct("<20sQq")
_PHOTO = struct.Struct("<II IIIIII")  # the photo's size, then height and width of the three arrays
_STAMP = struct.Struct("<Qq")
_SHOT = struct.Struct(f"<{TAKEN_CHARS}s{MAX_CAMERA_BYTES}s")
_SIDES = struct.Struct("<II")
_FRAME = struct.Struct("!i")  # what `multiprocessing` puts before a message on other systems than Windows
_CHUNK_BYTES = 1 << 18
_MAX_SENTENCE = 2000
_ERRORS: dict[str, type[EngineError]] = {
    kind.kind: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and (kind is EngineError or issubclass(kind, errors.PhotoError))
}


class BrokenAnswerError(Exception):
    """What came from a decoder process is no answer to what was asked. Stays within `engine.decoders`."""


@dataclass(frozen=True, slots=True)
class DecodeRequest:
    """What to make of a file.

    Args:
        path: the file, as `os.fsdecode` gives it.
        rule: how to make the network's input; None: make none.
        box: make the input of this part only (fractions of the upright picture).
        thumbnail_px: longest side of the thumbnail to make; 0: none.
        picture_px: longest side of the picture to return for display; 0: none.
    """

    path: str
    rule: InputRule | None = None
    box: Box | None = None
    thumbnail_px: int = 0
    picture_px: int = 0


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file's content hash (BLAKE2b, 20 bytes) and what the file system said of it when it was read."""

    content_hash: bytes
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class FileShot:
    """When and with what a photo was taken, and what the file system said of its file when that was read."""

    size_bytes: int
    mtime_ns: int
    shot: Shot


@dataclass(frozen=True, slots=True)
class DecodedPhoto:
    """What a `DecodeRequest` gave. `width_px` x `height_px` is the full size of the upright picture.

    `rgb` is the network's input, `thumbnail` and `picture` are for the eye, upright and in sRGB: all uint8 [H, W, 3].
    Those that were not asked for are None. No thumbnail or picture is larger than the photo itself.
    """

    content_hash: bytes
    size_bytes: int
    mtime_ns: int
    width_px: int
    height_px: int
    rgb: NDArray[np.uint8] | None
    thumbnail: NDArray[np.uint8] | None
    picture: NDArray[np.uint8] | None
    shot: Shot = UNKNOWN


Answer = FileFacts | FileShot | DecodedPhoto | NDArray[np.uint8]


# ---- in the process -------------------------------------------------------------------------------------------------


def encode(answer: Answer | EngineError) -> bytes:
    """An answer as bytes.

    Raises:
        EngineError: it is larger than `MAX_ANSWER_BYTES`, or no answer at all.
    """
    match answer:
        case EngineError():
            kind = answer.kind.encode("ascii")
            sentence = answer.sentence[:_MAX_SENTENCE].encode("utf-8", "replace")
            return b"E" + bytes([len(kind)]) + kind + sentence
        case FileFacts():
            return b"F" + _FACTS.pack(answer.content_hash, answer.size_bytes, answer.mtime_ns)
        case FileShot():
            return b"S" + _STAMP.pack(answer.size_bytes, answer.mtime_ns) + _packed(answer.shot)
        case DecodedPhoto():
            arrays = [answer.rgb, answer.thumbnail, answer.picture]
            facts = _FACTS.pack(answer.content_hash, answer.size_bytes, answer.mtime_ns)
            sides = [side for array in arrays for side in ((0, 0) if array is None else _sides_of(array))]
            parts = [b"P", facts, _packed(answer.shot), _PHOTO.pack(answer.width_px, answer.height_px, *sides)]
            parts += [array.tobytes() for array in arrays if array is not None]
        case np.ndarray():
            parts = [b"X", _SIDES.pack(*_sides_of(answer)), answer.tobytes()]
        case _:
            raise EngineError(f"A decoder process made a {type(answer).__name__}, which cannot be sent.")
    if sum(map(len, parts)) > MAX_ANSWER_BYTES:
        raise EngineError("A decoder process made a picture that is too large to be sent.")
    return b"".join(parts)


def _packed(shot: Shot) -> bytes:
    return _SHOT.pack((shot.taken or "").encode("ascii"), shot.camera.encode())


def _sides_of(array: NDArray[np.uint8]) -> tuple[int, int]:
    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[2] != 3:
        raise EngineError(f"A decoder process made pixels of shape {array.shape} and type {array.dtype}.")
    return array.shape[0], array.shape[1]


# ---- where the answer arrives ---------------------------------------------------------------------------------------


class Inbox:
    """The messages of one decoder process as they arrive. One thread.

    Reading never waits for the rest of a message: who sends the beginning of one and no more is found out by the time
    limit. (On Windows a message arrives whole or not at all.)
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._received = bytearray()

    def receive(self) -> list[bytearray]:
        """The messages that are complete now; call it when the connection can be read.

        Raises:
            EOFError, OSError: the process has ended.
            BrokenAnswerError: a message is longer than `MAX_ANSWER_BYTES`.
        """
        if sys.platform == "win32":
            return [bytearray(self._connection.recv_bytes(MAX_ANSWER_BYTES))]
        chunk = os.read(self._connection.fileno(), _CHUNK_BYTES)
        if not chunk:
            raise EOFError
        self._received += chunk
        messages = []
        while len(self._received) >= _FRAME.size:
            (size,) = _FRAME.unpack_from(self._received)
            if not 0 < size <= MAX_ANSWER_BYTES:
                raise BrokenAnswerError("the length of a message")
            end = _FRAME.size + size
            if len(self._received) < end:
                break
            messages.append(self._received[_FRAME.size : end])
            del self._received[:end]
        return messages


def read_error(message: bytearray, path: str) -> EngineError | None:
    """The error in a message, None if it is of another kind. `path` is the file that was worked on.

    Raises:
        BrokenAnswerError: it is an error, but not of the fixed form.
    """
    if message[:1] != b"E":
        return None
    try:
        end = 2 + message[1]
        kind, sentence = message[2:end].decode("ascii"), message[end:].decode("utf-8")
    except (IndexError, UnicodeDecodeError) as error:
        raise BrokenAnswerError("an error's text") from error
    if kind not in _ERRORS or not sentence or len(sentence) > _MAX_SENTENCE or not _is_harmless(sentence):
        raise BrokenAnswerError("an error's text")
    return _ERRORS[kind](sentence, path)


def _is_harmless(sentence: str) -> bool:
    return all(sign.isprintable() or sign == "\u200d" for sign in sentence)


def read_facts(message: bytearray) -> FileFacts:
    """The answer to hashing a file.

    Raises:
        BrokenAnswerError: it is none.
    """
    _require(message[:1] == b"F" and len(message) == 1 + _FACTS.size, "facts")
    return FileFacts(*_facts_in(message))


def read_photo(message: bytearray, request: DecodeRequest) -> DecodedPhoto:
    """The answer to this request; the arrays are views of the message and can be written to.

    Raises:
        BrokenAnswerError: it is none: another kind, or pictures other than those asked for.
    """
    start = 1 + _FACTS.size + _SHOT.size
    _require(message[:1] == b"P" and len(message) >= start + _PHOTO.size, "a photo")
    width, height, *sides = _PHOTO.unpack_from(message, start)
    _require(width > 0 and height > 0 and width * height <= MAX_PIXELS, "a photo's size")
    rgb_sides, thumbnail_sides, picture_sides = zip(sides[::2], sides[1::2], strict=True)
    expected = (0, 0) if request.rule is None else request.rule.size_for(width, height, request.box)[::-1]
    _require(rgb_sides == expected, "the network's input")
    for given, longest_px in ((thumbnail_sides, request.thumbnail_px), (picture_sides, request.picture_px)):
        least = 1 if longest_px else 0
        _require(least <= min(given) and max(given) <= longest_px, "a picture's size")
    rgb, thumbnail, picture = _arrays_in(message, start + _PHOTO.size, rgb_sides, thumbnail_sides, picture_sides)
    shot = _shot_in(message, 1 + _FACTS.size)
    return DecodedPhoto(*_facts_in(message), width, height, rgb, thumbnail, picture, shot)


def read_file_shot(message: bytearray) -> FileShot:
    """The answer to reading when and with what a photo was taken.

    Raises:
        BrokenAnswerError: it is none.
    """
    start = 1 + _STAMP.size
    _require(message[:1] == b"S" and len(message) == start + _SHOT.size, "a shot")
    size_bytes, mtime_ns = _STAMP.unpack_from(message, 1)
    _require(0 < size_bytes <= MAX_FILE_BYTES, "a file's size")
    return FileShot(size_bytes, mtime_ns, _shot_in(message, start))


def read_pixels(message: bytearray) -> NDArray[np.uint8]:
    """The one picture that a function made, uint8 [H, W, 3]: a view of the message that can be written to.

    Raises:
        BrokenAnswerError: it is none.
    """
    start = 1 + _SIDES.size
    _require(message[:1] == b"X" and len(message) >= start, "pixels")
    height, width = _SIDES.unpack_from(message, 1)
    (pixels,) = _arrays_in(message, start, (height, width))
    if pixels is None:
        raise BrokenAnswerError("pixels")
    return pixels


def _facts_in(message: bytearray) -> tuple[bytes, int, int]:
    content_hash, size_bytes, mtime_ns = _FACTS.unpack_from(message, 1)
    _require(0 < size_bytes <= MAX_FILE_BYTES, "a file's size")
    return content_hash, size_bytes, mtime_ns


def _shot_in(message: bytearray, start: int) -> Shot:
    taken, camera = _SHOT.unpack_from(message, start)
    try:
        return Shot(taken.rstrip(b"\0").decode("ascii") or None, camera.rstrip(b"\0").decode())
    except ValueError as error:  # a UnicodeDecodeError is one
        raise BrokenAnswerError("a shot") from error


def _arrays_in(message: bytearray, start: int, *sides: tuple[int, int]) -> list[NDArray[np.uint8] | None]:
    """The arrays that fill a message from `start` to its end, each by its (height, width); None for (0, 0)."""
    sizes = [3 * height * width for height, width in sides]
    _require(start + sum(sizes) == len(message), "the length of the pixels")
    arrays: list[NDArray[np.uint8] | None] = []
    for (height, width), size in zip(sides, sizes, strict=True):
        _require(bool(size) or height == width == 0, "a picture without pixels")
        array = np.frombuffer(message, np.uint8, size, start).reshape(height, width, 3) if size else None
        arrays.append(array)
        start += size
    return arrays


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise BrokenAnswerError(what)
